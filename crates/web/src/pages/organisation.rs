//! An organisation's page: what is proactively disclosed about it today, and until which day.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::{Citation, Day, InformationClass};
use register::rules::display_period::Display;
use register::ruling::{Bilingual, Ground};
use register::view::RecordView;
use service::ServiceError;
use service::publication::PublicOrganisation;

use super::Page;
use super::record::{Around, RecordCard};
use crate::edge::revalidated_as;
use crate::extract::PathPart;
use crate::kept::{Drawn, DrawnFrom};
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationPage<'a> {
    p: &'a Page,
    name: &'a str,
    code: &'a str,
    kind: String,
    as_of: Day,
    law: &'a [String],
    catalogue: String,
    sections: Vec<Section<'a>>,
    timeline: Vec<Moment<'a>>,
    timeline_open: bool,
}

/// What happened or is to happen on a day.
struct Moment<'a> {
    day: Day,
    what: &'a str,
    item: String,
    record: u64,
    document: String,
    class: &'static str,
}

/// Up to so many moments the timeline stands open.
const MOMENTS_OPEN_MAX: usize = 12;

struct Section<'a> {
    anchor: &'static str,
    title: &'a str,
    note: &'a str,
    none: &'a str,
    total: u64,
    groups: Vec<Group>,
    /// Whether many records of an item are folded: permits of many years are not what a page is read for. What is adverse never is.
    is_folded: bool,
}

/// So many records of an item stand open.
const RECORDS_OPEN_MAX: usize = 3;

/// The records of one item.
struct Group {
    item_name: String,
    item_path: String,
    records: Vec<RecordCard>,
}

impl<'a> OrganisationPage<'a> {
    fn new(p: &'a Page, organisation: &'a PublicOrganisation, around: Around<'_>) -> Self {
        let section = |class, anchor, title, note, none| {
            let records: Vec<&RecordView> =
                organisation.records.iter().filter(|record| record.class == class).collect();
            Section {
                anchor,
                title: p.t(title),
                note: p.t(note),
                none: p.t(none),
                total: u64::try_from(records.len()).unwrap_or(u64::MAX),
                groups: groups(p, records, around),
                is_folded: class != InformationClass::Untrustworthiness,
            }
        };
        let timeline = timeline(p, organisation);
        Self {
            p,
            timeline_open: timeline.len() <= MOMENTS_OPEN_MAX,
            timeline,
            name: organisation.name.as_deref().unwrap_or(&organisation.code),
            code: &organisation.code,
            kind: p.of(&organisation.kind.term()).to_owned(),
            as_of: organisation.as_of,
            law: &organisation.law,
            catalogue: organisation.catalogue.clone(),
            sections: vec![
                section(
                    InformationClass::Untrustworthiness,
                    "untrustworthiness",
                    "organisation-untrustworthiness",
                    "organisation-untrustworthiness-note",
                    "organisation-untrustworthiness-none",
                ),
                section(
                    InformationClass::Basic,
                    "basic",
                    "organisation-basic",
                    "organisation-basic-note",
                    "organisation-basic-none",
                ),
                section(
                    InformationClass::Other,
                    "other",
                    "organisation-other",
                    "organisation-other-note",
                    "organisation-other-none",
                ),
            ],
        }
    }
}

/// When each record was decided, and when each leaves display, the latest first.
///
/// Articles: 15
fn timeline<'a>(p: &'a Page, organisation: &PublicOrganisation) -> Vec<Moment<'a>> {
    let mut moments = Vec::with_capacity(organisation.records.len() * 2);
    for record in &organisation.records {
        let is_adverse = record.class == InformationClass::Untrustworthiness;
        let moment = |day, key, class| Moment {
            day,
            what: p.t(key),
            item: p.of(&record.item_name).to_owned(),
            record: record.record.0,
            document: record.document_number.clone(),
            class,
        };
        let class = if is_adverse { "adverse" } else { "" };
        moments.push(moment(record.finding_day, "timeline-found", class));
        if let Display::Until { last_day, .. } = &record.display {
            moments.push(moment(*last_day, "timeline-last-day", "to-come"));
        }
    }
    moments.sort_by_key(|moment| std::cmp::Reverse((moment.day, moment.record)));
    moments
}

/// Records by item, in the order in which the items first come; within an item the newest finding first.
fn groups(p: &Page, mut records: Vec<&RecordView>, around: Around<'_>) -> Vec<Group> {
    records.sort_by_key(|record| std::cmp::Reverse((record.finding_day, record.record)));
    let mut groups: Vec<(String, Group)> = Vec::new();
    for record in records {
        let card = RecordCard::new(p, record, around);
        match groups.iter_mut().find(|(code, _)| *code == record.item.0) {
            Some((_, group)) => group.records.push(card),
            None => groups.push((
                record.item.0.clone(),
                Group {
                    item_name: p.of(&record.item_name).to_owned(),
                    item_path: format!("/catalogue/{}", record.item.0),
                    records: vec![card],
                },
            )),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Nothing is disclosed under a code. The words are the same for every code, so that none of them is told from another.
///
/// Articles: 35
fn not_here(error: ServiceError) -> Problem {
    if !matches!(error, ServiceError::NotFound { .. }) {
        return error.into();
    }
    let here = Bilingual::new(
        "这里只公示企业和组织；个人和个体工商户的信息不公示",
        "only organisations are disclosed here; persons and individual businesses are not",
    );
    let remedy = Bilingual::new(
        "核对全部18位代码；关于您本人的信息，请登录后在“我的信用”中查看",
        "compare all 18 characters; what is held about yourself you read under “My credit” when signed in",
    );
    let ground = Ground::new("not_disclosed_here", Citation::article(35), here).remedy(remedy);
    Problem {
        grounds: vec![ground],
        ..Problem::not_found().detail("没有公示中的这一代码", "nothing is disclosed under this code")
    }
}

/// What is proactively disclosed about an organisation; a code of a human being finds the same nothing as an unknown one.
///
/// Articles: 12, 13, 15, 36, 37, 38
pub(crate) async fn organisation(
    State(site): State<Arc<Site>>,
    PathPart(code): PathPart<String>,
    page: Page,
) -> Result<Response, Problem> {
    let document = site.platform.organisation_document(&code).await.map_err(not_here)?;
    let from =
        DrawnFrom { data: document.digest, authorities: document.authorities, language: page.language };
    // An address with a query is a page of its own: its link to the other language has the query too.
    // So is one that spells the code in another way: the link would spell it so for everyone.
    let is_spelled =
        code.len() == 18 && code.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let is_plain = is_spelled && page.path == format!("/organisations/{code}");
    let kept = if is_plain { site.kept.get(&from) } else { None };
    let drawn = match kept {
        Some(drawn) => drawn,
        None => {
            let organisation: PublicOrganisation =
                serde_json::from_slice(&document.bytes).map_err(|error| {
                    tracing::error!(%error, "public data that were written down cannot be read");
                    Problem::new(ProblemKind::Internal)
                })?;
            let authorities = site.platform.authorities().await?;
            let catalogue = site.platform.catalogue().await?;
            let (catalogue, today) = (Some(&*catalogue), organisation.as_of);
            let around = Around { catalogue, authorities: &authorities, today };
            let drawn = Drawn::new(page.draw(&OrganisationPage::new(&page, &organisation, around))?);
            if is_plain {
                site.kept.keep(from, &drawn);
            }
            drawn
        }
    };
    Ok(revalidated_as(&page.asked, "text/html; charset=utf-8", drawn.html, &drawn.digest))
}

#[cfg(test)]
mod tests {
    use law::InformationClass::{Basic, Other, Untrustworthiness};
    use register::subject::SubjectKind;

    use super::*;
    use crate::pages::samples;

    fn organisation(records: Vec<RecordView>) -> PublicOrganisation {
        PublicOrganisation {
            code: "911100001000054748".to_owned(),
            kind: SubjectKind::LegalPerson,
            name: Some(samples::HARD_NAME.to_owned()),
            as_of: Day::new(2026, 11, 23).unwrap(),
            law: vec!["beijing-social-credit@2016-01-01 (assumed)".to_owned()],
            catalogue: "beijing-demo-2026".to_owned(),
            records,
        }
    }

    fn rendered(page: &Page, organisation: &PublicOrganisation) -> String {
        let (catalogue, authorities) = (samples::catalogue(), samples::authorities());
        let around =
            Around { catalogue: Some(&catalogue), authorities: &authorities, today: organisation.as_of };
        let html = OrganisationPage::new(page, organisation, around).render().unwrap();
        samples::check(page, &html);
        html
    }

    #[test]
    fn three_hundred_records_with_hard_content_stand_on_one_page() {
        let records = (0..300)
            .map(|number| samples::record(number, [Basic, Untrustworthiness, Other][number as usize % 3]));
        let organisation = organisation(records.collect());
        for page in samples::pages("/organisations/911100001000054748") {
            let html = rendered(&page, &organisation);
            assert_eq!(html.matches("class=\"record\"").count(), 300);
            assert!(html.contains("㐀𠮷𡈽") && html.contains("شركة") && !html.contains("<b>"));
        }
    }

    #[test]
    fn article_15_each_penalty_states_the_day_on_which_it_disappears() {
        let organisation = organisation(vec![samples::record(2, Untrustworthiness)]);
        for page in samples::pages("/organisations/911100001000054748") {
            let html = rendered(&page, &organisation);
            let (words, link) = match page.language {
                crate::language::Language::Chinese => (
                    "公示至2027年5月10日（含当日），还有168天",
                    "<a class=\"citation\" href=\"/law/15\">第十五条</a>",
                ),
                crate::language::Language::English => (
                    "Displayed up to and including 10 May 2027, 168 days left",
                    "<a class=\"citation\" href=\"/en/law/15\">Article 15</a>",
                ),
            };
            assert!(html.contains(words) && html.contains(link));
            // In the timeline the last day comes before what is past.
            let last_day = html.find("class=\"to-come\"").unwrap();
            assert!(last_day < html.find("<li class=\"adverse\">").unwrap());
        }
    }

    #[test]
    fn an_organisation_with_nothing_on_display_says_so() {
        let organisation = organisation(Vec::new());
        for page in samples::pages("/organisations/911100001000054748") {
            let html = rendered(&page, &organisation);
            assert_eq!(html.matches("class=\"notice\"").count(), 3);
            assert!(html.contains(page.t("organisation-untrustworthiness-none")));
        }
    }
}
