--
-- Ballots of other implementations give their published tallies and votes
--
\getenv abs_srcdir PG_ABS_SRCDIR
\getenv shared EGTALLY_SHARED
SELECT :'shared' <> '' AS present \gset
\if :present
\else
\echo skipped: the folder of test data is absent
\quit
\endif
\set real_elections :abs_srcdir '/real_elections.sql'
\set ECHO none
\i :real_elections
\set ECHO all

-- ElectionGuard 2.0: which ballots count, and exactly the published tally
SELECT count(*), count(*) FILTER (WHERE state(ballot) = 'CAST') AS cast,
       sum((SELECT count(*) FROM ciphertexts(ballot))) AS selections
FROM ballots;
SELECT count(*) AS options, bool_and(t.ciphertext IS NOT DISTINCT FROM p.ciphertext) AS same
FROM (SELECT * FROM published_option WHERE votes IS NULL) p
    FULL JOIN (SELECT c.* FROM tally, ciphertexts(tally) c) t USING (contest, option);
SELECT count(*) AS options, bool_and(v.votes IS NOT DISTINCT FROM p.votes) AS same
FROM (SELECT * FROM published_option WHERE votes IS NOT NULL) p
    FULL JOIN votes v USING (contest, option);
SELECT contest, option, votes FROM votes ORDER BY contest_index, option_index;

-- The ballots come back from JSON and text as they were.
SELECT bool_and(ballot::jsonb::eg.ballot = ballot) AS json,
       bool_and(ballot::text::eg.ballot = ballot) AS text
FROM ballots;

-- A wrong share ends in an error within the bound.
SELECT v.*
FROM tally, published,
     (SELECT array_agg(partial_decrypt_unchecked(tally, guardian,
          CASE guardian WHEN 2 THEN set_byte(key_share, 31,
                                             get_byte(key_share, 31) # 1)
          ELSE key_share END)) AS partials FROM tally, trustees) x,
     combine_unchecked(tally, joint_public_key, partials) v;

-- ElectionGuard 1.x: bit for bit
SELECT p.election, p.option, t.ballots, t.ciphertext = p.ciphertext AS same
FROM published_1x p LEFT JOIN tally_1x t USING (election, option)
ORDER BY 1, 2;

-- A 2.1.0 record: the published tally of its cast ballots
CREATE TABLE line (line text);
\copy line FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg21/ref-1 && for f in encrypted_ballots/*/eballot-*.json encrypted_tally.json; do tr "\n" " " < "$f"; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TABLE record AS SELECT line::json::eg.ballot AS ballot FROM line
    WHERE line::jsonb ? 'ballot_id';
SELECT ballot_id(ballot), style(ballot), device(ballot), state(ballot),
       weight(ballot), is_preencrypted(ballot),
       ballot::jsonb::eg.ballot = ballot AS same
FROM record ORDER BY 1;
SELECT count(*), bool_and(mine.ciphertext IS NOT DISTINCT FROM theirs.ciphertext) AS same
FROM (SELECT c.* FROM (SELECT eg.tally(ballot)
                           FILTER (WHERE state(ballot) = 'CAST') AS t
                       FROM record) x, ciphertexts(t) c) mine
    FULL JOIN (SELECT c.* FROM line, ciphertexts(line::json::eg.encrypted_tally) c
               WHERE NOT line::jsonb ? 'ballot_id') theirs
    USING (contest_index, option_index);

SET client_min_messages = warning;
DROP SCHEMA real CASCADE;
