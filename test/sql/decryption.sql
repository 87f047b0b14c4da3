--
-- The bare arithmetic of threshold decryption
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\i :election
SET search_path = public, eg;

CREATE TABLE tally AS
    SELECT eg.tally(election.ballot_json('b' || n,
               '{"mayor": {"Ada": 1, "Bela": 0}, "points": {"x": 3, "y": 2}}')
               ::eg.ballot) AS t
    FROM generate_series(1, 10) n;
CREATE TABLE partial AS
    SELECT guardian, partial_decrypt_unchecked(t, guardian,
                         election.key_share(guardian)) AS record
    FROM tally, generate_series(1, 5) guardian;

-- What a guardian sends
SELECT record ->> 'x_coordinate' AS guardian,
       record ->> 'election_id' = encode(decode(repeat('e1', 32), 'hex'), 'base64') AS election,
       jsonb_path_query_array(record, '$.contests[*].selections[*].selection_id') AS options,
       length(record #>> '{contests,0,selections,0,partial_decryption}') AS length
FROM partial WHERE guardian = 2;
SELECT decode(record #>> '{contests,1,selections,0,partial_decryption}', 'base64') =
       partial_decrypt_unchecked(ciphertext, election.key_share(2)) AS as_by_itself
FROM partial, tally, ciphertexts(t)
WHERE guardian = 2 AND contest_index = 2 AND option_index = 1;

-- Any two of them, in any order, or more
CREATE FUNCTION votes(guardians integer[], option_limit integer DEFAULT 3)
    RETURNS bigint[]
    LANGUAGE sql
AS $$
    SELECT array_agg(votes ORDER BY contest_index, option_index)
    FROM tally, LATERAL combine_unchecked(t, election.joint_public_key(),
        (SELECT array_agg(record ORDER BY place)
         FROM unnest(guardians) WITH ORDINALITY g(guardian, place)
             JOIN partial USING (guardian)), option_limit)
$$;
SELECT a, b, votes(ARRAY[a, b]) FROM generate_series(1, 5) a, generate_series(1, 5) b
WHERE a <> b ORDER BY a, b;
SELECT votes('{1,2,3,4,5}'), votes('{5,3,1}');

-- One alone, and one twice
SELECT votes('{1}');
SELECT votes('{1,1}');

-- Above the limit of an option: contest "points" is not searched further.
SELECT votes('{1,2}', 2);
SELECT votes('{1,2}', 0);

-- A bound of one's own
SELECT votes FROM tally, combine_unchecked(t, election.joint_public_key(),
    (SELECT array_agg(record) FROM partial), bound => 30);
SELECT votes FROM tally, combine_unchecked(t, election.joint_public_key(),
    (SELECT array_agg(record) FROM partial), bound => 29);
SELECT votes FROM tally, combine_unchecked(t, election.joint_public_key(),
    (SELECT array_agg(record) FROM partial), bound => -1);
SELECT votes FROM tally, combine_unchecked(t, election.joint_public_key(),
    (SELECT array_agg(record) FROM partial), bound => 1000000001);

-- A tally from JSON does not know its ballots.
SELECT votes FROM tally, combine_unchecked(t::jsonb::eg.encrypted_tally,
    election.joint_public_key(), (SELECT array_agg(record) FROM partial), 3);
SELECT votes FROM tally, combine_unchecked(t::jsonb::eg.encrypted_tally,
    election.joint_public_key(), (SELECT array_agg(record) FROM partial), 3, 30);

-- A wrong share, a wrong key: an error within the bound
SELECT votes FROM tally, combine_unchecked(t, election.joint_public_key(),
    ARRAY[(SELECT record FROM partial WHERE guardian = 1),
          partial_decrypt_unchecked(t, 2, election.key_share(3))], 3);
SELECT votes FROM tally, combine_unchecked(t, election.generator(),
    (SELECT array_agg(record) FROM partial), 3);

-- Records that do not fit the tally
CREATE FUNCTION with_changed(path text, value jsonb) RETURNS SETOF bigint
    LANGUAGE sql
AS $$
    SELECT votes FROM tally, combine_unchecked(t, election.joint_public_key(),
        (SELECT array_agg(CASE guardian WHEN 4 THEN
                    CASE WHEN value IS NULL THEN record #- path::text[]
                         ELSE jsonb_set(record, path::text[], value) END
                    ELSE record END ORDER BY guardian) FROM partial), 3)
$$;
SELECT with_changed('{x_coordinate}', '3');
SELECT with_changed('{x_coordinate}', '0');
SELECT with_changed('{x_coordinate}', NULL);
SELECT with_changed('{election_id}', to_jsonb(repeat('e2', 32)));
SELECT with_changed('{election_id}', NULL);
SELECT with_changed('{contests,0}', NULL);
SELECT with_changed('{contests,1}', NULL);
SELECT with_changed('{contests,0,contest_id}', '"sheriff"');
SELECT with_changed('{contests,0,selections,1}', NULL);
SELECT with_changed('{contests,0,selections,1,sequence_order}', '3');
SELECT with_changed('{contests,0,selections,2}', record #> '{contests,1,selections,1}')
FROM partial WHERE guardian = 4;
SELECT with_changed('{contests,0,selections,1,partial_decryption}', to_jsonb(repeat('0', 1024)));
SELECT with_changed('{extra}', '1');

-- Arguments
SELECT partial_decrypt_unchecked(t, 0, election.key_share(1)) FROM tally;
SELECT partial_decrypt_unchecked(t, 256, election.key_share(1)) FROM tally;
SELECT partial_decrypt_unchecked(t, 1, '\x00') FROM tally;
SELECT partial_decrypt_unchecked(t, 1, decode(repeat('00', 32), 'hex')) FROM tally;
SELECT partial_decrypt_unchecked(t, 1, decode(repeat('ff', 32), 'hex')) FROM tally;
SELECT partial_decrypt_unchecked(t, 1, NULL) IS NULL AS none FROM tally;
SELECT * FROM combine_unchecked(NULL::eg.encrypted_tally, election.generator(), '{}');
SELECT votes FROM tally, combine_unchecked(t, election.generator(), '{}');
SELECT votes FROM tally, combine_unchecked(t, election.generator(), ARRAY[NULL]::jsonb[]);
SELECT votes FROM tally, combine_unchecked(t, '\x00', (SELECT array_agg(record) FROM partial));
SELECT votes FROM tally, combine_unchecked(t, election.joint_public_key(),
    (SELECT array_agg(record) FROM partial, generate_series(1, 52)));

-- A pad outside the group of order q would give away a bit of the share.
SELECT partial_decrypt_unchecked(
    eg.ciphertext(decode(lpad('02', 1024, '0'), 'hex'), election.one()), election.key_share(1));
SELECT partial_decrypt_unchecked(jsonb_set(t::jsonb,
    '{contests,0,selections,1,encrypted_vote,pad}', to_jsonb(lpad('02', 1024, '0')))
    ::eg.encrypted_tally, 1, election.key_share(1)) FROM tally;

-- Single ciphertexts
CREATE FUNCTION votes_in(c eg.ciphertext, bound bigint) RETURNS bigint
    LANGUAGE sql
    RETURN combine_unchecked(c, election.joint_public_key(), '{2,5}',
        ARRAY[partial_decrypt_unchecked(c, election.key_share(2)),
              partial_decrypt_unchecked(c, election.key_share(5))], bound);
SELECT v, votes_in(election.encrypt(v, 77), greatest(v, 10)) AS decrypted
FROM unnest('{0,1,10,999,1000000000}'::bigint[]) v;
SELECT votes_in(election.encrypt(11, 77), 10);
SELECT votes_in(election.encrypt(-1, 77), 1000000);
SELECT votes_in(election.encrypt(0, 77), 1000000001);
SELECT votes_in(election.encrypt(0, 77), -1);
SELECT combine_unchecked(election.encrypt(0, 1), election.generator(), '{}', '{}', 1);
SELECT combine_unchecked(election.encrypt(0, 1), election.generator(), '{1,2}', '{\\x00}', 1);
SELECT combine_unchecked(election.encrypt(0, 1), election.generator(), '{1}', '{\\x00}', 1);
SELECT combine_unchecked(election.encrypt(0, 1), election.generator(), '{0}', ARRAY[election.one()], 1);
SELECT combine_unchecked(election.encrypt(0, 1), election.generator(), '{-1}', ARRAY[election.one()], 1);
SELECT combine_unchecked(election.encrypt(0, 1), election.generator(), '{{1}}', ARRAY[election.one()], 1);

-- An ordinary user may not.
SET ROLE pg_monitor;
SELECT eg.partial_decrypt_unchecked(NULL::eg.ciphertext, NULL);
RESET ROLE;

SET client_min_messages = warning;
DROP FUNCTION votes, with_changed, votes_in;
DROP SCHEMA election CASCADE;
DROP TABLE tally, partial;
