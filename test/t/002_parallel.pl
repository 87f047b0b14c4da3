#
# A sum is the same bytes, however its rows are shared out and brought along.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session fill_ballots);
use PostgreSQL::Test::Utils;
use Test::More;

use constant ROWS => 2_000;

my $server = start_server('parallel');

fill_ballots($server, 'ballots', ROWS);
$server->safe_psql('postgres', <<~'SQL');
	ALTER TABLE ballots ADD weight bigint;
	UPDATE ballots
	SET weight = CASE id % 100 WHEN 0 THEN 1000000007 ELSE id % 7 + 1 END;

	CREATE TABLE ciphertexts AS
	SELECT id, weight, ciphertext FROM ballots, eg.ciphertexts(ballot)
	WHERE option_index = 2;

	-- As many workers as a session allows, for tables of any size.
	ALTER TABLE ballots SET (parallel_workers = 8);
	ALTER TABLE ciphertexts SET (parallel_workers = 8);
	VACUUM FULL ANALYZE;
	SQL

# Each kind of sum, from where.
my @sums = (
	[ 'eg.tally(ballot)', 'ballots' ],
	[ 'eg.tally(ballot, weight)', 'ballots' ],
	[ 'eg.tally(ciphertext)', 'ciphertexts' ],
	[ 'eg.tally(ciphertext, weight)', 'ciphertexts' ]);

# What all the others must be equal to: the sums of one process.
my $session = session($server);
$session->query('SET max_parallel_workers_per_gather = 0');
my %expected =
  map { $_->[0] => $session->query("SELECT $_->[0] FROM $_->[1]") } @sums;

isnt(length $expected{ $_->[0] }, 0, "$_->[0] is a sum") foreach @sums;
my $votes = $session->query(<<~'SQL');
	SELECT string_agg(votes::text, ',' ORDER BY option_index)
	FROM (SELECT eg.tally(ballot) AS tally FROM ballots) x,
	     eg.combine_unchecked(tally, election.joint_public_key(),
	         ARRAY[eg.partial_decrypt_unchecked(tally, 1, election.key_share(1)),
	               eg.partial_decrypt_unchecked(tally, 2, election.key_share(2))])
	SQL
is($votes, '500,500,500,500', 'whose decryption is the votes');

# Compares all the sums, over the tables of those names or what stands for them.
sub same_bytes
{
	my ($name, $test, %source) = @_;
	my @different = grep {
		my ($sum, $table) = @$_;
		my $from = $source{$table} // $table;
		$test->query("SELECT $sum FROM $from") ne $expected{$sum}
	} @sums;

	is_deeply([ map { $_->[0] } @different ],
		[], "the same bytes $name");
	return;
}

sub plan_of
{
	my ($test, $query) = @_;
	return $test->query("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) $query");
}

# Workers.  A leader that takes part may be done before they come, so there are
# cases without; one worker alone is never planned.
$session->query(<<~'SQL');
	SET parallel_setup_cost = 0;
	SET parallel_tuple_cost = 0;
	SQL
foreach my $case ([ 0, 'on' ], [ 1, 'on' ], [ 2, 'on' ], [ 2, 'off' ],
	[ 4, 'on' ], [ 4, 'off' ])
{
	my ($workers, $leader) = @$case;
	my $name = "$workers workers, the leader's help $leader";

	$session->query(<<~SQL);
		SET max_parallel_workers_per_gather = $workers;
		SET parallel_leader_participation = $leader;
		SQL
	foreach my $sum (@sums)
	{
		my $plan = plan_of($session, "SELECT $sum->[0] FROM $sum->[1]");
		my $launched = join ' ', $plan =~ /Workers Launched: (\d+)/g;
		is($launched, $workers || '', "$sum->[0] with $name");
	}
	same_bytes("with $name", $session);
}
$session->query('RESET parallel_leader_participation');

# Chunks
foreach my $chunks (1, 7, 64)
{
	$session->query(<<~SQL);
		CREATE TABLE chunks_$chunks WITH (parallel_workers = 2) AS
		SELECT id % $chunks AS chunk, eg.tally(ballot) AS tally
		FROM ballots GROUP BY 1;
		ANALYZE chunks_$chunks
		SQL
	foreach my $workers (0, 2)
	{
		$session->query("SET max_parallel_workers_per_gather = $workers");
		is( $session->query("SELECT eg.merge(tally) FROM chunks_$chunks"),
			$expected{'eg.tally(ballot)'},
			"$chunks chunks merged with $workers workers");
	}
}

my $sum_of_sums = $session->query(<<~'SQL');
	SELECT eg.merge(tally)
	FROM (SELECT eg.merge(tally) AS tally
	      FROM (SELECT length(id::text) AS digits, id % 3 AS chunk,
	                   eg.tally(ballot) AS tally
	            FROM ballots GROUP BY 1, 2) x
	      GROUP BY digits) y
	SQL
is($sum_of_sums, $expected{'eg.tally(ballot)'},
	'sums of sums, of unequal size');

# Orders
$session->query('SET max_parallel_workers_per_gather = 0');
foreach my $seed (1 .. 3)
{
	same_bytes(
		"in random order $seed",
		$session,
		map { $_ => "(SELECT * FROM $_ ORDER BY md5((id + $seed)::text)) x" }
		  ('ballots', 'ciphertexts'));
}
is( $session->query(
		'SELECT eg.tally(ballot ORDER BY id DESC, weight) FROM ballots'),
	$expected{'eg.tally(ballot)'},
	'the same bytes with ORDER BY inside');

# Out and in again
my $folder = PostgreSQL::Test::Utils::tempdir;
foreach my $format ('binary', 'text', 'csv')
{
	foreach my $table ('ballots', 'ciphertexts')
	{
		$session->query(<<~SQL);
			COPY $table TO '$folder/$table.$format' (FORMAT $format);
			CREATE TABLE $table\_$format (LIKE $table);
			COPY $table\_$format FROM '$folder/$table.$format' (FORMAT $format)
			SQL
		my $lost = $session->query(<<~SQL);
			SELECT count(*)
			FROM (SELECT * FROM $table EXCEPT ALL SELECT * FROM $table\_$format) x
			SQL
		is($lost, 0, "COPY $format keeps every row of $table");
	}
	same_bytes("after COPY $format", $session,
		map { $_ => "$_\_$format" } ('ballots', 'ciphertexts'));
	$session->query("DROP TABLE ballots_$format, ciphertexts_$format");
}

$server->safe_psql('postgres', 'CREATE DATABASE restored');
$server->command_ok(
	[
		'pg_dump', '--table=ballots', '--table=ciphertexts',
		"--file=$folder/dump.sql", $server->connstr('postgres')
	],
	'dump as text');
$server->safe_psql('restored', 'CREATE EXTENSION egtally');
$server->safe_psql('restored', "\\i $folder/dump.sql");
my $restored = session($server, 'restored');
same_bytes('after dump as text and restore', $restored);
$restored->quit;

# Partitions.  Few rows do not repay a sum for each, unless they are dear.
$session->query(<<~'SQL');
	CREATE TABLE partitioned (LIKE ballots) PARTITION BY HASH (id);
	CREATE TABLE part_0 PARTITION OF partitioned
	    FOR VALUES WITH (MODULUS 4, REMAINDER 0);
	CREATE TABLE part_1 PARTITION OF partitioned
	    FOR VALUES WITH (MODULUS 4, REMAINDER 1);
	CREATE TABLE part_2 PARTITION OF partitioned
	    FOR VALUES WITH (MODULUS 4, REMAINDER 2);
	CREATE TABLE part_3 PARTITION OF partitioned
	    FOR VALUES WITH (MODULUS 4, REMAINDER 3);
	INSERT INTO partitioned SELECT * FROM ballots;
	ANALYZE partitioned;
	SET enable_partitionwise_aggregate = on;
	SET cpu_tuple_cost = 1
	SQL
foreach my $case (
	[ 0, qr/Append.*\n(.*Partial Aggregate.*\n.*Seq Scan.*\n){4}/ ],
	[ 2, qr/Workers Launched: 2\n(.*\n)*.*Parallel Append/ ])
{
	my ($workers, $plan) = @$case;
	my $query = 'SELECT eg.tally(ballot) FROM partitioned';

	$session->query("SET max_parallel_workers_per_gather = $workers");
	like(plan_of($session, $query), $plan,
		"the plan for partitions with $workers workers");
	is($session->query($query), $expected{'eg.tally(ballot)'},
		"the same bytes by partitions with $workers workers");
}
$session->quit;

# The planner by itself: a session with nothing set, a table with nothing set.
fill_ballots($server, 'many', 20_000);
$session = session($server);
my $changed = $session->query(<<~'SQL');
	SELECT string_agg(name, ', ') FROM pg_settings
	WHERE setting <> boot_val
	  AND (category LIKE 'Query Tuning%' OR name LIKE '%parallel%')
	SQL
is($changed, '', 'the planner has its default settings');
my $plan = plan_of($session, 'SELECT eg.tally(ballot) FROM many');
like($plan, qr/Partial Aggregate/, '20 000 ballots are added up in parts');
like($plan, qr/Workers Launched: [1-9]/, 'by parallel workers');
note $plan;

my $of_many = $session->query('SELECT eg.tally(ballot) FROM many');
$session->query('SET max_parallel_workers_per_gather = 0');
is($session->query('SELECT eg.tally(ballot) FROM many'),
	$of_many, 'to the same bytes');

$session->quit;
$server->stop;
done_testing();
