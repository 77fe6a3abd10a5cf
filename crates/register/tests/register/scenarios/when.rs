//! What happens: a day, and on it an act.

use law::Instant;
use register::acts::information::correction::{CorrectRecord, CorrectionFacts, correct, revoke};
use register::acts::information::filing::FilingFacts;
use register::acts::rights::objection::{self, DecideObjection, LodgeObjection};
use register::acts::rights::restoration::{self, ApplyForRestoration, RestoreRecord};
use register::acts::rights::withdrawal::{WithdrawalFacts, resume, withdraw};
use register::authority::AuthorityCode;
use register::caller::Caller;
use register::case::{Claim, Material, Outcome, Point, PointAnswer};
use register::record::Content;
use register::ruling::Ruling;
use serde_json::{Map, Value, json};

use super::fit;
use super::world::{World, person_of};
use crate::fixture;

fn moment(text: &str) -> Result<Instant, String> {
    let text = match text.split_once(" at ") {
        Some((day, time)) => format!("{day}T{time}"),
        None => format!("{text}T09:00"),
    };
    text.parse().map_err(|error: law::NoInstant| error.to_string())
}

fn claims(text: &str) -> Result<Vec<Point>, String> {
    let one = |claim: &str| {
        let claim =
            Claim::from_word(&claim.replace(' ', "_")).ok_or_else(|| format!("`{claim}` is no point"))?;
        Ok(Point { claim, statement: "与事实不符".into() })
    };
    text.split(" and ").map(one).collect()
}

fn outcome(text: &str) -> Result<Outcome, String> {
    Outcome::from_word(&text.replace(' ', "_")).ok_or_else(|| format!("`{text}` is no outcome"))
}

fn answers(text: &str) -> Result<Vec<PointAnswer>, String> {
    let one = |answer: &str| match answer {
        "right" | "wrong" => {
            Ok(PointAnswer {
                upheld: answer == "right", reply: "已核查".into(), evidence: "卷宗".into()
            })
        }
        _ => Err(format!("`{answer}` is no answer: say right or wrong")),
    };
    text.split(", ").map(one).collect()
}

fn proof() -> Vec<Material> {
    vec![Material {
        title: "缴款凭证".into(), document_number: Some("凭2026-1".into()), text: String::new()
    }]
}

const GROUNDS: &str = "依据卷宗";

impl World {
    /// Lets something happen.
    pub fn when(&mut self, sentence: &str) -> Result<(), String> {
        self.refusal = None;
        self.causes.clear();
        let sentence = sentence.strip_prefix("on ").ok_or("it begins with `on` and the day")?;
        let Some((at, act)) = sentence.split_once(", ") else {
            self.now = moment(sentence)?;
            return Ok(());
        };
        self.now = moment(at)?;
        let (ruling, by) = self.by_subject(act).or_else(|| self.by_office(act)).ok_or("no such act")??;
        self.take(ruling, &by);
        Ok(())
    }

    fn by_subject(&self, act: &str) -> Option<Result<(Ruling, Caller), String>> {
        let subject = fixture::subject_key(7);
        let object = |claimed: &str, by: Caller| {
            let ask = LodgeObjection { points: claims(claimed)?, materials: Vec::new() };
            Ok((objection::lodge(&self.objection_facts(), ask, &by), by))
        };
        if act == "the subject objects without a point" {
            let ask = LodgeObjection { points: Vec::new(), materials: Vec::new() };
            return Some(Ok((objection::lodge(&self.objection_facts(), ask, &subject), subject)));
        }
        if let Some(found) = fit("the subject objects that it is {}", act) {
            return Some(object(found[0], subject));
        }
        if let Some(found) = fit("someone else objects that it is {}", act) {
            return Some(object(found[0], fixture::subject_key(8)));
        }
        let by = if act.starts_with("someone else") { fixture::subject_key(8) } else { subject };
        let subject = by;
        let apply = |performance: &str, commitment: &str, materials| {
            let (performance, commitment) = (performance.to_owned(), commitment.to_owned());
            let ask = ApplyForRestoration { performance, materials, commitment };
            restoration::apply(&self.today(), &self.restoration_facts(), ask, &subject)
        };
        let display = || WithdrawalFacts { record: Some(self.record.clone()), item: self.item.as_ref() };
        let ruling = match act {
            "the subject applies for restoration" | "someone else applies for restoration" => {
                apply("罚款已缴清", "承诺守法经营", proof())
            }
            "the subject applies for restoration without proof" => {
                apply("罚款已缴清", "承诺守法经营", Vec::new())
            }
            "the subject applies for restoration with nothing at hand" => apply("", "", Vec::new()),
            "the subject takes the case back" => objection::take_back(&self.case_facts(&subject), &subject),
            "the subject asks for a review" => {
                objection::request_review(&self.case_facts(&subject), GROUNDS, &subject)
            }
            "the subject withdraws it from display" => withdraw(&display(), &subject),
            "the subject has it displayed again" => resume(&display(), &subject),
            _ => return None,
        };
        Some(Ok((ruling, subject)))
    }

    fn by_office(&self, act: &str) -> Option<Result<(Ruling, Caller), String>> {
        if let Some(found) = fit("reviewer {} lets it end as {}", act) {
            let by = person_of(found[0], AuthorityCode("economy".into()));
            let review = |outcome| objection::review(&self.case_facts(&by), outcome, GROUNDS, &by);
            return Some(outcome(found[1]).map(|outcome| (review(outcome), by.clone())));
        }
        let found = fit("officer {} {}", act)?;
        let (name, act) = match fit("of {}: {}", found[1]) {
            Some(other) => (person_of(found[0], AuthorityCode(other[0].into())), other[1]),
            None => (self.officer(found[0]), found[1]),
        };
        let by = name;
        let facts = self.case_facts(&by);
        if let Some(found) = fit("answers {}: {}", act) {
            let decided = self.answer(found[0], found[1], &by);
            return Some(decided.map(|ruling| (ruling, by)));
        }
        let law = self.today();
        let ruling = match act {
            "accepts the case" => objection::accept(&facts, &by),
            "extends the time" => objection::extend(&facts, GROUNDS, &by),
            "sends the application back" => {
                restoration::send_back(&facts, &["缴款凭证".to_owned(), "信用承诺".to_owned()], &by)
            }
            "sends the application back without a word" => restoration::send_back(&facts, &[], &by),
            "grants restoration" => restoration::decide(&law, &facts, true, GROUNDS, &by),
            "refuses restoration" => restoration::decide(&law, &facts, false, GROUNDS, &by),
            "restores without an application" => {
                let ask = RestoreRecord {
                    performance_document: "缴款凭证".into(),
                    commitment_document: "承诺书".into(),
                    reason: GROUNDS.into(),
                };
                restoration::restore(&law, Some(&self.record), ask, &by)
            }
            "undoes the restoration" => restoration::undo(&law, Some(&self.record), GROUNDS, &by),
            "revokes the record" => revoke(Some(&self.record), GROUNDS.into(), &by),
            _ => return None,
        };
        Some(Ok((ruling, by)))
    }

    fn answer(&self, said: &str, result: &str, by: &Caller) -> Result<Ruling, String> {
        let (outcome, correction) = match fit("corrected to a finding on {}", result) {
            Some(found) => {
                super::given::day(found[0])?;
                (Outcome::Corrected, Some(self.correction(json!({"decided": found[0]}), by)))
            }
            None => match result {
                "corrected to a revoked licence" => {
                    let fields = json!({"kinds": ["警告", "吊销许可证件"]});
                    (Outcome::Corrected, Some(self.correction(fields, by)))
                }
                "corrected" => (Outcome::Corrected, Some(self.correction(json!({"facts": "按期公示"}), by))),
                "corrected to nothing" => (Outcome::Corrected, None),
                result => (outcome(result)?, None),
            },
        };
        let ask = DecideObjection { answers: answers(said)?, outcome, correction };
        Ok(objection::decide(&self.case_facts(by), ask, by))
    }

    fn correction(&self, fields: Value, by: &Caller) -> Ruling {
        let authority = fixture::authority(&self.record.authority.0);
        let mut content: Map<String, Value> = fixture::line();
        content.remove("code");
        content.insert("decided".into(), json!(self.record.finding_day.to_string()));
        let facts = CorrectionFacts {
            record: Some(self.record.clone()),
            subject: Some(self.subject.clone()),
            content: Some(Content {
                document_number: "京市监〔2026〕1号".into(),
                certificate_number: None,
                fields: content,
            }),
            filing: Some(FilingFacts {
                authority: &authority,
                item: fixture::compiled(&self.catalogue, "penalty"),
                edition: 1,
            }),
        };
        let fields = fields.as_object().cloned().unwrap_or_default();
        correct(&self.today(), &facts, CorrectRecord { fields, reason: GROUNDS.into() }, by)
    }
}
