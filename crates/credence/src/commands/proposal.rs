//! `credence proposal`: what one person proposes and another approves (Articles 6, 53).

use register::acts::accountability::proposal::{ProposalNumber, ProposalState};
use register::caller::Caller;
use serde_json::json;
use service::Platform;
use service::proposals::{PROPOSALS_AT_ONCE_MAX, ProposalAsk, ProposalView};

use crate::arguments::{OperatorActor, ProposalCommand};
use crate::context::{Context, caller, failure};
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Lists, shows, approves or rejects.
///
/// # Errors
/// When the law refuses, or the store fails.
pub fn run(context: &Context, command: &ProposalCommand) -> Result<Exit, Failure> {
    let output = context.output;
    context.with_platform(async |platform| {
        match command {
            ProposalCommand::List { key } => {
                let by = caller(&platform, Some(key), None).await?;
                let mut before = None;
                loop {
                    let found = platform.proposals(before, PROPOSALS_AT_ONCE_MAX, &by).await;
                    let found = found.map_err(|error| failure(&error))?;
                    for proposal in &found {
                        output.either(proposal, || line(&output, proposal))?;
                    }
                    before = found.last().map(|proposal| proposal.proposal);
                    if (found.len() as u64) < PROPOSALS_AT_ONCE_MAX {
                        return Ok(Exit::Done);
                    }
                }
            }
            ProposalCommand::Show { number, key } => {
                let by = caller(&platform, Some(key), None).await?;
                let proposal = platform.proposal(ProposalNumber(*number), &by).await;
                let proposal = proposal.map_err(|error| failure(&error))?;
                output.either(&proposal, || {
                    let what = serde_json::to_string_pretty(&proposal.what).unwrap_or_default();
                    format!("{}\n{what}", line(&output, &proposal))
                })?;
            }
            ProposalCommand::Approve { number, key } => {
                let by = caller(&platform, Some(key), None).await?;
                let done = platform.approve(ProposalNumber(*number), &by).await;
                let done = done.map_err(|error| failure(&error))?;
                output.either(&done, || {
                    let entry = done.done.entry.0;
                    output.pick(
                        &format!("已批准并办理，存证号至 {entry}"),
                        &format!("approved and done: up to entry {entry}"),
                    )
                })?;
            }
            ProposalCommand::Reject { number, reason, key } => {
                let by = caller(&platform, Some(key), None).await?;
                let done = platform.reject(ProposalNumber(*number), reason, &by).await;
                let done = done.map_err(|error| failure(&error))?;
                output.either(&json!({"proposal": number, "entry": done.entry}), || {
                    output.pick(
                        &format!("已驳回，存证号 {}", done.entry.0),
                        &format!("rejected: entry {}", done.entry.0),
                    )
                })?;
            }
        }
        Ok(Exit::Done)
    })
}

fn line(output: &Output, proposal: &ProposalView) -> String {
    let state = match proposal.state {
        ProposalState::Open => output.pick("待批", "open"),
        ProposalState::Approved => output.pick("已批准", "approved"),
        ProposalState::Rejected => output.pick("已驳回", "rejected"),
        ProposalState::Expired => output.pick("已失效", "expired"),
    };
    format!(
        "{:>4}  {}  {}  {} ({})  {state} < {}",
        proposal.proposal.0,
        proposal.office,
        proposal.act,
        proposal.proposer,
        proposal.proposer_account,
        proposal.ends
    )
}

/// Who acts for the operator: the holder of a key, or nobody by name.
///
/// # Errors
/// When the key opens nothing.
pub async fn operator(platform: &Platform, actor: &OperatorActor) -> Result<Caller, Failure> {
    match &actor.key {
        Some(key) => caller(platform, Some(key), None).await,
        None => Ok(Caller::Operator),
    }
}

/// Proposes something and says how it goes on.
///
/// # Errors
/// When the law refuses, or the store fails.
pub async fn made(
    output: &Output,
    platform: &Platform,
    asked: ProposalAsk,
    by: &Caller,
) -> Result<Exit, Failure> {
    let made = platform.propose(asked, by).await.map_err(|error| failure(&error))?;
    let number = made.proposal.0;
    output.either(&made, || {
        let next = output.pick(
            &format!("已提出，编号 {number}，请另一人在 {} 前批准：credence proposal approve {number}", made.ends),
            &format!("proposed as {number}: another person approves it before {}: credence proposal approve {number}", made.ends),
        );
        match &made.token {
            Some(token) => format!(
                "{token}\n{}\n{next}",
                output.pick(
                    "令牌只显示这一次，批准前不起作用",
                    "the token is shown this once and opens nothing before the approval",
                )
            ),
            None => next,
        }
    })?;
    Ok(Exit::Done)
}
