ALTER TABLE leads DROP COLUMN stage_since;
