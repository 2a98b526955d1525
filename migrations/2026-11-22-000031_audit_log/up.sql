-- Who changed what, when. The log of the entities tells that of boards and rooms; this, of everything else.
CREATE TABLE audit_log (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    -- 'company.updated' and the like.
    action text NOT NULL,
    target_id uuid NOT NULL,
    -- {id, name, kind} as of then.
    actor jsonb NOT NULL,
    -- Field by field: what it was, what it became.
    changes jsonb NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
-- Ids rise with time.
CREATE INDEX audit_log_target ON audit_log (tenant_id, target_id, id);
SELECT balcao_protect('audit_log');
-- What was written down stays as it was written.
REVOKE UPDATE, DELETE ON audit_log FROM balcao_app, balcao_journal;
