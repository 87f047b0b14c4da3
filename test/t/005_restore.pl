#
# A database with ballots and tallies is dumped and restored to the same bytes,
# and the extension is not dropped from under its values.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session fill_ballots);
use PostgreSQL::Test::Utils;
use Test::More;

my $server = start_server('restore');
my $folder = PostgreSQL::Test::Utils::tempdir;

$server->safe_psql('postgres', <<~'SQL');
	CREATE TABLE ballots (
	    id integer PRIMARY KEY,
	    ballot eg.ballot NOT NULL,
	    cast_by_day date NOT NULL DEFAULT '2026-11-03',
	    CHECK (eg.state(ballot) = 'CAST'),
	    -- A ballot with its proofs is too large for btree, not for hash.
	    CONSTRAINT one_of_each EXCLUDE USING hash (ballot WITH OPERATOR(eg.=))
	);
	INSERT INTO ballots
	SELECT n, election.simple_ballot(n) FROM generate_series(1, 100) n;

	CREATE INDEX ballots_hash ON ballots USING hash (ballot);
	CREATE UNIQUE INDEX ballots_by_name ON ballots (eg.ballot_id(ballot));
	CREATE UNIQUE INDEX ballots_by_code ON ballots (eg.confirmation_code(ballot));

	CREATE TABLE small_ballots (ballot eg.ballot UNIQUE);
	INSERT INTO small_ballots
	SELECT election.ballot_json('small-' || n, '{"question": {"yes": 1}}')::eg.ballot
	FROM generate_series(1, 20) n;

	CREATE TABLE ciphertexts AS
	SELECT id, option_index, ciphertext FROM ballots, eg.ciphertexts(ballot);
	CREATE UNIQUE INDEX ciphertexts_btree ON ciphertexts (ciphertext);
	CREATE INDEX ciphertexts_hash ON ciphertexts USING hash (ciphertext);

	CREATE TABLE tallies AS
	SELECT id % 5 AS chunk, eg.tally(ballot) AS tally FROM ballots GROUP BY 1;
	ALTER TABLE tallies ADD UNIQUE (chunk);
	CREATE INDEX tallies_hash ON tallies USING hash (tally);

	CREATE VIEW whole AS
	SELECT (SELECT eg.tally(ballot) FILTER (WHERE eg.state(ballot) = 'CAST')
	        FROM ballots) AS at_once,
	       (SELECT eg.merge(tally) FROM tallies) AS merged,
	       (SELECT eg.tally(ciphertext) FROM ciphertexts) AS mixed;
	CREATE MATERIALIZED VIEW kept AS SELECT * FROM whole;

	CREATE TABLE election AS SELECT sound.election(1, 2) AS election;
	SQL

# The recipe of the README, as it stands there.
my ($recipe) = slurp_file("$ENV{TESTDIR}/README.md") =~
  /^```sql\n(SELECT format\(.*?verified.*?)^```\n/ms;
my $recipe_file = "$folder/recipe.sql";
append_to_file($recipe_file, $recipe =~ s/\bballots\b/verified_ballots/r);
$server->command_ok(
	[
		'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d',
		$server->connstr('postgres'), '-f', $recipe_file
	],
	'the recipe for a CHECK constraint');
$server->safe_psql('postgres', <<~'SQL');
	INSERT INTO verified_ballots
	SELECT sound.ballot(election, 1, 2, n, n) FROM election, generate_series(1, 3) n;
	SQL

# Everything that there is, as text.
sub content
{
	my ($database) = @_;
	return join "\n", map {
		$server->safe_psql($database, "SELECT * FROM $_ ORDER BY 1, 2")
	} ('ballots', '(SELECT 1, ballot FROM small_ballots) x', 'ciphertexts',
		'tallies', 'whole', 'kept', '(SELECT 1, ballot FROM verified_ballots) v',
		'(SELECT 1, election::text FROM election) e');
}

my $expected = content('postgres');
is( $server->safe_psql('postgres',
		'SELECT at_once OPERATOR(eg.=) merged FROM whole'),
	't', 'the sums are right');

sub restored
{
	my ($database, $what) = @_;

	ok(content($database) eq $expected, "the same bytes after $what");
	my $found = $server->safe_psql($database, <<~'SQL');
		SET enable_seqscan = off;
		SELECT (SELECT bool_and(b.id = (SELECT id FROM ballots
		                                WHERE ballot OPERATOR(eg.=) b.ballot))
		        FROM ballots b),
		       (SELECT bool_and(c.id = (SELECT id FROM ciphertexts
		                                WHERE ciphertext OPERATOR(eg.=) c.ciphertext))
		        FROM ciphertexts c),
		       (SELECT bool_and((SELECT count(*) FROM small_ballots
		                         WHERE ballot OPERATOR(eg.=) s.ballot) = 1)
		        FROM small_ballots s)
		SQL
	is($found, 't|t|t', "the indexes find them after $what");
	my (undef, undef, $error) = $server->psql($database,
		'INSERT INTO ballots SELECT 1000, ballot FROM ballots WHERE id = 7');
	like($error, qr/"one_of_each"/, "no ballot comes twice after $what");

	# The constraint, in a session that has not the schema eg in its path.
	$server->safe_psql($database, <<~'SQL');
		BEGIN;
		INSERT INTO verified_ballots SELECT ballot FROM verified_ballots LIMIT 1;
		ROLLBACK;
		SQL
	(undef, undef, $error) = $server->psql($database, <<~'SQL');
		INSERT INTO verified_ballots
		SELECT jsonb_set(ballot::jsonb, '{confirmation_code}',
		                 to_jsonb(repeat('ab', 32)))::eg.ballot
		FROM verified_ballots LIMIT 1
		SQL
	like($error, qr/violates check constraint/,
		"no ballot that does not verify comes in after $what");
	(undef, undef, $error) =
	  $server->psql($database, 'INSERT INTO verified_ballots VALUES (NULL)');
	like($error, qr/violates check constraint/, "nor NULL after $what");
	return;
}

foreach my $format ('custom', 'plain', 'directory')
{
	my $dump = "$folder/$format";

	$server->command_ok(
		[
			'pg_dump', "--format=$format",
			"--file=$dump", $server->connstr('postgres')
		],
		"dump as $format");
	$server->safe_psql('postgres',
		"CREATE DATABASE from_$format TEMPLATE template0");
	my @restore =
	  $format eq 'plain'
	  ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', "--file=$dump")
	  : ('pg_restore', '--exit-on-error', $dump);
	$server->command_ok(
		[ @restore, '--dbname', $server->connstr("from_$format") ],
		"restore from $format");
	restored("from_$format", "restore from $format");
}

# A dump holds the name of the extension, not its parts.
$server->safe_psql('postgres', 'CREATE DATABASE empty TEMPLATE template0');
$server->safe_psql('empty', 'CREATE EXTENSION egtally');
my $dump = "$folder/empty.sql";
$server->command_ok(
	[ 'pg_dump', "--file=$dump", $server->connstr('empty') ],
	'dump of a database that has the extension alone');
my @statements = grep { !/^(--|SET |SELECT pg_catalog\.set_config|\\|$)/ }
  split /\n/, slurp_file($dump);
is_deeply(
	[ map { s/ WITH SCHEMA .*| IS '.*//r } @statements ],
	[
		'CREATE EXTENSION IF NOT EXISTS egtally',
		'COMMENT ON EXTENSION egtally'
	],
	'nothing but the extension is in it');
ok(slurp_file("$folder/plain") !~ /^-- Name: .*; Schema: eg;/m,
	'and no part of it in a dump with ballots');

# Rights that the owner gives are the owner's.
$server->safe_psql('empty', <<~'SQL');
	CREATE ROLE guardian;
	GRANT EXECUTE ON FUNCTION eg.partial_decrypt_unchecked(eg.ciphertext, bytea)
	TO guardian;
	SQL
$server->command_ok(
	[
		'pg_dump', '--format=custom',
		"--file=$folder/rights", $server->connstr('empty')
	],
	'dump of rights');
$server->safe_psql('postgres', 'CREATE DATABASE rights TEMPLATE template0');
$server->command_ok(
	[
		'pg_restore', '--exit-on-error', "$folder/rights",
		'--dbname', $server->connstr('rights')
	],
	'restore of rights');
my $rights = $server->safe_psql('rights', <<~'SQL');
	SELECT bool_or(has_function_privilege('guardian', oid, 'EXECUTE')
	               AND proargnames = '{ciphertext,key_share}'),
	       bool_or(has_function_privilege('guardian', oid, 'EXECUTE')
	               AND NOT proargnames = '{ciphertext,key_share}')
	FROM pg_proc
	WHERE pronamespace = 'eg'::regnamespace AND proname LIKE '%unchecked'
	SQL
is($rights, 't|f', 'a right that was given is restored, and no other');

# Dropping
my ($status, undef, $error) = $server->psql(
	'from_plain',
	'DROP EXTENSION egtally',
	extra_params => [ '-v', 'VERBOSITY=verbose' ]);
isnt($status, 0, 'DROP EXTENSION refuses');
like($error, qr/ERROR:  2BP01:/, 'as others depend on it');
like(
	$error,
	qr/column ballot of table ballots depends on type eg\.ballot/,
	'and names them');
restored('from_plain', 'an attempt to drop the extension');

$server->safe_psql('empty', 'DROP EXTENSION egtally');
my $left = $server->safe_psql('empty', <<~'SQL');
	SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'eg') +
	       (SELECT count(*) FROM pg_proc WHERE probin LIKE '%egtally%')
	SQL
is($left, 0, 'without dependents it goes, and leaves nothing');
$server->safe_psql('empty', 'CREATE EXTENSION egtally');
pass('and comes again');

$server->safe_psql('from_plain', 'DROP EXTENSION egtally CASCADE');
is( $server->safe_psql('from_plain', 'SELECT count(id) FROM ballots'),
	100, 'CASCADE drops the columns alone');

$server->stop;
done_testing();
