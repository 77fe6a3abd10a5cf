//! People sign in, with a real OpenID provider.

use std::time::Duration;

use register::ruling::Bilingual;
use serde_json::json;
use testkit::browser::Browser;
use testkit::provider::Provider;
use testkit::wire::Reply;
use tokio::net::TcpListener;
use web::WebOptions;
use web::sign_in::{Admitted, ClaimNames, DemoAccount, ProviderOptions, Secret, SignInOptions};

use crate::city::{City, ORGANISATION, PERSON};

/// A city that is served, with a provider where its people sign in.
pub(crate) struct Served {
    pub(crate) city: City,
    provider: Provider,
    address: String,
}

impl Served {
    pub(crate) async fn new(options: &[&str], change: impl FnOnce(&mut ProviderOptions)) -> Self {
        let provider = Provider::start(options);
        let city = City::with(false, web::Limits::default()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let mut known = ProviderOptions {
            id: "staff".to_owned(),
            name: Bilingual::new("单位账号", "office account"),
            issuer: provider.issuer.clone(),
            client_id: provider.client_id.clone(),
            client_secret: Secret(provider.client_secret.clone()),
            admits: Admitted::ALL.to_vec(),
            scopes: vec!["profile".to_owned(), "credence".to_owned()],
            strengths: Vec::new(),
            certificate_authority: None,
            claims: ClaimNames::default(),
        };
        change(&mut known);
        let sign_in = SignInOptions {
            providers: vec![known],
            demo_accounts: vec![DemoAccount {
                account: "staff".to_owned(),
                name: "马示范".to_owned(),
                about: Bilingual::new("运行人员", "staff"),
                as_whom: service::sessions::SignInAs::Operator,
                mandate: None,
            }],
            ..SignInOptions::default()
        };
        let options = WebOptions { address: address.clone(), sign_in, ..WebOptions::default() };
        let router = web::router(city.platform.clone(), options);
        tokio::spawn(web::serve(listener, router, std::future::pending()));
        provider.knows(&address, "staff").await;
        Self { city, provider, address }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    async fn sign_in(&self, browser: &mut Browser, account: &str) -> Reply {
        self.provider.sign_in(browser, &self.at("/sign-in/staff/begin"), account).await
    }

    /// Signs in, and gives the word of the session's forms.
    pub(crate) async fn signed_in(&self, browser: &mut Browser, account: &str) -> String {
        let answer = self.sign_in(browser, account).await;
        assert_eq!(answer.status, 303, "{}", text(&answer));
        assert_eq!(answer.headers["location"], "/desk");
        let page = browser.get(&self.at("/account")).await;
        assert_eq!(page.status, 200, "{}", text(&page));
        let text = text(&page);
        text.split("name=\"form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    async fn inquire(&self, browser: &mut Browser, word: &str, purpose: serde_json::Value) -> Reply {
        let mut body = json!({"purpose": purpose});
        if purpose["for"] != "own" {
            body["identifier"] = json!(ORGANISATION);
        }
        browser.post_json(&self.at("/api/v1/inquiries"), &[("credence-form", word)], &body).await
    }
}

fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.body).into_owned()
}

fn duty() -> serde_json::Value {
    json!({"for": "duty", "duty": 1, "matter": "2026-7"})
}

#[tokio::test(flavor = "multi_thread")]
async fn article_20_an_officer_signs_in_and_inquires_for_a_duty_and_the_journal_has_the_name() {
    let served = Served::new(&[], |_| {}).await;
    let mut browser = Browser::default();
    let begun = browser.get(&served.at("/sign-in/staff/begin")).await;
    let kept = &begun.cookies[0];
    assert!(
        kept.contains("HttpOnly") && kept.contains("SameSite=Lax") && kept.contains("Max-Age=600"),
        "{kept}"
    );
    let word = served.signed_in(&mut browser, "officer-li").await;
    let answer = served.inquire(&mut browser, &word, duty()).await;
    assert_eq!(answer.status, 200, "{}", text(&answer));
    // The very entry names the person, and only in what is sealed.
    let entry = answer.json()["entry"].as_u64().unwrap();
    let act = served.city.act(entry).await;
    let person = act.caller.person().unwrap();
    assert_eq!((person.account.as_str(), person.name.as_str()), ("staff:M-0417", "李示范"));
    // A duty that the claims do not name, and what only a subject may.
    let foreign =
        served.inquire(&mut browser, &word, json!({"for": "duty", "duty": 2, "matter": "2026-7"})).await;
    assert_eq!(foreign.json()["grounds"][0]["code"], "duty_not_carried_by_key", "{}", text(&foreign));
    // The cookie alone, which any page of the browser would send along, changes nothing.
    let alone = browser.post_json(&served.at("/api/v1/inquiries"), &[], &json!({"purpose": duty()})).await;
    assert_eq!(alone.status, 401);
    let wrong = served.inquire(&mut browser, "wrong", duty()).await;
    assert_eq!(wrong.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_34_a_person_and_someone_who_acts_for_an_organisation_see_their_own_and_nobody_elses() {
    let served = Served::new(&["--algorithm", "ES256", "--claims-in", "userinfo"], |_| {}).await;
    for (account, kind) in [("person-wang", "natural_person"), ("agent-chen", "legal_person")] {
        let mut browser = Browser::default();
        let word = served.signed_in(&mut browser, account).await;
        let own = served.inquire(&mut browser, &word, json!({"for": "own"})).await;
        assert_eq!(own.status, 200, "{}", text(&own));
        assert_eq!(own.json()["subject"]["kind"], kind);
        assert_eq!(served.inquire(&mut browser, &word, duty()).await.status, 403);
        let body = json!({"identifier": PERSON, "purpose": {"for": "own"}});
        let others =
            browser.post_json(&served.at("/api/v1/inquiries"), &[("credence-form", &word)], &body).await;
        assert_eq!(others.json()["grounds"][0]["code"], "not_ones_own");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_make_nobody_let_nobody_in() {
    let served = Served::new(&[], |_| {}).await;
    for (account, status) in
        [("agent-without-mandate", 403), ("nobody-in-particular", 403), ("officer-of-nowhere", 403)]
    {
        let mut browser = Browser::default();
        let answer = served.sign_in(&mut browser, account).await;
        assert_eq!(answer.status, status, "{account} {}", text(&answer));
        assert_eq!(browser.cookie(&served.address, "credence-session"), None);
        assert_eq!(browser.get(&served.at("/account")).await.status, 303);
    }
    // A provider for citizens does not make staff, and one that wants two factors takes no single one.
    let served = Served::new(&[], |known| {
        known.admits = vec![Admitted::Officer];
        known.strengths = vec!["two-factors".to_owned()];
    })
    .await;
    for (account, status) in
        [("staff-ma", 403), ("person-wang", 401), ("officer-of-nowhere", 401), ("officer-li", 303)]
    {
        let answer = served.sign_in(&mut Browser::default(), account).await;
        assert_eq!(answer.status, status, "{account} {}", text(&answer));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_may_change_its_keys_at_any_time() {
    let served = Served::new(&[], |_| {}).await;
    served.signed_in(&mut Browser::default(), "officer-li").await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    served.provider.rotate().await;
    served.signed_in(&mut Browser::default(), "officer-zhao").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn article_19_an_answer_that_does_not_belong_to_this_browsers_sign_in_is_not_taken() {
    let served = Served::new(&[], |_| {}).await;
    let begin = served.at("/sign-in/staff/begin");
    let mut victim = Browser::default();
    let mut thief = Browser::default();
    // The thief's own answer, given to someone else to open.
    let back = served.provider.authorise(&mut thief, &begin, "officer-li").await;
    assert_eq!(victim.get(&back).await.status, 401);
    victim.get(&begin).await;
    assert_eq!(victim.get(&back).await.status, 401);
    // Used once, it is used up.
    assert_eq!(thief.get(&back).await.status, 303);
    assert_eq!(Browser::default().get(&back).await.status, 401);
    assert_eq!(thief.get(&back).await.status, 401);
    // Nobody is sent elsewhere afterwards.
    let mut browser = Browser::default();
    let begin = served.at("/sign-in/staff/begin?to=//evil.example/");
    let answer = served.provider.sign_in(&mut browser, &begin, "officer-li").await;
    assert_eq!(answer.headers["location"], "/desk");
    for path in ["/sign-in/other/begin", "/sign-in/other/back"] {
        assert_eq!(browser.get(&served.at(path)).await.status, 404);
    }
    // Outside a demo city nobody signs in as one of its people, even where the options have some.
    let demo = browser.post_form(&served.at("/sign-in/demo"), &[("account", "staff")]).await;
    assert_eq!(demo.status, 404);
    assert!(!text(&browser.get(&served.at("/sign-in")).await).contains("马示范"));
}

#[tokio::test(flavor = "multi_thread")]
async fn article_19_signing_out_here_or_at_the_provider_ends_the_session_at_once() {
    let served = Served::new(&[], |_| {}).await;
    let mut browser = Browser::default();
    let word = served.signed_in(&mut browser, "officer-li").await;
    let token = browser.cookie(&served.address, "credence-session").unwrap().to_owned();
    // A form that is none of ours signs nobody out.
    let forged = browser.post_form(&served.at("/sign-out"), &[("form_token", "x")]).await;
    assert_eq!(forged.status, 400);
    let out = browser.post_form(&served.at("/sign-out"), &[("form_token", &word)]).await;
    assert_eq!(out.status, 200);
    assert!(text(&out).contains(&format!("{}/session/end?", served.provider.issuer)), "{}", text(&out));
    assert_eq!(browser.cookie(&served.address, "credence-session"), None);
    browser.set_cookie(&served.address, "credence-session", &token);
    assert_eq!(served.inquire(&mut browser, &word, duty()).await.status, 401);

    let mut browser = Browser::default();
    let word = served.signed_in(&mut browser, "officer-zhao").await;
    let mut bystander = Browser::default();
    let other = served.signed_in(&mut bystander, "officer-li").await;
    let told = served.provider.sign_out("officer-zhao").await;
    assert_eq!(told["told"][0]["answered"], true, "{told}");
    assert_eq!(served.inquire(&mut browser, &word, duty()).await.status, 401);
    assert_eq!(served.inquire(&mut bystander, &other, duty()).await.status, 200);
    for forged in ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let answer = browser.post_form(&served.at("/sign-in/staff/ended"), &[("logout_token", forged)]).await;
        assert_eq!(answer.status, 400, "{forged}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn article_19_a_session_ends_when_it_is_unused_and_at_its_last_moment() {
    let served = Served::new(&[], |_| {}).await;
    let mut browser = Browser::default();
    let word = served.signed_in(&mut browser, "officer-li").await;
    // Each use counts; half an hour without one ends it.
    for _ in 0..3 {
        served.city.clock.advance(20 * 60_000);
        assert_eq!(served.inquire(&mut browser, &word, duty()).await.status, 200);
    }
    served.city.clock.advance(31 * 60_000);
    assert_eq!(served.inquire(&mut browser, &word, duty()).await.status, 401);
    let mut browser = Browser::default();
    let word = served.signed_in(&mut browser, "officer-li").await;
    for _ in 0..24 {
        served.city.clock.advance(20 * 60_000);
        served.inquire(&mut browser, &word, duty()).await;
    }
    assert_eq!(served.inquire(&mut browser, &word, duty()).await.status, 401);
}
