--
-- The key ceremony: guardians made here, honest and not (numbers are cases of
-- ATTACKS.md), and their secrets
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\i :election
SET client_min_messages = warning;
CREATE SCHEMA key_ceremony;
SET search_path = key_ceremony, public, eg;

CREATE FUNCTION failure(statement text) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' | ', sqlstate, sqlerrm, nullif(detail, ''));
END
$$;

-- Every guardian of every ceremony; what he sends goes into the same row.
CREATE TABLE guardian (ceremony text, i integer, n integer, k integer,
                       secret eg.guardian_secret, public_key jsonb,
                       commitment bytea, shares jsonb, share eg.guardian_secret);
CREATE FUNCTION word(i integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN 'correct horse ' || i;
INSERT INTO guardian
    SELECT c.name, i, c.n, c.k, g.*
    FROM (VALUES ('1 of 1', 1, 1), ('3 of 3', 3, 3), ('3 of 5', 5, 3)) c(name, n, k),
         LATERAL generate_series(1, c.n) i,
         LATERAL eg.create_guardian(i, c.n, c.k, word(i)) g;
CREATE FUNCTION public_keys(name text) RETURNS jsonb[]
    LANGUAGE sql STABLE
    RETURN (SELECT array_agg(public_key ORDER BY i) FROM guardian WHERE ceremony = name);
CREATE FUNCTION shares(name text) RETURNS jsonb[]
    LANGUAGE sql STABLE
    RETURN (SELECT array_agg(shares ORDER BY i DESC) FROM guardian WHERE ceremony = name);

-- A secret says whose it is, and nothing else.
SELECT ceremony, d.* FROM guardian, eg.describe(secret) d ORDER BY ceremony, i;
SELECT count(DISTINCT secret::text) AS secrets, count(DISTINCT commitment) AS commitments FROM guardian;
-- Every check of every public key passes.
SELECT step, subject, count(*), bool_and(ok AND detail IS NULL) AS ok
FROM guardian, eg.check_guardian(n, k, public_key, commitment)
WHERE i = 2 GROUP BY step, subject ORDER BY step COLLATE "C", subject COLLATE "C";
SELECT ceremony, count(*) AS rows, bool_and(ok) AS ok
FROM guardian, eg.check_guardian(n, k, public_key, commitment) GROUP BY ceremony ORDER BY ceremony;
SELECT bool_and(eg.key_commitment(n, k, public_key) = commitment) AS same,
       bool_or(eg.key_commitment(n + 1, k, public_key) = commitment) AS of_another_election
FROM guardian;

-- Shares go round and pass, whatever the order of public keys and shares; each
-- guardian's secret is then another, and knows the election.
UPDATE guardian SET shares = eg.encrypt_shares(secret, word(i), public_keys(ceremony));
SELECT ceremony, i, shares -> 'sender' AS sender, jsonb_path_query_array(shares, '$.shares[*].receiver') AS receivers
FROM guardian ORDER BY ceremony, i;
SELECT step, subject, count(*), bool_and(ok AND detail IS NULL) AS ok
FROM guardian, eg.check_shares(secret, word(i), public_keys(ceremony), shares(ceremony))
WHERE ceremony = '3 of 5' GROUP BY step, subject ORDER BY subject COLLATE "C", step COLLATE "C";
SELECT ceremony, count(*) AS rows, bool_and(ok) AS ok
FROM guardian, eg.check_shares(secret, word(i), ARRAY(SELECT unnest(public_keys(ceremony)) ORDER BY random()), shares(ceremony))
WHERE i = 1 GROUP BY ceremony ORDER BY ceremony;
\set manifest '{"label": "e", "contests": [{"label": "mayor", "selection_limit": 1, "options": [{"label": "Ada"}, {"label": "Bela"}]}], "ballot_styles": [{"label": "all", "contests": [1]}]}'
CREATE TABLE election AS
    SELECT ceremony, eg.create_election(convert_to(:'manifest', 'UTF8'), k, public_keys(ceremony)) AS election
    FROM guardian WHERE i = 1;
UPDATE guardian g SET share = eg.accept_shares(election, secret, word(i), public_keys(g.ceremony), shares(g.ceremony))
FROM election e WHERE e.ceremony = g.ceremony;
SELECT ceremony, guardian, guardians, quorum, stage, d.election_id = eg.election_id(election) AS election, level,
       octet_length(eg.guardian_secret_send(share)) AS bytes
FROM guardian JOIN election USING (ceremony), eg.describe(share) d ORDER BY ceremony, i;
-- What the election gets passes verifications 1 to 4.
CREATE FUNCTION record(election eg.election, keys jsonb[], OUT step text, OUT ok boolean, OUT subject text, OUT detail text)
    RETURNS SETOF record LANGUAGE sql
BEGIN ATOMIC
    SELECT c.*
    FROM eg.check_election(NULL,
        json_build_object('number_of_guardians', eg.guardians(election), 'quorum', eg.quorum(election),
                          'parameter_base_hash', encode(eg.parameter_base_hash(election), 'hex'),
                          'election_base_hash', encode(eg.base_hash(election), 'hex')),
        eg.manifest(election), eg.guardian_record(election, keys)::json) c
    WHERE c.step NOT IN ('record.files', '1.A', '1.B', '1.C', '1.D');
END;
SELECT ceremony, count(*) AS rows, bool_and(r.ok) AS ok, string_agg(r.step || ' ' || r.detail, ', ') FILTER (WHERE r.ok IS NOT TRUE) AS rest
FROM election, record(election, public_keys(ceremony)) r GROUP BY ceremony ORDER BY ceremony;
SELECT bool_and(eg.guardian_record_hash(election, public_keys(ceremony)) =
                eg.guardian_record_hash(election, ARRAY(SELECT unnest(public_keys(ceremony)) ORDER BY random()))) AS any_order,
       bool_or(eg.guardian_record_hash(election, public_keys(ceremony)) =
               eg.guardian_record_hash(election, (public_keys(ceremony))[2:])) AS fewer_keys
FROM election;

--
-- Public keys that are not what they should be
--

CREATE VIEW three AS SELECT * FROM guardian WHERE ceremony = '3 of 3';
CREATE FUNCTION checked(n integer, k integer, public_key jsonb, commitment bytea DEFAULT NULL) RETURNS text
    LANGUAGE sql
    RETURN (SELECT string_agg(step || CASE WHEN ok THEN ' ok' WHEN ok IS NULL THEN ' not run' ELSE '' END || ' (' || subject || '): ' ||
                              detail, E'\n' ORDER BY step COLLATE "C", subject COLLATE "C")
            FROM eg.check_guardian(n, k, public_key, commitment) WHERE ok IS NOT TRUE);
CREATE FUNCTION edited(key jsonb, path text[], value jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_set(key, path, value);
CREATE FUNCTION element(bytes bytea) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN to_jsonb(encode(decode(lpad(encode(bytes, 'hex'), 1024, '0'), 'hex'), 'hex'));
CREATE FUNCTION scalar(value integer) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN decode(CASE WHEN value < 0 THEN repeat('f', 62) || to_hex(256 - 189 + value) ELSE lpad(to_hex(value), 64, '0') END, 'hex');
-- Each field, each fault: 5, 6, 8, 9, 23, 75
SELECT what, checked(n, k, key, commitment)
FROM three, LATERAL (VALUES
    (1, 'no commitment', public_key),
    (2, 'as it is', public_key),
    (3, 'kappa is 0', edited(public_key, '{communication_key}', element(''))),
    (4, 'kappa is 1', edited(public_key, '{communication_key}', element('\x01'))),
    (5, 'kappa is above p', edited(public_key, '{communication_key}', element(decode(repeat('ff', 512), 'hex')))),
    (6, 'K_1 is 2', edited(public_key, '{vote_key,commitments,1}', element('\x02'))),
    (7, 'K^_0 is 1', edited(public_key, '{data_key,commitments,0}', element('\x01'))),
    (8, 'c is q', edited(public_key, '{vote_key,proof,challenge}', to_jsonb(repeat('f', 62) || '43'))),
    (9, 'v_3 is q', edited(public_key, '{data_key,proof,responses,3}', to_jsonb(repeat('f', 62) || '43'))),
    (10, 'v_0 and v_1 swapped', edited(edited(public_key,
        '{vote_key,proof,responses,0}', public_key #> '{vote_key,proof,responses,1}'),
        '{vote_key,proof,responses,1}', public_key #> '{vote_key,proof,responses,0}')),
    (11, 'the keys swapped', edited(edited(public_key, '{vote_key}', public_key -> 'data_key'), '{data_key}', public_key -> 'vote_key')),
    (12, 'index of another', edited(public_key, '{x_coordinate}', '1')),
    (13, 'index n + 1', edited(public_key, '{x_coordinate}', '4')),
    (14, 'k - 1 commitments', public_key #- '{vote_key,commitments,2}'),
    (15, 'k responses', public_key #- '{data_key,proof,responses,3}'),
    (16, 'no commitments', edited(public_key, '{vote_key,commitments}', '[]'))
) v(line, what, key)
WHERE i = 2 ORDER BY line;
-- 75: keys of another quorum; 40: keys made after the commitment
SELECT checked(5, 2, public_key, commitment) FROM guardian WHERE ceremony = '3 of 5' AND i = 2;
SELECT checked(3, 3, public_key, (SELECT commitment FROM three WHERE i = 1)) FROM three WHERE i = 2;
SELECT checked(3, 3, public_key, '\x00') FROM three WHERE i = 2;
-- 9: with nonces of one's own choice a secret key of 0 and its proof are made.
CREATE FUNCTION values_for(k integer, seed text, VARIADIC first bytea[] DEFAULT '{}') RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT string_agg(coalesce(first[j], sha256((seed || j)::bytea)), '' ORDER BY j) FROM generate_series(1, 4 * k + 3) j);
CREATE TABLE chosen AS
    SELECT name, g.* FROM (VALUES
        ('a_0 is 0', values_for(1, 'a', scalar(0))),
        ('zeta is 0', values_for(1, 'b', sha256('x'), sha256('y'), scalar(0))),
        ('a_0 is 1', values_for(1, 'c', scalar(1))),
        ('a_0 is -1', values_for(1, 'd', scalar(-1)))) v(name, nonces),
        LATERAL eg.create_guardian_deterministic(CASE name WHEN 'a_0 is -1' THEN 2 ELSE 1 END, 2, 1, 'p', 'interactive', nonces) g;
SELECT name, checked(2, 1, public_key, commitment) FROM chosen;
SELECT failure($$SELECT eg.create_election('{}', 1, array_agg(public_key)) FROM chosen WHERE name IN ('a_0 is 1', 'a_0 is -1')$$);
SELECT failure($$SELECT eg.create_election('{}', 1, array_agg(public_key)) FROM chosen WHERE name IN ('a_0 is 0', 'a_0 is -1')$$);
-- 39: the last guardian's key is g^5 / (K_1 K_2), so that the joint key is g^5.
CREATE TABLE rogue AS
    SELECT array_agg(CASE WHEN i < 3 THEN public_key ELSE edited(public_key, '{vote_key,commitments,0}',
               element(eg.pad(others * -1 + eg.ciphertext(election.generator(), election.one()) * 5))) END ORDER BY i) AS public_keys
    FROM three, (SELECT eg.tally(eg.ciphertext(decode(public_key #>> '{vote_key,commitments,0}', 'base64'), election.one())) AS others
                 FROM three WHERE i < 3) o;
SELECT checked(3, 3, public_keys[3]) FROM rogue;
SELECT failure('SELECT eg.create_election(''{}'', 3, public_keys) FROM rogue');
SELECT failure('SELECT eg.encrypt_shares(secret, word(1), public_keys) FROM rogue, three WHERE i = 1');

-- Who is there, and how many: 42, 76
SELECT what, failure(format('SELECT eg.joint_public_keys(%s, %L)', k, keys)) AS joint_public_keys,
       failure(format('SELECT eg.encrypt_shares(secret, word(1), %L) FROM three WHERE i = 1', keys)) AS encrypt_shares
FROM (SELECT public_keys('3 of 3')) a(three), LATERAL (VALUES
    (1, 'as they are', 3, three), (2, 'one less', 3, three[2:]), (3, 'the last not', 2, three[:2]),
    (4, 'one twice', 3, three || three[2]), (5, 'the last twice', 3, three || three[3]),
    (6, 'one for another', 3, three[:2] || three[1]), (7, 'quorum 0', 0, three), (8, 'quorum 4', 4, three),
    (9, 'quorum 2', 2, three), (10, 'a fourth', 3, three || edited(three[3], '{x_coordinate}', '4')),
    (11, 'none', 1, '{}'), (12, 'one is NULL', 3, three[:2] || ARRAY[NULL::jsonb]),
    (13, 'two rows', 3, ARRAY[three, three])) v(line, what, k, keys)
ORDER BY line;
SELECT failure($$SELECT eg.encrypt_shares(secret, word(1), array_fill(public_key, ARRAY[256])) FROM three WHERE i = 1$$);
SELECT i, n, k, failure(format('SELECT eg.create_guardian(%s, %s, %s, ''p'')', i, n, k)) AS create_guardian,
       failure(format('SELECT eg.key_commitment(%s, %s, public_key) FROM three WHERE i = 1', n, k)) AS key_commitment,
       failure(format('SELECT eg.check_guardian(%s, %s, public_key) FROM three WHERE i = 1', n, k)) AS check_guardian
FROM (VALUES (0, 3, 2), (4, 3, 2), (-1, 3, 2), (1, 0, 0), (1, 256, 1), (1, 3, 0), (1, 3, 4), (1, -3, 1)) v(i, n, k);
-- JSON that is no public key, and whose
SELECT what, failure(format('SELECT eg.check_guardian(3, 3, %L)', key))
FROM three, LATERAL (VALUES
    (1, 'index 0', edited(public_key, '{x_coordinate}', '0')), (2, 'text', '"x"'), (3, 'nothing', '{}'),
    (4, 'no data key', public_key - 'data_key'), (5, 'a stranger', public_key || '{"z": 1}'),
    (6, 'short commitment', edited(public_key, '{vote_key,commitments,1}', '"abcd"')),
    (7, 'short response', edited(public_key, '{data_key,proof,responses,0}', '"AA=="'))) v(line, what, key)
WHERE i = 2 ORDER BY line;

--
-- Shares that are not what they should be
--

CREATE FUNCTION accepted(name text, keys jsonb[], lists jsonb[]) RETURNS text
    LANGUAGE sql
    RETURN failure(format('SELECT eg.accept_shares(election, secret, word(i), %L, %L) FROM guardian JOIN election USING (ceremony) WHERE ceremony = %L AND i = 1',
                          keys, lists, name));

-- 77, 82: guardian 2 sends to guardian 1 what is not a share; the sender is named.
CREATE TABLE delivery AS
SELECT v.*, keys
FROM (SELECT public_keys('3 of 3')) a(keys), (SELECT shares FROM three WHERE i = 2) b(two), (SELECT shares FROM three WHERE i = 3) c(three),
LATERAL (VALUES
    (1, 'as they are', ARRAY[two, three]),
    (2, 'with his own', shares('3 of 3')),
    (3, 'no list of 2', ARRAY[three]),
    (4, 'two lists of 2', ARRAY[two, three, two]),
    (5, 'no list at all', '{}'::jsonb[]),
    (6, 'a list of 4', ARRAY[two, three, edited(two, '{sender}', '4')]),
    (7, 'that of 3 as of 2', ARRAY[edited(three, '{sender}', '2'), three]),
    (8, 'no share', ARRAY[two #- '{shares,0}', three]),
    (9, 'two shares', ARRAY[edited(two, '{shares,1,receiver}', '1'), three]),
    (10, 'the share for 3', ARRAY[edited(edited(two, '{shares,0,receiver}', '3'), '{shares,1,receiver}', '1'), three]),
    (11, 'C0 is 2', ARRAY[edited(two, '{shares,0,c0}', element('\x02')), three]),
    (12, 'C0 is 0', ARRAY[edited(two, '{shares,0,c0}', element('')), three]),
    (13, 'C0 is above p', ARRAY[edited(two, '{shares,0,c0}', element(decode(repeat('ff', 512), 'hex'))), three]),
    (14, 'C0 of another', ARRAY[edited(two, '{shares,0,c0}', two #> '{shares,1,c0}'), three]),
    (15, 'C1 of another', ARRAY[edited(two, '{shares,0,c1}', two #> '{shares,1,c1}'), three]),
    (16, 'c is q', ARRAY[edited(two, '{shares,0,c2,challenge}', to_jsonb(repeat('f', 62) || '43')), three]),
    (17, 'v is q', ARRAY[edited(two, '{shares,0,c2,response}', to_jsonb(repeat('f', 62) || '43')), three]),
    (18, 'v is 0', ARRAY[edited(two, '{shares,0,c2,response}', to_jsonb(repeat('0', 64))), three]),
    (19, 'those of another ceremony', ARRAY[(SELECT shares FROM guardian WHERE ceremony = '3 of 5' AND i = 2), three])
) v(line, what, lists);
SELECT what, bool_and(ok) AS passed,
       string_agg(concat(step, CASE WHEN ok IS NULL THEN ' not run' END, ' (', subject, '): ', detail), E'\n'
                  ORDER BY subject COLLATE "C", step COLLATE "C") FILTER (WHERE ok IS NOT TRUE) AS rows
FROM delivery, three, eg.check_shares(secret, word(1), keys, lists)
WHERE i = 1 GROUP BY line, what ORDER BY line;
SELECT what, accepted('3 of 3', keys, lists) FROM delivery WHERE line IN (2, 3, 6, 11, 15) ORDER BY line;

-- 41: guardian 2 shares other polynomials than those of his public key.
INSERT INTO guardian
    SELECT 'liar', i, 2, 2, g.*
    FROM (VALUES (1, values_for(2, 'one')), (2, values_for(2, 'two'))) v(i, nonces),
         LATERAL eg.create_guardian_deterministic(i, 2, 2, word(i), 'interactive', nonces) g;
INSERT INTO election SELECT 'liar', eg.create_election(convert_to(:'manifest', 'UTF8'), 2, public_keys('liar'));
CREATE TABLE liar AS
    SELECT name, g.*
    FROM (VALUES ('another P', values_for(2, 'two', sha256('x'))),
                 ('another P^', values_for(2, 'two', NULL, NULL, NULL, sha256('x'))),
                 ('another zeta', values_for(2, 'two', NULL, NULL, NULL, NULL, sha256('x')))) v(name, nonces),
         LATERAL eg.create_guardian_deterministic(2, 2, 2, word(2), 'interactive', nonces) g;
CREATE TABLE lie AS
    SELECT name, ARRAY[eg.encrypt_shares(secret, word(2), (public_keys('liar'))[:1] || public_key)] AS lists FROM liar;
SELECT name, step, ok, subject, detail
FROM lie, guardian, eg.check_shares(secret, word(1), public_keys(ceremony), lists)
WHERE ceremony = 'liar' AND i = 1 ORDER BY name COLLATE "C", step COLLATE "C";
SELECT name, accepted('liar', public_keys('liar'), lists) FROM lie ORDER BY name COLLATE "C";
-- His public key is not that of his secret: of another run, or changed on its way.
SELECT name, failure(format('SELECT eg.encrypt_shares(secret, word(2), public_keys(''liar'')) FROM liar WHERE name = %L', name)) FROM liar ORDER BY name COLLATE "C";
SELECT name, step, ok, subject, detail
FROM (SELECT ARRAY[eg.encrypt_shares(secret, word(1), public_keys('liar'))] AS lists FROM guardian WHERE ceremony = 'liar' AND i = 1) o,
     liar, eg.check_shares(secret, word(2), public_keys('liar'), lists)
WHERE ok IS NOT TRUE ORDER BY name COLLATE "C", subject;
-- JSON that is no list of shares, and whose
SELECT what, failure(format('SELECT eg.check_shares(secret, word(1), public_keys(ceremony), ARRAY[%L]::jsonb[]) FROM three WHERE i = 1', list))
FROM three, LATERAL (VALUES
    (1, 'sender 0', edited(shares, '{sender}', '0')), (2, 'text', '"x"'), (3, 'nothing', '{}'),
    (4, 'no proof', shares #- '{shares,1,c2}'), (5, 'a stranger', shares || '{"z": 1}'),
    (6, 'receiver 0', edited(shares, '{shares,0,receiver}', '0')),
    (7, 'short C1', edited(shares, '{shares,1,c1}', to_jsonb(repeat('0', 126)))),
    (8, 'short C0', edited(shares, '{shares,1,c0}', '""'))) v(line, what, list)
WHERE i = 2 ORDER BY line;

-- The election is another one: 76, 78
SELECT what, failure(format('SELECT eg.accept_shares(%L, secret, word(i), public_keys(ceremony), shares(ceremony)) FROM three WHERE i = 1', other))
FROM (SELECT public_keys('3 of 3')) k(keys), (SELECT election FROM election WHERE ceremony = '3 of 3') e, LATERAL (VALUES
    (1, 'another n', eg.create_election(eg.manifest(election), 4, 3, eg.joint_public_key(election), eg.joint_data_public_key(election))),
    (2, 'another k', eg.create_election(eg.manifest(election), 3, 2, eg.joint_public_key(election), eg.joint_data_public_key(election))),
    (3, 'another K', eg.create_election(eg.manifest(election), 3, 3, eg.joint_data_public_key(election), eg.joint_data_public_key(election))),
    (4, 'another K^', eg.create_election(eg.manifest(election), 3, 3, eg.joint_public_key(election), eg.joint_public_key(election)))
) v(line, what, other) ORDER BY line;
-- Another manifest makes another election, and the secret tells which.
SELECT d.election_id = eg.election_id(other) AS other, d.election_id = eg.election_id(election) AS this
FROM three JOIN election USING (ceremony),
     LATERAL eg.create_election(eg.manifest(election) || ' ', 3, public_keys(ceremony)) other,
     LATERAL eg.describe(eg.accept_shares(other, secret, word(i), public_keys(ceremony), shares(ceremony))) d
WHERE i = 1;
-- H_B is recomputed: one that is not of the manifest makes no election.
SELECT failure(format('SELECT %L::eg.election', replace(election::text, encode(eg.base_hash(election), 'hex'), repeat('ab', 32))))
FROM election WHERE ceremony = '3 of 3';

--
-- Secrets
--

CREATE VIEW one AS SELECT * FROM guardian WHERE ceremony = '1 of 1';
-- Passphrases, and the stage
SELECT what, failure(format('SELECT eg.encrypt_shares(%s, %L, public_keys(ceremony)) FROM one', secret, passphrase))
FROM (VALUES (1, 'right', 'secret', word(1)), (2, 'wrong', 'secret', word(2)), (3, 'upper case', 'secret', upper(word(1))),
             (4, 'one blank more', 'secret', word(1) || ' '), (5, 'empty', 'secret', ''), (6, 'long', 'secret', repeat('x', 65536)),
             (7, 'too long', 'secret', repeat('x', 65537)), (8, 'after the ceremony', 'share', word(1))) v(line, what, secret, passphrase)
ORDER BY line;
SELECT failure('SELECT eg.check_shares(share, word(i), public_keys(ceremony), shares(ceremony)) FROM three WHERE i = 2') AS check_shares,
       failure('SELECT eg.accept_shares(election, share, word(i), public_keys(ceremony), shares(ceremony)) FROM three JOIN election USING (ceremony) WHERE i = 2') AS accept_shares;
SELECT failure($$SELECT eg.create_guardian(1, 1, 1, '')$$) AS create_guardian, failure($$SELECT eg.change_passphrase(secret, word(1), '') FROM one$$) AS change_passphrase;
-- A passphrase in a wrong place is not shown.
SELECT failure($$SELECT eg.create_guardian(1, 1, 1, 'interactive', 'correct horse')$$) AS create_guardian,
       failure($$SELECT eg.change_passphrase(secret, word(1), 'new', 'correct horse') FROM one$$) AS change_passphrase;
-- The new passphrase opens, the old one does not; the level stays or is set.
CREATE TABLE changed AS
    SELECT eg.change_passphrase(share, word(1), U&'\00E4\4E00') AS plain, eg.change_passphrase(share, word(1), 'p', 'moderate') AS moderate FROM one;
SELECT (eg.describe(plain)).level, (eg.describe(moderate)).level AS other,
       (eg.describe(eg.change_passphrase(moderate, 'p', 'q'))).level AS stays,
       failure('SELECT eg.change_passphrase(plain, word(1), ''p'') FROM changed') AS old,
       failure('SELECT eg.change_passphrase(plain, U&''\00E4\4E00'', ''p'') FROM changed') AS new
FROM changed;
-- NULL is an error: an UPDATE would lose the secret.
SELECT failure(statement)
FROM unnest(ARRAY['SELECT eg.create_guardian(1, 1, 1, NULL)', 'SELECT eg.create_guardian(1, 1, 1, ''p'', NULL)',
    'SELECT eg.create_guardian_deterministic(1, 1, 1, ''p'', ''interactive'', NULL)',
    'SELECT eg.encrypt_shares(secret, word(1), NULL) FROM one', 'SELECT eg.encrypt_shares(NULL, ''p'', ''{}'')',
    'SELECT eg.encrypt_shares_deterministic(secret, word(1), public_keys(ceremony), NULL) FROM one',
    'SELECT eg.check_shares(secret, word(1), public_keys(ceremony), NULL) FROM one',
    'SELECT eg.accept_shares(election, secret, word(1), public_keys(ceremony), NULL) FROM one JOIN election USING (ceremony)',
    'SELECT eg.accept_shares(NULL, secret, word(1), public_keys(ceremony), ''{}'') FROM one',
    'SELECT eg.change_passphrase(secret, word(1), NULL) FROM one', 'SELECT eg.check_guardian(1, 1, NULL)']) statement;
SELECT eg.describe(NULL) IS NULL AS describe, eg.key_commitment(1, 1, NULL) IS NULL AS key_commitment,
       (eg.joint_public_keys(1, NULL)).joint_public_key IS NULL AS joint_public_keys, eg.create_election('{}', 1, NULL) IS NULL AS create_election,
       eg.guardian_record_hash(NULL, '{}') IS NULL AS guardian_record_hash, eg.guardian_record(NULL, '{}') IS NULL AS guardian_record;
-- Given values: too few, too many, not a whole one; from q on they are passed over.
SELECT bytes, failure(format('SELECT eg.create_guardian_deterministic(1, 1, 1, ''p'', ''interactive'', %L)', nonces))
FROM (VALUES (0, ''::bytea), (192, substr(values_for(1, 'x'), 1, 192)), (224, values_for(1, 'x')), (225, values_for(1, 'x') || '\x00'),
             (256, values_for(1, 'x') || scalar(1))) v(bytes, nonces);
SELECT failure(format('SELECT eg.encrypt_shares_deterministic(secret, word(1), public_keys(ceremony), %L) FROM three WHERE i = 1', nonces))
FROM unnest(ARRAY[substr(values_for(1, 'x'), 1, 96), substr(values_for(1, 'x'), 1, 128), substr(values_for(1, 'x'), 1, 160)]) nonces;
SELECT a.public_key = b.public_key AS same
FROM eg.create_guardian_deterministic(1, 1, 1, 'p', 'interactive', values_for(1, 'x', scalar(5))) a,
     eg.create_guardian_deterministic(1, 1, 1, 'p', 'interactive', decode(repeat('ff', 31) || '43' || repeat('ff', 32), 'hex') || values_for(1, 'x', scalar(5))) b;

-- Text and binary form
SELECT bool_and(secret::text::eg.guardian_secret::text = secret::text) AS text,
       bool_and('\x' || encode(eg.guardian_secret_send(secret), 'hex') = secret::text) AS binary FROM guardian;
-- One bit of what is not sealed, and of what is: refused at once, or not opened.
CREATE FUNCTION damaged(secret text, byte integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN '\x' || encode(set_byte(decode(substr(secret, 3), 'hex'), byte, get_byte(decode(substr(secret, 3), 'hex'), byte) # 1), 'hex');
SELECT array_agg(byte ORDER BY byte) AS bytes, error
FROM one, unnest(ARRAY[0, 1, 2, 3, 4, 7, 8, 11, 12, 15, 16, 48, 79, 80, 96, 120, 152, 263]) byte,
     LATERAL failure(format('SELECT eg.change_passphrase(%L, word(1), ''p'')', damaged(secret::text, byte))) error
GROUP BY error ORDER BY 1;
SELECT length, failure(format('SELECT %L::eg.guardian_secret', left(secret::text || '00', 2 + 2 * length)))
FROM one, LATERAL octet_length(eg.guardian_secret_send(secret)) whole, unnest(ARRAY[0, 1, 119, 120, whole - 1, whole, whole + 1]) length;
-- In a statement of several secrets each is opened by its own passphrase.
SELECT i, (eg.describe(eg.change_passphrase(share, word(i), 'p'))).guardian FROM three ORDER BY i;
SELECT failure('SELECT eg.change_passphrase(share, word(1), ''p'') FROM three');
-- A trap: (f(...)).* calls f once for each column.
SELECT bool_or(eg.key_commitment(1, 1, public_key) = commitment) AS belong_together
FROM (SELECT (eg.create_guardian(1, 1, 1, 'p')).* OFFSET 0) g;

--
-- Parallel workers draw no key twice (58).
--
CREATE TABLE index AS SELECT i FROM generate_series(1, 8) i;
ALTER TABLE index SET (parallel_workers = 2);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT g.* FROM index, eg.create_guardian(i, 8, 1, 'p') g;
CREATE TABLE many AS SELECT g.* FROM index, eg.create_guardian(i, 8, 1, 'p') g;
SET max_parallel_workers_per_gather = 0;
SELECT count(DISTINCT secret::text) AS secrets, count(DISTINCT public_key -> 'communication_key') AS communication_keys,
       count(DISTINCT public_key -> 'vote_key' -> 'commitments') AS vote_keys FROM many;

--
-- The calls of one of 255 guardians.  Without passphrases the keys of the
-- others take no time: here they are made by hand, of exponents of 62 bits.
--
CREATE FUNCTION number(bytes bytea) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT sum(get_byte(bytes, j) * 256::numeric ^ (length(bytes) - 1 - j)) FROM generate_series(0, length(bytes) - 1) j);
CREATE FUNCTION scalar(value numeric) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT decode(string_agg(lpad(to_hex(mod(div(value, 4294967296::numeric ^ j), 4294967296)::bigint), 8, '0'), '' ORDER BY j DESC), 'hex')
            FROM generate_series(0, 7) j);
CREATE FUNCTION padded(key bytea, pad integer) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT decode(string_agg(lpad(to_hex(CASE WHEN j < length(key) THEN get_byte(key, j) ELSE 0 END # pad), 2, '0'), '' ORDER BY j), 'hex')
            FROM generate_series(0, 63) j);
CREATE FUNCTION power(exponent bigint) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN eg.pad(eg.ciphertext(election.generator(), election.one()) * exponent);
-- c and v_0, v_1 of equations 11 and 13, with k = 1
CREATE FUNCTION key_with_proof(label text, i integer, a bigint, zeta bigint, u bigint[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    q CONSTANT numeric := 2::numeric ^ 256 - 189;
    h_p CONSTANT bytea := eg.parameter_base_hash((SELECT eg.create_election(eg.manifest(election), 255, 1, eg.joint_public_key(election), eg.joint_public_key(election))
                                                  FROM key_ceremony.election LIMIT 1));
    c numeric;
BEGIN
    c := mod(number(sha256(padded(h_p, 92) || sha256(padded(h_p, 54) || '\x10' || label::bytea || int4send(i) || power(a) || power(zeta) || power(u[1]) || power(u[2])))), q);
    RETURN jsonb_build_object('commitments', jsonb_build_array(encode(power(a), 'hex')), 'proof', jsonb_build_object('challenge', encode(scalar(c), 'hex'),
        'responses', jsonb_build_array(encode(scalar(mod(mod(u[1] - c * a, q) + q, q)), 'hex'), encode(scalar(mod(mod(u[2] - c * zeta, q) + q, q)), 'hex'))));
END
$$;
CREATE TABLE handmade AS
    SELECT i, jsonb_build_object('x_coordinate', i, 'communication_key', encode(power(zeta), 'hex'),
                                 'vote_key', key_with_proof('pk_vote', i, election.nonce('a' || i), zeta, ARRAY[election.nonce('u' || i), election.nonce('w' || i)]),
                                 'data_key', key_with_proof('pk_data', i, election.nonce('b' || i), zeta, ARRAY[election.nonce('x' || i), election.nonce('y' || i)])) AS public_key
    FROM generate_series(1, 254) i, LATERAL election.nonce('z' || i) zeta;
SELECT count(*) AS rows, bool_and(ok) AS ok FROM handmade, eg.check_guardian(255, 1, public_key) WHERE i IN (1, 254) AND step <> '3.2 commitment';
CREATE TABLE last AS
    SELECT g.*, (SELECT array_agg(h.public_key) FROM handmade h) || g.public_key AS keys FROM eg.create_guardian(255, 255, 1, word(255)) g;
SELECT list -> 'sender' AS sender, jsonb_array_length(list -> 'shares') AS shares
FROM last, LATERAL (SELECT eg.encrypt_shares(secret, word(255), keys) AS list OFFSET 0) l;
-- Nobody has sent him a share yet.
SELECT step, ok, count(*), min(subject COLLATE "C") AS first, max(subject COLLATE "C") AS last
FROM last, eg.check_shares(secret, word(255), keys, '{}') GROUP BY step, ok ORDER BY step COLLATE "C";
SELECT failure('SELECT eg.accept_shares(eg.create_election((SELECT eg.manifest(election) FROM election LIMIT 1), 1, keys), secret, word(255), keys, ''{}'') FROM last');

DROP SCHEMA key_ceremony CASCADE;
DROP SCHEMA election CASCADE;
