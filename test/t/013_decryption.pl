#
# Decryption: the memory of a backend does not grow with what it decrypts, two
# sessions never commit to the same nonce, long work can be interrupted, and no
# secret reaches the server's log.  The numbers are those of ATTACKS.md.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session measuring_session plant_leaks);
use PostgreSQL::Test::Utils qw(slurp_file);
use Test::More;
use Time::HiRes qw(time usleep);

use constant MEBIBYTE => 1024;    # in kB
use constant FEW => 100;
use constant OPTIONS => 10_000;   # of a tally that takes long
use constant PATIENCE => 2;       # seconds until an interrupt must have come
use constant PASSPHRASE => 'Sesam offne dich';

my $server = start_server('decryption', log_parameter_max_length => 0);
my $probe = session($server);
my $can_measure = defined $probe->memory('RssAnon');
$probe->quit;

#
# Elections of one guardian, and what he has sent by the end of a decryption
#
$server->safe_psql('postgres', <<~SQL);
	CREATE FUNCTION manifest(options integer) RETURNS bytea LANGUAGE sql
	    RETURN convert_to(jsonb_build_object('label', 'e', 'contests',
	        jsonb_build_array(jsonb_build_object('label', 'contest',
	            'selection_limit', 1, 'contest_data_blocks', 2, 'options',
	            (SELECT jsonb_agg(jsonb_build_object('label', 'option ' || i))
	             FROM generate_series(1, options) i))),
	        'ballot_styles', '[{"label": "style", "contests": [1]}]'::jsonb)::text,
	        'UTF8');
	CREATE TABLE made AS
	SELECT g.secret, ARRAY[g.public_key] AS keys
	FROM eg.create_guardian(1, 1, 1, '@{[ PASSPHRASE ]}') g;
	CREATE TABLE setup AS
	SELECT options, e, eg.accept_shares(e, secret, '@{[ PASSPHRASE ]}', keys,
	           ARRAY[eg.encrypt_shares(secret, '@{[ PASSPHRASE ]}', keys)]) AS secret,
	       eg.guardian_record(e, keys) AS guardian_record
	FROM made, unnest('{1,100,@{[ OPTIONS ]}}'::integer[]) options,
	     eg.create_election(manifest(options), 1, keys) e;

	-- A challenged ballot, and tallies of no ballot at all.
	CREATE TABLE ballot AS
	SELECT jsonb_set(eg.chain(e, eg.encrypt(e, 'b', 'style', '{"contest": ["option 1"]}', 'd'), 'd')::jsonb,
	                 '{state}', '"CHALLENGED"')::eg.ballot AS ballot
	FROM setup WHERE options = 1;
	CREATE TABLE tally AS
	SELECT '{"contests": [{"contest_id": "contest", "sequence_order": 1, "selections":
	         [{"selection_id": "option 1", "sequence_order": 1, "encrypted_vote":
	           {"pad": "' || lpad('1', 1024, '0') || '", "data": "' || lpad('1', 1024, '0') || '"}}]}]}' AS json;
	CREATE TABLE input AS
	SELECT options, e, s.secret, guardian_record, json::json::eg.encrypted_tally AS tally, ballot
	FROM setup s, tally, ballot;
	CREATE TABLE round AS
	SELECT i.*, ARRAY[c.commitments] AS c, c.nonces AS first_nonces, r.nonces, ARRAY[r.reveal] AS r,
	       ARRAY[v] AS v
	FROM input i,
	     eg.commit_decryption(e, secret, '@{[ PASSPHRASE ]}', '{1}', tally) c,
	     eg.reveal_decryption(secret, '@{[ PASSPHRASE ]}', c.nonces, ARRAY[c.commitments]) r,
	     eg.respond_decryption(e, secret, '@{[ PASSPHRASE ]}', r.nonces, ARRAY[c.commitments],
	                           ARRAY[r.reveal], tally) v
	WHERE options < @{[ OPTIONS ]};
	CREATE TABLE share AS
	SELECT eg.share_ballot_nonce(e, secret, '@{[ PASSPHRASE ]}', ballot) AS share
	FROM round WHERE options = 1;
	VACUUM ANALYZE;
	SQL

# Each function, for the election of so many options.
my %call = (
	'commit' => sub {
		"eg.commit_decryption(e, secret, '@{[ PASSPHRASE ]}', '{1}', tally)";
	},
	'commit, contest data' => sub {
		"eg.commit_decryption(e, secret, '@{[ PASSPHRASE ]}', '{1}', ballot, 'contest')";
	},
	'reveal' => sub {
		"eg.reveal_decryption(secret, '@{[ PASSPHRASE ]}', first_nonces, c)";
	},
	'respond' => sub {
		"eg.respond_decryption(e, secret, '@{[ PASSPHRASE ]}', nonces, c, r, tally)";
	},
	'combine' => sub {
		'eg.combine_decryption(e, guardian_record, c, r, v, tally, 1)';
	},
	'share of a nonce' => sub {
		"eg.share_ballot_nonce(e, secret, '@{[ PASSPHRASE ]}', ballot)";
	},
	'opening' => sub {
		'eg.open_ballot(e, guardian_record, ballot, ARRAY[share])';
	});

# How many calls there are of each; the opening of a ballot takes longest.
my %calls = (
	'commit' => 10_000,
	'commit, contest data' => 1_000,
	'reveal' => 1_000,
	'respond' => 2_000,
	'combine' => 10_000,
	'share of a nonce' => 1_000,
	'opening' => 500);

sub calls
{
	my ($function, $calls) = @_;
	return "SELECT count(x) FROM (SELECT @{[ $call{$function}->() ]} AS x
	        FROM round, share, generate_series(1, $calls)
	        WHERE options = 1 OFFSET 0) y";
}

#
# 59: a statement that was prepared commits afresh each time, and two sessions
# commit to different nonces
#
my @sessions = map { session($server) } (1 .. 2);
$server->safe_psql('postgres', 'CREATE TABLE committed (d text)');
foreach my $session (@sessions)
{
	$session->query(<<~SQL);
		SET plan_cache_mode = force_generic_plan;
		PREPARE again AS INSERT INTO committed
		SELECT c.commitments #>> '{commitments,0}'
		FROM input, LATERAL @{[ $call{'commit'}->() ]} c WHERE options = 1
		SQL
	$session->query('EXECUTE again') foreach (1 .. 5);
	$session->quit;
}
is( $server->safe_psql('postgres',
		'SELECT count(*), count(DISTINCT d) FROM committed'),
	'10|10',
	'ten commitments, no two of which are equal');

#
# Memory
#
# Argon2id takes 64 MiB for a moment, when the first row is made: what is
# compared is the memory after some rows and after all.
sub growth
{
	my ($session, $query, $calls) = @_;

	$session->query("BEGIN; DECLARE calls NO SCROLL CURSOR FOR $query");
	$session->query("MOVE @{[ FEW ]} calls");
	my $before = $session->memory('RssAnon');
	$session->query("MOVE @{[ $calls - FEW ]} calls");
	my $growth = $session->memory('RssAnon') - $before;
	$session->query('COMMIT');
	note "$growth kB more than $before kB";
	return $growth;
}

sub rows_of
{
	my ($function, $calls, $more) = @_;
	return "SELECT @{[ $call{$function}->() ]} $more
	        FROM round, share, generate_series(1, $calls) n WHERE options = 1";
}

SKIP:
{
	skip 'this system does not tell the private memory of a process', 1
	  unless $can_measure;
	plant_leaks($server);
	my $session = measuring_session($server);
	foreach my $function (sort keys %call)
	{
		my $calls = $calls{$function};

		# Caches settle down.
		$session->query(calls($function, 3)) foreach (1 .. 3);
		cmp_ok(growth($session, rows_of($function, $calls, ''), $calls),
			'<', MEBIBYTE, "$function: $calls calls take the memory of 100");
	}
	cmp_ok(
		growth($session, rows_of('reveal', 1_000, ', leak(n, 0)'), 1_000),
		'>=', MEBIBYTE, 'a leak in each of 900 calls is caught');
	$session->quit;
}

#
# 69: interrupts.  All moves with a tally of many options.
#
my $observer = session($server);
my $session = session($server);
my %long = (
	'commit' => "SELECT count(@{[ $call{'commit'}->() ]})
	             FROM input, generate_series(1, 20) WHERE options = @{[ OPTIONS ]}",
	'respond' => "SELECT count(@{[ $call{'respond'}->() ]})
	              FROM round, generate_series(1, 10000) WHERE options = 100",
	'combine' => "SELECT count(@{[ $call{'combine'}->() ]})
	              FROM round, generate_series(1, 10000) WHERE options = 100");

# Pages of the memory for Argon2id may take a while the first time.
$session->query(calls('commit', 1));
foreach my $function (sort keys %long)
{
	$session->start($long{$function});
	usleep(1.5e6);
	ok($session->is_busy, "$function is at work");
	my $start = time;
	$observer->query("SELECT pg_cancel_backend(@{[ $session->pid ]})");
	my (undef, $error) = $session->finish;
	my $latency = time - $start;

	like(
		$error,
		qr/ERROR:  57014: canceling statement due to user request/,
		"$function ends with a cancel");
	cmp_ok($latency, '<', PATIENCE, "$function ends in time");
	note sprintf '%s ended %.0f ms after the cancel', $function,
	  1000 * $latency;
}
is($session->query(calls('commit', 1)), '1', 'the session goes on');
$session->quit;
$observer->quit;

#
# 55: with everything logged, and errors provoked, the log has no secret.  The
# passphrase is read by \copy, as the README shows.
#
$server->append_conf('postgresql.conf', <<~'CONF');
	log_statement = all
	log_min_duration_statement = 0
	log_min_error_statement = debug5
	CONF
$server->reload;
my $offset = -s $server->logfile;
my $folder = $server->basedir;
open my $file, '>', "$folder/passphrase" or die "$folder/passphrase: $!\n";
print $file PASSPHRASE, "\n";
close $file or die "$folder/passphrase: $!\n";
my ($status, $out, $error) = $server->psql('postgres', <<~SQL, on_error_stop => 0);
	BEGIN;
	CREATE TEMPORARY TABLE phrase (p text) ON COMMIT DROP;
	\\copy phrase FROM '$folder/passphrase'
	SELECT length(m.nonces) > 0, length(w::text) > 0, length(s::text) > 0
	FROM phrase, round,
	     eg.commit_decryption(e, secret, p, '{1}', tally) m,
	     eg.respond_decryption(e, secret, p, round.nonces, round.c, r, tally) w,
	     eg.share_ballot_nonce(e, secret, p, ballot) s
	WHERE options = 1;
	SAVEPOINT a;
	SELECT eg.commit_decryption(e, secret, p, '{2}', tally) FROM phrase, round;
	ROLLBACK TO a;
	SELECT eg.commit_decryption(e, secret, p || 'x', '{1}', tally) FROM phrase, round;
	ROLLBACK TO a;
	SELECT eg.reveal_decryption(secret, p, set_byte(first_nonces, 200, 0), c) FROM phrase, round;
	ROLLBACK TO a;
	SELECT eg.respond_decryption(e, secret, p, first_nonces, c, r, tally) FROM phrase, round;
	ROLLBACK TO a;
	SELECT eg.share_ballot_nonce(e, secret, p,
	           jsonb_set(ballot::jsonb, '{state}', '"CAST"')::eg.ballot) FROM phrase, round;
	ROLLBACK TO a;
	COMMIT
	SQL
like($out, qr/t\|t\|t/, 'a guardian moves with a passphrase from a file');
is(() = $error =~ /^psql.*ERROR:/mg, 5, 'five errors were provoked');
my $log = slurp_file($server->logfile, $offset);
like($log, qr/commit_decryption/, 'the log has the statements');
unlike($log, qr/@{[ PASSPHRASE ]}/, 'and no passphrase');
unlike($error, qr/@{[ PASSPHRASE ]}/, 'nor have the errors');

$server->stop;
done_testing();
