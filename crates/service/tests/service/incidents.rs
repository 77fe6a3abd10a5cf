//! A stolen key (Article 19): registered, its looks found in the journal, contained, reported late, each subject told in its own
//! view, closed.

use std::sync::Mutex;

use law::{Day, IncidentSeverity, Instant};
use register::acts::accountability::incident::{HandleIncident, RegisterIncident, TellSubjects};
use register::authority::AuthorityCode;
use register::caller::{Caller, KeyNumber};
use register::incident::{IncidentKind, IncidentNumber, NotTold, Scope};
use register::record::{BatchNumber, RecordNumber};
use register::rules::deadlines::StepState;
use register::subject::EntryNumber;
use service::ServiceError;
use service::incidents::{IncidentFilter, Resolving};
use testkit::codes::{company, person};
use testkit::lines::{penalty, person_penalty};
use testkit::{Town, on_both};

use crate::support::{holds, refused};

fn registration(town: &Town) -> RegisterIncident {
    RegisterIncident {
        kind: IncidentKind::UnlawfulAccess,
        noticed: town.platform.now(),
        office: None,
        place: "窗口四".into(),
        happened: "密钥被复制，在别处使用".into(),
        responsible: Some("王敏".into()),
    }
}

fn telling(scope: Scope) -> TellSubjects {
    TellSubjects {
        scope,
        notice: "有人用被盗的密钥查看了您的记录".into(),
        contact: "大数据中心 010-12345678".into(),
        responsible: Some("王敏".into()),
    }
}

fn classify() -> HandleIncident {
    HandleIncident::Classify {
        severity: IncidentSeverity::Serious,
        kind: None,
        reason: "涉及自然人的信息".into(),
    }
}

fn contain(acts: Vec<EntryNumber>) -> HandleIncident {
    HandleIncident::Contain { measure: "已撤销密钥".into(), acts }
}

fn notify() -> HandleIncident {
    HandleIncident::Notify {
        department: AuthorityCode("economy-informatization".into()),
        document_number: "京数安〔2026〕3号".into(),
    }
}

async fn handle(town: &Town, number: IncidentNumber, ask: HandleIncident) -> EntryNumber {
    town.platform.handle_incident(number, ask, Some("王敏"), &Caller::Operator).await.unwrap().entry
}

fn key_of(caller: &Caller) -> KeyNumber {
    match caller {
        Caller::Key { key, .. } => *key,
        other => panic!("{other:?} has no key"),
    }
}

#[test]
fn article_19_a_stolen_key_is_registered_contained_reported_late_told_to_each_subject_and_closed() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let (firm, other, human, stranger) = (company(1), company(2), person(1), person(2));
        let lines = [
            penalty(&firm, "北京某公司", "一", "2026-10-09", &["罚款"]),
            penalty(&other, "北京另一公司", "二", "2026-10-09", &["罚款"]),
        ];
        town.file_all("administrative-penalty", "market-regulation", &lines).await;
        let line = person_penalty(&human, "张三", "三", "2026-10-09", &["罚款"]);
        town.file_all("administrative-penalty-person", "public-security", &[line]).await;
        let stolen = town.officer("transport", &[1]).await;
        let honest = town.officer("transport", &[1]).await;
        let first = town.inquire(&firm, &stolen, 1).await.unwrap();
        town.inquire(&other, &honest, 1).await.unwrap();
        let looked = town.inquire(&human, &stolen, 1).await.unwrap();
        let last = town.inquire(&stranger, &stolen, 1).await.unwrap();
        // A refused look showed nothing.
        assert!(town.inquire(&other, &stolen, 2).await.is_err());
        town.inquire(&other, &honest, 1).await.unwrap();

        let registered =
            town.platform.register_incident(registration(&town), &Caller::Operator).await.unwrap();
        let number = registered.incident;
        handle(&town, number, classify()).await;
        let key = key_of(&stolen);
        let revoked = town.platform.revoke_key(key, "被盗", &Caller::Operator).await.unwrap();
        assert!(matches!(town.inquire(&firm, &stolen, 1).await, Err(ServiceError::Unauthorised)));
        handle(&town, number, contain(vec![revoked.entry])).await;

        // Serious: to be reported within 24 hours, and nobody did.
        town.clock.advance(25 * 3_600_000);
        let overdue =
            town.platform.incidents(IncidentFilter::Overdue, None, 10, &Caller::Operator).await.unwrap();
        assert_eq!((overdue.len(), overdue[0].steps[2].state), (1, StepState::Overdue));
        let department = town.officer("economy-informatization", &[1]).await;
        assert_eq!(refused(town.platform.incident(number, &department).await), "no_such_incident");
        handle(&town, number, notify()).await;
        let seen = town.platform.incident(number, &department).await.unwrap();
        assert_eq!(seen.steps[2].state, StepState::TakenLate);
        assert!(
            town.platform
                .incidents(IncidentFilter::Overdue, None, 10, &Caller::Operator)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(town.platform.incidents(IncidentFilter::All, None, 10, &honest).await.unwrap().is_empty());

        let scope = Scope::LooksOfKey { key, from: first.entry, to: EntryNumber(revoked.entry.0) };
        let steps = Mutex::new(Vec::new());
        let note = |step: Resolving| steps.lock().unwrap().push(step);
        let told = town
            .platform
            .tell_subjects(number, telling(scope.clone()), &Caller::Operator, &note)
            .await
            .unwrap();
        assert_eq!((told.subjects, told.told, told.erased), (3, 3, 0));
        assert!(steps.lock().unwrap().contains(&Resolving::Telling { done: 3, total: 3 }));
        let again =
            town.platform.tell_subjects(number, telling(scope), &Caller::Operator, &|_| ()).await.unwrap();
        assert_eq!((again.subjects, again.told), (3, 0), "nobody is told the same twice");

        for (identifier, answer) in [(&firm, &first), (&human, &looked), (&stranger, &last)] {
            let own = town.own(&town.subject(identifier).await).await.unwrap();
            let notices: Vec<_> = own.history.unwrap().into_iter().filter_map(|line| line.notice).collect();
            assert_eq!(notices.len(), 1);
            let notice = &notices[0];
            assert_eq!((notice.incident, notice.kind), (number, IncidentKind::UnlawfulAccess));
            assert_eq!(notice.entries, [answer.entry]);
            let shown: Vec<_> = answer.records.iter().map(|record| record.record).collect();
            assert_eq!(notice.records, shown);
            assert_eq!(notice.measures, ["已撤销密钥"]);
            assert!(notice.contact.contains("大数据中心"));
        }
        let own = town.own(&town.subject(&other).await).await.unwrap();
        assert!(own.history.unwrap().iter().all(|line| line.notice.is_none()), "nobody else is told");

        handle(&town, number, HandleIncident::Close { outcome: "密钥按月更换".into() }).await;
        let closed = town.platform.incident(number, &Caller::Operator).await.unwrap();
        assert!(closed.incident.is_closed() && !closed.is_overdue());
        assert_eq!(closed.subjects_told, 3);
        assert!(
            town.platform
                .incidents(IncidentFilter::Open, None, 10, &Caller::Operator)
                .await
                .unwrap()
                .is_empty()
        );
        holds(&town).await;
    });
}

#[test]
fn article_19_whom_it_concerns_is_named_by_records_entries_or_a_batch_and_never_by_a_person() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let lines: Vec<_> = (1..=300)
            .map(|number| {
                penalty(&company(number), "北京某公司", &format!("文{number}"), "2026-10-09", &["罚款"])
            })
            .collect();
        town.file_all("administrative-penalty", "market-regulation", &lines).await;
        let office = town.office("market-regulation");
        let mut ask = registration(&town);
        ask.responsible = Some("李强".into());
        let number = town.platform.register_incident(ask, &office).await.unwrap().incident;
        let tell = async |scope| {
            let told =
                town.platform.tell_subjects(number, telling(scope), &Caller::Operator, &|_| ()).await?;
            Ok::<_, ServiceError>((told.subjects, told.told))
        };
        let records = Scope::Records { records: vec![RecordNumber(1), RecordNumber(2)] };
        assert_eq!(refused(tell(records.clone()).await), "step_missing");
        handle(&town, number, contain(Vec::new())).await;
        assert_eq!(tell(records).await.unwrap(), (2, 2));
        let seen = town.inquire(&company(2), &town.officer("transport", &[1]).await, 1).await.unwrap();
        // The second subject's record was told; the look at it is new.
        assert_eq!(tell(Scope::Entries { entries: vec![seen.entry] }).await.unwrap(), (1, 1));
        assert_eq!(tell(Scope::Batch { batch: BatchNumber(1) }).await.unwrap(), (300, 298));
        let own = town.own(&town.subject(&company(2)).await).await.unwrap();
        let newest = own.history.unwrap().into_iter().find_map(|line| line.notice).unwrap();
        assert_eq!((newest.records.len(), newest.entries.as_slice()), (1, [seen.entry].as_slice()));

        for scope in [
            Scope::Records { records: vec![RecordNumber(9999)] },
            Scope::Batch { batch: BatchNumber(99) },
            Scope::LooksOfKey { key: KeyNumber(99), from: EntryNumber(0), to: EntryNumber(1) },
            Scope::LooksOfKey { key: KeyNumber(1), from: EntryNumber(2), to: EntryNumber(1) },
        ] {
            assert!(matches!(tell(scope).await, Err(ServiceError::Malformed { .. })));
        }
        let beyond =
            Scope::LooksOfKey { key: KeyNumber(1), from: EntryNumber(0), to: EntryNumber(u64::MAX / 4) };
        assert_eq!(refused(tell(beyond).await), "no_such_entry");
        let nothing = Scope::LooksOfKey { key: KeyNumber(1), from: EntryNumber(0), to: EntryNumber(5) };
        assert_eq!(refused(tell(nothing).await), "nobody_concerned");

        // The office reads what it registered; the steps are the operator's.
        let view = town.platform.incident(number, &office).await.unwrap();
        assert_eq!(view.incident.office, Some(AuthorityCode("market-regulation".into())));
        assert_eq!(view.subjects_told, 300);
        let close = HandleIncident::Close { outcome: "已改正".into() };
        assert_eq!(
            refused(town.platform.handle_incident(number, close.clone(), Some("李强"), &office).await),
            "operator_only"
        );
        handle(&town, number, classify()).await;
        handle(&town, number, notify()).await;
        handle(&town, number, close).await;
        holds(&town).await;
    });
}

#[test]
fn article_19_telling_is_left_out_on_a_stated_ground_only_and_incidents_are_listed_page_by_page() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let mut numbers = Vec::new();
        for _ in 0..5 {
            numbers.push(
                town.platform
                    .register_incident(registration(&town), &Caller::Operator)
                    .await
                    .unwrap()
                    .incident,
            );
        }
        let number = numbers[2];
        handle(&town, number, contain(Vec::new())).await;
        let ground = NotTold::NobodyConcerned;
        let dispense =
            HandleIncident::DispenseWithTelling { ground, reason: "测试系统，没有数据".into() };
        handle(&town, number, dispense).await;
        handle(&town, number, classify()).await;
        handle(&town, number, notify()).await;
        handle(&town, number, HandleIncident::Close { outcome: "已改正".into() }).await;
        let list = async |filter, before, limit| {
            let found = town.platform.incidents(filter, before, limit, &Caller::Operator).await.unwrap();
            found.iter().map(|view| view.incident.incident.0).collect::<Vec<_>>()
        };
        assert_eq!(list(IncidentFilter::All, None, 2).await, [5, 4]);
        assert_eq!(list(IncidentFilter::All, Some(IncidentNumber(4)), 9).await, [3, 2, 1]);
        assert_eq!(list(IncidentFilter::Open, None, 9).await, [5, 4, 2, 1]);
        assert_eq!(list(IncidentFilter::Overdue, None, 9).await, [0_u64; 0]);
        town.clock.set("2026-11-26");
        assert_eq!(list(IncidentFilter::Overdue, None, 9).await, [5, 4, 2, 1]);
        let before = Day::new(2015, 12, 31).unwrap().start();
        let too_old = RegisterIncident { noticed: before, ..registration(&town) };
        assert!(matches!(
            town.platform.register_incident(too_old, &Caller::Operator).await,
            Err(ServiceError::Malformed { .. })
        ));
        let future = Instant::from_milliseconds(town.platform.now().milliseconds() + 60_000);
        let ahead = RegisterIncident { noticed: future, ..registration(&town) };
        assert_eq!(
            refused(town.platform.register_incident(ahead, &Caller::Operator).await),
            "noticed_in_the_future"
        );
        holds(&town).await;
    });
}
