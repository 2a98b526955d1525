-- The second factor of somebody's login; the id is theirs. Both secrets are sealed under the installation's key, which is not in
-- the database.
CREATE TABLE second_factors (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    secret bytea NOT NULL,
    recovery_codes bytea,
    -- Until a first code has proved that an app holds the secret, it asks nothing of a login.
    enabled_at timestamptz,
    -- Of the last code that was taken: none is taken twice.
    last_step bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, id) REFERENCES users ON DELETE CASCADE
);
SELECT balcao_protect('second_factors');
