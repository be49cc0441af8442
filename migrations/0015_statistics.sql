-- The planner knows a table that just grew only when somebody counted it. Autovacuum comes by once a minute; until then a
-- first load reads whole tables again and again, because it still takes them for empty.

-- Counts the tables that have doubled since they were last counted. Only the owner of a table may do that, so it runs as
-- the owner; it takes nothing from whoever calls it.
CREATE FUNCTION qlrf_count_grown() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    grown regclass;
BEGIN
    -- One at a time; whoever comes second has nothing to wait for.
    IF NOT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtext('qlrf_count_grown')) THEN
        RETURN;
    END IF;
    FOR grown IN
        SELECT c.oid FROM pg_catalog.pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = pg_catalog.current_schema()::regnamespace
          AND pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint
              > 2 * greatest(c.relpages, 8)
    LOOP
        EXECUTE pg_catalog.format('ANALYZE (SKIP_LOCKED) %s', grown);
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION qlrf_count_grown() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION qlrf_count_grown() TO qlrf_system;
