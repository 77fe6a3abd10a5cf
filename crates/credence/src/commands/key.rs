//! `credence key`: API keys (Articles 6, 19). The token is printed once and kept nowhere.

use law::Instant;
use register::acts::information::access::Key;
use register::authority::{AuthorityCode, Duty};
use register::caller::{Caller, Holder, KeyNumber};
use serde_json::json;
use service::administration::KeyFor;

use crate::arguments::{KeyAddArguments, KeyCommand};
use crate::context::{Context, failure};
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// How many keys are read at once.
const KEYS_AT_ONCE: u64 = 256;

/// Issues, lists or revokes.
///
/// # Errors
/// When the law refuses, or the store fails.
pub fn run(context: &Context, command: &KeyCommand) -> Result<Exit, Failure> {
    let output = context.output;
    match command {
        KeyCommand::Add(asked) => {
            let holder = holder(asked)?;
            context.with_platform(async |platform| {
                let issued = platform
                    .issue_key(holder, &asked.label, asked.last_day, &Caller::Operator)
                    .await
                    .map_err(|error| failure(&error))?;
                let object = json!({"key": issued.number, "token": issued.token, "entry": issued.done.entry});
                output.either(&object, || {
                    format!(
                        "{}\n{}",
                        issued.token,
                        output.pick(
                            &format!(
                                "密钥 {}，存证号 {}；令牌只显示这一次",
                                issued.number.0, issued.done.entry.0
                            ),
                            &format!(
                                "key {}, entry {}; the token is shown this once",
                                issued.number.0, issued.done.entry.0
                            ),
                        )
                    )
                })?;
                Ok(Exit::Done)
            })
        }
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
                after = keys.last().map(|key| key.number);
                if (keys.len() as u64) < KEYS_AT_ONCE {
                    return Ok(Exit::Done);
                }
            }
        }),
        KeyCommand::Revoke { number, reason } => context.with_platform(async |platform| {
            let done = platform
                .revoke_key(KeyNumber(*number), reason, &Caller::Operator)
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

fn show(output: &Output, key: &Key, now: Instant) -> Result<(), Failure> {
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
    });
    output.either(&object, || {
        let state = match (key.revoked, expired) {
            (true, _) => output.pick("已撤销", "revoked"),
            (false, true) => output.pick("已过期", "expired"),
            (false, false) => output.pick("有效", "valid"),
        };
        let until = key.expires.map_or_else(String::new, |end| format!(" < {end}"));
        format!("{:>4}  {kind} {for_whom}  {}  {state}{until}", key.number.0, key.label)
    })
}
