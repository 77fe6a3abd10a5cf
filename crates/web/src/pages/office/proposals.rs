//! What two persons of one's office do: one proposes, another approves (Articles 6, 53).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Citation;
use register::acts::accountability::proposal::{ProposalNumber, ProposalState};
use register::record::BatchNumber;
use serde::Deserialize;
use service::proposals::{ProposalAsk, ProposalView};

use super::refused;
use crate::extract::{PathPart, Query, number};
use crate::pages::desk::{Desk, DeskForm, DeskHead, to};
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

/// How many proposals stand on a page.
const PROPOSALS: u64 = 30;

#[derive(Template)]
#[template(path = "office/proposals.html")]
struct ListPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    waiting: u64,
    rows: Vec<ProposalRow>,
    next: Option<String>,
    article: Cited,
}

struct ProposalRow {
    number: u64,
    path: String,
    what: &'static str,
    by: String,
    at: String,
    ends: String,
    state: &'static str,
    tag: &'static str,
    is_mine_to_approve: bool,
    is_open: bool,
    entry: u64,
    decided: Option<u64>,
}

/// What is proposed, in words.
fn act_key(word: &str) -> &'static str {
    match word {
        "revoke_batch" => "office-proposal-revoke-batch",
        "erase_records" => "office-proposal-erase-records",
        "rotate_key" => "office-proposal-rotate-key",
        _ => "office-proposal-other",
    }
}

impl ProposalRow {
    fn new(p: &Page, view: &ProposalView) -> Self {
        let (state, tag) = match view.state {
            ProposalState::Open => ("office-proposal-open", "tag"),
            ProposalState::Approved => ("office-proposal-approved", "tag tag-quiet"),
            ProposalState::Rejected => ("office-proposal-rejected", "tag tag-quiet"),
            ProposalState::Expired => ("office-proposal-expired", "tag tag-quiet"),
        };
        Self {
            number: view.proposal.0,
            path: p.href(&format!("/office/proposals/{}", view.proposal.0)),
            what: act_key(view.act),
            by: view.proposer.clone(),
            at: p.moment(view.at),
            ends: p.moment(view.ends),
            state,
            tag,
            is_mine_to_approve: view.yours_to_approve,
            is_open: view.state == ProposalState::Open,
            entry: view.entry.0,
            decided: view.decided.map(|entry| entry.0),
        }
    }
}

impl<'a> ListPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, proposals: &[ProposalView]) -> Self {
        let is_full = proposals.len() as u64 >= PROPOSALS;
        let last = proposals.last().map(|view| view.proposal.0).filter(|_| is_full);
        Self {
            p,
            d,
            waiting: proposals.iter().filter(|view| view.yours_to_approve).count() as u64,
            rows: proposals.iter().map(|view| ProposalRow::new(p, view)).collect(),
            next: last.map(|last| p.href(&format!("/office/proposals?before={last}"))),
            article: p.cite(&Citation::article(53)),
        }
    }
}

/// From where on proposals are listed, as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    before: Option<u64>,
}

/// What was proposed in one's office, the newest first.
///
/// Articles: 6, 53
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let before = asked.before.map(|before| number("before", before)).transpose()?.map(ProposalNumber);
    let proposals = site.platform.proposals(before, PROPOSALS, &desk.caller()).await?;
    desk.page.show_once(&ListPage::new(&desk.page, desk.head(), &proposals))
}

#[derive(Template)]
#[template(path = "office/proposal.html")]
struct ProposalPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    proposal: ProposalRow,
    account: &'a str,
    /// What was proposed, whole, as the journal has it.
    whole: String,
    article: Cited,
}

impl<'a> ProposalPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, view: &'a ProposalView) -> Self {
        let whole = view.what.as_ref().and_then(|what| serde_json::to_string_pretty(what).ok());
        Self {
            p,
            d,
            proposal: ProposalRow::new(p, view),
            account: &view.proposer_account,
            whole: whole.unwrap_or_default(),
            article: p.cite(&Citation::article(53)),
        }
    }
}

/// A proposal, whole, with what may be done about it.
///
/// Articles: 6, 53
pub(crate) async fn proposal(
    State(site): State<Arc<Site>>,
    PathPart(proposal): PathPart<u64>,
    desk: Desk,
) -> Result<Response, Problem> {
    let proposal = ProposalNumber(number("proposal", proposal)?);
    let view = site.platform.proposal(proposal, &desk.caller()).await?;
    desk.page.show_once(&ProposalPage::new(&desk.page, desk.head(), &view))
}

/// How a proposal is decided.
#[derive(Debug, Deserialize)]
pub(crate) struct Decision {
    decision: String,
    #[serde(default)]
    reason: String,
}

/// Approves what another person of the office proposed, rejects it, or takes one's own back.
///
/// Articles: 6, 53
pub(crate) async fn decide(
    State(site): State<Arc<Site>>,
    PathPart(proposal): PathPart<u64>,
    DeskForm { desk, form }: DeskForm<Decision>,
) -> Result<Response, Problem> {
    let proposal = ProposalNumber(number("proposal", proposal)?);
    let (platform, caller) = (&site.platform, desk.caller());
    let done = match form.decision.as_str() {
        "approve" => platform.approve(proposal, &caller).await.map(|_| ()),
        "reject" => platform.reject(proposal, &form.reason, &caller).await.map(|_| ()),
        _ => {
            return Err(Problem::malformed(
                "decision",
                "须为 `approve` 或 `reject`",
                "it is `approve` or `reject`",
            ));
        }
    };
    let path = format!("/office/proposals/{}", proposal.0);
    match done {
        Ok(()) => Ok(to(&desk.page.href(&path))),
        Err(error) => refused(&desk, error, "office-refused-decision", None, (&path, "office-back-proposal")),
    }
}

/// Why a batch is to be revoked.
#[derive(Debug, Deserialize)]
pub(crate) struct BatchRevocation {
    #[serde(default)]
    reason: String,
}

/// Proposes the revocation of what still stands of a batch; another person of the office approves it.
///
/// Articles: 14, 53
pub(crate) async fn propose_revocation(
    State(site): State<Arc<Site>>,
    PathPart(batch): PathPart<u64>,
    DeskForm { desk, form }: DeskForm<BatchRevocation>,
) -> Result<Response, Problem> {
    let batch = BatchNumber(number("batch", batch)?);
    let ask = ProposalAsk::RevokeBatch { batch, first_line: None, last_line: None, reason: form.reason };
    match site.platform.propose(ask, &desk.caller()).await {
        Ok(made) => Ok(to(&desk.page.href(&format!("/office/proposals/{}", made.proposal.0)))),
        Err(error) => {
            let path = format!("/office/batches/{}", batch.0);
            refused(&desk, error, "office-refused-proposal", None, (&path, "office-back-batch"))
        }
    }
}

#[cfg(test)]
mod tests {
    use law::Instant;
    use register::subject::EntryNumber;

    use super::*;
    use crate::pages::samples;

    fn view(number: u64, state: ProposalState, act: &'static str) -> ProposalView {
        ProposalView {
            proposal: ProposalNumber(number),
            state,
            act,
            what: Some(serde_json::json!({"act": act, "reason": "理由<b>"})),
            office: "market-regulation".to_owned(),
            proposer: samples::HARD_NAME.to_owned(),
            proposer_account: "staff:1".to_owned(),
            yours_to_approve: state == ProposalState::Open,
            at: Instant::from_milliseconds(1_795_000_000_000),
            ends: Instant::from_milliseconds(1_795_900_000_000),
            entry: EntryNumber(number),
            key: None,
            decided: (state == ProposalState::Approved).then_some(EntryNumber(99)),
        }
    }

    #[test]
    fn article_53_what_waits_for_a_second_person_is_told_and_can_be_decided_while_it_is_open() {
        let states = [
            (ProposalState::Open, "revoke_batch"),
            (ProposalState::Approved, "erase_records"),
            (ProposalState::Rejected, "rotate_key"),
            (ProposalState::Expired, "of_a_later_version"),
        ];
        for page in samples::pages("/office/proposals") {
            let session = samples::session(samples::office(), None);
            let views: Vec<ProposalView> = (1..=PROPOSALS)
                .map(|number| {
                    let (state, act) = states[number as usize % 4];
                    view(number, state, act)
                })
                .collect();
            for views in [&views[..], &[]] {
                let html = ListPage::new(&page, DeskHead::new(&page, &session), views).render().unwrap();
                samples::check(&page, &html);
                assert!(!html.contains("<b>"));
            }
            for (state, act) in states {
                let view = view(1, state, act);
                let html = ProposalPage::new(&page, DeskHead::new(&page, &session), &view).render().unwrap();
                samples::check(&page, &html);
                let open = state == ProposalState::Open;
                assert_eq!(html.contains("value=\"approve\""), open);
                assert!(html.contains("&#60;b&#62;"));
            }
        }
    }
}
