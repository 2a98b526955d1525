//! A client's WebSocket.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::PATIENCE;

pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Frames that came while another was waited for.
    early: VecDeque<Value>,
    next_id: u64,
}

impl Socket {
    pub(crate) async fn open(url: &str, path: &str) -> Result<Self, tungstenite::Error> {
        let address = format!("{}{path}", url.replacen("http", "ws", 1));
        let (stream, _) = tokio_tungstenite::connect_async(address).await?;
        Ok(Self {
            stream,
            early: VecDeque::new(),
            next_id: 0,
        })
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.send_raw(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// The next frame, or the code with which the server closed (1006: without one).
    pub(crate) async fn receive(&mut self) -> Result<Value, u16> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next())
                .await
                .expect("a frame in time");
            match message {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("frames are JSON")),
                Some(Ok(Message::Close(reason))) => return Err(reason.map_or(1005, |reason| reason.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// Reads whatever comes, for later, until there is enough of it.
    pub(crate) async fn keep_reading(&mut self, enough: &AtomicBool) {
        while !enough.load(Ordering::Relaxed) {
            // Nothing of a frame is lost when this is given up in the middle.
            if let Ok(frame) = tokio::time::timeout(Duration::from_millis(50), self.receive()).await {
                self.early
                    .push_back(frame.unwrap_or_else(|code| panic!("closed with {code}")));
            }
        }
    }

    /// The first frame that fits; others stay for later.
    pub(crate) async fn wait_for(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(index) = self.early.iter().position(&fits) {
            return self.early.remove(index).unwrap();
        }
        // Beats come for ever.
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let frame = self.receive().await.unwrap_or_else(|code| panic!("closed with {code}"));
            if fits(&frame) {
                return frame;
            }
            self.early.push_back(frame);
        }
        let others = self.early.iter().map(|frame| frame["type"].to_string());
        panic!("what was waited for did not come, but {:?}", others.collect::<Vec<_>>());
    }

    /// The next event, of any topic.
    pub(crate) async fn next_event(&mut self) -> Value {
        self.wait_for(|frame| frame["seq"].is_i64() && frame["type"].is_string())
            .await
    }

    /// Sends a frame with an id of its own and waits for its answer.
    pub(crate) async fn ask(&mut self, mut frame: Value) -> Value {
        let id = self.post(&mut frame).await;
        self.wait_for(|frame| frame["re"] == id).await
    }

    /// Sends a frame with an id of its own, and tells that.
    pub(crate) async fn post(&mut self, frame: &mut Value) -> Value {
        self.next_id += 1;
        frame["id"] = json!(self.next_id);
        self.send(frame).await;
        json!(self.next_id)
    }

    pub(crate) async fn subscribe(&mut self, topic: &str) -> Value {
        self.ask(json!({ "op": "subscribe", "topic": topic })).await
    }

    pub(crate) async fn resume(&mut self, topic: &str, since: &Value, epoch: &Value) -> Value {
        self.ask(json!({ "op": "subscribe", "topic": topic, "since": since, "epoch": epoch }))
            .await
    }

    pub(crate) async fn command(&mut self, topic: &str, name: &str, data: Value) -> Value {
        self.ask(json!({ "op": "command", "topic": topic, "name": name, "data": data }))
            .await
    }

    /// The code with which the server closes, whatever else it sends before.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.receive().await {
                return code;
            }
        }
    }
}
