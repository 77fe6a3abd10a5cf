//! The main job from a department's file to a person's screen.

use serde_json::json;

use crate::city::{
    COMMENDATIONS, City, ORGANISATION, ORGANISATION_NAME, PENALTIES, PERSON, PERSON_PENALTIES,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_filed_published_asked_about_seen_by_its_subject_and_proved() {
    let city = City::new().await;
    let report = city.file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES).await.is(201);
    let location = report.header("location").to_owned();
    let report = report.json();
    assert_eq!((&report["filed"], &report["refused"]), (&json!(10), &json!(0)), "{report:#}");
    assert!(
        report["dropped_columns"].as_array().unwrap().iter().any(|column| column == "法定代表人证件号码")
    );
    let batch = city.get_as(&city.haidian, &location).await.is(200).json();
    assert_eq!(batch["filed"], 10);

    // Everyone sees what is on display, with the day on which it ends.
    let public = city.get(&format!("/api/v1/organisations/{ORGANISATION}")).await.is(200).json();
    let penalty = &public["records"][0];
    assert_eq!(penalty["document_number"], "京海市监演示处罚〔2026〕1001号");
    assert_eq!(penalty["display"]["state"], "until");
    let page = city.page(&format!("/organisations/{ORGANISATION}")).await.is(200);
    assert!(
        page.text().contains(ORGANISATION_NAME) && page.text().contains("京海市监演示处罚〔2026〕1001号")
    );
    let last_day: law::Day = serde_json::from_value(penalty["display"]["last_day"].clone()).unwrap();
    assert!(page.text().contains(&web::language::Language::Chinese.day(last_day)));

    // An officer names duty and matter; the entry is in the answer.
    let ask = json!({ "identifier": ORGANISATION, "purpose": { "for": "duty", "duty": 1, "matter": "京经信查〔2026〕7号" } });
    let seen = city.post(&city.economy, "/api/v1/inquiries", ask).await.is(200);
    assert_eq!(seen.header("cache-control"), "no-store");
    let seen = seen.json();
    assert_eq!((&seen["result"], &seen["viewer"]), (&json!("records"), &json!("officer")));

    // The subject sees that look: office, duty, matter, and which records in which version.
    let own = json!({ "purpose": { "for": "own" } });
    let own = city.post(&city.organisation, "/api/v1/inquiries", own).await.is(200).json();
    let look = own["looks"].as_array().unwrap().iter().find(|look| look["entry"] == seen["entry"]).unwrap();
    assert_eq!(look["by"], "economy-informatization");
    assert_eq!(look["purpose"]["matter"], "京经信查〔2026〕7号");
    assert_eq!(look["shown"].as_array().unwrap().len(), seen["records"].as_array().unwrap().len());

    // The receipt of the inquiry verifies with nothing but the public key.
    let entry = seen["entry"].as_u64().unwrap();
    city.platform.advance_checkpoint().await.unwrap();
    let receipt = city.get(&format!("/api/v1/journal/entries/{entry}/receipt")).await.is(200);
    let vkey = city.get("/journal/key").await.is(200).text().trim().to_owned();
    let verifier = journal::Verifier::parse(&vkey).unwrap();
    let receipt = journal::Receipt::parse(receipt.text()).unwrap();
    let checked = receipt.verify(&verifier);
    assert_eq!(checked.problems, Vec::<String>::new());
    assert_eq!(checked.checked, journal::ReceiptChecked::PromiseAndProof);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_35_a_consent_opens_what_it_names_until_it_is_taken_back() {
    let city = City::new().await;
    city.file(&city.transport, "administrative-penalty-person", "text/csv", PERSON_PENALTIES).await.is(201);
    let consent = json!({
        "grantee_name": "北京示例银行", "grantee_identifier": "911100001000054748",
        "items": ["administrative-penalty-person"], "purpose": "贷款", "last_day": "2026-12-31",
    });
    let consent = city.post(&city.person, "/api/v1/consents", consent).await.is(200).json();
    let number = consent["consent"].as_u64().unwrap();
    let ask = json!({ "identifier": PERSON, "purpose": { "for": "consent", "consent": number } });
    let seen = city.post(&city.bank, "/api/v1/inquiries", ask.clone()).await.is(200).json();
    assert_eq!(seen["viewer"], "consent_holder");
    assert!(!seen["records"].as_array().unwrap().is_empty());
    city.post(&city.person, &format!("/api/v1/consents/{number}/revocations"), json!({})).await.is(200);
    let refused = city.post(&city.bank, "/api/v1/inquiries", ask).await.is(403);
    assert_eq!(refused.grounds(), ["consent_revoked"]);
    let own = city
        .post(&city.person, "/api/v1/inquiries", json!({ "purpose": { "for": "own" } }))
        .await
        .is(200)
        .json();
    let looks = own["looks"].as_array().unwrap();
    assert!(
        looks.iter().any(|look| look["refused"][0]["code"] == "consent_revoked"),
        "the refused look is seen, too"
    );
    assert!(!own["consents"][0]["revoked"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn article_36_what_is_withdrawn_is_gone_from_the_next_answer_on_and_can_come_back() {
    let city = City::new().await;
    city.file(&city.economy, "commendation", "application/x-ndjson", COMMENDATIONS).await.is(201);
    let address = format!("/api/v1/organisations/{ORGANISATION}");
    let before = city.get(&address).await.is(200);
    let record = before.json()["records"][0]["record"].as_u64().unwrap();
    let tag = before.header("etag").to_owned();
    let again = city.send(known(&address, &tag)).await.is(304);
    assert!(again.bytes.is_empty() && again.header("etag") == tag);
    assert_eq!(again.header("cache-control"), "public, no-cache");

    city.post(&city.organisation, &format!("/api/v1/records/{record}/withdrawals"), json!({})).await.is(200);
    // Nothing else is on display, so the organisation is as unknown; the old tag brings nothing back.
    city.send(known(&address, &tag)).await.is(404);
    city.post(&city.organisation, &format!("/api/v1/records/{record}/displays"), json!({})).await.is(200);
    city.get(&address).await.is(200);
}

fn known(path: &str, tag: &str) -> axum::http::Request<axum::body::Body> {
    axum::http::Request::get(path).header("if-none-match", tag).body(axum::body::Body::empty()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn article_14_a_record_is_corrected_and_revoked_by_its_filer_and_its_history_stays() {
    let city = City::new().await;
    city.file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES).await.is(201);
    let public = city.get(&format!("/api/v1/organisations/{ORGANISATION}")).await.is(200).json();
    let record = public["records"][0]["record"].as_u64().unwrap();
    let correction =
        json!({ "fields": { "facts": "当事人于2026年9月销售标签不合规定的食品。" }, "reason": "表述有误" });
    let address = format!("/api/v1/records/{record}");
    city.post(&city.economy, &format!("{address}/corrections"), correction.clone()).await.is(403);
    let done = city.post(&city.haidian, &format!("{address}/corrections"), correction).await.is(200).json();
    assert_eq!(done["receipt"]["entry"], done["entry"]);
    let history = city.post(&city.haidian, &format!("{address}/openings"), json!({})).await.is(200).json();
    assert_eq!(history["history"].as_array().unwrap().len(), 2, "{history:#}");
    city.post(&city.haidian, &format!("{address}/revocations"), json!({ "reason": "处罚决定已撤销" }))
        .await
        .is(200);
    city.get(&format!("/api/v1/organisations/{ORGANISATION}")).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_38_credit_is_restored_after_the_shortest_period_and_the_record_leaves_display() {
    let city = City::new().await;
    city.file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES).await.is(201);
    let address = format!("/api/v1/organisations/{ORGANISATION}");
    let record = city.get(&address).await.is(200).json()["records"][0]["record"].as_u64().unwrap();
    let restoration = json!({ "performance_document": "京海市监履行〔2026〕1号", "commitment_document": "承诺1号", "reason": "已缴清罚款" });
    let restorations = format!("/api/v1/records/{record}/restorations");
    let early = city.post(&city.haidian, &restorations, restoration.clone()).await.is(422);
    assert_eq!(early.grounds(), ["too_early"]);
    city.clock.set("2027-06-01");
    city.post(&city.organisation, &restorations, restoration.clone()).await.is(403);
    city.post(&city.haidian, &restorations, restoration).await.is(200);
    city.get(&address).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_14_an_organisation_whose_code_fails_its_check_is_held_until_it_is_verified() {
    let city = City::new().await;
    let flagged = format!("{}A", &ORGANISATION[..17]);
    let lines = COMMENDATIONS.lines().next().unwrap().replace(ORGANISATION, &flagged);
    let report = city.file(&city.economy, "commendation", "application/x-ndjson", lines).await.is(201).json();
    assert_eq!(report["filed"], 1, "{report:#}");
    let address = format!("/api/v1/organisations/{flagged}");
    city.get(&address).await.is(404);
    let verification = json!({ "identifier": flagged, "reason": "与登记机关核对无误" });
    let refused =
        city.post(&city.economy, "/api/v1/identifiers/verifications", verification.clone()).await.is(403);
    assert_eq!(refused.grounds(), ["operator_only"]);
    city.post(&city.operator, "/api/v1/identifiers/verifications", verification).await.is(200);
    city.get(&address).await.is(200);
}
