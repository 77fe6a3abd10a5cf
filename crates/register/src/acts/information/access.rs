//! Keys (Articles 6, 19, 53(6)).
//!
//! Departments and the big data centre take the technical measures that keep information secure (19): nobody comes in
//! without a key, a key is issued to a named holder for named duties, ends by itself, is replaced before that without a gap,
//! and can be revoked at once. It may be bound to networks and to client certificates, so that whoever steals it has little.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use law::{Citation, Day, Instant};
use serde::{Deserialize, Serialize};

use crate::acts::accountability::proposal::OperatorKey;
use crate::authority::{Authority, AuthorityCode, Duty};
use crate::caller::{Caller, Holder, KeyNumber, Person, is_plain_account};
use crate::event::Event;
use crate::rules::access::not_your_key;
use crate::rules::competence::performs;
use crate::rules::words;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};

mod events;

pub use events::{KeyHolder, KeyIssued, KeyRevoked, KeyRotated};

/// How many days a replaced key opens what it opened before, at most. Declared: a month is enough to bring a new key to every
/// program that uses the old one.
pub const OVERLAP_DAYS_MAX: u32 = 30;
/// How many days ahead the end of a named operator's key lies at most. Declared: whoever has left is out within a year or so,
/// and a platform whose keys are all lost can be founded again.
pub const OPERATOR_KEY_DAYS_MAX: u32 = 400;

/// For whom a key is asked, in the operator's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum KeyFor {
    /// An office and its duties.
    Office {
        /// The authority.
        authority: AuthorityCode,
        /// The duties; none means all that the office performs.
        #[serde(default)]
        duties: Vec<Duty>,
    },
    /// A subject, by its full identifier.
    Subject {
        /// The identifier as written.
        identifier: String,
    },
    /// A third party that subjects may give consents to.
    ThirdParty {
        /// Its name.
        name: String,
        /// Its identifier as written.
        identifier: String,
    },
    /// Staff of the operator.
    Operator,
}

/// What a key is bound to besides its holder. It is fixed when the key is issued and goes over to the key that replaces it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTerms {
    /// The person in whose name it is, where it is not a program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// The networks from which it opens anything; any where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<IpNet>,
    /// SHA-256 of the client certificates (DER) with one of which it opens anything, in hexadecimal; none is asked where none is
    /// named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<String>,
    /// The key in whose place it was put: revoking that one revokes this one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<KeyNumber>,
}

impl KeyTerms {
    /// Whether it is bound to nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// From where a key is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The address of whoever uses it.
    pub address: IpAddr,
    /// SHA-256 of the client certificate (DER) that was verified on the connection.
    pub certificate: Option<[u8; 32]>,
}

impl Origin {
    /// This machine itself: a command line beside the store.
    pub const HERE: Self = Self { address: IpAddr::V4(Ipv4Addr::LOCALHOST), certificate: None };
}

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
    /// What else it is bound to.
    pub terms: KeyTerms,
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
    /// The keys that operators hold in their own names.
    pub operators: Vec<OperatorKey>,
    /// The number that the key will have.
    pub next: KeyNumber,
    /// The moment of the act.
    pub now: Instant,
}

/// Asks for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueKey {
    /// For whom.
    pub holder: Holder,
    /// What else it is bound to.
    pub terms: KeyTerms,
    /// What for.
    pub label: String,
    /// SHA-256 of the secret, in hexadecimal; the secret itself was shown once and is kept nowhere.
    pub secret_digest: String,
    /// The last day on which it opens anything.
    pub last_day: Option<Day>,
}

/// Asks for a key in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotateKey {
    /// The number that the new key will have.
    pub next: KeyNumber,
    /// SHA-256 of its secret, in hexadecimal.
    pub secret_digest: String,
    /// For how many days the old one goes on.
    pub overlap_days: u32,
    /// The moment of the act.
    pub now: Instant,
}

/// Issues a key; an office's key carries only duties that the office performs.
///
/// A key in the name of an operator ends within [`OPERATOR_KEY_DAYS_MAX`]. Whoever holds such a key asks for another one
/// themselves: nobody has one made in the name of a colleague, to approve with it what they proposed.
///
/// Articles: 6, 19, 20
#[must_use]
pub fn issue(facts: &AccessFacts, ask: IssueKey, by: &Caller) -> Ruling {
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
        if let Err(ground) = performs(known, duties) {
            return Ruling::refused(ground);
        }
    }
    if let Some(person) = &ask.terms.person
        && (!is_plain_account(&person.account) || person.name.trim().is_empty())
    {
        return Ruling::refused(no_plain_name());
    }
    // Through the whole of the last day: up to the first moment of the next.
    let expires = ask.last_day.map(|day| day.plus_days(1).start());
    if let (Holder::Operator, Some(person)) = (&ask.holder, &ask.terms.person) {
        let latest = Day::of(facts.now).plus_days(i64::from(OPERATOR_KEY_DAYS_MAX)).start();
        if expires.is_none_or(|end| end > latest) {
            return Ruling::refused(end_needed());
        }
        let held = facts.operators.iter().any(|key| key.opens(facts.now) && key.person.is_same(person));
        let own = by.first().person().is_none_or(|asking| asking.is_same(person));
        if held && !own {
            return Ruling::refused(anothers_name());
        }
    }
    let event = KeyIssued {
        key: facts.next,
        secret_digest: ask.secret_digest,
        label: ask.label,
        holder: ask.holder,
        terms: ask.terms,
        expires,
    };
    Ruling::granted(Event::KeyIssued(event), Vec::new())
}

fn end_needed() -> Ground {
    Ground::new(
        "key_without_end",
        Citation::article(19),
        Bilingual::made(
            format!("运行单位人员的密钥须在 {OPERATOR_KEY_DAYS_MAX} 日内到期"),
            format!("the key of an operator's person ends within {OPERATOR_KEY_DAYS_MAX} days"),
        ),
    )
    .field("last_day")
    .remedy(Bilingual::new("写明最后一日", "name its last day"))
}

fn no_plain_name() -> Ground {
    Ground::new(
        "person_not_plain",
        Citation::article(53),
        Bilingual::new(
            "人员须有姓名，账号由字母、数字和 -_. 组成，至多 64 位",
            "a person has a name, and an account of letters, digits and -_. with at most 64 signs",
        ),
    )
    .field("person")
    .remedy(Bilingual::new("写明工号和姓名", "give the staff number and the name"))
}

fn anothers_name() -> Ground {
    Ground::new(
        "key_in_anothers_name",
        Citation::article(53),
        Bilingual::new(
            "已持有密钥的人员，其密钥只能由本人提出",
            "a key in the name of someone who holds one is proposed by that person",
        ),
    )
    .field("person")
    .remedy(Bilingual::new("由本人提出，或者更换其密钥", "let them propose it, or replace their own key"))
}

/// Whether a caller may replace or revoke a key: its holder with the key itself, and the operator.
///
/// Articles: 6, 19
///
/// # Errors
/// The refusal: one answer for a key that is someone else's and for one that does not exist.
pub fn may_dispose_of<'a>(key: Option<&'a Key>, by: &Caller) -> Result<&'a Key, Refusal> {
    match key {
        Some(key) if by.is_operator() || by.key() == Some(key.number) => Ok(key),
        None if by.is_operator() => Err(Ground::new(
            "unknown_key",
            Citation::article(19),
            Bilingual::new("没有该密钥", "there is no such key"),
        )
        .field("key")
        .remedy(Bilingual::new("用 `credence key list` 查看", "see `credence key list`"))
        .into()),
        _ => Err(not_your_key().into()),
    }
}

/// Puts a key in the place of another, which goes on for some days, so that no program stands still. It opens what the old one
/// opened, and ends when the old one would have: nobody prolongs their own key.
///
/// Whether an operator needs a second person for it is asked before
/// ([`crate::acts::accountability::proposal::may_act_alone`]); the holder of a key gains nothing and needs none.
///
/// Articles: 6, 19
#[must_use]
pub fn rotate(key: Option<&Key>, ask: RotateKey, by: &Caller) -> Ruling {
    let key = match may_dispose_of(key, by) {
        Ok(key) => key,
        Err(refusal) => return Ruling::refused(refusal),
    };
    if let Err(refusal) = may_use(key, ask.now) {
        return Ruling::refused(refusal);
    }
    if key.terms.person.is_some() && by.first().key() != Some(key.number) {
        // Its new secret would be known to someone else.
        return Ruling::refused(anothers_name());
    }
    if ask.overlap_days > OVERLAP_DAYS_MAX {
        return Ruling::refused(
            Ground::new(
                "overlap_too_long",
                Citation::article(19),
                Bilingual::made(
                    format!("新旧密钥最多并用 {OVERLAP_DAYS_MAX} 日"),
                    format!("both keys go on for {OVERLAP_DAYS_MAX} days at most"),
                ),
            )
            .field("overlap_days"),
        );
    }
    let over = ask.now.milliseconds() + i64::from(ask.overlap_days) * MILLISECONDS_A_DAY;
    let over = Instant::from_milliseconds(over);
    let issued = KeyIssued {
        key: ask.next,
        secret_digest: ask.secret_digest,
        label: key.label.clone(),
        holder: key.holder.clone(),
        terms: KeyTerms { replaces: Some(key.number), ..key.terms.clone() },
        expires: key.expires,
    };
    let before_expires = key.expires.map_or(over, |end| end.min(over));
    Ruling::granted(Event::KeyRotated(KeyRotated { issued, before: key.number, before_expires }), Vec::new())
}

/// A day.
const MILLISECONDS_A_DAY: i64 = 24 * 60 * 60 * 1000;

/// Revokes a key at once, and with it every key that was put in its place: whoever stole one may have replaced it. One person is enough: it gives nobody anything, and a key that leaked cannot wait for a second one.
///
/// Articles: 6, 19
#[must_use]
pub fn revoke(key: Option<&Key>, successors: &[Key], reason: String, by: &Caller) -> Ruling {
    let standing = |key: &&Key| !key.revoked;
    match may_dispose_of(key, by) {
        Ok(key) if !key.revoked || successors.iter().any(|key| !key.revoked) => {
            if let Err(ground) = words::reason(Citation::article(19), "reason", &reason) {
                return Ruling::refused(ground);
            }
            let all = std::iter::once(key).chain(successors).filter(standing);
            let revoked =
                |key: &Key| Event::KeyRevoked(KeyRevoked { key: key.number, reason: reason.clone() });
            Ruling::Granted { events: all.map(revoked).collect(), grounds: Vec::new() }
        }
        Ok(_) => Ruling::refused(
            Ground::new(
                "already_revoked",
                Citation::article(19),
                Bilingual::new("该密钥已撤销", "the key is revoked already"),
            )
            .field("key"),
        ),
        Err(refusal) => Ruling::refused(refusal),
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

/// Whether a key opens anything from where it is used: from one of its networks, with one of its certificates. From nowhere
/// known only a key that is bound to nothing does.
///
/// Articles: 6, 19
///
/// # Errors
/// The ground on which it does not.
pub fn may_use_from(key: &Key, from: Option<&Origin>) -> Result<(), Refusal> {
    let KeyTerms { networks, certificates, .. } = &key.terms;
    let address = from.map(|from| from.address.to_canonical());
    let inside = |network: &IpNet| address.is_some_and(|address| network.contains(&address));
    if !networks.is_empty() && !networks.iter().any(inside) {
        return Err(Ground::new(
            "key_not_from_here",
            Citation::article(19),
            Bilingual::new("该密钥不能从此网络使用", "the key opens nothing from this network"),
        )
        .into());
    }
    let shown = from.and_then(|from| from.certificate).map(hexadecimal);
    if !certificates.is_empty()
        && !shown.is_some_and(|shown| certificates.iter().any(|known| known.eq_ignore_ascii_case(&shown)))
    {
        return Err(Ground::new(
            "certificate_missing",
            Citation::article(19),
            Bilingual::new("未出示该密钥所要求的客户端证书", "the key asks for another client certificate"),
        )
        .into());
    }
    Ok(())
}

fn hexadecimal(digest: [u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
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
                competent_department: false,
            }),
            operators: Vec::new(),
            next: KeyNumber(1),
            now: Day::new(2026, 11, 23).unwrap().start(),
        }
    }

    fn person(account: &str) -> Person {
        Person { account: account.to_owned(), name: "甲".to_owned(), mandate: None }
    }

    fn key() -> Key {
        Key {
            number: KeyNumber(1),
            secret_digest: String::new(),
            label: String::new(),
            holder: office(&[1]),
            terms: KeyTerms::default(),
            expires: Some(Day::new(2026, 12, 31).unwrap().plus_days(1).start()),
            revoked: false,
        }
    }

    fn code(ruling: Ruling) -> String {
        match ruling {
            Ruling::Refused { refusal, .. } => refusal.grounds[0].code.to_string(),
            Ruling::Granted { .. } => "granted".to_owned(),
        }
    }

    fn ask(holder: Holder) -> IssueKey {
        IssueKey {
            holder,
            terms: KeyTerms::default(),
            label: "test".into(),
            secret_digest: "00".into(),
            last_day: Day::new(2026, 12, 31),
        }
    }

    #[test]
    fn article_20_a_key_carries_only_duties_that_its_office_performs() {
        assert!(matches!(issue(&facts(), ask(office(&[1])), &Caller::Operator), Ruling::Granted { .. }));
        assert!(matches!(issue(&facts(), ask(office(&[4])), &Caller::Operator), Ruling::Refused { .. }));
    }

    #[test]
    fn article_19_a_key_ends_with_its_last_day_and_at_once_when_revoked() {
        let end = Day::new(2026, 12, 31).unwrap().plus_days(1).start();
        let mut key = key();
        assert!(may_use(&key, Instant::from_milliseconds(end.milliseconds() - 1)).is_ok());
        assert!(may_use(&key, end).is_err());
        key.revoked = true;
        assert!(may_use(&key, Instant::from_milliseconds(0)).is_err());
    }
    #[test]
    fn article_53_an_operators_named_key_ends_and_is_asked_for_by_its_own_person() {
        let mut asked = ask(Holder::Operator);
        asked.terms.person = Some(person("A-1"));
        asked.last_day = None;
        assert_eq!(code(issue(&facts(), asked.clone(), &Caller::Operator)), "key_without_end");
        asked.last_day = Day::new(2028, 1, 1);
        assert_eq!(code(issue(&facts(), asked.clone(), &Caller::Operator)), "key_without_end");
        asked.last_day = Day::new(2027, 11, 23);
        assert_eq!(code(issue(&facts(), asked.clone(), &Caller::Operator)), "granted");
        let mut held = facts();
        held.operators = vec![OperatorKey { person: person("a-1 "), expires: None, revoked: None }];
        let key = |account: &str| Caller::Key {
            key: KeyNumber(7),
            holder: Holder::Operator,
            person: Some(person(account)),
        };
        assert_eq!(code(issue(&held, asked.clone(), &key("B-2"))), "key_in_anothers_name");
        assert_eq!(code(issue(&held, asked, &key("A-1"))), "granted");
    }

    #[test]
    fn article_19_a_key_that_is_replaced_goes_on_for_the_overlap_and_never_beyond_its_end() {
        let now = Day::new(2026, 12, 30).unwrap().start();
        let ask =
            |overlap_days| RotateKey { next: KeyNumber(2), secret_digest: "11".into(), overlap_days, now };
        let own = Caller::Key { key: KeyNumber(1), holder: office(&[1]), person: None };
        let rotated = |overlap_days, by: &Caller| match rotate(Some(&key()), ask(overlap_days), by) {
            Ruling::Granted { events, .. } => match events.into_iter().next() {
                Some(Event::KeyRotated(rotated)) => Ok(rotated),
                _ => Err("another event".to_owned()),
            },
            refused @ Ruling::Refused { .. } => Err(code(refused)),
        };
        let one = rotated(1, &own).unwrap();
        assert_eq!(one.before_expires, Day::new(2026, 12, 31).unwrap().start());
        assert_eq!((one.issued.expires, one.issued.holder), (key().expires, key().holder));
        assert_eq!(rotated(7, &own).unwrap().before_expires, key().expires.unwrap());
        assert_eq!(rotated(0, &own).unwrap().before_expires, now);
        assert_eq!(rotated(31, &own), Err("overlap_too_long".to_owned()));
        let other = Caller::Key { key: KeyNumber(3), holder: office(&[1]), person: None };
        assert_eq!(rotated(1, &other), Err("not_your_key".to_owned()));
        assert!(rotated(1, &Caller::Operator).is_ok());
        let mut named = key();
        named.terms.person = Some(person("A-1"));
        assert_eq!(code(rotate(Some(&named), ask(1), &Caller::Operator)), "key_in_anothers_name");
        let mut revoked = key();
        revoked.revoked = true;
        assert_eq!(code(rotate(Some(&revoked), ask(1), &own)), "key_revoked");
    }

    #[test]
    fn article_19_a_bound_key_opens_nothing_from_elsewhere() {
        let from = |address: &str, certificate| Origin { address: address.parse().unwrap(), certificate };
        let mut key = key();
        assert!(may_use_from(&key, None).is_ok());
        key.terms.networks = vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
        for (address, inside) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("2001:db8::1", true),
            ("11.0.0.1", false),
            ("::1", false),
        ] {
            assert_eq!(may_use_from(&key, Some(&from(address, None))).is_ok(), inside, "{address}");
        }
        assert!(may_use_from(&key, None).is_err());
        key.terms.certificates = vec!["AB".repeat(32)];
        assert!(may_use_from(&key, Some(&from("10.1.2.3", None))).is_err());
        assert!(may_use_from(&key, Some(&from("10.1.2.3", Some([0; 32])))).is_err());
        assert!(may_use_from(&key, Some(&from("10.1.2.3", Some([0xab; 32])))).is_ok());
        assert!(may_use_from(&key, Some(&from("11.0.0.1", Some([0xab; 32])))).is_err());
    }
}
