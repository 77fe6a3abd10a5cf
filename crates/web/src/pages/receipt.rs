//! The page that checks a receipt: in the browser itself where the script runs, by the server where it does not (Articles 6, 53(3)).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use journal::{Receipt, ReceiptChecked, ReceiptStep, StepOutcome, Verifier};
use law::Instant;
use serde::Deserialize;
use service::ServiceError;

use super::Page;
use crate::assets;
use crate::extract::{FormBody, Query, number};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage<'a> {
    p: &'a Page,
    script: String,
    address: &'a str,
    /// The receipt, as it was given or as the entry's.
    text: String,
    key: String,
    /// The entry whose receipt was filled in.
    of_entry: Option<u64>,
    /// What the server found; nothing before it was asked.
    found: Option<Found>,
    steps: Vec<Step<'a>>,
}

/// What the server found about a receipt.
struct Found {
    verdict: &'static str,
    outcomes: Vec<(ReceiptStep, &'static str)>,
    says: Vec<(&'static str, String)>,
}

/// A step of the check in words.
struct Step<'a> {
    word: &'static str,
    title: &'a str,
    what: &'a str,
    wrong: &'a str,
}

const VERDICTS: [(&str, &str); 5] = [
    ("holds", "receipt-holds"),
    ("holds_promise", "receipt-holds-promise"),
    ("fails", "receipt-fails"),
    ("unreadable", "receipt-unreadable"),
    ("bad_key", "receipt-bad-key"),
];

const FACTS: [(&str, &str); 5] = [
    ("entry", "receipt-says-entry"),
    ("minute", "receipt-says-minute"),
    ("kind", "receipt-says-kind"),
    ("office", "receipt-says-office"),
    ("article", "receipt-says-article"),
];

impl<'a> ReceiptPage<'a> {
    fn new(p: &'a Page, address: &'a str, key: String, text: String, of_entry: Option<u64>) -> Self {
        let step = |step: ReceiptStep| {
            let (title, what, wrong) = match step {
                ReceiptStep::Key => ("receipt-key-step", "receipt-key-what", "receipt-key-wrong"),
                ReceiptStep::Journal => {
                    ("receipt-journal-step", "receipt-journal-what", "receipt-journal-wrong")
                }
                ReceiptStep::Leaf => ("receipt-leaf-step", "receipt-leaf-what", "receipt-leaf-wrong"),
                ReceiptStep::Promise => {
                    ("receipt-promise-step", "receipt-promise-what", "receipt-promise-wrong")
                }
                ReceiptStep::Checkpoint => {
                    ("receipt-checkpoint-step", "receipt-checkpoint-what", "receipt-checkpoint-wrong")
                }
                ReceiptStep::Inclusion => {
                    ("receipt-inclusion-step", "receipt-inclusion-what", "receipt-inclusion-wrong")
                }
            };
            Step { word: step.word(), title: p.t(title), what: p.t(what), wrong: p.t(wrong) }
        };
        Self {
            p,
            script: assets::receipt_script_href(),
            address,
            text,
            key,
            of_entry,
            found: None,
            steps: ReceiptStep::ALL.into_iter().map(step).collect(),
        }
    }

    fn verdicts(&self) -> [(&'static str, &str); 5] {
        VERDICTS.map(|(word, key)| (word, self.p.t(key)))
    }

    fn facts(&self) -> [(&'static str, &str, &str); 5] {
        FACTS.map(|(word, key)| {
            let says = self.found.iter().flat_map(|found| &found.says);
            let said = says.into_iter().find(|(name, _)| *name == word).map_or("—", |(_, said)| said);
            (word, self.p.t(key), said)
        })
    }

    fn is_verdict(&self, word: &str) -> bool {
        self.found.as_ref().is_some_and(|found| found.verdict == word)
    }

    fn is_outcome(&self, step: &str, word: &str) -> bool {
        let outcomes = self.found.iter().flat_map(|found| &found.outcomes);
        outcomes.into_iter().any(|(known, outcome)| known.word() == step && *outcome == word)
    }

    fn is_read(&self) -> bool {
        self.found.as_ref().is_some_and(|found| !found.outcomes.is_empty())
    }
}

/// Checks a receipt by a key, both as they were given.
fn examined(text: &str, key: &str) -> Found {
    let unread = |verdict| Found { verdict, outcomes: Vec::new(), says: Vec::new() };
    let Ok(receipt) = Receipt::parse(text.trim()) else { return unread("unreadable") };
    let Ok(verifier) = Verifier::parse(key.trim()) else { return unread("bad_key") };
    let report = receipt.verify(&verifier);
    let verdict = match (report.problems.is_empty(), report.checked) {
        (false, _) => "fails",
        (true, ReceiptChecked::Promise) => "holds_promise",
        (true, ReceiptChecked::PromiseAndProof) => "holds",
    };
    let outcome = |outcome| match outcome {
        StepOutcome::Holds => "holds",
        StepOutcome::Fails(_) => "fails",
        StepOutcome::NotChecked => "not_checked",
    };
    let mut says = vec![("entry", receipt.entry().to_string())];
    if let Ok(leaf) = receipt.leaf() {
        let at = Instant::from_milliseconds(leaf.minute.saturating_mul(60_000)).to_string();
        says.push(("minute", at.get(..16).unwrap_or(&at).replace('T', " ")));
        says.extend([("kind", leaf.kind), ("office", leaf.office), ("article", leaf.article)]);
    }
    let outcomes = receipt.examine(&verifier).into_iter().map(|(step, found)| (step, outcome(found)));
    Found { verdict, outcomes: outcomes.collect(), says }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptQuery {
    entry: Option<u64>,
}

/// Where a receipt is checked; with the number of an entry its receipt is filled in.
///
/// Articles: 6, 53(3)
pub(crate) async fn receipt(
    State(site): State<Arc<Site>>,
    Query(query): Query<ReceiptQuery>,
    page: Page,
) -> Result<Response, Problem> {
    let text = match query.entry {
        Some(entry) => {
            site.platform.receipt(number("entry", entry)?).await?.to_json().map_err(ServiceError::from)?
        }
        None => String::new(),
    };
    let key = site.platform.vkey()?;
    page.show(&ReceiptPage::new(&page, &site.options.address, key, text, query.entry))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptForm {
    receipt: String,
    key: String,
}

/// Checks a receipt for whoever has no script: it is the server that says so, and says that too.
///
/// Articles: 6, 53(3)
pub(crate) async fn check(
    State(site): State<Arc<Site>>,
    page: Page,
    FormBody(form): FormBody<ReceiptForm>,
) -> Result<Response, Problem> {
    // A browser ends the lines of what it sends otherwise; within the JSON no line matters.
    let found = examined(&form.receipt, &form.key);
    let mut shown = ReceiptPage::new(&page, &site.options.address, form.key, form.receipt, None);
    shown.found = Some(found);
    page.show_once(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn vectors() -> serde_json::Value {
        serde_json::from_str(include_str!("../../../journal/tests/receipts.json")).unwrap()
    }

    fn rendered(page: &Page, text: &str, key: &str, found: Option<Found>) -> String {
        let address = "https://credence.example";
        let mut shown = ReceiptPage::new(page, address, key.to_owned(), text.to_owned(), Some(12));
        shown.found = found;
        let html = shown.render().unwrap();
        samples::check(page, &html);
        html
    }

    #[test]
    fn the_page_waits_for_a_receipt_and_shows_the_key_to_compare() {
        for page in samples::pages("/journal/receipt") {
            let html = rendered(&page, samples::HARD_NAME, "a+1+b", None);
            assert!(
                html.contains("value=\"a+1+b\"")
                    && html.contains("data-receipt=\"result\" tabindex=\"-1\" hidden")
            );
            assert!(html.contains("&#60;b&#62;"), "what was pasted is escaped");
        }
    }

    #[test]
    fn the_server_says_of_each_vector_what_the_journal_says_and_that_it_was_the_server() {
        let vectors = vectors();
        let vkey = vectors["vkey"].as_str().unwrap();
        for vector in vectors["vectors"].as_array().unwrap() {
            let text = vector["receipt"].to_string();
            let found = examined(&text, vkey);
            for (step, outcome) in &found.outcomes {
                assert_eq!(vector["steps"][step.word()], *outcome, "{}: {}", vector["what"], step.word());
            }
            let fails = vector["steps"].as_object().unwrap().values().any(|outcome| outcome == "fails");
            assert_eq!(fails, found.verdict == "fails");
            let verdict = found.verdict;
            let page = &samples::pages("/journal/receipt")[0];
            let html = rendered(page, &text, vkey, Some(found));
            let (_, key) = VERDICTS.into_iter().find(|(word, _)| *word == verdict).unwrap();
            assert!(html.contains(&format!("<p data-verdict=\"{verdict}\">{}", page.t(key))), "{html}");
            assert!(html.contains(&format!("<p data-by=\"server\">{}", page.t("receipt-by-server"))));
        }
    }

    #[test]
    fn what_is_no_receipt_and_what_is_no_key_is_said_to_be_so() {
        let vectors = vectors();
        assert_eq!(examined("{}", vectors["vkey"].as_str().unwrap()).verdict, "unreadable");
        assert_eq!(examined(&vectors["vectors"][0]["receipt"].to_string(), "x").verdict, "bad_key");
    }
}
