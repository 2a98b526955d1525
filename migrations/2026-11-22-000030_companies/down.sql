DROP INDEX companies_name, companies_created, companies_cnpj, companies_email, companies_phone, companies_owner;
ALTER TABLE companies DROP COLUMN name_key, DROP COLUMN search_text;
ALTER TABLE companies
    DROP COLUMN legal_name,
    DROP COLUMN cnpj,
    DROP COLUMN email,
    DROP COLUMN phone,
    DROP COLUMN website,
    DROP COLUMN industry,
    DROP COLUMN size,
    DROP COLUMN address,
    DROP COLUMN notes,
    DROP COLUMN owner_id;
DROP FUNCTION balcao_company_key, balcao_fold;
