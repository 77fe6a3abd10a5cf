//! Incidents (Article 19): the steps, their order, who takes them, and until when.

use law::{Calendar, IncidentSeverity, Instant, Law};
use proptest::prelude::*;
use register::acts::accountability::incident::{
    Concerned, HandleIncident, IncidentFacts, RegisterIncident, TellSubjects, complete_telling, handle,
    may_read, register, tell,
};
use register::authority::{Authority, AuthorityCode, Level};
use register::caller::{Caller, Holder, KeyNumber, Person, SessionNumber};
use register::event::{Act, Event};
use register::incident::{Handling, Incident, IncidentKind, IncidentNumber, NotTold, Scope, Step};
use register::record::RecordNumber;
use register::rules::deadlines::{Due, StepState, steps};
use register::ruling::{Bilingual, Ruling};
use register::subject::{EntryNumber, SubjectNumber};
use register::view::HistoryLine;

use crate::fixture::{PERSON, day};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn key(holder: Holder) -> Caller {
    Caller::Key { key: KeyNumber(1), person: None, holder }
}

fn office(code: &str) -> Caller {
    key(Holder::Office { authority: AuthorityCode(code.into()), duties: Vec::new() })
}

fn authority(code: &str) -> Authority {
    Authority {
        code: AuthorityCode(code.into()),
        name: Bilingual::new("单位", "office"),
        level: Level::Municipal,
        division: "110000".into(),
        unified_code: None,
        parent: None,
        duties: Vec::new(),
        operates_platform: false,
        competent_department: code == "economy",
    }
}

/// A register with one incident, and the entries it was made by.
#[derive(Clone)]
struct Case {
    entries: Vec<(EntryNumber, Instant, Act)>,
    now: Instant,
}

impl Case {
    fn new(noticed: &str, now: &str) -> Self {
        let mut case = Self { entries: Vec::new(), now: at(now) };
        let ruling = register(&case.facts(), registration(noticed), &Caller::Operator);
        assert_eq!(case.take(ruling), Ok(1));
        case
    }

    fn facts(&self) -> IncidentFacts {
        IncidentFacts {
            incident: Incident::of(self.entries.clone()),
            next: IncidentNumber(1),
            authority: Some(authority("economy")),
            size: 100,
            now: self.now,
        }
    }

    fn incident(&self) -> Incident {
        Incident::of(self.entries.clone()).unwrap()
    }

    /// Enters what was ruled; how many entries, or the codes of the refusal.
    fn take(&mut self, ruling: Ruling) -> Result<usize, Vec<String>> {
        match ruling {
            Ruling::Granted { events, .. } => {
                let count = events.len();
                for event in events {
                    let entry = EntryNumber(10 + self.entries.len() as u64);
                    self.entries.push((entry, self.now, Act { caller: Caller::Operator, event }));
                }
                Ok(count)
            }
            Ruling::Refused { refusal, events } => {
                assert!(events.is_empty(), "it is about no subject");
                Err(refusal.grounds.iter().map(|ground| ground.code.to_string()).collect())
            }
        }
    }

    fn handle(&mut self, ask: HandleIncident) -> Result<usize, Vec<String>> {
        let ruling = handle(&self.facts(), ask, Some("王敏"), &Caller::Operator);
        self.take(ruling)
    }

    fn tell(&mut self, subjects: u64) -> Result<usize, Vec<String>> {
        let ruling = complete_telling(&self.facts(), telling(), subjects, &Caller::Operator);
        self.take(ruling)
    }

    fn states(&self, now: &str) -> Vec<StepState> {
        let incident = self.incident();
        let law = Law::load().unwrap().on(law::Day::of(incident.noticed)).unwrap();
        let standing = steps(&law, &Calendar::load().unwrap(), &incident, at(now)).unwrap();
        standing.iter().map(|standing| standing.state).collect()
    }
}

fn registration(noticed: &str) -> RegisterIncident {
    RegisterIncident {
        kind: IncidentKind::UnlawfulAccess,
        noticed: at(noticed),
        office: None,
        place: "窗口四".into(),
        happened: "密钥被复制".into(),
        responsible: Some("王敏".into()),
    }
}

fn classify(severity: IncidentSeverity) -> HandleIncident {
    HandleIncident::Classify { severity, kind: None, reason: "涉及自然人的信息".into() }
}

fn contain() -> HandleIncident {
    HandleIncident::Contain { measure: "已撤销密钥".into(), acts: vec![EntryNumber(3)] }
}

fn notify() -> HandleIncident {
    HandleIncident::Notify {
        department: AuthorityCode("economy".into()),
        document_number: "京数安〔2026〕3号".into(),
    }
}

fn dispense() -> HandleIncident {
    HandleIncident::DispenseWithTelling { ground: NotTold::HarmPrevented, reason: "未读取".into() }
}

fn close() -> HandleIncident {
    HandleIncident::Close { outcome: "密钥按月更换".into() }
}

fn telling() -> TellSubjects {
    TellSubjects {
        scope: Scope::Records { records: vec![RecordNumber(7)] },
        notice: "您的记录被他人查看".into(),
        contact: "大数据中心 010-12345678".into(),
        responsible: Some("王敏".into()),
    }
}

fn codes(codes: &[&str]) -> Result<usize, Vec<String>> {
    Err(codes.iter().map(|code| (*code).to_owned()).collect())
}

#[test]
fn article_19_nothing_is_closed_before_it_was_classified_contained_reported_and_told() {
    let mut case = Case::new("2026-11-23T08:30", "2026-11-23T09:00");
    assert_eq!(case.handle(notify()), codes(&["step_missing"]));
    assert_eq!(case.tell(3), codes(&["step_missing"]));
    assert_eq!(case.handle(close()), codes(&["step_missing"; 4]));
    assert_eq!(case.handle(classify(IncidentSeverity::Serious)), Ok(1));
    assert_eq!(case.handle(contain()), Ok(1));
    assert_eq!(case.handle(close()), codes(&["step_missing"; 2]));
    assert_eq!(case.handle(notify()), Ok(1));
    assert_eq!(case.handle(close()), codes(&["step_missing"]));
    assert_eq!(case.tell(0), codes(&["nobody_concerned"]));
    assert_eq!(case.tell(3), Ok(1));
    assert_eq!(case.handle(close()), Ok(1));
    for ask in [classify(IncidentSeverity::Ordinary), contain(), notify(), dispense(), close()] {
        assert_eq!(case.handle(ask), codes(&["incident_closed"]));
    }
    let history: Vec<Handling> = case.incident().history.iter().map(|line| line.handling).collect();
    assert_eq!(
        history,
        [
            Handling::Registered,
            Handling::Classified,
            Handling::Contained,
            Handling::Notified,
            Handling::Told,
            Handling::Closed
        ]
    );
}

#[test]
fn article_19_a_classification_is_corrected_by_another_and_the_earlier_stays() {
    let mut case = Case::new("2026-11-23T08:30", "2026-11-23T09:00");
    case.handle(classify(IncidentSeverity::Ordinary)).unwrap();
    let leak = HandleIncident::Classify {
        severity: IncidentSeverity::Grave,
        kind: Some(IncidentKind::Leak),
        reason: "数据库被复制".into(),
    };
    case.handle(leak).unwrap();
    let incident = case.incident();
    assert_eq!((incident.kind, incident.severity), (IncidentKind::Leak, Some(IncidentSeverity::Grave)));
    let said: Vec<_> = incident.history.iter().filter_map(|line| line.severity).collect();
    assert_eq!(said, [IncidentSeverity::Ordinary, IncidentSeverity::Grave]);
    assert_eq!(incident.first(Step::Classify).unwrap().severity, Some(IncidentSeverity::Ordinary));
}

#[test]
fn article_19_each_step_has_a_deadline_and_being_late_is_computed() {
    // A Monday morning: a working day later is Tuesday, three are Thursday.
    let mut case = Case::new("2026-11-23T08:30", "2026-11-23T09:00");
    let early = case.states("2026-11-24T23:59");
    assert_eq!(early[..4], [StepState::Pending; 4]);
    // The closure is due in a year whose calendar is not published yet.
    assert_eq!(early[4], StepState::DueUnknown);
    let late = case.states("2026-11-25T00:00");
    assert_eq!(late[..3], [StepState::Overdue; 3]);
    assert_eq!(late[3..], [StepState::Pending, StepState::DueUnknown]);
    assert_eq!(case.states("2026-11-27T00:00")[3], StepState::Overdue);
    // What is grave is reported within four hours, and the same report is late then.
    case.handle(classify(IncidentSeverity::Grave)).unwrap();
    assert_eq!(case.states("2026-11-23T12:30")[2], StepState::Pending);
    assert_eq!(case.states("2026-11-23T12:31")[2], StepState::Overdue);
    case.now = at("2026-11-23T12:31");
    case.handle(notify()).unwrap();
    assert_eq!(case.states("2026-11-23T12:31")[2], StepState::TakenLate);
    // A second notice changes nothing about the first.
    case.now = at("2026-11-23T13:00");
    case.handle(notify()).unwrap();
    assert_eq!(
        case.states("2026-11-23T13:00")[..3],
        [StepState::Taken, StepState::Pending, StepState::TakenLate]
    );
}

#[test]
fn article_19_nobody_is_called_late_by_a_calendar_that_is_not_published() {
    let mut case = Case::new("2026-12-31T08:30", "2026-12-31T09:00");
    assert_eq!(case.states("2027-02-01T00:00"), [StepState::DueUnknown; 5]);
    let incident = case.incident();
    let law = Law::load().unwrap().on(day("2026-12-31")).unwrap();
    let standing = steps(&law, &Calendar::load().unwrap(), &incident, case.now).unwrap();
    assert!(
        matches!(standing[0].due, Due::Unknown { year: 2027, reminder } if reminder == day("2027-01-01"))
    );
    // Hours need no calendar.
    case.handle(classify(IncidentSeverity::Grave)).unwrap();
    let states = case.states("2027-02-01T00:00");
    assert_eq!((states[0], states[2]), (StepState::Taken, StepState::Overdue));
}

#[test]
fn article_19_a_named_human_being_of_the_operator_handles_and_an_office_registers_its_own() {
    let facts = Case::new("2026-11-23T08:30", "2026-11-23T09:00").facts();
    let refused = |ruling: Ruling| match ruling {
        Ruling::Refused { refusal, .. } => refusal.grounds[0].code.to_string(),
        Ruling::Granted { .. } => "granted".to_owned(),
    };
    for by in [key(Holder::Subject { subject: SubjectNumber(1) }), office("economy")] {
        assert_eq!(refused(handle(&facts, contain(), Some("王敏"), &by)), "operator_only");
        assert_eq!(refused(tell(&facts, &telling(), Vec::new(), &by)), "operator_only");
    }
    let subject = key(Holder::Subject { subject: SubjectNumber(1) });
    let ask = || registration("2026-11-23T08:30");
    assert_eq!(refused(register(&facts, ask(), &subject)), "not_an_office");
    let elsewhere = RegisterIncident { office: Some(AuthorityCode("tax".into())), ..ask() };
    assert_eq!(refused(register(&facts, elsewhere, &office("economy"))), "incident_of_another_office");
    let nameless = RegisterIncident { responsible: None, ..ask() };
    assert_eq!(refused(register(&facts, nameless.clone(), &office("economy"))), "words_missing");
    let person = Person { account: "e1".into(), name: "李强".into(), mandate: None };
    let staff = Caller::Person { session: SessionNumber(1), person, holder: Holder::Operator };
    let Ruling::Granted { events, .. } = register(&facts, nameless, &staff) else { panic!("refused") };
    assert!(matches!(&events[0], Event::IncidentRegistered(event) if event.responsible == "李强"));
    let Ruling::Granted { events, .. } = register(&facts, ask(), &office("economy")) else {
        panic!("refused")
    };
    assert!(
        matches!(&events[0], Event::IncidentRegistered(event) if event.office == Some(AuthorityCode("economy".into())))
    );
}

#[test]
fn article_19_an_office_reads_its_own_incidents_and_those_of_which_it_was_notified() {
    let mut case = Case::new("2026-11-23T08:30", "2026-11-23T09:00");
    let read = |case: &Case, by: &Caller| may_read(Some(&case.incident()), by).is_ok();
    assert!(read(&case, &Caller::Operator) && !read(&case, &office("economy")));
    let unknown = may_read(None, &office("economy")).unwrap_err();
    assert_eq!(may_read(Some(&case.incident()), &office("economy")).unwrap_err(), unknown, "one answer");
    case.handle(classify(IncidentSeverity::Ordinary)).unwrap();
    case.handle(notify()).unwrap();
    assert!(read(&case, &office("economy")) && !read(&case, &office("tax")));
}

#[test]
fn article_6_nobodys_number_stands_in_the_words_of_an_incident() {
    let mut case = Case::new("2026-11-23T08:30", "2026-11-23T09:00");
    let with_number = RegisterIncident {
        happened: format!("张三 {PERSON} 的记录"),
        ..registration("2026-11-23T08:30")
    };
    let ruling = register(&case.facts(), with_number, &Caller::Operator);
    assert_eq!(case.take(ruling), codes(&["personal_number_in_words"]));
    let telephone = HandleIncident::Contain { measure: "已电告 13812345678".into(), acts: Vec::new() };
    assert_eq!(case.handle(telephone), codes(&["personal_number_in_words"]));
    let empty = HandleIncident::Contain { measure: "  ".into(), acts: Vec::new() };
    assert_eq!(case.handle(empty), codes(&["words_missing"]));
    let long = HandleIncident::Contain { measure: "长".repeat(1001), acts: Vec::new() };
    assert_eq!(case.handle(long), codes(&["words_not_plain"]));
    let ahead = HandleIncident::Contain { measure: "已撤销".into(), acts: vec![EntryNumber(100)] };
    assert_eq!(case.handle(ahead), codes(&["no_such_entry"]));
    let future = register(&case.facts(), registration("2026-11-23T09:01"), &Caller::Operator);
    assert_eq!(case.take(future), codes(&["noticed_in_the_future"]));
}

#[test]
fn article_34_a_subject_is_told_once_and_again_only_of_what_is_new() {
    let mut case = Case::new("2026-11-23T08:30", "2026-11-23T09:00");
    case.handle(contain()).unwrap();
    let concerned = |records: &[u64], told| Concerned {
        subject: SubjectNumber(5),
        records: records.iter().copied().map(RecordNumber).collect(),
        entries: vec![EntryNumber(4)],
        told,
    };
    let told = |ruling: Ruling| match ruling {
        Ruling::Granted { events, .. } => events,
        Ruling::Refused { refusal, .. } => panic!("{refusal}"),
    };
    let events = told(tell(&case.facts(), &telling(), vec![concerned(&[7], None)], &Caller::Operator));
    let Event::SubjectTold(first) = events[0].clone() else { panic!("{events:?}") };
    let again = concerned(&[7], Some(first.clone()));
    assert_eq!(told(tell(&case.facts(), &telling(), vec![again], &Caller::Operator)), []);
    let more = concerned(&[8], Some(first));
    let events = told(tell(&case.facts(), &telling(), vec![more], &Caller::Operator));
    let Event::SubjectTold(second) = events[0].clone() else { panic!("{events:?}") };
    assert_eq!(second.told.records, [RecordNumber(7), RecordNumber(8)]);
    // It is in the subject's own history, with what happened, what was done and whom to ask.
    let act = Act { caller: Caller::Operator, event: Event::SubjectTold(second) };
    assert_eq!(act.event.subject(), Some(SubjectNumber(5)));
    let notice = HistoryLine::new(EntryNumber(20), case.now, act).notice.unwrap();
    assert_eq!(notice.measures, ["已撤销密钥"]);
    assert_eq!(
        (notice.happened.as_str(), notice.contact.as_str()),
        ("您的记录被他人查看", "大数据中心 010-12345678")
    );
}

proptest! {
    #[test]
    fn article_19_in_any_order_of_steps_nothing_is_closed_too_early_and_nothing_follows_a_closure(
        asked in prop::collection::vec(0_u8..7, 0..30),
    ) {
        let mut case = Case::new("2026-11-23T08:30", "2026-11-23T09:00");
        for number in asked {
            let before = case.incident();
            let taken = match number {
                0 => case.handle(classify(IncidentSeverity::Serious)),
                1 => case.handle(contain()),
                2 => case.handle(notify()),
                3 => case.handle(dispense()),
                4 => case.tell(2),
                5 => case.tell(0),
                _ => case.handle(close()),
            };
            prop_assert!(!(before.is_closed() && taken.is_ok()));
            let incident = case.incident();
            if incident.is_closed() {
                prop_assert!(Step::ALL.iter().all(|step| incident.first(*step).is_some()));
            }
            prop_assert_eq!(incident.history.len(), before.history.len() + taken.unwrap_or(0));
        }
    }
}
