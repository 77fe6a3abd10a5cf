//! `credence record` and `credence consent`: what becomes of a record, and what subjects do themselves.

use register::acts::information::erasure::{EraseRecords, ErasureGround};
use register::acts::rights::consent::ConsentNumber;
use register::acts::rights::restoration::RestoreRecord;
use register::caller::Caller;
use register::catalogue::ItemCode;
use register::record::{BatchNumber, RecordNumber};
use serde_json::{Map, Value, json};
use service::proposals::ProposalAsk;
use service::rights::ConsentRequest;

use crate::arguments::{ConsentCommand, EraseArguments, GroundWord, RecordCommand};
use crate::commands::proposal;
use crate::context::{Context, caller, failure};
use crate::exit::{Exit, Failure};

/// Does something about a record.
///
/// # Errors
/// When the law refuses, or the store fails.
pub fn record(context: &Context, command: &RecordCommand) -> Result<Exit, Failure> {
    let output = context.output;
    context.with_platform(async |platform| {
        let done = match command {
            RecordCommand::Correct { record, fields, reason, actor } => {
                let fields: Map<String, Value> = serde_json::from_str(fields).map_err(|error| {
                    Failure::usage(format!("`--fields` is no JSON object: {error}"))
                        .next("write it as `{\"fine_fen\": 500000}`")
                })?;
                let by = caller(&platform, actor.key.as_deref(), actor.office.as_deref()).await?;
                platform.correct(RecordNumber(*record), fields, reason, &by).await
            }
            RecordCommand::Revoke { record, reason, actor } => {
                let by = caller(&platform, actor.key.as_deref(), actor.office.as_deref()).await?;
                platform.revoke(RecordNumber(*record), reason, &by).await
            }
            RecordCommand::RevokeBatch { batch, first_line, last_line, reason, key } => {
                let by = caller(&platform, Some(key), None).await?;
                let asked = ProposalAsk::RevokeBatch {
                    batch: BatchNumber(*batch),
                    first_line: *first_line,
                    last_line: *last_line,
                    reason: reason.clone(),
                };
                return proposal::made(&output, &platform, asked, &by).await;
            }
            RecordCommand::Restore { record, performance, commitment, reason, actor } => {
                let by = caller(&platform, actor.key.as_deref(), actor.office.as_deref()).await?;
                let ask = RestoreRecord {
                    performance_document: performance.clone(),
                    commitment_document: commitment.clone(),
                    reason: reason.clone(),
                };
                platform.restore(RecordNumber(*record), ask, &by).await
            }
            RecordCommand::VerifyCode { code, reason, actor } => {
                let by = caller(&platform, actor.key.as_deref(), actor.office.as_deref()).await?;
                platform.verify_identifier(code, reason, &by).await
            }
            RecordCommand::Withdraw { record, key } => {
                let by = caller(&platform, Some(key), None).await?;
                platform.withdraw(RecordNumber(*record), &by).await
            }
            RecordCommand::Resume { record, key } => {
                let by = caller(&platform, Some(key), None).await?;
                platform.resume(RecordNumber(*record), &by).await
            }
        }
        .map_err(|error| failure(&error))?;
        output.either(&done, || {
            output.pick(&format!("已办理，存证号 {}", done.entry.0), &format!("done: entry {}", done.entry.0))
        })?;
        Ok(Exit::Done)
    })
}

/// Erases records.
///
/// # Errors
/// When the law refuses, or the store fails.
pub fn erase(context: &Context, asked: &EraseArguments) -> Result<Exit, Failure> {
    let output = context.output;
    let text = asked.document.clone();
    let ground = match asked.ground {
        GroundWord::Retention => {
            ErasureGround::Retention { months: asked.months.unwrap_or_default(), source: text }
        }
        GroundWord::UnlawfulCollection => ErasureGround::UnlawfulCollection { document: text },
        GroundWord::Law => ErasureGround::NamedLaw { law: text },
    };
    let records = asked.records.iter().map(|number| RecordNumber(*number)).collect();
    context.with_platform(async |platform| {
        let by = match &asked.actor.key {
            None => Caller::Operator,
            Some(key) => caller(&platform, Some(key), None).await?,
        };
        let erasure = EraseRecords { records, ground };
        if asked.actor.propose {
            return proposal::made(&output, &platform, ProposalAsk::EraseRecords(erasure), &by).await;
        }
        let erased = platform.erase(erasure, &by).await.map_err(|error| failure(&error))?;
        output.either(&erased, || {
            let (count, entry) = (erased.entries.len(), erased.done.entry.0);
            let mut text = output.pick(
                &format!("已删除：{count} 条存证的内容不可再开启，存证号 {entry}"),
                &format!("erased: what {count} entries said can be opened by nobody; entry {entry}"),
            );
            if let Some(why) = &erased.left_behind {
                text.push_str(&format!(
                    "\n  {}",
                    output.pick(
                        &format!("数据库尚未覆盖腾出的空间：{why}"),
                        &format!("the database has not written over what it freed yet: {why}"),
                    )
                ));
            }
            text
        })?;
        Ok(Exit::Done)
    })
}

/// Gives a consent or takes it back.
///
/// # Errors
/// When the law refuses, or the store fails.
pub fn consent(context: &Context, command: &ConsentCommand) -> Result<Exit, Failure> {
    let output = context.output;
    context.with_platform(async |platform| {
        match command {
            ConsentCommand::Grant(grant) => {
                let by = caller(&platform, Some(&grant.key), None).await?;
                let ask = ConsentRequest {
                    grantee_name: grant.to_name.clone(),
                    grantee_identifier: grant.to.clone(),
                    items: grant.items.iter().map(|item| ItemCode(item.clone())).collect(),
                    purpose: grant.purpose.clone(),
                    last_day: grant.last_day,
                    uses: grant.uses,
                };
                let done = platform.grant_consent(ask, &by).await.map_err(|error| failure(&error))?;
                output.either(&done, || {
                    let (number, entry) = (done.consent.0, done.done.entry.0);
                    output.pick(
                        &format!("授权 {number}，存证号 {entry}"),
                        &format!("consent {number}: entry {entry}"),
                    )
                })?;
            }
            ConsentCommand::Revoke { consent, key } => {
                let by = caller(&platform, Some(key), None).await?;
                let done = platform
                    .revoke_consent(ConsentNumber(*consent), &by)
                    .await
                    .map_err(|error| failure(&error))?;
                output.either(
                    &json!({"consent": consent, "entry": done.entry, "receipt": done.receipt}),
                    || {
                        output.pick(
                            &format!("已撤回，存证号 {}", done.entry.0),
                            &format!("taken back: entry {}", done.entry.0),
                        )
                    },
                )?;
            }
        }
        Ok(Exit::Done)
    })
}
