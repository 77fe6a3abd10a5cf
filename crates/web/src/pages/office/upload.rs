//! A file on its way in: a form of several parts, of which the last is the file (Articles 11, 14).

use std::sync::Arc;

use axum::extract::multipart::Field;
use axum::extract::{Multipart, State};
use axum::response::Response;
use register::catalogue::ItemCode;
use tokio::time::{Instant, timeout_at};

use super::filing::{again, failed, place, work};
use crate::pages::desk::{Desk, FORM_TOKEN, check_token, to};
use crate::passage::aside;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;
use crate::spool::spool;
use crate::staging::{Stage, Staged};

/// The longest text field of the form, in bytes.
const FIELD_BYTES_MAX: usize = 1024;
/// How many fields the form may have, the file among them.
const FIELDS_MAX: usize = 8;
/// The longest name of a file that is kept, in characters.
const NAME_MAX: usize = 120;

/// What stands in the form before the file.
#[derive(Default)]
struct Before {
    tokens: Vec<String>,
    item: Option<String>,
    all_or_nothing: bool,
}

/// Receives a file, has it looked at, and shows where it can be followed. Nothing is filed yet.
///
/// Articles: 11, 14
pub(crate) async fn upload(
    State(site): State<Arc<Site>>,
    desk: Desk,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let mut before = Before::default();
    // What comes before the file is a few short fields, and is waited for as any other form is: aside, and not for long.
    let until = Instant::now() + site.options.limits.request_time_max / 2;
    let mut fields = 0;
    loop {
        fields += 1;
        if fields > FIELDS_MAX {
            return Err(Problem::malformed("body", "the form has too many fields"));
        }
        let field = aside(&site, timeout_at(until, parts.next_field()))
            .await?
            .map_err(|_| Problem::new(ProblemKind::RequestTimeout))?
            .map_err(|_| Problem::malformed("body", "it is no form with a file, or ended early"))?;
        let Some(field) = field else {
            return again(&site, &desk, "file", "office-fault-file").await;
        };
        match field.name().unwrap_or_default() {
            FORM_TOKEN => before.tokens.push(text(&site, field, until).await?),
            "item" => before.item = Some(text(&site, field, until).await?),
            "all_or_nothing" => before.all_or_nothing = text(&site, field, until).await? == "yes",
            "file" => {
                check_token(&desk.session, &before.tokens)?;
                return receive(&site, &desk, before, field).await;
            }
            other => return Err(Problem::malformed(other, "the form has no such field")),
        }
    }
}

/// A short field of the form.
async fn text(site: &Site, mut field: Field<'_>, until: Instant) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    loop {
        let chunk = aside(site, timeout_at(until, field.chunk()))
            .await?
            .map_err(|_| Problem::new(ProblemKind::RequestTimeout))?
            .map_err(|_| Problem::malformed("body", "it ended early"))?;
        let Some(chunk) = chunk else { break };
        bytes.extend_from_slice(&chunk);
        if bytes.len() > FIELD_BYTES_MAX {
            return Err(Problem::malformed("body", "a field of the form is too long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Problem::malformed("body", "a field of the form is no text"))
}

async fn receive(
    site: &Arc<Site>,
    desk: &Desk,
    before: Before,
    field: Field<'_>,
) -> Result<Response, Problem> {
    let Some(item) = before.item.filter(|item| !item.is_empty()) else {
        return again(site, desk, "item", "office-fault-item").await;
    };
    let name: String = field
        .file_name()
        .unwrap_or_default()
        .chars()
        .filter(|one| !one.is_control())
        .take(NAME_MAX)
        .collect();
    if name.is_empty() {
        return again(site, desk, "file", "office-fault-file").await;
    }
    let caller = desk.caller();
    let place = place(site, &caller)?;
    let file = spool(&site.options.spool, &site.options.limits, field).await?;
    let word = site.platform.random_word();
    let staged = Staged::new(word, &desk.session, name, ItemCode(item), before.all_or_nothing, file);
    let staged = site.staging.keep(staged)?;
    let there = to(&desk.page.href(&format!("/office/file/{}", staged.word)));
    let platform = site.platform.clone();
    work(Arc::clone(&staged), async move {
        let Some(request) = staged.request() else { return Stage::Failed(Problem::not_found()) };
        let looked = platform.preview(request, &caller, &|now| staged.progress(now)).await;
        drop(place);
        looked.map_or_else(failed, |preview| Stage::Judged(Arc::new(preview)))
    });
    Ok(there)
}
