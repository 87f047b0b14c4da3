--
-- A small election for tests of the ballot box, after election.sql: ballots are
-- of the style "one", one contest with one option, or of the style "two".
--
CREATE SCHEMA small;

CREATE TABLE small.election AS
    SELECT eg.create_election(convert_to('{"label": "small", "contests": [
        {"label": "measure", "selection_limit": 1, "options": [{"label": "yes"}]},
        {"label": "mayor", "selection_limit": 1,
         "options": [{"label": "Ada"}, {"label": "Bela"}]}],
        "ballot_styles": [{"label": "one", "contests": [1]},
                          {"label": "two", "contests": [1, 2]}]}', 'UTF8'), 1, 1,
        election.joint_public_key(),
        eg.pad(eg.ciphertext(election.generator(), election.one())
               OPERATOR(eg.*) 987654321)) AS election;

CREATE FUNCTION small.ballot(id text, style text, device text,
                             mode integer DEFAULT 0,
                             previous bytea DEFAULT NULL,
                             weight bigint DEFAULT 1)
    RETURNS eg.ballot
    LANGUAGE plpgsql
    SET jit = off
AS $$
DECLARE
    e eg.election := (SELECT election FROM small.election);
BEGIN
    RETURN eg.chain(e, eg.encrypt(e, id, style,
                                  CASE style WHEN 'one' THEN '{"measure": ["yes"]}'
                                       ELSE '{"mayor": ["Bela"]}' END::jsonb,
                                  device, weight),
                    device || ', hall', mode, previous);
END
$$;

-- The error of a statement, without what changes from run to run.
CREATE FUNCTION small.failure(statement text) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN regexp_replace(concat_ws('; ', SQLSTATE || ' ' || SQLERRM,
                                    nullif(detail, '')),
                          '\\x[0-9a-f]{64}|\d{4}-\d\d-\d\d [0-9:.+-]+', '...', 'g');
END
$$;

-- Cast ballots by the thousand, past submit(): copies of one under other names,
-- identifiers and codes.  Their proofs do not hold for those, so they are marked
-- as verified, which only the owner of the box can do.
CREATE FUNCTION small.fill(box text, ballots integer,
                           copied eg.ballot DEFAULT small.ballot('copied', 'one', 'urn'))
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    began bigint;
BEGIN
    EXECUTE format('SELECT ballots FROM %I.device WHERE device = ''urn''', box)
    INTO began;
    EXECUTE format('
        INSERT INTO %I.ballot (position, verified, ballot)
        SELECT n, true, jsonb_set($1 || jsonb_build_object(
                   ''ballot_id'', ''copy '' || n,
                   ''selection_encryption_id'', encode(sha256(int8send(n)), ''hex''),
                   ''confirmation_code'', encode(sha256(int8send(-n)), ''hex'')),
                   ''{encrypted_nonce,c0}'',
                   to_jsonb(repeat(''0'', 960)
                            || encode(sha256(int8send(n)), ''hex'')))::eg.ballot
        FROM generate_series($2 + 1, $2 + $3) n', box)
    USING copied::jsonb, began, ballots;
    EXECUTE format('
        UPDATE %I.device
        SET ballots = ballots + $1, last_code = sha256(int8send(-ballots - $1))
        WHERE device = ''urn''', box)
    USING ballots;
    EXECUTE format('
        INSERT INTO %1$I.ballot_state (ballot, state)
        SELECT number, s
        FROM %1$I.ballot b, unnest(''{submitted,cast}''::text[]) s
        WHERE b.device = ''urn'' AND b.position > $1
        ORDER BY number', box)
    USING began;
END
$$;
