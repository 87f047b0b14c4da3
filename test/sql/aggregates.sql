--
-- The aggregates eg.tally and eg.merge
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\i :election
SET search_path = public, eg;

-- Three styles that share contests: the state grows as they come.
CREATE TABLE ballots AS
SELECT n, style,
       election.ballot_json('b' || n, votes,
           CASE WHEN n % 5 = 0 THEN 'CHALLENGED' ELSE 'CAST' END)::eg.ballot
           AS ballot
FROM generate_series(1, 20) n,
     LATERAL (SELECT n % 3 AS style) s,
     LATERAL (SELECT CASE style
         WHEN 0 THEN '{"mayor": {"Ada": 1, "Bela": 0}}'::jsonb
         WHEN 1 THEN '{"mayor": {"Ada": 0, "Bela": 1},
                       "points": {"x": 3, "y": 2, "z": 0}}'
         ELSE '{"mayor": {"Ada": 1, "Bela": 0},
                "points": {"x": 0, "y": 0, "z": 1}}' END AS votes) v;
CREATE TABLE selections AS
    SELECT n, style, c.* FROM ballots, ciphertexts(ballot) c
    WHERE state(ballot) = 'CAST';

-- The votes in a tally, by two of three guardians.
CREATE FUNCTION votes(tally eg.encrypted_tally, option_limit integer)
    RETURNS TABLE (contest text, option text, votes bigint)
    LANGUAGE sql
AS $$
    SELECT contest, option, votes
    FROM combine_unchecked(tally, election.joint_public_key(),
             ARRAY[partial_decrypt_unchecked(tally, 1, election.key_share(1)),
                   partial_decrypt_unchecked(tally, 3, election.key_share(3))],
             option_limit)
$$;

SELECT v.*
FROM (SELECT eg.tally(ballot) FILTER (WHERE state(ballot) = 'CAST') AS t
      FROM ballots) x, votes(t, 3) v;
SELECT c.*
FROM (SELECT eg.tally(ballot) FILTER (WHERE state(ballot) = 'CAST') AS t
      FROM ballots) x, contests(t) c;

-- By selection, the same ciphertexts
SELECT count(*), bool_and(a.ciphertext = b.ciphertext) AS same
FROM (SELECT c.* FROM (SELECT eg.tally(ballot)
                           FILTER (WHERE state(ballot) = 'CAST') AS t
                       FROM ballots) x, ciphertexts(t) c) a
    JOIN (SELECT contest_index, option_index, eg.tally(ciphertext) AS ciphertext
          FROM selections GROUP BY 1, 2) b USING (contest_index, option_index);

-- The operator +, one after the other, gives the sum too.
CREATE AGGREGATE plus(eg.ciphertext) (SFUNC = eg.ciphertext_plus,
                                      STYPE = eg.ciphertext);
SELECT bool_and(plus = tally) AS same
FROM (SELECT plus(ciphertext), eg.tally(ciphertext) AS tally
      FROM selections GROUP BY contest_index, option_index) x;

-- GROUP BY and merge; by hash and by sort
CREATE TABLE by_style AS
    SELECT style, eg.tally(ballot) AS t FROM ballots
    WHERE state(ballot) = 'CAST' GROUP BY style;
SELECT (SELECT eg.merge(t) FROM by_style) =
       (SELECT eg.tally(ballot) FROM ballots WHERE state(ballot) = 'CAST')
       AS same;
SET enable_hashagg = off;
SELECT bool_and(a.t = b.t) AS same
FROM by_style a JOIN (SELECT style, eg.tally(ballot) AS t FROM ballots
                      WHERE state(ballot) = 'CAST' GROUP BY style) b
    USING (style);
RESET enable_hashagg;
SELECT style, v.* FROM by_style, votes(t, 3) v ORDER BY 1, 2, 3;

-- Any order of rows
SELECT count(DISTINCT t) AS different
FROM (SELECT eg.tally(ballot ORDER BY n) AS t FROM ballots
      WHERE state(ballot) = 'CAST'
      UNION ALL
      SELECT eg.tally(ballot ORDER BY n DESC) FROM ballots
      WHERE state(ballot) = 'CAST'
      UNION ALL
      SELECT eg.tally(ballot ORDER BY sha256(n::text::bytea)) FROM ballots
      WHERE state(ballot) = 'CAST') x;

-- DISTINCT counts a copied ballot once.
SELECT (SELECT eg.tally(DISTINCT ballot)
        FROM (SELECT ballot FROM ballots UNION ALL SELECT ballot FROM ballots) x
        WHERE state(ballot) = 'CAST') =
       (SELECT eg.tally(ballot) FROM ballots WHERE state(ballot) = 'CAST')
       AS same;

-- Windows: running sums, and frames that move
SELECT n, (SELECT sum(votes) FROM votes(t, 3)) AS votes_so_far
FROM (SELECT n, eg.tally(ballot) OVER (ORDER BY n) AS t FROM ballots
      WHERE style = 0 AND state(ballot) = 'CAST') x ORDER BY n;
SELECT n, (SELECT sum(votes) FROM votes(t, 3)) AS votes_of_two
FROM (SELECT n, eg.tally(ballot) OVER (ORDER BY n ROWS 1 PRECEDING) AS t
      FROM ballots WHERE style = 0 AND state(ballot) = 'CAST') x ORDER BY n;

-- Two aggregates over one state
SELECT eg.tally(ballot) = eg.tally(ballot) AS same
FROM ballots WHERE state(ballot) = 'CAST';

-- ROLLUP
SELECT style, (SELECT sum(votes) FROM votes(t, 3)) AS votes
FROM (SELECT style, eg.tally(ballot) AS t FROM ballots
      WHERE state(ballot) = 'CAST' GROUP BY ROLLUP (style)) x
ORDER BY style;

-- Prepared statements, custom and generic plans
PREPARE tally_of(integer) AS
    SELECT (SELECT sum(votes) FROM votes(t, 3)) AS votes
    FROM (SELECT eg.tally(ballot) AS t FROM ballots
          WHERE style = $1 AND state(ballot) = 'CAST') x;
EXECUTE tally_of(1);
SET plan_cache_mode = force_generic_plan;
EXECUTE tally_of(1);
RESET plan_cache_mode;

-- Weights: the ballot's own, or the one that is given
SELECT v.*
FROM (SELECT eg.tally(jsonb_set(ballot::jsonb, '{weight}', to_jsonb(n))
                      ::eg.ballot) AS t
      FROM ballots WHERE style = 0 AND state(ballot) = 'CAST') x, votes(t, 1) v;
SELECT v.*, w.ballots, w.weight
FROM (SELECT eg.tally(ballot, n) AS t FROM ballots
      WHERE style = 0 AND state(ballot) = 'CAST') x, votes(t, 1) v, contests(t) w;
SELECT sum(n) FROM ballots WHERE style = 0 AND state(ballot) = 'CAST';
SELECT bool_and(a.ciphertext = b.ciphertext) AS same
FROM (SELECT c.* FROM (SELECT eg.tally(ballot, n) AS t FROM ballots
                       WHERE state(ballot) = 'CAST') x, ciphertexts(t) c) a
    JOIN (SELECT contest_index, option_index,
                 eg.tally(ciphertext, n) AS ciphertext
          FROM selections GROUP BY 1, 2) b USING (contest_index, option_index);
SELECT eg.tally(c, 5) = c * 5 AS five_times,
       eg.tally(c, 4611686018427387904) = c * 4611686018427387904 AS large
FROM (SELECT election.encrypt(1, 2) AS c) x GROUP BY c;

-- Nothing to add up, and NULLs
SELECT eg.tally(ballot) IS NULL AS none FROM ballots WHERE false;
SELECT eg.tally(NULL::eg.ballot) IS NULL AS only_null;
SELECT eg.tally(NULL::eg.ballot, 1) IS NULL AS only_null;
SELECT eg.merge(NULL) IS NULL AS only_null;
SELECT eg.tally(NULL::eg.ciphertext) IS NULL AS only_null;
SELECT (SELECT eg.tally(b) FROM (SELECT ballot AS b FROM ballots
                                 WHERE style = 0 AND state(ballot) = 'CAST'
                                 UNION ALL SELECT NULL) x) =
       (SELECT t FROM by_style WHERE style = 0) AS skipped;

-- A tally whose numbers of ballots are not known makes the sum unknown.
SELECT c.contest, c.ballots, c.weight
FROM (SELECT eg.merge(t) AS t
      FROM (SELECT t FROM by_style
            UNION ALL
            SELECT t::jsonb::eg.encrypted_tally FROM by_style
            WHERE style = 0) x) y, contests(t) c;

-- Parallel: the same bytes, whether or not workers help
CREATE TABLE many (n integer, ballot eg.ballot);
INSERT INTO many
    SELECT n, ballot FROM ballots, generate_series(1, 100)
    WHERE state(ballot) = 'CAST';
ALTER TABLE many SET (parallel_workers = 4);
ANALYZE many;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE alone AS SELECT eg.tally(ballot) AS t, eg.tally(ballot, n) AS w
    FROM many;
SET max_parallel_workers_per_gather = 4;
EXPLAIN (COSTS OFF) SELECT eg.tally(ballot), eg.tally(ballot, n) FROM many;
SELECT eg.tally(ballot) = (SELECT t FROM alone) AS same,
       eg.tally(ballot, n) = (SELECT w FROM alone) AS same_weighted
FROM many;
SELECT eg.merge(tally) = (SELECT t FROM alone) AS same
FROM (SELECT eg.tally(ballot) AS tally FROM many GROUP BY n % 7) x;

SET client_min_messages = warning;
DROP AGGREGATE plus(eg.ciphertext);
DROP FUNCTION votes;
DROP SCHEMA election CASCADE;
DROP TABLE ballots, selections, by_style, many, alone;
