--
-- The setting egtally.kernel: whatever multiplies, the bytes are the same
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\i :election
SET search_path = public, eg;

-- The setting comes with the module.
SELECT eg.kernel() IN ('portable', 'ifma') AS known;
SHOW egtally.kernel;
SELECT context, vartype, enumvals, boot_val FROM pg_settings
WHERE name = 'egtally.kernel';

-- What a machine lacks is refused, and only that.
CREATE FUNCTION use_kernel(name text) RETURNS text
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('egtally.kernel', name, false);
    RETURN eg.kernel();
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN 'refused';
END
$$;
SELECT use_kernel('portable');
SELECT use_kernel('auto') AS auto \gset
SELECT use_kernel('ifma') = CASE :'auto' WHEN 'ifma' THEN 'ifma' ELSE 'refused' END AS as_auto;
SELECT use_kernel('fast');
SET egtally.kernel = 'fast';
SET egtally.kernels = 'portable';

-- A rollback takes it back.
SET egtally.kernel = 'portable';
BEGIN;
SET LOCAL egtally.kernel = 'auto';
SELECT eg.kernel() = :'auto' AS auto;
ROLLBACK;
SELECT eg.kernel();

-- So does the end of a function that has a setting of its own, by an error too.
SELECT use_kernel('auto') = :'auto' AS auto;
CREATE FUNCTION by_portable(divisor integer) RETURNS text
    LANGUAGE plpgsql SET egtally.kernel = 'portable'
AS $$ BEGIN RETURN eg.kernel() || 1 / divisor; END $$;
SELECT by_portable(1), eg.kernel() = :'auto' AS auto;
SELECT by_portable(0);
SELECT eg.kernel() = :'auto' AS auto;

-- A database has one, from the first call in a session on; one that the machine
-- lacks, as after a move, leaves the session with the best that there is.
SELECT current_database() AS database \gset
ALTER DATABASE :"database" SET client_min_messages = error;
ALTER DATABASE :"database" SET egtally.kernel = 'portable';
\c
SELECT eg.kernel();
SHOW egtally.kernel;
ALTER DATABASE :"database" RESET egtally.kernel;
\c
ALTER DATABASE :"database" SET egtally.kernel = 'ifma';
\c
SELECT eg.kernel() = :'auto' AS auto;
ALTER DATABASE :"database" RESET egtally.kernel;
ALTER DATABASE :"database" RESET client_min_messages;
\c
SELECT eg.kernel() = :'auto' AS auto;

-- What an ordinary user sets before the module is there is dropped when it comes.
\c
SET ROLE pg_monitor;
SET egtally.kernel = 'portable';
SELECT eg.kernel() = :'auto' AS auto;
SHOW egtally.kernel;
RESET ROLE;
SET search_path = public, eg;

-- Ballots of two styles, of 8 and of 14 products, with weights of all kinds
CREATE TABLE ballots AS
SELECT n, CASE WHEN n % 3 > 0 THEN election.simple_ballot(n)
          ELSE election.ballot_json('b' || n, '{"mayor":
              {"Ada": 0, "Bela": 1, "Chloe": 0, "Dan": 0},
              "points": {"x": 3, "y": 2, "z": 0}}')::eg.ballot END AS ballot,
       (ARRAY[1, 2, 1000003, 1])[1 + n % 4] AS weight
FROM generate_series(1, 24) n;
CREATE TABLE selections AS
    SELECT n, weight, c.* FROM ballots, ciphertexts(ballot) c;

-- An election whose one guardian has all of the key, and nonces that every run
-- makes again
CREATE TABLE guardian AS SELECT secret, public_key FROM eg.create_guardian(1, 1, 1, 'open sesame');
CREATE TABLE complete AS
SELECT e AS election, accept_shares(e, secret, 'open sesame', ARRAY[public_key],
           ARRAY[encrypt_shares(secret, 'open sesame', ARRAY[public_key])]) AS secret
FROM guardian, eg.create_election(convert_to('{
        "label": "kernels", "contests": [
        {"label": "mayor", "selection_limit": 1, "contest_data_blocks": 1,
         "options": [{"label": "Ada"}, {"label": "Bela"}]},
        {"label": "points", "selection_limit": 5, "options": [
            {"label": "x", "selection_limit": 3}, {"label": "y", "selection_limit": 2}]}],
        "ballot_styles": [{"label": "style", "contests": [1, 2]}]}', 'UTF8'),
    1, ARRAY[public_key]) e;
CREATE FUNCTION nonces(seed text, n integer) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT string_agg(sha256((seed || i)::bytea), '' ORDER BY i) FROM generate_series(1, n) i);
CREATE FUNCTION encrypted(election eg.election, id text) RETURNS eg.ballot
    LANGUAGE sql STABLE
    RETURN chain(election, encrypt_deterministic(election, id, 'style', '{"mayor": ["Bela"], "points": {"x": 3, "y": 1}}',
                                                 'device', 1, NULL, nonces(id, 43)), 'device');

-- Everything that a kernel has a part in, under its setting
CREATE FUNCTION results(setting text) RETURNS TABLE (what text, value text)
    LANGUAGE plpgsql
AS $$
DECLARE
    whole eg.encrypted_tally;
    e eg.election := (SELECT election FROM complete);
    secret eg.guardian_secret := (SELECT c.secret FROM complete c);
    one eg.ballot;
    other eg.ballot;
BEGIN
    PERFORM set_config('egtally.kernel', setting, false);
    one := cast_ballot(encrypted(e, 'one'));
    other := jsonb_set(one::jsonb, '{contests,0,selections}',
                       encrypted(e, 'two')::jsonb #> '{contests,0,selections}')::eg.ballot;
    RETURN QUERY
    SELECT 'encryption', one::text
    UNION ALL
    SELECT 'verification', verify(e, one)::text || verify(e, other)::text
    UNION ALL
    SELECT 'steps of verification', string_agg(c::text, ',') FROM check_ballot(e, one) c
    UNION ALL
    SELECT 'steps that fail', string_agg(c::text, ',') FROM check_ballot(e, other) c
    UNION ALL
    SELECT 'commitments to a decryption', commitments::text
    FROM commit_decryption_deterministic(e, secret, 'open sesame', '{1}', (SELECT eg.tally(one)), nonces('u', 4))
    UNION ALL
    SELECT 'commitments to contest data', commitments::text
    FROM commit_decryption_deterministic(e, secret, 'open sesame', '{1}', challenge_ballot(encrypted(e, 'three')), 'mayor',
                                         nonces('u', 1));
    whole := (SELECT eg.tally(ballot) FROM ballots);
    RETURN QUERY
    SELECT 'tally', whole::text
    UNION ALL
    SELECT 'tally in another order', eg.tally(ballot ORDER BY -n)::text FROM ballots
    UNION ALL
    SELECT 'weights', eg.tally(ballot, weight)::text FROM ballots
    UNION ALL
    SELECT 'merge', eg.merge(t)::text
    FROM (SELECT eg.tally(ballot) AS t FROM ballots GROUP BY n % 5) chunks
    UNION ALL
    SELECT 'ciphertexts', string_agg(c::text, ',' ORDER BY contest_index, option_index)
    FROM (SELECT contest_index, option_index, eg.tally(ciphertext) AS c
          FROM selections GROUP BY 1, 2) sums
    UNION ALL
    SELECT 'weighted ciphertexts', string_agg(c::text, ',' ORDER BY contest_index, option_index)
    FROM (SELECT contest_index, option_index, eg.tally(ciphertext, weight) AS c
          FROM selections GROUP BY 1, 2) sums
    UNION ALL
    SELECT 'partial decryptions of a tally',
           partial_decrypt_unchecked(whole, 2, election.key_share(2))::text
    UNION ALL
    SELECT 'partial decryption of a ciphertext',
           partial_decrypt_unchecked(ciphertext, election.key_share(2))::text
    FROM ciphertexts(whole) WHERE option_index = 3 AND contest_index = 1;
END
$$;
CREATE TABLE portable AS SELECT * FROM results('portable');
SELECT eg.kernel();
CREATE TABLE auto AS SELECT * FROM results('auto');
SELECT eg.kernel() = :'auto' AS auto;
SELECT what, portable.value = auto.value AS same
FROM portable JOIN auto USING (what) ORDER BY what COLLATE "C";
SELECT value AS verified FROM auto WHERE what = 'verification';
SELECT count(DISTINCT value) AS different
FROM auto WHERE what IN ('tally', 'tally in another order');

-- Workers use the kernel of their leader.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET egtally.kernel = 'portable';
EXPLAIN (COSTS OFF) SELECT eg.tally(ballot), count(*) FILTER (WHERE eg.kernel() = 'portable')
FROM ballots;
SELECT eg.tally(ballot)::text = (SELECT value FROM auto WHERE what = 'tally') AS same,
       count(*) FILTER (WHERE eg.kernel() = 'portable')
FROM ballots;
SET egtally.kernel = 'auto';
SELECT eg.tally(ballot)::text = (SELECT value FROM portable WHERE what = 'tally') AS same,
       count(*) FILTER (WHERE eg.kernel() = :'auto')
FROM ballots;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET parallel_leader_participation;

-- States that different kernels have made go together.
CREATE FUNCTION state_of(setting text, part integer) RETURNS eg.tally_state
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('egtally.kernel', setting, false);
    RETURN (SELECT tally_as_state(ballot ORDER BY n) FROM ballots WHERE n % 2 = part);
END
$$;
CREATE AGGREGATE tally_as_state(eg.ballot) (SFUNC = eg.tally_transition,
                                            STYPE = eg.tally_state);
CREATE AGGREGATE together(eg.tally_state) (SFUNC = eg.tally_combine,
    STYPE = eg.tally_state, FINALFUNC = eg.tally_final);
CREATE TABLE states AS
    SELECT setting, part, state_of(setting, part) AS state
    FROM unnest('{portable,auto}'::text[]) setting, generate_series(0, 1) part;
SELECT count(DISTINCT state::text) = CASE :'auto' WHEN 'ifma' THEN 4 ELSE 2 END AS as_many
FROM states;
SELECT use_kernel('portable');
SELECT bool_and((SELECT together(s) FROM unnest(ARRAY[a.state, b.state]) s)::text = value) AS same
FROM states a, states b, portable
WHERE a.part = 0 AND b.part = 1 AND what = 'tally';
SELECT use_kernel('auto') = :'auto' AS auto;
SELECT bool_and((SELECT together(s) FROM unnest(ARRAY[a.state, b.state]) s)::text = value) AS same
FROM states a, states b, portable
WHERE a.part = 0 AND b.part = 1 AND what = 'tally';

-- An ordinary user may look, and not choose.
SET ROLE pg_monitor;
SELECT eg.kernel() = :'auto' AS auto;
SET egtally.kernel = 'portable';
RESET egtally.kernel;
CREATE FUNCTION pg_temp.by_portable() RETURNS text
    LANGUAGE sql SET egtally.kernel = 'portable' AS 'SELECT eg.kernel()';
RESET ROLE;

SET client_min_messages = warning;
DROP AGGREGATE tally_as_state(eg.ballot), together(eg.tally_state);
DROP FUNCTION use_kernel, by_portable, results, state_of, encrypted, nonces;
DROP SCHEMA election CASCADE;
DROP TABLE ballots, selections, guardian, complete, portable, auto, states;
