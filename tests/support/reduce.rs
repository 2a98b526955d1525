//! A board as a client keeps it: a snapshot, and the events after it. Written from the contract, not from the server.

use serde_json::{Value, json};

pub(crate) fn apply(board: &mut Value, event: &Value) {
    let data = &event["data"];
    match event["type"].as_str().unwrap() {
        "lead.created" => insert(board, data.clone()),
        "lead.updated" => *lead(board, &data["id"]) = data.clone(),
        "lead.moved" => {
            let mut moved = remove(board, &data["lead_id"]);
            moved["stage_id"] = data["stage_id"].clone();
            moved["position"] = data["position"].clone();
            insert(board, moved);
        }
        "lead.deleted" => drop(remove(board, &data["lead_id"])),
        "stage.created" => {
            let at = usize::try_from(data["position"].as_u64().unwrap()).unwrap();
            board["stages"].as_array_mut().unwrap().insert(at, data.clone());
        }
        "stage.updated" => {
            let stages = board["stages"].as_array_mut().unwrap();
            *stages.iter_mut().find(|stage| stage["id"] == data["id"]).unwrap() = data.clone();
        }
        "stage.reordered" => {
            let stages = board["stages"].as_array_mut().unwrap();
            let place = |stage: &Value| {
                data["stage_ids"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .position(|id| *id == stage["id"])
            };
            stages.sort_by_key(place);
        }
        "stage.deleted" => {
            let after = in_stage(board, &data["moved_to"]).len();
            for (place, mut lead) in (after..).zip(in_stage(board, &data["stage_id"])) {
                remove(board, &lead["id"]);
                lead["stage_id"] = data["moved_to"].clone();
                lead["position"] = json!(place);
                insert(board, lead);
            }
            board["stages"]
                .as_array_mut()
                .unwrap()
                .retain(|stage| stage["id"] != data["stage_id"]);
        }
        "board.updated" => {
            for (field, value) in data.as_object().unwrap() {
                board[field] = value.clone();
            }
        }
        other => panic!("unknown event {other}"),
    }
    renumber(board);
}

/// Equal boards have equal forms: leads by stage and place.
pub(crate) fn normal(mut board: Value) -> Value {
    renumber(&mut board);
    board
}

fn in_stage(board: &Value, stage: &Value) -> Vec<Value> {
    let leads = board["leads"].as_array().unwrap().iter();
    let mut leads: Vec<_> = leads.filter(|lead| lead["stage_id"] == *stage).cloned().collect();
    leads.sort_by_key(|lead| lead["position"].as_u64());
    leads
}

fn lead<'a>(board: &'a mut Value, id: &Value) -> &'a mut Value {
    board["leads"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .find(|lead| lead["id"] == *id)
        .unwrap()
}

fn remove(board: &mut Value, id: &Value) -> Value {
    let leads = board["leads"].as_array_mut().unwrap();
    let removed = leads.remove(leads.iter().position(|lead| lead["id"] == *id).unwrap());
    for other in leads
        .iter_mut()
        .filter(|other| other["stage_id"] == removed["stage_id"])
    {
        let place = other["position"].as_u64().unwrap();
        if place > removed["position"].as_u64().unwrap() {
            other["position"] = json!(place - 1);
        }
    }
    removed
}

fn insert(board: &mut Value, lead: Value) {
    let leads = board["leads"].as_array_mut().unwrap();
    for other in leads.iter_mut().filter(|other| other["stage_id"] == lead["stage_id"]) {
        let place = other["position"].as_u64().unwrap();
        if place >= lead["position"].as_u64().unwrap() {
            other["position"] = json!(place + 1);
        }
    }
    leads.push(lead);
}

/// Places, counts and totals follow from what is where.
fn renumber(board: &mut Value) {
    let mut stages = board["stages"].take();
    let mut leads = Vec::new();
    for (place, stage) in stages.as_array_mut().unwrap().iter_mut().enumerate() {
        let here = in_stage(board, &stage["id"]);
        let cents: i128 = here.iter().filter_map(|lead| lead["value"].as_str()).map(cents).sum();
        stage["position"] = json!(place);
        stage["lead_count"] = json!(here.len());
        stage["total_value"] = json!(format!("{}.{:02}", cents / 100, cents % 100));
        leads.extend(here);
    }
    board["stages"] = stages;
    board["leads"] = json!(leads);
}

fn cents(money: &str) -> i128 {
    let (whole, part) = money.split_once('.').unwrap();
    assert_eq!(part.len(), 2, "{money}");
    whole.parse::<i128>().unwrap() * 100 + part.parse::<i128>().unwrap()
}
