-- What the bot says: flows that people draw, the versions they publish, and the company's settings of it.

CREATE TABLE bot_flows (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    -- As it is being drawn: {name, start, nodes}.
    draft jsonb NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    -- The version that new conversations run; null until the first is published.
    published_id uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX bot_flows_default ON bot_flows (tenant_id) WHERE is_default;
SELECT balcao_protect('bot_flows');

-- Never changed, and kept although their flow is deleted: conversations finish on the version they began with.
CREATE TABLE bot_flow_versions (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    flow_id uuid NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    flow jsonb NOT NULL,
    published_by uuid,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT bot_flow_versions_number UNIQUE (tenant_id, flow_id, number)
);
SELECT balcao_protect('bot_flow_versions');

CREATE TABLE bot_config (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    key text NOT NULL,
    value jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
SELECT balcao_protect('bot_config');
