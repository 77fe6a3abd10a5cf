//! The catalogue as a document that one can read: every item with every element of Article 11.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::InformationClass;
use register::authority::{Authority, AuthorityCode, Duty};
use register::catalogue::{Catalogue, CatalogueItem, CompiledItem, DisplayPeriod, ItemCode, Sharing};
use register::ruling::Bilingual;

use super::Page;
use super::record::severity_key;
use crate::extract::PathPart;
use crate::language::Language;
use crate::problem::Problem;
use crate::site::Site;

#[derive(Template)]
#[template(path = "catalogue.html")]
struct CataloguePage<'a> {
    p: &'a Page,
    edition: &'a str,
    title: &'a str,
    approval: &'a str,
    classes: Vec<ClassView>,
}

struct ClassView {
    anchor: String,
    title: String,
    items: Vec<ItemLine>,
}

struct ItemLine {
    path: String,
    name: String,
    providers: String,
    subjects: String,
    disclosure: String,
    display: String,
}

impl<'a> CataloguePage<'a> {
    fn new(p: &'a Page, catalogue: &'a Catalogue, authorities: &[Authority]) -> Self {
        let class = |class: InformationClass| ClassView {
            anchor: word(class),
            title: p.t(&format!("class-{}", word(class))).to_owned(),
            items: catalogue
                .items()
                .iter()
                .filter(|item| item.item.class == class)
                .map(|CompiledItem { item, .. }| ItemLine {
                    path: format!("/catalogue/{}", item.code),
                    name: p.of(&item.name).to_owned(),
                    providers: providers(p, item, authorities),
                    subjects: joined(p, item.subject_kinds.iter().map(|kind| p.of(&kind.term()).to_owned())),
                    disclosure: p.t(&format!("disclosure-{}", word(item.disclosure))).to_owned(),
                    display: display_period(p, item).join(" "),
                })
                .collect(),
        };
        Self {
            p,
            edition: &catalogue.edition,
            title: p.of(&catalogue.title),
            approval: p.of(&catalogue.approval),
            classes: InformationClass::ALL
                .into_iter()
                .map(class)
                .filter(|class| !class.items.is_empty())
                .collect(),
        }
    }
}

/// The catalogue in force.
///
/// Articles: 10, 11, 12
pub(crate) async fn catalogue(State(site): State<Arc<Site>>, page: Page) -> Result<Response, Problem> {
    let catalogue = site.platform.catalogue().await?;
    let authorities = site.platform.authorities().await?;
    page.show(&CataloguePage::new(&page, &catalogue, &authorities))
}

#[derive(Template)]
#[template(path = "item.html")]
struct ItemPage<'a> {
    p: &'a Page,
    code: &'a str,
    name: &'a str,
    names: &'a Bilingual,
    elements: Vec<Element<'a>>,
    fields: Vec<FieldRow<'a>>,
}

struct Element<'a> {
    label: &'a str,
    lines: Vec<String>,
}

struct FieldRow<'a> {
    name: &'a str,
    chinese_name: &'a str,
    code: &'a str,
    form: &'a str,
    required: bool,
    public: bool,
    personal: bool,
}

impl<'a> ItemPage<'a> {
    fn new(p: &'a Page, compiled: &'a CompiledItem, authorities: &[Authority]) -> Self {
        let fields = compiled.format.fields().iter().map(|field| FieldRow {
            name: &field.name,
            chinese_name: &field.chinese_name,
            code: field.annotation.code.as_deref().unwrap_or("—"),
            form: form_words(p, &field.annotation.form),
            required: field.required,
            public: field.annotation.public,
            personal: field.annotation.personal,
        });
        let item = &compiled.item;
        Self {
            p,
            code: &item.code.0,
            name: p.of(&item.name),
            names: &item.name,
            elements: elements(p, item, authorities),
            fields: fields.collect(),
        }
    }
}

fn form_words<'a>(p: &'a Page, form: &register::format::Form) -> &'a str {
    use register::format::Form;
    match form {
        Form::Text => p.t("form-text"),
        Form::Day => p.t("form-day"),
        Form::TenThousandYuan => p.t("form-ten_thousand_yuan"),
        Form::Yuan => p.t("form-yuan"),
        Form::Integer => p.t("form-integer"),
        Form::List => p.t("form-list"),
    }
}

/// The elements of Article 11 in its order, the data format excepted, which stands below as a table; then what our
/// catalogue fixes beside them.
///
/// Articles: 11, 12, 15, 36
fn elements<'a>(p: &'a Page, item: &CatalogueItem, authorities: &[Authority]) -> Vec<Element<'a>> {
    let element = |label: &'static str, lines: Vec<String>| Element { label: p.t(label), lines };
    let one = |text: &str| vec![text.to_owned()];
    let providers = item.providers.iter().map(|code| authority_name(p, authorities, code)).collect();
    let usage = match item.sharing {
        Sharing::Unconditional => one(p.t("item-all-duties")),
        Sharing::Conditional if item.usage.duties.is_empty() => one(p.t("item-no-duty")),
        Sharing::Conditional => duties(p, &item.usage.duties),
        Sharing::NotShared => one(p.t("item-filing-office-only")),
    };
    let unmasked = match item.usage.unmasked_duties.as_slice() {
        [] => one(p.t("item-none")),
        named => duties(p, named),
    };
    let mut elements = vec![
        element("item-providers", providers),
        element("item-disclosure", one(p.t(&format!("disclosure-{}", word(item.disclosure))))),
        element("item-display", display_period(p, item)),
        element("item-sharing", one(p.t(&format!("sharing-{}", word(item.sharing))))),
        element("item-usage", usage),
        element("item-unmasked", unmasked),
        element("item-update", vec![p.count("item-update-days", u64::from(item.update_period_working_days))]),
        element("item-class", one(p.t(&format!("class-{}", word(item.class))))),
        element("item-national-kind", one(p.of(&item.national_kind))),
        element(
            "item-subjects",
            item.subject_kinds.iter().map(|kind| p.of(&kind.term()).to_owned()).collect(),
        ),
        element("item-bases", item.bases.iter().map(|basis| p.of(&basis.name).to_owned()).collect()),
    ];
    if let Some(rule) = &item.severity {
        let otherwise = p.t(severity_key(rule.otherwise));
        elements.push(element("item-severity", vec![format!("{} ({otherwise})", p.of(&rule.standard))]));
    }
    elements.push(element("item-withdrawable", one(p.yes(item.withdrawable))));
    elements
}

/// One item of the catalogue with every element of Article 11.
///
/// Articles: 11
pub(crate) async fn item(
    State(site): State<Arc<Site>>,
    PathPart(code): PathPart<String>,
    page: Page,
) -> Result<Response, Problem> {
    let catalogue = site.platform.catalogue().await?;
    let authorities = site.platform.authorities().await?;
    let item = catalogue.item(&ItemCode(code)).ok_or(Problem::not_found())?;
    page.show(&ItemPage::new(&page, item, &authorities))
}

/// The providing units in one line: the first of them where there are many, all of them on the item's own page.
fn providers(p: &Page, item: &CatalogueItem, authorities: &[Authority]) -> String {
    let mut names = item.providers.iter().map(|code| authority_name(p, authorities, code));
    match (names.len(), names.next()) {
        (4.., Some(first)) => {
            let others = u64::try_from(names.len()).unwrap_or(u64::MAX);
            format!("{first}{}", p.count("item-providers-others", others))
        }
        (_, Some(first)) => joined(p, std::iter::once(first).chain(names)),
        (_, None) => p.t("item-none").to_owned(),
    }
}

/// How long records of the item are displayed, in words.
///
/// Articles: 15
fn display_period(p: &Page, item: &CatalogueItem) -> Vec<String> {
    match &item.display_period {
        DisplayPeriod::ByLaw if item.class == InformationClass::Untrustworthiness => {
            vec![p.t("display-by-severity").to_owned()]
        }
        DisplayPeriod::ByLaw => vec![p.t("display-long-term").to_owned()],
        DisplayPeriod::AtMostMonths(months) => vec![p.count("display-at-most", u64::from(*months))],
        DisplayPeriod::Extended { months, basis } => {
            vec![p.count("display-extended", u64::from(*months)), p.of(&basis.name).to_owned()]
        }
    }
}

fn duties(p: &Page, duties: &[Duty]) -> Vec<String> {
    let citation = |duty: &Duty| p.language.citation(&law::Citation::article(20).item(duty.number()));
    duties.iter().map(|duty| format!("{} {}", citation(duty), p.of(&duty.title()))).collect()
}

fn authority_name(p: &Page, authorities: &[Authority], code: &AuthorityCode) -> String {
    let found = authorities.iter().find(|authority| authority.code == *code);
    found.map_or_else(|| code.0.clone(), |authority| p.of(&authority.name).to_owned())
}

fn joined(p: &Page, parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(if p.language == Language::Chinese { "、" } else { ", " })
}

/// The stable word of a value, as it stands in files and answers.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn the_catalogue_lists_every_item() {
        let (catalogue, authorities) = (samples::catalogue(), samples::authorities());
        for page in samples::pages("/catalogue") {
            let html = CataloguePage::new(&page, &catalogue, &authorities).render().unwrap();
            samples::check(&page, &html);
            for item in catalogue.items() {
                assert!(html.contains(&page.href(&format!("/catalogue/{}", item.item.code))));
            }
        }
    }

    #[test]
    fn article_11_an_item_shows_every_element() {
        let (catalogue, authorities) = (samples::catalogue(), samples::authorities());
        for item in catalogue.items() {
            for page in samples::pages("/catalogue/x") {
                let html = ItemPage::new(&page, item, &authorities).render().unwrap();
                samples::check(&page, &html);
                for element in [
                    "item-name",
                    "item-providers",
                    "item-disclosure",
                    "item-display",
                    "item-sharing",
                    "item-usage",
                    "item-format",
                    "item-update",
                ] {
                    assert!(html.contains(page.t(element)), "{element}");
                }
                assert!(
                    !html.contains("class-") && !html.contains("sharing-") && !html.contains("disclosure-")
                );
                for field in item.format.fields() {
                    assert!(html.contains(&field.name));
                }
            }
        }
    }
}
