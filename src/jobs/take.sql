WITH RECURSIVE tenant AS (
    -- Each tenant that has a waiting job, by one step in the index from one to the next.
    (SELECT tenant_id FROM jobs WHERE state = 'waiting' ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT next.tenant_id FROM jobs next
            WHERE next.state = 'waiting' AND next.tenant_id > tenant.tenant_id ORDER BY next.tenant_id LIMIT 1)
    FROM tenant WHERE tenant.tenant_id IS NOT NULL
), busy AS (
    SELECT * FROM unnest(?, ?) AS busy (tenant_id, running)
), due AS (
    SELECT turn.*
    FROM tenant LEFT JOIN busy USING (tenant_id)
    CROSS JOIN LATERAL (
        SELECT first.tenant_id, first.id, first.run_at,
               coalesce(busy.running, 0) + row_number() OVER (ORDER BY first.run_at, first.id) AS turn
        FROM (SELECT job.tenant_id, job.id, job.run_at FROM jobs job
              WHERE job.tenant_id = tenant.tenant_id AND job.state = 'waiting' AND job.run_at <= now() AND job.kind = ANY (?)
              ORDER BY job.run_at, job.id LIMIT greatest(? - coalesce(busy.running, 0), 0)) first
    ) turn
), taken AS (
    SELECT job.tenant_id, job.id
    FROM due JOIN jobs job USING (tenant_id, id)
    WHERE job.state = 'waiting'
    ORDER BY due.turn, due.run_at LIMIT ?
    FOR UPDATE OF job SKIP LOCKED
)
UPDATE jobs SET state = 'running', attempts = jobs.attempts + 1, lease = ?, locked_until = now() + make_interval(secs => ?)
FROM taken WHERE jobs.tenant_id = taken.tenant_id AND jobs.id = taken.id
RETURNING jobs.tenant_id, jobs.id, jobs.kind, jobs.payload, jobs.topic_id, jobs.attempts,
          extract(epoch FROM now() - jobs.run_at)::float8 AS lateness
