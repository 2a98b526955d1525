CREATE TABLE products (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    sku text,
    price numeric(15, 2),
    description text,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (balcao_fold(name)) STORED,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT products_sku_key UNIQUE (tenant_id, sku)
);
CREATE INDEX products_name ON products (tenant_id, name_key, id);
SELECT balcao_protect('products');

CREATE TABLE orders (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    product_id uuid,
    -- What the order is called where it comes from: the same one again is the same order.
    number text,
    value numeric(15, 2) NOT NULL CHECK (value >= 0),
    ordered_at timestamptz NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT orders_number_key UNIQUE (tenant_id, number),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, product_id) REFERENCES products ON DELETE SET NULL (product_id)
);
CREATE INDEX orders_contact ON orders (tenant_id, contact_id, ordered_at);
CREATE INDEX orders_ordered ON orders (tenant_id, ordered_at, id);
CREATE INDEX orders_product ON orders (tenant_id, product_id) WHERE product_id IS NOT NULL;
SELECT balcao_protect('orders');

-- Counts the orders of these contacts anew. Their rows are locked first, in the order of their ids: the statement that counts sees
-- whatever was committed until then, and two of these cannot wait for each other.
CREATE FUNCTION balcao_count_purchases(tenants uuid[], ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM contacts WHERE tenant_id = ANY (tenants) AND id = ANY (ids) ORDER BY tenant_id, id FOR NO KEY UPDATE;
    UPDATE contacts SET last_purchase_at = counted.last_at, total_spent = counted.total, order_count = counted.number
    FROM (
        SELECT contacts.tenant_id, contacts.id, max(ordered_at) AS last_at, coalesce(sum(value), 0) AS total,
               count(orders.id) AS number
        FROM contacts LEFT JOIN orders ON orders.tenant_id = contacts.tenant_id AND orders.contact_id = contacts.id
        WHERE contacts.tenant_id = ANY (tenants) AND contacts.id = ANY (ids)
        GROUP BY contacts.tenant_id, contacts.id
    ) AS counted
    WHERE contacts.tenant_id = counted.tenant_id AND contacts.id = counted.id;
END
$$;

-- A statement at a time, however many orders it writes.
CREATE FUNCTION balcao_orders_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    tenants uuid[];
    ids uuid[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(DISTINCT tenant_id), array_agg(DISTINCT contact_id) INTO tenants, ids
        FROM (SELECT tenant_id, contact_id FROM changed UNION ALL SELECT tenant_id, contact_id FROM before) AS both_states;
    ELSE
        SELECT array_agg(DISTINCT tenant_id), array_agg(DISTINCT contact_id) INTO tenants, ids FROM changed;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM balcao_count_purchases(tenants, ids);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER orders_inserted AFTER INSERT ON orders REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION balcao_orders_changed();
CREATE TRIGGER orders_updated AFTER UPDATE ON orders REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION balcao_orders_changed();
CREATE TRIGGER orders_deleted AFTER DELETE ON orders REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION balcao_orders_changed();
