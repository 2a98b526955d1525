-- Who has been invited has no password yet.
ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL;

-- Links that are sent by mail: whoever holds one may choose a password, once. Only a hash of what the link holds is kept, and that
-- only from the sending on: the secret is made then, and stands nowhere but in the mail.
CREATE TABLE account_links (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('reset', 'invitation')),
    hash bytea,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users ON DELETE CASCADE
);
CREATE UNIQUE INDEX account_links_hash ON account_links (tenant_id, hash);
CREATE INDEX account_links_user ON account_links (tenant_id, user_id, created_at);
SELECT balcao_protect('account_links');
