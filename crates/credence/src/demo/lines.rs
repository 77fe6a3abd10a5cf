//! A record of the demo city: one line in canonical form, as a department would file it.

use law::{Day, Severity};
use register::authority::Authority;
use register::catalogue::CompiledItem;
use register::subject::SubjectKind;
use serde_json::{Map, Value};

use super::content::{Planned, Scenario, Source, plan};
use super::draw::{Draw, Stream};
use super::identities::{self, checked};
use super::names::{self, Called, district_word};
use super::scenarios::{
    PERMITS, PERSONAL_PERMITS, PERSONAL_VIOLATIONS, PLEDGES, TITLES, VIOLATIONS, Violation,
};

/// How often a line is drawn anew until it is as severe as wanted.
const TRIES_MAX: u64 = 400;

/// A subject by kind and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// An organisation.
    Organisation(u64),
    /// An individual business.
    Business(u64),
    /// A natural person.
    Person(u64),
}

/// Everything that a record says about whom it is about.
#[derive(Debug, Clone)]
pub struct Portrait {
    /// The full identifier.
    pub identifier: String,
    /// The name.
    pub name: String,
    /// The kind of subject, as the code shows it.
    pub kind: SubjectKind,
    /// Name, address and business of an organisation or individual business.
    called: Option<Called>,
    entity_type: &'static str,
    human: String,
}

impl Who {
    /// Who it is.
    #[must_use]
    pub fn portrait(self, seed: u64) -> Portrait {
        match self {
            Self::Organisation(place) => {
                let organisation = identities::organisation(seed, place);
                let called = organisation.called(seed);
                Portrait {
                    kind: register::rules::identification::kind_of_code(&organisation.code),
                    identifier: organisation.code,
                    name: called.name.clone(),
                    called: Some(called),
                    entity_type: organisation.form.in_chinese(),
                    human: names::person(seed, place.wrapping_add(1 << 40)),
                }
            }
            Self::Business(place) => {
                let called = names::business(seed, place);
                Portrait {
                    kind: SubjectKind::IndividualBusiness,
                    identifier: identities::business_code(seed, place),
                    name: called.name.clone(),
                    called: Some(called),
                    entity_type: "个体工商户",
                    human: names::person(seed, place.wrapping_add(1 << 41)),
                }
            }
            Self::Person(place) => {
                let name = names::person(seed, place);
                Portrait {
                    kind: SubjectKind::NaturalPerson,
                    identifier: identities::person(seed, place).number,
                    name: name.clone(),
                    called: None,
                    entity_type: "自然人",
                    human: name,
                }
            }
        }
    }
}

/// An authority that files.
#[derive(Debug, Clone)]
pub struct Filer {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its unified code, invented where it has none in the catalogue of authorities.
    pub unified_code: String,
    /// The municipal authority that it belongs to, or itself.
    pub family: String,
    mark: String,
}

impl Filer {
    /// An authority at a place in the list of authorities.
    #[must_use]
    pub fn new(authority: &Authority, place: usize) -> Self {
        let family = authority.parent.as_ref().unwrap_or(&authority.code).0.clone();
        let unified_code = authority
            .unified_code
            .clone()
            .unwrap_or_else(|| checked("11", "110000", &format!("YY90{:04}", place + 1)));
        let mark = format!("京{}{}", district_word(&authority.division), abbreviation(&family));
        Self {
            code: authority.code.0.clone(),
            name: authority.name.zh.to_string(),
            unified_code,
            family,
            mark,
        }
    }
}

fn abbreviation(family: &str) -> &'static str {
    match family {
        "market-regulation" => "市监",
        "public-security" => "公",
        "civil-affairs" => "民",
        "justice" => "司",
        "human-resources-social-security" => "人社",
        "ecology-environment" => "环",
        "emergency-management" => "应急",
        "housing-construction" => "建",
        "transport" => "交",
        "planning" => "规自",
        "health" => "卫",
        "tax" => "税",
        "economy-informatization" => "经信",
        _ => "示",
    }
}

fn act_word(item: &str) -> &'static str {
    match item {
        "registration" | "registration-individual-business" => "登",
        "identity-basics" => "核",
        "administrative-permit" | "administrative-permit-person" => "许",
        "administrative-penalty" | "administrative-penalty-person" => "罚",
        "administrative-compulsion" => "强",
        "abnormal-operation" => "异列",
        "tax-arrears" => "欠告",
        "social-insurance-arrears" => "限缴",
        "social-insurance-payment" => "缴证",
        "credit-pledge" => "诺",
        "pledge-breach" => "违诺",
        "contract-performance" => "合",
        "work-safety-standardisation" => "安标",
        "commendation" | "commendation-person" => "表",
        "volunteer-service" => "志",
        "charitable-donation" | "charitable-donation-person" => "捐",
        "professional-title" => "职",
        _ => "示",
    }
}

/// How the records of one item are written.
#[derive(Debug)]
pub struct ItemWriter {
    fields: Vec<Planned>,
    code: String,
    word: &'static str,
    court: bool,
    of_persons: bool,
}

/// What a record is about: the law's side of it.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// Whom it is about.
    pub portrait: &'a Portrait,
    /// Who files it.
    pub filer: &'a Filer,
    /// The day of the finding.
    pub finding: Day,
    /// Its number among the item's records.
    pub sequence: u64,
}

impl ItemWriter {
    /// Reads the item's format.
    #[must_use]
    pub fn new(item: &CompiledItem) -> Self {
        let code = item.item.code.0.clone();
        Self {
            fields: plan(item),
            word: act_word(&code),
            court: code.starts_with("judgment-debtor"),
            of_persons: item.item.subject_kinds.contains(&SubjectKind::NaturalPerson),
            code,
        }
    }

    /// Writes a record.
    #[must_use]
    pub fn line(&self, statement: &Statement<'_>, draw: &mut Draw) -> Map<String, Value> {
        let violation = pick_violation(
            if self.of_persons { PERSONAL_VIOLATIONS } else { VIOLATIONS },
            &statement.filer.family,
            draw,
        );
        let scene = Scene {
            statement,
            violation,
            fine_yuan: fine(violation, draw),
            permit: pick_permit(
                if self.of_persons { PERSONAL_PERMITS } else { PERMITS },
                &statement.filer.family,
                draw,
            ),
            pledge: draw.pick(PLEDGES),
            title: draw.pick(TITLES),
            writer: self,
        };
        let mut line = Map::new();
        for planned in &self.fields {
            if planned.in_a_hundred < 100 && !draw.chance(planned.in_a_hundred) {
                continue;
            }
            if let Some(value) = scene.value(&planned.source, draw) {
                line.insert(planned.name.clone(), value);
            }
        }
        line
    }

    /// Writes a record that is as severe as wanted, where the item's rule allows it.
    #[must_use]
    pub fn line_of(
        &self,
        item: &CompiledItem,
        wanted: Option<Severity>,
        statement: &Statement<'_>,
        seed: u64,
        place: u64,
    ) -> Map<String, Value> {
        let mut line = Map::new();
        for attempt in 0..TRIES_MAX {
            let mut draw = Draw::new(
                seed,
                Stream::Content,
                place.wrapping_mul(TRIES_MAX).wrapping_add(attempt) | 1 << 63,
            );
            line = self.line(statement, &mut draw);
            let found = item.item.severity.as_ref().map(|rule| rule.judge(&line));
            if wanted.is_none() || found == wanted {
                break;
            }
        }
        line
    }
}

/// One record while it is written.
struct Scene<'a> {
    statement: &'a Statement<'a>,
    violation: Violation,
    fine_yuan: u64,
    permit: (&'static str, &'static str, &'static str, &'static str, &'static str),
    pledge: (&'static str, &'static str),
    title: (&'static str, &'static str),
    writer: &'a ItemWriter,
}

impl Scene<'_> {
    fn value(&self, source: &Source, draw: &mut Draw) -> Option<Value> {
        let Statement { portrait, filer, finding, sequence } = *self.statement;
        let text = |text: &str| Some(Value::from(text));
        match source {
            Source::SubjectName => text(&portrait.name),
            Source::SubjectCode | Source::PersonNumber => text(&portrait.identifier),
            Source::DocumentType => text("身份证"),
            Source::Category => text(match portrait.kind {
                SubjectKind::NaturalPerson => "自然人",
                SubjectKind::IndividualBusiness => "个体工商户",
                _ => "法人及非法人组织",
            }),
            Source::DocumentNumber if self.writer.court => {
                text(&format!("（{}）京示执{}号", finding.year(), sequence + 1))
            }
            Source::DocumentNumber => {
                text(&format!("{}{}〔{}〕{}号", filer.mark, self.writer.word, finding.year(), sequence + 1))
            }
            Source::CertificateNumber => {
                text(&format!("{}{}{:08}", certificate_mark(&self.writer.code), finding.year(), sequence + 1))
            }
            Source::Numbered(mark) => {
                text(&format!("{mark}〔{}〕{}号", finding.year(), draw.below(90_000) + 1))
            }
            Source::Digest => text(&(0..4).map(|_| format!("{:016x}", draw.next())).collect::<String>()),
            Source::FindingDay => text(&finding.to_string()),
            Source::Established => {
                text(&finding.plus_days(-i64::try_from(draw.below(6)).unwrap_or_default()).to_string())
            }
            Source::Near(from, to) => {
                let span = u64::try_from(to - from).unwrap_or_default();
                text(
                    &finding
                        .plus_days(from + i64::try_from(draw.below(span + 1)).unwrap_or_default())
                        .to_string(),
                )
            }
            Source::AuthorityName => text(&filer.name),
            Source::AuthorityCode => text(&filer.unified_code),
            Source::HumanName => text(&portrait.human),
            Source::EntityType => text(portrait.entity_type),
            Source::Address => text(&portrait.called.as_ref()?.address),
            Source::Scope => text(portrait.called.as_ref()?.scope),
            Source::Industry => text(portrait.called.as_ref()?.industry),
            Source::Amount(from, to) => {
                let yuan = from + draw.below(to - from + 1);
                Some(Value::from(yuan / 100 * 100 * 100))
            }
            Source::Number(from, to) => Some(Value::from(from + draw.below(to - from + 1))),
            Source::OneOf(words) => pick(words, draw).map(Value::from),
            Source::Mostly(words) if draw.chance(85) => words.first().map(|word| Value::from(word.as_str())),
            Source::Mostly(words) => pick(words, draw).map(Value::from),
            Source::ListOf(words) => pick(words, draw).map(|word| Value::from(vec![word])),
            Source::Scenario(part) => self.scenario(*part),
            Source::Text(fixed) => text(fixed),
        }
    }

    fn scenario(&self, part: Scenario) -> Option<Value> {
        let violation = &self.violation;
        let given = |text: &str| (!text.is_empty()).then(|| Value::from(text));
        match part {
            Scenario::ViolationKind => given(violation.kind),
            Scenario::Facts => given(violation.facts),
            Scenario::Basis => given(violation.basis),
            Scenario::PenaltyKinds => Some(Value::from(violation.penalties.split(';').collect::<Vec<_>>())),
            Scenario::PenaltyContent => Some(Value::from(self.penalty_in_words())),
            Scenario::Fine => (self.fine_yuan > 0).then(|| Value::from(self.fine_yuan * 100)),
            Scenario::Confiscated => {
                violation.penalties.contains("没收").then(|| Value::from(self.fine_yuan * 100 / 4))
            }
            Scenario::Licence => (!violation.licence.is_empty())
                .then(|| Value::from(format!("{}第{}号", violation.licence, self.statement.sequence + 1))),
            Scenario::PermitDocument => given(self.permit.1),
            Scenario::PermitCertificate => given(self.permit.2),
            Scenario::PermitKind => given(self.permit.3),
            Scenario::PermitContent => given(self.permit.4),
            Scenario::PledgeMatter => given(self.pledge.0),
            Scenario::PledgeContent => given(self.pledge.1),
            Scenario::Title => given(self.title.0),
            Scenario::Specialty => given(self.title.1),
        }
    }

    fn penalty_in_words(&self) -> String {
        let parts: Vec<String> = self
            .violation
            .penalties
            .split(';')
            .map(|kind| match kind {
                "罚款" => format!("罚款{}元", self.fine_yuan),
                "暂扣许可证件" | "吊销许可证件" => {
                    kind.replace("许可证件", self.violation.licence)
                }
                other => other.to_owned(),
            })
            .collect();
        format!("{}。", parts.join("；"))
    }
}

fn certificate_mark(item: &str) -> &'static str {
    match item {
        "professional-title" => "ZC",
        "administrative-permit-person" => "ZG",
        _ => "XK",
    }
}

fn pick<'a>(words: &'a [String], draw: &mut Draw) -> Option<&'a str> {
    let place = usize::try_from(draw.below(words.len() as u64)).unwrap_or_default();
    words.get(place).map(String::as_str)
}

/// A violation that this authority finds, or one that any does.
fn pick_violation(all: &[Violation], family: &str, draw: &mut Draw) -> Violation {
    let own = all.iter().filter(|violation| violation.authority == family).count() as u64;
    let wanted = if own > 0 && draw.chance(85) { family } else { "" };
    let count = all.iter().filter(|violation| violation.authority == wanted).count() as u64;
    let place = usize::try_from(draw.below(count)).unwrap_or_default();
    all.iter().filter(|violation| violation.authority == wanted).nth(place).copied().unwrap_or_default()
}

fn pick_permit<'a>(
    all: &[(&'a str, &'a str, &'a str, &'a str, &'a str)],
    family: &str,
    draw: &mut Draw,
) -> (&'a str, &'a str, &'a str, &'a str, &'a str) {
    let count = all.iter().filter(|permit| permit.0 == family).count() as u64;
    let place = usize::try_from(draw.below(count)).unwrap_or_default();
    let own = all.iter().filter(|permit| permit.0 == family).nth(place).copied();
    own.unwrap_or(("", "准予行政许可决定书", "", "普通", "准予所申请的事项。"))
}

fn fine(violation: Violation, draw: &mut Draw) -> u64 {
    let (from, to) = violation.fine_yuan;
    (from + draw.below(to - from + 1)) / 100 * 100
}
