-- Counts as before, but for each contact by itself. A planner that does not know a company yet expects one row of it wherever it looks,
-- and joined the company's contacts and orders each with each: a first file of some hundred orders took ten seconds.
CREATE OR REPLACE FUNCTION balcao_count_purchases(tenants uuid[], ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM contacts WHERE tenant_id = ANY (tenants) AND id = ANY (ids) ORDER BY tenant_id, id FOR NO KEY UPDATE;
    UPDATE contacts SET (last_purchase_at, total_spent, order_count) = (
        SELECT max(ordered_at), coalesce(sum(value), 0), count(*)
        FROM orders WHERE orders.tenant_id = contacts.tenant_id AND orders.contact_id = contacts.id
    )
    WHERE tenant_id = ANY (tenants) AND id = ANY (ids);
END
$$;
