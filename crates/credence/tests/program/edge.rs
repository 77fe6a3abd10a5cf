//! The edge of the real program: TLS and its renewal, figures, limits, and whoever tries identifiers out.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use testkit::certificates::TestAuthority;
use testkit::engine::{Engine, Place};
use testkit::lines::registration;
use testkit::tls::{Client, connect};
use testkit::wire::{Wire, get, post};

use super::run_in;
use super::server::{Made, ORGANISATION, ORGANISATION_NAME, Server};

const SOON: Duration = Duration::from_secs(60);

fn made() -> Made {
    let made = Made::new(Place::new(Engine::Sqlite).unwrap());
    made.file("registration", "market-regulation", &[registration(ORGANISATION, ORGANISATION_NAME)]);
    made
}

fn folder(made: &Made) -> &Path {
    made.place.folder.path()
}

fn client(authority: &TestAuthority) -> Client {
    Client { authority: authority.certificate.clone(), own: None, tls12: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_serves_tls_takes_a_new_certificate_at_a_signal_and_ends_in_order() {
    let made = made();
    let (_, key) = made.officer();
    let (old, new) = (TestAuthority::new("old"), TestAuthority::new("new"));
    old.issue("server", (2020, 2100)).write(folder(&made), "server");
    let tls = ["--tls-cert", "server.pem", "--tls-key", "server.key"];
    let server = Server::start(folder(&made), &[made.named(), tls.to_vec()].concat());
    assert!(server.address.starts_with("https://"));
    let asked = post("/api/v1/inquiries", &key, &super::fire::duty());
    let mut before = connect(server.socket(), &client(&old)).await.unwrap();
    assert_eq!(before.ask(&asked).await.unwrap().status, 200);

    new.issue("server", (2020, 2100)).write(folder(&made), "server");
    server.signal("-HUP");
    let renewed = tokio::time::timeout(SOON, async {
        while connect(server.socket(), &client(&new)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    renewed.await.unwrap();
    assert!(connect(server.socket(), &client(&old)).await.is_err());
    assert_eq!(before.ask(&asked).await.unwrap().status, 200, "who was connected still is");

    let (first, rest) = asked.split_at(asked.len() - 4);
    before.send(first).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.signal("-TERM");
    tokio::time::sleep(Duration::from_millis(300)).await;
    before.send(rest).await.unwrap();
    assert_eq!(before.reply().await.unwrap().status, 200, "what was begun is finished");
    assert_eq!(tokio::task::spawn_blocking(move || server.stop()).await.unwrap(), 0);
}

#[test]
fn a_certificate_that_cannot_be_used_is_explained_and_not_served() {
    let made = made();
    let authority = TestAuthority::new("authority");
    authority.issue("one", (2020, 2100)).write(folder(&made), "one");
    authority.issue("two", (2020, 2021)).write(folder(&made), "two");
    let serve = |tls: &[&str]| {
        let run =
            run_in(folder(&made), &[&["serve", "--listen", "127.0.0.1:0"], tls, &made.named()].concat(), b"");
        assert_eq!(run.code, 2, "{} {}", run.out, run.err);
        run.err
    };
    assert!(
        serve(&["--tls-cert", "one.pem", "--tls-key", "two.key"])
            .contains("is not the key of the certificate")
    );
    assert!(serve(&["--tls-cert", "two.pem", "--tls-key", "two.key"]).contains("expired on 2021-01-01"));
    assert!(serve(&["--tls-cert", "one.pem"]).contains("--tls-key"));
    assert!(serve(&["--metrics", "127.0.0.1:0.5"]).contains("is no address with a port"));
    std::fs::write(folder(&made).join("bad.toml"), "[tls]\ncertificate = \"one.pem\"\nkey = \"two.key\"\n")
        .unwrap();
    let found = run_in(folder(&made), &["config", "check", "bad.toml", "--json"], b"");
    let mistake = &found.objects()[0];
    assert_eq!((found.code, &mistake["line"], &mistake["key"]), (1, &json!(3), &json!("tls.key")));
}

/// Reads figures as a strict reader would: each line a comment of a known form, or a name, labels and a number.
fn read(text: &str) -> BTreeMap<String, f64> {
    let mut figures = BTreeMap::new();
    let mut described = Vec::new();
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.split(' ');
            match (words.next(), words.next(), words.next()) {
                (Some("HELP"), Some(name), Some(_)) => described.push(name.to_owned()),
                (Some("TYPE"), Some(name), Some("counter" | "gauge" | "histogram")) => {
                    assert_eq!(described.last().map(String::as_str), Some(name));
                }
                _ => panic!("{line}"),
            }
            continue;
        }
        let (series, number) = line.rsplit_once(' ').unwrap();
        let name = series.split('{').next().unwrap();
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix));
        let last = described.last().unwrap();
        assert!(name == last || family == Some(last), "{line} stands under {last}");
        if let Some(labels) = series.strip_prefix(name).unwrap().strip_prefix('{') {
            for label in labels.strip_suffix('}').unwrap().split("\",") {
                let (name, value) = label.split_once("=\"").unwrap();
                assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'), "{line}");
                assert!(!value.trim_end_matches('"').contains('"'), "{line}");
            }
        }
        assert!(figures.insert(series.to_owned(), number.parse().unwrap()).is_none(), "{line} stands twice");
    }
    figures
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_given_at_their_own_address_and_have_nothing_of_a_person() {
    let made = made();
    let (_, key) = made.officer();
    let server = Server::start(folder(&made), &[made.named(), vec!["--metrics", "127.0.0.1:0"]].concat());
    let figures = server.figures.unwrap();
    let mut wire = Wire::connect(server.socket()).await.unwrap();
    assert_eq!(wire.ask(&get("/metrics")).await.unwrap().status, 404, "not where the public comes in");
    assert_eq!(wire.ask(&post("/api/v1/inquiries", &key, &super::fire::duty())).await.unwrap().status, 200);
    let person = "119999199305175051";
    let refused = json!({"identifier": person, "purpose": {"for": "duty", "duty": 1, "matter": " "}});
    assert_eq!(wire.ask(&post("/api/v1/inquiries", &key, &refused)).await.unwrap().status, 422);
    assert_eq!(wire.ask(&get(&format!("/organisations/{ORGANISATION}"))).await.unwrap().status, 200);
    assert_eq!(wire.ask(&post("/api/v1/inquiries", "credence_1_wrong", &refused)).await.unwrap().status, 401);
    let mut asked = Wire::connect(figures).await.unwrap();
    let reply = tokio::time::timeout(SOON, async {
        loop {
            let reply = asked.ask(&get("/metrics")).await.unwrap();
            // The journal's size is told when a checkpoint is next thought of.
            if String::from_utf8_lossy(&reply.body).contains("\ncredence_journal_entries ") {
                break reply;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let reply = reply.await.unwrap();
    assert_eq!(reply.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(
        asked.ask(&get("/api/v1/authorities")).await.unwrap().status,
        404,
        "nothing else is given there"
    );
    let text = String::from_utf8(reply.body).unwrap();
    let read = read(&text);
    let inquiries = |status| {
        format!(
            "credence_http_requests_total{{method=\"POST\",route=\"/api/v1/inquiries\",status=\"{status}\"}}"
        )
    };
    assert_eq!([200, 422, 401].map(|status| read[&inquiries(status)]), [1.0, 1.0, 1.0]);
    assert_eq!(read["credence_acts_total{act=\"inquiry_answered\",outcome=\"granted\"}"], 1.0);
    assert_eq!(read["credence_refusals_total{ground=\"matter_missing\"}"], 1.0);
    assert!(read["credence_journal_entries"] > 1.0 && read["process_resident_memory_bytes"] > 1e6);
    assert!(read["credence_pen_held_seconds_count"] >= 2.0);
    for secret in [person, ORGANISATION, ORGANISATION_NAME, key.as_str(), "matter"] {
        assert!(!text.replace("matter_missing", "").contains(secret), "{secret}");
    }
    assert_eq!(tokio::task::spawn_blocking(move || server.stop()).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_identifiers_out_is_slowed_and_then_refused_and_each_try_about_someone_is_journalled() {
    let made = made();
    let (_, key) = made.officer();
    let (_, other) = made.officer();
    let before = made.is_sound();
    let server = made.serve_within(
        "empty_inquiries_slowed = 3\nempty_inquiries_refused = 4\nrefused_inquiries_slowed = 5",
    );
    let mut wire = Wire::connect(server.socket()).await.unwrap();
    let about = |number: u32| json!({"identifier": testkit::codes::person(number), "purpose": {"for": "duty", "duty": 1, "matter": "案2026-1"}});
    let mut statuses = Vec::new();
    let mut entries = 0_u64;
    // Two seconds lie between two inquiries of who is slowed.
    // Of what is slowed the first about each subject has its entry (decision 0039).
    for number in 0..4 {
        let mut slowed = false;
        loop {
            let reply = wire.ask(&post("/api/v1/inquiries", &key, &about(number))).await.unwrap();
            statuses.push(reply.status);
            if reply.status != 429 {
                entries += 1;
                break;
            }
            if !std::mem::replace(&mut slowed, true) {
                entries += 1;
            }
            assert!(reply.headers["retry-after"].parse::<u64>().unwrap() <= 3);
            assert!(reply.json()["detail"].as_str().unwrap().contains("slowed"));
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
    assert!(statuses.iter().filter(|status| **status == 200).count() == 4, "{statuses:?}");
    // The fourth was let through slowly and was one too many.
    let mut slowed = false;
    let refused = loop {
        let reply = wire.ask(&post("/api/v1/inquiries", &key, &super::fire::duty())).await.unwrap();
        if reply.status != 429 {
            break reply;
        }
        if !std::mem::replace(&mut slowed, true) {
            entries += 1;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(refused.json()["grounds"][0]["code"], "enumeration");
    assert_eq!(refused.json()["grounds"][0]["article"], "6");
    entries += 1;
    // Another caller does not notice.
    let reply = wire.ask(&post("/api/v1/inquiries", &other, &super::fire::duty())).await.unwrap();
    assert_eq!(reply.status, 200);
    assert_eq!(tokio::task::spawn_blocking(move || server.stop()).await.unwrap(), 0);
    assert_eq!(
        made.is_sound(),
        before + entries + 1,
        "the first that was slowed about each subject left its entry, what was refused did"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_at_one_subject_again_and_again_is_asked_to_come_later_and_the_subject_itself_never() {
    let made = made();
    let (_, key) = made.officer();
    let (_, own) = made.key(&["--subject", ORGANISATION]);
    let server = made.serve_within("looks_per_subject_hour_max = 2");
    let mut wire = Wire::connect(server.socket()).await.unwrap();
    for status in [200, 200, 429] {
        let reply = wire.ask(&post("/api/v1/inquiries", &key, &super::fire::duty())).await.unwrap();
        assert_eq!(reply.status, status, "{reply:?}");
    }
    for _ in 0..4 {
        let reply =
            wire.ask(&post("/api/v1/inquiries", &own, &json!({"purpose": {"for": "own"}}))).await.unwrap();
        assert_eq!(reply.status, 200);
    }
    assert_eq!(tokio::task::spawn_blocking(move || server.stop()).await.unwrap(), 0);
}

#[test]
fn what_holds_is_shown_with_where_it_comes_from_and_without_passwords() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("c.toml"),
        "store = \"postgres://u:secret@db/c\"\n[limits]\nuploads_max = 7\n",
    )
    .unwrap();
    let mut command = super::program(folder.path());
    command
        .args(["config", "show", "c.toml", "--json", "--language", "en"])
        .env("CREDENCE_LIMITS_WAITING_MAX", "99");
    let shown = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(!shown.contains("secret"), "{shown}");
    let of = |key: &str| {
        let read = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
        let found = shown.lines().map(read).find(|line| line["key"] == key).unwrap();
        (found["value"].as_str().unwrap().to_owned(), found["from"].as_str().unwrap().to_owned())
    };
    let pair = |value: &str, from: &str| (value.to_owned(), from.to_owned());
    assert_eq!(of("store"), pair("postgres://u:(hidden)@db/c", "file, line 1"));
    assert_eq!(of("limits.uploads_max"), pair("7", "file, line 3"));
    assert_eq!(of("limits.waiting_max"), pair("99", "variable CREDENCE_LIMITS_WAITING_MAX"));
    assert_eq!(of("limits.idle_seconds_max"), pair("75", "usual"));
    assert_eq!(of("language"), pair("en", "option"));
    let refused = super::program(folder.path())
        .args(["verify"])
        .env("CREDENCE_LIMITS_WAITING_MAX", "many")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("CREDENCE_LIMITS_WAITING_MAX"));
}

/// Takes what is sent to a collector: each parcel decoded by the published protocol.
async fn collector(
    listener: tokio::net::TcpListener,
    parcels: tokio::sync::mpsc::UnboundedSender<
        opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest,
    >,
) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let parcels = parcels.clone();
        tokio::spawn(async move {
            let mut read = Vec::new();
            while stream.read_buf(&mut read).await.unwrap() > 0 {
                let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
                let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
                assert!(
                    head.starts_with("post /v1/traces ")
                        && head.contains("content-type: application/x-protobuf"),
                    "{head}"
                );
                let length: usize =
                    head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
                if read.len() < end + 4 + length {
                    continue;
                }
                let body = read[end + 4..end + 4 + length].to_vec();
                read.drain(..end + 4 + length);
                parcels.send(prost::Message::decode(body.as_slice()).unwrap()).unwrap();
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_reach_a_collector_with_the_route_and_nothing_of_a_person() {
    let made = made();
    let (_, key) = made.officer();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config =
        format!("[telemetry]\nendpoint = \"http://{}\"\npercent = 100\n", listener.local_addr().unwrap());
    std::fs::write(folder(&made).join("traced.toml"), config).unwrap();
    let (sender, mut parcels) = tokio::sync::mpsc::unbounded_channel();
    let collecting = tokio::spawn(collector(listener, sender));
    let server = Server::start(folder(&made), &[made.named(), vec!["--config", "traced.toml"]].concat());
    let mut wire = Wire::connect(server.socket()).await.unwrap();
    let reply = wire.ask(&post("/api/v1/inquiries", &key, &super::fire::duty())).await.unwrap();
    let number = reply.headers["credence-request"].clone();
    assert_eq!(reply.status, 200);
    // What was not sent yet is sent when the program ends.
    assert_eq!(tokio::task::spawn_blocking(move || server.stop()).await.unwrap(), 0);
    let mut spans = Vec::new();
    let mut text = String::new();
    while let Ok(parcel) = parcels.try_recv() {
        text.push_str(&format!("{parcel:?}"));
        for of_resource in parcel.resource_spans {
            spans.extend(of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    collecting.abort();
    let request = spans
        .iter()
        .find(|span| span.name == "request" && format!("{:?}", span.attributes).contains(&number));
    let request = request.unwrap_or_else(|| panic!("{text}"));
    let attributes = format!("{:?}", request.attributes);
    assert!(
        attributes.contains("/api/v1/inquiries") && attributes.contains("POST") && attributes.contains("200"),
        "{attributes}"
    );
    assert!(request.end_time_unix_nano > request.start_time_unix_nano);
    assert!(spans.iter().any(|span| span.name == "act" && span.parent_span_id == request.span_id), "{text}");
    for secret in [ORGANISATION, ORGANISATION_NAME, key.as_str(), "2026-1"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
