//! What everyone sees: organisations, the rules, the pages; never a person.

use crate::city::{
    COMMENDATIONS, City, INDIVIDUAL_BUSINESS, ORGANISATION, ORGANISATION_NAME, PENALTIES, PERSON,
    PERSON_NAME, PERSON_PENALTIES, log,
};

async fn filed() -> City {
    let city = City::new().await;
    city.file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES).await.is(201);
    city.file(&city.transport, "administrative-penalty-person", "text/csv", PERSON_PENALTIES).await.is(201);
    city.file(&city.economy, "commendation", "application/x-ndjson", COMMENDATIONS).await.is(201);
    city
}

/// The code of the individual business in the sample.
fn individual_business() -> &'static str {
    PENALTIES
        .split([',', '\n'])
        .map(str::trim)
        .find(|cell| cell.to_uppercase().starts_with(INDIVIDUAL_BUSINESS))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn article_35_a_person_an_individual_business_and_nobody_are_the_same_to_the_public() {
    let city = filed().await;
    let mut answers = Vec::new();
    for code in [PERSON, individual_business(), "91110108YY00099990", "nonsense"] {
        let answer = city.get(&format!("/api/v1/organisations/{code}")).await.is(404);
        // The number of a request is drawn and counted, whoever it is about.
        let number = answer.header("credence-request").to_owned();
        let text = answer.text().replace(code, "CODE").replace(&number, "NUMBER");
        answers.push((text, answer.headers.clone()));
        let page = city.page(&format!("/organisations/{code}")).await.is(404);
        assert!(!page.text().replace(&format!("/organisations/{code}"), "").contains(code));
    }
    for (text, headers) in &answers {
        assert_eq!((text, headers.len()), (&answers[0].0, answers[0].1.len()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn article_35_no_public_address_tells_anything_of_a_person() {
    let city = filed().await;
    let name = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let mut paths =
        vec![format!("/organisations/{ORGANISATION}"), format!("/api/v1/organisations/{ORGANISATION}")];
    for asked in [PERSON, individual_business(), PERSON_NAME, "孙样", "林示例", "北京"] {
        paths.push(format!("/search?name={}", name(asked)));
        paths.push(format!("/en/search?name={}", name(asked)));
        paths.push(format!("/api/v1/organisations?name={}", name(asked)));
    }
    paths.extend(
        ["/", "/catalogue", "/law", "/journal", "/api/v1/journal/head", "/api/v1/catalogue"]
            .map(str::to_owned),
    );
    for path in paths {
        let answer = city.page(&path).await;
        let text = answer
            .text()
            .replace(&format!("value=\"{PERSON_NAME}\""), "")
            .replace(&format!("value=\"{PERSON}\""), "");
        let text =
            text.replace(&format!("<title>{PERSON_NAME}"), "").replace(&format!("<title>{PERSON}"), "");
        for person in [PERSON, PERSON_NAME, "119999"] {
            assert!(!text.contains(person), "{path} tells `{person}`");
        }
        // The representative stands in the file and is published by no item of the demo catalogue.
        let answer = answer.text();
        assert!(path.contains("search") || path.contains("name=") || !answer.contains("林示例"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn organisations_are_found_by_code_and_by_a_part_of_their_name() {
    let city = filed().await;
    for (asked, found) in
        [(ORGANISATION, true), ("%E4%BA%91%E6%9D%89", true), ("%E4%BA%91%E6%9D%89%E6%9D%89", false)]
    {
        let page = city.get(&format!("/api/v1/organisations?name={asked}")).await.is(200).json();
        let hit =
            page["results"].as_array().unwrap().iter().any(|result| result["name"] == ORGANISATION_NAME);
        assert_eq!(hit, found, "{asked}: {page:#}");
        let html = city.page(&format!("/search?name={asked}")).await.is(200);
        assert_eq!(html.text().contains(&format!("/organisations/{ORGANISATION}")), found);
    }
    // Page by page, each organisation once.
    let mut found = Vec::new();
    let mut address = "/api/v1/organisations?name=%E7%A4%BA%E4%BE%8B&limit=2".to_owned();
    loop {
        let page = city.get(&address).await.is(200).json();
        found.extend(
            page["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|result| result["code"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        let next: String = next.bytes().map(|byte| format!("%{byte:02X}")).collect();
        address = format!("/api/v1/organisations?name=%E7%A4%BA%E4%BE%8B&limit=2&after={next}");
    }
    let all = found.len();
    found.sort();
    found.dedup();
    assert_eq!(found.len(), all);
    assert!(all > 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_15_a_penalty_is_public_on_its_last_day_and_not_on_the_next() {
    let city = filed().await;
    let address = format!("/api/v1/organisations/{ORGANISATION}");
    let before = city.get(&address).await.is(200);
    let penalty = |answer: &crate::ask::Answer| {
        let document = answer.json();
        let records = document["records"].as_array().unwrap();
        records.iter().find(|record| record["class"] == "untrustworthiness").cloned()
    };
    let last_day = penalty(&before).unwrap()["display"]["last_day"].as_str().unwrap().to_owned();
    city.clock.set(&last_day);
    assert!(penalty(&city.get(&address).await.is(200)).is_some());
    let page = city.page(&format!("/en/organisations/{ORGANISATION}")).await.is(200);
    assert!(page.text().contains("today is the last day"));
    city.clock.set(&last_day.parse::<law::Day>().unwrap().plus_days(1).to_string());
    let request = axum::http::Request::get(&address).header("if-none-match", before.header("etag"));
    let after = city.send(request.body(axum::body::Body::empty()).unwrap()).await.is(200);
    assert!(penalty(&after).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_answers_in_both_languages_with_the_same_strict_headers_and_says_that_it_is_a_demo() {
    let city = filed().await;
    for path in [
        "/",
        "/search",
        "/search?name=%E4%BA%91%E6%9D%89",
        "/catalogue",
        "/catalogue/administrative-penalty",
        "/law",
        "/law/15",
        "/journal",
        "/developers",
        "/problems",
        "/problems/refused",
        "/nothing",
    ] {
        for address in [path.to_owned(), format!("/en{path}")] {
            let page = city.page(&address).await;
            assert_eq!(page.status == 404, path == "/nothing", "{address}");
            assert_eq!(page.header("credence-demo"), "1");
            assert_eq!(page.header("x-content-type-options"), "nosniff");
            assert_eq!(page.header("referrer-policy"), "no-referrer");
            assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
            assert!(
                page.text().contains("演示城市，数据均为虚构")
                    && page.text().contains("demo city, all data are invented")
            );
            let lang = if address.starts_with("/en") { "en" } else { "zh-Hans" };
            assert!(page.text().contains(&format!("<html lang=\"{lang}\">")), "{address}");
        }
    }
    let real = City::with(false, web::Limits::default()).await;
    let page = real.page("/").await.is(200);
    assert!(page.header("credence-demo").is_empty() && !page.text().contains("演示城市"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_of_every_page_leads_somewhere() {
    let city = filed().await;
    city.platform.advance_checkpoint().await.unwrap();
    let mut open = vec!["/".to_owned(), "/en/".to_owned(), format!("/organisations/{ORGANISATION}")];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(path) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        // Half of the law's and the catalogue's pages are enough: they are all drawn by the same template.
        let answer = city.page(&path).await;
        // Whoever has not signed in is sent from their desk to where they do.
        if path.ends_with("/desk") {
            assert_eq!(answer.status, 303);
            open.push(answer.header("location").to_owned());
            continue;
        }
        assert!(answer.status.is_success(), "{path}: {}", answer.status);
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        for link in answer.text().split("href=\"").skip(1).filter_map(|part| part.split('"').next()) {
            assert!(link.starts_with('/') || link.starts_with('#'), "{link} leads elsewhere");
            if link.starts_with('/') {
                open.push(link.replace("&#38;", "&"));
            }
        }
    }
    assert!(seen.len() > 150, "{}", seen.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_are_open_to_programs() {
    let city = filed().await;
    let law = city.get("/api/v1/law").await.is(200).json();
    assert_eq!(law["articles"].as_array().unwrap().len(), 56);
    city.get("/api/v1/law/15").await.is(200);
    let catalogue = city.get("/api/v1/catalogue").await.is(200).json();
    for item in catalogue["items"].as_array().unwrap() {
        let item =
            city.get(&format!("/api/v1/catalogue/{}", item["code"].as_str().unwrap())).await.is(200).json();
        assert_eq!(item["format"]["additionalProperties"], false);
    }
    city.get("/api/v1/authorities").await.is(200);
    let description = city.get("/api/v1/openapi.json").await.is(200).json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    city.get("/livez").await.is(200);
    city.get("/readyz").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_names_the_route_and_never_what_was_asked_for() {
    let city = filed().await;
    city.get("/api/v1/organisations/PLANTED-IN-PATH").await;
    city.get("/search?name=PLANTED-IN-QUERY").await;
    let ask = serde_json::json!({ "identifier": "119999199001010013", "purpose": { "for": "own" } });
    city.post(&city.person, "/api/v1/inquiries", ask).await;
    let log = log();
    assert!(log.contains("/api/v1/organisations/{code}") && log.contains("/api/v1/inquiries"), "{log}");
    for planted in ["PLANTED", "119999", PERSON_NAME, &city.person] {
        assert!(!log.contains(planted), "{planted}");
    }
}
