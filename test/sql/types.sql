--
-- The types: text and binary form, comparison, accessors, casts
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\i :election
SET search_path = public, eg;

CREATE TABLE ballots AS
    SELECT n, election.simple_ballot(n) AS ballot
    FROM generate_series(1, 8) n;

-- A four-option ballot with its proofs is under 6.5 KB.
SELECT max(pg_column_size(ballot)) < 6500 AS compact FROM ballots;

-- Text form there and back; it begins with version and group.
SELECT bool_and(ballot::text::eg.ballot = ballot) AS same,
       min(left(ballot::text, 6)) AS version_and_group
FROM ballots;

-- Binary form there and back is in the TAP tests; send gives the same bytes.
SELECT bool_and('\x' || encode(eg.ballot_send(ballot), 'hex') = ballot::text)
FROM ballots;

-- JSON there and back, by both casts; hexadecimal and base64 are one value.
SELECT bool_and(ballot::jsonb::eg.ballot = ballot) AS jsonb,
       bool_and(ballot::jsonb::json::eg.ballot = ballot) AS json
FROM ballots;
SELECT jsonb_pretty(jsonb_build_object(
           'ballot_id', b -> 'ballot_id', 'state', b -> 'state',
           'weight', b -> 'weight', 'keys',
           (SELECT jsonb_agg(key ORDER BY key) FROM jsonb_object_keys(b) key)))
FROM (SELECT ballot::jsonb AS b FROM ballots WHERE n = 1) x;

-- The order of contests and selections in JSON does not matter.
SELECT jsonb_set(j, '{contests,0,selections}',
                 (SELECT jsonb_agg(s ORDER BY s ->> 'selection_id' DESC)
                  FROM jsonb_array_elements(j #> '{contests,0,selections}') s)
       )::eg.ballot = ballot AS same
FROM (SELECT ballot::jsonb AS j, ballot FROM ballots WHERE n = 1) x;

-- Accessors
SELECT ballot_id(ballot), style(ballot), device(ballot), state(ballot),
       weight(ballot), encrypted_at(ballot), is_preencrypted(ballot)
FROM ballots WHERE n = 1;
SELECT election_id(ballot) = decode(repeat('e1', 32), 'hex') AS election_id,
       confirmation_code(ballot) = sha256('ballot-1') AS confirmation_code,
       identifier(ballot), identifier_hash(ballot), chaining_field(ballot)
FROM ballots WHERE n = 1;
SELECT contest_index, contest, option_index, option,
       ciphertext = election.encrypt((option = 'Bela')::integer,
                                     election.nonce('ballot-1mayor' || option))
           AS as_encrypted
FROM ballots, ciphertexts(ballot) WHERE n = 1;

-- Every field that a 2.1.0 ballot can have
CREATE TABLE full_ballot AS
SELECT election.ballot_json('b', '{"m": {"x": 1}}') ||
    jsonb_build_object(
        'timestamp', 1700000000, 'weight', 7, 'is_preencrypt', true,
        'selection_encryption_id', repeat('0a', 32),
        'identifier_hash', repeat('0b', 32),
        'chaining_field', repeat('0c', 36),
        'code_baux', '00', 'encrypted_sn', '{"pad": [1, {"x": null}]}'::jsonb,
        'encrypted_nonce', jsonb_build_object(
            'c0', encode(election.generator(), 'hex'),
            'c1', repeat('11', 32),
            'c2', election.proof(1, 'n') #> '{proofs,0}')) ||
    jsonb_build_object('contests', jsonb_build_array(
        election.ballot_json('b', '{"m": {"x": 1}}') #> '{contests,0}' ||
        jsonb_build_object(
            'contest_hash', repeat('0d', 32),
            'encrypted_contest_data', jsonb_build_object(
                'c0', encode(election.generator(), 'hex'),
                'c1', encode(decode(repeat('12', 64), 'hex'), 'base64'),
                'c2', election.proof(1, 'd') #> '{proofs,0}'),
            'pre_encryption', jsonb_build_object(
                'preencryption_hash', repeat('0e', 32),
                'all_selection_hashes', jsonb_build_array(repeat('0f', 32),
                                                          repeat('10', 32)),
                'selected_vectors', jsonb_build_array(jsonb_build_object(
                    'selection_hash', repeat('0f', 32), 'short_code', 'A7',
                    'encryptions', jsonb_build_array(
                        election.encrypt(1, 5)::jsonb))))))) AS j;
UPDATE full_ballot
SET j = jsonb_set(j, '{contests,0,encrypted_contest_data,c1}',
        to_jsonb(replace(j #>> '{contests,0,encrypted_contest_data,c1}',
                         E'\n', '')));
SELECT (j::eg.ballot::jsonb)::eg.ballot = j::eg.ballot AS json_round_trip,
       j::eg.ballot::text::eg.ballot = j::eg.ballot AS text_round_trip,
       encrypted_at(j::eg.ballot) = to_timestamp(1700000000) AS time_stamp,
       weight(j::eg.ballot), is_preencrypted(j::eg.ballot),
       identifier(j::eg.ballot) = decode(repeat('0a', 32), 'hex') AS id_b,
       identifier_hash(j::eg.ballot) = decode(repeat('0b', 32), 'hex') AS h_i,
       chaining_field(j::eg.ballot) = decode(repeat('0c', 36), 'hex') AS b_c
FROM full_ballot;
SELECT jsonb_path_query_array(j::eg.ballot::jsonb,
           '$.contests[0].pre_encryption.selected_vectors[*].short_code')
           AS short_codes,
       j::eg.ballot::jsonb #> '{contests,0,encrypted_contest_data}' ? 'c2'
           AS contest_data,
       j::eg.ballot::jsonb ?| '{code_baux,encrypted_sn}' AS dropped_are_kept
FROM full_ballot;

-- Contest data of 2.0, with a MAC for C2
SELECT (b::jsonb)::eg.ballot = b AS same,
       b::jsonb #>> '{contests,0,encrypted_contest_data,c2}' AS mac
FROM (SELECT jsonb_set(j, '{contests,0,encrypted_contest_data,c2}',
                       to_jsonb(repeat('13', 32)))::eg.ballot AS b
      FROM full_ballot) x;

-- Equality, order and hash
SELECT count(*) AS rows, count(DISTINCT ballot) AS different
FROM (SELECT ballot FROM ballots UNION ALL SELECT ballot FROM ballots) x;
SELECT bool_and(a.ballot = b.ballot OR a.ballot < b.ballot OR
                a.ballot > b.ballot) AS total,
       bool_and((a.ballot < b.ballot) = (b.ballot > a.ballot)) AS commutes,
       bool_and((a.ballot <> b.ballot) = (a.n <> b.n)) AS differ,
       bool_and((a.ballot <= b.ballot) = NOT (a.ballot > b.ballot)) AS negates,
       bool_and((a.ballot >= b.ballot) = NOT (a.ballot < b.ballot)) AS negates_too
FROM ballots a, ballots b;
CREATE TABLE small AS SELECT n, ciphertext(pad, pad) AS c
    FROM (SELECT n, decode(lpad(to_hex(n), 1024, '0'), 'hex') AS pad
          FROM generate_series(1, 50) n) x;
CREATE UNIQUE INDEX small_btree ON small (c);
CREATE INDEX small_hash ON small USING hash (c);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM small a JOIN small b USING (c);
SELECT array_agg(n) AS in_order FROM (SELECT n FROM small ORDER BY c LIMIT 5) x;
\set VERBOSITY terse
INSERT INTO small SELECT * FROM small WHERE n = 1;
\set VERBOSITY default
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT count(*) FROM (SELECT c FROM small GROUP BY c) x;
SET enable_hashagg = off;
SELECT count(*) FROM (SELECT c FROM small GROUP BY c) x;
RESET enable_hashagg;

-- Ciphertexts: made from and taken apart into bytes, arithmetic
SELECT pad(c) = election.generator() AS pad, data(c) = election.one() AS data,
       group_name(c)
FROM (SELECT eg.ciphertext(election.generator(), election.one()) AS c) x;
SELECT group_name(c), c::text::eg.ciphertext = c AS same
FROM (SELECT eg.ciphertext(election.one(), election.one(), '1.x') AS c) x;
SELECT a + b = b + a AS commutes,
       (a + b) + c = a + (b + c) AS associates,
       a * 3 = a + a + a AS triple, 3 * a = a * 3 AS from_both_sides,
       a * -2 + a * 2 = zero AS inverse, a * 0 = zero AS nothing,
       a * -9223372036854775808 + a * 9223372036854775807 + a = zero AS least,
       a + b = election.encrypt(3, 30) AS homomorphic
FROM (SELECT election.encrypt(1, 10) AS a, election.encrypt(2, 20) AS b,
             election.encrypt(-5, 7) AS c,
             eg.ciphertext(election.one(), election.one()) AS zero) x;

-- Encrypted tallies
CREATE TABLE tally AS SELECT eg.tally(ballot) AS t FROM ballots;
SELECT t::text::eg.encrypted_tally = t AS text,
       '\x' || encode(eg.encrypted_tally_send(t), 'hex') = t::text AS binary,
       election_id(t) = decode(repeat('e1', 32), 'hex') AS election
FROM tally;
SELECT contest_index, contest, ballots, weight FROM tally, contests(t);
SELECT contest, option_index, option FROM tally, ciphertexts(t);

-- JSON has the ciphertexts, but not how many ballots there were.
SELECT bool_and(a.ciphertext = b.ciphertext) AS same_ciphertexts
FROM tally, ciphertexts(t) a
    JOIN ciphertexts((SELECT t::jsonb::eg.encrypted_tally FROM tally)) b
    USING (contest_index, option_index);
SELECT c.* FROM tally, contests(t::jsonb::json::eg.encrypted_tally) c;
SELECT (j || '{"tally_id": "x", "cast_ballot_ids": ["a", "b"]}')
           ::eg.encrypted_tally = j::eg.encrypted_tally AS not_kept
FROM (SELECT t::jsonb AS j FROM tally) x;

-- A ballot without contests
SELECT count(*) AS no_rows
FROM (SELECT jsonb_set(ballot::jsonb, '{contests}', '[]')::eg.ballot AS b
      FROM ballots WHERE n = 1) x, ciphertexts(b);

SET client_min_messages = warning;
DROP SCHEMA election CASCADE;
DROP TABLE ballots, full_ballot, small, tally;
