#
# The memory of a backend does not grow with the ballots that it verifies, nor
# with those of a record that it imports and checks.
#
# What is measured is the backend's private memory, seen from outside every
# 50 ms.  The same measure must catch functions that leak.
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session measuring_session plant_leaks);
use Test::More;
use Time::HiRes qw(time);

use constant MEBIBYTE => 1024;    # in kB
use constant CALLS => 10_000;
use constant GUARDIAN_CALLS => 256;
use constant BALLOTS => 20_000;
use constant FEW => 4_000;
use constant DEVICE => 50;       # ballots of a device
use constant SOUND => 64;         # different ballots

# What ballots with proofs may take in each part of the test, in seconds.
use constant PATIENCE => 20;

my $server = start_server('check_memory');
my $probe = session($server);
plan skip_all => 'this system does not tell the private memory of a process'
  unless defined $probe->memory('RssAnon');
$probe->quit;
plant_leaks($server);

# The smallest ballots that there are: one contest of one option.  A proof that
# is too short is not worth its exponentiations, so that such ballots take a
# third of the time.
$server->safe_psql('postgres', <<~SQL);
	CREATE TABLE small AS SELECT sound.election(1, 1) AS election;
	CREATE TABLE sound_ballot AS
	SELECT n, (n % 2)::integer AS vote, sound.ballot(election, 1, 1, n, n % 2) AS ballot
	FROM small, generate_series(1, @{[ SOUND ]}) n;
	CREATE TABLE short_ballot AS
	SELECT n, (ballot::jsonb #- '{contests,0,proof,proofs,1}'
	                         #- '{contests,0,selections,0,proof,proofs,1}')::eg.ballot AS ballot
	FROM sound_ballot;
	VACUUM ANALYZE;
	SQL

# So many calls of eg.verify; what it says of them.  A row for each number that
# a function returns for a ballot is a copy of it.
sub verify
{
	my ($table, $calls) = @_;
	my $times = $calls / SOUND;
	return "SELECT eg.verify(election, ballot), count(*)
	        FROM small, $table, LATERAL generate_series(1, $times + 0 * n)
	        GROUP BY 1";
}

#
# eg.verify
#

# With some calls the tables of powers have been made.
my $session = measuring_session($server);
$session->query(verify('sound_ballot', 2 * SOUND));
my $start = time;
is( $session->query(verify('sound_ballot', 8 * SOUND)),
	't|' . 8 * SOUND,
	'ballots are sound');
my $per_second = 8 * SOUND / (time - $start);

sub least
{
	my ($x, $y) = @_;
	return $x < $y ? $x : $y;
}

# Multiples of the number of different ballots.
sub rounded
{
	my ($number) = @_;
	return SOUND * int($number / SOUND);
}

my $sound = rounded(least(CALLS, PATIENCE * $per_second));
my $short = SOUND + rounded(CALLS - $sound);
note "$sound calls for sound ballots, $short for others";

my $few = $session->peak_memory(
	verify('sound_ballot', SOUND) . ";\n" . verify('short_ballot', SOUND));
my $growth = $session->peak_memory(
	verify('sound_ballot', $sound) . ";\n" . verify('short_ballot', $short))
  - $few;
note "eg.verify: $growth kB more than $few kB";
cmp_ok($sound + $short, '>=', CALLS, 'there were 10 000 calls');
cmp_ok($growth, '<', MEBIBYTE, 'and they take the memory of 128');

# As functions leak that keep something of each call.
$few = $session->peak_memory(verify('short_ballot', SOUND));
$growth = $session->peak_memory(<<~SQL) - $few;
	SELECT eg.verify(election, ballot), count(leak(n, 0))
	FROM small, short_ballot, LATERAL generate_series(1, 8 + 0 * n)
	GROUP BY 1
	SQL
note "eg.verify with a leak: $growth kB more than $few kB";
cmp_ok($growth, '>=', MEBIBYTE, 'a leak in each of 512 calls is caught');

#
# Functions that return rows, called for each row of a query: here a guardian's
# public key and ever another commitment
#

sub check_guardian
{
	my ($calls) = @_;
	return "SELECT c.ok, count(*)
	        FROM guardian, generate_series(1, $calls) n,
	        LATERAL eg.check_guardian(1, 1, public_key, int4send(n)) c
	        WHERE c.step = '3.2 commitment' GROUP BY 1";
}

$session->query(<<~'SQL');
	CREATE TABLE guardian AS SELECT public_key FROM eg.create_guardian(1, 1, 1, 'sesame')
	SQL
$few = $session->peak_memory(check_guardian(16));
$growth = $session->peak_memory(check_guardian(GUARDIAN_CALLS)) - $few;
note "eg.check_guardian: $growth kB more than $few kB";
is($session->query(check_guardian(16)), 'f|16', 'all calls have been made');
cmp_ok($growth, '<', MEBIBYTE, 'and their rows take the memory of a few');
$session->quit;

#
# A record
#
# Of its ballots, as many as there is time for have proofs; they are copies of
# a few, under other names.  The others are uncast pre-encrypted ones, of which
# no check that this version has takes long.  Each has an opening.
#

$server->safe_psql('postgres', <<~'SQL');
	CREATE FUNCTION device_file(e eg.election, device text, ballots text[])
	    RETURNS bytea LANGUAGE sql STABLE
	    RETURN convert_to(jsonb_build_object('encrypting_device', device,
	        'device_information', 'device', 'chaining_mode', 0, 'device_hash',
	        sound.text(eg.device_information_hash(e, 'device', false)),
	        'ballot_ids', ballots)::text, 'UTF8');

	-- A ballot of the device, called by the number.
	CREATE FUNCTION renamed(ballot text, n integer, id text, device text)
	    RETURNS bytea LANGUAGE sql IMMUTABLE
	    RETURN convert_to(replace(replace(ballot, format('"ballot-%s"', n),
	                                      format('"%s"', id)),
	                              '"device"', format('"%s"', device)), 'UTF8');

	CREATE FUNCTION uncast(e eg.election, id text, device text) RETURNS bytea
	    LANGUAGE sql IMMUTABLE
	    RETURN convert_to(jsonb_build_object('ballot_id', id,
	        'ballot_style_id', 'style', 'encrypting_device', device,
	        'state', 'CHALLENGED', 'is_preencrypt', true,
	        'selection_encryption_id', sound.text(sha256(convert_to(id, 'UTF8'))),
	        'identifier_hash', sound.text(sound.h(eg.election_id(e),
	            '\x20' || sha256(convert_to(id, 'UTF8')))),
	        'confirmation_code', sound.text(sha256(convert_to('code' || id, 'UTF8'))),
	        'chaining_field', repeat('0', 72), 'contests', jsonb_build_array())::text,
	        'UTF8');
	SQL

# Puts the files of a record into the table for them.
sub make_record
{
	my ($ballots, $ordinary) = @_;

	$server->safe_psql('postgres', <<~SQL);
		TRUNCATE record.file;
		CREATE TEMPORARY TABLE voter AS
		SELECT i, i <= $ordinary AS ordinary, 1 + i % @{[ SOUND ]} AS n,
		       CASE WHEN i <= $ordinary THEN 'b-' ELSE 'u-' END || i AS id,
		       format('device %s %s', i <= $ordinary, i / @{[ DEVICE ]}) AS device
		FROM generate_series(1, $ballots) i;

		INSERT INTO record.file
		SELECT format('encrypted_ballots/%s/eballot-%s.json', device, id),
		       CASE WHEN ordinary
		            THEN renamed(ballot::jsonb::text, n, id, device)
		            ELSE uncast(election, id, device) END
		FROM small, voter JOIN sound_ballot USING (n);
		INSERT INTO record.file
		SELECT format('encrypted_ballots/%s/ballot_chain.json', device),
		       device_file((SELECT election FROM small), device, array_agg(id))
		FROM voter GROUP BY device;
		INSERT INTO record.file
		SELECT format('challenged_ballots/dballot-%s.json', id),
		       convert_to(jsonb_build_object('id', id, 'contests',
		                                     jsonb_build_array())::text, 'UTF8')
		FROM voter WHERE NOT ordinary;

		INSERT INTO record.file
		SELECT r.path, r.content
		FROM small, (SELECT array_agg(ballot) AS ballots FROM sound_ballot) s,
		     sound.record(election, ballots, '{0}') r
		WHERE path !~ '/|tally';
		INSERT INTO record.file
		SELECT v.path, convert_to(v.content::text, 'UTF8')
		FROM small,
		     (SELECT eg.tally(ballot, count) AS tally, sum(count * vote)::bigint AS votes
		      FROM sound_ballot
		           JOIN (SELECT n, count(*) FROM voter WHERE ordinary GROUP BY n) v
		           USING (n)) t,
		     LATERAL (VALUES ('encrypted_tally.json', tally::jsonb),
		              ('tally.json', sound.tally_json(election, tally, ARRAY[votes])))
		              v(path, content);
		VACUUM ANALYZE record.file;
		SQL
	return;
}

# Caches of catalogs, and memory in pieces, settle down with a few runs.  What
# does not fit into work_mem goes to files; of a hash table, the number of them
# grows.
$server->safe_psql('postgres', <<~'SQL');
	SELECT eg.create_record('record');
	CREATE TABLE result (failed text[]);
	SQL
$session = measuring_session($server);
$session->query(<<~'SQL');
	SET work_mem = '64kB';
	SET enable_hashjoin = off;
	SET enable_hashagg = off;
	SQL
my $check = <<~'SQL';
	SELECT eg.import_record('record');
	TRUNCATE result;
	INSERT INTO result SELECT failed FROM record.verdict;
	SQL
make_record(FEW, 2 * SOUND);
$few = $session->peak_memory(join '', ($check) x 4);

my $ordinary =
  rounded(least(BALLOTS - 10 * DEVICE, PATIENCE * $per_second));
note "$ordinary ballots of the record have proofs";
make_record(BALLOTS, $ordinary);

# Plans follow random samples of the record: how many sorts run at a time, with
# so much memory each, is another thing each time.  A leak shows every time.
foreach my $attempt (1 .. 2)
{
	$growth = $session->peak_memory($check) - $few;
	note "record: $growth kB more than $few kB";
	last if $growth < MEBIBYTE;
}
cmp_ok($growth, '<', MEBIBYTE,
	'a record of 20 000 ballots takes the memory of one of 4 000');

# All has been looked at: each ballot is there, and sound but for its copies.
is( $session->query(<<~'SQL'), BALLOTS, 'every ballot has been imported');
	SELECT count(ballot) FROM record.ballot
	SQL
is( $session->query('SELECT failed FROM result'),
	'{5.A,5.hashes,ballot.codes,ballot.copies}',
	'nothing fails but what copies must');

# As views leak that keep something of each ballot.
$growth = $session->peak_memory(<<~'SQL') - $few;
	SELECT count(*)
	FROM (SELECT eg.check_ballot(election, ballot), leak(0, 0)
	      FROM record.election, record.ballot WHERE preencrypted LIMIT 10000) checked
	SQL
note "record with a leak: $growth kB more than $few kB";
cmp_ok($growth, '>=', MEBIBYTE, 'a leak for each ballot is caught');

$session->quit;
$server->stop;
done_testing();
