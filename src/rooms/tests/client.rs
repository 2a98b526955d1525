//! What a client makes of a snapshot and the frames after it: its own reading of them, on plain JSON.

use serde_json::{Value, json};

/// A room in somebody's browser, with every message since they opened it.
pub(in crate::rooms) struct Client {
    me: Value,
    room: Value,
    /// The tally of the last message that counts.
    tally: i64,
}

impl Client {
    pub(in crate::rooms) fn subscribed(me: &impl serde::Serialize, snapshot: &Value) -> Self {
        let last = snapshot["messages"].as_array().unwrap().last();
        Self {
            me: json!(me),
            tally: last.map_or(0, |message| message["tally"].as_i64().unwrap()),
            room: snapshot.clone(),
        }
    }

    pub(in crate::rooms) fn apply(&mut self, kind: &str, data: &Value) {
        match kind {
            "message.sent" => {
                self.tally = data["tally"].as_i64().unwrap();
                if data["message_type"] != "system" {
                    self.read_up_to(&data["sender"]["id"].clone(), data, &data["created_at"]);
                }
                self.room["messages"].as_array_mut().unwrap().push(data.clone());
            }
            "message.edited" => {
                if let Some(message) = self.message(&data["id"]) {
                    *message = data.clone();
                }
            }
            "message.deleted" => {
                if let Some(message) = self.message(&data["message_id"]) {
                    for (field, empty) in [
                        ("content", json!(null)),
                        ("attachment", json!(null)),
                        ("mentions", json!([])),
                        ("reactions", json!([])),
                    ] {
                        message[field] = empty;
                    }
                    message["deleted_at"] = data["deleted_at"].clone();
                }
            }
            "message.read" => {
                let position = json!({ "id": data["message_id"], "number": data["number"], "tally": data["tally"] });
                self.read_up_to(&data["user_id"], &position, &data["read_at"]);
            }
            "message.reacted" => {
                let data = data.clone();
                if let Some(message) = self.message(&data["message_id"]) {
                    react(message["reactions"].as_array_mut().unwrap(), &data);
                }
            }
            "participant.added" => {
                let people = self.room["participants"].as_array_mut().unwrap();
                people.push(data.clone());
                people.sort_by_key(|person| (person["joined_at"].to_string(), person["user_id"].to_string()));
            }
            "participant.removed" => {
                let people = self.room["participants"].as_array_mut().unwrap();
                people.retain(|person| person["user_id"] != data["user_id"]);
            }
            "room.renamed" => {
                self.room["name"] = data["name"].clone();
                self.room["updated_at"] = data["updated_at"].clone();
            }
            other => panic!("a client knows no {other}"),
        }
        let people = self.room["participants"].as_array().unwrap();
        let mine = people.iter().find(|person| person["user_id"] == self.me);
        self.room["unread_count"] = json!(mine.map_or(0, |me| self.tally - me["read_tally"].as_i64().unwrap()));
    }

    /// What a fresh snapshot would hold.
    pub(in crate::rooms) fn shown(&self) -> Value {
        let mut shown = self.room.clone();
        let messages = shown["messages"].as_array_mut().unwrap();
        let newest = messages.split_off(messages.len().saturating_sub(50));
        let is_from_the_start = newest.first().is_none_or(|first| first["number"] == 1);
        shown["has_more"] = json!(!is_from_the_start);
        shown["messages"] = json!(newest);
        shown
    }

    fn message(&mut self, id: &Value) -> Option<&mut Value> {
        self.room["messages"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .find(|message| message["id"] == *id)
    }

    fn read_up_to(&mut self, who: &Value, message: &Value, at: &Value) {
        let people = self.room["participants"].as_array_mut().unwrap();
        if let Some(reader) = people.iter_mut().find(|person| person["user_id"] == *who) {
            reader["read_number"] = message["number"].clone();
            reader["read_tally"] = message["tally"].clone();
            reader["last_read_message_id"] = message["id"].clone();
            reader["last_read_at"] = at.clone();
        }
    }
}

fn react(reactions: &mut Vec<Value>, data: &Value) {
    let index = reactions.iter().position(|reaction| reaction["emoji"] == data["emoji"]);
    let index = index.unwrap_or_else(|| {
        reactions.push(json!({ "emoji": data["emoji"], "user_ids": [] }));
        reactions.len() - 1
    });
    let users = reactions[index]["user_ids"].as_array_mut().unwrap();
    users.retain(|user| *user != data["user_id"]);
    if data["active"] == true {
        users.push(data["user_id"].clone());
        users.sort_by_key(Value::to_string);
    }
    reactions.retain(|reaction| reaction["user_ids"] != json!([]));
    reactions.sort_by_key(|reaction| reaction["emoji"].as_str().unwrap().to_owned());
}
