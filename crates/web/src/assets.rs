//! The pages' own files: one style sheet, one mark, one script, and one for the page that checks receipts. They are part of the program and carry the digest of their content in
//! their name, so that they are cached for good and a new one is a new name. Nothing comes from anywhere else.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// The style sheet, from its parts: the ground, forms, desks, charts.
const STYLE: &str = concat!(
    include_str!("../assets/credence.css"),
    include_str!("../assets/forms.css"),
    include_str!("../assets/desk.css"),
    include_str!("../assets/charts.css"),
);
const MARK: &str = include_str!("../assets/mark.svg");
/// What makes pages more convenient that work without it.
const SCRIPT: &str = include_str!("../assets/convenience.js");

/// What checks a receipt in the browser.
const RECEIPT: &str = include_str!("../assets/receipt.js");

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| named("credence", STYLE, "css"));
static MARK_NAME: LazyLock<String> = LazyLock::new(|| named("mark", MARK, "svg"));
static SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| named("convenience", SCRIPT, "js"));

static RECEIPT_NAME: LazyLock<String> = LazyLock::new(|| named("receipt", RECEIPT, "js"));

fn named(stem: &str, content: &str, extension: &str) -> String {
    let digest = hex::encode(Sha256::digest(content));
    format!("{stem}-{}.{extension}", digest.get(..16).unwrap_or_default())
}

/// The address of the style sheet.
pub(crate) fn style_href() -> String {
    format!("/assets/{}", *STYLE_NAME)
}

/// The address of the mark, which stands in a browser's tab.
pub(crate) fn mark_href() -> String {
    format!("/assets/{}", *MARK_NAME)
}

/// The address of the script.
pub(crate) fn script_href() -> String {
    format!("/assets/{}", *SCRIPT_NAME)
}

/// The address of the script that checks a receipt.
pub(crate) fn receipt_script_href() -> String {
    format!("/assets/{}", *RECEIPT_NAME)
}

/// Serves a file by its name.
pub(crate) async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    let (content, media) = match name {
        name if name == *STYLE_NAME => (STYLE, "text/css; charset=utf-8"),
        name if name == *MARK_NAME => (MARK, "image/svg+xml"),
        name if name == *SCRIPT_NAME => (SCRIPT, "text/javascript; charset=utf-8"),
        name if name == *RECEIPT_NAME => (RECEIPT, "text/javascript; charset=utf-8"),
        _ => return Err(Problem::not_found()),
    };
    let forever = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, forever)], content).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_asks_for_nothing_from_anywhere() {
        for word in ["http:", "https:", "@import", "url("] {
            assert!([STYLE, SCRIPT, RECEIPT].iter().all(|file| !file.contains(word)), "{word}");
        }
    }

    #[test]
    fn a_name_changes_with_the_content() {
        assert_ne!(named("a", "1", "css"), named("a", "2", "css"));
        assert_eq!(STYLE_NAME.len(), "credence-.css".len() + 16);
    }
}
