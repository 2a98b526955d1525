DROP TABLE conversation_transfers, messages, conversations, contact_identities, queues, channels;
ALTER TABLE topics NO FORCE ROW LEVEL SECURITY;
ALTER TABLE events NO FORCE ROW LEVEL SECURITY;
ALTER TABLE checkpoints NO FORCE ROW LEVEL SECURITY;
DELETE FROM events USING topics
    WHERE topics.tenant_id = events.tenant_id AND topics.id = events.topic_id AND topics.kind = 'conversation';
DELETE FROM checkpoints USING topics
    WHERE topics.tenant_id = checkpoints.tenant_id AND topics.id = checkpoints.topic_id AND topics.kind = 'conversation';
DELETE FROM topics WHERE kind = 'conversation';
ALTER TABLE topics FORCE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
ALTER TABLE checkpoints FORCE ROW LEVEL SECURITY;
