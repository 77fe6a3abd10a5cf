//! What is, against what should be.

use std::collections::{BTreeMap, BTreeSet};

use law::Day;
use register::acts::rights::notice::Cause;
use register::caller::Caller;
use register::case::CaseNumber;
use register::record::RecordNumber;
use service::ServiceError;
use service::cases::CaseFilter;

use super::model::Model;
use super::town::Town;
use crate::exit::Failure;

/// How many cases or notices are asked for at once.
const AT_ONCE: usize = 500;

/// Asks after a day what should hold for everyone whom the day touched, and for what is late anywhere.
///
/// # Errors
/// When the store fails.
pub async fn day(
    town: &mut Town,
    model: &mut Model,
    today: Day,
    findings: &mut Vec<String>,
) -> Result<(), Failure> {
    for subject in std::mem::take(&mut model.touched) {
        shown(town, model, subject, today, findings).await?;
        own(town, model, subject, today, findings).await?;
    }
    late(town, model, today, findings).await
}

fn found(findings: &mut Vec<String>, today: Day, what: String) {
    findings.push(format!("{today}: {what}"));
}

/// Nothing is shown to the public beyond its day, or that was taken off; nothing of a human being at all.
async fn shown(
    town: &Town,
    model: &Model,
    subject: usize,
    today: Day,
    findings: &mut Vec<String>,
) -> Result<(), Failure> {
    let Some(known) = town.subjects.get(subject) else { return Ok(()) };
    match town.platform.organisation(&known.identifier).await {
        Ok(_) if known.human => found(findings, today, "a human being is on a public page".to_owned()),
        Ok(document) => {
            for record in &document.records {
                let held = model.records.get(&record.record);
                if held.is_none_or(|held| held.gone || held.suspended) {
                    found(
                        findings,
                        today,
                        format!("record {} is public though it is off display", record.record.0),
                    );
                }
                if record.display.last_day().is_some_and(|last| today > last) {
                    found(findings, today, format!("record {} is public beyond its day", record.record.0));
                }
                // Article 15: three years at most, whatever else is said.
                let ceiling = held.map(|held| held.finding.plus_months(36));
                if record.display.last_day() > ceiling {
                    found(findings, today, format!("record {} is displayed for too long", record.record.0));
                }
                if held.is_some_and(|held| held.objection.is_some() != record.under_objection) {
                    found(findings, today, format!("the public mark of record {} is wrong", record.record.0));
                }
            }
        }
        Err(ServiceError::NotFound { .. } | ServiceError::Refused(_)) => {}
        Err(error) => found(findings, today, format!("a public page failed: {error}")),
    }
    Ok(())
}

/// Nothing is withheld from its subject: every record, every notice to whoever received one.
async fn own(
    town: &mut Town,
    model: &Model,
    subject: usize,
    today: Day,
    findings: &mut Vec<String>,
) -> Result<(), Failure> {
    let Some(caller) = town.caller(subject).await? else { return Ok(()) };
    let ask = service::inquiry::InquiryRequest {
        identifier: None,
        kind: None,
        purpose: service::inquiry::PurposeRequest::Own,
        before: None,
    };
    match town.platform.inquire(ask, &caller).await {
        Ok(answer) => {
            let seen: BTreeSet<RecordNumber> = answer.records.iter().map(|record| record.record).collect();
            let of_subject = model.records.iter().filter(|(_, held)| held.subject == subject);
            let should: BTreeSet<RecordNumber> = of_subject.map(|(number, _)| *number).collect();
            if seen != should {
                found(findings, today, format!("subject {subject} sees {seen:?} and should see {should:?}"));
            }
        }
        Err(error) => found(findings, today, format!("subject {subject} sees nothing: {error}")),
    }
    let told = match town.platform.own_notices(None, AT_ONCE as u64, &caller).await {
        Ok(told) => told,
        Err(error) => {
            found(findings, today, format!("subject {subject} reads no notices: {error}"));
            return Ok(());
        }
    };
    let mut is: BTreeMap<(RecordNumber, Cause), u64> = BTreeMap::new();
    let mut owing = 0;
    for notice in &told {
        *is.entry((notice.record, notice.cause)).or_default() += 1;
        owing += u64::from(notice.acknowledged.is_none());
    }
    let mut should: BTreeMap<(RecordNumber, Cause), u64> = BTreeMap::new();
    let mut should_owe = 0;
    for told in model.told.get(&subject).into_iter().flatten() {
        *should.entry((told.record, told.cause)).or_default() += told.all.len() as u64;
        should_owe += told.owing.len() as u64;
    }
    // A long list is read in pages; the newest page is a part of what should be.
    let whole = told.len() < AT_ONCE / 2;
    if whole && (is != should || owing != should_owe) {
        found(
            findings,
            today,
            format!(
                "subject {subject}: {is:?} were told and {owing} owe an answer, {should:?} and {should_owe} should"
            ),
        );
    }
    Ok(())
}

/// Every deadline is met or on the list of what is late, and who has not acknowledged in time is named.
async fn late(town: &Town, model: &Model, today: Day, findings: &mut Vec<String>) -> Result<(), Failure> {
    let mut listed: BTreeSet<CaseNumber> = BTreeSet::new();
    let mut before = None;
    loop {
        let page = town.platform.cases(CaseFilter::Overdue, before, AT_ONCE, &Caller::Operator).await;
        let (cases, next) = page.map_err(|error| crate::context::failure(&error))?;
        listed.extend(cases.iter().map(|view| view.case.case));
        before = next;
        if before.is_none() {
            break;
        }
    }
    let should = model.late(&town.calendar, today);
    if listed != should {
        let differ: Vec<_> =
            listed.symmetric_difference(&should).map(|number| (number, model.cases.get(number))).collect();
        found(findings, today, format!("late are {listed:?}, and should be {should:?}: {differ:?}"));
    }
    let named = town.platform.offices_in_default().await.map_err(|error| crate::context::failure(&error))?;
    let named: BTreeMap<String, u64> =
        named.into_iter().map(|office| (office.office.0, office.notices)).collect();
    let should = model.in_default(&town.calendar, today);
    if named != should {
        found(findings, today, format!("in default are {named:?}, and should be {should:?}"));
    }
    Ok(())
}
