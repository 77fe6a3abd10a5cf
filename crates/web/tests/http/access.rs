//! The table of what is undertaken by whom: `docs/access.md` is drawn from the code, and every cell that is reached over HTTP is
//! tried there, by a real caller of that kind, the denials too.

mod rights;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use register::authority::AuthorityCode;
use register::caller::{Caller, CallerKind, Person};
use register::rules::access::Undertaking;
use serde_json::{Value, json};
use service::administration::{KeyFor, KeyTerms};
use service::sessions::{Provided, SignIn, SignInAs};
use web::peer::Peer;

use self::rights::Rights;
use crate::ask::Answer;
use crate::city::{COMMENDATIONS, City, ORGANISATION, PENALTIES, PERSON, PERSON_PENALTIES};

// The table. ---------------------------------------------------------------------------------------------------------------

/// The document, drawn from the rules and from the routes.
fn drawn() -> String {
    let mut text = String::from(
        "# Who may what\n\n\
         Drawn from the code (`crates/register/src/rules/access.rs` and `web::doors()`); a test holds it against them. To renew it:\n\
         `CREDENCE_RENEW=1 cargo nextest run --workspace -E 'package(web) & test(access)'`.\n\n\
         ## Undertaking by kind of caller\n\n\
         Before every act, and every reading that is not public, it is asked whether this kind of caller may undertake this at all. A cell\n\
         names the ground and its article; where it is empty, the answer is the refusal in the last column. What the particular case asks\n\
         besides (this item, this record, this consent) is asked by the act itself. **Two** marks what one person proposes and another of\n\
         the same office approves (`docs/decisions/0041-four-eyes.md`).\n\n| undertaking |",
    );
    for kind in CallerKind::ALL {
        let _ = write!(text, " {} |", kind.title().en);
    }
    text.push_str(" two | else |\n|---|");
    text.push_str(&"---|".repeat(CallerKind::ALL.len() + 2));
    text.push('\n');
    for undertaking in Undertaking::ALL {
        let _ = write!(text, "| {} |", undertaking.title().en);
        for kind in CallerKind::ALL {
            match undertaking.basis(kind) {
                Some(basis) => {
                    let _ = write!(text, " {} ({}) |", basis.title().en, basis.article());
                }
                None => text.push_str("  |"),
            }
        }
        let everybody = CallerKind::ALL.into_iter().all(|kind| undertaking.basis(kind).is_some());
        let refusal = undertaking.refusal();
        let two = if undertaking.needs_two() { "two" } else { "" };
        let _ = if everybody {
            writeln!(text, " {two} |  |")
        } else {
            writeln!(text, " {two} | `{}` ({}) |", refusal.code, refusal.article)
        };
    }
    text.push_str(
        "\n## Routes\n\n\
         What is undertaken through each route. A route cannot be registered without it (`crates/web/src/doors.rs`); where several are\n\
         named, what is sent decides which of them it is.\n\n| route | undertaking |\n|---|---|\n",
    );
    let mut rows: Vec<(String, String, String)> = web::doors()
        .into_iter()
        .map(|door| {
            let asks: Vec<_> = door.asks.iter().map(|asks| asks.title().en.to_string()).collect();
            (door.path, door.method, asks.join(", "))
        })
        .collect();
    rows.sort();
    for (path, method, asks) in rows {
        let _ = writeln!(text, "| {method} `{path}` | {asks} |");
    }
    text
}

#[test]
fn the_table_in_docs_access_is_the_one_that_the_code_draws() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/access.md");
    let now = drawn();
    if std::env::var_os("CREDENCE_RENEW").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let difference: Vec<&str> =
        now.lines().filter(|line| !kept.lines().any(|other| other == *line)).collect();
    assert!(kept == now, "docs/access.md is not what the code draws; new lines: {difference:#?}");
}

// The callers. -------------------------------------------------------------------------------------------------------------

/// With what someone comes.
#[derive(Clone)]
enum Shown {
    Nothing,
    Key(String),
    Session { token: String, form: String },
}

/// Someone of a kind.
#[derive(Clone)]
struct Someone {
    kind: CallerKind,
    /// Whether a person's name comes with it.
    named: bool,
    shown: Shown,
}

impl Someone {
    /// The number of their key, if they hold one.
    fn key(&self) -> Option<u64> {
        match &self.shown {
            Shown::Key(token) => token.split('_').nth(1).unwrap().parse().ok(),
            _ => None,
        }
    }
}

fn office(code: &str) -> KeyFor {
    KeyFor::Office { authority: AuthorityCode(code.to_owned()), duties: Vec::new() }
}

impl City {
    async fn issued(&self, asked: KeyFor, person: Option<&str>) -> Shown {
        let person =
            person.map(|account| Person { account: account.into(), name: "某人".into(), mandate: None });
        let terms = KeyTerms { person, ..KeyTerms::default() };
        let last_day = Some(self.platform.today().plus_days(300));
        let key = self.platform.issue_bound_key(asked, terms, "table", last_day, &Caller::Operator).await;
        Shown::Key(key.unwrap().token)
    }

    pub async fn signed_in(&self, account: &str, as_whom: SignInAs) -> (String, String) {
        let provided = Provided { issuer: "idp".into(), subject: account.into(), session: None };
        let person = Person { account: account.into(), name: "某人".into(), mandate: None };
        let day = Duration::from_secs(86_400 * 365);
        let begun = self
            .platform
            .sign_in(SignIn { person, as_whom, provided, idle_max: day, lasts_max: day, open_max: 100 })
            .await;
        let begun = begun.unwrap();
        (begun.token, begun.session.form_token)
    }

    async fn session(&self, account: &str, as_whom: SignInAs) -> Shown {
        let (token, form) = self.signed_in(account, as_whom).await;
        Shown::Session { token, form }
    }

    /// Someone of each kind that comes over HTTP, each in every way in which they can come, with keys that nobody else holds. The
    /// office is the one whose matter it is.
    async fn everyone(&self, code: &str, subject: &str) -> Vec<Someone> {
        let someone = |kind, named, shown| Someone { kind, named, shown };
        let third =
            KeyFor::ThirdParty { name: "北京示例银行".into(), identifier: "911100001000054748".into() };
        let officer = SignInAs::Officer { authority: AuthorityCode(code.into()), duties: duties(code) };
        let is = |identifier: &str| match identifier == PERSON {
            true => SignInAs::Individual { identifier: identifier.to_owned() },
            false => SignInAs::Representative { code: identifier.to_owned() },
        };
        let own = |identifier: &str| KeyFor::Subject { identifier: identifier.to_owned() };
        vec![
            someone(CallerKind::Anyone, false, Shown::Nothing),
            someone(CallerKind::Program, false, self.issued(office(code), None).await),
            someone(CallerKind::Officer, true, self.issued(office(code), Some("O-1")).await),
            someone(CallerKind::Officer, true, self.session("O-2", officer).await),
            someone(CallerKind::Subject, false, self.issued(own(subject), None).await),
            someone(CallerKind::Subject, true, self.session("S-1", is(subject)).await),
            someone(CallerKind::ThirdParty, false, self.issued(third, None).await),
            someone(CallerKind::Operator, false, self.issued(KeyFor::Operator, None).await),
            someone(CallerKind::Operator, true, self.session("P-1", SignInAs::Operator).await),
        ]
    }

    async fn sent(&self, by: &Someone, request: &Asked) -> Answer {
        let mut built = Request::builder().method(request.method).uri(&request.path);
        match &by.shown {
            Shown::Nothing => {}
            Shown::Key(token) => built = built.header(header::AUTHORIZATION, format!("Bearer {token}")),
            Shown::Session { token, form } => {
                built = built
                    .header(header::COOKIE, format!("credence-session={token}"))
                    .header("credence-form", form);
            }
        }
        let built = built.header(header::CONTENT_TYPE, request.media);
        self.send(built.body(Body::from(request.body.clone())).unwrap()).await
    }
}

fn duties(code: &str) -> Vec<register::authority::Duty> {
    let all: Vec<register::authority::Authority> =
        serde_json::from_str(include_str!("../../../../demo/authorities.json")).unwrap();
    all.into_iter().find(|authority| authority.code.0 == code).unwrap().duties
}

// What is asked. -----------------------------------------------------------------------------------------------------------

/// A request by which something is undertaken.
struct Asked {
    method: &'static str,
    path: String,
    media: &'static str,
    body: String,
}

fn get(path: impl Into<String>) -> Asked {
    Asked { method: "GET", path: path.into(), media: "application/json", body: String::new() }
}

fn post(path: impl Into<String>, body: Value) -> Asked {
    Asked { method: "POST", path: path.into(), media: "application/json", body: body.to_string() }
}

/// Which route it is, without what varies.
fn route(asked: &Asked) -> (String, String) {
    let path = asked.path.split('?').next().unwrap();
    let fits = |template: &str| {
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len()
            && template.iter().zip(&path).all(|(part, found)| part.starts_with('{') || part == found)
    };
    let doors = web::doors();
    let exact = doors.iter().find(|door| door.method == asked.method && door.path == path);
    let door = exact.or_else(|| doors.iter().find(|door| door.method == asked.method && fits(&door.path)));
    let door = door.unwrap_or_else(|| panic!("no route {} {path}", asked.method));
    (door.method.clone(), door.path.clone())
}

/// What a case is about: numbers of a city that was filled.
struct Filled {
    city: City,
    batch: String,
    records: Vec<u64>,
    commendation: u64,
    consents: std::cell::RefCell<Vec<u64>>,
    proposals: std::cell::RefCell<Vec<u64>>,
    incident: u64,
    rights: Rights,
    turn: std::cell::Cell<usize>,
}

const FILER: &str = "market-regulation-haidian";

async fn filled() -> Filled {
    let city = City::new().await;
    let report = city.file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES).await.is(201);
    let batch = report.header("location").to_owned();
    city.file(&city.economy, "commendation", "application/x-ndjson", COMMENDATIONS).await.is(201);
    city.file(&city.transport, "administrative-penalty-person", "text/csv", PERSON_PENALTIES).await.is(201);
    let shown = city.get(&format!("/api/v1/organisations/{ORGANISATION}")).await.is(200).json();
    let commendation =
        shown["records"].as_array().unwrap().iter().find(|record| record["item"] == "commendation").unwrap()
            ["record"]
            .as_u64()
            .unwrap();
    // Restoring takes its time.
    city.clock.set("2027-06-01");
    let mut consents = Vec::new();
    for _ in 0..8 {
        let consent = post("/api/v1/consents", consent());
        let given =
            city.post(&city.person, &consent.path, serde_json::from_str(&consent.body).unwrap()).await;
        consents.push(given.is(200).json()["consent"].as_u64().unwrap());
    }
    // What persons of the office and of the operator proposed, to be decided by others.
    let mut proposals = Vec::new();
    for code in [FILER, ""] {
        let as_whom = match code {
            "" => SignInAs::Operator,
            code => SignInAs::Officer { authority: AuthorityCode(code.into()), duties: Vec::new() },
        };
        let proposer =
            Someone { kind: CallerKind::Officer, named: true, shown: city.session("Z-9", as_whom).await };
        for _ in 0..4 {
            let body = if code.is_empty() { key_proposal() } else { batch_proposal() };
            let made = city.sent(&proposer, &post("/api/v1/proposals", body)).await.is(201);
            proposals.push(made.json()["proposal"].as_u64().unwrap());
        }
    }
    let incident =
        city.post(&city.haidian, "/api/v1/incidents", answered_for(incident(0), false)).await.is(200).json();
    let incident = incident["incident"].as_u64().unwrap();
    let rights = Rights::filled(&city, commendation).await;
    Filled {
        city,
        incident,
        rights,
        batch,
        records: (1..=10).collect(),
        commendation,
        consents: consents.into(),
        proposals: proposals.into(),
        turn: 0.into(),
    }
}

fn consent() -> Value {
    json!({
        "grantee_name": "北京示例银行", "grantee_identifier": "911100001000054748",
        "items": ["administrative-penalty-person"], "purpose": "贷款", "last_day": "2027-12-31",
    })
}

fn incident(turn: usize) -> Value {
    json!({ "kind": "unlawful_access", "noticed": 1_780_000_000_000_i64, "place": "窗口四",
        "happened": format!("密钥被复制，第{turn}次") })
}

/// With the human being who answers for an entry about an incident, where none comes with the caller.
fn answered_for(mut body: Value, named: bool) -> Value {
    if !named {
        body["responsible"] = json!("王敏");
    }
    body
}

fn key_proposal() -> Value {
    json!({ "act": "issue_key", "holder": { "for": "office", "authority": "tax" }, "label": "gateway" })
}

fn batch_proposal() -> Value {
    json!({ "act": "revoke_batch", "batch": 1, "first_line": 9, "reason": "报送有误" })
}

impl Filled {
    /// A number that was not used yet.
    fn turn(&self) -> usize {
        self.turn.set(self.turn.get() + 1);
        self.turn.get()
    }

    /// The requests by which something is undertaken by someone; none where HTTP knows no way to it.
    fn asked(&self, undertaking: Undertaking, by: &Someone) -> Vec<Asked> {
        let turn = self.turn();
        let record = self.records[turn % 5];
        let reason = || json!({ "reason": format!("理由{turn}") });
        let inquiry = |purpose: Value, identifier: Option<&str>| {
            let mut body = json!({ "purpose": purpose });
            if let Some(identifier) = identifier {
                body["identifier"] = identifier.into();
            }
            vec![post("/api/v1/inquiries", body)]
        };
        let propose = |body: Value| vec![post("/api/v1/proposals", body)];
        match undertaking {
            Undertaking::ReadPublic => {
                vec![get("/api/v1/catalogue"), get("/api/v1/law"), get("/journal/key")]
            }
            Undertaking::FileBatch => vec![Asked {
                method: "POST",
                path: "/api/v1/batches?item=administrative-penalty".into(),
                media: "text/csv",
                body: PENALTIES.into(),
            }],
            Undertaking::ReadBatch => vec![get(self.batch.clone()), get(format!("{}/errors", self.batch))],
            Undertaking::CorrectRecord => {
                let fields = json!({ "facts": format!("以更正后的决定书为准，第{turn}次。") });
                let body = json!({ "fields": fields, "reason": "表述有误" });
                vec![post(format!("/api/v1/records/{record}/corrections"), body)]
            }
            // Each may be revoked once: a fresh one for each asker.
            Undertaking::RevokeRecord => {
                vec![post(format!("/api/v1/records/{}/revocations", 6 + turn % 3), reason())]
            }
            Undertaking::RestoreRecord => {
                let body = json!({ "performance_document": "履行1号", "commitment_document": "承诺1号", "reason": "已缴清" });
                vec![post(format!("/api/v1/records/{record}/restorations"), body)]
            }
            Undertaking::OpenOwnFiling => {
                vec![post(format!("/api/v1/records/{record}/openings"), json!({}))]
            }
            Undertaking::VerifyIdentifier => {
                let body = json!({ "identifier": ORGANISATION, "reason": "核对无误" });
                vec![post("/api/v1/identifiers/verifications", body)]
            }
            Undertaking::InquireOwn => {
                let whom = (by.kind != CallerKind::Subject).then_some(ORGANISATION);
                inquiry(json!({ "for": "own" }), whom)
            }
            Undertaking::InquireForDuty => {
                inquiry(json!({ "for": "duty", "duty": 1, "matter": "案1号" }), Some(ORGANISATION))
            }
            Undertaking::InquireByConsent => {
                let consent = self.consents.borrow()[0];
                inquiry(json!({ "for": "consent", "consent": consent }), Some(PERSON))
            }
            Undertaking::WithdrawDisplay => {
                vec![post(format!("/api/v1/records/{}/withdrawals", self.commendation), json!({}))]
            }
            Undertaking::ResumeDisplay => {
                vec![post(format!("/api/v1/records/{}/displays", self.commendation), json!({}))]
            }
            Undertaking::GrantConsent => vec![post("/api/v1/consents", consent())],
            Undertaking::RevokeConsent => {
                let consent = if by.kind == CallerKind::Subject {
                    self.consents.borrow_mut().pop().unwrap()
                } else {
                    self.consents.borrow()[0]
                };
                vec![post(format!("/api/v1/consents/{consent}/revocations"), json!({}))]
            }
            Undertaking::RotateKey => {
                let body = json!({ "overlap_days": 1 });
                vec![post(format!("/api/v1/keys/{}/rotations", by.key().unwrap_or(1)), body)]
            }
            Undertaking::RevokeKey => {
                vec![post(format!("/api/v1/keys/{}/revocations", by.key().unwrap_or(1)), reason())]
            }
            // Whoever says who they are does so without being anyone yet: the way in is a page, and the token's own test shows it.
            Undertaking::SignIn => vec![get("/sign-in"), get("/en/sign-in"), get("/desk"), get("/en/desk")],
            // The page of one's session; for everyone else it is the way to sign in.
            Undertaking::EndSession => match by.shown {
                Shown::Session { .. } => vec![get("/account"), get("/en/account")],
                _ => Vec::new(),
            },
            Undertaking::RegisterIncident => {
                vec![post("/api/v1/incidents", answered_for(incident(turn), by.named))]
            }
            Undertaking::ReadIncidents => {
                vec![get("/api/v1/incidents"), get(format!("/api/v1/incidents/{}", self.incident))]
            }
            Undertaking::HandleIncident => {
                let step = |name: &str, body: Value| {
                    let body = answered_for(body, by.named);
                    post(format!("/api/v1/incidents/{}/{name}", self.incident), body)
                };
                vec![
                    step("classifications", json!({ "severity": "grave", "reason": "涉及自然人" })),
                    step("containments", json!({ "measure": "已撤销密钥", "acts": [] })),
                    step("notifications", json!({ "department": FILER, "document_number": "京数安1号" })),
                    step(
                        "subject-notices",
                        json!({ "scope": { "records": [1] }, "notice": "记录被查看", "contact": "大数据中心" }),
                    ),
                    step("dispensations", json!({ "ground": "nobody_concerned", "reason": "无人受影响" })),
                    step("closures", json!({ "outcome": "已改正" })),
                ]
            }
            Undertaking::ProposeAct => match by.kind {
                CallerKind::Operator => propose(key_proposal()),
                _ => propose(batch_proposal()),
            },
            Undertaking::IssueKey => propose(key_proposal()),
            Undertaking::RevokeBatch => propose(batch_proposal()),
            Undertaking::EraseRecords => propose(json!({
                "act": "erase_records", "records": [1],
                "ground": { "ground": "unlawful_collection", "document": "京数审〔2026〕9号" },
            })),
            Undertaking::ReadProposals => vec![get("/api/v1/proposals"), get("/api/v1/proposals?limit=1")],
            Undertaking::DecideProposal => {
                let of = if by.kind == CallerKind::Operator { 4 } else { 0 };
                let number = self.proposals.borrow()[of + turn % 4];
                vec![
                    get(format!("/api/v1/proposals/{number}")),
                    post(format!("/api/v1/proposals/{number}/rejections"), reason()),
                    post(format!("/api/v1/proposals/{number}/approvals"), json!({})),
                ]
            }
            Undertaking::EnrolAuthority => propose(json!({ "act": "enrol_authority", "authority": {
                "code": format!("office-{turn}"), "name": { "zh": "北京市示例局", "en": "Example bureau" },
                "level": "municipal", "division": "110000", "duties": [1],
            } })),
            Undertaking::PublishCatalogue => {
                let mut edition: Value =
                    serde_json::from_str(include_str!("../../../../demo/catalogue.json")).unwrap();
                edition["edition"] = json!(format!("beijing-demo-2026-{turn}"));
                // The whole of it is longer than a body may be.
                edition["items"].as_array_mut().unwrap().truncate(8);
                propose(json!({ "act": "publish_catalogue", "edition": edition }))
            }
            Undertaking::LodgeObjection
            | Undertaking::ApplyForRestoration
            | Undertaking::ReadOwnCases
            | Undertaking::TakeBackCase
            | Undertaking::HandleCase
            | Undertaking::ReviewCase
            | Undertaking::ReadCases
            | Undertaking::UndoRestoration
            | Undertaking::ReadNotices
            | Undertaking::AcknowledgeNotice => self.rights.asked(undertaking, by.kind),
            Undertaking::ReadKeys | Undertaking::RegisterSubject | Undertaking::EnterLaw => Vec::new(),
        }
    }
}

/// What has no route of its own: done at the command line, or by the calendar.
const NOT_OVER_HTTP: [Undertaking; 3] =
    [Undertaking::ReadKeys, Undertaking::RegisterSubject, Undertaking::EnterLaw];

/// The office whose matter it is, and the subject.
fn matter(undertaking: Undertaking) -> (&'static str, &'static str) {
    match undertaking {
        Undertaking::VerifyIdentifier => ("big-data-centre", ORGANISATION),
        Undertaking::InquireForDuty => ("transport", ORGANISATION),
        Undertaking::ReviewCase => ("economy-informatization", ORGANISATION),
        Undertaking::GrantConsent | Undertaking::RevokeConsent => (FILER, PERSON),
        _ => (FILER, ORGANISATION),
    }
}

fn first_ground(answer: &Answer) -> Option<String> {
    let document: Value = serde_json::from_slice(&answer.bytes).ok()?;
    document["grounds"][0]["code"].as_str().map(str::to_owned)
}

/// What the refusal of someone is who may undertake it as a kind of caller, and not in this way.
fn otherwise_refused(undertaking: Undertaking, by: &Someone) -> Option<&'static str> {
    match undertaking {
        // A session has no key.
        Undertaking::RotateKey if by.key().is_none() && by.kind == CallerKind::Operator => {
            Some("second_person_needed")
        }
        Undertaking::RotateKey | Undertaking::RevokeKey
            if by.key().is_none() && by.kind != CallerKind::Operator =>
        {
            Some("not_your_key")
        }
        // Two names are to stand in the journal.
        Undertaking::ProposeAct
        | Undertaking::DecideProposal
        | Undertaking::ReadProposals
        | Undertaking::IssueKey
        | Undertaking::EnrolAuthority
        | Undertaking::PublishCatalogue
        | Undertaking::EraseRecords
            if !by.named =>
        {
            Some("person_needed")
        }
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_table_holds_over_http() {
    let filled = filled().await;
    let city = &filled.city;
    let mut routes = BTreeSet::new();
    let mut succeeded: BTreeMap<Undertaking, Vec<CallerKind>> = BTreeMap::new();
    let mut tried = 0;
    for undertaking in Undertaking::ALL {
        let (office, subject) = matter(undertaking);
        for by in city.everyone(office, subject).await {
            let requests = filled.asked(undertaking, &by);
            let is_reached = undertaking != Undertaking::EndSession && !requests.is_empty();
            assert!(
                is_reached || undertaking == Undertaking::EndSession || NOT_OVER_HTTP.contains(&undertaking)
            );
            for asked in requests {
                routes.insert(route(&asked));
                let answer = city.sent(&by, &asked).await;
                tried += 1;
                let (status, ground) = (answer.status.as_u16(), first_ground(&answer));
                let place = format!(
                    "{undertaking:?} by {:?} ({}): {} {} gave {status} {ground:?}",
                    by.kind, by.named, asked.method, asked.path
                );
                match undertaking.basis(by.kind) {
                    Some(_) => match otherwise_refused(undertaking, &by) {
                        Some(code) => assert_eq!(ground.as_deref(), Some(code), "{place}"),
                        None => {
                            assert!(status != 401 && status != 403 && status < 500, "{place}");
                            if answer.status.is_success() {
                                succeeded.entry(undertaking).or_default().push(by.kind);
                            }
                        }
                    },
                    None if by.kind == CallerKind::Anyone => assert_eq!(status, 401, "{place}"),
                    None => {
                        // Through a route of several undertakings whoever may none of them is refused as for the first.
                        let codes = denials(undertaking, &asked);
                        assert_eq!(status, 403, "{place}");
                        assert!(codes.contains(&ground.clone().unwrap()), "{place}, not {codes:?}");
                    }
                }
            }
        }
    }
    // Every undertaking was done by every kind that may, but for what the law gives no reason to do here.
    for undertaking in Undertaking::ALL {
        for kind in CallerKind::ALL {
            let reached = !NOT_OVER_HTTP.contains(&undertaking) && kind != CallerKind::Console;
            if reached && undertaking.basis(kind).is_some() && undertaking != Undertaking::VerifyIdentifier {
                let done = succeeded.get(&undertaking).is_some_and(|kinds| kinds.contains(&kind));
                assert!(done, "{undertaking:?} was never done by {kind:?}");
            }
        }
    }
    assert!(tried > 200, "{tried}");
    let guarded: BTreeSet<_> = web::doors()
        .into_iter()
        .filter(|door| door.asks != [Undertaking::ReadPublic])
        .map(|door| (door.method, door.path))
        .collect();
    // The way to an identity provider and back is tried with a provider (`sign_in.rs`), tokens in a test of their own.
    // Who is at a desk and who is not is tried for every page of every room (`desks.rs`).
    let elsewhere = [
        "/oauth2/token",
        "/sign-in/",
        "/sign-out",
        "/en/sign-out",
        "/my",
        "/en/my",
        "/office",
        "/en/office",
        "/operations",
        "/en/operations",
    ];
    let untried: Vec<_> = guarded
        .difference(&routes)
        .filter(|(_, path)| !elsewhere.iter().any(|known| path.starts_with(known)))
        .collect();
    assert!(untried.is_empty(), "no cell of these routes was tried: {untried:?}");
}

/// The codes by which someone is refused who may not.
fn denials(undertaking: Undertaking, asked: &Asked) -> Vec<String> {
    let (method, path) = route(asked);
    let doors = web::doors();
    let door = doors.iter().find(|door| door.method == method && door.path == path).unwrap();
    std::iter::once(undertaking)
        .chain(door.asks.first().copied())
        .map(|undertaking| undertaking.refusal().code.to_string())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_public_route_is_open_to_everyone_and_to_whoever_shows_a_key_that_opens_nothing() {
    let filled = filled().await;
    let mut tried = 0;
    for door in web::doors().into_iter().filter(|door| door.asks == [Undertaking::ReadPublic]) {
        // Whoever has no script sends a receipt to be checked; nothing is kept of it.
        if (door.method.as_str(), door.path.trim_start_matches("/en")) == ("POST", "/journal/receipt") {
            continue;
        }
        assert_eq!(door.method, "GET", "{}", door.path);
        let path = door.path.replace("{*path}", "0/000").replace("{", "").replace("}", "");
        for shown in [Shown::Nothing, Shown::Key("credence_1_0".into())] {
            let by = Someone { kind: CallerKind::Anyone, named: false, shown };
            let status = filled.city.sent(&by, &get(path.clone())).await.status.as_u16();
            assert!(![401, 403, 500].contains(&status), "{path} {status}");
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried}");
}

/// Every source of the crate with its path.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn no_route_is_registered_past_the_doors_and_every_door_says_what_it_is_for() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 20);
    // Figures have an address of their own, which is the operator's alone; the yardstick is served by benchmarks only.
    let others = ["src/doors.rs", "src/figures.rs", "src/yardstick.rs"];
    for (path, text) in found.iter().filter(|(path, _)| !others.iter().any(|other| path.ends_with(other))) {
        for word in [".route(", ".route_service(", ".nest(", ".nest_service(", ".fallback_service("] {
            assert!(!text.contains(word), "{path} registers a route by `{word}`, past the doors");
        }
    }
    let doors = web::doors();
    for door in &doors {
        assert!(!door.asks.is_empty(), "{} {}", door.method, door.path);
    }
    let description = serde_json::to_value(web::openapi()).unwrap();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let known =
                doors.iter().any(|door| door.path == *path && door.method.eq_ignore_ascii_case(method));
            assert!(known, "{method} {path} has no door");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_without_the_word_of_its_forms_changes_nothing() {
    let city = City::new().await;
    let (token, _) = city.signed_in("S-1", SignInAs::Individual { identifier: PERSON.into() }).await;
    for form in ["", "0"] {
        let by = Someone {
            kind: CallerKind::Subject,
            named: true,
            shown: Shown::Session { token: token.clone(), form: form.into() },
        };
        city.sent(&by, &post("/api/v1/consents", consent())).await.is(401);
    }
}

// Four eyes, keys and tokens over HTTP. ------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn article_53_a_proposal_over_http_is_approved_by_another_person_and_the_key_opens_only_then() {
    let city = City::new().await;
    let operator = async |account: &str| Someone {
        kind: CallerKind::Operator,
        named: true,
        shown: city.session(account, SignInAs::Operator).await,
    };
    let (first, second) = (operator("A-1").await, operator("B-2").await);
    let made = city.sent(&first, &post("/api/v1/proposals", key_proposal())).await.is(201).json();
    let (number, token) = (made["proposal"].as_u64().unwrap(), made["token"].as_str().unwrap().to_owned());
    let key = Someone { kind: CallerKind::Program, named: false, shown: Shown::Key(token) };
    let inquiry =
        json!({ "identifier": ORGANISATION, "purpose": { "for": "duty", "duty": 1, "matter": "m" } });
    city.sent(&key, &post("/api/v1/inquiries", inquiry.clone())).await.is(401);
    let approvals = format!("/api/v1/proposals/{number}/approvals");
    let again = operator("a-1").await;
    for same in [&first, &again] {
        let refused = city.sent(same, &post(approvals.clone(), json!({}))).await.is(403);
        assert_eq!(refused.grounds(), ["same_person"]);
    }
    let shown = city.sent(&second, &get(format!("/api/v1/proposals/{number}"))).await.is(200).json();
    assert_eq!(shown["what"]["holder"]["authority"], "tax");
    assert_eq!((&shown["state"], &shown["yours_to_approve"]), (&json!("open"), &json!(true)));
    let done = city.sent(&second, &post(approvals.clone(), json!({}))).await.is(200).json();
    assert_eq!(done["key"], made["key"]);
    city.sent(&key, &post("/api/v1/inquiries", inquiry)).await.is(200);
    let twice = city.sent(&second, &post(approvals, json!({}))).await.is(422);
    assert_eq!(twice.grounds(), ["proposal_decided"]);
    let page = city.sent(&second, &get("/api/v1/proposals?limit=1")).await.is(200).json();
    assert_eq!(page["proposals"][0]["state"], "approved");
}

async fn token(city: &City, headers: &[(header::HeaderName, String)], form: &str) -> Answer {
    let mut request = Request::post("/oauth2/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded;charset=UTF-8");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    city.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

fn basic(number: &str, secret: &str) -> (header::HeaderName, String) {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(format!("{number}:{secret}"));
    (header::AUTHORIZATION, format!("Basic {text}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn article_19_a_program_gets_a_token_by_client_credentials_as_rfc_6749_says() {
    let city = City::new().await;
    let parts: Vec<&str> = city.economy.split('_').collect();
    let (number, secret) = (parts[1], parts[2]);
    let by_basic = [basic(number, secret)];
    let given = token(&city, &by_basic, "grant_type=client_credentials&scope=duty%3A1").await.is(200);
    assert_eq!(given.header(header::CACHE_CONTROL), "no-store");
    let given = given.json();
    assert_eq!((&given["token_type"], &given["scope"]), (&json!("Bearer"), &json!("duty:1")));
    assert_eq!(given["expires_in"], 600);
    let by_form = format!("grant_type=client_credentials&client_id={number}&client_secret={secret}");
    token(&city, &[], &by_form).await.is(200);
    let access = given["access_token"].as_str().unwrap().to_owned();
    let ask = json!({ "identifier": ORGANISATION, "purpose": { "for": "duty", "duty": 1, "matter": "m" } });
    city.post(&access, "/api/v1/inquiries", ask.clone()).await.is(200);

    let wrong = [basic(number, &"0".repeat(64))];
    let nobody = [basic("999", secret)];
    for (headers, form, status, error) in [
        (&by_basic[..], "grant_type=password", 400, "unsupported_grant_type"),
        (&by_basic, "scope=duty:1", 400, "invalid_request"),
        (&by_basic, "grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request"),
        (&by_basic, "grant_type=client_credentials&client_secret=0", 400, "invalid_request"),
        (&by_basic, "grant_type=client_credentials&client_id=0", 400, "invalid_request"),
        (&by_basic, "grant_type=client_credentials&scope=duty:2", 400, "invalid_scope"),
        (&by_basic, "grant_type=client_credentials&scope=all", 400, "invalid_scope"),
        (&wrong, "grant_type=client_credentials", 401, "invalid_client"),
        (&nobody, "grant_type=client_credentials", 401, "invalid_client"),
        (
            &[(header::AUTHORIZATION, "Basic !".to_owned())],
            "grant_type=client_credentials",
            401,
            "invalid_client",
        ),
        (
            &[(header::AUTHORIZATION, format!("Bearer {access}"))],
            "grant_type=client_credentials",
            401,
            "invalid_client",
        ),
        (&[], "grant_type=client_credentials", 401, "invalid_client"),
    ] {
        let answer = token(&city, headers, form).await.is(status);
        assert_eq!(answer.json()["error"], error, "{form}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        assert_eq!(answer.header(header::WWW_AUTHENTICATE).starts_with("Basic"), status == 401);
    }
    let answers = [
        token(&city, &wrong, "grant_type=client_credentials").await,
        token(&city, &nobody, "grant_type=client_credentials").await,
    ];
    assert_eq!(answers[0].bytes, answers[1].bytes, "a wrong secret and an unknown key get the same answer");
    let told = city.get("/.well-known/oauth-authorization-server").await.is(200).json();
    assert!(told["token_endpoint"].as_str().unwrap().ends_with("/oauth2/token"));

    // The token ends with its key.
    city.post(&city.economy, &format!("/api/v1/keys/{number}/revocations"), json!({ "reason": "泄露" }))
        .await
        .is(200);
    city.post(&access, "/api/v1/inquiries", ask).await.is(401);
    token(&city, &by_basic, "grant_type=client_credentials").await.is(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_19_a_key_that_is_bound_to_a_network_opens_nothing_from_another() {
    let city = City::new().await;
    let terms = KeyTerms { networks: vec!["10.8.0.0/16".parse().unwrap()], ..KeyTerms::default() };
    let key = city.platform.issue_bound_key(office("transport"), terms, "gateway", None, &Caller::Operator);
    let key = key.await.unwrap().token;
    let ask = async |from: Option<&str>| {
        let body =
            json!({ "identifier": ORGANISATION, "purpose": { "for": "duty", "duty": 1, "matter": "m" } });
        let mut request = Request::post("/api/v1/inquiries")
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        if let Some(address) = from {
            let peer = Peer { address: address.parse().unwrap(), certificate: None, secure: false };
            request.extensions_mut().insert(peer);
        }
        city.send(request).await.status.as_u16()
    };
    assert_eq!((ask(None).await, ask(Some("10.9.0.1")).await), (401, 401));
    assert_ne!(ask(Some("10.8.0.1")).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn article_19_a_key_is_replaced_over_http_by_whoever_holds_it() {
    let city = City::new().await;
    let number = city.person.split('_').nth(1).unwrap();
    let rotations = format!("/api/v1/keys/{number}/rotations");
    let refused = city.post(&city.bank, &rotations, json!({})).await.is(403);
    assert_eq!(refused.grounds(), ["not_your_key"]);
    let refused = city.post(&city.operator, &rotations, json!({})).await.is(403);
    assert_eq!(refused.grounds(), ["second_person_needed"]);
    let new = city.post(&city.person, &rotations, json!({ "overlap_days": 0 })).await.is(200).json();
    let own = json!({ "purpose": { "for": "own" } });
    city.post(&city.person, "/api/v1/inquiries", own.clone()).await.is(401);
    city.post(new["token"].as_str().unwrap(), "/api/v1/inquiries", own).await.is(200);
}
