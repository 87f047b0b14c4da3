#
# Election records are read from folders, and the damaged copies of one fail at
# the steps that they must fail at.  Names of files do no harm.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session);
use File::Path qw(make_path);
use IPC::Run;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

my $shared = $ENV{EGTALLY_SHARED};
plan skip_all => 'the folder of test data is absent'
  unless defined $shared && $shared ne '';

my $folder = PostgreSQL::Test::Utils::tempdir;
my $server = start_server('record');
my $session = session($server);

# Every worker would make tables of powers of its own.
$session->query('SET max_parallel_workers_per_gather = 0');
$session->query('SET client_min_messages = warning');

sub run
{
	system(@_) == 0 or die "@_: $?";
	return;
}

# The shared folder, and every copy of it with its modes, may be read-only.
my $vectors = "$folder/eg21";
run('cp', '-R', "$shared/vectors/eg21", $vectors);
run('chmod', '-R', 'u+w', $vectors);

# Reads a folder into a new schema, as the README says.
sub import_record
{
	my ($record, $name) = @_;
	my ($out, $err) = ('', '');

	my $done = IPC::Run::run(
		[
			'psql', '-XAtq', '-d', $server->connstr('postgres'),
			'-v', "folder=$record", '-v', "name=$name",
			'-f', "$ENV{TESTDIR}/sql/import_record.psql"
		],
		'<', \'', '>', \$out, '2>', \$err);
	return $done ? $out . $err : "psql failed: $err";
}

sub quoted
{
	my ($name) = @_;
	return '"' . $name =~ s/"/""/gr . '"';
}

sub verdict
{
	my ($name) = @_;
	return $session->query("SELECT verdict FROM @{[ quoted($name) ]}.verdict");
}

#
# The damaged copies
#
# Numbered steps of verifications 1 to 14 must be exactly those that fail; of
# what has no number only that something of it fails.
#

sub is_numbered
{
	my ($step) = @_;
	return $step =~ /^(\d+)\.[A-Z]$/ && $1 <= 14;
}

# Pre-encrypted ballots are not checked: their steps say so, no more.
sub is_out_of_scope
{
	my ($step) = @_;
	return $step =~ /^1[5-9]\./ || $step =~ /^4\.1\.5 /;
}

sub read_file
{
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!";
	local $/;
	return <$file>;
}

my $expected =
  decode_json(read_file("$vectors/tampered/expected.json"));

is(scalar(keys %$expected), 40, 'there are 40 damaged copies');
foreach my $copy (sort keys %$expected)
{
	my @wanted = @{ $expected->{$copy}{failing_steps} };
	my @numbered = grep { is_numbered($_) } @wanted;

	run('sh', "$shared/tools/apply_tampered.sh", "$vectors/ref-1",
		"$vectors/tampered", $copy, "$folder/$copy");
	is(import_record("$folder/$copy", $copy), '', "$copy is imported");

	my ($steps, $schema) = ('', quoted($copy));
	my @failed = split /\n/, $session->query(<<~SQL);
		CREATE TEMPORARY TABLE step AS SELECT * FROM $schema.steps;
		SELECT step FROM step WHERE failed > 0
		SQL
	my @not_run = split /\n/, $session->query(<<~'SQL');
		SELECT step FROM step WHERE not_run > 0
		SQL
	$session->query("DROP TABLE step; DROP SCHEMA $schema CASCADE");

	is( join(' ', sort grep { is_numbered($_) } @failed),
		join(' ', sort @numbered),
		"$copy: $expected->{$copy}{change}");
	if (grep { !is_out_of_scope($_) } @wanted)
	{
		ok(@failed > 0, "$copy has failed");
	}
	else
	{
		ok(@failed == 0 && @not_run > 0, "$copy: not all has been run");
	}
	note "$copy: @failed" if @failed;
}

#
# Names
#
# In a folder with such a name, files with such names, the bytes as they are.
#
my @names = (
	"new\nline", 'quo"te', "quo'te", '`touch bait`', '$(touch bait)',
	'; touch bait', '| touch bait', '-rf', '--', ' ', "\t", '*', '~',
	'\\', '\\.', '\\N', '\\377', "\xff", "\xc3", "\xc3\xa9", ':name',
	"'); DROP SCHEMA public; --", '%s%n', '$EGTALLY_FOLDER', 'x' x 200);
my $hostile = "$folder/- \$(touch bait) 'q' \"q\" \n\\ :name";

run('cp', '-R', '--', "$vectors/ref-1", $hostile);
run('rm', '-rf', '--', "$hostile/private_data");

sub write_file
{
	my ($path, $content) = @_;
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $content;
	close $file or die "$path: $!";
	return;
}

# The name of a folder is none of the ballot's: they stay as good as they were.
rename "$hostile/encrypted_ballots/chain-1",
  "$hostile/encrypted_ballots/\$(touch bait)'\"\n-- "
  or die 'rename';
is(import_record($hostile, 'hostile folder'), '', 'a folder is imported');
is(verdict('hostile folder'), 'not all run', 'and nothing fails');

# Unknown files are named, and known ones of nonsense are problems.
foreach my $name (@names)
{
	write_file("$hostile/$name", "content of $name");
	write_file("$hostile/challenged_ballots/dballot-$name.json", "{");
	make_path("$hostile/decrypted_contest_data/folder $name");
	write_file("$hostile/decrypted_contest_data/folder $name/$name", '');
}

# Deeper than an index can hold.
my $deep = join '/', $hostile, ('deep' x 50) x 15;
make_path($deep);
write_file("$deep/file", 'deep');

# What is no file is not opened: neither another file by a link, nor a pipe
# that nobody writes to, nor a circle.
symlink '/etc/passwd', "$hostile/challenged_ballots/dballot-link.json"
  or die 'symlink';
symlink '..', "$hostile/challenged_ballots/circle" or die 'symlink';
symlink '/nowhere', "$hostile/broken" or die 'symlink';
run('mkfifo', '--', "$hostile/pipe");

my $name = q{sch"ema'; DROP SCHEMA public; --};
is(import_record($hostile, $name), '', 'files of all names are imported');
my $schema = quoted($name);
is( $session->query(<<~SQL), 3 * @names + 1, 'every one is there');
	SELECT count(*) FROM $schema.file f
	WHERE NOT EXISTS (SELECT FROM "hostile folder".file o WHERE o.path = f.path)
	      AND content IS NOT NULL
	SQL
is( $session->query(<<~SQL), 1 * @names + 1 + 2, 'the unknown ones are named');
	SELECT count(*) FROM $schema.problem WHERE step = 'record.unknown file'
	SQL
is( $session->query(<<~SQL), 1 * @names + 1, 'and those among the others');
	SELECT count(*) FROM $schema.problem WHERE step = 'record.misplaced file'
	SQL
is( $session->query(<<~SQL), 1 * @names + 1, 'the known ones are problems');
	SELECT count(*) FROM $schema.problem
	WHERE step = 'record.readable' AND path ~ '^challenged_ballots/dballot-'
	SQL
is( $session->query(<<~SQL), 4, 'links and pipes have no content');
	SELECT count(*) FROM $schema.file WHERE content IS NULL
	SQL
is( $session->query(<<~SQL), "new\nline", 'a name is kept as it is');
	SELECT path FROM $schema.file
	WHERE content = convert_to(E'content of new\\nline', 'UTF8')
	SQL
is(verdict($name), 'failed', 'what cannot be read keeps it from passing');
is( $session->query(
		"SELECT count(*) FROM pg_namespace WHERE nspname = 'public'"),
	1, 'no name is a statement');
ok(!-e 'bait' && !-e "$hostile/bait" && !-e $ENV{TESTDIR} . '/bait',
	'no name is a command');

# A folder that cannot be read is an error, and leaves nothing.
like(import_record("$folder/nowhere", 'nowhere'),
	qr/No such file or directory/, 'a missing folder is an error');
is($session->query(
		"SELECT count(*) FROM pg_namespace WHERE nspname = 'nowhere'"),
	0, 'no schema is left of it');

$session->quit;
$server->stop;
done_testing();
