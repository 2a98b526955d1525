ALTER TABLE tenants DROP COLUMN default_board_id;
DROP TABLE jobs, commands, events, topics, leads, stages, boards, contacts, companies, sessions, users, tenants;
DROP FUNCTION balcao_protect;

-- The roles are the cluster's: they go with the last database that uses them.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['balcao_app', 'balcao_journal', 'balcao_system'] LOOP
        EXECUTE format('REVOKE USAGE ON SCHEMA public FROM %I', role_name);
        BEGIN
            EXECUTE format('DROP ROLE %I', role_name);
        EXCEPTION WHEN dependent_objects_still_exist THEN
            NULL;
        END;
    END LOOP;
END
$$;
