#
# The README's walk-through of a whole election, typed as it stands there.
#
use strict;
use warnings FATAL => 'all';

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $server = PostgreSQL::Test::Cluster->new('walkthrough');
$server->init(extra => [ '--no-locale', '--encoding=UTF8' ]);
$server->append_conf('postgresql.conf',
	"log_statement = all\nlog_min_duration_statement = 0\nlog_error_verbosity = verbose\n");
$server->start;

# Everybody has a folder of his own, and they share one for mail.
my $folder = PostgreSQL::Test::Utils::tempdir;
my @guardians = map { "guardian_$_" } (1 .. 3);
mkdir "$folder/$_" or die "$folder/$_: $!" foreach ('mail', 'postgres', 'office', 'auditor', @guardians);
foreach my $guardian (@guardians)
{
	append_to_file("$folder/$guardian/passphrase", "the passphrase of $guardian\n");
}

# The blocks of the section, each with who types it
my %who = (
	'Superuser' => ['postgres'],
	'Administrator' => ['office'],
	'Auditor' => ['auditor'],
	'Administrator and auditor' => [ 'office', 'auditor' ],
	'Guardians' => \@guardians,
	'Guardians 1 and 3' => [ @guardians[ 0, 2 ] ]);
my ($section) = slurp_file("$ENV{TESTDIR}/README.md") =~ /^## The whole election\n(.*?)^## /ms;
my @blocks = $section =~ /^```sql\n(.*?)^```\n/msg;
cmp_ok(scalar @blocks, '>', 10, 'the walk-through is there');
my ($result) = $section =~ /^```\n( contest .*?)^```\n/ms;

# Runs a block; returns what it prints.  A guardian types his own number.
sub type
{
	my ($block, $database) = @_;
	my ($number) = $database =~ /^guardian_(\d)$/;
	my ($out, $err) = ('', '');

	$block =~ s/^\\set me 1$//m;
	$block =~ s{/usr/local/src/egtally}{$ENV{TESTDIR}};
	my $done = IPC::Run::run(
		[
			'psql', '-X', '-q', '-P', 'footer=off', '-v', 'ON_ERROR_STOP=1',
			(defined $number ? ('-v', "me=$number") : ()),
			'-d', $server->connstr($database), '-f', '-'
		],
		'<', \$block, '>', \$out, '2>', \$err,
		init => sub { chdir "$folder/$database" or die $! });
	return ($done, $out, $err);
}

my ($outcome, @h_g) = ('');
foreach my $number (1 .. @blocks)
{
	my $block = $blocks[ $number - 1 ];
	my ($whose) = $block =~ /\A-- (.*)\n/;
	ok(exists $who{$whose}, "block $number says who types it: $whose") or next;
	foreach my $database (@{ $who{$whose} })
	{
		my ($done, $out, $err) = type($block, $database);
		ok($done, "block $number works for $database") or diag($err);
		push @h_g, $1 if $out =~ /\bh_g\b.*?([0-9a-f]{64})/s;
		$outcome = $out if $block =~ /export_record/;
		is(($out =~ /^ (passed)\b/m)[0], 'passed', 'the auditor is content') if $block =~ /\.verdict;/;
	}
}
is(scalar @h_g, 3, 'all guardians have seen H_G');
is("$h_g[1] $h_g[2]", "$h_g[0] $h_g[0]", 'and the same');

# psql pads what it prints.
sub trimmed
{
	my ($text) = @_;
	return $text =~ s/ +$//mgr =~ s/^\n+|\n+\z//gr;
}
is(trimmed($outcome), trimmed($result), 'the result is that of the README');

my $log = slurp_file($server->logfile);
like($log, qr/desk\.encrypt_shares\(passphrase\)/, 'statements are in the log');
unlike($log, qr/the passphrase of/, 'no passphrase is');

$server->stop;
done_testing();
