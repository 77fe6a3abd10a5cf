//! What is done with one of one's own records: correction, revocation, restoration (Articles 14, 38).

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use register::acts::rights::restoration::RestoreRecord;
use register::catalogue::ItemCode;
use register::record::RecordNumber;
use serde::Deserialize;
use service::{Done, ServiceError};

use super::corrections::changed;
use super::refused;
use crate::extract::{PathPart, number};
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskForm, DeskHead};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Template)]
#[template(path = "office/done.html")]
struct DonePage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    title: &'a str,
    note: &'a str,
    number: u64,
    entry: u64,
    path: String,
}

/// What was done, with its receipt; or why it was refused.
fn outcome(
    desk: &Desk,
    record: RecordNumber,
    done: Result<Done, ServiceError>,
    words: [&'static str; 3],
) -> Result<Response, Problem> {
    let [title, note, refusal] = words;
    let path = format!("/office/records/{}", record.0);
    match done {
        Ok(done) => desk.page.show_once(&DonePage {
            p: &desk.page,
            d: desk.head(),
            title: desk.page.t(title),
            note: desk.page.t(note),
            number: record.0,
            entry: done.entry.0,
            path: desk.page.href(&path),
        }),
        Err(error) => refused(desk, error, refusal, None, (&path, "office-back-record")),
    }
}

/// Corrects a record: only the fields that were changed, with a reason.
///
/// Articles: 14, 53(1)
pub(crate) async fn correct(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    DeskForm { desk, form }: DeskForm<HashMap<String, String>>,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let catalogue = site.platform.catalogue().await?;
    let fields = match catalogue.item(&ItemCode(text("item"))) {
        Some(item) => changed(item, &form).map_err(|field| {
            Problem::malformed(field, "不是该字段的写法", "it is not written as this field is")
        })?,
        None => return Err(Problem::malformed("item", "目录中没有该条目", "the catalogue has no such item")),
    };
    let done = site.platform.correct(record, fields, &text("reason"), &desk.caller()).await;
    outcome(&desk, record, done, ["office-corrected", "office-corrected-note", "office-refused-correction"])
}

/// Why a record is revoked, and that it is meant.
#[derive(Debug, Deserialize)]
pub(crate) struct Revocation {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    meant: String,
}

/// Revokes a record, with a reason.
///
/// Articles: 14, 53(1)
pub(crate) async fn revoke(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    DeskForm { desk, form }: DeskForm<Revocation>,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    if form.meant != "yes" {
        return Err(Problem::malformed(
            "meant",
            "请确认要撤销该记录",
            "confirm that the record is to be revoked",
        ));
    }
    let done = site.platform.revoke(record, &form.reason, &desk.caller()).await;
    outcome(&desk, record, done, ["office-revoked", "office-revoked-note", "office-refused-revocation"])
}

/// On what the restoration of credit rests.
#[derive(Debug, Deserialize)]
pub(crate) struct Restoration {
    #[serde(default)]
    performance: String,
    #[serde(default)]
    commitment: String,
    #[serde(default)]
    reason: String,
}

/// Restores credit as to a record.
///
/// Articles: 38
pub(crate) async fn restore(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    DeskForm { desk, form }: DeskForm<Restoration>,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    let ask = RestoreRecord {
        performance_document: form.performance,
        commitment_document: form.commitment,
        reason: form.reason,
    };
    let done = site.platform.restore(record, ask, &desk.caller()).await;
    outcome(&desk, record, done, ["office-restored", "office-restored-note", "office-refused-restoration"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn what_was_done_is_told_with_its_receipt() {
        for page in samples::pages("/office/records/7/revoke") {
            let session = samples::session(samples::office(), None);
            for (title, note) in [
                ("office-corrected", "office-corrected-note"),
                ("office-revoked", "office-revoked-note"),
                ("office-restored", "office-restored-note"),
            ] {
                let html = DonePage {
                    p: &page,
                    d: DeskHead::new(&page, &session),
                    title: page.t(title),
                    note: page.t(note),
                    number: 7,
                    entry: 12_345,
                    path: page.href("/office/records/7"),
                }
                .render()
                .unwrap();
                samples::check(&page, &html);
                assert!(html.contains(&page.href("/journal/receipt?entry=12345")));
                assert!(html.contains(page.t(note)));
            }
        }
    }
}
