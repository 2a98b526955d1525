ALTER TABLE events DROP COLUMN undoes_seq;
DROP TABLE checkpoints;
