-- Since when a lead stands in its stage: in a stage that wins or loses, when it was won or lost.
-- The default is taken once, for all rows that are there: no table is rewritten under the lock.
ALTER TABLE leads ADD COLUMN stage_since timestamptz NOT NULL DEFAULT now();

-- What the log knows of those that were there before.
ALTER TABLE leads NO FORCE ROW LEVEL SECURITY;
ALTER TABLE events NO FORCE ROW LEVEL SECURITY;
UPDATE leads SET stage_since = coalesce(moved.at, leads.created_at)
FROM leads AS same
LEFT JOIN (
    SELECT tenant_id, (data ->> 'lead_id')::uuid AS lead_id, max(at) AS at
    FROM events
    WHERE type = 'lead.moved' AND data ->> 'from_stage_id' <> data ->> 'stage_id'
    GROUP BY 1, 2
) AS moved ON moved.tenant_id = same.tenant_id AND moved.lead_id = same.id
WHERE leads.tenant_id = same.tenant_id AND leads.id = same.id;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
ALTER TABLE leads FORCE ROW LEVEL SECURITY;
