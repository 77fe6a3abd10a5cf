//! The officer's desk in a browser without a script: every page and every form, over a real platform.

use axum::body::Body;
use axum::http::{Request, header};
use register::authority::{AuthorityCode, Duty};
use service::sessions::SignInAs;

use crate::ask::Answer;
use crate::city::{City, ORGANISATION, PENALTIES, PENALTIES_WITH_ERRORS, PERSON, PERSON_PENALTIES};

const ITEM: &str = "administrative-penalty";
const BOUNDARY: &str = "----credence";

/// Someone who has signed in, with what their browser keeps.
struct Clerk<'a> {
    city: &'a City,
    token: String,
    form: String,
}

impl<'a> Clerk<'a> {
    async fn of(city: &'a City, account: &str, office: &str, duties: &[u8]) -> Self {
        let whom = SignInAs::Officer {
            authority: AuthorityCode(office.to_owned()),
            duties: duties.iter().filter_map(|duty| Duty::new(*duty)).collect(),
        };
        let (token, form) = city.signed_in(account, whom).await;
        Self { city, token, form }
    }

    async fn send(&self, method: &str, path: &str, media: Option<&str>, body: Vec<u8>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, format!("credence-session={}", self.token))
            .header(header::ACCEPT, "text/html,*/*;q=0.8");
        if let Some(media) = media {
            request = request.header(header::CONTENT_TYPE, media);
        }
        self.city.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, Vec::new()).await
    }

    /// Sends a form with this word.
    async fn post_with(&self, word: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("form_token", word));
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let media = "application/x-www-form-urlencoded";
        self.send("POST", path, Some(media), body.join("&").into_bytes()).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(&self.form, path, fields).await
    }

    /// Sends a file with the fields of the form before it.
    async fn upload_with(&self, path: &str, fields: &[(&str, &str)], content: &str) -> Answer {
        let mut body = String::new();
        for (name, value) in fields {
            body.push_str(&format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str(&format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"penalties.csv\"\r\n\
             content-type: text/csv\r\n\r\n{content}\r\n--{BOUNDARY}--\r\n"
        ));
        let media = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send("POST", path, Some(&media), body.into_bytes()).await
    }

    /// Uploads a file, and gives the page on which it is looked at, once it was judged.
    async fn upload(&self, language: &str, whole: bool, content: &str) -> (String, Answer) {
        let whole = if whole { "yes" } else { "no" };
        let fields = [("form_token", self.form.as_str()), ("item", ITEM), ("all_or_nothing", whole)];
        let sent = self.upload_with(&format!("{language}/office/file"), &fields, content).await.is(303);
        let there = sent.header("location").to_owned();
        assert!(there.starts_with(&format!("{language}/office/file/")), "{there}");
        let page = self.settled(&there).await;
        (there, page)
    }

    /// The page once it no longer renews itself.
    async fn settled(&self, path: &str) -> Answer {
        loop {
            let page = self.get(path).await.is(200);
            assert_eq!(page.header("cache-control"), "no-store");
            if page.header("refresh").is_empty() {
                return page;
            }
        }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The figures at the head of a page, in their order.
fn figures(page: &Answer) -> Vec<u64> {
    let list = between(page.text(), "<ul class=\"figures\">", "</ul>");
    let parts = list.split("<strong>").skip(1);
    parts.map(|part| part.split('<').next().unwrap().replace(',', "").parse().unwrap()).collect()
}

/// What stands between two texts where both first come.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split(before).nth(1).unwrap().split(after).next().unwrap()
}

fn entry_of(page: &Answer) -> u64 {
    between(page.text(), "/journal/receipt?entry=", "\"").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn article_20_an_inquiry_begins_with_the_duty_and_is_entered_in_the_officers_name() {
    let city = City::new().await;
    city.file(&city.haidian, ITEM, "text/csv", PENALTIES).await.is(201);
    let officer = Clerk::of(&city, "O-7", "market-regulation", &[1, 2]).await;
    for (language, article) in [("", "第二十条"), ("/en", "Article 20")] {
        let path = format!("{language}/office");
        let form = officer.get(&path).await.is(200);
        assert!(form.text().contains(article));
        assert_eq!(form.text().matches("type=\"radio\"").count(), 2);
        // What is not filled in is said beside the field and in a summary, and nobody was asked about.
        let empty = officer.post(&path, &[]).await.is(422);
        for field in ["#duty", "#matter", "#identifier"] {
            assert!(empty.text().contains(&format!("href=\"{field}\"")), "{field}");
        }
        let asked = [("duty", "1"), ("matter", "京市监〔2026〕7号"), ("identifier", ORGANISATION)];
        let result = officer.post(&path, &asked).await.is(200);
        assert_eq!(result.header("cache-control"), "no-store");
        let text = result.text();
        assert!(text.contains(ORGANISATION) && text.contains("京市监〔2026〕7号"));
        assert!(text.contains("class=\"record\""), "{text}");
        let act = city.act(entry_of(&result)).await;
        assert_eq!(act.caller.person().unwrap().account, "O-7");
    }
    // A person's number is masked, and what this duty does not open is counted with its article.
    city.file(&city.transport, "administrative-penalty-person", "text/csv", PERSON_PENALTIES).await.is(201);
    let asked = [("duty", "1"), ("matter", "七"), ("identifier", PERSON)];
    let result = officer.post("/office", &asked).await.is(200);
    assert!(!result.text().contains(PERSON) && result.text().contains("119*************51"));
    // Nothing held is a neutral answer.
    let asked = [("duty", "1"), ("matter", "七"), ("identifier", "911100001000054748")];
    let nothing = officer.post("/en/office", &asked).await.is(200);
    assert!(nothing.text().contains("has no record to show") && !nothing.text().contains("class=\"record\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn article_20_without_the_duty_there_is_no_inquiry_and_the_ground_is_told() {
    let city = City::new().await;
    let asked = |duty| [("duty", duty), ("matter", "七"), ("identifier", ORGANISATION)];
    let clerk = Clerk::of(&city, "O-8", "market-regulation", &[]).await;
    for (language, words, link) in
        [("", "您目前不能查询", "href=\"/law/20\""), ("/en", "You cannot inquire", "href=\"/en/law/20\"")]
    {
        let page = clerk.get(&format!("{language}/office")).await.is(200);
        assert!(page.text().contains(words) && page.text().contains(link));
        assert!(!page.text().contains("name=\"identifier\""));
        // Whoever sends the form all the same is refused, and the subject sees that they tried.
        let refused = clerk.post(&format!("{language}/office"), &asked("1")).await.is(403);
        assert!(
            refused.text().contains(link)
                && refused.text().contains(if language.is_empty() {
                    "被拒绝的查询也已记入日志"
                } else {
                    "The refused look is entered"
                })
        );
    }
    let officer = Clerk::of(&city, "O-9", "market-regulation", &[1]).await;
    officer.post("/office", &asked("5")).await.is(403);
    // A form without the session's word, or with another's, does nothing.
    officer.post_with("wrong", "/office", &asked("1")).await.is(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_kind_of_person_is_refused_with_the_ground_and_a_stranger_is_asked_to_sign_in() {
    let city = City::new().await;
    let (token, form) = city.signed_in("S-1", SignInAs::Individual { identifier: PERSON.to_owned() }).await;
    let person = Clerk { city: &city, token, form };
    let (token, form) = city.signed_in("P-1", SignInAs::Operator).await;
    let operator = Clerk { city: &city, token, form };
    let nobody = Clerk { city: &city, token: "nothing".to_owned(), form: "x".to_owned() };
    let mut tried = 0;
    for door in web::doors().into_iter().filter(|door| door.path.contains("/office")) {
        let path = door
            .path
            .replace("{word}", "x")
            .replace("{batch}", "1")
            .replace("{record}", "1")
            .replace("{case}", "1")
            .replace("{proposal}", "1");
        for other in [&person, &operator] {
            let answer =
                if door.method == "GET" { other.get(&path).await } else { other.post(&path, &[]).await };
            assert!(answer.is(403).text().contains("/law/14"), "{path}");
        }
        let answer =
            if door.method == "GET" { nobody.get(&path).await } else { nobody.post(&path, &[]).await };
        let expected = if door.method == "GET" { 303 } else { 401 };
        assert_eq!(answer.status.as_u16(), expected, "{path}");
        tried += 1;
    }
    assert!(tried >= 36, "{tried}");
}

#[tokio::test(flavor = "multi_thread")]
async fn article_14_a_file_with_errors_is_looked_at_corrected_and_filed() {
    let city = City::new().await;
    let clerk = Clerk::of(&city, "O-10", "market-regulation-haidian", &[]).await;
    let form = clerk.get("/office/file").await.is(200);
    assert!(form.text().contains("enctype=\"multipart/form-data\""));
    for language in ["", "/en"] {
        let (there, preview) = clerk.upload(language, false, PENALTIES_WITH_ERRORS).await;
        assert_eq!(figures(&preview), [2, 0, 11], "{}", preview.text());
        assert_eq!(preview.text().matches("class=\"refused-line\"").count(), 11);
        let table = clerk.get(&format!("{there}/refused")).await.is(200);
        assert!(table.header("content-disposition").starts_with("attachment"));
        // The rows come back as they were sent, with why behind them: filed again as they are, all of them are refused once more.
        let heading = PENALTIES_WITH_ERRORS.trim_start_matches('\u{feff}').lines().next().unwrap();
        assert!(
            table.text().starts_with(&format!("\u{feff}{heading},退回行号,退回字段,退回原因,")),
            "{}",
            table.text()
        );
        let (_, again) = clerk.upload(language, false, table.text()).await;
        assert_eq!(figures(&again), [0, 0, 11], "{}", again.text());
        assert!(!again.text().contains("退回行号"), "the reasons are no columns outside the format");
        // Nothing was filed by looking.
        let batches = clerk.get(&format!("{language}/office/batches")).await.is(200);
        assert!(!batches.text().contains("<tbody>"));
    }
    // Of the three newest files of a person, each with what goes back of it.
    assert_eq!(city.spooled(), 6);
    // All or nothing: with a refused line there is nothing to press, and pressing files nothing.
    let (there, preview) = clerk.upload("", true, PENALTIES_WITH_ERRORS).await;
    assert!(!preview.text().contains(&format!("action=\"{there}\"")));

    let (there, preview) = clerk.upload("", false, PENALTIES_WITH_ERRORS).await;
    assert!(preview.text().contains(&format!("action=\"{there}\"")));
    clerk.post_with("wrong", &there, &[]).await.is(400);
    clerk.post(&there, &[]).await.is(303);
    // A second press of the button does nothing more.
    clerk.post(&there, &[]).await.is(303);
    let result = clerk.settled(&there).await;
    assert_eq!(figures(&result), [2, 0, 11]);
    let entry = entry_of(&result);
    city.get(&format!("/api/v1/journal/entries/{entry}/receipt")).await.is(200);
    // The corrected file: what was filed is not filed twice.
    let (there, preview) = clerk.upload("/en", true, PENALTIES).await;
    let [filed, unchanged, refused] = figures(&preview)[..] else { panic!("{}", preview.text()) };
    assert_eq!(refused, 0);
    clerk.post(&there, &[]).await.is(303);
    let result = clerk.settled(&there).await;
    assert_eq!(figures(&result), [filed, unchanged, 0], "{}", result.text());
    let (_, again) = clerk.upload("/en", true, PENALTIES).await;
    assert!(again.text().contains("This very file was filed before"));
    assert!(again.text().contains("href=\"/en/office/batches/2\""));

    let batches = clerk.get("/office/batches").await.is(200);
    assert_eq!(batches.text().matches("<tr><th").count(), 3, "{}", batches.text());
    let with_refused = clerk.get("/office/batches?item=&state=with_refused").await.is(200);
    assert!(
        with_refused.text().contains("/office/batches/1\"")
            && !with_refused.text().contains("/office/batches/2\"")
    );
    clerk.get("/office/batches?state=other").await.is(400);
    let batch = clerk.get("/office/batches/1").await.is(200);
    assert_eq!(batch.text().matches("class=\"refused-line\"").count(), 11);
    let table = clerk.get("/office/batches/1/refused").await.is(200);
    assert!(table.text().lines().count() >= 12);
    let quality = clerk.get("/office/quality").await.is(200);
    assert_eq!(figures(&quality)[2], 11);
    // Another office finds none of it.
    let other = Clerk::of(&city, "O-11", "transport", &[1]).await;
    for path in ["/office/batches/1", "/en/office/batches/1", "/office/batches/1/refused", &there] {
        other.get(path).await.is(404);
    }
    other.post(&there, &[]).await.is(404);
    assert!(!other.get("/office/batches").await.is(200).text().contains("<tbody>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn article_14_a_file_is_taken_with_the_sessions_word_and_for_an_item_of_the_office_only() {
    let city = City::new().await;
    let clerk = Clerk::of(&city, "O-12", "market-regulation-haidian", &[]).await;
    let word = clerk.form.as_str();
    for fields in [
        vec![("item", ITEM)],
        vec![("form_token", "wrong"), ("item", ITEM)],
        vec![("form_token", word), ("form_token", word), ("item", ITEM)],
        vec![("form_token", word), ("item", ITEM), ("more", "x")],
    ] {
        clerk.upload_with("/office/file", &fields, PENALTIES).await.is(400);
    }
    clerk.upload_with("/office/file", &[("form_token", word), ("item", "")], PENALTIES).await.is(422);
    // What comes behind the file would be passed over in silence.
    let behind = format!(
        "{PENALTIES}\r\n--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"all_or_nothing\"\r\n\r\nyes"
    );
    clerk.upload_with("/office/file", &[("form_token", word), ("item", ITEM)], &behind).await.is(400);
    clerk.post("/office/file", &[("item", ITEM)]).await.is(400);
    assert_eq!(city.spooled(), 0);
    // What the catalogue has another office provide, and what is no table, is refused with its article.
    for (item, content) in [("court-judgment-defaulter", PENALTIES), (ITEM, "PK\u{3}\u{4}")] {
        let fields = [("form_token", word), ("item", item)];
        let sent = clerk.upload_with("/en/office/file", &fields, content).await.is(303);
        let page = clerk.settled(sent.header("location")).await;
        assert!(
            page.text().contains("Nothing was filed") && page.text().contains("/en/law/1"),
            "{}",
            page.text()
        );
    }
    assert_eq!(city.spooled(), 0);
    clerk.get("/office/file/nothing").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_34_a_record_is_found_by_its_document_opened_before_its_subjects_eyes_and_corrected() {
    let city = City::new().await;
    city.file(&city.haidian, ITEM, "text/csv", PENALTIES).await.is(201);
    let clerk = Clerk::of(&city, "O-13", "market-regulation-haidian", &[]).await;
    let batch = clerk.get("/office/batches/1").await.is(200);
    let document = between(batch.text(), "<th scope=\"row\"><bdi lang=\"zh-Hans\">", "</bdi>").to_owned();
    assert!(!batch.text().contains(ORGANISATION), "a batch tells nothing of whom its lines are about");
    clerk.post("/office/records", &[]).await.is(422);
    let fields = [("document", document.as_str()), ("item", ITEM), ("batch", "1")];
    let found = clerk.post("/en/office/records", &fields).await.is(200);
    let path = between(found.text(), "<td><form method=\"post\" action=\"", "\"").to_owned();
    let none = clerk.post("/en/office/records", &[("document", "无"), ("item", ITEM)]).await.is(200);
    assert!(none.text().contains("No record has this document number"));

    // To follow a link opens nothing; to send the form does.
    let closed = clerk.get(&path).await.is(200);
    assert!(!closed.text().contains("class=\"record\""));
    let opened = clerk.post(&path, &[]).await.is(200);
    assert!(opened.text().contains("class=\"record\"") && opened.text().contains("class=\"timeline\""));
    let act = city.act(entry_of(&opened)).await;
    assert_eq!(act.event.kind(), "inquiry_answered");
    assert_eq!(act.caller.person().unwrap().account, "O-13");

    let field = between(opened.text(), "<textarea id=\"now-", "\"").to_owned();
    let (now, was) = (format!("now-{field}"), format!("was-{field}"));
    let correct = format!("{path}/correct");
    let nothing = [("item", ITEM), ("reason", "决定书更正")];
    assert!(clerk.post(&correct, &nothing).await.is(422).text().contains("nothing would change"));
    let change =
        [("item", ITEM), (now.as_str(), "更正后的内容"), (was.as_str(), "x"), ("reason", "决定书更正")];
    let done = clerk.post(&correct, &change).await.is(200);
    assert_eq!(city.act(entry_of(&done)).await.event.kind(), "record_corrected");
    assert!(clerk.post(&path, &[]).await.is(200).text().contains("更正后的内容"));
    clerk.get(&correct).await.is(200);

    let restore = format!("{path}/restore");
    let early = [("performance", "缴款书"), ("commitment", "承诺书"), ("reason", "已履行")];
    assert!(clerk.post(&restore, &early).await.is(422).text().contains("/en/law/38"));
    let revoke = format!("{path}/revoke");
    clerk.post(&revoke, &[("reason", "重复报送")]).await.is(400);
    clerk.post(&revoke, &[("meant", "yes")]).await.is(422);
    let done = clerk.post(&revoke, &[("meant", "yes"), ("reason", "重复报送")]).await.is(200);
    assert_eq!(city.act(entry_of(&done)).await.event.kind(), "record_revoked");
    let after = clerk.post(&path, &[]).await.is(200);
    assert!(!after.text().contains("/revoke\"") && !after.text().contains("/correct\""));

    // Another office's record is answered like one that is not there.
    let other = Clerk::of(&city, "O-14", "transport", &[1]).await;
    other.post(&path, &[]).await.is(403);
    other.post("/office/records/999999", &[]).await.is(403);
    for act in ["correct", "revoke", "restore"] {
        let fields = [("item", ITEM), ("now-facts", "x"), ("meant", "yes"), ("reason", "x")];
        other.post(&format!("{path}/{act}"), &fields).await.is(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn article_53_a_batch_is_revoked_by_two_persons_of_the_office() {
    let city = City::new().await;
    city.file(&city.haidian, ITEM, "text/csv", PENALTIES).await.is(201);
    let one = Clerk::of(&city, "O-20", "market-regulation-haidian", &[]).await;
    let other = Clerk::of(&city, "O-21", "market-regulation-haidian", &[]).await;
    let stranger = Clerk::of(&city, "O-22", "transport", &[]).await;
    let revoke = "/en/office/batches/1/revoke";
    stranger.post(revoke, &[("reason", "x")]).await.is(403);
    one.post(revoke, &[]).await.is(422);
    let proposed = one.post(revoke, &[("reason", "整批重复")]).await.is(303);
    let there = proposed.header("location").to_owned();
    // Nobody approves what they proposed; the page of the proposer has no button for it.
    assert!(!one.get(&there).await.is(200).text().contains("value=\"approve\""));
    let refused = one.post(&there, &[("decision", "approve")]).await.is(403);
    assert!(refused.text().contains("/en/law/53"));
    stranger.get(&there).await.is(403);
    let list = other.get("/office/proposals").await.is(200);
    assert!(list.text().contains("等您批准"));
    assert!(other.get(&there).await.is(200).text().contains("value=\"approve\""));
    other.post(&there, &[("decision", "reject")]).await.is(422);
    other.post(&there, &[("decision", "approve")]).await.is(303);
    let batch = other.get("/en/office/batches/1").await.is(200);
    assert!(batch.text().contains(">revoked<") && !batch.text().contains(">stands<"));
}

#[tokio::test(flavor = "multi_thread")]
async fn article_19_an_operator_registers_an_incident_and_takes_its_steps_by_forms() {
    let city = City::new().await;
    let (token, form) = city.signed_in("M-1", SignInAs::Operator).await;
    let operator = Clerk { city: &city, token, form };
    let noticed = city.platform.now().to_string().get(..16).unwrap().to_owned();
    let registration = |happened: &'static str| {
        [("kind", "leak"), ("noticed", noticed.as_str()), ("place", "窗口四"), ("happened", happened)]
            .map(|(name, value)| (name, value.to_owned()))
    };
    let sent = async |fields: [(&str, String); 4]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        operator.post("/en/operations/incidents", &fields).await
    };
    // What is refused stands above the form, which keeps what was typed.
    let refused = sent(registration("联系 13812345678")).await.is(422);
    assert!(
        refused.text().contains("role=\"alert\"") && refused.text().contains("窗口四"),
        "{}",
        refused.text()
    );
    let there = sent(registration("密钥被复制")).await.is(303).header("location").to_owned();
    assert_eq!(there, "/en/operations/incidents/1");
    let offered = async || {
        let page = operator.get(&there).await.is(200);
        ["classify", "contain", "notify", "tell", "dispense", "close"]
            .map(|step| page.text().contains(&format!("action=\"{there}/{step}\"")))
    };
    assert_eq!(offered().await, [true, true, false, false, false, false]);
    let step =
        async |name: &str, fields: &[(&str, &str)]| operator.post(&format!("{there}/{name}"), fields).await;
    let kept = step("classify", &[("severity", "x"), ("words", "涉及自然人")]).await.is(400);
    assert!(kept.text().contains(">涉及自然人</textarea>") && kept.text().contains("<details open>"));
    assert!(kept.text().contains("Choose one") || kept.text().contains("choose one"));
    step("close", &[("words", "已更换")]).await.is(422);
    step("classify", &[("severity", "grave"), ("words", "涉及自然人")]).await.is(303);
    step("contain", &[("words", "已撤销密钥"), ("numbers", "1, 2")]).await.is(303);
    assert_eq!(offered().await, [true, true, true, true, true, false]);
    let department = [("department", "economy-informatization"), ("document_number", "京数安〔2026〕3号")];
    step("notify", &department).await.is(303);
    step("tell", &[("scope", "records"), ("words", "请留意"), ("contact", "大数据中心")]).await.is(400);
    let ground = [("ground", "nobody_concerned"), ("words", "测试数据")];
    step("dispense", &ground).await.is(303);
    step("close", &[("words", "密钥按月更换")]).await.is(303);
    assert_eq!(offered().await, [false; 6], "nothing is done to a closed one");
    step("nothing", &[]).await.is(404);
}
