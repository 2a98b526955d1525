-- What is known of a contact. Nothing made contacts before this, so the table is empty and rewriting it short.
ALTER TABLE contacts
    ADD CONSTRAINT contacts_phone_check CHECK (phone ~ '^\+[1-9][0-9]{7,14}$'),
    ADD CONSTRAINT contacts_email_check CHECK (email = lower(email)),
    ADD COLUMN region text,
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
    ADD COLUMN company_id uuid,
    ADD COLUMN owner_id uuid,
    ADD COLUMN notes text,
    ADD COLUMN custom jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN created_by uuid,
    -- What the orders amount to: kept by their triggers, written by nobody else.
    ADD COLUMN last_purchase_at timestamptz,
    ADD COLUMN total_spent numeric(17, 2) NOT NULL DEFAULT 0,
    ADD COLUMN order_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (balcao_fold(name)) STORED,
    ADD COLUMN search_text text COLLATE "C" NOT NULL GENERATED ALWAYS AS (balcao_fold(
        name || ' ' || coalesce(phone, '') || ' ' || coalesce(email, '') || ' ' || coalesce(region, ''))) STORED,
    ADD FOREIGN KEY (tenant_id, company_id) REFERENCES companies ON DELETE SET NULL (company_id),
    ADD FOREIGN KEY (tenant_id, owner_id) REFERENCES users ON DELETE SET NULL (owner_id);

CREATE INDEX contacts_name ON contacts (tenant_id, name_key, id);
CREATE INDEX contacts_created ON contacts (tenant_id, created_at, id);
CREATE INDEX contacts_last_purchase ON contacts (tenant_id, last_purchase_at, id);
CREATE INDEX contacts_email ON contacts (tenant_id, email) WHERE email IS NOT NULL;
CREATE INDEX contacts_company ON contacts (tenant_id, company_id) WHERE company_id IS NOT NULL;
CREATE INDEX contacts_owner ON contacts (tenant_id, owner_id) WHERE owner_id IS NOT NULL;
