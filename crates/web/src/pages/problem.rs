//! Problems as pages: what happened, what it means, what to do, and the article where the law refused.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::{Cited, Page};
use crate::extract::PathPart;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    p: &'a Page,
    status: u16,
    title: String,
    meaning: String,
    remedy: String,
    detail: Option<&'a str>,
    grounds: Vec<GroundView<'a>>,
    other_title: String,
    other_meaning: String,
    other_remedy: String,
    other_detail: Option<&'a str>,
}

struct GroundView<'a> {
    reason: &'a str,
    remedy: Option<&'a str>,
    article: Cited,
}

impl<'a> ProblemPage<'a> {
    fn new(p: &'a Page, problem: &'a Problem) -> Self {
        let (language, other) = (p.language, p.language.other());
        let kind = problem.kind;
        let grounds = problem.grounds.iter().map(|ground| GroundView {
            reason: language.of(&ground.reason),
            remedy: ground.remedy.as_ref().map(|remedy| language.of(remedy)),
            article: p.cite(&ground.article),
        });
        Self {
            p,
            status: kind.status().as_u16(),
            title: kind.title(language),
            meaning: kind.meaning(language),
            remedy: kind.remedy(language),
            detail: problem.detail.as_ref().map(|detail| language.of(detail)),
            grounds: grounds.collect(),
            other_title: kind.title(other),
            other_meaning: kind.meaning(other),
            other_remedy: kind.remedy(other),
            other_detail: problem.detail.as_ref().map(|detail| other.of(detail)),
        }
    }
}

/// The page of a problem that a request met.
///
/// Articles: 7
pub(crate) fn page(site: &Site, path: &str, problem: &Problem) -> Response {
    let page = Page::at(site.platform.is_demo(), path);
    let Ok(html) = ProblemPage::new(&page, problem).render() else { return problem.json(Some(path), None) };
    let media = HeaderValue::from_static("text/html; charset=utf-8");
    let mut response = (problem.kind.status(), [(header::CONTENT_TYPE, media)], html).into_response();
    problem.headers(&mut response);
    response
}

#[derive(Template)]
#[template(path = "problems.html")]
struct Problems<'a> {
    p: &'a Page,
    problems: Vec<ProblemLine>,
}

struct ProblemLine {
    path: String,
    title: String,
    status: u16,
    meaning: String,
    remedy: String,
}

impl<'a> Problems<'a> {
    fn new(p: &'a Page) -> Self {
        let line = |kind: ProblemKind| ProblemLine {
            path: format!("/problems/{}", kind.code()),
            title: kind.title(p.language),
            status: kind.status().as_u16(),
            meaning: kind.meaning(p.language),
            remedy: kind.remedy(p.language),
        };
        Self { p, problems: ProblemKind::ALL.into_iter().map(line).collect() }
    }
}

/// Every kind of problem, explained.
///
/// Articles: 7
pub(crate) async fn problems(page: Page) -> Result<Response, Problem> {
    page.show(&Problems::new(&page))
}

/// One kind of problem, explained: the address in a problem's `type`.
///
/// Articles: 7
pub(crate) async fn problem(
    State(_): State<Arc<Site>>,
    PathPart(code): PathPart<String>,
    page: Page,
) -> Result<Response, Problem> {
    let kind = ProblemKind::from_code(&code).ok_or(Problem::not_found())?;
    page.show(&ProblemPage::new(&page, &Problem::new(kind)))
}

#[cfg(test)]
mod tests {
    use law::Citation;
    use register::ruling::{Bilingual, Ground};

    use super::*;
    use crate::language::Language;
    use crate::pages::samples;

    #[test]
    fn every_kind_of_problem_has_its_words_in_both_languages() {
        for kind in ProblemKind::ALL {
            for language in Language::ALL {
                for text in [kind.title(language), kind.meaning(language), kind.remedy(language)] {
                    assert!(!text.starts_with("problem-"), "{text}");
                }
            }
            assert_eq!(ProblemKind::from_code(kind.code()), Some(kind));
            assert_eq!(ProblemKind::from_status(kind.status()), kind);
        }
    }

    #[test]
    fn a_refusal_shows_its_article_and_what_to_do_in_the_readers_language() {
        let ground = Ground::new("x", Citation::article(35), Bilingual::new("理由", "the reason"))
            .remedy(Bilingual::new("办法", "the remedy"));
        let problem = Problem { grounds: vec![ground], ..Problem::new(ProblemKind::Refused) };
        for page in samples::pages("/x") {
            let html = ProblemPage::new(&page, &problem).render().unwrap();
            samples::check(&page, &html);
            let (reason, remedy, link) = match page.language {
                Language::Chinese => {
                    ("理由", "办法", "<a class=\"citation\" href=\"/law/35\">第三十五条</a>")
                }
                Language::English => {
                    ("the reason", "the remedy", "<a class=\"citation\" href=\"/en/law/35\">Article 35</a>")
                }
            };
            for text in [reason, remedy, link] {
                assert!(html.contains(text), "{text}");
            }
        }
    }

    #[test]
    fn the_list_of_problems_names_each() {
        for page in samples::pages("/problems") {
            let html = Problems::new(&page).render().unwrap();
            samples::check(&page, &html);
            for kind in ProblemKind::ALL {
                assert!(html.contains(&page.href(&format!("/problems/{}", kind.code()))));
            }
        }
    }
}
