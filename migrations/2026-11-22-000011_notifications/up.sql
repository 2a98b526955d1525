-- What people are told of, and which of it they want to be told.
CREATE TABLE notifications (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    type text NOT NULL CHECK (type IN ('info', 'success', 'warning', 'error')),
    title text NOT NULL,
    message text NOT NULL,
    -- Where in the client it leads.
    link text,
    is_read boolean NOT NULL DEFAULT false,
    -- What told it: a job that runs twice tells once.
    cause_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT notifications_once UNIQUE (tenant_id, user_id, cause_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users ON DELETE CASCADE
);
CREATE INDEX notifications_user ON notifications (tenant_id, user_id, id);
CREATE INDEX notifications_unread ON notifications (tenant_id, user_id) WHERE NOT is_read;
SELECT balcao_protect('notifications');

-- A kind without a row is wanted.
CREATE TABLE notification_preferences (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    is_wanted boolean NOT NULL,
    PRIMARY KEY (tenant_id, user_id, kind),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users ON DELETE CASCADE
);
SELECT balcao_protect('notification_preferences');

-- Which leads should be closed on a day, and whose they are.
CREATE INDEX leads_due ON leads (tenant_id, expected_close_date) WHERE expected_close_date IS NOT NULL AND assigned_to IS NOT NULL;
