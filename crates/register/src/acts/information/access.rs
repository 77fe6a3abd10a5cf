//! Keys (Articles 6, 19, 53(6)).
//!
//! Departments and the big data centre take the technical measures that keep information secure (19): nobody comes in
//! without a key, a key is issued to a named holder for named duties, ends by itself, and can be revoked at once.

use law::{Citation, Day, Instant};
use serde::{Deserialize, Serialize};

use crate::authority::Authority;
use crate::caller::{Holder, KeyNumber};
use crate::change::{Change, Value};
use crate::event::Event;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::tables;

/// A key as it is held: never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its number.
    pub number: KeyNumber,
    /// SHA-256 of its secret, in hexadecimal.
    pub secret_digest: String,
    /// What it is for, in the operator's words.
    pub label: String,
    /// For whom it was issued.
    pub holder: Holder,
    /// When it ends.
    pub expires: Option<Instant>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// What the law makes relevant to issuing a key.
#[derive(Debug)]
pub struct AccessFacts {
    /// The authority for which an office's key is asked.
    pub authority: Option<Authority>,
    /// The number that the key will have.
    pub next: KeyNumber,
}

/// Asks for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueKey {
    /// For whom.
    pub holder: Holder,
    /// What for.
    pub label: String,
    /// SHA-256 of the secret, in hexadecimal; the secret itself was shown once and is kept nowhere.
    pub secret_digest: String,
    /// The last day on which it opens anything.
    pub last_day: Option<Day>,
}

/// A key was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyIssued {
    /// Its number.
    pub key: KeyNumber,
    /// SHA-256 of its secret.
    pub secret_digest: String,
    /// What for.
    pub label: String,
    /// For whom.
    pub holder: Holder,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Instant>,
}

/// A key was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRevoked {
    /// Its number.
    pub key: KeyNumber,
    /// Why.
    pub reason: String,
}

impl KeyIssued {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Insert {
            table: &tables::API_KEY,
            row: vec![
                self.key.0.into(),
                self.secret_digest.as_str().into(),
                self.label.as_str().into(),
                serde_json::to_string(&self.holder).unwrap_or_default().into(),
                self.expires.map_or(Value::Null, |end| Value::Integer(end.milliseconds())),
                Value::Entry,
                Value::Null,
            ],
        }]
    }
}

impl KeyRevoked {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Update {
            table: &tables::API_KEY,
            key: vec![self.key.0.into()],
            set: vec![("revoked", Value::Entry)],
        }]
    }
}

/// Issues a key; an office's key carries only duties that the office performs.
///
/// Articles: 6, 19, 20
#[must_use]
pub fn issue(facts: &AccessFacts, ask: IssueKey) -> Ruling {
    if let Holder::Office { authority, duties } = &ask.holder {
        let Some(known) = &facts.authority else {
            return Ruling::refused(
                Ground::new(
                    "unknown_authority",
                    Citation::article(14),
                    Bilingual::made(
                        format!("没有登记单位 `{authority}`"),
                        format!("no authority `{authority}` is enrolled"),
                    ),
                )
                .field("office"),
            );
        };
        if let Some(foreign) = duties.iter().find(|duty| !known.duties.contains(duty)) {
            return Ruling::refused(
                Ground::new(
                    "not_a_duty_of_the_office",
                    Citation::article(20).item(foreign.number()),
                    Bilingual::made(
                        format!("`{authority}` 不履行第二十条第（{}）项职责", foreign.number()),
                        format!("`{authority}` does not perform the duty of Article {foreign}"),
                    ),
                )
                .field("duty"),
            );
        }
    }
    let event = KeyIssued {
        key: facts.next,
        secret_digest: ask.secret_digest,
        label: ask.label,
        holder: ask.holder,
        // Through the whole of the last day: up to the first moment of the next.
        expires: ask.last_day.map(|day| day.plus_days(1).start()),
    };
    Ruling::granted(Event::KeyIssued(event), Vec::new())
}

/// Revokes a key, at once.
///
/// Articles: 6, 19
#[must_use]
pub fn revoke(key: Option<&Key>, reason: String) -> Ruling {
    match key {
        Some(key) if !key.revoked => {
            Ruling::granted(Event::KeyRevoked(KeyRevoked { key: key.number, reason }), Vec::new())
        }
        Some(_) => Ruling::refused(
            Ground::new(
                "already_revoked",
                Citation::article(19),
                Bilingual::new("该密钥已撤销", "the key is revoked already"),
            )
            .field("key"),
        ),
        None => Ruling::refused(
            Ground::new(
                "unknown_key",
                Citation::article(19),
                Bilingual::new("没有该密钥", "there is no such key"),
            )
            .field("key")
            .remedy(Bilingual::new("用 `credence key list` 查看", "see `credence key list`")),
        ),
    }
}

/// Whether a key opens anything at a moment.
///
/// Articles: 6, 19
///
/// # Errors
/// The ground on which it does not.
pub fn may_use(key: &Key, now: Instant) -> Result<(), Refusal> {
    if key.revoked {
        return Err(Ground::new(
            "key_revoked",
            Citation::article(19),
            Bilingual::new("密钥已撤销", "the key is revoked"),
        )
        .into());
    }
    if key.expires.is_some_and(|end| now >= end) {
        return Err(Ground::new(
            "key_expired",
            Citation::article(19),
            Bilingual::new("密钥已过期", "the key has expired"),
        )
        .remedy(Bilingual::new("向平台申请新密钥", "ask the operator for a new one"))
        .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::{AuthorityCode, Duty, Level};

    fn office(duties: &[u8]) -> Holder {
        Holder::Office {
            authority: AuthorityCode("tax".into()),
            duties: duties.iter().filter_map(|number| Duty::new(*number)).collect(),
        }
    }

    fn facts() -> AccessFacts {
        AccessFacts {
            authority: Some(Authority {
                code: AuthorityCode("tax".into()),
                name: Bilingual::new("税务局", "tax bureau"),
                level: Level::Municipal,
                division: "110000".into(),
                unified_code: None,
                parent: None,
                duties: Duty::new(1).into_iter().collect(),
                operates_platform: false,
            }),
            next: KeyNumber(1),
        }
    }

    fn ask(holder: Holder) -> IssueKey {
        IssueKey {
            holder,
            label: "test".into(),
            secret_digest: "00".into(),
            last_day: Day::new(2026, 12, 31),
        }
    }

    #[test]
    fn article_20_a_key_carries_only_duties_that_its_office_performs() {
        assert!(matches!(issue(&facts(), ask(office(&[1]))), Ruling::Granted { .. }));
        assert!(matches!(issue(&facts(), ask(office(&[4]))), Ruling::Refused { .. }));
    }

    #[test]
    fn article_19_a_key_ends_with_its_last_day_and_at_once_when_revoked() {
        let end = Day::new(2026, 12, 31).unwrap().plus_days(1).start();
        let mut key = Key {
            number: KeyNumber(1),
            secret_digest: String::new(),
            label: String::new(),
            holder: office(&[1]),
            expires: Some(end),
            revoked: false,
        };
        assert!(may_use(&key, Instant::from_milliseconds(end.milliseconds() - 1)).is_ok());
        assert!(may_use(&key, end).is_err());
        key.revoked = true;
        assert!(may_use(&key, Instant::from_milliseconds(0)).is_err());
    }
}
