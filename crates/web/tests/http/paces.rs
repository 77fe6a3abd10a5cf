//! Who asks too often, whom proxies ask for, and what an answer tells of whether somebody is known.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use service::pace::Rate;
use testkit::codes::person;
use web::peer::Proxies;
use web::{Paces, WebOptions};

use crate::ask::Answer;
use crate::city::{City, log};

/// A city behind a proxy on this machine.
async fn behind_a_proxy(paces: Paces) -> City {
    let proxies = Proxies { trusted: vec!["127.0.0.0/8".parse().unwrap()], ..Proxies::default() };
    City::with_options(true, WebOptions { paces, proxies, ..WebOptions::default() }).await
}

fn few(count: u32) -> Rate {
    Rate::new(count, Duration::from_secs(3600))
}

async fn get_for(city: &City, path: &str, forwarded_for: &str, key: Option<&str>) -> Answer {
    let mut request = Request::get(path).header("x-forwarded-for", forwarded_for);
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    city.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_asks_too_often_is_told_which_limit_it_is_and_inventing_addresses_does_not_help() {
    let city = behind_a_proxy(Paces { visitor: few(2), ..Paces::default() }).await;
    for from in ["198.51.100.1, 203.0.113.9", "203.0.113.9"] {
        get_for(&city, "/api/v1/catalogue", from, None).await.is(200);
    }
    // What the client wrote itself stands in front of what the proxy added.
    let refused = get_for(&city, "/api/v1/catalogue", "198.51.100.2, 203.0.113.9", None).await.is(429);
    let document = refused.json();
    assert_eq!(document["type"], "/problems/too-many-requests");
    assert!(document["detail"].as_str().unwrap().contains("from this network: 2 in 3600 s"), "{document}");
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1700..=1801).contains(&seconds), "{seconds}");
    assert!(document["detail"].as_str().unwrap().contains(&format!("in {seconds} s")));
    assert_eq!(document["request"], refused.header("credence-request"));
    get_for(&city, "/api/v1/catalogue", "203.0.113.10", None).await.is(200);
    get_for(&city, "/livez", "203.0.113.9", None).await.is(200);
    let page = Request::get("/").header("accept", "text/html").header("x-forwarded-for", "203.0.113.9");
    assert!(city.send(page.body(Body::empty()).unwrap()).await.is(429).text().contains("请求过于频繁"));
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_keys_from_one_address_ends_before_the_right_one_is_found() {
    let city = behind_a_proxy(Paces { failures: few(3), ..Paces::default() }).await;
    let path = "/api/v1/batches/1";
    let (guesser, office) = ("203.0.113.9", "203.0.113.10");
    get_for(&city, path, office, Some(&city.haidian)).await.is(404);
    for guess in 0..3 {
        get_for(&city, path, guesser, Some(&format!("credence_{guess}_guess"))).await.is(401);
    }
    // Now the right key is not even tried from there, and from elsewhere it is.
    get_for(&city, path, guesser, Some(&city.haidian)).await.is(429);
    get_for(&city, path, office, Some(&city.haidian)).await.is(404);
    for _ in 0..4 {
        get_for(&city, path, office, Some("credence_7_old")).await;
    }
    get_for(&city, path, office, Some("credence_7_old")).await.is(429);
    get_for(&city, path, office, Some(&city.haidian)).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_has_one_pace_from_wherever_it_is_used() {
    let city = behind_a_proxy(Paces { caller: few(2), ..Paces::default() }).await;
    for from in ["203.0.113.1", "203.0.113.2"] {
        get_for(&city, "/api/v1/batches/1", from, Some(&city.haidian)).await.is(404);
    }
    let refused = get_for(&city, "/api/v1/batches/1", "203.0.113.3", Some(&city.haidian)).await.is(429);
    assert!(refused.json()["detail"].as_str().unwrap().contains("requests with this key"));
    get_for(&city, "/api/v1/batches/1", "203.0.113.3", Some(&city.transport)).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_to_a_trusted_proxy_by_tls_is_told_to_stay_with_it() {
    let city = behind_a_proxy(Paces::default()).await;
    let by = async |scheme: &str| {
        let request = Request::get("/livez")
            .header("x-forwarded-for", "203.0.113.1")
            .header("x-forwarded-proto", scheme);
        city.send(request.body(Body::empty()).unwrap()).await.header("strict-transport-security").to_owned()
    };
    assert_eq!((by("https").await.as_str(), by("http").await.as_str()), ("max-age=31536000", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn article_6_someone_unknown_and_someone_without_records_get_the_same_bytes() {
    let city = City::new().await;
    let ask = async |identifier: &str| {
        let purpose = json!({"for": "duty", "duty": 1, "matter": "案2026-1"});
        let asked = json!({"identifier": identifier, "purpose": purpose});
        city.post(&city.economy, "/api/v1/inquiries", asked).await.is(200)
    };
    let known = person(4);
    city.post(
        &city.economy,
        "/api/v1/inquiries",
        json!({"identifier": known, "purpose": {"for": "duty", "duty": 1, "matter": "先"}}),
    )
    .await
    .is(200);
    // What may differ: the masked identifier that was asked for, the entry and the journal's size.
    let told = |answer: &Answer| {
        let mut document = answer.json();
        for changing in ["entry", "journal_size", "as_of"] {
            document[changing] = json!(0);
        }
        document["subject"]["identifier"] = json!("");
        document.to_string()
    };
    let (unknown, bare) = (ask(&person(5)).await, ask(&known).await);
    assert_eq!(told(&unknown), told(&bare));
    let number = |answer: &Answer| {
        answer.json()["entry"].to_string().len() + answer.json()["journal_size"].to_string().len()
    };
    assert_eq!(unknown.bytes.len() - number(&unknown), bare.bytes.len() - number(&bare));
    let headers = |answer: &Answer| {
        let names = answer
            .headers
            .iter()
            .filter(|(name, _)| *name != "credence-request" && *name != "content-length");
        names.map(|(name, value)| format!("{name}: {value:?}")).collect::<Vec<_>>()
    };
    assert_eq!(headers(&unknown), headers(&bare));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_of_the_log_has_the_number_of_its_request_and_nothing_of_the_person() {
    let city =
        City::with_options(true, WebOptions { process: "numbered".to_owned(), ..WebOptions::default() })
            .await;
    let asked =
        json!({"identifier": person(6), "purpose": {"for": "duty", "duty": 1, "matter": "案2026-77777"}});
    let request = Request::post("/api/v1/inquiries")
        .header("authorization", format!("Bearer {}", city.economy))
        .header("content-type", "application/json")
        .header("x-forwarded-for", "198.51.100.77")
        .header("x-request-id", person(7));
    let answer = city.send(request.body(Body::from(asked.to_string())).unwrap()).await.is(200);
    let number = answer.header("credence-request");
    assert!(number.starts_with("numbered-"));
    let log = log();
    let line = log.lines().find(|line| line.contains(number)).unwrap();
    assert!(line.contains("served") && line.contains("/api/v1/inquiries"), "{line}");
    for secret in
        [person(6), person(7), "案2026-77777".to_owned(), "198.51.100.77".to_owned(), city.economy.clone()]
    {
        assert!(!log.contains(&secret), "{secret}");
    }
    assert!(log.contains("name your proxies in `proxy.trusted`"), "a proxy that was forgotten is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_clients_secret_or_a_sessions_token_ends_as_guessing_keys_does() {
    let city = behind_a_proxy(Paces { failures: few(3), ..Paces::default() }).await;
    let (number, secret) = {
        let mut parts = city.haidian.split('_').skip(1);
        (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned())
    };
    let token = async |from: &str, secret: &str| {
        let form = format!("grant_type=client_credentials&client_id={number}&client_secret={secret}");
        let request = Request::post("/oauth2/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", from);
        city.send(request.body(Body::from(form)).unwrap()).await
    };
    let (guesser, office) = ("203.0.113.9", "203.0.113.10");
    for guess in ["a", "b", "c"] {
        token(guesser, guess).await.is(401);
    }
    // Neither this secret nor one by HTTP Basic, nor a key, is tried from there any more.
    token(guesser, &secret).await.is(429);
    let basic = Request::post("/oauth2/token")
        .header("authorization", "Basic MTp4")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-forwarded-for", guesser);
    city.send(basic.body(Body::from("grant_type=client_credentials")).unwrap()).await.is(429);
    get_for(&city, "/api/v1/batches/1", guesser, Some(&city.haidian)).await.is(429);
    // Who was let in before is, whatever others of that network try.
    token(office, &secret).await.is(200);
    for guess in ["a", "b", "c"] {
        token(office, guess).await.is(401);
    }
    token(office, "d").await.is(429);
    token(office, &secret).await.is(200);

    let session = async |from: &str, path: &str, guess: &str| {
        let request = Request::get(path)
            .header("cookie", format!("credence-session={guess}"))
            .header("x-forwarded-for", from);
        city.send(request.body(Body::empty()).unwrap()).await
    };
    for (guess, path, status) in [
        ("a", "/account", 303),
        ("b", "/api/v1/batches/1", 401),
        ("c", "/account", 303),
        ("d", "/account", 429),
        ("e", "/api/v1/batches/1", 429),
    ] {
        session("203.0.113.11", path, guess).await.is(status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_for_which_no_key_was_tried_lets_no_key_in() {
    let city = behind_a_proxy(Paces { failures: few(2), ..Paces::default() }).await;
    let from = "203.0.113.9";
    // A part of the address that is no number: refused before the key is looked at.
    get_for(&city, "/api/v1/batches/x", from, Some("credence_1_guess")).await.is(400);
    for _ in 0..2 {
        get_for(&city, "/api/v1/batches/1", from, Some("credence_2_other")).await.is(401);
    }
    get_for(&city, "/api/v1/batches/1", from, Some("credence_1_guess")).await.is(429);
}
