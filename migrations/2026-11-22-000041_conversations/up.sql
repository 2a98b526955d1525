-- Customers' conversations: the channels they come by, who they are there, what was said, and to whom it was handed.

CREATE TABLE channels (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('webchat')),
    name text NOT NULL,
    config jsonb NOT NULL DEFAULT '{}',
    -- What the widget names; it tells whose channel it is before a tenant is known.
    public_key text NOT NULL CONSTRAINT channels_public_key UNIQUE,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
SELECT balcao_protect('channels');
CREATE POLICY system ON channels FOR SELECT TO balcao_system USING (true);
GRANT SELECT (tenant_id, id, public_key) ON channels TO balcao_system;

-- Where customers wait for people.
CREATE TABLE queues (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT queues_name UNIQUE (tenant_id, name)
);
SELECT balcao_protect('queues');

-- Who a contact is on a channel.
CREATE TABLE contact_identities (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    -- What the channel calls them: a visitor's own id, a phone, …
    external_id text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels ON DELETE CASCADE,
    CONSTRAINT contact_identities_external UNIQUE (tenant_id, channel_id, external_id)
);
CREATE INDEX contact_identities_contact ON contact_identities (tenant_id, contact_id);
SELECT balcao_protect('contact_identities');

CREATE TABLE conversations (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    channel_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    identity_id uuid NOT NULL,
    -- Whose it is: the bot's (with how far it has come), a queue's, an attendant's or nobody's any more. All that lists ask for follows.
    owner jsonb NOT NULL CHECK (owner ->> 'is' IN ('bot', 'queue', 'attendant', 'closed')),
    -- Rises with each change of owner: what was thought of before it is no longer said.
    owner_epoch bigint NOT NULL DEFAULT 0,
    status text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN owner ->> 'is' = 'closed' THEN 'closed' WHEN owner ->> 'is' = 'queue' THEN 'waiting'
             WHEN owner ->> 'snoozed_until' IS NOT NULL THEN 'snoozed' ELSE 'open' END) STORED,
    assigned_user_id uuid GENERATED ALWAYS AS ((owner -> 'user' ->> 'id')::uuid) STORED,
    queue_id uuid GENERATED ALWAYS AS ((owner ->> 'queue_id')::uuid) STORED,
    is_bot_active boolean NOT NULL GENERATED ALWAYS AS (owner ->> 'is' = 'bot') STORED,
    tags text[] NOT NULL DEFAULT '{}',
    priority text NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    -- What the bot asked and found out.
    fields jsonb NOT NULL DEFAULT '{}',
    -- How far people have read: the number of a message, and how many of the customer's there are up to it.
    read_number bigint NOT NULL DEFAULT 0,
    read_tally bigint NOT NULL DEFAULT 0,
    -- Null until something is said.
    last_message_at timestamptz,
    resolution text,
    rating jsonb,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts,
    FOREIGN KEY (tenant_id, identity_id) REFERENCES contact_identities
) WITH (fillfactor = 70);
CREATE INDEX conversations_latest ON conversations (tenant_id, last_message_at DESC) WHERE last_message_at IS NOT NULL;
CREATE INDEX conversations_status ON conversations (tenant_id, status, last_message_at DESC) WHERE last_message_at IS NOT NULL;
CREATE INDEX conversations_assigned ON conversations (tenant_id, assigned_user_id, last_message_at DESC)
    WHERE assigned_user_id IS NOT NULL;
CREATE INDEX conversations_contact ON conversations (tenant_id, contact_id);
CREATE INDEX conversations_identity ON conversations (tenant_id, identity_id, started_at DESC);
SELECT balcao_protect('conversations');

-- Hot: no foreign keys, because the topic's row is locked by the transaction that writes, and facts have checked the rest.
CREATE TABLE messages (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    -- Its place in the conversation, from 1, without gaps; and how many of the customer's there are up to it.
    number bigint NOT NULL,
    tally bigint NOT NULL,
    sender_type text NOT NULL CHECK (sender_type IN ('customer', 'bot', 'attendant', 'system')),
    sender_user_id uuid,
    -- As of then.
    sender_name text NOT NULL,
    content text NOT NULL,
    message_type text NOT NULL CHECK (message_type IN ('text', 'image', 'audio', 'video', 'document', 'location', 'contacts',
        'sticker', 'interactive', 'template', 'reaction', 'note')),
    attachment_id uuid,
    reply_to uuid,
    metadata jsonb NOT NULL DEFAULT '{}',
    whatsapp_message_id text,
    delivery text NOT NULL CHECK (delivery IN ('queued', 'sent', 'delivered', 'read', 'failed')),
    error text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT messages_number UNIQUE (tenant_id, conversation_id, number)
) WITH (fillfactor = 90);
CREATE INDEX messages_attachment ON messages (tenant_id, attachment_id) WHERE attachment_id IS NOT NULL;
SELECT balcao_protect('messages');

CREATE TABLE conversation_transfers (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    -- {kind, user, queue_id} each: from whom to whom, as of then, and who did it.
    from_party jsonb NOT NULL,
    to_party jsonb NOT NULL,
    by jsonb,
    reason text,
    transferred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX conversation_transfers_conversation ON conversation_transfers (tenant_id, conversation_id);
SELECT balcao_protect('conversation_transfers');
