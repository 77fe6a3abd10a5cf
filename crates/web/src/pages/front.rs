//! The front page: what this is, and one search box.

use askama::Template;
use axum::response::Response;

use super::Page;
use super::desk::{preferred, to};
use crate::language::Language;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    p: &'a Page,
    asked: &'a str,
}

/// What the platform is, what it shows and what never.
///
/// Articles: 7, 13
pub(crate) async fn front(page: Page) -> Result<Response, Problem> {
    // Whoever comes from elsewhere to the plain address, and rather reads English, is sent there; whoever chose the language by a
    // link on our own pages stays.
    let header = |name: &str| page.asked.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let from_elsewhere = matches!(header("sec-fetch-site"), "none" | "cross-site");
    if page.language == Language::Chinese
        && from_elsewhere
        && preferred(header("accept-language")) == Some(Language::English)
    {
        return Ok(to(&Language::English.href("/")));
    }
    page.show(&Front { p: &page, asked: "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn the_front_page_has_one_labelled_search_box() {
        for page in samples::pages("/") {
            let html = Front { p: &page, asked: "" }.render().unwrap();
            samples::check(&page, &html);
            assert_eq!(html.matches("<input").count(), 1);
            assert!(html.contains("<label for=\"name\">"));
        }
    }
}
