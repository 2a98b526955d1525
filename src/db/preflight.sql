SELECT current_setting('server_version_num')::int AS version_number,
       current_setting('server_version') AS version,
       current_user::text AS "user",
       (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS may_create_roles,
       ARRAY(
           SELECT wanted.name
           FROM unnest($1) AS wanted (name)
           LEFT JOIN pg_roles AS r ON r.rolname = wanted.name
           WHERE r.oid IS NULL OR NOT pg_has_role(current_user, r.oid, 'MEMBER')
           ORDER BY wanted.name
       ) AS missing
