//! Invitations and forgotten passwords: links that come by mail.

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};

use super::{database, elsewhere, log_in, post};
use crate::support::smtp::MailServer;
use crate::support::{Answer, PASSWORD, TestApp, User, until};

const NEW: &str = "uma senha nova";

/// The mails to this address that were kept instead of sent, the latest first.
async fn mails(admin: &User, to: &str) -> Vec<Value> {
    let outbox = admin.get("/outbox").await.expect_status(200).body;
    assert_eq!(outbox["is_sending"], false);
    let items = outbox["items"].as_array().unwrap().iter();
    items.filter(|mail| mail["to"] == *to).cloned().collect()
}

/// Waits for the `count`th mail to this address; answers what its link holds.
async fn token(admin: &User, to: &str, count: usize) -> String {
    until("the mail is there", async || mails(admin, to).await.len() >= count).await;
    let mail = mails(admin, to).await.remove(0);
    link(mail["text"].as_str().unwrap())
}

fn link(text: &str) -> String {
    let (_, rest) = text.split_once('#').unwrap_or_else(|| panic!("no link in {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn forgot(t: &TestApp, email: &str) -> Answer {
    post(t, "/auth/forgot-password", &json!({ "email": email })).await
}

async fn reset(t: &TestApp, token: &str, password: &str) -> Answer {
    post(
        t,
        "/auth/reset-password",
        &json!({ "token": token, "password": password }),
    )
    .await
}

async fn invited(admin: &User, name: &str) -> Value {
    let email = format!("convite-{}@test.balcao.local", uuid::Uuid::new_v4().simple());
    let body = json!({ "full_name": name, "email": email, "role": "seller" });
    admin.post("/users", body).await.expect_status(201).body
}

#[tokio::test]
async fn who_forgot_their_password_chooses_another_once_and_is_signed_out_everywhere() {
    let t = TestApp::start().await;
    let (admin, ana) = (t.admin().await, t.user("seller").await);
    let phone = elsewhere(&t, &ana).await;
    // Whether somebody has the address or not, the answer is the same.
    let (known, unknown) = (
        forgot(&t, &ana.email).await,
        forgot(&t, "nobody@test.balcao.local").await,
    );
    assert_eq!((known.status, &known.body), (202, &unknown.body));
    forgot(&t, "no address").await.expect_status(422);

    let token = token(&admin, &ana.email, 1).await;
    assert_eq!(reset(&t, &token, "short").await.expect_status(422).code(), "invalid");
    for wrong in ["", "abc", &token.replace(&token[40..44], "zzzz"), &token[1..]] {
        assert_eq!(reset(&t, wrong, NEW).await.expect_status(422).code(), "invalid_link");
    }
    // A link for a password accepts no invitation.
    let other_use = json!({ "token": token, "password": NEW });
    assert_eq!(
        post(&t, "/auth/accept-invitation", &other_use)
            .await
            .expect_status(422)
            .code(),
        "invalid_link"
    );
    ana.get("/auth/me").await.expect_status(200);

    let (first, second) = tokio::join!(reset(&t, &token, NEW), reset(&t, &token, "uma outra senha"));
    let (won, lost) = if first.status == 204 {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!((won.status, lost.status, lost.code()), (204, 422, "invalid_link"));
    for login in [&ana, &phone] {
        login.get("/auth/me").await.expect_status(401);
    }
    log_in(&t, &ana.email, PASSWORD).await.expect_status(401);
    let signed_in = [
        log_in(&t, &ana.email, NEW).await,
        log_in(&t, &ana.email, "uma outra senha").await,
    ];
    assert_eq!(signed_in.iter().filter(|answer| answer.status == 200).count(), 1);
}

#[tokio::test]
async fn a_link_expires_and_the_latest_password_voids_all_others() {
    let t = TestApp::start().await;
    let (admin, ana) = (t.admin().await, t.user("seller").await);
    forgot(&t, &ana.email).await.expect_status(202);
    let first = token(&admin, &ana.email, 1).await;
    admin
        .post(&format!("/users/{}/reset-password", ana.id), json!({}))
        .await
        .expect_status(202);
    let second = token(&admin, &ana.email, 2).await;
    reset(&t, &second, NEW).await.expect_status(204);
    assert_eq!(reset(&t, &first, NEW).await.expect_status(422).code(), "invalid_link");

    forgot(&t, &ana.email).await.expect_status(202);
    let third = token(&admin, &ana.email, 3).await;
    diesel::sql_query("UPDATE account_links SET expires_at = now() WHERE user_id = $1::uuid")
        .bind::<Text, _>(&ana.id)
        .execute(&mut database())
        .unwrap();
    assert_eq!(reset(&t, &third, NEW).await.expect_status(422).code(), "invalid_link");

    // Whoever knows an address cannot fill its mailbox.
    for _ in 0..5 {
        forgot(&t, &ana.email).await.expect_status(202);
    }
    forgot(&t, &admin.email).await.expect_status(202);
    token(&admin, &admin.email, 1).await;
    assert_eq!(mails(&admin, &ana.email).await.len(), 3);
}

#[tokio::test]
async fn who_is_invited_chooses_a_password_and_is_in() {
    let t = TestApp::start().await;
    let admin = t.admin().await;
    let made = invited(&admin, "Iara").await;
    assert_eq!(made["is_invited"], true);
    let (id, email) = (made["id"].as_str().unwrap(), made["email"].as_str().unwrap());
    // Nobody gets in meanwhile, whatever they type.
    for password in ["", PASSWORD] {
        log_in(&t, email, password).await.expect_status(401);
    }
    let first = token(&admin, email, 1).await;
    let user = format!("/users/{id}");
    admin
        .post(&format!("{user}/invite"), json!({}))
        .await
        .expect_status(202);
    let second = token(&admin, email, 2).await;

    let seen = post(&t, "/auth/invitation", &json!({ "token": second }))
        .await
        .expect_status(200)
        .body;
    let tenant = admin.get("/auth/me").await.body["tenant"]["name"].clone();
    assert_eq!(
        seen,
        json!({ "email": email, "full_name": "Iara", "tenant_name": tenant })
    );

    // While they have no access, their invitation opens nothing.
    let active = |is_active: bool| json!({ "is_active": is_active });
    admin.patch(&user, active(false)).await.expect_status(200);
    post(&t, "/auth/invitation", &json!({ "token": second }))
        .await
        .expect_status(422);
    let refused = admin
        .post(&format!("{user}/invite"), json!({}))
        .await
        .expect_status(409);
    assert_eq!(refused.code(), "user_inactive");
    admin.patch(&user, active(true)).await.expect_status(200);

    let body = json!({ "token": second, "full_name": "Iara Lima", "password": NEW });
    let session = post(&t, "/auth/accept-invitation", &body).await.expect_status(200).body;
    assert_eq!(
        (&session["user"]["full_name"], &session["user"]["role"]),
        (&json!("Iara Lima"), &json!("seller"))
    );
    let iara = admin.clone().with_token(session["accessToken"].as_str().unwrap());
    assert_eq!(iara.get("/auth/me").await.expect_status(200).body["id"], json!(id));
    assert_eq!(admin.get(&user).await.body["is_invited"], false);
    log_in(&t, email, NEW).await.expect_status(200);

    for used in [&first, &second] {
        let again = json!({ "token": used, "password": NEW });
        assert_eq!(
            post(&t, "/auth/accept-invitation", &again)
                .await
                .expect_status(422)
                .code(),
            "invalid_link"
        );
    }
    let late = admin
        .post(&format!("{user}/invite"), json!({}))
        .await
        .expect_status(409);
    assert_eq!(late.code(), "already_joined");
}

#[tokio::test]
async fn only_administrators_invite_and_see_what_was_not_sent() {
    let t = TestApp::start().await;
    let (admin, stranger) = (t.admin().await, t.other_tenant().await);
    let made = invited(&admin, "Iara").await;
    let user = format!("/users/{}", made["id"].as_str().unwrap());
    for role in ["supervisor", "attendant", "seller"] {
        let colleague = t.user(role).await;
        colleague.get("/outbox").await.expect_status(403);
        for path in ["invite", "reset-password"] {
            colleague
                .post(&format!("{user}/{path}"), json!({}))
                .await
                .expect_status(403);
        }
    }
    token(&admin, made["email"].as_str().unwrap(), 1).await;
    assert_eq!(
        stranger.get("/outbox").await.expect_status(200).body["items"],
        json!([])
    );
    stranger
        .post(&format!("{user}/invite"), json!({}))
        .await
        .expect_status(404);
    // Twice under one key is once.
    let key = "0193e0a0-0000-7000-8000-0000000000aa";
    let invite = format!("{user}/invite");
    for _ in 0..2 {
        let again = admin.send(reqwest::Method::POST, &invite, Some(json!({})), Some(key));
        again.await.expect_status(202);
    }
    token(&admin, made["email"].as_str().unwrap(), 2).await;
    let other = invited(&admin, "Otto").await;
    token(&admin, other["email"].as_str().unwrap(), 1).await;
    assert_eq!(mails(&admin, made["email"].as_str().unwrap()).await.len(), 2);
}

/// Takes quoted-printable apart; a `=` of the headers between stays one.
fn decoded(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[2..]);
            }
            None => {
                bytes.push(b'=');
                bytes.extend(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn mail_goes_to_the_server_of_the_settings_as_a_mail_should_look() {
    // The first time it is too busy; whom the other mail is for it does not know.
    let server = MailServer::start(&["451 later"]).await;
    let (port, host) = (format!("--smtp-port={}", server.port), "--smtp-host=127.0.0.1");
    let t = TestApp::alone(&[
        host,
        &port,
        "--smtp-encryption=none",
        "--smtp-username=balcao",
        "--smtp-password=senha do correio",
        "--smtp-from=Balcão <oi@crm.example.com>",
        "--frontend-url=https://crm.example.com",
    ])
    .await;
    let admin = t.admin().await;
    let made = invited(&admin, "Íris").await;
    let email = made["email"].as_str().unwrap();
    until("the mail has come, at the second attempt", async || {
        !server.mails().is_empty()
    })
    .await;
    let mail = server.mails().remove(0);
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("oi@crm.example.com", email));
    let (head, body) = mail.data.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let line = head.split("\r\n").find(|line| line.starts_with(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {head}")).to_owned()
    };
    assert!(header("From").contains("<oi@crm.example.com>"), "{head}");
    assert!(header("To").contains(email), "{head}");
    assert!(header("Subject").is_ascii() && header("From").is_ascii(), "{head}");
    assert!(header("Message-ID").ends_with("@crm.example.com>"), "{head}");
    assert!(header("Content-Type").contains("multipart/alternative"), "{head}");
    assert!(body.lines().all(|line| line.len() <= 998) && mail.data.is_ascii());
    let (text, html) = body.split_once("text/html").unwrap();
    let (text, html) = (decoded(text), decoded(html));
    assert!(text.contains("Olá, Íris.") && html.contains("Olá, Íris."), "{text}");
    assert!(text.contains("https://crm.example.com/accept-invitation#"), "{text}");
    assert!(server.auth().iter().all(|line| line.starts_with("AUTH PLAIN ")) && !server.auth().is_empty());

    let body = json!({ "token": link(&text), "password": NEW });
    post(&t, "/auth/accept-invitation", &body).await.expect_status(200);
    assert_eq!(
        admin.get("/outbox").await.body,
        json!({ "is_sending": true, "items": [] })
    );
}

#[tokio::test]
async fn a_receiver_whom_the_mail_server_does_not_know_is_told_to_administrators() {
    let server = MailServer::start(&["550 nobody here"]).await;
    let port = format!("--smtp-port={}", server.port);
    let t = TestApp::alone(&["--smtp-host=127.0.0.1", &port, "--smtp-encryption=none"]).await;
    let admin = t.admin().await;
    invited(&admin, "Ninguém").await;
    let dead = async || admin.get("/jobs?state=dead").await.expect_status(200).body;
    until("the job is dead", async || dead().await["total"] == 1).await;
    let job = dead().await["items"][0].clone();
    assert_eq!(job["kind"], "mail.link");
    assert!(job["last_error"].as_str().unwrap().contains("nobody here"), "{job:#}");
    let shown = job.to_string();
    assert!(!shown.contains("token") && !shown.contains('#'), "{shown}");
}

#[tokio::test]
async fn a_company_changes_its_name_and_clock() {
    let t = TestApp::start().await;
    let (admin, ana) = (t.admin().await, t.user("seller").await);
    let before = ana.get("/settings").await.expect_status(200).body;
    assert_eq!(before["time_zone"], "America/Sao_Paulo");
    ana.patch("/settings", json!({ "name": "Minha" }))
        .await
        .expect_status(403);
    let wrong = admin
        .patch("/settings", json!({ "name": " ", "time_zone": "Brasília" }))
        .await
        .expect_status(422);
    assert_eq!(wrong.body["errors"].as_array().unwrap().len(), 2);
    let change = json!({ "name": "Casa Nova", "time_zone": "Pacific/Kiritimati" });
    let after = admin.patch("/settings", change).await.expect_status(200).body;
    assert_eq!(
        after,
        json!({ "name": "Casa Nova", "slug": before["slug"], "time_zone": "Pacific/Kiritimati" })
    );
    assert_eq!(ana.get("/auth/me").await.body["tenant"]["name"], "Casa Nova");
    assert_eq!(
        t.other_tenant().await.get("/settings").await.body["time_zone"],
        "America/Sao_Paulo"
    );

    // Its days are others now.
    let today = |name: &str| {
        let zone: chrono_tz::Tz = name.parse().unwrap();
        chrono::Utc::now().with_timezone(&zone).date_naive().to_string()
    };
    let begun = today("Pacific/Kiritimati");
    let stats = ana.get("/dashboard/stats").await.expect_status(200).body;
    assert!([begun, today("Pacific/Kiritimati")].contains(&stats["period"]["to"].as_str().unwrap().to_owned()));
}
