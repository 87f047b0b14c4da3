--
-- A small election that needs no files: made by the operators of
-- eg.ciphertext, with random bytes for proofs, as nobody checks them.  The
-- secret key is 1234567890123456789; nonces are of 62 bits.  For tests and
-- shows only.
--
CREATE SCHEMA election;

-- 1 and the generator g (spec 3.1.1), as 512 big-endian bytes.
CREATE FUNCTION election.one() RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN decode(repeat('00', 511) || '01', 'hex');

CREATE FUNCTION election.generator() RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN decode(
        '36036fed214f3b50dc566d3a312fe4131fee1c2bce6d02ea39b477ac05f7f885'
        'f38cfe77a7e45acf4029114c4d7a9bfe058bf2f995d2479d3dda618ffd910d3c'
        '4236ab2cfdd783a5016f7465cf59bbf45d24a22f130f2d04fe93b2d58bb9c1d1'
        'd27fc9a17d2af49a779f3ffbdca22900c14202ee6c99616034be35cbcdd3e7bb'
        '7996adfe534b63cca41e21ff5dc778ebb1b86c53bfbe99987d7aea0756237fb4'
        '0922139f90a62f2aa8d9ad34dff799e33c857a6468d001acf3b681db87dc4242'
        '755e2ac5a5027db81984f033c4d178371f273dbb4fcea1e628c23e52759bc776'
        '5728035cea26b44c49a65666889820a45c33dd37ea4a1d00cb62305cd541be1e'
        '8a92685a07012b1a20a746c3591a2db3815000d2aaccfe43dc49e828c1ed7387'
        '466afd8e4bf1935593b2a442eec271c50ad39f733797a1ea11802a2557916534'
        '662a6b7e9a9e449a24c8cff809e79a4d806eb681119330e6c57985e39b200b48'
        '93639fdfdea49f76ad1acd997eba13657541e79ec57437e504eda9dd01106151'
        '6c643fb30d6d58afccd28b73feda29ec12b01a5eb86399a593a9d5f450de39cb'
        '92962c5ec6925348db54d128fd99c14b457f883ec20112a75a6a0581d3d80a3b'
        '4ef09ec86f9552ffda1653f133aa2534983a6f31b0ee4697935a6b1ea2f75b85'
        'e7eba151ba486094d68722b054633fec51ca3f29b31e77e317b178b6b9d8ae0f', 'hex');

-- The polynomial P(x) = 1234567890123456789 + 987654321987654321 x, below q
-- for the few guardians here: 2 of them make a quorum.
CREATE FUNCTION election.key_share(guardian integer) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN decode(lpad(to_hex(1234567890123456789 +
                              987654321987654321 * guardian), 64, '0'), 'hex');

-- K = g^s, computed as the pad of a multiple of (g, 1).
CREATE FUNCTION election.joint_public_key() RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN eg.pad(eg.ciphertext(election.generator(), election.one())
                  OPERATOR(eg.*) 1234567890123456789);

-- (g^nonce, K^(nonce + vote)), spec 3.3.1.
CREATE FUNCTION election.encrypt(vote bigint, nonce bigint,
                                 key bytea DEFAULT election.joint_public_key())
    RETURNS eg.ciphertext
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (eg.ciphertext(election.generator(), key) OPERATOR(eg.*) nonce)
        OPERATOR(eg.+)
        (eg.ciphertext(election.one(), key) OPERATOR(eg.*) vote);

-- 62 bits of a hash: nonces that every run makes again.
CREATE FUNCTION election.nonce(seed text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('x' || substr(encode(sha256(seed::bytea), 'hex'), 1, 16))::bit(64)
        ::bigint & 4611686018427387903;

CREATE FUNCTION election.proof(pairs integer, seed text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object('proofs',
        (SELECT jsonb_agg(jsonb_build_object(
                    'challenge', encode(sha256((seed || i)::bytea), 'hex'),
                    'response', encode(sha256((seed || -i)::bytea), 'hex')))
         FROM generate_series(1, pairs) i));

CREATE FUNCTION election.selection(label text, index integer, vote bigint,
                                   nonce bigint) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object(
        'selection_id', label, 'sequence_order', index,
        'encrypted_vote', election.encrypt(vote, nonce)::jsonb,
        'proof', election.proof(2, label || nonce));

-- votes is {"contest": {"option": votes, ...}, ...}; indices are positions.
CREATE FUNCTION election.ballot_json(id text, votes jsonb,
                                     state text DEFAULT 'CAST') RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object(
        'ballot_id', id, 'ballot_style_id', 'style', 'state', state,
        'encrypting_device', 'device', 'election_id', repeat('e1', 32),
        'confirmation_code', encode(sha256(id::bytea), 'hex'),
        'contests',
        (SELECT jsonb_agg(jsonb_build_object(
                    'contest_id', c.key, 'sequence_order', c.place,
                    'proof', election.proof(2, id || c.key), 'selections',
                    (SELECT jsonb_agg(election.selection(
                                o.key, o.place::integer, o.value::bigint,
                                election.nonce(id || c.key || o.key)))
                     FROM jsonb_each_text(c.value)
                         WITH ORDINALITY o(key, value, place))))
         FROM jsonb_each(votes) WITH ORDINALITY c(key, value, place)));

-- One contest of four options, one vote for option number n mod 4.
CREATE FUNCTION election.simple_ballot(n integer) RETURNS eg.ballot
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN election.ballot_json('ballot-' || n,
        (SELECT jsonb_build_object('mayor', jsonb_object_agg(
                    name, (position = n % 4)::integer))
         FROM unnest('{Ada,Bela,Chloe,Dan}'::text[])
             WITH ORDINALITY x(name, number),
             LATERAL (SELECT number - 1) y(position)))::eg.ballot;
