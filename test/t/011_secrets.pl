#
# No passphrase, nonce or vote reaches the server's log or pg_stat_statements:
# not in a statement, not in its parameters, not in an error of any function
# that takes one; for both ways of handing them over that the README shows.
# (ATTACKS.md, 55)
#
use strict;
use warnings FATAL => 'all';

use Egtally qw(start_server session);
use MIME::Base64 qw(encode_base64);
use PostgreSQL::Test::Utils qw(slurp_file append_to_file);
use Test::More;

plan skip_all => 'pgbench, which binds parameters, is not there'
  if system('pgbench --version >/dev/null 2>&1') != 0;

my ($libraries) =
  PostgreSQL::Test::Utils::run_command([ 'pg_config', '--pkglibdir' ]);
my $has_statistics = -f "$libraries/pg_stat_statements.so";

# As a careful administrator of a careless server sets it.
my $server = start_server(
	'secrets',
	log_statement => 'all',
	log_min_duration_statement => 0,
	log_min_messages => 'debug1',
	log_error_verbosity => 'verbose',
	log_parameter_max_length => 0,
	log_parameter_max_length_on_error => 0,
	$has_statistics
	? ( shared_preload_libraries => 'pg_stat_statements',
		'pg_stat_statements.track' => 'all')
	: ());
$server->safe_psql('postgres', 'CREATE EXTENSION pg_stat_statements')
  if $has_statistics;

# What is handed over.  Nonces are those of a guardian of 1, quorum 1: his two
# secret keys, zeta, and those of the proofs.
my @scalars = map { sprintf '%064x', 0x5ec7e7 * ($_ + 3)**9 } (1 .. 7);
my %handed = (
	passphrase => 'tortoise under glass',
	other => 'zebra crossing at noon',
	wrong => 'hedgehog in winter',
	nonces => '\x' . join('', @scalars),
	votes => '{"mayor": {"write-in": {"votes": 1, "text": "Quetzalcoatl"}}}',
	bad_votes => '{"mayor": {"Ada": 31415926535}}');

# What must not be found, in any form that a log might give it.
my @marks = (
	'tortoise', 'zebra', 'hedgehog', 'Quetzalcoatl', '31415926',
	map { ($_, substr(encode_base64(pack('H*', $_), ''), 0, 40)) } @scalars);
my $secret = join '|', map { quotemeta } @marks;

$server->safe_psql('postgres', <<~'SQL');
	CREATE TABLE guardian (secret eg.guardian_secret, public_key jsonb, commitment bytea);
	CREATE TABLE election (election eg.election, record jsonb);
	CREATE TABLE ballot (ballot eg.ballot);
	CREATE TABLE round (nonces bytea, commitments jsonb, reveal jsonb);
	CREATE TABLE key (signing_key bytea, public_key bytea);
	CREATE VIEW known AS
	SELECT secret, election, record, public_key, ARRAY[public_key] AS keys,
	       nonces, ARRAY[commitments] AS commitments, ARRAY[reveal] AS reveals,
	       (SELECT eg.tally(eg.cast_ballot(ballot)) FROM ballot) AS tally,
	       (SELECT eg.challenge_ballot(ballot) FROM ballot LIMIT 1) AS challenged
	FROM guardian LEFT JOIN election ON true LEFT JOIN round ON true;

	-- A record of a cast ballot and a challenged one, for the desk
	CREATE FUNCTION publish(e eg.election, record jsonb, one eg.ballot, two eg.ballot)
	RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
	    INSERT INTO desk_record.file
	    SELECT f.* FROM eg.election_files(e, record) f UNION ALL
	    SELECT f.* FROM unnest(ARRAY[eg.cast_ballot(one), eg.challenge_ballot(two)]) b,
	        eg.ballot_file(b) f UNION ALL
	    SELECT f.* FROM eg.tally_files(eg.complete_tally(e,
	        (SELECT eg.tally(b) FROM eg.cast_ballot(one) b))) f UNION ALL
	    SELECT f.* FROM eg.device_file(e, 'd', 'd', 0, (SELECT array_agg(eg.ballot_id(b)
	        ORDER BY eg.confirmation_code(b)) FROM unnest(ARRAY[one, two]) b)) f;
	    PERFORM eg.import_record('desk_record');
	END $$;

	-- CALL takes no query.
	CREATE FUNCTION sent() RETURNS jsonb[] LANGUAGE plpgsql AS $$
	BEGIN
	    RETURN ARRAY(SELECT commitments FROM desk.decryption WHERE decryption = 1);
	END $$;
	SQL

my $manifest = q{convert_to(jsonb_build_object('label', 'e',
	'record_signing_key', (SELECT eg.base64(public_key) FROM key),
	'contests', '[{"label": "mayor", "selection_limit": 1, "contest_data_blocks": 2,
	               "options": [{"label": "Ada"}, {"label": "write-in"}]}]'::jsonb,
	'ballot_styles', '[{"label": "style", "contests": [1]}]'::jsonb)::text, 'UTF8')};
my $decrypt = 'election, secret, <passphrase>';
my $encrypt = q{eg.chain(election, eg.encrypt(election, '%s', 'style', <votes>, 'd'), 'd', 0)};

# A guardian of one makes an election, somebody votes, he decrypts: with the
# bare functions, and at a desk.  What is handed over stands as <name>.
my @good = (
	'INSERT INTO key SELECT * FROM eg.create_signing_key(<passphrase>)',
	'INSERT INTO guardian SELECT * FROM eg.create_guardian(1, 1, 1, <passphrase>)',
	'SELECT eg.encrypt_shares(secret, <passphrase>, keys) FROM known',
	q{SELECT c.* FROM known, eg.check_shares(secret, <passphrase>, keys, '{}') c},
	"INSERT INTO election SELECT e, eg.guardian_record(e, keys) FROM known, eg.create_election($manifest, 1, keys) e",
	q{UPDATE guardian SET secret = eg.accept_shares(election, known.secret, <passphrase>, keys, '{}') FROM known},
	'UPDATE guardian SET secret = eg.change_passphrase(secret, <passphrase>, <other>)',
	'UPDATE guardian SET secret = eg.change_passphrase(secret, <other>, <passphrase>)',
	"INSERT INTO ballot SELECT @{[ sprintf $encrypt, 'b' ]} FROM election",
	"INSERT INTO round SELECT c.* FROM known, eg.commit_decryption($decrypt, '{1}', tally) c",
	'UPDATE round SET nonces = r.nonces, reveal = r.reveal FROM known,
	 eg.reveal_decryption(secret, <passphrase>, known.nonces, known.commitments) r',
	"SELECT eg.combine_decryption(election, record, commitments, reveals, ARRAY[response], tally)
	 FROM known, eg.respond_decryption($decrypt, nonces, commitments, reveals, tally) response",
	"SELECT c.* FROM known, eg.commit_decryption($decrypt, '{1}', challenged, 'mayor') c",
	"SELECT eg.open_ballot(election, record, challenged, ARRAY[share])
	 FROM known, eg.share_ballot_nonce($decrypt, challenged) share",
	q{SELECT eg.sign(signing_key, <passphrase>, 'message') FROM key},
	q{SELECT public_key FROM eg.create_guardian_deterministic(1, 1, 1, <passphrase>, 'interactive', <nonces>)},
	q{SELECT eg.create_guardian_desk('desk')},
	'SELECT desk.create_keys(1, 1, 1, <passphrase>)',
	'SELECT desk.encrypt_shares(<passphrase>)',
	"SELECT desk.accept_election(eg.create_election($manifest, 1, desk.public_keys()), <passphrase>)",
	"SELECT publish(election, guardian_record, @{[ sprintf $encrypt, 'one' ]}, @{[ sprintf $encrypt, 'two' ]}) FROM desk.guardian",
	q{SELECT eg.sign_record('desk_record', signing_key, <passphrase>) FROM key},
	q{SELECT eg.import_record('desk_record'), desk.verify_record(), desk.mark_opened()},
	q{SELECT desk.commit_tally('{1}', <passphrase>)},
	q{SELECT desk.commit_contest_data('{1}', '{one}', 'mayor', <passphrase>)},
	'CALL desk.reveal(1, sent(), <passphrase>, shown)',
	'SELECT desk.respond(1, sent(), ARRAY[r.reveal], <passphrase>) FROM desk.guardian, desk.decryption d,
	 eg.reveal_decryption(secret, <passphrase>, d.nonces, sent()) r WHERE decryption = 1',
	'SELECT desk.share_nonces(<passphrase>)');

# Every function that takes a secret, refusing it or something beside it.
my $fresh = 'eg.create_guardian(1, 1, 1, <passphrase>) g';
my %bad = (
	'eg.create_guardian(integer,integer,integer,text,text)' => [
		'SELECT eg.create_guardian(1, 1, 2, <passphrase>)',
		'SELECT eg.create_guardian(1, 1, 1, <passphrase>, <other>)' ],
	'eg.create_guardian_deterministic(integer,integer,integer,text,text,bytea)' => [
		q{SELECT eg.create_guardian_deterministic(1, 1, 1, <passphrase>, 'interactive', <nonces>::bytea || '\x00')} ],
	'eg.encrypt_shares(eg.guardian_secret,text,jsonb[])' => [
		"SELECT eg.encrypt_shares(g.secret, <passphrase>, '{}') FROM $fresh",
		"SELECT eg.encrypt_shares(g.secret, <passphrase>, keys) FROM known, $fresh",
		'SELECT eg.encrypt_shares(secret, <wrong>, keys) FROM known',
		'SELECT eg.encrypt_shares(secret, <passphrase>, keys) FROM known' ],
	'eg.encrypt_shares_deterministic(eg.guardian_secret,text,jsonb[],bytea)' => [
		"SELECT eg.encrypt_shares_deterministic(g.secret, <passphrase>, ARRAY[g.public_key], <nonces>) FROM $fresh",
		'SELECT eg.encrypt_shares_deterministic(secret, <passphrase>, keys, <nonces>) FROM known' ],
	'eg.check_shares(eg.guardian_secret,text,jsonb[],jsonb[])' => [
		"SELECT eg.check_shares(g.secret, <passphrase>, keys, NULL) FROM known, $fresh",
		q{SELECT eg.check_shares(secret, <wrong>, keys, '{}') FROM known},
		q{SELECT eg.check_shares(secret, <passphrase>, keys, '{}') FROM known} ],
	'eg.accept_shares(eg.election,eg.guardian_secret,text,jsonb[],jsonb[])' => [
		"SELECT eg.accept_shares(election, g.secret, <passphrase>, ARRAY[g.public_key], '{}') FROM known, $fresh",
		q{SELECT eg.accept_shares(election, secret, <wrong>, keys, '{}') FROM known},
		q{SELECT eg.accept_shares(election, secret, <passphrase>, keys, '{}') FROM known} ],
	'eg.change_passphrase(eg.guardian_secret,text,text,text)' => [
		'SELECT eg.change_passphrase(secret, <wrong>, <other>) FROM known',
		'SELECT eg.change_passphrase(secret, <passphrase>, <other>, <wrong>) FROM known' ],
	'eg.encrypt(eg.election,text,text,jsonb,text,bigint)' => [
		q{SELECT eg.encrypt(election, 'b', 'style', <bad_votes>, 'd') FROM election},
		q{SELECT eg.encrypt(election, 'b', 'no style', <votes>, 'd') FROM election},
		q{SELECT eg.encrypt(election, 'b', 'style', <votes>, 'd', 0) FROM election} ],
	'eg.encrypt_deterministic(eg.election,text,text,jsonb,text,bigint,jsonb,bytea)' => [
		q{SELECT eg.encrypt_deterministic(election, 'b', 'style', <votes>, 'd', 1, NULL, <nonces>::bytea) FROM election} ],
	'eg.create_signing_key(text,text)' => ['SELECT eg.create_signing_key(<passphrase>, <other>)'],
	'eg.sign(bytea,text,bytea)' => [
		q{SELECT eg.sign(signing_key, <wrong>, 'message') FROM key},
		q{SELECT eg.sign(<nonces>::bytea, <passphrase>, 'message')} ],
	'eg.sign_record(text,bytea,text)' => [
		q{SELECT eg.sign_record('desk_record', signing_key, <wrong>) FROM key},
		q{SELECT eg.sign_record('nothing', signing_key, <passphrase>) FROM key} ],
	'eg.commit_decryption(eg.election,eg.guardian_secret,text,integer[],eg.encrypted_tally)' => [
		q{SELECT eg.commit_decryption(election, secret, <wrong>, '{1}', tally) FROM known},
		"SELECT eg.commit_decryption($decrypt, '{2}', tally) FROM known" ],
	'eg.commit_decryption(eg.election,eg.guardian_secret,text,integer[],eg.ballot,text)' => [
		q{SELECT eg.commit_decryption(election, secret, <wrong>, '{1}', challenged, 'mayor') FROM known},
		"SELECT eg.commit_decryption($decrypt, '{1}', challenged, 'no contest') FROM known" ],
	'eg.commit_decryption_deterministic(eg.election,eg.guardian_secret,text,integer[],eg.encrypted_tally,bytea)' => [
		"SELECT eg.commit_decryption_deterministic($decrypt, '{1}', tally, <nonces>::bytea) FROM known" ],
	'eg.commit_decryption_deterministic(eg.election,eg.guardian_secret,text,integer[],eg.ballot,text,bytea)' => [
		"SELECT eg.commit_decryption_deterministic($decrypt, '{1}', challenged, 'mayor', <nonces>::bytea) FROM known" ],
	'eg.reveal_decryption(eg.guardian_secret,text,bytea,jsonb[])' => [
		'SELECT eg.reveal_decryption(secret, <wrong>, nonces, commitments) FROM known',
		q{SELECT eg.reveal_decryption(secret, <passphrase>, nonces, '{}') FROM known},
		'SELECT eg.reveal_decryption(secret, <passphrase>, <nonces>::bytea, commitments) FROM known' ],
	'eg.respond_decryption(eg.election,eg.guardian_secret,text,bytea,jsonb[],jsonb[],eg.encrypted_tally)' => [
		'SELECT eg.respond_decryption(election, secret, <wrong>, nonces, commitments, reveals, tally) FROM known',
		"SELECT eg.respond_decryption($decrypt, nonces, commitments, '{}', tally) FROM known",
		"SELECT eg.respond_decryption($decrypt, <nonces>::bytea, commitments, reveals, tally) FROM known" ],
	'eg.respond_decryption(eg.election,eg.guardian_secret,text,bytea,jsonb[],jsonb[],eg.ballot,text)' => [
		q{SELECT eg.respond_decryption(election, secret, <wrong>, nonces, commitments, reveals, challenged, 'mayor') FROM known},
		"SELECT eg.respond_decryption($decrypt, nonces, commitments, reveals, challenged, 'mayor') FROM known" ],
	'eg.share_ballot_nonce(eg.election,eg.guardian_secret,text,eg.ballot)' => [
		'SELECT eg.share_ballot_nonce(election, secret, <wrong>, challenged) FROM known',
		"SELECT eg.share_ballot_nonce($decrypt, (SELECT eg.cast_ballot(ballot) FROM ballot LIMIT 1)) FROM known" ],
	'eg.partial_decrypt_unchecked(eg.ciphertext,bytea)' => [
		'SELECT eg.partial_decrypt_unchecked(ciphertext, <nonces>::bytea) FROM ballot, eg.ciphertexts(ballot)' ],
	'eg.partial_decrypt_unchecked(eg.encrypted_tally,integer,bytea)' => [
		'SELECT eg.partial_decrypt_unchecked(tally, 1, <nonces>::bytea) FROM known' ],
	'desk.create_keys(integer,integer,integer,text,text)' => ['SELECT desk.create_keys(1, 1, 1, <passphrase>)'],
	'desk.encrypt_shares(text)' => ['SELECT desk.encrypt_shares(<passphrase>)'],
	'desk.accept_election(eg.election,text)' => ['SELECT desk.accept_election(election, <passphrase>) FROM election'],
	'desk.commit_tally(integer[],text)' => [
		q{SELECT desk.commit_tally('{1}', <wrong>)},
		q{SELECT desk.commit_tally('{2}', <passphrase>)} ],
	'desk.commit_contest_data(integer[],text[],text,text)' => [
		q{SELECT desk.commit_contest_data('{1}', '{one}', 'mayor', <wrong>)},
		q{SELECT desk.commit_contest_data('{1}', '{two}', 'mayor', <passphrase>)} ],
	'desk.bind_nonces(bigint,jsonb[],text)' => [
		'SELECT desk.bind_nonces(1, sent(), <wrong>)',
		q{SELECT desk.bind_nonces(1, '{}', <passphrase>)} ],
	'desk.reveal(bigint,jsonb[],text,jsonb)' => [
		'CALL desk.reveal(1, sent(), <wrong>, shown)',
		'CALL desk.reveal(1, NULL, <passphrase>, shown)' ],
	'desk.respond(bigint,jsonb[],jsonb[],text)' => [
		q{SELECT desk.respond(1, sent(), '{}', <wrong>)},
		q{SELECT desk.respond(1, sent(), '{}', <passphrase>)} ],
	'desk.share_nonces(text,text[])' => [
		'SELECT desk.share_nonces(<wrong>)',
		q{SELECT desk.share_nonces(<passphrase>, '{one}')} ]);
my @bad = map { @{ $bad{$_} } } sort keys %bad;

my $folder = PostgreSQL::Test::Utils::tempdir();

sub write_file
{
	my ($name, $text) = @_;
	my $path = "$folder/$name";
	unlink $path;
	append_to_file($path, $text);
	return $path;
}

# A program binds: its errors, as the client sees them.
sub bind_values
{
	my ($statement) = @_;
	$statement =~ s/<(\w+)>/:$1/g;
	$statement =~ s/, shown\)/)/;
	my $script = write_file('statement.sql', "$statement;\n");
	my ($output, $error) = ('', '');

	IPC::Run::run(
		[   'pgbench', '-n', '-t', '1', '-M', 'extended', '-f', $script,
			'-d', $server->connstr('postgres'),
			map { ('-D', "$_=$handed{$_}") } sort keys %handed
		],
		'>', \$output, '2>', \$error);
	return $error =~ /(ERROR: .*)/ ? $1 : '';
}

# psql copies one line into a table that goes with the transaction.  A CALL that
# commits cannot be in one, nor take a subquery.
my $psql = session($server);

sub copy_values
{
	my ($statement) = @_;
	my @names = sort keys %handed;
	my $columns =
	  join(', ', map { $_ eq 'nonces' ? "$_ bytea" : /votes/ ? "$_ jsonb" : "$_ text" } @names);
	my $line = join("\t", map { s/\\/\\\\/gr } @handed{@names}) . "\n";
	my $values = write_file('handed.txt', $line);
	my $error;

	if ($statement =~ /\ACALL .*<(\w+)>/)
	{
		my $name = $1;
		$statement =~ s/<$name>/phrase/;
		(undef, $error) = $psql->try_query(<<~SQL);
			CREATE TEMPORARY TABLE handed ($columns);
			\\copy handed FROM '$values'
			DO \$\$
			DECLARE
			    phrase text := (SELECT $name FROM handed);
			    shown jsonb;
			BEGIN
			    $statement;
			END
			\$\$;
			DROP TABLE handed
			SQL
	}
	else
	{
		$statement =~ s/<(\w+)>/(SELECT $1 FROM handed)/g;
		(undef, $error) = $psql->try_query(<<~SQL);
			BEGIN;
			CREATE TEMPORARY TABLE handed ($columns) ON COMMIT DROP;
			\\copy handed FROM '$values'
			$statement;
			COMMIT
			SQL
	}
	return $error =~ /(ERROR: .*)/ ? $1 : '';
}

my %ways = (binds => \&bind_values, 'a table' => \&copy_values);
foreach my $way (sort keys %ways)
{
	my $from = -s $server->logfile;
	my (@failed, @passed, %errors);

	$server->safe_psql('postgres', <<~'SQL');
		SET client_min_messages = warning;
		TRUNCATE guardian, election, ballot, round, key;
		DROP SCHEMA IF EXISTS desk, desk_record CASCADE
		SQL
	foreach my $statement (@good)
	{
		my $error = $ways{$way}->($statement);
		push @failed, "$statement: $error" if $error ne '';
	}
	is_deeply(\@failed, [], "$way: all moves of a guardian of one");

	is($server->safe_psql('postgres', <<~'SQL'), join("\n", sort keys %bad), "$way: errors in every function");
		SELECT DISTINCT p.oid::regprocedure::text COLLATE "C"
		FROM pg_proc p, unnest(proargnames, proargmodes) a(name, mode)
		WHERE pronamespace IN ('eg'::regnamespace, 'desk'::regnamespace)
		      AND name ~ '^((new_)?passphrase|nonces|votes|key_share)$'
		      AND mode IS DISTINCT FROM 'o' AND mode IS DISTINCT FROM 't'
		ORDER BY 1
		SQL
	foreach my $statement (@bad)
	{
		my $error = $ways{$way}->($statement);
		push @passed, $statement if $error eq '';
		$errors{$error}++;
	}
	is_deeply(\@passed, [], "$way: every error is raised");
	note "$errors{$_} times $_" foreach sort keys %errors;

	my $log = slurp_file($server->logfile, $from);
	my @found = grep { $log =~ /\Q$_\E/i } @marks;
	my $logged = () = $log =~ /ERROR:  [0-9A-Z]{5}: /g;
	is_deeply(\@found, [], "$way: no secret is in the log");
	cmp_ok($logged, '>=', scalar @bad, "$way: which has all errors");
	my @mistaken = $log =~ /(ERROR:  42(?:601|703|804|846|883|P0[12]): .*)/g;
	is_deeply(\@mistaken, [], "$way: none of which is a slip of this test");
	my $statements = () = $log =~ /LOG:  00000: (?:statement|execute <unnamed>): /g;
	cmp_ok($statements, '>=', @good + @bad, "$way: and all statements");
}
$psql->quit;

SKIP:
{
	skip 'pg_stat_statements is not there', 2 unless $has_statistics;
	is( $server->safe_psql('postgres',
			"SELECT count(*) FROM pg_stat_statements WHERE query ~* '$secret'"),
		0, 'no secret is in pg_stat_statements');
	cmp_ok(
		$server->safe_psql('postgres',
			"SELECT count(*) FROM pg_stat_statements WHERE query ~ 'eg.encrypt_shares'"),
		'>', 0, 'which has the statements');
}

# A passphrase is the same in databases of every encoding, and where it cannot
# be, the error does not say why: PostgreSQL's own would quote it.
my ($sealed) = $server->safe_psql('postgres',
	q{SELECT secret FROM eg.create_guardian(1, 1, 1, U&'B\00E4r')});
foreach my $encoding ('LATIN1', 'SQL_ASCII')
{
	$server->safe_psql('postgres',
		"CREATE DATABASE $encoding TEMPLATE template0 ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C'");
	my $database = lc $encoding;
	my $umlaut = $encoding eq 'LATIN1' ? 'E4' : 'C3A4';
	my $open = "SET search_path = pg_catalog; SELECT (eg.describe(eg.change_passphrase('$sealed',
		convert_from(decode('%s', 'hex'), '$encoding'), 'p'))).guardian";
	$server->safe_psql($database, 'CREATE EXTENSION egtally');
	is($server->safe_psql($database, sprintf $open, "42${umlaut}72"),
		1, "$encoding: the passphrase opens");
}
my (undef, undef, $refusal) = $server->psql('sql_ascii',
	q{SELECT eg.create_guardian(1, 1, 1, convert_from('\x42e472', 'SQL_ASCII'))});
like($refusal, qr/ERROR:  passphrase cannot be converted to UTF-8$/,
	'what has no form in UTF-8 is refused without a word of it');

# The search finds what is there: a literal, and a parameter that is logged.
my $from = -s $server->logfile;
$server->psql('postgres', "SELECT 'tortoise'");
like(slurp_file($server->logfile, $from), qr/$secret/, 'a literal is in the log');
$server->append_conf('postgresql.conf', 'log_parameter_max_length = -1');
$server->reload;
$from = -s $server->logfile;
bind_values('SELECT length(<passphrase>)');
like(slurp_file($server->logfile, $from), qr/$secret/,
	'and so is a parameter where the setting lets it');

$server->stop;
done_testing();
