--
-- Decryption by guardians of home-made elections: quorums of every kind, and
-- whatever can go wrong between them (the numbers are those of ATTACKS.md)
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\i :election
\set SHOW_CONTEXT never
CREATE SCHEMA decrypt;
SET search_path = decrypt, public, eg;
SET client_min_messages = warning;

--
-- Elections of n guardians and quorum k, called n-k
--
CREATE TABLE guardian (name text, guardian integer, secret eg.guardian_secret, public_key jsonb);
CREATE TABLE election (name text, e eg.election, guardian_record jsonb);
INSERT INTO guardian
SELECT format('%s-%s', n, k), guardian, c.secret, c.public_key
FROM (VALUES (1, 1), (2, 1), (3, 3), (5, 3)) x(n, k), generate_series(1, n) guardian,
    create_guardian(guardian, n, k, 'open sesame') c;
INSERT INTO election
SELECT name, e, guardian_record(e, keys)
FROM (SELECT name, array_agg(public_key ORDER BY guardian) AS keys FROM guardian GROUP BY name) x,
    create_election(convert_to('{
        "label": "decryption", "contests": [
        {"label": "mayor", "selection_limit": 1, "options": [{"label": "Ada"}, {"label": "Bela"}]},
        {"label": "points", "selection_limit": 9, "options": [
            {"label": "x", "selection_limit": 3}, {"label": "y", "selection_limit": 3}]},
        {"label": "unused", "selection_limit": 1, "options": [{"label": "p"}, {"label": "q"}]}],
        "ballot_styles": [{"label": "style", "contests": [1, 2, 3]}]}', 'UTF8'),
        split_part(name, '-', 2)::integer, keys) e;
UPDATE guardian g SET secret = accepted
FROM (SELECT name, guardian, accept_shares(e, secret, 'open sesame', keys, shares) AS accepted
      FROM guardian JOIN election USING (name)
          JOIN (SELECT name, array_agg(public_key ORDER BY guardian) AS keys FROM guardian GROUP BY name) k USING (name)
          JOIN (SELECT name, array_agg(s ORDER BY guardian) AS shares
                FROM guardian JOIN (SELECT name, array_agg(public_key ORDER BY guardian) AS keys
                                    FROM guardian GROUP BY name) k USING (name),
                    encrypt_shares(secret, 'open sesame', keys) s
                GROUP BY name) s USING (name)) x
WHERE (g.name, g.guardian) = (x.name, x.guardian);

-- Ballots of contests mayor and points; nobody has contest unused.
CREATE FUNCTION ballot(e eg.election, id text, votes jsonb, weight bigint DEFAULT 1) RETURNS eg.ballot
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object(
        'ballot_id', id, 'ballot_style_id', 'style', 'state', 'CAST', 'encrypting_device', 'device',
        'weight', weight, 'election_id', base64(election_id(e)),
        'contests', (SELECT jsonb_agg(jsonb_build_object(
                         'contest_id', c.key, 'sequence_order', c.place, 'proof', election.proof(2, id),
                         'selections', (SELECT jsonb_agg(jsonb_build_object(
                             'selection_id', o.key, 'sequence_order', o.place, 'proof', election.proof(2, o.key),
                             'encrypted_vote', election.encrypt(o.value::bigint, election.nonce(id || c.key || o.key),
                                                                joint_public_key(e))::jsonb))
                             FROM jsonb_each_text(c.value) WITH ORDINALITY o(key, value, place))))
                     FROM jsonb_each(votes) WITH ORDINALITY c(key, value, place)))::eg.ballot;
CREATE TABLE tally AS
    SELECT name, eg.tally(ballot(e, 'b' || n, '{"mayor": {"Ada": 1, "Bela": 0}, "points": {"x": 3, "y": 2}}', n)) AS tally
    FROM election, generate_series(1, 4) n GROUP BY name;

--
-- The moves, of all guardians of each set
--
CREATE TABLE move (run integer, name text, u integer[], guardian integer, nonces bytea, first_nonces bytea,
                   commitments jsonb, reveal jsonb, responses jsonb);
CREATE VIEW round AS
    SELECT run, name, u, array_agg(commitments ORDER BY guardian) AS commitments,
           array_agg(reveal ORDER BY guardian) AS reveals, array_agg(responses ORDER BY guardian) AS responses
    FROM move GROUP BY run, name, u;
CREATE TABLE plan (run integer, name text, u integer[]);
INSERT INTO plan
SELECT row_number() OVER (ORDER BY name, u), name, u
FROM (VALUES ('1-1', ARRAY[1]), ('2-1', ARRAY[1]), ('2-1', ARRAY[2]), ('2-1', ARRAY[2,1]), ('3-3', ARRAY[3,1,2])) x(name, u)
UNION ALL
SELECT 100 + set, '5-3', array_agg(i ORDER BY i)
FROM generate_series(1, 31) set, generate_series(1, 5) i
WHERE set >> (i - 1) & 1 = 1 GROUP BY set HAVING count(*) >= 3;
INSERT INTO move
SELECT run, name, u, guardian, c.nonces, c.nonces, c.commitments
FROM (SELECT * FROM guardian JOIN plan USING (name) JOIN election USING (name) JOIN tally USING (name)
      WHERE guardian = ANY (u) ORDER BY name, guardian OFFSET 0) x,
    commit_decryption(e, secret, 'open sesame', u, tally) c;
UPDATE move m SET (nonces, reveal) =
    (SELECT r.nonces, r.reveal
     FROM guardian g, round o, reveal_decryption(secret, 'open sesame', m.nonces, o.commitments) r
     WHERE (g.name, g.guardian) = (m.name, m.guardian) AND o.run = m.run);
UPDATE move m SET responses =
    (SELECT respond_decryption(e, secret, 'open sesame', m.nonces, o.commitments, o.reveals, tally)
     FROM guardian g JOIN election USING (name) JOIN tally USING (name), round o
     WHERE (g.name, g.guardian) = (m.name, m.guardian) AND o.run = m.run);

-- 81: votes above the number of ballots, and a quorum of one
SELECT name, u, string_agg(contest || '.' || option || ' ' || votes, ', ' ORDER BY contest_index, option_index) AS votes
FROM round JOIN election USING (name) JOIN tally USING (name),
    decrypted_votes(e, guardian_record, commitments, reveals, responses, tally)
GROUP BY name, u ORDER BY name, u;

-- What is published passes verifications 10 and 11.
CREATE TABLE published AS
    SELECT run, name, combine_decryption(e, guardian_record, commitments, reveals, responses, tally) AS decrypted
    FROM round JOIN election USING (name) JOIN tally USING (name);
CREATE FUNCTION padded(tally eg.encrypted_tally, decrypted jsonb) RETURNS json
    LANGUAGE sql
    RETURN json_build_object('contests',
        (tally::jsonb -> 'contests') || jsonb_build_array(jsonb_build_object('contest_id', 'unused', 'selections',
            (SELECT jsonb_agg(s - 'tally' - 'b_over_m' - 'proof')
             FROM jsonb_array_elements(decrypted #> '{contests,2,selections}') s))));
SELECT name, count(DISTINCT run) AS runs, count(*) AS steps, bool_and(ok) AS ok
FROM published JOIN election USING (name) JOIN tally USING (name),
    check_tally(e, padded(tally, decrypted), decrypted::json, '{"mayor": 10, "points": 10}')
GROUP BY name ORDER BY name;
SELECT decrypted #>> '{contests,2,selections,1,tally}' AS tally,
       decrypted #>> '{contests,2,selections,1,b_over_m}' = base64(decode(lpad('1', 1024, '0'), 'hex')) AS one
FROM published WHERE name = '1-1';

-- 24, 25: proofs that are moved to another value or ciphertext do not pass.
SELECT 'another value' AS proof, step, ok, subject
FROM published JOIN election USING (name) JOIN tally USING (name),
    check_tally(e, padded(tally, decrypted),
                jsonb_set(decrypted, '{contests,0,selections,0,tally}', '9')::json, '{"mayor": 10, "points": 10}')
WHERE run = 107 AND NOT ok
UNION ALL
SELECT 'another ciphertext', step, ok, subject
FROM published JOIN election USING (name) JOIN tally USING (name),
    check_tally(e, padded(tally, decrypted),
                jsonb_set(decrypted, '{contests,0,selections,0,proof}', decrypted #> '{contests,0,selections,1,proof}')::json,
                '{"mayor": 10, "points": 10}')
WHERE run = 107 AND NOT ok;

-- Every step of every guardian
SELECT step, count(*), bool_and(ok) AS ok
FROM round JOIN election USING (name) JOIN tally USING (name),
    check_decryption(e, guardian_record, commitments, reveals, responses, tally)
GROUP BY step ORDER BY step COLLATE "C";

--
-- Sets of guardians (42, 43)
--
CREATE FUNCTION commit(guardians integer[], who integer DEFAULT 1) RETURNS text
    LANGUAGE sql
    RETURN (SELECT 'committed' FROM guardian JOIN election USING (name) JOIN tally USING (name),
                commit_decryption(e, secret, 'open sesame', guardians, tally)
            WHERE name = '5-3' AND guardian = who);
SELECT commit('{1,2}');
SELECT commit('{}');
SELECT commit('{1,2,2}');
SELECT commit('{1,2,6}');
SELECT commit('{0,1,2,3}');
SELECT commit('{-1,1,2,3}');
SELECT commit('{1,2,NULL}');
SELECT commit('{{1,2,3}}');
SELECT commit('{2,3,4}');
SELECT commit('{1,2,3,4,5,1}');

--
-- Commitments: all of them, of one set, about one tally (45, 92)
--
CREATE TABLE other AS
    SELECT name, eg.tally(ballot(e, 'b' || n, '{"mayor": {"Ada": 0, "Bela": 1}, "points": {"x": 3, "y": 2}}', n)) AS tally
    FROM election, generate_series(1, 4) n GROUP BY name;
CREATE FUNCTION reveal(change text, value jsonb DEFAULT NULL, which integer DEFAULT 3) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    given jsonb[];
BEGIN
    SELECT array_agg(CASE WHEN guardian <> which THEN commitments
                          WHEN change IS NULL THEN value
                          WHEN value IS NULL THEN commitments #- change::text[]
                          ELSE jsonb_set(commitments, change::text[], value) END) INTO given
    FROM move WHERE run = 107;
    PERFORM reveal_decryption(secret, 'open sesame', first_nonces, array_remove(given, 'null'))
    FROM move JOIN guardian g USING (name, guardian) WHERE run = 107 AND guardian = 1;
    RETURN 'revealed';
END $$;
SELECT reveal('{none,none}', '0');
SELECT reveal(NULL, 'null');
SELECT reveal(NULL, commitments) FROM move WHERE run = 107 AND guardian = 2;
SELECT reveal(NULL, commitments) FROM move WHERE run = 111 AND guardian = 4;
SELECT reveal(NULL, commitments) FROM move WHERE run = 131 AND guardian = 3;
SELECT reveal(NULL, c.commitments)
FROM guardian JOIN election USING (name) JOIN other USING (name), commit_decryption(e, secret, 'open sesame', '{1,2,3}', tally) c
WHERE name = '5-3' AND guardian = 3;
SELECT reveal('{commitments,6}', '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="');
SELECT reveal('{commitments,5}');
SELECT reveal('{guardians}', '[1, 3, 3]');
SELECT reveal('{guardians}', '[1, 2, 3, 4]');

-- Hostile JSON
SELECT reveal(NULL, '{}');
SELECT reveal(NULL, '[]');
SELECT reveal(NULL, '3');
SELECT reveal('{guardian}', '0');
SELECT reveal('{guardian}', '256');
SELECT reveal('{guardian}', '-1');
SELECT reveal('{guardian}', '1e99');
SELECT reveal('{guardians}', '"1,2,3"');
SELECT reveal('{guardians}', '[1, "2", 3]');
SELECT reveal('{guardians}', '[]');
SELECT reveal('{ciphertexts}');
SELECT reveal('{commitments,1}', '"AAAA"');
SELECT reveal('{commitments,1}', 'null');
SELECT reveal('{commitments}', '{}');
SELECT reveal('{extra}', '1');

-- Another guardian's own: his commitments are not what he made.
SELECT reveal('{commitments,0}', '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="', 1);

--
-- A nonce answers one challenge (70, 92)
--

-- What is revealed again for the same commitments is the same.
SELECT bool_and(r.nonces = m.nonces AND r.reveal = m.reveal) AS same, bool_and(again = m.nonces) AS and_again,
       bool_and(decode(r.reveal ->> 'all_commitments', 'base64') = commitments_digest(e, o.commitments)) AS digest
FROM move m JOIN guardian g USING (name, guardian) JOIN round o USING (run, name) JOIN election USING (name),
    reveal_decryption(secret, 'open sesame', first_nonces, o.commitments) r,
    LATERAL (SELECT a.nonces FROM reveal_decryption(secret, 'open sesame', r.nonces, o.commitments) a) a(again)
WHERE run = 107;

-- Guardian 2 comes with new commitments: nonces that were revealed refuse them.
CREATE TABLE second AS
    SELECT guardian, c.* FROM guardian JOIN election USING (name) JOIN tally USING (name),
        commit_decryption(e, secret, 'open sesame', '{1,2,3}', tally) c
    WHERE name = '5-3' AND guardian = 2;
CREATE FUNCTION second_set() RETURNS jsonb[]
    LANGUAGE sql
    RETURN (SELECT array_agg(coalesce(s.commitments, m.commitments)) FROM move m LEFT JOIN second s USING (guardian)
            WHERE run = 107);
SELECT reveal_decryption(secret, 'open sesame', nonces, second_set())
FROM move JOIN guardian g USING (name, guardian) WHERE run = 107 AND guardian = 1;
SELECT respond_decryption(e, secret, 'open sesame', nonces, second_set(), reveals, tally)
FROM move JOIN guardian g USING (name, guardian) JOIN round USING (run, name) JOIN election USING (name) JOIN tally USING (name)
WHERE run = 107 AND guardian = 1;

-- Two transactions, both of which are rolled back: the second challenge needs
-- the second set, and the nonces of the first are kept.
BEGIN;
SELECT length(respond_decryption(e, secret, 'open sesame', nonces, commitments, reveals, tally)::text) > 0 AS responded
FROM (SELECT run, name, guardian, nonces FROM move) m JOIN guardian g USING (name, guardian) JOIN round USING (run, name)
    JOIN election USING (name) JOIN tally USING (name)
WHERE run = 107 AND guardian = 1;
ROLLBACK;
BEGIN;
SELECT respond_decryption(e, secret, 'open sesame', nonces, second_set(), reveals, tally)
FROM (SELECT run, name, guardian, nonces FROM move) m JOIN guardian g USING (name, guardian) JOIN round USING (run, name)
    JOIN election USING (name) JOIN tally USING (name)
WHERE run = 107 AND guardian = 1;
ROLLBACK;

--
-- Responses: every opening is checked first
--
CREATE FUNCTION respond(change text, value jsonb DEFAULT NULL, which integer DEFAULT 3, sealed bytea DEFAULT NULL,
                        of text DEFAULT 'tally', who integer DEFAULT 1) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    given jsonb[];
BEGIN
    SELECT array_agg(CASE WHEN guardian <> which THEN reveal
                          WHEN change IS NULL THEN value
                          WHEN value IS NULL THEN reveal #- change::text[]
                          ELSE jsonb_set(reveal, change::text[], value) END) INTO given
    FROM move WHERE run = 107;
    PERFORM respond_decryption(e, secret, 'open sesame', coalesce(sealed, m.nonces), commitments,
                array_remove(given, 'null'), CASE of WHEN 'tally' THEN t.tally ELSE o.tally END)
    FROM (SELECT run, name, guardian, nonces FROM move) m JOIN guardian g USING (name, guardian) JOIN round USING (run, name)
        JOIN election USING (name) JOIN tally t USING (name) JOIN other o USING (name)
    WHERE run = 107 AND guardian = who;
    RETURN 'responded';
END $$;
SELECT respond('{none,none}', '0');
SELECT respond('{openings,2,a}', reveal #> '{openings,1,a}') FROM move WHERE run = 107 AND guardian = 3;
SELECT respond('{openings,2,b}', reveal #> '{openings,1,b}') FROM move WHERE run = 107 AND guardian = 3;
SELECT respond('{openings,5,m}', reveal #> '{openings,1,m}') FROM move WHERE run = 107 AND guardian = 3;
SELECT respond('{openings,0,m}', reveal #> '{openings,1,m}', 1) FROM move WHERE run = 107 AND guardian = 1;
SELECT respond('{all_commitments}', '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="');
SELECT respond('{all_commitments}');
SELECT respond('{openings,5}');
SELECT respond('{openings,0,m}', to_jsonb(repeat('0', 1024)));
SELECT respond('{openings,0,m}', to_jsonb(repeat('f', 1024)));
SELECT respond('{openings,0,m}');
SELECT respond('{openings}', '[]');
SELECT respond(NULL, 'null');
SELECT respond(NULL, reveal) FROM move WHERE run = 107 AND guardian = 2;
SELECT respond(NULL, '{"guardian": 3}');

-- Nonces: not revealed, of another guardian, damaged, of another tally
SELECT respond('{none,none}', '0', sealed => first_nonces) FROM move WHERE run = 107 AND guardian = 1;
SELECT respond('{none,none}', '0', sealed => nonces) FROM move WHERE run = 107 AND guardian = 2;
SELECT respond('{none,none}', '0', sealed => nonces) FROM move WHERE run = 131 AND guardian = 1;
SELECT respond('{none,none}', '0', of => 'other');
SELECT respond('{none,none}', '0', sealed => set_byte(nonces, length(nonces) - 1, 255 - get_byte(nonces, length(nonces) - 1)))
FROM move WHERE run = 107 AND guardian = 1;
SELECT respond('{none,none}', '0', sealed => set_byte(nonces, 7, 2)) FROM move WHERE run = 107 AND guardian = 1;
SELECT respond('{none,none}', '0', sealed => set_byte(nonces, 1, 1)) FROM move WHERE run = 107 AND guardian = 1;
SELECT respond('{none,none}', '0', sealed => set_byte(nonces, 0, 2)) FROM move WHERE run = 107 AND guardian = 1;
SELECT respond('{none,none}', '0', sealed => set_byte(nonces, 12, 255)) FROM move WHERE run = 107 AND guardian = 1;
SELECT respond('{none,none}', '0', sealed => substr(nonces, 1, length(nonces) - 1)) FROM move WHERE run = 107 AND guardian = 1;
SELECT respond('{none,none}', '0', sealed => nonces || '\x00') FROM move WHERE run = 107 AND guardian = 1;
SELECT respond('{none,none}', '0', sealed => '\x');
SELECT respond('{none,none}', '0', sealed => '\x01020304');

-- The guardian's own secret: of another election, with another passphrase
SELECT respond_decryption(e, secret, 'open sesame', nonces, commitments, reveals, tally)
FROM (SELECT run, name, guardian, nonces FROM move) m JOIN round USING (run, name) JOIN election USING (name) JOIN tally USING (name), guardian g
WHERE run = 107 AND m.guardian = 1 AND g.name = '3-3' AND g.guardian = 1;
SELECT reveal_decryption(secret, 'open sesame', first_nonces, commitments)
FROM (SELECT run, guardian, first_nonces FROM move) m JOIN round USING (run), guardian g
WHERE run = 107 AND m.guardian = 1 AND g.name = '3-3' AND g.guardian = 1;
SELECT commit_decryption(e, secret, 'open says me', '{1,2,3}', tally)
FROM guardian JOIN election USING (name) JOIN tally USING (name) WHERE name = '5-3' AND guardian = 1;
SELECT commit_decryption(e, secret, 'open sesame', '{1,2,3}', t.tally)
FROM guardian JOIN election USING (name), tally t
WHERE election.name = '5-3' AND guardian = 1 AND t.name = '3-3';

-- 82: a pad outside of the group of order q, before any secret touches it
SELECT commit_decryption(e, secret, 'open sesame', '{1,2,3}', jsonb_set(tally::jsonb,
           '{contests,1,selections,0,encrypted_vote,pad}', to_jsonb(pad))::eg.encrypted_tally)
FROM guardian JOIN election USING (name) JOIN tally USING (name), unnest(ARRAY[lpad('2', 1024, '0')]) pad
WHERE name = '5-3' AND guardian = 1;

-- Contests and options that the manifest has not
SELECT commit_decryption(e, secret, 'open sesame', '{1,2,3}', jsonb_set(tally::jsonb, path, value)::eg.encrypted_tally)
FROM guardian JOIN election USING (name) JOIN tally USING (name), (VALUES ('{contests,1,contest_id}'::text[], '"sheriff"'::jsonb)) x(path, value)
WHERE name = '5-3' AND guardian = 1;
SELECT commit_decryption(e, secret, 'open sesame', '{1,2,3}', jsonb_set(tally::jsonb, path, value)::eg.encrypted_tally)
FROM guardian JOIN election USING (name) JOIN tally USING (name), (VALUES ('{contests,1,selections,1,sequence_order}'::text[], '3'::jsonb)) x(path, value)
WHERE name = '5-3' AND guardian = 1;

--
-- Combining: four guardians of whom one is not as he should be (44)
--
CREATE FUNCTION part(message jsonb, hit boolean, change text[], value jsonb) RETURNS jsonb
    LANGUAGE sql
    RETURN CASE WHEN NOT hit THEN message WHEN change IS NULL THEN value
                ELSE jsonb_set(message, change, value) END;
CREATE FUNCTION parts(what text, change text[], value jsonb, which integer, in_run integer,
                      OUT c jsonb[], OUT r jsonb[], OUT v jsonb[])
    LANGUAGE sql
AS $$
    SELECT array_remove(array_agg(part(commitments, what = 'commitments' AND guardian = which, change, value)), NULL),
           array_remove(array_agg(part(reveal, what = 'reveal' AND guardian = which, change, value)), NULL),
           array_remove(array_agg(part(responses, what = 'responses' AND guardian = which, change, value)), NULL)
    FROM move WHERE run = in_run
$$;
CREATE FUNCTION combine(what text, change text[], value jsonb, which integer DEFAULT 2, in_run integer DEFAULT 115) RETURNS text
    LANGUAGE sql
    RETURN (SELECT 'combined' FROM election JOIN tally USING (name), parts(what, change, value, which, in_run),
                combine_decryption(e, guardian_record, c, r, v, tally) d WHERE name = '5-3' AND d IS NOT NULL);
CREATE FUNCTION votes(what text, change text[], value jsonb, which integer DEFAULT 2, in_run integer DEFAULT 115) RETURNS bigint[]
    LANGUAGE sql
    RETURN (SELECT array_agg(votes ORDER BY contest_index, option_index)
            FROM election JOIN tally USING (name), parts(what, change, value, which, in_run),
                decrypted_votes(e, guardian_record, c, r, v, tally) WHERE name = '5-3');
CREATE FUNCTION check_parts(what text, change text[], value jsonb, which integer DEFAULT 2,
                            OUT step text, OUT ok boolean, OUT subject text, OUT detail text) RETURNS SETOF record
    LANGUAGE sql
AS $$
    SELECT d.* FROM election JOIN tally USING (name), parts(what, change, value, which, 115),
        check_decryption(e, guardian_record, c, r, v, tally) d
    WHERE name = '5-3'
$$;
SELECT combine('nothing', NULL, NULL), votes('nothing', NULL, NULL);

-- A response that is wrong: the votes from the three others, but no proof
\set wrong '\'"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="\''
\set large '\'"//////////////////////////////////////////8="\''
SELECT combine('responses', '{responses,4}', :wrong);
SELECT * FROM check_parts('responses', '{responses,4}', :wrong) WHERE ok IS DISTINCT FROM true;
SELECT votes('responses', '{responses,4}', :wrong);
SELECT combine('responses', '{responses,4}', :large);
SELECT votes('responses', '{responses,4}', :large);

-- No response at all
SELECT combine('responses', NULL, NULL);
SELECT * FROM check_parts('responses', NULL, NULL) WHERE ok IS DISTINCT FROM true;
SELECT votes('responses', NULL, NULL);

-- With one of three, what is left is no quorum (43).
SELECT combine('responses', '{responses,4}', :wrong, 2, 107);
SELECT votes('responses', '{responses,4}', :wrong, 2, 107);
SELECT votes('responses', NULL, NULL, 2, 107);

-- An opening that is wrong, or not there: without it there is no challenge.
SELECT combine('reveal', '{openings,3,m}', reveal #> '{openings,2,m}') FROM move WHERE run = 115 AND guardian = 2;
SELECT step, ok, subject, detail
FROM move, check_parts('reveal', '{openings,3,m}', reveal #> '{openings,2,m}')
WHERE run = 115 AND guardian = 2 AND subject ~ 'guardian [12]' AND ok IS DISTINCT FROM true;
SELECT votes('reveal', '{openings,3,m}', reveal #> '{openings,2,m}') FROM move WHERE run = 115 AND guardian = 2;
SELECT combine('reveal', NULL, NULL);
SELECT * FROM check_parts('reveal', NULL, NULL) WHERE subject ~ 'guardian 2' AND ok IS DISTINCT FROM true;

-- A commitment that is wrong, or not there
SELECT combine('commitments', '{commitments,0}', :wrong);
SELECT combine('commitments', NULL, NULL);
SELECT combine('commitments', NULL, '{}');
SELECT combine('responses', NULL, '{"guardian": 2}');
SELECT combine('responses', NULL, responses) FROM move WHERE run = 115 AND guardian = 3;
SELECT combine('responses', NULL, responses) FROM move WHERE run = 123 AND guardian = 2;
SELECT combine('responses', '{responses,6}', :wrong);

-- Parts of different sets do not mix.
SELECT combine_decryption(e, guardian_record, r.commitments, r.reveals, s.responses, tally)
FROM election JOIN tally USING (name) JOIN round r USING (name) JOIN round s USING (name)
WHERE r.run = 107 AND s.run = 111;
SELECT combine_decryption(e, guardian_record, '{}', reveals, responses, tally)
FROM election JOIN tally USING (name) JOIN round USING (name) WHERE run = 107;
SELECT combine_decryption(e, guardian_record, commitments[1:2], reveals[1:2], responses[1:2], tally)
FROM election JOIN tally USING (name) JOIN round USING (name) WHERE run = 107;
SELECT combine_decryption(e, guardian_record, commitments, reveals, responses, other.tally)
FROM election JOIN other USING (name) JOIN round USING (name) WHERE run = 107;

-- A new run of the others with fresh nonces gives the proof.
SELECT combine('nothing', NULL, NULL, 0, 113);

--
-- Guardian records that are not the election's (39)
--
CREATE FUNCTION with_record(change text, value jsonb) RETURNS text
    LANGUAGE sql
    RETURN (SELECT 'combined' FROM election JOIN tally USING (name) JOIN round USING (name),
                combine_decryption(e, CASE WHEN value IS NULL THEN guardian_record #- change::text[]
                                           ELSE jsonb_set(guardian_record, change::text[], value) END,
                                   commitments, reveals, responses, tally) d WHERE run = 107 AND d IS NOT NULL);
SELECT with_record('{guardians,0,vote_key,commitments,0}', guardian_record #> '{guardians,1,vote_key,commitments,0}')
FROM election WHERE name = '5-3';
SELECT with_record('{guardians,4,vote_key,commitments,1}', guardian_record #> '{guardians,1,vote_key,commitments,1}')
FROM election WHERE name = '5-3';
SELECT with_record('{guardians,4,vote_key,commitments,1}', to_jsonb(lpad('2', 1024, '0')));
SELECT with_record('{guardians,4,vote_key,commitments,1}', to_jsonb(repeat('0', 1024)));
SELECT with_record('{guardians,4,vote_key,commitments,2}', NULL);
SELECT with_record('{guardians,4}', NULL);
SELECT with_record('{guardians,4,x_coordinate}', '1');
SELECT with_record('{guardians,4,x_coordinate}', '6');
SELECT with_record('{guardians}', NULL);
SELECT with_record('{guardians}', '3');

--
-- 49: votes out of range are an error within the bound.
--
CREATE TABLE far AS
    SELECT eg.tally(ballot(e, 'b', '{"mayor": {"Ada": 2, "Bela": 0}, "points": {"x": 3, "y": 3}}')) AS above,
           eg.tally(ballot(e, 'b', '{"mayor": {"Ada": 1, "Bela": 0}, "points": {"x": 3, "y": -1}}')) AS below,
           eg.tally(ballot(e, 'b', '{"mayor": {"Ada": 1, "Bela": 0}, "points": {"x": 3, "y": 1}}', 900000000)) AS heavy,
           eg.tally(ballot(e, 'b', '{"mayor": {"Ada": 1, "Bela": 0}, "points": {"x": 3, "y": 1}}'))::jsonb
               ::eg.encrypted_tally AS unknown
    FROM election WHERE name = '1-1';
CREATE FUNCTION decrypt_alone(tally eg.encrypted_tally, bound bigint DEFAULT NULL) RETURNS text
    LANGUAGE sql
    RETURN (SELECT string_agg(s ->> 'tally', ' ' ORDER BY c.n, o.n)
            FROM guardian JOIN election USING (name), commit_decryption(e, secret, 'open sesame', '{1}', tally) c1,
                reveal_decryption(secret, 'open sesame', c1.nonces, ARRAY[c1.commitments]) r,
                respond_decryption(e, secret, 'open sesame', r.nonces, ARRAY[c1.commitments], ARRAY[r.reveal], tally) v,
                combine_decryption(e, guardian_record, ARRAY[c1.commitments], ARRAY[r.reveal], ARRAY[v], tally, bound) d,
                jsonb_array_elements(d -> 'contests') WITH ORDINALITY c(c, n),
                jsonb_array_elements(c -> 'selections') WITH ORDINALITY o(s, n)
            WHERE name = '1-1');
SELECT decrypt_alone(above) FROM far;
SELECT decrypt_alone(below) FROM far;
SELECT decrypt_alone(heavy) FROM far;
SELECT decrypt_alone(unknown) FROM far;
SELECT decrypt_alone(unknown, 3) FROM far;
SELECT decrypt_alone(unknown, 2) FROM far;
SELECT decrypt_alone(unknown, -1) FROM far;
SELECT decrypt_alone(unknown, 1000000001) FROM far;

--
-- NULL, and who may
--
SELECT combine_decryption(e, NULL, '{}', '{}', '{}', tally) IS NULL AS none
FROM election JOIN tally USING (name) WHERE name = '1-1';
SELECT combine_decryption(e, guardian_record, ARRAY[NULL]::jsonb[], '{}', '{}', tally)
FROM election JOIN tally USING (name) WHERE name = '1-1';
SELECT count(*) FROM check_decryption(NULL, NULL, NULL, NULL, NULL, NULL::eg.encrypted_tally);
SELECT count(*) FROM decrypted_votes(NULL, NULL, NULL, NULL, NULL, NULL);
SELECT commit_decryption(NULL::eg.election, NULL, NULL, NULL, NULL::eg.encrypted_tally) IS NULL AS none;
SET ROLE pg_monitor;
SELECT eg.commit_decryption_deterministic(NULL::eg.election, NULL, NULL, NULL, NULL::eg.encrypted_tally, NULL);
SELECT eg.commit_decryption_deterministic(NULL::eg.election, NULL, NULL, NULL, NULL::eg.ballot, NULL, NULL);
RESET ROLE;

DROP SCHEMA decrypt, election CASCADE;
