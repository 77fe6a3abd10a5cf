//! What a request may cost.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
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
