//! Who looked at me: when, which office, for which duty and matter, what they saw, what was withheld, and who was refused
//! (Articles 34, 53(3)).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use register::acts::information::inquiry::Purpose;
use register::view::{Look, RecordView};
use serde::Deserialize;
use service::inquiry::Answer;
use service::own::{Lookers, OwnLog};

use super::{Known, RecordLink, inquire, receipt_href};
use crate::extract::Query;
use crate::pages::desk::{Desk, DeskHead};
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;
use crate::words::Words;

/// How many looks stand on a page.
const ON_A_PAGE: usize = 50;

/// A look in words.
pub(crate) struct LookLine {
    pub(crate) entry: u64,
    pub(crate) receipt: String,
    pub(crate) when: String,
    pub(crate) who: String,
    pub(crate) is_claimed: bool,
    pub(crate) why: String,
    /// The consent under which it was taken.
    pub(crate) consent: Option<u64>,
    pub(crate) matter: Option<String>,
    pub(crate) article: Cited,
    pub(crate) is_refused: bool,
    /// How many records were shown, in words.
    pub(crate) saw: String,
    pub(crate) shown: Vec<RecordLink>,
    pub(crate) withheld: Vec<Reason>,
    pub(crate) refused: Vec<Reason>,
}

/// Why something was withheld or refused, and its article.
pub(crate) struct Reason {
    pub(crate) text: String,
    pub(crate) article: Cited,
}

impl LookLine {
    /// Draws a look.
    ///
    /// Articles: 34, 53(3)
    pub(crate) fn new(p: &Page, look: &Look, held: &[RecordView], known: &Known) -> Self {
        let is_own = matches!(look.purpose, Purpose::Own) && look.refused.is_empty();
        let (mut matter, mut consent) = (None, None);
        let why = match &look.purpose {
            Purpose::Own => p.t("my-look-why-own").to_owned(),
            Purpose::Duty { duty, matter: of } => {
                matter = Some(of.clone());
                Words::of(p.language).with("my-look-duty", "duty", p.of(&duty.title()).to_owned())
            }
            Purpose::Consent { consent: by } => {
                consent = Some(by.0);
                p.count("my-look-why-consent", by.0)
            }
            Purpose::OwnFiling { .. } => p.t("my-look-why-filing").to_owned(),
            Purpose::Verification { .. } => p.t("my-look-why-verification").to_owned(),
        };
        let shown = look.shown.iter().map(|shown| RecordLink::new(p, shown.record, held));
        let count = u64::try_from(look.shown.len()).unwrap_or(u64::MAX);
        let saw = if count == 0 {
            p.t("my-look-saw-nothing").to_owned()
        } else {
            p.count("my-look-saw-all", count)
        };
        Self {
            entry: look.entry.0,
            receipt: receipt_href(p, look.entry.0),
            when: p.moment(look.at),
            who: who(p, look, known),
            is_claimed: look.claimed_by_operator,
            why,
            consent,
            matter,
            article: p.cite(&look.purpose.article()),
            is_refused: !look.refused.is_empty(),
            saw,
            // The subject itself saw all there was.
            shown: if is_own { Vec::new() } else { shown.collect() },
            withheld: look
                .withheld
                .iter()
                .map(|withheld| Reason {
                    text: format!(
                        "{}{}",
                        p.count("my-look-withheld-count", withheld.count),
                        p.of(&withheld.reason)
                    ),
                    article: p.cite(&withheld.article),
                })
                .collect(),
            refused: look
                .refused
                .iter()
                .map(|ground| Reason {
                    text: p.of(&ground.reason).to_owned(),
                    article: p.cite(&ground.article),
                })
                .collect(),
        }
    }
}

/// Who looked, by name.
fn who(p: &Page, look: &Look, known: &Known) -> String {
    if let Some(office) = known.office(p, &look.by) {
        return office;
    }
    match (look.by.as_str(), &look.purpose) {
        // Whoever looks by a consent is named as the consent's holder; nobody else has a name of their own.
        (name, Purpose::Consent { .. }) => name.to_owned(),
        ("self", _) => p.t("my-look-own").to_owned(),
        ("another_subject", _) => p.t("my-look-another-subject").to_owned(),
        ("operator", _) => p.t("my-look-operator").to_owned(),
        (code, _) => code.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "my/looks.html")]
struct LooksPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    filters: Vec<Filter<'a>>,
    looks: Vec<LookLine>,
    /// What is said of looks whose content is missing, with the entry and when it was.
    lost: Vec<(u64, String, String)>,
    none: &'a str,
    older: Option<String>,
    newest: Option<String>,
    entry: u64,
    entry_href: String,
}

/// A choice of whose looks are shown.
struct Filter<'a> {
    title: &'a str,
    href: String,
    is_here: bool,
}

const FILTERS: [(&str, Lookers, &str); 3] = [
    ("others", Lookers::Others, "my-looks-others"),
    ("own", Lookers::Own, "my-looks-own"),
    ("all", Lookers::Everyone, "my-looks-all"),
];

impl<'a> LooksPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        answer: &Answer,
        known: &Known,
        by: Lookers,
        before: Option<u64>,
    ) -> Self {
        let word =
            FILTERS.iter().find(|(_, lookers, _)| *lookers == by).map_or("others", |(word, _, _)| word);
        let at = |word: &str| format!("{}?by={word}", p.href("/my/looks"));
        let filters = FILTERS.iter().map(|(word, lookers, key)| Filter {
            title: p.t(key),
            href: at(word),
            is_here: *lookers == by,
        });
        let none = match (answer.next.is_some() || before.is_some(), by) {
            (true, _) => p.t("my-looks-none-here"),
            (false, Lookers::Own) => p.t("my-looks-none-own"),
            (false, _) => p.t("my-looks-none-others"),
        };
        let looks = answer.looks.iter().flatten();
        Self {
            filters: filters.collect(),
            looks: looks.map(|look| LookLine::new(p, look, &answer.records, known)).collect(),
            lost: answer
                .lost_looks
                .iter()
                .map(|lost| (lost.entry.0, p.moment(lost.at), p.of(&lost.note).to_owned()))
                .collect(),
            none,
            older: answer.next.map(|next| format!("{}&before={}", at(word), next.0)),
            newest: before.map(|_| at(word)),
            entry: answer.entry.0,
            entry_href: receipt_href(p, answer.entry.0),
            p,
            d,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LooksQuery {
    by: Option<String>,
    before: Option<u64>,
}

/// Who looked at me.
///
/// Articles: 34, 53(3)
pub(crate) async fn looks(
    State(site): State<Arc<Site>>,
    Query(query): Query<LooksQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let asked = query.by.as_deref().unwrap_or("others");
    let known_word = FILTERS.iter().find(|(word, _, _)| *word == asked);
    let Some((_, by, _)) = known_word else {
        return Err(Problem::malformed(
            "by",
            "须为 `others`、`own` 或 `all`",
            "give `others`, `own` or `all`",
        ));
    };
    let log = OwnLog::Looks { by: *by, limit: ON_A_PAGE };
    let (answer, known) = inquire(&site, &desk, log, query.before).await?;
    desk.page.show_once(&LooksPage::new(&desk.page, desk.head(), &answer, &known, *by, query.before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::my::examples;
    use crate::pages::samples;

    fn rendered(page: &Page, answer: &Answer, by: Lookers, before: Option<u64>) -> String {
        let session = samples::session(samples::subject(), Some(samples::HARD_NAME));
        let head = DeskHead::new(page, &session);
        let html = LooksPage::new(page, head, answer, &examples::known(), by, before).render().unwrap();
        samples::check(page, &html);
        html
    }

    #[test]
    fn article_34_each_look_names_office_duty_matter_what_was_seen_and_what_was_withheld() {
        let mut answer = examples::answer(300);
        answer.looks = Some(examples::looks());
        for page in samples::pages("/my/looks") {
            let html = rendered(&page, &answer, Lookers::Others, None);
            let office = examples::known().office(&page, "market-regulation").unwrap();
            assert!(html.contains(&office) && html.contains("京市监〔2026〕7号"), "{html}");
            assert!(
                html.contains(page.t("my-look-refused")) && html.contains(page.t("my-look-another-subject"))
            );
            assert!(html.contains("㐀𠮷𡈽") && !html.contains("<b>"), "the name of a holder of a consent");
            assert!(html.contains(&page.href("/my/records/2")) && html.contains(page.t("my-look-claimed")));
            assert!(html.contains(&page.count("my-look-saw-all", 300_u64)));
            // The look of the subject itself does not list what all it saw.
            let own = html.split(page.t("my-look-why-own")).nth(1);
            assert!(own.is_some());
        }
    }

    #[test]
    fn article_53_a_look_whose_content_is_missing_is_shown_as_damage() {
        let mut answer = examples::answer(0);
        answer.looks = Some(Vec::new());
        answer.lost_looks = vec![examples::lost_look()];
        for page in samples::pages("/my/looks") {
            let html = rendered(&page, &answer, Lookers::Others, None);
            assert!(html.contains("class=\"fault-summary\"") && html.contains("9876"), "{html}");
        }
    }

    #[test]
    fn nobody_having_looked_is_said_and_pages_lead_on_and_back() {
        let mut answer = examples::answer(0);
        answer.looks = Some(Vec::new());
        for page in samples::pages("/my/looks") {
            assert!(rendered(&page, &answer, Lookers::Others, None).contains(page.t("my-looks-none-others")));
            assert!(rendered(&page, &answer, Lookers::Own, None).contains(page.t("my-looks-none-own")));
            answer.next = Some(register::subject::EntryNumber(7));
            let html = rendered(&page, &answer, Lookers::Everyone, Some(9));
            assert!(html.contains(page.t("my-looks-none-here")));
            assert!(
                html.contains("?by=all&#38;before=7") && html.contains(page.t("my-looks-newest")),
                "{html}"
            );
            answer.next = None;
        }
    }
}
