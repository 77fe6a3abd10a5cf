//! The register of incidents over HTTP (Article 19): a step a route, and who is refused.

use serde_json::{Value, json};

use crate::city::{City, PENALTIES, PERSON, PERSON_PENALTIES};

fn registration(city: &City) -> Value {
    json!({ "kind": "unlawful_access", "noticed": city.platform.now().milliseconds(), "place": "窗口四",
        "happened": "密钥被复制", "responsible": "王敏" })
}

#[tokio::test(flavor = "multi_thread")]
async fn article_19_an_incident_goes_through_its_steps_and_its_subject_is_told() {
    let city = City::new().await;
    city.file(&city.transport, "administrative-penalty-person", "text/csv", PERSON_PENALTIES).await.is(201);
    let ask = json!({ "identifier": PERSON, "purpose": { "for": "duty", "duty": 1, "matter": "案1" } });
    let look = city.post(&city.economy, "/api/v1/inquiries", ask).await.is(200).json()["entry"].clone();
    let key: u64 = city.economy.split('_').nth(1).unwrap().parse().unwrap();

    let registered = city.post(&city.operator, "/api/v1/incidents", registration(&city)).await.is(200).json();
    let address = format!("/api/v1/incidents/{}", registered["incident"]);
    let step =
        async |name: &str, body: Value| city.post(&city.operator, &format!("{address}/{name}"), body).await;
    let close = json!({ "outcome": "密钥按月更换", "responsible": "王敏" });
    assert_eq!(step("closures", close.clone()).await.is(422).grounds(), ["step_missing"; 4]);
    let class = json!({ "severity": "grave", "reason": "涉及自然人", "responsible": "王敏" });
    step("classifications", class).await.is(200);
    let measure = json!({ "measure": "已撤销密钥", "acts": [registered["entry"]], "responsible": "王敏" });
    step("containments", measure).await.is(200);

    city.clock.advance(5 * 3_600_000);
    let overdue = city.get_as(&city.operator, "/api/v1/incidents?show=overdue&limit=1").await.is(200).json();
    assert_eq!(overdue["incidents"][0]["steps"][2]["state"], "overdue");
    assert_eq!(overdue["next"], registered["incident"]);
    let notice = json!({ "department": "economy-informatization", "document_number": "京数安〔2026〕3号", "responsible": "王敏" });
    city.get_as(&city.economy, &address).await.is(403);
    step("notifications", notice).await.is(200);
    let seen = city.get_as(&city.economy, &address).await.is(200).json();
    assert_eq!(seen["steps"][2]["state"], "taken_late");

    let tell = |scope: Value| json!({ "scope": scope, "notice": "您的记录被他人查看", "contact": "大数据中心", "responsible": "王敏" });
    for malformed in [
        json!({}),
        json!({ "looks_of_key": key }),
        json!({ "batch": 1, "records": [1] }),
        json!({ "looks_of_key": key, "from": 0, "to": 20_000 }),
        json!({ "records": [999_999] }),
        json!({ "identifier": PERSON }),
    ] {
        step("subject-notices", tell(malformed)).await.is(400);
    }
    let scope = json!({ "looks_of_key": key, "from": look, "to": look });
    let told = step("subject-notices", tell(scope)).await.is(200).json();
    assert_eq!((&told["subjects"], &told["told"]), (&json!(1), &json!(1)));
    step("closures", close).await.is(200);

    let own = json!({ "purpose": { "for": "own" } });
    let own = city.post(&city.person, "/api/v1/inquiries", own).await.is(200).json();
    let notice =
        own["history"].as_array().unwrap().iter().find(|line| line["kind"] == "subject_told").unwrap();
    assert_eq!(notice["notice"]["entries"], json!([look]));
    assert_eq!(notice["notice"]["measures"], json!(["已撤销密钥"]));
    assert_eq!(notice["article"], "19");
    let shown = city.get_as(&city.operator, &address).await.is(200);
    assert!(!shown.text().contains(PERSON), "nobody's number stands in an incident");
}

#[tokio::test(flavor = "multi_thread")]
async fn article_19_the_operator_handles_an_office_registers_its_own_and_nobody_else_is_let_in() {
    let city = City::new().await;
    city.file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES).await.is(201);
    let own = city.post(&city.haidian, "/api/v1/incidents", registration(&city)).await.is(200).json();
    let address = format!("/api/v1/incidents/{}", own["incident"]);
    for (key, status) in
        [(&city.person, 403), (&city.organisation, 403), (&city.bank, 403), (&String::new(), 401)]
    {
        city.post(key, "/api/v1/incidents", registration(&city)).await.is(status);
        city.get_as(key, "/api/v1/incidents").await.is(status);
        city.get_as(key, &address).await.is(status);
    }
    let bodies = [
        ("classifications", json!({ "severity": "serious", "reason": "理由", "responsible": "王敏" })),
        ("containments", json!({ "measure": "已撤销", "responsible": "王敏" })),
        (
            "notifications",
            json!({ "department": "transport", "document_number": "一", "responsible": "王敏" }),
        ),
        (
            "subject-notices",
            json!({ "scope": { "batch": 1 }, "notice": "通知", "contact": "中心", "responsible": "王敏" }),
        ),
        ("dispensations", json!({ "ground": "harm_prevented", "reason": "理由", "responsible": "王敏" })),
        ("closures", json!({ "outcome": "结果", "responsible": "王敏" })),
    ];
    for (name, body) in bodies {
        for key in [&city.haidian, &city.person, &city.bank] {
            let refused = city.post(key, &format!("{address}/{name}"), body.clone()).await.is(403);
            assert_eq!(refused.grounds(), ["operator_only"], "{name}");
        }
        city.post("", &format!("{address}/{name}"), body.clone()).await.is(401);
        // What is not there and what is not for this caller get the same answer.
        let missing = city.post(&city.operator, &format!("/api/v1/incidents/999/{name}"), body).await.is(403);
        assert_eq!(missing.grounds(), ["no_such_incident"], "{name}");
    }
    city.get_as(&city.haidian, &address).await.is(200);
    assert_eq!(city.get_as(&city.transport, &address).await.is(403).grounds(), ["no_such_incident"]);
    let page = city.get_as(&city.transport, "/api/v1/incidents").await.is(200).json();
    assert_eq!(page, json!({ "incidents": [], "next": null }));
    let mut nameless = registration(&city);
    nameless.as_object_mut().unwrap().remove("responsible");
    assert_eq!(
        city.post(&city.operator, "/api/v1/incidents", nameless).await.is(422).grounds(),
        ["words_missing"]
    );
    let mut numbered = registration(&city);
    numbered["happened"] = json!(format!("{PERSON} 的记录"));
    let refused = city.post(&city.operator, "/api/v1/incidents", numbered).await.is(422);
    assert_eq!(refused.grounds(), ["personal_number_in_words"]);
    assert!(!refused.text().contains(PERSON));
    for query in ["?show=secret", "?limit=0", "?limit=101", "?before=x"] {
        city.get_as(&city.operator, &format!("/api/v1/incidents{query}")).await.is(400);
    }
}
