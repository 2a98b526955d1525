-- The picture of somebody: an image that they uploaded.
ALTER TABLE users ADD COLUMN avatar_id uuid;
ALTER TABLE users ADD CONSTRAINT users_avatar_fkey
    FOREIGN KEY (tenant_id, avatar_id) REFERENCES attachments ON DELETE SET NULL (avatar_id);
CREATE INDEX users_avatar ON users (tenant_id, avatar_id) WHERE avatar_id IS NOT NULL;
