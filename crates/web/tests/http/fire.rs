//! Clients that are slow, silent, greedy or many: whoever else asks does not notice.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use testkit::wire::{Reply, Wire, get, post};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use web::Limits;

use crate::city::City;

/// Longer than anything here takes, shorter than the limits that are not to be reached.
const SOON: Duration = Duration::from_secs(60);

struct Served {
    city: City,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Served {
    async fn within(limits: Limits) -> Self {
        let city = City::with(true, limits).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(web::serve_within(listener, city.router.clone(), limits, async {
            let _ = stopped.await;
        }));
        Self { city, address, stop, task }
    }

    /// Another caller's inquiry is answered; gives its entry.
    async fn other_callers_are_served(&self) -> u64 {
        let reply = timeout(SOON, async {
            Wire::connect(self.address).await.unwrap().ask(&self.own()).await.unwrap()
        });
        let reply = reply.await.unwrap();
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()["entry"].as_u64().unwrap()
    }

    fn own(&self) -> String {
        post("/api/v1/inquiries", &self.city.person, &json!({"purpose": {"for": "own"}}))
    }
}

/// Limits under which nobody is given up for the time they take.
fn patient() -> Limits {
    let long = Duration::from_secs(600);
    Limits {
        connections_max: 48,
        header_read_max: long,
        idle_max: long,
        answer_time_max: long,
        upload_idle_max: long,
        request_time_max: long,
        ..Limits::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_connections_from_one_address_makes_room_for_another_whatever_they_keep_waiting_for() {
    let served = Served::within(patient()).await;
    let body = served.own();
    let half_body = &body[..body.len() - 5];
    let upload = format!(
        "POST /api/v1/batches?item=permit HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: text/csv\r\n\
         content-length: 1000\r\n\r\nhalf",
        served.city.haidian
    );
    for sent in ["", "GET /livez HTTP/1.1\r\nhos", half_body, &upload, &get("/livez")] {
        let mut flood = Vec::new();
        for _ in 0..150 {
            let mut wire =
                timeout(SOON, Wire::connect_from("127.0.0.2", served.address)).await.unwrap().unwrap();
            // Those that made room already cannot be written to.
            let _ = wire.send(sent).await;
            flood.push(wire);
        }
        served.other_callers_are_served().await;
    }
    assert_eq!(served.city.spooled(), 0, "what was half sent leaves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_being_served_never_makes_room() {
    let served = Arc::new(Served::within(Limits { connections_max: 4, ..patient() }).await);
    let mut asking = Vec::new();
    for _ in 0..4 {
        let served = Arc::clone(&served);
        asking.push(tokio::spawn(async move {
            let mut wire = Wire::connect_from("127.0.0.2", served.address).await.unwrap();
            for _ in 0..20 {
                // Between two requests the place may be lost, in one never.
                let reply = wire.ask(&served.own()).await;
                match reply {
                    Ok(reply) => assert_eq!(reply.status, 200),
                    Err(_) => wire = Wire::connect_from("127.0.0.2", served.address).await.unwrap(),
                }
            }
        }));
    }
    for _ in 0..60 {
        let _ = Wire::connect_from("127.0.0.2", served.address).await.unwrap();
        tokio::task::yield_now().await;
    }
    for task in asking {
        timeout(SOON, task).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_us_waiting_too_long_is_given_up() {
    let short = Duration::from_millis(400);
    let limits = Limits {
        header_read_max: short,
        idle_max: short,
        answer_time_max: short,
        upload_idle_max: short,
        upload_bytes_min: 1000,
        ..Limits::default()
    };
    let served = Served::within(limits).await;
    // Nothing, half a head, and nothing more after a request.
    for sent in ["", "GET /livez HTTP/1.1\r\nhos", &get("/livez")] {
        let mut wire = Wire::connect(served.address).await.unwrap();
        wire.send(sent).await.unwrap();
        timeout(SOON, wire.drain()).await.unwrap();
    }
    // Answers that are not taken, more than the system keeps by itself.
    let mut wire = Wire::connect(served.address).await.unwrap();
    let many = get("/api/v1/openapi.json").repeat(300);
    let length = wire.ask(&get("/api/v1/openapi.json")).await.unwrap().body.len();
    wire.send(&many).await.unwrap();
    tokio::time::sleep(short * 4).await;
    assert!(timeout(SOON, wire.drain()).await.unwrap() < 300 * length);
    // A file that trickles is refused as a silent one is.
    let mut wire = Wire::connect(served.address).await.unwrap();
    let head = format!(
        "POST /api/v1/batches?item=permit HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: text/csv\r\n\
         content-length: 100000\r\n\r\n",
        served.city.haidian
    );
    wire.send(&head).await.unwrap();
    let reply = timeout(SOON, async {
        loop {
            let _ = wire.send("x").await;
            if let Ok(reply) = timeout(Duration::from_millis(50), wire.reply()).await {
                break reply.unwrap();
            }
        }
    });
    assert_eq!(reply.await.unwrap().status, 408);
    served.other_callers_are_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_sent_at_once_on_one_connection_are_answered_in_order() {
    let served = Served::within(Limits::default()).await;
    let mut wire = Wire::connect(served.address).await.unwrap();
    let before = served.other_callers_are_served().await + 1;
    wire.send(&served.own().repeat(100)).await.unwrap();
    for place in 0..100 {
        let reply = timeout(SOON, wire.reply()).await.unwrap().unwrap();
        assert_eq!(reply.json()["entry"], json!(before + place));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn giant_heads_are_refused_by_length_and_by_count() {
    let served = Served::within(Limits::default()).await;
    let giant = format!("GET /livez HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(4 << 20));
    let many = format!("GET /livez HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-many: 1\r\n".repeat(200));
    for sent in [giant, many] {
        let mut wire = Wire::connect(served.address).await.unwrap();
        // It is not read to its end: writing and reading may both fail.
        let _ = timeout(SOON, wire.send(&sent)).await.unwrap();
        if let Ok(reply) = timeout(SOON, wire.reply()).await.unwrap() {
            assert_eq!(reply.status, 431);
        }
        served.other_callers_are_served().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_capacity_every_answer_is_right_or_says_when_to_come_again_and_then_all_is_well() {
    let served = Arc::new(Served::within(Limits { requests_max: 4, ..Limits::default() }).await);
    let before = served.other_callers_are_served().await + 1;
    let mut callers = Vec::new();
    for _ in 0..150 {
        let served = Arc::clone(&served);
        callers.push(tokio::spawn(async move {
            let mut wire = Wire::connect(served.address).await.unwrap();
            let mut replies: Vec<Reply> = Vec::new();
            for _ in 0..20 {
                replies.push(wire.ask(&served.own()).await.unwrap());
            }
            replies
        }));
    }
    let mut health = Wire::connect(served.address).await.unwrap();
    for _ in 0..20 {
        assert_eq!(timeout(SOON, health.ask(&get("/livez"))).await.unwrap().unwrap().status, 200);
        assert_eq!(timeout(SOON, health.ask(&get("/readyz"))).await.unwrap().unwrap().status, 200);
    }
    let (mut entries, mut put_off) = (Vec::new(), 0);
    for caller in callers {
        for reply in timeout(SOON * 2, caller).await.unwrap().unwrap() {
            if reply.status == 200 {
                entries.push(reply.json()["entry"].as_u64().unwrap());
            } else {
                assert!(reply.is_put_off(), "{reply:?}");
                put_off += 1;
            }
        }
    }
    assert!(put_off > 0 && !entries.is_empty(), "{put_off} {}", entries.len());
    // What was answered has its entry, and what was put off has none.
    entries.sort_unstable();
    let after = served.other_callers_are_served().await;
    assert_eq!(entries, (before..after).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_does_not_wait_for_a_request_that_was_not_accepted() {
    let served = Served::within(Limits { shutdown_max: Duration::from_secs(600), ..patient() }).await;
    let mut half = Wire::connect(served.address).await.unwrap();
    half.send("GET /livez HTTP/1.1\r\nhos").await.unwrap();
    let mut silent = Wire::connect(served.address).await.unwrap();
    served.other_callers_are_served().await;
    served.stop.send(()).unwrap();
    timeout(SOON, served.task).await.unwrap().unwrap().unwrap();
    timeout(SOON, half.drain()).await.unwrap();
    timeout(SOON, silent.drain()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_does_not_wait_for_ever_for_a_body_that_does_not_come() {
    let served = Served::within(Limits { shutdown_max: Duration::from_millis(300), ..patient() }).await;
    let mut wire = Wire::connect(served.address).await.unwrap();
    let body = served.own();
    wire.send(&body[..body.len() - 5]).await.unwrap();
    let mut idle = Wire::connect(served.address).await.unwrap();
    assert_eq!(idle.ask(&get("/livez")).await.unwrap().status, 200);
    served.stop.send(()).unwrap();
    timeout(SOON, served.task).await.unwrap().unwrap().unwrap();
    timeout(SOON, wire.drain()).await.unwrap();
    timeout(SOON, idle.drain()).await.unwrap();
}
