--
-- Real elections of other implementations, from the folder that the
-- environment calls EGTALLY_SHARED: loaded with plain SQL, tallied, decrypted
-- and held against what they published.
--
CREATE SCHEMA real;
SET search_path = real, public, eg;

-- A file becomes one line; \copy reads it on the side of psql, as it stands.
CREATE TABLE line (line text);

--
-- ElectionGuard 2.0: 42 ballots and three trustees of egk
--
\copy line FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg20-egk/allAvailable && for f in encrypted_ballots/*/eballot-*.json; do tr "\n" " " < "$f"; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TABLE ballots AS SELECT line::json::eg.ballot AS ballot FROM line;
TRUNCATE line;
\copy line FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg20-egk/allAvailable && for f in private_data/trustees/*.json; do tr "\n" " " < "$f"; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TABLE trustees AS
    SELECT (line::jsonb ->> 'x_coordinate')::integer AS guardian,
           decode(line::jsonb ->> 'key_share', 'base64') AS key_share
    FROM line;
TRUNCATE line;
\copy line FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg20-egk/allAvailable && for f in encrypted_tally tally election_initialized; do tr "\n" " " < $f.json; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TABLE published AS
    SELECT decode(j ->> 'joint_public_key', 'base64') AS joint_public_key
    FROM (SELECT line::jsonb AS j FROM line) x WHERE j ? 'joint_public_key';
CREATE TABLE published_option AS
    SELECT c ->> 'contest_id' AS contest, s ->> 'selection_id' AS option,
           (s -> 'encrypted_vote')::eg.ciphertext AS ciphertext,
           (s ->> 'tally')::bigint AS votes	-- NULL in the encrypted tally
    FROM line, jsonb_path_query(line::jsonb, '$.contests[*]') c,
         jsonb_path_query(c, '$.selections[*]') s;

CREATE TABLE tally AS
    SELECT eg.tally(ballot) FILTER (WHERE state(ballot) = 'CAST') AS tally
    FROM ballots;
CREATE TABLE votes AS
    SELECT v.*
    FROM tally, published,
         (SELECT array_agg(partial_decrypt_unchecked(tally, guardian,
                                                     key_share)) AS partials
          FROM tally, trustees) x,
         combine_unchecked(tally, joint_public_key, partials) v;

--
-- ElectionGuard 1.x: twelve ballots of AmarVote, twelve cast ones of
-- electionguard-python, taken apart with SQL
--
-- 1.x leaves out leading zero bytes.
CREATE FUNCTION ciphertext_1x(j jsonb) RETURNS eg.ciphertext
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN eg.ciphertext(decode(lpad(j ->> 'pad', 1024, '0'), 'hex'),
                         decode(lpad(j ->> 'data', 1024, '0'), 'hex'), '1.x');

CREATE TABLE selections_1x AS
    SELECT NULL::text AS election, NULL::text AS ballot, NULL::text AS option,
           NULL::eg.ciphertext AS ciphertext LIMIT 0;
CREATE TABLE published_1x AS SELECT * FROM selections_1x LIMIT 0;

TRUNCATE line;
\copy line FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg1-amarvote && for f in ballots/*.json; do tr "\n" " " < "$f"; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
INSERT INTO selections_1x
    SELECT 'AmarVote', line::jsonb ->> 'object_id', s ->> 'object_id',
           ciphertext_1x(s -> 'ciphertext')
    FROM line, jsonb_path_query(line::jsonb,
                                '$.contests[*].ballot_selections[*]') s;
TRUNCATE line;
\copy line FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg1-amarvote/upstream && for f in submitted_ballots/*.json; do tr "\n" " " < "$f"; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
INSERT INTO selections_1x
    SELECT 'electionguard-python', line::jsonb ->> 'object_id',
           s ->> 'object_id', ciphertext_1x(s -> 'ciphertext')
    FROM line, jsonb_path_query(line::jsonb,
                                '$.contests[*].ballot_selections[*]') s
    WHERE line::jsonb ->> 'state' = '1';	-- cast, not spoiled
TRUNCATE line;
\copy line FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg1-amarvote && for f in ciphertext_tally upstream/ciphertext_tally; do tr "\n" " " < $f.json; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
INSERT INTO published_1x
    SELECT CASE WHEN line::jsonb ? '_encryption' THEN 'AmarVote'
                ELSE 'electionguard-python' END, NULL, s ->> 'object_id',
           ciphertext_1x(s -> 'ciphertext')
    FROM line, jsonb_path_query(line::jsonb, '$.contests.*.selections.*') s;
CREATE TABLE tally_1x AS
    SELECT election, option, count(*) AS ballots,
           eg.tally(ciphertext) AS ciphertext
    FROM selections_1x GROUP BY election, option;
DROP TABLE line;
