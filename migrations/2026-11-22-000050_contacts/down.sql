DROP INDEX contacts_name, contacts_created, contacts_last_purchase, contacts_email, contacts_company, contacts_owner;
ALTER TABLE contacts DROP COLUMN name_key, DROP COLUMN search_text;
ALTER TABLE contacts
    DROP CONSTRAINT contacts_phone_check,
    DROP CONSTRAINT contacts_email_check,
    DROP COLUMN region,
    DROP COLUMN tags,
    DROP COLUMN company_id,
    DROP COLUMN owner_id,
    DROP COLUMN notes,
    DROP COLUMN custom,
    DROP COLUMN created_by,
    DROP COLUMN last_purchase_at,
    DROP COLUMN total_spent,
    DROP COLUMN order_count;
