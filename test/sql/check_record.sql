--
-- eg.check_tally, eg.check_challenged and eg.check_contest_data: a 2.1.0
-- record as it is, its damaged copies, and attacks (the numbers are those of
-- ATTACKS.md)
--
\getenv shared EGTALLY_SHARED
SELECT :'shared' <> '' AS present \gset
\if :present
\else
\echo skipped: the folder of test data is absent
\quit
\endif
CREATE SCHEMA decrypted;
SET search_path = decrypted, public, eg;
SET client_min_messages = warning;

-- The record is copy 0.
CREATE TABLE file (copy integer, path text, content text);
\copy file FROM PROGRAM 'set -e; t=$(mktemp -d); cp -R "$EGTALLY_SHARED"/vectors/eg21/ref-1 "$EGTALLY_SHARED"/vectors/eg21/tampered "$t"; chmod -R u+w "$t"; cp -R "$t"/ref-1 "$t"/0; for n in 19 20 21 27 28 29 30 35 37 39; do sh "$EGTALLY_SHARED"/tools/apply_tampered.sh "$t"/ref-1 "$t"/tampered $n "$t"/$n; done; cd "$t"; for f in [0-9]*/*.json [0-9]*/*_*/*.json [0-9]*/encrypted_ballots/*/eballot-*.json; do printf "%s\001%s\001" "${f%%/*}" "${f#*/}"; tr "\n" " " < "$f"; echo; done; cd /; rm -rf "$t"' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TABLE manifest (content text);
\copy manifest FROM PROGRAM 'od -An -v -tx1 < "$EGTALLY_SHARED"/vectors/eg21/ref-1/manifest.json | tr -d " \n"; echo' WITH (FORMAT csv)
CREATE TABLE expected (content text);
\copy expected FROM PROGRAM 'tr "\n" " " < "$EGTALLY_SHARED"/vectors/eg21/tampered/expected.json; echo' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')

CREATE TABLE election AS
    SELECT create_election(decode(m.content, 'hex'),
               (c.content::jsonb ->> 'number_of_guardians')::integer,
               (c.content::jsonb ->> 'quorum')::integer,
               decode(i.content::jsonb ->> 'joint_public_key', 'base64'),
               decode(i.content::jsonb ->> 'joint_data_public_key', 'base64')) AS e
    FROM manifest m, file c, file i
    WHERE c.copy = 0 AND c.path = 'election_config.json'
        AND i.copy = 0 AND i.path = 'election_initialized.json';
CREATE TABLE ballots AS
    SELECT copy, content::json::eg.ballot AS ballot
    FROM file WHERE path LIKE 'encrypted_ballots/%';

-- The summed weight of the cast ballots with each contest, 0 without any
CREATE TABLE carried AS
    SELECT copy, jsonb_object_agg(contest, weight) AS weights
    FROM (SELECT copy, contest,
                 coalesce(sum(weight(ballot)) FILTER (WHERE state(ballot) = 'CAST'), 0) AS weight
          FROM ballots, LATERAL (SELECT DISTINCT contest FROM ciphertexts(ballot)) c
          GROUP BY copy, contest) x
    GROUP BY copy;
SELECT weights FROM carried WHERE copy = 0;

CREATE TABLE result AS
    SELECT t.copy, 'tally' AS path, r.*
    FROM election, file t JOIN file c USING (copy) JOIN carried USING (copy),
        check_tally(e, c.content::json, t.content::json, weights) r
    WHERE t.path = 'tally.json' AND c.path = 'encrypted_tally.json'
    UNION ALL
    SELECT f.copy, f.path, r.*
    FROM election, file f JOIN ballots b
            ON b.copy = f.copy AND ballot_id(ballot) = f.content::jsonb ->> 'id',
        check_challenged(e, ballot, f.content::json) r
    WHERE f.path LIKE 'challenged_ballots/%'
    UNION ALL
    SELECT f.copy, f.path, r.*
    FROM election, file f JOIN ballots b
            ON b.copy = f.copy AND ballot_id(ballot) = f.content::jsonb ->> 'ballot_id',
        check_contest_data(e, ballot, f.content::json) r
    WHERE f.path LIKE 'decrypted_contest_data/%';

-- The record passes; only the uncast pre-encrypted ballot is not checked yet.
SELECT step, ok, count(*), min(detail) AS detail
FROM result WHERE copy = 0 GROUP BY step, ok ORDER BY step COLLATE "C";
SELECT path, ok, count(*) FROM result WHERE copy = 0 GROUP BY path, ok ORDER BY path COLLATE "C", ok;
SELECT step, ok, subject FROM result
WHERE copy = 0 AND path = 'challenged_ballots/dballot-b-05.json' AND step IN ('13.1/13.2', '14.B') OR copy = 0 AND step IN ('9.cells', '10.cells')
ORDER BY step COLLATE "C", subject COLLATE "C";

-- Each damaged copy fails at just the numbered steps that it should.
SELECT copy, mine, mine = theirs AS as_expected, extra
FROM (SELECT copy,
             coalesce(string_agg(DISTINCT step COLLATE "C", ' ') FILTER (WHERE NOT ok AND step ~ '^\d+\.[A-Z]$'), '') AS mine,
             coalesce(string_agg(DISTINCT step COLLATE "C", ' ') FILTER (WHERE NOT ok AND step !~ '^\d+\.[A-Z]$'), '') AS extra
      FROM result GROUP BY copy) m
    LEFT JOIN (SELECT split_part(key, '-', 1)::integer AS copy,
                      coalesce((SELECT string_agg(step, ' ' ORDER BY step COLLATE "C") FROM jsonb_array_elements_text(value -> 'failing_steps') step
                                WHERE step ~ '^1[0-4]\.[A-Z]$'), '') AS theirs
               FROM expected, jsonb_each(content::jsonb)) x USING (copy)
ORDER BY copy;
SELECT copy, step, subject, detail FROM result
WHERE NOT ok AND copy IN (19, 21, 27, 28, 29, 39) ORDER BY copy, step COLLATE "C", subject COLLATE "C";

-- 37: that C1 is too long is for the ballot's own check to see.
SELECT step, subject, detail FROM election, ballots, check_ballot(e, ballot)
WHERE copy = 37 AND NOT ok ORDER BY step;

--
-- Tallies
--
CREATE TABLE sample AS
    SELECT t.content::jsonb AS tally, c.content::json AS encrypted
    FROM file t JOIN file c USING (copy)
    WHERE copy = 0 AND t.path = 'tally.json' AND c.path = 'encrypted_tally.json';

-- What does not pass; in brackets what was not run
CREATE FUNCTION tally_lacks(changed json, weights jsonb DEFAULT NULL) RETURNS text
    LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(DISTINCT CASE WHEN ok IS NULL THEN '(' || step || ')' ELSE step END COLLATE "C", ' '), 'nothing')
    FROM sample, election, carried,
        check_tally(e, encrypted, $1, coalesce($2, carried.weights))
    WHERE copy = 0 AND ok IS NOT TRUE
$$;
CREATE FUNCTION cell(contest integer, option integer) RETURNS text[]
    LANGUAGE sql AS $$ SELECT ARRAY['contests', contest::text, 'selections', option::text] $$;

-- 24: the proof for another value, 25: for another ciphertext
SELECT tally_lacks(jsonb_set(jsonb_set(tally, cell(0, 0) || '{tally}'::text[], tally #> (cell(0, 1) || '{tally}'::text[])),
                             cell(0, 0) || '{b_over_m}'::text[], tally #> (cell(0, 1) || '{b_over_m}'::text[]))::json) AS other_value,
       tally_lacks(jsonb_set(tally, cell(0, 0) || '{encrypted_vote}'::text[], tally #> (cell(0, 1) || '{encrypted_vote}'::text[]))::json) AS other_ciphertext,
       tally_lacks(jsonb_set(tally, cell(0, 0), (tally #> cell(0, 1)) || '{"selection_id": "Ada"}')::json) AS all_of_another
FROM sample;

-- 49: no logarithm is hunted
SELECT t, tally_lacks(jsonb_set(tally, cell(0, 0) || '{tally}'::text[], t)::json) AS lacks
FROM sample, (VALUES ('0'::jsonb), ('2'), ('18446744073709551617'), ('1e30'), ('1.0'), ('-1'), ('true'), ('"1"'), ('null'), ('[1]'), ('{"1": 1}')) v(t);
SELECT tally_lacks(jsonb_set(tally, cell(0, 0) || '{tally}'::text[], ('1' || repeat('0', 5000))::jsonb)::json) AS huge FROM sample;

-- 79: a tally that lacks, adds or repeats an option or a contest, or is empty
SELECT tally_lacks((tally #- cell(0, 0))::json) AS no_option,
       tally_lacks(jsonb_set(tally, cell(0, 0) || '{selection_id}'::text[], '"Eve"')::json) AS unknown_option,
       tally_lacks(jsonb_insert(tally, cell(0, 0), tally #> cell(0, 0))::json) AS option_twice,
       tally_lacks((tally #- '{contests,0}')::json) AS no_contest,
       tally_lacks(jsonb_set(tally, '{contests,0,contest_id}', '"major"')::json) AS unknown_contest,
       tally_lacks(jsonb_set(tally, '{contests,0,contest_id}', '5')::json) AS label_is_number,
       tally_lacks(jsonb_insert(tally, '{contests,0}', tally #> '{contests,0}')::json) AS contest_twice,
       tally_lacks('{"contests": []}') AS empty,
       tally_lacks(jsonb_set(tally, '{contests,0,sequence_order}', '2')::json) AS wrong_index,
       tally_lacks(jsonb_set(tally, '{election_id}', to_jsonb(repeat('e1', 32)))::json) AS other_election
FROM sample \gx

-- 50, 81: weights that overflow, more votes than ballots
SELECT count(*) AS ballots, (tally #>> (cell(2, 0) || '{tally}'::text[])) AS votes, tally_lacks(tally::json) AS lacks
FROM sample, ballots WHERE copy = 0 AND state(ballot) = 'CAST' GROUP BY tally;
SELECT tally_lacks(tally::json, '{"mayor": 3, "council": 3, "cumulative": 2, "measure": 3}') AS just_enough,
       tally_lacks(tally::json, '{"mayor": 2, "council": 3, "cumulative": 2, "measure": 3}') AS too_light,
       tally_lacks(tally::json, '{"mayor": 3, "council": 3, "cumulative": 2, "measure": 3, "sheriff": 0}') AS another_contest,
       tally_lacks(tally::json, '{"mayor": 9223372036854775808, "council": 3, "cumulative": 2, "measure": 9223372036854775807}') AS overflow
FROM sample \gx
SELECT count(*) FROM election, check_tally(e, NULL, NULL, '{"mayor": -1}');
SELECT count(*) FROM election, check_tally(e, NULL, NULL, '{"mayor": 1.5}');
SELECT count(*) FROM election, check_tally(e, NULL, NULL, '{"mayor": [1]}');
SELECT count(*) FROM election, check_tally(e, NULL, NULL, '[1]');

-- 1, 3, 6, 7, 8: values that are no elements or scalars
CREATE TABLE prime AS
    SELECT decode(content::jsonb #>> '{constants,largePrime}', 'hex') AS p,
           decode(lpad(content::jsonb #>> '{constants,generator}', 1024, '0'), 'hex') AS g
    FROM file WHERE copy = 0 AND path = 'constants.json';
-- a + b, or a - b, as big-endian bytes of the length of a
CREATE FUNCTION add(a bytea, b bytea, sign integer DEFAULT 1) RETURNS bytea
    LANGUAGE plpgsql
AS $$
DECLARE
    sum integer := 0;
BEGIN
    FOR i IN REVERSE length(a) - 1 .. 0 LOOP
        sum := sum + get_byte(a, i) + sign * get_byte(b, i);
        a := set_byte(a, i, sum & 255);
        sum := sum >> 8;
    END LOOP;
    RETURN a;
END
$$;
CREATE FUNCTION put(j jsonb, path text[], value bytea) RETURNS jsonb
    LANGUAGE sql AS $$ SELECT jsonb_set(j, path, to_jsonb(encode(value, 'hex'))) $$;
CREATE FUNCTION get(j jsonb, path text[]) RETURNS bytea
    LANGUAGE sql AS $$ SELECT decode(j #>> path, 'base64') $$;
SELECT tally_lacks(put(tally, t, decode(repeat('00', 512), 'hex'))::json) AS t_zero,
       tally_lacks(put(tally, t, p)::json) AS t_p,
       tally_lacks(put(tally, t, add(p, get(tally, t), -1))::json) AS t_negative,
       tally_lacks(put(tally, zero, add(p, get(tally, zero)))::json) AS t_plus_p,
       tally_lacks(put(tally, a, decode(repeat('00', 512), 'hex'))::json) AS a_zero,
       tally_lacks(put(tally, b, decode(repeat('00', 512), 'hex'))::json) AS b_zero,
       tally_lacks(put(tally, a, decode(repeat('ff', 512), 'hex'))::json) AS a_above_p,
       tally_lacks(put(tally, a, add(p, get(tally, a), -1))::json) AS a_negative,
       tally_lacks(put(tally, v, decode(repeat('ff', 32), 'hex'))::json) AS v_above_q,
       tally_lacks(put(tally, c, decode(repeat('ff', 32), 'hex'))::json) AS c_above_q,
       tally_lacks(put(tally, c, '\x')::json) AS c_empty,
       tally_lacks(put(tally, t, get(tally, t))::json) AS t_hexadecimal
FROM sample, prime, (SELECT cell(0, 0) || '{b_over_m}'::text[] AS t, cell(1, 3) || '{b_over_m}'::text[] AS zero,
        cell(0, 0) || '{encrypted_vote,pad}'::text[] AS a, cell(0, 0) || '{encrypted_vote,data}'::text[] AS b,
        cell(0, 0) || '{proof,challenge}'::text[] AS c, cell(0, 0) || '{proof,response}'::text[] AS v) x \gx

-- Any byte of an entry
SELECT name, string_agg(DISTINCT tally_lacks(put(tally, path, set_byte(value, place, get_byte(value, place) # 1))::json), ', ') AS lacks
FROM sample, unnest('{encrypted_vote/pad,encrypted_vote/data,b_over_m,proof/challenge,proof/response}'::text[]) name,
    LATERAL (SELECT cell(3, 2) || string_to_array(name, '/')) x(path),
    LATERAL (SELECT get(tally, path)) y(value),
    LATERAL unnest(ARRAY[0, 15, length(value) / 2, length(value) - 1]) place
GROUP BY name ORDER BY name;

CREATE TABLE opening AS
    SELECT f.content::jsonb AS j, ballot
    FROM file f JOIN ballots b ON b.copy = f.copy AND ballot_id(ballot) = f.content::jsonb ->> 'id'
    WHERE f.copy = 0 AND f.path LIKE 'challenged_ballots/%';

-- Keys that are equal to each other, or to g (other hashes follow)
SELECT string_agg(DISTINCT step COLLATE "C", ' ') AS fails
FROM election, prime, opening, create_election(manifest(e), 3, 2, g, g) f, check_challenged(f, ballot, j::json)
WHERE ballot_id(ballot) = 'b-03' AND NOT ok;

-- Files that are none, and arguments that are not there
SELECT step, ok, subject, detail FROM sample, election, check_tally(e, NULL, tally::json, NULL)
WHERE ok IS NOT TRUE AND (subject !~ 'contest' OR subject ~ 'Ada') ORDER BY step COLLATE "C";
SELECT step, ok, subject, detail FROM election, check_tally(e, '{"contests": [{}]}', '[]', '{}') ORDER BY step COLLATE "C";
SELECT count(*), bool_or(ok IS NOT NULL) AS run FROM check_tally(NULL, NULL, NULL, NULL);
SELECT tally_lacks('{"contests": [], "contests": []}') AS name_twice,
       tally_lacks('{"contests": [{"contest_id": "\u0000", "selections": []}]}') AS no_text,
       tally_lacks('{"contests": [{"contest_id": "", "selections": []}]}') AS no_label,
       tally_lacks('7') AS number \gx

--
-- Opened ballots
--
CREATE FUNCTION opening_lacks(changed json, ballot eg.ballot) RETURNS text
    LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(DISTINCT CASE WHEN ok IS NULL THEN '(' || step || ')' ELSE step END COLLATE "C", ' '), 'nothing')
    FROM election, check_challenged(e, $2, $1) WHERE ok IS NOT TRUE
$$;
SELECT v, opening_lacks(jsonb_set(j, cell(0, 0) || '{vote}'::text[], v)::json, ballot) AS lacks
FROM opening, (VALUES ('0'::jsonb), ('1'), ('2'), ('-1'), ('true'), ('"0"'), ('0.0'), ('null'), ('{}'), ('18446744073709551616')) x(v)
WHERE ballot_id(ballot) = 'b-03';
SELECT opening_lacks((j #- cell(0, 0))::json, ballot) AS no_option,
       opening_lacks(jsonb_set(j, cell(0, 0) || '{selection_id}'::text[], '"Eve"')::json, ballot) AS unknown_option,
       opening_lacks(jsonb_insert(j, cell(0, 0), j #> cell(0, 0))::json, ballot) AS option_twice,
       opening_lacks(jsonb_set(j, '{contests,0,contest_id}', '"major"')::json, ballot) AS unknown_contest,
       opening_lacks(jsonb_insert(j, '{contests,0}', j #> '{contests,0}')::json, ballot) AS contest_twice,
       opening_lacks(jsonb_set(j, '{unopened_contests}', '["mayor"]')::json, ballot) AS opened_and_closed,
       opening_lacks(jsonb_set(j #- '{contests,0}', '{unopened_contests}', '["mayor"]')::json, ballot) AS closed,
       opening_lacks(jsonb_set(j, '{contests}', '[]')::json, ballot) AS empty,
       opening_lacks((jsonb_set(j, '{contests}', '[]') || '{"unopened_contests": ["mayor", "council", "cumulative", "measure"]}')::json, ballot) AS all_closed,
       opening_lacks(jsonb_set(j, cell(0, 0) || '{nonce}'::text[], j #> (cell(0, 1) || '{nonce}'::text[]))::json, ballot) AS other_nonce,
       opening_lacks(put(j, cell(0, 0) || '{nonce}'::text[], decode(repeat('ff', 32), 'hex'))::json, ballot) AS nonce_above_q,
       opening_lacks(jsonb_set(j, cell(0, 0) || '{nonce}'::text[], '"?"')::json, ballot) AS nonce_unreadable,
       opening_lacks(jsonb_set(jsonb_set(j, '{contests,1,sequence_order}', '2'), cell(1, 2) || '{sequence_order}'::text[], '3')::json, ballot) AS right_indices,
       opening_lacks(jsonb_set(j, '{contests,1,sequence_order}', '1')::json, ballot) AS wrong_index,
       opening_lacks(jsonb_set(j, cell(1, 2) || '{sequence_order}'::text[], '2')::json, ballot) AS wrong_option_index,
       opening_lacks(jsonb_set(j, '{election_id}', to_jsonb(repeat('e1', 32)))::json, ballot) AS other_election,
       opening_lacks(jsonb_set(j, '{id}', '"b-05"')::json, ballot) AS other_ballot,
       opening_lacks((j - 'id')::json, ballot) AS no_ballot,
       opening_lacks((j - 'id' || '{"ballot_id": "b-03"}')::json, ballot) AS other_name,
       opening_lacks(NULL, ballot) AS missing,
       opening_lacks(j::json, NULL) AS no_encrypted_ballot
FROM opening WHERE ballot_id(ballot) = 'b-03' \gx

-- Contest data: in hexadecimal, changed, too short, on a contest without any
SELECT opening_lacks(put(j, d, get(j, d))::json, ballot) AS hexadecimal,
       opening_lacks(put(j, d, set_byte(get(j, d), 63, 1))::json, ballot) AS changed,
       opening_lacks(jsonb_set(j, d, '""')::json, ballot) AS empty,
       opening_lacks(jsonb_set(j, d, '"="')::json, ballot) AS unreadable,
       opening_lacks(jsonb_set(j, '{contests,1,contest_data}', 'null')::json, ballot) AS absent,
       opening_lacks(put(j, '{contests,1,contest_data,nonce}', decode(repeat('ff', 32), 'hex'))::json, ballot) AS nonce_above_q,
       opening_lacks(jsonb_set(j, '{contests,0,contest_data}', j #> '{contests,1,contest_data}')::json, ballot) AS none_on_the_ballot
FROM opening, (SELECT '{contests,1,contest_data,data}'::text[] AS d) x WHERE ballot_id(ballot) = 'b-03' \gx

-- 83: another nonce, with the data that C1 holds under it.  The nonce is 1:
-- then alpha is g, and beta is K^.
CREATE FUNCTION xor(a bytea, b bytea) RETURNS bytea
    LANGUAGE plpgsql
AS $$
BEGIN
    FOR i IN 0 .. length(a) - 1 LOOP
        a := set_byte(a, i, get_byte(a, i) # get_byte(b, i));
    END LOOP;
    RETURN a;
END
$$;
CREATE FUNCTION hmac(key bytea, message bytea) RETURNS bytea
    LANGUAGE sql
AS $$
    SELECT sha256(xor(decode(repeat('5c', 64), 'hex'), long) ||
                  sha256(xor(decode(repeat('36', 64), 'hex'), long) || message))
    FROM (SELECT key || decode(repeat('00', 32), 'hex')) x(long)
$$;
SELECT opening_lacks(put(put(j, '{contests,1,contest_data,nonce}', decode(lpad('1', 64, '0'), 'hex')),
                         '{contests,1,contest_data,data}', xor(c1, k1 || k2))::json, ballot) AS other_nonce_and_data
FROM opening, election, prime,
    LATERAL (SELECT decode(ballot::jsonb #>> '{contests,1,encrypted_contest_data,c1}', 'base64')) x(c1),
    LATERAL (SELECT hmac(identifier_hash(ballot), '\x2600000002' || g || joint_data_public_key(e))) y(h),
    LATERAL (SELECT hmac(h, '\x00000001' || 'data_enc_keys'::bytea || '\x00' || 'contest_data'::bytea || '\x0000000200000200'),
                    hmac(h, '\x00000002' || 'data_enc_keys'::bytea || '\x00' || 'contest_data'::bytea || '\x0000000200000200')) z(k1, k2)
WHERE ballot_id(ballot) = 'b-03';

-- 33, 84: a cast ballot opened; copied and called challenged, without an
-- opening and with one that somebody made
CREATE TABLE copied AS
    SELECT ballot, (ballot::jsonb || '{"ballot_id": "x-01", "state": "CHALLENGED"}')::eg.ballot AS copied
    FROM ballots WHERE copy = 0 AND ballot_id(ballot) = 'b-01';
SELECT opening_lacks((j || '{"id": "b-01"}')::json, c.ballot) AS cast_opened,
       opening_lacks(NULL, copied) AS not_opened,
       opening_lacks((j || '{"id": "x-01"}')::json, copied) AS opened
FROM opening o, copied c WHERE ballot_id(o.ballot) = 'b-03' \gx

-- A ballot without what a check needs is not known to it.
SELECT field, opening_lacks(j::json, (ballot::jsonb - field)::eg.ballot) AS lacks
FROM opening, unnest('{selection_encryption_id,chaining_field,confirmation_code,identifier_hash,encrypted_nonce}'::text[]) field
WHERE ballot_id(ballot) = 'b-03';

--
-- Decrypted contest data
--
CREATE TABLE contest_data AS
    SELECT f.content::jsonb AS j, ballot
    FROM file f JOIN ballots b ON b.copy = f.copy AND ballot_id(ballot) = f.content::jsonb ->> 'ballot_id'
    WHERE f.copy = 0 AND f.path LIKE 'decrypted_contest_data/%' AND ballot_id(ballot) = 'b-04';
CREATE FUNCTION data_lacks(changed json, ballot eg.ballot) RETURNS text
    LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(DISTINCT CASE WHEN ok IS NULL THEN '(' || step || ')' ELSE step END COLLATE "C", ' '), 'nothing')
    FROM election, check_contest_data(e, $2, $1) WHERE ok IS NOT TRUE
$$;
SELECT data_lacks(put(j, '{beta}', decode(repeat('00', 512), 'hex'))::json, ballot) AS beta_zero,
       data_lacks(put(j, '{beta}', add(p, get(j, '{beta}'), -1))::json, ballot) AS beta_negative,
       data_lacks(put(j, '{beta}', decode(repeat('ff', 512), 'hex'))::json, ballot) AS beta_above_p,
       data_lacks(put(j, '{beta}', joint_data_public_key(e))::json, ballot) AS other_beta,
       data_lacks(put(j, '{proof,response}', decode(repeat('ff', 32), 'hex'))::json, ballot) AS v_above_q,
       data_lacks(put(j, '{proof,challenge}', decode(repeat('ff', 32), 'hex'))::json, ballot) AS c_above_q,
       data_lacks(put(j, '{data}', get(j, '{data}'))::json, ballot) AS hexadecimal,
       data_lacks(put(j, '{data}', set_byte(get(j, '{data}'), 0, 255))::json, ballot) AS other_data,
       data_lacks(jsonb_set(j, '{data}', '""')::json, ballot) AS empty,
       data_lacks(jsonb_set(j, '{data}', '[]')::json, ballot) AS no_text,
       data_lacks(jsonb_set(j, '{contest_id}', '"mayor"')::json, ballot) AS contest_without,
       data_lacks(jsonb_set(j, '{contest_id}', '"major"')::json, ballot) AS unknown_contest,
       data_lacks(jsonb_set(j, '{ballot_id}', '"b-01"')::json, ballot) AS other_ballot,
       data_lacks((j - 'beta')::json, ballot) AS no_beta,
       data_lacks(NULL, ballot) AS missing,
       data_lacks(j::json, NULL) AS no_ballot
FROM contest_data, prime, election \gx
SELECT step, ok, subject, detail
FROM contest_data, election, check_contest_data(e, ballot, jsonb_set(j, '{proof,challenge}', '"AA"')::json) ORDER BY step;

-- 14: on every other ballot
SELECT ballot_id(b.ballot), data_lacks(jsonb_set(j, '{ballot_id}', to_jsonb(ballot_id(b.ballot)))::json, b.ballot) AS lacks
FROM contest_data, ballots b WHERE copy = 0 ORDER BY 1;

DROP SCHEMA decrypted CASCADE;
