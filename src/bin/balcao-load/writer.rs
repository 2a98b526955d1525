//! A socket that moves leads to and fro, or talks, at its share of the rate, whether or not the answers come.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::anyhow;
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use crate::connection::{Connection, Incoming};
use crate::people::Deed;

/// Something that this writer alone does.
pub(crate) struct Target {
    pub(crate) board: usize,
    pub(crate) topic: String,
    pub(crate) deed: Deed,
}

pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) targets: Vec<Target>,
    pub(crate) first: Instant,
    pub(crate) every: Duration,
    pub(crate) count: u64,
    /// When answers are no longer waited for.
    pub(crate) deadline: Instant,
}

/// A command that took effect.
pub(crate) struct Committed {
    pub(crate) board: usize,
    pub(crate) seq: i64,
    pub(crate) sent: Instant,
    pub(crate) took: Duration,
}

#[derive(Default)]
pub(crate) struct Written {
    pub(crate) sent: u64,
    pub(crate) committed: Vec<Committed>,
    /// Refusals by their codes.
    pub(crate) refused: BTreeMap<String, u64>,
    /// The longest that a command was sent after its time.
    pub(crate) behind: Duration,
    pub(crate) failure: Option<String>,
}

impl Writer {
    pub(crate) async fn run(mut self) -> Written {
        let mut written = Written::default();
        if let Err(error) = self.write(&mut written).await {
            written.failure = Some(format!("{error:#}"));
        }
        self.connection.close().await;
        written
    }

    async fn write(&mut self, written: &mut Written) -> anyhow::Result<()> {
        let mut waiting = BTreeMap::new();
        while written.sent < self.count || !waiting.is_empty() {
            let due = self.first + self.every.mul_f64(as_f64(written.sent));
            tokio::select! {
                () = sleep_until(due), if written.sent < self.count => {
                    let number = written.sent;
                    let now = Instant::now();
                    written.behind = written.behind.max(now - due);
                    let (board, frame) = self.command(number)?;
                    waiting.insert(number, (board, now));
                    written.sent += 1;
                    self.connection.send(&frame).await.map_err(|lost| anyhow!("a writer was closed with {}", lost.code))?;
                }
                () = sleep_until(self.deadline) => return Ok(()),
                received = self.connection.receive() => {
                    let text = received.map_err(|lost| anyhow!("a writer was closed with {}", lost.code))?;
                    let frame: Incoming<'_> = serde_json::from_str(&text)?;
                    if let Some((board, sent)) = frame.re.and_then(|re| waiting.remove(&re)) {
                        written.answered(&frame, board, sent);
                    }
                }
            }
        }
        Ok(())
    }

    /// The next deed: each target in turn, a lead each time to its other stage, so that every command makes one event.
    fn command(&self, number: u64) -> anyhow::Result<(usize, serde_json::Value)> {
        let turns = u64::try_from(self.targets.len())?;
        let round = number.checked_div(turns).unwrap_or_default();
        let target = usize::try_from(number.checked_rem(turns).unwrap_or_default())?;
        let target = self
            .targets
            .get(target)
            .ok_or_else(|| anyhow!("a writer has nothing to do"))?;
        let (name, data) = match &target.deed {
            Deed::Move {
                lead,
                stages: [first, second],
            } => {
                let stage = if round % 2 == 0 { second } else { first };
                let data = json!({ "lead_id": lead, "stage_id": stage, "position": 0 });
                ("move_lead", data)
            }
            Deed::Say => (
                "send_message",
                json!({ "content": format!("Mensagem {number}: o pedido segue amanhã cedo") }),
            ),
        };
        let frame = json!({ "id": number, "op": "command", "topic": target.topic, "name": name, "data": data });
        Ok((target.board, frame))
    }
}

impl Written {
    fn answered(&mut self, frame: &Incoming<'_>, board: usize, sent: Instant) {
        match frame.seq {
            Some(seq) if frame.ok => self.committed.push(Committed {
                board,
                seq,
                sent,
                took: sent.elapsed(),
            }),
            _ => {
                let code = frame.error.as_ref().map_or("", |error| &error.code);
                *self.refused.entry(code.to_owned()).or_default() += 1;
            }
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a run has fewer commands than a float counts exactly"
)]
pub(crate) fn as_f64(count: u64) -> f64 {
    count as f64
}
