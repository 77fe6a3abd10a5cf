//! Objection and restoration by forms, from the person in the record to the last recipient's acknowledgement (Articles 33, 37, 38).

use testkit::browser::Browser;

use crate::city::ORGANISATION;
use crate::my::{Served, look, text};

/// What stands between two texts where both first come.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split(before)
        .nth(1)
        .unwrap_or_else(|| panic!("{before} is not in {text}"))
        .split(after)
        .next()
        .unwrap()
}

/// Someone at their desk.
struct AtDesk<'a> {
    served: &'a Served,
    browser: Browser,
}

impl<'a> AtDesk<'a> {
    async fn of(served: &'a Served, account: &str) -> Self {
        Self { served, browser: served.signed_in(account).await }
    }

    async fn page(&mut self, path: &str) -> String {
        self.served.page(&mut self.browser, path).await
    }

    /// Sends a form of the page at this path; the status, where it leads and what it says.
    async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
        let word = between(&self.page(path).await, "name=\"form_token\" value=\"", "\"").to_owned();
        let mut fields = fields.to_vec();
        fields.push(("form_token", &word));
        let reply = self.browser.post_form(&self.served.at(path), &fields).await;
        let there = reply.headers.get("location").map(|place| place.to_owned()).unwrap_or_default();
        (reply.status, there, text(&reply))
    }

    /// Sends a form that is in order; the page to which it leads.
    async fn sent(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let (status, there, said) = self.send(path, fields).await;
        assert_eq!(status, 303, "{path}: {said}");
        self.page(&there).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn article_37_an_objection_goes_by_forms_from_the_first_point_to_the_last_recipient() {
    let served = Served::new().await;
    assert_eq!(look(&served, &served.city.economy, "2026-7").await, 200);
    let mut company = AtDesk::of(&served, "representative").await;
    let mut officer = AtDesk::of(&served, "officer").await;
    let mut recipient = AtDesk::of(&served, "recipient").await;
    let record = between(&company.page("/en/my").await, "href=\"/en/my/records/", "\"").to_owned();
    let record = record.split('/').next().unwrap();
    let here = format!("/en/my/records/{record}/objection");

    // What is wrong stands beside its box, and what was typed is kept.
    let (status, _, said) = company.send(&here, &[("point-2-statement", "the fine is wrong")]).await;
    assert_eq!(status, 422);
    assert!(said.contains("id=\"point-2-claim-fault\"") && said.contains("the fine is wrong"));
    let (status, _, said) = company.send(&here, &[("point-3-claim", "untrue")]).await;
    assert_eq!(status, 422);
    assert!(said.contains("id=\"point-3-statement-fault\""));
    let (status, _, said) = company.send(&here, &[]).await;
    assert_eq!(status, 422);
    assert!(said.contains("id=\"point-1-claim-fault\""));

    let fields = [
        ("point-1-claim", "untrue"),
        ("point-1-statement", "the fine is wrong"),
        ("material-1-title", "the decision itself"),
    ];
    let lodged = company.sent(&here, &fields).await;
    assert!(lodged.contains("It is done") && lodged.contains("the decision itself"));
    let case = between(&company.page("/en/my/cases").await, "href=\"/en/my/cases/", "\"").to_owned();
    let closed = company.page(&here).await;
    assert!(closed.contains("open already") && !closed.contains("point-1-claim"));
    assert!(company.page("/en/my").await.contains("under objection"));
    let public = Browser::default().get(&served.at(&format!("/en/organisations/{ORGANISATION}"))).await;
    assert!(text(&public).contains("under objection"));

    let desk = format!("/en/office/cases/{case}");
    assert!(officer.page("/en/office").await.contains("1 open case"));
    assert!(officer.page("/en/office/cases").await.contains(&desk));
    assert!(officer.sent(&desk, &[("act", "accept")]).await.contains("Taken in hand"));
    let (status, _, said) = officer.send(&desk, &[("act", "extend")]).await;
    assert_eq!(status, 422);
    assert!(said.contains("id=\"extend-reason-fault\""));
    assert!(
        officer
            .sent(&desk, &[("act", "extend"), ("extend-reason", "the court is asked")])
            .await
            .contains("court")
    );
    let answer = [
        ("act", "decide"),
        ("answers-0-upheld", "yes"),
        ("answers-0-reply", "the fine is CNY 900"),
        ("answers-0-evidence", "the decision, page 1"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [&answer[..], more].concat();
    for (outcome, field) in [
        (&[][..], "#outcome"),
        (&[("outcome", "upheld")], "#outcome"),
        (&[("outcome", "corrected")], "#outcome"),
        (&[("outcome", "corrected"), ("now-fine_fen", "nine")], "#now-fine_fen"),
    ] {
        let (status, _, said) = officer.send(&desk, &with(outcome)).await;
        assert_eq!(status, 422, "{outcome:?}");
        assert!(
            said.contains(&format!("href=\"{field}\"")) && said.contains("the fine is CNY 900"),
            "{outcome:?}"
        );
    }
    let decided = officer.sent(&desk, &with(&[("outcome", "corrected"), ("now-fine_fen", "900")])).await;
    assert!(
        decided.contains("the decision, page 1")
            && decided.contains("It is done")
            && !decided.contains("name=\"act\"")
    );

    let answered = company.page(&format!("/en/my/cases/{case}")).await;
    for part in ["the fine is CNY 900", "found right", "the court is asked", "马示范", "value=\"ask_review\""]
    {
        assert!(answered.contains(part), "{part}");
    }
    assert!(company.page(&format!("/en/my/records/{record}")).await.contains("CNY 900.00"));
    assert!(!company.page("/en/my").await.contains("under objection"));

    // Whoever received it is told, and says what it did.
    assert!(company.page("/en/my/notices").await.contains("to be acknowledged"));
    assert!(recipient.page("/en/office").await.contains("1 notice to acknowledge"));
    let notices = recipient.page("/en/office/notices").await;
    let notice = between(&notices, "name=\"notice\" value=\"", "\"").to_owned();
    let (status, _, said) = recipient.send("/en/office/notices", &[("notice", &notice)]).await;
    assert_eq!(status, 422);
    assert!(said.contains(&format!("id=\"done-{notice}-fault\"")));
    let done = format!("done-{notice}");
    let after =
        recipient.sent("/en/office/notices", &[("notice", &notice), (&done, "brought into line")]).await;
    assert!(after.contains("acknowledged") && !after.contains("name=\"notice\""));
    assert!(!company.page("/en/my/notices").await.contains("to be acknowledged"));

    let figures = Browser::default().get(&served.at("/rights.csv")).await;
    assert!(text(&figures).contains(",1,1,1,0,0,0,0,0,0"), "{}", text(&figures));
    for language in ["", "/en"] {
        let page = Browser::default().get(&served.at(&format!("{language}/rights"))).await;
        assert_eq!(page.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn article_37_a_case_is_taken_back_or_reviewed_and_is_nobody_elses() {
    let served = Served::new().await;
    let mut company = AtDesk::of(&served, "representative").await;
    let mut officer = AtDesk::of(&served, "officer").await;
    let mut other = AtDesk::of(&served, "other").await;
    // The competent department.
    let mut competent = AtDesk::of(&served, "recipient").await;
    let record = between(&company.page("/en/my").await, "href=\"/en/my/records/", "\"").to_owned();
    let here = format!("/en/my/records/{}/objection", record.split('/').next().unwrap());
    let fields = [("point-1-claim", "out_of_date"), ("point-1-statement", "it is of last year")];
    company.sent(&here, &fields).await;
    let mine = |case: u64| format!("/en/my/cases/{case}");
    assert!(company.sent(&mine(1), &[("act", "take_back")]).await.contains("Taken back by its subject"));
    let (status, _, said) = company.send(&mine(1), &[("act", "take_back")]).await;
    assert_eq!(status, 422, "what is over is said on the page of the case");
    assert!(said.contains("case 1 is over"));
    company.sent(&here, &fields).await;

    let theirs = other.browser.get(&served.at("/en/office/cases/2")).await;
    assert_eq!(theirs.status, 403);
    assert!(!text(&theirs).contains("of last year"));
    let desk = "/en/office/cases/2";
    officer.sent(desk, &[("act", "accept")]).await;
    let answer = [
        ("act", "decide"),
        ("answers-0-upheld", "no"),
        ("answers-0-reply", "the period runs until 2027"),
        ("answers-0-evidence", "Article 15"),
        ("outcome", "upheld"),
    ];
    officer.sent(desk, &answer).await;
    let (status, _, said) = company.send(&mine(2), &[("act", "ask_review")]).await;
    assert_eq!(status, 422);
    assert!(said.contains("id=\"reason-fault\""));
    let asked = company.sent(&mine(2), &[("act", "ask_review"), ("reason", "nobody looked")]).await;
    assert!(asked.contains("Review asked for"));
    // The filing office does not review its own answer.
    assert!(officer.page(desk).await.contains("waits for the review"));
    let (status, ..) =
        officer.send(desk, &[("act", "review"), ("review-outcome", "removed"), ("review-reason", "x")]).await;
    assert_eq!(status, 422);
    assert!(competent.page("/en/office/cases?show=under_review").await.contains(desk));
    let (status, _, said) =
        competent.send(desk, &[("act", "review"), ("review-reason", "looked into")]).await;
    assert_eq!(status, 422);
    assert!(said.contains("href=\"#review-outcome\"") && said.contains("looked into"));
    let reviewed =
        [("act", "review"), ("review-outcome", "removed"), ("review-reason", "it is of another year")];
    assert!(competent.sent(desk, &reviewed).await.contains("it is of another year"));
    let told = company.page(&mine(2)).await;
    assert!(told.contains("Review decided") && told.contains("reconsideration"));
    for act in ["nonsense", ""] {
        let (status, ..) = officer.send(desk, &[("act", act)]).await;
        assert_eq!(status, 400);
    }
}
