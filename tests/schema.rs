//! The database as its catalog tells it: what every table must have, whoever adds it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text};
use diesel::{PgConnection, sql_query};

use crate::support::database_url;

/// Tables that belong to no tenant: the tenants themselves, and Diesel's own.
const WITHOUT_TENANT: [&str; 2] = ["tenants", "__diesel_schema_migrations"];

fn connect(url: &str) -> PgConnection {
    balcao::db::migrate(url).unwrap();
    PgConnection::establish(url).unwrap()
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_secured: bool,
    #[diesel(sql_type = Bool)]
    is_forced: bool,
    #[diesel(sql_type = Array<Text>)]
    key: Vec<String>,
}

fn tables(conn: &mut PgConnection) -> Vec<Table> {
    sql_query(
        "SELECT c.relname::text AS name, c.relrowsecurity AS is_secured, c.relforcerowsecurity AS is_forced,
                coalesce((SELECT array_agg(a.attname::text ORDER BY k.place)
                          FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k (number, place)
                          JOIN pg_attribute a ON a.attnum = k.number
                          WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid), '{}') AS key
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1",
    )
    .load(conn)
    .unwrap()
}

#[test]
fn every_table_stands_behind_the_tenant_wall() {
    let mut conn = connect(&database_url());
    let tables = tables(&mut conn);
    assert!(tables.len() > 10);
    for table in tables.iter().filter(|table| table.name != "__diesel_schema_migrations") {
        assert!(
            table.is_secured && table.is_forced,
            "{} has no forced row level security",
            table.name
        );
    }
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Bool)]
        is_tenant: bool,
    }
    let columns: Vec<Column> = sql_query(
        "SELECT table_name::text AS name, bool_or(column_name = 'tenant_id' AND is_nullable = 'NO') AS is_tenant
         FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1",
    )
    .load(&mut conn)
    .unwrap();
    for column in columns
        .iter()
        .filter(|column| !WITHOUT_TENANT.contains(&column.name.as_str()))
    {
        assert!(column.is_tenant, "{} has no tenant_id", column.name);
    }
}

#[test]
fn every_key_begins_with_the_tenant() {
    let mut conn = connect(&database_url());
    for table in tables(&mut conn)
        .iter()
        .filter(|table| !WITHOUT_TENANT.contains(&table.name.as_str()))
    {
        // A topic's id is unique by itself, and its events are found by it alone.
        let expected = if table.name == "events" {
            "topic_id"
        } else {
            "tenant_id"
        };
        assert_eq!(table.key.first().map(String::as_str), Some(expected), "{}", table.name);
    }
}

#[test]
fn the_journal_has_the_columns_that_cannot_be_added_cheaply_later() {
    let mut conn = connect(&database_url());
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        name: String,
    }
    for (table, expected) in [
        ("topics", &["tenant_id", "id", "kind", "seq"][..]),
        (
            "events",
            &[
                "tenant_id",
                "topic_id",
                "seq",
                "type",
                "data",
                "inner",
                "audience",
                "actor",
                "cause",
                "tx",
                "at",
            ],
        ),
        (
            "commands",
            &[
                "tenant_id",
                "actor_id",
                "command_id",
                "topic_id",
                "digest",
                "seq",
                "answer",
                "at",
            ],
        ),
        (
            "jobs",
            &["tenant_id", "id", "kind", "payload", "state", "run_at", "attempts"],
        ),
    ] {
        let columns: Vec<Column> = sql_query(format!(
            "SELECT column_name::text AS name FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}'"
        ))
        .load(&mut conn)
        .unwrap();
        for column in expected {
            assert!(
                columns.iter().any(|found| found.name == *column),
                "{table} has no column {column}"
            );
        }
    }
}

#[test]
fn under_the_servers_roles_no_table_shows_a_row_without_a_tenant() {
    let url = database_url();
    let mut conn = connect(&url);
    let names: Vec<_> = tables(&mut conn).into_iter().map(|table| table.name).collect();
    #[derive(QueryableByName)]
    struct Rows {
        #[diesel(sql_type = Bool)]
        any: bool,
    }
    fn any_rows(table: &str, conn: &mut PgConnection) -> bool {
        let rows: Rows = sql_query(format!("SELECT EXISTS (SELECT 1 FROM {table}) AS any"))
            .get_result(conn)
            .unwrap();
        rows.any
    }
    // So that there is something to see.
    for statement in [
        "INSERT INTO tenants (id, name, slug) VALUES (gen_random_uuid(), 'Muro', gen_random_uuid()::text)",
        "INSERT INTO topics (tenant_id, id, kind) SELECT id, gen_random_uuid(), 'board' FROM tenants LIMIT 1",
    ] {
        sql_query(statement).execute(&mut conn).unwrap();
    }
    assert!(any_rows("tenants", &mut conn) && any_rows("topics", &mut conn));
    for role in ["balcao_app", "balcao_journal"] {
        sql_query(format!("SET ROLE {role}")).execute(&mut conn).unwrap();
        for name in names.iter().filter(|name| *name != "__diesel_schema_migrations") {
            assert!(!any_rows(name, &mut conn), "{role} sees rows of {name}");
        }
        sql_query("RESET ROLE").execute(&mut conn).unwrap();
    }
}

#[test]
fn no_role_of_the_server_may_look_over_the_wall() {
    let mut conn = connect(&database_url());
    #[derive(QueryableByName)]
    struct Role {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Bool)]
        is_mighty: bool,
    }
    let roles: Vec<Role> = sql_query(
        "SELECT rolname::text AS name, rolsuper OR rolbypassrls OR rolcanlogin AS is_mighty
         FROM pg_roles WHERE rolname LIKE 'balcao\\_%'",
    )
    .load(&mut conn)
    .unwrap();
    assert_eq!(roles.len(), 4);
    for role in roles {
        assert!(!role.is_mighty, "{}", role.name);
    }
}

#[test]
fn every_migration_can_be_taken_back_and_made_again() {
    let mut admin = connect(&database_url());
    let name = format!("revert_{}", uuid::Uuid::new_v4().simple());
    sql_query(format!("CREATE DATABASE {name}"))
        .execute(&mut admin)
        .unwrap();
    let url = database_url().replacen("/balcao", &format!("/{name}"), 1);
    assert_ne!(url, database_url(), "the cluster's database is named balcao");
    balcao::db::migrate(&url).unwrap();
    balcao::db::revert_all(&url).unwrap();
    let left: Vec<_> = {
        let mut conn = PgConnection::establish(&url).unwrap();
        tables(&mut conn).into_iter().map(|table| table.name).collect()
    };
    let again = balcao::db::migrate(&url);
    sql_query(format!("DROP DATABASE {name}")).execute(&mut admin).unwrap();
    assert_eq!(left, ["__diesel_schema_migrations"]);
    again.unwrap();
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    is_nullable: bool,
    #[diesel(sql_type = Nullable<Text>)]
    element: Option<String>,
}

/// `src/db/schema.rs` as the migrated database would have it.
fn schema(conn: &mut PgConnection) -> String {
    let columns: Vec<Column> = sql_query(
        "SELECT c.table_name::text, c.column_name::text AS name, c.udt_name::text AS kind, c.is_nullable = 'YES' AS is_nullable,
                nullif(ltrim(c.udt_name, '_'), c.udt_name::text)::text AS element
         FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' AND left(table_name, 2) <> '__'
             -- Only SQL functions touch it, and Diesel has no type for it.
             AND c.udt_name <> 'tsvector'
         ORDER BY c.table_name, c.ordinal_position",
    )
    .load(conn)
    .unwrap();
    let keys: BTreeMap<_, _> = tables(conn).into_iter().map(|table| (table.name, table.key)).collect();
    let mut names: Vec<&str> = columns.iter().map(|column| column.table_name.as_str()).collect();
    names.dedup();
    let mut text = String::from(
        "//! Generated from the migrated database: `BALCAO_BLESS=1 scripts/test rust` writes it, `tests/schema.rs` compares it.\n",
    );
    for table in &names {
        write!(
            text,
            "\ndiesel::table! {{\n    {table} ({}) {{\n",
            keys[*table].join(", ")
        )
        .unwrap();
        for column in columns.iter().filter(|column| column.table_name == *table) {
            let of = match &column.element {
                Some(element) => format!("Array<{}>", diesel_type(element)),
                None => diesel_type(&column.kind).to_owned(),
            };
            let of = if column.is_nullable {
                format!("Nullable<{of}>")
            } else {
                of
            };
            let line = match column.name.as_str() {
                "type" => format!("#[sql_name = \"type\"]\n        type_ -> {of},"),
                name => format!("{name} -> {of},"),
            };
            writeln!(text, "        {line}").unwrap();
        }
        text.push_str("    }\n}\n");
    }
    write!(
        text,
        "\ndiesel::allow_tables_to_appear_in_same_query!({});\n",
        names.join(", ")
    )
    .unwrap();
    text
}

fn diesel_type(kind: &str) -> &str {
    match kind {
        "uuid" => "Uuid",
        "text" => "Text",
        "timestamptz" => "Timestamptz",
        "date" => "Date",
        "bool" => "Bool",
        "int4" => "Int4",
        "int8" => "Int8",
        "numeric" => "Numeric",
        "jsonb" => "Jsonb",
        "bytea" => "Bytea",
        other => panic!("no Diesel type is known for {other}"),
    }
}

#[test]
fn the_generated_schema_is_what_the_migrations_make() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema.rs");
    let generated = format!("{}/schema-{}.rs", std::env::temp_dir().display(), std::process::id());
    std::fs::write(&generated, schema(&mut connect(&database_url()))).unwrap();
    let formatted = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "max_width=120", &generated])
        .status();
    let text = std::fs::read_to_string(&generated).unwrap();
    std::fs::remove_file(&generated).unwrap();
    assert!(formatted.unwrap().success());
    if std::env::var_os("BALCAO_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        text,
        "stale: run BALCAO_BLESS=1 scripts/test rust"
    );
}
