//! What a request may cost.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures::StreamExt;
use tower::ServiceExt;
use web::Limits;

use crate::city::City;

#[tokio::test(flavor = "multi_thread")]
async fn one_request_too_many_is_asked_to_come_again_and_health_still_answers() {
    let city = City::with(true, Limits { requests_max: 0, ..Limits::default() }).await;
    let answer = city.get("/api/v1/catalogue").await.is(503);
    assert_eq!(answer.json()["type"], "/problems/overloaded");
    assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
    city.get("/livez").await.is(200);
    let page = city.page("/").await.is(503);
    assert!(page.text().contains("平台繁忙"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_file_too_many_is_asked_to_come_again() {
    let city = City::with(true, Limits { uploads_max: 0, ..Limits::default() }).await;
    let answer = city.file(&city.haidian, "administrative-penalty", "text/csv", "a").await.is(503);
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_is_a_problem() {
    let city =
        City::with(true, Limits { request_time_max: Duration::from_millis(600), ..Limits::default() }).await;
    let silent = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let request = Request::post("/api/v1/inquiries")
        .header("authorization", format!("Bearer {}", city.person))
        .header("content-type", "application/json");
    city.send(request.body(silent).unwrap()).await.is(408);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_long_is_a_problem() {
    let city = City::new().await;
    let request = Request::get("/api/v1/catalogue").header("x-long", "x".repeat(20_000));
    city.send(request.body(Body::empty()).unwrap()).await.is(431);
    city.get(&format!("/search?name={}", "x".repeat(20_000))).await.is(431);
    let page = city.page(&format!("/search?name={}", "x".repeat(200))).await.is(200);
    assert!(page.text().contains("请不要超过100个字"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_public_is_compressed_and_an_answer_to_one_caller_is_not() {
    let city = City::new().await;
    let page = Request::get("/catalogue").header("accept", "text/html").header("accept-encoding", "gzip");
    let page = city.send(page.body(Body::empty()).unwrap()).await.is(200);
    assert_eq!(page.header("content-encoding"), "gzip");
    assert!(page.bytes.len() < 20_000);
    let lines = crate::city::PENALTIES;
    city.file(&city.haidian, "administrative-penalty", "text/csv", lines).await.is(201);
    let own = Request::post("/api/v1/inquiries")
        .header("authorization", format!("Bearer {}", city.organisation))
        .header("content-type", "application/json")
        .header("accept-encoding", "gzip");
    let own = city.send(own.body(Body::from("{\"purpose\":{\"for\":\"own\"}}")).unwrap()).await.is(200);
    assert!(own.header("content-encoding").is_empty() && own.bytes.len() > 1024);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_do_not_arrive_take_no_place_from_requests_that_did() {
    // So long that none of them ends by itself while the test lasts.
    let limits = Limits {
        requests_max: 2,
        arrivals_max: 3,
        request_time_max: Duration::from_secs(3600),
        ..Limits::default()
    };
    let city = City::with(true, limits).await;
    let silent = |form: &'static str| {
        let stream = futures::stream::once(async move { Ok::<_, std::io::Error>(form) })
            .chain(futures::stream::pending());
        let request = Request::post("/oauth2/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from_stream(stream));
        tokio::spawn(city.router.clone().oneshot(request.unwrap()))
    };
    let mut kept_waiting: Vec<_> = (0..6).map(|_| silent("grant_type=client")).collect();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    // Each is answered as soon as the others are aside; who has kept us waiting longest was given up for the last three.
    while kept_waiting.iter().filter(|request| request.is_finished()).count() < 3
        || city.get("/api/v1/catalogue").await.status != 200
    {
        assert!(tokio::time::Instant::now() < deadline, "a silent body holds a place");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (given_up, silent): (Vec<_>, Vec<_>) = kept_waiting.drain(..).partition(|one| one.is_finished());
    assert_eq!(silent.len(), 3);
    let mut met = Vec::new();
    for answer in given_up {
        met.push(answer.await.unwrap().unwrap().status().as_u16());
    }
    assert!(met.contains(&408) && met.iter().all(|status| [408, 503].contains(status)), "{met:?}");
    // Whose body comes with its head is served while they are silent.
    let asked = serde_json::json!({"purpose": {"for": "own"}});
    city.post(&city.organisation, "/api/v1/inquiries", asked).await.is(200);
    for silent in silent {
        silent.abort();
    }
}
