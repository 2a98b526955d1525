-- Nothing has written jobs so far: the table is empty, and its indexes are built in no time.
ALTER TABLE jobs
    -- Names the job among the unfinished ones of its kind, so that the same work is not queued twice.
    ADD COLUMN unique_key text,
    -- Who runs it: whoever lost the job to another server no longer writes its outcome.
    ADD COLUMN lease uuid,
    DROP CONSTRAINT jobs_state_check,
    ADD CONSTRAINT jobs_state_check CHECK (state IN ('waiting', 'running', 'done', 'expired', 'dead'));

DROP INDEX jobs_due;
-- Whether anything is due, and since when.
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'waiting';
-- What is due, tenant by tenant.
CREATE INDEX jobs_turn ON jobs (tenant_id, run_at, id) WHERE state = 'waiting';
-- Leases that have lapsed.
CREATE INDEX jobs_lease ON jobs (locked_until) WHERE state = 'running';
-- What administrators list.
CREATE INDEX jobs_state ON jobs (tenant_id, state, id);
-- What is forgotten after a while.
CREATE INDEX jobs_finished ON jobs (tenant_id, finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_unique_key ON jobs (tenant_id, kind, unique_key)
    WHERE unique_key IS NOT NULL AND state IN ('waiting', 'running');

-- Work that is queued for all tenants at once.
GRANT INSERT ON jobs TO balcao_system;
