//! Ten clients that stop reading, among five hundred that read.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{PATIENCE, Process, User, http_client, register, until};

const READERS: usize = 500;
const DEAF: usize = 10;
/// More than what a mailbox and the kernel hold of what is not read.
const UPDATES: u64 = 450;
/// So many at a time; the next come when every reader has these.
const WAVE: u64 = 10;
const TEXT: usize = 2_000;
/// What the server's memory may grow by: some write buffers for each connection, and no queue of what is not read.
const LARGEST_GROWTH: u64 = 48 * 1024 * 1024;

/// All that a reader looks at.
#[derive(Deserialize)]
struct Numbered {
    seq: Option<u64>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

type Stream = WebSocketStream<TcpStream>;

async fn follow(user: &User, topic: &str, receive_buffer: Option<u32>) -> (Stream, u64) {
    let host = user.url.strip_prefix("http://").unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    if let Some(bytes) = receive_buffer {
        socket.set_recv_buffer_size(bytes).unwrap();
    }
    let connection = socket.connect(host.parse().unwrap()).await.unwrap();
    let address = format!("ws://{host}/ws?token={}", user.token);
    let (mut stream, _) = tokio_tungstenite::client_async(address, connection).await.unwrap();
    let subscribe = json!({ "id": 1, "op": "subscribe", "topic": topic }).to_string();
    stream.send(Message::text(subscribe)).await.unwrap();
    loop {
        if let Some(Ok(Message::Text(answer))) = stream.next().await
            && let Some(seq) = serde_json::from_str::<Numbered>(&answer).unwrap().seq
        {
            return (stream, seq);
        }
    }
}

/// Reads until it has the number `top`; each comes once and in order.
async fn read(mut stream: Stream, mut seq: u64, top: u64, progress: Arc<AtomicU64>) -> Stream {
    while seq < top {
        let message = tokio::time::timeout(PATIENCE, stream.next())
            .await
            .expect("a frame in time");
        let Some(Ok(Message::Text(text))) = message else {
            match message {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                other => panic!("a reader was cut off: {other:?}"),
            }
        };
        let frame: Numbered = serde_json::from_str(&text).unwrap();
        if frame.kind.is_some() && frame.seq.is_some() {
            seq += 1;
            assert_eq!(frame.seq, Some(seq));
            progress.store(seq, Ordering::Relaxed);
        }
    }
    stream
}

fn resident_bytes(server: &Process) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

async fn metric(server: &Process, name: &str) -> usize {
    let metrics = reqwest::get(format!("{}/metrics", server.url))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let value = metrics
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_that_stop_reading_are_cut_off_and_five_hundred_others_go_on_in_bounded_memory() {
    let server = Process::start().await;
    let user = register(&http_client(), &server.url).await;
    let board = user.board().await;
    let lead = json!({ "board_id": board["id"], "title": "Lead" });
    let lead = user.post("/leads", lead).await.expect_status(201).body;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let mut writer = user.socket().await;
    let first = writer.subscribe(&topic).await["seq"].as_u64().unwrap();
    let mut deaf = Vec::new();
    for _ in 0..DEAF {
        deaf.push(follow(&user, &topic, Some(4096)).await.0);
    }
    let (mut readers, mut progress) = (Vec::new(), Vec::new());
    for _ in 0..READERS {
        let (stream, seq) = follow(&user, &topic, None).await;
        let seen = Arc::new(AtomicU64::new(seq));
        readers.push(tokio::spawn(read(stream, seq, first + UPDATES, seen.clone())));
        progress.push(seen);
    }

    let before = resident_bytes(&server);
    let (mut most, mut slowest) = (before, Duration::ZERO);
    for wave in 1..=UPDATES / WAVE {
        let mut last = json!(null);
        for index in 0..WAVE {
            let data = json!({ "lead_id": lead["id"], "description": format!("{index}{}", "x".repeat(TEXT)) });
            let mut command = json!({ "op": "command", "topic": topic, "name": "update_lead", "data": data });
            last = writer.post(&mut command).await;
        }
        assert_eq!(writer.wait_for(|frame| frame["re"] == last).await["ok"], true);
        let written = Instant::now();
        let top = first + wave * WAVE;
        until("every reader has this wave", async || {
            progress.iter().all(|seen| seen.load(Ordering::Relaxed) >= top)
        })
        .await;
        slowest = slowest.max(written.elapsed());
        most = most.max(resident_bytes(&server));
    }
    // Their streams are kept, so that their sockets stay open.
    let readers = join_all(readers).await;
    until("the deaf, and only they, are cut off", async || {
        metric(&server, "balcao_sockets").await == READERS + 1
    })
    .await;
    let slow = metric(&server, "balcao_slow_closes_total").await;
    // These have not read a byte so far: what was on its way comes now, and then the end.
    for stream in deaf {
        let rest = tokio::time::timeout(
            PATIENCE,
            stream.take_while(|message| std::future::ready(message.is_ok())).count(),
        );
        assert!(u64::try_from(rest.await.expect("its end comes").max(1)).unwrap() < UPDATES);
    }
    let grown = most - before;
    println!(
        "{READERS} readers had the last of {WAVE} updates at most {slowest:?} after it was acknowledged; \
         {slow} of {DEAF} were cut off by the server, the others by the kernel; the server grew by {} KiB to {} KiB",
        grown / 1024,
        most / 1024
    );
    assert!(readers.iter().all(Result::is_ok));
    assert!(grown < LARGEST_GROWTH, "the server grew by {grown} bytes");
}
