--
-- A sound election of one guardian, made by SQL alone: ballots whose proofs
-- hold, and a whole record that passes every check.  After election.sql.
--
-- Nonces and commitments are of 60 bits, and anybody can have the secret keys,
-- 1234567890123456789 and 987654321: for tests only.
--
CREATE SCHEMA sound;

--
-- Numbers, elements and hashes
--

CREATE FUNCTION sound.q() RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN 115792089237316195423570985008687907853269984665640564039457584007913129639747;

CREATE FUNCTION sound.number(bytes bytea) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    result numeric := 0;
BEGIN
    FOR i IN 0 .. length(bytes) - 1 LOOP
        result := result * 256 + get_byte(bytes, i);
    END LOOP;
    RETURN result;
END
$$;

-- x mod q, as 32 bytes
CREATE FUNCTION sound.scalar(x numeric) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    result bytea := decode(repeat('00', 32), 'hex');
BEGIN
    x := mod(mod(x, sound.q()) + sound.q(), sound.q());
    FOR i IN REVERSE 31 .. 0 LOOP
        result := set_byte(result, i, mod(x, 256)::integer);
        x := div(x, 256);
    END LOOP;
    RETURN result;
END
$$;

-- H (spec 5.1): HMAC-SHA-256 with a key of 32 bytes
CREATE FUNCTION sound.h(key bytea, message bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    inner_key bytea := decode(repeat('36', 64), 'hex');
    outer_key bytea := decode(repeat('5c', 64), 'hex');
BEGIN
    FOR i IN 0 .. 31 LOOP
        inner_key := set_byte(inner_key, i, get_byte(key, i) # 54);
        outer_key := set_byte(outer_key, i, get_byte(key, i) # 92);
    END LOOP;
    RETURN sha256(outer_key || sha256(inner_key || message));
END
$$;

-- Numbers of 60 bits that every run makes again
CREATE FUNCTION sound.draw(seed text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN election.nonce(seed) >> 2;

-- (g^x, K^y)
CREATE FUNCTION sound.powers(key bytea, x bigint, y bigint) RETURNS eg.ciphertext
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (eg.ciphertext(election.generator(), election.one()) OPERATOR(eg.*) x)
        OPERATOR(eg.+)
        (eg.ciphertext(election.one(), key) OPERATOR(eg.*) y);

CREATE FUNCTION sound.generator_power(x bigint) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN eg.pad(sound.powers(election.generator(), x, 0));

CREATE FUNCTION sound.bytes(c eg.ciphertext) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN eg.pad(c) || eg.data(c);

CREATE FUNCTION sound.text(bytes bytea) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(encode(bytes, 'base64'), E'\n', '');

--
-- The election: so many contests of so many options, one vote in each
--

CREATE FUNCTION sound.manifest(contests integer, options integer) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN convert_to(jsonb_build_object(
        'label', 'sound election',
        'contests',
        (SELECT jsonb_agg(jsonb_build_object(
                    'label', 'contest ' || c, 'selection_limit', 1, 'options',
                    (SELECT jsonb_agg(jsonb_build_object('label', 'option ' || o)
                                      ORDER BY o)
                     FROM generate_series(1, options) o)) ORDER BY c)
         FROM generate_series(1, contests) c),
        'ballot_styles', jsonb_build_array(jsonb_build_object(
            'label', 'style', 'contests',
            (SELECT jsonb_agg(c ORDER BY c)
             FROM generate_series(1, contests) c))))::text, 'UTF8');

CREATE FUNCTION sound.election(contests integer, options integer)
    RETURNS eg.election
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN eg.create_election(sound.manifest(contests, options), 1, 1,
                              sound.generator_power(1234567890123456789),
                              sound.generator_power(987654321));

--
-- Ballots
--

-- Which of 0 and 1 a ciphertext (g^nonce, K^(nonce + vote)) holds, proved as
-- spec 3.3.7 says: the statement is what the challenge hashes first.
CREATE FUNCTION sound.range_proof(key bytea, h_i bytea, statement bytea,
                                  c eg.ciphertext, vote integer, nonce numeric,
                                  seed text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    u bigint := sound.draw(seed || 'u');
    other_w bigint := sound.draw(seed || 'w');
    other_c bigint := sound.draw(seed || 'c');
    other_v bigint := other_w + (1 - vote) * other_c;
    true_one bytea := sound.bytes(sound.powers(key, u, u));
    other bytea := sound.bytes(sound.powers(key, other_v, other_w)
                               OPERATOR(eg.+) (c OPERATOR(eg.*) other_c));
    true_c numeric := sound.number(sound.h(h_i, statement ||
        CASE vote WHEN 0 THEN true_one || other ELSE other || true_one END))
        - other_c;
    pairs jsonb[] := ARRAY[
        jsonb_build_object('challenge', sound.text(sound.scalar(true_c)),
                           'response', sound.text(sound.scalar(u - true_c * nonce))),
        jsonb_build_object('challenge', sound.text(sound.scalar(other_c)),
                           'response', sound.text(sound.scalar(other_v)))];
BEGIN
    RETURN jsonb_build_object('proofs',
        jsonb_build_array(pairs[1 + vote], pairs[2 - vote]));
END
$$;

-- The contest with its hash
CREATE FUNCTION sound.contest(key bytea, h_i bytea, contest integer,
                              options integer, chosen integer, seed text)
    RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    selections jsonb := '[]';
    c eg.ciphertext;
    total eg.ciphertext := eg.ciphertext(election.one(), election.one());
    hashed bytea := '\x28' || int4send(contest);
    nonce bigint;
    nonces numeric := 0;
    vote integer;
BEGIN
    FOR o IN 1 .. options LOOP
        vote := (o = chosen)::integer;
        nonce := sound.draw(seed || 'nonce' || o);
        c := sound.powers(key, nonce, nonce + vote);
        selections := selections || jsonb_build_object(
            'selection_id', 'option ' || o, 'sequence_order', o,
            'encrypted_vote', c::jsonb,
            'proof', sound.range_proof(key, h_i,
                '\x24' || int4send(contest) || int4send(o) || sound.bytes(c),
                c, vote, nonce, seed || 'proof' || o));
        total := total OPERATOR(eg.+) c;
        nonces := nonces + nonce;
        hashed := hashed || sound.bytes(c);
    END LOOP;
    RETURN jsonb_build_object(
        'contest_id', 'contest ' || contest, 'sequence_order', contest,
        'contest_hash', sound.text(sound.h(h_i, hashed)),
        'selections', selections,
        'proof', sound.range_proof(key, h_i,
                                   '\x24' || int4send(contest) || sound.bytes(total), total,
                                   (chosen BETWEEN 1 AND options)::integer,
                                   nonces, seed || 'limit'));
END
$$;

-- C0, C1 and their proof (38); what C1 hides is of no interest here.
CREATE FUNCTION sound.hidden_nonce(h_i bytea, seed text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    secret bigint := sound.draw(seed || 'secret');
    u bigint := sound.draw(seed || 'u');
    c0 bytea := sound.generator_power(secret);
    c1 bytea := sha256(convert_to(seed, 'UTF8'));
    c numeric := sound.number(sound.h(h_i, '\x23' || sound.generator_power(u)
                                           || c0 || c1));
BEGIN
    RETURN jsonb_build_object('c0', sound.text(c0), 'c1', sound.text(c1), 'c2',
        jsonb_build_object('challenge', sound.text(sound.scalar(c)),
                           'response', sound.text(sound.scalar(u - c * secret))));
END
$$;

-- Ballot number n of a device that does not chain: in every contest it votes
-- for the option of this number, or for none.
CREATE FUNCTION sound.ballot_json(e eg.election, contests integer,
                                  options integer, n integer, chosen integer)
    RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    seed text := 'ballot ' || n || ' ';
    id_b bytea := sha256(convert_to(seed, 'UTF8'));
    h_i bytea := sound.h(eg.election_id(e), '\x20' || id_b);
    field bytea := '\x00000000' || eg.device_information_hash(e, 'device', false);
    list jsonb := (SELECT jsonb_agg(sound.contest(eg.joint_public_key(e), h_i, c,
                                                  options, chosen, seed || c)
                                    ORDER BY c)
                   FROM generate_series(1, contests) c);
    chi bytea := (SELECT string_agg(decode(c ->> 'contest_hash', 'base64'), ''
                                    ORDER BY place)
                  FROM jsonb_array_elements(list) WITH ORDINALITY x(c, place));
BEGIN
    RETURN jsonb_build_object(
        'ballot_id', 'ballot-' || n, 'ballot_style_id', 'style',
        'encrypting_device', 'device', 'timestamp', 1700000000 + n,
        'state', 'CAST', 'election_id', sound.text(eg.election_id(e)),
        'selection_encryption_id', sound.text(id_b),
        'identifier_hash', sound.text(h_i),
        'chaining_field', sound.text(field),
        'confirmation_code', sound.text(sound.h(h_i, '\x29' || chi || field)),
        'encrypted_nonce', sound.hidden_nonce(h_i, seed),
        'contests', list);
END
$$;

CREATE FUNCTION sound.ballot(e eg.election, contests integer, options integer,
                             n integer, chosen integer) RETURNS eg.ballot
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sound.ballot_json(e, contests, options, n, chosen)::eg.ballot;

--
-- The record
--

CREATE FUNCTION sound.constants() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object('name', 'standard', 'type', 'IntegerGroup',
        'protocolVersion', 'v2.1.0', 'constants', jsonb_build_object(
            'largePrime',
        'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'
            || 'b17217f7d1cf79abc9e3b39803f2f6af40f343267298b62d8a0d175b8baafa2b'
            || 'e7b876206debac98559552fb4afa1b10ed2eae35c138214427573b291169b825'
            || '3e96ca16224ae8c51acbda11317c387eb9ea9bc3b136603b256fa0ec7657f74b'
            || '72ce87b19d6548caf5dfa6bd38303248655fa1872f20e3a2da2d97c50f3fd5c6'
            || '07f4ca11fb5bfb90610d30f88fe551a2ee569d6dfc1efa157d2e23de1400b396'
            || '17460775db8990e5c943e732b479cd33cccc4e659393514c4c1a1e0bd1d6095d'
            || '25669b333564a3376a9c7f8a5e148e82074db6015cfe7aa30c480a5417350d2c'
            || '955d5179b1e17b9dae313cdb6c606cb1078f735d1b2db31b5f50b5185064c18b'
            || '4d162db3b365853d7598a1951ae273ee5570b6c68f96983496d4e6d330af889b'
            || '44a02554731cdc8ea17293d1228a4ef98d6f5177fbcf0755268a5c1f9538b982'
            || '61affd446b1ca3cf5e9222b88c66d3c5422183edc99421090bbb16faf3d949f2'
            || '36e02b20cee886b905c128d53d0bd2f9621363196af503020060e49908391a0c'
            || '57339ba2beba7d052ac5b61cc4e9207cef2f0ce2d7373958d762265890445744'
            || 'fb5f2da4b751005892d356890defe9cad9b9d4b713e06162a2d8fdd0df2fd608'
            || 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
            'smallPrime', repeat('f', 62) || '43',
            'generator', encode(election.generator(), 'hex')));

CREATE FUNCTION sound.config(e eg.election) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object('number_of_guardians', 1, 'quorum', 1,
        'parameter_base_hash', sound.text(eg.parameter_base_hash(e)),
        'election_base_hash', sound.text(eg.base_hash(e)));

-- One key of the guardian, with the proof of it and of the communication key
-- (11, 13); all exponents are of 60 bits.
CREATE FUNCTION sound.guardian_key(h_p bytea, label text, secret bigint,
                                   communication bigint) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    u bigint := sound.draw(label || 'u');
    other_u bigint := sound.draw(label || 'other u');
    k bytea := sound.generator_power(secret);
    c numeric := sound.number(sound.h(h_p, '\x10' || convert_to(label, 'UTF8')
        || int4send(1) || k || sound.generator_power(communication)
        || sound.generator_power(u) || sound.generator_power(other_u)));
BEGIN
    RETURN jsonb_build_object('commitments', jsonb_build_array(sound.text(k)),
        'proof', jsonb_build_object('challenge', sound.text(sound.scalar(c)),
            'responses', jsonb_build_array(
                sound.text(sound.scalar(u - c * secret)),
                sound.text(sound.scalar(other_u - c * communication)))));
END
$$;

CREATE FUNCTION sound.initialized(e eg.election) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object(
        'joint_public_key', sound.text(eg.joint_public_key(e)),
        'joint_data_public_key', sound.text(eg.joint_data_public_key(e)),
        'extended_base_hash', sound.text(eg.election_id(e)),
        'guardians', jsonb_build_array(jsonb_build_object(
            'guardian_id', 'guardian', 'x_coordinate', 1,
            'communication_key', sound.text(sound.generator_power(12345)),
            'vote_key', sound.guardian_key(eg.parameter_base_hash(e), 'pk_vote',
                                           1234567890123456789, 12345),
            'data_key', sound.guardian_key(eg.parameter_base_hash(e), 'pk_data',
                                           987654321, 12345))));

-- What an option of the tally holds, T = K^votes, and the proof (90)
CREATE FUNCTION sound.decrypted_option(e eg.election, contest integer,
                                       option integer, c eg.ciphertext,
                                       votes bigint) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    seed text := 'tally ' || contest || ' ' || option;
    u bigint := sound.draw(seed);
    m bytea := eg.pad(eg.ciphertext(eg.pad(c), eg.pad(c))
                      OPERATOR(eg.*) 1234567890123456789);
    a bytea := sound.generator_power(u);
    b bytea := eg.pad(c OPERATOR(eg.*) u);
    challenge numeric := sound.number(sound.h(eg.election_id(e),
        '\x31' || int4send(contest) || int4send(option) || sound.bytes(c)
        || a || b || m));
BEGIN
    RETURN jsonb_build_object('selection_id', 'option ' || option,
        'tally', votes,
        'b_over_m', sound.text(eg.data(sound.powers(eg.joint_public_key(e), 0, votes))),
        'encrypted_vote', c::jsonb,
        'proof', jsonb_build_object(
            'challenge', sound.text(sound.scalar(challenge)),
            'response', sound.text(sound.scalar(
                u - challenge * 1234567890123456789))));
END
$$;

-- The votes as the tally of one option in each contest
CREATE FUNCTION sound.tally_json(e eg.election, tally eg.encrypted_tally,
                                 votes bigint[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT jsonb_build_object('contests', jsonb_agg(entry))
            FROM (SELECT jsonb_build_object('contest_id', contest, 'selections',
                             jsonb_agg(sound.decrypted_option(
                                 e, contest_index, option_index, ciphertext,
                                 votes[option_index]) ORDER BY option_index))
                  FROM eg.ciphertexts(tally) GROUP BY contest) c(entry));

-- The files of a record with these ballots, which vote alike in all contests:
-- votes are the sums by option.
CREATE FUNCTION sound.record(e eg.election, ballots eg.ballot[], votes bigint[],
                             OUT path text, OUT content bytea)
    RETURNS SETOF record
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT 'manifest.json', eg.manifest(e)
    UNION ALL
    SELECT f.path, convert_to(f.content::text, 'UTF8')
    FROM (SELECT eg.tally(b) AS tally FROM unnest(ballots) b) t,
         LATERAL (
        SELECT 'constants.json', sound.constants()
        UNION ALL SELECT 'election_config.json', sound.config(e)
        UNION ALL SELECT 'election_initialized.json', sound.initialized(e)
        UNION ALL SELECT 'encrypted_tally.json', t.tally::jsonb
        UNION ALL SELECT 'tally.json', sound.tally_json(e, t.tally, votes)
        UNION ALL
        SELECT 'encrypted_ballots/device/ballot_chain.json',
               jsonb_build_object('encrypting_device', 'device',
                   'device_information', 'device', 'chaining_mode', 0,
                   'device_hash', sound.text(
                       eg.device_information_hash(e, 'device', false)),
                   'ballot_ids', (SELECT jsonb_agg(eg.ballot_id(b))
                                  FROM unnest(ballots) b))
        UNION ALL
        SELECT 'encrypted_ballots/device/eballot-' || eg.ballot_id(b) || '.json',
               b::jsonb
        FROM unnest(ballots) b) f(path, content);
END;
