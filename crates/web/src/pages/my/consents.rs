//! Consents: to whom I gave one, at which items, for what, until when; giving one and taking it back (Article 35).

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::{Citation, Day};
use register::acts::rights::consent::ConsentNumber;
use register::catalogue::{Disclosure, ItemCode};
use register::ruling::Bilingual;
use serde::Deserialize;
use service::ServiceError;
use service::inquiry::{Answer, ConsentView};
use service::own::OwnLog;
use service::rights::ConsentRequest;

use super::{Confirm, Confirmed, DoneQuery, Known, inquire, receipt_href};
use crate::extract::{PathPart, Query, number};
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskForm, DeskHead, faulty, to};
use crate::problem::Problem;
use crate::site::Site;

/// What stands before the code of an item in the name of its box.
const ITEM: &str = "item-";

/// A consent in words.
pub(crate) struct ConsentLine {
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) grantee: String,
    pub(crate) items: Vec<String>,
    pub(crate) purpose: String,
    pub(crate) until: String,
    pub(crate) uses: String,
    pub(crate) state: String,
    pub(crate) is_open: bool,
    /// The receipt of the entry that took it back.
    pub(crate) revoked: Option<(u64, String)>,
}

impl ConsentLine {
    /// Draws a consent.
    ///
    /// Articles: 35
    pub(crate) fn new(p: &Page, consent: &ConsentView, known: &Known) -> Self {
        let state = match consent {
            ConsentView { revoked: Some(_), .. } => "my-consent-revoked",
            ConsentView { last_day, .. } if *last_day < known.today => "my-consent-expired",
            ConsentView { uses_left: Some(0), .. } => "my-consent-used-up",
            _ => "my-consent-open",
        };
        Self {
            number: consent.consent.0,
            title: p.count("my-consent-number", consent.consent.0),
            grantee: consent.grantee.clone(),
            items: consent.items.iter().map(|item| known.item(p, &ItemCode(item.clone()))).collect(),
            purpose: consent.purpose.clone(),
            until: p.day(consent.last_day),
            uses: consent.uses_left.map_or_else(
                || p.t("my-consent-uses-unlimited").to_owned(),
                |uses| p.number(u64::from(uses)),
            ),
            state: p.t(state).to_owned(),
            is_open: state == "my-consent-open",
            revoked: consent.revoked.map(|entry| (entry.0, receipt_href(p, entry.0))),
        }
    }
}

#[derive(Template)]
#[template(path = "my/consents.html")]
struct ConsentsPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    consents: Vec<ConsentLine>,
    done: Option<(String, String)>,
    entry: u64,
    entry_href: String,
}

impl<'a> ConsentsPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, answer: &Answer, known: &Known, done: Option<u64>) -> Self {
        let given = answer.consents.as_deref().unwrap_or_default();
        // Only what the consents and the history tell was done is said to be done, whatever the address says.
        let done = done
            .filter(|done| {
                let taken_back =
                    given.iter().any(|consent| consent.revoked.is_some_and(|entry| entry.0 == *done));
                let consented = answer.history.iter().flatten();
                taken_back
                    || consented
                        .into_iter()
                        .any(|line| line.entry.0 == *done && line.kind == "consent_granted")
            })
            .map(|done| (p.count("my-done-receipt", done), receipt_href(p, done)));
        Self {
            consents: given.iter().rev().map(|consent| ConsentLine::new(p, consent, known)).collect(),
            done,
            entry: answer.entry.0,
            entry_href: receipt_href(p, answer.entry.0),
            p,
            d,
        }
    }
}

/// The consents that I gave.
///
/// Articles: 35
pub(crate) async fn consents(
    State(site): State<Arc<Site>>,
    Query(query): Query<DoneQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let (answer, known) = inquire(&site, &desk, OwnLog::History, None).await?;
    desk.page.show_once(&ConsentsPage::new(&desk.page, desk.head(), &answer, &known, query.entry))
}

// --- taking one back -----------------------------------------------------------------------------------------------------------

/// Asks whether a consent is to be taken back.
///
/// Articles: 35
pub(crate) async fn ask_revocation(
    State(site): State<Arc<Site>>,
    PathPart(consent): PathPart<u64>,
    desk: Desk,
) -> Result<Response, Problem> {
    let (answer, known) = inquire(&site, &desk, OwnLog::History, None).await?;
    let found = answer.consents.iter().flatten().find(|given| given.consent.0 == consent);
    let p = &desk.page;
    let line = ConsentLine::new(p, found.ok_or_else(Problem::not_found)?, &known);
    let back = p.href("/my/consents");
    p.show_once(&Confirm {
        p,
        d: desk.head(),
        title: p.t("my-confirm-revoke"),
        lead: p.t("my-confirm-revoke-lead"),
        article: p.cite(&Citation::article(35)),
        about: vec![
            (p.t("my-consent-grantee"), line.grantee),
            (p.t("my-consent-items"), line.items.join(p.t("my-sees-duty-separator"))),
            (p.t("my-consent-purpose"), line.purpose),
            (p.t("my-consent-until"), line.until),
        ],
        action: format!("{back}/{consent}/revocation"),
        button: p.t("my-consent-take-back"),
        back,
    })
}

/// Takes a consent back.
///
/// Articles: 35
pub(crate) async fn revoke(
    State(site): State<Arc<Site>>,
    PathPart(consent): PathPart<u64>,
    DeskForm { desk, form: Confirmed {} }: DeskForm<Confirmed>,
) -> Result<Response, Problem> {
    let consent = ConsentNumber(number("consent", consent)?);
    let done = site.platform.revoke_consent(consent, &desk.caller()).await?;
    Ok(to(&format!("{}?entry={}", desk.page.href("/my/consents"), done.entry.0)))
}

// --- giving one ----------------------------------------------------------------------------------------------------------------

/// What someone wrote into the form; a box that was left empty is not there.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ConsentForm {
    #[serde(default)]
    grantee_name: String,
    #[serde(default)]
    grantee_identifier: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    last_day: String,
    #[serde(default)]
    uses: String,
    /// The boxes of the items.
    #[serde(flatten)]
    items: BTreeMap<String, String>,
}

/// The fields of the form, in their order.
const FIELDS: [&str; 6] = ["grantee_name", "grantee_identifier", "items", "purpose", "last_day", "uses"];

impl ConsentForm {
    fn has(&self, item: &ItemCode) -> bool {
        self.items.contains_key(&format!("{ITEM}{}", item.0))
    }

    /// The request that was written, or the fields that are wrong with the keys of what is to be said.
    fn request(&self) -> Result<ConsentRequest, Vec<(&'static str, &'static str)>> {
        let mut faults = Vec::new();
        let mut text = |written: &str, most: usize, field, fault| {
            let written = written.trim();
            if written.is_empty() || written.chars().count() > most {
                faults.push((field, fault));
            }
            written.to_owned()
        };
        let grantee_name = text(&self.grantee_name, 200, "grantee_name", "my-consent-form-fault-name");
        let grantee_identifier =
            text(&self.grantee_identifier, 64, "grantee_identifier", "my-consent-form-fault-code");
        let items: Vec<ItemCode> = self
            .items
            .keys()
            .filter_map(|name| Some(ItemCode(name.strip_prefix(ITEM)?.to_owned())))
            .collect();
        let purpose = text(&self.purpose, 500, "purpose", "my-consent-form-fault-purpose");
        if items.is_empty() {
            faults.push(("items", "my-consent-form-items-hint"));
        }
        let last_day = self.last_day.trim().parse::<Day>().ok();
        if last_day.is_none() {
            faults.push(("last_day", "my-consent-form-fault-day"));
        }
        let uses = match self.uses.trim() {
            "" => Some(None),
            written => written.parse::<u32>().ok().filter(|uses| *uses > 0).map(Some),
        };
        if uses.is_none() {
            faults.push(("uses", "my-consent-form-fault-uses"));
        }
        match (last_day, uses) {
            (Some(last_day), Some(uses)) if faults.is_empty() => {
                Ok(ConsentRequest { grantee_name, grantee_identifier, items, purpose, last_day, uses })
            }
            _ => Err(faults),
        }
    }
}

#[derive(Template)]
#[template(path = "my/consent_form.html")]
struct ConsentFormPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    form: &'a ConsentForm,
    items: Vec<ItemBox>,
    /// The fields that are wrong, and what is said of each.
    faults: Vec<(&'static str, String)>,
    today: Day,
}

/// An item that a consent may open.
struct ItemBox {
    code: String,
    name: String,
    is_chosen: bool,
}

impl<'a> ConsentFormPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        form: &'a ConsentForm,
        known: &Known,
        mut faults: Vec<(&'static str, String)>,
    ) -> Self {
        faults.sort_by_key(|(field, _)| FIELDS.iter().position(|known| known == field));
        // What no consent opens is not offered.
        let opened =
            known.catalogue.items().iter().filter(|item| item.item.disclosure != Disclosure::NotDisclosed);
        let items = opened.map(|item| ItemBox {
            code: item.item.code.0.clone(),
            name: p.of(&item.item.name).to_owned(),
            is_chosen: form.has(&item.item.code),
        });
        Self { p, d, form, items: items.collect(), faults, today: known.today }
    }

    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|(wrong, _)| *wrong == field).map(|(_, said)| said.as_str())
    }
}

/// Where a consent is given.
///
/// Articles: 35
pub(crate) async fn form(State(site): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    let known = Known::read(&site).await?;
    let empty = ConsentForm::default();
    desk.page.show_once(&ConsentFormPage::new(&desk.page, desk.head(), &empty, &known, Vec::new()))
}

/// Gives a consent; a form that is not in order comes back with what is wrong with it.
///
/// Articles: 35
pub(crate) async fn give(
    State(site): State<Arc<Site>>,
    DeskForm { desk, form }: DeskForm<ConsentForm>,
) -> Result<Response, Problem> {
    let p = &desk.page;
    let faults = match form.request() {
        Ok(request) => match site.platform.grant_consent(request, &desk.caller()).await {
            Ok(given) => {
                return Ok(to(&format!("{}?entry={}", p.href("/my/consents"), given.done.entry.0)));
            }
            Err(error) => said(p, error)?,
        },
        Err(faults) => faults.into_iter().map(|(field, key)| (field, p.t(key).to_owned())).collect(),
    };
    let known = Known::read(&site).await?;
    faulty(p.show_once(&ConsentFormPage::new(p, desk.head(), &form, &known, faults)))
}

/// What the law or the reading of an identifier said against it, by field; anything else is a problem of its own.
fn said(p: &Page, error: ServiceError) -> Result<Vec<(&'static str, String)>, Problem> {
    let field_of = |named: Option<&str>| match named {
        Some("identifier") => Some("grantee_identifier"),
        Some(named) => FIELDS.into_iter().find(|field| *field == named),
        None => None,
    };
    let problem = Problem::from(error);
    let sentence = |text: &Bilingual, remedy: Option<&Bilingual>| match remedy {
        Some(remedy) => format!("{} {}", p.of(text), p.of(remedy)),
        None => p.of(text).to_owned(),
    };
    let mut faults = Vec::new();
    for ground in &problem.grounds {
        let Some(field) = field_of(ground.field.as_deref()) else { return Err(problem) };
        faults.push((field, sentence(&ground.reason, ground.remedy.as_ref())));
    }
    if let (true, Some(field), Some(detail)) =
        (faults.is_empty(), field_of(problem.field.as_deref()), &problem.detail)
    {
        faults.push((field, sentence(detail, None)));
    }
    if faults.is_empty() { Err(problem) } else { Ok(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::my::examples;
    use crate::pages::samples;

    #[test]
    fn article_35_each_consent_names_holder_items_purpose_day_and_uses() {
        let mut answer = examples::answer(2);
        answer.consents = Some(examples::consents());
        for page in samples::pages("/my/consents") {
            let session = samples::session(samples::subject(), None);
            let head = DeskHead::new(&page, &session);
            let known = examples::known();
            let html = ConsentsPage::new(&page, head, &answer, &known, Some(77)).render().unwrap();
            samples::check(&page, &html);
            for key in ["my-consent-open", "my-consent-revoked", "my-consent-expired", "my-consent-used-up"] {
                assert!(html.contains(page.t(key)), "{key}");
            }
            assert!(html.contains("㐀𠮷𡈽") && !html.contains("<b>") && html.contains(page.t("my-done")));
            assert_eq!(html.matches("/revocation\"").count(), 1, "only what is open is taken back");
            answer.consents = Some(examples::consents());
        }
        answer.consents = Some(Vec::new());
        for page in samples::pages("/my/consents") {
            let session = samples::session(samples::subject(), None);
            let head = DeskHead::new(&page, &session);
            let html = ConsentsPage::new(&page, head, &answer, &examples::known(), None).render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains(page.t("my-consents-none")));
        }
    }

    #[test]
    fn a_form_that_is_not_in_order_comes_back_with_what_was_written_and_what_is_wrong() {
        let form = ConsentForm {
            grantee_name: samples::HARD_NAME.to_owned(),
            last_day: "31.1.2027".to_owned(),
            uses: "0".to_owned(),
            items: BTreeMap::from([("item-administrative-penalty".to_owned(), "on".to_owned())]),
            ..ConsentForm::default()
        };
        let faults = form.request().unwrap_err();
        assert_eq!(
            faults.iter().map(|(field, _)| *field).collect::<Vec<_>>(),
            ["grantee_identifier", "purpose", "last_day", "uses"]
        );
        for page in samples::pages("/my/consents/new") {
            let session = samples::session(samples::subject(), None);
            let head = DeskHead::new(&page, &session);
            let said = faults.iter().map(|(field, key)| (*field, page.t(key).to_owned())).collect();
            let html = ConsentFormPage::new(&page, head, &form, &examples::known(), said).render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains("31.1.2027") && html.contains(page.t("my-consent-form-fault-uses")));
            assert_eq!(html.matches(" checked").count(), 1);
            assert_eq!(html.matches("aria-invalid=\"true\"").count(), 4);
        }
    }

    #[test]
    fn a_form_in_order_asks_for_what_was_written() {
        let form = ConsentForm {
            grantee_name: " 北京示例银行 ".to_owned(),
            grantee_identifier: "911100001000054748".to_owned(),
            purpose: "贷款".to_owned(),
            last_day: "2027-01-31".to_owned(),
            uses: String::new(),
            items: BTreeMap::from([
                ("item-a".to_owned(), "on".to_owned()),
                ("other".to_owned(), "x".to_owned()),
            ]),
        };
        let request = form.request().unwrap();
        assert_eq!((request.grantee_name.as_str(), request.uses), ("北京示例银行", None));
        assert_eq!(request.items, [ItemCode("a".to_owned())]);
    }
}
