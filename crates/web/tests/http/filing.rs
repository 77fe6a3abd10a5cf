//! Filing over HTTP: reports, repetition, the lines that were refused, limits of the file.

use axum::body::Body;
use serde_json::json;
use web::Limits;

use crate::ask::filing;
use crate::city::{City, PENALTIES, PENALTIES_WITH_ERRORS};

#[tokio::test(flavor = "multi_thread")]
async fn refused_lines_come_back_with_article_field_and_remedy_page_by_page_and_as_a_table() {
    let city = City::new().await;
    let report = city
        .file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES_WITH_ERRORS)
        .await
        .is(201)
        .json();
    assert_eq!((&report["filed"], &report["refused"]), (&json!(2), &json!(11)), "{report:#}");
    let address = report["errors_at"].as_str().unwrap();
    let mut lines = Vec::new();
    let mut after = 0;
    loop {
        let page =
            city.get_as(&city.haidian, &format!("{address}?after={after}&limit=4")).await.is(200).json();
        let errors = page["errors"].as_array().unwrap();
        assert!(errors.len() <= 4);
        for error in errors {
            assert!(!error["grounds"][0]["article"].as_str().unwrap().is_empty());
            lines.push(error["line"].as_u64().unwrap());
        }
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(lines, (3..=13).collect::<Vec<u64>>());
    assert_eq!(report["errors"].as_array().unwrap().len(), 11);

    let request = axum::http::Request::get(address)
        .header("authorization", format!("Bearer {}", city.haidian))
        .header("accept", "text/csv");
    let table = city.send(request.body(Body::empty()).unwrap()).await.is(200);
    assert!(table.text().starts_with("\u{feff}line,code,field,article,"));
    assert!(table.text().lines().count() >= 12);
    // Another office's batch is not there for this one.
    city.get_as(&city.transport, address).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_batch_files_nothing_twice_and_gives_the_same_receipt() {
    let city = City::new().await;
    let send = async |key: &str, content: &'static str| {
        let request =
            filing(&city.haidian, "administrative-penalty", "text/csv").header("idempotency-key", key);
        city.send(request.body(Body::from(content)).unwrap()).await
    };
    let first = send("one", PENALTIES).await.is(201).json();
    let again = send("one", PENALTIES).await.is(200).json();
    assert_eq!((&again["repeated"], &again["filed"]), (&json!(true), &json!(0)));
    assert_eq!(again["receipt"], first["receipt"]);
    assert_eq!(again["batch"], first["batch"]);
    let conflict = send("one", PENALTIES_WITH_ERRORS).await.is(409).json();
    assert_eq!(conflict["type"], "/problems/idempotency-conflict");
    let without =
        city.file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES).await.is(200).json();
    assert_eq!(without["repeated"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_or_nothing_files_nothing_when_a_line_is_refused() {
    let city = City::new().await;
    let item = "administrative-penalty&all_or_nothing=true";
    let report = city.file(&city.haidian, item, "text/csv", PENALTIES_WITH_ERRORS).await.is(200).json();
    assert_eq!(
        (&report["batch"], &report["filed"], &report["in_force"]),
        (&json!(null), &json!(0), &json!(false))
    );
    assert_eq!(report["errors"].as_array().unwrap().len(), 11);
    let report = city.file(&city.haidian, item, "text/csv", PENALTIES).await.is(201).json();
    assert_eq!(report["in_force"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_long_or_of_another_kind_is_refused_and_nothing_stays_in_the_spool() {
    let city = City::with(true, Limits { batch_bytes_max: 1000, ..Limits::default() }).await;
    let item = "administrative-penalty";
    city.file(&city.haidian, item, "text/csv", PENALTIES).await.is(413);
    // Without a length that is announced the limit holds all the same.
    let parts = PENALTIES.as_bytes().chunks(100).map(|part| Ok::<_, std::io::Error>(part.to_vec()));
    let stream = Body::from_stream(futures::stream::iter(parts.collect::<Vec<_>>()));
    city.file(&city.haidian, item, "text/csv", stream).await.is(413);
    city.file(&city.haidian, item, "application/json", "{}").await.is(415);
    let unknown = city.file(&city.haidian, "no-such-item", "text/csv", "a,b\n1,2\n").await.is(422);
    assert_eq!(unknown.grounds(), ["not_in_catalogue"]);
    let empty = city.file(&city.haidian, item, "text/csv", "").await;
    assert!(empty.status.is_client_error(), "{}", empty.status);
    assert_eq!(city.spooled(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_14_only_a_providing_unit_files() {
    let city = City::new().await;
    let refused = city.file(&city.economy, "registration", "text/csv", PENALTIES).await.is(403);
    assert_eq!(refused.grounds(), ["not_a_providing_unit"]);
    let refused =
        city.file(&city.organisation, "administrative-penalty", "text/csv", PENALTIES).await.is(403);
    assert_eq!(refused.grounds(), ["not_an_office"]);
}
