-- For figures about a period, and for lists of what is newest. Leads cannot be written while these are made: a second for a million.
CREATE INDEX leads_created ON leads (tenant_id, created_at, id);
CREATE INDEX leads_stage_since ON leads (tenant_id, stage_since);
