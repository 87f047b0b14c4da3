--
-- eg.election: manifests in both forms, what is refused, tables of powers
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set election :abs_srcdir '/election.sql'
\i :election
SET search_path = public, eg;

CREATE FUNCTION made(manifest jsonb, n integer DEFAULT 3, k integer DEFAULT 2) RETURNS eg.election
    LANGUAGE sql
    RETURN create_election(convert_to(manifest::text, 'UTF8'), n, k,
                           election.joint_public_key(), election.generator());
CREATE FUNCTION failure(statement text) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' | ', sqlstate, sqlerrm, nullif(detail, ''));
END
$$;
\set labels '{"label": "e", "contests": [{"label": "mayor", "selection_limit": 1, "options": [{"label": "Ada"}, {"label": "Bela"}]}, {"label": "points", "selection_limit": 5, "contest_data_blocks": 2, "options": [{"label": "x", "selection_limit": 3}, {"label": "over", "selection_limit": 9, "counts_toward_limit": false}]}], "ballot_styles": [{"label": "all", "contests": [1, 2]}, {"label": "one", "contests": [2]}]}'
\set cdf '{"election_scope_id": "e", "spec_version": "v", "contests": [{"object_id": "mayor", "sequence_order": 1, "electoral_district_id": "town", "votes_allowed": 1, "ballot_selections": [{"object_id": "Ada", "sequence_order": 1, "candidate_id": "c"}, {"object_id": "Bela", "sequence_order": 2}], "option_selection_limit": 1}], "ballot_styles": [{"object_id": "town style", "geopolitical_unit_ids": ["country", "town"]}], "parties": [{"name": {"text": []}}]}'
CREATE TABLE manifest (form text, m jsonb);
INSERT INTO manifest VALUES ('labels', :'labels'), ('cdf', :'cdf');

-- What it is made of
SELECT form, guardians(made(m)), quorum(made(m)), manifest(made(m)) = convert_to(m::text, 'UTF8') AS manifest,
       joint_public_key(made(m)) = election.joint_public_key() AS vote_key,
       joint_data_public_key(made(m)) = election.generator() AS data_key
FROM manifest;
-- One blank more is another election.
SELECT base_hash(made(m)) <> base_hash(create_election(manifest(made(m)) || ' ', 3, 2,
           election.joint_public_key(), election.generator())) AS other_base_hash,
       parameter_base_hash(made(m)) = parameter_base_hash(made(m, 3, 2)) AS same_parameters,
       parameter_base_hash(made(m)) <> parameter_base_hash(made(m, 3, 3)) AS other_parameters
FROM manifest WHERE form = 'labels';
-- In and out
SELECT form, made(m)::text::eg.election::text = made(m)::text AS text,
       '\x' || encode(election_send(made(m)), 'hex') = made(m)::text AS binary
FROM manifest;

-- Styles and labels are what ballots are held against.
SELECT DISTINCT step, ok, detail
FROM manifest, check_ballot(made(m), (election.ballot_json('b', '{"mayor": {"Ada": 1, "Bela": 0}}') ||
         '{"ballot_style_id": "town style"}')::eg.ballot)
WHERE form = 'cdf' AND step IN ('6.labels', '6.A', '6.size');

-- Parameters out of range
SELECT n, k, failure(format('SELECT made(m, %s, %s) FROM manifest', n, k))
FROM (VALUES (0, 0), (1, 0), (2, 3), (-1, -1), (256, 1), (255, 255), (1, 1)) v(n, k);
SELECT failure('SELECT create_election(''{}'', 1, 1, election.one(), election.generator())');
SELECT failure('SELECT create_election(''{}'', 1, 1, election.generator(), decode(lpad(''02'', 1024, ''0''), ''hex''))');
SELECT failure('SELECT create_election(''{}'', 1, 1, ''\x00'', election.generator())');
SELECT failure('SELECT create_election(''{}'', 1, 1, decode(repeat(''ff'', 512), ''hex''), election.generator())');

-- Bytes that are no manifest
SELECT bytes, failure(format('SELECT create_election(%L::bytea, 3, 2, election.generator(), election.generator())', bytes))
FROM unnest(ARRAY['', '\x00', '{', '[]', '"x"', '{}', '\xff', '{"label": "e"}', '{"contests": []}',
                  '{"label": "e", "label": "f", "contests": []}', '{"label": "e", "contests": {}}']) bytes;

-- Manifests that break a rule, and where
CREATE TABLE rule (path text[], value jsonb);
INSERT INTO rule VALUES
    ('{contests}', '[]'), ('{ballot_styles}', '[]'), ('{label}', '""'), ('{contests,0,label}', '"points"'),
    ('{contests,0,label}', 'null'), ('{contests,0,selection_limit}', '0'), ('{contests,0,selection_limit}', '1.5'),
    ('{contests,0,selection_limit}', '2147483648'), ('{contests,0,votes_allowed}', '1'),
    ('{contests,0,object_id}', '"x"'), ('{contests,0,sequence_order}', '2'), ('{contests,0,options}', '[]'),
    ('{contests,0,ballot_selections}', '[{"object_id": "x"}]'), ('{contests,0,options,0,label}', '"Bela"'),
    ('{contests,0,options,0,selection_limit}', '2'), ('{contests,0,options,1,sequence_order}', '1'),
    ('{contests,0,options,0,counts_toward_limit}', '1'), ('{contests,1,contest_data_blocks}', '0'),
    ('{contests,1,contest_data_blocks}', '16777216'), ('{contests,0,option_selection_limit}', '"MANY"'),
    ('{ballot_styles,0,contests}', '[1, 1]'), ('{ballot_styles,0,contests}', '[3]'), ('{ballot_styles,0,contests}', '[0]'),
    ('{ballot_styles,0,contests}', '["mayor"]'), ('{ballot_styles,0,contests}', '[]'), ('{ballot_styles,0,label}', '"one"');
SELECT path, value, failure(format('SELECT made(%L)', jsonb_set(m, path, value)))
FROM manifest, rule WHERE form = 'labels';
SELECT path, failure(format('SELECT made(%L)', m #- path::text[]))
FROM manifest, unnest(ARRAY['{label}', '{contests}', '{contests,0,label}', '{contests,0,selection_limit}',
                            '{contests,1,options,0,label}', '{ballot_styles}']) path
WHERE form = 'labels';
-- Allowed: limits stated once for all, unknown fields, a note at any place
SELECT failure(format('SELECT made(%L)', jsonb_set(m, '{contests,0,option_selection_limit}', '"CONTEST_LIMIT"'))),
       failure(format('SELECT made(%L)', jsonb_set(m, '{contests,0,note}', '{"a": [1, {"a": null}]}')))
FROM manifest WHERE form = 'labels';

-- A value that does not follow from its parts: each byte of the header
SELECT left(failure, 40) AS failure, count(*)
FROM manifest, generate_series(0, 1171, 13) place,
    LATERAL (SELECT made(m)::text AS t) x,
    LATERAL (SELECT failure(format('SELECT %L::eg.election', overlay(t PLACING
        CASE substr(t, 3 + 2 * place, 2) WHEN '5a' THEN 'a5' ELSE '5a' END FROM 3 + 2 * place FOR 2)))) f
WHERE form = 'labels' GROUP BY left(failure, 40) ORDER BY left(failure, 40) COLLATE "C";
SELECT failure(format('SELECT %L::eg.election', left(made(m)::text, -2))), failure(format('SELECT %L::eg.election', made(m)::text || '00'))
FROM manifest WHERE form = 'labels';

-- Tables of powers: kept when they have earned it, bounded, none for 0
CREATE VIEW tables AS SELECT count(*) AS tables, coalesce(sum(total_bytes), 0) > 1000000 AS large
    FROM pg_backend_memory_contexts WHERE name = 'egtally table of powers';
CREATE TABLE used AS SELECT made(m) AS e, (election.ballot_json('b', '{"mayor": {"Ada": 1, "Bela": 0}}') ||
    '{"ballot_style_id": "all"}')::eg.ballot AS b FROM manifest WHERE form = 'labels';
SHOW egtally.table_cache_size;
SELECT verify(e, b) FROM used;
SELECT * FROM tables;
SELECT count(verify(e, b)) FROM used, generate_series(1, 20);
SELECT * FROM tables;
SET egtally.table_cache_size = 0;
SELECT * FROM tables;
SELECT count(verify(e, b)) FROM used, generate_series(1, 20);
SELECT * FROM tables;
RESET egtally.table_cache_size;
\set VERBOSITY sqlstate
SET egtally.table_cache_size = -1;
\set VERBOSITY default
SET egtally.no_such_setting = 1;

-- The least recently used go first, and the setting bounds what is kept: here two
-- tables of 4 MB, or three.  Which they are, pg_backend_memory_contexts tells.
CREATE TABLE key AS SELECT 'g' AS name, election.generator() AS key
    UNION ALL SELECT 'K' || n, pad(ciphertext(election.joint_public_key(), election.one()) * n) FROM generate_series(1, 3) n;
CREATE TABLE vote AS SELECT name, create_election(manifest(e), 3, 2, key, election.generator()) AS e, b
    FROM used, key WHERE name <> 'g';
CREATE FUNCTION kept_after(used text) RETURNS TABLE (kept text, bounded boolean)
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM verify(e, b) FROM vote, generate_series(1, 5) WHERE name = used;
    RETURN QUERY
    SELECT string_agg(key.name, ' ' ORDER BY key.name), sum(total_bytes) <= pg_size_bytes(current_setting('egtally.table_cache_size'))
    FROM pg_backend_memory_contexts c JOIN key ON ident = left(encode(key, 'hex'), 16)
    WHERE c.name = 'egtally table of powers';
END
$$;
SET egtally.kernel = 'portable';
SET egtally.table_cache_size = '9MB';
SELECT used, k.* FROM unnest('{K1,K2,K3,K1}'::text[]) WITH ORDINALITY u(used, n), kept_after(used) k ORDER BY n;
SET egtally.table_cache_size = '13MB';
SELECT used, k.* FROM unnest('{K1,K2,K1,K3,K2}'::text[]) WITH ORDINALITY u(used, n), kept_after(used) k ORDER BY n;
-- A smaller cache drops at once what does not fit; with too little for two tables, the windows are narrower.
SET egtally.table_cache_size = '5MB';
SELECT count(*) AS tables FROM pg_backend_memory_contexts WHERE name = 'egtally table of powers';
SET egtally.table_cache_size = '1MB';
SELECT * FROM kept_after('K1');
RESET egtally.table_cache_size;
RESET egtally.kernel;

SET client_min_messages = warning;
DROP VIEW tables;
DROP TABLE manifest, rule, used, key, vote;
DROP FUNCTION kept_after;
DROP FUNCTION made, failure;
DROP SCHEMA election CASCADE;
