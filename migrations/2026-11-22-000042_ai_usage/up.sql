-- What a company's questions to a language model have cost, by month.
CREATE TABLE ai_usage (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    -- Its first day.
    month date NOT NULL,
    tokens bigint NOT NULL CHECK (tokens >= 0),
    PRIMARY KEY (tenant_id, month)
);
SELECT balcao_protect('ai_usage');
