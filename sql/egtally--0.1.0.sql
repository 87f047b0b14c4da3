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

CREATE TYPE eg.election;

CREATE FUNCTION eg.election_in(cstring) RETURNS eg.election
    AS 'MODULE_PATHNAME', 'eg_election_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION eg.election_in(cstring) IS 'I/O';

CREATE FUNCTION eg.election_out(eg.election) RETURNS cstring
    AS 'MODULE_PATHNAME', 'eg_value_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.election_out(eg.election) IS 'I/O';

CREATE FUNCTION eg.election_recv(internal) RETURNS eg.election
    AS 'MODULE_PATHNAME', 'eg_election_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION eg.election_recv(internal) IS 'I/O';

CREATE FUNCTION eg.election_send(eg.election) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_value_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.election_send(eg.election) IS 'I/O';

CREATE TYPE eg.election (
    INPUT = eg.election_in,
    OUTPUT = eg.election_out,
    RECEIVE = eg.election_recv,
    SEND = eg.election_send,
    ALIGNMENT = int4,
    STORAGE = main
);
COMMENT ON TYPE eg.election IS
    'the context of an election: guardians, hashes, keys and manifest';

CREATE TYPE eg.guardian_secret;

CREATE FUNCTION eg.guardian_secret_in(cstring) RETURNS eg.guardian_secret
    AS 'MODULE_PATHNAME', 'eg_guardian_secret_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.guardian_secret_in(cstring) IS 'I/O';

CREATE FUNCTION eg.guardian_secret_out(eg.guardian_secret) RETURNS cstring
    AS 'MODULE_PATHNAME', 'eg_value_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.guardian_secret_out(eg.guardian_secret) IS 'I/O';

CREATE FUNCTION eg.guardian_secret_recv(internal) RETURNS eg.guardian_secret
    AS 'MODULE_PATHNAME', 'eg_guardian_secret_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.guardian_secret_recv(internal) IS 'I/O';

CREATE FUNCTION eg.guardian_secret_send(eg.guardian_secret) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_value_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.guardian_secret_send(eg.guardian_secret) IS 'I/O';

CREATE TYPE eg.guardian_secret (
    INPUT = eg.guardian_secret_in,
    OUTPUT = eg.guardian_secret_out,
    RECEIVE = eg.guardian_secret_recv,
    SEND = eg.guardian_secret_send,
    ALIGNMENT = int4,
    STORAGE = main
);
COMMENT ON TYPE eg.guardian_secret IS
    'what a guardian keeps to himself, sealed by his passphrase';

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

CREATE FUNCTION eg.election_eq(eg.election, eg.election) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_eq'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.election_eq(eg.election, eg.election) IS 'implementation of =';

CREATE FUNCTION eg.election_ne(eg.election, eg.election) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_ne'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.election_ne(eg.election, eg.election) IS 'implementation of <>';

CREATE FUNCTION eg.election_lt(eg.election, eg.election) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_lt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.election_lt(eg.election, eg.election) IS 'implementation of <';

CREATE FUNCTION eg.election_le(eg.election, eg.election) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_le'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.election_le(eg.election, eg.election) IS 'implementation of <=';

CREATE FUNCTION eg.election_ge(eg.election, eg.election) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_ge'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.election_ge(eg.election, eg.election) IS 'implementation of >=';

CREATE FUNCTION eg.election_gt(eg.election, eg.election) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_value_gt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.election_gt(eg.election, eg.election) IS 'implementation of >';

CREATE FUNCTION eg.election_cmp(eg.election, eg.election) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_value_cmp'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.election_cmp(eg.election, eg.election) IS
    'bytewise comparison for btree indexes';

CREATE FUNCTION eg.election_hash(eg.election) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_value_hash'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.election_hash(eg.election) IS 'hash';

CREATE FUNCTION eg.election_hash_extended(eg.election, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'eg_value_hash_extended'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION eg.election_hash_extended(eg.election, bigint) IS 'seeded hash';

CREATE OPERATOR eg.= (
    LEFTARG = eg.election, RIGHTARG = eg.election, FUNCTION = eg.election_eq,
    COMMUTATOR = OPERATOR(eg.=), NEGATOR = OPERATOR(eg.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR eg.= (eg.election, eg.election) IS 'equal';

CREATE OPERATOR eg.<> (
    LEFTARG = eg.election, RIGHTARG = eg.election, FUNCTION = eg.election_ne,
    COMMUTATOR = OPERATOR(eg.<>), NEGATOR = OPERATOR(eg.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR eg.<> (eg.election, eg.election) IS 'not equal';

CREATE OPERATOR eg.< (
    LEFTARG = eg.election, RIGHTARG = eg.election, FUNCTION = eg.election_lt,
    COMMUTATOR = OPERATOR(eg.>), NEGATOR = OPERATOR(eg.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR eg.< (eg.election, eg.election) IS 'less than';

CREATE OPERATOR eg.<= (
    LEFTARG = eg.election, RIGHTARG = eg.election, FUNCTION = eg.election_le,
    COMMUTATOR = OPERATOR(eg.>=), NEGATOR = OPERATOR(eg.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR eg.<= (eg.election, eg.election) IS 'less than or equal';

CREATE OPERATOR eg.>= (
    LEFTARG = eg.election, RIGHTARG = eg.election, FUNCTION = eg.election_ge,
    COMMUTATOR = OPERATOR(eg.<=), NEGATOR = OPERATOR(eg.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR eg.>= (eg.election, eg.election) IS 'greater than or equal';

CREATE OPERATOR eg.> (
    LEFTARG = eg.election, RIGHTARG = eg.election, FUNCTION = eg.election_gt,
    COMMUTATOR = OPERATOR(eg.<), NEGATOR = OPERATOR(eg.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR eg.> (eg.election, eg.election) IS 'greater than';

CREATE OPERATOR CLASS eg.election_ops DEFAULT FOR TYPE eg.election USING btree AS
    OPERATOR 1 eg.<, OPERATOR 2 eg.<=, OPERATOR 3 eg.=,
    OPERATOR 4 eg.>=, OPERATOR 5 eg.>,
    FUNCTION 1 eg.election_cmp(eg.election, eg.election);
COMMENT ON OPERATOR CLASS eg.election_ops USING btree IS 'bytewise order';
COMMENT ON OPERATOR FAMILY eg.election_ops USING btree IS 'bytewise order';

CREATE OPERATOR CLASS eg.election_hash_ops DEFAULT FOR TYPE eg.election USING hash AS
    OPERATOR 1 eg.=,
    FUNCTION 1 eg.election_hash(eg.election),
    FUNCTION 2 eg.election_hash_extended(eg.election, bigint);
COMMENT ON OPERATOR CLASS eg.election_hash_ops USING hash IS 'bytewise equality';
COMMENT ON OPERATOR FAMILY eg.election_hash_ops USING hash IS 'bytewise equality';

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
    'CAST or CHALLENGED; NULL as long as that is undecided';

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

--
-- Elections
--

CREATE FUNCTION eg.create_election(manifest bytea, guardians integer,
                                   quorum integer, joint_public_key bytea,
                                   joint_data_public_key bytea)
    RETURNS eg.election
    AS 'MODULE_PATHNAME', 'eg_create_election'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION eg.create_election(bytea, integer, integer, bytea, bytea) IS
    'the context of an election, hashes computed, manifest read and checked';

CREATE FUNCTION eg.guardians(eg.election) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_election_guardians'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.guardians(eg.election) IS
    'n, the number of guardians';

CREATE FUNCTION eg.quorum(eg.election) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_election_quorum'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.quorum(eg.election) IS
    'k, how many guardians make a quorum';

CREATE FUNCTION eg.parameter_base_hash(eg.election) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_election_parameter_base_hash'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.parameter_base_hash(eg.election) IS
    'H_P';

CREATE FUNCTION eg.base_hash(eg.election) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_election_base_hash'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.base_hash(eg.election) IS
    'H_B';

CREATE FUNCTION eg.election_id(eg.election) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_election_extended_base_hash'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.election_id(eg.election) IS
    'the extended base hash H_E';

CREATE FUNCTION eg.joint_public_key(eg.election) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_election_joint_public_key'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.joint_public_key(eg.election) IS
    'K, the joint vote encryption key';

CREATE FUNCTION eg.joint_data_public_key(eg.election) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_election_joint_data_public_key'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.joint_data_public_key(eg.election) IS
    'K^, the joint ballot data encryption key';

CREATE FUNCTION eg.manifest(eg.election) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_election_manifest'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.manifest(eg.election) IS
    'the manifest, byte for byte';

CREATE FUNCTION eg.chaining_mode(eg.election) RETURNS integer
    AS 'MODULE_PATHNAME', 'eg_election_chaining_mode'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.chaining_mode(eg.election) IS
    'the chaining mode of all devices, 0 or 1; NULL if the manifest states none';

CREATE FUNCTION eg.contests(eg.election, style text,
                            OUT contest_index integer, OUT contest text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_election_contests'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10;
COMMENT ON FUNCTION eg.contests(eg.election, text) IS
    'the contests of a ballot style, in order of the indices';

--
-- Checking: NULL in is false out, so that CHECK and WHERE NOT see it
--

CREATE FUNCTION eg.verify(election eg.election, ballot eg.ballot)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_verify'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 500000;
COMMENT ON FUNCTION eg.verify(eg.election, eg.ballot) IS
    'whether a ballot passes every check that it alone decides';

CREATE FUNCTION eg.check_ballot(election eg.election, ballot eg.ballot,
                                OUT step text, OUT ok boolean,
                                OUT subject text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_check_ballot'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500000 ROWS 50;
COMMENT ON FUNCTION eg.check_ballot(eg.election, eg.ballot) IS
    'verifications 5 to 8 of a ballot: a row for each step, ok NULL if not run';
CREATE FUNCTION eg.check_election(constants json, config json, manifest bytea,
                                  initialized json,
                                  OUT step text, OUT ok boolean,
                                  OUT subject text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_check_election'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5000000 ROWS 50;
COMMENT ON FUNCTION eg.check_election(json, json, bytea, json) IS
    'verifications 1 to 4 of an election: a row for each step, ok NULL if not run';
--
-- Checking what is decrypted.  A file that is missing (NULL) or malformed is
-- no error: its steps are rows that were not run.
--

CREATE FUNCTION eg.check_tally(election eg.election, encrypted_tally json,
                               tally json, weights jsonb,
                               OUT step text, OUT ok boolean,
                               OUT subject text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_check_tally'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 100;
COMMENT ON FUNCTION eg.check_tally(eg.election, json, json, jsonb) IS
    'verifications 10 and 11 of a tally: a row for each step; weights is the summed weight of the cast ballots with each contest, 0 for one that only challenged ballots have';

CREATE FUNCTION eg.check_challenged(election eg.election, ballot eg.ballot,
                                    opening json,
                                    OUT step text, OUT ok boolean,
                                    OUT subject text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_check_challenged'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200000 ROWS 100;
COMMENT ON FUNCTION eg.check_challenged(eg.election, eg.ballot, json) IS
    'verifications 13 and 14 of an opened ballot: a row for each step, ok NULL if not run';

CREATE FUNCTION eg.check_contest_data(election eg.election, ballot eg.ballot,
                                      contest_data json,
                                      OUT step text, OUT ok boolean,
                                      OUT subject text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_check_contest_data'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50000 ROWS 5;
COMMENT ON FUNCTION eg.check_contest_data(eg.election, eg.ballot, json) IS
    'verification 12 of decrypted contest data: a row for each step, ok NULL if not run';
--
-- Hashes of chains
--

CREATE FUNCTION eg.device_information_hash(election eg.election,
                                           device_information text,
                                           preencrypted boolean)
    RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_device_information_hash_of'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION eg.device_information_hash(eg.election, text, boolean) IS
    'H_DI of S_device (3.4.3); pre-encrypted ballots have one of their own';

CREATE FUNCTION eg.chain_hash(election eg.election, chaining_field bytea,
                              preencrypted boolean)
    RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_chain_hash_of'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION eg.chain_hash(eg.election, bytea, boolean) IS
    'H_0 of the initial chaining field, the closing hash of the closing one (3.4.4)';

CREATE FUNCTION eg.chain_closing_field(election eg.election, last_code bytea,
                                       initial_field bytea,
                                       preencrypted boolean)
    RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_chain_closing_field_of'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION eg.chain_closing_field(eg.election, bytea, bytea, boolean) IS
    'the chaining field that closes a chain after its last code (3.4.4)';

--
-- Reading a record
--
-- A record is rows of (path, content).  Everything in them may be hostile: it
-- is data, and becomes neither a name nor a statement.  The functions that
-- read a file never fail: they return what they read, or the step that the
-- fault concerns and what it is.  A cancel is no such fault; WHEN OTHERS lets
-- it pass.
--
-- JSON stays json, not jsonb, until a strict reader has seen it: jsonb drops
-- what stands there twice.
--

CREATE FUNCTION eg.options(election eg.election,
                           OUT contest_index integer, OUT contest text,
                           OUT option_index integer, OUT option text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 20
BEGIN ATOMIC
    SELECT c.index::integer, coalesce(c.value ->> 'label',
                                      c.value ->> 'object_id'),
           o.index::integer, coalesce(o.value ->> 'label',
                                      o.value ->> 'object_id')
    FROM json_array_elements(
             convert_from(eg.manifest(election), 'UTF8')::json -> 'contests')
             WITH ORDINALITY c(value, index),
         json_array_elements(
             CASE WHEN json_array_length(c.value -> 'options') > 0
                  THEN c.value -> 'options'
                  ELSE c.value -> 'ballot_selections' END)
             WITH ORDINALITY o(value, index);
END;
COMMENT ON FUNCTION eg.options(eg.election) IS
    'the options of the manifest: indices are positions in its lists';

CREATE FUNCTION eg.option_indices(election eg.election) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
    SELECT jsonb_object_agg(contest, entry)
    FROM (SELECT o.contest,
                 jsonb_build_object('index', o.contest_index, 'options',
                                    jsonb_object_agg(o.option, o.option_index))
                     AS entry
          FROM eg.options(election) o
          GROUP BY o.contest, o.contest_index) c;
END;
COMMENT ON FUNCTION eg.option_indices(eg.election) IS
    'the same as {contest: {index, options: {option: index}}}; for eg.add_indices';

CREATE FUNCTION eg.record_part(path text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN path IN ('constants.json', 'election_config.json', 'manifest.json',
                      'election_initialized.json', 'encrypted_tally.json',
                      'tally.json') THEN path
        WHEN path ~ '^encrypted_ballots/[^/]+/eballot-[^/]*\.json$' THEN 'ballot'
        WHEN path ~ '^encrypted_ballots/[^/]+/ballot_chain\.json$' THEN 'device'
        WHEN path ~ '^challenged_ballots/dballot-[^/]*\.json$' THEN 'opening'
        WHEN path ~ '^decrypted_contest_data/[^/]+\.json$' THEN 'contest data'
        WHEN path ~ '^signed_list/((ballots|files)-[0-9a-f]{2}\.txt|signature\.json)$'
            THEN 'signed list'
    END;
COMMENT ON FUNCTION eg.record_part(text) IS
    'what a file of an election record is, by its path; NULL if it is unknown';

-- 'invalid ballot: state is neither CAST nor CHALLENGED; Ballot "b-05", at state.'
CREATE FUNCTION eg.fault_text(message text, detail text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN concat_ws('; ', message, nullif(detail, ''));
COMMENT ON FUNCTION eg.fault_text(text, text) IS
    'an error message and its detail in one; not for users';

CREATE FUNCTION eg.record_object(content bytea) RETURNS json
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    document json := convert_from(content, 'UTF8');
BEGIN
    IF json_typeof(document) <> 'object' THEN
        RAISE data_exception USING MESSAGE = 'not a JSON object';
    END IF;
    RETURN document;
END
$$;
COMMENT ON FUNCTION eg.record_object(bytea) IS
    'the JSON object in a file of an election record, or an error';

CREATE FUNCTION eg.has_unique_names(document json) RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_has_unique_names'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION eg.has_unique_names(json) IS
    'whether it is a JSON object, and no object in it has a name twice; not for users';

CREATE FUNCTION eg.record_text(document json, field text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF json_typeof(document -> field) IS DISTINCT FROM 'string' THEN
        RAISE data_exception
            USING MESSAGE = format('%s is missing or not text', field);
    END IF;
    RETURN document ->> field;
END
$$;
COMMENT ON FUNCTION eg.record_text(json, text) IS
    'a field of an election record that must be text; not for users';

-- The length tells hexadecimal from base64; base64 must be in canonical form.
CREATE FUNCTION eg.record_bytes(document json, field text, size integer)
    RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given text;
    bytes bytea;
BEGIN
    IF coalesce(json_typeof(document -> field), 'null') = 'null' THEN
        RETURN NULL;
    END IF;
    given := eg.record_text(document, field);
    IF length(given) = 2 * size AND given ~ '^[0-9A-Fa-f]*$' THEN
        RETURN decode(given, 'hex');
    END IF;
    bytes := decode(given, 'base64');
    IF length(bytes) <> size
       OR translate(encode(bytes, 'base64'), E'\n', '') <> given THEN
        RAISE data_exception USING MESSAGE =
            format('%s is not hexadecimal or base64 of %s bytes', field, size);
    END IF;
    RETURN bytes;
END
$$;
COMMENT ON FUNCTION eg.record_bytes(json, text, integer) IS
    'a field of so many bytes of an election record, NULL if absent; not for users';

-- NULL, or an error if there is something else than a list of texts.
CREATE FUNCTION eg.record_text_list(document json, field text) RETURNS json
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list json := document -> field;
BEGIN
    IF coalesce(json_typeof(list), 'null') = 'null' THEN
        RETURN NULL;
    END IF;
    IF json_typeof(list) <> 'array' OR EXISTS (
        SELECT FROM json_array_elements(list) e
        WHERE json_typeof(e) <> 'string')
    THEN
        RAISE data_exception
            USING MESSAGE = format('%s is not a list of texts', field);
    END IF;
    -- Escapes that the database cannot hold are found here, not later.
    PERFORM FROM json_array_elements_text(list);
    RETURN list;
END
$$;
COMMENT ON FUNCTION eg.record_text_list(json, text) IS
    'a field of an election record that must be a list of texts; not for users';

CREATE FUNCTION eg.add_index(entry json, index jsonb) RETURNS json
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    -- As text, because that keeps names that stand there twice.
    SELECT CASE
        WHEN index IS NULL
             OR EXISTS (SELECT FROM json_object_keys(entry) k
                        WHERE k = 'sequence_order') THEN entry
        ELSE json_object_agg(m.key, m.value) END
    FROM (SELECT e.key, e.value FROM json_each(entry) e
          UNION ALL
          SELECT 'sequence_order', index::text::json) m;
END;
COMMENT ON FUNCTION eg.add_index(json, jsonb) IS
    'a contest or option of an election record, sequence_order added; not for users';

CREATE FUNCTION eg.add_option_indices(contest json, options jsonb) RETURNS json
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT json_object_agg(m.key, CASE
        WHEN m.key <> 'selections' OR json_typeof(m.value) <> 'array'
            THEN m.value
        ELSE (SELECT coalesce(json_agg(
                         CASE WHEN json_typeof(o) = 'object'
                              THEN eg.add_index(o, options ->
                                                (o ->> 'selection_id'))
                              ELSE o END), '[]')
              FROM json_array_elements(m.value) o)
        END)
    FROM json_each(contest) m;
END;
COMMENT ON FUNCTION eg.add_option_indices(json, jsonb) IS
    'a contest of an election record, sequence_order added to options; not for users';

CREATE FUNCTION eg.add_indices(document json, indices jsonb) RETURNS json
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
    SELECT json_object_agg(m.key, CASE
        WHEN m.key <> 'contests' OR json_typeof(m.value) <> 'array'
            THEN m.value
        ELSE (SELECT coalesce(json_agg(
                         CASE WHEN json_typeof(c) = 'object'
                              THEN eg.add_index(
                                  eg.add_option_indices(c,
                                      indices -> (c ->> 'contest_id')
                                      -> 'options'),
                                  indices -> (c ->> 'contest_id') -> 'index')
                              ELSE c END), '[]')
              FROM json_array_elements(m.value) c)
        END)
    FROM json_each(document) m;
END;
COMMENT ON FUNCTION eg.add_indices(json, jsonb) IS
    'a ballot or tally of an election record with every sequence_order, by label';

CREATE FUNCTION eg.read_document(content bytea,
                                 OUT document json, OUT step text,
                                 OUT detail text)
    LANGUAGE plpgsql IMMUTABLE COST 1000
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    step := 'record.readable';
    IF content IS NULL THEN
        detail := 'not a regular file';
        RETURN;
    END IF;
    document := eg.record_object(content);
    step := NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    detail := eg.fault_text(SQLERRM, detail);
END
$$;
COMMENT ON FUNCTION eg.read_document(bytea) IS
    'reads a JSON file of an election record; not for users';

CREATE FUNCTION eg.read_election(config json, manifest bytea, initialized json,
                                 OUT election eg.election, OUT step text,
                                 OUT detail text)
    LANGUAGE plpgsql IMMUTABLE COST 10000
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    step := 'record.readable';
    IF config IS NULL OR manifest IS NULL OR initialized IS NULL THEN
        detail := 'no election without its configuration, manifest and keys';
        RETURN;
    END IF;
    IF json_typeof(config -> 'number_of_guardians') IS DISTINCT FROM 'number'
       OR json_typeof(config -> 'quorum') IS DISTINCT FROM 'number' THEN
        detail := 'number_of_guardians or quorum is missing or not a number';
        RETURN;
    END IF;
    election := eg.create_election(
        manifest, (config ->> 'number_of_guardians')::integer,
        (config ->> 'quorum')::integer,
        eg.record_bytes(initialized, 'joint_public_key', 512),
        eg.record_bytes(initialized, 'joint_data_public_key', 512));
    IF election IS NULL THEN
        detail := 'a joint key is missing';
        RETURN;
    END IF;
    step := NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    detail := eg.fault_text(SQLERRM, detail);
END
$$;
COMMENT ON FUNCTION eg.read_election(json, bytea, json) IS
    'makes the election of an election record; not for users';

-- A label that the manifest does not know keeps its contest or option without
-- an index: that is a fault of the labels, and so is a wrong index.
CREATE FUNCTION eg.read_ballot(content bytea, indices jsonb,
                               OUT ballot eg.ballot, OUT step text,
                               OUT detail text)
    LANGUAGE plpgsql IMMUTABLE COST 1000
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    document json;
    place text;
BEGIN
    SELECT r.* INTO document, step, detail FROM eg.read_document(content) r;
    IF document IS NULL THEN
        RETURN;
    END IF;
    BEGIN
        ballot := document::eg.ballot;
    EXCEPTION WHEN OTHERS THEN
        -- Indices may be what it lacks.
        ballot := eg.add_indices(document, indices)::eg.ballot;
    END;
    -- What is undecided is in no record.
    IF eg.state(ballot) IS NULL THEN
        step := '3.7 state';
        detail := format('invalid ballot: field is missing; Ballot "%s", at state.',
                         eg.ballot_id(ballot));
        ballot := NULL;
    END IF;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    -- The place is of the layout, whatever the ballot says: "at contests[0]."
    place := substring(detail FROM '\mat ([^ ]*)\.$');
    step := CASE WHEN place IN ('state', 'is_preencrypt') THEN '3.7 state'
                 WHEN place = 'weight' THEN '9.weight'
                 WHEN place ~ 'sequence_order$' THEN '6.labels'
                 WHEN place ~ 'encrypted_vote\.(pad|data)$'
                      AND SQLERRM ~ 'element is not' THEN '6.A'
                 ELSE 'record.readable' END;
    detail := eg.fault_text(SQLERRM, detail);
END
$$;
COMMENT ON FUNCTION eg.read_ballot(bytea, jsonb) IS
    'reads an encrypted ballot of an election record; not for users';

CREATE FUNCTION eg.read_device(content bytea,
                               OUT device text, OUT device_information text,
                               OUT chaining_mode integer,
                               OUT device_hash bytea, OUT initial_hash bytea,
                               OUT last_confirmation_code bytea,
                               OUT closing_hash bytea,
                               OUT step text, OUT detail text)
    LANGUAGE plpgsql IMMUTABLE COST 1000
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    document json;
    name text;
BEGIN
    SELECT r.* INTO document, step, detail FROM eg.read_document(content) r;
    IF document IS NULL THEN
        RETURN;
    END IF;
    step := 'record.readable';
    IF NOT eg.has_unique_names(document) THEN
        detail := 'a name occurs twice in a JSON object';
        RETURN;
    END IF;
    name := eg.record_text(document, 'encrypting_device');
    device_information := eg.record_text(document, 'device_information');
    IF eg.record_text_list(document, 'ballot_ids') IS NULL THEN
        RAISE data_exception USING MESSAGE = 'ballot_ids is missing';
    END IF;
    -- What is no mode is judged by 8.mode.
    IF json_typeof(document -> 'chaining_mode') = 'number'
       AND document ->> 'chaining_mode' ~ '^[0-9]{1,9}$' THEN
        chaining_mode := document ->> 'chaining_mode';
    END IF;
    device_hash := eg.record_bytes(document, 'device_hash', 32);
    initial_hash := eg.record_bytes(document, 'initial_hash', 32);
    last_confirmation_code :=
        eg.record_bytes(document, 'last_confirmation_code', 32);
    closing_hash := eg.record_bytes(document, 'closing_hash', 32);
    device := name;
    step := NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    detail := eg.fault_text(SQLERRM, detail);
END
$$;
COMMENT ON FUNCTION eg.read_device(bytea) IS
    'reads the ballot chain file of a device; not for users';

CREATE FUNCTION eg.read_encrypted_tally(document json, indices jsonb,
                                        OUT encrypted_tally eg.encrypted_tally,
                                        OUT lists_ballots boolean,
                                        OUT step text, OUT detail text)
    LANGUAGE plpgsql IMMUTABLE COST 1000
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    lists_ballots :=
        eg.record_text_list(document, 'cast_ballot_ids') IS NOT NULL;
    encrypted_tally := eg.add_indices(document, indices)::eg.encrypted_tally;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    step := CASE WHEN SQLERRM ~ ' appears | has two labels'
                      OR detail ~ '\mat [^ ]*sequence_order\.$'
                 THEN '9.cells' ELSE 'record.readable' END;
    detail := eg.fault_text(SQLERRM, detail);
    lists_ballots := false;
END
$$;
COMMENT ON FUNCTION eg.read_encrypted_tally(json, jsonb) IS
    'reads the encrypted tally of an election record; not for users';

CREATE FUNCTION eg.read_opening(content bytea,
                                OUT ballot_id text, OUT shows_data boolean,
                                OUT opening json, OUT step text,
                                OUT detail text)
    LANGUAGE plpgsql IMMUTABLE COST 1000
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    document json;
BEGIN
    SELECT r.* INTO document, step, detail FROM eg.read_document(content) r;
    IF document IS NULL THEN
        RETURN;
    END IF;
    ballot_id := eg.record_text(document,
        CASE WHEN document -> 'id' IS NULL THEN 'ballot_id' ELSE 'id' END);
    shows_data := jsonb_path_exists(document::jsonb,
                                    '$.contests[*].contest_data');
    opening := document;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    step := 'record.readable';
    detail := eg.fault_text(SQLERRM, detail);
END
$$;
COMMENT ON FUNCTION eg.read_opening(bytea) IS
    'reads the opening of a challenged ballot; not for users';

CREATE FUNCTION eg.read_signature(content bytea) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_read_signature'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.read_signature(bytea) IS
    'reads the signature of a signed list; NULL if it cannot be; not for users';

CREATE FUNCTION eg.read_contest_data(content bytea,
                                     OUT ballot_id text, OUT contest text,
                                     OUT contest_data json, OUT step text,
                                     OUT detail text)
    LANGUAGE plpgsql IMMUTABLE COST 1000
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    document json;
BEGIN
    SELECT r.* INTO document, step, detail FROM eg.read_document(content) r;
    IF document IS NULL THEN
        RETURN;
    END IF;
    ballot_id := eg.record_text(document, 'ballot_id');
    contest := eg.record_text(document, 'contest_id');
    contest_data := document;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    step := 'record.readable';
    detail := eg.fault_text(SQLERRM, detail);
END
$$;
COMMENT ON FUNCTION eg.read_contest_data(bytea) IS
    'reads the decrypted contest data of a ballot; not for users';

--
-- A record as a schema of the caller's own
--
-- The tables and views are his: what he may do to them is between him and
-- PostgreSQL.  The views say what they find in the tables at the moment.
--

CREATE FUNCTION eg.create_record(name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $create$
BEGIN
    -- A search path takes this name, in quotes too, for that of the role.
    IF name = '$user' THEN
        RAISE reserved_name USING
            MESSAGE = 'unacceptable schema name "$user"';
    END IF;
    EXECUTE format('CREATE SCHEMA %I', name);
    -- From here on, names without a schema are those of the new one, in which
    -- nobody else can have put anything yet.
    PERFORM set_config('search_path', format('%I, pg_temp', name), true);

    --
    -- The files, and what eg.import_record makes of them
    --
    -- A file that cannot be read has its row with step and detail instead.
    -- Text is compared by its bytes, whatever the locale.
    --
    CREATE TABLE file (
        path text COLLATE "C" PRIMARY KEY,
        content bytea           -- NULL: neither a file nor a folder
    );
    ALTER TABLE file ALTER content SET STORAGE external;
    COMMENT ON TABLE file IS
        'the files of the election record, byte for byte';

    CREATE TABLE document (
        path text COLLATE "C" PRIMARY KEY,
        document json,
        step text,
        detail text
    );
    COMMENT ON TABLE document IS
        'the files that there is one of: parameters, guardians, tallies';

    CREATE TABLE election (
        election eg.election,
        step text,
        detail text
    );
    COMMENT ON TABLE election IS
        'the election, one row';

    -- Columns for what the set-based checks look at, so that they need not take
    -- ballots apart.  The ballots themselves go out of line, or the columns
    -- would: then the planner cannot see what there is to do in parallel.
    CREATE TABLE ballot (
        path text COLLATE "C" PRIMARY KEY,
        directory text COLLATE "C" NOT NULL,
        ballot eg.ballot,
        step text,
        detail text,
        ballot_id text COLLATE "C"
            GENERATED ALWAYS AS (eg.ballot_id(ballot)) STORED,
        device text COLLATE "C"
            GENERATED ALWAYS AS (eg.device(ballot)) STORED,
        state text GENERATED ALWAYS AS (eg.state(ballot)) STORED,
        weight bigint GENERATED ALWAYS AS (eg.weight(ballot)) STORED,
        preencrypted boolean
            GENERATED ALWAYS AS (eg.is_preencrypted(ballot)) STORED,
        identifier bytea GENERATED ALWAYS AS (eg.identifier(ballot)) STORED,
        identifier_hash bytea
            GENERATED ALWAYS AS (eg.identifier_hash(ballot)) STORED,
        nonce_digest bytea
            GENERATED ALWAYS AS (sha256(decode(
                eg.jsonb(ballot) #>> '{encrypted_nonce,c0}', 'base64'))) STORED,
        chaining_field bytea
            GENERATED ALWAYS AS (eg.chaining_field(ballot)) STORED,
        confirmation_code bytea
            GENERATED ALWAYS AS (eg.confirmation_code(ballot)) STORED
    ) WITH (parallel_workers = 16);
    ALTER TABLE ballot ALTER ballot SET STORAGE external;
    COMMENT ON TABLE ballot IS
        'the encrypted ballots; nonce_digest is of C0 of the encrypted ballot nonce';

    CREATE TABLE device (
        path text COLLATE "C" PRIMARY KEY,
        directory text COLLATE "C" NOT NULL,
        device text COLLATE "C",
        device_information text COLLATE "C",
        chaining_mode integer,
        device_hash bytea,
        initial_hash bytea,
        last_confirmation_code bytea,
        closing_hash bytea,
        step text,
        detail text
    );
    COMMENT ON TABLE device IS
        'the devices, by the ballot_chain.json of each';

    CREATE TABLE listed_ballot (
        path text COLLATE "C",
        position bigint,
        ballot_id text COLLATE "C",
        PRIMARY KEY (path, position)
    );
    COMMENT ON TABLE listed_ballot IS
        'the lists of ballots in ballot chains and in the encrypted tally';

    CREATE TABLE encrypted_tally (
        path text COLLATE "C" PRIMARY KEY,
        encrypted_tally eg.encrypted_tally,
        lists_ballots boolean,
        step text,
        detail text
    );
    COMMENT ON TABLE encrypted_tally IS
        'the encrypted tally, if there is one';

    CREATE TABLE opening (
        path text COLLATE "C" PRIMARY KEY,
        ballot_id text COLLATE "C",
        shows_data boolean,
        opening json,
        step text,
        detail text
    );
    COMMENT ON TABLE opening IS
        'the opened challenged ballots';

    CREATE TABLE contest_data (
        path text COLLATE "C" PRIMARY KEY,
        ballot_id text COLLATE "C",
        contest text COLLATE "C",
        contest_data json,
        step text,
        detail text
    );
    COMMENT ON TABLE contest_data IS
        'the decrypted contest data of cast ballots';

    CREATE VIEW problem AS
        SELECT path, step, detail FROM document WHERE document IS NULL
        UNION ALL
        SELECT 'manifest.json', step, detail FROM election
        WHERE election IS NULL
        UNION ALL
        SELECT path, step, detail FROM ballot WHERE ballot IS NULL
        UNION ALL
        SELECT path, step, detail FROM device WHERE device IS NULL
        UNION ALL
        SELECT path, step, detail FROM encrypted_tally
        WHERE encrypted_tally IS NULL
        UNION ALL
        SELECT path, step, detail FROM opening WHERE opening IS NULL
        UNION ALL
        SELECT path, step, detail FROM contest_data
        WHERE contest_data IS NULL
        UNION ALL
        SELECT path, CASE WHEN path ~ '^(encrypted|challenged)_ballots/|^decrypted_contest_data/'
                          THEN 'record.misplaced file'
                          ELSE 'record.unknown file' END,
               'the layout has no such file'
        FROM file WHERE eg.record_part(path) IS NULL;
    COMMENT ON VIEW problem IS
        'the files that could not be read, with the step that the fault concerns';

    --
    -- The checks, a view for each kind, and all of them in one
    --
    -- A check that finds offenders has a row for each; one without has a row
    -- that says so.  Steps that a fault elsewhere keeps from being judged have
    -- ok NULL.
    --
    CREATE VIEW checks_of_files AS
        SELECT 'record.files' AS step, present AS ok, file AS subject,
               CASE WHEN NOT present THEN 'not in the record' END AS detail
        FROM (SELECT p AS file, EXISTS (SELECT FROM file WHERE path = p)
              FROM unnest('{encrypted_tally.json, tally.json}'::text[]) p
              UNION ALL
              SELECT 'encrypted ballots', EXISTS (SELECT FROM ballot)) x(file, present)
        UNION ALL
        SELECT 'record.readable', true, 'all files', NULL
        WHERE NOT EXISTS (SELECT FROM problem
                          WHERE step NOT IN ('record.unknown file',
                                             'record.misplaced file'))
        UNION ALL
        -- An unknown file is told, and says nothing against the record; but
        -- where ballots lie it may be one, which then was not looked at.
        SELECT step, CASE WHEN step NOT IN ('record.unknown file',
                                            'record.misplaced file')
                          THEN false END,
               path, detail
        FROM problem;
    COMMENT ON VIEW checks_of_files IS
        'whether the files of the record are there and can be read';

    CREATE VIEW checks_of_election AS
        SELECT c.step, c.ok, c.subject, c.detail
        FROM eg.check_election(
                 (SELECT document FROM document WHERE path = 'constants.json'),
                 (SELECT document FROM document
                  WHERE path = 'election_config.json'),
                 (SELECT content FROM file WHERE path = 'manifest.json'),
                 (SELECT document FROM document
                  WHERE path = 'election_initialized.json')) c;
    COMMENT ON VIEW checks_of_election IS
        'verifications 1 to 4: parameters and guardians';

    -- In a select list the planner counts the cost for every ballot, and goes
    -- parallel; in FROM it counts it once.
    CREATE VIEW checks_of_ballots AS
        SELECT (checked).step, (checked).ok, (checked).subject, (checked).detail
        FROM (SELECT eg.check_ballot((SELECT election FROM election),
                                     ballot) AS checked
              FROM ballot) b;
    COMMENT ON VIEW checks_of_ballots IS
        'verifications 5.B to 8.B: each ballot by itself';

    -- What no two ballots may share.  A copy shows by C0 of its nonce too.
    CREATE VIEW checks_of_identity AS
        SELECT k.step, twice.step IS NULL AS ok,
               CASE WHEN twice.step IS NULL THEN k.what
                    ELSE format('%s of "%s" and "%s"', k.what, twice.first,
                                twice.last) END AS subject,
               twice.ballots || ' ballots have it' AS detail
        FROM (VALUES ('5.A', 'selection encryption identifier'),
                     ('5.hashes', 'selection encryption identifier hash'),
                     ('ballot.ids', 'ballot id'),
                     ('ballot.codes', 'confirmation code'),
                     ('ballot.copies', 'encrypted ballot nonce')) k(step, what)
             LEFT JOIN
             (SELECT v.step, count(*) AS ballots, min(b.path) AS first,
                     max(b.path) AS last
              FROM ballot b, LATERAL (VALUES
                       ('5.A', b.identifier),
                       ('5.hashes', b.identifier_hash),
                       ('ballot.ids', convert_to(b.ballot_id, 'UTF8')),
                       ('ballot.codes', b.confirmation_code),
                       ('ballot.copies', b.nonce_digest)) v(step, value)
              WHERE v.value IS NOT NULL
              GROUP BY v.step, v.value HAVING count(*) > 1) twice USING (step)
        UNION ALL
        -- The layout has small integers; sums of them overflow nowhere.
        SELECT '9.weight', heavy.path IS NULL,
               CASE WHEN heavy.path IS NULL THEN 'weights'
                    ELSE format('ballot "%s"', heavy.ballot_id) END,
               heavy.weight || ' is not below 2^31'
        FROM (VALUES (1)) one
             LEFT JOIN (SELECT path, ballot_id, weight FROM ballot
                        WHERE weight >= 2147483648) heavy ON true;
    COMMENT ON VIEW checks_of_identity IS
        'verification 5.A and what else no two ballots may share, and weights';

    -- What the chains need of a device: its ballots, of which kind they are,
    -- and the recomputed H_DI, B_C,0 and H_0.
    CREATE VIEW device_chain AS
        SELECT directory, d.path, d.device, d.device_information,
               d.chaining_mode, d.device_hash, d.initial_hash,
               d.last_confirmation_code, d.closing_hash,
               coalesce(b.ballots, 0) AS ballots, coalesce(b.unread, 0) AS unread,
               b.first_device, b.last_device, b.mixed,
               kind.preencrypted, hash.h_di,
               '\x00000001'::bytea || hash.h_di AS initial_field,
               eg.chain_hash(e.election, '\x00000001'::bytea || hash.h_di,
                             kind.preencrypted) AS h_0,
               eg.chaining_mode(e.election) AS stated_mode
        FROM election e CROSS JOIN
             (SELECT * FROM device WHERE device IS NOT NULL) d
             FULL JOIN
             (SELECT directory, count(ballot_id) AS ballots,
                     count(*) - count(ballot_id) AS unread,
                     min(device) AS first_device, max(device) AS last_device,
                     bool_or(preencrypted) AS preencrypted,
                     bool_or(preencrypted) AND NOT bool_and(preencrypted) AS mixed
              FROM ballot GROUP BY directory) b USING (directory),
             LATERAL (SELECT coalesce(
                          b.preencrypted,
                          d.device_hash = eg.device_information_hash(
                              e.election, d.device_information, true),
                          false) AS preencrypted) kind,
             LATERAL (SELECT eg.device_information_hash(
                          e.election, d.device_information,
                          kind.preencrypted) AS h_di) hash;
    COMMENT ON VIEW device_chain IS
        'the devices, their ballots and recomputed hashes; no path without a file';

    -- The entries of the lists of devices that chain, each with its ballot, if
    -- that is there just once, and with the last one before that is there.
    CREATE VIEW chain_link AS
        SELECT l.path, l.position, l.ballot_id, b.ballot_id IS NOT NULL AS found,
               b.chaining_field, b.confirmation_code,
               lag(l.position) OVER known AS previous_position,
               lag(b.confirmation_code) OVER known AS previous_code,
               lead(l.position) OVER known IS NULL AS last,
               count(*) OVER (PARTITION BY l.path) AS listed
        FROM device d
             JOIN listed_ballot l USING (path)
             LEFT JOIN
             (SELECT directory, ballot_id, min(path) AS ballot_path
              FROM ballot WHERE ballot_id IS NOT NULL
              GROUP BY directory, ballot_id HAVING count(*) = 1) single
             USING (directory, ballot_id)
             LEFT JOIN ballot b ON b.path = single.ballot_path
        WHERE d.chaining_mode = 1
        WINDOW known AS (PARTITION BY l.path, b.ballot_id IS NULL
                         ORDER BY l.position);
    COMMENT ON VIEW chain_link IS
        'the lists of ballots of chaining devices, each entry with the one before';

    CREATE VIEW checks_of_devices AS
        WITH chain AS MATERIALIZED (SELECT * FROM device_chain),
             link AS MATERIALIZED (SELECT * FROM chain_link)
        SELECT step, ok, subject,
               CASE WHEN ok IS NOT TRUE THEN detail END AS detail
        FROM (
        SELECT v.step, v.ok,
               CASE WHEN d.there THEN format('device "%s"', d.device)
                    ELSE format('directory "%s"', d.directory) END,
               v.detail
        FROM (SELECT *, CASE WHEN preencrypted THEN '16' ELSE '8' END AS number,
                     path IS NOT NULL AS there,
                     path IS NOT NULL AND NOT preencrypted AS ordinary,
                     count(*) OVER (PARTITION BY device) AS namesakes,
                     count(*) OVER (PARTITION BY device_information,
                                    chaining_mode, preencrypted) AS alike
              FROM chain) d,
             LATERAL (VALUES
                 ('8.chain file', true, there,
                  'no ballot_chain.json beside the ballots, or none that can be read'),
                 ('8.once', there, namesakes = 1, 'two lists of one device'),
                 ('8.device', there AND ballots > 0,
                  first_device = device AND last_device = device,
                  'a ballot in the list''s directory is of another device'),
                 ('8.mode', there,
                  coalesce(chaining_mode IN (0, 1)
                           AND chaining_mode = coalesce(stated_mode, chaining_mode),
                           false),
                  'chaining mode is neither 0 nor 1, or not the one of the manifest'),
                 ('8.information', there AND chaining_mode = 1, alike = 1,
                  'two chains begin with one H_0: devices share S_device'),
                 (number || '.mixed', ballots > 0, NOT mixed,
                  'ordinary and pre-encrypted ballots in one list'),
                 ('8.C', ordinary, coalesce(device_hash = h_di, false),
                  'device hash is missing or not the hash of device_information'),
                 ('8.F', ordinary AND chaining_mode = 1,
                  coalesce(initial_hash = h_0, false),
                  'initial hash is missing or not the hash'),
                 -- Which ones would apply is not known without the file.
                 ('8.C', NOT there AND NOT preencrypted, NULL, 'no ballot chain'),
                 ('8.D', NOT there AND NOT preencrypted, NULL, 'no ballot chain'),
                 ('8.E', NOT there AND NOT preencrypted, NULL, 'no ballot chain'),
                 ('8.F', NOT there AND NOT preencrypted, NULL, 'no ballot chain'),
                 ('8.G', NOT there AND NOT preencrypted, NULL, 'no ballot chain'),
                 ('16.D', preencrypted, NULL, 'not checked by this version'),
                 ('16.E', preencrypted AND chaining_mode = 0, NULL,
                  'not checked by this version'),
                 ('16.F', preencrypted AND chaining_mode IS DISTINCT FROM 0, NULL,
                  'not checked by this version'),
                 ('16.G', preencrypted AND chaining_mode IS DISTINCT FROM 0, NULL,
                  'not checked by this version'),
                 ('16.H', preencrypted AND chaining_mode IS DISTINCT FROM 0, NULL,
                  'not checked by this version')) v(step, applies, ok, detail)
        WHERE v.applies
        UNION ALL
        -- The list holds each ballot of the directory once, and no other.
        SELECT CASE WHEN d.preencrypted THEN '16.ids' ELSE '8.ids' END,
               CASE WHEN other.directory IS NULL THEN true
                    WHEN d.unread = 0 THEN false END,
               format('device "%s"', d.device)
               || coalesce(', ballot "' || other.ballot_id || '"', ''),
               format('%s times in the list, %s times in the record',
                      other.listed, other.present)
        FROM (SELECT * FROM chain WHERE path IS NOT NULL) d
             LEFT JOIN
             (SELECT directory, ballot_id, sum(listed) AS listed,
                     sum(present) AS present
              FROM (SELECT directory, l.ballot_id, 1 AS listed, 0 AS present
                    FROM device JOIN listed_ballot l USING (path)
                    UNION ALL
                    SELECT directory, ballot_id, 0, 1
                    FROM ballot WHERE ballot_id IS NOT NULL) x
              GROUP BY directory, ballot_id
              HAVING sum(listed) <> sum(present)) other USING (directory)
        UNION ALL
        SELECT '8.D',
               coalesce(b.chaining_field = '\x00000000'::bytea || d.h_di, false),
               format('ballot "%s"', b.ballot_id),
               'chaining field is not 0 and the device''s hash'
        FROM chain d JOIN ballot b USING (directory)
        WHERE d.chaining_mode = 0 AND NOT d.preencrypted
              AND b.ballot_id IS NOT NULL
        UNION ALL
        -- A ballot that cannot be read may be the one before.
        SELECT '8.E',
               CASE WHEN NOT l.found AND d.unread > 0 THEN NULL
                    WHEN NOT l.found THEN false
                    WHEN d.unread > 0 AND l.position <> 1
                         + coalesce(l.previous_position, 0) THEN NULL
                    ELSE coalesce(l.chaining_field = '\x00000001'::bytea ||
                                  CASE WHEN l.previous_position IS NULL
                                       THEN d.h_0 ELSE l.previous_code END,
                                  false) END,
               format('ballot "%s"', l.ballot_id),
               CASE WHEN l.found
                    THEN 'chaining field is not 1 and the confirmation code before'
                    ELSE 'the list has it, the directory has it not just once' END
        FROM chain d JOIN link l USING (path)
        WHERE NOT d.preencrypted
        UNION ALL
        SELECT v.step, v.ok, format('device "%s"', d.device), v.detail
        FROM election e, chain d
             LEFT JOIN (SELECT * FROM link WHERE found AND last) l USING (path),
             LATERAL (SELECT CASE WHEN l.path IS NULL THEN d.h_0
                                  ELSE l.confirmation_code END,
                             d.unread > 0
                             AND coalesce(l.position < l.listed, true))
                 final(code, uncertain),
             LATERAL (VALUES
                 ('8.G', NOT d.preencrypted,
                  CASE WHEN NOT final.uncertain THEN
                       coalesce(d.closing_hash = eg.chain_hash(
                           e.election,
                           eg.chain_closing_field(e.election, final.code,
                                                  d.initial_field, false),
                           false), false) END,
                  'closing hash is missing or not the hash'),
                 (CASE WHEN d.preencrypted THEN '16.last' ELSE '8.last' END,
                  d.last_confirmation_code IS NOT NULL,
                  CASE WHEN NOT final.uncertain THEN
                       coalesce(d.last_confirmation_code = final.code, false) END,
                  'last confirmation code is not that of the last ballot'))
                 v(step, applies, ok, detail)
        WHERE d.chaining_mode = 1 AND v.applies) x(step, ok, subject, detail);
    COMMENT ON VIEW checks_of_devices IS
        'verifications 8.C to 8.G: the chains of the devices, each as a whole';

    --
    -- The tally
    --
    -- A ballot that cannot be read, or has no small weight, may be a cast one:
    -- then nothing can be said of sums.
    --
    CREATE VIEW summed_weights AS
        SELECT CASE WHEN gap.there THEN NULL
                    ELSE coalesce(sums.weights, '{}') END AS weights
        FROM (SELECT EXISTS (SELECT FROM ballot
                             WHERE ballot IS NULL OR weight >= 2147483648))
                 gap(there),
             (SELECT jsonb_object_agg(contest, weight)
              FROM (SELECT contest, sum(weight)
                    FROM (SELECT c.contest,
                                 CASE WHEN b.state = 'CAST'
                                      THEN b.weight ELSE 0 END
                          FROM ballot b,
                               LATERAL (SELECT DISTINCT contest
                                        FROM eg.ciphertexts(b.ballot)) c
                          UNION ALL
                          -- An uncast ballot shows no contests, its style does.
                          SELECT c.contest, 0
                          FROM (SELECT DISTINCT eg.style(ballot) FROM ballot
                                WHERE preencrypted AND state = 'CHALLENGED')
                                   uncast(style),
                               election e, eg.contests(e.election, uncast.style) c)
                             carried(contest, weight)
                    GROUP BY contest) w(contest, weight)) sums(weights);
    COMMENT ON VIEW summed_weights IS
        'the summed weight of the cast ballots by contest, 0 for one that only others have; NULL if that is not known';

    CREATE VIEW checks_of_tally AS
        SELECT step, ok, subject,
               CASE WHEN ok IS NOT TRUE THEN detail END AS detail
        FROM (
        SELECT v.step,
               CASE WHEN gap.there OR NOT gap.tally THEN NULL
                    ELSE coalesce(v.mine = v.theirs, false) END,
               format('contest "%s", option "%s"', o.contest, o.option),
               CASE WHEN gap.there THEN 'a ballot cannot be added up'
                    WHEN NOT gap.tally THEN 'no encrypted tally'
                    WHEN v.theirs IS NULL THEN 'not in the encrypted tally'
                    ELSE v.what || ' is not the product over the cast ballots' END
        FROM (SELECT decode(repeat('00', 511) || '01', 'hex')) one(element),
             election e CROSS JOIN eg.options(e.election) o
             LEFT JOIN
             (SELECT c.contest, c.option,
                     eg.tally(c.ciphertext, b.weight) AS ciphertext
              FROM ballot b, eg.ciphertexts(b.ballot) c
              WHERE b.state = 'CAST' AND b.weight < 2147483648
              GROUP BY c.contest, c.option) mine USING (contest, option)
             LEFT JOIN
             (SELECT c.contest, c.option, c.ciphertext
              FROM encrypted_tally t, eg.ciphertexts(t.encrypted_tally) c) theirs
             USING (contest, option),
             -- What no ballot carries is an empty product.
             LATERAL (VALUES
                 ('9.A', 'A', coalesce(eg.pad(mine.ciphertext), one.element),
                  eg.pad(theirs.ciphertext)),
                 ('9.B', 'B', coalesce(eg.data(mine.ciphertext), one.element),
                  eg.data(theirs.ciphertext))) v(step, what, mine, theirs),
             (SELECT EXISTS (SELECT FROM ballot
                             WHERE ballot IS NULL OR weight >= 2147483648),
                     EXISTS (SELECT FROM encrypted_tally
                             WHERE encrypted_tally IS NOT NULL)) gap(there, tally)
        UNION ALL
        SELECT '9.ids',
               CASE WHEN other.ballot_id IS NULL THEN true
                    WHEN NOT EXISTS (SELECT FROM ballot WHERE ballot IS NULL)
                    THEN false END,
               coalesce('ballot "' || other.ballot_id || '"',
                        'cast_ballot_ids'),
               format('%s times among cast_ballot_ids, %s times cast',
                      other.listed, other.present)
        FROM encrypted_tally t
             LEFT JOIN
             (SELECT ballot_id, sum(listed) AS listed, sum(present) AS present
              FROM (SELECT ballot_id, 1 AS listed, 0 AS present
                    FROM listed_ballot WHERE path = 'encrypted_tally.json'
                    UNION ALL
                    SELECT ballot_id, 0, 1
                    FROM ballot WHERE state = 'CAST') x
              GROUP BY ballot_id
              HAVING sum(listed) <> sum(present)) other ON true
        WHERE t.lists_ballots) x(step, ok, subject, detail)
        UNION ALL
        SELECT c.step, c.ok, c.subject, c.detail
        FROM election e,
             eg.check_tally(
                 e.election,
                 (SELECT document FROM document
                  WHERE path = 'encrypted_tally.json'),
                 (SELECT document FROM document WHERE path = 'tally.json'),
                 (SELECT weights FROM summed_weights)) c;
    COMMENT ON VIEW checks_of_tally IS
        'verifications 9 to 11: the ballots added up, and the tally';

    --
    -- What is decrypted of single ballots
    --
    -- Ballots are found by their ids: an id that two ballots have finds none.
    -- Without a ballot every step is a row that was not run.  A ballot that
    -- cannot be read may be the one that is not found.
    --
    CREATE VIEW checks_of_openings AS
        WITH opened AS MATERIALIZED (
            SELECT o.path, o.ballot_id, o.opening, found.ballots, b.ballot,
                   row_number() OVER (PARTITION BY o.ballot_id
                                      ORDER BY o.path) AS turn
            FROM (SELECT o.path, count(b.path) AS ballots,
                         min(b.path) AS ballot_path
                  FROM opening o LEFT JOIN ballot b USING (ballot_id)
                  WHERE o.opening IS NOT NULL
                  GROUP BY o.path) found
                 JOIN opening o USING (path)
                 LEFT JOIN ballot b
                 ON b.path = found.ballot_path AND found.ballots = 1)
        SELECT step, ok, subject,
               CASE WHEN ok IS NOT TRUE THEN detail END AS detail
        FROM (
        SELECT '13.known',
               CASE WHEN ballots > 0 OR NOT EXISTS (SELECT FROM ballot
                                                    WHERE ballot IS NULL)
                    THEN false END,
               format('opening "%s"', path),
               format('the record has %s ballots "%s"', ballots, ballot_id)
        FROM opened WHERE ballots <> 1
        UNION ALL
        SELECT '13.once', turn = 1, format('ballot "%s"', ballot_id),
               'opened twice'
        FROM opened WHERE ballots = 1
        UNION ALL
        SELECT '13.complete', missing.ballot_id IS NULL,
               coalesce('ballot "' || missing.ballot_id || '"',
                        'challenged ballots'),
               'challenged, but not opened'
        FROM (VALUES (1)) one
             LEFT JOIN
             (SELECT ballot_id FROM ballot b
              WHERE state = 'CHALLENGED'
                    AND NOT EXISTS (SELECT FROM opening o
                                    WHERE o.ballot_id = b.ballot_id)) missing
             ON true
        UNION ALL
        SELECT c.step, c.ok,
               CASE WHEN o.ballot IS NULL THEN format('opening "%s"', o.path)
                    ELSE c.subject END, c.detail
        FROM election e, opened o,
             eg.check_challenged(e.election, o.ballot, o.opening) c
        WHERE o.turn = 1 AND (o.ballot IS NOT NULL OR c.step <> '13.known')
        ) x(step, ok, subject, detail);
    COMMENT ON VIEW checks_of_openings IS
        'verifications 13 and 14: challenged ballots';

    CREATE VIEW checks_of_contest_data AS
        WITH decrypted AS MATERIALIZED (
            SELECT d.path, d.ballot_id, d.contest, d.contest_data,
                   found.ballots, b.ballot,
                   row_number() OVER (PARTITION BY d.ballot_id, d.contest
                                      ORDER BY d.path) AS turn
            FROM (SELECT d.path, count(b.path) AS ballots,
                         min(b.path) AS ballot_path
                  FROM contest_data d LEFT JOIN ballot b USING (ballot_id)
                  WHERE d.contest_data IS NOT NULL
                  GROUP BY d.path) found
                 JOIN contest_data d USING (path)
                 LEFT JOIN ballot b
                 ON b.path = found.ballot_path AND found.ballots = 1)
        SELECT step, ok, subject,
               CASE WHEN ok IS NOT TRUE THEN detail END AS detail
        FROM (
        SELECT '12.known',
               CASE WHEN ballots > 0 OR NOT EXISTS (SELECT FROM ballot
                                                    WHERE ballot IS NULL)
                    THEN false END,
               format('contest data "%s"', path),
               format('the record has %s ballots "%s"', ballots, ballot_id)
        FROM decrypted WHERE ballots <> 1
        UNION ALL
        SELECT '12.once', turn = 1,
               format('ballot "%s", contest "%s"', ballot_id, contest),
               'decrypted twice'
        FROM decrypted WHERE ballots = 1
        UNION ALL
        SELECT c.step, c.ok,
               CASE WHEN d.ballot IS NULL
                    THEN format('contest data "%s"', d.path)
                    ELSE c.subject END, c.detail
        FROM election e, decrypted d,
             eg.check_contest_data(e.election, d.ballot, d.contest_data) c
        WHERE d.turn = 1 AND (d.ballot IS NOT NULL OR c.step <> '12.known')
        ) x(step, ok, subject, detail);
    COMMENT ON VIEW checks_of_contest_data IS
        'verification 12: decrypted contest data';

    --
    -- The signed list: what it must hold, and whether it does
    --
    CREATE VIEW signed_list AS
        SELECT 'signed_list/ballots-' || part || '.txt' AS path,
               convert_to(string_agg(line, '' ORDER BY line COLLATE "C"),
                          'UTF8') AS content
        FROM (SELECT eg.ballot_line(confirmation_code, state,
                                    eg.style(ballot), weight, nonce_digest) AS line,
                     encode(substring(confirmation_code FROM 1 FOR 1), 'hex') AS part
              FROM ballot) b
        WHERE line IS NOT NULL
        GROUP BY part
        UNION ALL
        SELECT 'signed_list/files-' || part || '.txt',
               convert_to(string_agg(line, '' ORDER BY path), 'UTF8')
        FROM (SELECT path, eg.file_line(path, content) AS line,
                     encode(substring(sha256(convert_to(path, 'UTF8')) FROM 1 FOR 1),
                            'hex') AS part
              FROM file WHERE eg.record_part(path) <> 'signed list') f
        WHERE line IS NOT NULL
        GROUP BY part;
    COMMENT ON VIEW signed_list IS
        'the lists of ballots and files that this record should have';

    CREATE VIEW signed_digests AS
        SELECT coalesce(string_agg(convert_to(path, 'UTF8') || sha256(content), ''
                                   ORDER BY path COLLATE "C"), '') AS digests
        FROM file
        WHERE eg.record_part(path) = 'signed list'
              AND path <> 'signed_list/signature.json';
    COMMENT ON VIEW signed_digests IS
        'names and digests of the lists that this record has: what is signed';

    CREATE VIEW checks_of_list AS
        SELECT 'list.signature' AS step,
               CASE WHEN key IS NOT NULL
                    THEN coalesce(eg.verify_signature(
                             key, eg.list_message(e.election, d.digests),
                             s.signature), false) END AS ok,
               'signed list' AS subject,
               CASE WHEN key IS NULL THEN 'the manifest names no key'
                    WHEN s.signature IS NULL THEN 'no signature that can be read'
                    WHEN NOT eg.verify_signature(
                             key, eg.list_message(e.election, d.digests),
                             s.signature)
                    THEN 'the signature is not of these lists by the manifest''s key'
               END AS detail
        FROM election e CROSS JOIN signed_digests d
             CROSS JOIN LATERAL eg.record_signing_key(e.election) key
             LEFT JOIN LATERAL
             (SELECT eg.read_signature(f.content) AS signature FROM file f
              WHERE f.path = 'signed_list/signature.json') s ON true
        WHERE key IS NOT NULL
              OR EXISTS (SELECT FROM file
                         WHERE eg.record_part(path) = 'signed list')
        UNION ALL
        SELECT 'list.lists', other.path IS NULL,
               coalesce('file "' || other.path || '"', 'signed list'),
               CASE WHEN other.path IS NOT NULL
                    THEN 'it does not list what the record holds' END
        FROM (SELECT 1 FROM election e
              WHERE eg.record_signing_key(e.election) IS NOT NULL
                    OR EXISTS (SELECT FROM file
                               WHERE eg.record_part(path) = 'signed list')) one
             LEFT JOIN
             (SELECT coalesce(mine.path, theirs.path) AS path
              FROM signed_list mine
                   FULL JOIN
                   (SELECT path, content FROM file
                    WHERE eg.record_part(path) = 'signed list'
                          AND path <> 'signed_list/signature.json') theirs
                   ON mine.path = theirs.path COLLATE "C"
              WHERE mine.path IS NULL
                    OR mine.content IS DISTINCT FROM theirs.content) other ON true;
    COMMENT ON VIEW checks_of_list IS
        'the signed list, if there is one or the manifest names a key for it';

    CREATE VIEW checks AS
        SELECT step, ok, subject, detail FROM checks_of_files
        UNION ALL
        SELECT step, ok, subject, detail FROM checks_of_election
        UNION ALL
        SELECT step, ok, subject, detail FROM checks_of_ballots
        UNION ALL
        SELECT step, ok, subject, detail FROM checks_of_identity
        UNION ALL
        SELECT step, ok, subject, detail FROM checks_of_devices
        UNION ALL
        SELECT step, ok, subject, detail FROM checks_of_tally
        UNION ALL
        SELECT step, ok, subject, detail FROM checks_of_openings
        UNION ALL
        SELECT step, ok, subject, detail FROM checks_of_contest_data
        UNION ALL
        SELECT step, ok, subject, detail FROM checks_of_list;
    COMMENT ON VIEW checks IS
        'every check of the record: ok is NULL where a step was not run';

    --
    -- The verdict
    --
    -- A step that this record calls for has a row, be it empty: silence is not
    -- a pass.  A record need not state H_G, nor keep to the files of the layout;
    -- H_G that is stated and wrong has failed.
    --
    CREATE VIEW needed_step AS
        SELECT unnest(n.steps) AS step
        FROM (VALUES
            ('{1.A, 1.B, 1.C, 1.D, 1.E, 1.F, 2.A, 2.B, 2.C, 3.A, 3.B, 4.A,
               5.A, 9.A, 9.B, 10.A, 10.B, 10.C, 11.A, 11.B, 11.C, 11.D}'::text[],
             true),
            ('{5.B}',
             EXISTS (SELECT FROM ballot)),
            ('{6.A, 6.B, 6.C, 6.D, 7.A, 7.B, 7.C, 7.D}',
             EXISTS (SELECT FROM ballot
                     WHERE (preencrypted AND state = 'CHALLENGED')
                           IS NOT TRUE)),
            ('{8.A, 8.B, 8.C}',
             EXISTS (SELECT FROM ballot
                     WHERE preencrypted IS NOT TRUE)),
            ('{8.D}',
             EXISTS (SELECT FROM device JOIN ballot b USING (directory)
                     WHERE chaining_mode = 0
                           AND b.preencrypted IS NOT TRUE)),
            ('{8.E, 8.F, 8.G}',
             EXISTS (SELECT FROM device JOIN ballot b USING (directory)
                     WHERE chaining_mode = 1
                           AND b.preencrypted IS NOT TRUE)),
            ('{12.A, 12.B, 12.C}',
             EXISTS (SELECT FROM contest_data)),
            ('{13.A}',
             EXISTS (SELECT FROM opening WHERE shows_data)),
            ('{13.B, 14.A, 14.B, 14.C, 14.D, 14.E, 14.F}',
             EXISTS (SELECT FROM ballot
                     WHERE state = 'CHALLENGED' AND NOT preencrypted)))
            n(steps, called_for)
        WHERE n.called_for;
    COMMENT ON VIEW needed_step IS
        'the steps that this record calls for';

    CREATE VIEW steps AS
        SELECT step, coalesce(c.passed, 0) AS passed,
               coalesce(c.failed, 0) AS failed, coalesce(c.not_run, 0) AS not_run
        FROM (SELECT step, count(*) FILTER (WHERE ok) AS passed,
                     count(*) FILTER (WHERE NOT ok) AS failed,
                     count(*) FILTER (WHERE ok IS NULL) AS not_run
              FROM checks GROUP BY step) c
             FULL JOIN
             needed_step USING (step);
    COMMENT ON VIEW steps IS
        'the checks by step: how many passed, failed and were not run';

    CREATE VIEW verdict AS
        SELECT CASE WHEN failed <> '{}' THEN 'failed'
                    WHEN not_run <> '{}' THEN 'not all run'
                    ELSE 'passed' END AS verdict, failed, not_run
        FROM (SELECT coalesce(array_agg(step ORDER BY step)
                              FILTER (WHERE s.failed > 0), '{}') AS failed,
                     coalesce(array_agg(step ORDER BY step)
                              FILTER (WHERE (s.not_run > 0
                                             OR s.passed + s.failed = 0)
                                      AND step NOT IN ('record.unknown file', 'H_G')),
                              '{}') AS not_run
              FROM steps s) x;
    COMMENT ON VIEW verdict IS
        'passed, failed or not all run, with the steps that failed or were not run';
END
$create$;
COMMENT ON FUNCTION eg.create_record(text) IS
    'makes a schema for an election record: tables for it, views that check it';

-- Names without a schema are those of the record from here on.  Who writes
-- into the tables of another runs his triggers: they must be the caller's.
CREATE FUNCTION eg.enter_record(name text) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF name OPERATOR(pg_catalog.=) '$user'
       OR NOT EXISTS (SELECT FROM pg_catalog.pg_namespace
                      WHERE nspname OPERATOR(pg_catalog.=)
                            enter_record.name::pg_catalog.name
                            AND pg_catalog.pg_get_userbyid(nspowner)
                                OPERATOR(pg_catalog.=) current_user) THEN
        RAISE invalid_schema_name USING
            MESSAGE = pg_catalog.format('schema "%s" does not exist or is not yours', name),
            HINT = 'Make one with eg.create_record(), or be its owner.';
    END IF;
    PERFORM pg_catalog.set_config('search_path',
                                  pg_catalog.format('%I, pg_temp', name), true);
END
$$;
COMMENT ON FUNCTION eg.enter_record(text) IS
    'makes the schema of a record of the caller''s the search path; not for users';

-- For ANALYZE at its end, a sample of some thousand rows will do.
CREATE FUNCTION eg.import_record(name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET default_statistics_target = 10
AS $import$
DECLARE
    indices jsonb;
BEGIN
    PERFORM eg.enter_record(name);

    TRUNCATE document, election, ballot, device, listed_ballot, encrypted_tally,
        opening, contest_data;

    INSERT INTO document (path, document, step, detail)
    SELECT f.path, r.document, r.step, r.detail
    FROM file f, eg.read_document(f.content) r
    WHERE eg.record_part(f.path) = f.path AND f.path <> 'manifest.json';

    INSERT INTO election (election, step, detail)
    SELECT r.election, r.step, r.detail
    FROM eg.read_election(
             (SELECT d.document FROM document d
              WHERE d.path = 'election_config.json'),
             (SELECT f.content FROM file f WHERE f.path = 'manifest.json'),
             (SELECT d.document FROM document d
              WHERE d.path = 'election_initialized.json')) r;
    indices := (SELECT eg.option_indices(e.election) FROM election e);

    INSERT INTO ballot (path, directory, ballot, step, detail)
    SELECT f.path, substring(f.path FROM '^(.*)/'), r.ballot, r.step, r.detail
    FROM file f, eg.read_ballot(f.content, indices) r
    WHERE eg.record_part(f.path) = 'ballot';

    INSERT INTO device
    SELECT f.path, substring(f.path FROM '^(.*)/'), r.*
    FROM file f, eg.read_device(f.content) r
    WHERE eg.record_part(f.path) = 'device';

    INSERT INTO encrypted_tally
    SELECT d.path, r.*
    FROM document d, eg.read_encrypted_tally(d.document, indices) r
    WHERE d.path = 'encrypted_tally.json' AND d.document IS NOT NULL;

    -- The lists have been looked at above.  CASE keeps the planner from reading
    -- one in any other file before it has joined them.
    INSERT INTO listed_ballot (path, position, ballot_id)
    SELECT d.path, b.position, b.ballot_id
    FROM device d JOIN file f USING (path),
         json_array_elements_text(
             CASE WHEN d.device IS NOT NULL
                  THEN convert_from(f.content, 'UTF8')::json -> 'ballot_ids' END)
             WITH ORDINALITY b(ballot_id, position)
    UNION ALL
    SELECT t.path, b.position, b.ballot_id
    FROM encrypted_tally t JOIN document d USING (path),
         json_array_elements_text(
             CASE WHEN t.lists_ballots
                  THEN d.document -> 'cast_ballot_ids' END)
             WITH ORDINALITY b(ballot_id, position);

    INSERT INTO opening
    SELECT f.path, r.*
    FROM file f, eg.read_opening(f.content) r
    WHERE eg.record_part(f.path) = 'opening';

    INSERT INTO contest_data
    SELECT f.path, r.*
    FROM file f, eg.read_contest_data(f.content) r
    WHERE eg.record_part(f.path) = 'contest data';

    -- Plans for a record that was empty a moment ago would be poor ones.
    ANALYZE document, election, ballot, device, listed_ballot, encrypted_tally,
        opening, contest_data;
END
$import$;
COMMENT ON FUNCTION eg.import_record(text) IS
    'reads the files of an election record, in its table file, into its other tables';

--
-- Bytes in JSON, as the layout of records has them
--

CREATE FUNCTION eg.base64(bytes bytea) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.translate(pg_catalog.encode(bytes, 'base64'), E'\n', '');
COMMENT ON FUNCTION eg.base64(bytea) IS
    'bytes as base64 on one line, as in the files of records';

--
-- Key ceremony
--
-- A guardian's moves, in order: eg.create_guardian, eg.encrypt_shares,
-- eg.accept_shares.  What they return is public, but for the sealed secret.
--

CREATE FUNCTION eg.create_guardian(guardian integer, guardians integer,
                                   quorum integer, passphrase text,
                                   level text DEFAULT 'interactive',
                                   OUT secret eg.guardian_secret,
                                   OUT public_key jsonb, OUT commitment bytea)
    AS 'MODULE_PATHNAME', 'eg_create_guardian'
    LANGUAGE C VOLATILE PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.create_guardian(integer, integer, integer, text, text) IS
    'makes a guardian''s keys: sealed, public with proofs, and a commitment to the public ones';

CREATE FUNCTION eg.create_guardian_deterministic(
        guardian integer, guardians integer, quorum integer, passphrase text,
        level text, nonces bytea, OUT secret eg.guardian_secret,
        OUT public_key jsonb, OUT commitment bytea)
    AS 'MODULE_PATHNAME', 'eg_create_guardian_deterministic'
    LANGUAGE C VOLATILE PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.create_guardian_deterministic(integer, integer, integer,
                                                     text, text, bytea) IS
    'makes a guardian''s keys of given values: for known answers only';

CREATE FUNCTION eg.key_commitment(guardians integer, quorum integer,
                                  public_key jsonb)
    RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_guardian_key_commitment'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.key_commitment(integer, integer, jsonb) IS
    'the hash that a guardian gives out before any guardian shows his public key';

CREATE FUNCTION eg.check_guardian(guardians integer, quorum integer,
                                  public_key jsonb,
                                  commitment bytea DEFAULT NULL,
                                  OUT step text, OUT ok boolean,
                                  OUT subject text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_check_guardian'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 12;
COMMENT ON FUNCTION eg.check_guardian(integer, integer, jsonb, bytea) IS
    'verification 2 of a guardian''s public key, and whether the commitment was to it';

CREATE FUNCTION eg.encrypt_shares(secret eg.guardian_secret, passphrase text,
                                  public_keys jsonb[])
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_encrypt_shares'
    LANGUAGE C VOLATILE PARALLEL SAFE COST 5000000;
COMMENT ON FUNCTION eg.encrypt_shares(eg.guardian_secret, text, jsonb[]) IS
    'a guardian''s key shares for all others, encrypted, with proofs';

CREATE FUNCTION eg.encrypt_shares_deterministic(secret eg.guardian_secret,
                                                passphrase text,
                                                public_keys jsonb[],
                                                nonces bytea)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_encrypt_shares_deterministic'
    LANGUAGE C VOLATILE PARALLEL SAFE COST 5000000;
COMMENT ON FUNCTION eg.encrypt_shares_deterministic(eg.guardian_secret, text,
                                                    jsonb[], bytea) IS
    'a guardian''s key shares encrypted with given nonces: for known answers only';

CREATE FUNCTION eg.check_shares(secret eg.guardian_secret, passphrase text,
                                public_keys jsonb[], shares jsonb[],
                                OUT step text, OUT ok boolean,
                                OUT subject text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_check_shares'
    LANGUAGE C VOLATILE PARALLEL SAFE COST 5000000 ROWS 20;
COMMENT ON FUNCTION eg.check_shares(eg.guardian_secret, text, jsonb[],
                                    jsonb[]) IS
    'whether a guardian has every other''s key share, on the polynomial of its sender';

CREATE FUNCTION eg.accept_shares(election eg.election,
                                 secret eg.guardian_secret, passphrase text,
                                 public_keys jsonb[], shares jsonb[])
    RETURNS eg.guardian_secret
    AS 'MODULE_PATHNAME', 'eg_accept_shares'
    LANGUAGE C VOLATILE PARALLEL SAFE COST 5000000;
COMMENT ON FUNCTION eg.accept_shares(eg.election, eg.guardian_secret, text,
                                     jsonb[], jsonb[]) IS
    'ends a guardian''s key ceremony: the secret then holds his shares of the election''s keys alone';

CREATE FUNCTION eg.change_passphrase(secret eg.guardian_secret,
                                     passphrase text, new_passphrase text,
                                     level text DEFAULT NULL)
    RETURNS eg.guardian_secret
    AS 'MODULE_PATHNAME', 'eg_change_passphrase'
    LANGUAGE C VOLATILE PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.change_passphrase(eg.guardian_secret, text, text, text) IS
    'the same guardian secret, sealed by another passphrase';

CREATE FUNCTION eg.describe(eg.guardian_secret, OUT guardian integer,
                            OUT guardians integer, OUT quorum integer,
                            OUT stage text, OUT election_id bytea,
                            OUT level text)
    AS 'MODULE_PATHNAME', 'eg_guardian_secret_describe'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.describe(eg.guardian_secret) IS
    'what is not sealed of a guardian secret';

CREATE FUNCTION eg.joint_public_keys(quorum integer, public_keys jsonb[],
                                     OUT joint_public_key bytea,
                                     OUT joint_data_public_key bytea)
    AS 'MODULE_PATHNAME', 'eg_joint_public_keys'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.joint_public_keys(integer, jsonb[]) IS
    'K and K^, the products of the guardians'' public keys, which are checked';

CREATE FUNCTION eg.create_election(manifest bytea, quorum integer,
                                   public_keys jsonb[])
    RETURNS eg.election
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT eg.create_election(manifest, cardinality(public_keys), quorum,
                              k.joint_public_key, k.joint_data_public_key)
    FROM eg.joint_public_keys(quorum, public_keys) k
$$;
COMMENT ON FUNCTION eg.create_election(bytea, integer, jsonb[]) IS
    'the election that the guardians'' public keys make, which are checked';

CREATE FUNCTION eg.guardian_record_hash(election eg.election,
                                        public_keys jsonb[])
    RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_record_hash'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.guardian_record_hash(eg.election, jsonb[]) IS
    'H_G: equal for guardians who have seen the same keys';

CREATE FUNCTION eg.guardian_record(election eg.election, public_keys jsonb[])
    RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
        'joint_public_key', eg.base64(eg.joint_public_key(election)),
        'joint_data_public_key', eg.base64(eg.joint_data_public_key(election)),
        'extended_base_hash', eg.base64(eg.election_id(election)),
        'guardian_record_hash',
        eg.base64(eg.guardian_record_hash(election, public_keys)),
        'guardians', jsonb_agg(k.public_key ORDER BY
                               (k.public_key ->> 'x_coordinate')::integer))
    FROM unnest(public_keys) k(public_key)
$$;
COMMENT ON FUNCTION eg.guardian_record(eg.election, jsonb[]) IS
    'the guardian record, election_initialized.json of an election record';

REVOKE ALL ON FUNCTION
    eg.create_guardian_deterministic(integer, integer, integer, text, text,
                                     bytea),
    eg.encrypt_shares_deterministic(eg.guardian_secret, text, jsonb[], bytea)
    FROM PUBLIC;

-- Encryption
--
-- A server that encrypts sees the votes.  eg.encrypt draws nonces: it is
-- volatile, and not strict, as a NULL out would be a voter without a ballot.
--

CREATE FUNCTION eg.encrypt(election eg.election, ballot_id text, style text,
                           votes jsonb, device text, weight bigint DEFAULT 1)
    RETURNS eg.ballot
    AS 'MODULE_PATHNAME', 'eg_encrypt'
    LANGUAGE C VOLATILE PARALLEL SAFE COST 300000;
COMMENT ON FUNCTION eg.encrypt(eg.election, text, text, jsonb, text, bigint) IS
    'a ballot encrypted and proved, undecided and without confirmation code';

-- For known answers, and to encrypt a ballot again whose nonces are known.
CREATE FUNCTION eg.encrypt_deterministic(election eg.election, ballot_id text,
                                         style text, votes jsonb, device text,
                                         weight bigint, contest_data jsonb,
                                         nonces bytea)
    RETURNS eg.ballot
    AS 'MODULE_PATHNAME', 'eg_encrypt_deterministic'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 300000;
COMMENT ON FUNCTION eg.encrypt_deterministic(eg.election, text, text, jsonb, text, bigint, jsonb, bytea) IS
    'a ballot encrypted with the nonces given: anybody who knows them can read it';

REVOKE ALL ON FUNCTION
    eg.encrypt_deterministic(eg.election, text, text, jsonb, text, bigint, jsonb, bytea)
    FROM PUBLIC;

CREATE FUNCTION eg.chain(election eg.election, ballot eg.ballot,
                         device_information text, mode integer DEFAULT NULL,
                         previous bytea DEFAULT NULL)
    RETURNS eg.ballot
    AS 'MODULE_PATHNAME', 'eg_chain_ballot_sql'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.chain(eg.election, eg.ballot, text, integer, bytea) IS
    'the ballot with chaining field and confirmation code (3.4)';

CREATE FUNCTION eg.cast_ballot(eg.ballot) RETURNS eg.ballot
    AS 'MODULE_PATHNAME', 'eg_cast_ballot'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.cast_ballot(eg.ballot) IS
    'an undecided ballot as one that is cast';

CREATE FUNCTION eg.challenge_ballot(eg.ballot) RETURNS eg.ballot
    AS 'MODULE_PATHNAME', 'eg_challenge_ballot'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.challenge_ballot(eg.ballot) IS
    'an undecided ballot as one that is challenged';

--
-- Writing a record
--
-- Functions that make files of the layout, as rows (path, content) for the
-- table file of a schema that eg.create_record() has made.
--

CREATE FUNCTION eg.standard_constants() RETURNS json
    AS 'MODULE_PATHNAME', 'eg_standard_constants'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.standard_constants() IS
    'the baseline parameters p, q and g, constants.json of an election record';

CREATE FUNCTION eg.complete_tally(election eg.election, tally eg.encrypted_tally)
    RETURNS eg.encrypted_tally
    AS 'MODULE_PATHNAME', 'eg_complete_tally'
    LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION eg.complete_tally(eg.election, eg.encrypted_tally) IS
    'the tally with every option of the manifest: (1, 1) for what no ballot carried';

-- Another label gives another name, and no name leads out of its folder: what
-- is not plain becomes its hash, behind a sign that no plain name has.
CREATE FUNCTION eg.file_name(label text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN label ~ '^[A-Za-z0-9_-]([A-Za-z0-9._ -]{0,98}[A-Za-z0-9._-])?$'
                THEN label
                ELSE '~' || encode(sha256(convert_to(label, 'UTF8')), 'hex')
           END;
COMMENT ON FUNCTION eg.file_name(text) IS
    'a label as part of a path: itself if it is plain, else ~ and its SHA-256';

CREATE FUNCTION eg.election_files(election eg.election, guardian_record jsonb,
                                  OUT path text, OUT content bytea)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 4
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.path, convert_to(f.document, 'UTF8')
    FROM (VALUES
        ('constants.json', eg.standard_constants()::text),
        ('election_config.json', jsonb_build_object(
            'number_of_guardians', eg.guardians(election),
            'quorum', eg.quorum(election),
            'parameter_base_hash', eg.base64(eg.parameter_base_hash(election)),
            'election_base_hash', eg.base64(eg.base_hash(election)))::text),
        ('election_initialized.json', guardian_record::text)) f(path, document)
    UNION ALL
    SELECT 'manifest.json', eg.manifest(election)
$$;
COMMENT ON FUNCTION eg.election_files(eg.election, jsonb) IS
    'files of a record: constants, configuration, manifest and guardian record';

-- The time of encryption would tell voters apart: it stays out.
CREATE FUNCTION eg.ballot_file(ballot eg.ballot, OUT path text,
                               OUT content bytea)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF eg.state(ballot) IS NULL THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = format('ballot "%s" is neither cast nor challenged',
                             eg.ballot_id(ballot)),
            HINT = 'Decide with eg.cast_ballot() or eg.challenge_ballot().';
    END IF;
    path := format('encrypted_ballots/%s/eballot-%s.json',
                   eg.file_name(eg.device(ballot)),
                   eg.file_name(eg.ballot_id(ballot)));
    content := convert_to((eg.jsonb(ballot) - 'timestamp')::text, 'UTF8');
END
$$;
COMMENT ON FUNCTION eg.ballot_file(eg.ballot) IS
    'file of a record: an encrypted ballot, without the time of its encryption';

CREATE FUNCTION eg.device_file(election eg.election, device text,
                               device_information text, mode integer,
                               ballot_ids text[],
                               last_confirmation_code bytea DEFAULT NULL,
                               preencrypted boolean DEFAULT false,
                               OUT path text, OUT content bytea)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    h_di bytea := eg.device_information_hash(election, device_information,
                                             preencrypted);
    initial bytea := '\x00000001'::bytea || h_di;
    h_0 bytea := eg.chain_hash(election, initial, preencrypted);
    closing bytea := eg.chain_closing_field(
        election, coalesce(last_confirmation_code, h_0), initial, preencrypted);
BEGIN
    IF election IS NULL OR device IS NULL OR device_information IS NULL
       OR mode IS NULL OR ballot_ids IS NULL OR preencrypted IS NULL
       OR (mode = 1 AND last_confirmation_code IS NULL
           AND cardinality(ballot_ids) > 0) THEN
        RAISE null_value_not_allowed USING
            MESSAGE = 'an argument of eg.device_file() is NULL',
            DETAIL = format('Device "%s".', device),
            HINT = 'Only the last code of a device without a chain, or without ballots, may be.';
    END IF;
    IF array_ndims(ballot_ids) > 1
       OR array_position(ballot_ids, NULL) IS NOT NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'the list of ballots is not a list of texts',
            DETAIL = format('Device "%s".', device);
    END IF;
    IF last_confirmation_code IS NOT NULL AND cardinality(ballot_ids) = 0 THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'a last confirmation code, but no ballots',
            DETAIL = format('Device "%s".', device);
    END IF;
    IF mode NOT IN (0, 1) THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('chaining mode %s is neither 0 nor 1', mode);
    END IF;
    path := format('encrypted_ballots/%s/ballot_chain.json',
                   eg.file_name(device));
    content := convert_to((
        jsonb_build_object('encrypting_device', device,
                           'device_information', device_information,
                           'chaining_mode', mode,
                           'device_hash', eg.base64(h_di),
                           'ballot_ids', to_jsonb(ballot_ids)) ||
        CASE WHEN mode = 0 THEN '{}'::jsonb
             ELSE jsonb_strip_nulls(jsonb_build_object(
                 'initial_hash', eg.base64(h_0),
                 'last_confirmation_code', eg.base64(last_confirmation_code),
                 'closing_hash', eg.base64(eg.chain_hash(election, closing,
                                                         preencrypted))))
        END)::text, 'UTF8');
END
$$;
COMMENT ON FUNCTION eg.device_file(eg.election, text, text, integer, text[],
                                   bytea, boolean) IS
    'file of a record: a device with its ballots in order and, in mode 1, its chain';

CREATE FUNCTION eg.tally_files(encrypted_tally eg.encrypted_tally,
                               tally jsonb DEFAULT NULL,
                               OUT path text, OUT content bytea)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 2
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.path, convert_to(f.document::text, 'UTF8')
    FROM (VALUES ('encrypted_tally.json', eg.jsonb(encrypted_tally)),
                 ('tally.json', tally)) f(path, document)
    WHERE f.document IS NOT NULL
$$;
COMMENT ON FUNCTION eg.tally_files(eg.encrypted_tally, jsonb) IS
    'files of a record: the encrypted tally and, once there is one, the tally';

CREATE FUNCTION eg.opening_file(opening jsonb, OUT path text,
                                OUT content bytea)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    path := format('challenged_ballots/dballot-%s.json',
                   eg.file_name(eg.record_text(opening::json, 'id')));
    content := convert_to(opening::text, 'UTF8');
END
$$;
COMMENT ON FUNCTION eg.opening_file(jsonb) IS
    'file of a record: an opened challenged ballot';

CREATE FUNCTION eg.contest_data_file(contest_data jsonb, OUT path text,
                                     OUT content bytea)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    path := format('decrypted_contest_data/%s+%s.json',
                   eg.file_name(eg.record_text(contest_data::json, 'ballot_id')),
                   eg.file_name(eg.record_text(contest_data::json, 'contest_id')));
    content := convert_to(contest_data::text, 'UTF8');
END
$$;
COMMENT ON FUNCTION eg.contest_data_file(jsonb) IS
    'file of a record: decrypted contest data of a ballot';

--
-- The signed list beside a record
--
-- It binds what no hash of the specification does: which ballots there are,
-- their states, styles, weights and encrypted nonces, and every file, byte for
-- byte.  It is cut into files by the first byte of what it is sorted by.
--

CREATE FUNCTION eg.create_signing_key(passphrase text,
                                      level text DEFAULT 'interactive',
                                      OUT signing_key bytea,
                                      OUT public_key bytea)
    AS 'MODULE_PATHNAME', 'eg_create_signing_key'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.create_signing_key(text, text) IS
    'makes a key that signs records: sealed by the passphrase, and public';

CREATE FUNCTION eg.sign(signing_key bytea, passphrase text, message bytea)
    RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_sign'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.sign(bytea, text, bytea) IS
    'an Ed25519 signature of a message';

CREATE FUNCTION eg.verify_signature(public_key bytea, message bytea,
                                    signature bytea)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'eg_verify_signature'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.verify_signature(bytea, bytea, bytea) IS
    'whether an Ed25519 signature is that of a message by a key';

-- What is no key verifies nothing; it must not keep the other checks from being
-- made.
CREATE FUNCTION eg.record_signing_key(election eg.election) RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_record_signing_key'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.record_signing_key(eg.election) IS
    'the key that signs the record, if the manifest names one in record_signing_key; empty if that is no key';

-- One line of a list of ballots; NULL if there is nothing to list it by.
CREATE FUNCTION eg.ballot_line(confirmation_code bytea, state text, style text,
                               weight bigint, nonce bytea) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN encode(confirmation_code, 'hex') || ' ' || state || ' ' || weight ||
           ' ' || coalesce(encode(nonce, 'hex'), '-') || ' ' ||
           to_json(style)::text || E'\n';
COMMENT ON FUNCTION eg.ballot_line(bytea, text, text, bigint, bytea) IS
    'a line of the signed list of ballots; not for users';

-- As sha256sum has it: a name with a backslash or a new line is escaped, behind
-- a backslash, so that no name makes another line.
CREATE FUNCTION eg.file_line(path text, content bytea) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN path ~ E'[\\\\\n]' THEN E'\\' ELSE '' END ||
           encode(sha256(content), 'hex') || '  ' ||
           replace(replace(path, E'\\', E'\\\\'), E'\n', E'\\n') || E'\n';
COMMENT ON FUNCTION eg.file_line(text, bytea) IS
    'a line of the signed list of files, as of sha256sum; not for users';

CREATE FUNCTION eg.list_message(election eg.election, lists bytea)
    RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN convert_to('egtally signed list', 'UTF8') ||
           eg.election_id(election) || sha256(lists);
COMMENT ON FUNCTION eg.list_message(eg.election, bytea) IS
    'what is signed of a record, from the digests of its lists; not for users';

-- For the owner of the record: the lists, and the signature beside them.
CREATE FUNCTION eg.sign_record(name text, signing_key bytea, passphrase text)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    e eg.election;
    digests bytea;
BEGIN
    PERFORM eg.enter_record(name);
    IF signing_key IS NULL OR passphrase IS NULL THEN
        RAISE null_value_not_allowed USING
            MESSAGE = 'an argument of eg.sign_record() is NULL';
    END IF;
    SELECT x.election INTO e FROM election x;
    IF e IS NULL THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = format('record "%s" has no election that can be read', name),
            HINT = 'Put its files into the table file, and call eg.import_record().';
    END IF;
    IF EXISTS (SELECT
               FROM (SELECT f.path FROM file f
                     WHERE eg.record_part(f.path) = 'ballot') f
                    FULL JOIN ballot b USING (path)
               WHERE f.path IS NULL OR b.path IS NULL) THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = format('record "%s" has other ballots than when it was imported', name),
            HINT = 'Call eg.import_record() first.';
    END IF;
    IF eg.record_signing_key(e) IS DISTINCT FROM
       substring(signing_key FROM 5 FOR 32) THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('the manifest of record "%s" does not name this key', name),
            HINT = 'The public key is to be in its field record_signing_key, as base64.';
    END IF;
    DELETE FROM file WHERE eg.record_part(path) = 'signed list';
    INSERT INTO file SELECT l.path, l.content FROM signed_list l;
    SELECT l.digests INTO digests FROM signed_digests l;
    INSERT INTO file
    SELECT 'signed_list/signature.json', convert_to(jsonb_build_object(
        'public_key', eg.base64(substring(signing_key FROM 5 FOR 32)),
        'signature', eg.base64(eg.sign(signing_key, passphrase,
                                       eg.list_message(e, digests))))::text,
        'UTF8');
END
$$;
COMMENT ON FUNCTION eg.sign_record(text, bytea, text) IS
    'adds the signed list of ballots and files to a record that was imported';

--
-- Decryption
--
-- Three moves of every guardian of a set: commit, reveal, respond; then anyone
-- combines.  What they send each other is public jsonb; nonces are sealed for
-- the guardian alone.  The moves do not look at the election record: a
-- guardian's desk does that before it calls them.
--
-- What draws or opens a secret is VOLATILE, so that it is never run when a
-- statement is only planned.
--

CREATE FUNCTION eg.commit_decryption(election eg.election,
                                     secret eg.guardian_secret,
                                     passphrase text, guardians integer[],
                                     tally eg.encrypted_tally,
                                     OUT nonces bytea, OUT commitments jsonb)
    AS 'MODULE_PATHNAME', 'eg_commit_tally'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.commit_decryption(eg.election, eg.guardian_secret, text,
                                         integer[], eg.encrypted_tally) IS
    'a guardian commits to decrypt a tally with others; does not check whether the tally is that of the record';

CREATE FUNCTION eg.commit_decryption(election eg.election,
                                     secret eg.guardian_secret,
                                     passphrase text, guardians integer[],
                                     ballot eg.ballot, contest text,
                                     OUT nonces bytea, OUT commitments jsonb)
    AS 'MODULE_PATHNAME', 'eg_commit_contest_data'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.commit_decryption(eg.election, eg.guardian_secret, text,
                                         integer[], eg.ballot, text) IS
    'a guardian commits to decrypt contest data with others; does not check whether the ballot is in the record';

CREATE FUNCTION eg.commit_decryption_deterministic(
        election eg.election, secret eg.guardian_secret, passphrase text,
        guardians integer[], tally eg.encrypted_tally, INOUT nonces bytea,
        OUT commitments jsonb)
    AS 'MODULE_PATHNAME', 'eg_commit_tally_deterministic'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.commit_decryption_deterministic(eg.election,
        eg.guardian_secret, text, integer[], eg.encrypted_tally, bytea) IS
    'commits with given nonces: for known answers only';

CREATE FUNCTION eg.commit_decryption_deterministic(
        election eg.election, secret eg.guardian_secret, passphrase text,
        guardians integer[], ballot eg.ballot, contest text,
        INOUT nonces bytea, OUT commitments jsonb)
    AS 'MODULE_PATHNAME', 'eg_commit_contest_data_deterministic'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.commit_decryption_deterministic(eg.election,
        eg.guardian_secret, text, integer[], eg.ballot, text, bytea) IS
    'commits with given nonces: for known answers only';

CREATE FUNCTION eg.commitments_digest(election eg.election,
                                      commitments jsonb[])
    RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_commitments_digest_of'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION eg.commitments_digest(eg.election, jsonb[]) IS
    'the digest of all guardians'' commitments, to which nonces are bound when they are revealed';

CREATE FUNCTION eg.reveal_decryption(secret eg.guardian_secret,
                                     passphrase text, INOUT nonces bytea,
                                     commitments jsonb[], OUT reveal jsonb)
    AS 'MODULE_PATHNAME', 'eg_reveal_decryption'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.reveal_decryption(eg.guardian_secret, text, bytea,
                                         jsonb[]) IS
    'a guardian reveals what he committed to; the nonces returned are to be committed in place of the old ones before anybody sees the reveal';

CREATE FUNCTION eg.respond_decryption(election eg.election,
                                      secret eg.guardian_secret,
                                      passphrase text, nonces bytea,
                                      commitments jsonb[], reveals jsonb[],
                                      tally eg.encrypted_tally)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_respond_tally'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.respond_decryption(eg.election, eg.guardian_secret, text,
                                          bytea, jsonb[], jsonb[],
                                          eg.encrypted_tally) IS
    'a guardian''s responses for a tally, after checking all openings; nonces must be those of the reveal';

CREATE FUNCTION eg.respond_decryption(election eg.election,
                                      secret eg.guardian_secret,
                                      passphrase text, nonces bytea,
                                      commitments jsonb[], reveals jsonb[],
                                      ballot eg.ballot, contest text)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_respond_contest_data'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.respond_decryption(eg.election, eg.guardian_secret, text,
                                          bytea, jsonb[], jsonb[], eg.ballot,
                                          text) IS
    'a guardian''s response for contest data, after checking all openings; nonces must be those of the reveal';

CREATE FUNCTION eg.combine_decryption(election eg.election,
                                      guardian_record jsonb,
                                      commitments jsonb[], reveals jsonb[],
                                      responses jsonb[],
                                      tally eg.encrypted_tally,
                                      bound bigint DEFAULT NULL)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_combine_tally_decryption'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.combine_decryption(eg.election, jsonb, jsonb[], jsonb[],
                                          jsonb[], eg.encrypted_tally, bigint) IS
    'the decrypted tally with its proofs (tally.json), every guardian''s part verified';

CREATE FUNCTION eg.combine_decryption(election eg.election,
                                      guardian_record jsonb,
                                      commitments jsonb[], reveals jsonb[],
                                      responses jsonb[], ballot eg.ballot,
                                      contest text)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_combine_contest_data_decryption'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.combine_decryption(eg.election, jsonb, jsonb[], jsonb[],
                                          jsonb[], eg.ballot, text) IS
    'decrypted contest data with its proof, every guardian''s part verified';

CREATE FUNCTION eg.check_decryption(election eg.election,
                                    guardian_record jsonb,
                                    commitments jsonb[], reveals jsonb[],
                                    responses jsonb[],
                                    tally eg.encrypted_tally,
                                    OUT step text, OUT ok boolean,
                                    OUT subject text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_check_tally_decryption'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 20;
COMMENT ON FUNCTION eg.check_decryption(eg.election, jsonb, jsonb[], jsonb[],
                                        jsonb[], eg.encrypted_tally) IS
    'every guardian''s part in the decryption of a tally: a row for each step, ok NULL if not run';

CREATE FUNCTION eg.check_decryption(election eg.election,
                                    guardian_record jsonb,
                                    commitments jsonb[], reveals jsonb[],
                                    responses jsonb[], ballot eg.ballot,
                                    contest text,
                                    OUT step text, OUT ok boolean,
                                    OUT subject text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_check_contest_data_decryption'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 20;
COMMENT ON FUNCTION eg.check_decryption(eg.election, jsonb, jsonb[], jsonb[],
                                        jsonb[], eg.ballot, text) IS
    'every guardian''s part in the decryption of contest data: a row for each step, ok NULL if not run';

CREATE FUNCTION eg.decrypted_votes(election eg.election,
                                   guardian_record jsonb,
                                   commitments jsonb[], reveals jsonb[],
                                   responses jsonb[],
                                   tally eg.encrypted_tally,
                                   bound bigint DEFAULT NULL,
                                   OUT contest_index integer,
                                   OUT contest text,
                                   OUT option_index integer,
                                   OUT option text, OUT votes bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'eg_decrypted_votes'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 20;
COMMENT ON FUNCTION eg.decrypted_votes(eg.election, jsonb, jsonb[], jsonb[],
                                       jsonb[], eg.encrypted_tally, bigint) IS
    'the votes of a tally from those parts that pass, if they make a quorum; proves nothing';

CREATE FUNCTION eg.decrypted_contest_data(election eg.election,
                                          guardian_record jsonb,
                                          commitments jsonb[],
                                          reveals jsonb[], responses jsonb[],
                                          ballot eg.ballot, contest text)
    RETURNS bytea
    AS 'MODULE_PATHNAME', 'eg_decrypted_contest_data'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.decrypted_contest_data(eg.election, jsonb, jsonb[],
                                              jsonb[], jsonb[], eg.ballot,
                                              text) IS
    'contest data from those parts that pass, if they make a quorum; proves nothing';

CREATE FUNCTION eg.share_ballot_nonce(election eg.election,
                                      secret eg.guardian_secret,
                                      passphrase text, ballot eg.ballot)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_share_ballot_nonce'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.share_ballot_nonce(eg.election, eg.guardian_secret, text,
                                          eg.ballot) IS
    'a guardian''s share of the nonce of a challenged ballot, with proof; does not check whether the record calls it challenged';

CREATE FUNCTION eg.open_ballot(election eg.election, guardian_record jsonb,
                               ballot eg.ballot, shares jsonb[],
                               contests text[] DEFAULT NULL)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'eg_open_ballot'
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION eg.open_ballot(eg.election, jsonb, eg.ballot, jsonb[],
                                   text[]) IS
    'a challenged ballot opened (challenged_ballots/), all contests or some, from a quorum of shares of its nonce';

REVOKE ALL ON FUNCTION
    eg.commit_decryption_deterministic(eg.election, eg.guardian_secret, text,
                                       integer[], eg.encrypted_tally, bytea),
    eg.commit_decryption_deterministic(eg.election, eg.guardian_secret, text,
                                       integer[], eg.ballot, text, bytea)
    FROM PUBLIC;

--
-- The guardian's desk
--
-- A guardian works in a database of his own.  What his functions return is to
-- be sent to the others, and is public or encrypted; what the others send is
-- received, and looked at before it is kept.
--

CREATE FUNCTION eg.create_guardian_desk(name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $create$
DECLARE
    command text;
BEGIN
    -- The name goes into the text of functions.
    IF name IS NULL OR name !~ '^[a-z_][a-z0-9_]{0,55}$' THEN
        RAISE invalid_schema_name USING
            MESSAGE = format('"%s" is not a plain name', name),
            DETAIL = 'A desk''s name has at most 56 small letters, digits and _, and begins with no digit.';
    END IF;
    EXECUTE format('CREATE SCHEMA %I', name);
    PERFORM eg.create_record(name || '_record');

    FOREACH command IN ARRAY ARRAY[
    --
    -- What is kept
    --
    $$
    CREATE TABLE DESK.guardian (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        guardian integer NOT NULL,
        guardians integer NOT NULL,
        quorum integer NOT NULL,
        secret eg.guardian_secret NOT NULL,
        public_key jsonb NOT NULL,
        commitment bytea NOT NULL,
        election eg.election,           -- when the ceremony is over
        guardian_record jsonb
    )$$, $$
    COMMENT ON TABLE DESK.guardian IS
        'the guardian of this desk: one row, with his sealed secret'$$, $$
    CREATE TABLE DESK.peer (
        guardian integer PRIMARY KEY,
        commitment bytea NOT NULL,
        received_in xid8 NOT NULL DEFAULT pg_current_xact_id(), -- the commitment
        public_key jsonb,
        shares jsonb
    )$$, $$
    COMMENT ON TABLE DESK.peer IS
        'what the other guardians have sent during the key ceremony'$$, $$
    CREATE TABLE DESK.verified (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        tally eg.encrypted_tally NOT NULL,
        verified_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )$$, $$
    COMMENT ON TABLE DESK.verified IS
        'the tally of the record, recomputed here after its verification: no row if that is to be done'$$, $$
    CREATE TABLE DESK.decryption (
        decryption bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        guardians integer[] NOT NULL,
        tally eg.encrypted_tally,
        ballot eg.ballot,
        contest text,
        nonces bytea NOT NULL,
        commitments jsonb NOT NULL,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        started_in text NOT NULL,       -- DESK.here()
        started_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
        revealed_at timestamptz,
        revealed_in xid8,               -- that transaction
        CHECK ((tally IS NULL) <> (ballot IS NULL)),
        CHECK ((ballot IS NULL) = (contest IS NULL))
    )$$, $$
    COMMENT ON TABLE DESK.decryption IS
        'the decryptions that this guardian takes part in: of a tally, or of contest data; the nonces are sealed'$$, $$
    CREATE TABLE DESK.decrypted (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        tally eg.encrypted_tally NOT NULL,
        decrypted_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )$$, $$
    COMMENT ON TABLE DESK.decrypted IS
        'the tally of which this guardian has revealed his part: he decrypts no other'$$, $$
    CREATE TABLE DESK.opened (
        identifier bytea PRIMARY KEY,
        ballot_id text NOT NULL,
        opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        opened_in xid8 NOT NULL DEFAULT pg_current_xact_id()
    )$$, $$
    COMMENT ON TABLE DESK.opened IS
        'the challenged ballots of whose nonces this guardian may have given away his share'$$, $$
    CREATE FUNCTION DESK.require(argument text, given boolean) RETURNS void
        LANGUAGE plpgsql IMMUTABLE
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        IF NOT given THEN
            RAISE null_value_not_allowed USING
                MESSAGE = format('%s must not be NULL', argument);
        END IF;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.require(text, boolean) IS
        'an error that names an argument that is not given; not for users'$$, $$
    CREATE FUNCTION DESK.wait_for_disk() RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        IF current_setting('synchronous_commit') = 'off' THEN
            PERFORM set_config('synchronous_commit', 'on', true);
        END IF;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.wait_for_disk() IS
        'has the commit of this transaction wait for the disk; not for users'$$,

    --
    -- The key ceremony
    --
    $$
    CREATE FUNCTION DESK.create_keys(guardian integer, guardians integer,
                                     quorum integer, passphrase text,
                                     level text DEFAULT 'interactive')
        RETURNS bytea
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        made record;
    BEGIN
        PERFORM DESK.require('guardian, guardians, quorum, passphrase or level',
                             NOT (guardian IS NULL OR guardians IS NULL OR
                                  quorum IS NULL OR passphrase IS NULL OR
                                  level IS NULL));
        IF EXISTS (SELECT FROM DESK.guardian) THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'this desk has keys already',
                HINT = 'Every ceremony has a desk of its own: make one with eg.create_guardian_desk().';
        END IF;
        made := eg.create_guardian(guardian, guardians, quorum, passphrase,
                                   level);
        INSERT INTO DESK.guardian (guardian, guardians, quorum, secret,
                                   public_key, commitment)
        VALUES (guardian, guardians, quorum, made.secret, made.public_key,
                made.commitment);
        RETURN made.commitment;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.create_keys(integer, integer, integer, text, text) IS
        'makes the guardian''s keys; the commitment goes to all others'$$, $$
    CREATE FUNCTION DESK.self() RETURNS DESK.guardian
        LANGUAGE plpgsql STABLE
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian;
    BEGIN
        SELECT * INTO self FROM DESK.guardian;
        IF NOT FOUND THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'this desk has no keys yet',
                HINT = 'Make them with DESK.create_keys().';
        END IF;
        RETURN self;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.self() IS
        'the row of the guardian; an error before there is one'$$, $$
    CREATE FUNCTION DESK.self_in_ceremony() RETURNS DESK.guardian
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian;
    BEGIN
        -- Locked, so that one election is accepted.
        PERFORM FROM DESK.guardian FOR UPDATE;
        self := DESK.self();
        IF self.election IS NOT NULL THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'the key ceremony of this desk is over',
                DETAIL = 'It has accepted an election.';
        END IF;
        RETURN self;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.self_in_ceremony() IS
        'the row of the guardian, locked, until he has accepted an election; not for users'$$, $$
    CREATE FUNCTION DESK.receive_commitment(guardian integer, commitment bytea)
        RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self_in_ceremony();
        known bytea := (SELECT p.commitment FROM DESK.peer p
                        WHERE p.guardian = receive_commitment.guardian);
    BEGIN
        IF guardian = self.guardian THEN
            known := self.commitment;
        ELSIF guardian IS NULL OR guardian NOT BETWEEN 1 AND self.guardians THEN
            RAISE invalid_parameter_value USING
                MESSAGE = format('guardian %s is not in 1 .. %s',
                                 coalesce(guardian::text, 'NULL'),
                                 self.guardians);
        ELSIF commitment IS NULL OR length(commitment) <> 32 THEN
            RAISE invalid_parameter_value USING
                MESSAGE = format('commitment of guardian %s is not 32 bytes',
                                 guardian);
        END IF;
        PERFORM DESK.wait_for_disk();
        IF known IS NULL THEN
            INSERT INTO DESK.peer (guardian, commitment)
            VALUES (guardian, commitment);
        ELSIF known IS DISTINCT FROM commitment THEN
            RAISE unique_violation USING
                MESSAGE = format('guardian %s has committed to other keys before',
                                 guardian),
                HINT = 'Settle it with him, and begin the ceremony again.';
        END IF;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.receive_commitment(integer, bytea) IS
        'keeps what another guardian has committed to'$$, $$
    CREATE FUNCTION DESK.require_all(what text, missing integer[]) RETURNS void
        LANGUAGE plpgsql STABLE
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        IF cardinality(missing) > 0 THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('not all %s are there yet', what),
                DETAIL = format('Missing: of guardian %s.',
                                array_to_string(missing, ', '));
        END IF;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.require_all(text, integer[]) IS
        'an error that names who is missing; not for users'$$, $$
    CREATE FUNCTION DESK.public_key() RETURNS jsonb
        LANGUAGE plpgsql STABLE
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self();
    BEGIN
        -- Who sees the others' keys before he is bound could choose his.
        PERFORM DESK.require_all('commitments', ARRAY(
            SELECT g FROM generate_series(1, self.guardians) g
            WHERE g <> self.guardian
                  AND NOT EXISTS (SELECT FROM DESK.peer p
                                  WHERE p.guardian = g)));
        IF EXISTS (SELECT FROM DESK.peer p
                   WHERE p.received_in = pg_current_xact_id_if_assigned()) THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'commitments were received in this transaction',
                DETAIL = 'A rollback would forget them, but not who has seen the public key.',
                HINT = 'Commit before you call DESK.public_key().';
        END IF;
        RETURN self.public_key;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.public_key() IS
        'the guardian''s public key for all others, once all have committed to theirs'$$, $$
    CREATE FUNCTION DESK.receive_public_key(public_key jsonb) RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self_in_ceremony();
        sender integer := public_key ->> 'x_coordinate';
        fault record;
    BEGIN
        PERFORM DESK.require('public key', public_key IS NOT NULL);
        IF sender = self.guardian THEN
            IF public_key = self.public_key THEN
                RETURN;
            END IF;
            RAISE data_exception USING
                MESSAGE = format('this public key of guardian %s is not the one of this desk',
                                 sender);
        END IF;
        SELECT c.* INTO fault
        FROM (SELECT) one
             LEFT JOIN DESK.peer p ON p.guardian = sender,
             eg.check_guardian(self.guardians, self.quorum,
                               receive_public_key.public_key, p.commitment) c
        WHERE c.ok IS NOT TRUE LIMIT 1;
        IF FOUND THEN
            RAISE data_exception USING
                MESSAGE = format('public key of %s does not pass check "%s"',
                                 fault.subject, fault.step),
                DETAIL = fault.detail || '.';
        END IF;
        UPDATE DESK.peer p SET public_key = receive_public_key.public_key
        WHERE p.guardian = sender;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.receive_public_key(jsonb) IS
        'checks another guardian''s public key, by verification 2 and his commitment, and keeps it'$$, $$
    CREATE FUNCTION DESK.public_keys() RETURNS jsonb[]
        LANGUAGE plpgsql STABLE
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self();
    BEGIN
        PERFORM DESK.require_all('public keys', ARRAY(
            SELECT g FROM generate_series(1, self.guardians) g
            WHERE g <> self.guardian
                  AND NOT EXISTS (SELECT FROM DESK.peer p
                                  WHERE p.guardian = g
                                        AND p.public_key IS NOT NULL)));
        RETURN ARRAY(SELECT k.public_key
                     FROM (SELECT self.guardian, self.public_key
                           UNION ALL
                           SELECT p.guardian, p.public_key
                           FROM DESK.peer p) k(guardian, public_key)
                     ORDER BY k.guardian);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.public_keys() IS
        'the public keys of all guardians, as this desk has seen them'$$, $$
    CREATE FUNCTION DESK.encrypt_shares(passphrase text) RETURNS jsonb
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self_in_ceremony();
    BEGIN
        PERFORM DESK.require('passphrase', passphrase IS NOT NULL);
        RETURN eg.encrypt_shares(self.secret, passphrase, DESK.public_keys());
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.encrypt_shares(text) IS
        'the guardian''s key shares for all others, encrypted for each'$$, $$
    CREATE FUNCTION DESK.receive_shares(shares jsonb) RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self_in_ceremony();
        sender integer := shares ->> 'sender';
    BEGIN
        IF sender IS NULL THEN
            RAISE invalid_parameter_value USING
                MESSAGE = 'these are no key shares: there is no sender';
        END IF;
        IF sender = self.guardian THEN
            RETURN;
        END IF;
        UPDATE DESK.peer p SET shares = receive_shares.shares
        WHERE p.guardian = sender AND p.public_key IS NOT NULL;
        IF NOT FOUND THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('public key of guardian %s is not there yet',
                                 sender);
        END IF;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.receive_shares(jsonb) IS
        'keeps another guardian''s key shares: DESK.accept_election() looks at them'$$, $$
    CREATE FUNCTION DESK.accept_election(election eg.election, passphrase text)
        RETURNS bytea
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self_in_ceremony();
        keys jsonb[] := DESK.public_keys();
        accepted eg.guardian_secret;
    BEGIN
        PERFORM DESK.require('election', election IS NOT NULL);
        PERFORM DESK.require('passphrase', passphrase IS NOT NULL);
        PERFORM DESK.require_all('key shares', ARRAY(
            SELECT p.guardian FROM DESK.peer p WHERE p.shares IS NULL
            ORDER BY 1));
        -- Verifications 1, 3 and 4: everything but the manifest is recomputed
        -- from what this desk has seen (3.2.2, steps 1 and 3).
        IF (election OPERATOR(eg.=)
            eg.create_election(eg.manifest(election), self.quorum, keys))
           IS NOT TRUE THEN
            RAISE data_exception USING
                MESSAGE = 'election is not that of the public keys seen here',
                HINT = 'Compare eg.guardian_record_hash(election, DESK.public_keys()) with the others.';
        END IF;
        accepted := eg.accept_shares(election, self.secret, passphrase, keys,
                                     ARRAY(SELECT p.shares FROM DESK.peer p));
        UPDATE DESK.guardian g
        SET secret = accepted, election = accept_election.election,
            guardian_record = eg.guardian_record(accept_election.election, keys);
        UPDATE DESK.peer p SET shares = NULL;
        RETURN eg.guardian_record_hash(election, keys);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.accept_election(eg.election, text) IS
        'ends the ceremony: checks election and key shares, keeps the guardian''s shares of the election''s keys alone; returns H_G, which all guardians compare'$$,

    --
    -- Decryption: first the record is looked at
    --
    -- Before anything is decrypted there is no tally, no H_G need be stated,
    -- and verifications 10 to 14 judge what comes out of the decryption.
    --
    $$
    CREATE VIEW DESK.checks AS
        SELECT step, ok, subject, detail FROM DESK_record.checks
        WHERE step !~ '^1[0-4]\.' AND step <> 'record.unknown file'
              AND NOT (step = 'record.files' AND subject = 'tally.json')
              AND NOT (step = 'H_G' AND ok IS NULL)
        UNION ALL
        SELECT 'desk.election', mine.ok, 'election',
               CASE WHEN NOT mine.ok
                    THEN 'it is not the one of the key ceremony' END
        FROM DESK.guardian g LEFT JOIN DESK_record.election r ON true,
             LATERAL (SELECT coalesce(r.election OPERATOR(eg.=) g.election,
                                      false)) mine(ok)
        UNION ALL
        SELECT 'desk.opened', c.ballot_id IS NULL,
               coalesce('ballot "' || c.ballot_id || '"', 'opened ballots'),
               CASE WHEN c.ballot_id IS NOT NULL
                    THEN 'it has been opened here, as a challenged one' END
        FROM (VALUES (1)) one
             LEFT JOIN (SELECT b.ballot_id
                        FROM DESK_record.ballot b
                             JOIN DESK.opened o USING (identifier)
                        WHERE b.state = 'CAST') c ON true
    $$, $$
    COMMENT ON VIEW DESK.checks IS
        'what this guardian demands of a record before he decrypts: verifications 1 to 9, that it is his election, and that he has opened none of the cast ballots'$$, $$
    CREATE FUNCTION DESK.forget_verification() RETURNS trigger
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        DELETE FROM DESK.verified;
        RETURN NULL;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.forget_verification() IS
        'a record that changes is to be verified again; not for users'$$, $$
    DO $body$
    DECLARE
        name text;
    BEGIN
        FOREACH name IN ARRAY '{file, document, election, ballot, device,
            listed_ballot, encrypted_tally, opening, contest_data}'::text[]
        LOOP
            EXECUTE format($trigger$
                CREATE TRIGGER forget_verification
                AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON DESK_record.%I
                EXECUTE FUNCTION DESK.forget_verification()$trigger$, name);
        END LOOP;
    END
    $body$ $$, $$
    CREATE FUNCTION DESK.verify_record() RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self();
        fault record;
        recomputed eg.encrypted_tally;
    BEGIN
        IF self.election IS NULL THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'the key ceremony of this desk is not over',
                HINT = 'End it with DESK.accept_election().';
        END IF;
        -- The tally must be of the ballots that were checked: nobody changes
        -- them meanwhile, and every statement sees what is there.
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE feature_not_supported USING
                MESSAGE = 'a record is verified in a transaction of READ COMMITTED only';
        END IF;
        LOCK TABLE DESK_record.file, DESK_record.document,
            DESK_record.election, DESK_record.ballot, DESK_record.device,
            DESK_record.listed_ballot, DESK_record.encrypted_tally,
            DESK_record.opening, DESK_record.contest_data IN SHARE MODE;
        LOCK TABLE DESK.verified IN SHARE ROW EXCLUSIVE MODE;
        DELETE FROM DESK.verified;

        -- With EXECUTE parallel workers help, otherwise they do not.  A step
        -- that the record calls for and that has no row was not run.
        EXECUTE $query$
            WITH seen AS MATERIALIZED (
                SELECT step, bool_and(ok IS TRUE) AS ok,
                       min(concat_ws(': ', subject, detail))
                           FILTER (WHERE ok IS NOT TRUE) AS detail
                FROM DESK.checks GROUP BY step)
            SELECT step, detail
            FROM (SELECT step, detail FROM seen WHERE NOT ok
                  UNION ALL
                  SELECT n.step, 'not run'
                  FROM DESK_record.needed_step n
                  WHERE n.step !~ '^1[0-4]\.'
                        AND NOT EXISTS (SELECT FROM seen s
                                        WHERE s.step = n.step)) f
            ORDER BY step <> 'desk.election', step LIMIT 1$query$
        INTO fault;
        IF fault.step IS NOT NULL THEN
            RAISE data_exception USING
                MESSAGE = format('record does not pass check "%s"', fault.step),
                DETAIL = fault.detail || '.',
                HINT = 'SELECT * FROM DESK.checks WHERE ok IS NOT TRUE tells all.';
        END IF;
        EXECUTE $query$
            SELECT eg.tally(b.ballot) FROM DESK_record.ballot b
            WHERE b.state = 'CAST'$query$
        INTO recomputed;
        INSERT INTO DESK.verified (tally)
        VALUES (eg.complete_tally(self.election, recomputed));
        PERFORM DESK.verified_tally();
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.verify_record() IS
        'verifies the record that was imported, and computes its tally anew: what DESK.commit_tally() decrypts'$$, $$
    CREATE FUNCTION DESK.verified_tally() RETURNS eg.encrypted_tally
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        verified eg.encrypted_tally;
    BEGIN
        -- What follows is of the record as it is now, until the end.
        LOCK TABLE DESK_record.ballot IN SHARE MODE;
        SELECT v.tally INTO verified FROM DESK.verified v;
        IF NOT FOUND THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'no record has been verified here, or it has changed since',
                HINT = 'Import it into the schema DESK_record, and call DESK.verify_record().';
        END IF;
        IF EXISTS (SELECT FROM DESK.decrypted d
                   WHERE d.tally OPERATOR(eg.<>) verified) THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'this desk has decrypted another tally',
                DETAIL = 'Two tallies give away the votes of the ballots by which they differ.',
                HINT = 'If all guardians agree to it nevertheless, delete the row of DESK.decrypted.';
        END IF;
        RETURN verified;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.verified_tally() IS
        'the tally of the verified record, which nobody changes until the transaction ends; an error if there is none, or another has been decrypted'$$, $$
    CREATE FUNCTION DESK.require_ballots(ballots text[], state text)
        RETURNS void
        LANGUAGE plpgsql STABLE
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        refused record;
    BEGIN
        SELECT l.id INTO refused
        FROM unnest(ballots) l(id)
        WHERE NOT EXISTS (SELECT FROM DESK_record.ballot b
                          WHERE b.ballot_id = l.id
                                AND b.state = require_ballots.state
                                AND NOT b.preencrypted)
        LIMIT 1;
        IF FOUND THEN
            RAISE data_exception USING
                MESSAGE = format('the record has no %s ballot "%s"',
                                 lower(state), refused.id);
        END IF;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.require_ballots(text[], text) IS
        'an error that names what is no ballot of this state; not for users'$$,

    --
    -- Decryption: three moves for each set of guardians
    --
    -- What a backup brings back is in another place: another server, timeline,
    -- database or table.
    --
    $$
    CREATE FUNCTION DESK.here() RETURNS text
        LANGUAGE sql
        SET search_path = pg_catalog, pg_temp
    AS $body$
        SELECT concat_ws(' ', s.system_identifier,
                         left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
                         d.oid, 'DESK.decryption'::regclass::oid)
        FROM pg_control_system() s, pg_database d
        WHERE d.datname = current_database()
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.here() IS
        'where this desk is: something else once it has been restored or copied; not for users'$$, $$
    -- Rows alone that are loaded again come in another transaction.
    CREATE FUNCTION DESK.notice_copy() RETURNS trigger
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        IF NEW.started_by <> pg_current_xact_id() THEN
            NEW.started_in := 'elsewhere';
        END IF;
        RETURN NEW;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.notice_copy() IS
        'a decryption that was begun before is a copy; not for users'$$, $$
    CREATE TRIGGER notice_copy BEFORE INSERT ON DESK.decryption
    FOR EACH ROW EXECUTE FUNCTION DESK.notice_copy()$$, $$
    CREATE FUNCTION DESK.commit_tally(guardians integer[], passphrase text,
                                      OUT decryption bigint,
                                      OUT commitments jsonb)
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self();
        verified eg.encrypted_tally := DESK.verified_tally();
    BEGIN
        PERFORM DESK.require('guardians', guardians IS NOT NULL);
        PERFORM DESK.require('passphrase', passphrase IS NOT NULL);
        INSERT INTO DESK.decryption AS d
            (guardians, tally, nonces, commitments, started_in)
        SELECT commit_tally.guardians, verified, c.nonces, c.commitments,
               DESK.here()
        FROM eg.commit_decryption(self.election, self.secret, passphrase,
                                  commit_tally.guardians, verified) c
        RETURNING d.decryption, d.commitments
        INTO commit_tally.decryption, commit_tally.commitments;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.commit_tally(integer[], text) IS
        'begins to decrypt the tally of the verified record with these guardians; the commitments go to all of them'$$, $$
    CREATE FUNCTION DESK.commit_contest_data(guardians integer[],
                                             ballots text[], contest text,
                                             passphrase text,
                                             OUT decryption bigint,
                                             OUT ballot_id text,
                                             OUT commitments jsonb)
        RETURNS SETOF record
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self();
    BEGIN
        PERFORM DESK.require('guardians', guardians IS NOT NULL);
        PERFORM DESK.require('ballots', ballots IS NOT NULL);
        PERFORM DESK.require('contest', contest IS NOT NULL);
        PERFORM DESK.require('passphrase', passphrase IS NOT NULL);
        PERFORM DESK.verified_tally();
        PERFORM DESK.require_ballots(ballots, 'CAST');
        RETURN QUERY
        INSERT INTO DESK.decryption AS d
            (guardians, ballot, contest, nonces, commitments, started_in)
        SELECT commit_contest_data.guardians, b.ballot,
               commit_contest_data.contest, c.nonces, c.commitments, DESK.here()
        FROM DESK_record.ballot b,
             eg.commit_decryption(self.election, self.secret, passphrase,
                                  commit_contest_data.guardians, b.ballot,
                                  commit_contest_data.contest) c
        WHERE b.ballot_id = ANY (ballots)
        RETURNING d.decryption, eg.ballot_id(d.ballot), d.commitments;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.commit_contest_data(integer[], text[], text, text) IS
        'begins to decrypt contest data of cast ballots of the verified record'$$, $$
    CREATE FUNCTION DESK.find_decryption(decryption bigint)
        RETURNS DESK.decryption
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        mine DESK.decryption;
    BEGIN
        SELECT * INTO mine FROM DESK.decryption d
        WHERE d.decryption = find_decryption.decryption FOR UPDATE;
        IF NOT FOUND THEN
            RAISE no_data_found USING
                MESSAGE = format('this desk has no decryption %s',
                                 coalesce(decryption::text, 'NULL'));
        END IF;
        RETURN mine;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.find_decryption(bigint) IS
        'a decryption''s row, locked; not for users'$$, $$
    CREATE FUNCTION DESK.bind_nonces(decryption bigint, commitments jsonb[],
                                     passphrase text) RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self();
        mine DESK.decryption := DESK.find_decryption(decryption);
        verified eg.encrypted_tally := DESK.verified_tally();
    BEGIN
        PERFORM DESK.require('commitments', commitments IS NOT NULL);
        PERFORM DESK.require('passphrase', passphrase IS NOT NULL);
        PERFORM DESK.wait_for_disk();
        IF mine.started_in <> DESK.here() THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('decryption %s was begun before this desk was restored or copied',
                                 decryption),
                DETAIL = 'Its nonces may have been revealed elsewhere.',
                HINT = 'Begin a new one with the others; DESK.abandon_decryptions() removes the old ones.';
        END IF;
        IF mine.tally OPERATOR(eg.<>) verified THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('decryption %s is of another tally than the verified record',
                                 decryption),
                HINT = 'Begin a new one with the others.';
        ELSIF mine.tally IS NOT NULL THEN
            INSERT INTO DESK.decrypted (tally) VALUES (verified)
            ON CONFLICT DO NOTHING;
            PERFORM DESK.verified_tally();
        ELSE
            PERFORM DESK.require_ballots(ARRAY[eg.ballot_id(mine.ballot)],
                                         'CAST');
        END IF;
        UPDATE DESK.decryption d
        SET nonces = r.nonces,
            revealed_at = coalesce(d.revealed_at, clock_timestamp()),
            revealed_in = coalesce(d.revealed_in, pg_current_xact_id())
        FROM eg.reveal_decryption(self.secret, passphrase, mine.nonces,
                                  bind_nonces.commitments) r
        WHERE d.decryption = mine.decryption;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.bind_nonces(bigint, jsonb[], text) IS
        'binds nonces to the commitments of all guardians, before DESK.reveal() shows anything; not for users'$$, $$
    -- The nonces are bound to what is revealed against, and that is on disk,
    -- before anything is revealed: no rollback or crash takes it back.  A
    -- procedure that commits has no SET clause: all names are qualified.
    CREATE PROCEDURE DESK.reveal(decryption bigint, commitments jsonb[],
                                 passphrase text,
                                 INOUT reveal jsonb DEFAULT NULL)
        LANGUAGE plpgsql
    AS $body$
    BEGIN
        PERFORM DESK.bind_nonces(decryption, commitments, passphrase);
        COMMIT;
        SELECT r.reveal INTO reveal
        FROM DESK.guardian g, DESK.decryption d,
             eg.reveal_decryption(g.secret, passphrase, d.nonces,
                                  reveal.commitments) r
        WHERE d.decryption OPERATOR(pg_catalog.=) reveal.decryption;
    END
    $body$ $$, $$
    COMMENT ON PROCEDURE DESK.reveal(bigint, jsonb[], text, jsonb) IS
        'second move: against the commitments of all guardians of the decryption; commits'$$, $$
    CREATE FUNCTION DESK.respond(decryption bigint, commitments jsonb[],
                                 reveals jsonb[], passphrase text)
        RETURNS jsonb
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self();
        mine DESK.decryption := DESK.find_decryption(decryption);
    BEGIN
        PERFORM DESK.require('commitments', commitments IS NOT NULL);
        PERFORM DESK.require('reveals', reveals IS NOT NULL);
        PERFORM DESK.require('passphrase', passphrase IS NOT NULL);
        IF mine.revealed_in = pg_current_xact_id_if_assigned() THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('decryption %s is revealed in this transaction',
                                 decryption),
                DETAIL = 'A rollback would forget what its nonces are bound to.',
                HINT = 'CALL DESK.reveal(), which commits.';
        END IF;
        IF mine.tally IS NOT NULL THEN
            RETURN eg.respond_decryption(self.election, self.secret, passphrase,
                                         mine.nonces, commitments, reveals,
                                         mine.tally);
        END IF;
        RETURN eg.respond_decryption(self.election, self.secret, passphrase,
                                     mine.nonces, commitments, reveals,
                                     mine.ballot, mine.contest);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.respond(bigint, jsonb[], jsonb[], text) IS
        'third move: the response, after a look at what all have revealed'$$, $$
    CREATE FUNCTION DESK.abandon_decryptions() RETURNS bigint
        LANGUAGE sql
        SET search_path = pg_catalog, pg_temp
    AS $body$
        WITH abandoned AS (
            DELETE FROM DESK.decryption WHERE revealed_at IS NULL
            RETURNING 1)
        SELECT count(*) FROM abandoned
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.abandon_decryptions() IS
        'removes the decryptions that have not been revealed, as after a backup was restored; returns how many'$$,

    --
    -- Challenged ballots
    --
    $$
    CREATE FUNCTION DESK.mark_opened(ballots text[] DEFAULT NULL)
        RETURNS bigint
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        marked bigint;
    BEGIN
        -- A cast ballot must not be opened under another name (3.6.7): the
        -- verified record has no two of one name, identifier or nonce.
        PERFORM DESK.verified_tally();
        PERFORM DESK.require_ballots(ballots, 'CHALLENGED');
        PERFORM DESK.wait_for_disk();
        INSERT INTO DESK.opened (identifier, ballot_id)
        SELECT b.identifier, b.ballot_id
        FROM DESK_record.ballot b
        WHERE b.state = 'CHALLENGED' AND NOT b.preencrypted
              AND (ballots IS NULL OR b.ballot_id = ANY (ballots))
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS marked = ROW_COUNT;
        RETURN marked;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.mark_opened(text[]) IS
        'remembers challenged ballots of the verified record as opened, all if none are named, before DESK.share_nonces() opens them; returns how many are new'$$, $$
    -- What a rollback could forget is not shared.
    CREATE FUNCTION DESK.share_nonces(passphrase text,
                                      ballots text[] DEFAULT NULL,
                                      OUT ballot_id text, OUT share jsonb)
        RETURNS SETOF record
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        self DESK.guardian := DESK.self();
        unmarked text;
    BEGIN
        PERFORM DESK.require('passphrase', passphrase IS NOT NULL);
        PERFORM DESK.verified_tally();
        PERFORM DESK.require_ballots(ballots, 'CHALLENGED');
        SELECT min(b.ballot_id) INTO unmarked
        FROM DESK_record.ballot b LEFT JOIN DESK.opened o USING (identifier)
        WHERE b.state = 'CHALLENGED' AND NOT b.preencrypted
              AND (ballots IS NULL OR b.ballot_id = ANY (ballots))
              AND (o.opened_in IS NULL
                   OR o.opened_in = pg_current_xact_id_if_assigned());
        IF unmarked IS NOT NULL THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('ballot "%s" is not marked as opened yet',
                                 unmarked),
                HINT = 'Call DESK.mark_opened() before, in a transaction of its own.';
        END IF;
        RETURN QUERY
        SELECT b.ballot_id::text,
               eg.share_ballot_nonce(self.election, self.secret, passphrase,
                                     b.ballot)
        FROM DESK_record.ballot b
        WHERE b.state = 'CHALLENGED' AND NOT b.preencrypted
              AND (ballots IS NULL OR b.ballot_id = ANY (ballots));
    END
    $body$ $$, $$
    COMMENT ON FUNCTION DESK.share_nonces(text, text[]) IS
        'the guardian''s shares of the nonces of challenged ballots of the verified record, all if none are named'$$]
    LOOP
        command := replace(command, 'DESK_record', quote_ident(name || '_record'));
        EXECUTE replace(command, 'DESK', quote_ident(name));
    END LOOP;
END
$create$;
COMMENT ON FUNCTION eg.create_guardian_desk(text) IS
    'makes a guardian''s desk: a schema of tables and functions for all that he does, and one for the record';

--
-- The ballot box
--
-- A schema of the caller's own: tables that admit verified ballots, the
-- functions that fill them, the tally in chunks, and views of how it stands.
-- Its functions are made here, each for its box alone, and belong to the
-- caller: none is given the name of a table or schema to work on.
--
-- Who submits or decides holds a lock on the table of the election, who closes
-- the box one that shuts these out: closing waits for what is in flight, and
-- what comes meanwhile waits behind it, which it would not for a lock on the
-- row.  What a function looks at after a wait must be new, so they all demand
-- READ COMMITTED.
--
-- To compile the query that verifies one ballot takes longer than to verify it:
-- no JIT.  A plan made while a table was small is kept when it has grown: what
-- looks for single rows goes by indexes.
--

CREATE FUNCTION eg.create_ballot_box(name text, election eg.election,
                                     opens_at timestamptz DEFAULT NULL,
                                     closes_at timestamptz DEFAULT NULL,
                                     max_weight bigint DEFAULT 1)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $create$
DECLARE
    command text;
BEGIN
    -- The name goes into the text of functions.
    IF name IS NULL OR name !~ '^[a-z_][a-z0-9_]{0,62}$' THEN
        RAISE invalid_schema_name USING
            MESSAGE = format('"%s" is not a plain name', name),
            DETAIL = 'A ballot box''s name has at most 63 small letters, digits and _, and begins with no digit.';
    END IF;
    IF election IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'election is NULL';
    END IF;
    IF opens_at >= closes_at THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'the ballot box would close before it opens';
    END IF;
    IF max_weight IS NULL OR max_weight < 1 THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'the greatest weight of a ballot is less than 1';
    END IF;
    EXECUTE format('CREATE SCHEMA %I', name);

    FOREACH command IN ARRAY ARRAY[
    --
    -- What is kept
    --
    $$
    CREATE TABLE BOX.election (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        election eg.election NOT NULL,
        opens_at timestamptz,           -- NULL: open from the beginning
        closes_at timestamptz,          -- NULL: open until BOX.close()
        max_weight bigint NOT NULL CHECK (max_weight > 0),
        closed_at timestamptz,
        CHECK (opens_at < closes_at)
    )$$, $$
    COMMENT ON TABLE BOX.election IS
        'the election, when its box opens and closes, and the most that a ballot may weigh: one row'$$, $$
    CREATE TABLE BOX.device (
        device text COLLATE "C" PRIMARY KEY,
        device_information text COLLATE "C" NOT NULL,
        chaining_mode integer NOT NULL CHECK (chaining_mode IN (0, 1)),
        device_hash bytea NOT NULL,
        initial_hash bytea NOT NULL,
        ballots bigint NOT NULL DEFAULT 0,
        last_code bytea,
        closing_hash bytea
    )$$, $$
    CREATE UNIQUE INDEX one_chain_each ON BOX.device (device_information)
        WHERE chaining_mode = 1$$, $$
    COMMENT ON TABLE BOX.device IS
        'the devices, each with the end of its chain; two chains never begin with one H_0'$$, $$
    -- What is unique in an election is so here, too.
    CREATE TABLE BOX.ballot (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        confirmation_code bytea
            GENERATED ALWAYS AS (eg.confirmation_code(ballot)) STORED
            NOT NULL UNIQUE,
        ballot_id text COLLATE "C"
            GENERATED ALWAYS AS (eg.ballot_id(ballot)) STORED NOT NULL UNIQUE,
        identifier bytea
            GENERATED ALWAYS AS (eg.identifier(ballot)) STORED NOT NULL UNIQUE,
        nonce_digest bytea
            GENERATED ALWAYS AS (sha256(decode(
                eg.jsonb(ballot) #>> '{encrypted_nonce,c0}', 'base64'))) STORED
            UNIQUE,
        device text COLLATE "C"
            GENERATED ALWAYS AS (eg.device(ballot)) STORED
            NOT NULL REFERENCES BOX.device,
        position bigint NOT NULL,
        verified boolean NOT NULL DEFAULT false,
        ballot eg.ballot NOT NULL,
        received bytea,
        UNIQUE (device, position)
    )$$, $$
    COMMENT ON TABLE BOX.ballot IS
        'the ballots as submitted, undecided; received is the JSON text that one came as, byte for byte; position is the place in the device''s chain; one that is not verified will be before it is tallied'$$, $$
    CREATE TABLE BOX.ballot_state (
        ballot bigint NOT NULL REFERENCES BOX.ballot,
        state text NOT NULL
            CHECK (state IN ('submitted', 'cast', 'challenged', 'void')),
        reason text,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        role name NOT NULL DEFAULT session_user,
        PRIMARY KEY (ballot, state),
        CHECK ((state = 'void') = (reason IS NOT NULL))
    )$$, $$
    CREATE UNIQUE INDEX one_decision ON BOX.ballot_state (ballot)
        WHERE state <> 'submitted'$$, $$
    COMMENT ON TABLE BOX.ballot_state IS
        'every change of a ballot''s state: submitted, then one of cast, challenged and void'$$, $$
    CREATE TABLE BOX.waiting (
        ballot bigint PRIMARY KEY
    )$$, $$
    COMMENT ON TABLE BOX.waiting IS
        'cast ballots that are in no chunk yet'$$, $$
    CREATE TABLE BOX.chunk (
        chunk bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        ballots integer NOT NULL,
        through bigint NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        pid integer,
        backend_start timestamptz,
        role name,
        started_at timestamptz,
        done_at timestamptz,
        parked_at timestamptz,
        fault text,
        CHECK (done_at IS NULL OR parked_at IS NULL)
    )$$, $$
    CREATE INDEX not_done ON BOX.chunk (chunk) WHERE done_at IS NULL$$, $$
    COMMENT ON TABLE BOX.chunk IS
        'the chunks of the tally: who works on one since when, how often it was begun, what went wrong; through counts the ballots of all up to it'$$, $$
    -- Arrays: a row and its index entries for each ballot would take a tenth of
    -- the time of the tally.  Of at most 200 ballots, none is toasted.  That a
    -- ballot is in one chunk only is so as it waits but once, and is checked.
    CREATE TABLE BOX.chunk_part (
        chunk bigint NOT NULL,
        part integer NOT NULL,
        ballots bigint[] NOT NULL,
        PRIMARY KEY (chunk, part)
    )$$, $$
    COMMENT ON TABLE BOX.chunk_part IS
        'the ballots of the chunks, up to 200 in a row, in the order of their numbers'$$, $$
    CREATE VIEW BOX.member AS
        SELECT m.ballot, p.chunk
        FROM BOX.chunk_part p, unnest(p.ballots) m(ballot)
    $$, $$
    COMMENT ON VIEW BOX.member IS
        'which ballots are in which chunk: each in one'$$, $$
    -- A foreign key would be looked up for each chunk, which its worker has locked.
    CREATE TABLE BOX.partial_tally (
        chunk bigint PRIMARY KEY,
        ballots bigint NOT NULL,
        tally eg.encrypted_tally        -- NULL: all were set aside
    )$$, $$
    ALTER TABLE BOX.partial_tally ALTER tally SET STORAGE external$$, $$
    COMMENT ON TABLE BOX.partial_tally IS
        'the tallies of the chunks that are done'$$, $$
    CREATE TABLE BOX.set_aside (
        ballot bigint PRIMARY KEY REFERENCES BOX.ballot,
        chunk bigint NOT NULL REFERENCES BOX.chunk,
        reason text NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    )$$, $$
    COMMENT ON TABLE BOX.set_aside IS
        'cast ballots that are not in the tally, as they do not pass verification'$$, $$
    CREATE TABLE BOX.result (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        encrypted_tally eg.encrypted_tally NOT NULL,
        tally jsonb NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    )$$, $$
    COMMENT ON TABLE BOX.result IS
        'the decrypted tally with its proofs, once there is one: one row'$$, $$
    CREATE TABLE BOX.log (
        entry bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        role name NOT NULL DEFAULT session_user,
        pid integer NOT NULL DEFAULT pg_backend_pid(),
        event text NOT NULL,
        chunk bigint,
        detail text,
        ballots bigint,
        duration interval,
        private_memory bigint
    )$$, $$
    COMMENT ON TABLE BOX.log IS
        'what happened: devices, closing, and every attempt at a chunk with its duration and the private memory, in bytes, of its backend'$$,

    --
    -- Before election day
    --
    $$
    CREATE FUNCTION BOX.require_read_committed() RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE invalid_transaction_state USING
                MESSAGE = 'a ballot box works in transactions of isolation level READ COMMITTED';
        END IF;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.require_read_committed() IS
        'refuses transactions that would not see what others have committed; not for users'$$, $$
    CREATE FUNCTION BOX.require_not_closed() RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        PERFORM BOX.require_read_committed();
        LOCK TABLE BOX.election IN ROW SHARE MODE;
        IF EXISTS (SELECT FROM BOX.election e WHERE e.closed_at IS NOT NULL) THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'the ballot box is closed';
        END IF;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.require_not_closed() IS
        'keeps the box from being closed until the transaction ends, or says that it is; not for users'$$, $$
    CREATE FUNCTION BOX.add_device(device text, device_information text,
                                   chaining_mode integer DEFAULT 0)
        RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off
    AS $body$
    BEGIN
        PERFORM BOX.require_not_closed();
        IF chaining_mode IS NULL OR chaining_mode NOT IN (0, 1) THEN
            RAISE invalid_parameter_value USING
                MESSAGE = format('chaining mode %s is neither 0 nor 1',
                                 chaining_mode);
        END IF;
        IF EXISTS (SELECT FROM BOX.election e
                   WHERE eg.chaining_mode(e.election) <> add_device.chaining_mode) THEN
            RAISE invalid_parameter_value USING
                MESSAGE = format('chaining mode %s is not the one of the manifest',
                                 chaining_mode);
        END IF;
        INSERT INTO BOX.device (device, device_information, chaining_mode,
                                device_hash, initial_hash)
        SELECT add_device.device, add_device.device_information,
               add_device.chaining_mode, h.h_di,
               eg.chain_hash(e.election, '\x00000001'::bytea || h.h_di, false)
        FROM BOX.election e,
             LATERAL (SELECT eg.device_information_hash(
                                 e.election, add_device.device_information,
                                 false)) h(h_di);
        INSERT INTO BOX.log (event, detail)
        VALUES ('device added', add_device.device);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.add_device(text, text, integer) IS
        'admits a device: its name, its information S_device, and its chaining mode'$$,

    --
    -- Submitting
    --
    -- One place says what is wrong with a ballot, here and when it is tallied.
    --
    $$
    CREATE FUNCTION BOX.fault_of(ballot eg.ballot) RETURNS text
        LANGUAGE plpgsql STABLE
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        election BOX.election;
        failed record;
    BEGIN
        SELECT * INTO election FROM BOX.election;
        IF eg.state(ballot) IS NOT NULL THEN
            RETURN format('it was %s before it was submitted',
                          eg.state(ballot));
        ELSIF eg.weight(ballot) NOT BETWEEN 1 AND election.max_weight THEN
            RETURN format('its weight is %s, the box allows %s',
                          eg.weight(ballot), election.max_weight);
        ELSIF eg.verify(election.election, ballot) THEN
            RETURN NULL;
        END IF;
        SELECT c.* INTO failed
        FROM eg.check_ballot(election.election, ballot)
             WITH ORDINALITY c(step, ok, subject, detail, place)
        WHERE c.ok IS NOT TRUE
        ORDER BY c.ok, c.place LIMIT 1;
        RETURN concat_ws('; ', format('check "%s" %s', failed.step,
                                      CASE WHEN failed.ok IS NULL
                                           THEN 'was not run'
                                           ELSE 'failed' END),
                         failed.subject, failed.detail);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.fault_of(eg.ballot) IS
        'the first check that a ballot does not pass, or NULL; not for users'$$, $$
    CREATE FUNCTION BOX.refuse_known(ballot eg.ballot) RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        known BOX.ballot;
        code bytea := eg.confirmation_code(ballot);
        digest bytea := sha256(decode(
            eg.jsonb(ballot) #>> '{encrypted_nonce,c0}', 'base64'));
    BEGIN
        SELECT b.* INTO known FROM BOX.ballot b
        WHERE b.confirmation_code = code
              OR b.ballot_id = eg.ballot_id(refuse_known.ballot)
              OR b.identifier = eg.identifier(refuse_known.ballot)
              OR b.nonce_digest = digest
        LIMIT 1;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        IF known.ballot OPERATOR(eg.=) ballot THEN
            RAISE unique_violation USING
                MESSAGE = format('ballot "%s" has been submitted already',
                                 known.ballot_id),
                DETAIL = format('Its confirmation code is %s.', code);
        END IF;
        RAISE unique_violation USING
            MESSAGE = format('ballot "%s" has the %s of another ballot',
                             eg.ballot_id(ballot),
                             CASE WHEN known.identifier = eg.identifier(ballot)
                                  THEN 'selection encryption identifier'
                                  WHEN known.confirmation_code = code
                                  THEN 'confirmation code'
                                  WHEN known.nonce_digest = digest
                                  THEN 'encrypted nonce'
                                  ELSE 'name' END);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.refuse_known(eg.ballot) IS
        'an error if a ballot is not a new one; not for users'$$, $$
    -- The device's row is locked.
    CREATE FUNCTION BOX.check_link(device BOX.device, ballot eg.ballot)
        RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        field bytea := eg.chaining_field(ballot);
        expected bytea := CASE WHEN device.chaining_mode = 0
                               THEN '\x00000000'::bytea || device.device_hash
                               ELSE '\x00000001'::bytea ||
                                    coalesce(device.last_code,
                                             device.initial_hash) END;
    BEGIN
        IF field = expected THEN
            RETURN;
        END IF;
        IF device.chaining_mode = 1 AND substr(field, 1, 4) = '\x00000001' THEN
            RAISE SQLSTATE 'EG001' USING
                MESSAGE = format('ballot "%s" does not follow the last ballot of device "%s"',
                                 eg.ballot_id(ballot), device.device),
                DETAIL = coalesce('The last confirmation code is '
                                  || device.last_code::text || '.',
                                  'The device has no ballots yet.'),
                HINT = 'Chain it to BOX.last_code() with eg.chain(), and submit it again.';
        END IF;
        RAISE data_exception USING
            MESSAGE = format('chaining field of ballot "%s" is not that of device "%s"',
                             eg.ballot_id(ballot), device.device),
            DETAIL = format('The device is in chaining mode %s.',
                            device.chaining_mode);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.check_link(BOX.device, eg.ballot) IS
        'an error if a ballot is not the next one of its device; not for users'$$, $$
    -- Whatever takes time comes before the locks.
    CREATE FUNCTION BOX.accept(ballot eg.ballot, received bytea) RETURNS bytea
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        election BOX.election;
        device BOX.device;
        fault text;
        accepted BOX.ballot;
    BEGIN
        IF ballot IS NULL THEN
            RAISE null_value_not_allowed USING MESSAGE = 'ballot is NULL';
        END IF;
        PERFORM BOX.require_read_committed();
        SELECT * INTO election FROM BOX.election;
        IF clock_timestamp() < election.opens_at THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'the ballot box is not open yet',
                DETAIL = format('It opens at %s.', election.opens_at);
        END IF;
        IF clock_timestamp() >= election.closes_at
           OR election.closed_at IS NOT NULL THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'the ballot box is closed',
                DETAIL = format('It closed at %s.',
                                least(election.closes_at, election.closed_at));
        END IF;
        IF NOT EXISTS (SELECT FROM BOX.device d
                       WHERE d.device = eg.device(accept.ballot)) THEN
            RAISE no_data_found USING
                MESSAGE = format('ballot "%s" is of device "%s", which is not one of this election',
                                 eg.ballot_id(ballot), eg.device(ballot)),
                HINT = 'Devices are admitted with BOX.add_device().';
        END IF;
        PERFORM BOX.refuse_known(ballot);
        -- Read from JSON, a ballot without a weight has the weight 1.
        fault := CASE WHEN received IS NOT NULL
                           AND convert_from(received, 'UTF8')::json -> 'weight'
                               IS NULL
                      THEN 'it has no weight'
                      ELSE BOX.fault_of(ballot) END;
        IF fault IS NOT NULL THEN
            RAISE data_exception USING
                MESSAGE = format('ballot "%s" is refused', eg.ballot_id(ballot)),
                DETAIL = upper(left(fault, 1)) || substr(fault, 2) || '.';
        END IF;

        PERFORM BOX.require_not_closed();
        SELECT * INTO device FROM BOX.device d
        WHERE d.device = eg.device(accept.ballot) FOR UPDATE;
        PERFORM BOX.refuse_known(ballot);
        PERFORM BOX.check_link(device, ballot);
        INSERT INTO BOX.ballot AS b (position, verified, ballot, received)
        VALUES (device.ballots + 1, true, accept.ballot, accept.received)
        ON CONFLICT DO NOTHING
        RETURNING b.* INTO accepted;
        IF NOT FOUND THEN
            -- In the meantime, another device has submitted it.
            PERFORM BOX.refuse_known(ballot);
            RAISE unique_violation USING
                MESSAGE = format('device "%s" has a ballot at place %s already',
                                 device.device, device.ballots + 1);
        END IF;
        UPDATE BOX.device d
        SET ballots = d.ballots + 1, last_code = accepted.confirmation_code
        WHERE d.device = accepted.device;
        INSERT INTO BOX.ballot_state (ballot, state)
        VALUES (accepted.number, 'submitted');
        RETURN accepted.confirmation_code;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.accept(eg.ballot, bytea) IS
        'verifies a ballot and appends it to those of its device; not for users'$$, $$
    CREATE FUNCTION BOX.submit(ballot eg.ballot) RETURNS bytea
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
    AS $body$
    BEGIN
        RETURN BOX.accept(ballot, NULL);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.submit(eg.ballot) IS
        'submits a ballot; returns its confirmation code'$$, $$
    CREATE FUNCTION BOX.submit(ballot bytea) RETURNS bytea
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
    AS $body$
    BEGIN
        RETURN BOX.accept(convert_from(ballot, 'UTF8')::json::eg.ballot,
                          ballot);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.submit(bytea) IS
        'submits a ballot as the bytes of its JSON text; returns its confirmation code'$$, $$
    CREATE FUNCTION BOX.submit(ballot text) RETURNS bytea
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
    AS $body$
    BEGIN
        IF ballot LIKE '\\x%' THEN
            RETURN BOX.accept(ballot::eg.ballot, NULL);
        END IF;
        RETURN BOX.accept(ballot::json::eg.ballot, convert_to(ballot, 'UTF8'));
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.submit(text) IS
        'submits a ballot as JSON text, or as the text form of eg.ballot; returns its confirmation code'$$, $$
    CREATE FUNCTION BOX.submit(ballot jsonb) RETURNS bytea
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
    AS $body$
    BEGIN
        RETURN BOX.accept(ballot::eg.ballot,
                          convert_to(ballot::text, 'UTF8'));
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.submit(jsonb) IS
        'submits a ballot as jsonb; returns its confirmation code'$$, $$
    CREATE FUNCTION BOX.last_code(device text) RETURNS bytea
        LANGUAGE plpgsql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off
    AS $body$
    DECLARE
        code bytea;
    BEGIN
        SELECT d.last_code INTO code FROM BOX.device d
        WHERE d.device = last_code.device;
        IF NOT FOUND THEN
            RAISE no_data_found USING
                MESSAGE = format('device "%s" is not one of this election', device);
        END IF;
        RETURN code;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.last_code(text) IS
        'the code that the next ballot of a device is chained to; NULL before the first'$$,

    --
    -- Deciding
    --
    $$
    CREATE FUNCTION BOX.decide(code bytea, new_state text, reason text)
        RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        mine BOX.ballot;
        decided text;
    BEGIN
        PERFORM BOX.require_not_closed();
        SELECT b.* INTO mine FROM BOX.ballot b
        WHERE b.confirmation_code = code FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RAISE no_data_found USING
                MESSAGE = format('no ballot has the confirmation code %s', code);
        END IF;
        SELECT s.state INTO decided FROM BOX.ballot_state s
        WHERE s.ballot = mine.number AND s.state <> 'submitted';
        IF FOUND THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('ballot "%s" is %s already', mine.ballot_id,
                                 decided);
        END IF;
        INSERT INTO BOX.ballot_state (ballot, state, reason)
        VALUES (mine.number, new_state, decide.reason);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.decide(bytea, text, text) IS
        'gives a submitted ballot its state; not for users'$$, $$
    CREATE FUNCTION BOX.cast_ballot(code bytea) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
    AS $body$
    BEGIN
        PERFORM BOX.decide(code, 'cast', NULL);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.cast_ballot(bytea) IS
        'casts a submitted ballot: it will be tallied'$$, $$
    CREATE FUNCTION BOX.challenge(code bytea) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
    AS $body$
    BEGIN
        PERFORM BOX.decide(code, 'challenged', NULL);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.challenge(bytea) IS
        'challenges a submitted ballot: it will be opened, and never tallied'$$, $$
    CREATE FUNCTION BOX.void(code bytea, reason text) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
    AS $body$
    BEGIN
        IF reason IS NULL OR btrim(reason) = '' THEN
            RAISE null_value_not_allowed USING
                MESSAGE = 'a ballot is not made void without a reason';
        END IF;
        PERFORM BOX.decide(code, 'void', reason);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.void(bytea, text) IS
        'makes a submitted ballot void: it is never tallied, and stands in the record as challenged'$$, $$
    CREATE FUNCTION BOX.queue_ballot() RETURNS trigger
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        INSERT INTO BOX.waiting (ballot) VALUES (NEW.ballot);
        RETURN NULL;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.queue_ballot() IS
        'a ballot that is cast waits for the tally, whoever cast it; not for users'$$, $$
    CREATE TRIGGER queue_ballot AFTER INSERT ON BOX.ballot_state
        FOR EACH ROW WHEN (NEW.state = 'cast')
        EXECUTE FUNCTION BOX.queue_ballot()$$, $$
    CREATE FUNCTION BOX.forget_verification() RETURNS trigger
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        NEW.verified := false;
        RETURN NEW;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.forget_verification() IS
        'a ballot that its owner has changed is to be verified again; not for users'$$, $$
    CREATE TRIGGER forget_verification BEFORE UPDATE OF ballot ON BOX.ballot
        FOR EACH ROW EXECUTE FUNCTION BOX.forget_verification()$$, $$
    CREATE VIEW BOX.undecided AS
        SELECT b.confirmation_code, b.ballot_id, b.device, s.at AS submitted_at
        FROM BOX.ballot b
             LEFT JOIN BOX.ballot_state s
             ON s.ballot = b.number AND s.state = 'submitted'
        WHERE NOT EXISTS (SELECT FROM BOX.ballot_state d
                          WHERE d.ballot = b.number AND d.state <> 'submitted')
    $$, $$
    COMMENT ON VIEW BOX.undecided IS
        'the ballots that are neither cast nor challenged nor void'$$, $$
    CREATE FUNCTION BOX.close(OUT confirmation_code bytea, OUT ballot_id text,
                              OUT device text)
        RETURNS SETOF record
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off
    AS $body$
    DECLARE
        election BOX.election;
    BEGIN
        PERFORM BOX.require_read_committed();
        LOCK TABLE BOX.election IN EXCLUSIVE MODE;
        SELECT * INTO election FROM BOX.election;
        IF election.closed_at IS NOT NULL THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'the ballot box is closed',
                DETAIL = format('It closed at %s.', election.closed_at);
        END IF;
        IF clock_timestamp() < election.closes_at THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'the ballot box is still open',
                DETAIL = format('It closes at %s.', election.closes_at),
                HINT = 'To close it now, UPDATE BOX.election SET closes_at = clock_timestamp() first.';
        END IF;
        UPDATE BOX.election SET closed_at = clock_timestamp();
        UPDATE BOX.device d
        SET closing_hash = eg.chain_hash(
                election.election,
                eg.chain_closing_field(
                    election.election, coalesce(d.last_code, d.initial_hash),
                    '\x00000001'::bytea || d.device_hash, false),
                false)
        WHERE d.chaining_mode = 1;
        INSERT INTO BOX.log (event) VALUES ('box closed');
        RETURN QUERY
        SELECT u.confirmation_code, u.ballot_id::text, u.device::text
        FROM BOX.undecided u ORDER BY u.confirmation_code;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.close() IS
        'closes the box and the devices'' chains, after what is in flight; returns the ballots that are left undecided'$$,

    --
    -- The tally in chunks
    --
    $$
    -- One at a time; for the next one the rows are gone.  Some ten thousand
    -- ballots each time, as others wait meanwhile, and at most fifty chunks, as
    -- whoever claims one or counts what is done looks through them.
    CREATE FUNCTION BOX.make_chunks(chunk_size integer) RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        through bigint;
        made bigint;
        size integer;
        placed BOX.chunk_part;
        behind bigint := 0;
    BEGIN
        LOCK TABLE BOX.waiting IN SHARE UPDATE EXCLUSIVE MODE;
        through := coalesce((SELECT c.through FROM BOX.chunk c
                             ORDER BY c.chunk DESC LIMIT 1), 0);
        FOR i IN 1 .. least(greatest(10000 / chunk_size, 1), 50) LOOP
            made := NULL;
            size := 0;
            FOR nth IN 1 .. (chunk_size + 199) / 200 LOOP
                -- In one statement: what is put in is what waits, and waits no
                -- longer.
                WITH next AS MATERIALIZED (
                    SELECT array_agg(w.ballot) AS ballots, max(w.ballot) AS last
                    FROM (SELECT ballot FROM BOX.waiting WHERE ballot > behind
                          ORDER BY ballot
                          LIMIT least(chunk_size - size, 200)) w
                ), taken AS (
                    DELETE FROM BOX.waiting w USING next
                    WHERE w.ballot > behind AND w.ballot <= next.last
                )
                INSERT INTO BOX.chunk_part AS p (chunk, part, ballots)
                SELECT coalesce(made, nextval('BOX.chunk_chunk_seq')), nth,
                       next.ballots
                FROM next WHERE next.last IS NOT NULL
                RETURNING p.* INTO placed;
                EXIT WHEN NOT FOUND;
                made := placed.chunk;
                size := size + cardinality(placed.ballots);
                behind := placed.ballots[cardinality(placed.ballots)];
            END LOOP;
            EXIT WHEN made IS NULL;
            through := through + size;
            INSERT INTO BOX.chunk (chunk, ballots, through)
            VALUES (made, size, through);
        END LOOP;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.make_chunks(integer) IS
        'puts ballots that wait into new chunks; not for users'$$, $$
    -- Waits for nobody.
    CREATE FUNCTION BOX.claim_made_chunk(backend_start timestamptz)
        RETURNS bigint
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        free BOX.chunk;
    BEGIN
        LOOP
            SELECT c.* INTO free FROM BOX.chunk c
            WHERE c.done_at IS NULL AND c.parked_at IS NULL
                  AND (c.pid IS NULL OR c.pid = pg_backend_pid()
                       OR NOT eg.is_at_work(c.pid, c.backend_start,
                                            c.started_at, 'BOX.chunk'))
            ORDER BY c.chunk LIMIT 1
            FOR UPDATE SKIP LOCKED;
            EXIT WHEN NOT FOUND OR free.attempts < 3;
            PERFORM BOX.fail_chunk(free.chunk, 'worker died or was interrupted');
        END LOOP;
        UPDATE BOX.chunk c
        SET attempts = c.attempts + 1, pid = pg_backend_pid(),
            backend_start = claim_made_chunk.backend_start,
            role = session_user, started_at = clock_timestamp()
        WHERE c.chunk = free.chunk;
        RETURN free.chunk;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.claim_made_chunk(timestamptz) IS
        'claims a chunk that there is for this backend, or returns NULL; not for users'$$, $$
    CREATE FUNCTION BOX.claim_chunk(chunk_size integer,
                                    backend_start timestamptz)
        RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
        SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
    AS $body$
    DECLARE
        claimed bigint;
    BEGIN
        PERFORM BOX.require_read_committed();
        IF chunk_size IS NULL OR chunk_size NOT BETWEEN 1 AND 1000000 THEN
            RAISE invalid_parameter_value USING
                MESSAGE = format('chunk size %s is not between 1 and 1000000',
                                 coalesce(chunk_size::text, 'NULL'));
        END IF;
        LOOP
            claimed := BOX.claim_made_chunk(backend_start);
            IF claimed IS NOT NULL OR NOT EXISTS (SELECT FROM BOX.waiting) THEN
                RETURN claimed;
            END IF;
            PERFORM BOX.make_chunks(chunk_size);
        END LOOP;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.claim_chunk(integer, timestamptz) IS
        'claims a chunk for this backend; for eg.tally_ballot_box(), which commits that'$$, $$
    CREATE FUNCTION BOX.fail_chunk(failed bigint, fault text) RETURNS void
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
        mine BOX.chunk;
    BEGIN
        UPDATE BOX.chunk c
        SET pid = NULL, backend_start = NULL, fault = fail_chunk.fault,
            parked_at = CASE WHEN c.attempts >= 3 THEN clock_timestamp() END
        WHERE c.chunk = failed
        RETURNING c.* INTO mine;
        INSERT INTO BOX.log (event, chunk, detail, ballots, duration,
                             private_memory)
        VALUES (CASE WHEN mine.parked_at IS NULL THEN 'chunk failed'
                     ELSE 'chunk parked' END, mine.chunk, fail_chunk.fault,
                mine.ballots, clock_timestamp() - mine.started_at,
                eg.private_memory());
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.fail_chunk(bigint, text) IS
        'notes that an attempt at a chunk failed, and parks it after the third; not for users'$$, $$
    CREATE FUNCTION BOX.count_unverified(counted bigint, verify_again boolean,
                                         OUT ballots bigint,
                                         OUT set_aside bigint)
        LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
        INSERT INTO BOX.set_aside (ballot, chunk, reason)
        SELECT x.number, counted, x.reason
        FROM (SELECT b.number, BOX.fault_of(b.ballot) AS reason
              FROM BOX.chunk_part p JOIN BOX.ballot b ON b.number = ANY (p.ballots)
              WHERE p.chunk = counted AND (verify_again OR NOT b.verified)
              OFFSET 0) x
        WHERE x.reason IS NOT NULL;
        GET DIAGNOSTICS set_aside = ROW_COUNT;
        INSERT INTO BOX.partial_tally AS t (chunk, ballots, tally)
        SELECT counted, count(*), eg.tally(eg.cast_ballot(b.ballot))
        FROM BOX.chunk_part p JOIN BOX.ballot b ON b.number = ANY (p.ballots)
        WHERE p.chunk = counted
              AND NOT EXISTS (SELECT FROM BOX.set_aside a
                              WHERE a.ballot = b.number)
        RETURNING t.ballots INTO count_unverified.ballots;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.count_unverified(bigint, boolean) IS
        'adds up the ballots of a chunk, and sets aside what does not pass verification; not for users'$$, $$
    -- Who goes on afterwards tells how many cast ballots he knows of, and gets
    -- how many there are (what waits is counted if the chunks have more than
    -- that), how many are done, and his next chunk, if there is one already: it
    -- is claimed by the commit of this one.
    CREATE FUNCTION BOX.tally_chunk(chunk bigint, verify_again boolean,
                                    INOUT cast_ballots bigint DEFAULT NULL,
                                    OUT ballots bigint, OUT set_aside bigint,
                                    OUT fault text, OUT ballots_done bigint,
                                    OUT next_chunk bigint)
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
        SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
    AS $body$
    DECLARE
        mine BOX.chunk;
        members record;
        counted record;         -- of ballots and set_aside
        detail text;
        in_chunks bigint;
    BEGIN
        PERFORM BOX.require_read_committed();
        -- Who claims at the same time may have locked it, to find that it is
        -- claimed.
        SELECT c.* INTO mine FROM BOX.chunk c
        WHERE c.chunk = tally_chunk.chunk AND c.pid = pg_backend_pid()
              AND c.done_at IS NULL AND c.parked_at IS NULL
        FOR UPDATE;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        BEGIN
            -- As if all were verified.  Numbers that follow each other, as most
            -- do, are one search in the index, others one each.
            SELECT min(p.ballots[1]) AS first,
                   max(p.ballots[cardinality(p.ballots)]) AS last,
                   sum(cardinality(p.ballots)) AS size
            INTO members FROM BOX.chunk_part p WHERE p.chunk = mine.chunk;
            IF members.last - members.first < members.size THEN
                INSERT INTO BOX.partial_tally AS t (chunk, ballots, tally)
                SELECT mine.chunk, count(*), eg.tally(eg.cast_ballot(b.ballot))
                FROM BOX.ballot b
                WHERE b.number BETWEEN members.first AND members.last
                      AND b.verified AND NOT verify_again
                HAVING count(*) = members.size
                RETURNING t.ballots, 0::bigint AS set_aside INTO counted;
            ELSE
                INSERT INTO BOX.partial_tally AS t (chunk, ballots, tally)
                SELECT mine.chunk, count(*), eg.tally(eg.cast_ballot(b.ballot))
                FROM BOX.chunk_part p
                     JOIN BOX.ballot b ON b.number = ANY (p.ballots)
                WHERE p.chunk = mine.chunk AND b.verified AND NOT verify_again
                HAVING count(*) = members.size
                RETURNING t.ballots, 0::bigint AS set_aside INTO counted;
            END IF;
            IF counted.ballots IS NULL THEN
                counted := BOX.count_unverified(mine.chunk, verify_again);
            END IF;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
            fault := concat_ws('; ', SQLSTATE || ' ' || SQLERRM,
                               nullif(detail, ''));
            PERFORM BOX.fail_chunk(mine.chunk, fault);
            RETURN;
        END;
        ballots := counted.ballots;
        set_aside := counted.set_aside;
        UPDATE BOX.chunk c
        SET done_at = clock_timestamp(), pid = NULL, backend_start = NULL,
            fault = NULL
        WHERE c.chunk = mine.chunk;
        INSERT INTO BOX.log (event, chunk, ballots, duration, private_memory)
        VALUES ('chunk done', mine.chunk, tally_chunk.ballots,
                clock_timestamp() - mine.started_at, eg.private_memory());
        IF set_aside > 0 THEN
            INSERT INTO BOX.log (event, chunk, ballots)
            VALUES ('ballots set aside', mine.chunk, set_aside);
        END IF;
        IF cast_ballots IS NOT NULL THEN
            SELECT l.through,
                   l.through - coalesce((SELECT sum(c.ballots) FROM BOX.chunk c
                                         WHERE c.done_at IS NULL), 0)
            INTO in_chunks, ballots_done
            FROM (SELECT c.through FROM BOX.chunk c
                  ORDER BY c.chunk DESC LIMIT 1) l;
            IF cast_ballots < in_chunks THEN
                cast_ballots := in_chunks + (SELECT count(*) FROM BOX.waiting);
            END IF;
            next_chunk := BOX.claim_made_chunk(mine.backend_start);
        END IF;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.tally_chunk(bigint, boolean, bigint) IS
        'tallies a chunk that this backend has claimed; for eg.tally_ballot_box()'$$, $$
    CREATE FUNCTION BOX.tally_next_chunk(chunk_size integer DEFAULT 200,
                                         verify_again boolean DEFAULT false,
                                         OUT chunk bigint, OUT ballots bigint,
                                         OUT set_aside bigint, OUT fault text)
        RETURNS SETOF record
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off
    AS $body$
    BEGIN
        chunk := BOX.claim_chunk(chunk_size, NULL);
        IF chunk IS NULL THEN
            RETURN;
        END IF;
        SELECT t.ballots, t.set_aside, t.fault
        INTO tally_next_chunk.ballots, tally_next_chunk.set_aside,
             tally_next_chunk.fault
        FROM BOX.tally_chunk(tally_next_chunk.chunk, verify_again) t;
        RETURN NEXT;
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.tally_next_chunk(integer, boolean) IS
        'tallies one chunk in the caller''s transaction; no row if there is none to do'$$, $$
    CREATE FUNCTION BOX.release_chunk(chunk bigint) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off
    AS $body$
    BEGIN
        UPDATE BOX.chunk c SET parked_at = NULL, attempts = 0
        WHERE c.chunk = release_chunk.chunk AND c.parked_at IS NOT NULL;
        IF NOT FOUND THEN
            RAISE no_data_found USING
                MESSAGE = format('chunk %s is not parked', chunk);
        END IF;
        INSERT INTO BOX.log (event, chunk)
        VALUES ('chunk released', release_chunk.chunk);
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.release_chunk(bigint) IS
        'lets a parked chunk be tried three times more'$$,

    --
    -- The tally
    --
    $$
    CREATE VIEW BOX.counted AS
        SELECT b.number, b.ballot
        FROM BOX.ballot b
        WHERE b.number IN (SELECT m.ballot
                           FROM BOX.partial_tally p JOIN BOX.member m USING (chunk))
              AND NOT EXISTS (SELECT FROM BOX.set_aside a
                              WHERE a.ballot = b.number)
    $$, $$
    COMMENT ON VIEW BOX.counted IS
        'the ballots that are in the partial tallies'$$, $$
    CREATE VIEW BOX.tally_checks AS
        SELECT v.step, v.ok, v.subject, CASE WHEN v.ok IS NOT TRUE THEN v.detail END
               AS detail
        FROM (SELECT count(m.ballot) - count(DISTINCT m.ballot) AS doubles,
                     count(*) FILTER (WHERE s.state IS DISTINCT FROM 'cast')
                         AS strangers,
                     count(*) FILTER (WHERE p.chunk IS NULL) AS uncounted,
                     count(a.ballot) AS set_aside
              FROM (SELECT * FROM BOX.ballot_state WHERE state = 'cast') s
                   FULL JOIN BOX.member m USING (ballot)
                   LEFT JOIN BOX.partial_tally p ON p.chunk = m.chunk
                   LEFT JOIN BOX.set_aside a ON a.ballot = m.ballot) n,
             (SELECT eg.merge(tally) AS merged, coalesce(sum(ballots), 0) AS ballots
              FROM BOX.partial_tally) p,
             (SELECT eg.tally(eg.cast_ballot(ballot)) AS at_once, count(*) AS ballots
              FROM BOX.counted) o,
             LATERAL (VALUES
                 ('tally.complete', n.uncounted = 0, 'tally',
                  format('%s cast ballots are not in it yet', n.uncounted)),
                 ('tally.cast', n.strangers = 0, 'tally',
                  format('%s ballots in it are not cast', n.strangers)),
                 ('tally.once', n.doubles = 0, 'tally',
                  format('%s ballots in it are doubles of others', n.doubles)),
                 ('tally.set aside', n.set_aside = 0, 'tally',
                  format('%s cast ballots do not pass verification', n.set_aside)),
                 ('tally.number', p.ballots = o.ballots, 'tally',
                  format('%s ballots in it, %s to be in it', p.ballots, o.ballots)),
                 ('tally.sum', coalesce(p.merged OPERATOR(eg.=) o.at_once,
                                        p.merged IS NULL AND o.at_once IS NULL),
                  'tally', 'partial tallies are not the tally of their ballots'))
                 v(step, ok, subject, detail)
    $$, $$
    COMMENT ON VIEW BOX.tally_checks IS
        'whether the partial tallies are together the tally in one statement, and lack nothing'$$, $$
    CREATE FUNCTION BOX.check_tally(OUT step text, OUT ok boolean,
                                    OUT subject text, OUT detail text)
        RETURNS SETOF record
        LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off
    BEGIN ATOMIC
        SELECT c.step, c.ok, c.subject, c.detail FROM BOX.tally_checks c;
    END$$, $$
    COMMENT ON FUNCTION BOX.check_tally() IS
        'recomputes the tally in one statement and compares'$$, $$
    CREATE FUNCTION BOX.final_tally() RETURNS eg.encrypted_tally
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off
    AS $body$
    DECLARE
        uncounted bigint;
        doubles bigint;
    BEGIN
        IF EXISTS (SELECT FROM BOX.election e WHERE e.closed_at IS NULL) THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = 'the ballot box is not closed',
                HINT = 'Close it with BOX.close().';
        END IF;
        SELECT count(*) FILTER (WHERE m.times IS NULL),
               count(*) FILTER (WHERE m.times > 1)
        INTO uncounted, doubles
        FROM BOX.ballot_state s
             LEFT JOIN (SELECT m.ballot, count(*) AS times
                        FROM BOX.member m JOIN BOX.partial_tally p USING (chunk)
                        GROUP BY m.ballot) m USING (ballot)
        WHERE s.state = 'cast';
        IF uncounted > 0 THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('%s cast ballots are not tallied', uncounted),
                HINT = 'CALL eg.tally_ballot_box(), and look at BOX.health.';
        ELSIF doubles > 0 THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('%s cast ballots are tallied more than once',
                                 doubles);
        END IF;
        RETURN eg.complete_tally(
            (SELECT e.election FROM BOX.election e),
            (SELECT eg.merge(p.tally) FROM BOX.partial_tally p));
    END
    $body$ $$, $$
    COMMENT ON FUNCTION BOX.final_tally() IS
        'the encrypted tally of all cast ballots, with every option of the manifest: what the guardians decrypt'$$, $$
    CREATE FUNCTION BOX.receive_decryption(guardian_record jsonb,
                                           commitments jsonb[],
                                           reveals jsonb[], responses jsonb[])
        RETURNS jsonb
        LANGUAGE sql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET jit = off
    BEGIN ATOMIC
        INSERT INTO BOX.result (encrypted_tally, tally)
        SELECT t.encrypted,
               eg.combine_decryption(e.election,
                                     receive_decryption.guardian_record,
                                     receive_decryption.commitments,
                                     receive_decryption.reveals,
                                     receive_decryption.responses, t.encrypted)
        FROM BOX.election e,
             (SELECT BOX.final_tally() AS encrypted OFFSET 0) t
        RETURNING tally;
    END$$, $$
    COMMENT ON FUNCTION BOX.receive_decryption(jsonb, jsonb[], jsonb[], jsonb[]) IS
        'combines what the guardians made of the final tally, checks it, and keeps the votes'$$,

    --
    -- Watching
    --
    $$
    CREATE VIEW BOX.progress AS
        SELECT c.done AS chunks_done, c.chunks, c.parked AS chunks_parked,
               b.votes AS ballots_cast, p.ballots AS ballots_tallied,
               w.ballots AS ballots_waiting,
               r.rate AS ballots_per_second,
               make_interval(secs => CASE WHEN l.ballots = 0 THEN 0
                                          ELSE l.ballots / r.rate END) AS time_left
        FROM (SELECT count(*) AS chunks, count(done_at) AS done,
                     count(parked_at) AS parked,
                     coalesce(sum(ballots) FILTER (WHERE done_at IS NULL
                                                   AND parked_at IS NULL), 0)::float8
                         AS ballots
              FROM BOX.chunk) c,
             (SELECT count(*) AS votes FROM BOX.ballot_state
              WHERE state = 'cast') b,
             (SELECT coalesce(sum(ballots), 0)::bigint AS ballots
              FROM BOX.partial_tally) p,
             (SELECT count(*) AS ballots FROM BOX.waiting) w,
             -- Of the last minute in which chunks were done.
             (SELECT sum(ballots) / nullif(extract(
                         epoch FROM max(done_at) - min(started_at)), 0)::float8
                         AS rate
              FROM BOX.chunk
              WHERE done_at > (SELECT max(done_at) FROM BOX.chunk)
                              - interval '1 minute') r,
             LATERAL (SELECT c.ballots + w.ballots AS ballots) l
    $$, $$
    COMMENT ON VIEW BOX.progress IS
        'how far the tally is, how fast, and how long it will take, parked chunks apart: one row'$$, $$
    CREATE VIEW BOX.workers AS
        SELECT chunk, ballots, attempts, role, pid, started_at,
               clock_timestamp() - started_at AS running
        FROM BOX.chunk
        WHERE done_at IS NULL
              AND eg.is_at_work(pid, backend_start, started_at, 'BOX.chunk')
    $$, $$
    COMMENT ON VIEW BOX.workers IS
        'who works on which chunk, since when'$$, $$
    CREATE VIEW BOX.health AS
        SELECT 'chunk parked' AS problem, format('chunk %s', chunk) AS subject,
               fault AS detail, parked_at AS since
        FROM BOX.chunk WHERE parked_at IS NOT NULL
        UNION ALL
        SELECT 'chunk failed', format('chunk %s', chunk),
               format('attempt %s: %s', attempts, fault), started_at
        FROM BOX.chunk
        WHERE done_at IS NULL AND parked_at IS NULL AND fault IS NOT NULL
        UNION ALL
        SELECT 'worker gone', format('chunk %s', chunk),
               format('attempt %s, by process %s of %s', attempts, pid, role),
               started_at
        FROM BOX.chunk
        WHERE done_at IS NULL AND pid IS NOT NULL
              AND NOT EXISTS (SELECT FROM BOX.workers w
                              WHERE w.chunk = chunk.chunk)
        UNION ALL
        SELECT 'ballot set aside', format('ballot "%s"', b.ballot_id), a.reason,
               a.at
        FROM BOX.set_aside a JOIN BOX.ballot b ON b.number = a.ballot
        UNION ALL
        SELECT 'ballot undecided', format('ballot "%s"', u.ballot_id),
               'the box is closed: it will not be tallied', u.submitted_at
        FROM BOX.undecided u, BOX.election e
        WHERE e.closed_at IS NOT NULL
        UNION ALL
        (SELECT 'longest running', format('chunk %s', chunk),
                format('process %s of %s', pid, role), started_at
         FROM BOX.workers ORDER BY started_at LIMIT 1)
    $$, $$
    COMMENT ON VIEW BOX.health IS
        'what is wrong, or may be: a row for each; and the chunk that is worked on for longest'$$, $$
    CREATE VIEW BOX.results AS
        SELECT c.contest_index, c.contest, c.option_index, c.option,
               n.ballots, n.weight, v.votes,
               e.closed_at IS NOT NULL
               AND NOT EXISTS (SELECT FROM BOX.waiting)
               AND NOT EXISTS (SELECT FROM BOX.chunk WHERE done_at IS NULL)
                   AS final
        FROM BOX.election e,
             (SELECT eg.merge(tally) AS merged FROM BOX.partial_tally) m,
             LATERAL eg.ciphertexts(eg.complete_tally(e.election, m.merged)) c
             LEFT JOIN LATERAL eg.contests(m.merged) n
                  ON n.contest_index = c.contest_index
             LEFT JOIN
             (SELECT k.value ->> 'contest_id' AS contest,
                     o.value ->> 'selection_id' AS option,
                     (o.value ->> 'tally')::bigint AS votes
              FROM BOX.result, jsonb_array_elements(tally -> 'contests') k,
                   jsonb_array_elements(k.value -> 'selections') o) v
             ON v.contest = c.contest AND v.option = c.option
    $$, $$
    COMMENT ON VIEW BOX.results IS
        'each option with the ballots and the weight of its contest so far and, when the guardians have decrypted it, its votes; final tells whether all cast ballots are in'$$, $$
    CREATE VIEW BOX.checks AS
        SELECT c.step, c.ok, c.subject, c.detail
        FROM BOX.election e, BOX.ballot b, eg.check_ballot(e.election, b.ballot) c
        UNION ALL
        SELECT v.step, v.ok, format('ballot "%s"', b.ballot_id),
               CASE WHEN v.ok IS NOT TRUE THEN v.detail END
        FROM (SELECT l.*, d.chaining_mode, d.device_hash, d.initial_hash,
                     lag(l.position) OVER chain AS previous_position,
                     lag(l.confirmation_code) OVER chain AS previous_code
              -- Without OFFSET, whole ballots would be sorted.
              FROM (SELECT number, ballot_id, confirmation_code, device, position,
                           eg.chaining_field(ballot) AS chaining_field
                    FROM BOX.ballot OFFSET 0) l
                   JOIN BOX.device d USING (device)
              WINDOW chain AS (PARTITION BY l.device ORDER BY l.position)) b,
             LATERAL (VALUES
                 ('8.D', b.chaining_mode = 0,
                  coalesce(b.chaining_field
                               = '\x00000000'::bytea || b.device_hash, false),
                  'chaining field is not 0 and the device''s hash'),
                 ('8.E', b.chaining_mode = 1,
                  coalesce(b.chaining_field = '\x00000001'::bytea
                               || coalesce(b.previous_code, b.initial_hash),
                           false)
                  AND b.position = coalesce(b.previous_position, 0) + 1,
                  'chaining field is not 1 and the confirmation code before'),
                 ('box.state', true,
                  (SELECT count(*) FILTER (WHERE state = 'submitted') = 1
                          AND count(*) <= 2
                   FROM BOX.ballot_state s WHERE s.ballot = b.number),
                  'it was not submitted, or is more than one of cast, challenged and void'))
                 v(step, applies, ok, detail)
        WHERE v.applies
        UNION ALL
        SELECT v.step, v.ok, format('device "%s"', d.device),
               CASE WHEN v.ok IS NOT TRUE THEN v.detail END
        FROM BOX.election e, BOX.device d
             LEFT JOIN BOX.ballot l ON l.device = d.device
                                       AND l.position = d.ballots,
             LATERAL (SELECT eg.device_information_hash(
                                 e.election, d.device_information, false))
                 h(h_di),
             LATERAL (SELECT '\x00000001'::bytea || h.h_di) i(initial),
             LATERAL (VALUES
                 ('8.C', true, d.device_hash = h.h_di,
                  'device hash is not the hash of its information'),
                 ('8.F', d.chaining_mode = 1,
                  d.initial_hash = eg.chain_hash(e.election, i.initial, false),
                  'initial hash is not the hash'),
                 ('8.G', d.chaining_mode = 1,
                  CASE WHEN e.closed_at IS NOT NULL THEN
                       coalesce(d.closing_hash = eg.chain_hash(
                           e.election,
                           eg.chain_closing_field(
                               e.election,
                               coalesce(l.confirmation_code, d.initial_hash),
                               i.initial, false), false), false) END,
                  'closing hash is not the hash, or the box is not closed'),
                 ('box.chain', true,
                  d.last_code IS NOT DISTINCT FROM l.confirmation_code
                  AND d.ballots = (SELECT count(*) FROM BOX.ballot b
                                   WHERE b.device = d.device),
                  'its ballots are not as many as were submitted, or its last one is not the last'))
                 v(step, applies, ok, detail)
        WHERE v.applies
        UNION ALL
        SELECT '5.A', count(*) = count(DISTINCT identifier), 'ballots',
               CASE WHEN count(*) <> count(DISTINCT identifier)
                    THEN 'two have one selection encryption identifier' END
        FROM BOX.ballot
        UNION ALL
        SELECT step, ok, subject, detail FROM BOX.tally_checks
    $$, $$
    COMMENT ON VIEW BOX.checks IS
        'every check of the box, recomputed from its rows: ok is NULL where one was not run'$$, $$
    CREATE VIEW BOX.verification AS
        SELECT step, count(*) FILTER (WHERE ok) AS passed,
               count(*) FILTER (WHERE NOT ok) AS failed,
               count(*) FILTER (WHERE ok IS NULL) AS not_run
        FROM BOX.checks GROUP BY step
    $$, $$
    COMMENT ON VIEW BOX.verification IS
        'the checks by step: how many passed, failed and were not run'$$, $$
    CREATE VIEW BOX.metrics AS
        SELECT m.metric, m.label, m.value
        FROM BOX.progress p,
             LATERAL (VALUES
                 ('chunks', 'done', p.chunks_done::float8),
                 ('chunks', 'parked', p.chunks_parked::float8),
                 ('chunks', 'to do',
                  (p.chunks - p.chunks_done - p.chunks_parked)::float8),
                 ('ballots_tallied', '', p.ballots_tallied::float8),
                 ('ballots_waiting', '', p.ballots_waiting::float8),
                 ('ballots_per_second', '', p.ballots_per_second),
                 ('seconds_left', '', extract(epoch FROM p.time_left)::float8))
                 m(metric, label, value)
        UNION ALL
        SELECT 'ballots', s.state, count(b.state)::float8
        FROM (VALUES ('submitted'), ('cast'), ('challenged'), ('void')) s(state)
             LEFT JOIN BOX.ballot_state b ON b.state = s.state
        GROUP BY s.state
        UNION ALL
        SELECT 'problems', p.problem, count(h.problem)::float8
        FROM (VALUES ('chunk parked'), ('chunk failed'), ('worker gone'),
                     ('ballot set aside'), ('ballot undecided')) p(problem)
             LEFT JOIN BOX.health h ON h.problem = p.problem
        GROUP BY p.problem
        UNION ALL
        SELECT 'workers', '', count(*)::float8 FROM BOX.workers
        UNION ALL
        SELECT 'private_memory_bytes', '', max(private_memory)::float8
        FROM (SELECT private_memory FROM BOX.log
              ORDER BY entry DESC LIMIT 100) l
    $$, $$
    COMMENT ON VIEW BOX.metrics IS
        'numbers for an exporter: metric, label, value'$$,

    --
    -- Rights are the owner's to give
    --
    $$
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA BOX FROM PUBLIC$$]
    LOOP
        EXECUTE replace(command, 'BOX', quote_ident(name));
    END LOOP;
    EXECUTE format('INSERT INTO %I.election (election, opens_at, closes_at, max_weight) VALUES ($1, $2, $3, $4)',
                   name)
    USING election, opens_at, closes_at, max_weight;
END
$create$;
COMMENT ON FUNCTION eg.create_ballot_box(text, eg.election, timestamptz, timestamptz, bigint) IS
    'makes a ballot box: a schema of tables, functions and views that an election runs on';

-- A backend that tallies a chunk has locked its row, and so holds a lock on the
-- table.  Before that, it has a second to come from its claim, which is
-- committed, to the transaction that follows.  When a session of another role
-- began is not to be seen.
CREATE FUNCTION eg.is_at_work(worker integer, born timestamptz,
                              claimed_at timestamptz, chunks regclass)
    RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN worker IS NOT NULL
           AND EXISTS (SELECT FROM pg_stat_get_activity(worker) a
                       WHERE (a.backend_start = born) IS NOT FALSE)
           AND (clock_timestamp() - claimed_at
                    BETWEEN interval '0' AND interval '1 second'
                OR EXISTS (SELECT FROM pg_locks l
                           WHERE l.pid = worker AND l.relation = chunks
                                 AND l.mode = 'RowShareLock'));
END
$$;
COMMENT ON FUNCTION eg.is_at_work(integer, timestamptz, timestamptz, regclass) IS
    'whether the backend that claimed a chunk of a ballot box is alive, and at it';

-- Works with the rights of its caller, on functions that the box's owner has let
-- him call.  What a worker does to a chunk is two transactions, so that the
-- claim outlives him; the first is the one that ends his chunk before, if there
-- is one to claim without waiting for anybody.  A procedure that commits has no
-- SET clause: names are qualified, and the search path is set in each
-- transaction.
CREATE PROCEDURE eg.tally_ballot_box(name text, chunk_size integer DEFAULT 200,
                                     verify_again boolean DEFAULT false)
    LANGUAGE plpgsql
AS $$
DECLARE
    born timestamptz;
    claimed bigint;
    reply record;
    done record;
    cast_ballots bigint := 0;
    chunks bigint := 0;
    ballots bigint := 0;
    begun timestamptz;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    SELECT a.backend_start INTO born
    FROM pg_stat_get_activity(pg_backend_pid()) a;
    LOOP
        IF claimed IS NULL THEN
            EXECUTE format('SELECT %I.claim_chunk($1, $2)', name)
            INTO claimed USING chunk_size, born;
            COMMIT;
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp',
                                          true);
            EXIT WHEN claimed IS NULL;
        END IF;

        begun := clock_timestamp();
        EXECUTE format('SELECT %I.tally_chunk($1, $2, $3) AS done', name)
        INTO reply USING claimed, verify_again, cast_ballots;
        done := reply.done;
        COMMIT;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        IF done.fault IS NOT NULL THEN
            RAISE WARNING 'chunk % failed: %', claimed, done.fault;
        ELSIF done.ballots IS NOT NULL THEN
            chunks := chunks + 1;
            ballots := ballots + done.ballots;
            cast_ballots := done.cast_ballots;
            RAISE NOTICE 'chunk %: % ballots in % ms, % of % cast ballots done',
                claimed, done.ballots,
                round(1000 * extract(epoch FROM clock_timestamp() - begun)),
                done.ballots_done, cast_ballots;
        END IF;
        claimed := done.next_chunk;
    END LOOP;
    RAISE NOTICE '% chunks and % ballots tallied here', chunks, ballots;
END
$$;
COMMENT ON PROCEDURE eg.tally_ballot_box(text, integer, boolean) IS
    'tallies what is cast in a ballot box and not tallied yet, chunk by chunk; any number of sessions can';

--
-- The machine
--
-- Not IMMUTABLE, as it tells what a setting has made of this session.
--

CREATE FUNCTION eg.kernel() RETURNS text
    AS 'MODULE_PATHNAME', 'eg_kernel_name'
    LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.kernel() IS
    'the instructions that multiply ciphertexts here: portable or ifma';

CREATE FUNCTION eg.private_memory() RETURNS bigint
    AS 'MODULE_PATHNAME', 'eg_private_memory'
    LANGUAGE C VOLATILE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION eg.private_memory() IS
    'the private memory of this backend in bytes; NULL where the system does not tell';
