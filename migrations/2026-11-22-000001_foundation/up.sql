-- What cannot be changed cheaply later: roles, the tenant wall, composite keys, and the journal's tables.

-- Roles belong to the cluster, not to the database, and several databases of one cluster may be migrated at the same time.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['balcao_app', 'balcao_journal', 'balcao_system'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
    -- Serialises the grants of parallel migrations: they update shared catalog rows.
    PERFORM pg_advisory_xact_lock(7309453);
    EXECUTE format('GRANT balcao_app, balcao_journal, balcao_system TO %I', current_user);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO balcao_app, balcao_journal, balcao_system');
END
$$;

-- Puts a table behind the tenant wall. Every table with a tenant_id goes through here, in every migration.
CREATE FUNCTION balcao_protect(protected regclass, tenant_column name DEFAULT 'tenant_id') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', protected);
    -- nullif: once set in a connection the setting reads as '' afterwards, not as NULL.
    EXECUTE format(
        'CREATE POLICY tenant ON %s TO balcao_app, balcao_journal
            USING (%I = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', protected, tenant_column);
    -- A commit shared by several tenants names them all, for one transaction.
    EXECUTE format(
        'CREATE POLICY shared_commit ON %s TO balcao_journal
            USING (%I = ANY (string_to_array(nullif(current_setting(''app.tenant_ids'', true), ''''), '','')::uuid[]))',
        protected, tenant_column);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO balcao_app, balcao_journal', protected);
END
$$;
REVOKE EXECUTE ON FUNCTION balcao_protect FROM PUBLIC;

CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    slug text NOT NULL CONSTRAINT tenants_slug_key UNIQUE,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    time_zone text NOT NULL DEFAULT 'America/Sao_Paulo',
    -- Changes when the numbering of events may have gone back: after a restored backup.
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    -- Where a lead goes that names no board. One column of one row: two boards cannot both be the default.
    default_board_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT balcao_protect('tenants', 'id');

CREATE TABLE users (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    email text NOT NULL CONSTRAINT users_email_key UNIQUE CHECK (email = lower(email)),
    full_name text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'supervisor', 'attendant', 'seller', 'super_admin')),
    phone text,
    language text CHECK (language IN ('pt-BR', 'en')),
    theme text CHECK (theme IN ('light', 'dark', 'system')),
    is_active boolean NOT NULL DEFAULT true,
    last_seen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
SELECT balcao_protect('users');

-- One row a login. The current refresh token is the only one whose hash is here: any other that bears our signature was used before.
CREATE TABLE sessions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    refresh_hash bytea NOT NULL,
    user_agent text,
    address text,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users ON DELETE CASCADE
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id) WHERE ended_at IS NULL;
SELECT balcao_protect('sessions');

CREATE TABLE companies (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
SELECT balcao_protect('companies');

CREATE TABLE contacts (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    phone text,
    email text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT contacts_phone_key UNIQUE (tenant_id, phone)
);
SELECT balcao_protect('contacts');

CREATE TABLE boards (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    description text,
    -- What the board has been told; tenants.default_board_id decides.
    is_default boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false,
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
SELECT balcao_protect('boards');
ALTER TABLE tenants ADD CONSTRAINT tenants_default_board_id_fkey FOREIGN KEY (id, default_board_id)
    REFERENCES boards (tenant_id, id) ON DELETE SET NULL (default_board_id);

CREATE TABLE stages (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    board_id uuid NOT NULL,
    name text NOT NULL,
    color text NOT NULL CHECK (color ~ '^#[0-9A-Fa-f]{6}$'),
    kind text NOT NULL CHECK (kind IN ('open', 'won', 'lost')),
    rank text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, board_id) REFERENCES boards ON DELETE CASCADE
);
CREATE INDEX stages_board ON stages (tenant_id, board_id);
SELECT balcao_protect('stages');

CREATE TABLE leads (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    board_id uuid NOT NULL,
    stage_id uuid NOT NULL,
    rank text COLLATE "C" NOT NULL,
    title text NOT NULL,
    description text,
    value numeric(15, 2),
    priority text NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    probability integer CHECK (probability BETWEEN 0 AND 100),
    expected_close_date date,
    assigned_to uuid,
    company_id uuid,
    contact_id uuid,
    name text,
    email text,
    phone text,
    company text,
    cnpj text,
    score integer,
    tags text[] NOT NULL DEFAULT '{}',
    custom jsonb NOT NULL DEFAULT '{}',
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, board_id) REFERENCES boards ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, stage_id) REFERENCES stages ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, assigned_to) REFERENCES users ON DELETE SET NULL (assigned_to),
    FOREIGN KEY (tenant_id, company_id) REFERENCES companies ON DELETE SET NULL (company_id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts ON DELETE SET NULL (contact_id)
);
CREATE INDEX leads_board ON leads (tenant_id, board_id);
CREATE INDEX leads_stage ON leads (tenant_id, stage_id);
CREATE INDEX leads_assigned ON leads (tenant_id, assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX leads_company ON leads (tenant_id, company_id) WHERE company_id IS NOT NULL;
CREATE INDEX leads_contact ON leads (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
SELECT balcao_protect('leads');

-- The journal. Hot tables have no foreign keys: the topic's row is locked by the transaction that writes them.
CREATE TABLE topics (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    seq bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 50);
SELECT balcao_protect('topics');

CREATE TABLE events (
    tenant_id uuid NOT NULL,
    topic_id uuid NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    -- Exactly what the frame shows.
    data jsonb NOT NULL,
    -- What only the server needs to replay the event.
    "inner" jsonb,
    -- Who may see it: null is everyone who may see the topic.
    audience jsonb,
    -- {id, name, kind} as of then.
    actor jsonb NOT NULL,
    -- The event or job that led here.
    cause jsonb,
    tx bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    at timestamptz NOT NULL,
    PRIMARY KEY (topic_id, seq)
);
CREATE INDEX events_order ON events (tenant_id, tx, topic_id, seq);
SELECT balcao_protect('events');

CREATE TABLE commands (
    tenant_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    command_id uuid NOT NULL,
    -- Null for a write that belongs to no topic.
    topic_id uuid,
    digest bytea NOT NULL,
    seq bigint,
    answer jsonb,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, actor_id, command_id)
);
CREATE INDEX commands_age ON commands (tenant_id, at);
SELECT balcao_protect('commands');

CREATE TABLE jobs (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'dead')),
    -- A timer is a job that is due later.
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    locked_until timestamptz,
    topic_id uuid,
    cause jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('waiting', 'running');
SELECT balcao_protect('jobs');

-- What is done before a tenant is known, or for all of them at once: column by column.
CREATE POLICY system ON tenants FOR SELECT TO balcao_system USING (true);
GRANT SELECT (id, slug, status, epoch) ON tenants TO balcao_system;
CREATE POLICY system ON users FOR SELECT TO balcao_system USING (true);
GRANT SELECT (tenant_id, id, email, password_hash, is_active) ON users TO balcao_system;
CREATE POLICY system ON sessions FOR SELECT TO balcao_system USING (true);
GRANT SELECT (tenant_id, id, user_id, expires_at, ended_at) ON sessions TO balcao_system;
CREATE POLICY system ON topics FOR SELECT TO balcao_system USING (true);
GRANT SELECT (tenant_id, id, kind, seq) ON topics TO balcao_system;
CREATE POLICY system ON jobs TO balcao_system USING (true);
GRANT SELECT, UPDATE ON jobs TO balcao_system;
