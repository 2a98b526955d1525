-- Who changed the draft last, as of then: {id, name}; null where it is as it was made.
ALTER TABLE bot_flows ADD COLUMN updated_by jsonb;
