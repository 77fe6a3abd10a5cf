//! The page for those who write programs.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::Page;
use crate::problem::Problem;
use crate::site::Site;

#[derive(Template)]
#[template(path = "developers.html")]
struct Developers<'a> {
    p: &'a Page,
    address: &'a str,
}

/// How a program asks.
///
/// Articles: 13
pub(crate) async fn developers(State(site): State<Arc<Site>>, page: Page) -> Result<Response, Problem> {
    page.show(&Developers { p: &page, address: &site.options.address })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn the_page_for_programs_shows_the_address_of_the_platform() {
        for page in samples::pages("/developers") {
            let html = Developers { p: &page, address: "https://credence.example" }.render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains("curl -X POST https://credence.example/api/v1/inquiries"));
        }
    }
}
