//! Customers, the bot and the people who answer them.

mod flows;
mod inbox;
mod outside;
mod people;

use serde_json::Value;

use crate::support::{Answer, Socket, TestApp};

/// Somebody on a page with our widget.
struct Visitor {
    token: String,
    conversation: String,
}

impl Visitor {
    /// Opens the widget of a channel.
    async fn enter(app: &TestApp, channel: &Value, mut body: Value) -> Self {
        body["channel_key"] = channel["public_key"].clone();
        let url = format!("{}/api/v1/webchat/sessions", app.url);
        let answer = Answer::of(app.client().post(url).json(&body).send().await.unwrap()).await;
        let session = answer.expect_status(201).body;
        Self {
            token: session["visitor_token"].as_str().unwrap().to_owned(),
            conversation: session["conversation_id"].as_str().unwrap().to_owned(),
        }
    }

    fn topic(&self) -> String {
        format!("conversation:{}", self.conversation)
    }

    /// The widget's socket, and what it starts from.
    async fn socket(&self, app: &TestApp) -> (Socket, Value) {
        let path = format!("/ws/webchat?token={}", self.token);
        let mut socket = Socket::open(&app.url, &path).await.unwrap();
        let start = socket.wait_for(|frame| frame["re"] == 0).await;
        (socket, start["snapshot"].clone())
    }

    async fn get(&self, app: &TestApp, path: &str) -> Answer {
        let url = format!("{}/api/v1{path}", app.url);
        Answer::of(app.client().get(url).bearer_auth(&self.token).send().await.unwrap()).await
    }
}
