--
-- Known answers: the ordinary ballots of a 2.1.0 record made again from its
-- votes, nonces and contest data, byte for byte, codes included
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
\copy file FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg21/ref-1 && for f in election_config.json election_initialized.json private_data/kat.json encrypted_ballots/*/*.json; do printf "%s\001" "$f"; tr "\n" " " < "$f"; echo; done' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TABLE manifest (content text);
\copy manifest FROM PROGRAM 'od -An -v -tx1 < "$EGTALLY_SHARED"/vectors/eg21/ref-1/manifest.json | tr -d " \n"; echo' WITH (FORMAT csv)
CREATE TABLE election AS
    SELECT create_election(decode(m.content, 'hex'),
               (c.content::jsonb ->> 'number_of_guardians')::integer,
               (c.content::jsonb ->> 'quorum')::integer,
               decode(i.content::jsonb ->> 'joint_public_key', 'base64'),
               decode(i.content::jsonb ->> 'joint_data_public_key', 'base64')) AS e
    FROM manifest m, file c, file i
    WHERE c.path = 'election_config.json' AND i.path = 'election_initialized.json';

-- What the record says; time stamps are not of our making.
CREATE TABLE given AS
    SELECT content::jsonb ->> 'ballot_id' AS id, content::jsonb ->> 'ballot_style_id' AS style,
           content::jsonb ->> 'encrypting_device' AS device,
           (content::jsonb - 'timestamp')::eg.ballot AS ballot
    FROM file WHERE path ~ '/eballot-' AND content::jsonb ->> 'is_preencrypt' = 'false';
CREATE TABLE device AS
    SELECT content::jsonb ->> 'encrypting_device' AS device,
           content::jsonb ->> 'device_information' AS information,
           (content::jsonb ->> 'chaining_mode')::integer AS mode,
           content::jsonb -> 'ballot_ids' AS ids
    FROM file WHERE path ~ '/ballot_chain.json$';

-- What the reference kept secret.  Nonces are drawn in the order that the
-- README states.
CREATE TABLE secret AS
    SELECT b ->> 'ballot_id' AS id, b
    FROM file, jsonb_array_elements(content::jsonb -> 'ballots') b
    WHERE path ~ 'kat.json' AND NOT b ? 'pre_encrypted';
-- Labels of options are in the manifest alone, and in its order here.
CREATE TABLE options AS
    SELECT c ->> 'label' AS contest, n, o ->> 'label' AS option
    FROM manifest, jsonb_array_elements(convert_from(decode(content, 'hex'), 'UTF8')::jsonb -> 'contests') c,
         jsonb_array_elements(c -> 'options') WITH ORDINALITY x(o, n);
CREATE FUNCTION hex_list(VARIADIC lists jsonb[]) RETURNS text
    LANGUAGE sql
    RETURN (SELECT coalesce(string_agg(x, '' ORDER BY i, j), '')
            FROM unnest(lists) WITH ORDINALITY l(list, i),
                 jsonb_array_elements_text(list) WITH ORDINALITY e(x, j));
CREATE TABLE contest_secret AS
    SELECT id, i, c ->> 'contest' AS contest,
           jsonb_object_agg(o.option, s -> 'vote') AS votes,
           string_agg(hex_list(s #> '{proof_nonces,u}', s #> '{proof_nonces,c}'), '' ORDER BY j)
           || hex_list(c #> '{limit_proof_nonces,u}', c #> '{limit_proof_nonces,c}')
           || coalesce(c #>> '{contest_data,u}', '') AS nonces,
           encode(decode(c #>> '{contest_data,D}', 'hex'), 'base64') AS data
    FROM secret, jsonb_array_elements(b -> 'contests') WITH ORDINALITY x(c, i),
         jsonb_array_elements(c -> 'selections') WITH ORDINALITY y(s, j)
         JOIN options o ON o.n = j
    WHERE o.contest = c ->> 'contest'
    GROUP BY id, i, c;
CREATE TABLE plain AS
    SELECT id, b, jsonb_object_agg(contest, votes) AS votes,
           jsonb_object_agg(contest, replace(data, E'\n', '')) FILTER (WHERE data IS NOT NULL) AS data,
           decode((b ->> 'id_B') || (b ->> 'xi_B') || string_agg(nonces, '' ORDER BY i)
                  || (b #>> '{nonce_encryption,xihat}') || (b #>> '{nonce_encryption,u}'), 'hex') AS nonces
    FROM secret JOIN contest_secret USING (id) GROUP BY id, b;

CREATE TABLE made AS
    SELECT id, encrypt_deterministic(e, id, style, votes, device, (b ->> 'weight')::bigint, data, nonces) AS ballot
    FROM election, plain JOIN given USING (id);
-- The code before, by the order of encryption.
CREATE TABLE chained AS
    SELECT id, b ->> 'state' AS state,
           chain(e, m.ballot, information, mode,
                 CASE mode WHEN 1 THEN (SELECT decode(before.b ->> 'H_C', 'hex') FROM secret before
                                        WHERE before.id = ids ->> (place - 2)::integer AND place > 1) END) AS ballot
    FROM election, device d, jsonb_array_elements_text(ids) WITH ORDINALITY x(id, place)
         JOIN made m USING (id) JOIN secret USING (id);
SELECT id, state, g.ballot = CASE state WHEN 'CAST' THEN cast_ballot(c.ballot)
                                        ELSE challenge_ballot(c.ballot) END AS same,
       encode(confirmation_code(c.ballot), 'hex') = secret.b ->> 'H_C' AS same_code
FROM chained c JOIN given g USING (id) JOIN secret USING (id) ORDER BY id;

-- One nonce less, one more, and another vote
\set show 'SELECT length(encrypt_deterministic(e, id, style, votes, device, 1, data, :nonces)::text) > 0 AS made FROM election, plain JOIN given USING (id) WHERE id = ''b-05'''
\set nonces 'substr(nonces, 33)'
:show;
\set nonces 'nonces || substr(nonces, 1, 32)'
:show;
\set nonces 'nonces || ''x'''
:show;
\set nonces NULL
:show;
SELECT a.contest, a.option, a.ciphertext = b.ciphertext AS same
FROM election, plain JOIN given g USING (id),
     ciphertexts(encrypt_deterministic(e, id, style, jsonb_set(votes, '{mayor}', '["Ada"]'), device, 1, data, nonces)) a
     JOIN ciphertexts(g.ballot) b USING (contest_index, option_index)
WHERE id = 'b-05' AND contest_index = 1 ORDER BY a.contest_index, a.option_index;
DROP SCHEMA known CASCADE;
