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

-- Manifests of many small things
CREATE FUNCTION manifest(contests text, styles text) RETURNS bytea
    LANGUAGE sql
    RETURN convert_to(format('{"label":"e","contests":[%s],"ballot_styles":[%s]}', contests, styles), 'UTF8');
CREATE FUNCTION contests(n integer) RETURNS text
    LANGUAGE sql
    RETURN (SELECT string_agg(format('{"label":"c%s","selection_limit":1,"electoral_district_id":"%s","options":[{"label":"o"}]}',
                                     i, CASE i WHEN 1 THEN 'x' ELSE 'd' END), ',')
            FROM generate_series(1, n) i);
CREATE FUNCTION styles(n integer, content text) RETURNS text
    LANGUAGE sql
    RETURN (SELECT string_agg(format('{"label":"a style of some length %s",%s}', to_char(i, 'FM0000000'), content), ',')
            FROM generate_series(1, n) i);
CREATE FUNCTION made(manifest bytea) RETURNS eg.election
    LANGUAGE sql
    RETURN eg.create_election(manifest, 1, 1, election.joint_public_key(), election.joint_public_key());
CREATE VIEW manifests AS
    SELECT 'many styles' AS name, manifest(contests(1), styles(65535, '"contests":[1]')) AS m
    UNION ALL SELECT 'one twice', manifest(contests(1), styles(65535, '"contests":[1]') || ',' || styles(1, '"contests":[1]'))
    UNION ALL SELECT 'many districts', manifest(contests(32768), styles(10000,
                  '"geopolitical_unit_ids":[' || repeat('"e",', 63) || '"x"]'))
    UNION ALL SELECT 'too many contests', manifest(contests(32768), styles(5000, '"geopolitical_unit_ids":["d"]'))
    UNION ALL SELECT 'too many options', manifest((SELECT string_agg(format('{"options":[%s{}]}', repeat('{},', 65535)), ',')
                                                   FROM generate_series(1, 40)), '');
\c
\pset format unaligned
\pset tuples_only on
SELECT peak() AS before \gset
-- What looks at each pair of styles, or at each unit of each style for each contest, takes minutes.
SET statement_timeout = '60s';
SELECT name, ok, detail FROM manifests, eg.check_election(NULL, NULL, m, NULL) WHERE step = '1.manifest';
SELECT name, failure(format('SELECT made(m) FROM manifests WHERE name = %L', name))
FROM unnest('{many styles,one twice,too many contests,too many options}'::text[]) name;
SELECT octet_length(m) < 5000000 AS manifest, octet_length(eg.election_send(made(m))) < 10000000 AS election
FROM manifests WHERE name = 'many styles';
RESET statement_timeout;
SELECT peak() - :before < 700 AS "less than 700 MB";

-- JSON of many levels: a row where a record is judged, an error where one is asked for
CREATE FUNCTION noted(note text) RETURNS bytea
    LANGUAGE sql
    RETURN convert_to(format('{"label":"e","contests":[{"label":"c","selection_limit":1,"options":[{"label":"[\"\\[%s"}]}],"note":%s,"ballot_styles":[{"label":"s","contests":[1]}]}',
                             repeat('[', 100), note), 'UTF8');
SELECT name, ok, detail
FROM (VALUES ('only that', convert_to(repeat('[', 100000), 'UTF8')),
             ('64 levels', noted(repeat('[', 63) || repeat(']', 63))),
             ('65 levels', noted(repeat('[', 64) || repeat(']', 64))),
             ('objects', noted(repeat('{"a":', 64) || '1' || repeat('}', 64)))) v(name, m),
    eg.check_election(NULL, NULL, m, NULL)
WHERE step = '1.manifest';
SELECT failure($$SELECT made(convert_to(repeat('[', 100000), 'UTF8'))$$);
SELECT step, ok, detail FROM one, eg.check_tally(e, NULL, (repeat('[', 1000) || repeat(']', 1000))::json, NULL) WHERE NOT ok;
SELECT step, ok, detail FROM eg.check_election((repeat('[', 1000) || repeat(']', 1000))::json, NULL, NULL, NULL)
WHERE subject = 'constants' AND NOT ok;

-- One such file of a record leaves the report of the others.
SELECT eg.create_record('hostile');
INSERT INTO hostile.file VALUES ('manifest.json', convert_to(repeat('[', 100000), 'UTF8'));
SELECT eg.import_record('hostile');
SELECT count(*) > 1 AS others, string_agg(detail, '') FILTER (WHERE step = '1.manifest') AS detail
FROM hostile.checks_of_election;

-- Text that is no election is refused softly where PostgreSQL can (from 16 on).
CREATE FUNCTION valid(value text) RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    result boolean;
BEGIN
    IF current_setting('server_version_num')::integer < 160000 THEN
        RETURN failure(format('SELECT %L::eg.election', value)) = 'none';
    END IF;
    EXECUTE 'SELECT pg_input_is_valid($1, ''eg.election'')' INTO result USING value;
    RETURN result;
END
$$;
CREATE FUNCTION hex(value text) RETURNS text
    LANGUAGE sql
    RETURN encode(convert_to(value, 'UTF8'), 'hex');
SELECT before, after, valid(replace(e::text, hex(before), hex(after)))
FROM one, (VALUES ('', ''), ('"e"', '"f"'), ('limit":1', 'limit":0'), ('{"label":"e"', '["label":"e"'),
                  ('"label":"e"', '"lapel":"e"'), ('"contests":[{', '"contests":[[')) v(before, after);
SELECT valid(replace(e::text, hex('"e"'), '22ff22')) FROM one;

\pset format unaligned
SET client_min_messages = warning;
DROP SCHEMA hostile CASCADE;
DROP VIEW manifests;
DROP TABLE number, one;
DROP FUNCTION failure, peak, manifest, contests, styles, made, noted, valid, hex;
DROP SCHEMA election CASCADE;
