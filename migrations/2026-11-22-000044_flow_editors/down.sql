ALTER TABLE bot_flows DROP COLUMN updated_by;
