#
# Work of more than 10 s ends within 2 s of a cancel request and of
# statement_timeout, and the session goes on.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session fill_ballots);
use Test::More;
use Time::HiRes qw(time usleep);

use constant LONG => 10;        # seconds that the work would take, at least
use constant RUN => 1.5;        # seconds that it may
use constant PATIENCE => 2;     # seconds until it must have ended

# Numbers of options in the tallies.
use constant SOME => 100;
use constant MANY => 500;
use constant MOST => 20_000;

# Options of the ballots that are checked, guardians, and ballots of a record.
use constant LITTLE => 50;
use constant LARGE => 10_000;
use constant GUARDIANS => 255;
use constant BALLOTS => 50;
use constant COPIES => 500;

# Calls of a function: on today's machines they last for minutes, so that on
# tomorrow's they exceed LONG.
use constant REPEATS => 100;

my $server = start_server('interrupt');

# Votes at the far end of the largest bound of a discrete logarithm.
fill_ballots($server, 'ballots', 1_000);
$server->safe_psql('postgres', <<~SQL);
	CREATE TABLE tallies AS
	SELECT options, eg.tally(election.wide_ballot(options, 999999999)) AS tally
	FROM unnest('{1,@{[ SOME ]},@{[ MANY ]},@{[ MOST ]}}'::integer[]) options
	GROUP BY options;

	CREATE TABLE partial_decryptions AS
	SELECT options,
	       array_agg(eg.partial_decrypt_unchecked(
	                     tally, guardian, election.key_share(guardian))) AS two
	FROM tallies, generate_series(1, 2) guardian
	WHERE options IN (1, @{[ MANY ]})
	GROUP BY options;
	SQL

# Ballots of one contest, all proofs noise; a guardian with as many
# commitments, all of them g; and a record of ballots that are sound but for
# being copies.
$server->safe_psql('postgres', <<~SQL);
	CREATE TABLE checked AS
	SELECT options, e AS election,
	       (replace(election.wide_ballot_json(options, 0)::text,
	                '"contest_id": "contest"', '"contest_id": "contest 1"')::jsonb
	       )::eg.ballot AS ballot
	FROM unnest('{@{[ LITTLE ]},@{[ LARGE ]}}'::integer[]) options,
	     LATERAL (SELECT eg.create_election(convert_to(replace(convert_from(
	                  sound.manifest(1, options), 'UTF8'), 'option ', 'option-'), 'UTF8'),
	              1, 1, election.joint_public_key(), election.generator())) x(e);

	CREATE FUNCTION keys(k integer) RETURNS json LANGUAGE sql IMMUTABLE
	    RETURN json_build_object(
	        'commitments', (SELECT json_agg(encode(election.generator(), 'hex'))
	                        FROM generate_series(1, k)),
	        'proof', json_build_object('challenge', repeat('01', 32), 'responses',
	            (SELECT json_agg(repeat('01', 32)) FROM generate_series(0, k))));
	CREATE TABLE guardians AS
	SELECT n, json_build_object('number_of_guardians', n, 'quorum', 1) AS config,
	       json_build_object(
	           'joint_public_key', encode(election.generator(), 'hex'),
	           'joint_data_public_key', encode(election.generator(), 'hex'),
	           'guardians', (SELECT json_agg(json_build_object('x_coordinate', i,
	               'communication_key', encode(election.generator(), 'hex'),
	               'vote_key', key, 'data_key', key)) FROM generate_series(1, n) i))
	           AS initialized
	FROM unnest('{1,@{[ GUARDIANS ]}}'::integer[]) n, keys(10) key;
	SQL

foreach my $times (1, COPIES)
{
	my $name = 'record_' . $times * BALLOTS;
	$server->safe_psql('postgres', <<~SQL);
		SELECT eg.create_record('$name');
		INSERT INTO $name.file
		SELECT r.path, r.content
		FROM sound.election(1, 1) e,
		     LATERAL (SELECT array_agg(sound.ballot(e, 1, 1, n, 1)) AS ballots
		              FROM generate_series(1, @{[ BALLOTS ]}) n) b,
		     sound.record(e, ballots, '{@{[ BALLOTS ]}}') r;
		SELECT eg.import_record('$name');
		INSERT INTO $name.ballot (path, directory, ballot)
		SELECT path || copy, directory, ballot
		FROM $name.ballot, generate_series(2, $times) copy;
		SQL
}

# Each kind of long work: a little of it, how many times that is the whole, and,
# where one call does not last long enough, how many calls there are.
my %work = (
	'tally' => {
		query => sub {
			"SELECT eg.tally(ballot) FROM ballots,
			 LATERAL generate_series(1, $_[0] + 0 * id) copy";
		},
		little => 1,
		whole => 100_000,
		times => 100_000,
	},
	'combination' => {
		query => sub {
			"SELECT min(votes) FROM tallies
			 JOIN partial_decryptions USING (options), generate_series(1, $_[1]) t,
			 eg.combine_unchecked(tally, election.joint_public_key(), two,
			                      bound => 1000000000 + 0 * t)
			 WHERE options = $_[0]";
		},
		little => 1,
		whole => MANY,

		# The table of powers is made once, for as much work as an option.
		times => MANY / 2,
		repeats => REPEATS,
	},
	'partial decryption' => {
		query => sub {
			"SELECT eg.partial_decrypt_unchecked(tally, 1, election.key_share(1))
			 FROM tallies, generate_series(1, $_[1]) WHERE options = $_[0]";
		},
		little => SOME,
		whole => MOST,
		times => MOST / SOME,
		repeats => REPEATS,
	},
	'check of a ballot' => {
		query => sub {
			"SELECT count(*) FROM checked, generate_series(1, $_[1]) t,
			 eg.check_ballot(election, CASE WHEN t > 0 THEN ballot END)
			 WHERE options = $_[0]";
		},
		little => LITTLE,
		whole => LARGE,
		times => LARGE / LITTLE,
		repeats => REPEATS,
	},
	'check of guardians' => {
		query => sub {
			"SELECT count(*) FROM guardians, generate_series(1, $_[1]) t,
			 eg.check_election(NULL, CASE WHEN t > 0 THEN config END, NULL, initialized)
			 WHERE n = $_[0]";
		},
		little => 1,
		whole => GUARDIANS,
		times => GUARDIANS,
		repeats => REPEATS,
	},
	'check of a record' => {
		query => sub { "SELECT count(*) FROM record_$_[0].checks" },
		little => BALLOTS,
		whole => COPIES * BALLOTS,
		times => COPIES,
	});

my $observer = session($server);
my $session = session($server);

# The views of a record make a large plan, and to compile it is no work of ours
# and cannot be interrupted.
$session->query('SET jit = off');

sub repeats
{
	my ($work) = @_;
	return $work->{repeats} // 1;
}

# As the user has it, the work may go to parallel workers; then they stop too.
sub answer_to_little
{
	my ($work) = @_;
	return $session->query($work->{query}->($work->{little}, 1));
}

sub is_active
{
	return $observer->query(<<~SQL) eq 'active';
		SELECT state FROM pg_stat_activity WHERE pid = @{[ $session->pid ]}
		SQL
}

# Lets the work run, interrupts it and looks at what comes of it.
sub interrupt
{
	my ($name, $work, $how, $message, $interrupt) = @_;
	my $answer = answer_to_little($work);

	$session->query('SET statement_timeout = ' . 1000 * RUN)
	  if $how eq 'statement_timeout';
	my $start = time;
	$session->start($work->{query}->($work->{whole}, repeats($work)));
	usleep(1e6 * (RUN - 0.3));
	ok($session->is_busy && is_active(), "$name runs before $how");
	usleep(1e6 * ($start + RUN - time)) if time < $start + RUN;
	$interrupt->();
	my (undef, $error) = $session->finish;
	my $latency = time - ($start + RUN);

	like($error, qr/ERROR:  57014: $message/, "$name ends with $how");
	cmp_ok($latency, '<', PATIENCE, "$name ends in time");
	note sprintf '%s ended %.0f ms after %s', $name, 1000 * $latency, $how;

	$session->query('RESET statement_timeout');
	is(answer_to_little($work),
		$answer, "the session goes on after $name and $how");
	return;
}

foreach my $name (sort keys %work)
{
	my $work = $work{$name};

	my $start = time;
	answer_to_little($work);
	my $estimate = $work->{times} * repeats($work) * (time - $start);
	cmp_ok($estimate, '>', LONG,
		sprintf '%s would last about %.0f s', $name, $estimate);

	interrupt($name, $work, 'pg_cancel_backend',
		'canceling statement due to user request',
		sub {
			$observer->query("SELECT pg_cancel_backend(@{[ $session->pid ]})");
		});
	interrupt($name, $work, 'statement_timeout',
		'canceling statement due to statement timeout', sub { });
}

ok( $server->poll_query_until('postgres',
		"SELECT count(*) = 0 FROM pg_stat_activity
		 WHERE backend_type = 'parallel worker'"),
	'nothing runs on');

$session->quit;
$observer->quit;
$server->stop;
done_testing();
