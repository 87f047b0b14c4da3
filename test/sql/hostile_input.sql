--
-- Input that is small, and would be large or long in a server that takes it as
-- it comes: manifests, JSON of any nesting, numbers of many digits
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\i :election

CREATE FUNCTION failure(statement text) RETURNS text
    LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE statement;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    RETURN concat_ws(' | ', sqlstate, sqlerrm);
END
$$;

-- The most memory that this session has had, in MB.
CREATE FUNCTION peak() RETURNS integer
    LANGUAGE sql
    RETURN (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s*(\d+)'))[1]::integer / 1024;
\pset format unaligned
\pset tuples_only on

-- Numbers of 131 072 digits, 9 bytes each in jsonb: in a field that is dropped,
-- behind a fault that is raised later, and as weights
CREATE TABLE number AS
    SELECT string_agg('1e131071', ',') AS list, string_agg(format('"%s":1e131071', i), ',') AS members
    FROM generate_series(1, 8000) i;
CREATE TABLE one AS
    SELECT eg.create_election('{"label":"e","contests":[{"label":"c","selection_limit":1,"options":[{"label":"o"}]}],"ballot_styles":[{"label":"s","contests":[1]}]}',
                              1, 1, election.joint_public_key(), election.joint_public_key()) AS e;
\c
\pset format unaligned
\pset tuples_only on
SELECT peak() AS before \gset
SELECT failure(format('SELECT (''{"code_baux":[%s]}''::jsonb)::eg.ballot', list)) FROM number;
SELECT failure(format('SELECT (''{"code_baux":{%s}}''::jsonb)::eg.ballot', members)) FROM number;
SELECT failure(format('SELECT eg.commitments_digest(e, ARRAY[''{"guardian":1,"x":[%s]}''::jsonb]) FROM one', list)) FROM number;
SELECT step, ok, detail FROM one, number, eg.check_tally(e, NULL, NULL, ('{' || members || '}')::jsonb) WHERE step LIKE '9%';
SELECT peak() - :before < 300 AS "less than 300 MB";

\pset format unaligned
SET client_min_messages = warning;
DROP TABLE number, one;
DROP FUNCTION failure, peak;
DROP SCHEMA election CASCADE;
