REVOKE INSERT ON jobs FROM balcao_system;
DROP INDEX jobs_due, jobs_turn, jobs_lease, jobs_state, jobs_finished, jobs_unique_key;
-- Row security would hide the rows from their owner.
ALTER TABLE jobs NO FORCE ROW LEVEL SECURITY;
UPDATE jobs SET state = 'done' WHERE state = 'expired';
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
ALTER TABLE jobs
    DROP CONSTRAINT jobs_state_check,
    ADD CONSTRAINT jobs_state_check CHECK (state IN ('waiting', 'running', 'done', 'dead')),
    DROP COLUMN unique_key,
    DROP COLUMN lease;
CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('waiting', 'running');
