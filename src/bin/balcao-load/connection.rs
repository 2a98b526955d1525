//! One WebSocket, and the frames that matter to a load.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::{Context, anyhow};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::people::Person;

/// A frame from the server. What a load does not look at is skipped unread.
#[derive(Debug, Deserialize)]
pub(crate) struct Incoming<'a> {
    pub(crate) re: Option<u64>,
    #[serde(default)]
    pub(crate) ok: bool,
    pub(crate) seq: Option<i64>,
    #[serde(borrow)]
    pub(crate) epoch: Option<Cow<'a, str>>,
    pub(crate) events: Option<Vec<Numbered>>,
    pub(crate) error: Option<Refused>,
    /// Of an event.
    #[serde(rename = "type")]
    pub(crate) kind: Option<IgnoredAny>,
    pub(crate) beat: Option<HashMap<String, i64>>,
    pub(crate) unsubscribed: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Numbered {
    pub(crate) seq: i64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) message: String,
    pub(crate) retry_after_ms: Option<u64>,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lost {
    /// As the server said it; 1006 where it said nothing.
    pub(crate) code: u16,
}

impl Lost {
    /// Whether the contract lets a client come back by itself.
    pub(crate) fn is_final(self) -> bool {
        (4_400..4_500).contains(&self.code)
    }
}

pub(crate) struct Connection(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Connection {
    pub(crate) async fn open(person: &Person) -> anyhow::Result<Self> {
        // As browsers do: a command that waited for the acknowledgement of the one before would be measured as a slow server.
        let at_once = true;
        let (stream, _) = tokio_tungstenite::connect_async_with_config(person.socket_url(), None, at_once)
            .await
            .context("cannot open a WebSocket")?;
        Ok(Self(stream))
    }

    pub(crate) async fn send(&mut self, frame: &Value) -> Result<(), Lost> {
        let message = Message::text(frame.to_string());
        self.0.send(message).await.map_err(|_| Lost { code: 1006 })
    }

    /// The next frame's text. Nothing is lost when this is given up before it is done.
    pub(crate) async fn receive(&mut self) -> Result<Utf8Bytes, Lost> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text),
                Some(Ok(Message::Close(reason))) => {
                    return Err(Lost {
                        code: reason.map_or(1005, |reason| reason.code.into()),
                    });
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Lost { code: 1006 }),
            }
        }
    }

    /// Sends a command and waits for its answer's `data`; where the server says "too fast", once more after a while.
    pub(crate) async fn ask(&mut self, frame: &Value) -> anyhow::Result<Value> {
        loop {
            self.send(frame).await.map_err(lost)?;
            let answer: Value = loop {
                let answer: Value = serde_json::from_str(&self.receive().await.map_err(lost)?)?;
                if answer.get("re") == frame.get("id") {
                    break answer;
                }
            };
            if answer["ok"] == true {
                return Ok(answer["data"].clone());
            }
            let refused = Refused::deserialize(&answer["error"])?;
            let Some(wait) = refused.retry_after_ms else {
                return Err(anyhow!("a command was refused: {}: {}", refused.code, refused.message));
            };
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
        }
    }

    pub(crate) async fn close(mut self) {
        // Whoever has gone already need not be told.
        let _ = self.0.close(None).await;
    }
}

fn lost(lost: Lost) -> anyhow::Error {
    anyhow!("a WebSocket was closed with {}", lost.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_that_matter_are_told_apart() {
        let read = |text| serde_json::from_str::<Incoming<'_>>(text).unwrap();
        let event = read(r#"{"topic":"board:x","seq":42,"type":"lead.moved","data":{"a":[1]},"by":{"id":"i"}}"#);
        assert!(event.kind.is_some() && event.seq == Some(42) && event.re.is_none());
        let resumed = read(r#"{"re":1,"ok":true,"topic":"t","epoch":"e","seq":44,"events":[{"seq":43},{"seq":44}]}"#);
        assert_eq!(resumed.events.map(|events| events.len()), Some(2));
        let refused = read(r#"{"re":3,"ok":false,"error":{"code":"rate_limited","message":"m","retry_after_ms":7}}"#);
        assert_eq!(refused.error.and_then(|error| error.retry_after_ms), Some(7));
        assert_eq!(
            read(r#"{"beat":{"board:x":4}}"#).beat.map(|beat| beat["board:x"]),
            Some(4)
        );
    }

    #[test]
    fn some_ends_are_final() {
        assert!(Lost { code: 4401 }.is_final());
        for code in [1006, 1012, 4008, 4009] {
            assert!(!Lost { code }.is_final());
        }
    }
}
