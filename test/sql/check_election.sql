--
-- Verifications 1 to 4: a sound record passes, and each fault fails exactly
-- the steps that concern it (numbers are cases of ATTACKS.md)
--
\getenv shared EGTALLY_SHARED
SELECT :'shared' <> '' AS present \gset
\if :present
\else
\echo skipped: the folder of test data is absent
\quit
\endif
SET client_min_messages = warning;
CREATE SCHEMA check_election;
SET search_path = check_election, public;

-- The first four files of the record and of its damaged copies, byte for byte
CREATE TABLE file (copy text, name text, content text);
\copy file FROM PROGRAM 'cd "$EGTALLY_SHARED"/vectors/eg21 && d=$(mktemp -d) && cp -R ref-1 tampered "$d" && chmod -R u+w "$d" && for n in 01 02 03 04 05 36; do sh ../../tools/apply_tampered.sh "$d/ref-1" "$d/tampered" $n "$d/$n"; done && cd "$d" && for f in ref-1 01 02 03 04 05 36; do for n in constants election_config manifest election_initialized; do echo "$f $n $(base64 <$f/$n.json | tr -d "\n")"; done; done; echo "- expected $(base64 <tampered/expected.json | tr -d "\n")"; rm -rf "$d"' WITH (DELIMITER ' ')
CREATE FUNCTION content(copy text, name text) RETURNS bytea
    LANGUAGE sql STABLE
    RETURN (SELECT decode(f.content, 'base64') FROM file f
            WHERE f.copy = $1 AND f.name = $2);
CREATE FUNCTION read(copy text, name text) RETURNS json
    LANGUAGE sql STABLE
    RETURN convert_from(content(copy, name), 'UTF8')::json;

CREATE TABLE ref AS
    SELECT read('ref-1', 'constants')::jsonb AS constants,
           read('ref-1', 'election_config')::jsonb AS config,
           content('ref-1', 'manifest') AS manifest,
           read('ref-1', 'election_initialized')::jsonb AS initialized;

-- What fails and what was not run
CREATE FUNCTION verdict(constants json, config json, manifest bytea,
                        initialized json, OUT failed text, OUT not_run text)
    LANGUAGE sql
BEGIN ATOMIC
    SELECT string_agg(DISTINCT step COLLATE "C", ' ' ORDER BY step COLLATE "C") FILTER (WHERE NOT ok),
           string_agg(DISTINCT step COLLATE "C", ' ' ORDER BY step COLLATE "C") FILTER (WHERE ok IS NULL)
    FROM eg.check_election(constants, config, manifest, initialized);
END;
CREATE FUNCTION verdict(constants jsonb, config jsonb, manifest bytea,
                        initialized jsonb, OUT failed text, OUT not_run text)
    LANGUAGE sql
BEGIN ATOMIC
    SELECT * FROM verdict(constants::text::json, config::text::json, manifest,
                          initialized::text::json);
END;

-- The record passes every row.
SELECT step, count(*), bool_and(ok) AS ok, bool_and(detail IS NULL) AS plain
FROM eg.check_election(read('ref-1', 'constants'), read('ref-1', 'election_config'),
                       content('ref-1', 'manifest'),
                       read('ref-1', 'election_initialized'))
GROUP BY step ORDER BY step COLLATE "C";
SELECT ok, subject FROM ref, eg.check_election(constants::text::json, config::text::json,
                                               manifest, initialized::text::json)
WHERE step = '2.C';

-- Damaged copies fail exactly the steps that they should, of those in scope.
SELECT e.key AS copy, v.failed,
       ARRAY(SELECT s FROM jsonb_array_elements_text(e.value -> 'failing_steps') s
             WHERE s ~ '^[1-4]\.[A-Z]$' ORDER BY s COLLATE "C") =
       ARRAY(SELECT s FROM unnest(string_to_array(v.failed, ' ')) s
             WHERE s ~ '^[1-4]\.[A-Z]$' ORDER BY s COLLATE "C") AS same
FROM jsonb_each(read('-', 'expected')::jsonb) e,
     (SELECT DISTINCT copy FROM file) f,
     verdict(read(f.copy, 'constants'), read(f.copy, 'election_config'),
             content(f.copy, 'manifest'), read(f.copy, 'election_initialized')) v
WHERE f.copy = left(e.key, 2)
ORDER BY 1;

--
-- Files that are missing or cannot be read (67, 96): failed rows, not errors
--
SELECT x.file, v.*
FROM ref, generate_series(0, 4) x(file),
     verdict(CASE WHEN file <> 1 THEN constants END, CASE WHEN file <> 2 THEN config END,
             CASE WHEN file <> 3 THEN manifest END, CASE WHEN file <> 4 THEN initialized END) v
ORDER BY 1;
SELECT step, ok, subject, detail FROM eg.check_election(NULL, NULL, NULL, NULL);

CREATE TABLE unreadable (what text COLLATE "C", file text COLLATE "C", content text);
INSERT INTO unreadable
    SELECT '96 a name twice', 'constants', replace(constants::text, '"name":', '"type": "IntegerGroup", "name":') FROM ref
    UNION ALL SELECT '96 a number twice', 'constants', replace(constants::text, '"generator":', '"generator": "2", "generator":') FROM ref
    UNION ALL SELECT 'a number as a number', 'constants', jsonb_set(constants, '{constants,smallPrime}', '5')::text FROM ref
    UNION ALL SELECT 'another group', 'constants', jsonb_set(constants, '{type}', '"EllipticCurve"')::text FROM ref
    UNION ALL SELECT 'an array', 'constants', '[]'
    UNION ALL SELECT '96 a name twice', 'config', replace(config::text, '"quorum":', '"quorum": 1, "quorum":') FROM ref
    UNION ALL SELECT '42 quorum 0', 'config', jsonb_set(config, '{quorum}', '0')::text FROM ref
    UNION ALL SELECT '42 no guardians', 'config', jsonb_set(config, '{number_of_guardians}', '0')::text FROM ref
    UNION ALL SELECT 'half a guardian', 'config', jsonb_set(config, '{number_of_guardians}', '2.5')::text FROM ref
    UNION ALL SELECT 'a guardian as true', 'config', jsonb_set(config, '{number_of_guardians}', 'true')::text FROM ref
    UNION ALL SELECT 'no quorum', 'config', (config - 'quorum')::text FROM ref
    UNION ALL SELECT 'a short hash', 'config', jsonb_set(config, '{parameter_base_hash}', '"AAAA"')::text FROM ref
    UNION ALL SELECT 'null', 'config', 'null'
    UNION ALL SELECT 'an escape of zero', 'config', '{"quorum": "\u0000"}'
    UNION ALL SELECT '96 a name twice', 'initialized', replace(initialized::text, '"x_coordinate": 2', '"x_coordinate": 2, "x_coordinate": 3') FROM ref
    UNION ALL SELECT '42 guardian 0', 'initialized', jsonb_set(initialized, '{guardians,1,x_coordinate}', '0')::text FROM ref
    UNION ALL SELECT '42 guardian -1', 'initialized', jsonb_set(initialized, '{guardians,1,x_coordinate}', '-1')::text FROM ref
    UNION ALL SELECT '7 a short commitment', 'initialized', jsonb_set(initialized, '{guardians,1,data_key,commitments,1}', '"AAAA"')::text FROM ref
    UNION ALL SELECT '7 an empty commitment', 'initialized', jsonb_set(initialized, '{guardians,1,data_key,commitments,1}', '""')::text FROM ref
    UNION ALL SELECT '7 a null commitment', 'initialized', jsonb_set(initialized, '{guardians,1,data_key,commitments,1}', 'null')::text FROM ref
    UNION ALL SELECT '7 odd hex', 'initialized', jsonb_set(initialized, '{joint_public_key}', to_jsonb(repeat('0', 1023)))::text FROM ref
    UNION ALL SELECT '7 a long response', 'initialized', jsonb_set(initialized, '{guardians,2,vote_key,proof,responses,0}', to_jsonb(repeat('0', 66)))::text FROM ref
    UNION ALL SELECT 'no communication key', 'initialized', (initialized #- '{guardians,0,communication_key}')::text FROM ref
    UNION ALL SELECT 'an unknown field', 'initialized', jsonb_set(initialized, '{guardians,0,vote_key,more}', '1')::text FROM ref
    UNION ALL SELECT 'arrays in arrays', 'initialized', jsonb_set(initialized, '{guardians,0,vote_key,commitments,0}', '[[]]')::text FROM ref
    UNION ALL SELECT 'guardians as text', 'initialized', jsonb_set(initialized, '{guardians}', '"all"')::text FROM ref;
SELECT what, file, detail, failed, not_run
FROM ref, unreadable u,
     LATERAL (SELECT CASE file WHEN 'constants' THEN content ELSE constants::text END::json,
                     CASE file WHEN 'config' THEN content ELSE config::text END::json,
                     CASE file WHEN 'initialized' THEN content ELSE initialized::text END::json) j(a, b, c),
     LATERAL (SELECT string_agg(detail, '; ') AS detail
              FROM eg.check_election(a, b, manifest, c)
              WHERE step = 'record.readable' AND NOT ok) d,
     verdict(a, b, manifest, c)
ORDER BY file, what;

-- Manifests: what is wrong is said, and hashes take the bytes all the same.
CREATE FUNCTION changed(manifest bytea, path text[], value jsonb) RETURNS bytea
    LANGUAGE sql
    RETURN convert_to(jsonb_set(convert_from(manifest, 'UTF8')::jsonb, path, value)::text, 'UTF8');
SELECT what, c.detail, v.*
FROM ref,
     LATERAL (VALUES ('empty', ''::bytea), ('not UTF-8', '\x7bff7d'), ('zero', '\x7b007d'),
                     ('cut off', substr(manifest, 1, 100)), ('no object', '[]'),
                     ('96 a name twice', convert_to(replace(convert_from(manifest, 'UTF8'), '"label":"mayor"', '"label":"mayor","label":"other"'), 'UTF8')),
                     ('74 two options of one index', changed(manifest, '{contests,1,options,1,sequence_order}', '1')),
                     ('a label twice', changed(manifest, '{contests,1,options,1,label}', '"w1"')),
                     ('R above L', changed(manifest, '{contests,2,options,0,selection_limit}', '6')),
                     ('no limit', changed(manifest, '{contests,0,selection_limit}', 'null')),
                     ('no styles', changed(manifest, '{ballot_styles}', '[]')),
                     ('an unknown contest', changed(manifest, '{ballot_styles,1,contests,0}', '9'))) m(what, bytes),
     LATERAL (SELECT detail FROM eg.check_election(NULL, NULL, bytes, NULL)
              WHERE step = '1.manifest') c,
     verdict(constants, config, bytes, initialized) v;

--
-- Parameters
--
SELECT what, v.*
FROM ref,
     LATERAL (VALUES ('another version', jsonb_set(constants, '{protocolVersion}', '"v2.0.0"')),
                     ('no version', constants - 'protocolVersion'),
                     ('another p', jsonb_set(constants, '{constants,largePrime}', to_jsonb(left(constants #>> '{constants,largePrime}', -1) || '0'))),
                     ('no p', constants #- '{constants,largePrime}'),
                     ('q + 2^256', jsonb_set(constants, '{constants,smallPrime}', to_jsonb('1' || (constants #>> '{constants,smallPrime}')))),
                     ('another g', jsonb_set(constants, '{constants,generator}', '"2"')),
                     ('another r', jsonb_set(constants, '{constants,cofactor}', '"1"')),
                     ('no r', constants #- '{constants,cofactor}'),
                     ('padding and upper case', jsonb_set(jsonb_set(constants, '{constants,smallPrime}', to_jsonb('000' || upper(constants #>> '{constants,smallPrime}'))),
                                                          '{constants,cofactor}', to_jsonb('0' || (constants #>> '{constants,cofactor}')))),
                     ('no digits', jsonb_set(constants, '{constants,smallPrime}', '"0x"'))) c(what, changed),
     verdict(changed, config, manifest, initialized) v;
SELECT what, v.*
FROM ref,
     LATERAL (VALUES ('42 quorum above n', jsonb_set(config, '{quorum}', '4')),
                     ('another quorum', jsonb_set(config, '{quorum}', '3')),
                     ('76 another n', jsonb_set(config, '{number_of_guardians}', '2')),
                     ('another H_P', jsonb_set(config, '{parameter_base_hash}', config -> 'election_base_hash')),
                     ('another H_B', jsonb_set(config, '{election_base_hash}', config -> 'parameter_base_hash')),
                     ('no hashes', config - 'parameter_base_hash' - 'election_base_hash')) c(what, changed),
     verdict(constants, changed, manifest, initialized) v;

--
-- Values in place of others, under the old proofs
--
CREATE FUNCTION product(x bytea, y bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN eg.pad(eg.ciphertext(x, x) OPERATOR(eg.+) eg.ciphertext(y, y));
CREATE FUNCTION element(value text) RETURNS bytea	-- of few hexadecimal digits
    LANGUAGE sql IMMUTABLE
    RETURN decode(lpad(value, 1024, '0'), 'hex');
-- x^e: the exponent's digits of 32 bits from above
CREATE FUNCTION power(x bytea, e bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    base eg.ciphertext := eg.ciphertext(x, x);
    none eg.ciphertext := eg.ciphertext(element('1'), element('1'));
    result eg.ciphertext := none;
    digit bigint;
BEGIN
    FOR i IN 0 .. length(e) / 4 - 1 LOOP
        digit := ('x' || encode(substr(e, 4 * i + 1, 4), 'hex'))::bit(32)::bigint;
        IF result OPERATOR(eg.<>) none THEN
            result := result OPERATOR(eg.*) 4294967296;
        END IF;
        IF digit > 0 THEN
            result := result OPERATOR(eg.+) (base OPERATOR(eg.*) digit);
        END IF;
    END LOOP;
    RETURN eg.pad(result);
END
$$;
CREATE TABLE parameter AS
    SELECT decode(constants #>> '{constants,largePrime}', 'hex') AS p,
           decode(constants #>> '{constants,smallPrime}', 'hex') AS q,
           element(constants #>> '{constants,generator}') AS g
    FROM ref;
CREATE TABLE minus_one AS SELECT set_byte(p, 511, 254) AS value FROM parameter;

CREATE TABLE value (what text COLLATE "C", value bytea);
INSERT INTO value
    SELECT '1 zero', element('0')
    UNION ALL SELECT '2 identity', element('1')
    UNION ALL SELECT '3 p - 1', value FROM minus_one
    UNION ALL SELECT '5 4^q, of order (p - 1) / 2q', power(element('4'), q) FROM parameter
    UNION ALL SELECT '6 p', p FROM parameter
    -- p ends in 256 ones, which carry.
    UNION ALL SELECT '6 p + 1, a second encoding of 1',
        set_byte(substr(p, 1, 480), 479, get_byte(p, 479) + 1) || decode(repeat('00', 32), 'hex')
    FROM parameter
    UNION ALL SELECT '6 2^4096 - 1', decode(repeat('ff', 512), 'hex');
CREATE TABLE place (what text COLLATE "C", path text[]);
INSERT INTO place VALUES ('K_2,0', '{guardians,1,vote_key,commitments,0}'),
                         ('K^_2,1', '{guardians,1,data_key,commitments,1}'),
                         ('kappa_2', '{guardians,1,communication_key}'),
                         ('K', '{joint_public_key}');
CREATE FUNCTION put(target jsonb, path text[], value bytea) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_set(target, path, to_jsonb(encode(value, 'hex')), false);
SELECT place.what AS place, value.what, v.*
FROM ref, place, value, verdict(constants, config, manifest, put(initialized, path, value)) v
ORDER BY 1, 2;
SELECT place.what AS place, '4 -x' AS what, v.*
FROM ref, place, minus_one,
     verdict(constants, config, manifest,
             put(initialized, path, product(value, decode(initialized #>> path, 'base64')))) v
ORDER BY 1;

-- Challenges and responses
SELECT place.what AS place, value.what, v.*
FROM ref, parameter,
     (VALUES ('v_1,0', '{guardians,0,vote_key,proof,responses,0}'::text[]),
             ('v^_3,2', '{guardians,2,data_key,proof,responses,2}'),
             ('c_1', '{guardians,0,vote_key,proof,challenge}')) place(what, path),
     LATERAL (VALUES ('8 q', q), ('8 2^256 - 1', decode(repeat('ff', 32), 'hex')),
                     ('8 zero', decode(repeat('00', 32), 'hex')),
                     ('8 q - 1', set_byte(q, 31, get_byte(q, 31) - 1))) value(what, value),
     verdict(constants, config, manifest, put(initialized, path, value)) v
ORDER BY 1, 2;

-- A byte of any value of a guardian, or of all: what nothing binds is his name.
CREATE TABLE leaf AS
    WITH RECURSIVE leaf(path, value) AS (
        SELECT '{}'::text[], initialized FROM ref
        UNION ALL
        SELECT path || key, inner_value
        FROM leaf, LATERAL (
            SELECT key, value FROM jsonb_each(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END)
            UNION ALL
            SELECT (place - 1)::text, x
            FROM jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE '[]' END)
                WITH ORDINALITY y(x, place)) e(key, inner_value))
    SELECT path, value #>> '{}' AS value FROM leaf
    WHERE jsonb_typeof(value) IN ('string', 'number') AND (path[1] <> 'guardians' OR path[2] = '1');
SELECT path, value FROM leaf WHERE length(value) < 44 ORDER BY path::text COLLATE "C";
SELECT count(*) AS flips, count(*) FILTER (WHERE failed IS NOT NULL) AS detected
FROM ref, leaf, unnest('{0,0.5,1}'::numeric[]) part,
     LATERAL (SELECT decode(value, 'base64') WHERE length(value) >= 44) b(bytes),
     LATERAL (SELECT floor(part * (length(bytes) - 1))::integer) p(place),
     verdict(constants, config, manifest, put(initialized, path, set_byte(bytes, place, get_byte(bytes, place) # 1))) v;

-- Guardians and their proofs
CREATE FUNCTION swapped(target jsonb, a text[], b text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_set(jsonb_set(target, a, target #> b), b, target #> a);
SELECT what, v.*
FROM ref,
     LATERAL (VALUES ('23 two guardians change indices', swapped(initialized, '{guardians,0,x_coordinate}', '{guardians,1,x_coordinate}')),
                     ('23 two guardians change proofs', swapped(initialized, '{guardians,0,vote_key,proof}', '{guardians,1,vote_key,proof}')),
                     ('23 two guardians change keys', swapped(initialized, '{guardians,0,vote_key}', '{guardians,1,vote_key}')),
                     ('another order in the file', swapped(initialized, '{guardians,0}', '{guardians,2}')),
                     ('42 guardian n + 1', jsonb_set(initialized, '{guardians,2,x_coordinate}', '4')),
                     ('42 guardian 2^31 - 1', jsonb_set(initialized, '{guardians,2,x_coordinate}', '2147483647')),
                     ('42 one index twice', jsonb_set(initialized, '{guardians,1,x_coordinate}', '1')),
                     ('42 one guardian twice', jsonb_set(initialized, '{guardians,1}', initialized #> '{guardians,0}')),
                     ('42 a fourth guardian', jsonb_insert(initialized, '{guardians,0}', initialized #> '{guardians,0}')),
                     ('75 k + 1 commitments', jsonb_insert(initialized, '{guardians,1,vote_key,commitments,0}', initialized #> '{guardians,1,vote_key,commitments,1}', true)),
                     ('75 k - 1 commitments', initialized #- '{guardians,1,vote_key,commitments,1}'),
                     ('75 no commitments', jsonb_set(initialized, '{guardians,1,vote_key,commitments}', '[]')),
                     ('75 k + 2 responses', jsonb_insert(initialized, '{guardians,1,data_key,proof,responses,0}', initialized #> '{guardians,1,data_key,proof,responses,0}')),
                     ('75 k responses', initialized #- '{guardians,1,data_key,proof,responses,0}'),
                     ('76 a guardian left out', initialized #- '{guardians,2}'),
                     ('76 none', jsonb_set(initialized, '{guardians}', '[]')),
                     ('9 joint keys 1', put(put(initialized, '{joint_public_key}', element('1')), '{joint_data_public_key}', element('1'))),
                     ('another H_E', jsonb_set(initialized, '{extended_base_hash}', initialized -> 'guardian_record_hash')),
                     ('no H_E', initialized - 'extended_base_hash'),
                     ('another H_G', jsonb_set(initialized, '{guardian_record_hash}', initialized -> 'extended_base_hash')),
                     ('no H_G', initialized - 'guardian_record_hash')) c(what, changed),
     verdict(constants, config, manifest, changed) v;

--
-- Elections made here, by guardians who prove whatever they publish: hashes
-- and proofs are sound, and only the step that is meant stands in the way
--
CREATE FUNCTION number(bytes bytea) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    result numeric := 0;
BEGIN
    FOR i IN 0 .. length(bytes) - 1 LOOP
        result := result * 256 + get_byte(bytes, i);
    END LOOP;
    RETURN result;
END
$$;
CREATE FUNCTION bytes(number numeric) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    result bytea := decode(repeat('00', 32), 'hex');
BEGIN
    FOR i IN REVERSE 31 .. 0 LOOP
        result := set_byte(result, i, mod(number, 256)::integer);
        number := div(number, 256);
    END LOOP;
    RETURN result;
END
$$;
CREATE FUNCTION residue(number numeric) RETURNS numeric	-- mod q
    LANGUAGE sql STABLE
    RETURN (SELECT mod(mod(number, n) + n, n) FROM (SELECT number(q) AS n FROM parameter) x);
-- H of spec 5.4: HMAC-SHA-256
CREATE FUNCTION h(key bytea, message bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    inner_key bytea := decode(repeat('36', 64), 'hex');
    outer_key bytea := decode(repeat('5c', 64), 'hex');
BEGIN
    FOR i IN 0 .. 31 LOOP
        inner_key := set_byte(inner_key, i, get_byte(key, i) # 54);
        outer_key := set_byte(outer_key, i, get_byte(key, i) # 92);
    END LOOP;
    RETURN sha256(outer_key || sha256(inner_key || message));
END
$$;
CREATE FUNCTION config(n integer, k integer) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN (SELECT jsonb_build_object('number_of_guardians', n, 'quorum', k,
                       'parameter_base_hash', encode(h_p, 'hex'), 'election_base_hash',
                       encode(h(h_p, '\x01' || int4send(length(manifest)) || manifest), 'hex'))
            FROM ref, (SELECT h(convert_to('v2.1.0', 'UTF8') || decode(repeat('00', 26), 'hex'),
                                '\x00' || p || q || g || int4send(n) || int4send(k)) AS h_p
                       FROM parameter) x);

-- Proves knowledge of the secrets of these keys (11, 13).  The challenge is
-- even, so that the proof holds for keys -x as well.
CREATE FUNCTION key(h_p bytea, label text, i integer, secrets numeric[], keys bytea[]) RETURNS jsonb
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    u numeric;
    commitment bytea;
    c numeric;
    message bytea := '\x10' || convert_to(label, 'UTF8') || int4send(i)
        || (SELECT string_agg(x, '' ORDER BY j) FROM unnest(keys) WITH ORDINALITY y(x, j));
BEGIN
    FOR try IN 1 .. 100 LOOP
        u := number(substr(sha256(convert_to(label || i || ' ' || try, 'UTF8')), 1, 8));
        commitment := power((SELECT g FROM parameter), bytes(u));
        c := residue(number(h(h_p, message || (SELECT string_agg(commitment, '') FROM unnest(keys)))));
        EXIT WHEN mod(c, 2) = 0;
    END LOOP;
    RETURN jsonb_build_object(
        'commitments', (SELECT coalesce(jsonb_agg(encode(x, 'hex') ORDER BY j), '[]')
                        FROM unnest(trim_array(keys, 1)) WITH ORDINALITY y(x, j)),
        'proof', jsonb_build_object('challenge', encode(bytes(c), 'hex'), 'responses',
            (SELECT jsonb_agg(encode(bytes(residue(u - c * a)), 'hex') ORDER BY j)
             FROM unnest(secrets) WITH ORDINALITY y(a, j))));
END
$$;
-- Secrets of the vote key, of the data key and of communication; the last
-- commitment of the vote key is multiplied by the factor.
CREATE FUNCTION guardian(config jsonb, i integer, vote numeric[], data numeric[], zeta numeric,
                         factor bytea DEFAULT element('1')) RETURNS jsonb
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    h_p bytea := decode(config ->> 'parameter_base_hash', 'hex');
    base bytea := (SELECT g FROM parameter);
    kappa bytea := power(base, bytes(zeta));
    votes bytea[] := ARRAY(SELECT power(base, bytes(a)) FROM unnest(vote) WITH ORDINALITY y(a, j) ORDER BY j);
    datas bytea[] := ARRAY(SELECT power(base, bytes(a)) FROM unnest(data) WITH ORDINALITY y(a, j) ORDER BY j);
BEGIN
    votes[cardinality(votes)] := product(votes[cardinality(votes)], factor);
    RETURN jsonb_build_object('x_coordinate', i, 'communication_key', encode(kappa, 'hex'),
        'vote_key', key(h_p, 'pk_vote', i, vote || zeta, votes || kappa),
        'data_key', key(h_p, 'pk_data', i, data || zeta, datas || kappa));
END
$$;
-- Joint keys are the products of the keys that are there, H_E follows.
CREATE FUNCTION initialized(config jsonb, VARIADIC guardians jsonb[]) RETURNS jsonb
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    joint bytea := element('1');
    joint_data bytea := element('1');
    guardian jsonb;
BEGIN
    FOREACH guardian IN ARRAY guardians LOOP
        joint := product(joint, decode(guardian #>> '{vote_key,commitments,0}', 'hex'));
        joint_data := product(joint_data, decode(guardian #>> '{data_key,commitments,0}', 'hex'));
    END LOOP;
    RETURN jsonb_build_object('guardians', to_jsonb(guardians),
        'joint_public_key', encode(joint, 'hex'), 'joint_data_public_key', encode(joint_data, 'hex'),
        'extended_base_hash', encode(h(decode(config ->> 'election_base_hash', 'hex'),
                                       '\x14' || joint || joint_data), 'hex'));
END
$$;

CREATE TABLE made (what text COLLATE "C", config jsonb, initialized jsonb);
INSERT INTO made
    SELECT 'two of three, sound', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15),
                       guardian(c, 2, '{21,22}', '{23,24}', 25), guardian(c, 3, '{31,32}', '{33,34}', 35))
    FROM config(3, 2) c
    UNION ALL
    SELECT '81 one of one, sound', c, initialized(c, guardian(c, 1, '{11}', '{13}', 15))
    FROM config(1, 1) c
    UNION ALL
    SELECT '2 K_2,0 = 1', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15), guardian(c, 2, '{0,22}', '{23,24}', 25))
    FROM config(2, 2) c
    UNION ALL
    SELECT '2 K^_2,0 = 1', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15), guardian(c, 2, '{21,22}', '{0,24}', 25))
    FROM config(2, 2) c
    UNION ALL
    SELECT '2 kappa_1 = 1', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 0), guardian(c, 2, '{21,22}', '{23,24}', 25))
    FROM config(2, 2) c
    UNION ALL
    SELECT '2 K_2,1 = 1 is a coefficient of 0', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15), guardian(c, 2, '{21,0}', '{23,24}', 25))
    FROM config(2, 2) c
    UNION ALL
    SELECT '9 keys that cancel out', c,
           initialized(c, guardian(c, 1, '{11}', '{13}', 15),
                       guardian(c, 2, ARRAY[residue(-11)], ARRAY[residue(-13)], 25))
    FROM config(2, 1) c
    UNION ALL
    SELECT '3 -1 proved with an even challenge', c,
           initialized(c, guardian(c, 1, '{11,0}', '{13,14}', 15, value), guardian(c, 2, '{21,22}', '{23,24}', 25))
    FROM config(2, 2) c, minus_one
    UNION ALL
    SELECT '4 -x proved with an even challenge', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15, value), guardian(c, 2, '{21,22}', '{23,24}', 25))
    FROM config(2, 2) c, minus_one
    UNION ALL
    SELECT '4 and as public keys, which cancel the sign', c,
           initialized(c, guardian(c, 1, '{11}', '{13}', 15, value), guardian(c, 2, '{21}', '{23}', 25, value))
    FROM config(2, 1) c, minus_one
    UNION ALL
    SELECT '23 proved as guardian 3', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15),
                       jsonb_set(guardian(c, 3, '{21,22}', '{23,24}', 25), '{x_coordinate}', '2'))
    FROM config(2, 2) c
    UNION ALL
    SELECT '23 proved for another quorum', c,
           initialized(c, guardian(config(2, 1), 1, '{11,12}', '{13,14}', 15), guardian(c, 2, '{21,22}', '{23,24}', 25))
    FROM config(2, 2) c
    UNION ALL
    SELECT '42 guardian n + 1', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15), guardian(c, 3, '{21,22}', '{23,24}', 25))
    FROM config(2, 2) c
    UNION ALL
    SELECT '42 two with one index', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15), guardian(c, 1, '{21,22}', '{23,24}', 25))
    FROM config(2, 2) c
    UNION ALL
    SELECT '42 quorum above n', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15))
    FROM config(1, 2) c
    UNION ALL
    SELECT '75 k + 1 commitments', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15), guardian(c, 2, '{21,22,29}', '{23,24}', 25))
    FROM config(2, 2) c
    UNION ALL
    SELECT '75 k - 1 commitments', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15), guardian(c, 2, '{21,22}', '{23}', 25))
    FROM config(2, 2) c
    UNION ALL
    SELECT '76 a guardian less, all else sound', c,
           initialized(c, guardian(c, 1, '{11,12}', '{13,14}', 15), guardian(c, 2, '{21,22}', '{23,24}', 25))
    FROM config(3, 2) c
    UNION ALL
    SELECT '76 a guardian more, all else sound', c,
           initialized(c, guardian(c, 1, '{11}', '{13}', 15), guardian(c, 2, '{21}', '{23}', 25))
    FROM config(1, 1) c;
SELECT what, v.* FROM ref, made m, verdict(constants, m.config, manifest, m.initialized) v
ORDER BY what;

-- The largest ones: 255 guardians, and a quorum of 255
INSERT INTO made
    SELECT 'n = 255', c, initialized(c, VARIADIC ARRAY(SELECT guardian(c, i, '{11}', '{13}', 15)
                                                       FROM generate_series(1, 255) i))
    FROM config(255, 1) c
    UNION ALL
    SELECT 'k = 255', c, initialized(c, guardian(c, 255, array_fill(11, '{255}')::numeric[], array_fill(13, '{255}')::numeric[], 15))
    FROM config(255, 255) c;
SELECT what, count(*) AS rows, count(*) FILTER (WHERE ok) AS passed,
       string_agg(step, ' ') FILTER (WHERE NOT ok) AS failed,
       string_agg(step, ' ') FILTER (WHERE ok IS NULL) AS not_run
FROM ref, made m, eg.check_election(constants::text::json, m.config::text::json, manifest, m.initialized::text::json)
WHERE what IN ('n = 255', 'k = 255') GROUP BY what ORDER BY what;

-- A check can be stopped.
SET statement_timeout = '100ms';
SELECT count(*) FROM ref, made m, eg.check_election(constants::text::json, m.config::text::json, manifest, m.initialized::text::json)
WHERE what IN ('n = 255', 'k = 255');
RESET statement_timeout;

DROP SCHEMA check_election CASCADE;
