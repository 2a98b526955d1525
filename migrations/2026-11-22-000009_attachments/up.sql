-- Files that people send. The row never changes; the bytes lie in the object store under tenant and id.
CREATE TABLE attachments (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    filename text NOT NULL,
    -- What the bytes are, whatever was said of them.
    content_type text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    has_thumbnail boolean NOT NULL,
    uploaded_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
SELECT balcao_protect('attachments');
