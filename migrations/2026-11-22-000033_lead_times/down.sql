DROP INDEX leads_created, leads_stage_since;
