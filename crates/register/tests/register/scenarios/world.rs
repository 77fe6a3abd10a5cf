//! What a scenario is played with: one record, its subject, its cases, and the day.

use law::{Calendar, Day, InformationClass, Instant, Law, LawInForce, Severity};
use register::acts::rights::notice::Cause;
use register::acts::rights::objection::{CaseFacts, ObjectionFacts};
use register::acts::rights::restoration::RestorationFacts;
use register::authority::AuthorityCode;
use register::caller::{Caller, Holder, Person, SessionNumber};
use register::case::{Case, CaseKind, CaseNumber, CaseState};
use register::catalogue::{Catalogue, CatalogueItem};
use register::change::{Change, Value};
use register::event::{Act, Event};
use register::record::Record;
use register::ruling::{Refusal, Ruling};
use register::subject::{EntryNumber, Subject, SubjectKind};
use register::tables;

use crate::fixture;

pub struct World {
    pub law: Law,
    pub calendar: Calendar,
    pub catalogue: Catalogue,
    pub item: Option<CatalogueItem>,
    pub subject: Subject,
    pub record: Record,
    pub involved: Vec<Person>,
    pub barred_until: Option<Day>,
    pub now: Instant,
    /// The entries of each case; the place is its number less one.
    pub cases: Vec<Vec<(EntryNumber, Instant, Act)>>,
    /// The changes that those who received the record follow, of the last act.
    pub causes: Vec<Cause>,
    /// The refusal of the last act, and whether a sentence said it.
    pub refusal: Option<(Refusal, bool)>,
    entry: u64,
}

impl World {
    pub fn new() -> Self {
        let catalogue = fixture::catalogue();
        Self {
            law: Law::load().unwrap(),
            calendar: Calendar::load().unwrap(),
            item: Some(fixture::compiled(&catalogue, "penalty").item.clone()),
            catalogue,
            subject: fixture::subject(SubjectKind::LegalPerson),
            record: fixture::penalty(Severity::General, "2026-05-06"),
            involved: Vec::new(),
            barred_until: None,
            now: fixture::day("2026-05-06").start(),
            cases: Vec::new(),
            causes: Vec::new(),
            refusal: None,
            entry: 10,
        }
    }

    pub fn about(&mut self, whom: &str, class: InformationClass) -> Result<(), String> {
        let kind = match whom {
            "a company" => SubjectKind::LegalPerson,
            "a partnership" => SubjectKind::UnincorporatedOrganisation,
            "an individual business" => SubjectKind::IndividualBusiness,
            "a person" => SubjectKind::NaturalPerson,
            _ => return Err(format!("nobody is `{whom}`")),
        };
        self.subject = fixture::subject(kind);
        let item = match (class, kind) {
            (InformationClass::Untrustworthiness, SubjectKind::NaturalPerson) => "penalty-person",
            (InformationClass::Untrustworthiness, _) => "penalty",
            (_, SubjectKind::NaturalPerson) => "commendation-person",
            _ => "commendation",
        };
        self.item = Some(fixture::compiled(&self.catalogue, item).item.clone());
        self.record.item = register::catalogue::ItemCode(item.into());
        self.record.class = class;
        Ok(())
    }

    pub fn today(&self) -> LawInForce {
        self.law.on(Day::of(self.now)).unwrap()
    }

    pub fn case(&self) -> Option<Case> {
        self.cases.last().cloned().and_then(Case::of)
    }

    pub fn all_cases(&self) -> Vec<Case> {
        self.cases.iter().cloned().filter_map(Case::of).collect()
    }

    pub fn next(&self) -> CaseNumber {
        CaseNumber(self.cases.len() as u64 + 1)
    }

    pub fn objection_facts(&self) -> ObjectionFacts {
        ObjectionFacts {
            record: Some(self.record.clone()),
            subject: Some(self.subject.clone()),
            filer: Some(fixture::authority(&self.record.authority.0)),
            prior: self.all_cases(),
            next: self.next(),
        }
    }

    pub fn restoration_facts(&self) -> RestorationFacts<'_> {
        let open = |case: &Case| {
            case.kind() == CaseKind::Restoration
                && matches!(case.state(), CaseState::Lodged | CaseState::Accepted)
        };
        RestorationFacts {
            record: Some(self.record.clone()),
            item: self.item.as_ref(),
            open: self.all_cases().into_iter().find(open).map(|case| case.case),
            barred_until: self.barred_until,
            next: self.next(),
        }
    }

    pub fn case_facts(&self, by: &Caller) -> CaseFacts {
        CaseFacts {
            case: self.case(),
            record: Some(self.record.clone()),
            involved: self.involved.clone(),
            authority: by.office().map(|office| fixture::authority(&office.0)),
            barred_until: self.barred_until,
        }
    }

    pub fn officer(&self, name: &str) -> Caller {
        person_of(name, self.record.authority.clone())
    }

    /// Enters what was ruled.
    pub fn take(&mut self, ruling: Ruling, by: &Caller) {
        self.causes.clear();
        match ruling {
            Ruling::Refused { refusal, .. } => self.refusal = Some((refusal, false)),
            Ruling::Granted { events, .. } => {
                self.refusal = None;
                for event in events {
                    self.enter(event, by);
                }
            }
        }
    }

    fn enter(&mut self, event: Event, by: &Caller) {
        self.entry += 1;
        // As the service does: one notice for all that an act does with a record.
        if let Some((cause, ..)) = Cause::of(&event).filter(|_| self.causes.is_empty()) {
            self.causes.push(cause);
        }
        for change in tables::changes(&event) {
            self.apply(&change, by, &event);
        }
    }

    fn apply(&mut self, change: &Change, by: &Caller, event: &Event) {
        let entry = EntryNumber(self.entry);
        match change {
            Change::Update { table, set, .. } | Change::Mark { table, set, .. } if table.name == "record" => {
                for (column, value) in set {
                    let entered = (*value == Value::Entry).then_some(entry);
                    match *column {
                        "objection" => {
                            self.record.objection = match value {
                                Value::Integer(case) => u64::try_from(*case).ok().map(CaseNumber),
                                _ => None,
                            };
                        }
                        "stopped" => self.record.stopped = entered,
                        "restored" => self.record.restored = entered,
                        "revoked" => self.record.revoked = entered,
                        "withdrawn" => self.record.withdrawn = entered,
                        _ => {}
                    }
                }
            }
            Change::Insert { table, row } if table.name == "rights_case_entry" => {
                let Some(Value::Integer(case)) = row.first() else { return };
                let place = usize::try_from(*case).unwrap() - 1;
                if self.cases.len() == place {
                    self.cases.push(Vec::new());
                }
                let act = Act { caller: by.clone(), event: event.clone() };
                self.cases[place].push((entry, self.now, act));
            }
            Change::Replace { table, row } if table.name == "restoration_bar" => {
                let Some(Value::Text(until)) = row.get(1) else { return };
                self.barred_until = until.parse().ok();
            }
            _ => {}
        }
        if let Event::RecordCorrected(corrected) = event {
            self.record.finding_day = corrected.finding_day;
            self.record.severity = corrected.severity;
            self.record.version = corrected.version;
        }
    }

    /// The codes of a refusal that no sentence of the step said.
    pub fn refusal_unsaid(&self) -> Option<String> {
        let (refusal, said) = self.refusal.as_ref()?;
        (!said).then(|| refusal.to_string())
    }
}

pub fn person(name: &str) -> Person {
    Person { account: format!("staff:{}", name.to_lowercase()), name: name.into(), mandate: None }
}

pub fn person_of(name: &str, authority: AuthorityCode) -> Caller {
    Caller::Person {
        session: SessionNumber(1),
        person: person(name),
        holder: Holder::Office { authority, duties: Vec::new() },
    }
}
