//! A subject's own credit: what is held, who looked, what was done, and what one can do about it (Articles 34 to 38).
//!
//! Every page here is an inquiry into one's own: it has its entry, which stands among one's own looks.

pub(crate) mod cases;
pub(crate) mod consents;
pub(crate) mod look;
mod materials;
pub(crate) mod messages;
pub(crate) mod notices;
pub(crate) mod objection;
pub(crate) mod overview;
pub(crate) mod record;
pub(crate) mod report;
pub(crate) mod restoration;
pub(crate) mod rights;

use std::sync::Arc;

use askama::Template;
use axum::routing::{get, post};
use law::Day;
use register::catalogue::{Catalogue, ItemCode};
use register::record::RecordNumber;
use register::rules::access::Undertaking;
use register::subject::EntryNumber;
use register::view::RecordView;
use serde::Deserialize;
use service::Authorities;
use service::inquiry::Answer;
use service::own::OwnLog;

use super::desk::{Desk, DeskHead};
use super::record::Around;
use super::{Cited, Page};
use crate::doors::Doors;
use crate::extract::number;
use crate::language::Language;
use crate::problem::Problem;
use crate::site::Site;

/// The pages of this room: path and the key of its word.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("/my", "my-overview"),
    ("/my/looks", "my-looks"),
    ("/my/messages", "my-messages"),
    ("/my/cases", "my-cases"),
    ("/my/notices", "my-notices"),
    ("/my/consents", "my-consents"),
    ("/my/report", "my-report"),
];

/// The routes of this room in one language.
pub(crate) fn routes(doors: Doors, language: Language) -> Doors {
    const OWN: &[Undertaking] = &[Undertaking::InquireOwn];
    const WITHDRAW: &[Undertaking] = &[Undertaking::WithdrawDisplay];
    const RESUME: &[Undertaking] = &[Undertaking::ResumeDisplay];
    const REVOKE: &[Undertaking] = &[Undertaking::RevokeConsent];
    const GRANT: &[Undertaking] = &[Undertaking::GrantConsent];
    const CASES: &[Undertaking] = &[Undertaking::ReadOwnCases];
    const OBJECT: &[Undertaking] = &[Undertaking::LodgeObjection];
    const APPLY: &[Undertaking] = &[Undertaking::ApplyForRestoration];
    const STEP: &[Undertaking] = &[Undertaking::TakeBackCase, Undertaking::LodgeObjection];
    let at = |path: &str| language.href(path);
    doors
        .page("GET", &at("/my"), get(overview::overview), OWN)
        .page("GET", &at("/my/records/{record}"), get(record::record), OWN)
        .page("GET", &at("/my/records/{record}/withdrawal"), get(record::ask_withdrawal), OWN)
        .page("POST", &at("/my/records/{record}/withdrawal"), post(record::withdraw), WITHDRAW)
        .page("GET", &at("/my/records/{record}/display"), get(record::ask_display), OWN)
        .page("POST", &at("/my/records/{record}/display"), post(record::resume), RESUME)
        .page("GET", &at("/my/records/{record}/objection"), get(objection::form), OBJECT)
        .page("POST", &at("/my/records/{record}/objection"), post(objection::lodge), OBJECT)
        .page("GET", &at("/my/records/{record}/restoration"), get(restoration::form), APPLY)
        .page("POST", &at("/my/records/{record}/restoration"), post(restoration::apply), APPLY)
        .page("GET", &at("/my/cases"), get(cases::list), CASES)
        .page("GET", &at("/my/cases/{case}"), get(cases::case), CASES)
        .page("POST", &at("/my/cases/{case}"), post(cases::step), STEP)
        .page("GET", &at("/my/notices"), get(notices::notices), CASES)
        .page("GET", &at("/my/looks"), get(look::looks), OWN)
        .page("GET", &at("/my/messages"), get(messages::messages), OWN)
        .page("GET", &at("/my/consents"), get(consents::consents), OWN)
        .page("POST", &at("/my/consents"), post(consents::give), GRANT)
        .page("GET", &at("/my/consents/new"), get(consents::form), GRANT)
        .page("GET", &at("/my/consents/{consent}/revocation"), get(consents::ask_revocation), OWN)
        .page("POST", &at("/my/consents/{consent}/revocation"), post(consents::revoke), REVOKE)
        .page("GET", &at("/my/report"), get(report::report), OWN)
        .page("GET", &at("/my/download"), get(report::download), OWN)
}

/// What the pages of this room know beside the answer to an inquiry.
pub(crate) struct Known {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) authorities: Arc<Authorities>,
    pub(crate) today: Day,
}

impl Known {
    async fn read(site: &Site) -> Result<Self, Problem> {
        let catalogue = site.platform.catalogue().await?;
        let authorities = site.platform.authorities().await?;
        Ok(Self { catalogue, authorities, today: site.platform.today() })
    }

    fn around(&self) -> Around<'_> {
        Around { catalogue: Some(&self.catalogue), authorities: &self.authorities, today: self.today }
    }

    /// The name of an office; nothing for a word that is no office's code.
    fn office(&self, p: &Page, code: &str) -> Option<String> {
        let office = self.authorities.iter().find(|authority| authority.code.0 == code)?;
        Some(p.of(&office.name).to_owned())
    }

    /// The name of an item; its code where the catalogue no longer has it.
    fn item(&self, p: &Page, code: &ItemCode) -> String {
        self.catalogue.item(code).map_or_else(|| code.0.clone(), |item| p.of(&item.item.name).to_owned())
    }
}

/// One's own, as of now, and the page's part of one's log.
async fn inquire(
    site: &Site,
    desk: &Desk,
    log: OwnLog,
    before: Option<u64>,
) -> Result<(Answer, Known), Problem> {
    let before = before.map(|entry| number("before", entry)).transpose()?.map(EntryNumber);
    let answer = site.platform.inquire_own(log, before, &desk.caller()).await?;
    Ok((answer, Known::read(site).await?))
}

/// A record of one's own as another page names it.
pub(crate) struct RecordLink {
    pub(crate) number: u64,
    pub(crate) text: String,
    /// Whether it is still held: then it has a page.
    pub(crate) is_held: bool,
}

impl RecordLink {
    fn new(p: &Page, record: RecordNumber, held: &[RecordView]) -> Self {
        let held = held.iter().find(|view| view.record == record);
        let text = held.map_or_else(
            || p.count("my-record-number", record.0),
            |view| format!("{} {}", p.of(&view.item_name), view.document_number).trim_end().to_owned(),
        );
        Self { number: record.0, text, is_held: held.is_some() }
    }
}

/// The address of the page of an entry's receipt.
fn receipt_href(p: &Page, entry: u64) -> String {
    format!("{}?entry={entry}", p.href("/journal/receipt"))
}

/// The query of a page that says what was done just now.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoneQuery {
    entry: Option<u64>,
}

/// A form that says nothing but that it was sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmed {}

#[derive(Template)]
#[template(path = "my/confirm.html")]
struct Confirm<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    title: &'a str,
    lead: &'a str,
    article: Cited,
    /// What it is about: each part with its word.
    about: Vec<(&'a str, String)>,
    action: String,
    button: &'a str,
    back: String,
}

#[cfg(test)]
pub(crate) mod examples;
