//! Consent (Article 35).
//!
//! Inquiries into others' personal information are upon their written consent. A consent names who may look, at which items,
//! for what purpose, until which day and how often; only the subject gives it, and takes it back at once and without a reason.

use law::{Citation, Day};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::catalogue::{Catalogue, ItemCode};
use crate::change::{Change, Value};
use crate::event::Event;
use crate::rules::access::Undertaking;
use crate::rules::words;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::{EntryNumber, SubjectIdentifier, SubjectNumber};
use crate::tables;

/// The number of a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConsentNumber(pub u64);

/// Who may look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grantee {
    /// The name, as the subject wrote it.
    pub name: String,
    /// The full identifier: a key opens the consent only when its holder's is the same.
    pub identifier: SubjectIdentifier,
}

/// A consent as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its number.
    pub number: ConsentNumber,
    /// Who gave it.
    pub subject: SubjectNumber,
    /// Who may look.
    pub grantee: Grantee,
    /// At which items; at least one is named.
    pub items: Vec<ItemCode>,
    /// For what.
    pub purpose: String,
    /// The last day, itself included.
    pub last_day: Day,
    /// How often it may still be used; nothing means as often as needed until the last day.
    pub uses_left: Option<u32>,
    /// The entry that gave it.
    pub given: EntryNumber,
    /// The entry that took it back.
    pub revoked: Option<EntryNumber>,
}

impl Consent {
    /// Whether it still stands and says what is asked for once more: a form that was sent twice gives one consent, which is taken
    /// back with one act.
    ///
    /// Articles: 35
    #[must_use]
    pub fn says_already(&self, ask: &GrantConsent, today: Day) -> bool {
        self.revoked.is_none()
            && self.last_day >= today
            && self.grantee == ask.grantee
            && self.items == ask.items
            && self.purpose == ask.purpose
            && self.last_day == ask.last_day
            && self.uses_left == ask.uses
    }

    /// Whether an item is within its scope.
    #[must_use]
    pub fn covers(&self, item: &ItemCode) -> bool {
        self.items.contains(item)
    }
}

/// What the law makes relevant to a consent.
#[derive(Debug)]
pub struct ConsentFacts<'a> {
    /// The catalogue in force.
    pub catalogue: &'a Catalogue,
    /// Today.
    pub today: Day,
    /// The number that a new consent gets.
    pub next: ConsentNumber,
}

/// Gives a consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantConsent {
    /// Who may look.
    pub grantee: Grantee,
    /// At which items.
    pub items: Vec<ItemCode>,
    /// For what.
    pub purpose: String,
    /// Until when.
    pub last_day: Day,
    /// How often.
    pub uses: Option<u32>,
}

/// A consent was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentGranted {
    /// Its number.
    pub consent: ConsentNumber,
    /// Who gave it.
    pub subject: SubjectNumber,
    /// Who may look.
    pub grantee: Grantee,
    /// At which items.
    pub items: Vec<ItemCode>,
    /// For what.
    pub purpose: String,
    /// Until when.
    pub last_day: Day,
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
}

/// A consent was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRevoked {
    /// Its number.
    pub consent: ConsentNumber,
    /// Who took it back.
    pub subject: SubjectNumber,
}

impl ConsentGranted {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Insert {
            table: &tables::CONSENT,
            row: vec![
                self.consent.0.into(),
                self.subject.0.into(),
                self.last_day.to_string().into(),
                self.uses.map_or(Value::Null, |uses| Value::Integer(i64::from(uses))),
                Value::Entry,
                Value::Null,
            ],
        }]
    }
}

impl ConsentRevoked {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Update {
            table: &tables::CONSENT,
            key: vec![self.consent.0.into()],
            set: vec![("revoked", Value::Entry)],
        }]
    }
}

/// Gives a consent. Nobody but the subject can; scope, purpose and last day must be named.
///
/// Articles: 35
#[must_use]
pub fn grant(facts: &ConsentFacts<'_>, ask: GrantConsent, by: &Caller) -> Ruling {
    let Some(subject) = by.subject() else { return Ruling::refused(Undertaking::GrantConsent.refusal()) };
    let mut grounds = Vec::new();
    let mut refuse = |code: &'static str, field: &str, reason: Bilingual| {
        grounds.push(Ground::new(code, Citation::article(35), reason).field(field));
    };
    if ask.items.is_empty() {
        refuse(
            "scope_missing",
            "items",
            Bilingual::new("必须写明同意查询的条目", "name the items that may be looked at"),
        );
    }
    for item in &ask.items {
        if facts.catalogue.item(item).is_none() {
            refuse(
                "not_in_catalogue",
                "items",
                Bilingual::made(format!("目录中没有 `{item}`"), format!("`{item}` is not in the catalogue")),
            );
        }
    }
    if ask.purpose.trim().is_empty() {
        refuse("purpose_missing", "purpose", Bilingual::new("必须写明用途", "name the purpose"));
    }
    if ask.last_day < facts.today {
        refuse("last_day_past", "last_day", Bilingual::new("截止日期已过", "the last day is past"));
    }
    if ask.uses == Some(0) {
        refuse("uses_missing", "uses", Bilingual::new("次数至少为一次", "it must be usable once at least"));
    }
    grounds.extend(words::words_or_nothing(Citation::article(35), "purpose", &ask.purpose).err());
    if !grounds.is_empty() {
        return Ruling::refused(Refusal { grounds });
    }
    Ruling::granted(
        Event::ConsentGranted(ConsentGranted {
            consent: facts.next,
            subject,
            grantee: ask.grantee,
            items: ask.items,
            purpose: ask.purpose,
            last_day: ask.last_day,
            uses: ask.uses,
        }),
        Vec::new(),
    )
}

/// Takes a consent back, from this entry on.
///
/// Articles: 35
#[must_use]
pub fn revoke(consent: Option<&Consent>, by: &Caller) -> Ruling {
    let Some(subject) = by.subject() else { return Ruling::refused(Undertaking::RevokeConsent.refusal()) };
    match consent.filter(|consent| consent.subject == subject) {
        Some(consent) if consent.revoked.is_none() => Ruling::granted(
            Event::ConsentRevoked(ConsentRevoked { consent: consent.number, subject }),
            Vec::new(),
        ),
        Some(_) => Ruling::refused(
            Ground::new(
                "already_revoked",
                Citation::article(35),
                Bilingual::new("该同意已经撤回", "the consent was taken back already"),
            )
            .field("consent"),
        ),
        None => Ruling::refused(
            Ground::new(
                "not_your_consent",
                Citation::article(35),
                Bilingual::new("没有您给出的该项同意", "you gave no such consent"),
            )
            .field("consent"),
        ),
    }
}
