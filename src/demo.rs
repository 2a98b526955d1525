//! The demonstration tenant: a dealer in building materials, with its people, boards, leads and customers. Made once; what visitors change, stays.

mod chat;
mod customers;
mod data;
mod talks;

use std::collections::HashMap;

use anyhow::Context;
use chrono::{TimeDelta, Utc};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use serde_json::{Value, json};

use crate::auth::input::Password;
use crate::auth::{Passwords, Principal};
use crate::boards::seed::{self, SeedLead};
use crate::clock;
use crate::contacts::Learned;
use crate::conversations::seed::SeedAct;
use crate::db::schema::tenants;
use crate::db::{CompanyId, Connection, Database, TenantId, UserId};
use crate::error::Error;
use crate::fields::cnpj;
use crate::fields::money::Money;
use crate::rooms::seed::{SeedMessage, SeedRoom};
use crate::users::store::{NewUser, user_insert};
use crate::{channels, companies, contacts, conversations, rooms};
use chat::ROOMS;
use customers::{PRODUCTS, customers};
use data::{BOARDS, COMPANY, DemoBoard, DemoLead, OPERATORS, Person, Tenant};
use talks::{Line, TALKS};

const PASSWORD: &str = "balcao-demo";
/// Two servers that start at once must not both make it. The number means nothing.
const ADVISORY_LOCK: i64 = 8_437_202;

/// Makes what is not there yet, and tells how to sign in.
///
/// # Errors
/// When the database does not let it.
pub(crate) async fn create(db: &Database, passwords: &Passwords) -> anyhow::Result<()> {
    for (tenant, boards) in [(&COMPANY, BOARDS), (&OPERATORS, &[])] {
        create_tenant(db, passwords, tenant, boards)
            .await
            .with_context(|| format!("cannot make the demonstration tenant \"{}\"", tenant.name))?;
    }
    println!("Demonstration logins, all with the password {PASSWORD}:");
    for person in COMPANY.people.iter().chain(OPERATORS.people) {
        println!("  {:<30} {} ({})", person.email, person.full_name, person.role);
    }
    Ok(())
}

async fn create_tenant(
    db: &Database,
    passwords: &Passwords,
    tenant: &Tenant,
    boards: &[DemoBoard],
) -> Result<(), Error> {
    if exists(db, tenant.slug).await? {
        return Ok(());
    }
    let password = Password::parse("password", PASSWORD.to_owned())
        .map_err(|wrong| Error::internal(anyhow::anyhow!(wrong.message)))?;
    // Everybody knows this password: one hash will do for all.
    let hash = passwords.hash(password).await?;
    let id = TenantId(clock::new_id());
    db.tenant(id, async |conn| {
        conn.batch_execute(&format!("SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
            .await?;
        // Another server may have been faster.
        if exists(db, tenant.slug).await? {
            return Ok(());
        }
        let row = (
            tenants::id.eq(id),
            tenants::name.eq(tenant.name),
            tenants::slug.eq(tenant.slug),
        );
        diesel::insert_into(tenants::table).values(row).execute(conn).await?;
        let people = create_people(id, tenant.people, &hash, conn).await?;
        rooms::create_general(id, clock::now(), conn).await?;
        let customers = create_companies(boards, &people, conn).await?;
        for board in boards {
            create_board(id, board, &people, &customers, conn).await?;
        }
        if !boards.is_empty() {
            create_rooms(id, &people, conn).await?;
            create_talks(id, &people, conn).await?;
        }
        // Whoever operates the installation sells nothing.
        if !boards.is_empty() {
            create_customers(id, &people, conn).await?;
        }
        Ok(())
    })
    .await
}

/// The web chat of the demonstration, and who came by it.
async fn create_talks(tenant: TenantId, people: &[Principal], conn: &mut Connection) -> Result<(), Error> {
    let channel = channels::create_webchat(tenant, "Site", conn).await?;
    for talk in TALKS {
        let customer = Learned {
            name: Some(talk.name.to_owned()),
            email: talk.email.map(str::to_owned),
            phone: None,
        };
        let acts: Vec<SeedAct<'_>> = (0..)
            .zip(talk.said)
            .filter_map(|(minute, line)| seed_act(talk.minutes_ago - minute, line, people))
            .collect();
        conversations::seed::play(tenant, channel, &customer, &acts, conn).await?;
    }
    Ok(())
}

/// What somebody did, so many minutes ago.
fn seed_act<'a>(minutes_ago: i64, line: &Line, people: &'a [Principal]) -> Option<SeedAct<'a>> {
    let at = clock::now() - TimeDelta::minutes(minutes_ago);
    let person = |name: &str| people.iter().find(|person| person.name.starts_with(name));
    let act = |by, name, data| SeedAct { by, at, name, data };
    Some(match line {
        Line::Customer(text) => SeedAct::said(None, at, text),
        Line::Answers(by, text) => SeedAct::said(Some(person(by)?), at, text),
        Line::Takes(by) => act(Some(person(by)?), "takeover", json!({})),
        Line::Notes(by, text) => act(Some(person(by)?), "add_note", json!({ "content": text })),
        Line::Closes(by, text) => act(Some(person(by)?), "close", json!({ "resolution": text })),
        Line::Rates(score, comment) => act(None, "rate", json!({ "score": score, "comment": comment })),
    })
}

/// Whether the installation has a tenant of this name in addresses.
async fn exists(db: &Database, slug: &str) -> Result<bool, Error> {
    let mut conn = db.system().await?;
    let found: Option<TenantId> = tenants::table
        .filter(tenants::slug.eq(slug))
        .select(tenants::id)
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found.is_some())
}

async fn create_people(
    tenant: TenantId,
    people: &[Person],
    password_hash: &str,
    conn: &mut Connection,
) -> Result<Vec<Principal>, Error> {
    let mut principals = Vec::with_capacity(people.len());
    for person in people {
        let new = NewUser {
            tenant_id: tenant,
            id: UserId(clock::new_id()),
            email: person.email,
            full_name: person.full_name,
            password_hash: Some(password_hash),
            role: person.role,
            phone: person.phone,
        };
        let user = user_insert(&new, conn).await?;
        principals.push(Principal {
            kind: crate::auth::PrincipalKind::User,
            tenant,
            id: user.id,
            name: person.full_name.into(),
            permissions: person.role.permissions(),
        });
    }
    Ok(principals)
}

async fn create_customers(tenant: TenantId, people: &[Principal], conn: &mut Connection) -> Result<(), Error> {
    let Some(by) = people.first() else { return Ok(()) };
    let price = |text: &str| Money::parse(&json!(text)).unwrap_or(Money::ZERO);
    let products = PRODUCTS.map(|(name, sku, text)| (name, sku, price(text)));
    contacts::seed::create(tenant, by.id, &products, customers(clock::now()), conn).await
}

async fn create_board(
    tenant: TenantId,
    board: &DemoBoard,
    people: &[Principal],
    customers: &HashMap<&str, CompanyId>,
    conn: &mut Connection,
) -> Result<(), Error> {
    let stages: Vec<Value> = board
        .stages
        .iter()
        .map(|(name, color, kind)| json!({ "name": name, "color": color, "kind": kind }))
        .collect();
    let body = json!({
        "name": board.name, "description": board.description, "is_default": board.is_default, "stages": stages,
    });
    let leads: Vec<SeedLead<'_>> = board
        .leads
        .iter()
        .filter_map(|lead| seed_lead(lead, people, customers))
        .collect();
    seed::create(tenant, body, &leads, conn).await
}

/// The companies that the leads speak of, each a little older than the first of them.
async fn create_companies(
    boards: &[DemoBoard],
    people: &[Principal],
    conn: &mut Connection,
) -> Result<HashMap<&'static str, CompanyId>, Error> {
    let mut made = HashMap::new();
    let mut leads: Vec<&DemoLead> = boards.iter().flat_map(|board| board.leads).collect();
    leads.sort_by_key(|lead| -lead.days_old);
    for lead in leads {
        let (Some(name), Some(by)) = (lead.company, named(people, lead.seller)) else {
            continue;
        };
        if made.contains_key(name) {
            continue;
        }
        let body = json!({
            "name": name, "cnpj": lead.cnpj.map(whole_cnpj), "email": lead.email, "phone": lead.phone, "owner_id": by.id,
        });
        let at = created_at(clock::now(), lead) - TimeDelta::minutes(17);
        made.insert(name, companies::seed::create(body, by, at, conn).await?);
    }
    Ok(made)
}

async fn create_rooms(tenant: TenantId, people: &[Principal], conn: &mut Connection) -> Result<(), Error> {
    let now = clock::now();
    for room in ROOMS {
        let said: Vec<SeedMessage<'_>> = room
            .said
            .iter()
            .filter_map(|said| {
                let by = named(people, said.by)?;
                let at = now - TimeDelta::minutes(said.minutes_ago);
                Some(SeedMessage {
                    by,
                    at,
                    text: said.text,
                })
            })
            .collect();
        let members: Vec<&Principal> = room.people.iter().filter_map(|name| named(people, name)).collect();
        let place = match (room.name, members.split_first()) {
            (Some(name), Some((maker, others))) => {
                let others: Vec<UserId> = others.iter().map(|other| other.id).collect();
                SeedRoom::Made(
                    json!({ "name": name, "type": "group", "participant_ids": others }),
                    maker,
                )
            }
            _ => SeedRoom::General,
        };
        rooms::seed::say(tenant, &place, &said, conn).await?;
    }
    Ok(())
}

/// Somebody by their first name.
fn named<'a>(people: &'a [Principal], first: &str) -> Option<&'a Principal> {
    people.iter().find(|person| person.name.starts_with(first))
}

fn whole_cnpj(base: &str) -> String {
    format!("{base}{}", cnpj::check_digits(base).unwrap_or_default())
}

/// A lead as its seller would have typed it. Days count from today, so that the demonstration does not grow old.
fn seed_lead<'a>(
    lead: &DemoLead,
    people: &'a [Principal],
    customers: &HashMap<&str, CompanyId>,
) -> Option<SeedLead<'a>> {
    let now = clock::now();
    let by = named(people, lead.seller)?;
    let date = |days: i64| (now + TimeDelta::days(days)).date_naive();
    let number = lead.cnpj.map(whole_cnpj);
    Some(SeedLead {
        by,
        at: created_at(now, lead),
        stage: lead.stage,
        data: json!({
            "title": lead.title, "description": lead.description, "value": lead.value, "priority": lead.priority,
            "probability": lead.probability, "expected_close_date": lead.closes_in_days.map(date), "assigned_to": by.id,
            "name": lead.name, "email": lead.email, "phone": lead.phone, "company": lead.company, "cnpj": number,
            "company_id": lead.company.and_then(|name| customers.get(name)),
            "tags": lead.tags,
        }),
    })
}

/// Some time of a working day, different from lead to lead.
fn created_at(now: chrono::DateTime<Utc>, lead: &DemoLead) -> chrono::DateTime<Utc> {
    let minutes = lead.title.bytes().map(i64::from).sum::<i64>() % 540;
    now - TimeDelta::days(lead.days_old) - TimeDelta::minutes(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Role;
    use crate::boards::Board;
    use crate::live::Entity;

    /// People as they are when made, without a database.
    fn people() -> Vec<Principal> {
        let person = |person: &Person| Principal {
            kind: crate::auth::PrincipalKind::User,
            tenant: TenantId(clock::new_id()),
            id: UserId(clock::new_id()),
            name: person.full_name.into(),
            permissions: person.role.permissions(),
        };
        COMPANY.people.iter().map(person).collect()
    }

    #[test]
    fn every_lead_is_one_that_somebody_could_have_typed() {
        let people = people();
        for board in BOARDS {
            for lead in board.leads {
                let seeded = seed_lead(lead, &people, &HashMap::new())
                    .unwrap_or_else(|| panic!("nobody is called {}", lead.seller));
                assert!(lead.stage < board.stages.len(), "{}", lead.title);
                assert_eq!(
                    lead.cnpj.is_some(),
                    seeded.data["cnpj"].as_str().is_some_and(|number| number.len() == 14)
                );
                let parsed = Board::parse("create_lead", seeded.data);
                assert!(parsed.is_ok(), "{}: {:?}", lead.title, parsed.err());
            }
        }
    }

    #[test]
    fn whoever_says_something_is_in_the_room_and_says_it_in_turn() {
        let people = people();
        for room in ROOMS {
            for name in room.people.iter().chain(room.said.iter().map(|said| &said.by)) {
                assert!(named(&people, name).is_some(), "nobody is called {name}");
                assert!(
                    room.name.is_none() || room.people.contains(name),
                    "{name} is not in the room"
                );
            }
            assert!(room.said.is_sorted_by(|one, next| one.minutes_ago > next.minutes_ago));
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn two_servers_that_start_at_once_make_it_once() {
        let url = std::env::var("DATABASE_URL").expect("DATABASE_URL names a cluster for tests: run scripts/test");
        let migrated = url.clone();
        tokio::task::spawn_blocking(move || crate::db::migrate(&migrated))
            .await
            .unwrap()
            .unwrap();
        let options = crate::db::PoolOptions {
            size: 2,
            runtime: tokio::runtime::Handle::current(),
        };
        let db = Database::new(&url, &options).unwrap();
        let passwords = Passwords::new(4).unwrap();
        let (first, second) = tokio::join!(create(&db, &passwords), create(&db, &passwords));
        first.unwrap();
        second.unwrap();

        let mut conn = db.system().await.unwrap();
        let slug = tenants::table
            .filter(tenants::slug.eq(COMPANY.slug))
            .select(tenants::id);
        let tenant: TenantId = slug.first(&mut conn).await.unwrap();
        let (boards, leads, default): (i64, i64, i64) = db
            .tenant(tenant, async |conn| {
                use crate::db::schema::{boards, leads};
                let all = boards::table
                    .filter(boards::tenant_id.eq(tenant))
                    .count()
                    .get_result(conn)
                    .await?;
                let leads = leads::table
                    .filter(leads::tenant_id.eq(tenant))
                    .count()
                    .get_result(conn)
                    .await?;
                let default = boards::table
                    .filter(boards::tenant_id.eq(tenant))
                    .filter(boards::is_default);
                Ok::<_, Error>((all, leads, default.count().get_result(conn).await?))
            })
            .await
            .unwrap();
        let typed: usize = BOARDS.iter().map(|board| board.leads.len()).sum();
        assert_eq!((boards, leads, default), (3, i64::try_from(typed).unwrap(), 1));
    }

    #[test]
    fn there_is_somebody_in_every_role_and_a_lead_in_most_stages() {
        for role in Role::ALL {
            assert!(
                COMPANY
                    .people
                    .iter()
                    .chain(OPERATORS.people)
                    .any(|person| person.role == *role),
                "{role}"
            );
        }
        let leads: usize = BOARDS.iter().map(|board| board.leads.len()).sum();
        assert!((35..60).contains(&leads), "{leads}");
        for board in BOARDS {
            for kind in ["won", "open"] {
                assert!(
                    board.stages.iter().any(|(_, _, other)| *other == kind),
                    "{}",
                    board.name
                );
            }
        }
    }
}
