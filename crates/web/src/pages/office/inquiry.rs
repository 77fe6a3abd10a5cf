//! Inquiry: it begins with the duty and the matter, and says on one screen what the law lets one see and what is withheld.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Citation;
use law::identifier::IdentifierKind;
use register::authority::{Authority, Duty};
use register::caller::Holder;
use register::format::Role;
use register::rules::identification::identify;
use register::rules::personal_numbers::holds_citizen_id;
use register::ruling::Bilingual;
use register::view::{RecordView, Withheld};
use serde::Deserialize;
use service::ServiceError;
use service::cases::CaseFilter;
use service::inquiry::{Answer, InquiryRequest, PurposeRequest};

use super::{Choice, Fault, Known, refused};
use crate::pages::desk::faulty;
use crate::pages::desk::{Desk, DeskForm, DeskHead};
use crate::pages::record::{Around, RecordCard};
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

/// The longest matter number and identifier that are read, in characters.
const MATTER_MAX: usize = 200;
const IDENTIFIER_MAX: usize = 64;

/// What an officer asks, as it was sent.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    duty: Option<String>,
    matter: Option<String>,
    identifier: Option<String>,
    kind: Option<String>,
}

#[derive(Template)]
#[template(path = "office/inquiry.html")]
struct InquiryPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    /// The duties that this sign-in carries and the office performs.
    own: Vec<DutyLine>,
    /// Every duty of Article 20, for whoever has none.
    all: Vec<DutyLine>,
    office: String,
    matter: &'a str,
    identifier: &'a str,
    kinds: Vec<Choice>,
    faults: Vec<Fault>,
    waiting: Waiting,
}

/// What waits for the office: open cases, those of them that are late, and notices to acknowledge.
#[derive(Default)]
struct Waiting {
    cases: u64,
    overdue: u64,
    notices: u64,
}

impl Waiting {
    /// How many are counted at most: the rest stands on the pages that are linked.
    const COUNTED_MAX: usize = 50;

    async fn read(site: &Site, desk: &Desk) -> Result<Self, Problem> {
        let caller = desk.caller();
        let (open, _) = site.platform.cases(CaseFilter::Open, None, Self::COUNTED_MAX, &caller).await?;
        let notices = site.platform.notices(None, true, Self::COUNTED_MAX as u64, &caller).await?;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Ok(Self {
            cases: count(open.len()),
            overdue: count(open.iter().filter(|case| case.is_overdue()).count()),
            notices: count(notices.len()),
        })
    }

    const fn is_nothing(&self) -> bool {
        self.cases == 0 && self.notices == 0
    }
}

struct DutyLine {
    number: u8,
    title: String,
    article: Cited,
    /// Whether it is chosen; in the list of all, whether the office performs it.
    is_marked: bool,
}

impl DutyLine {
    fn new(p: &Page, duty: Duty, is_marked: bool) -> Self {
        Self {
            number: duty.number(),
            title: p.of(&duty.title()).to_owned(),
            article: p.cite(&Citation::article(20).item(duty.number())),
            is_marked,
        }
    }
}

impl<'a> InquiryPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        carried: &[Duty],
        office: Option<&Authority>,
        asked: &'a Asked,
        faults: Vec<Fault>,
    ) -> Self {
        let performed = office.map(|office| office.duties.as_slice()).unwrap_or_default();
        let chosen = asked.duty.as_deref().unwrap_or_default();
        let carried = carried.iter().filter(|duty| performed.contains(duty));
        let mut own: Vec<DutyLine> =
            carried.map(|duty| DutyLine::new(p, *duty, chosen == duty.number().to_string())).collect();
        if let [only] = own.as_mut_slice() {
            only.is_marked = true;
        }
        let all = Duty::ALL.iter().map(|duty| DutyLine::new(p, *duty, performed.contains(duty))).collect();
        let kinds = IdentifierKind::ALL.into_iter().map(|kind| Choice {
            value: kind.word().to_owned(),
            name: p.t(kind_key(kind)).to_owned(),
            chosen: asked.kind.as_deref() == Some(kind.word()),
        });
        Self {
            p,
            d,
            own,
            all,
            office: office.map_or_else(String::new, |office| p.of(&office.name).to_owned()),
            matter: asked.matter.as_deref().unwrap_or_default(),
            identifier: asked.identifier.as_deref().unwrap_or_default(),
            kinds: kinds.collect(),
            faults,
            waiting: Waiting::default(),
        }
    }

    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.words.as_str())
    }
}

const fn kind_key(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::UnifiedCode => "office-kind-unified-code",
        IdentifierKind::CitizenId => "office-kind-citizen-id",
        IdentifierKind::ResidencePermit => "office-kind-residence-permit",
        IdentifierKind::HongKongMacauPermit => "office-kind-hong-kong-macau",
        IdentifierKind::TaiwanPermit => "office-kind-taiwan",
        IdentifierKind::ChinesePassport => "office-kind-chinese-passport",
        IdentifierKind::ForeignPermanentResident => "office-kind-permanent-resident",
        IdentifierKind::ForeignPassport => "office-kind-foreign-passport",
    }
}

/// The duties that a sign-in carries.
fn carried(desk: &Desk) -> &[Duty] {
    match &desk.session.holder {
        Holder::Office { duties, .. } => duties,
        Holder::Subject { .. } | Holder::ThirdParty { .. } | Holder::Operator => &[],
    }
}

/// The form, which begins with the duty; for whoever carries none, why there is none.
///
/// Articles: 20, 53(2)
pub(crate) async fn form(State(site): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    show(&site, &desk, &Asked::default(), Vec::new()).await
}

async fn show(site: &Site, desk: &Desk, asked: &Asked, faults: Vec<Fault>) -> Result<Response, Problem> {
    let known = Known::read(site).await?;
    let mut page =
        InquiryPage::new(&desk.page, desk.head(), carried(desk), known.office(desk), asked, faults);
    page.waiting = Waiting::read(site, desk).await?;
    desk.page.show_once(&page)
}

/// The duty that a form names by its number.
fn duty_of(number: &str) -> Option<Duty> {
    Duty::try_from(number.parse::<u8>().ok()?).ok()
}

/// What is wrong with what was entered, before anybody is asked about.
fn faults(p: &Page, asked: &Asked, today: law::Day) -> Vec<Fault> {
    let mut faults = Vec::new();
    let kind: Option<Option<IdentifierKind>> = asked.kind.as_deref().map(|kind| kind.parse().ok());
    let mut add = |field, words: String| faults.push(Fault { field, words });
    if asked.duty.as_deref().and_then(duty_of).is_none() {
        add("duty", p.t("office-fault-duty").to_owned());
    }
    match asked.matter.as_deref().map(str::trim) {
        None | Some("") => add("matter", p.t("office-fault-matter").to_owned()),
        Some(matter) if matter.chars().count() > MATTER_MAX => {
            add("matter", p.t("office-fault-matter-long").to_owned());
        }
        // A citizen's number in the place of a matter's is a slip of the hand: nobody is asked about yet.
        Some(matter) if holds_citizen_id(matter) => {
            add("matter", p.t("office-fault-matter-number").to_owned());
        }
        Some(_) => {}
    }
    match asked.identifier.as_deref().map(str::trim) {
        None | Some("") => add("identifier", p.t("office-fault-identifier").to_owned()),
        Some(identifier) if identifier.chars().count() > IDENTIFIER_MAX => {
            add("identifier", p.t("office-fault-identifier-long").to_owned());
        }
        Some(identifier) => {
            if let Err(ground) = identify(identifier, kind.flatten(), today) {
                let remedy = ground.remedy.unwrap_or(Bilingual::new("", ""));
                let words = Bilingual::made(
                    format!("{}。{}", ground.reason.zh, remedy.zh),
                    format!("{}: {}", ground.reason.en, remedy.en),
                );
                add("identifier", p.of(&words).to_owned());
            }
        }
    }
    if kind == Some(None) {
        add("kind", p.t("office-fault-kind").to_owned());
    }
    faults
}

/// Looks at a subject for a duty in a matter. The look is entered before it is answered, a refused one too.
///
/// Articles: 20, 34, 35, 53(2), 53(3)
pub(crate) async fn inquire(
    State(site): State<Arc<Site>>,
    DeskForm { desk, form: asked }: DeskForm<Asked>,
) -> Result<Response, Problem> {
    let faults = faults(&desk.page, &asked, site.platform.today());
    let duty = asked.duty.as_deref().and_then(duty_of);
    let Some(duty) = duty.filter(|_| faults.is_empty()).map(Duty::number) else {
        return faulty(show(&site, &desk, &asked, faults).await);
    };
    let request = InquiryRequest {
        identifier: asked.identifier.clone(),
        kind: asked.kind.as_deref().and_then(|kind| kind.parse().ok()),
        purpose: PurposeRequest::Duty { duty, matter: asked.matter.clone().unwrap_or_default() },
        before: None,
    };
    let answer = match site.platform.inquire(request, &desk.caller()).await {
        Ok(answer) => answer,
        Err(error) => {
            let entered = matches!(error, ServiceError::Refused(_)).then_some("office-refused-entered");
            let back = ("/office", "office-back-inquiry");
            return refused(&desk, error, "office-refused-inquiry", entered, back);
        }
    };
    let known = Known::read(&site).await?;
    let around = Around {
        catalogue: Some(&known.catalogue),
        authorities: &known.authorities,
        today: site.platform.today(),
    };
    let office = known.office(&desk).map(|office| desk.page.of(&office.name).to_owned());
    let view = ResultPage::new(&desk.page, desk.head(), &answer, around, office.unwrap_or_default());
    desk.page.show_once(&view)
}

#[derive(Template)]
#[template(path = "office/result.html")]
struct ResultPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    kind: String,
    identifier: &'a str,
    /// An organisation's name, where a record that is shown has it: the officer sees at once whether it is the right one.
    name: Option<&'a str>,
    is_masked: bool,
    office: String,
    duty: Option<DutyLine>,
    matter: &'a str,
    shown: u64,
    withheld_count: u64,
    withheld: Vec<WithheldLine>,
    groups: Vec<Group>,
    entry: u64,
    journal_size: u64,
    law: &'a [String],
    catalogue: &'a str,
}

struct WithheldLine {
    count: u64,
    reason: String,
    article: Cited,
}

/// The records of one item.
struct Group {
    item_name: String,
    item_path: String,
    records: Vec<RecordCard>,
}

impl<'a> ResultPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, answer: &'a Answer, around: Around<'_>, office: String) -> Self {
        use register::acts::information::inquiry::Purpose;
        let (duty, matter) = match &answer.purpose {
            Purpose::Duty { duty, matter } => (Some(DutyLine::new(p, *duty, true)), matter.as_str()),
            Purpose::Own
            | Purpose::Consent { .. }
            | Purpose::OwnFiling { .. }
            | Purpose::Verification { .. } => (None, ""),
        };
        let withheld = |line: &Withheld| WithheldLine {
            count: line.count,
            reason: p.of(&line.reason).to_owned(),
            article: p.cite(&line.article),
        };
        Self {
            p,
            d,
            kind: p.of(&answer.subject.kind.term()).to_owned(),
            identifier: &answer.subject.identifier,
            name: name_in(answer, around),
            is_masked: answer.subject.kind.is_human(),
            office,
            duty,
            matter,
            shown: u64::try_from(answer.records.len()).unwrap_or(u64::MAX),
            withheld_count: answer.withheld.iter().map(|line| line.count).sum(),
            withheld: answer.withheld.iter().map(withheld).collect(),
            groups: groups(p, &answer.records, around),
            entry: answer.entry.0,
            journal_size: answer.journal_size,
            law: &answer.law,
            catalogue: &answer.catalogue,
        }
    }
}

/// The name of an organisation by the newest finding that has it; of human beings no name stands in a heading.
fn name_in<'a>(answer: &'a Answer, around: Around<'_>) -> Option<&'a str> {
    if answer.subject.kind.is_human() {
        return None;
    }
    let catalogue = around.catalogue?;
    let named = answer.records.iter().filter_map(|record| {
        let field = catalogue.item(&record.item)?.format.role(Role::SubjectName)?;
        let name = record.fields.iter().find(|shown| shown.name == field.name && !shown.masked)?;
        Some((record.finding_day, name.value.as_str()?))
    });
    named.max_by_key(|(day, _)| *day).map(|(_, name)| name)
}

fn groups(p: &Page, records: &[RecordView], around: Around<'_>) -> Vec<Group> {
    let mut groups: Vec<(&str, Group)> = Vec::new();
    for record in records {
        let card = RecordCard::new(p, record, around);
        match groups.iter_mut().find(|(code, _)| *code == record.item.0) {
            Some((_, group)) => group.records.push(card),
            None => groups.push((
                &record.item.0,
                Group {
                    item_name: p.of(&record.item_name).to_owned(),
                    item_path: format!("/catalogue/{}", record.item.0),
                    records: vec![card],
                },
            )),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

#[cfg(test)]
mod tests {
    use law::Day;
    use law::InformationClass::{Basic, Other, Untrustworthiness};
    use register::acts::information::inquiry::Purpose;
    use register::rules::disclosure::WithheldReason;
    use register::subject::{EntryNumber, SubjectKind};
    use service::inquiry::SubjectView;

    use super::*;
    use crate::pages::samples;

    fn answer(records: Vec<RecordView>, withheld: Vec<Withheld>) -> Answer {
        Answer {
            result: if records.is_empty() && withheld.is_empty() { "no_records" } else { "records" },
            viewer: "officer",
            subject: SubjectView {
                kind: SubjectKind::NaturalPerson,
                identifier: "119*************15".to_owned(),
                held_for_verification: false,
            },
            as_of: "2026-11-23T09:30:00+08:00".to_owned(),
            journal_size: 12_345,
            law: vec!["beijing-social-credit@2016-01-01 (assumed)".to_owned()],
            catalogue: "beijing-demo-2026".to_owned(),
            records,
            withheld,
            looks: None,
            lost_looks: Vec::new(),
            history: None,
            consents: None,
            next: None,
            entry: EntryNumber(12_346),
            purpose: Purpose::Duty {
                duty: Duty::ALL[0], matter: "京市监〔2026〕\"7\"<i>号".to_owned()
            },
        }
    }

    fn rendered(page: &Page, answer: &Answer) -> String {
        let (catalogue, authorities) = (samples::catalogue(), samples::authorities());
        let today = Day::new(2026, 11, 23).unwrap();
        let around = Around { catalogue: Some(&catalogue), authorities: &authorities, today };
        let session = samples::session(samples::office(), None);
        let head = DeskHead::new(page, &session);
        let html =
            ResultPage::new(page, head, answer, around, samples::HARD_NAME.to_owned()).render().unwrap();
        samples::check(page, &html);
        html
    }

    #[test]
    fn article_20_the_result_says_what_is_shown_what_is_withheld_and_that_it_is_entered() {
        let records = (0..300)
            .map(|number| samples::record(number, [Basic, Untrustworthiness, Other][number as usize % 3]));
        let withheld = vec![Withheld {
            count: 2,
            article: WithheldReason::NotShared.article(),
            code: WithheldReason::NotShared,
            reason: WithheldReason::NotShared.sentence(),
        }];
        let answer = answer(records.collect(), withheld);
        for page in samples::pages("/office") {
            let html = rendered(&page, &answer);
            assert_eq!(html.matches("class=\"record\"").count(), 300);
            assert!(html.contains(&page.href("/journal/receipt?entry=12346")));
            assert!(html.contains(page.of(&WithheldReason::NotShared.sentence())));
            assert!(!html.contains("<i>"));
        }
    }

    #[test]
    fn nothing_held_is_a_neutral_answer() {
        let answer = answer(Vec::new(), Vec::new());
        for page in samples::pages("/office") {
            let html = rendered(&page, &answer);
            assert!(html.contains(page.t("office-result-nothing")));
            assert!(html.contains("12346"));
        }
    }

    #[test]
    fn article_20_the_form_has_the_duties_that_are_carried_and_performed_and_says_what_is_wrong() {
        let authorities = samples::authorities();
        let office = authorities.iter().find(|one| one.code.0 == "market-regulation").unwrap();
        for page in samples::pages("/office") {
            let session = samples::session(samples::office(), None);
            let asked = Asked {
                matter: Some("119999199003078515".to_owned()),
                identifier: Some("\"><script>".to_owned()),
                duty: Some("256".to_owned()),
                kind: Some("zzz".to_owned()),
            };
            let faults = faults(&page, &asked, Day::new(2026, 11, 23).unwrap());
            let fields: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
            assert_eq!(fields, ["duty", "matter", "identifier", "kind"]);
            let head = DeskHead::new(&page, &session);
            let html = InquiryPage::new(&page, head, &Duty::ALL[..2], Some(office), &asked, faults)
                .render()
                .unwrap();
            samples::check(&page, &html);
            assert_eq!(html.matches("type=\"radio\"").count(), 2);
            assert_eq!(html.matches("class=\"field field-fault\"").count(), 4);
            for anchor in ["#duty", "#matter", "#identifier", "#kind"] {
                assert!(html.contains(&format!("href=\"{anchor}\"")), "{anchor}");
            }
        }
    }

    #[test]
    fn article_20_whoever_has_no_duty_is_told_why_there_is_no_form_and_what_to_do() {
        let authorities = samples::authorities();
        let office = authorities.iter().find(|one| one.code.0 == "market-regulation").unwrap();
        for page in samples::pages("/office") {
            let session = samples::session(samples::office(), None);
            let asked = Asked::default();
            let head = DeskHead::new(&page, &session);
            let html = InquiryPage::new(&page, head, &[], Some(office), &asked, Vec::new()).render().unwrap();
            samples::check(&page, &html);
            assert!(!html.contains("name=\"identifier\""));
            assert!(html.contains(page.t("office-no-duty-title")));
            assert!(html.contains(&page.href("/law/20")));
            for duty in Duty::ALL {
                assert!(html.contains(page.of(&duty.title())));
            }
        }
    }
}
