#!/bin/bash
# demo.sh
#
# An election from the key ceremony to its verified record, on the server that
# PGHOST leads to: five guardians, of whom three suffice and two are missing at
# the end, each at a desk in a database of his own; an administrator, who
# collects what the guardians send and has the ballots; and an auditor, who has
# nothing but the published record.  All of it is one session of psql, which
# connects to one database after the other; bash writes out what is done for
# each guardian.
set -eu -o pipefail

cd "$(dirname "$0")"
voters=${VOTERS:-1000}
guardians='1 2 3 4 5'
present='1 3 5' # at the end
quorum=3
record=$(mktemp -d "${TMPDIR:-/tmp}/egtally-record.XXXXXX")/record
passphrase=$(head -c 18 /dev/urandom | base64)

step() {
    echo "\\echo"
    echo "\\echo '$1'"
}

# What each of these guardians does at his desk, and sends: a query that gives
# the column body.
send() { # ROUND GUARDIANS QUERY, in which @ is the guardian
    local i
    for i in $2; do
        cat <<EOF
\\connect -reuse-previous=on guardian_$i
${3//@/$i} \\gset
\\connect -reuse-previous=on administrator
INSERT INTO mail VALUES ('$1', $i, to_jsonb(:'body'::text));
EOF
    done
}

# What each of them does with all that was sent in a round: in the query,
# mail is a table of guardian and body.
receive() { # ROUND GUARDIANS QUERY
    local i
    echo "SELECT jsonb_agg(to_jsonb(m)) AS mail FROM mail m WHERE round = '$1' \\gset"
    for i in $2; do
        cat <<EOF
\\connect -reuse-previous=on guardian_$i
SELECT count(*) AS received FROM (WITH mail AS (
    SELECT guardian, body #>> '{}' AS body
    FROM jsonb_to_recordset(:'mail') m(guardian integer, body jsonb))
${3//@/$i}) x \\gset
EOF
    done
    echo "\\connect -reuse-previous=on administrator"
}

# All that was sent in a round, as the variable NAME, an array.
collect() { # ROUND NAME
    echo "SELECT array_agg((body #>> '{}')::jsonb ORDER BY guardian) AS $2 FROM mail WHERE round = '$1' \\gset"
}

# A file of the record's table for every desk of those.
publish() { # GUARDIANS
    local i
    for i in $1; do
        cat <<EOF
\\setenv EGTALLY_DESK guardian_$i
\\copy election_record.file TO PROGRAM 'psql -X -q -d "\$EGTALLY_DESK" -c "COPY desk_record.file FROM STDIN (FORMAT binary)"' (FORMAT binary)
EOF
    done
}

election() {
    cat <<'EOF'
\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
\pset linestyle unicode
\pset border 2
SET client_min_messages = warning;
EOF
    for database in administrator auditor $(printf 'guardian_%s ' $guardians); do
        cat <<EOF
CREATE DATABASE $database;
ALTER DATABASE $database SET client_min_messages = warning;
\\connect -reuse-previous=on $database
CREATE EXTENSION egtally;
EOF
    done
    for i in $guardians; do
        echo "\\connect -reuse-previous=on guardian_$i"
        echo "SELECT eg.create_guardian_desk('desk') AS done \\gset"
    done
    cat <<'EOF'
\connect -reuse-previous=on administrator
CREATE TABLE mail (round text, guardian integer, body jsonb);
EOF

    step "Key ceremony: five guardians, a quorum of $quorum, each at his own desk"
    echo "\\echo '  each commits to his keys'"
    send commitment "$guardians" \
        "SELECT desk.create_keys(@, 5, $quorum, '$passphrase @') AS body"
    receive commitment "$guardians" \
        'SELECT desk.receive_commitment(guardian, body::bytea) FROM mail'
    echo "\\echo '  shows them, with proofs'"
    send 'public key' "$guardians" 'SELECT desk.public_key() AS body'
    receive 'public key' "$guardians" \
        'SELECT desk.receive_public_key(body::jsonb) FROM mail'
    echo "\\echo '  and sends each of the others an encrypted share of his secrets'"
    send shares "$guardians" "SELECT desk.encrypt_shares('$passphrase @') AS body"
    receive shares "$guardians" 'SELECT desk.receive_shares(body::jsonb) FROM mail'

    step 'The administrator makes the election; all guardians check it and agree'
    collect 'public key' public_keys
    cat <<'EOF'
SELECT signing_key, public_key FROM eg.create_signing_key('administrator') \gset
CREATE TABLE election AS
SELECT eg.create_election(convert_to(jsonb_pretty(jsonb_build_object(
    'label', 'Demo election',
    'record_signing_key', eg.base64(:'public_key'::bytea),
    'contests', jsonb_build_array(
        jsonb_build_object('label', 'council', 'selection_limit', 2, 'options',
            '[{"label": "Ada"}, {"label": "Bela"}, {"label": "Chloe"}, {"label": "Dimitri"}]'::jsonb),
        jsonb_build_object('label', 'mayor', 'selection_limit', 1,
            'contest_data_blocks', 4, 'options',
            '[{"label": "Eve"}, {"label": "Farid"}, {"label": "write-in"}]'::jsonb),
        jsonb_build_object('label', 'points', 'selection_limit', 6, 'options',
            '[{"label": "park", "selection_limit": 3}, {"label": "pool", "selection_limit": 3},
              {"label": "library", "selection_limit": 3}]'::jsonb)),
    'ballot_styles', '[{"label": "town", "contests": [1, 2, 3]},
                       {"label": "county", "contests": [1, 2]}]'::jsonb)), 'UTF8'),
EOF
    cat <<EOF
    $quorum, :'public_keys'::jsonb[]) AS election;
SELECT eg.guardian_record(election, :'public_keys'::jsonb[]) AS guardian_record
FROM election \\gset
SELECT election FROM election \\gset
EOF
    for i in $guardians; do
        echo "\\connect -reuse-previous=on guardian_$i"
        echo "SELECT encode(desk.accept_election(:'election', '$passphrase $i'), 'hex') AS h_g \\gset"
        echo "\\echo '  guardian $i has seen H_G' :h_g"
    done
    echo "\\connect -reuse-previous=on administrator"

    step "Voting: $voters voters at four devices, two of which chain their ballots"
    cat <<EOF
CREATE TABLE voter AS
SELECT n, CASE WHEN n % 5 = 0 THEN 'county' ELSE 'town' END AS style,
       'device ' || n % 4 + 1 AS device, n % 40 = 7 AS doubts,
       jsonb_build_object(
           'council', jsonb_build_object(
               'Ada', (random() < 0.45)::integer, 'Bela', (random() < 0.3)::integer,
               'Chloe', (random() < 0.2)::integer, 'Dimitri', (random() < 0.1)::integer),
           'mayor', CASE WHEN random() < 0.1 THEN
                        jsonb_build_object('write-in', jsonb_build_object(
                            'votes', 1, 'text', 'Grace Hopper'))
                    ELSE jsonb_build_array(CASE WHEN random() < 0.55 THEN 'Eve'
                                                ELSE 'Farid' END) END) ||
       CASE WHEN n % 5 = 0 THEN '{}' ELSE jsonb_build_object(
           'points', jsonb_build_object(
               'park', floor(random() * 3.5), 'pool', floor(random() * 2.5),
               'library', floor(random() * 1.5))) END AS votes
FROM generate_series(1, $voters) n;
ALTER TABLE voter SET (parallel_workers = 2);
ANALYZE voter;
CREATE TABLE encrypted AS
SELECT n, device, doubts,
       eg.encrypt(election, 'ballot-' || n, style, votes, device) AS ballot
FROM voter, election;
\\echo '  encrypted and proved; the confirmation codes'
CREATE TABLE ballot AS
WITH RECURSIVE place AS (
    SELECT *, row_number() OVER (PARTITION BY device ORDER BY n) AS place
    FROM encrypted
), chained AS (
    SELECT p.*, eg.chain(election, ballot, device || ', town hall', 1) AS chained
    FROM place p, election
    WHERE place = 1 AND device IN ('device 1', 'device 2')
    UNION ALL
    SELECT p.*, eg.chain(election, p.ballot, p.device || ', town hall', 1,
                         eg.confirmation_code(c.chained))
    FROM chained c JOIN place p ON p.device = c.device AND p.place = c.place + 1,
         election
)
SELECT n, device,
       CASE WHEN doubts THEN eg.challenge_ballot(b) ELSE eg.cast_ballot(b) END AS ballot
FROM (SELECT n, device, doubts, chained FROM chained
      UNION ALL
      SELECT n, device, doubts,
             eg.chain(election, ballot, device || ', town hall', 0)
      FROM encrypted, election
      WHERE device NOT IN ('device 1', 'device 2')) x(n, device, doubts, b);
SELECT eg.state(ballot) AS state, count(*) AS ballots,
       pg_size_pretty(avg(pg_column_size(ballot))::bigint) AS "size of one"
FROM ballot GROUP BY 1;
EOF

    step 'The tally, and the record that the guardians get'
    cat <<'EOF'
CREATE TABLE tally AS
SELECT eg.complete_tally((SELECT election FROM election),
                         eg.tally(ballot) FILTER (WHERE eg.state(ballot) = 'CAST')) AS encrypted
FROM ballot;
SELECT eg.create_record('election_record') AS done \gset
INSERT INTO election_record.file
SELECT f.* FROM election, eg.election_files(election, :'guardian_record') f;
INSERT INTO election_record.file
SELECT f.* FROM ballot, eg.ballot_file(ballot) f;
INSERT INTO election_record.file
SELECT f.*
FROM election,
     (SELECT device, device IN ('device 1', 'device 2') AS chains,
             array_agg(eg.ballot_id(ballot) ORDER BY n) AS in_order,
             array_agg(eg.ballot_id(ballot)
                       ORDER BY eg.confirmation_code(ballot)) AS by_code,
             max(n) AS last
      FROM ballot GROUP BY device) d JOIN ballot b ON b.n = d.last,
     eg.device_file(election, d.device, d.device || ', town hall',
                    chains::integer,
                    CASE WHEN chains THEN in_order ELSE by_code END,
                    CASE WHEN chains THEN eg.confirmation_code(b.ballot) END) f;
INSERT INTO election_record.file
SELECT f.* FROM tally, eg.tally_files(encrypted) f;
SELECT eg.import_record('election_record') AS done \gset
SELECT eg.sign_record('election_record', :'signing_key', 'administrator') AS done \gset
EOF
    publish "$present"

    step 'Guardians 2 and 4 are missing.  The three others verify the record, every proof of it'
    for i in $present; do
        cat <<EOF
\\connect -reuse-previous=on guardian_$i
SELECT eg.import_record('desk_record') AS done \\gset
SELECT desk.verify_record() AS done \\gset
\\echo '  guardian $i has verified it'
EOF
    done

    step 'and decrypt the tally that they have computed anew, in three moves'
    echo "\\connect -reuse-previous=on administrator"
    send 'decryption commitments' "$present" \
        "SELECT commitments AS body FROM desk.commit_tally('{1,3,5}', '$passphrase @')"
    collect 'decryption commitments' commitments
    for i in $present; do
        cat <<EOF
\\connect -reuse-previous=on guardian_$i
CALL desk.reveal(1, :'commitments', '$passphrase $i') \\gset
\\connect -reuse-previous=on administrator
INSERT INTO mail VALUES ('reveals', $i, to_jsonb(:'reveal'::text));
EOF
    done
    collect reveals reveals
    send responses "$present" \
        "SELECT desk.respond(1, :'commitments', :'reveals', '$passphrase @') AS body"
    collect responses responses
    send opened "$present" 'SELECT desk.mark_opened() AS body'
    send nonces "$present" \
        "SELECT jsonb_agg(to_jsonb(s)) AS body FROM desk.share_nonces('$passphrase @') s"
    cat <<'EOF'
CREATE TABLE votes AS
SELECT eg.combine_decryption(election, :'guardian_record', :'commitments',
                             :'reveals', :'responses', encrypted) AS tally
FROM election, tally;
INSERT INTO election_record.file
SELECT f.* FROM votes, eg.tally_files(NULL, tally) f;
INSERT INTO election_record.file
SELECT f.*
FROM election,
     (SELECT s.ballot_id, array_agg(s.share) AS shares
      FROM mail, jsonb_to_recordset((body #>> '{}')::jsonb) s(ballot_id text, share jsonb)
      WHERE round = 'nonces' GROUP BY s.ballot_id) s
     JOIN ballot ON eg.ballot_id(ballot) = s.ballot_id,
     eg.opening_file(eg.open_ballot(election, :'guardian_record', ballot, shares)) f;
SELECT eg.import_record('election_record') AS done \gset
SELECT eg.sign_record('election_record', :'signing_key', 'administrator') AS done \gset
EOF

    step 'The result'
    cat <<'EOF'
SELECT c.value ->> 'contest_id' AS contest, o.value ->> 'selection_id' AS option,
       (o.value ->> 'tally')::bigint AS votes,
       repeat('█', (30 * (o.value ->> 'tally')::numeric /
                    max((o.value ->> 'tally')::numeric) OVER ())::integer) AS " "
FROM votes, jsonb_array_elements(tally -> 'contests') WITH ORDINALITY c(value, contest),
     jsonb_array_elements(c.value -> 'selections') WITH ORDINALITY o(value, option)
ORDER BY c.contest, o.option;
EOF

    step 'The record is written, and an auditor checks all of it again'
    cat <<EOF
\\set folder '$record'
\\set name election_record
\\ir ../sql/export_record.psql
\\connect -reuse-previous=on auditor
\\ir ../sql/import_record.psql
SELECT verdict, failed, not_run, verdict = 'passed' AS passed FROM election_record.verdict \\gset
SELECT :'verdict' AS verdict, :'failed' AS failed, :'not_run' AS "not run";
\\if :passed
\\echo 'record:' :folder
\\else
SELECT 1 / 0 AS "the record does not pass";
\\endif
EOF
}

election | psql -X -d postgres -f -
