DROP FUNCTION balcao_search;
DROP TABLE search_index, chat_reactions, chat_messages, chat_room_participants, chat_rooms;
DROP FUNCTION balcao_plain;
ALTER TABLE topics NO FORCE ROW LEVEL SECURITY;
ALTER TABLE events NO FORCE ROW LEVEL SECURITY;
ALTER TABLE checkpoints NO FORCE ROW LEVEL SECURITY;
DELETE FROM events USING topics WHERE topics.tenant_id = events.tenant_id AND topics.id = events.topic_id AND topics.kind = 'room';
DELETE FROM checkpoints USING topics
    WHERE topics.tenant_id = checkpoints.tenant_id AND topics.id = checkpoints.topic_id AND topics.kind = 'room';
DELETE FROM topics WHERE kind = 'room';
ALTER TABLE topics FORCE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
ALTER TABLE checkpoints FORCE ROW LEVEL SECURITY;

-- The role is the cluster's: it goes with the last database that uses it.
DO $$
BEGIN
    PERFORM pg_advisory_xact_lock(7309453);
    REVOKE USAGE ON SCHEMA public FROM balcao_search;
    BEGIN
        DROP ROLE balcao_search;
    EXCEPTION WHEN dependent_objects_still_exist THEN
        NULL;
    END;
END
$$;
