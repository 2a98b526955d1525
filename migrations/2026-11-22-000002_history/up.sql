-- What bounds the replay of a topic's history: its state as of a number. The first one is where the history begins.
CREATE TABLE checkpoints (
    tenant_id uuid NOT NULL,
    topic_id uuid NOT NULL,
    seq bigint NOT NULL,
    state jsonb NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, topic_id, seq)
);
SELECT balcao_protect('checkpoints');

-- The event that this one takes back.
ALTER TABLE events ADD COLUMN undoes_seq bigint;
