//! What people do on a day. What the platform answers is held against what should be answered: a lawful act that is refused is a
//! finding, and so is an unlawful one that is not.

use law::{Day, Severity};
use register::acts::rights::notice::Cause;
use register::acts::rights::objection::LodgeObjection;
use register::acts::rights::restoration::ApplyForRestoration;
use register::caller::Caller;
use register::case::{CaseKind, CaseNumber, Claim, Material, Point};
use register::catalogue::ItemCode;
use register::record::RecordNumber;
use service::ServiceError;
use service::inquiry::{InquiryRequest, PurposeRequest};
use service::rights::ConsentRequest;

use super::model::{Held, Model, Pending};
use super::town::{Character, Town};
use crate::demo::draw::Draw;
use crate::exit::Failure;

const PENALTY: &str = "administrative-penalty";
const PERSON_PENALTY: &str = "administrative-penalty-person";
const COMMENDATION: &str = "commendation";

/// What one day's acts found out.
pub struct Doing<'a> {
    /// The town.
    pub town: &'a mut Town,
    /// What should be.
    pub model: &'a mut Model,
    /// What chance decides.
    pub draw: &'a mut Draw,
    /// The day.
    pub today: Day,
    /// What was found.
    pub findings: &'a mut Vec<String>,
}

pub(super) fn said(words: &str) -> String {
    words.to_owned()
}

fn material() -> Vec<Material> {
    vec![Material { title: said("决定书"), document_number: Some(said("附件一")), text: String::new() }]
}

impl Doing<'_> {
    /// One act of somebody.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn act(&mut self) -> Result<(), Failure> {
        match self.draw.below(100) {
            0..=24 => self.file().await,
            25..=49 => self.look().await,
            50..=54 => self.look_by_consent().await,
            55..=69 => self.object().await,
            70..=77 => self.apply().await,
            78..=84 => self.withdraw_or_resume().await,
            85..=89 => self.take_back().await,
            90..=93 => self.ask_for_review().await,
            _ => self.be_hostile().await,
        }
    }

    /// An act that the law allows.
    pub(super) fn granted<T>(&mut self, what: &str, done: Result<T, ServiceError>) -> Option<T> {
        self.model.done += 1;
        match done {
            Ok(done) => Some(done),
            Err(error) => {
                self.findings.push(format!("{}: {what} was not done: {error}", self.today));
                None
            }
        }
    }

    /// An act that the law refuses.
    pub(super) fn refused<T>(&mut self, what: &str, done: Result<T, ServiceError>) {
        match done {
            Err(ServiceError::Refused(_)) => self.model.refused += 1,
            Err(error) => self.findings.push(format!("{}: {what}: {error}", self.today)),
            Ok(_) => self.findings.push(format!("{}: {what} was done", self.today)),
        }
    }

    pub(super) fn some<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let place = usize::try_from(self.draw.below(all.len() as u64)).unwrap_or_default();
        all.get(place).copied()
    }

    fn some_record(&mut self, fits: impl Fn(&Held) -> bool) -> Option<RecordNumber> {
        let all: Vec<RecordNumber> =
            self.model.records.iter().filter(|(_, held)| fits(held)).map(|(number, _)| *number).collect();
        self.some(&all)
    }

    async fn file(&mut self) -> Result<(), Failure> {
        let subject = usize::try_from(self.draw.below(self.town.subjects.len() as u64)).unwrap_or_default();
        let Some(human) = self.town.subjects.get(subject).map(|known| known.human) else { return Ok(()) };
        let person = subject % 10 > 6;
        let (item, severity) = match (person, self.draw.chance(30)) {
            (true, _) => (PERSON_PENALTY, Some(Severity::General)),
            (false, true) if !human => (COMMENDATION, None),
            (false, _) => (PENALTY, self.some(&[Severity::General, Severity::Serious, Severity::Minor])),
        };
        let finding = self.today.plus_days(-i64::try_from(self.draw.below(400)).unwrap_or_default());
        let Some((path, authority)) = self.town.write(item, subject, finding, severity)? else {
            return Ok(());
        };
        let Some(clerk) = self.town.office(&authority).map(|office| office.clerk.clone()) else {
            return Ok(());
        };
        let report = self.town.platform.file(Town::request(&path, item), &clerk, &|_| ()).await;
        let Some(report) = self.granted("filing", report) else { return Ok(()) };
        if report.filed == 1 {
            self.model.filed += 1;
            let held = Held {
                subject,
                office: authority,
                item,
                finding,
                gone: false,
                removed: false,
                withdrawn: false,
                suspended: false,
                objection: None,
                called_anothers: false,
                judged: 0,
                received: std::collections::BTreeSet::new(),
            };
            self.model.records.insert(RecordNumber(self.model.filed), held);
            self.model.touched.insert(subject);
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<(), Failure> {
        let Some(number) = self.some_record(|_| true) else { return Ok(()) };
        let Some(subject) = self.model.records.get(&number).map(|held| held.subject) else { return Ok(()) };
        let place = usize::try_from(self.draw.below(self.town.offices.len() as u64)).unwrap_or_default();
        let Some(office) = self.town.offices.get(place) else { return Ok(()) };
        let Caller::Key { holder: register::caller::Holder::Office { duties, .. }, .. } = &office.clerk
        else {
            return Ok(());
        };
        let (clerk, code) = (office.clerk.clone(), office.code.clone());
        let Some(duty) = self.some(&duties.clone()) else { return Ok(()) };
        let matter = format!("案{}号", self.draw.below(10_000));
        let purpose = PurposeRequest::Duty { duty: duty.number(), matter };
        self.shown(subject, purpose, &clerk, &format!("office:{code}")).await
    }

    async fn look_by_consent(&mut self) -> Result<(), Failure> {
        let Some(number) = self.some_record(|held| held.item != COMMENDATION) else { return Ok(()) };
        let Some(held) = self.model.records.get(&number).cloned() else { return Ok(()) };
        let Some(caller) = self.town.caller(held.subject).await? else { return Ok(()) };
        let ask = ConsentRequest {
            grantee_name: said("某银行"),
            grantee_identifier: self.town.bank_code.clone(),
            items: vec![ItemCode(said(held.item))],
            purpose: format!("贷款{}", self.draw.below(1_000_000)),
            last_day: self.today,
            uses: Some(1),
        };
        let given = self.town.platform.grant_consent(ask, &caller).await;
        let Some(given) = self.granted("giving a consent", given) else { return Ok(()) };
        let bank = self.town.bank.clone();
        let purpose = PurposeRequest::Consent { consent: given.consent.0 };
        self.shown(held.subject, purpose, &bank, &format!("consent:{}", given.consent.0)).await
    }

    /// Looks at a subject, and remembers who was shown what.
    async fn shown(
        &mut self,
        subject: usize,
        purpose: PurposeRequest,
        by: &Caller,
        who: &str,
    ) -> Result<(), Failure> {
        let identifier = self.town.subjects.get(subject).map(|known| known.identifier.clone());
        let ask = InquiryRequest { identifier, kind: None, purpose, before: None };
        let answer = self.town.platform.inquire(ask, by).await;
        let Some(answer) = self.granted("a look", answer) else { return Ok(()) };
        for record in &answer.records {
            let Some(held) = self.model.records.get_mut(&record.record) else {
                self.findings.push(format!(
                    "{}: a look showed record {}, which nobody filed",
                    self.today, record.record.0
                ));
                continue;
            };
            if held.gone || held.suspended {
                self.findings.push(format!(
                    "{}: {who} was shown record {}, which is off display",
                    self.today, record.record.0
                ));
            }
            if record.under_objection != held.objection.is_some() {
                self.findings
                    .push(format!("{}: the mark of record {} is wrong", self.today, record.record.0));
            }
            held.received.insert(who.to_owned());
        }
        Ok(())
    }

    async fn object(&mut self) -> Result<(), Failure> {
        let Some(number) = self.some_record(|held| held.objection.is_none()) else { return Ok(()) };
        let Some(held) = self.model.records.get(&number).cloned() else { return Ok(()) };
        let Some(caller) = self.town.caller(held.subject).await? else { return Ok(()) };
        let points = 1 + usize::try_from(self.draw.below(3)).unwrap_or_default();
        let claims: Vec<Claim> =
            (0..points).map(|_| self.some(&Claim::ALL).unwrap_or(Claim::Untrue)).collect();
        let not_mine = claims.contains(&Claim::NotMine);
        let points = claims.into_iter().map(|claim| Point { claim, statement: said("与决定书不符") });
        let ask = LodgeObjection { points: points.collect(), materials: material() };
        let count = ask.points.len();
        let done = self.town.platform.object(number, ask, &caller).await;
        if held.gone && !held.withdrawn && done.is_err() {
            // What was removed stands no more; what was restored or stopped does.
            self.refused("an objection to what was removed", done);
            return Ok(());
        }
        let Some(done) = self.granted("an objection", done) else { return Ok(()) };
        let human = self.town.subjects.get(held.subject).is_some_and(|known| known.human);
        if let Some(held) = self.model.records.get_mut(&number) {
            held.objection = Some(done.case);
            held.suspended = not_mine && human && !held.called_anothers;
            held.called_anothers |= not_mine;
        }
        self.model.touched.insert(held.subject);
        let pending = Pending {
            kind: CaseKind::Objection,
            record: number,
            subject: held.subject,
            office: held.office,
            lodged: self.today,
            accepted: None,
            extended: None,
            handler: held.judged,
            points: count,
            not_mine,
            review: None,
        };
        self.model.cases.insert(done.case, pending);
        Ok(())
    }

    async fn apply(&mut self) -> Result<(), Failure> {
        let Some(number) = self.some_record(|held| held.item != COMMENDATION) else { return Ok(()) };
        let Some(held) = self.model.records.get(&number).cloned() else { return Ok(()) };
        let Some(caller) = self.town.caller(held.subject).await? else { return Ok(()) };
        let rights = self.town.platform.rights_of_record(number, &caller).await;
        let Some(rights) = self.granted("reading one's rights", rights) else { return Ok(()) };
        let ask = ApplyForRestoration {
            performance: said("罚款已缴清"),
            materials: material(),
            commitment: said("承诺守法经营"),
        };
        let done = self.town.platform.apply_for_restoration(number, ask, &caller).await;
        // The page and the act say the same.
        if !rights.restoration.is_empty() {
            self.refused("an application that the page refuses", done);
            return Ok(());
        }
        if held.gone || self.model.barred.get(&held.subject).is_some_and(|until| self.today <= *until) {
            self.refused("an application for what is off display or barred", done);
            return Ok(());
        }
        let Some(done) = self.granted("an application", done) else { return Ok(()) };
        let pending = Pending {
            kind: CaseKind::Restoration,
            record: number,
            subject: held.subject,
            office: held.office,
            lodged: self.today,
            accepted: None,
            extended: None,
            handler: held.judged,
            points: 0,
            not_mine: false,
            review: None,
        };
        self.model.cases.insert(done.case, pending);
        self.model.touched.insert(held.subject);
        Ok(())
    }

    async fn withdraw_or_resume(&mut self) -> Result<(), Failure> {
        let Some(number) =
            self.some_record(|held| held.item == COMMENDATION && (held.withdrawn || !held.gone))
        else {
            return Ok(());
        };
        let Some(held) = self.model.records.get(&number).cloned() else { return Ok(()) };
        let Some(caller) = self.town.caller(held.subject).await? else { return Ok(()) };
        if held.withdrawn {
            let done = self.town.platform.resume(number, &caller).await;
            if self.granted("resuming the display", done).is_some()
                && let Some(held) = self.model.records.get_mut(&number)
            {
                (held.withdrawn, held.gone) = (false, false);
            }
        } else {
            let done = self.town.platform.withdraw(number, &caller).await;
            if self.granted("a withdrawal", done).is_some() {
                if let Some(held) = self.model.records.get_mut(&number) {
                    (held.withdrawn, held.gone) = (true, true);
                }
                self.model.changed(number, Cause::Withdrawn, None, self.today);
            }
        }
        self.model.touched.insert(held.subject);
        Ok(())
    }

    async fn take_back(&mut self) -> Result<(), Failure> {
        let open: Vec<CaseNumber> = self
            .model
            .cases
            .iter()
            .filter(|(_, case)| case.review.is_none())
            .map(|(number, _)| *number)
            .collect();
        let Some(number) = self.some(&open) else { return Ok(()) };
        let Some(case) = self.model.cases.get(&number).cloned() else { return Ok(()) };
        let Some(caller) = self.town.caller(case.subject).await? else { return Ok(()) };
        let done = self.town.platform.take_back_case(number, &caller).await;
        if self.granted("taking a case back", done).is_some() {
            self.closed(number);
        }
        Ok(())
    }

    /// A case is over: the mark goes, and what was suspended is displayed again.
    pub(super) fn closed(&mut self, number: CaseNumber) {
        let Some(case) = self.model.cases.remove(&number) else { return };
        self.model.touched.insert(case.subject);
        if let Some(held) = self.model.records.get_mut(&case.record)
            && held.objection == Some(number)
        {
            (held.objection, held.suspended) = (None, false);
        }
    }

    async fn ask_for_review(&mut self) -> Result<(), Failure> {
        let all: Vec<CaseNumber> = self.model.reviewable.keys().copied().collect();
        let Some(number) = self.some(&all) else { return Ok(()) };
        let Some(case) = self.model.reviewable.remove(&number) else { return Ok(()) };
        let Some(caller) = self.town.caller(case.subject).await? else { return Ok(()) };
        let Some(held) = self.model.records.get(&case.record) else { return Ok(()) };
        let stands = held.objection.is_none() && !held.removed;
        let done = self.town.platform.request_review(number, "没有看到依据", &caller).await;
        if !stands {
            self.refused("a review of what is removed or objected to again", done);
            return Ok(());
        }
        if self.granted("asking for a review", done).is_some() {
            if let Some(held) = self.model.records.get_mut(&case.record) {
                held.objection = Some(number);
            }
            self.model.touched.insert(case.subject);
            self.model.cases.insert(number, Pending { review: Some(self.today), ..case });
        }
        Ok(())
    }

    /// What hostile offices try, and must be refused.
    async fn be_hostile(&mut self) -> Result<(), Failure> {
        let hostile: Vec<usize> = (0..self.town.offices.len())
            .filter(|place| {
                self.town.offices.get(*place).is_some_and(|office| office.character == Character::Hostile)
            })
            .collect();
        let Some(office) = self.some(&hostile).and_then(|place| self.town.offices.get(place)) else {
            return Ok(());
        };
        let Some(handler) = office.handlers.first().cloned() else { return Ok(()) };
        let (code, clerk) = (office.code.clone(), office.clerk.clone());
        let cases: Vec<CaseNumber> = self.model.cases.keys().copied().collect();
        if let Some(number) = self.some(&cases)
            && let Some(case) = self.model.cases.get(&number).cloned()
        {
            if case.office == code {
                // Whoever filed it decides.
                let done = self.town.platform.accept_case(number, &clerk).await;
                self.refused("verification by whoever filed the record", done);
            } else {
                let done = self.town.platform.accept_case(number, &handler).await;
                self.refused("taking another office's case in hand", done);
            }
        }
        if let Some(record) = self.some_record(|held| held.office != code) {
            let done = self.town.platform.revoke(record, "撤销", &handler).await;
            self.refused("revoking another office's record", done);
        }
        Ok(())
    }
}
