DROP TABLE account_links;
-- A hash of no password: nobody can sign in with it.
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
UPDATE users SET password_hash = '$2b$04$......................................................' WHERE password_hash IS NULL;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE users ALTER COLUMN password_hash SET NOT NULL;
