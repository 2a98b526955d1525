-- What is known of a company. Nothing made companies before this, so the table is small and rewriting it short.

-- A text as it is looked for: without accents, in lower case. No extension is needed for it, and it is what a column may be made of.
CREATE FUNCTION balcao_fold(written text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(written, NFD), '[\u0300-\u036f]', '', 'g'));

-- What two spellings of one company's name have in common: no punctuation, and no legal form at the end.
CREATE FUNCTION balcao_company_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    btrim(regexp_replace(balcao_fold(name), '[[:punct:][:space:]]+', ' ', 'g')),
    '( (ltda|s a|sa|me|mei|epp|eireli|cia|inc|llc|gmbh))+$', '');

ALTER TABLE companies
    ADD COLUMN legal_name text,
    ADD COLUMN cnpj text CHECK (cnpj ~ '^[0-9A-Z]{12}[0-9]{2}$'),
    ADD COLUMN email text,
    ADD COLUMN phone text,
    ADD COLUMN website text,
    ADD COLUMN industry text,
    ADD COLUMN size text CHECK (size IN ('startup', 'small', 'medium', 'large', 'enterprise')),
    ADD COLUMN address text,
    ADD COLUMN notes text,
    ADD COLUMN owner_id uuid,
    ADD COLUMN name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (balcao_company_key(name)) STORED,
    ADD COLUMN search_text text COLLATE "C" NOT NULL GENERATED ALWAYS AS (balcao_fold(
        name || ' ' || coalesce(legal_name, '') || ' ' || coalesce(cnpj, '') || ' ' || coalesce(email, ''))) STORED,
    ADD FOREIGN KEY (tenant_id, owner_id) REFERENCES users ON DELETE SET NULL (owner_id);

CREATE INDEX companies_name ON companies (tenant_id, name_key, id);
CREATE INDEX companies_created ON companies (tenant_id, created_at, id);
CREATE INDEX companies_cnpj ON companies (tenant_id, cnpj) WHERE cnpj IS NOT NULL;
CREATE INDEX companies_email ON companies (tenant_id, email) WHERE email IS NOT NULL;
CREATE INDEX companies_phone ON companies (tenant_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX companies_owner ON companies (tenant_id, owner_id) WHERE owner_id IS NOT NULL;
