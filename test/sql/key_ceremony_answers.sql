--
-- The key ceremony of a reference record, made again from its secrets and
-- nonces: the same public keys, shares, hashes and joint keys
--
\getenv shared EGTALLY_SHARED
SELECT :'shared' <> '' AS present \gset
\if :present
\else
\echo skipped: the folder of test data is absent
\quit
\endif
SET client_min_messages = warning;
CREATE SCHEMA answers;
SET search_path = answers, public;

CREATE TABLE file (name text, content text);
\copy file FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg21/ref-1 && for n in manifest election_config election_initialized private_data/kat; do echo "$n $(base64 <$n.json | tr -d "\n")"; done' WITH (DELIMITER ' ')
CREATE FUNCTION content(name text) RETURNS bytea
    LANGUAGE sql STABLE
    RETURN (SELECT decode(f.content, 'base64') FROM file f WHERE f.name = $1);
CREATE FUNCTION read(name text) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN convert_from(content(name), 'UTF8')::jsonb;
CREATE TABLE answer AS SELECT read('private_data/kat') AS kat, read('election_initialized') AS record, read('election_config') AS config;
-- The texts of arrays, one after the other, as bytes
CREATE FUNCTION joined(VARIADIC arrays jsonb[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT decode(string_agg(x.text, '' ORDER BY a.place, x.place), 'hex')
            FROM unnest(arrays) WITH ORDINALITY a(list, place), jsonb_array_elements_text(list) WITH ORDINALITY x(text, place));
CREATE FUNCTION same(text text, hex text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN decode(text, 'base64') = decode(hex, 'hex');

CREATE TABLE guardian AS
    SELECT i, g.*
    FROM answer, jsonb_array_elements(kat -> 'guardians') k, LATERAL (SELECT (k ->> 'i')::integer AS i) a,
         eg.create_guardian_deterministic(i, (config ->> 'number_of_guardians')::integer, (config ->> 'quorum')::integer, 'p', 'interactive',
             joined(k -> 'a', k -> 'a_hat', jsonb_build_array(k -> 'zeta'), k -> 'u_vote', k -> 'u_data')) g;
CREATE VIEW public_keys AS SELECT array_agg(public_key ORDER BY i) AS keys FROM guardian;
SELECT i, public_key = r - 'guardian_id' AS same
FROM answer, jsonb_array_elements(record -> 'guardians') r JOIN guardian ON i = (r ->> 'x_coordinate')::integer ORDER BY i;

CREATE TABLE sent AS
    SELECT i, eg.encrypt_shares_deterministic(secret, 'p', keys,
                  (SELECT joined(VARIADIC array_agg(jsonb_build_array(s -> 'xi', s -> 'u') ORDER BY (s ->> 'to')::integer))
                   FROM jsonb_array_elements(kat -> 'shares') s WHERE (s ->> 'from')::integer = i)) AS list
    FROM answer, guardian, public_keys;
SELECT i AS sender, k -> 'to' AS receiver, same(s ->> 'c0', k ->> 'C0') AS c0, same(s ->> 'c1', k ->> 'C1') AS c1,
       same(s #>> '{c2,challenge}', k ->> 'c') AS challenge, same(s #>> '{c2,response}', k ->> 'v') AS response
FROM answer, jsonb_array_elements(kat -> 'shares') k JOIN sent ON i = (k ->> 'from')::integer,
     jsonb_array_elements(list -> 'shares') s
WHERE s -> 'receiver' = k -> 'to' ORDER BY 1, 2;

CREATE TABLE election AS
    SELECT eg.create_election(content('manifest'), (config ->> 'quorum')::integer, keys) AS election FROM answer, public_keys;
SELECT encode(eg.joint_public_key(election), 'hex') = kat ->> 'K' AS joint_public_key,
       encode(eg.joint_data_public_key(election), 'hex') = kat ->> 'Khat' AS joint_data_public_key,
       encode(eg.parameter_base_hash(election), 'hex') = kat ->> 'H_P' AS parameter_base_hash,
       encode(eg.base_hash(election), 'hex') = kat ->> 'H_B' AS base_hash,
       encode(eg.guardian_record_hash(election, keys), 'hex') = kat ->> 'H_G' AS guardian_record_hash,
       encode(eg.election_id(election), 'hex') = kat ->> 'H_E' AS election_id
FROM answer, election, public_keys;
-- The file of the record, but for the guardians' names
SELECT eg.guardian_record(election, keys) = jsonb_set(record, '{guardians}',
           (SELECT jsonb_agg(r - 'guardian_id' ORDER BY place) FROM jsonb_array_elements(record -> 'guardians') WITH ORDINALITY x(r, place))) AS guardian_record
FROM answer, election, public_keys;
-- Everyone accepts what he is sent.
SELECT i, count(*) AS rows, bool_and(ok) AS ok
FROM guardian, public_keys, eg.check_shares(secret, 'p', keys, ARRAY(SELECT list FROM sent)) GROUP BY i ORDER BY i;
SELECT i, d.*
FROM answer, election, guardian, public_keys,
     LATERAL eg.describe(eg.accept_shares(election, secret, 'p', keys, ARRAY(SELECT list FROM sent))) d ORDER BY i;

DROP SCHEMA answers CASCADE;
