--
-- What the extension brings, and what it does not
--

-- Every object has a comment (casts and opclass members depend on others).
SELECT pg_describe_object(classid, objid, objsubid) AS without_comment
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'egtally')
    AND obj_description(objid, classid::regclass::name) IS NULL
    AND NOT (classid = 'pg_type'::regclass AND
             (SELECT typelem <> 0 FROM pg_type WHERE oid = objid))
ORDER BY 1;

-- All is in the schema eg.
SELECT pg_describe_object(classid, objid, objsubid) AS elsewhere
FROM pg_depend d, LATERAL pg_identify_object(classid, objid, objsubid) o
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'egtally')
    AND o.schema <> 'eg';

-- Nothing runs with the rights of its owner; what reads and writes the tables of
-- a record is volatile or runs in one process, what draws randomness is volatile,
-- what tells a setting is stable, all else is deterministic.
SELECT prosecdef, provolatile, proparallel, count(*) > 0 AS some
FROM pg_proc WHERE pronamespace = 'eg'::regnamespace
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT oid::regprocedure AS stable FROM pg_proc
WHERE pronamespace = 'eg'::regnamespace AND provolatile = 's'
ORDER BY oid::regprocedure::text COLLATE "C";

-- What PUBLIC may not call
SELECT oid::regprocedure FROM pg_proc
WHERE pronamespace = 'eg'::regnamespace
    AND NOT has_function_privilege('pg_monitor', oid, 'EXECUTE')
ORDER BY oid::regprocedure::text COLLATE "C";

-- Aggregates and operators
SELECT oid::regprocedure AS aggregate, aggtranstype::regtype AS state
FROM pg_aggregate JOIN pg_proc ON aggfnoid = oid
WHERE pronamespace = 'eg'::regnamespace
ORDER BY oid::regprocedure::text COLLATE "C";
SELECT oprname, count(*) FROM pg_operator
WHERE oprnamespace = 'eg'::regnamespace GROUP BY oprname ORDER BY oprname::text COLLATE "C";
SELECT count(*) AS shells FROM pg_operator WHERE oprcode = 0;

-- Consistency of operator classes
SELECT opcname, amvalidate(oid) FROM pg_opclass
WHERE opcnamespace = 'eg'::regnamespace ORDER BY 1;

-- Everything goes with the extension.
BEGIN;
DROP EXTENSION egtally;
SELECT to_regnamespace('eg') IS NULL AS gone;
ROLLBACK;
