--
-- Small random elections by SQL alone, from the guardians' keys to the files
-- of a record.
--
-- The seed decides all that a voter or a clerk would: manifest, votes, weights,
-- devices, states.  Keys and nonces are drawn afresh each time.
--
CREATE SCHEMA random_election;

-- What an attacker of a record has not, and a test may want
CREATE TABLE random_election.made (
    name text PRIMARY KEY,
    election eg.election,
    guardian_record jsonb,
    secrets eg.guardian_secret[],
    present integer[],
    signing_key bytea
);

CREATE FUNCTION random_election.pick(low integer, high integer) RETURNS integer
    LANGUAGE sql VOLATILE
    RETURN low + floor(random() * (high - low + 1))::integer;

-- Names of all kinds; the number makes each of them another.
CREATE FUNCTION random_election.label(word text, n integer) RETURNS text
    LANGUAGE sql VOLATILE
    RETURN (ARRAY[word || ' ', word || '-', '../' || word, word || '/', '.',
                  'Zoë "', '雪', word || '.', repeat(word, 70), '$(' || word || ')',
                  '~', ''' -- \'])[random_election.pick(1, 12)] || n;

--
-- The manifest
--
-- The first style has all contests but the last, which is in the last style
-- alone; nobody gets a ballot of that.  The first contest has the highest
-- limits and contest data, the second a field that takes more than the contest
-- wherever an option of any may.
--

CREATE FUNCTION random_election.options(contest_limit integer,
                                        option_limit integer, first boolean)
    RETURNS jsonb
    LANGUAGE sql VOLATILE
AS $$
    SELECT jsonb_agg(jsonb_build_object(
               'label', random_election.label('option', n),
               'selection_limit', CASE WHEN n = 1 AND first THEN option_limit
                                       ELSE random_election.pick(1, option_limit) END,
               'counts_toward_limit', true) ORDER BY n)
    FROM generate_series(1, random_election.pick(2, 4)) n
$$;

CREATE FUNCTION random_election.contest(n integer, contest_limit integer,
                                        option_limit integer)
    RETURNS jsonb
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    contest jsonb;
BEGIN
    IF n > 1 THEN
        contest_limit := CASE n WHEN 2 THEN 1
                                ELSE random_election.pick(1, contest_limit) END;
    END IF;
    contest := jsonb_build_object(
        'label', random_election.label('contest', n),
        'selection_limit', contest_limit,
        'options', random_election.options(
            contest_limit, least(option_limit, contest_limit), n = 1));
    IF n = 1 OR random() < 0.4 THEN
        contest := contest ||
            jsonb_build_object('contest_data_blocks', random_election.pick(4, 6));
    END IF;
    -- A field that does not count may take more than the contest.
    IF n = 2 OR random() < 0.3 THEN
        contest := jsonb_insert(contest, '{options,-1}', jsonb_build_object(
            'label', 'supplemental', 'counts_toward_limit', false,
            'selection_limit', CASE n WHEN 2 THEN option_limit
                                      ELSE random_election.pick(1, option_limit) END),
            true);
    END IF;
    RETURN contest;
END
$$;

CREATE FUNCTION random_election.manifest(signing_key bytea,
                                         contest_limit integer,
                                         option_limit integer)
    RETURNS jsonb
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    contests integer := random_election.pick(3, 4);
    styles jsonb;
BEGIN
    styles := jsonb_build_array(jsonb_build_object('label',
        random_election.label('style', 0), 'contests',
        (SELECT jsonb_agg(c) FROM generate_series(1, contests - 1) c)));
    FOR s IN 1 .. random_election.pick(1, 2) LOOP
        styles := styles || jsonb_build_object('label',
            random_election.label('style', s), 'contests',
            jsonb_build_array(random_election.pick(1, contests - 1)));
    END LOOP;
    styles := styles || jsonb_build_object('label', 'nobody', 'contests',
                                           jsonb_build_array(1, contests));
    RETURN jsonb_build_object(
        'label', random_election.label('election', contests),
        'record_signing_key', eg.base64(signing_key),
        'ballot_styles', styles,
        'contests',
        (SELECT jsonb_agg(random_election.contest(c, contest_limit, option_limit)
                          ORDER BY c)
         FROM generate_series(1, contests) c));
END
$$;

--
-- Votes: within the limits or above them, none at all, and write-ins where
-- there is contest data to keep them
--

CREATE FUNCTION random_election.vote(contest jsonb, option jsonb, overvote boolean)
    RETURNS jsonb
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    votes integer := (option -> 'selection_limit')::integer;
BEGIN
    -- Without an overvote the options share the contest's limit.
    IF (option -> 'counts_toward_limit')::boolean AND NOT overvote THEN
        votes := least(votes, (contest -> 'selection_limit')::integer /
                              jsonb_array_length(contest -> 'options')
                              + (random() < 0.3)::integer);
    END IF;
    votes := random_election.pick(0, votes);
    IF contest ? 'contest_data_blocks' AND random() < 0.1 THEN
        RETURN jsonb_build_object('votes', votes, 'text', 'Žofie 雪');
    END IF;
    RETURN to_jsonb(votes);
END
$$;

CREATE FUNCTION random_election.votes(manifest jsonb, style jsonb)
    RETURNS jsonb
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    votes jsonb := '{}';
    contest jsonb;
    overvote boolean;
BEGIN
    FOR contest IN
        SELECT manifest -> 'contests' -> c::integer - 1
        FROM jsonb_array_elements(style -> 'contests') c
    LOOP
        overvote := random() < 0.15;
        CONTINUE WHEN random() < 0.1;
        votes := votes || jsonb_build_object(contest ->> 'label',
            (SELECT jsonb_object_agg(o.option ->> 'label',
                        random_election.vote(contest, o.option, overvote)
                        ORDER BY o.n)
             FROM jsonb_array_elements(contest -> 'options')
                  WITH ORDINALITY o(option, n)));
    END LOOP;
    RETURN votes;
END
$$;

--
-- What the guardians do, all of them in one database here
--

CREATE FUNCTION random_election.decrypt(m random_election.made,
                                        tally eg.encrypted_tally,
                                        ballot eg.ballot DEFAULT NULL,
                                        contest text DEFAULT NULL)
    RETURNS jsonb
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    nonces bytea[];
    commitments jsonb[];
    reveals jsonb[];
    responses jsonb[];
    nonce bytea;
    message jsonb;
    i integer;
BEGIN
    FOREACH i IN ARRAY m.present LOOP
        IF ballot IS NULL THEN
            SELECT c.nonces, c.commitments INTO nonce, message
            FROM eg.commit_decryption(m.election, m.secrets[i], 'guardian',
                                      m.present, tally) c;
        ELSE
            SELECT c.nonces, c.commitments INTO nonce, message
            FROM eg.commit_decryption(m.election, m.secrets[i], 'guardian',
                                      m.present, ballot, contest) c;
        END IF;
        nonces[i] := nonce;
        commitments := commitments || message;
    END LOOP;
    FOREACH i IN ARRAY m.present LOOP
        SELECT r.nonces, r.reveal INTO nonce, message
        FROM eg.reveal_decryption(m.secrets[i], 'guardian', nonces[i],
                                  commitments) r;
        nonces[i] := nonce;
        reveals := reveals || message;
    END LOOP;
    FOREACH i IN ARRAY m.present LOOP
        responses := responses || CASE WHEN ballot IS NULL
            THEN eg.respond_decryption(m.election, m.secrets[i], 'guardian',
                                       nonces[i], commitments, reveals, tally)
            ELSE eg.respond_decryption(m.election, m.secrets[i], 'guardian',
                                       nonces[i], commitments, reveals, ballot,
                                       contest) END;
    END LOOP;
    IF ballot IS NULL THEN
        RETURN eg.combine_decryption(m.election, m.guardian_record, commitments,
                                     reveals, responses, tally);
    END IF;
    RETURN eg.combine_decryption(m.election, m.guardian_record, commitments,
                                 reveals, responses, ballot, contest);
END
$$;

-- Each guardian's part in opening the challenged ballots: his secret is
-- unsealed once.
CREATE FUNCTION random_election.share_nonces(m random_election.made)
    RETURNS void
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    i integer;
BEGIN
    FOREACH i IN ARRAY m.present LOOP
        INSERT INTO made_share
        SELECT b.n, eg.share_ballot_nonce(m.election, m.secrets[i], 'guardian',
                                          b.ballot)
        FROM made_ballot b WHERE eg.state(b.ballot) = 'CHALLENGED';
    END LOOP;
END
$$;

CREATE FUNCTION random_election.found(name text, guardians integer,
                                      present integer[], contest_limit integer,
                                      option_limit integer)
    RETURNS random_election.made
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    quorum integer := cardinality(present);
    m random_election.made;
    secret eg.guardian_secret;
    public_key jsonb;
    public_keys jsonb[];
    shares jsonb[];
    signing bytea;
BEGIN
    FOR i IN 1 .. guardians LOOP
        SELECT g.secret, g.public_key INTO secret, public_key
        FROM eg.create_guardian(i, guardians, quorum, 'guardian') g;
        m.secrets := m.secrets || secret;
        public_keys := public_keys || public_key;
    END LOOP;
    FOR i IN 1 .. guardians LOOP
        shares := shares ||
            eg.encrypt_shares(m.secrets[i], 'guardian', public_keys);
    END LOOP;
    m.name := name;
    m.present := present;
    SELECT k.signing_key, k.public_key INTO m.signing_key, signing
    FROM eg.create_signing_key('clerk') k;
    m.election := eg.create_election(
        convert_to(random_election.manifest(signing, contest_limit,
                                            option_limit)::text, 'UTF8'),
        quorum, public_keys);
    m.guardian_record := eg.guardian_record(m.election, public_keys);
    FOR i IN 1 .. guardians LOOP
        m.secrets[i] := eg.accept_shares(m.election, m.secrets[i], 'guardian',
                                         public_keys, shares);
    END LOOP;
    INSERT INTO random_election.made SELECT (m).*;
    RETURN m;
END
$$;

--
-- The ballots of a device, chained one after the other
--
-- The first three ballots of an election are of its first style: the first is
-- opened whole, the second in part, and the contest data of the third are
-- decrypted.  Its weight makes the votes of an option more than the ballots.
-- The last one of a device is challenged: no tally has it.
--

CREATE FUNCTION random_election.fill_device(m random_election.made,
                                            device text, mode integer,
                                            numbers integer[])
    RETURNS void
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    manifest jsonb := convert_from(eg.manifest(m.election), 'UTF8');
    styles integer := jsonb_array_length(manifest -> 'ballot_styles');
    style jsonb;
    ballot eg.ballot;
    votes jsonb;
    weight bigint;
    previous bytea;
    n integer;
BEGIN
    FOREACH n IN ARRAY numbers LOOP
        style := manifest -> 'ballot_styles' ->
            CASE WHEN n <= 3 THEN 0 ELSE random_election.pick(0, styles - 2) END;
        votes := random_election.votes(manifest, style);
        weight := CASE WHEN random() < 0.6 THEN 1
                       ELSE random_election.pick(2, 9) END;
        IF n = 3 THEN
            weight := 1000;
            votes := votes || jsonb_build_object(
                manifest #>> '{contests,0,label}', jsonb_build_array(
                    manifest #>> '{contests,0,options,0,label}'));
        END IF;
        ballot := eg.encrypt(m.election, random_election.label('ballot', n),
                             style ->> 'label', votes, device, weight);
        ballot := eg.chain(m.election, ballot, 'information of ' || device, mode,
                           previous);
        IF mode = 1 THEN
            previous := eg.confirmation_code(ballot);
        END IF;
        INSERT INTO made_ballot
        SELECT n, device,
               CASE WHEN n <= 2 OR n > 3 AND (random() < 0.2 OR
                                              n = numbers[cardinality(numbers)])
                    THEN eg.challenge_ballot(ballot)
                    ELSE eg.cast_ballot(ballot) END;
    END LOOP;
    INSERT INTO file
    SELECT f.path, f.content
    FROM eg.device_file(
        m.election, device, 'information of ' || device, mode,
        ARRAY(SELECT eg.ballot_id(b.ballot) FROM made_ballot b
              WHERE b.device = fill_device.device
              ORDER BY CASE mode WHEN 1 THEN b.n END,
                       eg.confirmation_code(b.ballot)), previous) f;
END
$$;

-- Makes the record NAME, signed, of so many ballots.
CREATE FUNCTION random_election.make(name text, seed integer,
                                     guardians integer, present integer[],
                                     ballots integer, contest_limit integer,
                                     option_limit integer)
    RETURNS void
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    m random_election.made;
    devices integer;
    contest text;
    tally eg.encrypted_tally;
BEGIN
    PERFORM setseed((seed % 1000000) / 1000000.0);
    m := random_election.found(name, guardians, present, contest_limit,
                               option_limit);
    PERFORM eg.create_record(name);
    -- Names without a schema are those of the record from here on.
    PERFORM set_config('search_path', format('%I', name), true);
    CREATE TEMPORARY TABLE made_ballot (n integer, device text, ballot eg.ballot)
        ON COMMIT DROP;
    CREATE TEMPORARY TABLE made_share (n integer, share jsonb) ON COMMIT DROP;

    INSERT INTO file
    SELECT f.path, f.content FROM eg.election_files(m.election, m.guardian_record) f;
    devices := random_election.pick(2, 3);
    FOR d IN 1 .. devices LOOP
        PERFORM random_election.fill_device(
            m, random_election.label('device', d), d % 2,
            ARRAY(SELECT n FROM generate_series(1, ballots) n
                  WHERE n % devices + 1 = d));
    END LOOP;
    -- A device that nobody used
    INSERT INTO file
    SELECT f.path, f.content
    FROM eg.device_file(m.election, 'unused', 'nobody came',
                        random_election.pick(0, 1), '{}') f;
    INSERT INTO file
    SELECT f.path, f.content FROM made_ballot b, eg.ballot_file(b.ballot) f;

    tally := eg.complete_tally(m.election,
        (SELECT eg.tally(b.ballot) FROM made_ballot b
         WHERE eg.state(b.ballot) = 'CAST'));
    INSERT INTO file
    SELECT f.path, f.content
    FROM eg.tally_files(tally, random_election.decrypt(m, tally)) f;
    contest := (SELECT o.contest FROM eg.options(m.election) o LIMIT 1);
    PERFORM random_election.share_nonces(m);
    INSERT INTO file
    SELECT f.path, f.content
    FROM made_ballot b JOIN
         (SELECT s.n, array_agg(s.share) AS shares FROM made_share s
          GROUP BY s.n) x USING (n),
         eg.opening_file(eg.open_ballot(
             m.election, m.guardian_record, b.ballot, x.shares,
             CASE WHEN b.n = 2 THEN ARRAY[contest] END)) f;
    INSERT INTO file
    SELECT f.path, f.content
    FROM made_ballot b,
         eg.contest_data_file(random_election.decrypt(m, NULL, b.ballot, contest)) f
    WHERE b.n = 3;

    PERFORM eg.import_record(name);
    PERFORM eg.sign_record(name, m.signing_key, 'clerk');
    DROP TABLE made_ballot, made_share;
END
$$;
