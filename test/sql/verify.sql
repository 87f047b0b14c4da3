--
-- eg.verify and eg.check_ballot: ballots of a 2.1.0 record, as they are and
-- attacked (the numbers are those of ATTACKS.md)
--
\getenv abs_srcdir PG_ABS_SRCDIR
\getenv shared EGTALLY_SHARED
SELECT :'shared' <> '' AS present \gset
\if :present
\else
\echo skipped: the folder of test data is absent
\quit
\endif
SET search_path = public, eg;
CREATE TABLE line (n serial, line text);
\copy line (line) FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg21/ref-1 && for f in election_config.json election_initialized.json encrypted_ballots/*/eballot-*.json; do tr "\n" " " < "$f"; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TABLE manifest (content text);
\copy manifest FROM PROGRAM 'od -An -v -tx1 < "$EGTALLY_SHARED"/vectors/eg21/ref-1/manifest.json | tr -d " \n"; echo' WITH (FORMAT csv)
CREATE TABLE election AS
    SELECT create_election(decode(content, 'hex'),
               (c.line::jsonb ->> 'number_of_guardians')::integer,
               (c.line::jsonb ->> 'quorum')::integer,
               decode(i.line::jsonb ->> 'joint_public_key', 'base64'),
               decode(i.line::jsonb ->> 'joint_data_public_key', 'base64')) AS e
    FROM manifest, line c, line i WHERE c.n = 1 AND i.n = 2;
CREATE TABLE ballots AS SELECT line::json::eg.ballot AS ballot FROM line WHERE n > 2;

-- The election
SELECT guardians(e), quorum(e),
       encode(base_hash(e), 'base64') = c.line::jsonb ->> 'election_base_hash' AS base_hash,
       encode(parameter_base_hash(e), 'base64') = c.line::jsonb ->> 'parameter_base_hash' AS parameter_base_hash,
       encode(election_id(e), 'base64') = i.line::jsonb ->> 'extended_base_hash' AS extended_base_hash,
       manifest(e) = decode(content, 'hex') AS manifest,
       e::text::eg.election::text = e::text AS round_trip
FROM election, manifest, line c, line i WHERE c.n = 1 AND i.n = 2;

-- The ballots
SELECT step, ok, count(*), min(detail) AS detail
FROM election, ballots, check_ballot(e, ballot)
GROUP BY step, ok ORDER BY step COLLATE "C";
SELECT ballot_id(ballot), verify(e, ballot) FROM election, ballots ORDER BY 1;

-- 71: NULL is false, in CHECK and in WHERE NOT
SELECT verify(NULL, ballot), verify(e, NULL), verify(NULL, NULL) FROM election, ballots LIMIT 1;
SELECT count(*) AS unverified FROM election, (SELECT ballot FROM ballots UNION ALL SELECT NULL) b(ballot)
WHERE NOT verify(e, ballot);

-- The steps that fail when a ballot is changed
CREATE TABLE sample AS SELECT ballot::jsonb AS j FROM ballots WHERE ballot_id(ballot) = 'b-04';
CREATE FUNCTION failing(j jsonb) RETURNS text
    LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(DISTINCT step, ' ' ORDER BY step), 'none')
    FROM election, check_ballot(e, j::eg.ballot) WHERE NOT ok
$$;
CREATE FUNCTION refused(statement text) RETURNS text
    LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE statement;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ': ' || sqlerrm;
END
$$;
SELECT failing(j) FROM sample;

-- Numbers in base64, for the arithmetic of attacks
CREATE FUNCTION bytes_to_number(b bytea) RETURNS numeric
    LANGUAGE sql
    RETURN (SELECT sum(get_byte(b, i) * 256::numeric ^ (length(b) - 1 - i))
            FROM generate_series(0, length(b) - 1) i);
CREATE FUNCTION from_number(x numeric, size integer) RETURNS jsonb
    LANGUAGE sql
    RETURN (SELECT to_jsonb(replace(encode(decode(string_agg(
                lpad(to_hex((div(x, 256::numeric ^ (size - 1 - i)) % 256)::integer), 2, '0'),
                '' ORDER BY i), 'hex'), 'base64'), E'\n', ''))
            FROM generate_series(0, size - 1) i);
CREATE FUNCTION q() RETURNS numeric LANGUAGE sql IMMUTABLE RETURN 2::numeric ^ 256 - 189;
CREATE FUNCTION p() RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN bytes_to_number(decode('ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffb17217f7d1cf79abc9e3b39803f2f6af40f343267298b62d8a0d175b8baafa2be7b876206debac98559552fb4afa1b10ed2eae35c138214427573b291169b8253e96ca16224ae8c51acbda11317c387eb9ea9bc3b136603b256fa0ec7657f74b72ce87b19d6548caf5dfa6bd38303248655fa1872f20e3a2da2d97c50f3fd5c607f4ca11fb5bfb90610d30f88fe551a2ee569d6dfc1efa157d2e23de1400b39617460775db8990e5c943e732b479cd33cccc4e659393514c4c1a1e0bd1d6095d25669b333564a3376a9c7f8a5e148e82074db6015cfe7aa30c480a5417350d2c955d5179b1e17b9dae313cdb6c606cb1078f735d1b2db31b5f50b5185064c18b4d162db3b365853d7598a1951ae273ee5570b6c68f96983496d4e6d330af889b44a02554731cdc8ea17293d1228a4ef98d6f5177fbcf0755268a5c1f9538b98261affd446b1ca3cf5e9222b88c66d3c5422183edc99421090bbb16faf3d949f236e02b20cee886b905c128d53d0bd2f9621363196af503020060e49908391a0c57339ba2beba7d052ac5b61cc4e9207cef2f0ce2d7373958d762265890445744fb5f2da4b751005892d356890defe9cad9b9d4b713e06162a2d8fdd0df2fd608ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'hex'));

\set ada '{contests,0,selections,0,encrypted_vote,pad}'
\set ada_data '{contests,0,selections,0,encrypted_vote,data}'
\set ada_proofs '{contests,0,selections,0,proof,proofs}'
\set limit_proofs '{contests,0,proof,proofs}'

-- 1, 6, 7: values that no ballot can hold
SELECT refused(format('SELECT %L::jsonb::eg.ballot', jsonb_set(j, :'ada', from_number(v, 512))))
FROM sample, unnest(ARRAY[0, p(), p() + 1]) v;
-- 2, 3, 4, 5: identity, p - 1, -x, another element outside Z_p^r
SELECT failing(jsonb_set(j, :'ada', from_number(v, 512)))
FROM sample, LATERAL unnest(ARRAY[1, p() - 1, 2,
    p() - bytes_to_number(decode(j #>> :'ada', 'base64'))]) v;
-- 89: two non-members whose product is a member
SELECT failing(jsonb_set(jsonb_set(j,
    :'ada', from_number(p() - bytes_to_number(decode(j #>> :'ada', 'base64')), 512)),
    '{contests,0,selections,1,encrypted_vote,pad}', from_number(p() - bytes_to_number(decode(
        j #>> '{contests,0,selections,1,encrypted_vote,pad}', 'base64')), 512)))
FROM sample;
-- 8: challenges and responses of 0, q - 1, q and more
SELECT field, v = 0 AS zero, v = q() - 1 AS last, v >= q() AS above, failing(jsonb_set(j,
    ('{contests,0,selections,0,proof,proofs,0,' || field || '}')::text[], from_number(v, 32)))
FROM sample, unnest('{challenge,response}'::text[]) field, unnest(ARRAY[0, q() - 1, q(), 2::numeric ^ 256 - 1]) v;
-- 15: a challenge c written as c + q, here where that fits 32 bytes: q + 3
SELECT failing(jsonb_set(j, '{contests,0,proof,proofs,0,challenge}', from_number(q() + 3, 32))) FROM sample;

-- 11, 32: another election
CREATE FUNCTION failing_in(other eg.election, j jsonb) RETURNS text
    LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(DISTINCT step, ' ' ORDER BY step), 'none')
    FROM check_ballot(other, j::eg.ballot) WHERE NOT ok
$$;
SELECT failing_in(create_election(manifest(e) || ' ', 3, 2, joint_public_key(e), joint_data_public_key(e)), j)
           AS other_manifest,
       failing_in(create_election(manifest(e), 5, 2, joint_public_key(e), joint_data_public_key(e)), j)
           AS other_guardians,
       failing_in(create_election(manifest(e), 3, 2, joint_data_public_key(e), joint_data_public_key(e)), j)
           AS other_key
FROM election, sample;
-- 12, 13, 14: a proof moved to another option, contest, ballot
SELECT failing(jsonb_set(j, :'ada_proofs', j #> '{contests,0,selections,1,proof,proofs}')) FROM sample;
SELECT failing(jsonb_set(j, :'limit_proofs', j #> '{contests,3,proof,proofs}')) FROM sample;
SELECT failing(jsonb_set(s.j, '{contests,0,selections}', b.ballot::jsonb #> '{contests,0,selections}'))
FROM sample s, ballots b WHERE ballot_id(b.ballot) = 'b-06';
-- 16: branches swapped
SELECT failing(jsonb_set(j, :'ada_proofs', jsonb_build_array(j #> :'ada_proofs' -> 1, j #> :'ada_proofs' -> 0))) FROM sample;
-- 17: malleated: alpha g^d, beta K^d, v_j - d c_j, here with d = 1
SELECT failing(jsonb_set(jsonb_set(j, '{contests,0,selections,0,encrypted_vote}',
        (((j #> '{contests,0,selections,0,encrypted_vote}')::eg.ciphertext +
          eg.ciphertext(decode('36036fed214f3b50dc566d3a312fe4131fee1c2bce6d02ea39b477ac05f7f885f38cfe77a7e45acf4029114c4d7a9bfe058bf2f995d2479d3dda618ffd910d3c4236ab2cfdd783a5016f7465cf59bbf45d24a22f130f2d04fe93b2d58bb9c1d1d27fc9a17d2af49a779f3ffbdca22900c14202ee6c99616034be35cbcdd3e7bb7996adfe534b63cca41e21ff5dc778ebb1b86c53bfbe99987d7aea0756237fb40922139f90a62f2aa8d9ad34dff799e33c857a6468d001acf3b681db87dc4242755e2ac5a5027db81984f033c4d178371f273dbb4fcea1e628c23e52759bc7765728035cea26b44c49a65666889820a45c33dd37ea4a1d00cb62305cd541be1e8a92685a07012b1a20a746c3591a2db3815000d2aaccfe43dc49e828c1ed7387466afd8e4bf1935593b2a442eec271c50ad39f733797a1ea11802a2557916534662a6b7e9a9e449a24c8cff809e79a4d806eb681119330e6c57985e39b200b4893639fdfdea49f76ad1acd997eba13657541e79ec57437e504eda9dd011061516c643fb30d6d58afccd28b73feda29ec12b01a5eb86399a593a9d5f450de39cb92962c5ec6925348db54d128fd99c14b457f883ec20112a75a6a0581d3d80a3b4ef09ec86f9552ffda1653f133aa2534983a6f31b0ee4697935a6b1ea2f75b85e7eba151ba486094d68722b054633fec51ca3f29b31e77e317b178b6b9d8ae0f', 'hex'),
                        joint_public_key(e)))::jsonb)),
    :'ada_proofs', (SELECT jsonb_agg(jsonb_build_object('challenge', pair -> 'challenge', 'response',
            from_number((q() + bytes_to_number(decode(pair ->> 'response', 'base64')) -
                         bytes_to_number(decode(pair ->> 'challenge', 'base64'))) % q(), 32)) ORDER BY place)
        FROM jsonb_array_elements(j #> :'ada_proofs') WITH ORDINALITY a(pair, place))))
FROM sample, election;
-- 18, 19, 20: encryptions of other values under the proofs of the true ones
SELECT add, failing(jsonb_set(j, '{contests,0,selections,0,encrypted_vote}',
        ((j #> '{contests,0,selections,0,encrypted_vote}')::eg.ciphertext +
         eg.ciphertext(decode(repeat('00', 511) || '01', 'hex'), joint_public_key(e)) * add)::jsonb))
FROM sample, election, unnest('{1,-1,2,500}'::bigint[]) add;
-- 21: proofs empty, short, long
SELECT failing(jsonb_set(j, :'ada_proofs', '[]')), failing(jsonb_set(j, :'ada_proofs', (j #> :'ada_proofs') - 1)),
       failing(jsonb_set(j, :'ada_proofs', (j #> :'ada_proofs') || (j #> :'ada_proofs' -> 0))),
       failing(jsonb_set(j, :'limit_proofs', '[]'))
FROM sample;
-- 22, 35: fields that are recomputed
SELECT field, failing(jsonb_set(j, field::text[], to_jsonb(repeat('ab', 32))))
FROM sample, unnest(ARRAY['{identifier_hash}', '{selection_encryption_id}', '{confirmation_code}',
                          '{election_id}', '{contests,0,contest_hash}']) field;
SELECT failing(jsonb_set(j, '{chaining_field}', to_jsonb(repeat('ab', 36)))) FROM sample;
-- 30: a contest missing, unknown, or another; options reordered
SELECT failing(j #- '{contests,3}'), failing(jsonb_set(j, '{contests,0,contest_id}', '"sheriff"')),
       failing(j #- '{contests,0,selections,2}'),
       failing(jsonb_set(jsonb_set(j, '{contests,0,selections,0,sequence_order}', '2'),
                         '{contests,0,selections,1,sequence_order}', '1')),
       failing(jsonb_set(jsonb_set(j, '{contests,0,selections,0,selection_id}', '"Béla"'),
                         '{contests,0,selections,1,selection_id}', '"Ada"'))
FROM sample;
-- 31: another style
SELECT failing(jsonb_set(j, '{ballot_style_id}', '"short"')), failing(jsonb_set(j, '{ballot_style_id}', '"none"')) FROM sample;
-- 73: two fields under one nonce
SELECT failing(jsonb_set(j, :'ada', j #> '{contests,0,selections,1,encrypted_vote,pad}')) FROM sample;
-- 74: two options sharing an index
SELECT refused(format('SELECT %L::jsonb::eg.ballot', jsonb_set(j, '{contests,0,selections,0,sequence_order}', '2'))) FROM sample;
-- 80: weights
SELECT refused(format('SELECT %L::jsonb::eg.ballot', jsonb_set(j, '{weight}', v::jsonb))) FROM sample, unnest(ARRAY['0', '-1', 'null']) v;
-- The encrypted nonce and contest data
SELECT field, failing(jsonb_set(j, field::text[], to_jsonb(repeat('ab', 32))))
FROM sample, unnest(ARRAY['{encrypted_nonce,c1}', '{encrypted_nonce,c2,challenge}', '{encrypted_nonce,c2,response}',
                          '{contests,1,encrypted_contest_data,c2,challenge}', '{contests,1,encrypted_contest_data,c2,response}']) field;
SELECT failing(j - 'encrypted_nonce'), failing(j #- '{contests,1,encrypted_contest_data}'),
       failing(jsonb_set(j, '{contests,0,encrypted_contest_data}', j #> '{contests,1,encrypted_contest_data}')),
       failing(jsonb_set(j, '{contests,1,encrypted_contest_data,c1}', '"AAAA"'))
FROM sample;

SET client_min_messages = warning;
DROP TABLE line, manifest, election, ballots, sample;
DROP FUNCTION failing, failing_in, refused, bytes_to_number, from_number, q, p;
