//! A subject's own pages: what is held, who looked, and the rights exercised there.

use register::authority::{AuthorityCode, Duty};
use testkit::browser::Browser;
use testkit::wire::Reply;
use tokio::net::TcpListener;
use web::WebOptions;
use web::sign_in::{DemoAccount, SignInOptions};

use crate::city::{City, ORGANISATION, PENALTIES};

pub(crate) struct Served {
    pub(crate) city: City,
    address: String,
}

fn account(account: &str, as_whom: service::sessions::SignInAs, mandate: Option<&str>) -> DemoAccount {
    DemoAccount {
        account: account.to_owned(),
        name: "马示范".to_owned(),
        about: register::ruling::Bilingual::new("示例", "sample"),
        as_whom,
        mandate: mandate.map(str::to_owned),
    }
}

impl Served {
    pub(crate) async fn new() -> Self {
        use service::sessions::SignInAs;
        let city = City::new().await;
        city.file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES).await.is(201);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let representative = SignInAs::Representative { code: ORGANISATION.to_owned() };
        let officer = |office: &str| SignInAs::Officer {
            authority: AuthorityCode(office.to_owned()),
            duties: vec![Duty::new(1).unwrap()],
        };
        let demo_accounts = vec![
            account("officer", officer("market-regulation-haidian"), None),
            account("other", officer("transport"), None),
            account("recipient", officer("economy-informatization"), None),
            account("representative", representative, Some("授权书1号")),
            account("staff", SignInAs::Operator, None),
        ];
        let sign_in = SignInOptions { demo_accounts, ..SignInOptions::default() };
        let options = WebOptions { address: address.clone(), sign_in, ..WebOptions::default() };
        let router = web::router(city.platform.clone(), options);
        tokio::spawn(web::serve(listener, router, std::future::pending()));
        Self { city, address }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub(crate) async fn signed_in(&self, account: &str) -> Browser {
        let mut browser = Browser::default();
        let answer = browser.post_form(&self.at("/sign-in/demo"), &[("account", account)]).await;
        assert_eq!(answer.status, 303, "{}", text(&answer));
        browser
    }

    pub(crate) async fn page(&self, browser: &mut Browser, path: &str) -> String {
        let answer = browser.get(&self.at(path)).await;
        assert_eq!(answer.status, 200, "{path}: {}", text(&answer));
        text(&answer)
    }
}

pub(crate) fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.body).into_owned()
}

pub(crate) async fn look(served: &Served, key: &str, matter: &str) -> u16 {
    let body = serde_json::json!({
        "identifier": ORGANISATION, "purpose": {"for": "duty", "duty": 1, "matter": matter}
    });
    let mut browser = Browser::default();
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str())];
    browser.post_json(&served.at("/api/v1/inquiries"), &headers, &body).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn article_34_a_subject_sees_who_looked_for_which_matter_and_who_was_refused() {
    let served = Served::new().await;
    assert_eq!(look(&served, &served.city.economy, "2026-7").await, 200);
    assert_ne!(look(&served, &served.city.economy, "").await, 200);
    let mut browser = served.signed_in("representative").await;
    for (page, refused) in [("/my/looks", "已拒绝"), ("/en/my/looks", "refused")] {
        let html = served.page(&mut browser, page).await;
        assert!(
            html.contains("2026-7")
                && html.contains(refused)
                && html.contains("20(1)") | html.contains("第二十条"),
            "{html}"
        );
        assert!(!html.contains("my-look"), "a word is missing");
    }
    // One's own looks stand apart.
    let own = served.page(&mut browser, "/en/my/looks?by=own").await;
    assert!(own.contains("You yourself") && !own.contains("2026-7"));
    for page in ["/my", "/my/messages", "/my/consents", "/my/consents/new", "/my/report"] {
        for language in ["", "/en"] {
            served.page(&mut browser, &format!("{language}{page}")).await;
        }
    }
    let overview = served.page(&mut browser, "/my").await;
    let record = overview.split("href=\"/my/records/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    served.page(&mut browser, &format!("/my/records/{record}")).await;
    assert_eq!(browser.get(&served.at("/my/records/99999")).await.status, 404);
    let file = browser.get(&served.at("/my/download")).await;
    assert!(file.headers["content-disposition"].starts_with("attachment"));
    assert!(file.json()["looks"].as_array().unwrap().len() > 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_34_another_kind_of_person_is_refused_with_the_ground() {
    let served = Served::new().await;
    let mut browser = served.signed_in("staff").await;
    let answer = browser.get(&served.at("/en/my")).await;
    assert_eq!(answer.status, 403);
    assert!(text(&answer).contains("Article 3"), "{}", text(&answer));
    assert_eq!(Browser::default().get(&served.at("/my")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_35_a_consent_is_given_and_taken_back_and_a_form_without_the_word_is_refused() {
    let served = Served::new().await;
    let mut browser = served.signed_in("representative").await;
    let form = served.page(&mut browser, "/en/my/consents/new").await;
    let word =
        form.split("name=\"form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = |word| {
        vec![
            ("form_token", word),
            ("grantee_name", "北京示例银行"),
            ("grantee_identifier", "911100001000054748"),
            ("item-administrative-penalty", "yes"),
            ("purpose", "贷款"),
            ("last_day", "2027-01-31"),
        ]
    };
    let at = served.at("/en/my/consents");
    assert_eq!(browser.post_form(&at, &fields("wrong")).await.status, 400);
    let incomplete = browser.post_form(&at, &fields(&word)[..3]).await;
    assert_eq!(incomplete.status, 422, "{}", text(&incomplete));
    let given = browser.post_form(&at, &fields(&word)).await;
    assert_eq!(given.status, 303, "{}", text(&given));
    let done = served.page(&mut browser, &given.headers["location"]).await;
    assert!(done.contains("It is done") && done.contains("北京示例银行"));
    let revocation = "/en/my/consents/1/revocation";
    served.page(&mut browser, revocation).await;
    assert_eq!(browser.post_form(&served.at(revocation), &[]).await.status, 400);
    let back = browser.post_form(&served.at(revocation), &[("form_token", &word)]).await;
    assert_eq!(back.status, 303, "{}", text(&back));
    assert!(served.page(&mut browser, &back.headers["location"]).await.contains("withdrawn"));
}

#[tokio::test(flavor = "multi_thread")]
async fn article_53_a_receipt_is_filled_in_and_checked_by_the_server_where_no_script_runs() {
    let served = Served::new().await;
    let mut browser = Browser::default();
    let page = served.page(&mut browser, "/en/journal/receipt?entry=1").await;
    assert!(page.contains("credence-receipt/1"));
    let receipt = text(&browser.get(&served.at("/api/v1/journal/entries/1/receipt")).await);
    let key = text(&browser.get(&served.at("/journal/key")).await);
    for (given, verdict) in [
        (receipt.clone(), "holds"),
        (receipt.replace("\"entry\":1", "\"entry\":2"), "fails"),
        ("{}".to_owned(), "unreadable"),
    ] {
        let fields = [("receipt", given.as_str()), ("key", key.as_str())];
        let answer = browser.post_form(&served.at("/en/journal/receipt"), &fields).await;
        let shown = text(&answer);
        let holds = shown.contains(&format!("data-verdict=\"{verdict}\">"))
            || verdict == "holds" && shown.contains("data-verdict=\"holds_promise\">");
        assert!(holds && shown.contains("It is the server that says so"), "{verdict}: {shown}");
    }
}

/// The script of the page says of every receipt what the journal says of it.
#[test]
fn the_browsers_check_of_a_receipt_agrees_with_the_journals() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let program = format!(
        "import {{ read_key, read_receipt, examine }} from '{root}/crates/web/assets/receipt.js';
         import {{ readFileSync }} from 'node:fs';
         const {{ vkey, vectors }} = JSON.parse(readFileSync('{root}/crates/journal/tests/receipts.json'));
         const key = await read_key(vkey);
         for (const {{ what, receipt, steps }} of vectors) {{
           const found = await examine(read_receipt(JSON.stringify(receipt)), key);
           for (const step of Object.keys(steps)) {{
             if (found[step] !== steps[step]) throw new Error(`${{what}}: ${{step}} ${{found[step]}}, not ${{steps[step]}}`);
           }}
         }}
         console.log(vectors.length);"
    );
    let run =
        std::process::Command::new("node").args(["--input-type=module", "-e", &program]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(String::from_utf8_lossy(&run.stdout).trim().parse::<u32>().unwrap() > 20);
}
