//! What was, and what is taken back.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::{detail, lead, path, text, titles, wrong};
use crate::support::{TestApp, User, reduce};

async fn history(user: &User, board: &Value, at: &str) -> Value {
    let path = format!("{}/history?at={at}", path("boards", board));
    user.get(&path).await.expect_status(200).body
}

async fn range(user: &User, board: &Value) -> Value {
    let path = format!("{}/history", path("boards", board));
    user.get(&path).await.expect_status(200).body
}

async fn undo(user: &User, board: &Value, seq: &Value) -> crate::support::Answer {
    let path = format!("{}/undo", path("boards", board));
    user.post(&path, json!({ "seq": seq })).await
}

/// A little of everything, by REST; answers the number of the last event.
async fn busy(user: &User, board: &Value) -> i64 {
    let one = lead(user, board, 0, "Um").await;
    let two = lead(user, board, 0, "Dois").await;
    user.put(
        &path("leads", &one),
        json!({ "value": "12.50", "tags": ["a"], "custom": { "x": [1, null] } }),
    )
    .await
    .expect_status(200);
    let place = json!({ "stage_id": board["stages"][1]["id"], "position": 0 });
    user.post(&format!("{}/move", path("leads", &two)), place)
        .await
        .expect_status(200);
    user.delete(&format!(
        "{}?move_to={}",
        path("stages", &board["stages"][1]),
        text(&board["stages"][2]["id"])
    ))
    .await
    .expect_status(204);
    user.post("/stages", json!({ "board_id": board["id"], "name": "Nova" }))
        .await
        .expect_status(201);
    let mut order: Vec<&Value> = board["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| &stage["id"])
        .collect();
    order.remove(1);
    let now = detail(user, board).await;
    order.insert(0, &now["stages"][5]["id"]);
    user.post(
        "/stages/reorder",
        json!({ "board_id": board["id"], "stage_ids": order }),
    )
    .await
    .expect_status(200);
    user.put(&path("boards", board), json!({ "name": "Renomeado" }))
        .await
        .expect_status(200);
    user.delete(&path("leads", &one)).await.expect_status(204);
    range(user, board).await["last_seq"].as_i64().unwrap()
}

#[actix_rt::test]
async fn a_board_at_each_number_is_what_its_followers_saw_then() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let mut follower = ada.socket().await;
    let start = follower.subscribe(&format!("board:{}", text(&board["id"]))).await;
    let mut last = busy(&ada, &board).await;
    // Undone, and undone again, like any other event.
    for seq in [last, last - 4, last + 1] {
        undo(&ada, &board, &json!(seq)).await.expect_status(200);
    }
    last = range(&ada, &board).await["last_seq"].as_i64().unwrap();

    let begun = history(&ada, &board, "0").await;
    assert_eq!(begun["board"], start["snapshot"]);
    assert_eq!((&begun["seq"], &begun["event"]), (&json!(0), &json!(null)));
    let mut view = start["snapshot"].clone();
    let mut undoing = 0;
    for seq in 1..=last {
        let event = follower.next_event().await;
        reduce::apply(&mut view, &event);
        let then = history(&ada, &board, &seq.to_string()).await;
        assert_eq!(
            reduce::normal(then["board"].clone()),
            reduce::normal(view.clone()),
            "at {seq}: {event}"
        );
        assert_eq!(then["event"], event);
        assert_eq!((&then["seq"], &then["at"]), (&json!(seq), &event["at"]));
        undoing += usize::from(event["undoes_seq"].is_i64());
    }
    assert!(undoing >= 3);
    assert_eq!(
        history(&ada, &board, &last.to_string()).await["board"],
        detail(&ada, &board).await
    );
}

/// Something that somebody might do to a board as it stands; some of it is refused.
fn some_command(random: &mut StdRng, board: &Value, last: i64) -> (&'static str, Value) {
    let mut pick = |things: &Value| {
        let things = things.as_array().unwrap();
        things[random
            .random_range(0..things.len().max(1))
            .min(things.len().saturating_sub(1))]["id"]
            .clone()
    };
    let (stage, other) = (pick(&board["stages"]), pick(&board["stages"]));
    let has_leads = !board["leads"].as_array().unwrap().is_empty();
    let lead = if has_leads { pick(&board["leads"]) } else { json!(null) };
    match random.random_range(0..20) {
        0..6 => (
            "create_lead",
            json!({ "title": "T", "stage_id": stage, "value": "7.25", "position": 0 }),
        ),
        6..10 => (
            "move_lead",
            json!({ "lead_id": lead, "stage_id": stage, "position": 0 }),
        ),
        10 => (
            "update_lead",
            json!({ "lead_id": lead, "stage_id": stage, "title": last.to_string() }),
        ),
        11 => ("delete_lead", json!({ "lead_id": lead })),
        12 => ("create_stage", json!({ "name": "S", "kind": "won" })),
        13 => ("delete_stage", json!({ "stage_id": stage, "move_to": other })),
        14 => ("update_stage", json!({ "stage_id": stage, "name": last.to_string() })),
        15 => ("update_board", json!({ "name": last.to_string() })),
        _ => ("undo", json!({ "seq": random.random_range(1..=last.max(1)) })),
    }
}

#[actix_rt::test]
async fn whatever_people_do_the_past_is_what_followers_saw() {
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let app = TestApp::with(&["--ws-commands-per-second=0"]).await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let topic = format!("board:{}", text(&board["id"]));
    let mut follower = ada.socket().await;
    let start = follower.subscribe(&topic).await;
    let mut socket = ada.socket().await;
    let mut view = start["snapshot"].clone();
    let mut seen = vec![reduce::normal(view.clone())];
    for _ in 0..120 {
        let last = i64::try_from(seen.len()).unwrap() - 1;
        let (name, data) = some_command(&mut random, &view, last);
        let answer = socket.command(&topic, name, data.clone()).await;
        let reached = if answer["ok"] == true {
            answer["seq"].as_i64().unwrap()
        } else {
            last
        };
        for _ in last..reached {
            let event = follower.next_event().await;
            reduce::apply(&mut view, &event);
            seen.push(reduce::normal(view.clone()));
        }
    }
    assert_eq!(seen.last(), Some(&reduce::normal(detail(&ada, &board).await)));
    for (seq, view) in seen.iter().enumerate() {
        let then = history(&ada, &board, &seq.to_string()).await;
        assert_eq!(
            reduce::normal(then["board"].clone()),
            *view,
            "at {seq}: {}",
            then["event"]
        );
    }
}

#[actix_rt::test]
async fn a_time_means_what_had_happened_by_then() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let last = busy(&ada, &board).await;
    let known = range(&ada, &board).await;
    assert_eq!((&known["first_seq"], &known["last_seq"]), (&json!(0), &json!(last)));
    assert_eq!(history(&ada, &board, text(&known["first_at"])).await["seq"], 0);
    assert_eq!(history(&ada, &board, text(&known["last_at"])).await["seq"], last);
    assert_eq!(history(&ada, &board, "2999-01-01T00:00:00Z").await["seq"], last);
    let third = history(&ada, &board, "3").await;
    let then = history(&ada, &board, text(&third["at"])).await;
    assert_eq!(then, third);

    for (at, code) in [
        ("2001-01-01T00:00:00Z", "out_of_range"),
        ("-1", "out_of_range"),
        ("99999", "out_of_range"),
        ("9223372036854775807", "out_of_range"),
        ("ontem", "invalid"),
    ] {
        let answer = ada
            .get(&format!("{}/history?at={at}", path("boards", &board)))
            .await
            .expect_status(422);
        assert_eq!(wrong(&answer), [("at", code)], "{at}");
    }
}

#[actix_rt::test]
async fn the_timeline_is_read_backwards_in_pieces() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let last = busy(&ada, &board).await;
    let events = async |query: &str| {
        ada.get(&format!("{}/events{query}", path("boards", &board)))
            .await
            .expect_status(200)
            .body
    };
    let all = events("").await;
    assert_eq!(all["has_more"], false);
    let seqs = |list: &Value| -> Vec<i64> {
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["seq"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(seqs(&all), (1..=last).collect::<Vec<_>>());
    let newest = events("?limit=2").await;
    assert_eq!(
        (seqs(&newest), &newest["has_more"]),
        (vec![last - 1, last], &json!(true))
    );
    let older = events(&format!("?limit=200&before={}", last - 1)).await;
    assert_eq!(
        (seqs(&older), &older["has_more"]),
        ((1..=last - 2).collect(), &json!(false))
    );
    assert_eq!(older["items"][0]["by"]["id"], ada.id);
    for limit in ["0", "201", "-1"] {
        let answer = ada
            .get(&format!("{}/events?limit={limit}", path("boards", &board)))
            .await
            .expect_status(422);
        assert_eq!(wrong(&answer), [("limit", "out_of_range")]);
    }
}

#[actix_rt::test]
async fn whose_board_it_is_not_learns_nothing_of_its_past_and_changes_none() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let last = busy(&ada, &board).await;
    let before = detail(&ada, &board).await;
    let stranger = app.other_tenant().await;
    for query in ["history", "history?at=1", "events"] {
        stranger
            .get(&format!("{}/{query}", path("boards", &board)))
            .await
            .expect_status(404);
    }
    undo(&stranger, &board, &json!(last)).await.expect_status(404);
    let mut socket = stranger.socket().await;
    let answer = socket
        .command(&format!("board:{}", text(&board["id"])), "undo", json!({ "seq": last }))
        .await;
    assert_eq!(answer["error"]["code"], "not_found");
    assert_eq!(detail(&ada, &board).await, before);
    ada.get("/boards/0193e0a0-0000-7000-8000-000000000000/history")
        .await
        .expect_status(404);
}

#[actix_rt::test]
async fn an_undo_tells_everybody_what_it_takes_back_live_resumed_and_in_the_timeline() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let topic = format!("board:{}", text(&board["id"]));
    lead(&ada, &board, 0, "A").await;
    let second = lead(&ada, &board, 0, "B").await;
    let before = detail(&ada, &board).await;
    let mut follower = ada.socket().await;
    let start = follower.subscribe(&topic).await;
    ada.delete(&path("leads", &second)).await.expect_status(204);
    let deleted = follower.next_event().await;
    assert!(deleted.get("undoes_seq").is_none());

    let answer = vera
        .socket()
        .await
        .command(&topic, "undo", json!({ "seq": deleted["seq"] }))
        .await;
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(
        (&answer["data"]["undoes_seq"], &answer["data"]["type"]),
        (&deleted["seq"], &json!("lead.created"))
    );
    let live = follower.next_event().await;
    assert_eq!(
        (&live["undoes_seq"], &live["by"]["id"]),
        (&deleted["seq"], &json!(vera.id))
    );
    assert_eq!(live["data"]["id"], second["id"]);
    assert_eq!(detail(&ada, &board).await, before);

    let other = TestApp::start().await;
    for url in [&app.url, &other.url] {
        let resumed = ada
            .at(url)
            .socket()
            .await
            .resume(&topic, &start["seq"], &start["epoch"])
            .await;
        assert_eq!(resumed["events"], json!([deleted, live]));
    }
    let timeline = ada
        .get(&format!("{}/events?limit=2", path("boards", &board)))
        .await
        .body;
    assert_eq!(timeline["items"], json!([deleted, live]));
    assert_eq!(history(&ada, &board, &live["seq"].to_string()).await["event"], live);
}

#[actix_rt::test]
async fn of_two_who_undo_the_same_at_once_one_wins_and_a_repeat_gets_the_first_answer() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let first = lead(&ada, &board, 0, "A").await;
    let place = json!({ "stage_id": board["stages"][1]["id"], "position": 0 });
    ada.post(&format!("{}/move", path("leads", &first)), place)
        .await
        .expect_status(200);
    let last = range(&ada, &board).await["last_seq"].clone();
    let address = format!("{}/undo", path("boards", &board));
    let (key, other_key) = (
        "0193e0a0-0000-7000-8000-00000000000a",
        "0193e0a0-0000-7000-8000-00000000000b",
    );
    let send = async |user: &User, key: &str| {
        user.send(reqwest::Method::POST, &address, Some(json!({ "seq": last })), Some(key))
            .await
    };
    let (one, two) = tokio::join!(send(&ada, key), send(&vera, other_key));
    let (won, lost, winner, key) = if one.status == 200 {
        (one, two, &ada, key)
    } else {
        (two, one, &vera, other_key)
    };
    let won = won.expect_status(200);
    assert_eq!(lost.expect_status(409).code(), "cannot_undo");
    let again = send(winner, key).await.expect_status(200);
    assert_eq!(again.body, won.body);
    assert_eq!(titles(&detail(&ada, &board).await, 0), ["A"]);
    assert_eq!(range(&ada, &board).await["last_seq"], last.as_i64().unwrap() + 1);
}

#[actix_rt::test]
async fn what_cannot_be_undone_is_refused_alike_over_rest_and_socket() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let topic = format!("board:{}", text(&board["id"]));
    ada.put(&path("boards", &board), json!({ "name": "Um" }))
        .await
        .expect_status(200);
    ada.put(&path("boards", &board), json!({ "name": "Dois" }))
        .await
        .expect_status(200);
    let mut socket = vera.socket().await;
    for (user, seq, status, code) in [
        (&ada, json!(1), 409, "cannot_undo"),
        (&vera, json!(2), 403, "forbidden"),
        (&ada, json!(3), 422, "invalid"),
        (&ada, json!("2"), 422, "invalid"),
    ] {
        let answer = undo(user, &board, &seq).await.expect_status(status);
        assert_eq!(answer.code(), code);
    }
    let answer = socket.command(&topic, "undo", json!({ "seq": 2 })).await;
    assert_eq!(answer["error"]["code"], "forbidden");
    undo(&ada, &board, &json!(2)).await.expect_status(200);
    assert_eq!(detail(&ada, &board).await["name"], "Um");
}

#[actix_rt::test]
async fn a_lead_deleted_and_brought_back_in_one_breath_is_there() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let topic = format!("board:{}", text(&board["id"]));
    let first = lead(&ada, &board, 0, "A").await;
    ada.delete(&path("leads", &first)).await.expect_status(204);
    undo(&ada, &board, &json!(2)).await.expect_status(200);
    // Sent without waiting, so that several are decided together: it is deleted anew, and the first deletion taken back again.
    let mut socket = ada.socket().await;
    let mut last = json!(null);
    for _ in 0..20 {
        for (name, data) in [
            ("delete_lead", json!({ "lead_id": first["id"] })),
            ("undo", json!({ "seq": 2 })),
        ] {
            last = socket
                .post(&mut json!({ "op": "command", "topic": topic, "name": name, "data": data }))
                .await;
        }
    }
    let answer = socket.wait_for(|frame| frame["re"] == last).await;
    assert_eq!(answer["ok"], true, "{answer}");
    let shown = detail(&ada, &board).await;
    assert_eq!(shown["leads"][0]["id"], first["id"]);
    assert_eq!(history(&ada, &board, &answer["seq"].to_string()).await["board"], shown);
}

#[actix_rt::test]
async fn a_long_history_is_read_from_a_checkpoint() {
    let app = TestApp::with(&["--ws-commands-per-second=0"]).await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let topic = format!("board:{}", text(&board["id"]));
    let first = lead(&ada, &board, 0, "A").await;
    let mut socket = ada.socket().await;
    let mut last = json!(null);
    for number in 2..=1_100 {
        let data = json!({ "lead_id": first["id"], "title": format!("Título {number}") });
        last = socket
            .post(&mut json!({ "op": "command", "topic": topic, "name": "update_lead", "data": data }))
            .await;
    }
    let done = socket.wait_for(|frame| frame["re"] == last).await;
    assert_eq!(done["seq"], 1_100);
    for seq in [2, 999, 1_000, 1_001, 1_100] {
        let then = history(&ada, &board, &seq.to_string()).await;
        assert_eq!(then["board"]["leads"][0]["title"], format!("Título {seq}"));
    }
    crate::support::until("a checkpoint is written", async || checkpoints(&board).await > 1).await;
    for seq in [999, 1_100] {
        let then = history(&ada, &board, &seq.to_string()).await;
        assert_eq!(then["board"]["leads"][0]["title"], format!("Título {seq}"));
    }
    undo(&ada, &board, &json!(1_100)).await.expect_status(200);
    assert_eq!(detail(&ada, &board).await["leads"][0]["title"], "Título 1099");
}

/// How many checkpoints the database has of a board.
async fn checkpoints(board: &Value) -> i64 {
    count(&format!(
        "SELECT count(*) AS number FROM checkpoints WHERE topic_id = '{}'",
        text(&board["id"])
    ))
}

fn count(sql: &str) -> i64 {
    use diesel::{Connection, RunQueryDsl};
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let mut conn = diesel::PgConnection::establish(&crate::support::database_url()).unwrap();
    diesel::sql_query(sql).get_result::<Row>(&mut conn).unwrap().number
}

#[actix_rt::test]
async fn a_board_without_a_past_begins_one_when_it_is_asked_for() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let board = ada.board().await;
    lead(&ada, &board, 0, "A").await;
    let forget = format!(
        "WITH gone AS (DELETE FROM checkpoints WHERE topic_id = '{}' RETURNING 1) SELECT count(*) AS number FROM gone",
        text(&board["id"])
    );
    assert_eq!(count(&forget), 1);
    undo(&ada, &board, &json!(1)).await.expect_status(422);
    let known = range(&ada, &board).await;
    assert_eq!((&known["first_seq"], &known["last_seq"]), (&json!(1), &json!(1)));
    let begun = history(&ada, &board, "1").await;
    assert_eq!(begun["board"], detail(&ada, &board).await);
    assert_eq!(begun["event"], json!(null));
    lead(&ada, &board, 0, "B").await;
    assert_eq!(titles(&history(&ada, &board, "2").await["board"], 0), ["A", "B"]);
    undo(&ada, &board, &json!(2)).await.expect_status(200);
}
