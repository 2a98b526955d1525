//! Files: who may see them, what they really are, and how a browser gets them.

use reqwest::header::HeaderMap;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{group, text};
use crate::support::{Answer, TestApp, User};

/// The smallest PNG that is whole: one red pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, b'I', b'D', b'A', b'T', 8, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0,
    3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// A server whose files go when the test does.
async fn start(flags: &[&str]) -> (TestApp, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    let flag = format!("--balcao-data-dir={}", data.path().display());
    let flags: Vec<&str> = flags.iter().copied().chain([flag.as_str()]).collect();
    (TestApp::with(&flags).await, data)
}

async fn upload(app: &TestApp, user: &User, name: &str, bytes: &[u8], key: Option<&str>) -> Answer {
    let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
    let request = app
        .client()
        .post(format!("{}/api/v1/attachments", app.url))
        .bearer_auth(&user.token)
        .multipart(form);
    let request = key
        .into_iter()
        .fold(request, |request, key| request.header("Idempotency-Key", key));
    Answer::of(request.send().await.unwrap()).await
}

struct Got {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn get(app: &TestApp, url: &Value, headers: &[(&str, &str)]) -> Got {
    let request = app.client().get(format!("{}{}", app.url, text(url)));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    Got {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        bytes: response.bytes().await.unwrap().to_vec(),
    }
}

fn bearer(user: &User) -> String {
    format!("Bearer {}", user.token)
}

#[actix_rt::test]
async fn a_file_is_seen_by_who_uploaded_it_and_then_by_the_room_in_which_it_was_sent() {
    let (app, _data) = start(&[]).await;
    let (ada, vera, outsider) = (app.admin().await, app.user("seller").await, app.user("seller").await);
    let file = upload(&app, &ada, "..\\obra nº 1.png", PNG, None)
        .await
        .expect_status(201)
        .body;
    assert_eq!(
        (&file["filename"], &file["content_type"], &file["size"]),
        (&json!("obra nº 1.png"), &json!("image/png"), &json!(PNG.len()))
    );
    let status = async |user: &User, url: &Value| get(&app, url, &[("Authorization", &bearer(user))]).await.status;
    let statuses = async |url: &Value| {
        [
            status(&ada, url).await,
            status(&vera, url).await,
            status(&outsider, url).await,
        ]
    };
    assert_eq!(statuses(&file["url"]).await, [200, 404, 404]);

    let made = group(&ada, "Obra", &[&vera]).await;
    let path = format!("/chat/rooms/{}/messages", text(&made["id"]));
    let theirs = json!({ "attachment_id": file["id"] });
    vera.post(&path, theirs.clone()).await.expect_status(422);
    let sent = ada.post(&path, theirs).await.expect_status(201).body;
    assert_eq!((&sent["attachment"], &sent["message_type"]), (&file, &json!("image")));
    for url in [&file["url"], &file["thumbnail_url"]] {
        assert_eq!(statuses(url).await, [200, 200, 404]);
    }
    let stranger = app.other_tenant().await;
    assert_eq!(status(&stranger, &file["url"]).await, 404);
    assert_eq!(
        vera.get("/chat/search?q=obra").await.body["total"],
        1,
        "it is found by its name"
    );
    // What is taken back is no longer seen by those to whom it was shown.
    ada.delete(&format!("/chat/messages/{}", text(&sent["id"])))
        .await
        .expect_status(204);
    assert_eq!(statuses(&file["url"]).await, [200, 404, 404]);
}

#[actix_rt::test]
async fn bytes_come_whole_in_ranges_or_not_at_all_and_can_do_nothing_in_a_browser() {
    let (app, _data) = start(&[]).await;
    let ada = app.admin().await;
    let token = bearer(&ada);
    let auth = ("Authorization", token.as_str());
    let image = upload(&app, &ada, "obra.png", PNG, None).await.expect_status(201).body;
    let whole = get(&app, &image["url"], &[auth]).await;
    assert_eq!((whole.status, whole.bytes.as_slice()), (200, PNG));
    assert_eq!(
        (whole.header("content-type"), whole.header("content-length")),
        ("image/png", PNG.len().to_string().as_str())
    );
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert_eq!(whole.header("content-security-policy"), "default-src 'none'; sandbox");
    assert!(
        whole.header("content-disposition").starts_with("inline"),
        "{}",
        whole.header("content-disposition")
    );
    assert!(whole.header("cache-control").contains("private"));
    let small = get(&app, &image["thumbnail_url"], &[auth]).await;
    assert_eq!(
        (small.status, small.header("content-type"), &small.bytes[..3]),
        (200, "image/jpeg", &[0xff, 0xd8, 0xff][..])
    );

    for (range, status, bytes, content_range) in [
        ("bytes=1-3", 206, &PNG[1..=3], format!("bytes 1-3/{}", PNG.len())),
        (
            "bytes=60-",
            206,
            &PNG[60..],
            format!("bytes 60-{}/{}", PNG.len() - 1, PNG.len()),
        ),
        (
            "bytes=-4",
            206,
            &PNG[PNG.len() - 4..],
            format!("bytes {}-{}/{}", PNG.len() - 4, PNG.len() - 1, PNG.len()),
        ),
        ("bytes=9999-", 416, &[][..], format!("bytes */{}", PNG.len())),
        ("bytes=0-1,3-4", 200, PNG, String::new()),
        ("nonsense", 200, PNG, String::new()),
    ] {
        let part = get(&app, &image["url"], &[auth, ("Range", range)]).await;
        assert_eq!(
            (part.status, part.bytes.as_slice(), part.header("content-range")),
            (status, bytes, content_range.as_str()),
            "{range}"
        );
    }
    let tag = whole.header("etag");
    assert_eq!(
        get(&app, &image["url"], &[auth, ("If-None-Match", tag)]).await.status,
        304
    );
    assert_eq!(
        get(
            &app,
            &image["url"],
            &[auth, ("Range", "bytes=0-1"), ("If-Range", "\"another\"")]
        )
        .await
        .status,
        200
    );

    let page = upload(
        &app,
        &ada,
        "página.html",
        b"<!DOCTYPE html><script>alert(1)</script>",
        None,
    )
    .await
    .expect_status(201)
    .body;
    assert_eq!(page["thumbnail_url"], json!(null));
    let page = get(&app, &page["url"], &[auth]).await;
    assert_eq!(
        page.header("content-disposition"),
        "attachment; filename*=UTF-8''p%C3%A1gina.html"
    );
    assert_eq!(page.header("content-security-policy"), "default-src 'none'; sandbox");
    let empty = upload(&app, &ada, "vazio.txt", b"", None).await.expect_status(201).body;
    assert_eq!(get(&app, &empty["url"], &[auth]).await.bytes, b"");
}

#[actix_rt::test]
async fn what_is_too_large_disguised_or_no_form_is_refused_and_leaves_nothing() {
    let (app, data) = start(&["--upload-max-bytes=1000"]).await;
    let ada = app.admin().await;
    let large = upload(&app, &ada, "grande.txt", &[b'x'; 1001], None)
        .await
        .expect_status(413);
    assert_eq!(large.code(), "too_large");
    upload(&app, &ada, "grande.txt", &[b'x'; 1000], None)
        .await
        .expect_status(201);
    for (name, bytes, code) in [
        ("foto.png", &b"<svg onload=alert(1)>"[..], "disguised"),
        ("nota.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "not_allowed"),
    ] {
        let refused = upload(&app, &ada, name, bytes, None).await.expect_status(422);
        assert_eq!(
            (&refused.body["errors"][0]["field"], &refused.body["errors"][0]["code"]),
            (&json!("file"), &json!(code))
        );
    }
    let url = format!("{}/api/v1/attachments", app.url);
    let form = Form::new().text("other", "x");
    let missing = app
        .client()
        .post(&url)
        .bearer_auth(&ada.token)
        .multipart(form)
        .send()
        .await
        .unwrap();
    assert_eq!(
        Answer::of(missing).await.expect_status(422).body["errors"][0]["code"],
        "required"
    );
    let no_form = app
        .client()
        .post(&url)
        .bearer_auth(&ada.token)
        .body("x")
        .send()
        .await
        .unwrap();
    assert_eq!(Answer::of(no_form).await.expect_status(400).code(), "malformed_request");
    let nobody = app
        .client()
        .post(&url)
        .multipart(Form::new().text("file", "x"))
        .send()
        .await
        .unwrap();
    assert_eq!(nobody.status(), 401);
    let kept = std::fs::read_dir(data.path().join("attachments").join(&ada.tenant)).unwrap();
    assert_eq!(kept.count(), 1, "only the one that was accepted");
}

#[actix_rt::test]
async fn a_file_uploaded_again_under_its_key_is_the_same_file() {
    let (app, data) = start(&[]).await;
    let ada = app.admin().await;
    let key = Some("0193e0a0-0000-7000-8000-0000000000ad");
    let first = upload(&app, &ada, "obra.png", PNG, key).await.expect_status(201).body;
    assert_eq!(
        upload(&app, &ada, "obra.png", PNG, key).await.expect_status(201).body,
        first
    );
    assert_eq!(
        upload(&app, &ada, "outra.png", PNG, key)
            .await
            .expect_status(422)
            .code(),
        "idempotency_key_reused"
    );
    let kept = std::fs::read_dir(data.path().join("attachments").join(&ada.tenant)).unwrap();
    assert_eq!(kept.count(), 2, "the file and its small picture");
}

#[actix_rt::test]
async fn a_browser_shows_attachments_by_a_cookie_that_opens_nothing_else_and_ends_with_the_login() {
    let (app, _data) = start(&[]).await;
    let ada = app.admin().await;
    let file = upload(&app, &ada, "obra.png", PNG, None).await.expect_status(201).body;
    let login = json!({ "email": ada.email, "password": crate::support::PASSWORD });
    let login = app
        .client()
        .post(format!("{}/api/v1/auth/login", app.url))
        .json(&login)
        .send()
        .await
        .unwrap();
    let login = Answer::of(login).await.expect_status(200);
    let set = login.headers["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/api/v1/attachments"] {
        assert!(set.contains(part), "{set}");
    }
    let cookie = set.split(';').next().unwrap().to_owned();
    let shown = async |cookie: &str| get(&app, &file["url"], &[("Cookie", cookie)]).await.status;
    assert_eq!(shown(&cookie).await, 200);
    assert_eq!(get(&app, &file["url"], &[]).await.status, 401);
    for path in ["/api/v1/auth/me", "/api/v1/chat/rooms", "/api/v1/attachmentsx/1"] {
        let elsewhere = get(&app, &json!(path), &[("Cookie", &cookie)]).await;
        assert!(matches!(elsewhere.status, 401 | 404), "{path}");
    }
    let write = app
        .client()
        .post(format!("{}/api/v1/attachments", app.url))
        .header("Cookie", &cookie);
    assert_eq!(
        write
            .multipart(Form::new().text("file", "x"))
            .send()
            .await
            .unwrap()
            .status(),
        401
    );

    let refresh = json!({ "refreshToken": login.body["refreshToken"] });
    let renewed = app
        .client()
        .post(format!("{}/api/v1/auth/refresh", app.url))
        .json(&refresh)
        .send()
        .await
        .unwrap();
    let renewed = Answer::of(renewed).await.expect_status(200);
    let renewed_cookie = renewed.headers["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(shown(&renewed_cookie).await, 200);
    let token = text(&renewed.body["accessToken"]);
    let logout = app
        .client()
        .post(format!("{}/api/v1/auth/logout", app.url))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert!(logout.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(shown(&renewed_cookie).await, 401);
}

#[actix_rt::test]
async fn ones_own_picture_is_seen_by_all_colleagues_and_by_nobody_else() {
    let (app, _data) = start(&[]).await;
    let (ada, vera, other) = (app.admin().await, app.user("seller").await, app.other_tenant().await);
    let picture = upload(&app, &ada, "eu.png", PNG, None).await.expect_status(201).body;
    let notes = upload(&app, &ada, "notas.txt", b"so texto", None)
        .await
        .expect_status(201)
        .body;
    let of_vera = upload(&app, &vera, "ela.png", PNG, None).await.expect_status(201).body;
    assert_eq!(
        get(&app, &picture["url"], &[("Authorization", &bearer(&vera))])
            .await
            .status,
        404
    );
    for (wrong, code) in [(&notes, "not_an_image"), (&of_vera, "not_found")] {
        let refused = ada
            .patch("/auth/me", json!({ "avatar_id": wrong["id"] }))
            .await
            .expect_status(422);
        assert_eq!(refused.body["errors"][0]["code"], code);
    }
    let me = ada
        .patch("/auth/me", json!({ "avatar_id": picture["id"] }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(me["avatar_url"], picture["thumbnail_url"]);
    let seen = vera.get(&format!("/users/{}", ada.id)).await.body;
    assert_eq!(seen["avatar_url"], me["avatar_url"]);
    let got = get(&app, &seen["avatar_url"], &[("Authorization", &bearer(&vera))]).await;
    assert_eq!((got.status, got.header("content-type")), (200, "image/jpeg"));
    assert_eq!(
        get(&app, &seen["avatar_url"], &[("Authorization", &bearer(&other))])
            .await
            .status,
        404
    );
    ada.patch("/auth/me", json!({ "full_name": "Ada" }))
        .await
        .expect_status(200);
    assert_eq!(
        ada.get("/auth/me").await.body["avatar_url"],
        me["avatar_url"],
        "what is absent stays"
    );
    ada.patch("/auth/me", json!({ "avatar_id": null }))
        .await
        .expect_status(200);
    assert_eq!(
        vera.get(&format!("/users/{}", ada.id)).await.body["avatar_url"],
        json!(null)
    );
    assert_eq!(
        get(&app, &picture["url"], &[("Authorization", &bearer(&vera))])
            .await
            .status,
        404
    );
}

#[actix_rt::test]
async fn what_was_uploaded_and_never_sent_is_removed_after_a_week_and_nothing_else_is() {
    let data = tempfile::tempdir().unwrap();
    let flag = format!("--balcao-data-dir={}", data.path().display());
    // No other server may do this one's work: it has other files.
    let app = TestApp::alone(&[&flag]).await;
    let ada = app.admin().await;
    let room = group(&ada, "Obra", &[]).await;
    let mut files = Vec::new();
    for name in ["enviada.png", "retrato.png", "esquecida.png", "recente.png"] {
        files.push(upload(&app, &ada, name, PNG, None).await.expect_status(201).body);
    }
    let path = format!("/chat/rooms/{}/messages", text(&room["id"]));
    let send = async |file: &Value| {
        ada.post(&path, json!({ "content": "", "attachment_id": file["id"] }))
            .await
    };
    send(&files[0]).await.expect_status(201);
    ada.patch("/auth/me", json!({ "avatar_id": files[1]["id"] }))
        .await
        .expect_status(200);
    app.in_database(
        "UPDATE attachments SET created_at = created_at - interval '8 days' WHERE filename <> 'recente.png'",
    );
    let refused = send(&files[2]).await.expect_status(422);
    assert_eq!(
        refused.body["errors"][0]["field"], "attachment_id",
        "it may be removed at any moment"
    );

    let stored = || walk(data.path().join("attachments").as_path());
    assert_eq!(stored(), 8, "each with its small picture");
    app.in_database(&format!(
        "INSERT INTO jobs (tenant_id, id, kind, payload, run_at) VALUES ('{}', gen_random_uuid(), 'unsent_files', 'null', now())",
        ada.tenant
    ));
    let got = async |file: &Value| {
        get(&app, &file["url"], &[("Authorization", &bearer(&ada))])
            .await
            .status
    };
    crate::support::until("the forgotten one is gone", async || got(&files[2]).await == 404).await;
    for kept in [&files[0], &files[1], &files[3]] {
        assert_eq!(got(kept).await, 200, "{kept}");
    }
    assert_eq!(stored(), 6);
}

/// How many files there are under a folder.
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path())
            } else {
                1
            }
        })
        .sum()
}
