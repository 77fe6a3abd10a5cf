//! Objection, restoration and what follows from them (Articles 33, 34, 36-38): from the subject's first act to the last recipient's
//! acknowledgement.

use register::acts::rights::notice::Cause;
use register::acts::rights::objection::LodgeObjection;
use register::acts::rights::restoration::ApplyForRestoration;
use register::authority::AuthorityCode;
use register::caller::{Caller, Person};
use register::case::{CaseNumber, CaseState, Claim, Material, Outcome, Point, PointAnswer};
use register::catalogue::ItemCode;
use register::record::RecordNumber;
use register::rules::deadlines::{Due, StepState};
use register::rules::display_period::Display;
use register::rules::restorability::Outlook;
use serde_json::{Map, Value, json};
use service::administration::{KeyFor, KeyTerms};
use service::cases::{CaseFilter, Decided};
use service::inquiry::PurposeRequest;
use service::rights::ConsentRequest;
use testkit::codes::{company, person};
use testkit::lines::{commendation, penalty, person_penalty};
use testkit::{Town, on_both};

use crate::support::{documents, holds, refused};

const FILER: &str = "public-security";
const FIRST: RecordNumber = RecordNumber(1);

/// An officer with a key in their own name.
pub async fn officer(town: &Town, office: &str, account: &str) -> Caller {
    let person = Person { account: account.to_owned(), name: format!("人员{account}"), mandate: None };
    let terms = KeyTerms { person: Some(person), ..KeyTerms::default() };
    let holder = KeyFor::Office { authority: AuthorityCode(office.to_owned()), duties: Vec::new() };
    let last_day = Some(town.platform.today().plus_days(365));
    let key =
        town.platform.issue_bound_key(holder, terms, "officer", last_day, &Caller::Operator).await.unwrap();
    let here = register::acts::information::access::Origin::HERE;
    town.platform.authenticate(&key.token, Some(&here)).await.unwrap()
}

pub fn objection(claims: &[Claim]) -> LodgeObjection {
    let point = |claim: &Claim| Point { claim: *claim, statement: "与决定书不符".to_owned() };
    let material =
        Material {
            title: "决定书".to_owned(), document_number: Some("一".to_owned()), text: String::new()
        };
    LodgeObjection { points: claims.iter().map(point).collect(), materials: vec![material] }
}

pub fn decided(upheld: &[bool], outcome: Outcome, fields: Value) -> Decided {
    let answer = |upheld: &bool| PointAnswer {
        upheld: *upheld,
        reply: "核对了决定书".to_owned(),
        evidence: "案卷第3页".to_owned(),
    };
    let fields = fields.as_object().cloned().unwrap_or_else(Map::new);
    Decided { answers: upheld.iter().map(answer).collect(), outcome, fields }
}

pub fn application() -> ApplyForRestoration {
    let proof = Material { title: "缴款凭证".to_owned(), document_number: None, text: String::new() };
    ApplyForRestoration {
        performance: "罚款已缴清".to_owned(),
        materials: vec![proof],
        commitment: "承诺守法经营".to_owned(),
    }
}

/// A town in which a company has a penalty of general severity, which an office and a bank have seen.
async fn penalised(engine: testkit::Engine) -> (Town, String, Caller) {
    let town = Town::new(engine).await;
    let code = company(1);
    let line = penalty(&code, "北京某公司", "一", "2026-10-09", &["罚款"]);
    town.file_all("administrative-penalty", FILER, &[line]).await;
    let subject = town.subject(&code).await;
    town.inquire(&code, &town.office("transport"), 1).await.unwrap();
    let consent = ConsentRequest {
        grantee_name: "某银行".into(),
        grantee_identifier: company(9),
        items: vec![ItemCode("administrative-penalty".into())],
        purpose: "贷款".into(),
        last_day: "2027-12-31".parse().unwrap(),
        uses: None,
    };
    let consent = town.platform.grant_consent(consent, &subject).await.unwrap().consent;
    let bank = bank(&town).await;
    let shown = town.ask(Some(&code), &bank, PurposeRequest::Consent { consent: consent.0 }).await.unwrap();
    assert_eq!(documents(&shown), ["一"]);
    (town, code, subject)
}

async fn bank(town: &Town) -> Caller {
    town.key(KeyFor::ThirdParty { name: "某银行".into(), identifier: company(9) }).await
}

#[test]
fn article_37_an_objection_is_marked_answered_point_by_point_and_followed_to_everyone_who_received_the_record()
 {
    on_both(|engine| async move {
        let (town, code, subject) = penalised(engine).await;
        let platform = &town.platform;
        let case = platform
            .object(FIRST, objection(&[Claim::Untrue, Claim::OutOfDate]), &subject)
            .await
            .unwrap()
            .case;
        // Marked everywhere from this entry on, and displayed still: it is an organisation's.
        assert!(platform.organisation(&code).await.unwrap().records[0].under_objection);
        assert!(town.inquire(&code, &town.office("transport"), 1).await.unwrap().records[0].under_objection);
        let own = town.own(&subject).await.unwrap().records.remove(0);
        assert_eq!(own.standing.unwrap().objection, Some(case));
        assert_eq!(
            refused(platform.object(FIRST, objection(&[Claim::Untrue]), &subject).await),
            "objection_open"
        );

        // By an officer of the office that filed it, in their own name.
        let officer = officer(&town, FILER, "7001").await;
        assert_eq!(refused(platform.accept_case(case, &town.office(FILER)).await), "person_needed");
        let stranger = self::officer(&town, "transport", "7002").await;
        assert_eq!(refused(platform.accept_case(case, &stranger).await), "no_such_case");
        assert_eq!(refused(platform.case(case, &stranger).await), "no_such_case");
        let early = decided(&[true, false], Outcome::Upheld, Value::Null);
        assert_eq!(refused(platform.decide_objection(case, early, &officer).await), "not_accepted");
        platform.accept_case(case, &officer).await.unwrap();
        platform.extend_case(case, "需要调阅档案", &officer).await.unwrap();
        assert_eq!(refused(platform.extend_case(case, "再延长", &officer).await), "already_extended");
        for (answers, outcome, code) in [
            (vec![true], Outcome::Corrected, "points_unanswered"),
            (vec![true, false], Outcome::Upheld, "outcome_contradicts_answers"),
            (vec![false, false], Outcome::Removed, "outcome_contradicts_answers"),
            (vec![true, false], Outcome::Corrected, "fields_missing"),
        ] {
            let asked = decided(&answers, outcome, Value::Null);
            assert_eq!(refused(platform.decide_objection(case, asked, &officer).await), code);
        }
        let right = decided(&[true, false], Outcome::Corrected, json!({ "facts": "迟报年度报告三日" }));
        platform.decide_objection(case, right, &officer).await.unwrap();

        // In force with the same commit: the mark is gone, the content is the corrected one.
        let shown = platform.organisation(&code).await.unwrap().records.remove(0);
        assert!(!shown.under_objection && shown.version == 2);
        let view = platform.own_case(case, &subject).await.unwrap();
        assert_eq!((view.state, view.case.succeeded()), (CaseState::Decided, Some(true)));
        assert_eq!(view.case.decided.unwrap().officer.as_deref(), Some("人员7001"));

        // The office and the bank are told; the office that decided needs no notice of its own act.
        let told = platform.own_notices(None, 50, &subject).await.unwrap();
        let mut names: Vec<&str> = told.iter().map(|notice| notice.recipient.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["transport", "某银行"]);
        assert!(told.iter().all(|notice| notice.cause == Cause::Corrected && notice.acknowledged.is_none()));
        let notice = told[0].notice;
        let transport = town.office("transport");
        assert_eq!(platform.notices(None, true, 50, &transport).await.unwrap().len(), 1);
        assert_eq!(
            refused(platform.acknowledge(notice, None, "已更新", &town.office("tax")).await),
            "no_such_notice"
        );
        platform.acknowledge(notice, None, "已按更正内容更新", &transport).await.unwrap();
        assert_eq!(
            refused(platform.acknowledge(notice, None, "再次", &transport).await),
            "already_acknowledged"
        );
        let bank = bank(&town).await;
        let of_bank = platform.notices(None, true, 50, &bank).await.unwrap().remove(0);
        platform.acknowledge(of_bank.notice, Some(&of_bank.recipient_key), "已更新", &bank).await.unwrap();
        let told = platform.own_notices(None, 50, &subject).await.unwrap();
        assert!(told.iter().all(|notice| notice.acknowledged.is_some()));
        holds(&town).await;
    });
}

#[test]
fn article_37_what_a_person_calls_another_s_is_off_display_at_once_and_once_only() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let number = person(1);
        let line = person_penalty(&number, "张三", "一", "2026-10-09", &["罚款"]);
        town.file_all("administrative-penalty-person", FILER, std::slice::from_ref(&line)).await;
        let subject = town.subject(&number).await;
        let platform = &town.platform;
        let seen = async || documents(&town.inquire(&number, &town.office(FILER), 1).await.unwrap()).len();
        assert_eq!(seen().await, 1);
        let not_mine = || objection(&[Claim::NotMine]);
        let case = platform.object(FIRST, not_mine(), &subject).await.unwrap().case;
        assert_eq!(seen().await, 0);
        assert_eq!(documents(&town.own(&subject).await.unwrap()), ["一"], "its subject sees it all the same");
        // Taken back it is displayed again, and a second claim of the same kind does not stop it any more.
        platform.take_back_case(case, &subject).await.unwrap();
        assert_eq!(seen().await, 1);
        let case = platform.object(FIRST, not_mine(), &subject).await.unwrap().case;
        assert_eq!(seen().await, 1);
        let officer = officer(&town, FILER, "7001").await;
        platform.accept_case(case, &officer).await.unwrap();
        let stopped = decided(&[true], Outcome::DisplayStopped, Value::Null);
        assert_eq!(
            refused(platform.decide_objection(case, stopped, &officer).await),
            "outcome_contradicts_answers"
        );
        platform
            .decide_objection(case, decided(&[true], Outcome::Removed, Value::Null), &officer)
            .await
            .unwrap();
        assert_eq!(seen().await, 0);
        // What was removed does not come back by being filed again.
        let again = town.file(town.request("administrative-penalty-person", &[line]), FILER).await.unwrap();
        assert_eq!(again.filed, 0);
        holds(&town).await;
    });
}

#[test]
fn article_37_whoever_filed_it_does_not_verify_it_and_the_competent_department_reviews_once() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let code = company(1);
        let (filer, other) = (officer(&town, FILER, "7001").await, officer(&town, FILER, "7002").await);
        let line = penalty(&code, "北京某公司", "一", "2026-10-09", &["罚款"]);
        let platform = &town.platform;
        platform.file(town.request("administrative-penalty", &[line]), &filer, &|_| ()).await.unwrap();
        let subject = town.subject(&code).await;
        let case = platform.object(FIRST, objection(&[Claim::Untrue]), &subject).await.unwrap().case;
        assert_eq!(refused(platform.accept_case(case, &filer).await), "took_the_decision");
        assert!(platform.case(case, &filer).await.unwrap().handling.is_some());
        assert_eq!(refused(platform.request_review(case, "不服", &subject).await), "nothing_to_review");
        platform.accept_case(case, &other).await.unwrap();
        platform
            .decide_objection(case, decided(&[false], Outcome::Upheld, Value::Null), &other)
            .await
            .unwrap();
        assert!(platform.own_case(case, &subject).await.unwrap().reviewable);
        platform.request_review(case, "没有看到依据", &subject).await.unwrap();
        assert!(platform.organisation(&code).await.unwrap().records[0].under_objection);
        let reviewer = officer(&town, "economy-informatization", "8001").await;
        assert_eq!(
            refused(platform.review_case(case, Outcome::Upheld, "有据", &other).await),
            "no_such_case"
        );
        assert_eq!(
            refused(platform.review_case(case, Outcome::Corrected, "有误", &reviewer).await),
            "outcome_not_of_a_review"
        );
        let (waiting, _) = platform.cases(CaseFilter::UnderReview, None, 10, &reviewer).await.unwrap();
        assert_eq!(waiting.len(), 1);
        platform.review_case(case, Outcome::DisplayStopped, "依据不足", &reviewer).await.unwrap();
        assert!(platform.organisation(&code).await.is_err(), "nothing else was public");
        assert_eq!(refused(platform.request_review(case, "再来", &subject).await), "reviewed_once");
        let figures = platform.rights_figures().await.unwrap();
        let of_filer = figures.offices.iter().find(|office| office.office.0 == FILER).unwrap();
        assert_eq!((of_filer.objections, of_filer.answered, of_filer.found_right), (1, 1, 1));
        holds(&town).await;
    });
}

#[test]
fn article_38_restoration_from_the_first_sentence_to_the_last_recipient_and_undone_for_false_materials() {
    on_both(|engine| async move {
        let (town, code, subject) = penalised(engine).await;
        let platform = &town.platform;
        let rights = platform.rights_of_record(FIRST, &subject).await.unwrap();
        let earliest = "2027-01-09".parse().unwrap();
        assert!(matches!(rights.outlook, Outlook::NotYet { earliest: day, .. } if day == earliest));
        assert_eq!(rights.restoration[0].code, "too_early");
        assert_eq!(
            refused(platform.apply_for_restoration(FIRST, application(), &subject).await),
            "too_early"
        );
        town.clock.set("2027-01-09");
        let nothing = ApplyForRestoration {
            performance: String::new(),
            materials: Vec::new(),
            commitment: String::new(),
        };
        let missing = platform.apply_for_restoration(FIRST, nothing, &subject).await;
        let Err(service::ServiceError::Refused(refusal)) = missing else { panic!("{missing:?}") };
        assert_eq!(refusal.grounds.len(), 3, "everything that is missing is said at once");
        let case = platform.apply_for_restoration(FIRST, application(), &subject).await.unwrap().case;
        assert_eq!(
            refused(platform.apply_for_restoration(FIRST, application(), &subject).await),
            "application_open"
        );
        let officer = officer(&town, FILER, "7001").await;
        platform.send_back_application(case, vec!["缴款凭证的编号".into()], &officer).await.unwrap();
        let view = platform.own_case(case, &subject).await.unwrap();
        assert_eq!((view.state, view.case.missing.len()), (CaseState::Returned, 1));
        let case = platform.apply_for_restoration(FIRST, application(), &subject).await.unwrap().case;
        platform.accept_case(case, &officer).await.unwrap();
        platform.decide_restoration(case, true, "已缴清", &officer).await.unwrap();
        assert!(platform.organisation(&code).await.is_err(), "nothing else was public");
        assert!(documents(&town.inquire(&code, &town.office("transport"), 1).await.unwrap()).is_empty());
        let told = platform.own_notices(None, 50, &subject).await.unwrap();
        assert_eq!(told.iter().filter(|notice| notice.cause == Cause::Restored).count(), 2);
        // 9 January 2027 lies in a year whose calendar is not published: nobody is called late.
        assert!(told.iter().all(|notice| notice.overdue.is_none()));
        assert!(matches!(told[0].limit.due, Due::Unknown { year: 2027, .. }));

        platform.undo_restoration(FIRST, "凭证系伪造", &officer).await.unwrap();
        assert!(platform.organisation(&code).await.unwrap().records[0].display.is_displayed());
        let rights = platform.rights_of_record(FIRST, &subject).await.unwrap();
        assert!(matches!(rights.outlook, Outlook::Barred { until } if until.to_string() == "2030-01-09"));
        holds(&town).await;
    });
}

#[test]
fn article_33_what_is_late_goes_up_and_who_does_not_answer_is_named() {
    on_both(|engine| async move {
        let town = Town::on(engine, "2026-04-30").await;
        let (code, haidian) = (company(1), "market-regulation-haidian");
        let platform = &town.platform;
        let line = penalty(&code, "北京某公司", "一", "2026-04-01", &["罚款"]);
        town.file_all("administrative-penalty", haidian, &[line]).await;
        town.file_all(
            "commendation",
            "economy-informatization",
            &[commendation(&code, "北京某公司", "奖", "2026-03-01")],
        )
        .await;
        let subject = town.subject(&code).await;
        town.inquire(&code, &town.office("transport"), 1).await.unwrap();
        let case = platform.object(FIRST, objection(&[Claim::Untrue]), &subject).await.unwrap().case;
        platform.withdraw(RecordNumber(2), &subject).await.unwrap();
        let step = async |place: usize| platform.own_case(case, &subject).await.unwrap().steps.remove(place);
        // Day 0 is Thursday 30 April; 1 to 5 May are holidays; 6 May is day 1, and 9 May is worked.
        let accept = step(0).await;
        assert!(matches!(accept.due, Due::Day { last_day } if last_day.to_string() == "2026-05-06"));
        let said = accept.arithmetic.unwrap().en;
        assert!(said.contains("2026-05-01 to 2026-05-05 are no working days"), "{said}");
        assert!(said.contains("2026-05-06 is day 1"), "{said}");
        let listed = async |filter, by: &Caller| platform.cases(filter, None, 10, by).await.unwrap().0.len();
        let above = town.office("market-regulation");
        town.clock.set("2026-05-06");
        assert_eq!(listed(CaseFilter::Overdue, &above).await, 0);
        town.clock.set("2026-05-07");
        assert_eq!(step(0).await.state, StepState::Overdue);
        assert_eq!(listed(CaseFilter::Overdue, &above).await, 1);
        assert_eq!(listed(CaseFilter::Overdue, &town.office("transport")).await, 0);
        assert_eq!(listed(CaseFilter::Overdue, &Caller::Operator).await, 1);
        assert_eq!(listed(CaseFilter::All, &above).await, 0, "only what is late goes up");
        // The notice of the withdrawal: three working days.
        assert!(platform.offices_in_default().await.unwrap().is_empty());
        town.clock.set("2026-05-09");
        let named = platform.offices_in_default().await.unwrap();
        assert_eq!((named.len(), named[0].office.0.as_str(), named[0].notices), (1, "transport", 1));
        let figures = platform.rights_figures().await.unwrap();
        let overdue: Vec<_> = figures.offices.iter().map(|of| (of.overdue, of.notices_overdue)).collect();
        assert_eq!(overdue, [(1, 0), (0, 1)]);
        // A clock that jumps back changes nothing that is kept.
        let own = town.own(&subject).await.unwrap();
        let withdrawn = own.records.iter().find(|record| record.document_number == "奖").unwrap();
        assert!(matches!(&withdrawn.display, Display::Not { why, .. } if why == "withdrawn"));
        assert_eq!(refused(platform.own_case(CaseNumber(99), &subject).await), "no_such_case");
        holds(&town).await;
    });
}
