//! The page that checks a receipt: in the browser itself where the script runs, by the server where it does not (Articles 6, 53(3)).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use journal::{Receipt, ReceiptChecked, ReceiptStep, StepOutcome, Verifier};
use law::Instant;
use register::authority::Authority;
use serde::Deserialize;
use service::ServiceError;

use super::Page;
use crate::assets;
use crate::extract::{FormBody, Query, number};
use crate::pages::desk::spoken;
use crate::problem::{Problem, ProblemKind};
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
    /// Whether an entry was asked for that the journal does not have.
    is_unknown: bool,
    /// What the words of a receipt mean: the kinds of acts, and the offices.
    kinds: Vec<(&'static str, &'a str)>,
    offices: Vec<(&'a str, &'a str)>,
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

/// The kinds of acts that an office or a subject receives receipts of, and the message with their words.
const KINDS: [(&str, &str); 28] = [
    ("act_proposed", "act-proposed"),
    ("authority_enrolled", "act-authority-enrolled"),
    ("batch_closed", "act-batch-closed"),
    ("batch_opened", "act-batch-opened"),
    ("catalogue_published", "act-catalogue-published"),
    ("consent_granted", "act-consent-granted"),
    ("consent_revoked", "act-consent-revoked"),
    ("department_notified", "act-department-notified"),
    ("display_resumed", "act-display-resumed"),
    ("display_withdrawn", "act-display-withdrawn"),
    ("identifier_verified", "act-identifier-verified"),
    ("incident_classified", "act-incident-classified"),
    ("incident_closed", "act-incident-closed"),
    ("incident_contained", "act-incident-contained"),
    ("incident_registered", "act-incident-registered"),
    ("inquiry_answered", "act-inquiry-answered"),
    ("inquiry_refused", "act-inquiry-refused"),
    ("key_issued", "act-key-issued"),
    ("key_revoked", "act-key-revoked"),
    ("key_rotated", "act-key-rotated"),
    ("proposal_approved", "act-proposal-approved"),
    ("proposal_rejected", "act-proposal-rejected"),
    ("record_corrected", "act-record-corrected"),
    ("record_filed", "act-record-filed"),
    ("record_restored", "act-record-restored"),
    ("record_revoked", "act-record-revoked"),
    ("subject_registered", "act-subject-registered"),
    ("subject_told", "act-subject-told"),
];

impl<'a> ReceiptPage<'a> {
    fn new(
        p: &'a Page,
        address: &'a str,
        key: String,
        text: String,
        of_entry: Option<u64>,
        authorities: &'a [Authority],
    ) -> Self {
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
            is_unknown: false,
            kinds: KINDS.iter().map(|(kind, key)| (*kind, p.t(key))).collect(),
            offices: authorities
                .iter()
                .map(|authority| (authority.code.0.as_str(), p.of(&authority.name)))
                .collect(),
            found: None,
            steps: ReceiptStep::ALL.into_iter().map(step).collect(),
        }
    }

    fn verdicts(&self) -> [(&'static str, &str); 5] {
        VERDICTS.map(|(word, key)| (word, self.p.t(key)))
    }

    /// Each fact with its title, what the receipt says, and what that means.
    fn facts(&self) -> [(&'static str, &str, &str, &str); 5] {
        FACTS.map(|(word, key)| {
            let said = self.said(word).unwrap_or("—");
            let meaning = match word {
                "kind" => self.kinds.iter().find(|(kind, _)| *kind == said).map(|(_, words)| *words),
                "office" => self.offices.iter().find(|(code, _)| *code == said).map(|(_, name)| *name),
                _ => None,
            };
            (word, self.p.t(key), said, meaning.unwrap_or_default())
        })
    }

    fn said(&self, word: &str) -> Option<&str> {
        let says = self.found.iter().flat_map(|found| &found.says);
        says.into_iter().find(|(name, _)| *name == word).map(|(_, said)| said.as_str())
    }

    /// The number of the article that the receipt names, where it is one of the regulations explained here.
    fn article(&self) -> Option<&str> {
        let number = self.said("article")?.split('(').next()?;
        Some(number).filter(|number| number.parse::<u8>().is_ok())
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
    entry: Option<String>,
}

/// Where a receipt is checked; with the number of an entry its receipt is filled in.
///
/// Articles: 6, 53(3)
pub(crate) async fn receipt(
    State(site): State<Arc<Site>>,
    Query(query): Query<ReceiptQuery>,
    page: Page,
) -> Result<Response, Problem> {
    let asked = query.entry.as_deref().map(str::trim).filter(|entry| !entry.is_empty());
    let entry = asked.and_then(|entry| number("entry", entry.parse().ok()?).ok());
    let receipt = match entry.map(|entry| site.platform.receipt(entry)) {
        Some(receipt) => match receipt.await {
            Err(ServiceError::NotFound { .. }) => None,
            receipt => Some(receipt?.to_json().map_err(ServiceError::from)?),
        },
        None => None,
    };
    let (key, authorities) = (site.platform.vkey()?, site.platform.authorities().await?);
    let of_entry = entry.filter(|_| receipt.is_some());
    let is_unknown = asked.is_some() && receipt.is_none();
    let text = receipt.unwrap_or_default();
    let mut shown = ReceiptPage::new(&page, &site.options.address, key, text, of_entry, &authorities);
    shown.is_unknown = is_unknown;
    if is_unknown {
        return page.show_once(&shown).map(|response| spoken(response, ProblemKind::NotFound));
    }
    page.show(&shown)
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
    let authorities = site.platform.authorities().await?;
    let mut shown =
        ReceiptPage::new(&page, &site.options.address, form.key, form.receipt, None, &authorities);
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
        let authorities = samples::authorities();
        let mut shown =
            ReceiptPage::new(page, address, key.to_owned(), text.to_owned(), Some(12), &authorities);
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
    fn what_a_receipt_says_stands_in_words_with_the_raw_value_beside_it() {
        let says = vec![
            ("kind", "record_filed".to_owned()),
            ("office", "market-regulation".to_owned()),
            ("article", "20(1)".to_owned()),
        ];
        for page in samples::pages("/journal/receipt") {
            let found = Found { verdict: "holds", outcomes: Vec::new(), says: says.clone() };
            let html = rendered(&page, "", "", Some(found));
            let meaning = |fact: &str, words: &str| format!("data-meaning=\"{fact}\">{words}<");
            assert!(html.contains(&meaning("kind", page.t("act-record-filed"))), "{html}");
            let authorities = samples::authorities();
            let office = authorities.iter().find(|one| one.code.0 == "market-regulation").unwrap();
            assert!(html.contains(&meaning("office", page.of(&office.name))));
            assert!(html.contains(">record_filed<") && html.contains(&page.href("/law/20\"")));
        }
    }

    #[test]
    fn what_is_no_receipt_and_what_is_no_key_is_said_to_be_so() {
        let vectors = vectors();
        assert_eq!(examined("{}", vectors["vkey"].as_str().unwrap()).verdict, "unreadable");
        assert_eq!(examined(&vectors["vectors"][0]["receipt"].to_string(), "x").verdict, "bad_key");
    }
}
