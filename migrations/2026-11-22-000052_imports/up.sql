-- Files of contacts and orders that are read, or were. An import is the job of the same id.
CREATE TABLE imports (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    filename text NOT NULL,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'running', 'done', 'failed')),
    -- Columns of the file by the fields that they hold, where their names do not tell.
    mapping jsonb NOT NULL DEFAULT '{}',
    -- Gone once it has been read.
    file bytea,
    total integer NOT NULL DEFAULT 0,
    processed integer NOT NULL DEFAULT 0,
    created integer NOT NULL DEFAULT 0,
    updated integer NOT NULL DEFAULT 0,
    rejected integer NOT NULL DEFAULT 0,
    -- The first of the rejected rows, each with what is wrong.
    errors jsonb NOT NULL DEFAULT '[]',
    created_by jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
SELECT balcao_protect('imports');
