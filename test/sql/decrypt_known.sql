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

--
-- Shares that are not in order: the guardian is named. (The numbers are those
-- of ATTACKS.md.)
--
\set SHOW_CONTEXT never
CREATE FUNCTION opened(change text, value jsonb, which integer DEFAULT 3, contests text[] DEFAULT NULL,
                       of text DEFAULT 'b-05') RETURNS text
    LANGUAGE sql
    RETURN (SELECT 'opened' FROM election,
                (SELECT ballot, array_agg(CASE WHEN guardian <> which THEN share
                                               WHEN change IS NULL THEN value
                                               WHEN value IS NULL THEN share #- change::text[]
                                               ELSE jsonb_set(share, change::text[], value) END) AS shares
                 FROM nonce_share WHERE id = of AND guardian <> 1 GROUP BY ballot) x,
                open_ballot(e, guardian_record, ballot, array_remove(shares, 'null'), contests) o
            WHERE o IS NOT NULL);
SELECT opened('{none,none}', '0');
SELECT opened('{partial_decryption}', share -> 'partial_decryption') FROM nonce_share WHERE id = 'b-05' AND guardian = 2;
SELECT opened('{partial_decryption}', share -> 'partial_decryption') FROM nonce_share WHERE id = 'b-03' AND guardian = 3;
SELECT opened(NULL, share) FROM nonce_share WHERE id = 'b-03' AND guardian = 3;
SELECT opened('{proof,response}', share #> '{proof,challenge}') FROM nonce_share WHERE id = 'b-05' AND guardian = 3;
SELECT opened('{proof,response}', '"//////////////////////////////////////////8="');
SELECT opened('{guardian}', '1');
SELECT opened('{guardian}', '2');
SELECT opened('{guardian}', '4');
SELECT opened('{guardian}', '0');
SELECT opened('{ballot_id}', '"b-03"');
SELECT opened(NULL, 'null');
SELECT opened(NULL, '{}');
SELECT opened(NULL, '3');
SELECT opened('{partial_decryption}', NULL);
SELECT opened('{partial_decryption}', to_jsonb(repeat('0', 1024)));
SELECT opened('{partial_decryption}', to_jsonb(lpad('2', 1024, '0')));
SELECT opened('{proof}', '1');
SELECT opened('{extra}', '1');

-- Contests by name
SELECT opened('{none,none}', '0', contests => '{mayor}');
SELECT opened('{none,none}', '0', contests => '{mayor,sheriff}');
SELECT opened('{none,none}', '0', contests => '{mayor,mayor}');
SELECT opened('{none,none}', '0', contests => '{}');
SELECT opened('{none,none}', '0', contests => '{NULL}');

-- A nonce share is for a ballot that is challenged, in order, and of this
-- election (33, 82).
CREATE FUNCTION shared(change text, value jsonb, of text DEFAULT 'b-05') RETURNS text
    LANGUAGE sql
    RETURN (SELECT 'shared' FROM guardian, election, ballots,
                share_ballot_nonce(e, secret, 'open sesame',
                    (CASE WHEN value IS NULL THEN ballot::jsonb #- change::text[]
                          ELSE jsonb_set(ballot::jsonb, change::text[], value) END)::eg.ballot) s
            WHERE guardian = 1 AND id = of AND s IS NOT NULL);
SELECT shared('{none,none}', '0');
SELECT shared('{state}', '"CAST"');
SELECT shared('{encrypted_nonce}', NULL);
SELECT shared('{encrypted_nonce,c0}', to_jsonb(lpad('2', 1024, '0')));
SELECT shared('{encrypted_nonce,c1}', to_jsonb(repeat('0', 64)));
SELECT shared('{encrypted_nonce,c2,response}', to_jsonb(repeat('f', 64)));
SELECT shared('{selection_encryption_id}', to_jsonb(repeat('0', 64)));
SELECT shared('{selection_encryption_id}', NULL);
SELECT shared('{election_id}', to_jsonb(repeat('0', 64)));

-- So is contest data.
CREATE FUNCTION committed(change text, value jsonb, contest text DEFAULT 'council', of text DEFAULT 'b-01') RETURNS text
    LANGUAGE sql
    RETURN (SELECT 'committed' FROM guardian, election, ballots,
                commit_decryption(e, secret, 'open sesame', '{1,2}',
                    (CASE WHEN value IS NULL THEN ballot::jsonb #- change::text[]
                          ELSE jsonb_set(ballot::jsonb, change::text[], value) END)::eg.ballot, contest) s
            WHERE guardian = 1 AND id = of AND s IS NOT NULL);
SELECT committed('{none,none}', '0');
SELECT committed('{none,none}', '0', 'mayor');
SELECT committed('{none,none}', '0', 'sheriff');
SELECT committed('{none,none}', '0', of => 'b-05');
SELECT committed('{contests,1,encrypted_contest_data,c0}', to_jsonb(lpad('2', 1024, '0')));
SELECT committed('{contests,1,encrypted_contest_data,c1}', to_jsonb(repeat('A', 86) || '=='));
SELECT committed('{contests,1,encrypted_contest_data,c1}', to_jsonb(repeat('0', 64)));
SELECT committed('{contests,1,encrypted_contest_data,c2,challenge}', to_jsonb(repeat('0', 64)));
SELECT committed('{selection_encryption_id}', to_jsonb(repeat('0', 64)));
SELECT committed('{election_id}', to_jsonb(repeat('0', 64)));

-- Corrupt parts of the decryption of contest data
SELECT step, ok, subject, detail
FROM (SELECT ballot, contest, array_agg(commitments) AS c, array_agg(reveal) AS r,
             array_agg(jsonb_set(responses, '{responses,0}', '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="')) AS v
      FROM data_move WHERE eg.ballot_id(ballot) = 'b-01' GROUP BY ballot, contest) x, election,
    check_decryption(e, guardian_record, c, r, v, ballot, contest)
WHERE NOT ok;
SELECT combine_decryption(e, guardian_record, c, r, v, ballot, contest)
FROM (SELECT ballot, contest, array_agg(commitments) AS c, array_agg(reveal) AS r,
             array_agg(jsonb_set(responses, '{responses,0}', '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="')) AS v
      FROM data_move WHERE eg.ballot_id(ballot) = 'b-01' GROUP BY ballot, contest) x, election;

-- 25: what was sent for one ballot is not taken for another.
SELECT combine_decryption(e, guardian_record, c, r, v, b.ballot, contest)
FROM (SELECT contest, array_agg(commitments) AS c, array_agg(reveal) AS r, array_agg(responses) AS v
      FROM data_move WHERE eg.ballot_id(ballot) = 'b-01' GROUP BY contest) x, election, ballots b
WHERE id = 'b-04';
SELECT respond_decryption(e, secret, 'open sesame', nonces, c, r, b.ballot, contest)
FROM (SELECT array_agg(commitments) AS c, array_agg(reveal) AS r
      FROM data_move WHERE eg.ballot_id(ballot) = 'b-01') x, data_move m, election, ballots b
WHERE id = 'b-04' AND eg.ballot_id(m.ballot) = 'b-01' AND guardian = 1;

DROP SCHEMA known CASCADE;
