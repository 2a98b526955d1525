-- Team chat: rooms, who is in them, what was said, and the index by which it is searched.

CREATE TABLE chat_rooms (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    type text NOT NULL CHECK (type IN ('direct', 'group', 'general')),
    -- A direct room is called by whoever one talks to.
    name text CHECK ((name IS NULL) = (type = 'direct')),
    -- The two people of a direct room, in order: a pair has one room, however many make it at once.
    direct_key text CHECK ((direct_key IS NOT NULL) = (type = 'direct')),
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT chat_rooms_direct_key UNIQUE (tenant_id, direct_key)
);
CREATE UNIQUE INDEX chat_rooms_general ON chat_rooms (tenant_id) WHERE type = 'general';
SELECT balcao_protect('chat_rooms');

CREATE TABLE chat_room_participants (
    tenant_id uuid NOT NULL,
    room_id uuid NOT NULL,
    user_id uuid NOT NULL,
    joined_at timestamptz NOT NULL,
    -- How far they have read: the number of a message, and how many that count as unread there are up to it.
    read_number bigint NOT NULL DEFAULT 0,
    read_tally bigint NOT NULL DEFAULT 0,
    last_read_message_id uuid,
    last_read_at timestamptz,
    PRIMARY KEY (tenant_id, room_id, user_id),
    FOREIGN KEY (tenant_id, room_id) REFERENCES chat_rooms ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX chat_room_participants_user ON chat_room_participants (tenant_id, user_id);
SELECT balcao_protect('chat_room_participants');

-- Hot: no foreign keys, because the topic's row is locked by the transaction that writes, and facts have checked the rest.
CREATE TABLE chat_messages (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    room_id uuid NOT NULL,
    -- Its place in the room, from 1, without gaps; and how many messages that count as unread there are up to it.
    number bigint NOT NULL,
    tally bigint NOT NULL,
    sender_id uuid NOT NULL,
    -- As of then.
    sender_name text NOT NULL,
    message_type text NOT NULL CHECK (message_type IN ('text', 'file', 'image', 'system')),
    -- Null once deleted, or where there is only an attachment.
    content text,
    attachment_id uuid,
    reply_to uuid,
    mentions uuid[] NOT NULL DEFAULT '{}',
    -- What a system message tells, for clients of another language.
    notice jsonb,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT chat_messages_number UNIQUE (tenant_id, room_id, number)
);
CREATE INDEX chat_messages_attachment ON chat_messages (tenant_id, attachment_id) WHERE attachment_id IS NOT NULL;
SELECT balcao_protect('chat_messages');

CREATE TABLE chat_reactions (
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    emoji text COLLATE "C" NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, message_id, emoji, user_id)
);
SELECT balcao_protect('chat_reactions');

-- Letters without their marks, so that "reuniao" finds "reunião", and signs that join words without them, so that "planta" finds
-- "planta_baixa.pdf" and nothing hides between angle brackets, which the search takes for mark-up.
CREATE FUNCTION balcao_plain(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT translate(lower(words), 'áàâãäåéèêëíìîïóòôõöúùûüçñ<>_./@', 'aaaaaaeeeeiiiiooooouuuucn      ') $$;

-- Text that is searched. Under row security the operator of text search cannot use an index, so the words are asked for through
-- balcao_search, a function that sees this table and no other, and looks at one tenant only.
CREATE TABLE search_index (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    -- What kind of record: 'message', …
    kind text NOT NULL,
    record_id uuid NOT NULL,
    -- What the record belongs to and may be asked within: a room, …
    scope_id uuid NOT NULL,
    text text NOT NULL,
    tsv tsvector NOT NULL GENERATED ALWAYS AS
        (to_tsvector('portuguese', translate(text, '<>', '  ')) || to_tsvector('portuguese', balcao_plain(text))) STORED,
    PRIMARY KEY (tenant_id, kind, record_id)
);
CREATE INDEX search_index_words ON search_index USING gin (tsv);
CREATE INDEX search_index_scope ON search_index (tenant_id, kind, scope_id);
SELECT balcao_protect('search_index');

DO $$
BEGIN
    BEGIN
        CREATE ROLE balcao_search NOLOGIN NOSUPERUSER NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END;
    -- Serialises the grants of parallel migrations: they update shared catalog rows.
    PERFORM pg_advisory_xact_lock(7309453);
    EXECUTE format('GRANT balcao_search TO %I', current_user);
    GRANT USAGE ON SCHEMA public TO balcao_search;
END
$$;
CREATE POLICY search ON search_index FOR SELECT TO balcao_search USING (true);
GRANT SELECT ON search_index TO balcao_search;

-- The records of the named tenant that hold these words, the newest first, and how many there are in all. What it answers is joined
-- to the records under the caller's own rights.
CREATE FUNCTION balcao_search(wanted_kind text, scopes uuid[], words text, page_size bigint, skipped bigint)
RETURNS TABLE (record_id uuid, total bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH asked AS (
        SELECT websearch_to_tsquery('portuguese', words) || websearch_to_tsquery('portuguese', balcao_plain(words)) AS query
    )
    SELECT found.record_id, count(*) OVER () AS total
    FROM asked, search_index AS found
    WHERE found.tsv @@ asked.query
        AND found.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
        AND found.kind = wanted_kind
        AND found.scope_id = ANY (scopes)
    ORDER BY found.record_id DESC
    LIMIT page_size OFFSET skipped
$$;
REVOKE EXECUTE ON FUNCTION balcao_search FROM PUBLIC;
GRANT EXECUTE ON FUNCTION balcao_search TO balcao_app;
-- Only whoever may create in a schema can be given a function there.
GRANT CREATE ON SCHEMA public TO balcao_search;
ALTER FUNCTION balcao_search OWNER TO balcao_search;
REVOKE CREATE ON SCHEMA public FROM balcao_search;

-- Companies that are there already get their common room.
ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY;
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE chat_rooms NO FORCE ROW LEVEL SECURITY;
ALTER TABLE chat_room_participants NO FORCE ROW LEVEL SECURITY;
ALTER TABLE topics NO FORCE ROW LEVEL SECURITY;
INSERT INTO chat_rooms (tenant_id, id, type, name, created_at, updated_at)
    SELECT id, gen_random_uuid(), 'general', 'Geral', now(), now() FROM tenants;
INSERT INTO topics (tenant_id, id, kind) SELECT tenant_id, id, 'room' FROM chat_rooms;
INSERT INTO chat_room_participants (tenant_id, room_id, user_id, joined_at)
    SELECT tenant_id, room.id, users.id, now() FROM users JOIN chat_rooms AS room USING (tenant_id)
    WHERE users.is_active AND users.role <> 'super_admin';
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE chat_rooms FORCE ROW LEVEL SECURITY;
ALTER TABLE chat_room_participants FORCE ROW LEVEL SECURITY;
ALTER TABLE topics FORCE ROW LEVEL SECURITY;
