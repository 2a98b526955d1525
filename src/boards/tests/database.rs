//! The rows agree with the rules, on a real PostgreSQL.

use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::properties::{Act, acts};
use super::{Played, snapshot};
use crate::boards::Board;
use crate::boards::command::NewBoard;
use crate::boards::decide::Facts;
use crate::boards::event::{Event, MovedTo};
use crate::boards::rank::Rank;
use crate::boards::state::State;
use crate::boards::store::{self, BoardFilter, LeadFilter};
use crate::boards::view;
use crate::clock;
use crate::db::page::PageQuery;
use crate::db::schema::{companies, users};
use crate::db::testing::TestTenant;
use crate::db::{BoardId, ContactId, DbError, StageId, begin_shared, in_transaction};
use crate::error::{Code, Error};
use crate::live::{Changes, Entity};

/// A tenant with boards.
struct Tenant(TestTenant);

impl std::ops::Deref for Tenant {
    type Target = TestTenant;

    fn deref(&self) -> &TestTenant {
        &self.0
    }
}

impl Tenant {
    async fn new() -> Self {
        Self(TestTenant::new().await)
    }

    async fn other(&self) -> Self {
        Self(self.0.other().await)
    }

    async fn board(&self, data: Value) -> State {
        let board = NewBoard::parse(data).unwrap();
        let id = BoardId(clock::new_id());
        self.in_txn(async |conn| store::board_create(self.id, id, &board, None, clock::now(), conn).await)
            .await;
        self.read(id).await.unwrap()
    }

    async fn read(&self, id: BoardId) -> Option<State> {
        self.in_txn(async |conn| <Board as Entity>::load(self.id, id.0, conn).await)
            .await
    }

    /// Commits what happened to boards of several tenants in one transaction.
    async fn project(&self, changes: &[Changes<'_, Board>]) {
        let mut conn = self.db.journal().await.unwrap();
        let begin = begin_shared(changes.iter().map(|changes| changes.tenant));
        in_transaction(&mut conn, &begin, async |conn| {
            Ok::<_, DbError>(Board::project(changes, conn).await?)
        })
        .await
        .unwrap();
    }
}

fn page(query: &str) -> crate::db::page::PageRequest {
    let query = actix_web::web::Query::<PageQuery>::from_query(query).unwrap();
    query
        .check(&[store::SORTABLE_BOARDS, store::SORTABLE_LEADS, store::SORTABLE_STAGES].concat())
        .unwrap()
}

/// Plays acts on a board; answers what happened.
fn play(played: &mut Played, acts: &[Act]) -> Vec<Event> {
    let before = played.events.len();
    for act in acts {
        let (name, data) = act.command(&played.snapshot());
        let _ = played.command(name, data);
    }
    played.events[before..].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn what_is_loaded_after_a_commit_is_what_evolved_in_memory(
        batches in prop::collection::vec((acts(1..60), acts(1..60), acts(1..60)), 1..4),
    ) {
        Runtime::new().unwrap().block_on(async {
            let one = Tenant::new().await;
            let other = one.other().await;
            let mut boards = [
                (one.id, Played::on(one.board(json!({ "name": "Varejo" })).await)),
                (one.id, Played::on(one.board(json!({ "name": "Atacado", "stages": ["A", "B"] })).await)),
                (other.id, Played::on(other.board(json!({ "name": "Outra" })).await)),
            ];
            for (first, second, third) in &batches {
                let events: Vec<Vec<Event>> =
                    boards.iter_mut().zip([first, second, third]).map(|((_, played), acts)| play(played, acts)).collect();
                let changes: Vec<_> = boards
                    .iter()
                    .zip(&events)
                    .map(|((tenant, played), events)| Changes { tenant: *tenant, id: played.state.id.0, events })
                    .collect();
                one.project(&changes).await;
                for (tenant, played) in &boards {
                    let owner = if *tenant == one.id { &one } else { &other };
                    assert_eq!(owner.read(played.state.id).await.as_ref(), Some(&played.state));
                }
            }
            agrees_with_lists(&one, &boards[0].1.state).await;
        });
    }
}

/// The lists tell of a board what its snapshot tells.
async fn agrees_with_lists(tenant: &Tenant, state: &State) {
    let whole = snapshot(state);
    let board = Some(state.id);
    let (stages, total) = tenant
        .in_txn(async |conn| store::stage_list(tenant.id, board, &page("per_page=100"), conn).await)
        .await;
    assert_eq!(json!(stages), whole["stages"]);
    assert_eq!(total, i64::try_from(stages.len()).unwrap());

    let filter = LeadFilter {
        board_id: board,
        ..LeadFilter::default()
    };
    let (leads, total) = tenant
        .in_txn(async |conn| store::lead_list(tenant.id, filter, &page("per_page=100"), conn).await)
        .await;
    let by_id = |leads: &[Value]| -> std::collections::BTreeMap<String, Value> {
        leads
            .iter()
            .map(|lead| (lead["id"].to_string(), lead.clone()))
            .collect()
    };
    let listed: Vec<Value> = leads.iter().map(|lead| json!(lead.view())).collect();
    assert_eq!(by_id(&listed), by_id(whole["leads"].as_array().unwrap()));
    assert_eq!(total, i64::try_from(leads.len()).unwrap());

    let (boards, _) = tenant
        .in_txn(async |conn| store::board_list(tenant.id, BoardFilter::default(), &page(""), conn).await)
        .await;
    let summary = json!(boards.iter().find(|summary| summary.id == state.id).unwrap());
    let cents = |amount: &Value| amount.as_str().unwrap().replace('.', "").parse::<u64>().unwrap();
    let sum: u64 = whole["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| cents(&stage["total_value"]))
        .sum();
    assert_eq!(cents(&summary["total_value"]), sum);
    assert_eq!(summary["lead_count"], json!(whole["leads"].as_array().unwrap().len()));
    assert_eq!(summary["stage_count"], json!(whole["stages"].as_array().unwrap().len()));
}

/// Three leads in two stages, in rows.
async fn sold_on(tenant: &Tenant) -> Played {
    let mut played = Played::on(
        tenant
            .board(json!({ "name": "Vendas", "stages": ["Novo", "Ganho"] }))
            .await,
    );
    for (title, stage) in [("A", "Novo"), ("B", "Novo"), ("C", "Ganho")] {
        played.lead(title, stage);
    }
    tenant
        .project(&[Changes {
            tenant: tenant.id,
            id: played.state.id.0,
            events: &played.events,
        }])
        .await;
    played
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_another_tenant_or_board_change_nothing() {
    let mine = Tenant::new().await;
    let theirs = mine.other().await;
    let my_board = sold_on(&mine).await.state;
    let my_other_board = sold_on(&mine).await.state;
    let their_board = sold_on(&theirs).await.state;

    for foreign in [&their_board, &my_other_board] {
        let stage = &foreign.stages[0];
        let lead = &stage.cards[0].lead;
        let changed = std::sync::Arc::new(crate::boards::state::Lead {
            title: "stolen".to_owned(),
            ..(**lead).clone()
        });
        let rank = Rank::stored("8080");
        let events = [
            Event::LeadUpdated {
                stage_id: stage.id,
                lead: changed,
                assigned: false,
            },
            Event::LeadMoved {
                lead_id: stage.cards[1].lead.id,
                from_stage_id: stage.id,
                stage_id: my_board.stages[1].id,
                position: 0,
                rank: rank.clone(),
                respaced: vec![(lead.id, rank.clone())],
            },
            Event::LeadDeleted {
                lead_id: foreign.stages[1].cards[0].lead.id,
                stage_id: foreign.stages[1].id,
            },
            Event::StageUpdated {
                stage_id: stage.id,
                about: my_board.stages[1].about.clone(),
            },
            Event::StageReordered {
                order: vec![(stage.id, rank.clone())],
            },
            Event::StageDeleted {
                stage_id: foreign.stages[1].id,
                moved_to: Some(MovedTo {
                    stage_id: my_board.stages[0].id,
                    ranks: vec![(lead.id, rank)],
                    respaced: Vec::new(),
                }),
            },
        ];
        let nothing: [Event; 0] = [];
        mine.project(&[
            Changes {
                tenant: mine.id,
                id: my_board.id.0,
                events: &events,
            },
            // Only so that the transaction may see them as well.
            Changes {
                tenant: theirs.id,
                id: their_board.id.0,
                events: &nothing,
            },
        ])
        .await;
    }
    let deleted = [Event::BoardDeleted];
    mine.project(&[Changes {
        tenant: mine.id,
        id: their_board.id.0,
        events: &deleted,
    }])
    .await;

    assert_eq!(mine.read(my_board.id).await, Some(my_board));
    assert_eq!(mine.read(my_other_board.id).await, Some(my_other_board.clone()));
    assert_eq!(theirs.read(their_board.id).await, Some(their_board.clone()));
    assert_eq!(mine.read(their_board.id).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_and_brought_back_in_one_commit_is_there() {
    let tenant = Tenant::new().await;
    let mut played = sold_on(&tenant).await;
    let begun = played.events.len();
    let (new, won) = (played.stage("Novo"), played.stage("Ganho"));
    let lead = played.state.stages[0].cards[0].lead.id;
    played.accept("delete_lead", json!({ "lead_id": lead }));
    let deleted = played.seq();
    played.accept("undo", json!({ "seq": deleted }));
    played.accept("delete_stage", json!({ "stage_id": won, "move_to": new }));
    let deleted = played.seq();
    played.accept("undo", json!({ "seq": deleted }));
    // Made and deleted in one commit, it was never there.
    let fleeting = played.lead("D", "Ganho");
    played.accept("delete_lead", json!({ "lead_id": fleeting }));
    let deleted = played.seq();
    played.accept("undo", json!({ "seq": deleted }));
    tenant
        .project(&[Changes {
            tenant: tenant.id,
            id: played.state.id.0,
            events: &played.events[begun..],
        }])
        .await;
    assert_eq!(tenant.read(played.state.id).await, Some(played.state));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_board_leaves_no_rows() {
    let tenant = Tenant::new().await;
    tenant.board(json!({ "name": "Padrão" })).await;
    let mut played = sold_on(&tenant).await;
    played.accept("create_lead", json!({ "title": "no mesmo lote" }));
    played.accept("delete_board", json!({}));
    let events = &played.events[played.events.len() - 2..];
    tenant
        .project(&[Changes {
            tenant: tenant.id,
            id: played.state.id.0,
            events,
        }])
        .await;
    assert_eq!(tenant.read(played.state.id).await, None);
    let everything = LeadFilter::default();
    let (leads, total) = tenant
        .in_txn(async |conn| store::lead_list(tenant.id, everything, &page(""), conn).await)
        .await;
    assert_eq!((leads.len(), total), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_are_those_of_the_tenant() {
    let mine = Tenant::new().await;
    let theirs = mine.other().await;
    let (ana, retired, stranger) = (clock::new_id(), clock::new_id(), clock::new_id());
    let (company, their_company) = (clock::new_id(), clock::new_id());
    for (tenant, id, active) in [(&mine, ana, true), (&mine, retired, false), (&theirs, stranger, true)] {
        tenant
            .in_txn(async |conn| {
                let row = (
                    users::tenant_id.eq(tenant.id),
                    users::id.eq(id),
                    users::email.eq(format!("{id}@exemplo.com.br")),
                    users::full_name.eq("Ana"),
                    users::password_hash.eq("x"),
                    users::role.eq("seller"),
                    users::is_active.eq(active),
                );
                diesel::insert_into(users::table).values(row).execute(conn).await
            })
            .await;
    }
    for (tenant, id) in [(&mine, company), (&theirs, their_company)] {
        tenant
            .in_txn(async |conn| {
                let row = (
                    companies::tenant_id.eq(tenant.id),
                    companies::id.eq(id),
                    companies::name.eq("Loja"),
                );
                diesel::insert_into(companies::table).values(row).execute(conn).await
            })
            .await;
    }
    let board = mine.board(json!({ "name": "Vendas" })).await;
    let commands: Vec<_> = [(ana, company), (retired, their_company), (stranger, Uuid::nil())]
        .into_iter()
        .map(|(user, company)| {
            Board::parse(
                "create_lead",
                json!({ "title": "T", "assigned_to": user, "company_id": company }),
            )
            .unwrap()
        })
        .chain([Board::parse("delete_board", json!({})).unwrap()])
        .collect();
    let asked: Vec<_> = commands.iter().collect();
    assert!(asked.iter().all(|command| Board::needs_facts(command)));
    let facts: Facts = mine
        .in_txn(async |conn| Board::facts(Board::topic(mine.id, board.id), &board, &asked, conn).await)
        .await;
    assert_eq!(facts.users.into_iter().map(|id| id.0).collect::<Vec<_>>(), [ana]);
    assert_eq!(
        facts.companies.into_iter().map(|id| id.0).collect::<Vec<_>>(),
        [company]
    );
    assert_eq!(facts.default_board, Some(board.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_one_default_board() {
    let tenant = Tenant::new().await;
    let archived = tenant.board(json!({ "name": "Arquivo", "archived": true })).await;
    assert!(!archived.about.is_default);
    let first = tenant.board(json!({ "name": "Primeiro" })).await;
    assert!(first.about.is_default);
    let second = tenant.board(json!({ "name": "Segundo" })).await;
    assert!(!second.about.is_default);
    let third = tenant.board(json!({ "name": "Terceiro", "is_default": true })).await;
    assert!(third.about.is_default);
    let default = async || {
        tenant
            .in_txn(async |conn| store::default_board(tenant.id, conn).await)
            .await
    };
    let former = async || {
        tenant
            .in_txn(async |conn| store::former_defaults(tenant.id, conn).await)
            .await
    };
    assert_eq!(default().await, Some(third.id));
    assert_eq!(former().await, [first.id]);

    let choose = async |id: BoardId| -> Result<(), Error> {
        tenant
            .db
            .tenant(tenant.id, async |conn| {
                store::make_default(tenant.id, id, None, conn).await
            })
            .await
    };
    choose(second.id).await.unwrap();
    assert_eq!(default().await, Some(second.id));
    assert_eq!(choose(archived.id).await.unwrap_err().code, Code::BoardArchived);
    assert_eq!(choose(BoardId(clock::new_id())).await.unwrap_err().code, Code::NotFound);
    assert_eq!(default().await, Some(second.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_are_found_filtered_and_sorted() {
    let tenant = Tenant::new().await;
    let mut played = Played::on(
        tenant
            .board(json!({ "name": "Vendas", "stages": ["Novo", "Ganho"] }))
            .await,
    );
    let ganho = played.stage("Ganho");
    for data in [
        json!({ "title": "Porcelanato", "value": "200.00", "priority": "low", "expected_close_date": "2026-12-24" }),
        json!({ "title": "Cimento", "value": "1000.00", "priority": "urgent", "name": "Marta 100%_sério" }),
        json!({ "title": "Telhas", "priority": "high", "company": "Cerâmica Boa Vista", "stage_id": ganho }),
        json!({ "title": "Areia", "value": "99.90", "email": "obras@exemplo.com.br", "expected_close_date": "2026-11-30" }),
    ] {
        played.accept("create_lead", data);
    }
    tenant
        .project(&[Changes {
            tenant: tenant.id,
            id: played.state.id.0,
            events: &played.events,
        }])
        .await;

    let find = async |filter: LeadFilter, query: &str| -> Vec<String> {
        let page = page(query);
        let (leads, _) = tenant
            .in_txn(async |conn| store::lead_list(tenant.id, filter, &page, conn).await)
            .await;
        leads
            .iter()
            .map(|lead| json!(lead.view())["title"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = LeadFilter::default();
    for (query, titles) in [
        ("", ["Areia", "Telhas", "Cimento", "Porcelanato"]),
        ("sort=created_at", ["Porcelanato", "Cimento", "Telhas", "Areia"]),
        ("sort=title", ["Areia", "Cimento", "Porcelanato", "Telhas"]),
        ("sort=-value", ["Cimento", "Porcelanato", "Areia", "Telhas"]),
        ("sort=value", ["Telhas", "Areia", "Porcelanato", "Cimento"]),
        ("sort=-priority", ["Cimento", "Telhas", "Areia", "Porcelanato"]),
        (
            "sort=expected_close_date",
            ["Areia", "Porcelanato", "Cimento", "Telhas"],
        ),
    ] {
        assert_eq!(find(all, query).await, titles, "{query}");
    }
    for (query, titles) in [
        ("search=CIMEN", vec!["Cimento"]),
        ("search=boa+vista", vec!["Telhas"]),
        ("search=obras@", vec!["Areia"]),
        ("search=100%25_s", vec!["Cimento"]),
        ("search=%25", vec!["Cimento"]),
        ("search=nada", vec![]),
        ("per_page=2&page=2&sort=title", vec!["Porcelanato", "Telhas"]),
    ] {
        assert_eq!(find(all, query).await, titles, "{query}");
    }
    let stage_id = Some(StageId(ganho.parse().unwrap()));
    assert_eq!(find(LeadFilter { stage_id, ..all }, "").await, ["Telhas"]);
    let priority = Some(crate::boards::state::Priority::Urgent);
    assert_eq!(find(LeadFilter { priority, ..all }, "").await, ["Cimento"]);
    let board_id = Some(BoardId(clock::new_id()));
    assert_eq!(find(LeadFilter { board_id, ..all }, "").await, [""; 0]);
    let contact_id = Some(ContactId(clock::new_id()));
    assert_eq!(find(LeadFilter { contact_id, ..all }, "").await, [""; 0]);

    let lead = played.state.stages[0].cards[1].lead.id;
    let found = tenant
        .in_txn(async |conn| store::lead_get(tenant.id, lead, conn).await)
        .await
        .unwrap();
    assert_eq!(json!(found.view()), json!(view::lead(&played.state, lead)));
    assert_eq!(
        tenant
            .in_txn(async |conn| store::lead_board(tenant.id, lead, conn).await)
            .await,
        Some(played.state.id)
    );
    let stage = played.state.stages[0].id;
    assert_eq!(
        tenant
            .in_txn(async |conn| store::stage_board(tenant.id, stage, conn).await)
            .await,
        Some(played.state.id)
    );
    let other = tenant.other().await;
    assert!(
        other
            .in_txn(async |conn| store::lead_get(other.id, lead, conn).await)
            .await
            .is_none()
    );
    assert_eq!(
        other
            .in_txn(async |conn| store::stage_board(other.id, stage, conn).await)
            .await,
        None
    );
}
