--
-- Writing a record, and the signed list beside it.  The numbers are those of
-- ATTACKS.md.
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set random_election :abs_srcdir '/random_election.sql'
\set ECHO none
\i :random_election
\set ECHO all
SET client_min_messages = warning;
SELECT random_election.make('written', 1, 1, '{1}', 7, 2, 1);
SET search_path = written, public;
\set SHOW_CONTEXT never
SELECT * FROM verdict;
CREATE TEMPORARY VIEW m AS SELECT * FROM random_election.made;

-- 81: weights make the votes of an option more than the ballots.
SELECT max((s ->> 'tally')::bigint) > (SELECT count(*) FROM ballot) AS more_votes_than_ballots
FROM document, json_array_elements(document -> 'contests') c, json_array_elements(c -> 'selections') s
WHERE path = 'tally.json';

--
-- Names
--
CREATE TEMPORARY TABLE label (n serial, label text);
INSERT INTO label (label) VALUES
    ('plain'), ('Plain'), ('with space'), ('a.b_c-d'), ('-rf'), ('..a'), ('../x'), ('..'), ('.'), (' '), ('a '), (' a'),
    ('a/b'), ('a\b'), ('a"b'), ('a''b'), ('a*'), ('~'), ('~a'), ('Zoë'), ('雪'), ('$(x)'), ('a+b'), ('a+'), ('a'), ('b'),
    (repeat('x', 100)), (repeat('x', 101)), (repeat('x', 1024)), (repeat('雪', 341)), ('con:'), ('%s'), ('a.');
SELECT CASE WHEN length(label) > 20 THEN length(label) || ' of ' || left(label, 1) ELSE label END AS label,
       eg.file_name(label) = label AS plain
FROM label ORDER BY n;
SELECT eg.file_name('') = eg.file_name(E'a\nb') AS same, length(eg.file_name('')) AS hashed, eg.file_name(NULL) IS NULL AS none;

-- A hash as a label is no plain name.
SELECT eg.file_name(eg.file_name('../x')) = eg.file_name('../x') AS same;

-- Two labels have never one path, each path is safe and known, and the labels
-- are in the file.
CREATE TEMPORARY TABLE named AS
SELECT a.label AS ballot_id, b.label AS device, f.*
FROM label a, label b,
     LATERAL (SELECT ((SELECT eg.jsonb(ballot) FROM ballot ORDER BY path LIMIT 1) ||
                      jsonb_build_object('ballot_id', a.label, 'encrypting_device', b.label)
                     )::eg.ballot OFFSET 0) x(ballot),
     eg.ballot_file(x.ballot) f;
SELECT count(*), count(DISTINCT path) AS paths, count(DISTINCT lower(path)) AS letters_aside, max(length(path)) AS longest,
       bool_and(path ~ '^encrypted_ballots/[~A-Za-z0-9_-][A-Za-z0-9._ -]*/eballot-[A-Za-z0-9._ ~-]*\.json$') AS safe,
       bool_and(eg.record_part(path) = 'ballot') AS known,
       bool_and(eg.ballot_id(convert_from(content, 'UTF8')::json::eg.ballot) = ballot_id) AS same_id,
       bool_and(eg.device(convert_from(content, 'UTF8')::json::eg.ballot) = device) AS same_device
FROM named;
SELECT count(*), count(DISTINCT path) AS paths, bool_and(eg.record_part(path) = 'contest data') AS known
FROM label a, label b, eg.contest_data_file(jsonb_build_object('ballot_id', a.label, 'contest_id', b.label));
SELECT count(*), count(DISTINCT path) AS paths, bool_and(eg.record_part(path) = 'opening') AS known
FROM label, eg.opening_file(jsonb_build_object('id', label));

--
-- The functions of each file
--

-- Times tell voters apart.
SELECT eg.jsonb(b) ? 'timestamp' AS ballot, convert_from(f.content, 'UTF8')::jsonb ? 'timestamp' AS file,
       eg.jsonb(b) - 'timestamp' = convert_from(f.content, 'UTF8')::jsonb AS else_equal
FROM (SELECT (eg.jsonb(ballot) || '{"timestamp": 1793000000}')::eg.ballot AS b FROM ballot LIMIT 1) x, eg.ballot_file(b) f;

-- A ballot without a code or without a decision is not written.
SELECT eg.cast_ballot(eg.encrypt(election, 'new', style, '{}', 'device')) IS NULL FROM m, (SELECT eg.style(ballot) AS style FROM ballot LIMIT 1) s;
SELECT eg.ballot_file(eg.chain(election, eg.encrypt(election, 'new', style, '{}', 'device'), 'somewhere')) FROM m, (SELECT eg.style(ballot) AS style FROM ballot LIMIT 1) s;
SELECT eg.ballot_file(NULL);

SELECT path, length(content) > 0 AS filled FROM m, eg.election_files(election, guardian_record) ORDER BY path COLLATE "C";
SELECT count(*) FROM m, eg.election_files(election, NULL);
SELECT count(*) FROM m, eg.election_files(NULL, guardian_record);
SELECT content = eg.manifest(election) AS same FROM m, eg.election_files(election, guardian_record) WHERE path = 'manifest.json';

-- Lists of ballots are in the order given: by code, where there is no chain.
SELECT f.path, convert_from(f.content, 'UTF8')::jsonb - 'device_hash' AS list
FROM m, eg.device_file(election, 'booth 1', 'town hall', 0, '{b, a, c}') f;
SELECT f.path, array(SELECT jsonb_object_keys(convert_from(f.content, 'UTF8')::jsonb) ORDER BY 1) AS fields
FROM m, eg.device_file(election, 'booth 1', 'town hall', 1, '{b, a, c}', sha256('x')) f;
SELECT bool_and(in_order) AS by_code
FROM (SELECT confirmation_code > lag(confirmation_code) OVER (PARTITION BY l.path ORDER BY position) AS in_order
      FROM device JOIN listed_ballot l USING (path) JOIN ballot USING (ballot_id) WHERE chaining_mode = 0) x;
SELECT path FROM m, eg.device_file(election, 'd', 'i', NULL, '{}');
SELECT path FROM m, eg.device_file(NULL, 'd', 'i', 0, '{}');
SELECT path FROM m, eg.device_file(election, NULL, 'i', 0, '{}');
SELECT path FROM m, eg.device_file(election, 'd', NULL, 0, '{}');
SELECT path FROM m, eg.device_file(election, 'd', 'i', 0, NULL);
SELECT path FROM m, eg.device_file(election, 'd', 'i', 0, '{}', NULL, NULL);
SELECT path FROM m, eg.device_file(election, 'd', 'i', 1, '{a}');
SELECT path FROM m, eg.device_file(election, 'd', 'i', 1, '{a}', 'short');
SELECT path FROM m, eg.device_file(election, 'd', 'i', 1, '{}', sha256('x'));
SELECT path FROM m, eg.device_file(election, 'd', 'i', 2, '{}');
SELECT path FROM m, eg.device_file(election, 'd', 'i', -1, '{}');
SELECT path FROM m, eg.device_file(election, 'd', 'i', 0, '{a, NULL}');
SELECT path FROM m, eg.device_file(election, 'd', 'i', 0, '{{a}, {b}}');

SELECT count(*) FROM eg.tally_files(NULL, NULL);
SELECT path FROM eg.tally_files(NULL, '{}');
SELECT eg.opening_file(NULL);
SELECT eg.opening_file('{}');
SELECT eg.opening_file('{"id": 7}');
SELECT eg.opening_file('[]');
SELECT eg.contest_data_file(NULL);
SELECT eg.contest_data_file('{"ballot_id": "a"}');
SELECT eg.contest_data_file('{"ballot_id": "a", "contest_id": null}');

--
-- Keys and signatures
--
CREATE TEMPORARY TABLE other AS SELECT * FROM eg.create_signing_key('other');
SELECT length(signing_key), length(public_key), substring(signing_key FROM 5 FOR 32) = public_key AS same FROM other;
SELECT eg.create_signing_key('');
SELECT eg.create_signing_key('x', 'cheap');
SELECT eg.create_signing_key(NULL) IS NULL AS none;
CREATE TEMPORARY TABLE signed AS SELECT public_key, eg.sign(signing_key, 'other', 'message') AS signature FROM other;
SELECT eg.verify_signature(public_key, 'message', signature) AS right, eg.verify_signature(public_key, 'massage', signature) AS message,
       eg.verify_signature(public_key, 'message', set_byte(signature, 0, get_byte(signature, 0) # 1)) AS bit,
       eg.verify_signature(sha256('x'), 'message', signature) AS key, eg.verify_signature('', 'message', signature) AS no_key,
       eg.verify_signature(public_key, 'message', '') AS no_signature, eg.verify_signature(public_key, 'message', signature || 'x') AS longer,
       eg.verify_signature(NULL, 'message', signature) IS NULL AS none
FROM signed;
SELECT eg.sign(signing_key, 'others', 'message') FROM other;
SELECT eg.sign(signing_key || 'x', 'other', 'message') FROM other;
SELECT eg.sign('', 'other', 'message');
SELECT eg.sign(set_byte(signing_key, 4, get_byte(signing_key, 4) # 1), 'other', 'message') FROM other;

-- The manifest names the key, as hexadecimal or base64.
CREATE TEMPORARY VIEW manifest AS SELECT convert_from(eg.manifest(election), 'UTF8')::jsonb AS manifest, * FROM m;
CREATE FUNCTION pg_temp.key_in(value jsonb) RETURNS bytea
    LANGUAGE sql
AS $$
    SELECT eg.record_signing_key(eg.create_election(
        convert_to((manifest || jsonb_build_object('record_signing_key', value))::text, 'UTF8'), 1, 1,
        eg.joint_public_key(election), eg.joint_data_public_key(election)))
    FROM manifest
$$;
SELECT value, pg_temp.key_in(value) AS key
FROM unnest(ARRAY[to_jsonb(eg.base64(decode(repeat('11', 32), 'hex'))), to_jsonb(repeat('2a', 32)), 'null', '""', '"abc"', '5', '{}', '[]', 'true',
                  to_jsonb(repeat('2a', 31)), to_jsonb(repeat('2a', 33)), to_jsonb(rtrim(eg.base64(decode(repeat('11', 32), 'hex')), '='))]::jsonb[]) value;

SELECT eg.sign_record('written', other.signing_key, 'other') FROM other;
SELECT eg.sign_record('written', m.signing_key, 'other') FROM m;
SELECT eg.sign_record('written', NULL, 'clerk');
SELECT eg.sign_record('written', m.signing_key, NULL) FROM m;
SELECT eg.sign_record('nowhere', m.signing_key, 'clerk') FROM m;
SELECT eg.sign_record(NULL, m.signing_key, 'clerk') FROM m;
SELECT eg.create_record('empty');

-- What the views call may all run in parallel workers: one function that may not
-- would keep every check of a record in one process.
SELECT DISTINCT d.refobjid::regprocedure AS not_parallel
FROM pg_class c JOIN pg_rewrite r ON r.ev_class = c.oid
     JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                         AND d.refclassid = 'pg_proc'::regclass
     JOIN pg_proc p ON p.oid = d.refobjid
WHERE c.relnamespace = 'empty'::regnamespace AND p.proparallel <> 's';
SELECT eg.sign_record('empty', m.signing_key, 'clerk') FROM m;
DROP SCHEMA empty CASCADE;
BEGIN;
UPDATE file SET path = path || '.json' WHERE path ~ 'eballot';
SELECT eg.sign_record('written', m.signing_key, 'clerk') FROM m;
ROLLBACK;
SELECT * FROM verdict;

-- Signed again, the record is the same.
CREATE TEMPORARY TABLE before AS TABLE file;
SELECT eg.sign_record('written', m.signing_key, 'clerk') FROM m;
SELECT count(*) AS changed FROM (TABLE before EXCEPT TABLE file) x;
SELECT convert_from(content, 'UTF8')::jsonb ->> 'public_key' = eg.base64(substring(signing_key FROM 5 FOR 32)) AS named FROM file, m WHERE path = 'signed_list/signature.json';

-- What is listed, and how: as sha256sum has it
SELECT count(*) AS lines, count(DISTINCT path) AS files, bool_and(listed = encode(sha256(content), 'hex')) AS right
FROM (SELECT l.listed, l.name FROM file, regexp_split_to_table(convert_from(content, 'UTF8'), '\n') line, LATERAL (SELECT left(line, 64), substr(line, 67)) l(listed, name)
      WHERE path ~ '^signed_list/files-' AND line <> '') l JOIN file ON path = name;
SELECT count(*) AS files FROM file WHERE path !~ '^signed_list/';
SELECT count(*) AS lines, bool_and(line = concat_ws(' ', encode(confirmation_code, 'hex'), state, weight, encode(nonce_digest, 'hex'), to_json(eg.style(ballot)))) AS right
FROM file, regexp_split_to_table(convert_from(content, 'UTF8'), '\n') line JOIN ballot b ON confirmation_code = decode(left(line, 64), 'hex')
WHERE file.path ~ '^signed_list/ballots-' AND line <> '';
SELECT count(*) AS ballots FROM ballot;
SELECT count(*) AS wrong FROM file, regexp_split_to_table(convert_from(content, 'UTF8'), '\n') line
WHERE path ~ '^signed_list/' AND path !~ 'signature' AND line <> ''
      AND substr(path, length(path) - 5, 2) <> CASE WHEN path ~ 'ballots' THEN left(line, 2) ELSE left(encode(sha256(convert_to(substr(line, 67), 'UTF8')), 'hex'), 2) END;
SELECT eg.file_line('a', 'x'), eg.file_line(E'a\nb\\c', 'x');
SELECT eg.ballot_line('\x0102', 'CAST', E'two\nlines "quoted"', 3, NULL);

--
-- Attacks on the record: which checks fail, after a change
--
CREATE FUNCTION pg_temp.fails(change text) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    result text;
BEGIN
    BEGIN
        EXECUTE change;
        PERFORM eg.import_record('written');
        SELECT array_to_string(failed, ' ') || CASE WHEN not_run = '{}' THEN '' ELSE ' (' || array_to_string(not_run, ' ') || ')' END
        INTO result FROM verdict;
        RAISE SQLSTATE 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        RETURN result;
    END;
END
$$;
-- The same for the signed list alone
CREATE FUNCTION pg_temp.list_fails(change text) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    result text;
BEGIN
    BEGIN
        EXECUTE change;
        PERFORM eg.import_record('written');
        SELECT string_agg(DISTINCT CASE WHEN ok IS NULL THEN '(' || step || ')' ELSE step END, ' ')
        INTO result FROM checks_of_list WHERE ok IS NOT TRUE;
        RAISE SQLSTATE 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        RETURN result;
    END;
END
$$;
-- A field of a JSON file, changed
CREATE FUNCTION pg_temp.put(content bytea, at text[], value jsonb) RETURNS bytea
    LANGUAGE sql RETURN convert_to(jsonb_set(convert_from(content, 'UTF8')::jsonb, at, value)::text, 'UTF8');
CREATE FUNCTION pg_temp.get(wanted text, at text[]) RETURNS jsonb
    LANGUAGE sql AS $$ SELECT convert_from(content, 'UTF8')::jsonb #> at FROM written.file WHERE path = wanted $$;
CREATE TEMPORARY TABLE victim AS
    SELECT min(path) FILTER (WHERE state = 'CAST') AS of_cast, max(path) FILTER (WHERE state = 'CAST') AS another,
           min(path) FILTER (WHERE state = 'CHALLENGED') AS of_challenged
    FROM ballot;

SELECT pg_temp.fails('SELECT') AS nothing;
SELECT pg_temp.fails($$ UPDATE file SET content = pg_temp.put(content, '{weight}', '7') FROM victim WHERE path = of_cast $$) AS weight;
SELECT pg_temp.fails($$ UPDATE file SET content = pg_temp.put(content, '{weight}', '7') FROM victim WHERE path = of_challenged $$) AS weight_uncounted;
SELECT pg_temp.fails($$ UPDATE file SET content = pg_temp.put(content, '{state}', '"CHALLENGED"') FROM victim WHERE path = of_cast $$) AS state;
SELECT pg_temp.fails($$ UPDATE file SET content = pg_temp.put(content, '{ballot_style_id}', '"nobody"') FROM victim WHERE path = of_cast $$) AS style;
SELECT pg_temp.fails($$ UPDATE file SET content = pg_temp.put(content, '{encrypted_nonce}', pg_temp.get(another, '{encrypted_nonce}')) FROM victim WHERE path = of_cast $$) AS nonce;
SELECT pg_temp.fails($$ UPDATE file SET content = pg_temp.put(content, '{timestamp}', '1793000000') FROM victim WHERE path = of_cast $$) AS other_bytes;

-- 33: a challenged ballot tallied, and a cast one opened
SELECT pg_temp.fails($$ UPDATE file SET content = pg_temp.put(content, '{state}', '"CAST"') FROM victim WHERE path = of_challenged $$) AS challenged_as_cast;
SELECT pg_temp.fails($$
    UPDATE file SET content = pg_temp.put(content, '{state}', '"CAST"') FROM victim WHERE path = of_challenged;
    DELETE FROM file USING victim v JOIN ballot b ON b.path = of_challenged JOIN opening o USING (ballot_id) WHERE file.path = o.path $$) AS and_not_opened;
SELECT pg_temp.fails($$
    INSERT INTO file SELECT f.* FROM victim JOIN ballot b ON b.path = of_cast, (SELECT opening FROM opening LIMIT 1) o,
        eg.opening_file(o.opening::jsonb || jsonb_build_object('id', b.ballot_id)) f $$) AS cast_opened;

-- 83: another nonce of contest data, with the data that C1 holds under it.  The
-- nonce is 1: then alpha is g, and beta is K^.
CREATE FUNCTION pg_temp.xor(a bytea, b bytea) RETURNS bytea
    LANGUAGE plpgsql
AS $$
BEGIN
    FOR i IN 0 .. length(a) - 1 LOOP
        a := set_byte(a, i, get_byte(a, i) # get_byte(b, i));
    END LOOP;
    RETURN a;
END
$$;
CREATE FUNCTION pg_temp.hmac(key bytea, message bytea) RETURNS bytea
    LANGUAGE sql
AS $$
    SELECT sha256(pg_temp.xor(decode(repeat('5c', 64), 'hex'), long) || sha256(pg_temp.xor(decode(repeat('36', 64), 'hex'), long) || message))
    FROM (SELECT key || decode(repeat('00', 32), 'hex')) x(long)
$$;
CREATE TEMPORARY TABLE forged AS
SELECT o.path AS opening, jsonb_build_object('nonce', repeat('0', 63) || '1', 'data', encode(pg_temp.xor(c1, k), 'hex')) AS data,
       encode(pg_temp.xor(c1, k), 'hex') <> encode(decode(o.opening #>> '{contests,0,contest_data,data}', 'base64'), 'hex') AS differs
FROM m, victim v JOIN ballot b ON b.path = of_challenged JOIN opening o USING (ballot_id),
     LATERAL (SELECT decode(eg.jsonb(b.ballot) #>> '{contests,0,encrypted_contest_data,c1}', 'base64')) x(c1),
     LATERAL (SELECT pg_temp.hmac(b.identifier_hash, '\x2600000001' || decode(lpad(eg.standard_constants() #>> '{constants,generator}', 1024, '0'), 'hex') ||
                                  eg.joint_data_public_key(election))) y(h),
     LATERAL (SELECT string_agg(pg_temp.hmac(h, int4send(i) || 'data_enc_keys'::bytea || '\x00' || 'contest_data'::bytea || '\x00000001' || int4send(length(c1) * 8)), '' ORDER BY i)
              FROM generate_series(1, length(c1) / 32) i) z(k);
SELECT count(*), bool_and(differs) AS differ FROM forged;
SELECT pg_temp.fails($$ UPDATE file SET content = pg_temp.put(content, '{contests,0,contest_data}', data) FROM forged WHERE path = opening $$) AS nonce_of_contest_data;

-- 84: a cast ballot copied under another id, and marked challenged; listed, too
SELECT pg_temp.fails($$
    INSERT INTO file SELECT f.* FROM victim JOIN ballot b ON b.path = of_cast,
        eg.ballot_file((eg.jsonb(b.ballot) || '{"ballot_id": "copy", "state": "CHALLENGED"}')::eg.ballot) f;
    UPDATE file SET content = pg_temp.put(content, '{ballot_ids}', pg_temp.get(file.path, '{ballot_ids}') || '"copy"')
    FROM victim WHERE file.path = substring(of_cast FROM '^(.*/)') || 'ballot_chain.json' $$) AS copied;

-- 94: the last ballot of a chain is not there, nor its opening, and the chain
-- is closed after the one before.  Nothing else shows it, as the ballot was not
-- counted.
CREATE TEMPORARY TABLE tail AS
SELECT d.path AS chain, d.device, d.device_information, b.path AS ballot, o.path AS opening, b.state,
       l.position, (SELECT p.confirmation_code FROM listed_ballot q JOIN ballot p USING (ballot_id)
                    WHERE q.path = d.path AND q.position = l.position - 1) AS before
FROM device d JOIN listed_ballot l USING (path) JOIN ballot b USING (ballot_id) JOIN opening o USING (ballot_id)
WHERE chaining_mode = 1 ORDER BY position DESC LIMIT 1;
SELECT state, position = (SELECT max(position) FROM listed_ballot WHERE path = chain) AS last, before IS NOT NULL AS not_first FROM tail;
SELECT pg_temp.fails($$
    DELETE FROM file USING tail t WHERE path IN (t.ballot, t.opening);
    UPDATE file SET content = f.content
    FROM m, tail t, eg.device_file(m.election, t.device, t.device_information, 1,
            array(SELECT ballot_id FROM listed_ballot WHERE path = t.chain AND position < t.position ORDER BY position), t.before) f
    WHERE file.path = t.chain AND f.path = t.chain $$) AS tail_cut;
-- As before, with lists made to fit: then the signature does not.
SELECT pg_temp.fails($$
    DELETE FROM file USING tail t WHERE path IN (t.ballot, t.opening);
    UPDATE file SET content = f.content
    FROM m, tail t, eg.device_file(m.election, t.device, t.device_information, 1,
            array(SELECT ballot_id FROM listed_ballot WHERE path = t.chain AND position < t.position ORDER BY position), t.before) f
    WHERE file.path = t.chain AND f.path = t.chain;
    SELECT eg.import_record('written');
    DELETE FROM file WHERE path ~ '^signed_list/[bf]';
    INSERT INTO file SELECT path, content FROM signed_list $$) AS and_lists_made_to_fit;

-- A bit of any file, a file of each kind not there, and other files
CREATE TEMPORARY TABLE changed AS
SELECT path, pg_temp.list_fails(format('UPDATE file SET content = set_byte(content, %s, get_byte(content, %1$s) # 1) WHERE path = %L',
                                       length(content) / 2, path)) AS fails
FROM file;
SELECT part, bool_and(fails ~ '(^| )list\.') AS fails
FROM changed, LATERAL (SELECT CASE eg.record_part(path) WHEN 'signed list' THEN regexp_replace(path, '-..', '') ELSE eg.record_part(path) END) p(part)
GROUP BY part ORDER BY part COLLATE "C";
SELECT part, pg_temp.list_fails(format('DELETE FROM file WHERE path = %L', min(path))) ~ '(^| )list\.' AS missing
FROM file, LATERAL (SELECT CASE eg.record_part(path) WHEN 'signed list' THEN regexp_replace(path, '-..', '') ELSE eg.record_part(path) END) p(part)
GROUP BY part ORDER BY part COLLATE "C";
SELECT path, pg_temp.list_fails(format('INSERT INTO file VALUES (%L, %L)', path, content)) AS added
FROM (VALUES ('decrypted_contest_data/x.json', '{}'), ('challenged_ballots/dballot-x.json', NULL), ('signed_list/files-00.txt.txt', ''), ('README', '')) f(path, content);
-- A list that should not be there, as a file and as what is none
SELECT pg_temp.list_fails(format('INSERT INTO file VALUES (%L, %L)', free, '')) AS file, pg_temp.list_fails(format('INSERT INTO file VALUES (%L, NULL)', free)) AS link
FROM (SELECT 'signed_list/ballots-' || lpad(to_hex(n), 2, '0') || '.txt' AS free FROM generate_series(0, 255) n) x
WHERE free NOT IN (SELECT path FROM file) ORDER BY free LIMIT 1;

-- No list, though the manifest names a key
SELECT pg_temp.fails($$ DELETE FROM file WHERE path ~ '^signed_list/' $$) AS no_list;
-- Another's signature, and what is none
SELECT pg_temp.list_fails($$
    UPDATE file SET content = convert_to(jsonb_build_object('public_key', eg.base64(o.public_key), 'signature', eg.base64(
        eg.sign(o.signing_key, 'other', eg.list_message(election, digests))))::text, 'UTF8')
    FROM other o, m, signed_digests WHERE path = 'signed_list/signature.json' $$) AS by_another_key;
SELECT content, pg_temp.list_fails(format('UPDATE file SET content = convert_to(%L, %L) WHERE path = %L', content, 'UTF8', 'signed_list/signature.json')) AS fails
FROM unnest(ARRAY['', '{', '[]', 'null', '7', '{}', '{"signature": null}', '{"signature": 5}', '{"signature": ""}', '{"signature": "\u0000"}', '{"signature": {}}',
                  '{"signature": "AA=="}', '{"signature": ["x"]}', NULL]) content;
SELECT pg_temp.list_fails($$ UPDATE file SET content = '\xff' WHERE path = 'signed_list/signature.json' $$) AS no_text;
SELECT pg_temp.list_fails($$ UPDATE file SET content = convert_to(repeat('[', 1000000), 'UTF8') WHERE path = 'signed_list/signature.json' $$) AS deep;
SELECT pg_temp.list_fails($$ UPDATE file SET content = convert_to('{"signature": "' || repeat('ab', 64) || '"}', 'UTF8') WHERE path = 'signed_list/signature.json' $$) AS random;

-- A manifest that names no key, or one that is none
SELECT value, pg_temp.list_fails(format('UPDATE file SET content = pg_temp.put(content, %L, %L) WHERE path = %L', '{record_signing_key}', value, 'manifest.json')) AS signed,
       pg_temp.list_fails(format('UPDATE file SET content = pg_temp.put(content, %L, %L) WHERE path = %L; DELETE FROM file WHERE path ~ %L',
                                 '{record_signing_key}', value, 'manifest.json', '^signed_list/')) AS unsigned
FROM unnest(ARRAY['null', '""', '"abc"', '5', '{}', '[]', to_jsonb(repeat('2a', 31)), to_jsonb(repeat('2a', 32))]::jsonb[]) value;

-- A name that would be another line of a list
SELECT pg_temp.list_fails($$
    INSERT INTO file SELECT 'decrypted_contest_data/x.json' || E'\n' || encode(sha256(content), 'hex') || '  constants.json', '{}' FROM file WHERE path = 'constants.json';
    DELETE FROM file WHERE path = 'constants.json' $$) AS two_lines;

-- Nothing of all that has stayed.
SELECT eg.import_record('written');
SELECT * FROM verdict;

-- Owners of all names may work with their records, others not.
SET client_min_messages = error;
CREATE ROLE "regress_Zoë 1";
SET client_min_messages = warning;
GRANT USAGE ON SCHEMA written, eg TO "regress_Zoë 1";
GRANT ALL ON ALL TABLES IN SCHEMA written TO "regress_Zoë 1";
SELECT current_database() AS here \gset
GRANT CREATE ON DATABASE :"here" TO "regress_Zoë 1";
SET ROLE "regress_Zoë 1";
SELECT eg.create_record('hers 1');
INSERT INTO "hers 1".file TABLE written.file;
SELECT eg.import_record('hers 1');
SELECT verdict FROM "hers 1".verdict;
SELECT eg.import_record('written');
SELECT eg.sign_record('written', '', 'x');
RESET ROLE;
-- Nor she who may do everything
SELECT eg.import_record('hers 1');
DROP OWNED BY "regress_Zoë 1" CASCADE;
DROP ROLE "regress_Zoë 1";
RESET search_path;
DROP SCHEMA written, random_election CASCADE;
