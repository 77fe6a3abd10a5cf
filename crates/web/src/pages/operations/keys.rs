//! Keys: for whom each was issued, when it was used last, and its end (Articles 6, 19).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Instant;
use register::authority::Authority;
use register::caller::{Holder, KeyNumber};
use serde::Deserialize;
use service::administration::ListedKey;

use super::office_name;
use crate::extract::{PathPart, Query, number};
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskForm, DeskHead, to};
use crate::problem::Problem;
use crate::site::Site;

/// How many stand on a page.
const PAGE: u64 = 50;

#[derive(Debug, Deserialize)]
pub(crate) struct KeysQuery {
    after: Option<u64>,
}

#[derive(Template)]
#[template(path = "operations/keys.html")]
struct Keys<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    lines: Vec<Line>,
    is_later: bool,
    next: Option<u64>,
}

/// A key as it is listed.
struct Line {
    number: u64,
    label: String,
    holder: String,
    person: Option<String>,
    used: String,
    ends: String,
    /// The key of the word, and the class of its tag.
    state: (&'static str, &'static str),
    is_open: bool,
}

fn line(p: &Page, listed: &ListedKey, authorities: &[Authority], now: Instant) -> Line {
    let ListedKey { key, used } = listed;
    let has_ended = key.expires.is_some_and(|ends| ends <= now);
    let never = || p.t("keys-never").to_owned();
    Line {
        number: key.number.0,
        label: key.label.clone(),
        holder: match &key.holder {
            Holder::Office { authority, .. } => office_name(p, authorities, authority),
            Holder::Subject { .. } => p.t("desk-subject").to_owned(),
            Holder::ThirdParty { .. } => p.t("keys-third-party").to_owned(),
            Holder::Operator => p.t("desk-operator").to_owned(),
        },
        person: key.terms.person.as_ref().map(|person| person.name.clone()),
        used: used.map_or_else(never, |at| p.moment(at)),
        ends: key.expires.map_or_else(never, |at| p.moment(at)),
        state: match (key.revoked, has_ended) {
            (true, _) => ("keys-revoked", "tag-fault"),
            (false, true) => ("keys-ended", "tag-quiet"),
            (false, false) => ("keys-open", ""),
        },
        is_open: !key.revoked && !has_ended,
    }
}

/// The keys that were issued.
///
/// Articles: 6, 19
pub(crate) async fn keys(
    State(site): State<Arc<Site>>,
    Query(asked): Query<KeysQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let after = asked.after.map(|after| number("after", after)).transpose()?.map(KeyNumber);
    let found = site.platform.keys(after, PAGE, &desk.caller()).await?;
    let authorities = site.platform.authorities().await?;
    let now = site.platform.now();
    let full = u64::try_from(found.len()).is_ok_and(|count| count >= PAGE);
    let shown = Keys {
        p: &desk.page,
        d: desk.head(),
        lines: found.iter().map(|listed| line(&desk.page, listed, &authorities, now)).collect(),
        is_later: after.is_some(),
        next: found.last().filter(|_| full).map(|listed| listed.key.number.0),
    };
    desk.page.show_once(&shown)
}

#[derive(Template)]
#[template(path = "operations/key.html")]
struct KeyPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    line: Line,
}

/// One key, with the form that revokes it.
///
/// Articles: 6, 19
pub(crate) async fn key(
    State(site): State<Arc<Site>>,
    PathPart(asked): PathPart<u64>,
    desk: Desk,
) -> Result<Response, Problem> {
    let asked = number("number", asked)?;
    let before = asked.checked_sub(1).map(KeyNumber);
    let found = site.platform.keys(before, 1, &desk.caller()).await?;
    let listed =
        found.first().filter(|listed| listed.key.number.0 == asked).ok_or_else(Problem::not_found)?;
    let authorities = site.platform.authorities().await?;
    let line = line(&desk.page, listed, &authorities, site.platform.now());
    desk.page.show_once(&KeyPage { p: &desk.page, d: desk.head(), line })
}

#[derive(Debug, Deserialize)]
pub(crate) struct RevokeForm {
    #[serde(default)]
    reason: String,
}

/// Revokes a key, at once.
///
/// Articles: 6, 19
pub(crate) async fn revoke(
    State(site): State<Arc<Site>>,
    PathPart(asked): PathPart<u64>,
    DeskForm { desk, form }: DeskForm<RevokeForm>,
) -> Result<Response, Problem> {
    let key = KeyNumber(number("number", asked)?);
    if form.reason.trim().is_empty() {
        return Err(Problem::malformed("reason", "请写明撤销密钥的理由", "say why the key is revoked"));
    }
    site.platform.revoke_key(key, &form.reason, &desk.caller()).await?;
    Ok(to(&desk.page.href(&format!("/operations/keys/{asked}"))))
}

#[cfg(test)]
mod tests {
    use register::acts::information::access::{Key, KeyTerms};
    use register::caller::Person;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn a_key_says_for_whom_it_is_and_only_an_open_one_can_be_revoked() {
        let now = Instant::from_milliseconds(1_795_000_000_000);
        let key = |number: u64, expires: Option<Instant>, revoked: bool| ListedKey {
            key: Key {
                number: KeyNumber(number),
                secret_digest: "0a1b2c3d".to_owned(),
                label: samples::HARD_NAME.to_owned(),
                holder: samples::office(),
                terms: KeyTerms {
                    person: Some(Person {
                        account: "staff:1".to_owned(),
                        name: samples::HARD_NAME.to_owned(),
                        mandate: None,
                    }),
                    ..KeyTerms::default()
                },
                expires,
                revoked,
            },
            used: Some(now),
        };
        let all = [key(1, None, false), key(2, Some(now), false), key(3, None, true)];
        let authorities = samples::authorities();
        for page in samples::pages("/operations/keys") {
            let desk = Desk { page, session: samples::session(Holder::Operator, None) };
            let p = &desk.page;
            let lines = || all.iter().map(|listed| line(p, listed, &authorities, now));
            for (lines, next) in [(lines().collect(), Some(3)), (Vec::new(), None)] {
                let shown = Keys { p, d: desk.head(), lines, is_later: true, next };
                let html = shown.render().unwrap();
                samples::check(p, &html);
                assert!(!html.contains("0a1b2c3d"));
            }
            let forms = lines().map(|line| {
                let html = KeyPage { p, d: desk.head(), line }.render().unwrap();
                samples::check(p, &html);
                html.contains("name=\"reason\"")
            });
            assert_eq!(forms.collect::<Vec<_>>(), [true, false, false]);
        }
    }
}
