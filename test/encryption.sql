--
-- What the tests of encryption share, after election.sql: an election of every
-- kind of contest, and the means to read its ballots.  The secret key of
-- contest data is 987654321.  For tests only.
--
CREATE FUNCTION election.power(base bytea, exponent bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN eg.partial_decrypt_unchecked(eg.ciphertext(base, election.one()), exponent);

CREATE FUNCTION election.data_key_share() RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN decode(lpad(to_hex(987654321), 64, '0'), 'hex');

CREATE FUNCTION election.rich_manifest() RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN convert_to('{"label": "of every kind", "contests": [
        {"label": "mayor", "selection_limit": 1,
         "options": [{"label": "Ada"}, {"label": "Béla"}, {"label": "Chloé"}]},
        {"label": "council", "selection_limit": 2, "contest_data_blocks": 3,
         "options": [{"label": "w1"}, {"label": "w2"}, {"label": "w3"}, {"label": "write-in"}]},
        {"label": "points", "selection_limit": 8,
         "options": [{"label": "x", "selection_limit": 4}, {"label": "y", "selection_limit": 3},
                     {"label": "z", "selection_limit": 2}]},
        {"label": "measure", "selection_limit": 1, "contest_data_blocks": 1,
         "options": [{"label": "yes"}, {"label": "no"},
                     {"label": "undervotes", "counts_toward_limit": false},
                     {"label": "remark", "selection_limit": 2, "counts_toward_limit": false}]}],
        "ballot_styles": [{"label": "full", "contests": [1, 2, 3, 4]},
                          {"label": "short", "contests": [1, 3]},
                          {"label": "other", "contests": [4]}]}', 'UTF8');

CREATE TABLE election.rich AS
    SELECT eg.create_election(election.rich_manifest(), 3, 2, election.joint_public_key(),
               election.power(election.generator(), election.data_key_share())) AS e;

CREATE FUNCTION election.rich() RETURNS eg.election
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT e FROM election.rich);

-- {"contest": {"option": votes}}, from ciphertexts with the key shares
CREATE FUNCTION election.votes_of(ballot eg.ballot) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT jsonb_object_agg(contest, votes)
            FROM (SELECT contest, jsonb_object_agg(option,
                             eg.combine_unchecked(ciphertext, election.joint_public_key(), '{1,2}',
                                 ARRAY[eg.partial_decrypt_unchecked(ciphertext, election.key_share(1)),
                                       eg.partial_decrypt_unchecked(ciphertext, election.key_share(2))],
                                 10)) AS votes
                  FROM eg.ciphertexts(ballot) GROUP BY contest) x);

-- HMAC-SHA-256 with a key of 32 bytes, in SQL alone
CREATE FUNCTION election.hmac(key bytea, message bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    inner_pad bytea := decode(repeat('36', 64), 'hex');
    outer_pad bytea := decode(repeat('5c', 64), 'hex');
BEGIN
    FOR i IN 0..31 LOOP
        inner_pad := set_byte(inner_pad, i, get_byte(key, i) # 54);
        outer_pad := set_byte(outer_pad, i, get_byte(key, i) # 92);
    END LOOP;
    RETURN sha256(outer_pad || sha256(inner_pad || message));
END
$$;

CREATE FUNCTION election.xor_bytes(a bytea, b bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT decode(string_agg(lpad(to_hex(get_byte(a, i) # get_byte(b, i)), 2, '0'), '' ORDER BY i), 'hex')
            FROM generate_series(0, length(a) - 1) i);

-- D of each contest with contest data (3.3.10)
CREATE FUNCTION election.contest_data(ballot eg.ballot, OUT contest text, OUT data bytea) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT c ->> 'contest_id',
           (SELECT election.xor_bytes(c1, string_agg(election.hmac(h,
                       int4send(i) || 'data_enc_keys\000contest_data' || int4send(n) || int4send(8 * length(c1))),
                       '' ORDER BY i))
            FROM generate_series(1, length(c1) / 32) i)
    FROM jsonb_array_elements(ballot::jsonb -> 'contests') c,
         LATERAL (SELECT decode(c #>> '{encrypted_contest_data,c0}', 'base64'),
                         decode(c #>> '{encrypted_contest_data,c1}', 'base64'),
                         (c ->> 'sequence_order')::integer) x(c0, c1, n),
         LATERAL (SELECT election.hmac(eg.identifier_hash(ballot), '\x26'::bytea || int4send(n) || c0
                             || election.power(c0, election.data_key_share()))) y(h)
    WHERE c ? 'encrypted_contest_data'
    ORDER BY n;
END;

-- Its text, NULL for all zeros
CREATE FUNCTION election.data_text(data bytea) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    size integer := ('x' || encode(substr(data, 1, 4), 'hex'))::bit(32)::integer;
BEGIN
    IF substr(data, size + 5) <> decode(repeat('00', length(data) - 4 - size), 'hex') THEN
        RETURN 'padding is not zero';
    END IF;
    RETURN nullif(convert_from(substr(data, 5, size), 'UTF8'), '');
END
$$;

CREATE FUNCTION election.data_of(ballot eg.ballot) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT jsonb_object_agg(contest, election.data_text(data)) FROM election.contest_data(ballot));

-- The error of a statement and its detail
CREATE FUNCTION election.failure(statement text) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws('; ', sqlstate || ' ' || sqlerrm, nullif(detail, ''));
END
$$;
