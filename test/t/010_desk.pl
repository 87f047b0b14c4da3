#
# Guardians' desks, each in a database of its own: the whole ceremony and
# decryption, what is refused at each move, and what survives a rollback, a
# crash and a restore.  The numbers are those of ATTACKS.md.
#
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use PsqlSession;
use Test::More;
use Time::HiRes qw(time usleep);

use constant GUARDIANS => 3;
use constant QUORUM => 2;
use constant PATIENCE => 2;    # seconds until an interrupt must have come

my $folder = PostgreSQL::Test::Utils::tempdir;
my $server = PostgreSQL::Test::Cluster->new('desk');
$server->init(extra => [ '--no-locale', '--encoding=UTF8' ]);
$server->append_conf('postgresql.conf', "$_\n")
  foreach ('log_statement = none', 'restart_after_crash = on', 'jit = off',
	# What is not flushed at once is lost in a crash.
	'wal_writer_delay = 10s');
$server->start;

#
# Databases, and a session in each
#

my %session;

sub open_database
{
	my ($database) = @_;
	$server->safe_psql('postgres', "CREATE DATABASE $database");
	$server->safe_psql($database, 'CREATE EXTENSION egtally');
	return reconnect($database);
}

sub reconnect
{
	my ($database) = @_;
	$session{$database} = PsqlSession->new($server->connstr($database));
	$session{$database}->query('SET client_min_messages = warning');
	return;
}

sub at
{
	my ($database, $sql) = @_;
	return $session{$database}->query($sql);
}

sub refused
{
	my ($database, $sql, $expected, $name) = @_;
	my ($out, $error) = $session{$database}->try_query($sql);
	like($error, $expected, $name);
	return $out;
}

# A text, or a list of jsonb, as a literal
sub lit
{
	my ($text) = @_;
	return "'" . $text =~ s/'/''/gr . "'";
}

sub list
{
	return 'ARRAY[' . join(', ', map { lit($_) } @_) . ']::jsonb[]';
}

sub phrase
{
	my ($i) = @_;
	return lit("open sesame $i");
}

my @all = (1 .. GUARDIANS);
open_database($_) foreach ('office', map { "guardian_$_" } @all);

#
# Making desks
#

my $any = 'guardian_1';
foreach my $name ('Desk', '1desk', 'de sk', 'desk"; DROP', '', 'x' x 57, "desk\n")
{
	refused($any, 'SELECT eg.create_guardian_desk(' . lit($name) . ')',
		qr/3F000: .* is not a plain name/s, 'no desk "' . $name =~ s/\n/\\n/r . '"');
}
refused($any, 'SELECT eg.create_guardian_desk(NULL)', qr/3F000/, 'nor a nameless one');
refused($any, "SELECT eg.create_guardian_desk('pg_desk')", qr/42939/,
	'names of PostgreSQL are its own');
foreach my $name ('table', 'x' x 56, '_1')
{
	at($any, "SELECT eg.create_guardian_desk('$name')");
	is(at($any, qq{SELECT length("$name".create_keys(1, 1, 1, 'p'))}), 32,
		"a desk by the name of $name works");
}
refused($any, "SELECT eg.create_guardian_desk('table')", qr/42P06/, 'not twice');
at($any, 'CREATE SCHEMA half_record');
refused($any, "SELECT eg.create_guardian_desk('half')", qr/42P06/,
	'nor where the schema of its record is there');
is(at($any, "SELECT to_regnamespace('half') IS NULL"), 't', 'then nothing is made');
refused($any, q{SELECT "table".create_keys(1, 1, 1, 'p')},
	qr/55000: .*this desk has keys already/, 'a desk makes keys once');

at("guardian_$_", "SELECT eg.create_guardian_desk('desk')") foreach @all;
at($any, 'CREATE ROLE stranger');
at($any, 'SET ROLE stranger');
refused($any, "SELECT eg.create_guardian_desk('mine')", qr/42501/,
	'who may make no schema makes no desk');
refused($any, $_->[0], qr/42501: .*permission denied/s, "a stranger: $_->[1]")
  foreach (['SELECT desk.public_key()', 'no function'],
	['SELECT * FROM desk.guardian', 'no table'],
	['SELECT * FROM desk_record.ballot', 'no record']);
at($any, 'RESET ROLE; GRANT USAGE ON SCHEMA desk TO stranger; SET ROLE stranger');
refused($any, $_, qr/42501: .*permission denied/s, "a stranger who may enter: $_")
  foreach ('SELECT desk.public_key()', 'SELECT desk.verified_tally()',
	"SELECT desk.create_keys(1, 1, 1, 'p')", 'SELECT desk.abandon_decryptions()');
at($any, 'RESET ROLE; REVOKE USAGE ON SCHEMA desk FROM stranger');

#
# The ceremony
#

my (@commitment, @key, @shares, @h_g);

foreach (['SELECT desk.public_key()', 'public_key'],
	['SELECT desk.public_keys()', 'public_keys'],
	["SELECT desk.receive_commitment(2, '\\x00')", 'receive_commitment'],
	["SELECT desk.receive_public_key('{}')", 'receive_public_key'],
	["SELECT desk.encrypt_shares('p')", 'encrypt_shares'],
	["SELECT desk.receive_shares('{}')", 'receive_shares'],
	["SELECT desk.accept_election(NULL, 'p')", 'accept_election'],
	['SELECT desk.verify_record()', 'verify_record'],
	["SELECT desk.commit_tally('{1,2}', 'p')", 'commit_tally'],
	["SELECT desk.commit_contest_data('{1,2}', '{b}', 'c', 'p')", 'commit_contest_data'],
	["CALL desk.reveal(1, '{}', 'p')", 'reveal'],
	["SELECT desk.respond(1, '{}', '{}', 'p')", 'respond'],
	["SELECT desk.share_nonces('p')", 'share_nonces'])
{
	refused($any, $_->[0], qr/55000: .*this desk has no keys yet.*desk\.create_keys/s,
		"$_->[1] before there are keys");
}

# 42
refused($any, "SELECT desk.create_keys($_, 'p')", qr/22023/, "create_keys($_)")
  foreach ('0, 3, 2', '4, 3, 2', '1, 3, 0', '1, 3, 4', '1, 256, 2');
refused($any, "SELECT desk.create_keys(1, 3, 2, NULL)", qr/22004/, 'keys need a passphrase');
is(at($any, 'SELECT count(*) FROM desk.guardian'), 0, 'nothing is kept of it');

$commitment[$_] = at("guardian_$_", "SELECT desk.create_keys($_, 3, 2, @{[ phrase($_) ]})")
  foreach @all;
refused($any, 'SELECT desk.public_key()',
	qr/55000: .*not all commitments are there yet.*of guardian 2, 3\./s,
	'40: no public key before all have committed');
at($any, "SELECT desk.receive_commitment(2, '$commitment[2]')");
refused($any, 'SELECT desk.public_key()', qr/of guardian 3\./, '40: nor but one');
refused($any, "SELECT desk.receive_commitment(2, '$commitment[3]')",
	qr/23505: .*guardian 2 has committed to other keys before/,
	'40: nobody commits twice');
refused($any, "SELECT desk.receive_commitment(1, '$commitment[3]')", qr/23505/,
	'40: nor in the place of the guardian himself');
refused($any, "SELECT desk.receive_commitment($_)", qr/22023/, "receive_commitment($_)")
  foreach ("0, '$commitment[2]'", "4, '$commitment[2]'", "NULL, '$commitment[2]'",
	"3, '\\x00'", '3, NULL');
refused($any, "BEGIN; SELECT desk.receive_commitment(3, '$commitment[3]'); SELECT desk.public_key(); ROLLBACK",
	qr/55000: .*commitments were received in this transaction/, '40: nor before they are kept');
foreach my $i (@all)
{
	at("guardian_$i", "SELECT desk.receive_commitment($_, '$commitment[$_]')") foreach @all;
	at("guardian_$i", "SELECT desk.receive_commitment($_, '$commitment[$_]')") foreach @all;
}

refused($any, 'SELECT desk.encrypt_shares(' . phrase(1) . ')',
	qr/55000: .*not all public keys are there yet.*of guardian 2, 3\./s,
	'no shares before all keys are there');
refused($any, qq{SELECT desk.receive_shares('{"sender": 2}')},
	qr/55000: .*public key of guardian 2 is not there yet/, 'nor from others');

# 39, 40: a key that was chosen later, one of another guardian, a proof of another
$key[$_] = at("guardian_$_", 'SELECT desk.public_key()') foreach @all;
at('office', "CREATE TABLE other AS SELECT * FROM eg.create_guardian(2, 3, 2, 'p')");
my $other = at('office', 'SELECT public_key FROM other');
refused($any, "SELECT desk.receive_public_key(@{[ lit($other) ]})",
	qr/22000: .*public key of guardian 2 does not pass check "3.2 commitment".*other keys/s,
	'40: a key that was not committed to');
refused($any, "SELECT desk.receive_public_key(jsonb_set(@{[ lit($key[2]) ]}, '{x_coordinate}', '3'))",
	qr/22000: .*public key of guardian 3 does not pass/, '23: a key under another number');
refused($any, "SELECT desk.receive_public_key(jsonb_set(@{[ lit($key[2]) ]}, '{x_coordinate}', '1'))",
	qr/22000: .*public key of guardian 1 is not the one of this desk/, 'and under his own');
my $longer = at('office', "SELECT public_key FROM eg.create_guardian(2, 3, 3, 'p')");
refused($any, "SELECT desk.receive_public_key(@{[ lit($longer) ]})", qr/22000/,
	'75: a guardian with more commitments than the quorum');
refused($any, "SELECT desk.receive_public_key($_)", qr/2200[04]|22P02|22023/, "receive_public_key($_)")
  foreach ('NULL', "'{}'", "'[]'", "'null'", "'{\"x_coordinate\": 7}'", "'{\"x_coordinate\": \"two\"}'");
is(at($any, 'SELECT count(public_key) FROM desk.peer'), 0, 'nothing of it is kept');
foreach my $i (@all)
{
	at("guardian_$i", "SELECT desk.receive_public_key(@{[ lit($key[$_]) ]})") foreach @all;
}

# 41, 77
$shares[$_] = at("guardian_$_", "SELECT desk.encrypt_shares(@{[ phrase($_) ]})") foreach @all;
refused($any, 'SELECT desk.encrypt_shares(NULL)', qr/22004/, 'shares need a passphrase');
refused($any, "SELECT desk.encrypt_shares('wrong')", qr/28P01/, 'the right one');
refused($any, "SELECT desk.receive_shares($_)", qr/22023: .*no key shares/, "receive_shares($_)")
  foreach ('NULL', "'{}'", "'[]'");
refused($any, qq{SELECT desk.receive_shares('{"sender": 4}')}, qr/public key of guardian 4/,
	'shares of a stranger');

# An election of a manifest and these keys
sub election_of
{
	my ($manifest, @keys) = @_;
	return at('office', "SELECT eg.create_election(convert_to(@{[ lit($manifest) ]}, 'UTF8'), 2, @{[ list(@keys) ]})");
}
my $manifest = <<~'JSON';
	{"label": "desks", "contests": [
	    {"label": "mayor", "selection_limit": 1, "contest_data_blocks": 1,
	     "options": [{"label": "Ada"}, {"label": "Bela"}]}],
	 "ballot_styles": [{"label": "town", "contests": [1]}]}
	JSON
my $election = election_of($manifest, @key[ @all ]);
my $swapped = at('office', "SELECT public_key FROM eg.create_guardian(3, 3, 2, 'p')");
my $foreign = election_of($manifest, @key[1, 2], $swapped);

sub acceptance
{
	my ($i, $what, $passphrase) = @_;
	return "SELECT desk.accept_election('$what', @{[ $passphrase // phrase($i) ]})";
}
at($any, "SELECT desk.receive_shares(@{[ lit($shares[2]) ]})");
refused($any, acceptance(1, $election), qr/55000: .*not all key shares are there yet.*of guardian 3\./s,
	'77: no election before all shares are there');
foreach my $i (@all)
{
	at("guardian_$i", "SELECT desk.receive_shares(@{[ lit($shares[$_]) ]})") foreach @all;
}
refused($any, acceptance(1, $foreign), qr/22000: .*election is not that of the public keys seen here/,
	'78: an election of another key');
my $bad_hash = at('office', "SELECT eg.create_election(convert_to(@{[ lit($manifest) ]}, 'UTF8'), 3, @{[ list(map {
	at('office', qq{SELECT public_key FROM eg.create_guardian($_, 3, 3, 'p')}) } @all) ]})");
refused($any, acceptance(1, $bad_hash), qr/22000/, '78: of another quorum');
refused($any, acceptance(1, $election, 'NULL'), qr/22004/, 'no election without a passphrase');
refused($any, acceptance(1, $election, "'wrong'"), qr/28P01/, 'nor with a wrong one');
refused($any, "SELECT desk.accept_election(NULL, @{[ phrase(1) ]})", qr/22004/, 'nor without an election');

# Shares of guardian 2 for guardian 1, sent as those for guardian 3, and broken
my $broken = at($any, <<~SQL);
	SELECT jsonb_set(s, '{shares}', (SELECT jsonb_agg(CASE WHEN x ->> 'receiver' = '1'
	    THEN x || jsonb_build_object('c1', (SELECT y ->> 'c1' FROM jsonb_array_elements(s -> 'shares') y
	                                         WHERE y ->> 'receiver' = '3')) ELSE x END)
	    FROM jsonb_array_elements(s -> 'shares') x))
	FROM (SELECT @{[ lit($shares[2]) ]}::jsonb) x(s)
	SQL
isnt($broken, $shares[2], 'a share is broken');
at($any, "SELECT desk.receive_shares(@{[ lit($broken) ]})");
refused($any, acceptance(1, $election), qr/22000: .*[Gg]uardian 2/s, '41: a wrong share names its sender');
is(at($any, 'SELECT stage FROM desk.guardian, eg.describe(secret)'), 'ceremony',
	'41: the ceremony is not over by it');
at($any, "SELECT desk.receive_shares(@{[ lit($shares[2]) ]})");

# One election is accepted, whatever two sessions do.
my $rival = PsqlSession->new($server->connstr($any));
at($any, 'BEGIN; ' . acceptance(1, $election));
$rival->query("SET lock_timeout = '200ms'");
my (undef, $lost) = $rival->try_query(acceptance(1, $election));
like($lost, qr/55P03/, 'a second acceptance waits for the first');
at($any, 'ROLLBACK');
is(at($any, 'SELECT stage FROM desk.guardian, eg.describe(secret)'), 'ceremony',
	'and one that is rolled back is none');

$h_g[$_] = at("guardian_$_", acceptance($_, $election)) foreach @all;
is("@h_g[2, 3]", "$h_g[1] $h_g[1]", 'all guardians see the same H_G');
is(at($any, 'SELECT stage FROM desk.guardian, eg.describe(secret)'), 'share', 'the secret is a share');
is(at($any, 'SELECT count(shares) FROM desk.peer'), 0, 'the shares of the others are gone');
refused($any, acceptance(1, $foreign), qr/55000: .*the key ceremony of this desk is over/, 'no second election');
refused($any, $_, qr/55000: .*ceremony of this desk is over/, "then no $_")
  foreach ("SELECT desk.encrypt_shares('p')", "SELECT desk.receive_commitment(2, '$commitment[2]')",
	"SELECT desk.receive_public_key('{}')", "SELECT desk.receive_shares('{}')");
is(at($any, 'SELECT desk.public_key()'), $key[1], 'the public key can be had again');

#
# Ballots and records
#

at('office', <<~SQL);
	CREATE TABLE context AS SELECT e, eg.guardian_record(e, @{[ list(@key[@all]) ]}) AS record
	FROM (SELECT '$election'::eg.election) x(e);
	CREATE TABLE ballot AS
	SELECT n, CASE WHEN n <= 4 THEN eg.cast_ballot(b) ELSE eg.challenge_ballot(b) END AS ballot
	FROM context, generate_series(1, 6) n,
	    LATERAL eg.chain(e, eg.encrypt(e, 'ballot-' || n, 'town',
	        CASE WHEN n % 3 = 0 THEN '{"mayor": ["Bela"]}' ELSE '{"mayor": ["Ada"]}' END::jsonb,
	        'booth'), 'booth', 0) b;
	CREATE FUNCTION files(name text, ballots eg.ballot[]) RETURNS void LANGUAGE plpgsql AS \$\$
	BEGIN
	    PERFORM eg.create_record(name);
	    EXECUTE format('INSERT INTO %I.file
	        SELECT f.* FROM context, eg.election_files(e, record) f UNION ALL
	        SELECT f.* FROM unnest(\$1) b, eg.ballot_file(b) f UNION ALL
	        SELECT f.* FROM context, eg.device_file(e, ''booth'', ''booth'', 0,
	            ARRAY(SELECT eg.ballot_id(b) FROM unnest(\$1) b ORDER BY eg.confirmation_code(b))) f UNION ALL
	        SELECT f.* FROM (SELECT eg.complete_tally(e, (SELECT eg.tally(b) FROM unnest(\$1) b
	                                                      WHERE eg.state(b) = ''CAST'')) AS t FROM context) t,
	            eg.tally_files(t) f', name) USING ballots;
	END \$\$;
	SELECT files('record', array_agg(ballot)) FROM ballot;
	SELECT files('smaller', array_agg(ballot)) FROM ballot WHERE n <> 2;
	CREATE TABLE turned AS
	SELECT n, (jsonb_set(ballot::jsonb, '{state}', CASE WHEN n = 1 THEN '"CHALLENGED"' ELSE '"CAST"' END::jsonb))::eg.ballot AS ballot
	FROM ballot WHERE n IN (1, 5);
	SELECT files('turned_cast', array_agg(coalesce(t.ballot, b.ballot)))
	FROM ballot b LEFT JOIN turned t ON t.n = b.n AND t.n = 5;
	SELECT files('turned_challenged', array_agg(coalesce(t.ballot, b.ballot)))
	FROM ballot b LEFT JOIN turned t ON t.n = b.n AND t.n = 1;
	SELECT files('copied', array_agg(ballot)) FROM (
	    SELECT ballot FROM ballot UNION ALL
	    SELECT jsonb_set(jsonb_set(ballot::jsonb, '{ballot_id}', '"copy"'), '{state}', '"CHALLENGED"')::eg.ballot
	    FROM ballot WHERE n = 1) x;
	SQL
foreach my $record ('record', 'smaller', 'turned_cast', 'turned_challenged', 'copied')
{
	at('office', "\\copy $record.file TO '$folder/$record' (FORMAT binary)");
}

# Puts a record on a desk.
sub import_at
{
	my ($i, $record) = @_;
	at("guardian_$i", "TRUNCATE desk_record.file");
	at("guardian_$i", "\\copy desk_record.file FROM '$folder/$record' (FORMAT binary)");
	at("guardian_$i", "SELECT eg.import_record('desk_record')");
	return;
}

sub verified
{
	my ($i) = @_;
	return at("guardian_$i", 'SELECT count(*) FROM desk.verified');
}

my $p = phrase(1);
foreach (["SELECT desk.commit_tally('{1,2}', $p)", 'commit_tally'],
	["SELECT desk.commit_contest_data('{1,2}', '{ballot-1}', 'mayor', $p)", 'commit_contest_data'],
	['SELECT desk.mark_opened()', 'mark_opened'], ["SELECT desk.share_nonces($p)", 'share_nonces'])
{
	refused($any, $_->[0], qr/55000: .*no record has been verified here.*desk_record.*desk\.verify_record/s,
		"no $_->[1] before a record is verified");
}
refused($any, 'SELECT desk.verify_record()', qr/22000: .*does not pass check/, 'an empty record does not pass');
import_at($_, 'record') foreach @all;
foreach my $level ('REPEATABLE READ', 'SERIALIZABLE')
{
	refused($any, "BEGIN ISOLATION LEVEL $level; SELECT desk.verify_record(); ROLLBACK",
		qr/0A000: .*READ COMMITTED/, "a record is not verified in $level");
}
at("guardian_$_", 'SELECT desk.verify_record()') foreach @all;
is(verified($_), 1, "guardian $_ has verified the record") foreach @all;
is( at($any, q{SELECT bool_and(ok), string_agg(DISTINCT step, ' ' ORDER BY step) FROM desk.checks WHERE step ~ '^([1-9][0-9]?\.[A-Z]$|desk)'}),
	't|1.A 1.B 1.C 1.D 1.E 1.F 2.A 2.B 2.C 3.A 3.B 4.A 5.A 5.B 6.A 6.B 6.C 6.D 7.A 7.B 7.C 7.D '
	  . '8.A 8.B 8.C 8.D 9.A 9.B desk.election desk.opened',
	'by verifications 1 to 9');

# What changes the record, in any of its tables, takes that back.
foreach my $table ('file', 'document', 'election', 'ballot', 'device', 'listed_ballot',
	'encrypted_tally', 'opening', 'contest_data')
{
	my ($column) = $table eq 'listed_ballot' ? 'position' : $table eq 'election' ? 'step' : 'path';
	is(at($any, "BEGIN; UPDATE desk_record.$table SET $column = $column; SELECT count(*) FROM desk.verified; ROLLBACK"),
		0, "an UPDATE of $table has it verified anew");
	is(at($any, "BEGIN; DELETE FROM desk_record.$table; SELECT count(*) FROM desk.verified; ROLLBACK"),
		0, "and a DELETE");
}
is(at($any, "BEGIN; INSERT INTO desk_record.file VALUES ('x', ''); SELECT count(*) FROM desk.verified; ROLLBACK"),
	0, 'and an INSERT');
is(verified(1), 1, 'what is rolled back does not');

# Nobody changes it while it is verified, or decrypted.
foreach my $move ('SELECT desk.verify_record()', "SELECT desk.commit_tally('{1,2}', $p)")
{
	at($any, "BEGIN; $move");
	my (undef, $late) = $rival->try_query('UPDATE desk_record.ballot SET path = path');
	like($late, qr/55P03/, "who changes the record waits for $move");
	at($any, 'ROLLBACK');
}
$rival->quit;

# A record that fails a check is not verified.
sub fails_with
{
	my ($change, $expected, $name) = @_;
	refused($any, "BEGIN; $change; SELECT desk.verify_record(); ROLLBACK",
		qr/22000: .*record does not pass check "$expected".*HINT: .*desk\.checks/s, $name);
	return;
}
fails_with("DELETE FROM desk_record.ballot WHERE ballot_id = 'ballot-1'", '8\.ids', 'a ballot is missing');
fails_with("UPDATE desk_record.file SET content = content || ' ' WHERE path = 'manifest.json'", '1\.F',
	'another manifest');
fails_with("DELETE FROM desk_record.encrypted_tally", '9\.\w+', 'no encrypted tally');
fails_with("UPDATE desk_record.ballot SET ballot = jsonb_set(ballot::jsonb, '{contests,0,selections,0,proof,proofs,0,response}', to_jsonb(repeat('0', 64)))::eg.ballot WHERE ballot_id = 'ballot-1'",
	'6\.D', 'a ballot whose proof does not hold');
fails_with("UPDATE desk_record.encrypted_tally SET encrypted_tally = (SELECT eg.tally(ballot) FROM desk_record.ballot WHERE state = 'CAST' AND ballot_id <> 'ballot-1')",
	'9\.A', 'the tally of other ballots');
fails_with("DELETE FROM desk_record.document WHERE path = 'encrypted_tally.json'; DELETE FROM desk_record.file WHERE path = 'encrypted_tally.json'",
	'9\.\w+|record.files', 'no file of it');
fails_with("TRUNCATE desk_record.election", '\w+\.\w+', 'no election');
fails_with("TRUNCATE desk_record.device", '8\.\w+( file)?', 'no devices');
fails_with("TRUNCATE desk_record.ballot", '\w+\.\w+', 'no ballots');
fails_with("UPDATE desk_record.election SET election = '$foreign'", 'desk\.election', 'another election');
fails_with("INSERT INTO desk_record.opening VALUES ('o', 'b', false, NULL, 'record.readable', 'junk')",
	'record\.readable', 'a file that cannot be read');
is(verified(1), 1, 'a failure changes nothing');

# 77, 78: the record of another election, sound in itself
at('office', <<~SQL);
	CREATE TABLE kept AS SELECT * FROM context;
	UPDATE context SET e = '$foreign', record = eg.guardian_record('$foreign', @{[ list(@key[1, 2], $swapped) ]});
	SELECT files('foreign_record', array_agg(eg.cast_ballot(eg.chain(e, eg.encrypt(e, 'b', 'town', '{}', 'booth'), 'booth', 0))))
	FROM context;
	UPDATE context c SET e = k.e, record = k.record FROM kept k;
	SQL
at('office', "\\copy foreign_record.file TO '$folder/foreign' (FORMAT binary)");
import_at(1, 'foreign');
refused($any, 'SELECT desk.verify_record()', qr/check "desk\.election".*not the one of the key ceremony/s,
	'78: a sound record of another election');

# 33, 84
import_at(1, 'copied');
refused($any, 'SELECT desk.verify_record()', qr/check "(5\.A|5\.hashes|ballot\.copies)"/,
	'84: a cast ballot, copied as a challenged one');
refused($any, "SELECT desk.share_nonces($p, '{copy}')", qr/no record has been verified/,
	'84: is not opened');
import_at(1, 'record');
at($any, 'SELECT desk.verify_record()');
foreach my $move (["mark_opened('{%s}')", 'marked as opened'], ["share_nonces($p, '{%s}')", 'opened'])
{
	refused($any, sprintf("SELECT desk.$move->[0]", $_), qr/22000: .*no challenged ballot "$_"/, "33: $_ is not $move->[1]")
	  foreach ('ballot-1', 'nobody');
	refused($any, sprintf("SELECT desk.$move->[0]", 'NULL'), qr/22000: .*no challenged ballot/, '33: nor NULL');
}
refused($any, 'SELECT desk.share_nonces(NULL)', qr/22004/, 'no shares without a passphrase');
is(at($any, 'SELECT count(*) FROM desk.opened'), 0, 'nothing has been opened by it');

#
# Three moves
#

# A move of guardian i in a decryption, by its number at his desk
sub commit_tally
{
	my ($i, @u) = @_;
	my $row = at("guardian_$i",
		"SELECT decryption, commitments FROM desk.commit_tally('{@{[ join ',', @u ]}}', @{[ phrase($i) ]})");
	return split /\|/, $row, 2;
}

sub call_reveal
{
	my ($i, $number, @commitments) = @_;
	return "CALL desk.reveal($number, @{[ list(@commitments) ]}, @{[ phrase($i) ]})";
}

sub call_respond
{
	my ($i, $number, $commitments, $reveals) = @_;
	return "SELECT desk.respond($number, @{[ list(@$commitments) ]}, @{[ list(@$reveals) ]}, @{[ phrase($i) ]})";
}

sub votes
{
	my ($commitments, $reveals, $responses) = @_;
	return at('office', <<~SQL);
		SELECT string_agg(votes::text, ' ' ORDER BY option_index)
		FROM context, eg.decrypted_votes(e, record, @{[ list(@$commitments) ]}, @{[ list(@$reveals) ]},
		    @{[ list(@$responses) ]}, (SELECT eg.tally(ballot) FROM ballot WHERE n <= 4))
		SQL
}

refused($any, "SELECT desk.commit_tally($_, $p)", qr/2200[04]|22023/, "no decryption by $_")
  foreach ("'{1}'", "'{2,3}'", "'{1,1}'", "'{1,4}'", "'{}'", 'NULL', "'{1,NULL}'", "'{0,1}'");
refused($any, "SELECT desk.commit_tally('{1,2}', $_->[0])", $_->[1], "nor by passphrase $_->[0]")
  foreach (['NULL', qr/22004/], ["'wrong'", qr/28P01/]);
is(at($any, 'SELECT count(*) FROM desk.decryption'), 0, 'nothing is kept of it');

my ($n1, $d1) = commit_tally(1, 1, 2);
my ($n2, $d2) = commit_tally(2, 1, 2);
my ($n2_again, $d2_again) = commit_tally(2, 1, 2);
isnt($d2, $d2_again, 'nonces are fresh every time');
refused($any, call_respond(1, $n1, [ $d1, $d2 ], []), qr/22\d\d\d: .*(not been revealed|reveal)/s,
	'no response before the reveal');
refused($any, call_reveal(1, 99, $d1, $d2), qr/P0002: .*no decryption 99/, 'nor in a decryption that is not');
refused($any, call_reveal(1, $n1, $d1), qr/22\d\d\d: .*[Gg]uardian 2/s, '92: no reveal before all commitments are there');
refused($any, call_reveal(1, $n1, $d1, $d1), qr/22\d\d\d: /, '43: nor with one twice');
refused($any, call_reveal(1, $n1, $d2, $d2_again), qr/22\d\d\d: /, 'nor without his own');
refused($any, "CALL desk.reveal($n1, NULL, $p)", qr/22004/, 'nor without any');
refused($any, "CALL desk.reveal($n1, '{}', NULL)", qr/22004/, 'nor without a passphrase');
is(at($any, "SELECT count(*) FROM desk.decryption WHERE revealed_at IS NOT NULL"), 0, 'nothing is revealed by it');

# 70: a transaction that can be rolled back reveals nothing.
foreach my $block ('BEGIN; %s; ROLLBACK', 'BEGIN; SAVEPOINT s; %s; ROLLBACK')
{
	my ($out) = refused($any, sprintf($block, call_reveal(1, $n1, $d1, $d2)), qr/2D000/,
		"70: $block is refused");
	is($out, '', '70: and shows nothing');
}
at($any, <<~SQL);
	CREATE FUNCTION inside() RETURNS jsonb LANGUAGE plpgsql AS \$\$
	DECLARE r jsonb; BEGIN CALL desk.reveal($n1, @{[ list($d1, $d2) ]}, $p, r); RETURN r; END \$\$
	SQL
refused($any, 'SELECT inside()', qr/2D000/, '70: so is a function');
at($any, 'DROP FUNCTION inside');
is(at($any, "BEGIN; SELECT desk.bind_nonces($n1, @{[ list($d1, $d2) ]}, $p); ROLLBACK"), '',
	'70: what can be called in a transaction returns nothing');

# Two challenges in two transactions that are rolled back, savepoints included:
# the parts of a reveal are all there, but no response is.
foreach my $bound ([ $n2, $d2 ], [ $n2_again, $d2_again ])
{
	my ($number, $d) = @$bound;
	my $theirs = at('guardian_2', call_reveal(2, $number, $d1, $d));
	foreach my $savepoint ('', 'SAVEPOINT s;')
	{
		my $mine = at($any, <<~SQL);
			BEGIN;
			$savepoint
			SELECT desk.bind_nonces($n1, @{[ list($d1, $d) ]}, $p);
			@{[ $savepoint ? 'RELEASE s' : '' ]};
			SELECT r.reveal FROM desk.guardian g, desk.decryption d,
			    eg.reveal_decryption(g.secret, $p, d.nonces, @{[ list($d1, $d) ]}) r WHERE decryption = $n1
			SQL
		refused($any, call_respond(1, $n1, [ $d1, $d ], [ $mine =~ s/^\n+//r, $theirs ]),
			qr/55000: .*decryption $n1 is revealed in this transaction/, '70: no response before a commit');
		at($any, 'ROLLBACK');
	}
}
is(at($any, "SELECT count(*) FROM desk.decryption WHERE revealed_at IS NOT NULL"), 0, '70: it is not revealed');
is(at($any, 'SELECT count(*) FROM desk.decrypted'), 0, '70: and leaves nothing');

# Two sessions, two sets of commitments: one wins.
my $second = PsqlSession->new($server->connstr('guardian_1'));
$_->query('SET synchronous_commit = off') foreach ($second, $session{$any});
$second->start(call_reveal(1, $n1, $d1, $d2));
my ($ours, $our_error) = $session{$any}->try_query(call_reveal(1, $n1, $d1, $d2_again));
my ($theirs, $their_error) = $second->finish;
is(($ours eq '') + ($theirs eq ''), 1, '70: of two reveals against different commitments one is made');
like($our_error . $their_error, qr/22000: .*revealed for other commitments/s, '70: the other is refused');
$second->quit;

# Go on with the one that won.
my ($d2_bound, $n2_bound, $a1) = $ours eq '' ? ($d2, $n2, $theirs) : ($d2_again, $n2_again, $ours);
my $d2_other = $ours eq '' ? $d2_again : $d2;
is(at($any, call_reveal(1, $n1, $d1, $d2_bound)), $a1, '70: the same input gives the same bytes');
refused($any, call_reveal(1, $n1, $d1, $d2_other), qr/22000: .*revealed for other commitments/s,
	'70: another is refused');
refused($any, 'BEGIN; ' . call_reveal(1, $n1, $d1, $d2_other) . '; ROLLBACK', qr/22000/,
	'70: in a transaction too');
refused($any, call_reveal(1, $n1, $d1, $d2_other), qr/22000/, '70: and after its rollback');

# Killed between the commit and the answer: the whole server, at that.
my ($n3, $d3) = commit_tally(1, 1, 2);
my ($m3, $e3) = commit_tally(2, 1, 2);
at($any, 'SET synchronous_commit = off');
my $killed = at($any, call_reveal(1, $n3, $d3, $e3));
is(at($any, "SELECT desk.mark_opened('{ballot-5}')"), 1, 'a ballot is to be opened');
$server->stop('immediate');
$server->start;
reconnect($_) foreach ('office', map { "guardian_$_" } @all);
is(at($any, "SELECT revealed_at IS NOT NULL FROM desk.decryption WHERE decryption = $n3"), 't',
	'70: a reveal is on disk before it is seen, even where commits are asynchronous');
is(at($any, call_reveal(1, $n3, $d3, $e3)), $killed, '70: after a crash the same bytes');
refused($any, call_reveal(1, $n3, $d3, $d2), qr/22\d\d\d/, '70: and nothing else');
is(at($any, 'SELECT ballot_id FROM desk.opened'), 'ballot-5', 'and the desk knows what it has opened');
my $backend = $session{$any}->pid;
kill 'KILL', $backend;
eval { $session{$any}->query('SELECT 1') };
usleep(500_000);
$server->poll_query_until('postgres', 'SELECT true');
reconnect($_) foreach ('office', map { "guardian_$_" } @all);
is(at($any, call_reveal(1, $n3, $d3, $e3)), $killed, '70: so it is after a backend was killed');

# Respond
my $a2 = at('guardian_2', call_reveal(2, $n2_bound, $d1, $d2_bound));
refused($any, call_respond(1, $n1, [ $d1, $d2_bound ], [ $a1 ]), qr/22\d\d\d: .*[Gg]uardian 2/s,
	'92: no response before all reveals are there');
refused($any, call_respond(1, $n1, [ $d1, $d2_other ], [ $a1, $a2 ]), qr/22000/,
	'92: no response for other commitments');
my $e_other = at('guardian_2', call_reveal(2, $m3, $d3, $e3));
refused($any, call_respond(1, $n1, [ $d1, $d2_bound ], [ $a1, $e_other ]), qr/22\d\d\d: .*[Gg]uardian 2/s,
	'44: a reveal that does not fit its commitment names the guardian');
my $v1 = at($any, call_respond(1, $n1, [ $d1, $d2_bound ], [ $a1, $a2 ]));
is(at($any, "BEGIN; @{[ call_respond(1, $n1, [ $d1, $d2_bound ], [ $a1, $a2 ]) ]}; ROLLBACK"), $v1,
	'70: two responses in rolled-back transactions are the same');
my $v2 = at('guardian_2', call_respond(2, $n2_bound, [ $d1, $d2_bound ], [ $a1, $a2 ]));
is(votes([ $d1, $d2_bound ], [ $a1, $a2 ], [ $v1, $v2 ]), '3 1', 'the votes');
is( at('office', <<~SQL), '3 1', 'and their proof');
	SELECT (t #>> '{contests,0,selections,0,tally}') || ' ' || (t #>> '{contests,0,selections,1,tally}')
	FROM context, eg.combine_decryption(e, record, @{[ list($d1, $d2_bound) ]}, @{[ list($a1, $a2) ]},
	    @{[ list($v1, $v2) ]}, (SELECT eg.complete_tally(e, eg.tally(ballot)) FROM ballot WHERE n <= 4)) t
	SQL

# 44: one drops out after the reveals of three; the votes from the others, the
# proof from a new run over the two that remain.
my (@n, @d, @a, @v);
($n[$_], $d[$_]) = commit_tally($_, @all) foreach @all;
$a[$_] = at("guardian_$_", call_reveal($_, $n[$_], @d[@all])) foreach @all;
refused($any, call_respond(1, $n[1], [ @d[1, 2] ], [ @a[1, 2] ]), qr/22\d\d\d/,
	'44: no response without the third');
($n[$_], $d[$_]) = commit_tally($_, 1, 3) foreach (1, 3);
$a[$_] = at("guardian_$_", call_reveal($_, $n[$_], @d[1, 3])) foreach (1, 3);
$v[$_] = at("guardian_$_", call_respond($_, $n[$_], [ @d[1, 3] ], [ @a[1, 3] ])) foreach (1, 3);
is(votes([ @d[1, 3] ], [ @a[1, 3] ], [ @v[1, 3] ]), '3 1', '44: a new run with fresh nonces over the rest');

# 45: guardians who were shown different records do not decrypt together.
import_at(3, 'smaller');
refused('guardian_3', 'SELECT desk.verify_record()',
	qr/55000: .*this desk has decrypted another tally.*by which they differ.*desk\.decrypted/s,
	'47: a desk that has decrypted one tally decrypts no other');
is(at('guardian_3', 'SELECT count(*) FROM desk.verified'), 0, '47: nor is it verified');
at('guardian_3', 'CREATE TABLE kept AS SELECT * FROM desk.decrypted; DELETE FROM desk.decrypted');
at('guardian_3', 'SELECT desk.verify_record()');
($n[$_], $d[$_]) = commit_tally($_, 1, 3) foreach (1, 3);
refused("guardian_$_", call_reveal($_, $n[$_], @d[1, 3]), qr/22000: .*about other ciphertexts/,
	"45: guardian $_ does not reveal against other ciphertexts") foreach (1, 3);
refused('guardian_3', call_reveal(3, $n[3], @d[1, 3]) , qr/22\d\d\d/, '45: nor later');
is(at('guardian_3', 'SELECT count(*) FROM desk.decrypted'), 0, '45: nothing has been decrypted');

# 46: no function decrypts anything that it is given, and a decryption of a
# record that has been replaced is not carried on.
import_at(3, 'record');
at('guardian_3', 'SELECT desk.verify_record()');
refused('guardian_3', call_reveal(3, $n[3], @d[1, 3]),
	qr/55000: .*decryption $n[3] is of another tally than the verified record/, '46: a record that was replaced');
at('guardian_3', 'INSERT INTO desk.decrypted SELECT * FROM kept; DROP TABLE kept');
is(at('guardian_3', <<~'SQL'), '', '46: no function of a desk takes a tally or a ballot');
	SELECT proname FROM pg_proc, unnest(proargtypes) t
	WHERE pronamespace = 'desk'::regnamespace
	    AND t = ANY ('{eg.encrypted_tally, eg.ballot, eg.ciphertext}'::regtype[])
	SQL

# 33, 84 across records: what was cast when its tally was decrypted is not
# opened, what was opened is not tallied.
import_at(1, 'turned_challenged');
refused($any, 'SELECT desk.verify_record()', qr/55000: .*this desk has decrypted another tally/,
	'84: a ballot that was cast is not opened as a challenged one');
import_at(1, 'record');
at($any, 'SELECT desk.verify_record()');
refused($any, "SELECT * FROM desk.share_nonces($p)", qr/55000: .*"ballot-6" is not marked as opened yet.*mark_opened/s,
	'no ballot is opened that the desk would not remember');
refused($any, "BEGIN; SAVEPOINT s; SELECT desk.mark_opened(); RELEASE s; SELECT * FROM desk.share_nonces($p, '{ballot-6}'); ROLLBACK",
	qr/55000: .*"ballot-6" is not marked/, 'or that it could forget by a rollback');
is(at($any, 'SELECT desk.mark_opened()'), 1, 'what is marked is so once');
at('guardian_2', 'SELECT desk.mark_opened()');
my %share;
foreach my $i (1, 2)
{
	$share{$i} = at("guardian_$i",
		"SELECT jsonb_object_agg(ballot_id, share) FROM desk.share_nonces(@{[ phrase($i) ]})");
}
is(at($any, 'SELECT count(*) FROM desk.opened'), 2, 'the desk remembers what it has opened');
is(at($any, "SELECT count(*) FROM desk.share_nonces($p, '{ballot-5}')"), 1, 'one by one, and again');
is( at('office', <<~SQL), 'ballot-5 ballot-6', 'both are opened');
	SELECT string_agg(o ->> 'id', ' ' ORDER BY n)
	FROM context, ballot, eg.open_ballot(e, record, ballot,
	    ARRAY[@{[ lit($share{1}) ]}::jsonb -> eg.ballot_id(ballot),
	          @{[ lit($share{2}) ]}::jsonb -> eg.ballot_id(ballot)]) o
	WHERE n > 4
	SQL
import_at(1, 'turned_cast');
refused($any, 'SELECT desk.verify_record()', qr/check "desk\.opened".*ballot "ballot-5": it has been opened here/s,
	'33: a ballot that was opened is not tallied');

# Contest data
import_at(1, 'record');
at($any, 'SELECT desk.verify_record()');
refused($any, "SELECT desk.commit_contest_data('{1,2}', $_->[0], '$_->[1]', $p)", $_->[2],
	"no contest data: $_->[0], $_->[1]")
  foreach (["'{ballot-5}'", 'mayor', qr/22000: .*no cast ballot "ballot-5"/],
	["'{ballot-1,nobody}'", 'mayor', qr/22000: .*no cast ballot "nobody"/],
	["'{ballot-1}'", 'sheriff', qr/22023: .*sheriff/s], ['NULL', 'mayor', qr/22004/]);
my @c = ([]);
foreach my $i (1, 2)
{
	my $rows = at("guardian_$i",
		"SELECT decryption, commitments FROM desk.commit_contest_data('{1,2}', '{ballot-2,ballot-1}', 'mayor', @{[ phrase($i) ]}) ORDER BY ballot_id");
	$c[$i] = [ map { [ split /\|/, $_, 2 ] } split /\n/, $rows ];
}
foreach my $b (0, 1)
{
	my @d = map { $c[$_][$b][1] } (1, 2);
	my @a = map { at("guardian_$_", call_reveal($_, $c[$_][$b][0], @d)) } (1, 2);
	my @v = map { at("guardian_$_", call_respond($_, $c[$_][$b][0], \@d, \@a)) } (1, 2);
	is(at('office', <<~SQL), 'mayor', 'contest data of ballot ' . ($b + 1));
		SELECT eg.combine_decryption(e, record, @{[ list(@d) ]}, @{[ list(@a) ]}, @{[ list(@v) ]}, ballot, 'mayor')
		    ->> 'contest_id' FROM context, ballot WHERE n = $b + 1
		SQL
}

# What is a challenged ballot by now: its contest data are not decrypted,
# whatever the guardians have agreed on.
my ($c3, $f3) = split /\|/, at($any,
	"SELECT decryption, commitments FROM desk.commit_contest_data('{1,2}', '{ballot-1}', 'mayor', $p)"), 2;
my (undef, $f4) = split /\|/, at('guardian_2',
	"SELECT decryption, commitments FROM desk.commit_contest_data('{1,2}', '{ballot-1}', 'mayor', @{[ phrase(2) ]})"), 2;
at($any, 'CREATE TABLE kept AS SELECT * FROM desk.decrypted; DELETE FROM desk.decrypted');
import_at(1, 'turned_challenged');
at($any, 'SELECT desk.verify_record()');
refused($any, call_reveal(1, $c3, $f3, $f4), qr/22000: .*no cast ballot "ballot-1"/,
	'contest data of a ballot that is cast no more');
import_at(1, 'record');
at($any, 'SELECT desk.verify_record(); INSERT INTO desk.decrypted SELECT * FROM kept; DROP TABLE kept');

#
# Interrupted: nothing is half done
#

my %interrupted = (
	'verify_record' => 'SELECT desk.verify_record()',
	'commit_tally' => "SELECT desk.commit_tally('{1,2}', $p)",
	'share_nonces' => "SELECT desk.share_nonces($p)",
	'reveal' => call_reveal(1, $n1, $d1, $d2_bound),
	'respond' => call_respond(1, $n1, [ $d1, $d2_bound ], [ $a1, $a2 ]));
my $state = 'SELECT md5(string_agg(x::text, E\'\n\' ORDER BY x::text)) FROM (
	SELECT d::text FROM desk.decryption d UNION ALL SELECT o::text FROM desk.opened o
	UNION ALL SELECT v::text FROM desk.verified v UNION ALL SELECT t::text FROM desk.decrypted t
	UNION ALL SELECT g::text FROM desk.guardian g) x(x)';
my $before = at($any, $state);
foreach my $name (sort keys %interrupted)
{
	my $start = time;
	my (undef, $error) = $session{$any}->try_query("SET statement_timeout = 5; $interrupted{$name}");
	my $took = time - $start;
	at($any, 'RESET statement_timeout');
	like($error, qr/57014/, "$name is interrupted");
	cmp_ok($took, '<', PATIENCE, "$name: soon");
}
is(at($any, $state), $before, 'and nothing is half done');

#
# Backups
#

my ($open, $d_open) = commit_tally(1, 1, 2);
my ($open2, $d_open2) = commit_tally(2, 1, 2);
my ($revealed, $d_revealed) = commit_tally(1, 1, 2);
my $a_revealed = at($any, call_reveal(1, $revealed, $d_revealed, $d_open2));
foreach my $format ('plain', 'custom')
{
	my $dump = "$folder/desk.$format";
	$server->command_ok([ 'pg_dump', "--format=$format", "--file=$dump", $server->connstr('guardian_1') ],
		"dump of a desk as $format");
	$server->safe_psql('postgres', "CREATE DATABASE restored_$format TEMPLATE template0");
	my @restore = $format eq 'plain'
	  ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', "--file=$dump")
	  : ('pg_restore', '--exit-on-error', $dump);
	$server->command_ok([ @restore, '--dbname', $server->connstr("restored_$format") ],
		"restore of a desk from $format");
	my $r = "restored_$format";
	reconnect($r);
	at($r, 'SET client_min_messages = warning');
	is(at($r, $state), at($any, $state), 'everything is there');
	is(at($r, 'SELECT count(*) FROM desk.verified'), 1, 'the record is verified still');
	refused($r, call_reveal(1, $open, $d_open, $d_open2),
		qr/55000: .*decryption $open was begun before this desk was restored.*desk\.abandon_decryptions/s,
		'nonces that may have been revealed since are not revealed');
	is(at($r, call_respond(1, $n1, [ $d1, $d2_bound ], [ $a1, $a2 ])), $v1,
		'those that were bound answer as before');
	is(at($r, 'SELECT desk.abandon_decryptions()'), at($any, 'SELECT count(*) FROM desk.decryption WHERE revealed_at IS NULL'),
		'what is open can be abandoned');
	at($r, 'SELECT desk.verify_record()');
	my ($fresh, $d_fresh) = split /\|/, at($r, "SELECT decryption, commitments FROM desk.commit_tally('{1,2}', $p)"), 2;
	like(at($r, call_reveal(1, $fresh, $d_fresh, $d_open2)), qr/^\{/, 'a new decryption works');
	at($r, "DELETE FROM desk_record.file WHERE path = 'manifest.json'");
	is(at($r, 'SELECT count(*) FROM desk.verified'), 0, 'and so do the triggers');
	$session{$r}->quit;
}
like(at($any, call_reveal(1, $open, $d_open, $d_open2)), qr/^\{/, 'where it was begun, a decryption goes on');

# Rows alone that are loaded again, as of a dump of the data
my ($loaded, $d_loaded) = commit_tally(1, 1, 2);
at($any, <<~SQL);
	CREATE TEMPORARY TABLE dumped AS SELECT * FROM desk.decryption WHERE decryption IN ($n1, $loaded);
	DELETE FROM desk.decryption WHERE decryption IN ($n1, $loaded);
	INSERT INTO desk.decryption OVERRIDING SYSTEM VALUE TABLE dumped
	SQL
refused($any, call_reveal(1, $loaded, $d_loaded, $d_open2), qr/begun before this desk was restored or copied/,
	'rows that were loaded again reveal nothing');
is(at($any, call_respond(1, $n1, [ $d1, $d2_bound ], [ $a1, $a2 ])), $v1, 'but what was bound answers');

# A copy by template, and a standby that takes over
at($any, "SELECT eg.create_guardian_desk('idle')");
$session{$any}->quit;
$server->safe_psql('postgres', 'CREATE DATABASE twin TEMPLATE guardian_1');
reconnect($any);
my ($before_copy, $d_copy) = ($n3, $d3);
reconnect('twin');
refused('twin', call_reveal(1, $before_copy, $d_copy, $e3), qr/begun before this desk was restored or copied/,
	'a copy of the database reveals nothing that was begun before');

my ($last, $d_last) = commit_tally(1, 1, 2);
$server->append_conf('postgresql.conf', "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\n");
$_->quit foreach values %session;
$server->restart;
$server->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($server, 'copy', has_restoring => 1, standby => 0);
$standby->append_conf('postgresql.conf', "restore_command = '/bin/false'\n");
$standby->start;
$standby->poll_query_until('guardian_1', 'SELECT NOT pg_is_in_recovery()');
my (undef, undef, $error) = $standby->psql('guardian_1', call_reveal(1, $last, $d_last, $d_open2));
like($error, qr/begun before this desk was restored or copied/,
	'a server restored from a backup, on another timeline, neither');
$standby->stop;

$server->stop;
done_testing();
