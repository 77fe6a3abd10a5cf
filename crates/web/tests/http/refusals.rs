//! Every way to be refused is a problem (RFC 9457), with the article where the law refuses.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;

use crate::ask::Answer;
use crate::city::{City, ORGANISATION, PERSON};

#[track_caller]
fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let document = answer.json();
    assert_eq!(document["type"], format!("/problems/{code}"));
    assert_eq!(document["status"], status);
    assert!(document["instance"].as_str().unwrap().starts_with('/'));
    for field in ["title", "title_zh", "detail", "detail_zh"] {
        assert!(!document[field].as_str().unwrap().is_empty(), "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_that_opens_something_nothing_is_told() {
    let city = City::new().await;
    let own = json!({ "purpose": { "for": "own" } });
    for key in ["", "credence_1_AAAA", "credence_999999_x", "nonsense", &city.person[..city.person.len() - 1]]
    {
        let answer = city.post(key, "/api/v1/inquiries", own.clone()).await;
        is_problem(&answer, 401, "unauthorised");
        assert!(answer.header(header::WWW_AUTHENTICATE).starts_with("Bearer"));
    }
    let answer = city.send(Request::get("/api/v1/batches/1").body(Body::empty()).unwrap()).await;
    is_problem(&answer, 401, "unauthorised");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_revoked_opens_nothing_from_then_on() {
    let city = City::new().await;
    let own = json!({ "purpose": { "for": "own" } });
    city.post(&city.person, "/api/v1/inquiries", own.clone()).await.is(200);
    let number = city.person.split('_').nth(1).unwrap().parse().unwrap();
    let operator = register::caller::Caller::Operator;
    city.platform.revoke_key(register::caller::KeyNumber(number), "lost", &operator).await.unwrap();
    is_problem(&city.post(&city.person, "/api/v1/inquiries", own).await, 401, "unauthorised");
}

#[tokio::test(flavor = "multi_thread")]
async fn article_20_an_officer_without_the_duty_or_a_matter_is_refused_and_the_subject_sees_it() {
    let city = City::new().await;
    let ask = |duty, matter| json!({ "identifier": PERSON, "purpose": { "for": "duty", "duty": duty, "matter": matter } });
    let refused = city.post(&city.economy, "/api/v1/inquiries", ask(2, "m")).await;
    is_problem(&refused, 403, "refused");
    assert_eq!(refused.grounds(), ["duty_not_carried_by_key"]);
    let ground = &refused.json()["grounds"][0];
    assert!(ground["article"].as_str().unwrap().starts_with("20"), "{ground}");
    assert!(!ground["remedy"]["zh"].as_str().unwrap().is_empty());
    let refused = city.post(&city.economy, "/api/v1/inquiries", ask(1, "  ")).await;
    is_problem(&refused, 422, "content-refused");
    assert_eq!(refused.grounds(), ["matter_missing"]);
    let own = city
        .post(&city.person, "/api/v1/inquiries", json!({ "purpose": { "for": "own" } }))
        .await
        .is(200)
        .json();
    let looks = own["looks"].as_array().unwrap();
    assert!(looks.iter().any(|look| look["refused"][0]["code"] == "duty_not_carried_by_key"), "{looks:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn article_35_nobody_opens_anothers_information_as_their_own() {
    let city = City::new().await;
    let ask = json!({ "identifier": PERSON, "purpose": { "for": "own" } });
    let refused = city.post(&city.organisation, "/api/v1/inquiries", ask.clone()).await;
    is_problem(&refused, 403, "refused");
    assert_eq!(refused.grounds(), ["not_ones_own"]);
    assert!(!refused.text().contains(PERSON));
    is_problem(&city.post(&city.haidian, "/api/v1/inquiries", ask).await, 403, "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_of_the_form_is_malformed_whatever_reads_it() {
    let city = City::new().await;
    let inquiries = "/api/v1/inquiries";
    let raw = async |media: &str, body: &str| {
        let request = Request::post(inquiries)
            .header(header::AUTHORIZATION, format!("Bearer {}", city.economy))
            .header(header::CONTENT_TYPE, media);
        city.send(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{\"purpose\":{\"for\":\"fun\"}}",
        "{\"purpose\":{\"for\":\"own\"},\"more\":1}",
    ] {
        let answer = raw("application/json", body).await;
        is_problem(&answer, 400, "malformed");
        for word in ["struct", "InquiryBody", "PurposeBody"] {
            assert!(!answer.text().contains(word), "{}", answer.text());
        }
    }
    is_problem(&raw("text/plain", "{}").await, 415, "unsupported-media-type");
    let long = format!("{{\"purpose\":{{\"for\":\"own\"}},\"identifier\":\"{}\"}}", "1".repeat(70_000));
    is_problem(&raw("application/json", &long).await, 413, "too-large");
    for path in [
        "/api/v1/organisations",
        "/api/v1/organisations?name=%E4%BF%A1",
        "/api/v1/organisations?name=ab&limit=0",
        "/api/v1/organisations?name=ab&limit=x",
        "/api/v1/organisations?name=ab&person=1",
        "/api/v1/journal/proofs/inclusion",
        "/api/v1/journal/proofs/inclusion?entry=-1",
        "/api/v1/journal/entries/x/receipt",
    ] {
        is_problem(&city.get(path).await, 400, "malformed");
    }
    let unread = json!({ "identifier": "12", "purpose": { "for": "duty", "duty": 1, "matter": "m" } });
    let answer = city.post(&city.economy, inquiries, unread).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found_and_a_wrong_method_is_told_the_right_one() {
    let city = City::new().await;
    for path in [
        "/nothing",
        "/api/v1/nothing",
        "/api/v1/law/57",
        "/api/v1/law/x",
        "/api/v1/catalogue/nothing",
        "/api/v1/organisations/nothing",
        "/api/v1/journal/entries/999999/receipt",
        "/api/v1/journal/proofs/inclusion?entry=999999",
        "/api/v1/journal/proofs/consistency?from=1&to=999999",
        "/journal/tile/0/999",
        "/journal/tile/0/../000",
        "/journal/tile/9/000",
        "/journal/tile/entries/999.p/3",
        "/assets/nothing.css",
    ] {
        is_problem(&city.get(path).await, 404, "not-found");
    }
    let answer = city.send(Request::delete("/api/v1/catalogue").body(Body::empty()).unwrap()).await;
    is_problem(&answer, 405, "method-not-allowed");
    assert!(answer.header(header::ALLOW).contains("GET"), "{:?}", answer.headers);
    is_problem(&city.get("/api/v1/inquiries").await, 405, "method-not-allowed");
    // Whether there is such a record is not told to an office that did not file it.
    let open = city.post(&city.economy, "/api/v1/records/999/openings", json!({})).await;
    is_problem(&open, 403, "refused");
    assert_eq!(open.grounds(), ["not_your_record"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_a_page_that_says_what_to_do_and_a_program_gets_the_problem() {
    let city = City::new().await;
    let page = city.page("/organisations/nothing").await.is(404);
    assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"));
    assert!(page.text().contains("没有找到") && page.text().contains("Not found"));
    let page = city.page("/en/nothing").await.is(404);
    assert!(page.text().contains("<html lang=\"en\">"));
    is_problem(&city.page("/api/v1/nothing").await, 404, "not-found");
    is_problem(&city.get("/organisations/nothing").await, 404, "not-found");
    for code in ["refused", "not-found", "overloaded"] {
        city.page(&format!("/problems/{code}")).await.is(200);
        city.page(&format!("/en/problems/{code}")).await.is(200);
    }
    let _ = ORGANISATION;
}
