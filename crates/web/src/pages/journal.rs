//! The journal's page: its checkpoint, what it proves and what not, and how to check it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::Page;
use crate::problem::Problem;
use crate::site::Site;

#[derive(Template)]
#[template(path = "journal.html")]
struct JournalPage<'a> {
    p: &'a Page,
    address: &'a str,
    size: String,
    origin: &'a str,
    root: &'a str,
    checkpoint: &'a str,
    vkey: &'a str,
}

/// What the journal is, what it proves and what it does not.
///
/// Articles: 53(3)
pub(crate) async fn journal(State(site): State<Arc<Site>>, page: Page) -> Result<Response, Problem> {
    let head = site.platform.head().await?;
    page.show(&JournalPage {
        p: &page,
        address: &site.options.address,
        size: page.language.number(head.size),
        origin: &head.origin,
        root: &head.root,
        checkpoint: &head.checkpoint,
        vkey: &head.vkey,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn the_journal_page_says_what_it_proves_and_what_it_does_not() {
        for page in samples::pages("/journal") {
            let template = JournalPage {
                p: &page,
                address: "https://credence.example",
                size: "1,234".to_owned(),
                origin: "credence.example/demo",
                root: "ab",
                checkpoint: "credence.example/demo\n1234\nroot\n\n— credence.example/demo sig\n",
                vkey: "credence.example/demo+12345678+key",
            };
            let html = template.render().unwrap();
            samples::check(&page, &html);
            assert!(
                html.contains(page.t("journal-proves-1")) && html.contains(page.t("journal-proves-not-1"))
            );
        }
    }
}
