--
-- Malformed and hostile input: an error with the right SQLSTATE that says
-- where, and a backend that goes on
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\i :election
SET search_path = public, eg;

-- One process: in several, the same rows may fail in another place.
SET max_parallel_workers_per_gather = 0;

-- Runs a statement and says how it failed.
CREATE FUNCTION failure(statement text, OUT code text, OUT message text,
                        OUT detail text)
    LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE statement;
    code := 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE,
        message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
END
$$;
CREATE TABLE sample AS
    SELECT election.ballot_json('b1', '{"mayor": {"Ada": 1, "Bela": 0}}') AS j,
           (election.ballot_json('b1', '{"mayor": {"Ada": 1, "Bela": 0}}'))
               ::eg.ballot AS ballot,
           election.encrypt(1, 2) AS ciphertext;
CREATE TABLE tally AS SELECT eg.tally(ballot) AS t FROM sample;
\pset format unaligned
\pset tuples_only on

-- Text of every type
SELECT t, left(x, 20), f.* FROM unnest('{ciphertext,ballot,encrypted_tally,tally_state,ciphertext_state}'::text[]) t,
    unnest(ARRAY['', '\x', '\x0', '\xzz', '\x00', '\x01', '\x0101', 'abc', '{}',
                 '\x' || repeat('01', 40), '\x' || repeat('ff', 4000)]) x,
    failure(format('SELECT %L::eg.%I', x, t)) f
WHERE length(x) < 10 OR t <> 'ballot';
SELECT f.* FROM failure($$SELECT ('\x' || repeat('ff', 4000))::eg.ballot$$) f;

-- Ciphertexts: every bit of the header, elements 0, p and more
CREATE FUNCTION changed(value text, place integer, hex text) RETURNS text
    LANGUAGE sql
    RETURN overlay(value PLACING hex FROM 3 + 2 * place FOR length(hex));
SELECT place, hex, f.* FROM sample,
    (VALUES (0, '00'), (0, '02'), (1, '00'), (1, '03'), (2, '01'), (3, '01'),
            (4, repeat('00', 512)), (4, repeat('ff', 512)),
            (516, repeat('00', 512)), (516, repeat('ff', 512))) v(place, hex_),
    LATERAL (SELECT left(hex_, 8)) w(hex),
    failure(format('SELECT %L::eg.ciphertext',
                   changed(ciphertext::text, place, hex_))) f;
SELECT f.* FROM sample, failure(format('SELECT %L::eg.ciphertext', ciphertext::text || '00')) f;
SELECT f.* FROM sample, failure(format('SELECT %L::eg.ciphertext', left(ciphertext::text, -2))) f;
SELECT f.* FROM failure('SELECT ciphertext(''\x00'', ''\x00'')') f;
SELECT f.* FROM failure('SELECT ciphertext(election.one(), decode(repeat(''00'', 512), ''hex''))') f;
SELECT f.* FROM failure('SELECT ciphertext(election.one(), decode(repeat(''ff'', 512), ''hex''))') f;
-- Only the two real groups exist (case 66 of ATTACKS.md).
SELECT f.* FROM failure('SELECT ciphertext(election.one(), election.one(), ''3072'')') f;
SELECT f.* FROM failure('SELECT ciphertext(election.one(), election.one(), ''toy'')') f;
SELECT f.* FROM failure('SELECT ciphertext(NULL, election.one()) IS NULL OR 1/0 = 1') f;
SELECT f.* FROM failure('SELECT ciphertext(election.one(), election.one(), ''1.x'')::jsonb') f;

-- Binary form; COPY and drivers use it.
CREATE TABLE copied (b eg.ballot);
CREATE FUNCTION copy_value(bytes text) RETURNS text
    LANGUAGE sql
    RETURN format($$COPY copied FROM PROGRAM 'printf "PGCOPY\\n\\377\\r\\n\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\1\\0\\0\\0%s\\377\\377"' WITH (FORMAT binary)$$, bytes);
SELECT f.* FROM unnest(ARRAY['\\0', '\\1\\1', '\\2\\1\\1', '\\4\\1\\1\\1\\0']) x,
    failure(copy_value(x)) f;
SELECT count(*) FROM copied;

-- JSON: forms
SELECT x, f.* FROM unnest(ARRAY['{}', '[]', '1', '"text"', 'null', 'true']) x,
    failure(format('SELECT %L::json::eg.ballot', x)) f;
SELECT x, f.code, f.message FROM unnest(ARRAY['{}', '[]', '1', '"text"', 'null', 'true']) x,
    failure(format('SELECT %L::jsonb::eg.encrypted_tally', x)) f;
SELECT f.* FROM failure($$SELECT '{"pad": "00"}'::json::eg.ciphertext$$) f;
SELECT f.* FROM failure($$SELECT '{"pad": "00", "pad": "00"}'::json::eg.ciphertext$$) f;
SELECT f.* FROM failure($$SELECT '{"pad": "00", "Pad": "00"}'::json::eg.ciphertext$$) f;
SELECT f.* FROM sample, failure(format('SELECT %L::json::eg.ballot',
    replace(j::text, '"state": "CAST"', '"state": "CAST", "state": "CAST"'))) f;
SELECT f.* FROM sample, failure(format('SELECT %L::json::eg.ballot',
    replace(j::text, '"selection_id": "Ada"', '"selection_id": "Ada", "selection_id": "Eve"'))) f;

-- JSON: a field missing, each in turn
SELECT field, f.* FROM sample,
    unnest('{ballot_id,ballot_style_id,encrypting_device,state,contests,election_id,confirmation_code}'::text[]) field,
    failure(format('SELECT %L::jsonb::eg.ballot', j - field)) f;
SELECT field, f.* FROM sample,
    unnest('{contest_id,sequence_order,selections,proof}'::text[]) field,
    failure(format('SELECT %L::jsonb::eg.ballot', j #- ARRAY['contests', '0', field])) f;
SELECT field, f.* FROM sample,
    unnest('{selection_id,sequence_order,encrypted_vote,proof}'::text[]) field,
    failure(format('SELECT %L::jsonb::eg.ballot',
                   j #- ARRAY['contests', '0', 'selections', '1', field])) f;

-- JSON: values, each in its place
CREATE TABLE bad_value (path text[], value jsonb);
INSERT INTO bad_value VALUES
    ('{state}', '"cast"'), ('{state}', '"PENDING"'), ('{state}', '1'),
    ('{weight}', '0'), ('{weight}', '-1'), ('{weight}', '1.5'),
    ('{weight}', '1.0'), ('{weight}', 'true'), ('{weight}', 'null'),
    ('{weight}', '"1"'), ('{weight}', '9223372036854775808'),
    ('{weight}', '1e400'),
    ('{ballot_id}', '""'), ('{ballot_id}', '"a\tb"'), ('{ballot_id}', 'null'),
    ('{ballot_id}', to_jsonb(repeat('x', 1025))),
    ('{election_id}', '"00"'), ('{election_id}', to_jsonb(repeat('g', 64))),
    ('{election_id}', to_jsonb(repeat('A', 43) || '=')),
    ('{election_id}', to_jsonb(repeat('A', 42) || 'B=')),
    ('{election_id}', to_jsonb(repeat('A', 44))),
    ('{chaining_field}', to_jsonb(repeat('00', 32))),
    ('{timestamp}', '"now"'), ('{timestamp}', '1.5'), ('{timestamp}', '-1'), ('{timestamp}', '253402300800'),
    ('{is_preencrypt}', '1'), ('{unknown}', '1'), ('{contests}', '{}'),
    ('{contests,0}', '[]'), ('{contests,0,sequence_order}', '0'),
    ('{contests,0,sequence_order}', '2147483648'),
    ('{contests,0,selections}', '[]'),
    ('{contests,0,selections,0,sequence_order}', '2'),
    ('{contests,0,selections,0,selection_id}', '"Bela"'),
    ('{contests,0,selections,0,encrypted_vote,pad}', to_jsonb(repeat('0', 1024))),
    ('{contests,0,selections,0,encrypted_vote,pad}', to_jsonb(repeat('0', 1023))),
    ('{contests,0,selections,0,encrypted_vote,pad}', to_jsonb(repeat('f', 1024))),
    ('{contests,0,selections,1,encrypted_vote,data}', to_jsonb(repeat('f', 1024))),
    ('{contests,0,selections,1,encrypted_vote,data}', '"AA=="'),
    ('{contests,0,selections,1,proof,proofs}', '{}'),
    ('{contests,0,selections,1,proof,proofs,0}', '"x"'),
    ('{contests,0,selections,1,proof,proofs,0,challenge}', '"00"'),
    ('{contests,0,encrypted_contest_data}', '{"c0": "00", "c1": "", "c2": ""}'),
    ('{encrypted_nonce}', '[]');
SELECT path, left(value::text, 12), f.*
FROM sample, bad_value,
    failure(format('SELECT %L::jsonb::eg.ballot', jsonb_set(j, path, value))) f;

-- A contest twice, and a label under two indices
SELECT f.* FROM sample, failure(format('SELECT %L::jsonb::eg.ballot',
    jsonb_set(j, '{contests}', (j -> 'contests') || (j -> 'contests')))) f;
SELECT f.* FROM sample, failure(format('SELECT %L::jsonb::eg.ballot',
    jsonb_set(j, '{contests}', (j -> 'contests') ||
              jsonb_set(j -> 'contests', '{0,sequence_order}', '2')))) f;

-- More than 65 536 products
SELECT f.* FROM sample, failure(format('SELECT %L::jsonb::eg.ballot',
    jsonb_set(j, '{contests,0,selections}',
              (SELECT jsonb_agg(s || jsonb_build_object(
                          'selection_id', 'o' || i, 'sequence_order', i,
                          'proof', '{"proofs": []}'::jsonb))
               FROM generate_series(1, 32769) i,
                    LATERAL (SELECT j #> '{contests,0,selections,0}') x(s))))) f;

-- Ballots: every byte of the header, and each length cut
SELECT f.code, f.message, count(*) FROM sample,
    generate_series(0, 27) place,
    failure(format('SELECT %L::eg.ballot', changed(ballot::text, place, 'ff'))) f
GROUP BY f.code, f.message ORDER BY f.code, f.message COLLATE "C";
SELECT f.code, count(*) FROM sample,
    generate_series(0, pg_column_size(ballot) - 5, 97) size,
    failure(format('SELECT %L::eg.ballot', left(ballot::text, 2 + 2 * size))) f
GROUP BY 1;
SELECT f.code, count(*) FROM tally,
    generate_series(0, pg_column_size(t) - 5, 47) size,
    failure(format('SELECT %L::eg.encrypted_tally', left(t::text, 2 + 2 * size))) f
GROUP BY 1;

-- Things that do not belong together
SELECT f.* FROM failure('SELECT ciphertext(election.one(), election.one()) + ciphertext(election.one(), election.one(), ''1.x'')') f;
SELECT f.* FROM failure('SELECT eg.tally(c) FROM (VALUES (ciphertext(election.one(), election.one())), (ciphertext(election.one(), election.one(), ''1.x''))) v(c)') f;
SELECT f.* FROM failure($$SELECT eg.tally(b) FROM (SELECT ballot FROM sample
    UNION ALL SELECT jsonb_set(j, '{election_id}', to_jsonb(repeat('e2', 32)))::eg.ballot FROM sample) v(b)$$) f;
SELECT f.* FROM failure($$SELECT eg.tally(b) FROM (SELECT ballot FROM sample
    UNION ALL SELECT (j - 'election_id')::eg.ballot FROM sample) v(b)$$) f;
SELECT f.* FROM failure($$SELECT eg.merge(t) FROM (SELECT t FROM tally
    UNION ALL SELECT eg.tally(jsonb_set(j, '{election_id}', to_jsonb(repeat('e2', 32)))::eg.ballot) FROM sample) v(t)$$) f;
SELECT f.* FROM failure($$SELECT eg.tally(b) FROM (SELECT ballot FROM sample
    UNION ALL SELECT jsonb_set(j, '{contests,0,contest_id}', '"sheriff"')::eg.ballot FROM sample) v(b)$$) f;
SELECT f.* FROM failure($$SELECT eg.tally(b) FROM (SELECT ballot FROM sample
    UNION ALL SELECT jsonb_set(j, '{contests,0,selections,1,selection_id}', '"Eve"')::eg.ballot FROM sample) v(b)$$) f;
SELECT f.* FROM failure($$SELECT eg.tally(b) FROM (SELECT ballot FROM sample
    UNION ALL SELECT jsonb_set(j, '{contests,0,selections}', jsonb_build_array(
        j #> '{contests,0,selections,0}' || '{"sequence_order": 7}'))::eg.ballot FROM sample) v(b)$$) f;
SELECT f.* FROM failure($$SELECT eg.tally(jsonb_set(j, '{state}', '"CHALLENGED"')::eg.ballot) FROM sample$$) f;
SELECT f.* FROM failure($$SELECT eg.tally(b) FROM (SELECT election.ballot_json('c' || i,
    jsonb_build_object('c' || i, '{"x": 1}'::jsonb)) || '{}' FROM generate_series(1, 2) i) v(j),
    LATERAL (SELECT j::eg.ballot) w(b)$$) f;

-- Weights
SELECT weight, f.* FROM unnest('{NULL,0,-1,-9223372036854775808}'::bigint[]) weight,
    failure(format('SELECT eg.tally(ballot, %L::bigint) FROM sample', weight)) f;
SELECT weight, f.* FROM unnest('{NULL,0,-1}'::bigint[]) weight,
    failure(format('SELECT eg.tally(ciphertext, %L::bigint) FROM sample', weight)) f;
SELECT f.* FROM failure('SELECT eg.tally(ballot, 9223372036854775807) FROM sample, generate_series(1, 2)') f;
SELECT f.* FROM failure('SELECT eg.tally(ciphertext, 9223372036854775807) FROM sample, generate_series(1, 2)') f;
SELECT f.* FROM failure('SELECT eg.merge(t) FROM (SELECT eg.tally(ballot, 9223372036854775807) FROM sample) v(t), generate_series(1, 2)') f;

-- Support functions of the aggregates, by hand and with forged states
SELECT name, f.* FROM unnest('{tally_transition(NULL::eg.tally_state\, ballot),tally_transition(NULL::eg.tally_state\, ballot\, 1),merge_transition(NULL\, NULL),tally_combine(NULL::eg.tally_state\, NULL),tally_final(NULL::eg.tally_state),tally_transition(NULL::eg.ciphertext_state\, ciphertext),tally_transition(NULL::eg.ciphertext_state\, ciphertext\, 1),tally_combine(NULL::eg.ciphertext_state\, NULL),tally_final(NULL::eg.ciphertext_state)}'::text[]) name,
    failure(format('SELECT eg.%s FROM sample', name)) f;
SELECT f.* FROM failure($$CREATE AGGREGATE forged(eg.ballot) (SFUNC = eg.tally_transition,
    STYPE = eg.tally_state, FINALFUNC = eg.tally_final, INITCOND = '\x0102')$$) f;
CREATE AGGREGATE forged(eg.ballot) (SFUNC = eg.tally_transition, STYPE = eg.tally_state);
CREATE TABLE state AS SELECT forged(ballot) AS s FROM sample;
SELECT s::text::eg.tally_state::text = s::text AS round_trip FROM state;
SELECT place, f.* FROM state, generate_series(0, 7) place,
    failure(format('SELECT %L::eg.tally_state', changed(s::text, place, 'ee'))) f;
SELECT f.code, count(*) FROM state, generate_series(0, length(s::text) / 2 - 2, 53) size,
    failure(format('SELECT %L::eg.tally_state', left(s::text, 2 + 2 * size))) f GROUP BY 1;
SELECT f.* FROM state, failure(format('SELECT %L::eg.tally_state', left(s::text, -1024) || repeat('0', 1024))) f;
SELECT f.* FROM state, failure(format('SELECT %L::eg.tally_state', left(s::text, -1024) || repeat('f', 1024))) f;
DROP AGGREGATE forged(eg.ballot);

-- The backend is alive, and nothing was stored.
SELECT count(*) FROM copied;

SET client_min_messages = warning;
DROP SCHEMA election CASCADE;
DROP TABLE sample, tally, copied, bad_value, state;
DROP FUNCTION failure, changed, copy_value;
