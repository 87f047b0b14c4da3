--
-- A record made by SQL alone, which passes: what keeps it from that, one fault
-- at a time (numbers are cases of ATTACKS.md)
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\set sound_election :abs_srcdir '/sound_election.sql'
\set ECHO none
\i :election
\i :sound_election
\set ECHO all
SET search_path = public, eg;
SET client_min_messages = warning;

-- Two contests of two options; ballots 1 to 4 vote 1, 2, none, 1.
CREATE TABLE small AS
    SELECT e, ARRAY(SELECT sound.ballot(e, 2, 2, n::integer, choice)
                    FROM unnest('{1,2,0,1}'::integer[]) WITH ORDINALITY x(choice, n)
                    ORDER BY n) AS ballots
    FROM sound.election(2, 2) e;
CREATE TABLE original AS SELECT r.* FROM small, sound.record(e, ballots, '{2,1}') r;
SELECT path, count(*) FROM (SELECT regexp_replace(path, '-\d', '-N') FROM original) x(path)
GROUP BY path ORDER BY path COLLATE "C";
SELECT create_record('made');

-- Imports the record with some of its files changed: the path of each, and how
-- its content reads then, NULL for no file.
CREATE FUNCTION verdict_of(changes jsonb, OUT verdict text, OUT failed text, OUT not_run text)
    LANGUAGE plpgsql
AS $$
BEGIN
    TRUNCATE made.file;
    INSERT INTO made.file
    SELECT coalesce(o.path, c.key),
           CASE WHEN c.key IS NULL THEN o.content ELSE convert_to(c.value, 'UTF8') END
    FROM original o FULL JOIN jsonb_each_text(changes) c ON c.key = o.path
    WHERE c.key IS NULL OR c.value IS NOT NULL;
    PERFORM eg.import_record('made');
    SELECT v.verdict, array_to_string(v.failed, ' '), array_to_string(v.not_run, ' ')
    INTO verdict, failed, not_run FROM made.verdict v;
END
$$;
CREATE FUNCTION file(name text) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN (SELECT convert_from(content, 'UTF8')::jsonb FROM original WHERE path = name);
CREATE FUNCTION changed(name text, path text[], value jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_build_object(name, jsonb_set(file(name), path, value)::text);

SELECT * FROM verdict_of('{}');
SELECT ok, count(*), string_agg(DISTINCT step, ' ') FILTER (WHERE ok IS NOT TRUE) AS steps
FROM made.checks GROUP BY ok ORDER BY ok;

-- The guardian record hash may be left out, not be wrong.
SELECT step, ok, detail FROM made.checks WHERE step = 'H_G';
SELECT * FROM verdict_of(changed('election_initialized.json', '{guardian_record_hash}',
    to_jsonb(repeat('ab', 32))));
SELECT * FROM verdict_of(changed('election_initialized.json', '{guardian_record_hash}', (
    SELECT to_jsonb(sound.text(sound.h(base_hash(e), '\x13' || joint_public_key(e) || joint_data_public_key(e)
                    || joint_public_key(e) || joint_data_public_key(e) || sound.generator_power(12345))))
    FROM small)));

-- 67: a file that is missing, and a step that was not run, are not passed
SELECT path, v.* FROM (SELECT path FROM original ORDER BY path COLLATE "C") o,
    verdict_of(jsonb_build_object(path, NULL)) v;
CREATE VIEW not_run AS
    SELECT 'a file that nobody knows' AS what, jsonb_build_object('note.txt', '?') AS changes
    UNION ALL
    SELECT 'misplaced: ' || path, jsonb_build_object(path, '?')
    FROM unnest('{encrypted_ballots/eballot-x.json,encrypted_ballots/device/more/eballot-x.json,challenged_ballots/x,decrypted_contest_data/a/b.json}'::text[]) path
    UNION ALL
    SELECT 'an uncast pre-encrypted ballot, on a device of its own',
        jsonb_build_object(
            'encrypted_ballots/other/eballot-u.json', (file('encrypted_ballots/device/eballot-ballot-1.json') - 'encrypted_nonce'
                || jsonb_build_object('ballot_id', 'u', 'encrypting_device', 'other', 'state', 'CHALLENGED',
                    'is_preencrypt', true, 'contests', '[]'::jsonb, 'selection_encryption_id', repeat('0', 64),
                    'identifier_hash', encode(sound.h(election_id(e), '\x20' || decode(repeat('0', 64), 'hex')), 'hex'),
                    'confirmation_code', repeat('0', 64)))::text,
            'encrypted_ballots/other/ballot_chain.json', jsonb_build_object('encrypting_device', 'other',
                'device_information', 'other', 'chaining_mode', 0, 'ballot_ids', '["u"]'::jsonb,
                'device_hash', encode(device_information_hash(e, 'other', true), 'hex'))::text,
            'challenged_ballots/dballot-u.json', '{"id": "u", "contests": []}') FROM small;
SELECT what, v.* FROM not_run, verdict_of(changes) v ORDER BY what;
-- The contests of its style are to be tallied, though it shows none (11.D).
SELECT weights FROM made.summed_weights;
UPDATE made.ballot SET ballot = jsonb_set(ballot::jsonb, '{state}', '"CHALLENGED"')::eg.ballot WHERE NOT preencrypted;
SELECT weights FROM made.summed_weights;
DELETE FROM made.ballot WHERE NOT preencrypted;
SELECT weights FROM made.summed_weights;
SELECT DISTINCT c.step, c.ok, c.subject FROM small, made.summed_weights,
    check_tally(e, NULL, (file('tally.json') #- '{contests,0}')::json, weights) c WHERE step = '11.D' ORDER BY subject;

-- What is longer than a label may be is none, and in no row.
SELECT size, c.ok, max(length(subject)) AS length, c.detail
FROM small, generate_series(1024, 1025) size,
    check_tally(e, NULL, jsonb_set(file('tally.json'), '{contests,0,contest_id}', to_jsonb(repeat('x', size)))::json, '{}') c
GROUP BY 1, 2, 4 ORDER BY size, ok, detail COLLATE "C";

-- 50: weights that overflow are no weights, and sums of them are compared with
-- the votes as they are
SELECT weight, v.* FROM unnest('{2147483647,2147483648,9223372036854775807,9223372036854775808}'::numeric[]) weight,
    verdict_of((SELECT jsonb_object_agg(path, (file(path) || jsonb_build_object('weight', weight))::text)
                FROM original WHERE path ~ 'eballot')) v;

-- 79: a contest that is listed twice, or that nobody knows, be it without an
-- option
SELECT name, what, v.*
FROM unnest('{encrypted_tally.json,tally.json}'::text[]) name,
    LATERAL (SELECT file(name) -> 'contests') f(all_of_them),
    LATERAL (SELECT jsonb_set(all_of_them -> 0, '{selections}', '[]')) e(empty),
    LATERAL (VALUES ('unknown', all_of_them || jsonb_build_array(empty || '{"contest_id": "nobody", "sequence_order": 3}')),
                    ('unknown by its label, which is none', all_of_them || jsonb_build_array(empty || '{"contest_id": 3, "sequence_order": 3}')),
                    ('twice, once without options', all_of_them || jsonb_build_array(empty)),
                    ('twice, each time with some options', all_of_them #- '{0,selections,1}' || jsonb_build_array(all_of_them #- '{0,selections,0}' -> 0)),
                    ('without options', all_of_them - 0 || jsonb_build_array(empty))) x(what, contests),
    verdict_of(changed(name, '{contests}', contests)) v
ORDER BY name, what COLLATE "C";

-- 96: a name that stands twice where the layout leaves names open
CREATE FUNCTION with_note(name text, note text) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_build_object(name, '{' || note || ', ' || substr(file(name)::text, 2));
SELECT name, note, v.verdict, v.failed
FROM unnest('{tally.json,encrypted_ballots/device/ballot_chain.json}'::text[]) name,
    unnest(ARRAY['"note": 1', '"note": 1, "Note": 1, "note": 1', '"note": [{"x": {"y": 1, "z": 1}}, {"y": 1}]',
                 '"note": [{"x": {"y": 1, "y": 1}}]', '"note": 1, "\u006eote": 1']) note,
    verdict_of(with_note(name, note)) v
ORDER BY name COLLATE "C", note COLLATE "C";
SELECT create_election(convert_to(with_note('manifest.json', '"note": {"x": 1, "x": 1}') ->> 'manifest.json', 'UTF8'), 1, 1,
                       joint_public_key(e), joint_data_public_key(e)) FROM small;
SELECT create_election(convert_to(with_note('manifest.json', '"note": 1, "note": 1') ->> 'manifest.json', 'UTF8'), 1, 1,
                       joint_public_key(e), joint_data_public_key(e)) FROM small;

-- A chaining mode that the manifest states is that of every device.
CREATE FUNCTION with_mode(mode jsonb) RETURNS eg.election
    LANGUAGE sql
    RETURN (SELECT create_election(convert_to(jsonb_set(convert_from(manifest(e), 'UTF8')::jsonb, '{chaining_mode}', mode)::text, 'UTF8'),
                                   1, 1, joint_public_key(e), joint_data_public_key(e)) FROM small);
SELECT chaining_mode(e) FROM small;
SELECT mode, chaining_mode(with_mode(mode)) FROM unnest('{0,1}'::jsonb[]) mode;
SELECT with_mode('2');
SELECT with_mode('-1');
SELECT with_mode('0.5');
SELECT with_mode('true');
SELECT with_mode('"1"');
SELECT with_mode('null');
SELECT with_mode('[1]');
SELECT create_election(convert_to('{"chaining_mode": 1, "chaining_mode": 1}', 'UTF8'), 1, 1,
                       joint_public_key(e), joint_data_public_key(e)) FROM small;
SELECT mode, v.* FROM unnest('{0,1}'::jsonb[]) mode, LATERAL (SELECT with_mode(mode)) w(e),
    LATERAL (SELECT jsonb_object_agg(path, convert_from(content, 'UTF8'))
             FROM sound.record(e, ARRAY[sound.ballot(e, 2, 2, 1, 1)], '{1,0}') r) r(files),
    verdict_of(files || '{"encrypted_ballots/device/eballot-ballot-2.json": null,
                          "encrypted_ballots/device/eballot-ballot-3.json": null,
                          "encrypted_ballots/device/eballot-ballot-4.json": null}') v;

-- 59: what draws its nonces but once for two ballots shows by what both have
SELECT name, v.* FROM unnest('{encrypted_nonce,selection_encryption_id}'::text[]) name,
    verdict_of(changed('encrypted_ballots/device/eballot-ballot-2.json', ARRAY[name],
                       file('encrypted_ballots/device/eballot-ballot-1.json') -> name)) v;

-- 10: a challenge that leaves out the statement, which could then be chosen
-- after the commitments: here the option, the encryption, or both
SELECT what, v.*
FROM (VALUES ('nothing', '\x24'::bytea || int4send(1) || int4send(1), true),
             ('the option', '\x24' || int4send(1), true),
             ('the encryption', '\x24' || int4send(1) || int4send(1), false),
             ('both', '\x24', false)) x(what, start, encryption),
    small, LATERAL (SELECT 'encrypted_ballots/device/eballot-ballot-1.json', '{contests,0,selections,0}'::text[]) f(name, path),
    LATERAL (SELECT sound.draw('ballot 1 1nonce1')) n(nonce),
    LATERAL (SELECT (file(name) #> path -> 'encrypted_vote')::eg.ciphertext) c(c),
    verdict_of(changed(name, path || ARRAY['proof'], sound.range_proof(joint_public_key(e), identifier_hash(ballots[1]),
                   start || CASE WHEN encryption THEN sound.bytes(c) ELSE '' END, c, 1, nonce, 'weak'))) v
ORDER BY what;

-- 90: that x^q = 1 is found as x^(2^256) = x^189, which 0 fulfils as well; with q
-- reduced mod q every x would pass
CREATE TABLE outsider AS
    SELECT what, value FROM (VALUES ('zero', decode(repeat('00', 512), 'hex')),
        ('p - 1', set_byte(decode(sound.constants() #>> '{constants,largePrime}', 'hex'), 511, 254)),
        ('2', decode(lpad('2', 1024, '0'), 'hex'))) v(what, value);
SELECT what, name, v.* FROM outsider, (VALUES
        ('encrypted_ballots/device/eballot-ballot-1.json', '{contests,0,selections,0,encrypted_vote,pad}'::text[]),
        ('encrypted_ballots/device/eballot-ballot-1.json', '{encrypted_nonce,c0}'),
        ('election_initialized.json', '{guardians,0,vote_key,commitments,0}'),
        ('tally.json', '{contests,0,selections,0,b_over_m}')) f(name, path),
    verdict_of(changed(name, path, to_jsonb(sound.text(value)))) v
ORDER BY what COLLATE "C", name COLLATE "C", path::text COLLATE "C";

-- 82: -g^xi for C0, whose proof holds as its challenge is even; 10: a challenge
-- that does not hash C0, which could then be chosen after it
CREATE FUNCTION hidden_nonce(h_i bytea, negative boolean, weak boolean) RETURNS jsonb
    LANGUAGE plpgsql
AS $$
DECLARE
    secret bigint := sound.draw('secret');
    minus_one bytea := (SELECT value FROM outsider WHERE what = 'p - 1');
    c0 bytea := sound.generator_power(secret);
    c1 bytea := sha256('');
    u bigint;
    c numeric;
BEGIN
    IF negative THEN
        c0 := eg.pad(eg.ciphertext(c0, c0) + eg.ciphertext(minus_one, minus_one));
    END IF;
    FOR try IN 1 .. 100 LOOP
        u := sound.draw('try ' || try);
        c := sound.number(sound.h(h_i, '\x23' || sound.generator_power(u)
                                       || CASE WHEN weak THEN '' ELSE c0 END || c1));
        EXIT WHEN c % 2 = 0;
    END LOOP;
    RETURN jsonb_build_object('c0', sound.text(c0), 'c1', sound.text(c1), 'c2', jsonb_build_object(
        'challenge', sound.text(sound.scalar(c)), 'response', sound.text(sound.scalar(u - c * secret))));
END
$$;
SELECT negative, weak, v.*
FROM (VALUES (false, false), (true, false), (false, true)) x(negative, weak), small,
    verdict_of(changed('encrypted_ballots/device/eballot-ballot-1.json', '{encrypted_nonce}',
                       hidden_nonce(identifier_hash(ballots[1]), negative, weak))) v;

--
-- A tally's entry: each of its values changed, of long ones some 32 bytes, one
-- at a time.  All are bound, the encrypted tally's own to the other and to the
-- ballots.
--
CREATE TABLE entry AS
    SELECT name, file(name || '.json') AS whole,
           ARRAY['contests', '1', 'selections', '1'] AS path
    FROM unnest('{encrypted_tally,tally}'::text[]) name;
WITH RECURSIVE part(name, path, value) AS (
    SELECT name, path, whole #> path FROM entry
    UNION ALL
    SELECT name, path || key, child
    FROM part, LATERAL (SELECT * FROM jsonb_each(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END)) c(key, child))
SELECT name, path, value INTO leaf FROM part WHERE jsonb_typeof(value) <> 'object'
UNION ALL
SELECT name, '{contests,1,contest_id}', whole #> '{contests,1,contest_id}' FROM entry;
CREATE FUNCTION flips_of(of_name text, bytes_of_each integer)
    RETURNS TABLE (path text[], place integer, flipped jsonb)
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT path, place, CASE WHEN place IS NULL THEN
               CASE jsonb_typeof(value) WHEN 'number' THEN to_jsonb(value::numeric + 1)
                                        ELSE to_jsonb((value #>> '{}') || 'x') END
           ELSE to_jsonb(sound.text(set_byte(bytes, place, get_byte(bytes, place) # 1))) END AS flipped
    FROM leaf, LATERAL (SELECT CASE WHEN length(value #>> '{}') >= 44 THEN decode(value #>> '{}', 'base64') END) b(bytes),
        LATERAL (SELECT NULL::integer WHERE bytes IS NULL UNION ALL
                 SELECT place FROM generate_series(0, length(bytes) - 1) place
                 WHERE place % greatest(length(bytes) / bytes_of_each, 1) = 0 OR place = length(bytes) - 1) p(place)
    WHERE name = of_name;
END;
CREATE TABLE flip AS SELECT name, f.* FROM entry, flips_of(name, 32) f;
CREATE FUNCTION tally_lacks(encrypted jsonb, decrypted jsonb) RETURNS text
    LANGUAGE sql STABLE
    RETURN (SELECT coalesce(string_agg(DISTINCT step COLLATE "C", ' '), 'nothing')
            FROM small, check_tally(e, encrypted::text::json, decrypted::text::json,
                                    '{"contest 1": 4, "contest 2": 4}') WHERE NOT ok);
SELECT f.name, f.path, count(*) AS flips, string_agg(DISTINCT tally_lacks(
           CASE f.name WHEN 'encrypted_tally' THEN jsonb_set(c.whole, f.path, flipped) ELSE c.whole END,
           CASE f.name WHEN 'tally' THEN jsonb_set(t.whole, f.path, flipped) ELSE t.whole END), ', ') AS lacks
FROM flip f, entry c, entry t
WHERE c.name = 'encrypted_tally' AND t.name = 'tally'
GROUP BY f.name, f.path ORDER BY f.name, f.path::text COLLATE "C";

SELECT f.path, v.failed
FROM flip f JOIN entry USING (name),
    verdict_of(jsonb_build_object('encrypted_tally.json', jsonb_set(whole, f.path, flipped)::text)) v
WHERE name = 'encrypted_tally' AND coalesce(place, 0) = 0 ORDER BY f.path::text COLLATE "C";

--
-- A ballot with everything on it: each of its values changed, of long ones some
-- 8 bytes, one at a time.  What no step of the ballot binds, the record does,
-- but for the time.
--
CREATE TABLE whole AS
    SELECT e, cast_ballot(chain(e, encrypt(e, 'ballot-1', 'style', '{"contest 1": ["option 1"]}', 'device'), 'device')) AS ballot
    FROM create_election(convert_to(jsonb_set(convert_from(sound.manifest(1, 1), 'UTF8')::jsonb,
                                              '{contests,0,contest_data_blocks}', '1')::text, 'UTF8'), 1, 1,
                         sound.generator_power(1234567890123456789), sound.generator_power(987654321)) e;
UPDATE whole SET ballot = (ballot::jsonb || jsonb_build_object('timestamp', 1700000000, 'election_id', sound.text(election_id(e))))::eg.ballot;
TRUNCATE original;
INSERT INTO original SELECT r.* FROM whole, sound.record(e, ARRAY[ballot], '{1}') r;
SELECT verify(e, ballot), v.* FROM whole, verdict_of('{}') v;
TRUNCATE leaf;
WITH RECURSIVE part(path, value) AS (
    SELECT '{}'::text[], ballot::jsonb FROM whole
    UNION ALL
    SELECT path || key, child
    FROM part, LATERAL (
        SELECT * FROM jsonb_each(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END)
        UNION ALL
        SELECT (place - 1)::text, element
        FROM jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE '[]' END)
            WITH ORDINALITY x(element, place)) c(key, child))
INSERT INTO leaf SELECT 'ballot', path, value FROM part WHERE jsonb_typeof(value) NOT IN ('object', 'array');
CREATE FUNCTION caught(j jsonb) RETURNS text
    LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF verify(e, j::eg.ballot) FROM whole THEN
        RETURN 'by no step of the ballot';
    END IF;
    RETURN 'by a step';
EXCEPTION WHEN invalid_parameter_value OR invalid_text_representation THEN
    RETURN 'at the door';
END
$$;
SELECT caught, count(DISTINCT path) AS fields, count(*) AS flips,
       CASE WHEN caught <> 'by a step' THEN array_agg(DISTINCT path::text COLLATE "C") END AS which
FROM flips_of('ballot', 8), whole, caught(jsonb_set(ballot::jsonb, path, flipped)) GROUP BY caught ORDER BY caught;
SELECT path, v.verdict, v.failed
FROM flips_of('ballot', 1),
    verdict_of(changed('encrypted_ballots/device/eballot-ballot-1.json', path, flipped)) v
WHERE path[1] IN ('ballot_id', 'encrypting_device', 'timestamp', 'weight') ORDER BY path;

DROP VIEW not_run;
DROP FUNCTION verdict_of, changed, file, with_note, with_mode, hidden_nonce, tally_lacks, flips_of, caught;
DROP TABLE small, original, outsider, entry, leaf, flip, whole;
DROP SCHEMA made, sound, election CASCADE;
