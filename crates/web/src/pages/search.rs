//! The search for organisations. There is no search for people: a name of a person finds nothing here.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::InformationClass;
use register::subject::SubjectKind;
use serde::Deserialize;
use service::publication::{SearchFilter, SearchPage};

use super::{Page, query_text};
use crate::extract::Query;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// How many results stand on a page.
const RESULTS_MAX: usize = 20;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    class: String,
    after: Option<String>,
}

impl Asked {
    /// Which organisations are wanted; a word that is none wants all of them.
    fn filter(&self) -> SearchFilter {
        SearchFilter {
            kind: SubjectKind::from_word(&self.kind).filter(|kind| !kind.is_human()),
            class: InformationClass::from_word(&self.class),
        }
    }
}

#[derive(Template)]
#[template(path = "search.html")]
struct Search<'a> {
    p: &'a Page,
    asked: &'a str,
    fault: Option<String>,
    results: Vec<Found>,
    kinds: Vec<Choice>,
    classes: Vec<Choice>,
    is_filtered: bool,
    is_later: bool,
    first: String,
    next: Option<String>,
}

struct Found {
    name: String,
    code: String,
    path: String,
    kind: String,
    is_adverse: bool,
}

/// A choice of a filter.
struct Choice {
    word: &'static str,
    title: String,
    chosen: bool,
}

impl<'a> Search<'a> {
    fn new(p: &'a Page, asked: &'a Asked, found: SearchPage) -> Self {
        let name = asked.name.trim();
        let filter = asked.filter();
        let mut first = format!("/search?name={}", query_text(name));
        let words = [
            ("kind", filter.kind.map(SubjectKind::word)),
            ("class", filter.class.map(InformationClass::word)),
        ];
        for (field, word) in words {
            if let Some(word) = word {
                first.push_str(&format!("&{field}={word}"));
            }
        }
        let kinds = [SubjectKind::LegalPerson, SubjectKind::UnincorporatedOrganisation].map(|kind| Choice {
            word: kind.word(),
            title: p.headed(p.of(&kind.term())),
            chosen: filter.kind == Some(kind),
        });
        let classes = InformationClass::ALL.map(|class| Choice {
            word: class.word(),
            title: p.headed(p.t(&format!("class-{}", class.word()))),
            chosen: filter.class == Some(class),
        });
        Self {
            p,
            asked: name,
            fault: None,
            results: found
                .results
                .into_iter()
                .map(|result| Found {
                    path: format!("/organisations/{}", result.code),
                    name: result.name,
                    code: result.code,
                    kind: p.of(&result.kind.term()).to_owned(),
                    is_adverse: result.classes.contains(&InformationClass::Untrustworthiness),
                })
                .collect(),
            kinds: kinds.into(),
            classes: classes.into(),
            is_filtered: filter != SearchFilter::default(),
            is_later: asked.after.is_some(),
            next: found.next.map(|next| format!("{first}&after={}", query_text(&next))),
            first,
        }
    }

    /// The page with nothing found yet, or with a word on what was asked.
    fn empty(p: &'a Page, asked: &'a Asked, fault: Option<String>) -> Self {
        Self { fault, ..Self::new(p, asked, SearchPage { results: Vec::new(), next: None }) }
    }
}

/// Organisations by their full code or a part of their name; never persons or individual businesses.
///
/// Articles: 13, 35
pub(crate) async fn search(
    State(site): State<Arc<Site>>,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let text = asked.name.trim();
    if text.is_empty() {
        return page.show(&Search::empty(&page, &asked, None));
    }
    if text.chars().count() > 100 {
        return page.show(&Search::empty(&page, &asked, Some(page.t("search-fault-long").to_owned())));
    }
    match site
        .platform
        .search_organisations(text, asked.filter(), asked.after.as_deref(), RESULTS_MAX)
        .await
        .map_err(Problem::from)
    {
        Ok(found) => page.show(&Search::new(&page, &asked, found)),
        Err(problem) if matches!(problem.kind, ProblemKind::Malformed | ProblemKind::ContentRefused) => {
            page.show(&Search::empty(&page, &asked, Some(page.t("search-fault-short").to_owned())))
        }
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use service::publication::OrganisationHit;

    use super::*;
    use crate::pages::samples;

    fn asked(name: &str, after: Option<&str>) -> Asked {
        let class = "untrustworthiness".to_owned();
        Asked { name: name.to_owned(), kind: "all".to_owned(), class, after: after.map(str::to_owned) }
    }

    #[test]
    fn hard_names_are_shown_as_text_and_lead_to_their_page() {
        let result = || OrganisationHit {
            name: samples::HARD_NAME.to_owned(),
            code: "911100001000054748".to_owned(),
            kind: SubjectKind::LegalPerson,
            classes: InformationClass::ALL.into(),
        };
        for page in samples::pages("/search") {
            let asked = asked("\"><script>", Some("x"));
            let found = SearchPage {
                results: (0..RESULTS_MAX).map(|_| result()).collect(),
                next: Some("a&b".to_owned()),
            };
            let html = Search::new(&page, &asked, found).render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains("㐀𠮷𡈽") && html.contains("&#60;b&#62;"));
            assert!(html.contains(&page.href("/organisations/911100001000054748")));
            assert!(html.contains("name=%22%3E%3Cscript%3E&#38;class=untrustworthiness&#38;after=a%26b"));
        }
    }

    #[test]
    fn a_search_without_result_says_that_people_are_not_searched() {
        for page in samples::pages("/search") {
            let asked = asked("张三", None);
            let html = Search::empty(&page, &asked, None).render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains(page.t("search-none-people")));
        }
    }
}
