--
-- Decryption of a reference election with its keys and nonces: every value
-- that guardians send, and what comes of it, byte for byte
--
\getenv shared EGTALLY_SHARED
SELECT :'shared' <> '' AS present \gset
\if :present
\else
\echo skipped: the folder of test data is absent
\quit
\endif
CREATE SCHEMA known;
SET search_path = known, public, eg;
SET client_min_messages = warning;
CREATE TABLE file (path text, content text);
\copy file FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg21/ref-1; for f in *.json private_data/kat.json decrypted_contest_data/*.json challenged_ballots/*.json encrypted_ballots/*/eballot-*.json; do printf "%s\001" "$f"; tr "\n" " " < "$f"; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TABLE manifest (content text);
\copy manifest FROM PROGRAM 'od -An -v -tx1 < "$EGTALLY_SHARED"/vectors/eg21/ref-1/manifest.json | tr -d " \n"; echo' WITH (FORMAT csv)

CREATE FUNCTION file(name text) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN (SELECT content::jsonb FROM file f WHERE f.path = name);
CREATE TABLE election AS
    SELECT create_election(decode(m.content, 'hex'), 3, 2,
               decode(i ->> 'joint_public_key', 'base64'),
               decode(i ->> 'joint_data_public_key', 'base64')) AS e,
           i AS guardian_record
    FROM manifest m, file('election_initialized.json') i;
CREATE TABLE ballots AS
    SELECT ballot_id(b) AS id, b AS ballot
    FROM file, LATERAL (SELECT content::json::eg.ballot) x(b)
    WHERE path LIKE 'encrypted_ballots/%';
CREATE TABLE tally AS
    SELECT eg.tally(ballot) AS tally FROM ballots WHERE eg.state(ballot) = 'CAST';

-- The guardians: their keys from the nonces of the reference
CREATE FUNCTION listed(list jsonb) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT string_agg(decode(x, 'hex'), '' ORDER BY n)
            FROM jsonb_array_elements_text(list) WITH ORDINALITY t(x, n));
CREATE TABLE ceremony AS
    SELECT (g ->> 'i')::integer AS guardian, c.*
    FROM jsonb_array_elements(file('private_data/kat.json') -> 'guardians') g,
        create_guardian_deterministic((g ->> 'i')::integer, 3, 2, 'open sesame', 'interactive',
            listed(g -> 'a') || listed(g -> 'a_hat') || decode(g ->> 'zeta', 'hex')
            || listed(g -> 'u_vote') || listed(g -> 'u_data')) c;
CREATE TABLE share AS
    SELECT guardian AS sender, encrypt_shares(secret, 'open sesame',
               (SELECT array_agg(public_key ORDER BY guardian) FROM ceremony)) AS shares
    FROM ceremony;
CREATE TABLE guardian AS
    SELECT guardian, accept_shares(e, secret, 'open sesame',
               (SELECT array_agg(public_key ORDER BY guardian) FROM ceremony),
               (SELECT array_agg(shares ORDER BY sender) FROM share)) AS secret
    FROM ceremony, election;

--
-- The tally, by guardians 1 and 3
--
CREATE TABLE answer AS
    SELECT a, n FROM jsonb_array_elements(file('private_data/kat.json') -> 'tally_decryption')
        WITH ORDINALITY t(a, n);
CREATE TABLE move AS
    SELECT guardian, secret, c.nonces, c.commitments, NULL::jsonb AS reveal, NULL::jsonb AS responses
    FROM guardian, election, tally, commit_decryption_deterministic(e, secret, 'open sesame', '{3,1}', tally,
        (SELECT string_agg(decode(a #>> ARRAY['u', guardian::text], 'hex'), '' ORDER BY n) FROM answer)) c
    WHERE guardian IN (1, 3);
UPDATE move SET (nonces, reveal) =
    (SELECT r.nonces, r.reveal
     FROM reveal_decryption(secret, 'open sesame', move.nonces, (SELECT array_agg(commitments) FROM move)) r);
UPDATE move SET responses =
    (SELECT respond_decryption(e, secret, 'open sesame', nonces, (SELECT array_agg(commitments) FROM move),
         (SELECT array_agg(reveal) FROM move), tally) FROM election, tally);

-- d_i, M_i and v_i of every option
SELECT guardian, count(*),
       count(*) FILTER (WHERE decode(d #>> '{}', 'base64') = decode(a #>> ARRAY['d_i', guardian::text], 'hex')) AS d,
       count(*) FILTER (WHERE decode(o ->> 'm', 'base64') = decode(a #>> ARRAY['M_i', guardian::text], 'hex')) AS m,
       count(*) FILTER (WHERE decode(v #>> '{}', 'base64') = decode(a #>> ARRAY['v_i', guardian::text], 'hex')) AS v
FROM move, answer,
    LATERAL (SELECT commitments -> 'commitments' -> (n - 1)::integer,
                    reveal -> 'openings' -> (n - 1)::integer,
                    responses -> 'responses' -> (n - 1)::integer) x(d, o, v)
GROUP BY guardian ORDER BY guardian;

-- tally.json
CREATE FUNCTION combined() RETURNS jsonb
    LANGUAGE sql
    RETURN (SELECT combine_decryption(e, guardian_record, (SELECT array_agg(commitments) FROM move),
                (SELECT array_agg(reveal) FROM move), (SELECT array_agg(responses) FROM move), tally)
            FROM election, tally);
SELECT combined() -> 'contests' = file('tally.json') -> 'contests' AS equal;
SELECT contest, option, votes
FROM election, tally, decrypted_votes(e, guardian_record, (SELECT array_agg(commitments) FROM move),
    (SELECT array_agg(reveal) FROM move), (SELECT array_agg(responses) FROM move), tally);
SELECT step, bool_and(ok) AS ok, count(*)
FROM election, tally, check_decryption(e, guardian_record, (SELECT array_agg(commitments) FROM move),
    (SELECT array_agg(reveal) FROM move), (SELECT array_agg(responses) FROM move), tally)
GROUP BY step ORDER BY step COLLATE "C";

-- Given nonces are used up, each.
SELECT commit_decryption_deterministic(e, secret, 'open sesame', '{1,3}', tally, decode(repeat('07', 32 * 12), 'hex'))
FROM guardian, election, tally WHERE guardian = 1;
SELECT commit_decryption_deterministic(e, secret, 'open sesame', '{1,3}', tally, decode(repeat('07', 32 * 14), 'hex'))
FROM guardian, election, tally WHERE guardian = 1;

--
-- Contest data of two ballots
--
CREATE TABLE data_move AS
    SELECT a, guardian, secret, ballot, a ->> 'contest' AS contest, c.nonces, c.commitments,
           NULL::jsonb AS reveal, NULL::jsonb AS responses
    FROM jsonb_array_elements(file('private_data/kat.json') -> 'contest_data_decryption') a
        JOIN ballots ON id = a ->> 'ballot', election, guardian,
        commit_decryption_deterministic(e, secret, 'open sesame', '{1,3}', ballot, a ->> 'contest',
            decode(a #>> ARRAY['u', guardian::text], 'hex')) c
    WHERE guardian IN (1, 3);
UPDATE data_move m SET (nonces, reveal) =
    (SELECT r.nonces, r.reveal
     FROM reveal_decryption(secret, 'open sesame', m.nonces,
         (SELECT array_agg(commitments) FROM data_move o WHERE o.ballot = m.ballot)) r);
UPDATE data_move m SET responses =
    (SELECT respond_decryption(e, secret, 'open sesame', nonces,
         (SELECT array_agg(commitments) FROM data_move o WHERE o.ballot = m.ballot),
         (SELECT array_agg(reveal) FROM data_move o WHERE o.ballot = m.ballot), ballot, contest) FROM election);
SELECT eg.ballot_id(ballot), guardian,
       decode(commitments #>> '{commitments,0}', 'base64') = decode(a #>> ARRAY['d_i', guardian::text], 'hex') AS d,
       decode(reveal #>> '{openings,0,m}', 'base64') = decode(a #>> ARRAY['M_i', guardian::text], 'hex') AS m,
       decode(responses #>> '{responses,0}', 'base64') = decode(a #>> ARRAY['v_i', guardian::text], 'hex') AS v
FROM data_move ORDER BY 1, 2;
SELECT id, combined = f.content::jsonb AS equal,
       data = decode(combined ->> 'data', 'base64') AS data
FROM (SELECT eg.ballot_id(ballot) AS id, ballot, contest, array_agg(commitments) AS c, array_agg(reveal) AS r,
             array_agg(responses) AS v
      FROM data_move GROUP BY ballot, contest) x, election,
    combine_decryption(e, guardian_record, c, r, v, ballot, contest) combined,
    decrypted_contest_data(e, guardian_record, c, r, v, ballot, contest) data,
    file f
WHERE f.path = 'decrypted_contest_data/' || id || '-2.json'
ORDER BY id;

--
-- Challenged ballots: the files of the reference, one of them opened in part
--
CREATE TABLE nonce_share AS
    SELECT id, ballot, guardian, share_ballot_nonce(e, secret, 'open sesame', ballot) AS share
    FROM guardian, election, ballots
    WHERE state(ballot) = 'CHALLENGED' AND NOT is_preencrypted(ballot);
SELECT id, opened = f.content::jsonb AS equal,
       (SELECT array_agg(c) FROM jsonb_array_elements_text(opened -> 'unopened_contests') c) AS unopened
FROM (SELECT id, ballot, array_agg(share) AS shares
      FROM nonce_share GROUP BY id, ballot) x JOIN file f ON path = 'challenged_ballots/dballot-' || id || '.json',
    election,
    open_ballot(e, guardian_record, ballot, shares,
        (SELECT array_agg(c ->> 'contest_id') FROM jsonb_array_elements(f.content::jsonb -> 'contests') c)) opened
ORDER BY id;

-- Any two guardians give the same.
SELECT id, a, b, md5(open_ballot(e, guardian_record, x.ballot, ARRAY[x.share, y.share])::text)
     = md5(open_ballot(e, guardian_record, x.ballot, ARRAY[z.share, y.share, x.share])::text) AS equal
FROM election, nonce_share x JOIN nonce_share y USING (id) JOIN nonce_share z USING (id),
    LATERAL (SELECT x.guardian, y.guardian) g(a, b)
WHERE x.guardian <> y.guardian AND z.guardian <> x.guardian AND z.guardian <> y.guardian AND id = 'b-07'
ORDER BY id, a, b;

-- A cast ballot and one that was encrypted beforehand
SELECT share_ballot_nonce(e, secret, 'open sesame', ballot)
FROM guardian, election, ballots WHERE guardian = 1 AND id = 'b-01';
SELECT share_ballot_nonce(e, secret, 'open sesame', ballot)
FROM guardian, election, ballots WHERE guardian = 1 AND id = 'pre-02';

DROP SCHEMA known CASCADE;
