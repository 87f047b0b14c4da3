#
# A ballot box is copied by logical replication, as the README says: the copy has
# the same rows and the same tally, passes every check, and takes over.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $server = start_server('replicated',
	wal_level => 'logical', max_wal_senders => 10);
my $copy = PostgreSQL::Test::Cluster->new('copy');

# The section of the README: a command, what to do on either side, and to take over.
my ($section) = slurp_file("$ENV{TESTDIR}/README.md") =~
  /^### A copy on another server\n(.*?)^### /ms;
my ($schema) = $section =~ /^```sh\n(.*?)^```\n/ms;
my ($publish, $subscribe, $take_over) = $section =~ /^```sql\n(.*?)^```\n/msg;
my $connection = $server->connstr('postgres');
$subscribe =~ s/CONNECTION '.*?'/CONNECTION \$\$$connection\$\$/;

$server->safe_psql('postgres', "\\i $ENV{TESTDIR}/test/ballot_box.sql");
$server->safe_psql('postgres', <<~'SQL');
	CREATE ROLE clerk;
	SELECT eg.create_ballot_box('vote2026', election) FROM small.election;
	SELECT vote2026.add_device('urn', 'urn, hall'), vote2026.add_device('chain', 'chain, hall', 1);
	GRANT USAGE ON SCHEMA vote2026 TO clerk;
	GRANT EXECUTE ON FUNCTION vote2026.submit(eg.ballot) TO clerk;

	-- Ballots from so many to so many, in both chaining modes and in two forms:
	-- most are cast, some are not.
	CREATE PROCEDURE vote(first integer, last integer) LANGUAGE plpgsql AS $$
	DECLARE
	    one eg.ballot;
	    code bytea;
	BEGIN
	    FOR n IN first .. last LOOP
	        one := CASE n % 2 WHEN 0 THEN small.ballot('ballot ' || n, 'one', 'urn')
	               ELSE small.ballot('ballot ' || n, 'two', 'chain', 1, vote2026.last_code('chain')) END;
	        code := CASE n % 3 WHEN 0 THEN vote2026.submit(one::text) ELSE vote2026.submit(one) END;
	        CASE n % 7
	            WHEN 0 THEN PERFORM vote2026.challenge(code);
	            WHEN 1 THEN PERFORM vote2026.void(code, 'torn');
	            WHEN 2 THEN NULL;
	            ELSE PERFORM vote2026.cast_ballot(code);
	        END CASE;
	        COMMIT;
	    END LOOP;
	END $$;
	CALL vote(1, 14);
	CALL eg.tally_ballot_box('vote2026', 3);
	CALL vote(15, 16);
	SQL

# Every row of every table, generated columns too.
sub content
{
	my ($node) = @_;
	my @tables = split /\n/, $node->safe_psql('postgres', <<~'SQL');
		SELECT oid::regclass FROM pg_class
		WHERE relnamespace = 'vote2026'::regnamespace AND relkind = 'r' ORDER BY relname
		SQL

	return map {
		"$_: " . $node->safe_psql('postgres',
			"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM $_ t")
	} @tables;
}

# What the cast ballots of the copy come to, in one statement.
sub tally_of_copy
{
	return $copy->safe_psql('postgres', <<~'SQL');
		SELECT md5(eg.tally(eg.cast_ballot(b.ballot))::text)
		FROM vote2026.ballot b JOIN vote2026.ballot_state s ON s.ballot = b.number
		WHERE state = 'cast'
		SQL
}

sub is_copied
{
	my ($what) = @_;

	$server->wait_for_catchup('vote2026');
	is_deeply([ content($copy) ], [ content($server) ], "the same rows: $what");
	return;
}

sub passes_checks
{
	my ($what) = @_;

	is( $copy->safe_psql('postgres', <<~'SQL'), 't||t', $what);
		SELECT (SELECT bool_and(ok) FROM vote2026.check_tally()),
		       (SELECT string_agg(step, ', ') FROM vote2026.verification WHERE failed > 0),
		       (SELECT sum(passed) > 100 FROM vote2026.verification)
		SQL
	return;
}

# The owner of a table that is published may neither change nor delete its rows
# if it has no replica identity.
is( $server->safe_psql('postgres', <<~'SQL'), '', 'every table has a replica identity');
	SELECT string_agg(oid::regclass::text, ', ') FROM pg_class c
	WHERE relnamespace = 'vote2026'::regnamespace AND relkind = 'r'
	      AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary)
	SQL

$copy->init(extra => [ '--no-locale', '--encoding=UTF8' ]);
$copy->start;
$copy->safe_psql('postgres', 'CREATE EXTENSION egtally; CREATE ROLE clerk');
{
	local %ENV = (%ENV, BOX => $connection, COPY => $copy->connstr('postgres'));
	$server->command_ok([ 'sh', '-c', $schema ], 'empty tables');
}
$server->safe_psql('postgres', $publish);
$copy->safe_psql('postgres', $subscribe);
$copy->wait_for_subscription_sync($server, 'vote2026');
is_copied('what there was');

# Everything that changes or deletes rows, the owner's corrections included: a
# ballot whose verification is forgotten is verified by the tally.
$server->safe_psql('postgres', <<~'SQL');
	SELECT vote2026.add_device('late', 'late, hall');
	CALL vote(17, 30);
	SELECT vote2026.void(confirmation_code, 'left behind') FROM vote2026.undecided WHERE device = 'urn';
	UPDATE vote2026.ballot SET ballot = small.ballot('corrected', 'one', 'urn')
	WHERE ballot_id = 'ballot 24';
	UPDATE vote2026.election SET closes_at = clock_timestamp() + interval '1 day';
	CALL eg.tally_ballot_box('vote2026', 3);
	SQL
is_copied('what came then');
is( tally_of_copy(),
	$server->safe_psql('postgres',
		'SELECT md5(eg.merge(tally)::text) FROM vote2026.partial_tally'),
	'the ballots of the copy have the tally of the box');
passes_checks('the checks of the copy pass');
is( $copy->safe_psql('postgres', <<~'SQL'), 't|f', 'a ballot that was changed has its new code');
	SELECT confirmation_code = eg.confirmation_code(ballot), verified
	FROM vote2026.ballot WHERE ballot_id = 'corrected'
	SQL

# The box is lost with a chunk that is claimed; the copy goes on.
$server->safe_psql('postgres', 'CALL vote(31, 34)');
my $worker = session($server);
my $claimed = $worker->query(<<~'SQL');
	SELECT vote2026.claim_chunk(3, backend_start) FROM pg_stat_get_activity(pg_backend_pid())
	SQL
is_copied('a chunk that is claimed');
my $ballot = $server->safe_psql('postgres',
	q{SELECT small.ballot('next', 'one', 'chain', 1, vote2026.last_code('chain'))});
$server->stop('immediate');
$worker->quit;

is( $copy->safe_psql('postgres',
		q{SELECT problem, subject FROM vote2026.health WHERE problem <> 'ballot undecided'}),
	"worker gone|chunk $claimed", 'the copy knows that its worker is gone');
$copy->safe_psql('postgres', $take_over);
$copy->safe_psql('postgres', "SET ROLE clerk; SELECT vote2026.submit('$ballot'::eg.ballot)");
$copy->safe_psql('postgres', <<~'SQL');
	SELECT vote2026.cast_ballot(confirmation_code) FROM vote2026.undecided WHERE ballot_id = 'next';
	UPDATE vote2026.election SET closes_at = NULL;
	SELECT vote2026.close();
	CALL eg.tally_ballot_box('vote2026', 3);
	SQL
passes_checks('when it has taken over, too');
is($copy->safe_psql('postgres', 'SELECT md5(vote2026.final_tally()::text)'),
	tally_of_copy(), 'and its tally is that of all ballots');
$copy->stop;
done_testing();
