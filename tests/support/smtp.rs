//! A mail server that takes what it gets, as bytes, and refuses whom it is told to.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) data: String,
}

#[derive(Default)]
struct Kept {
    mails: Vec<Received>,
    /// What the next receivers are answered, in order; then all are welcome.
    refusals: Vec<&'static str>,
    /// What was said to sign in.
    auth: Vec<String>,
}

pub(crate) struct MailServer {
    pub(crate) port: u16,
    kept: Arc<Mutex<Kept>>,
    task: tokio::task::JoinHandle<()>,
}

impl MailServer {
    pub(crate) async fn start(refusals: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Arc::new(Mutex::new(Kept {
            refusals: refusals.iter().rev().copied().collect(),
            ..Kept::default()
        }));
        let task = tokio::spawn({
            let kept = kept.clone();
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    // A client that hangs up ends its conversation.
                    tokio::spawn(converse(stream, kept.clone()));
                }
            }
        });
        Self { port, kept, task }
    }

    pub(crate) fn mails(&self) -> Vec<Received> {
        self.kept.lock().unwrap().mails.clone()
    }

    pub(crate) fn auth(&self) -> Vec<String> {
        self.kept.lock().unwrap().auth.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, kept: Arc<Mutex<Kept>>) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut from, mut to) = (String::new(), String::new());
    write.write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN",
            "AUTH" => {
                kept.lock().unwrap().auth.push(line.clone());
                "235 welcome"
            }
            "MAIL" => {
                from = address(&line);
                "250 ok"
            }
            "RCPT" => {
                to = address(&line);
                kept.lock().unwrap().refusals.pop().unwrap_or("250 ok")
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut data = String::new();
                while let Some(line) = lines.next_line().await.ok()? {
                    if line == "." {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push_str("\r\n");
                }
                let received = Received {
                    from: from.clone(),
                    to: to.clone(),
                    data,
                };
                kept.lock().unwrap().mails.push(received);
                "250 taken"
            }
            "QUIT" => "221 bye",
            "RSET" | "NOOP" => "250 ok",
            _ => "502 what",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}

fn address(line: &str) -> String {
    let rest = line.split_once('<').map_or("", |(_, rest)| rest);
    rest.split('>').next().unwrap_or_default().to_owned()
}
