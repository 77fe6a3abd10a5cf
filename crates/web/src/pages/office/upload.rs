//! A file on its way in: a form of several parts, of which the last is the file (Articles 11, 14).

use std::sync::Arc;

use axum::extract::multipart::Field;
use axum::extract::{Multipart, State};
use axum::response::Response;
use register::catalogue::ItemCode;
use tokio::time::{Instant, timeout_at};

use super::filing::{again, failed, place, work};
use super::returned::give_back;
use crate::pages::desk::{Desk, FORM_TOKEN, check_token, to};
use crate::passage::aside;
use crate::problem::{Problem, ProblemKind};
use crate::site::{Site, UploadPlace};
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
            return Err(Problem::malformed("body", "表单的字段过多", "the form has too many fields"));
        }
        let field = aside(&site, timeout_at(until, parts.next_field()))
            .await?
            .map_err(|_| Problem::new(ProblemKind::RequestTimeout))?
            .map_err(|_| {
                Problem::malformed(
                    "body",
                    "不是带文件的表单，或没有传完",
                    "it is no form with a file, or ended early",
                )
            })?;
        let Some(field) = field else {
            return again(&site, &desk, "file", "office-fault-file").await;
        };
        match field.name().unwrap_or_default() {
            FORM_TOKEN => before.tokens.push(text(&site, field, until).await?),
            "item" => before.item = Some(text(&site, field, until).await?),
            "all_or_nothing" => before.all_or_nothing = text(&site, field, until).await? == "yes",
            "file" => {
                check_token(&desk.session, &before.tokens)?;
                let Some(item) = before.item.filter(|item| !item.is_empty()) else {
                    return again(&site, &desk, "item", "office-fault-item").await;
                };
                let Some(name) = name_of(&field) else {
                    return again(&site, &desk, "file", "office-fault-file").await;
                };
                let caller = desk.caller();
                let place = place(&site, &caller)?;
                let file = spool(&site.options.spool, &site.options.limits, field).await?;
                nothing_follows(&site, &mut parts).await?;
                let (word, item) = (site.platform.random_word(), ItemCode(item));
                let staged = Staged::new(word, &desk.session, name, item, before.all_or_nothing, file);
                return look_at(&site, &desk, staged, place);
            }
            other => return Err(Problem::malformed(other, "表单没有这个字段", "the form has no such field")),
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
            .map_err(|_| Problem::malformed("body", "内容没有传完", "it ended early"))?;
        let Some(chunk) = chunk else { break };
        bytes.extend_from_slice(&chunk);
        if bytes.len() > FIELD_BYTES_MAX {
            return Err(Problem::malformed(
                "body",
                "表单中有一个字段过长",
                "a field of the form is too long",
            ));
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| Problem::malformed("body", "表单中有一个字段不是文字", "a field of the form is no text"))
}

/// The name that its sender gave a file; nothing where no file was chosen.
fn name_of(field: &Field<'_>) -> Option<String> {
    let name = field.file_name().unwrap_or_default();
    let name: String = name.chars().filter(|one| !one.is_control()).take(NAME_MAX).collect();
    Some(name).filter(|name| !name.is_empty())
}

/// The file is the last part of the form: what came behind it would be passed over, an "all or nothing" for one.
async fn nothing_follows(site: &Site, parts: &mut Multipart) -> Result<(), Problem> {
    let until = Instant::now() + site.options.limits.request_time_max / 2;
    let next = aside(site, timeout_at(until, parts.next_field()))
        .await?
        .map_err(|_| Problem::new(ProblemKind::RequestTimeout))?
        .map_err(|_| Problem::malformed("body", "内容没有传完", "it ended early"))?;
    match next {
        None => Ok(()),
        Some(_) => Err(Problem::malformed(
            "body",
            "文件须是表单的最后一部分",
            "the file is the last part of the form",
        )),
    }
}

fn look_at(site: &Arc<Site>, desk: &Desk, staged: Staged, place: UploadPlace) -> Result<Response, Problem> {
    let caller = desk.caller();
    let staged = site.staging.keep(staged)?;
    let there = to(&desk.page.href(&format!("/office/file/{}", staged.word)));
    let site = Arc::clone(site);
    work(Arc::clone(&staged), async move {
        let Some(request) = staged.request() else { return Stage::Failed(Problem::not_found()) };
        let looked = site.platform.preview(request.clone(), &caller, &|now| staged.progress(now)).await;
        let stage = match looked {
            Ok(mut preview) => {
                give_back(&site, &staged, request, &mut preview.errors).await;
                Stage::Judged(Arc::new(preview))
            }
            Err(error) => failed(error),
        };
        drop(place);
        stage
    });
    Ok(there)
}
