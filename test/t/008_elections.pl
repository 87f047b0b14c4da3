#
# Random elections, by SQL alone: their records pass every check here, are
# written to folders, are the same when they come back, and pass an independent
# checker.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session);
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

# The same again: EGTALLY_SEED=... prove ...
my $seed = $ENV{EGTALLY_SEED} // int(rand 1_000_000);
note "EGTALLY_SEED=$seed";

my $shared = $ENV{EGTALLY_SHARED} // '';
my $checker = "$shared/tools/spec_checker.py";
my $has_checker = $shared ne ''
  && IPC::Run::run([ '/usr/bin/python3', '-c', 'import gmpy2' ],
	'2>', \my $unused);

my $folder = PostgreSQL::Test::Utils::tempdir;
my $server = start_server('elections');
$server->safe_psql('postgres', "\\i $ENV{TESTDIR}/test/random_election.sql");
my $session = session($server);

# Every worker would make tables of powers of its own.
$session->query('SET max_parallel_workers_per_gather = 0');
$session->query('SET client_min_messages = warning');

# A script of psql, as the README says
sub run_script
{
	my ($script, $record, $name) = @_;
	my ($out, $err) = ('', '');

	IPC::Run::run(
		[
			'psql', '-XAtq', '-d', $server->connstr('postgres'),
			'-v', "folder=$record", '-v', "name=$name",
			'-f', "$ENV{TESTDIR}/sql/$script.psql"
		],
		'<', \'', '>', \$out, '2>', \$err);
	return ($? == 0 ? '' : "status $?: ") . $out . $err;
}

# What an election has of what the elections are to cover between them, a line
# for each
sub features
{
	my ($name) = @_;
	return split /\n/, $session->query(<<~SQL);
		SET search_path = $name, pg_catalog;
		WITH m AS (SELECT *, convert_from(eg.manifest(election), 'UTF8')::jsonb AS manifest
		           FROM random_election.made WHERE name = '$name'),
		o AS (SELECT c.value AS contest, o.value AS option
		      FROM m, jsonb_array_elements(manifest -> 'contests') c,
		           jsonb_array_elements(c.value -> 'options') o)
		SELECT format('n = %s, k = %s, %s present', eg.guardians(election),
		              eg.quorum(election), cardinality(present)) FROM m
		UNION SELECT 'R = ' || (option ->> 'selection_limit') FROM o
		UNION SELECT 'L = ' || (contest ->> 'selection_limit') FROM o
		UNION SELECT 'supplemental field' FROM o
		      WHERE NOT (option -> 'counts_toward_limit')::boolean
		UNION SELECT 'supplemental field above L' FROM o
		      WHERE (option -> 'selection_limit')::integer >
		            (contest -> 'selection_limit')::integer
		UNION SELECT 'several styles' FROM ballot
		      HAVING count(DISTINCT eg.style(ballot.ballot)) > 1
		UNION SELECT 'several devices' FROM ballot
		      HAVING count(DISTINCT device) > 1
		UNION SELECT 'chaining mode ' || chaining_mode FROM device
		UNION SELECT 'weights' FROM ballot HAVING count(DISTINCT weight) > 1
		UNION SELECT 'contest data decrypted' FROM contest_data
		UNION SELECT 'challenged ballot opened '
		             || CASE WHEN opening::jsonb ? 'unopened_contests'
		                     THEN 'in part' ELSE 'whole' END FROM opening
		UNION SELECT 'option that no ballot carries'
		      FROM m, eg.options(election) x
		      WHERE (contest_index, option_index) NOT IN
		            (SELECT c.contest_index, c.option_index
		             FROM ballot b, eg.ciphertexts(b.ballot) c)
		UNION SELECT 'more votes than ballots'
		      FROM document, json_array_elements(document -> 'contests') c,
		           json_array_elements(c.value -> 'selections') s
		      WHERE path = 'tally.json' AND (s.value ->> 'tally')::bigint >
		            (SELECT count(*) FROM ballot)
		UNION SELECT 'name that is not plain' FROM file WHERE path ~ '~';
		RESET search_path;
		SQL
}

# Steps of verifications 1 to 14
my $numbered =
	'1.A 1.B 1.C 1.D 1.E 1.F 10.A 10.B 10.C 11.A 11.B 11.C 11.D 12.A 12.B 12.C '
  . '13.A 13.B 14.A 14.B 14.C 14.D 14.E 14.F 2.A 2.B 2.C 3.A 3.B 4.A 5.A 5.B '
  . '6.A 6.B 6.C 6.D 7.A 7.B 7.C 7.D 8.A 8.B 8.C 8.D 8.E 8.F 8.G 9.A 9.B';

my %covered;

sub try_election
{
	my ($number, $guardians, $present, $contest_limit, $option_limit) = @_;
	my $name = "election_$number";
	my $quorum = () = $present =~ /\d+/g;
	my $test = "n = $guardians, k = $quorum, seed $seed + $number";

	is( $session->query(sprintf <<~'SQL',
			SELECT random_election.make('%s', %d, %d, '{%s}', 10, %d, %d)
			SQL
			$name, $seed + $number, $guardians, $present, $contest_limit,
			$option_limit),
		'', "$test: a record is made");
	is($session->query("SELECT verdict, failed, not_run FROM $name.verdict"),
		'passed|{}|{}', "$test: it passes");
	is( $session->query(<<~SQL), $numbered, "$test: by every step");
		SELECT string_agg(step, ' ' ORDER BY step COLLATE "C") FROM $name.steps
		WHERE step ~ '^\\d+\\.[A-Z]\$' AND passed > 0
		SQL
	is($session->query("SELECT * FROM $name.problem"),
		'', "$test: every file is known");
	my $files = $session->query("SELECT count(*) FROM $name.file");
	$covered{$_} = 1 foreach features($name);

	is(run_script('export_record', "$folder/$name", $name),
		"$files files written to $folder/$name\n", "$test: it is written");
	is(run_script('import_record', "$folder/$name", "${name}_again"),
		'', "$test: it is read again");
	is( $session->query(<<~SQL), '', "$test: the same, byte for byte");
		(TABLE $name.file EXCEPT TABLE ${name}_again.file)
		UNION ALL
		(TABLE ${name}_again.file EXCEPT TABLE $name.file)
		SQL
	is( $session->query(<<~SQL), $files, "$test: and no file twice");
		SELECT count(*) FROM ${name}_again.file
		SQL

	# The lists of files are for sha256sum, too; what is not in them is signed.
	my $summed = '';
	IPC::Run::run(
		[
			'sh', '-c',
			'cd "$1" && cat signed_list/files-*.txt > "$1.sums" && '
			  . 'sha256sum --check --strict --quiet "$1.sums" && '
			  . 'find . -type f ! -path "./signed_list/*" | wc -l && '
			  . 'wc -l < "$1.sums"',
			'sh', "$folder/$name"
		],
		'>', \$summed, '2>&1');
	like($summed, qr/^(\d+)\n\1\n$/, "$test: sha256sum accepts its list of files");

  SKIP:
	{
		skip 'the independent checker or python3-gmpy2 is absent', 1
		  unless $has_checker;
		my $verdict = '';
		my $accepted =
		  IPC::Run::run([ '/usr/bin/python3', $checker, "$folder/$name" ],
			'>', \$verdict, '2>&1');
		ok($accepted, "$test: an independent checker accepts it")
		  or diag $verdict;
	}
	return;
}

try_election(1, 1, '1', 2, 1);
try_election(2, 5, '1,3,5', 8, 4);
try_election(3, 5, '1,2,3,4,5', 3, 2);
try_election(4, 3, '2,3', 8, 3);
try_election(5, 2, '2', 5, 4);
try_election(6, 2, '1,2', 1, 1);

foreach my $feature (
	'n = 1, k = 1, 1 present',
	'n = 5, k = 3, 3 present',
	'n = 5, k = 5, 5 present',
	(map { "R = $_" } 1 .. 4),
	'L = 1',
	'L = 8',
	'supplemental field',
	'supplemental field above L',
	'several styles',
	'several devices',
	'chaining mode 0',
	'chaining mode 1',
	'weights',
	'contest data decrypted',
	'challenged ballot opened whole',
	'challenged ballot opened in part',
	'option that no ballot carries',
	'more votes than ballots',
	'name that is not plain')
{
	ok($covered{$feature}, "among the elections, seed $seed: $feature");
}

# Nothing is written over, and nothing outside of the folder.
like(
	run_script('export_record', "$folder/election_1", 'election_1'),
	qr/File exists/,
	'a folder that is there is not written to');
foreach my $path ('../outside', '/outside', 'a/../../outside', '', '.', 'a//b',
	'a/', "a\nb", 'a/.hidden', 'constants.json/below')
{
	my $quoted = $path =~ s/'/''/gr;
	$session->query("INSERT INTO election_1.file VALUES ('$quoted', 'x')");
	like(
		run_script('export_record', "$folder/refused", 'election_1'),
		qr/not a path of a record|Not a directory|File exists|is there already/,
		"a path is not written to: " . $path =~ s/\n/\\n/r);
	$session->query("DELETE FROM election_1.file WHERE path = '$quoted'");
	system('rm', '-rf', "$folder/refused");
}
ok(!-e "$folder/outside" && !-e '/outside', 'nothing is written outside');

$session->quit;
$server->stop;
done_testing();
