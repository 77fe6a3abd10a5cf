//! `credence key`: API keys (Articles 6, 19). The token is printed once and kept nowhere.

use law::Instant;
use register::authority::{AuthorityCode, Duty};
use register::caller::{Caller, Holder, KeyNumber, Person};
use serde_json::json;
use service::ServiceError;
use service::administration::{IssuedKey, KeyFor, KeyTerms, ListedKey};
use service::proposals::ProposalAsk;

use crate::arguments::{KeyAddArguments, KeyCommand};
use crate::commands::proposal::{made, operator};
use crate::context::{Context, caller, failure};
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// How many keys are read at once.
const KEYS_AT_ONCE: u64 = 256;

/// Issues, replaces, lists or revokes.
///
/// # Errors
/// When the law refuses, or the store fails.
pub fn run(context: &Context, command: &KeyCommand) -> Result<Exit, Failure> {
    let output = context.output;
    match command {
        KeyCommand::Add(asked) => {
            let (holder, terms) = (holder(asked)?, terms(asked));
            context.with_platform(async |platform| {
                let by = operator(&platform, &asked.actor).await?;
                let (label, last_day) = (asked.label.clone(), asked.last_day);
                if asked.actor.propose {
                    let asked = ProposalAsk::IssueKey { holder, terms, label, last_day };
                    return made(&output, &platform, asked, &by).await;
                }
                issued(&output, platform.issue_bound_key(holder, terms, &label, last_day, &by).await)
            })
        }
        KeyCommand::Rotate { number, overlap, actor } => context.with_platform(async |platform| {
            let by = operator(&platform, actor).await?;
            let (key, overlap_days) = (KeyNumber(*number), *overlap);
            if actor.propose {
                return made(&output, &platform, ProposalAsk::RotateKey { key, overlap_days }, &by).await;
            }
            issued(&output, platform.rotate_key(key, overlap_days, &by).await)
        }),
        KeyCommand::List => context.with_platform(async |platform| {
            let mut after = None;
            loop {
                let keys = platform
                    .keys(after, KEYS_AT_ONCE, &Caller::Operator)
                    .await
                    .map_err(|error| failure(&error))?;
                for key in &keys {
                    show(&output, key, platform.now())?;
                }
                after = keys.last().map(|listed| listed.key.number);
                if (keys.len() as u64) < KEYS_AT_ONCE {
                    return Ok(Exit::Done);
                }
            }
        }),
        KeyCommand::Revoke { number, reason, key } => context.with_platform(async |platform| {
            let by = match key {
                Some(key) => caller(&platform, Some(key), None).await?,
                None => Caller::Operator,
            };
            let done = platform
                .revoke_key(KeyNumber(*number), reason, &by)
                .await
                .map_err(|error| failure(&error))?;
            output.either(&json!({"key": number, "entry": done.entry}), || {
                output.pick(
                    &format!("密钥 {number} 已撤销，存证号 {}", done.entry.0),
                    &format!("key {number} is revoked: entry {}", done.entry.0),
                )
            })?;
            Ok(Exit::Done)
        }),
    }
}

fn issued(output: &Output, issued: Result<IssuedKey, ServiceError>) -> Result<Exit, Failure> {
    let issued = issued.map_err(|error| failure(&error))?;
    let object = json!({"key": issued.number, "token": issued.token, "entry": issued.done.entry});
    output.either(&object, || {
        format!(
            "{}\n{}",
            issued.token,
            output.pick(
                &format!("密钥 {}，存证号 {}；令牌只显示这一次", issued.number.0, issued.done.entry.0),
                &format!(
                    "key {}, entry {}; the token is shown this once",
                    issued.number.0, issued.done.entry.0
                ),
            )
        )
    })?;
    Ok(Exit::Done)
}

fn terms(asked: &KeyAddArguments) -> KeyTerms {
    let person = asked.person.as_ref().map(|account| Person {
        account: account.trim().to_owned(),
        name: asked.name.clone().unwrap_or_default(),
        mandate: None,
    });
    KeyTerms {
        person,
        networks: asked.networks.clone(),
        certificates: asked.certificates.clone(),
        replaces: None,
    }
}

fn holder(asked: &KeyAddArguments) -> Result<KeyFor, Failure> {
    if let Some(office) = &asked.office {
        let duties = asked
            .duties
            .iter()
            .map(|number| Duty::try_from(*number).map_err(Failure::usage))
            .collect::<Result<Vec<_>, _>>()?;
        return Ok(KeyFor::Office { authority: AuthorityCode(office.clone()), duties });
    }
    if let Some(identifier) = &asked.subject {
        return Ok(KeyFor::Subject { identifier: identifier.clone() });
    }
    match (&asked.third_party, &asked.identifier) {
        (Some(name), Some(identifier)) => {
            Ok(KeyFor::ThirdParty { name: name.clone(), identifier: identifier.clone() })
        }
        _ => Ok(KeyFor::Operator),
    }
}

fn show(output: &Output, listed: &ListedKey, now: Instant) -> Result<(), Failure> {
    let ListedKey { key, used } = listed;
    let (kind, for_whom) = match &key.holder {
        Holder::Office { authority, duties } => {
            let duties = duties.iter().map(|duty| duty.number().to_string()).collect::<Vec<_>>().join(",");
            ("office", format!("{authority} 20({duties})"))
        }
        // Whose key it is can be asked of the subject's own view; the list tells the operator no person's number.
        Holder::Subject { subject } => ("subject", format!("#{}", subject.0)),
        Holder::ThirdParty { name, .. } => ("third_party", name.clone()),
        Holder::Operator => ("operator", String::new()),
    };
    let expired = key.expires.is_some_and(|end| now >= end);
    let object = json!({
        "key": key.number, "kind": kind, "holder": for_whom, "label": key.label,
        "expires": key.expires.map(|end| end.to_string()), "expired": expired, "revoked": key.revoked,
        "person": key.terms.person.as_ref().map(|person| &person.account),
        "name": key.terms.person.as_ref().map(|person| &person.name),
        "networks": key.terms.networks, "certificates": key.terms.certificates,
        "used": used.map(|used| used.to_string()),
    });
    output.either(&object, || {
        let state = match (key.revoked, expired) {
            (true, _) => output.pick("已撤销", "revoked"),
            (false, true) => output.pick("已过期", "expired"),
            (false, false) => output.pick("有效", "valid"),
        };
        let until = key.expires.map_or_else(String::new, |end| format!(" < {end}"));
        let mut bound = String::new();
        if let Some(person) = &key.terms.person {
            bound.push_str(&format!("  {} ({})", person.name, person.account));
        }
        for network in &key.terms.networks {
            bound.push_str(&format!("  {network}"));
        }
        if !key.terms.certificates.is_empty() {
            bound.push_str(&output.pick("  须客户端证书", "  with a client certificate"));
        }
        let used = match used {
            Some(used) => output.pick(&format!("最近使用 {used}"), &format!("used {used}")),
            None => output.pick("从未使用", "never used"),
        };
        format!("{:>4}  {kind} {for_whom}  {}{bound}  {state}{until}  {used}", key.number.0, key.label)
    })
}
