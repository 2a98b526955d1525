//! What a client makes of a snapshot and the frames after it: its own reading of them, on plain JSON.

use serde_json::{Map, Value, json};

/// A board in a browser.
pub(in crate::boards) struct Client {
    board: Map<String, Value>,
    stages: Vec<Column>,
}

struct Column {
    about: Value,
    leads: Vec<Value>,
}

impl Client {
    pub(in crate::boards) fn subscribed(snapshot: &Value) -> Self {
        let mut board = snapshot.as_object().unwrap().clone();
        let leads = board.remove("leads").unwrap();
        let stages = board.remove("stages").unwrap();
        let of_stage = |stage: &Value| {
            let leads = leads.as_array().unwrap().iter();
            leads.filter(|lead| lead["stage_id"] == stage["id"]).cloned().collect()
        };
        let stages = stages.as_array().unwrap().iter();
        let stages = stages
            .map(|stage| Column {
                about: stage.clone(),
                leads: of_stage(stage),
            })
            .collect();
        Self { board, stages }
    }

    pub(in crate::boards) fn apply(&mut self, kind: &str, data: &Value) {
        match kind {
            "lead.created" => {
                let position = position(data);
                self.column(&data["stage_id"]).leads.insert(position, data.clone());
            }
            "lead.updated" => {
                let leads = &mut self.column(&data["stage_id"]).leads;
                *leads.iter_mut().find(|lead| lead["id"] == data["id"]).unwrap() = data.clone();
            }
            "lead.moved" => {
                let mut lead = self.take(&data["from_stage_id"], &data["lead_id"]);
                lead["stage_id"] = data["stage_id"].clone();
                self.column(&data["stage_id"]).leads.insert(position(data), lead);
            }
            "lead.deleted" => {
                self.take(&data["stage_id"], &data["lead_id"]);
            }
            "stage.created" => {
                let column = Column {
                    about: data.clone(),
                    leads: Vec::new(),
                };
                self.stages.insert(position(data), column);
            }
            "stage.updated" => self.column(&data["id"]).about = data.clone(),
            "stage.deleted" => self.delete_stage(data),
            "stage.reordered" => {
                let order = data["stage_ids"].as_array().unwrap();
                self.stages
                    .sort_by_key(|column| order.iter().position(|id| *id == column.about["id"]));
            }
            "board.updated" => self.board = data.as_object().unwrap().clone(),
            other => panic!("a client knows no {other}"),
        }
    }

    /// What a fresh snapshot would hold.
    pub(in crate::boards) fn shown(&self) -> Value {
        let mut shown = self.board.clone();
        let mut stages = Vec::new();
        let mut leads = Vec::new();
        for (index, column) in self.stages.iter().enumerate() {
            let mut stage = column.about.clone();
            stage["position"] = json!(index);
            stage["lead_count"] = json!(column.leads.len());
            stage["total_value"] = json!(total(&column.leads));
            stages.push(stage);
            for (index, lead) in column.leads.iter().enumerate() {
                let mut lead = lead.clone();
                lead["position"] = json!(index);
                leads.push(lead);
            }
        }
        shown.insert("stages".to_owned(), Value::Array(stages));
        shown.insert("leads".to_owned(), Value::Array(leads));
        Value::Object(shown)
    }

    fn column(&mut self, id: &Value) -> &mut Column {
        self.stages.iter_mut().find(|column| column.about["id"] == *id).unwrap()
    }

    fn take(&mut self, stage_id: &Value, lead_id: &Value) -> Value {
        let leads = &mut self.column(stage_id).leads;
        let index = leads.iter().position(|lead| lead["id"] == *lead_id).unwrap();
        leads.remove(index)
    }

    fn delete_stage(&mut self, data: &Value) {
        let index = self
            .stages
            .iter()
            .position(|column| column.about["id"] == data["stage_id"])
            .unwrap();
        let deleted = self.stages.remove(index);
        if data["moved_to"].is_null() {
            assert!(deleted.leads.is_empty());
            return;
        }
        for mut lead in deleted.leads {
            lead["stage_id"] = data["moved_to"].clone();
            self.column(&data["moved_to"]).leads.push(lead);
        }
    }
}

fn position(data: &Value) -> usize {
    usize::try_from(data["position"].as_u64().unwrap()).unwrap()
}

fn total(leads: &[Value]) -> String {
    let cents: u64 = leads.iter().filter_map(|lead| lead["value"].as_str()).map(cents).sum();
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn cents(amount: &str) -> u64 {
    amount.replace('.', "").parse().unwrap()
}
