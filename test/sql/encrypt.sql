--
-- eg.encrypt, eg.chain, eg.cast_ballot and eg.challenge_ballot (the numbers of
-- attacks are those of ATTACKS.md)
--
\getenv abs_srcdir PG_ABS_SRCDIR
SET client_min_messages = warning;
\set election :abs_srcdir '/election.sql'
\i :election
\set encryption :abs_srcdir '/encryption.sql'
\i :encryption
CREATE SCHEMA encrypted;
SET search_path = encrypted, public, eg;

-- Votes of every kind: in order, under, over, null, in every form
CREATE TABLE voter (n integer, style text, votes jsonb, weight bigint);
INSERT INTO voter VALUES
    (1, 'full', '{"mayor": ["Ada"], "council": {"w1": 1, "w2": 1}, "points": {"x": 4, "y": 3, "z": 1}, "measure": {"yes": 1}}', 1),
    (2, 'full', '{}', 1),
    (3, 'full', '{"mayor": [], "council": {"w1": 0}, "points": {}, "measure": {"undervotes": 1, "remark": 2}}', 3),
    (4, 'full', '{"mayor": {"Ada": 1, "Béla": 1}, "council": ["w1", "w2", "w3"], "points": {"x": 4, "y": 3, "z": 2}, "measure": {"yes": 1, "no": 1, "remark": 1}}', 1),
    (5, 'full', '{"mayor": {"Ada": 2}, "council": {"w1": 2}, "points": {"x": 5}, "measure": {"no": 1, "remark": 3}}', 1),
    (6, 'full', '{"council": {"w1": 1}, "points": {"x": 2147483647, "y": 2147483647, "z": 2147483647}, "measure": {"yes": 99, "no": 1}}', 9223372036854775807),
    (7, 'full', '{"council": {"w2": 1, "write-in": {"votes": 1, "text": "Zoë \"Q\" \\\n"}}}', 1),
    (8, 'full', '{"council": {"write-in": {"text": "Zoe", "votes": 0}}, "points": {"x": {"votes": 3}}}', 1),
    (9, 'full', '{"council": {"w1": 1, "w2": 1, "w3": {"votes": 1, "text": ""}, "write-in": {"votes": 1, "text": "Zoe"}}}', 1),
    (10, 'short', '{"points": {"x": 4, "y": 1, "z": 2}}', 1),
    (11, 'short', '{"mayor": {"Chloé": 1}}', 2),
    (12, 'other', '{"measure": ["no", "undervotes"]}', 1);
CREATE TABLE ballots AS
    SELECT n, encrypt(election.rich(), 'ballot-' || n, style, votes, 'booth', weight) AS ballot FROM voter;

-- Every step passes, but for the code that a fresh ballot has not
SELECT step, ok, count(*), min(detail) AS detail
FROM ballots, check_ballot(election.rich(), ballot) GROUP BY step, ok ORDER BY step COLLATE "C";
CREATE TABLE chained AS SELECT n, chain(election.rich(), ballot, 'booth 1, präzinkt 9') AS ballot FROM ballots;
SELECT n, verify(election.rich(), ballot), state(ballot), style(ballot), device(ballot), weight(ballot),
       is_preencrypted(ballot) OR encrypted_at(ballot) IS NOT NULL OR election_id(ballot) <> election_id(election.rich()) AS odd
FROM chained ORDER BY n;

-- What they hold
CREATE TABLE held AS SELECT n, election.votes_of(ballot) AS votes, election.data_of(ballot) AS data FROM ballots;
SELECT n, contest, held.votes -> contest AS votes, voter.votes -> contest AS given
FROM held JOIN voter USING (n), unnest('{mayor,council,points,measure}'::text[]) WITH ORDINALITY x(contest, i)
WHERE held.votes ? contest ORDER BY n, i;
SELECT n, data AS contest_data FROM held ORDER BY n;
-- Nothing to record is zeros.
SELECT n, contest FROM ballots, election.contest_data(ballot)
WHERE data = decode(repeat('00', length(data)), 'hex') ORDER BY n, contest;
-- 91: neither its size nor its presence tells anything
SELECT style, count(*), count(DISTINCT length(ballot_send(ballot))) AS sizes
FROM ballots JOIN voter USING (n) WHERE n NOT BETWEEN 10 AND 12 OR n = 12 GROUP BY style ORDER BY style;
SELECT c ->> 'contest_id' AS contest, count(*),
       min(length(decode(c #>> '{encrypted_contest_data,c1}', 'base64'))) AS least,
       max(length(decode(c #>> '{encrypted_contest_data,c1}', 'base64'))) AS most
FROM ballots, jsonb_array_elements(ballot::jsonb -> 'contests') c GROUP BY 1 ORDER BY 1;

-- The encrypted ballot nonce is the one that the selections come from (33 to 37).
SELECT n, bool_and(pad(ciphertext) = election.power(election.generator(),
              election.hmac(identifier_hash(ballot), '\x21'::bytea || int4send(contest_index) || int4send(option_index) || xi_b)))
FROM ballots, ciphertexts(ballot),
     LATERAL (SELECT ballot::jsonb #>> '{encrypted_nonce,c0}', ballot::jsonb #>> '{encrypted_nonce,c1}') x(t0, t1),
     LATERAL (SELECT decode(t0, 'base64'), decode(t1, 'base64')) y(c0, c1),
     LATERAL (SELECT election.xor_bytes(c1, election.hmac(
                  election.hmac(identifier_hash(ballot), '\x22'::bytea || c0 || election.power(c0, election.data_key_share())),
                  '\x01'::bytea || 'ballot_nonce\000ballot_nonce_encrypt' || '\x0100'::bytea))) z(xi_b)
WHERE n IN (7, 10) GROUP BY n ORDER BY n;

-- 73: no two fields of a ballot are under one nonce
CREATE FUNCTION nonces_shown(ballot eg.ballot) RETURNS SETOF bytea
    LANGUAGE sql
AS $$
    SELECT pad(ciphertext) FROM ciphertexts(ballot)
    UNION ALL SELECT decode(c #>> '{encrypted_contest_data,c0}', 'base64')
        FROM jsonb_array_elements(ballot::jsonb -> 'contests') c WHERE c ? 'encrypted_contest_data'
    UNION ALL SELECT decode(ballot::jsonb #>> '{encrypted_nonce,c0}', 'base64')
$$;
SELECT count(*), count(DISTINCT s) FROM ballots, nonces_shown(ballot) s;

-- 59: no ballot is encrypted once and used twice
PREPARE again AS SELECT encrypt(election.rich(), 'b', 'other', '{}', 'd') AS ballot;
SET plan_cache_mode = force_generic_plan;
CREATE TABLE fresh AS EXECUTE again;
CREATE TABLE fresh_again AS EXECUTE again;
INSERT INTO fresh TABLE fresh_again;
RESET plan_cache_mode;
DROP TABLE fresh_again;
CREATE TABLE fresh_again AS EXECUTE again;
INSERT INTO fresh TABLE fresh_again;
INSERT INTO fresh SELECT encrypt(e, 'b', 'other', '{}', 'd') FROM election.rich, generate_series(1, 3);
INSERT INTO fresh SELECT encrypt(e, 'b', 'other', '{}', 'd') FROM election.rich
    UNION ALL SELECT encrypt(e, 'b', 'other', '{}', 'd') FROM election.rich;
DO $$
BEGIN
    FOR i IN 1..3 LOOP
        INSERT INTO fresh VALUES (encrypt(election.rich(), 'b', 'other', '{}', 'd'));
    END LOOP;
END $$;
SELECT count(*), count(DISTINCT identifier(ballot)) AS identifiers,
       (SELECT count(*) = count(DISTINCT s) FROM fresh, nonces_shown(ballot) s) AS nonces_differ FROM fresh;
SELECT provolatile, proparallel, proisstrict FROM pg_proc WHERE oid = 'eg.encrypt'::regproc;

-- 58: workers do not draw the same, and the planner calls them
CREATE TABLE many WITH (parallel_workers = 2) AS SELECT n FROM generate_series(1, 60) n;
ANALYZE many;
SET parallel_setup_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF)
CREATE TABLE parallel AS SELECT n, encrypt(election.rich(), 'b' || n, 'other', '{}', 'd') AS ballot FROM many;
CREATE TABLE parallel AS SELECT n, encrypt(election.rich(), 'b' || n, 'other', '{}', 'd') AS ballot FROM many;
RESET parallel_setup_cost;
RESET min_parallel_table_scan_size;
SELECT count(*), count(DISTINCT identifier(ballot)) AS identifiers,
       (SELECT count(*) = count(DISTINCT s) FROM parallel, nonces_shown(ballot) s) AS nonces_differ FROM parallel;

-- Undecided: no state in JSON, and no ballot of a record
SELECT state(ballot) IS NULL AS no_state, ballot::jsonb ? 'state' AS in_json,
       ballot::text::eg.ballot = ballot AS round_trip,
       ballot::jsonb::eg.ballot = ballot AS by_json FROM chained WHERE n = 1;
SELECT r.ballot IS NULL AS none, step, detail
FROM chained c, eg.read_ballot(convert_to((c.ballot::jsonb)::text, 'UTF8'), NULL) r WHERE n = 1;
CREATE TABLE decided AS
    SELECT n, CASE WHEN n = 2 THEN challenge_ballot(ballot) ELSE cast_ballot(ballot) END AS ballot FROM chained;
SELECT state(ballot), count(*), bool_and(ballot::jsonb::eg.ballot = ballot) AS round_trip,
       bool_and(verify(election.rich(), ballot)) AS verified FROM decided GROUP BY 1 ORDER BY 1;
-- 33: what is not cast is not tallied
SELECT tally(ballot) FROM chained;
SELECT tally(ballot) FROM decided;
SELECT contest, option, votes
FROM (SELECT tally(ballot) AS t FROM decided WHERE state(ballot) = 'CAST' AND n <> 6) x,
     combine_unchecked(t, election.joint_public_key(),
         ARRAY[partial_decrypt_unchecked(t, 1, election.key_share(1)),
               partial_decrypt_unchecked(t, 2, election.key_share(2))], 4)
ORDER BY contest_index, option_index;
-- 84: a decision is made once, and after the code
SELECT cast_ballot(ballot) FROM decided WHERE n = 1;
SELECT challenge_ballot(ballot) FROM decided WHERE n = 1;
SELECT cast_ballot(ballot) FROM decided WHERE n = 2;
SELECT cast_ballot(ballot) FROM ballots WHERE n = 1;
SELECT chain(election.rich(), ballot, 'booth') FROM decided WHERE n = 1;
SELECT cast_ballot(NULL) IS NULL AS cast_null, challenge_ballot(NULL) IS NULL AS challenge_null;

-- Chaining: only field and code depend on it
SELECT a.ballot::jsonb - 'chaining_field' - 'confirmation_code' = b.ballot::jsonb AS rest_is_same,
       substr(chaining_field(a.ballot), 1, 4) AS mode,
       substr(chaining_field(a.ballot), 5) = device_information_hash(election.rich(), 'booth 1, präzinkt 9', false) AS device_hash
FROM chained a JOIN ballots b USING (n) WHERE n = 1;
CREATE TABLE link AS
    WITH RECURSIVE links(n, ballot) AS (
        SELECT 1, chain(election.rich(), ballot, 'booth 2', 1) FROM ballots WHERE n = 1
        UNION ALL
        SELECT n + 1, (SELECT chain(election.rich(), b.ballot, 'booth 2', mode => 1, previous => confirmation_code(l.ballot))
                       FROM ballots b WHERE b.n = l.n + 1)
        FROM links l WHERE n < 4)
    SELECT * FROM links;
SELECT n, verify(election.rich(), ballot), substr(chaining_field(ballot), 1, 4) AS mode,
       substr(chaining_field(ballot), 5) = coalesce(
           lag(confirmation_code(ballot)) OVER (ORDER BY n),
           chain_hash(election.rich(), '\x00000001'::bytea || device_information_hash(election.rich(), 'booth 2', false), false)) AS follows
FROM link ORDER BY n;
SELECT election.failure('SELECT chain(' || arguments || ') FROM ballots WHERE n = 1') FROM unnest(ARRAY[
    'election.rich(), ballot, ''d'', 2', 'election.rich(), ballot, ''d'', -1',
    'election.rich(), ballot, ''d'', 0, ''\x00''', 'election.rich(), ballot, ''d'', 1, ''\x00''',
    'NULL, ballot, ''d''', 'election.rich(), NULL, ''d''', 'election.rich(), ballot, NULL',
    'election.rich(), chain(election.rich(), ballot, ''d''), ''d''',
    'create_election(manifest(election.rich()) || '' '', 3, 2, joint_public_key(election.rich()), joint_public_key(election.rich())), ballot, ''d''',
    'election.rich(), (SELECT jsonb_set(cast_ballot(chain(election.rich(), b.ballot, ''d''))::jsonb, ''{is_preencrypt}'', ''true'')::ballot FROM ballots b WHERE n = 2), ''d''']) arguments;
-- The mode that the manifest states, and no other
CREATE FUNCTION stating(mode integer) RETURNS eg.election
    LANGUAGE sql STABLE
    RETURN create_election(convert_to((convert_from(manifest(election.rich()), 'UTF8')::jsonb
               || jsonb_build_object('chaining_mode', mode))::text, 'UTF8'), 3, 2,
           joint_public_key(election.rich()), joint_data_public_key(election.rich()));
SELECT stated, mode, election.failure(format('SELECT chain(e, encrypt(e, ''b'', ''other'', ''{}'', ''d''), ''d'', %L) FROM stating(%s) e', mode, stated)),
       CASE WHEN mode IS NULL THEN substr(chaining_field(chain(e, encrypt(e, 'b', 'other', '{}', 'd'), 'd')), 1, 4) END AS taken
FROM unnest('{0,1}'::integer[]) stated, stating(stated) e, unnest('{NULL,0,1}'::integer[]) mode ORDER BY 1, 2;

-- 18 to 20: votes above a limit cannot be had by arithmetic on a ballot, nor
-- by joining the parts of two that share their nonces.
CREATE FUNCTION given_nonces(seed text, n integer) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT string_agg(sha256((seed || i)::bytea), '' ORDER BY i) FROM generate_series(1, n) i);
CREATE FUNCTION with_votes(votes jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN cast_ballot(chain(election.rich(), encrypt_deterministic(election.rich(), 'b', 'short', votes, 'd', 1, NULL,
               given_nonces('nonce', 2 + 3 * 4 + 4 + 10 + 8 + 6 + 18 + 2)), 'd'))::jsonb;
CREATE FUNCTION failing(j jsonb) RETURNS text
    LANGUAGE sql STABLE
    RETURN (SELECT coalesce(string_agg(DISTINCT step, ' ' ORDER BY step), 'none')
            FROM check_ballot(election.rich(), j::eg.ballot) WHERE NOT ok);
CREATE FUNCTION shifted(j jsonb, place integer, by integer) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_set(j, ARRAY['contests', '0', 'selections', place::text, 'encrypted_vote'],
        (((j #> ARRAY['contests', '0', 'selections', place::text, 'encrypted_vote'])::eg.ciphertext
          + ciphertext(election.one(), election.joint_public_key()) * by))::jsonb);
SELECT failing(with_votes('{"mayor": ["Ada"]}')) AS as_it_is,
       failing(shifted(with_votes('{"mayor": ["Ada"]}'), 0, 1)) AS two,
       failing(shifted(with_votes('{"mayor": []}'), 0, -1)) AS minus_one,
       failing(shifted(shifted(with_votes('{"mayor": []}'), 0, -1), 1, 1)) AS minus_one_and_one;
SELECT failing(jsonb_set(with_votes('{"mayor": ["Ada"]}'), '{contests,0,selections,1}',
               with_votes('{"mayor": ["Béla"]}') #> '{contests,0,selections,1}')) AS both;

-- 80: weights
SELECT weight, election.failure(format('SELECT encrypt(election.rich(), ''b'', ''other'', ''{}'', ''d'', %L)', weight))
FROM unnest('{0,-1,-9223372036854775808,NULL,1}'::bigint[]) weight;

-- What is refused: ballot and contest are named, votes are not (55)
CREATE TABLE hostile (votes text);
INSERT INTO hostile VALUES
    ('[]'), ('1'), ('"mayor"'), ('null'), ('["mayor"]'),
    ('{"mayor": 1}'), ('{"mayor": null}'), ('{"mayor": "Ada"}'), ('{"mayor": true}'),
    ('{"Mayor": ["Ada"]}'), ('{"": {}}'), ('{"measure": ["yes"]}'), ('{"mayor": ["Ada"], "council": {}, "nobody": {}}'),
    ('{"mayor": {"Adam": 1}}'), ('{"mayor": ["Adam"]}'), ('{"mayor": {"Ada": 1, "x": 1}}'), ('{"mayor": {"": 1}}'),
    ('{"mayor": ["Béla", "Ada", "Béla"]}'), ('{"mayor": [1]}'), ('{"mayor": [["Ada"]]}'), ('{"mayor": [null]}'),
    ('{"mayor": {"Ada": -1}}'), ('{"mayor": {"Ada": 0.5}}'), ('{"mayor": {"Ada": 2147483648}}'),
    ('{"mayor": {"Ada": 1e300}}'), ('{"mayor": {"Ada": 18446744073709551617}}'), ('{"mayor": {"Ada": 4294967296}}'),
    ('{"mayor": {"Ada": "1"}}'), ('{"mayor": {"Ada": true}}'), ('{"mayor": {"Ada": null}}'), ('{"mayor": {"Ada": [1]}}'),
    ('{"mayor": {"Ada": {}}}'), ('{"mayor": {"Ada": {"votes": -1}}}'), ('{"mayor": {"Ada": {"text": "x"}}}'),
    ('{"mayor": {"Ada": {"votes": 1, "text": 1}}}'), ('{"mayor": {"Ada": {"votes": 1, "Text": "x"}}}'),
    ('{"mayor": {"Ada": {"votes": 1, "text": "x", "z": 1}}}'), ('{"mayor": {"Ada": {"votes": {"votes": 1}}}}'),
    ('{"points": {"x": {"votes": 1, "text": "a secret remark"}}}');
SELECT votes, election.failure(format('SELECT encrypt(election.rich(), ''b-1'', ''short'', %L, ''d'')', votes))
FROM hostile;
-- A text fits its blocks, or the contest is named.
SELECT length, election.failure(format('SELECT encrypt(election.rich(), ''b-1'', ''full'', %L, ''d'')',
    jsonb_build_object('council', jsonb_build_object('w1', 1, 'write-in', jsonb_build_object('votes', 1, 'text', repeat('z', length))))))
FROM unnest('{70,71,100000}'::integer[]) length;
SELECT election.failure(format('SELECT encrypt(%s)', arguments)) FROM unnest(ARRAY[
    'NULL, ''b'', ''short'', ''{}'', ''d''', 'election.rich(), NULL, ''short'', ''{}'', ''d''',
    'election.rich(), ''b'', NULL, ''{}'', ''d''', 'election.rich(), ''b'', ''short'', NULL, ''d''',
    'election.rich(), ''b'', ''short'', ''{}'', NULL',
    'election.rich(), '''', ''short'', ''{}'', ''d''', 'election.rich(), E''a\nb'', ''short'', ''{}'', ''d''',
    'election.rich(), repeat(''b'', 1025), ''short'', ''{}'', ''d''', 'election.rich(), ''b'', ''short'', ''{}'', ''''',
    'election.rich(), ''b'', ''short'', ''{}'', repeat(''d'', 100000)',
    'election.rich(), ''b'', ''nowhere'', ''{}'', ''d''', 'election.rich(), ''b'', '''', ''{}'', ''d''']) arguments;
-- Limits that no ballot can prove
CREATE FUNCTION limited(l bigint, r bigint) RETURNS eg.election
    LANGUAGE sql
    RETURN create_election(convert_to(format('{"label": "l", "contests": [{"label": "c", "selection_limit": %s, "options": [
        {"label": "o", "selection_limit": %s}]}], "ballot_styles": [{"label": "s", "contests": [1]}]}', l, r), 'UTF8'),
        3, 2, election.joint_public_key(), election.joint_public_key());
SELECT l, r, election.failure(format('SELECT encrypt(limited(%s, %s), ''b'', ''s'', ''{}'', ''d'')', l, r))
FROM (VALUES (65535, 1), (65535, 65535), (2147483647, 2147483647)) x(l, r);
SELECT verify(limited(l, l), cast_ballot(chain(limited(l, l), encrypt(limited(l, l), 'b', 's', jsonb_build_object('c', jsonb_build_object('o', l)), 'd'), 'd')))
FROM unnest('{1,2,3,8,40}'::integer[]) l;

-- Contest data that is given
SELECT data, election.failure(format('SELECT encrypt_deterministic(election.rich(), ''b'', %L, ''{}'', ''d'', 1, %L, %L)', style, data, given_nonces('n', 27)))
FROM (VALUES ('other', '[]'), ('other', '{"measure": 1}'), ('other', '{"measure": ""}'), ('other', '{"measure": "AAAA"}'),
             ('other', '{"measure": "!!!!"}'), ('short', '{"mayor": "AAAA"}'), ('short', '{"measure": "AAAA"}'), ('other', '{"nobody": "AAAA"}')) x(style, data);
SELECT contest, data = sha256('D') AS as_given
FROM election.contest_data(encrypt_deterministic(election.rich(), 'b', 'other', '{"measure": ["yes"]}', 'd', 1,
         jsonb_build_object('measure', encode(sha256('D'), 'base64')), given_nonces('n', 27)));
SELECT encrypt_deterministic(election.rich(), 'b', 'other', '{"measure": ["yes"]}', 'd', 1, NULL, given_nonces('n', 27))
     = encrypt_deterministic(election.rich(), 'b', 'other', '{"measure": ["yes"]}', 'd', 1, '{}', given_nonces('n', 27)) AS again;
-- A nonce that is not below q is passed over.
SELECT encrypt_deterministic(election.rich(), 'b', 'other', '{}', 'd', 1, NULL, given_nonces('n', 27))
     = encrypt_deterministic(election.rich(), 'b', 'other', '{}', 'd', 1, NULL,
           substr(given_nonces('n', 27), 1, 64) || decode(repeat('ff', 32), 'hex') || substr(given_nonces('n', 27), 65)) AS same;
DROP SCHEMA encrypted CASCADE;
DROP SCHEMA election CASCADE;
