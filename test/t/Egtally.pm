=pod

=head1 NAME

Egtally - servers with elections, for the tests

=cut

package Egtally;

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use PostgreSQL::Test::Cluster;
use PsqlSession;

our @EXPORT_OK =
  qw(start_server session measuring_session fill_ballots plant_leaks);

# A running server whose database postgres has the extension and the elections
# of test/election.sql and test/sound_election.sql.
sub start_server
{
	my ($name, %settings) = @_;
	my $server = PostgreSQL::Test::Cluster->new($name);

	# Text of any kind in C: the tests read messages and compare plans.
	$server->init(extra => [ '--no-locale', '--encoding=UTF8' ]);

	# Statements of a test hold whole ballots at times.
	$server->append_conf('postgresql.conf', "log_statement = none\n");
	$server->append_conf('postgresql.conf', "$_ = '$settings{$_}'\n")
	  foreach sort keys %settings;
	$server->start;

	$server->safe_psql('postgres', 'CREATE EXTENSION egtally');
	foreach my $file ('election.sql', 'wide_ballot.sql', 'sound_election.sql')
	{
		$server->safe_psql('postgres', "\\i $ENV{TESTDIR}/test/$file");
	}
	return $server;
}

sub session
{
	my ($server, $database) = @_;
	return PsqlSession->new($server->connstr($database // 'postgres'));
}

# A session in one process, in which statements keep nothing but what they must.
sub measuring_session
{
	my ($server) = @_;
	my $session = session($server);

	# Compilation loads LLVM, some 25 MB, at the first costly statement.
	$session->query(<<~'SQL');
		SET jit = off;
		SET max_parallel_workers_per_gather = 0;
		SET enable_material = off;
		SET enable_memoize = off;
		SQL
	return $session;
}

# What measures of memory must catch: leak() keeps something in the session at
# every call, and gives back its first argument, and one more.
sub plant_leaks
{
	my ($server) = @_;

	$server->safe_psql('postgres', <<~'SQL');
		CREATE SEQUENCE leaks;
		CREATE FUNCTION leak(bigint, integer) RETURNS bigint LANGUAGE plpgsql AS $$
		    BEGIN
		        EXECUTE format('PREPARE leak_%s AS SELECT %L', nextval('leaks'),
		                       repeat('x', 500));
		        RETURN $1 + 1;
		    END $$;
		SQL
	return;
}

# A table (id, ballot) of so many rows, ids from 1 on.  To encrypt a ballot
# takes much longer than to tally it: a few different ones come again and
# again.
sub fill_ballots
{
	my ($server, $table, $rows) = @_;

	$server->safe_psql('postgres', <<~SQL);
		CREATE TABLE $table (id integer, ballot eg.ballot);
		INSERT INTO $table
		SELECT id, ballot
		FROM generate_series(1, $rows) id,
		     (SELECT n, election.simple_ballot(n::integer) AS ballot
		      FROM generate_series(0, 63) n OFFSET 0) few
		WHERE n = id % 64;
		VACUUM ANALYZE $table;
		SQL
	return;
}

1;
