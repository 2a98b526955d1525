//! The connection to Redis: made again whenever it breaks.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use rand::Rng;
use redis::aio::MultiplexedConnection;
use redis::{Msg, RedisError};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::message::sender;
use super::{Bus, Meeting, Message, NodeId};

/// How often a server says that it is there.
const ALIVE: Duration = Duration::from_secs(2);
/// After this long without a word a server, or the line itself, counts as gone.
const SILENCE: Duration = Duration::from_secs(7);
/// How long Redis may take for an answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Waits between attempts to connect.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// The most messages that go out together.
const BATCH: usize = 256;

/// What is done with what arrives.
pub(in crate::live) trait Listener {
    /// The line is up: nothing that was told meanwhile has arrived.
    fn connected(&self);
    /// Another server told something.
    fn receive(&self, from: NodeId, message: Message);
    /// Another server has gone without a word.
    fn lost(&self, node: NodeId);
}

#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("Redis failed")]
    Redis(#[from] RedisError),
    #[error("Redis does not answer")]
    Slow(#[from] tokio::time::error::Elapsed),
    #[error("Redis closed the connection")]
    Closed,
    #[error("nothing arrives any more")]
    Silent,
}

/// The far end of the line.
pub(in crate::live) struct Line {
    node: NodeId,
    redis: redis::Client,
    channel: String,
    queue: mpsc::Receiver<Message>,
    /// When the other servers were last heard.
    heard: HashMap<NodeId, Instant>,
}

impl Line {
    pub(super) fn new(node: NodeId, meeting: Meeting, queue: mpsc::Receiver<Message>) -> Self {
        Self {
            node,
            redis: meeting.redis,
            channel: format!("{}:bus", meeting.prefix),
            queue,
            heard: HashMap::new(),
        }
    }

    /// Runs until the server stops.
    pub(in crate::live) async fn run(mut self, bus: &Bus, listener: &impl Listener) {
        let mut wait = RETRY.0;
        loop {
            match self.connect().await {
                Ok((publisher, incoming)) => {
                    wait = RETRY.0;
                    tracing::info!("Joined the other servers");
                    let broken = self.converse(publisher, incoming, bus, listener).await;
                    bus.set_up(false);
                    report(broken, "Lost the line to the other servers");
                }
                Err(broken) if wait == RETRY.0 => report(broken, "Cannot join the other servers; trying on"),
                Err(_) => {}
            }
            // Not all servers at the same moment.
            let jittered = wait.mul_f64(rand::rng().random_range(0.5..1.0));
            tokio::time::sleep(jittered).await;
            wait = (wait * 2).min(RETRY.1);
        }
    }

    async fn connect(&self) -> Result<(MultiplexedConnection, impl Stream<Item = Msg> + Unpin + use<>), Broken> {
        let connecting = async {
            let mut incoming = self.redis.get_async_pubsub().await?;
            incoming.subscribe(&self.channel).await?;
            let publisher = self.redis.get_multiplexed_async_connection().await?;
            Ok((publisher, incoming.into_on_message()))
        };
        timeout(PATIENCE, connecting).await?
    }

    /// Talks and listens until the connection breaks; tells how it did.
    async fn converse(
        &mut self,
        mut publisher: MultiplexedConnection,
        mut incoming: impl Stream<Item = Msg> + Unpin,
        bus: &Bus,
        listener: &impl Listener,
    ) -> Broken {
        // What still waits is from before the line broke.
        while self.queue.try_recv().is_ok() {}
        bus.take_lost();
        let now = Instant::now();
        self.heard.values_mut().for_each(|heard| *heard = now);
        bus.set_up(true);
        bus.tell(|| Message::Ask { whom: None });
        listener.connected();

        let mut beat = tokio::time::interval(ALIVE);
        let mut heard = now;
        let mut outgoing = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                arrived = incoming.next() => {
                    let Some(arrived) = arrived else { return Broken::Closed };
                    heard = Instant::now();
                    self.receive(arrived.get_payload_bytes(), bus, listener);
                }
                _ = self.queue.recv_many(&mut outgoing, BATCH) => {
                    if let Err(broken) = self.publish(&mut publisher, &outgoing).await {
                        return broken;
                    }
                    outgoing.clear();
                }
                _ = beat.tick() => {
                    // Our own word comes back as well, so that the line is never silent for long.
                    if heard.elapsed() > SILENCE {
                        return Broken::Silent;
                    }
                    self.forget_silent(listener);
                    let word = if bus.take_lost() { Message::Missed } else { Message::Alive };
                    if let Err(broken) = self.publish(&mut publisher, &[word]).await {
                        return broken;
                    }
                }
            }
        }
    }

    async fn publish(&self, publisher: &mut MultiplexedConnection, messages: &[Message]) -> Result<(), Broken> {
        let mut pipe = redis::pipe();
        for message in messages {
            match message.encode(self.node) {
                Ok(bytes) => drop(pipe.publish(&self.channel, bytes).ignore()),
                Err(error) => tracing::error!(%error, "Could not encode a message for other servers"),
            }
        }
        timeout(PATIENCE, pipe.query_async::<()>(publisher)).await??;
        Ok(())
    }

    fn receive(&mut self, bytes: &[u8], bus: &Bus, listener: &impl Listener) {
        let Some((from, message)) = sender(bytes) else { return };
        if from == self.node {
            return;
        }
        if self.heard.insert(from, Instant::now()).is_none() {
            // It is new here, or was thought to be gone.
            bus.tell(|| Message::Ask { whom: Some(from) });
        }
        match serde_json::from_slice(message) {
            Ok(message) => listener.receive(from, message),
            // A server of another version may tell what this one does not know.
            Err(error) => tracing::debug!(%error, "Could not read what another server told"),
        }
    }

    fn forget_silent(&mut self, listener: &impl Listener) {
        let silent = |_: &NodeId, heard: &mut Instant| heard.elapsed() > SILENCE;
        for (node, _) in self.heard.extract_if(silent) {
            tracing::warn!(node = %node.0, "Another server has fallen silent");
            listener.lost(node);
        }
    }
}

fn report(broken: Broken, what: &str) {
    let error = anyhow::Error::from(broken);
    tracing::warn!(error = format!("{error:#}"), "{what}");
}
