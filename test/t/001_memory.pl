#
# The memory of a backend does not grow with the ballots that it tallies.
#
# What is measured is the backend's private memory, seen from outside every
# 50 ms.  The same measure must catch aggregates that leak.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session measuring_session fill_ballots plant_leaks);
use Test::More;

use constant MEBIBYTE => 1024;    # in kB
use constant ROWS => 1_000;

my $server = start_server('memory');
my $probe = session($server);
plan skip_all => 'this system does not tell the private memory of a process'
  unless defined $probe->memory('RssAnon');
$probe->quit;

fill_ballots($server, 'ballots', ROWS);
plant_leaks($server);
$server->safe_psql('postgres', <<~'SQL');
	CREATE TABLE toasted (LIKE ballots);
	ALTER TABLE toasted ALTER ballot SET STORAGE external;
	INSERT INTO toasted SELECT * FROM ballots;

	CREATE TABLE ciphertexts AS
	SELECT id, ciphertext FROM ballots, eg.ciphertexts(ballot)
	WHERE option_index = 1;

	CREATE TABLE tallies AS
	SELECT id, eg.tally(ballot) AS tally FROM ballots GROUP BY id;

	VACUUM ANALYZE;

	-- The two ways to leak: into the memory of the aggregate, which goes with
	-- the statement, and into that of the session.
	CREATE AGGREGATE leaky_in_statement(bytea, bytea) (
	    SFUNC = bytea_string_agg_transfn,
	    STYPE = internal,
	    FINALFUNC = bytea_string_agg_finalfn
	);

	CREATE AGGREGATE leaky_in_session(integer) (
	    SFUNC = leak, STYPE = bigint, INITCOND = 0
	);
	SQL

my $out_of_line = $server->safe_psql('postgres', <<~'SQL');
	SELECT pg_relation_size(reltoastrelid) FROM pg_class
	WHERE oid = 'toasted'::regclass
	SQL
cmp_ok($out_of_line, '>', ROWS * 4_900,
	'every ballot of toasted is out of line');

# The rows so many times over: each row again for every number that a function
# returns for it, so that nothing but the row at hand is kept.
sub repeated
{
	my ($table, $times) = @_;
	return "$table, LATERAL generate_series(1, $times + 0 * id) copy";
}

# How much more memory 200 000 rows take than 1 000, in one statement.
sub growth_in_statement
{
	my ($aggregate, $table) = @_;
	my $session = measuring_session($server);
	my $few = "SELECT md5($aggregate\::text) FROM " . repeated($table, 1);
	my $many = "SELECT md5($aggregate\::text) FROM " . repeated($table, 200);

	like(
		$session->query("EXPLAIN (COSTS OFF) $many"),
		qr/\AAggregate\n\ +->\ \ Nested\ Loop\n
		   \ +->\ \ Seq\ Scan\ on\ $table\n
		   \ +->\ \ Function\ Scan\ on\ generate_series\ copy\z/x,
		"$aggregate of $table: nothing between the scan and the aggregate");

	my $before = $session->peak_memory(join ";\n", ($few) x 10);
	my $growth = $session->peak_memory($many) - $before;
	note "$aggregate of $table: $growth kB more than $before kB";
	$session->quit;
	return $growth;
}

foreach my $case (
	[ 'eg.tally(ballot)', 'ballots' ],
	[ 'eg.tally(ballot)', 'toasted' ],
	[ 'eg.tally(ciphertext)', 'ciphertexts' ],
	[ 'eg.merge(tally)', 'tallies' ])
{
	my ($aggregate, $table) = @$case;

	cmp_ok(growth_in_statement($aggregate, $table),
		'<', MEBIBYTE, "$aggregate of 200 000 $table takes the memory of 1 000");
}

cmp_ok(
	growth_in_statement(
		q{leaky_in_statement(eg.confirmation_code(ballot), '')}, 'ballots'),
	'>=', MEBIBYTE,
	'an aggregate that keeps 32 bytes of each row is caught');

# A sort compares in memory that lives as long as it does.
sub growth_in_sort
{
	my $session = measuring_session($server);
	my $distinct =
	  'SELECT count(DISTINCT ballot) FROM toasted WHERE 37 * id % 1009 <= ';
	my $before = $session->peak_memory(join ";\n", ("$distinct 10") x 10);
	my $growth = $session->peak_memory("$distinct 1009") - $before;
	note "count(DISTINCT ballot): $growth kB more than $before kB";
	$session->quit;
	return $growth;
}

cmp_ok(growth_in_sort(), '<', MEBIBYTE,
	'comparing toasted ballots leaves nothing behind');

# Chunks, one statement each: 20 of 32 ballots, 200 of 50 and one of 4 000.
use constant CHUNKS => 20 + 200 + 1;

$server->safe_psql('postgres', <<~SQL);
	CREATE TABLE members (chunk integer, id integer);
	INSERT INTO members
	SELECT chunk, 1 + (37 * chunk + n) % @{[ ROWS ]}
	FROM generate_series(1, @{[ CHUNKS ]}) chunk,
	     generate_series(1, CASE WHEN chunk <= 20 THEN 32
	                             WHEN chunk <= 220 THEN 50
	                             ELSE 4000 END) n;
	CREATE INDEX ON members (chunk);
	CREATE INDEX ON ballots (id);
	ANALYZE;

	CREATE TABLE partial (chunk integer, tally eg.encrypted_tally,
	                      leaked bigint);
	SQL

# How much more memory all the chunks and their sum take than the first two.
sub growth_in_session
{
	my ($aggregates) = @_;
	my $session = measuring_session($server);
	my @statements = map {
		"INSERT INTO partial SELECT chunk, $aggregates
		 FROM members JOIN ballots USING (id) WHERE chunk = $_ GROUP BY chunk"
	} (1 .. CHUNKS);
	my $sum = 'SELECT md5(eg.merge(tally)::text) FROM partial';

	# A hash table of ballots is memory that grows with them.
	$session->query('SET enable_hashjoin = off');
	my $before =
	  $session->peak_memory(join ";\n", splice(@statements, 0, 2), $sum);
	my $growth =
	  $session->peak_memory(join ";\n", @statements, $sum) - $before;
	note "chunks of $aggregates: $growth kB more than $before kB";
	$session->quit;
	return $growth;
}

cmp_ok(growth_in_session('eg.tally(ballot)'),
	'<', MEBIBYTE, '221 chunks in one session take the memory of two');

my $sum = $server->safe_psql('postgres', <<~'SQL');
	SELECT chunks, (SELECT ballots FROM eg.contests(merged)),
	       merged OPERATOR(eg.=) at_once
	FROM (SELECT count(*) AS chunks, eg.merge(tally) AS merged FROM partial) m,
	     (SELECT eg.tally(ballot) AS at_once
	      FROM members JOIN ballots USING (id)) a
	SQL
is($sum, '221|14640|t', 'and their sum is that of their ballots');

$server->safe_psql('postgres', 'TRUNCATE partial');
cmp_ok(growth_in_session('eg.tally(ballot), leaky_in_session(id)'),
	'>=', MEBIBYTE,
	'an aggregate that keeps something of each row in the session is caught');

$server->stop;
done_testing();
