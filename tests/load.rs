//! The load tool against a real server: what it tells, and how it ends.

use serde_json::Value;
use tokio::process::Command;

use crate::support::TestApp;

/// Runs the tool for two seconds; how it ended, what it printed, and what it complained of.
async fn balcao_load(url: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_balcao-load"))
        .args(arguments)
        .args(["--seconds=2", "--leads=3", "--json", "--url", url])
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

async fn report(app: &TestApp, arguments: &[&str]) -> Value {
    let (code, told, complaint) = balcao_load(&app.url, &[arguments, &["--register"]].concat()).await;
    assert_eq!(code, Some(0), "{told}{complaint}");
    let report: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(report["ok"], true, "{report}");
    assert_eq!(report["order"]["violations"], 0, "{report}");
    report
}

#[tokio::test]
async fn every_subscriber_of_every_board_sees_every_command() {
    let app = TestApp::start().await;
    let many = report(&app, &["many-boards", "--boards=3", "--subscribers=2", "--rate=45"]).await;
    assert_eq!(many["sockets"], 8, "two for each board, and two that write");
    assert_eq!(many["commands"]["committed"], 90, "{many}");
    assert_eq!(many["events"]["delivered"], 180, "{many}");
    assert_eq!(many["events"]["latency"]["count"], 180, "{many}");
    assert!(many["commands"]["ack"]["p50_ms"].as_f64().unwrap() > 0.0);
    assert!(many["commands"]["ack"]["p99_ms"].as_f64() >= many["commands"]["ack"]["p50_ms"].as_f64());
}

#[tokio::test]
async fn everybody_in_a_room_hears_everything() {
    let app = TestApp::start().await;
    let room = report(&app, &["one-room", "--members=6", "--rate=50"]).await;
    assert_eq!(
        (&room["sockets"], &room["commands"]["committed"]),
        (&8.into(), &100.into())
    );
    assert_eq!(room["events"]["delivered"], 600, "{room}");
}

#[tokio::test]
async fn subscribers_who_are_cut_off_together_miss_nothing() {
    let app = TestApp::start().await;
    let storm = report(&app, &["reconnect-storm", "--sockets=10", "--rate=20", "--storms=2"]).await;
    assert_eq!(storm["resumes"]["latency"]["count"], 20, "{storm}");
    assert_eq!(storm["events"]["delivered"], 400, "{storm}");

    let own = std::process::id().to_string();
    let idle = report(&app, &["idle", "--sockets=5", "--server-pid", &own]).await;
    assert_eq!((&idle["sockets"], &idle["commands"]["sent"]), (&5.into(), &0.into()));
    assert!(idle["cpu"]["server_s"].is_f64(), "{idle}");
    assert!(idle["cpu"]["server_rss_mib"].as_u64() > Some(0), "{idle}");
}

#[tokio::test]
async fn what_cannot_run_says_why_and_ends_otherwise() {
    let app = TestApp::start().await;
    for (url, arguments, why) in [
        (
            app.url.as_str(),
            &["idle", "--email=nobody@test.balcao.local"][..],
            "cannot sign in",
        ),
        ("http://192.0.2.7", &["idle"][..], "--allow-remote"),
        ("http://127.0.0.1:1", &["idle"][..], "does not answer"),
    ] {
        let (code, told, complaint) = balcao_load(url, arguments).await;
        assert_eq!(code, Some(2), "{told}{complaint}");
        assert!(complaint.contains(why), "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
}

#[tokio::test]
async fn commands_that_are_refused_for_speed_are_counted_and_break_no_promise() {
    let app = TestApp::with(&["--ws-commands-per-second=1"]).await;
    let fast = report(&app, &["one-board", "--subscribers=2", "--rate=30"]).await;
    let refused = fast["commands"]["refused"]["rate_limited"].as_u64().unwrap();
    let committed = fast["commands"]["committed"].as_u64().unwrap();
    assert_eq!(refused + committed, 60, "{fast}");
    assert!(refused > 0 && committed > 0, "{fast}");
}
