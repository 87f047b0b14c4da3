--
-- An election record: import and verification by query
--
\getenv abs_srcdir PG_ABS_SRCDIR
\getenv shared EGTALLY_SHARED
SELECT :'shared' <> '' AS present \gset
\if :present
\else
\echo skipped: the folder of test data is absent
\quit
\endif
\set folder :shared '/vectors/eg21/ref-1'
\set name record
\set import_record :abs_srcdir '/../sql/import_record.psql'
\set ECHO none
\i :import_record
\set ON_ERROR_STOP off
\set ECHO all
SET search_path = record, public;
\set SHOW_CONTEXT never

-- Every file has come, and what the layout does not know is told.
SELECT eg.record_part(path) AS part, count(*), count(content) FROM file
GROUP BY 1 ORDER BY 1;
SELECT * FROM problem;

-- The numbered steps of verifications 1 to 14: every one passes, as often as
-- for tools/spec_checker.py
CREATE TABLE step_count AS SELECT * FROM steps;
SELECT step, passed, failed, not_run FROM step_count
WHERE step ~ '^([1-9]|1[0-4])\.[A-Z]$'
ORDER BY split_part(step, '.', 1)::integer, step;

-- Nothing else fails; what pre-encryption adds is not run, and said so.
SELECT step, failed, not_run FROM step_count WHERE passed = 0 OR failed + not_run > 0
ORDER BY step COLLATE "C";
SELECT verdict, failed FROM verdict;

-- A record without a ballot, a tally or anything has not passed.
SELECT eg.create_record('empty_record');
SELECT verdict FROM empty_record.verdict;
SELECT eg.import_record('empty_record');
SELECT verdict FROM empty_record.verdict;

--
-- Indices that a ballot or tally leaves out are filled in by label
--
CREATE FUNCTION reread(part text, pattern text, replacement text)
    RETURNS TABLE (path text, same boolean, step text, detail text)
    LANGUAGE sql
AS $$
    SELECT f.path, r.ballot OPERATOR(eg.=) b.ballot, r.step, r.detail
    FROM election, file f JOIN ballot b USING (path),
         eg.read_ballot(convert_to(regexp_replace(
                            convert_from(f.content, 'UTF8'), pattern,
                            replacement, 'g'), 'UTF8'),
                        eg.option_indices(election)) r
    WHERE f.path ~ part
    ORDER BY f.path
$$;
SELECT * FROM reread('eballot', '"sequence_order": *[0-9]+,', '');

-- 74, 30: what is stated is not overwritten; a label that the manifest does
-- not know has no index
SELECT * FROM reread('b-01', '("selection_id": "Ada",\s*"sequence_order": )1,', '\19,');
SELECT * FROM reread('b-01', '("selection_id": ")Ada",\s*"sequence_order": 1,', '\1Eve",');
SELECT * FROM reread('b-01', '("contest_id": ")mayor",\s*"sequence_order": 1,', '\1sheriff",');
-- 96: what stands there twice is found all the same
SELECT * FROM reread('b-01', '("selection_id": "Ada",\s*)"sequence_order": 1,', '\1 \1');

--
-- Files that cannot be read become problems, and nothing else suffers
--
SELECT eg.create_record('damaged');
INSERT INTO damaged.file SELECT * FROM file WHERE path !~ 'private';
CREATE FUNCTION damage(part text, pattern text, replacement text) RETURNS void
    LANGUAGE sql
AS $$
    UPDATE damaged.file SET content =
        convert_to(regexp_replace(convert_from(content, 'UTF8'), pattern,
                                  replacement), 'UTF8')
    WHERE path ~ part
$$;
SELECT damage('b-01', '"CAST"', '"PENDING"');
SELECT damage('b-02', '"CAST"', 'null');
SELECT damage('b-04', '"state"', '"weight": true, "state"');
SELECT damage('b-06', '"state"', '"weight": -1, "state"');
SELECT damage('eballot-b-05', '"pad": *"[^"]*"', '"pad": "' || repeat('00', 512) || '"');
SELECT damage('plain-1/ballot_chain', '"ballot_ids": *\[', '\&1, ');
SELECT damage('chain-1/ballot_chain', '"closing_hash"', '"initial_hash": null, "closing_hash"');
SELECT damage('pre-1/ballot_chain', '"device_hash": *"....', '"device_hash": "');
SELECT damage('encrypted_tally', '("contest_id": *)"mayor"', '\1"council"');
SELECT damage('dballot-b-03', '"id"', '"identity"');
SELECT damage('decrypted_contest_data/b-01', '"contest_id": *"[^"]*"', '"contest_id": "\\u0000"');
UPDATE damaged.file SET content = NULL WHERE path ~ 'dballot-b-05';
UPDATE damaged.file SET content = '' WHERE path ~ 'dballot-b-07';
UPDATE damaged.file SET content = '\xff' WHERE path ~ 'eballot-pre-01';
UPDATE damaged.file SET content = convert_to(repeat('[', 100000), 'UTF8') WHERE path ~ 'eballot-pre-02';
UPDATE damaged.file SET content = '[]' WHERE path ~ 'eballot-b-07';
UPDATE damaged.file SET content = 'nonsense' WHERE path = 'tally.json';
SELECT eg.import_record('damaged');
SELECT path, step, split_part(detail, E'\n', 1) AS detail FROM damaged.problem
ORDER BY path COLLATE "C", step;
SELECT count(*) AS ballots, count(ballot) AS readable FROM damaged.ballot;
SELECT verdict FROM damaged.verdict;

-- Without an election, nothing of it is run
UPDATE damaged.file SET content = replace(convert_from(content, 'UTF8'), '"mayor"', '"council"')::bytea
WHERE path = 'manifest.json';
SELECT eg.import_record('damaged');
SELECT path, step, detail FROM damaged.problem WHERE path = 'manifest.json';
SELECT verdict FROM damaged.verdict;

--
-- Chains and lists
--
CREATE FUNCTION failing() RETURNS TABLE (step text, ok boolean, subjects text)
    LANGUAGE sql
AS $$
    SELECT step, ok, string_agg(subject, '; ' ORDER BY subject COLLATE "C")
    FROM (SELECT * FROM checks_of_devices UNION ALL
          SELECT * FROM checks_of_identity UNION ALL
          SELECT * FROM checks_of_openings WHERE step ~ '^13\.(known|once|complete)' UNION ALL
          SELECT * FROM checks_of_contest_data WHERE step ~ '^12\.(known|once)') c
    WHERE ok IS NOT TRUE AND step !~ '^16\.[A-Z]'
    GROUP BY step, ok ORDER BY step COLLATE "C"
$$;
SELECT * FROM failing();
-- 34: a ballot deleted
BEGIN; DELETE FROM ballot WHERE ballot_id = 'b-05'; SELECT * FROM failing(); ROLLBACK;
-- ... from the list too
BEGIN; DELETE FROM ballot WHERE ballot_id = 'b-05'; DELETE FROM listed_ballot WHERE ballot_id = 'b-05'; SELECT * FROM failing(); ROLLBACK;
-- ... inserted
BEGIN; INSERT INTO listed_ballot SELECT path, 5, 'b-01' FROM device WHERE device = 'chain-1'; SELECT * FROM failing(); ROLLBACK;
-- ... listed twice, as the predecessor of two
BEGIN; INSERT INTO listed_ballot SELECT path, 5, 'b-07' FROM device WHERE device = 'chain-1'; SELECT * FROM failing(); ROLLBACK;
-- ... swapped
BEGIN; UPDATE listed_ballot SET position = 10 - position WHERE ballot_id IN ('b-04', 'b-06') AND path ~ 'chain-1'; SELECT * FROM failing(); ROLLBACK;
-- ... the tail cut
BEGIN; DELETE FROM ballot WHERE ballot_id = 'b-07'; DELETE FROM listed_ballot WHERE ballot_id = 'b-07'; SELECT * FROM failing(); ROLLBACK;
-- ... closing hash missing, and H_0
BEGIN; UPDATE device SET closing_hash = NULL, initial_hash = NULL; SELECT * FROM failing(); ROLLBACK;
-- Modes that there are not
BEGIN; UPDATE device SET chaining_mode = 2; SELECT * FROM failing(); ROLLBACK;
BEGIN; UPDATE device SET chaining_mode = NULL; SELECT * FROM failing(); ROLLBACK;
-- A device without its file, and one whose file is another's
BEGIN; DELETE FROM device WHERE device = 'plain-1'; SELECT * FROM failing(); ROLLBACK;
BEGIN; UPDATE device SET device = 'chain-1' WHERE device = 'plain-1'; SELECT * FROM failing(); ROLLBACK;
-- 95: two devices with one S_device, so one H_0
BEGIN;
INSERT INTO device SELECT 'elsewhere/ballot_chain.json', 'elsewhere', 'elsewhere', device_information, chaining_mode, device_hash, initial_hash, initial_hash, closing_hash FROM device WHERE device = 'chain-1';
SELECT * FROM failing();
ROLLBACK;
-- Ordinary and pre-encrypted ballots in one list
BEGIN; UPDATE ballot SET directory = 'encrypted_ballots/pre-1' WHERE ballot_id = 'b-01'; SELECT * FROM failing(); ROLLBACK;
-- 26 to 29, 84: a ballot copied under another id, and marked challenged
BEGIN;
INSERT INTO ballot (path, directory, ballot)
SELECT 'copy', directory, jsonb_set(jsonb_set(ballot::jsonb, '{ballot_id}', '"copy"'), '{state}', '"CHALLENGED"')::eg.ballot
FROM ballot WHERE ballot_id = 'b-04';
SELECT * FROM failing();
ROLLBACK;
-- Two ballots of one id
BEGIN;
INSERT INTO ballot (path, directory, ballot) SELECT 'twin', directory, ballot FROM ballot WHERE ballot_id = 'b-05';
SELECT * FROM failing();
ROLLBACK;
-- Openings and contest data of no ballot, and twice
BEGIN;
INSERT INTO opening SELECT path || ' again', ballot_id, shows_data, opening FROM opening WHERE ballot_id = 'b-05';
INSERT INTO contest_data SELECT path || ' again', ballot_id, contest, contest_data FROM contest_data WHERE ballot_id = 'b-01';
INSERT INTO opening SELECT 'other', 'nobody', shows_data, opening FROM opening WHERE ballot_id = 'b-03';
INSERT INTO contest_data SELECT 'other', 'nobody', contest, contest_data FROM contest_data WHERE ballot_id = 'b-04';
SELECT * FROM failing();
ROLLBACK;
-- 33: a cast ballot opened
BEGIN;
UPDATE ballot SET ballot = jsonb_set(ballot::jsonb, '{state}', '"CAST"')::eg.ballot WHERE ballot_id = 'b-05';
SELECT * FROM failing();
ROLLBACK;

--
-- The tally
--
CREATE FUNCTION tally_failing() RETURNS TABLE (step text, ok boolean, subject text, detail text)
    LANGUAGE sql
AS $$
    SELECT * FROM checks_of_tally WHERE step ~ '^9\.' AND ok IS NOT TRUE
    ORDER BY step COLLATE "C", subject COLLATE "C" LIMIT 6
$$;
-- Another weight
BEGIN;
UPDATE ballot SET ballot = jsonb_set(ballot::jsonb, '{weight}', '3')::eg.ballot WHERE ballot_id = 'b-06';
SELECT * FROM tally_failing();
ROLLBACK;
-- 50: a weight that is not small is not taken at all
BEGIN;
UPDATE ballot SET ballot = jsonb_set(ballot::jsonb, '{weight}', '2147483648')::eg.ballot WHERE ballot_id = 'b-06';
SELECT * FROM tally_failing();
SELECT * FROM failing();
ROLLBACK;
-- Only options that no ballot carries: the product is 1
BEGIN;
DELETE FROM ballot WHERE state = 'CAST';
UPDATE encrypted_tally SET encrypted_tally = (
    SELECT jsonb_set(encrypted_tally::jsonb, '{contests}', jsonb_agg(jsonb_set(c, '{selections}',
               (SELECT jsonb_agg(jsonb_set(o, '{encrypted_vote}', jsonb_build_object(
                           'pad', lpad('1', 1024, '0'), 'data', lpad('1', 1024, '0'))))
                FROM jsonb_path_query(c, '$.selections[*]') o))))::eg.encrypted_tally
    FROM jsonb_path_query(encrypted_tally::jsonb, '$.contests[*]') c);
SELECT step, ok, count(*) FROM checks_of_tally WHERE step IN ('9.A', '9.B') GROUP BY step, ok ORDER BY step;
ROLLBACK;
-- 79: an option that the encrypted tally lacks
BEGIN;
UPDATE encrypted_tally SET encrypted_tally = (encrypted_tally::jsonb #- '{contests,0,selections,0}')::eg.encrypted_tally;
SELECT * FROM tally_failing();
ROLLBACK;

--
-- The schema is the caller's own
--
CREATE ROLE record_owner;
GRANT CREATE ON DATABASE :"DBNAME" TO record_owner;
SET ROLE record_owner;
SELECT eg.create_record('we"ird''; DROP SCHEMA record');
SELECT eg.import_record('we"ird''; DROP SCHEMA record');
SELECT eg.import_record('record');
SELECT eg.import_record('nowhere');
SELECT eg.create_record(NULL);
SELECT eg.create_record('$user');
SELECT eg.import_record('$user');
SELECT eg.create_record(repeat('long ', 14));
SELECT eg.import_record(repeat('long ', 14));
SELECT nspowner::regrole FROM pg_namespace WHERE nspname ~ 'we"ird';
RESET ROLE;
SELECT eg.import_record('we"ird''; DROP SCHEMA record');

SET client_min_messages = warning;
DROP OWNED BY record_owner CASCADE;
DROP ROLE record_owner;
DROP SCHEMA record, damaged, empty_record CASCADE;
