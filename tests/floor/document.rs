//! The five cases that the document calls critical, and the document's own words.

use serde_json::json;

use super::{buyers, come, contact, hand, online, pending, shared, started};
use crate::boards::text;
use crate::support::{Answer, PASSWORD, TestApp};

#[actix_rt::test]
async fn one_seller_gets_all_and_three_get_18_18_19() {
    let t = started().await;
    buyers(&t, 55, |number| 30 + i64::try_from(number % 31).unwrap()).await;
    let (vera, _vera) = online(&t).await;
    shared(&[&vera], &[55]).await;
    let (vitor, _vitor) = online(&t).await;
    shared(&[&vera, &vitor], &[27, 28]).await;
    let (ana, _ana) = online(&t).await;
    shared(&[&vera, &vitor, &ana], &[18, 18, 19]).await;

    // The most urgent first.
    let clients = vera
        .get(&format!("/sellers/{}/clients?per_page=100", vera.id))
        .await
        .expect_status(200)
        .body;
    let days: Vec<i64> = clients["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|client| client["days_since_purchase"].as_i64().unwrap())
        .collect();
    assert!(days.is_sorted_by(|one, other| one >= other), "{days:?}");
    assert!(days.iter().all(|day| (30..=60).contains(day)));
}

#[actix_rt::test]
async fn who_is_not_eligible_is_dealt_to_nobody() {
    let t = started().await;
    buyers(&t, 6, |number| [0, 29, 30, 60, 61, 400][number]).await;
    let (vera, _socket) = online(&t).await;
    shared(&[&vera], &[2]).await;
    let admin = t.admin().await;
    let stats = admin.get("/distribution/stats").await.expect_status(200).body;
    for (field, count) in [
        ("clients", 6),
        ("assigned", 2),
        ("active", 2),
        ("inactive", 2),
        ("available", 0),
        ("sellers_online", 1),
    ] {
        assert_eq!(stats[field], count, "{field}: {stats:#}");
    }
    let periods = admin
        .get("/distribution/clients-by-period")
        .await
        .expect_status(200)
        .body;
    for (period, count) in [("30-45", 1), ("45-60", 0), ("60-90", 2), ("90+", 1)] {
        assert_eq!(periods[period].as_array().unwrap().len(), count, "{period}");
    }
    // The window is the company's to choose.
    admin
        .put("/distribution/settings", json!({ "from_days": 61, "to_days": 60 }))
        .await
        .expect_status(422);
    admin
        .put("/distribution/settings", json!({ "from_days": 20, "to_days": 90 }))
        .await
        .expect_status(200);
    shared(&[&vera], &[4]).await;
}

#[actix_rt::test]
async fn who_signs_out_gives_back_at_once_and_who_closes_the_browser_after_a_moment() {
    let t = TestApp::with(&["--seller-grace-seconds=4"]).await;
    buyers(&t, 12, |_| 40).await;
    let ((vera, _vera), (vitor, socket)) = (online(&t).await, online(&t).await);
    shared(&[&vera, &vitor], &[6, 6]).await;

    // A page that is loaded again moves nobody: the ledger knows of no run when it is left for good.
    let admin = t.admin().await;
    let runs = async || {
        admin.get("/distribution/runs").await.expect_status(200).body["total"]
            .as_i64()
            .unwrap()
    };
    let before = runs().await;
    drop(socket);
    let socket = come(&vitor).await;
    drop(socket);
    shared(&[&vera], &[12]).await;
    assert_eq!(runs().await, before + 1);
    let _socket = come(&vitor).await;
    shared(&[&vera, &vitor], &[6, 6]).await;
    vitor.post("/auth/logout", json!({})).await.expect_status(204);
    shared(&[&vera], &[12]).await;
    let sellers = admin.get("/sellers").await.expect_status(200).body;
    let online: Vec<_> = sellers["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|seller| seller["is_online"] == true)
        .collect();
    assert_eq!(online.len(), 1);
    assert_eq!(online[0]["id"], json!(vera.id));
}

#[actix_rt::test]
async fn a_client_who_was_contacted_does_not_come_back_in_this_cycle() {
    let t = started().await;
    buyers(&t, 4, |_| 40).await;
    let admin = t.admin().await;
    let (vera, socket) = online(&t).await;
    shared(&[&vera], &[4]).await;
    let (open, _) = hand(&vera).await;
    let contacted = contact(&vera, &open[0]).await;
    assert_eq!(
        (&contacted["state"], &contacted["notes"]),
        (&json!("contacted"), &json!("Volta em março"))
    );
    assert_eq!(contacted["seller"]["id"], json!(vera.id));

    let (vitor, _vitor) = online(&t).await;
    shared(&[&vera, &vitor], &[1, 2]).await;
    drop(socket);
    shared(&[&vitor], &[3]).await;
    admin
        .post("/distribution/redistribute", json!({}))
        .await
        .expect_status(200);
    assert_eq!(pending(&vitor).await, 3);
    assert_eq!(
        hand(&vera).await,
        (vec![], vec![open[0].clone()]),
        "it stays with who contacted it"
    );
    for refused in [
        admin
            .post(
                "/distribution/reallocate",
                json!({ "client_id": open[0], "seller_id": vitor.id }),
            )
            .await,
        admin
            .post(&format!("/distribution/release/{}", open[0]), json!({}))
            .await,
    ] {
        assert_eq!(refused.expect_status(409).code(), "already_contacted");
    }

    // Another cycle, and everybody is to be dealt again.
    let begun = admin
        .post("/distribution/cycles", json!({}))
        .await
        .expect_status(200)
        .body;
    assert_eq!((&begun["cycle"], &begun["total"]), (&json!(2), &json!(4)));
    assert_eq!((pending(&vitor).await, hand(&vera).await), (4, (vec![], vec![])));
    // Whoever buys again is nobody's to call.
    contact(&vitor, &open[0]).await;
    let order = json!({ "contact_id": open[0], "value": "10" });
    admin.post("/orders", order).await.expect_status(201);
    crate::support::until("the client who bought is left alone", async || {
        hand(&vitor).await.1.is_empty()
    })
    .await;
}

#[actix_rt::test]
async fn an_administrators_reallocation_goes_to_that_seller_and_stays() {
    let t = started().await;
    buyers(&t, 10, |_| 40).await;
    let admin = t.admin().await;
    let ((vera, mut of_vera), (vitor, mut of_vitor)) = (online(&t).await, online(&t).await);
    shared(&[&vera, &vitor], &[5, 5]).await;
    let moved = hand(&vera).await.0[0].clone();
    let body = json!({ "client_id": moved, "seller_id": vitor.id });
    let client = admin
        .post("/distribution/reallocate", body)
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&client["seller"]["id"], &client["reason"]),
        (&json!(vitor.id), &json!("by_hand"))
    );
    let went = of_vera
        .wait_for(|frame| frame["data"]["client_id"] == *moved && frame["type"] == "client.released")
        .await;
    assert_eq!(went["data"]["clients"][0]["to_seller_id"], json!(vitor.id));
    let came = of_vitor
        .wait_for(|frame| frame["data"]["client_id"] == *moved && frame["type"] == "client.assigned")
        .await;
    assert_eq!(came["data"]["clients"][0]["client"]["name"], client["name"]);

    // What somebody placed is not evened out: others go instead.
    let (ana, _ana) = online(&t).await;
    shared(&[&vera, &vitor, &ana], &[3, 3, 4]).await;
    assert!(hand(&vitor).await.0.contains(&moved));
    let released = admin
        .post(&format!("/distribution/release/{moved}"), json!({}))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&released["state"], &released["seller"]),
        (&json!("available"), &json!(null))
    );
    for (body, wrong) in [
        (json!({ "client_id": moved, "seller_id": admin.id }), "seller_id"),
        (json!({ "client_id": vera.id, "seller_id": vera.id }), "client_id"),
    ] {
        let refused = admin.post("/distribution/reallocate", body).await.expect_status(422);
        assert_eq!(refused.body["errors"][0]["field"], wrong);
    }
    vera.post("/distribution/redistribute", json!({}))
        .await
        .expect_status(403);
}

#[actix_rt::test]
async fn the_documents_own_paths_fields_and_login_work() {
    let t = started().await;
    buyers(&t, 3, |_| 40).await;
    let (admin, (vera, _socket)) = (t.admin().await, online(&t).await);
    shared(&[&vera], &[3]).await;
    let slug = admin.get("/auth/me").await.body["tenant"]["slug"].clone();
    let sign_in = async |name: &str, password: &str, slug: &str| {
        let request = t
            .client()
            .post(format!("{}/api/auth/login", t.url))
            .header("X-Tenant", slug);
        Answer::of(
            request
                .json(&json!({ "nome": name, "senha": password }))
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    let signed_in = sign_in("Nome Seller", PASSWORD, text(&slug))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&signed_in["id"], &signed_in["is_admin"]),
        (&json!(vera.id), &json!(false))
    );
    let vera = vera.with_token(text(&signed_in["token"]));
    assert_eq!(
        sign_in(&admin.email, PASSWORD, "nowhere").await.expect_status(200).body["is_admin"],
        true
    );
    for (name, password, slug) in [
        ("Nome Seller", "wrong", text(&slug)),
        ("Nome Seller", PASSWORD, "nowhere"),
        ("Nobody", PASSWORD, text(&slug)),
    ] {
        assert_eq!(
            sign_in(name, password, slug).await.expect_status(401).code(),
            "invalid_credentials"
        );
    }

    let (id, api) = (&vera.id, async |user: &crate::support::User, path: &str| {
        let request = t.client().get(format!("{}/api{path}", t.url)).bearer_auth(&user.token);
        Answer::of(request.send().await.unwrap()).await.expect_status(200).body
    });
    let clients = api(&vera, &format!("/vendedor/meus-clientes/{id}")).await;
    let client = &clients[0];
    assert_eq!(
        (&client["status"], &client["contatado"], &client["dias_sem_comprar"]),
        (&json!("atribuido"), &json!(false), &json!(40))
    );
    assert_eq!(
        (&client["valor_total"], &client["vendedor_atribuido"]),
        (&json!("100.00"), &json!("Nome seller"))
    );
    let body = json!({ "cliente_id": client["id"], "observacoes": "Retornar" });
    let marked = vera
        .post(&format!("/vendedor/marcar-contatado/{id}"), body)
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&marked["status"], &marked["observacoes"]),
        (&json!("contatado"), &json!("Retornar"))
    );
    let numbers = api(&vera, &format!("/vendedor/estatisticas/{id}")).await;
    assert_eq!(
        (
            &numbers["total_atribuidos"],
            &numbers["contatados"],
            &numbers["total_pendentes"]
        ),
        (&json!(3), &json!(1), &json!(2))
    );
    assert_eq!(
        api(&admin, "/admin/clientes-por-periodo").await["30-45"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let all = api(&admin, "/admin/todos-clientes").await;
    let open = all
        .as_array()
        .unwrap()
        .iter()
        .find(|client| client["contatado"] == false)
        .unwrap()["id"]
        .clone();
    let vitor = t.user("seller").await;
    let given = admin
        .post(
            "/admin/realocar-cliente",
            json!({ "cliente_id": open, "vendedor_id": vitor.id }),
        )
        .await;
    assert_eq!(given.expect_status(200).body["vendedor_id"], json!(vitor.id));
    let freed = admin
        .post(&format!("/admin/liberar-cliente/{}", text(&open)), json!({}))
        .await;
    assert_eq!(freed.expect_status(200).body["status"], "disponivel");
    let dealt = admin
        .post("/admin/redistribuir-todos", json!({}))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&dealt["total"], &dealt["vendedores"][0]["clientes"]),
        (&json!(2), &json!(2))
    );
    let overall = api(&admin, "/admin/estatisticas-gerais").await;
    assert_eq!(
        (
            &overall["total_clientes"],
            &overall["contatados"],
            &overall["vendedores_online"]
        ),
        (&json!(3), &json!(1), &json!(1))
    );
    vera.get("/admin/todos-clientes").await.expect_status(403);
    vera.get(&format!("/vendedor/meus-clientes/{}", vitor.id))
        .await
        .expect_status(403);
}
