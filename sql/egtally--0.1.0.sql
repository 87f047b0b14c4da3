/* egtally: verifiable, homomorphically tallied elections inside the database */

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION egtally" to load this file. \quit

-- Made here, so that it belongs to the extension and nobody else's is used.
CREATE SCHEMA eg;
COMMENT ON SCHEMA eg IS
    'egtally: ElectionGuard elections inside the database';
GRANT USAGE ON SCHEMA eg TO PUBLIC;

--
-- Types
--
-- Text form: \x and hexadecimal digits of the binary form, as of bytea.
-- STORAGE main keeps ballots of up to 8 KB in the heap, where the planner
-- sees their size and goes parallel.
--

CREATE TYPE eg.ciphertext;

CREATE FUNCTION eg.ciphertext_in(cstring) RETURNS eg.ciphertext
    AS 'MODULE_PATHNAME', 'eg_ciphertext_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.ciphertext_in(cstring) IS 'I/O';

CREATE FUNCTION eg.ciphertext_out(eg.ciphertext) RETURNS cstring
    AS 'MODULE_PATHNAME', 'eg_value_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.ciphertext_out(eg.ciphertext) IS 'I/O';

CREATE FUNCTION eg.ciphertext_recv(internal) RETURNS eg.ciphertext
    AS 'MODULE_PATHNAME', 'eg_ciphertext_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.ciphertext_recv(internal) IS 'I/O';

CREATE FUNCTION eg.ciphertext_send(eg.ciphertext) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_value_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.ciphertext_send(eg.ciphertext) IS 'I/O';

CREATE TYPE eg.ciphertext (
    INPUT = eg.ciphertext_in,
    OUTPUT = eg.ciphertext_out,
    RECEIVE = eg.ciphertext_recv,
    SEND = eg.ciphertext_send,
    ALIGNMENT = int4,
    STORAGE = main
);
COMMENT ON TYPE eg.ciphertext IS
    'an ElGamal ciphertext (pad, data) that knows its group';

CREATE TYPE eg.ballot;

CREATE FUNCTION eg.ballot_in(cstring) RETURNS eg.ballot
    AS 'MODULE_PATHNAME', 'eg_ballot_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.ballot_in(cstring) IS 'I/O';

CREATE FUNCTION eg.ballot_out(eg.ballot) RETURNS cstring
    AS 'MODULE_PATHNAME', 'eg_value_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.ballot_out(eg.ballot) IS 'I/O';

CREATE FUNCTION eg.ballot_recv(internal) RETURNS eg.ballot
    AS 'MODULE_PATHNAME', 'eg_ballot_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.ballot_recv(internal) IS 'I/O';

CREATE FUNCTION eg.ballot_send(eg.ballot) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_value_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.ballot_send(eg.ballot) IS 'I/O';

CREATE TYPE eg.ballot (
    INPUT = eg.ballot_in,
    OUTPUT = eg.ballot_out,
    RECEIVE = eg.ballot_recv,
    SEND = eg.ballot_send,
    ALIGNMENT = int4,
    STORAGE = main
);
COMMENT ON TYPE eg.ballot IS
    'an encrypted ballot of ElectionGuard 2.1.0';

CREATE TYPE eg.encrypted_tally;

CREATE FUNCTION eg.encrypted_tally_in(cstring) RETURNS eg.encrypted_tally
    AS 'MODULE_PATHNAME', 'eg_encrypted_tally_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.encrypted_tally_in(cstring) IS 'I/O';

CREATE FUNCTION eg.encrypted_tally_out(eg.encrypted_tally) RETURNS cstring
    AS 'MODULE_PATHNAME', 'eg_value_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.encrypted_tally_out(eg.encrypted_tally) IS 'I/O';

CREATE FUNCTION eg.encrypted_tally_recv(internal) RETURNS eg.encrypted_tally
    AS 'MODULE_PATHNAME', 'eg_encrypted_tally_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.encrypted_tally_recv(internal) IS 'I/O';

CREATE FUNCTION eg.encrypted_tally_send(eg.encrypted_tally) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_value_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.encrypted_tally_send(eg.encrypted_tally) IS 'I/O';

CREATE TYPE eg.encrypted_tally (
    INPUT = eg.encrypted_tally_in,
    OUTPUT = eg.encrypted_tally_out,
    RECEIVE = eg.encrypted_tally_recv,
    SEND = eg.encrypted_tally_send,
    ALIGNMENT = int4,
    STORAGE = main
);
COMMENT ON TYPE eg.encrypted_tally IS
    'the sum of encrypted ballots, by contest and option';

CREATE TYPE eg.tally_state;

CREATE FUNCTION eg.tally_state_in(cstring) RETURNS eg.tally_state
    AS 'MODULE_PATHNAME', 'eg_tally_state_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.tally_state_in(cstring) IS 'I/O';

CREATE FUNCTION eg.tally_state_out(eg.tally_state) RETURNS cstring
    AS 'MODULE_PATHNAME', 'eg_value_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.tally_state_out(eg.tally_state) IS 'I/O';

CREATE FUNCTION eg.tally_state_recv(internal) RETURNS eg.tally_state
    AS 'MODULE_PATHNAME', 'eg_tally_state_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.tally_state_recv(internal) IS 'I/O';

CREATE FUNCTION eg.tally_state_send(eg.tally_state) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_value_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.tally_state_send(eg.tally_state) IS 'I/O';

CREATE TYPE eg.tally_state (
    INPUT = eg.tally_state_in,
    OUTPUT = eg.tally_state_out,
    RECEIVE = eg.tally_state_recv,
    SEND = eg.tally_state_send,
    ALIGNMENT = double,
    STORAGE = external
);
COMMENT ON TYPE eg.tally_state IS
    'a tally that is being added up; not for users';

CREATE TYPE eg.ciphertext_state;

CREATE FUNCTION eg.ciphertext_state_in(cstring) RETURNS eg.ciphertext_state
    AS 'MODULE_PATHNAME', 'eg_ciphertext_state_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.ciphertext_state_in(cstring) IS 'I/O';

CREATE FUNCTION eg.ciphertext_state_out(eg.ciphertext_state) RETURNS cstring
    AS 'MODULE_PATHNAME', 'eg_value_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.ciphertext_state_out(eg.ciphertext_state) IS 'I/O';

CREATE FUNCTION eg.ciphertext_state_recv(internal) RETURNS eg.ciphertext_state
    AS 'MODULE_PATHNAME', 'eg_ciphertext_state_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eg.ciphertext_state_recv(internal) IS 'I/O';

CREATE FUNCTION eg.ciphertext_state_send(eg.ciphertext_state) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_value_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.ciphertext_state_send(eg.ciphertext_state) IS 'I/O';

CREATE TYPE eg.ciphertext_state (
    INPUT = eg.ciphertext_state_in,
    OUTPUT = eg.ciphertext_state_out,
    RECEIVE = eg.ciphertext_state_recv,
    SEND = eg.ciphertext_state_send,
    ALIGNMENT = double,
    STORAGE = external
);
COMMENT ON TYPE eg.ciphertext_state IS
    'a sum of ciphertexts that is being added up; not for users';

--
-- Comparison: equal values have equal bytes
--

CREATE FUNCTION eg.ciphertext_eq(eg.ciphertext, eg.ciphertext) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_eq'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ciphertext_eq(eg.ciphertext, eg.ciphertext) IS 'implementation of =';

CREATE FUNCTION eg.ciphertext_ne(eg.ciphertext, eg.ciphertext) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_ne'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ciphertext_ne(eg.ciphertext, eg.ciphertext) IS 'implementation of <>';

CREATE FUNCTION eg.ciphertext_lt(eg.ciphertext, eg.ciphertext) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_lt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ciphertext_lt(eg.ciphertext, eg.ciphertext) IS 'implementation of <';

CREATE FUNCTION eg.ciphertext_le(eg.ciphertext, eg.ciphertext) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_le'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ciphertext_le(eg.ciphertext, eg.ciphertext) IS 'implementation of <=';

CREATE FUNCTION eg.ciphertext_ge(eg.ciphertext, eg.ciphertext) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_ge'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ciphertext_ge(eg.ciphertext, eg.ciphertext) IS 'implementation of >=';

CREATE FUNCTION eg.ciphertext_gt(eg.ciphertext, eg.ciphertext) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_gt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ciphertext_gt(eg.ciphertext, eg.ciphertext) IS 'implementation of >';

CREATE FUNCTION eg.ciphertext_cmp(eg.ciphertext, eg.ciphertext) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_value_cmp'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ciphertext_cmp(eg.ciphertext, eg.ciphertext) IS
    'bytewise comparison for btree indexes';

CREATE FUNCTION eg.ciphertext_hash(eg.ciphertext) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_value_hash'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ciphertext_hash(eg.ciphertext) IS 'hash';

CREATE FUNCTION eg.ciphertext_hash_extended(eg.ciphertext, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'eg_value_hash_extended'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ciphertext_hash_extended(eg.ciphertext, bigint) IS 'seeded hash';

CREATE OPERATOR eg.= (
    LEFTARG = eg.ciphertext, RIGHTARG = eg.ciphertext, FUNCTION = eg.ciphertext_eq,
    COMMUTATOR = OPERATOR(eg.=), NEGATOR = OPERATOR(eg.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR eg.= (eg.ciphertext, eg.ciphertext) IS 'equal';

CREATE OPERATOR eg.<> (
    LEFTARG = eg.ciphertext, RIGHTARG = eg.ciphertext, FUNCTION = eg.ciphertext_ne,
    COMMUTATOR = OPERATOR(eg.<>), NEGATOR = OPERATOR(eg.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR eg.<> (eg.ciphertext, eg.ciphertext) IS 'not equal';

CREATE OPERATOR eg.< (
    LEFTARG = eg.ciphertext, RIGHTARG = eg.ciphertext, FUNCTION = eg.ciphertext_lt,
    COMMUTATOR = OPERATOR(eg.>), NEGATOR = OPERATOR(eg.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR eg.< (eg.ciphertext, eg.ciphertext) IS 'less than';

CREATE OPERATOR eg.<= (
    LEFTARG = eg.ciphertext, RIGHTARG = eg.ciphertext, FUNCTION = eg.ciphertext_le,
    COMMUTATOR = OPERATOR(eg.>=), NEGATOR = OPERATOR(eg.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR eg.<= (eg.ciphertext, eg.ciphertext) IS 'less than or equal';

CREATE OPERATOR eg.>= (
    LEFTARG = eg.ciphertext, RIGHTARG = eg.ciphertext, FUNCTION = eg.ciphertext_ge,
    COMMUTATOR = OPERATOR(eg.<=), NEGATOR = OPERATOR(eg.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR eg.>= (eg.ciphertext, eg.ciphertext) IS 'greater than or equal';

CREATE OPERATOR eg.> (
    LEFTARG = eg.ciphertext, RIGHTARG = eg.ciphertext, FUNCTION = eg.ciphertext_gt,
    COMMUTATOR = OPERATOR(eg.<), NEGATOR = OPERATOR(eg.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR eg.> (eg.ciphertext, eg.ciphertext) IS 'greater than';

CREATE OPERATOR CLASS eg.ciphertext_ops DEFAULT FOR TYPE eg.ciphertext USING btree AS
    OPERATOR 1 eg.<, OPERATOR 2 eg.<=, OPERATOR 3 eg.=,
    OPERATOR 4 eg.>=, OPERATOR 5 eg.>,
    FUNCTION 1 eg.ciphertext_cmp(eg.ciphertext, eg.ciphertext);
COMMENT ON OPERATOR CLASS eg.ciphertext_ops USING btree IS 'bytewise order';
COMMENT ON OPERATOR FAMILY eg.ciphertext_ops USING btree IS 'bytewise order';

CREATE OPERATOR CLASS eg.ciphertext_hash_ops DEFAULT FOR TYPE eg.ciphertext USING hash AS
    OPERATOR 1 eg.=,
    FUNCTION 1 eg.ciphertext_hash(eg.ciphertext),
    FUNCTION 2 eg.ciphertext_hash_extended(eg.ciphertext, bigint);
COMMENT ON OPERATOR CLASS eg.ciphertext_hash_ops USING hash IS 'bytewise equality';
COMMENT ON OPERATOR FAMILY eg.ciphertext_hash_ops USING hash IS 'bytewise equality';

CREATE FUNCTION eg.ballot_eq(eg.ballot, eg.ballot) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_eq'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ballot_eq(eg.ballot, eg.ballot) IS 'implementation of =';

CREATE FUNCTION eg.ballot_ne(eg.ballot, eg.ballot) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_ne'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ballot_ne(eg.ballot, eg.ballot) IS 'implementation of <>';

CREATE FUNCTION eg.ballot_lt(eg.ballot, eg.ballot) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_lt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ballot_lt(eg.ballot, eg.ballot) IS 'implementation of <';

CREATE FUNCTION eg.ballot_le(eg.ballot, eg.ballot) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_le'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ballot_le(eg.ballot, eg.ballot) IS 'implementation of <=';

CREATE FUNCTION eg.ballot_ge(eg.ballot, eg.ballot) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_ge'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ballot_ge(eg.ballot, eg.ballot) IS 'implementation of >=';

CREATE FUNCTION eg.ballot_gt(eg.ballot, eg.ballot) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_gt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ballot_gt(eg.ballot, eg.ballot) IS 'implementation of >';

CREATE FUNCTION eg.ballot_cmp(eg.ballot, eg.ballot) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_value_cmp'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ballot_cmp(eg.ballot, eg.ballot) IS
    'bytewise comparison for btree indexes';

CREATE FUNCTION eg.ballot_hash(eg.ballot) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_value_hash'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ballot_hash(eg.ballot) IS 'hash';

CREATE FUNCTION eg.ballot_hash_extended(eg.ballot, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'eg_value_hash_extended'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.ballot_hash_extended(eg.ballot, bigint) IS 'seeded hash';

CREATE OPERATOR eg.= (
    LEFTARG = eg.ballot, RIGHTARG = eg.ballot, FUNCTION = eg.ballot_eq,
    COMMUTATOR = OPERATOR(eg.=), NEGATOR = OPERATOR(eg.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR eg.= (eg.ballot, eg.ballot) IS 'equal';

CREATE OPERATOR eg.<> (
    LEFTARG = eg.ballot, RIGHTARG = eg.ballot, FUNCTION = eg.ballot_ne,
    COMMUTATOR = OPERATOR(eg.<>), NEGATOR = OPERATOR(eg.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR eg.<> (eg.ballot, eg.ballot) IS 'not equal';

CREATE OPERATOR eg.< (
    LEFTARG = eg.ballot, RIGHTARG = eg.ballot, FUNCTION = eg.ballot_lt,
    COMMUTATOR = OPERATOR(eg.>), NEGATOR = OPERATOR(eg.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR eg.< (eg.ballot, eg.ballot) IS 'less than';

CREATE OPERATOR eg.<= (
    LEFTARG = eg.ballot, RIGHTARG = eg.ballot, FUNCTION = eg.ballot_le,
    COMMUTATOR = OPERATOR(eg.>=), NEGATOR = OPERATOR(eg.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR eg.<= (eg.ballot, eg.ballot) IS 'less than or equal';

CREATE OPERATOR eg.>= (
    LEFTARG = eg.ballot, RIGHTARG = eg.ballot, FUNCTION = eg.ballot_ge,
    COMMUTATOR = OPERATOR(eg.<=), NEGATOR = OPERATOR(eg.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR eg.>= (eg.ballot, eg.ballot) IS 'greater than or equal';

CREATE OPERATOR eg.> (
    LEFTARG = eg.ballot, RIGHTARG = eg.ballot, FUNCTION = eg.ballot_gt,
    COMMUTATOR = OPERATOR(eg.<), NEGATOR = OPERATOR(eg.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR eg.> (eg.ballot, eg.ballot) IS 'greater than';

CREATE OPERATOR CLASS eg.ballot_ops DEFAULT FOR TYPE eg.ballot USING btree AS
    OPERATOR 1 eg.<, OPERATOR 2 eg.<=, OPERATOR 3 eg.=,
    OPERATOR 4 eg.>=, OPERATOR 5 eg.>,
    FUNCTION 1 eg.ballot_cmp(eg.ballot, eg.ballot);
COMMENT ON OPERATOR CLASS eg.ballot_ops USING btree IS 'bytewise order';
COMMENT ON OPERATOR FAMILY eg.ballot_ops USING btree IS 'bytewise order';

CREATE OPERATOR CLASS eg.ballot_hash_ops DEFAULT FOR TYPE eg.ballot USING hash AS
    OPERATOR 1 eg.=,
    FUNCTION 1 eg.ballot_hash(eg.ballot),
    FUNCTION 2 eg.ballot_hash_extended(eg.ballot, bigint);
COMMENT ON OPERATOR CLASS eg.ballot_hash_ops USING hash IS 'bytewise equality';
COMMENT ON OPERATOR FAMILY eg.ballot_hash_ops USING hash IS 'bytewise equality';

CREATE FUNCTION eg.encrypted_tally_eq(eg.encrypted_tally, eg.encrypted_tally) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_eq'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.encrypted_tally_eq(eg.encrypted_tally, eg.encrypted_tally) IS 'implementation of =';

CREATE FUNCTION eg.encrypted_tally_ne(eg.encrypted_tally, eg.encrypted_tally) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_ne'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.encrypted_tally_ne(eg.encrypted_tally, eg.encrypted_tally) IS 'implementation of <>';

CREATE FUNCTION eg.encrypted_tally_lt(eg.encrypted_tally, eg.encrypted_tally) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_lt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.encrypted_tally_lt(eg.encrypted_tally, eg.encrypted_tally) IS 'implementation of <';

CREATE FUNCTION eg.encrypted_tally_le(eg.encrypted_tally, eg.encrypted_tally) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_le'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.encrypted_tally_le(eg.encrypted_tally, eg.encrypted_tally) IS 'implementation of <=';

CREATE FUNCTION eg.encrypted_tally_ge(eg.encrypted_tally, eg.encrypted_tally) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_ge'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.encrypted_tally_ge(eg.encrypted_tally, eg.encrypted_tally) IS 'implementation of >=';

CREATE FUNCTION eg.encrypted_tally_gt(eg.encrypted_tally, eg.encrypted_tally) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_gt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.encrypted_tally_gt(eg.encrypted_tally, eg.encrypted_tally) IS 'implementation of >';

CREATE FUNCTION eg.encrypted_tally_cmp(eg.encrypted_tally, eg.encrypted_tally) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_value_cmp'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.encrypted_tally_cmp(eg.encrypted_tally, eg.encrypted_tally) IS
    'bytewise comparison for btree indexes';

CREATE FUNCTION eg.encrypted_tally_hash(eg.encrypted_tally) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_value_hash'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.encrypted_tally_hash(eg.encrypted_tally) IS 'hash';

CREATE FUNCTION eg.encrypted_tally_hash_extended(eg.encrypted_tally, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'eg_value_hash_extended'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.encrypted_tally_hash_extended(eg.encrypted_tally, bigint) IS 'seeded hash';

CREATE OPERATOR eg.= (
    LEFTARG = eg.encrypted_tally, RIGHTARG = eg.encrypted_tally, FUNCTION = eg.encrypted_tally_eq,
    COMMUTATOR = OPERATOR(eg.=), NEGATOR = OPERATOR(eg.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR eg.= (eg.encrypted_tally, eg.encrypted_tally) IS 'equal';

CREATE OPERATOR eg.<> (
    LEFTARG = eg.encrypted_tally, RIGHTARG = eg.encrypted_tally, FUNCTION = eg.encrypted_tally_ne,
    COMMUTATOR = OPERATOR(eg.<>), NEGATOR = OPERATOR(eg.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR eg.<> (eg.encrypted_tally, eg.encrypted_tally) IS 'not equal';

CREATE OPERATOR eg.< (
    LEFTARG = eg.encrypted_tally, RIGHTARG = eg.encrypted_tally, FUNCTION = eg.encrypted_tally_lt,
    COMMUTATOR = OPERATOR(eg.>), NEGATOR = OPERATOR(eg.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR eg.< (eg.encrypted_tally, eg.encrypted_tally) IS 'less than';

CREATE OPERATOR eg.<= (
    LEFTARG = eg.encrypted_tally, RIGHTARG = eg.encrypted_tally, FUNCTION = eg.encrypted_tally_le,
    COMMUTATOR = OPERATOR(eg.>=), NEGATOR = OPERATOR(eg.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR eg.<= (eg.encrypted_tally, eg.encrypted_tally) IS 'less than or equal';

CREATE OPERATOR eg.>= (
    LEFTARG = eg.encrypted_tally, RIGHTARG = eg.encrypted_tally, FUNCTION = eg.encrypted_tally_ge,
    COMMUTATOR = OPERATOR(eg.<=), NEGATOR = OPERATOR(eg.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR eg.>= (eg.encrypted_tally, eg.encrypted_tally) IS 'greater than or equal';

CREATE OPERATOR eg.> (
    LEFTARG = eg.encrypted_tally, RIGHTARG = eg.encrypted_tally, FUNCTION = eg.encrypted_tally_gt,
    COMMUTATOR = OPERATOR(eg.<), NEGATOR = OPERATOR(eg.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR eg.> (eg.encrypted_tally, eg.encrypted_tally) IS 'greater than';

CREATE OPERATOR CLASS eg.encrypted_tally_ops DEFAULT FOR TYPE eg.encrypted_tally USING btree AS
    OPERATOR 1 eg.<, OPERATOR 2 eg.<=, OPERATOR 3 eg.=,
    OPERATOR 4 eg.>=, OPERATOR 5 eg.>,
    FUNCTION 1 eg.encrypted_tally_cmp(eg.encrypted_tally, eg.encrypted_tally);
COMMENT ON OPERATOR CLASS eg.encrypted_tally_ops USING btree IS 'bytewise order';
COMMENT ON OPERATOR FAMILY eg.encrypted_tally_ops USING btree IS 'bytewise order';

CREATE OPERATOR CLASS eg.encrypted_tally_hash_ops DEFAULT FOR TYPE eg.encrypted_tally USING hash AS
    OPERATOR 1 eg.=,
    FUNCTION 1 eg.encrypted_tally_hash(eg.encrypted_tally),
    FUNCTION 2 eg.encrypted_tally_hash_extended(eg.encrypted_tally, bigint);
COMMENT ON OPERATOR CLASS eg.encrypted_tally_hash_ops USING hash IS 'bytewise equality';
COMMENT ON OPERATOR FAMILY eg.encrypted_tally_hash_ops USING hash IS 'bytewise equality';

--
-- JSON: the layout of the election record
--

CREATE FUNCTION eg.ciphertext(json) RETURNS eg.ciphertext
    AS 'MODULE_PATHNAME', 'eg_ciphertext_from_json'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.ciphertext(json) IS
    'reads {pad, data} of the election record, strictly';
CREATE CAST (json AS eg.ciphertext) WITH FUNCTION eg.ciphertext(json);
COMMENT ON CAST (json AS eg.ciphertext) IS
    'reads {pad, data} of the election record, strictly';

CREATE FUNCTION eg.ciphertext(jsonb) RETURNS eg.ciphertext
    AS 'MODULE_PATHNAME', 'eg_ciphertext_from_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.ciphertext(jsonb) IS
    'reads {pad, data} of the election record, strictly';
CREATE CAST (jsonb AS eg.ciphertext) WITH FUNCTION eg.ciphertext(jsonb);
COMMENT ON CAST (jsonb AS eg.ciphertext) IS
    'reads {pad, data} of the election record, strictly';

CREATE FUNCTION eg.jsonb(eg.ciphertext) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_ciphertext_to_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION eg.jsonb(eg.ciphertext) IS
    'the layout of the election record, numbers in base64';
CREATE CAST (eg.ciphertext AS jsonb) WITH FUNCTION eg.jsonb(eg.ciphertext);
COMMENT ON CAST (eg.ciphertext AS jsonb) IS
    'the layout of the election record, numbers in base64';

CREATE FUNCTION eg.ballot(json) RETURNS eg.ballot
    AS 'MODULE_PATHNAME', 'eg_ballot_from_json'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.ballot(json) IS
    'reads an encrypted ballot file of the election record, strictly';
CREATE CAST (json AS eg.ballot) WITH FUNCTION eg.ballot(json);
COMMENT ON CAST (json AS eg.ballot) IS
    'reads an encrypted ballot file of the election record, strictly';

CREATE FUNCTION eg.ballot(jsonb) RETURNS eg.ballot
    AS 'MODULE_PATHNAME', 'eg_ballot_from_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.ballot(jsonb) IS
    'reads an encrypted ballot file of the election record, strictly';
CREATE CAST (jsonb AS eg.ballot) WITH FUNCTION eg.ballot(jsonb);
COMMENT ON CAST (jsonb AS eg.ballot) IS
    'reads an encrypted ballot file of the election record, strictly';

CREATE FUNCTION eg.jsonb(eg.ballot) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_ballot_to_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION eg.jsonb(eg.ballot) IS
    'the layout of the election record, numbers in base64';
CREATE CAST (eg.ballot AS jsonb) WITH FUNCTION eg.jsonb(eg.ballot);
COMMENT ON CAST (eg.ballot AS jsonb) IS
    'the layout of the election record, numbers in base64';

CREATE FUNCTION eg.encrypted_tally(json) RETURNS eg.encrypted_tally
    AS 'MODULE_PATHNAME', 'eg_encrypted_tally_from_json'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.encrypted_tally(json) IS
    'reads an encrypted tally file of the election record, strictly';
CREATE CAST (json AS eg.encrypted_tally) WITH FUNCTION eg.encrypted_tally(json);
COMMENT ON CAST (json AS eg.encrypted_tally) IS
    'reads an encrypted tally file of the election record, strictly';

CREATE FUNCTION eg.encrypted_tally(jsonb) RETURNS eg.encrypted_tally
    AS 'MODULE_PATHNAME', 'eg_encrypted_tally_from_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.encrypted_tally(jsonb) IS
    'reads an encrypted tally file of the election record, strictly';
CREATE CAST (jsonb AS eg.encrypted_tally) WITH FUNCTION eg.encrypted_tally(jsonb);
COMMENT ON CAST (jsonb AS eg.encrypted_tally) IS
    'reads an encrypted tally file of the election record, strictly';

CREATE FUNCTION eg.jsonb(eg.encrypted_tally) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_encrypted_tally_to_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION eg.jsonb(eg.encrypted_tally) IS
    'the layout of the election record, numbers in base64';
CREATE CAST (eg.encrypted_tally AS jsonb) WITH FUNCTION eg.jsonb(eg.encrypted_tally);
COMMENT ON CAST (eg.encrypted_tally AS jsonb) IS
    'the layout of the election record, numbers in base64';

--
-- Ciphertexts
--

CREATE FUNCTION eg.ciphertext(pad bytea, data bytea,
                              group_name text DEFAULT '2.1.0')
    RETURNS eg.ciphertext
    AS 'MODULE_PATHNAME', 'eg_ciphertext_make'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION eg.ciphertext(bytea, bytea, text) IS
    'a ciphertext of two big-endian elements of the group 2.1.0 or 1.x';

CREATE FUNCTION eg.pad(eg.ciphertext) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_ciphertext_pad'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.pad(eg.ciphertext) IS
    'alpha, 512 big-endian bytes';

CREATE FUNCTION eg.data(eg.ciphertext) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_ciphertext_data'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.data(eg.ciphertext) IS
    'beta, 512 big-endian bytes';

CREATE FUNCTION eg.group_name(eg.ciphertext) RETURNS text
    AS 'MODULE_PATHNAME', 'eg_ciphertext_group_name'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.group_name(eg.ciphertext) IS
    'the group of the elements, 2.1.0 or 1.x';

CREATE FUNCTION eg.ciphertext_plus(eg.ciphertext, eg.ciphertext)
    RETURNS eg.ciphertext
    AS 'MODULE_PATHNAME', 'eg_ciphertext_plus'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 300;
COMMENT ON FUNCTION eg.ciphertext_plus(eg.ciphertext, eg.ciphertext) IS
    'implementation of +';

CREATE OPERATOR eg.+ (
    LEFTARG = eg.ciphertext, RIGHTARG = eg.ciphertext,
    FUNCTION = eg.ciphertext_plus, COMMUTATOR = OPERATOR(eg.+)
);
COMMENT ON OPERATOR eg.+ (eg.ciphertext, eg.ciphertext) IS
    'encryption of the sum';

CREATE FUNCTION eg.ciphertext_times(eg.ciphertext, bigint)
    RETURNS eg.ciphertext
    AS 'MODULE_PATHNAME', 'eg_ciphertext_times'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3000;
COMMENT ON FUNCTION eg.ciphertext_times(eg.ciphertext, bigint) IS
    'implementation of *';

CREATE OPERATOR eg.* (
    LEFTARG = eg.ciphertext, RIGHTARG = bigint,
    FUNCTION = eg.ciphertext_times, COMMUTATOR = OPERATOR(eg.*)
);
COMMENT ON OPERATOR eg.* (eg.ciphertext, bigint) IS
    'encryption of the integer multiple';

CREATE FUNCTION eg.times_ciphertext(bigint, eg.ciphertext)
    RETURNS eg.ciphertext
    AS 'MODULE_PATHNAME', 'eg_times_ciphertext'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 3000;
COMMENT ON FUNCTION eg.times_ciphertext(bigint, eg.ciphertext) IS
    'implementation of *';

CREATE OPERATOR eg.* (
    LEFTARG = bigint, RIGHTARG = eg.ciphertext,
    FUNCTION = eg.times_ciphertext, COMMUTATOR = OPERATOR(eg.*)
);
COMMENT ON OPERATOR eg.* (bigint, eg.ciphertext) IS
    'encryption of the integer multiple';

--
-- Ballots and tallies
--

CREATE FUNCTION eg.ballot_id(eg.ballot) RETURNS text
    AS 'MODULE_PATHNAME', 'eg_ballot_id'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.ballot_id(eg.ballot) IS
    'the identifier of the ballot';

CREATE FUNCTION eg.style(eg.ballot) RETURNS text
    AS 'MODULE_PATHNAME', 'eg_ballot_style'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.style(eg.ballot) IS
    'the label of the ballot style';

CREATE FUNCTION eg.device(eg.ballot) RETURNS text
    AS 'MODULE_PATHNAME', 'eg_ballot_device'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.device(eg.ballot) IS
    'the device that encrypted the ballot';

CREATE FUNCTION eg.state(eg.ballot) RETURNS text
    AS 'MODULE_PATHNAME', 'eg_ballot_get_state'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.state(eg.ballot) IS
    'CAST or CHALLENGED';

CREATE FUNCTION eg.weight(eg.ballot) RETURNS bigint
    AS 'MODULE_PATHNAME', 'eg_ballot_weight'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.weight(eg.ballot) IS
    'the weight of the ballot, 1 unless it has one';

CREATE FUNCTION eg.encrypted_at(eg.ballot) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'eg_ballot_encrypted_at'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.encrypted_at(eg.ballot) IS
    'the time stamp of the ballot, or NULL';

CREATE FUNCTION eg.is_preencrypted(eg.ballot) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_ballot_is_preencrypted'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.is_preencrypted(eg.ballot) IS
    'whether it is a pre-encrypted ballot';

CREATE FUNCTION eg.election_id(eg.ballot) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_ballot_election_id'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.election_id(eg.ballot) IS
    'the extended base hash H_E, or NULL';

CREATE FUNCTION eg.identifier(eg.ballot) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_ballot_identifier'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.identifier(eg.ballot) IS
    'the selection encryption identifier id_B, or NULL';

CREATE FUNCTION eg.identifier_hash(eg.ballot) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_ballot_identifier_hash'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.identifier_hash(eg.ballot) IS
    'the selection encryption identifier hash H_I, or NULL';

CREATE FUNCTION eg.chaining_field(eg.ballot) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_ballot_chaining_field'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.chaining_field(eg.ballot) IS
    'the chaining field B_C, or NULL';

CREATE FUNCTION eg.confirmation_code(eg.ballot) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_ballot_confirmation_code'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.confirmation_code(eg.ballot) IS
    'the confirmation code H_C, or NULL';

CREATE FUNCTION eg.election_id(eg.encrypted_tally) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_encrypted_tally_election_id'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.election_id(eg.encrypted_tally) IS
    'the extended base hash H_E, or NULL';

CREATE FUNCTION eg.ciphertexts(eg.ballot,
                               OUT contest_index integer, OUT contest text,
                               OUT option_index integer, OUT option text,
                               OUT ciphertext eg.ciphertext)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_ballot_ciphertexts'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 20;
COMMENT ON FUNCTION eg.ciphertexts(eg.ballot) IS
    'the ciphertexts, one row an option, in order of the indices';

CREATE FUNCTION eg.ciphertexts(eg.encrypted_tally,
                               OUT contest_index integer, OUT contest text,
                               OUT option_index integer, OUT option text,
                               OUT ciphertext eg.ciphertext)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_encrypted_tally_ciphertexts'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 20;
COMMENT ON FUNCTION eg.ciphertexts(eg.encrypted_tally) IS
    'the ciphertexts, one row an option, in order of the indices';

CREATE FUNCTION eg.contests(eg.encrypted_tally,
                            OUT contest_index integer, OUT contest text,
                            OUT ballots bigint, OUT weight bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_encrypted_tally_contests'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10;
COMMENT ON FUNCTION eg.contests(eg.encrypted_tally) IS
    'how many ballots, and what weight, each contest holds; NULL if not known';

--
-- Aggregates
--
-- The COST of the transitions is what makes the planner go parallel.
--

CREATE FUNCTION eg.tally_transition(eg.tally_state, eg.ballot) RETURNS eg.tally_state
    AS 'MODULE_PATHNAME', 'eg_tally_transition'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.tally_transition(eg.tally_state, eg.ballot) IS
    'transition of eg.tally; not for users';

CREATE FUNCTION eg.tally_transition(eg.tally_state, eg.ballot, bigint) RETURNS eg.tally_state
    AS 'MODULE_PATHNAME', 'eg_tally_transition_weighted'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.tally_transition(eg.tally_state, eg.ballot, bigint) IS
    'transition of eg.tally; not for users';

CREATE FUNCTION eg.merge_transition(eg.tally_state, eg.encrypted_tally) RETURNS eg.tally_state
    AS 'MODULE_PATHNAME', 'eg_merge_transition'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.merge_transition(eg.tally_state, eg.encrypted_tally) IS
    'transition of eg.merge; not for users';

CREATE FUNCTION eg.tally_combine(eg.tally_state, eg.tally_state) RETURNS eg.tally_state
    AS 'MODULE_PATHNAME', 'eg_tally_combine'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.tally_combine(eg.tally_state, eg.tally_state) IS
    'combine function of eg.tally and eg.merge; not for users';

CREATE FUNCTION eg.tally_final(eg.tally_state) RETURNS eg.encrypted_tally
    AS 'MODULE_PATHNAME', 'eg_tally_final'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION eg.tally_final(eg.tally_state) IS
    'final function of eg.tally and eg.merge; not for users';

CREATE FUNCTION eg.tally_transition(eg.ciphertext_state, eg.ciphertext) RETURNS eg.ciphertext_state
    AS 'MODULE_PATHNAME', 'eg_ciphertext_transition'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 300;
COMMENT ON FUNCTION eg.tally_transition(eg.ciphertext_state, eg.ciphertext) IS
    'transition of eg.tally; not for users';

CREATE FUNCTION eg.tally_transition(eg.ciphertext_state, eg.ciphertext, bigint) RETURNS eg.ciphertext_state
    AS 'MODULE_PATHNAME', 'eg_ciphertext_transition_weighted'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 300;
COMMENT ON FUNCTION eg.tally_transition(eg.ciphertext_state, eg.ciphertext, bigint) IS
    'transition of eg.tally; not for users';

CREATE FUNCTION eg.tally_combine(eg.ciphertext_state, eg.ciphertext_state) RETURNS eg.ciphertext_state
    AS 'MODULE_PATHNAME', 'eg_ciphertext_combine'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 300;
COMMENT ON FUNCTION eg.tally_combine(eg.ciphertext_state, eg.ciphertext_state) IS
    'combine function of eg.tally; not for users';

CREATE FUNCTION eg.tally_final(eg.ciphertext_state) RETURNS eg.ciphertext
    AS 'MODULE_PATHNAME', 'eg_ciphertext_final'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 3000;
COMMENT ON FUNCTION eg.tally_final(eg.ciphertext_state) IS
    'final function of eg.tally; not for users';

CREATE AGGREGATE eg.tally(eg.ballot) (
    SFUNC = eg.tally_transition,
    STYPE = eg.tally_state,
    SSPACE = 16384,
    FINALFUNC = eg.tally_final,
    COMBINEFUNC = eg.tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE eg.tally(eg.ballot) IS
    'the encrypted sum of cast ballots, each with its own weight';

CREATE AGGREGATE eg.tally(eg.ballot, bigint) (
    SFUNC = eg.tally_transition,
    STYPE = eg.tally_state,
    SSPACE = 16384,
    FINALFUNC = eg.tally_final,
    COMBINEFUNC = eg.tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE eg.tally(eg.ballot, bigint) IS
    'the encrypted sum of cast ballots, each with the weight given';

CREATE AGGREGATE eg.merge(eg.encrypted_tally) (
    SFUNC = eg.merge_transition,
    STYPE = eg.tally_state,
    SSPACE = 16384,
    FINALFUNC = eg.tally_final,
    COMBINEFUNC = eg.tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE eg.merge(eg.encrypted_tally) IS
    'the sum of encrypted tallies';

CREATE AGGREGATE eg.tally(eg.ciphertext) (
    SFUNC = eg.tally_transition,
    STYPE = eg.ciphertext_state,
    SSPACE = 1040,
    FINALFUNC = eg.tally_final,
    COMBINEFUNC = eg.tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE eg.tally(eg.ciphertext) IS
    'the encrypted sum of ciphertexts';

CREATE AGGREGATE eg.tally(eg.ciphertext, bigint) (
    SFUNC = eg.tally_transition,
    STYPE = eg.ciphertext_state,
    SSPACE = 1040,
    FINALFUNC = eg.tally_final,
    COMBINEFUNC = eg.tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE eg.tally(eg.ciphertext, bigint) IS
    'the encrypted sum of ciphertexts, each with the weight given';

--
-- Decryption: the bare arithmetic
--
-- Nothing is proved or checked here, so PUBLIC may not call it.
--

CREATE FUNCTION eg.partial_decrypt_unchecked(ciphertext eg.ciphertext,
                                             key_share bytea)
    RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_partial_decrypt_ciphertext'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION eg.partial_decrypt_unchecked(eg.ciphertext, bytea) IS
    'a guardian''s partial decryption, without proof';

CREATE FUNCTION eg.partial_decrypt_unchecked(tally eg.encrypted_tally,
                                             guardian integer,
                                             key_share bytea)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_partial_decrypt_tally'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.partial_decrypt_unchecked(eg.encrypted_tally, integer,
                                                 bytea) IS
    'a guardian''s partial decryptions of a tally, without proof';

CREATE FUNCTION eg.combine_unchecked(ciphertext eg.ciphertext, base bytea,
                                     guardians integer[],
                                     partial_decryptions bytea[],
                                     bound bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'eg_combine_ciphertext'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION eg.combine_unchecked(eg.ciphertext, bytea, integer[],
                                         bytea[], bigint) IS
    'the number in a ciphertext, from a quorum of partial decryptions';

CREATE FUNCTION eg.combine_unchecked(tally eg.encrypted_tally,
                                     joint_public_key bytea,
                                     partial_decryptions jsonb[],
                                     option_limit integer DEFAULT 1,
                                     bound bigint DEFAULT NULL,
                                     OUT contest_index integer,
                                     OUT contest text,
                                     OUT option_index integer,
                                     OUT option text, OUT votes bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_combine_tally'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 20;
COMMENT ON FUNCTION eg.combine_unchecked(eg.encrypted_tally, bytea, jsonb[],
                                         integer, bigint) IS
    'the votes in a tally, from a quorum of partial decryptions';

REVOKE ALL ON FUNCTION
    eg.partial_decrypt_unchecked(eg.ciphertext, bytea),
    eg.partial_decrypt_unchecked(eg.encrypted_tally, integer, bytea),
    eg.combine_unchecked(eg.ciphertext, bytea, integer[], bytea[], bigint),
    eg.combine_unchecked(eg.encrypted_tally, bytea, jsonb[], integer, bigint)
    FROM PUBLIC;
