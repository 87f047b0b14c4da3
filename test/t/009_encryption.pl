#
# Encryption: the memory of a backend does not grow with the ballots that it
# encrypts, no two processes draw the same nonce, long work can be interrupted,
# and no vote reaches the server's log.  The numbers are those of ATTACKS.md.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session measuring_session plant_leaks);
use Test::More;
use Time::HiRes qw(time usleep);

use constant MEBIBYTE => 1024;    # in kB
use constant CALLS => 10_000;
use constant FEW => 100;
use constant ROWS => 60;
use constant OPTIONS => 10_000;   # of a ballot that takes long
use constant PATIENCE => 2;       # seconds until an interrupt must have come

my $server = start_server('encryption');
$server->safe_psql('postgres', <<~SQL);
	CREATE FUNCTION make_election(options integer, blocks integer)
	    RETURNS eg.election LANGUAGE sql
	    RETURN eg.create_election(convert_to(jsonb_build_object('label', 'e',
	        'contests', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
	            'label', 'contest', 'selection_limit', 1,
	            'contest_data_blocks', blocks, 'options',
	            (SELECT jsonb_agg(jsonb_build_object('label', 'option ' || i))
	             FROM generate_series(1, options) i)))),
	        'ballot_styles', '[{"label": "style", "contests": [1]}]'::jsonb)::text,
	        'UTF8'), 3, 2, election.joint_public_key(), election.generator());
	CREATE TABLE small AS SELECT make_election(1, NULL) AS e;
	CREATE TABLE with_data AS SELECT make_election(2, 2) AS e;
	CREATE TABLE large AS SELECT make_election(@{[ OPTIONS ]}, NULL) AS e;
	CREATE TABLE voter WITH (parallel_workers = 2) AS
	SELECT n FROM generate_series(1, @{[ ROWS ]}) n;
	VACUUM ANALYZE;
	SQL

# What shows the nonces of a ballot: its identifier and every pad.
my $shown = <<~'SQL';
	SELECT ballot, x FROM made,
	    LATERAL (SELECT eg.identifier(ballot)
	             UNION ALL SELECT eg.pad(ciphertext) FROM eg.ciphertexts(ballot)
	             UNION ALL SELECT decode(ballot::jsonb #>> '{encrypted_nonce,c0}', 'base64')) s(x)
	SQL

sub encryptions
{
	my ($table, $rows) = @_;
	return "SELECT n, eg.encrypt((SELECT e FROM small), 'b' || n, 'style', '{}', 'd') AS ballot
	        FROM $table";
}

#
# 58: two backends and two workers draw different nonces
#

my @sessions = map { session($server) } (1 .. 2);
$server->safe_psql('postgres', 'CREATE TABLE made (n integer, ballot eg.ballot)');

# Both have loaded the module and drawn before they go on side by side.
$_->query('INSERT INTO made ' . encryptions('voter LIMIT 2')) foreach @sessions;
$_->start('INSERT INTO made ' . encryptions('voter')) foreach @sessions;
is(($_->finish)[1], '', 'a backend encrypts beside another') foreach @sessions;
is( $sessions[0]->query("SELECT count(*), count(DISTINCT x) FROM ($shown) s"),
	join('|', (3 * (2 * ROWS + 4)) x 2),
	'two backends never draw the same');

foreach my $leader ('on', 'off')
{
	my $session = $sessions[0];
	$session->query(<<~SQL);
		DROP TABLE made;
		SET parallel_setup_cost = 0;
		SET min_parallel_table_scan_size = 0;
		SET max_parallel_workers_per_gather = 2;
		SET parallel_leader_participation = $leader
		SQL
	my $plan = $session->query(
		'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) CREATE TABLE made AS '
		  . encryptions('voter'));
	like($plan, qr/Workers Launched: 2/, "two workers encrypt, leader $leader");
	is( $session->query("SELECT count(*), count(DISTINCT x) FROM ($shown) s"),
		join('|', (3 * ROWS) x 2),
		'and never draw the same');
}
$_->quit foreach @sessions;

#
# 55: what is refused, and what takes long, leaves no vote in the log
#

my $secret = 'SECRET-WRITE-IN';
my $logged = session($server);
$logged->query(<<~'SQL');
	SET log_statement = 'all';
	SET log_min_duration_statement = 0;
	SET log_parameter_max_length = 0;
	SET log_min_messages = debug1;
	SET log_error_verbosity = verbose
	SQL
my $before = -s $server->logfile;
$server->safe_psql('postgres', <<~SQL);
	CREATE TABLE ballot_box (id text, votes jsonb);
	CREATE FUNCTION attempt(called text) RETURNS eg.ballot
	    LANGUAGE plpgsql AS \$\$
	DECLARE
	    said jsonb := (SELECT votes FROM ballot_box WHERE id = called);
	BEGIN
	    RETURN eg.encrypt((SELECT e FROM with_data), called, 'style', said, 'device');
	END \$\$;
	INSERT INTO ballot_box VALUES
	    ('too long', '{"contest": {"option 2": {"votes": 1, "text": "$secret @{[ 'z' x 80 ]}"}}}'),
	    ('bad', '{"contest": {"option 1": {"votes": 7777777777, "text": "$secret"}}}'),
	    ('list', '{"contest": ["option 2", 1, "option 2", "$secret"]}'),
	    ('twice', '{"contest": ["option 2", "option 2"]}');
	SQL
my $from = -s $server->logfile;
foreach my $id ('too long', 'bad', 'list', 'twice')
{
	my (undef, $error) = $logged->try_query("SELECT attempt('$id')");
	like($error, qr/ERROR:  22023|ERROR:  54000/, "$id: refused");
	like($error, qr/DETAIL:  Ballot "$id", contest "contest"/, "$id: named");
	unlike($error, qr/$secret|7777777777|option 2/, "$id: nothing of the vote");
}
$logged->quit;
my $log = PostgreSQL::Test::Utils::slurp_file($server->logfile, $from);
like($log, qr/SELECT attempt/, 'the log has the statements');
unlike($log, qr/$secret|7777777777|option 2/, 'and nothing of a vote');

#
# Interrupts
#

my $session = session($server);
my $observer = session($server);
my $large = "SELECT eg.encrypt(e, 'b', 'style', '{}', 'd') IS NULL
             FROM large, generate_series(1, 100)";

foreach my $how ('cancel', 'timeout')
{
	$session->query("SET statement_timeout = '1500ms'") if $how eq 'timeout';
	my $end = time + 1.5;
	$session->start($large);
	usleep(1_000_000);
	ok($session->is_busy, "a ballot of many options takes long ($how)");
	usleep(1e6 * ($end - time)) if time < $end;
	$observer->query("SELECT pg_cancel_backend(@{[ $session->pid ]})")
	  if $how eq 'cancel';
	my (undef, $error) = $session->finish;
	like($error, qr/ERROR:  57014/, "and ends with $how");
	cmp_ok(time - $end, '<', PATIENCE, 'in time');
	$session->query('RESET statement_timeout');
	is( $session->query('SELECT count(*) FROM (' . encryptions('voter') . ') x'),
		ROWS, 'the session goes on');
}
$_->quit foreach ($session, $observer);

#
# Memory
#

SKIP:
{
	$session = measuring_session($server);
	skip 'this system does not tell the private memory of a process', 2
	  unless defined $session->memory('RssAnon');
	plant_leaks($server);

	my $calls = sub {
		my ($calls, $leak) = @_;
		return "SELECT count(DISTINCT eg.identifier(eg.encrypt(e, 'b', 'style',
		            '{\"contest\": [\"option 1\"]}', 'd'))) $leak
		        FROM small, generate_series(1, $calls) n";
	};

	# Distinct identifiers are sorted on disk; what is left are the ballots.
	$session->query("SET work_mem = '64kB'");
	$session->query($calls->(FEW, ''));
	my $few = $session->peak_memory(join ";\n", ($calls->(FEW, '')) x 3);
	my $growth = $session->peak_memory($calls->(CALLS, '')) - $few;
	note "eg.encrypt: $growth kB more than $few kB";
	cmp_ok($growth, '<', MEBIBYTE, '10 000 encryptions take the memory of 300');
	$growth = $session->peak_memory($calls->(5 * FEW, ', max(leak(n, 0))')) - $few;
	note "eg.encrypt with a leak: $growth kB more than $few kB";
	cmp_ok($growth, '>=', MEBIBYTE, 'a leak in each of 500 calls is caught');
	$session->quit;
}

$server->stop;
done_testing();
