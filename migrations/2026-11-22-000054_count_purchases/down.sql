CREATE OR REPLACE FUNCTION balcao_count_purchases(tenants uuid[], ids uuid[]) RETURNS void
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
