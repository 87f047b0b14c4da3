#
# A ballot box with many sessions: who waits for whom, doubles, chunks of every
# size in little memory, dead and interrupted workers, dump and restore, and a
# worker in Python.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session measuring_session);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use List::Util qw(max sum uniq);
use Test::More;
use Time::HiRes qw(time usleep);

use constant MEBIBYTE => 1024;    # in kB
use constant CLIENTS => 64;
use constant SUBMISSIONS => 100;  # of each client
use constant DIFFERENT => 128;    # ballots that they submit
use constant COPIES => 20_000;
use constant INTERRUPTIONS => 40;
use constant LONG => 20;          # seconds
use constant SOUND => 128;        # ballots whose proofs hold, among the copies
use constant FAULTY => 32;        # copies that are verified, too

# What verifying them again and again may take, in seconds.
use constant PATIENCE => 8;

my $server = start_server('ballot_box', max_connections => CLIENTS + 20,
	max_prepared_transactions => 1);
my $folder = PostgreSQL::Test::Utils::tempdir;

$server->safe_psql('postgres', "\\i $ENV{TESTDIR}/test/ballot_box.sql");
$server->safe_psql('postgres', <<~SQL);
	SELECT eg.create_ballot_box('vote', election) FROM small.election;
	SELECT vote.add_device('device ' || n, 'device ' || n || ', hall')
	FROM generate_series(0, @{[ CLIENTS - 1 ]}) n;
	SELECT vote.add_device('chain', 'chain, hall', 1), vote.add_device('spare', 'spare, hall');
	CREATE TABLE ballots AS
	SELECT n, small.ballot('ballot ' || n, 'one', 'device ' || n % @{[ CLIENTS ]}) AS ballot
	FROM generate_series(0, @{[ DIFFERENT - 1 ]}) n;
	CREATE TABLE few AS
	SELECT n, small.ballot('few ' || n, 'one', 'device ' || n) AS ballot
	FROM generate_series(0, @{[ CLIENTS - 1 ]}) n;

	-- What a client gets to know of one submission.
	CREATE TABLE outcome (client integer, n integer, outcome text);
	CREATE FUNCTION outcome(ballot eg.ballot) RETURNS text LANGUAGE plpgsql AS \$\$
	BEGIN
	    PERFORM vote.submit(ballot);
	    RETURN 'accepted';
	EXCEPTION WHEN OTHERS THEN
	    RETURN regexp_replace(SQLSTATE || ' ' || SQLERRM, 'ballot \\d+', '...');
	END \$\$;
	CREATE PROCEDURE submit_many(client integer) LANGUAGE plpgsql AS \$\$
	DECLARE
	    one record;
	BEGIN
	    FOR i IN 0 .. @{[ SUBMISSIONS - 1 ]} LOOP
	        SELECT * INTO one FROM ballots WHERE n = (client * 5 + i) % @{[ DIFFERENT ]};
	        INSERT INTO outcome VALUES (client, one.n, outcome(one.ballot));
	        COMMIT;
	    END LOOP;
	END \$\$;
	SQL

# A box as its owner's checks see it: nothing is half-done.
sub is_whole
{
	my ($box, $what) = @_;

	is($server->safe_psql('postgres', <<~SQL), '0|0|0|0', "nothing is half-done after $what");
		SELECT (SELECT count(*) FROM $box.device d
		        WHERE d.ballots <> (SELECT count(*) FROM $box.ballot b WHERE b.device = d.device)
		              OR d.last_code IS DISTINCT FROM
		                 (SELECT confirmation_code FROM $box.ballot b
		                  WHERE b.device = d.device AND b.position = d.ballots)),
		       (SELECT count(*) FROM $box.ballot b
		        WHERE NOT EXISTS (SELECT FROM $box.ballot_state s
		                          WHERE s.ballot = b.number AND s.state = 'submitted')),
		       (SELECT count(*) FROM $box.chunk c
		        WHERE (done_at IS NOT NULL) <>
		              EXISTS (SELECT FROM $box.partial_tally p WHERE p.chunk = c.chunk)
		              OR ballots <> (SELECT count(*) FROM $box.member m WHERE m.chunk = c.chunk)),
		       (SELECT count(*) FROM $box.ballot_state s
		        WHERE state = 'cast'
		              AND (EXISTS (SELECT FROM $box.waiting w WHERE w.ballot = s.ballot))::integer
		                + (EXISTS (SELECT FROM $box.member m WHERE m.ballot = s.ballot))::integer
		                <> 1)
		SQL
	return;
}

sub wait_for_lock
{
	my ($session) = @_;

	$session->is_busy;    # has it sent
	$server->poll_query_until('postgres',
		"SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = @{[ $session->pid ]}")
	  or die 'a session waits for no lock';
	return;
}

sub tally_is_right
{
	my ($box, $what) = @_;

	is( $server->safe_psql('postgres',
			"SELECT string_agg(step, ', ') FROM $box.check_tally() WHERE ok IS NOT TRUE"),
		'', "the tally is that of one statement: $what");
	return;
}

# Who waits for whom
{
	my @sessions = map { session($server) } (1 .. CLIENTS);
	my $start = time;

	foreach my $n (0 .. CLIENTS - 1)
	{
		$sessions[$n]->query(<<~SQL);
			SET lock_timeout = '5s';
			BEGIN;
			SELECT vote.submit(ballot) FROM few WHERE n = $n
			SQL
	}
	pass(CLIENTS . ' sessions have submitted to as many devices, and none has committed');

	my $late = session($server);
	$late->query(q{SET lock_timeout = '200ms'});
	my (undef, $error) = $late->try_query(
		q{SELECT vote.submit(small.ballot('late', 'one', 'device 0'))});
	like($error, qr/ERROR:  55P03/, 'on one device, the next one waits');

	my $closing = session($server);
	$closing->start('BEGIN; SELECT vote.close()');
	wait_for_lock($closing);
	(undef, $error) = $late->try_query(
		q{SELECT vote.submit(small.ballot('late', 'one', 'spare'))});
	like($error, qr/ERROR:  55P03/, 'what comes while the box waits to be closed, waits too');

	my $prepared = pop @sessions;
	$prepared->query(q{PREPARE TRANSACTION 'submitted'});
	$_->query('COMMIT') foreach @sessions;
	note sprintf '%d transactions: %.1f s', CLIENTS, time - $start;
	ok($closing->is_busy, 'closing waits for what is in flight, prepared transactions as well');
	$prepared->query(q{COMMIT PREPARED 'submitted'});
	(undef, $error) = $closing->finish;
	is($error, '', 'and then the box is closed');

	$late->query('SET lock_timeout = 0');
	$late->start(q{SELECT vote.submit(small.ballot('late', 'one', 'spare'))});
	wait_for_lock($late);
	$closing->query('COMMIT');
	(undef, $error) = $late->finish;
	like($error, qr/ERROR:  55000: the ballot box is closed/,
		'who waited behind it is told so');
	is( $server->safe_psql('postgres', 'SELECT count(*) FROM vote.ballot'),
		CLIENTS, 'what was in flight is in it, and nothing else');
	$_->quit foreach @sessions, $prepared, $late, $closing;
	$server->safe_psql('postgres', 'UPDATE vote.election SET closed_at = NULL');
}

# A ballot that another device copies is known by its identifier (27, 28), also
# when both come at once.
{
	my ($first, $second) = map { session($server) } (1 .. 2);

	$server->safe_psql('postgres', <<~'SQL');
		CREATE TABLE copied AS
		SELECT ballot, eg.chain(election, (ballot::jsonb - '{confirmation_code,chaining_field}'::text[]
		                                   || '{"encrypting_device": "device 1"}')::eg.ballot,
		                        'device 1, hall') AS copy
		FROM small.election, small.ballot('copied', 'one', 'device 0') ballot
		SQL
	$first->query('BEGIN; SELECT vote.submit(ballot) FROM copied');
	$second->start('SELECT vote.submit(copy) FROM copied');
	wait_for_lock($second);
	$first->query('COMMIT');
	my (undef, $error) = $second->finish;
	like($error,
		qr/ERROR:  23505: ballot "copied" has the selection encryption identifier of another ballot/,
		'who loses a race with a copy is told what of');
	$_->quit foreach $first, $second;
}

# Doubles (36)
{
	my @sessions = map { session($server) } (1 .. CLIENTS);
	my $probe = $sessions[0]->memory('RssAnon');

	$sessions[$_]->start("CALL submit_many($_)") foreach 0 .. CLIENTS - 1;
	my @errors = grep { $_ ne '' } map { ($_->finish)[1] } @sessions;
	is("@errors", '', CLIENTS . ' clients submitted ' . SUBMISSIONS . ' ballots each');
	is( $server->safe_psql('postgres',
			'SELECT outcome, count(*) FROM outcome GROUP BY 1 ORDER BY 1'),
		"23505 ballot \"...\" has been submitted already|"
		  . (CLIENTS * SUBMISSIONS - DIFFERENT)
		  . "\naccepted|"
		  . DIFFERENT,
		'each ballot was accepted once, and the others were told');
	is( $server->safe_psql('postgres', <<~'SQL'), 't', 'and is there once');
		SELECT count(*) = (SELECT count(*) FROM ballots) FROM vote.ballot
		WHERE ballot_id LIKE 'ballot %'
		SQL
	is_whole('vote', 'doubles');

  SKIP:
	{
		skip 'this system does not tell the private memory of a process', 1
		  unless defined $probe;
		my $sum = sum(map { $_->memory('RssAnon') } @sessions);
		note sprintf 'all sessions: %d MiB', $sum / MEBIBYTE;
		cmp_ok($sum, '<', CLIENTS * (16 + 16) * MEBIBYTE,
			'the memory of all is under 16 MiB each beside the tables');
	}
	$_->quit foreach @sessions;
}

# Decisions, each by several at once
{
	my @sessions = map { session($server) } (1 .. 4);
	my @calls = ('cast_ballot(c)', 'challenge(c)', q{void(c, 'torn')}, 'cast_ballot(c)');

	$server->safe_psql('postgres', <<~'SQL');
		CREATE FUNCTION decided(call text, c bytea) RETURNS text LANGUAGE plpgsql AS $$
		BEGIN
		    EXECUTE 'SELECT vote.' || replace(call, '(c', '($1') USING c;
		    RETURN 'done';
		EXCEPTION WHEN OTHERS THEN
		    RETURN SQLSTATE;
		END $$;
		CREATE PROCEDURE decide_many(call text) LANGUAGE plpgsql AS $$
		DECLARE
		    one eg.ballot;
		BEGIN
		    FOR i IN 0 .. 99 LOOP
		        SELECT ballot INTO one FROM ballots WHERE n = i;
		        INSERT INTO outcome VALUES (-1, i, decided(call, eg.confirmation_code(one)));
		        COMMIT;
		    END LOOP;
		END $$;
		SQL
	$sessions[$_]->start("CALL decide_many(\$\$$calls[$_]\$\$)") foreach 0 .. 3;
	my @errors = grep { $_ ne '' } map { ($_->finish)[1] } @sessions;
	is("@errors", '', 'four sessions decided on the same ballots');
	is( $server->safe_psql('postgres',
			'SELECT outcome, count(*) FROM outcome WHERE client = -1 GROUP BY 1 ORDER BY 1'),
		"55000|300\ndone|100",
		'each was decided on once');
	$_->quit foreach @sessions;
	$server->safe_psql('postgres', q{CALL eg.tally_ballot_box('vote', 7)});
	tally_is_right('vote', 'chunks of 7');
}

# statement_timeout and cancels, at random moments of work that goes on for ever
{
	my @sessions = map { session($server) } (1 .. 3);
	my $interrupted = 0;

	$server->safe_psql('postgres', <<~'SQL');
		CREATE PROCEDURE submit_on(device text, mode integer) LANGUAGE plpgsql AS $$
		DECLARE
		    code bytea;
		BEGIN
		    LOOP
		        code := vote.submit(small.ballot(device || ' ' || clock_timestamp(), 'one', device, mode,
		                                         CASE mode WHEN 1 THEN vote.last_code(device) END));
		        COMMIT;
		        PERFORM vote.cast_ballot(code);
		        COMMIT;
		    END LOOP;
		END $$;
		CREATE PROCEDURE tally_on() LANGUAGE plpgsql AS $$
		BEGIN
		    LOOP
		        CALL eg.tally_ballot_box('vote', 3, verify_again => true);
		        PERFORM vote.release_chunk(chunk) FROM vote.chunk WHERE parked_at IS NOT NULL;
		        COMMIT;
		    END LOOP;
		END $$;
		SQL
	foreach my $round (1 .. INTERRUPTIONS)
	{
		my $milliseconds = 1 + int rand 60;
		my $by_timeout = $round % 2;

		# A timeout or a late cancel of the last round may strike this, too.
		foreach my $session (@sessions)
		{
			1 while ($session->try_query(
				'SET statement_timeout = ' . ($by_timeout ? $milliseconds : 0)))[1] ne '';
		}
		$sessions[0]->start(q{CALL submit_on('device 1', 0)});
		$sessions[1]->start(q{CALL submit_on('chain', 1)});
		$sessions[2]->start('SET client_min_messages = error; CALL tally_on()');

		# A cancel that comes before the statement has no effect.
		while (!$by_timeout && grep { $_->is_busy } @sessions)
		{
			usleep($milliseconds * 1_000);
			$server->safe_psql('postgres', 'SELECT ' . join ', ',
				map { "pg_cancel_backend(@{[ $_->pid ]})" } @sessions);
		}
		foreach my $session (@sessions)
		{
			my ($rows, $error) = $session->finish;
			$error =~ /ERROR:  57014/ ? $interrupted++ : diag "$rows\n$error";
		}
	}
	is($interrupted, 3 * INTERRUPTIONS, 'statements were interrupted');
	$_->quit foreach @sessions;
	is_whole('vote', 'interrupted statements');

	$server->poll_query_until('postgres', 'SELECT count(*) = 0 FROM vote.workers')
	  or die 'a session that has ended is at work';

	# Who comes next parks the chunks that have been interrupted a third time.
	$server->safe_psql('postgres', q{CALL eg.tally_ballot_box('vote', 7)});
	$server->safe_psql('postgres', <<~'SQL');
		SELECT vote.release_chunk(chunk) FROM vote.chunk WHERE parked_at IS NOT NULL;
		SELECT vote.cast_ballot(confirmation_code) FROM vote.undecided WHERE device = 'chain';
		SQL
	$server->safe_psql('postgres', q{CALL eg.tally_ballot_box('vote', 7)});
	tally_is_right('vote', 'after interrupted statements');
}

# Workers that die, and one that is cancelled
$server->safe_psql('postgres', <<~'SQL');
	CREATE ROLE owner;
	CREATE ROLE monitor;
	CREATE ROLE clerk;
	CREATE ROLE worker;
	GRANT CREATE ON DATABASE postgres TO owner;
	GRANT USAGE ON SCHEMA small TO owner;
	GRANT SELECT ON small.election TO owner;
	SET ROLE owner;
	SELECT eg.create_ballot_box('slow', election) FROM small.election;
	SELECT slow.add_device('urn', 'urn, hall');
	GRANT USAGE ON SCHEMA slow TO monitor;
	GRANT SELECT ON slow.workers, slow.health, slow.metrics TO monitor;
	RESET ROLE;
	SELECT small.fill('slow', 20);
	SQL

# As many ballots as take LONG seconds; the first time, tables are made.
{
	my $session = session($server);
	my $seconds;

	foreach (1 .. 2)
	{
		my $start = time;
		$session->query('SET jit = off; SELECT count(slow.fault_of(ballot)) FROM slow.ballot');
		$seconds = time - $start;
	}
	$session->quit;
	my $ballots = 1 + int LONG / $seconds * 20;
	note "$ballots ballots in a chunk";
	$server->safe_psql('postgres', "SELECT small.fill('slow', $ballots)");
}

# Who may see nothing of other roles' sessions sees this.
sub watch
{
	my ($query) = @_;
	return $server->safe_psql('postgres', "SET ROLE monitor; $query");
}

sub start_worker
{
	my $session = session($server);

	$session->start(q{CALL eg.tally_ballot_box('slow', 1000000, verify_again => true)});
	foreach (1 .. 1_000)
	{
		return $session
		  if $session->is_busy
		  && watch("SELECT pid FROM slow.workers") eq $session->pid;
		usleep(10_000);
	}
	die 'no worker is seen';
}

{
	my $worker = start_worker();
	is($server->safe_psql('postgres', 'SELECT * FROM slow.tally_next_chunk()'),
		'', 'a chunk that is worked on is nobody else\'s');
	usleep(1_100_000);
	is( watch('SELECT chunk, attempts, role, pid, running > \'1 s\' FROM slow.workers'),
		join('|', 1, 1, $server->safe_psql('postgres', 'SELECT session_user'), $worker->pid, 't'),
		'it is seen who works on it, since when');
	is( watch('SELECT problem, subject FROM slow.health'),
		'longest running|chunk 1', 'nothing is wrong with it');
	is( watch(q{SELECT value FROM slow.metrics WHERE metric = 'workers'}),
		1, 'and it is counted');
	is($server->safe_psql('postgres', 'SELECT * FROM slow.tally_next_chunk()'),
		'', 'and still nobody else\'s');
	my $start = time;
	$server->safe_psql('postgres', "SELECT pg_cancel_backend(@{[ $worker->pid ]})");
	my (undef, $error) = $worker->finish;
	like($error, qr/ERROR:  57014/, 'a worker is cancelled');
	cmp_ok(time - $start, '<', 2, 'at once');
	$worker->query('BEGIN; SELECT count(*) FROM slow.progress');
	is( watch('SELECT problem, subject FROM slow.health'),
		'worker gone|chunk 1', 'while its session does something else, its chunk is free');
	$worker->query('COMMIT');

	foreach (1 .. 2)
	{
		my $victim = start_worker();
		$server->safe_psql('postgres',
			"SELECT pg_terminate_backend(@{[ $victim->pid ]}, 10000)");
	}
	$server->safe_psql('postgres', q{CALL eg.tally_ballot_box('slow')});
	is( $server->safe_psql('postgres',
			'SELECT problem, subject, detail FROM slow.health'),
		'chunk parked|chunk 1|worker died or was interrupted',
		'a chunk that thrice lost its worker is parked');
	$worker->quit;
	$server->safe_psql('postgres', <<~'SQL');
		SELECT slow.release_chunk(1);
		CALL eg.tally_ballot_box('slow');
		SQL
	tally_is_right('slow', 'a chunk that was released');
	is($server->safe_psql('postgres', 'SELECT count(*) FROM slow.health'),
		0, 'and all is well');
}

# Chunks of every size
$server->safe_psql('postgres', <<~SQL);
	SELECT eg.create_ballot_box('large', election) FROM small.election;
	SELECT large.add_device('booth', 'booth, hall'), large.add_device('urn', 'urn, hall');
	SELECT large.cast_ballot(large.submit(small.ballot('sound ' || n, 'one', 'booth')))
	FROM generate_series(1, @{[ SOUND ]}) n;
	SELECT small.fill('large', @{[ COPIES - SOUND ]});
	VACUUM ANALYZE large.ballot;
	CREATE PROCEDURE begin_anew(ballots integer) LANGUAGE sql AS \$\$
	    TRUNCATE large.chunk_part, large.partial_tally, large.set_aside, large.chunk, large.waiting,
	        large.log;
	    INSERT INTO large.waiting
	    SELECT ballot FROM large.ballot_state WHERE state = 'cast' ORDER BY ballot LIMIT ballots \$\$;
	SQL

sub tally_of
{
	my ($ballots) = @_;

	return $server->safe_psql('postgres', <<~SQL);
		SELECT md5(eg.tally(eg.cast_ballot(ballot))::text)
		FROM (SELECT ballot FROM large.ballot ORDER BY number LIMIT $ballots) x
		SQL
}

# Tallies what waits, in chunks of that size, or in those and verifying again;
# returns the largest private memory of each session, and the errors.
sub tally_by
{
	my ($how, @sessions) = @_;
	my @peak = map { $_->memory('RssAnon') // 0 } @sessions;

	$_->start("SET client_min_messages = warning; CALL eg.tally_ballot_box('large', $how)")
	  foreach @sessions;
	while (grep { $_->is_busy } @sessions)
	{
		usleep(20_000);
		@peak = map { max($peak[$_], $sessions[$_]->memory('RssAnon') // 0) } 0 .. $#sessions;
	}
	return @peak, join '', map { ($_->finish)[1] } @sessions;
}

foreach my $case ([ 32, 640, 1 ], [ 50, 10_000, 1 ], [ 4_000, 4_000, 1 ],
	[ 200, COPIES, 4 ])
{
	my ($size, $ballots, $sessions) = @$case;
	my $what = "$ballots ballots in chunks of $size by $sessions sessions";
	my @sessions = map { measuring_session($server) } (1 .. $sessions);

	# A first chunk of each session, for what it needs but once.
	foreach my $session (@sessions)
	{
		$server->safe_psql('postgres', "CALL begin_anew($size)");
		$session->query("SET client_min_messages = warning; CALL eg.tally_ballot_box('large', $size)");
	}
	$server->safe_psql('postgres', "CALL begin_anew($ballots)");
	my @before = map { $_->memory('RssAnon') } @sessions;
	my @peak = tally_by($size, @sessions);
	is(pop @peak, '', $what);
	is( $server->safe_psql('postgres',
			'SELECT sum(ballots), md5(eg.merge(tally)::text) FROM large.partial_tally'),
		"$ballots|" . tally_of($ballots),
		'the tally of one statement');
	is( $server->safe_psql('postgres',
			'SELECT count(DISTINCT pid) FROM large.log'),
		$sessions, 'every session had its part');
  SKIP:
	{
		skip 'this system does not tell the private memory of a process', 1
		  unless defined $before[0];
		my ($growth) =
		  sort { $b <=> $a } map { $peak[$_] - $before[$_] } 0 .. $#sessions;
		note "$what: $growth kB more than $before[0] kB";
		cmp_ok($growth, '<', MEBIBYTE, 'in the memory of the first chunk');
	}
	$_->quit foreach @sessions;
}

# Chunks that verify: ballots of which it is not known that they are sound, and
# all of them again.  A round has both, and the same ballots come each time, as
# it takes longer to make them.
{
	my $session = measuring_session($server);
	my $all = SOUND + FAULTY;
	my %expected = (
		'50' => "$all|0|" . tally_of($all),
		'50, true' => SOUND . '|' . FAULTY . '|' . tally_of(SOUND));
	my (%outcomes, @errors);
	my $verify_round = sub {
		my @peak;

		foreach my $how (sort keys %expected)
		{
			$server->safe_psql('postgres', "CALL begin_anew($all)");
			my ($peak, $error) = tally_by($how, $session);
			push @peak, $peak;
			push @errors, $error;
			push @{ $outcomes{$how} }, $server->safe_psql('postgres', <<~'SQL');
				SELECT sum(ballots), (SELECT count(*) FROM large.set_aside),
				       md5(eg.merge(tally)::text)
				FROM large.partial_tally
				SQL
		}
		return max(@peak);
	};

	$server->safe_psql('postgres', q{UPDATE large.ballot SET verified = false WHERE device = 'booth'});

	# A first round makes the tables of powers, a second one tells the time.
	$verify_round->();
	my $before = $session->memory('RssAnon');
	my $start = time;
	my @peaks = $verify_round->();
	my $rounds = max(2, int(PATIENCE / (time - $start)));
	push @peaks, map { $verify_round->() } (2 .. $rounds);

	is(join('', @errors), '', "$rounds rounds of chunks that verify");
	is(join(' ', uniq @{ $outcomes{'50'} }), $expected{'50'},
		'what was not known to be sound is counted, if it is');
	is(join(' ', uniq @{ $outcomes{'50, true'} }), $expected{'50, true'},
		'what was said to be sound is set aside, if it is not');
  SKIP:
	{
		skip 'this system does not tell the private memory of a process', 1
		  unless defined $before;
		my $verified = $rounds * (2 * SOUND + FAULTY);
		my $growth = max(@peaks) - $before;
		note "$verified ballots verified: $growth kB more than $before kB";
		cmp_ok($growth, '<', MEBIBYTE, 'in the memory of the first chunks');
	}
	$session->quit;
}

# What psql shows meanwhile; what is cast between two calls counts in the second.
{
	my $notices = '';

	$server->safe_psql('postgres', 'CALL begin_anew(1000)');
	foreach (1 .. 2)
	{
		my (undef, undef, $error) =
		  $server->psql('postgres', q{CALL eg.tally_ballot_box('large', 400)});
		$notices .= $error;
		$server->safe_psql('postgres',
			'INSERT INTO large.waiting SELECT number FROM large.ballot ORDER BY number OFFSET 1000 LIMIT 10');
	}
	is( join(' ', $notices =~ /(\d+ ballots in) \d+ ms, (\d+ of \d+) cast ballots done/g),
		'400 ballots in 400 of 1000 400 ballots in 800 of 1000 200 ballots in 1000 of 1000 '
		  . '10 ballots in 1010 of 1010',
		'each chunk tells how much is done of how much');
}

# All clients at the chunks at once
{
	my @sessions = map { measuring_session($server) } (1 .. CLIENTS);

	$server->safe_psql('postgres', "CALL begin_anew(@{[ COPIES ]})");
	my @peak = tally_by(50, @sessions);
	is(pop @peak, '', COPIES . ' ballots in chunks of 50 by ' . CLIENTS . ' sessions');
	is( $server->safe_psql('postgres', 'SELECT min(attempts), max(attempts) FROM large.chunk'),
		'1|1', 'no session took the chunk of another');
	tally_is_right('large', 'all ballots');
  SKIP:
	{
		skip 'this system does not tell the private memory of a process', 1
		  unless $peak[0];
		cmp_ok(sum(@peak), '<', CLIENTS * (16 + 16) * MEBIBYTE,
			'in less than 16 MiB of memory each beside the tables');
	}
	$_->quit foreach @sessions;
}

# A worker in Python, out of the README, with the rights that it tells to give
SKIP:
{
	my $python = '/usr/bin/python3';
	skip 'no python3 with psycopg2', 3
	  unless system("$python -c 'import psycopg2' 2>/dev/null") == 0;
	my ($example) = slurp_file("$ENV{TESTDIR}/README.md") =~
	  /```python\n(import sys\nimport psycopg2\n.*?)```/s;

	my ($grants) = slurp_file("$ENV{TESTDIR}/README.md") =~
	  /```sql\n(   GRANT USAGE ON SCHEMA vote2026 .*?)```/s;

	append_to_file("$folder/worker.py", $example);
	$server->safe_psql('postgres', <<~SQL);
		SELECT eg.create_ballot_box('vote2026', election) FROM small.election;
		SELECT vote2026.add_device('booth', 'booth, hall');
		$grants;
		CREATE ROLE agent LOGIN IN ROLE clerk, worker;
		SQL
	foreach my $n (1 .. 3)
	{
		append_to_file("$folder/$n.json", $server->safe_psql('postgres',
			"SELECT jsonb_pretty(small.ballot('python $n', 'one', 'booth')::jsonb)"));
	}
	{
		local $ENV{PGUSER} = 'agent';
		$server->command_ok(
			[ $python, "$folder/worker.py", map { "$folder/$_.json" } (1 .. 3) ],
			'the worker of the README');
	}
	is( $server->safe_psql('postgres', <<~'SQL'), '3|3|t', 'submitted, cast and tallied');
		SELECT (SELECT count(*) FROM vote2026.ballot), ballots_tallied,
		       (SELECT bool_and(ok) FROM vote2026.check_tally())
		FROM vote2026.progress
		SQL
	is( $server->safe_psql('postgres', <<~'SQL'), '3|0|0|18', 'and watched');
		SET ROLE monitor;
		SELECT ballots_tallied, (SELECT count(*) FROM vote2026.workers),
		       (SELECT count(*) FROM vote2026.health), (SELECT count(*) FROM vote2026.metrics)
		FROM vote2026.progress
		SQL
}

# Dump and restore into another cluster (65)
{
	my $other = PostgreSQL::Test::Cluster->new('restored');
	my $dump = "$folder/box.dump";
	my $content = q{
		SELECT md5(string_agg(b::text, ',' ORDER BY number)) FROM vote.ballot b;
		SELECT md5(string_agg(s::text, ',' ORDER BY ballot, state)) FROM vote.ballot_state s;
		SELECT md5(string_agg(d::text, ',' ORDER BY device)) FROM vote.device d;
		SELECT md5(vote.final_tally()::text);
		SELECT * FROM vote.check_tally()};
	my $failed = 'SELECT count(*) FROM vote.checks WHERE ok IS NOT TRUE';

	$server->safe_psql('postgres', <<~'SQL');
		SELECT vote.close();
		GRANT EXECUTE ON FUNCTION vote.submit(eg.ballot) TO clerk;
		SQL
	my $expected = $server->safe_psql('postgres', $content);
	is($server->safe_psql('postgres', $failed), 0, 'every check of the box passes');
	$server->command_ok(
		[ 'pg_dump', '-Fc', '-n', 'vote', '-n', 'eg', '-e', 'egtally', '-f', $dump, 'postgres' ],
		'dump');
	$other->init(allows_streaming => 1, extra => [ '--no-locale', '--encoding=UTF8' ]);
	$other->start;
	$other->safe_psql('postgres', 'CREATE ROLE clerk');
	$other->command_ok(
		[ 'pg_restore', '-e', '-d', $other->connstr('postgres'), $dump ],
		'restore into a fresh cluster');
	ok($other->safe_psql('postgres', $content) eq $expected,
		'the same ballots, states, codes, tally and checks');
	is($other->safe_psql('postgres', $failed), 0, 'which pass');
	is($other->safe_psql('postgres', <<~'SQL'), 't|f', 'the same rights');
		SELECT has_function_privilege('clerk', 'vote.submit(eg.ballot)', 'EXECUTE'),
		       has_function_privilege('clerk', 'vote.close()', 'EXECUTE')
		SQL
	my (undef, undef, $error) = $other->psql('postgres', 'DROP EXTENSION egtally');
	like($error, qr/other objects depend on it/, 'the extension does not go from under it');

	# A standby takes over while a chunk is claimed.
	my $standby = PostgreSQL::Test::Cluster->new('standby');
	$other->backup('base');
	$standby->init_from_backup($other, 'base', has_streaming => 1);
	$standby->start;
	$other->safe_psql('postgres', <<~'SQL');
		TRUNCATE vote.chunk_part, vote.partial_tally, vote.set_aside, vote.chunk, vote.waiting;
		INSERT INTO vote.waiting SELECT ballot FROM vote.ballot_state WHERE state = 'cast'
		SQL
	my $worker = session($other);
	my $claimed = $worker->query(<<~'SQL');
		SELECT vote.claim_chunk(7, backend_start) FROM pg_stat_get_activity(pg_backend_pid())
		SQL
	$other->wait_for_catchup($standby);
	is( $standby->safe_psql('postgres',
			"SELECT problem, subject FROM vote.health WHERE problem <> 'ballot undecided'"),
		"worker gone|chunk $claimed", 'a standby can be watched');
	$other->stop('immediate');
	$worker->quit;
	$standby->promote;
	$standby->safe_psql('postgres', q{CALL eg.tally_ballot_box('vote', 7)});
	ok($standby->safe_psql('postgres', $content) eq $expected,
		'a standby that takes over goes on with the tally');
	is( $standby->safe_psql('postgres', 'SELECT chunk FROM vote.chunk WHERE attempts = 2'),
		$claimed, 'with the chunk that was claimed, too');
	$standby->stop;

	my $upgraded = PostgreSQL::Test::Cluster->new('upgraded');
	my ($programs) = run_command([ 'pg_config', '--bindir' ]);

	$upgraded->init(extra => [ '--no-locale', '--encoding=UTF8' ]);
	chdir $folder;
	$standby->command_ok(
		[
			'pg_upgrade', '--no-sync', '--link',
			'-b' => $programs, '-d' => $standby->data_dir, '-D' => $upgraded->data_dir,
			'-p' => $standby->port, '-P' => $upgraded->port, '-s' => $standby->host
		],
		'pg_upgrade');
	$upgraded->start;
	ok($upgraded->safe_psql('postgres', $content) eq $expected,
		'the same ballots, states, codes, tally and checks');
	$upgraded->stop;
}

$server->stop;
done_testing();
