-- Mails of a demonstration without a mail server: kept instead of sent, and shown to administrators. In production nothing is kept.
CREATE TABLE kept_mails (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    -- Stays the same when a mail is sent again.
    id uuid NOT NULL,
    recipient text NOT NULL,
    recipient_name text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX kept_mails_at ON kept_mails (tenant_id, at);
SELECT balcao_protect('kept_mails');
