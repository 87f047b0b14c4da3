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

our @EXPORT_OK = qw(start_server session fill_ballots);

# A running server whose database postgres has the extension and the election
# of test/election.sql.
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
	foreach my $file ('election.sql', 'wide_ballot.sql')
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
