--
-- The ballot box (the numbers of attacks are those of ATTACKS.md)
--
\getenv abs_srcdir PG_ABS_SRCDIR
SET client_min_messages = warning;
SET jit = off;
SET datestyle = iso;
\set election :abs_srcdir '/election.sql'
\i :election
\set ballot_box :abs_srcdir '/ballot_box.sql'
\i :ballot_box

-- The owner of a box is an ordinary role; so are his clerk, who submits and
-- decides, his worker, who tallies, and one without rights.
CREATE ROLE regress_owner;
CREATE ROLE regress_clerk;
CREATE ROLE regress_worker;
CREATE ROLE regress_nobody;
DO $$ BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO regress_owner', current_database());
END $$;
GRANT USAGE ON SCHEMA small, election TO PUBLIC;
GRANT SELECT ON small.election TO PUBLIC;

-- Making one
SET ROLE regress_owner;
SELECT eg.create_ballot_box('vote', election) FROM small.election;
SELECT small.failure($$SELECT eg.create_ballot_box('vote', election) FROM small.election$$);
SELECT name, small.failure(format('SELECT eg.create_ballot_box(%L, election) FROM small.election', name))
FROM unnest('{Vote,1st,a-b,"","a; DROP SCHEMA vote",NULL,pg_vote}'::text[]) name;
SELECT small.failure($$SELECT eg.create_ballot_box('other', NULL)$$);
SELECT small.failure($$SELECT eg.create_ballot_box('other', election, 'tomorrow', 'today') FROM small.election$$);
SELECT small.failure($$SELECT eg.create_ballot_box('other', election, max_weight => 0) FROM small.election$$);
SET ROLE regress_nobody;
SELECT small.failure($$SELECT eg.create_ballot_box('other', election) FROM small.election$$)
    ~ '^42501 permission denied for database' AS refused;
SET ROLE regress_owner;
-- a name that SQL reserves
SELECT eg.create_ballot_box('user', election) FROM small.election;
SELECT "user".add_device('booth', 'booth, hall');
SELECT length("user".submit(small.ballot('in a box named user', 'one', 'booth')));
CALL eg.tally_ballot_box('user');
SET client_min_messages = error;
DROP SCHEMA "user" CASCADE;
SET client_min_messages = warning;

-- Every object has a comment, and is the owner's; PUBLIC may call nothing; what
-- runs with his rights has its search path fixed.
SELECT count(*) AS without_comment FROM pg_class
WHERE relnamespace = 'vote'::regnamespace AND relkind IN ('r', 'v')
    AND obj_description(oid, 'pg_class') IS NULL;
SELECT count(*) AS without_comment FROM pg_proc
WHERE pronamespace = 'vote'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL;
SELECT bool_and(relowner = 'regress_owner'::regrole) FROM pg_class
WHERE relnamespace = 'vote'::regnamespace;
SELECT count(*) > 10 AS some, bool_and(proowner = 'regress_owner'::regrole) AS his,
    bool_or(has_function_privilege('regress_nobody', oid, 'EXECUTE')) AS open,
    bool_and('search_path=pg_catalog, pg_temp' = ANY (proconfig)) AS fixed
FROM pg_proc WHERE pronamespace = 'vote'::regnamespace;

-- The rights of a clerk and of a worker, as in the README
GRANT USAGE ON SCHEMA vote TO regress_clerk, regress_worker;
GRANT EXECUTE ON FUNCTION vote.submit(eg.ballot), vote.submit(text), vote.submit(bytea),
    vote.submit(jsonb), vote.last_code(text), vote.cast_ballot(bytea), vote.challenge(bytea),
    vote.void(bytea, text) TO regress_clerk;
GRANT EXECUTE ON FUNCTION vote.claim_chunk(integer, timestamptz),
    vote.tally_chunk(bigint, boolean, bigint), vote.tally_next_chunk(integer, boolean) TO regress_worker;
GRANT SELECT ON vote.progress, vote.health, vote.metrics TO regress_worker;

-- Devices: 95, two with one S_device
SELECT vote.add_device('booth', 'booth, hall'), vote.add_device('chain', 'chain, hall', 1),
    vote.add_device('urn', 'urn, hall');
SELECT small.failure($$SELECT vote.add_device('twin', 'chain, hall', 1)$$);
SELECT small.failure($$SELECT vote.add_device('chain', 'another, hall', 1)$$);
SELECT small.failure($$SELECT vote.add_device('third', 'third, hall', 2)$$);

-- Ballots are made once
RESET ROLE;
CREATE TABLE ballots AS
    SELECT n, id, CASE WHEN n = 8 THEN small.ballot(id, 'two', 'booth', weight => 2)
                       ELSE small.ballot(id, 'two', 'booth') END AS ballot
    FROM (SELECT n, 'ballot-' || n FROM generate_series(1, 8) n) x(n, id);
GRANT SELECT ON ballots TO PUBLIC;
SET ROLE regress_clerk;
SELECT vote.submit(ballot) = eg.confirmation_code(ballot) AS code FROM ballots WHERE n = 1;
-- as text, jsonb, bytes, and the text form of eg.ballot
SELECT vote.submit(jsonb_pretty(ballot::jsonb)) = eg.confirmation_code(ballot) AS text FROM ballots WHERE n = 2;
SELECT vote.submit(ballot::jsonb) = eg.confirmation_code(ballot) AS jsonb FROM ballots WHERE n = 3;
SELECT vote.submit(convert_to('  ' || (ballot::jsonb)::text, 'UTF8'))
    = eg.confirmation_code(ballot) AS bytea FROM ballots WHERE n = 4;
SELECT vote.submit(ballot::text) = eg.confirmation_code(ballot) AS text FROM ballots WHERE n = 5;
-- 97: the bytes as received are what is kept
SET ROLE regress_owner;
SELECT n, b.ballot OPERATOR(eg.=) v.ballot AS same, CASE n
    WHEN 2 THEN v.received = convert_to(jsonb_pretty(b.ballot::jsonb), 'UTF8')
    WHEN 3 THEN v.received = convert_to((b.ballot::jsonb)::text, 'UTF8')
    WHEN 4 THEN v.received = convert_to('  ' || (b.ballot::jsonb)::text, 'UTF8')
    ELSE v.received IS NULL END AS received
FROM ballots b JOIN vote.ballot v ON v.ballot_id = b.id ORDER BY n;

-- What is refused, each by a clerk; nothing of it is stored.
SET ROLE regress_clerk;
CREATE FUNCTION pg_temp.refusal(ballot jsonb) RETURNS text LANGUAGE sql
    RETURN small.failure(format('SELECT vote.submit(%L::jsonb)', ballot));
CREATE FUNCTION pg_temp.changed(number integer, changes jsonb) RETURNS jsonb LANGUAGE sql
    RETURN (SELECT ballot::jsonb || changes FROM ballots WHERE n = number);
-- 26: byte-identical replay
SELECT small.failure('SELECT vote.submit(ballot) FROM ballots WHERE n = 1');
-- 27: a copied ballot with other outer fields
SELECT pg_temp.refusal(pg_temp.changed(1, '{"ballot_id": "copied"}'));
SELECT pg_temp.refusal(pg_temp.changed(1, '{"ballot_id": "copied", "encrypting_device": "chain"}'));
SELECT pg_temp.refusal(pg_temp.changed(1, jsonb_build_object('ballot_id', 'copied',
    'selection_encryption_id', repeat('ab', 32), 'confirmation_code', repeat('cd', 32))));
-- 28: a selection encryption identifier used twice
SELECT pg_temp.refusal(pg_temp.changed(6, jsonb_build_object('selection_encryption_id',
    (SELECT ballot::jsonb -> 'selection_encryption_id' FROM ballots WHERE n = 1))));
-- a name used twice
SELECT pg_temp.refusal(pg_temp.changed(6, '{"ballot_id": "ballot-1"}'));
-- 29: two voters given one confirmation code
SELECT pg_temp.refusal(pg_temp.changed(6, jsonb_build_object('confirmation_code',
    (SELECT ballot::jsonb -> 'confirmation_code' FROM ballots WHERE n = 1))));
-- 30: contest missing, unknown, twice, reordered; option missing, twice, reordered
SELECT what, pg_temp.refusal(b) FROM (SELECT ballot::jsonb AS j FROM ballots WHERE n = 6) x,
    LATERAL (VALUES
        ('missing', j #- '{contests,1}'),
        ('unknown', jsonb_set(j, '{contests,1,contest_id}', '"council"')),
        ('twice', jsonb_set(j, '{contests,1}', j #> '{contests,0}')),
        ('reordered', jsonb_set(jsonb_set(j, '{contests,0,sequence_order}', '2'), '{contests,1,sequence_order}', '1')),
        ('option missing', j #- '{contests,1,selections,1}'),
        ('option twice', jsonb_set(j, '{contests,1,selections,1}', j #> '{contests,1,selections,0}')),
        ('reordered', jsonb_set(jsonb_set(j, '{contests,1,selections,0,sequence_order}', '2'), '{contests,1,selections,1,sequence_order}', '1')),
        ('exchanged', jsonb_set(jsonb_set(j, '{contests,1,selections,0,encrypted_vote}', j #> '{contests,1,selections,1,encrypted_vote}'),
            '{contests,1,selections,1,encrypted_vote}', j #> '{contests,1,selections,0,encrypted_vote}'))) v(what, b);
-- 31: wrong style, unknown style
SELECT pg_temp.refusal(pg_temp.changed(6, '{"ballot_style_id": "one"}'));
SELECT pg_temp.refusal(pg_temp.changed(6, '{"ballot_style_id": "three"}'));
-- 31, 32: other manifest, other election
SELECT pg_temp.refusal(pg_temp.changed(6, jsonb_build_object('election_id', repeat('ab', 32))));
RESET ROLE;
CREATE TABLE other_ballots AS
    SELECT e.election, eg.chain(e.election, eg.encrypt(e.election, 'foreign', 'one', '{"measure": ["yes"]}', 'booth'),
                                'booth, hall') AS ballot
    FROM (SELECT eg.create_election(eg.manifest(election), 2, 2, eg.joint_public_key(election),
                                    eg.joint_data_public_key(election)) AS election
          FROM small.election) e;
CREATE TABLE misprinted_ballots AS
    SELECT eg.chain(e.election, eg.encrypt(e.election, 'misprinted', 'one', '{"measure": ["yes"]}', 'booth'),
                    'booth, hall') AS ballot
    FROM (SELECT eg.create_election(replace(encode(eg.manifest(election), 'escape'), '"Bela"', '"Bert"')::bytea, 1, 1,
                                    eg.joint_public_key(election), eg.joint_data_public_key(election)) AS election
          FROM small.election) e;
GRANT SELECT ON misprinted_ballots TO PUBLIC;
GRANT SELECT ON other_ballots TO PUBLIC;
SET ROLE regress_clerk;
SELECT small.failure('SELECT vote.submit(ballot) FROM other_ballots');
SELECT small.failure('SELECT vote.submit(ballot) FROM misprinted_ballots');
-- and if it says that it is of this one
SELECT pg_temp.refusal(ballot::jsonb || jsonb_build_object('election_id',
    (SELECT ballot::jsonb -> 'election_id' FROM ballots WHERE n = 1))) FROM misprinted_ballots;
-- 35: a code that the device supplied, and that is not the recomputed one
SELECT pg_temp.refusal(pg_temp.changed(6, jsonb_build_object('confirmation_code', repeat('ab', 32))));
SELECT pg_temp.refusal(pg_temp.changed(6, '{}') - 'confirmation_code');
-- 80: weights: 0, negative, absent, and more than the box allows
SELECT w, pg_temp.refusal(pg_temp.changed(6, jsonb_build_object('weight', w)))
FROM unnest('{0,-1,null,2}'::jsonb[]) w;
SELECT pg_temp.refusal(pg_temp.changed(6, '{}') - 'weight');
SELECT small.failure('SELECT vote.submit(ballot) FROM ballots WHERE n = 8');
-- a device of no election, a decided ballot, something else, nothing
SELECT pg_temp.refusal(pg_temp.changed(6, '{"encrypting_device": "mine"}'));
SELECT small.failure('SELECT vote.submit(eg.cast_ballot(ballot)) FROM ballots WHERE n = 6');
SELECT small.failure('SELECT vote.submit(''\x00''::bytea)');
SELECT small.failure('SELECT vote.submit(''''::text)');
SELECT small.failure('SELECT vote.submit(''\x0102'')');
SELECT small.failure('SELECT vote.submit(NULL::eg.ballot)');
-- jsonb has dropped what stands there twice, text and bytes have it (96)
SELECT small.failure(format('SELECT vote.submit(%L::text)',
    replace((ballot::jsonb)::text, '"ballot_id": ', '"ballot_id": "x", "ballot_id": '))) FROM ballots WHERE n = 6;

-- Names of devices and ballots are data: nothing is made of what stands in them.
RESET ROLE;
CREATE TABLE named AS
    SELECT small.ballot(name, 'one', name) AS ballot
    FROM (VALUES ('it''s "100%" %I %s $1 \x; --')) v(name);
GRANT SELECT ON named TO PUBLIC;
BEGIN;
SET ROLE regress_owner;
SELECT vote.add_device(eg.device(ballot), eg.device(ballot) || ', hall') FROM named;
SET ROLE regress_clerk;
SELECT vote.cast_ballot(vote.submit(ballot)) FROM named;
SELECT small.failure('SELECT vote.submit(ballot) FROM named');
SELECT small.failure('SELECT vote.cast_ballot(eg.confirmation_code(ballot)) FROM named');
SELECT pg_temp.refusal((SELECT ballot::jsonb || '{"weight": 2, "ballot_id": "other"}' FROM named));
ROLLBACK;

-- However small the tables are when a plan is made, the next one must be quick
-- when they have grown: single rows are found by indexes.  Counts of former
-- transactions wait up to a second.
DO $$ BEGIN PERFORM pg_stat_force_next_flush(); END $$;
BEGIN;
SET ROLE regress_clerk;
SELECT vote.cast_ballot(vote.submit(ballot)) FROM ballots WHERE n = 7;
RESET ROLE;
SELECT relname, seq_scan FROM pg_stat_xact_user_tables
WHERE schemaname = 'vote' AND relname IN ('ballot', 'ballot_state', 'device') ORDER BY 1;
ROLLBACK;

-- 34, 36: the chain admits its next ballot alone
CREATE TABLE chained (n integer, ballot eg.ballot);
INSERT INTO chained VALUES (1, small.ballot('chain-1', 'one', 'chain', 1)),
    (2, small.ballot('chain-2', 'one', 'chain', 1));
INSERT INTO chained SELECT 3, small.ballot('chain-3', 'one', 'chain', 1, eg.confirmation_code(ballot)) FROM chained WHERE n = 1;
INSERT INTO chained SELECT 4, small.ballot('chain-4', 'one', 'chain', 1, eg.confirmation_code(ballot)) FROM chained WHERE n = 3;
INSERT INTO chained VALUES (5, small.ballot('chain-5', 'one', 'chain'));
GRANT SELECT ON chained TO PUBLIC;
SET ROLE regress_clerk;
SELECT vote.last_code('chain');
SELECT n, small.failure(format('SELECT vote.submit(ballot) FROM chained WHERE n = %s', n))
FROM unnest('{4,3,1,2,4,1,3,5,4}'::integer[]) WITH ORDINALITY x(n, place) ORDER BY place;
SELECT vote.last_code('chain') = eg.confirmation_code(ballot) FROM chained WHERE n = 4;
SELECT small.failure('SELECT vote.last_code(''nowhere'')');

-- Deciding: exactly one of three
CREATE FUNCTION pg_temp.decision(number integer, call text) RETURNS text LANGUAGE sql
    RETURN (SELECT small.failure(format('SELECT vote.' || call, eg.confirmation_code(ballot)))
            FROM ballots WHERE n = number);
SELECT n, call, pg_temp.decision(n, call) FROM (VALUES
    (1, 'cast_ballot(%L)'), (1, 'cast_ballot(%L)'), (1, 'challenge(%L)'), (1, 'void(%L, ''why'')'),
    (2, 'challenge(%L)'), (2, 'cast_ballot(%L)'), (3, 'void(%L, NULL)'), (3, 'void(%L, '' '')'),
    (3, 'void(%L, ''paper jam'')'), (3, 'cast_ballot(%L)'), (4, 'cast_ballot(%L)'),
    (7, 'cast_ballot(%L)')) x(n, call);
SELECT small.failure('SELECT vote.cast_ballot(NULL)');
SELECT vote.cast_ballot(eg.confirmation_code(ballot)) FROM chained WHERE n IN (1, 3);
SELECT vote.challenge(eg.confirmation_code(ballot)) FROM chained WHERE n = 4;
-- 84: a cast ballot copied under a new name, to be challenged; 33 follows below
SELECT pg_temp.refusal(pg_temp.changed(1, jsonb_build_object('ballot_id', 'copied',
    'identifier_hash', repeat('ab', 32), 'confirmation_code', repeat('cd', 32))));

-- 38: no ordinary role changes or deletes anything
SELECT statement, small.failure(statement) FROM unnest(ARRAY[
    'UPDATE vote.ballot SET ballot = NULL', 'DELETE FROM vote.ballot', 'TRUNCATE vote.ballot CASCADE',
    'DELETE FROM vote.ballot_state', 'UPDATE vote.ballot_state SET state = ''void''',
    'INSERT INTO vote.ballot_state VALUES (1, ''cast'')', 'DELETE FROM vote.waiting',
    'UPDATE vote.device SET last_code = NULL', 'UPDATE vote.election SET closes_at = NULL',
    'SELECT ballot FROM vote.ballot', 'SELECT vote.close()', 'SELECT vote.accept(NULL, NULL)',
    'SELECT vote.decide(NULL, ''cast'', NULL)', 'SELECT vote.tally_next_chunk()',
    'CALL eg.tally_ballot_box(''vote'')']) statement;
SELECT bool_or(has_table_privilege(role, oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')) AS can
FROM pg_class, unnest('{regress_clerk,regress_worker,regress_nobody}'::name[]) role
WHERE relnamespace = 'vote'::regnamespace AND relkind IN ('r', 'v');
SET ROLE regress_nobody;
SELECT small.failure('SELECT vote.submit(ballot) FROM ballots WHERE n = 6');

-- 60: operators, functions and tables of the caller's own are not used
SET ROLE regress_clerk;
CREATE TEMPORARY TABLE device (device text, chaining_mode integer);
CREATE TEMPORARY TABLE election (closed_at timestamptz);
CREATE FUNCTION pg_temp.eg_never(bytea, bytea) RETURNS boolean LANGUAGE sql RETURN false;
CREATE OPERATOR pg_temp.= (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = pg_temp.eg_never);
CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql RETURN 'infinity'::timestamptz;
SET search_path = pg_temp, vote, pg_catalog;
SELECT small.failure('SELECT vote.submit(ballot) FROM public.ballots WHERE n = 1');
SELECT length(vote.submit(ballot)) FROM public.ballots WHERE n = 6;
RESET search_path;
-- 72: a role's own tables behind the names of a box
RESET ROLE;
CREATE SCHEMA mine AUTHORIZATION regress_clerk;
SET ROLE regress_clerk;
CREATE TABLE mine.ballot_state (ballot bigint, state text);
CREATE FUNCTION mine.claim_chunk(integer, timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
    BEGIN RAISE 'called as %', current_user; END $$;
CALL eg.tally_ballot_box('mine');
SET ROLE regress_owner;
SELECT bool_or(prosecdef) AS definer FROM pg_proc WHERE pronamespace = 'eg'::regnamespace;
SELECT count(*) FROM vote.ballot;
-- 60: nor is anything that stands in the way of a worker
RESET ROLE;
CREATE SCHEMA trap;
GRANT USAGE ON SCHEMA trap TO regress_worker;
CREATE FUNCTION trap.spring(bigint, bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE OPERATOR trap.+ (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = trap.spring);
CREATE FUNCTION trap.round(numeric) RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.pg_backend_pid() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;

-- Opening and closing times, by the clock and not by the transaction's
SET ROLE regress_owner;
BEGIN;
UPDATE vote.election SET opens_at = clock_timestamp() + '1 hour';
SELECT small.failure('SELECT vote.submit(ballot) FROM ballots WHERE n = 7');
UPDATE vote.election SET opens_at = NULL, closes_at = clock_timestamp() + '0.2 s';
SELECT small.failure('SELECT vote.close()');
SELECT pg_sleep(0.25);
SELECT small.failure('SELECT vote.submit(ballot) FROM ballots WHERE n = 7');
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT small.failure('SELECT vote.submit(ballot) FROM ballots WHERE n = 7');
SELECT small.failure('SELECT vote.close()');
ROLLBACK;

-- The tally, by a worker who sees no ballot
SET ROLE regress_worker;
SELECT small.failure('SELECT vote.tally_next_chunk(0)');
-- Of what is rolled back, nothing is left: no claim, no chunk, no tally.
BEGIN;
SELECT chunk, ballots, fault FROM vote.tally_next_chunk(2);
SAVEPOINT before;
SELECT chunk, ballots, fault FROM vote.tally_next_chunk(1);
SELECT chunk, ballots, fault FROM vote.tally_next_chunk(1);
ROLLBACK TO before;
SELECT ballots, fault FROM vote.tally_next_chunk(5);
SELECT chunks_done, chunks, ballots_tallied, ballots_waiting FROM vote.progress;
ROLLBACK;
SELECT chunks_done, chunks, ballots_tallied, ballots_waiting FROM vote.progress;
SET ROLE regress_owner;
ALTER SEQUENCE vote.chunk_chunk_seq RESTART;
SET ROLE regress_worker;
SELECT * FROM vote.tally_next_chunk(2);
SET search_path = trap, pg_catalog;
SELECT small.failure('SELECT clock_timestamp()');
CALL eg.tally_ballot_box('vote', 2);
RESET search_path;
CALL eg.tally_ballot_box('vote', 2);
SELECT * FROM vote.tally_next_chunk(2);
SELECT chunks_done, chunks, chunks_parked, ballots_cast, ballots_tallied, ballots_waiting, extract(epoch FROM time_left) AS seconds FROM vote.progress;
SELECT count(*) FROM vote.health;
SELECT metric, label, value FROM vote.metrics
WHERE metric NOT IN ('ballots_per_second', 'private_memory_bytes') ORDER BY metric, label;
SELECT small.failure('SELECT * FROM vote.partial_tally');
SET ROLE regress_owner;
SELECT * FROM vote.check_tally();
-- 67: what could not be checked yet is no pass
SELECT * FROM vote.verification WHERE passed = 0 OR failed > 0 OR not_run > 0;
-- 33, 37: cast ballots are in it, and they alone
SELECT contest, option, ballots, weight, votes, final FROM vote.results;
SELECT ballot_id FROM vote.undecided ORDER BY ballot_id COLLATE "C";
SELECT small.failure('SELECT vote.final_tally()');

-- Closing; later ballots cost only themselves
SET ROLE regress_clerk;
SELECT vote.cast_ballot(eg.confirmation_code(ballot)) FROM ballots WHERE n = 5;
SET ROLE regress_owner;
SELECT ballot_id, device FROM vote.close() ORDER BY 1;
SELECT small.failure('SELECT vote.close()');
SELECT small.failure('SELECT vote.submit(ballot) FROM ballots WHERE n = 7');
SELECT small.failure('SELECT vote.add_device(''late'', ''late'')');
SELECT pg_temp.decision(6, 'cast_ballot(%L)');
SELECT small.failure('SELECT vote.final_tally()');
SELECT step, ok, detail FROM vote.check_tally();
SET ROLE regress_worker;
CALL eg.tally_ballot_box('vote');
SET ROLE regress_owner;
SELECT chunk, ballots, attempts FROM vote.chunk ORDER BY chunk;
SELECT problem, subject, detail FROM vote.health;
SELECT * FROM vote.check_tally();
-- 67: now it has passed, too
SELECT * FROM vote.verification WHERE passed = 0 OR failed > 0 OR not_run > 0;
SELECT count(*) > 25 AS steps FROM vote.verification;
SELECT vote.final_tally() OPERATOR(eg.=) eg.complete_tally(e.election,
    (SELECT eg.tally(eg.cast_ballot(ballot)) FROM (SELECT ballot FROM ballots WHERE n IN (1, 4, 5)
     UNION ALL SELECT ballot FROM chained WHERE n IN (1, 3)) x)) AS same
FROM small.election e;

-- What an owner could do to his box, the checks tell (34).
CREATE FUNCTION pg_temp.failing() RETURNS TABLE (step text, ok boolean, subject text, detail text)
    LANGUAGE sql AS $$
    SELECT step, ok, subject, detail FROM vote.checks WHERE ok IS NOT TRUE
    ORDER BY step COLLATE "C", subject COLLATE "C", detail COLLATE "C" $$;
CREATE PROCEDURE pg_temp.drop_ballot(id text) LANGUAGE plpgsql AS $$
    DECLARE
        gone bigint := (SELECT number FROM vote.ballot WHERE ballot_id = id);
    BEGIN
        UPDATE vote.chunk_part SET ballots = array_remove(ballots, gone);
        DELETE FROM vote.ballot_state WHERE ballot = gone;
        DELETE FROM vote.ballot WHERE number = gone;
    END $$;
\echo deleted from the middle
BEGIN; CALL pg_temp.drop_ballot('chain-3'); SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo inserted, with the predecessor of another
BEGIN;
INSERT INTO vote.ballot (position, verified, ballot) SELECT 4, true, ballot FROM chained WHERE n = 2;
SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo without a chaining field
BEGIN;
UPDATE vote.ballot SET ballot = (ballot::jsonb - 'chaining_field')::eg.ballot WHERE ballot_id = 'ballot-1';
SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo tail cut
BEGIN; CALL pg_temp.drop_ballot('chain-4'); SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo tail cut, and the device says so
BEGIN; CALL pg_temp.drop_ballot('chain-4');
UPDATE vote.device SET ballots = 2, last_code = (SELECT confirmation_code FROM vote.ballot WHERE ballot_id = 'chain-3')
WHERE device = 'chain';
SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo two exchanged
BEGIN;
UPDATE vote.ballot SET position = -position WHERE device = 'chain';
UPDATE vote.ballot SET position = CASE position WHEN -1 THEN 1 WHEN -2 THEN 3 ELSE 2 END WHERE device = 'chain';
SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo closing hash missing
BEGIN; UPDATE vote.device SET closing_hash = NULL; SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo a ballot replaced
BEGIN;
UPDATE vote.ballot SET ballot = (SELECT b.ballot FROM ballots b WHERE n = 7) WHERE ballot_id = 'ballot-1';
SELECT verified FROM vote.ballot WHERE ballot_id = 'ballot-7';
SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo a challenged ballot cast, too
BEGIN;
SELECT small.failure('INSERT INTO vote.ballot_state SELECT number, ''cast'' FROM vote.ballot WHERE ballot_id = ''chain-4''');
DROP INDEX vote.one_decision;
INSERT INTO vote.ballot_state SELECT number, 'cast' FROM vote.ballot WHERE ballot_id = 'chain-4';
SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo a partial tally of other ballots
BEGIN;
UPDATE vote.partial_tally SET tally = (SELECT eg.tally(eg.cast_ballot(ballot)) FROM ballots WHERE n < 3);
SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo a ballot in two chunks
BEGIN;
INSERT INTO vote.waiting SELECT number FROM vote.ballot WHERE ballot_id = 'ballot-1';
SELECT ballots FROM vote.tally_next_chunk();
SELECT small.failure('SELECT vote.final_tally()');
SELECT * FROM pg_temp.failing(); ROLLBACK;
\echo 61: of another election
BEGIN;
UPDATE vote.partial_tally SET tally = (SELECT eg.tally(eg.cast_ballot(ballot)) FROM other_ballots) WHERE chunk = 1;
SELECT small.failure('SELECT vote.final_tally()');
ROLLBACK;
-- 62: a forged state
SELECT small.failure($$SELECT eg.tally_final('\x00'::eg.tally_state)$$);
SELECT small.failure($$UPDATE vote.partial_tally SET tally = '\x00'$$);

-- A box whose owner has put ballots in past submit(): one is good, one fails a
-- check, one is of another election.
SELECT eg.create_ballot_box('stuffed', election) FROM small.election;
SELECT stuffed.add_device('booth', 'booth, hall'), stuffed.add_device('urn', 'urn, hall');
INSERT INTO stuffed.ballot (position, ballot)
    SELECT 1, ballot FROM ballots WHERE n = 1
    UNION ALL SELECT 2, jsonb_set(ballot::jsonb, '{contests,0,selections,0,encrypted_vote}',
        (SELECT b.ballot::jsonb #> '{contests,0,selections,0,encrypted_vote}' FROM ballots b WHERE b.n = 3))::eg.ballot
    FROM ballots WHERE n = 2
    UNION ALL SELECT 3, ballot FROM other_ballots
    UNION ALL SELECT 4, ballot FROM ballots WHERE n = 8
    UNION ALL SELECT 5, eg.cast_ballot(ballot) FROM ballots WHERE n = 7;
INSERT INTO stuffed.ballot_state (ballot, state) SELECT number, 'cast' FROM stuffed.ballot;
SELECT * FROM stuffed.tally_next_chunk();
SELECT problem, subject, detail FROM stuffed.health ORDER BY subject COLLATE "C";
SELECT step, ok, detail FROM stuffed.check_tally();
-- The one of another election is said to be verified: its chunk fails, thrice.
UPDATE stuffed.ballot SET ballot = (SELECT b.ballot FROM ballots b WHERE n = 4) WHERE position = 1;
INSERT INTO stuffed.ballot (position, verified, ballot)
    SELECT 6, true, ballot FROM ballots WHERE n = 6;
INSERT INTO stuffed.ballot_state (ballot, state)
    SELECT number, 'cast' FROM stuffed.ballot WHERE position = 6;
SELECT stuffed.make_chunks(200);
UPDATE stuffed.chunk_part SET ballots = CASE chunk WHEN 1 THEN array_remove(ballots, 3)
                                             ELSE '{3}' || ballots END;
DELETE FROM stuffed.set_aside WHERE ballot = 3;
UPDATE stuffed.ballot SET verified = true WHERE number = 3;
SELECT small.fill('stuffed', 20);
CALL eg.tally_ballot_box('stuffed', 10);
SELECT problem, subject, detail FROM stuffed.health WHERE problem LIKE 'chunk%';
SELECT chunk, attempts, done_at IS NOT NULL AS done, parked_at IS NOT NULL AS parked FROM stuffed.chunk ORDER BY chunk;
SELECT chunks_done, chunks, chunks_parked, extract(epoch FROM time_left) AS seconds FROM stuffed.progress;
SELECT event, chunk, detail, ballots FROM stuffed.log WHERE chunk IS NOT NULL ORDER BY entry;
SELECT small.failure('SELECT stuffed.release_chunk(1)');
SELECT stuffed.release_chunk(2);
CALL eg.tally_ballot_box('stuffed', verify_again => true);
SELECT chunk, attempts, done_at IS NOT NULL AS done, parked_at IS NOT NULL AS parked FROM stuffed.chunk ORDER BY chunk;
SELECT problem, subject, detail FROM stuffed.health ORDER BY subject COLLATE "C";

-- DROP EXTENSION leaves a box alone.
RESET ROLE;
SELECT small.failure('DROP EXTENSION egtally') ~ '^2BP01' AS refused;

SET client_min_messages = error;
DROP SCHEMA vote, stuffed, mine, trap CASCADE;
DROP TABLE ballots, chained, named, other_ballots, misprinted_ballots CASCADE;
DROP SCHEMA small, election CASCADE;
DROP OWNED BY regress_owner, regress_clerk, regress_worker, regress_nobody;
DROP ROLE regress_owner, regress_clerk, regress_worker, regress_nobody;
