-- A tenant's floor: how it deals, and the lock under which it does.
CREATE TABLE floors (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    -- The tenant's, once more: a tenant has one.
    id uuid NOT NULL CHECK (id = tenant_id),
    settings jsonb NOT NULL,
    -- Contacts of earlier cycles no longer count.
    cycle bigint NOT NULL DEFAULT 1,
    cycle_began_at timestamptz NOT NULL DEFAULT now(),
    -- The number of the last run.
    runs bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
SELECT balcao_protect('floors');

-- A seller is a user of that role, and a topic of the same id.
CREATE TABLE sellers (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    weight integer NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 100),
    capacity integer CHECK (capacity > 0),
    regions text[] NOT NULL DEFAULT '{}',
    tags text[] NOT NULL DEFAULT '{}',
    is_paused boolean NOT NULL DEFAULT false,
    -- As the floor last took it down.
    is_online boolean NOT NULL DEFAULT false,
    online_since timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, id) REFERENCES users ON DELETE CASCADE
);
SELECT balcao_protect('sellers');

-- How a client stands on the floor. No foreign keys: a full deal writes a hundred thousand of these, under the floor's lock, which
-- whoever deletes a contact takes as well.
CREATE TABLE assignments (
    tenant_id uuid NOT NULL,
    client_id uuid NOT NULL,
    -- Null while nobody has the client.
    seller_id uuid,
    placed_by_hand boolean NOT NULL,
    reason text NOT NULL,
    choice text,
    run_id uuid NOT NULL,
    assigned_at timestamptz NOT NULL,
    last_seller_id uuid,
    -- When the seller contacted the client, in which cycle, after which purchase: a later one of either begins anew.
    contacted_at timestamptz,
    cycle bigint,
    purchase_at timestamptz,
    -- The row of client_contacts, and what it says.
    contact_record_id uuid,
    outcome text,
    notes text,
    PRIMARY KEY (tenant_id, client_id)
);
CREATE INDEX assignments_seller ON assignments (tenant_id, seller_id) WHERE seller_id IS NOT NULL;
SELECT balcao_protect('assignments');

-- Each time that a seller contacted a client, and what came of it.
CREATE TABLE client_contacts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    outcome text,
    notes text,
    contacted_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX client_contacts_client ON client_contacts (tenant_id, client_id, contacted_at);
CREATE INDEX client_contacts_time ON client_contacts (tenant_id, contacted_at);
SELECT balcao_protect('client_contacts');

-- The ledger: every run that moved somebody, and who went from whom to whom why. Replayed in order it tells who has whom.
CREATE TABLE distribution_runs (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    number bigint NOT NULL,
    occasion text NOT NULL,
    settings jsonb NOT NULL,
    online uuid[] NOT NULL,
    moved integer NOT NULL,
    actor jsonb NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT distribution_runs_number_key UNIQUE (tenant_id, number)
);
SELECT balcao_protect('distribution_runs');
CREATE TABLE allocations (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    -- Its place in the run.
    place integer NOT NULL,
    from_seller_id uuid,
    to_seller_id uuid,
    reason text NOT NULL,
    choice text,
    client_ids uuid[] NOT NULL,
    PRIMARY KEY (tenant_id, run_id, place)
);
SELECT balcao_protect('allocations');

-- However somebody becomes a seller, there is a place on the floor for them.
CREATE FUNCTION balcao_make_seller() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sellers (tenant_id, id) VALUES (NEW.tenant_id, NEW.id) ON CONFLICT DO NOTHING;
    INSERT INTO topics (tenant_id, id, kind) VALUES (NEW.tenant_id, NEW.id, 'seller') ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_sellers AFTER INSERT OR UPDATE OF role ON users FOR EACH ROW WHEN (NEW.role = 'seller')
    EXECUTE FUNCTION balcao_make_seller();

ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE sellers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE topics NO FORCE ROW LEVEL SECURITY;
INSERT INTO sellers (tenant_id, id) SELECT tenant_id, id FROM users WHERE role = 'seller';
INSERT INTO topics (tenant_id, id, kind) SELECT tenant_id, id, 'seller' FROM users WHERE role = 'seller' ON CONFLICT DO NOTHING;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE sellers FORCE ROW LEVEL SECURITY;
ALTER TABLE topics FORCE ROW LEVEL SECURITY;
