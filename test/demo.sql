--
-- make demo: tallies and decrypts elections inside the database and shows the
-- votes.  The variable shared names a folder of real elections, or is empty.
--
\pset footer off
\pset linestyle unicode
\pset border 2
SET client_min_messages = warning;
CREATE EXTENSION egtally;
SELECT :'shared' <> '' AS real \gset
\if :real

\echo
\echo 'ElectionGuard 2.0: loading the ballots and three trustees of another implementation'
\set ECHO none
\i test/real_elections.sql

SELECT count(*) AS ballots,
       count(*) FILTER (WHERE eg.state(ballot) = 'CAST') AS cast,
       sum((SELECT count(*) FROM eg.ciphertexts(ballot))) AS ciphertexts,
       pg_size_pretty(avg(pg_column_size(ballot))::bigint) AS size_of_one
FROM ballots;

\echo 'The tally:  SELECT eg.tally(ballot) FILTER (WHERE eg.state(ballot) = ''CAST'') FROM ballots'
\echo 'decrypted by the trustees, held against the published one:'
SELECT contest, option, v.votes, rpad(repeat('█', v.votes::integer), 20) AS " ",
       CASE WHEN count(*) FILTER (WHERE mine.ciphertext = p.ciphertext) = 2
            THEN 'same' ELSE 'DIFFERENT' END AS "encrypted tally",
       CASE WHEN bool_and(p.votes = v.votes) THEN 'same' ELSE 'DIFFERENT' END
           AS "votes published"
FROM votes v
    JOIN (SELECT c.* FROM tally, eg.ciphertexts(tally) c) mine
        USING (contest_index, contest, option_index, option)
    JOIN published_option p USING (contest, option)
GROUP BY contest_index, contest, option_index, option, v.votes
ORDER BY contest_index, option_index;

\echo 'ElectionGuard 1.x: two elections of four candidates, ballots taken apart with SQL'
SELECT election, option AS candidate, ballots,
       CASE WHEN t.ciphertext = p.ciphertext THEN 'same' ELSE 'DIFFERENT' END
           AS "encrypted tally"
FROM published_1x p LEFT JOIN tally_1x t USING (election, option)
ORDER BY 1, 2;

\else

\echo
\echo 'A small election: 60 voters, two contests, five guardians of whom two suffice'
\i test/election.sql
SET search_path = public, eg;
CREATE TABLE ballots AS
    SELECT election.ballot_json('voter-' || n, jsonb_build_object(
               'mayor', jsonb_build_object(
                   'Ada', (n % 3 = 0)::integer, 'Bela', (n % 3 = 1)::integer,
                   'Chloe', (n % 12 = 2)::integer),
               'points (up to 3)', jsonb_build_object(
                   'park', n % 4, 'pool', (n % 5) / 2 * (n % 2))))::eg.ballot AS ballot
    FROM generate_series(1, 60) n;
SELECT count(*) AS ballots, pg_size_pretty(avg(pg_column_size(ballot))::bigint) AS size_of_one
FROM ballots;

\echo 'The tally:  SELECT eg.tally(ballot) FROM ballots,  decrypted by guardians 2 and 5'
SELECT contest, option, votes, rpad(repeat('█', (votes / 3)::integer), 32) AS " "
FROM (SELECT eg.tally(ballot) FROM ballots) t,
     LATERAL eg.combine_unchecked(tally, election.joint_public_key(),
         ARRAY[eg.partial_decrypt_unchecked(tally, 2, election.key_share(2)),
               eg.partial_decrypt_unchecked(tally, 5, election.key_share(5))], 3);

\endif
