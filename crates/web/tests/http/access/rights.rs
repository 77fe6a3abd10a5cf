//! What the cells of the table about Chapter IV are tried on: records, cases and notices enough for each asker.

use register::authority::AuthorityCode;
use register::caller::CallerKind;
use register::rules::access::Undertaking;
use serde_json::{Value, json};
use service::sessions::SignInAs;

use super::{Asked, FILER, Someone, get, post};
use crate::city::{City, ORGANISATION, PENALTIES, PERSON};

/// Numbers, each used once; the last one again and again.
struct Pool(std::cell::RefCell<Vec<u64>>);

impl Pool {
    fn take(&self) -> u64 {
        let mut left = self.0.borrow_mut();
        if left.len() > 1 { left.pop().unwrap() } else { left[0] }
    }
}

fn pool(numbers: impl IntoIterator<Item = u64>) -> Pool {
    Pool(std::cell::RefCell::new(numbers.into_iter().collect()))
}

pub(super) struct Rights {
    objectable: Pool,
    applicable: Pool,
    own: Pool,
    objection: u64,
    applications: [u64; 2],
    restored: u64,
    reviewable: u64,
    under_review: u64,
    notices: Pool,
    notice_by_consent: u64,
}

fn objection() -> Value {
    json!({ "points": [{ "claim": "untrue", "statement": "金额与决定书不符" }],
        "materials": [{ "title": "处罚决定书", "document_number": "京海市监演示处罚〔2026〕1001号" }] })
}

fn application() -> Value {
    json!({ "performance": "罚款已缴清", "commitment": "承诺守法经营",
        "materials": [{ "title": "缴款凭证", "document_number": "票1号", "text": "缴款5000元" }] })
}

fn decision(upheld: bool, outcome: &str) -> Value {
    json!({ "answers": [{ "upheld": upheld, "reply": "已核对决定书", "evidence": "案卷第3页" }], "outcome": outcome })
}

impl Rights {
    pub(super) async fn filled(city: &City, commendation: u64) -> Self {
        // More penalties of the same organisation, each by a decision of its own.
        let (head, first) = PENALTIES.split_at(PENALTIES.find('\n').unwrap() + 1);
        let first = first.lines().next().unwrap();
        let lines: Vec<String> =
            (0..12).map(|turn| first.replace("1001", &format!("{}", 9001 + turn))).collect();
        let more = format!("{head}{}\n", lines.join("\n"));
        city.file(&city.haidian, "administrative-penalty", "text/csv", more).await.is(201);
        let officer =
            SignInAs::Officer { authority: AuthorityCode(FILER.into()), duties: super::duties(FILER) };
        let officer =
            Someone { kind: CallerKind::Officer, named: true, shown: city.session("Z-7", officer).await };
        let own =
            city.post(&city.organisation, "/api/v1/inquiries", json!({ "purpose": { "for": "own" } })).await;
        let records: Vec<u64> = own.is(200).json()["records"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|record| {
                record["document_number"].as_str().is_some_and(|number| number.contains("〔2026〕90"))
            })
            .map(|record| record["record"].as_u64().unwrap())
            .collect();
        assert_eq!(records.len(), 12);
        let opened = async |record: u64, kind: &str, body: Value| -> u64 {
            let path = format!("/api/v1/records/{record}/{kind}");
            city.post(&city.organisation, &path, body).await.is(200).json()["case"].as_u64().unwrap()
        };
        let object = async |place: usize| opened(records[place], "objections", objection()).await;
        let apply =
            async |place: usize| opened(records[place], "restoration-applications", application()).await;
        let step = async |case: u64, name: &str, body: Value| {
            city.sent(&officer, &post(format!("/api/v1/cases/{case}/{name}"), body)).await.is(200);
        };
        let (mut decided, mut own) = (Vec::new(), Vec::new());
        for place in [6, 7] {
            let case = object(place).await;
            step(case, "acceptances", json!({})).await;
            step(case, "decisions", decision(false, "upheld")).await;
            decided.push(case);
        }
        for place in [8, 9] {
            own.push(object(place).await);
        }
        let under_review = decided[1];
        let ask = format!("/api/v1/cases/{under_review}/review-requests");
        city.post(&city.organisation, &ask, json!({ "reason": "没有看到依据" })).await.is(200);
        let (notices, notice_by_consent) = Self::notices(city, commendation).await;
        Self {
            objectable: pool(records[..3].to_vec()),
            applicable: pool(records[3..6].to_vec()),
            own: pool(own),
            objection: object(10).await,
            applications: [apply(10).await, apply(11).await],
            restored: records[10],
            reviewable: decided[0],
            under_review,
            notices: pool(notices),
            notice_by_consent,
        }
    }

    /// Notices to the filer, who had looked at the organisation's commendation, and one to the bank, which had a consent.
    async fn notices(city: &City, commendation: u64) -> (Vec<u64>, u64) {
        let look =
            json!({ "purpose": { "for": "duty", "duty": 1, "matter": "案9号" }, "identifier": ORGANISATION });
        city.post(&city.haidian, "/api/v1/inquiries", look).await.is(200);
        for _ in 0..4 {
            for way in ["withdrawals", "displays"] {
                let path = format!("/api/v1/records/{commendation}/{way}");
                city.post(&city.organisation, &path, json!({})).await.is(200);
            }
        }
        let numbers = |page: Value| -> Vec<u64> {
            page["notices"].as_array().unwrap().iter().map(|one| one["notice"].as_u64().unwrap()).collect()
        };
        let of_filer = numbers(city.get_as(&city.haidian, "/api/v1/notices?open=true").await.is(200).json());
        assert_eq!(of_filer.len(), 4);
        let look = json!({ "purpose": { "for": "consent", "consent": 1 }, "identifier": PERSON });
        let shown = city.post(&city.bank, "/api/v1/inquiries", look).await.is(200).json();
        let record = shown["records"][0]["record"].as_u64().unwrap();
        let path = format!("/api/v1/records/{record}/revocations");
        city.post(&city.transport, &path, json!({ "reason": "决定已撤销" })).await.is(200);
        let of_bank = numbers(city.get_as(&city.bank, "/api/v1/notices").await.is(200).json());
        assert_eq!(of_bank.len(), 1);
        (of_filer, of_bank[0])
    }

    /// The requests by which something of Chapter IV is undertaken.
    pub(super) fn asked(&self, undertaking: Undertaking, by: CallerKind) -> Vec<Asked> {
        let case = |case: u64, step: &str, body: Value| post(format!("/api/v1/cases/{case}/{step}"), body);
        let record =
            |record: u64, way: &str, body: Value| post(format!("/api/v1/records/{record}/{way}"), body);
        let reason = || json!({ "reason": "材料较多，需要向档案馆调阅" });
        match undertaking {
            Undertaking::LodgeObjection => vec![
                record(self.objectable.take(), "objections", objection()),
                case(self.reviewable, "review-requests", reason()),
            ],
            Undertaking::ApplyForRestoration => {
                vec![record(self.applicable.take(), "restoration-applications", application())]
            }
            Undertaking::TakeBackCase => vec![case(self.own.take(), "retractions", json!({}))],
            Undertaking::HandleCase => {
                let [granted, returned] = self.applications;
                vec![
                    case(self.objection, "acceptances", json!({})),
                    case(self.objection, "extensions", reason()),
                    case(self.objection, "decisions", decision(false, "upheld")),
                    case(granted, "acceptances", json!({})),
                    case(granted, "restoration-decisions", json!({ "granted": true, "reason": "已缴清" })),
                    case(returned, "returns", json!({ "missing": ["缴款凭证编号"] })),
                ]
            }
            Undertaking::ReviewCase => {
                vec![case(self.under_review, "reviews", json!({ "outcome": "upheld", "reason": "依据充分" }))]
            }
            Undertaking::ReadOwnCases => vec![
                get("/api/v1/own/cases?show=open"),
                get(format!("/api/v1/own/cases/{}", self.objection)),
                get(format!("/api/v1/records/{}/rights", self.restored)),
                get("/api/v1/own/notices"),
            ],
            Undertaking::ReadCases => {
                vec![get("/api/v1/cases"), get(format!("/api/v1/cases/{}", self.objection))]
            }
            Undertaking::UndoRestoration => {
                vec![record(self.restored, "restoration-reversals", json!({ "reason": "凭证系伪造" }))]
            }
            Undertaking::ReadNotices => vec![get("/api/v1/notices")],
            _ => {
                let done = json!({ "done": "已从系统删除", "recipient_key": "consent:1" });
                // Each office's notice is answered once: a fresh one for each asker.
                let notice = match by {
                    CallerKind::Program | CallerKind::Officer => self.notices.take(),
                    _ => self.notice_by_consent,
                };
                vec![post(format!("/api/v1/notices/{notice}/acknowledgements"), done)]
            }
        }
    }
}
