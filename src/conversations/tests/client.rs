//! What a client makes of a snapshot and the frames after it: its own reading of them, on plain JSON.

use serde_json::{Value, json};

/// A conversation in somebody's browser, with every message since they opened it.
pub(in crate::conversations) struct Client {
    conversation: Value,
}

impl Client {
    pub(in crate::conversations) fn subscribed(snapshot: &Value) -> Self {
        Self {
            conversation: snapshot.clone(),
        }
    }

    pub(in crate::conversations) fn apply(&mut self, kind: &str, data: &Value) {
        let conversation = self.conversation.as_object_mut().unwrap();
        match kind {
            "message.received" | "message.sent" | "note.added" => {
                conversation["messages"].as_array_mut().unwrap().push(data.clone());
                if kind != "note.added" && conversation.contains_key("last_message") {
                    conversation["last_message_at"] = data["created_at"].clone();
                    conversation["last_message"] = data.clone();
                }
                if kind == "message.received" && conversation.contains_key("unread_count") {
                    conversation["unread_count"] = json!(conversation["unread_count"].as_i64().unwrap() + 1);
                }
            }
            "message.status" => {
                for message in conversation["messages"].as_array_mut().unwrap() {
                    tell(message, data);
                }
                if let Some(last) = conversation.get_mut("last_message").filter(|last| !last.is_null()) {
                    tell(last, data);
                }
            }
            "conversation.updated"
            | "conversation.assigned"
            | "conversation.transferred"
            | "conversation.closed"
            | "conversation.reopened"
            | "bot.handed_over" => {
                for (field, value) in data.as_object().unwrap() {
                    if field != "transfer" {
                        conversation.insert(field.clone(), value.clone());
                    }
                }
            }
            "bot.answer_discarded" => {}
            other => panic!("unknown event {other}"),
        }
    }

    /// What a fresh snapshot would hold.
    pub(in crate::conversations) fn shown(&self) -> Value {
        let mut shown = self.conversation.clone();
        let messages = shown["messages"].as_array_mut().unwrap();
        let newest = messages.split_off(messages.len().saturating_sub(50));
        let has_more = !messages.is_empty();
        shown["messages"] = json!(newest);
        shown["has_more"] = json!(has_more);
        shown
    }
}

/// Where a message stands after this word on it.
fn tell(message: &mut Value, status: &Value) {
    let place = |delivery: &Value| {
        let order = ["queued", "sent", "delivered", "read"];
        order.iter().position(|known| delivery == known)
    };
    let is_it = message["id"] == status["message_id"];
    let is_before = status["delivery"] == "read" && message["number"].as_i64() <= status["number"].as_i64();
    let is_same_side = json!(message["sender_type"] == "customer") == status["of_customer"];
    let is_meant = is_same_side && message["message_type"] != "note";
    let follows = match (place(&message["delivery"]), place(&status["delivery"])) {
        (Some(before), Some(after)) => after > before,
        (Some(before), None) => before < 2,
        (None, _) => false,
    };
    if (is_it || is_before) && is_meant && follows {
        message["delivery"] = status["delivery"].clone();
        message["error"] = status["error"].clone();
        message["is_read"] = json!(status["delivery"] == "read");
    }
}
