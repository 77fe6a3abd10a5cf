//! Four eyes (Articles 6, 53).
//!
//! Whoever manages credit information keeps it secure (6), and answers for misuse of office (53). What reaches everyone at once,
//! such as the catalogue, who may file, who holds a key, or a whole batch of records, is therefore done by two: one person
//! proposes it, another of the same office approves it, and both names stand in the entry. The act itself is asked again when it
//! is approved, by the facts of that moment.
//!
//! The nameless operator at the command line does these alone only while the platform is being founded: until two persons hold
//! a key in their own names.

use law::{Citation, Instant};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::acts::information::access::{KeyFor, KeyTerms};
use crate::acts::information::erasure::EraseRecords;
use crate::authority::Authority;
use crate::caller::{Caller, CallerKind, KeyNumber, Person};
use crate::catalogue::CatalogueEdition;
use crate::event::Event;
use crate::record::BatchNumber;
use crate::rules::access::{Undertaking, may_undertake, person_needed};
use crate::rules::masking::mask_identifier;
use crate::rules::words;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::EntryNumber;

mod events;

pub use events::{ActProposed, ProposalApproved, ProposalRejected};

/// How many days a proposal can be approved. Declared: a colleague is back from most leaves by then, and what was meant for
/// another time is looked at anew.
pub const PROPOSAL_DAYS_MAX: u32 = 14;
/// How many days someone whose key was revoked still counts as one of those who founded the platform. Declared: nobody revokes a
/// colleague's key and is alone the next moment; whoever was shut out has a week to be heard.
pub const REVOKED_COUNTS_DAYS: u32 = 7;
/// How many persons end the founding.
const FOUNDERS: usize = 2;

const MILLISECONDS_A_DAY: i64 = 24 * 60 * 60 * 1000;

/// The number of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProposalNumber(pub u64);

/// What can be proposed, with everything that the act needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Proposed {
    /// An edition of the catalogue.
    PublishCatalogue {
        /// The edition whole.
        edition: Box<CatalogueEdition>,
    },
    /// An authority.
    EnrolAuthority {
        /// The authority.
        authority: Authority,
    },
    /// A key. Its number is set aside, its token was shown to the proposer, and opens nothing before the approval.
    IssueKey {
        /// For whom.
        holder: KeyFor,
        /// What else it is bound to.
        #[serde(default, skip_serializing_if = "KeyTerms::is_empty")]
        terms: KeyTerms,
        /// What for.
        label: String,
        /// SHA-256 of its secret.
        secret_digest: String,
        /// The last day on which it opens anything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_day: Option<law::Day>,
    },
    /// A key in the place of another.
    RotateKey {
        /// The old one.
        key: KeyNumber,
        /// SHA-256 of the new secret.
        secret_digest: String,
        /// For how many days the old one goes on.
        overlap_days: u32,
    },
    /// The revocation of what still stands of a batch.
    RevokeBatch {
        /// The batch.
        batch: BatchNumber,
        /// The first line of the file that is meant; from the beginning where it is not named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_line: Option<u64>,
        /// The last line that is meant; to the end where it is not named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_line: Option<u64>,
        /// Why.
        reason: String,
    },
    /// The erasure of records.
    EraseRecords {
        /// Which, and on what ground.
        erasure: EraseRecords,
    },
}

impl Proposed {
    /// What is undertaken with it.
    #[must_use]
    pub const fn undertaking(&self) -> Undertaking {
        match self {
            Self::PublishCatalogue { .. } => Undertaking::PublishCatalogue,
            Self::EnrolAuthority { .. } => Undertaking::EnrolAuthority,
            // Someone else's key is replaced: its token opens what a new one would.
            Self::IssueKey { .. } | Self::RotateKey { .. } => Undertaking::IssueKey,
            Self::RevokeBatch { .. } => Undertaking::RevokeBatch,
            Self::EraseRecords { .. } => Undertaking::EraseRecords,
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::PublishCatalogue { .. } => "publish_catalogue",
            Self::EnrolAuthority { .. } => "enrol_authority",
            Self::IssueKey { .. } => "issue_key",
            Self::RotateKey { .. } => "rotate_key",
            Self::RevokeBatch { .. } => "revoke_batch",
            Self::EraseRecords { .. } => "erase_records",
        }
    }

    /// Whether a key comes of it, whose number is set aside.
    #[must_use]
    pub const fn makes_a_key(&self) -> bool {
        matches!(self, Self::IssueKey { .. } | Self::RotateKey { .. })
    }

    /// What whoever is to approve reads: everything but what would help to use the key, identifiers masked.
    #[must_use]
    pub fn shown(&self) -> Json {
        let mut shown = serde_json::to_value(self).unwrap_or_else(|_| json!({ "act": self.word() }));
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("secret_digest");
        }
        if let Some(Json::String(identifier)) = shown.pointer_mut("/holder/identifier") {
            *identifier = mask_identifier(identifier);
        }
        shown
    }
}

/// A proposal as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its number.
    pub number: ProposalNumber,
    /// The entry that made it.
    pub entry: EntryNumber,
    /// When it was made.
    pub at: Instant,
    /// Who proposed.
    pub proposer: Caller,
    /// What.
    pub act: Proposed,
    /// The number that is set aside for the key that comes of it.
    pub key: Option<KeyNumber>,
    /// The entry that approved it.
    pub approved: Option<EntryNumber>,
    /// The entry that rejected it.
    pub rejected: Option<EntryNumber>,
}

/// How a proposal stands at a moment; never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// It can be approved.
    Open,
    /// It was approved.
    Approved,
    /// It was rejected or taken back.
    Rejected,
    /// Nobody decided in time.
    Expired,
}

impl Proposal {
    /// Whether it is open and the same caller asks for the same once more.
    ///
    /// Articles: 53
    #[must_use]
    pub fn says_already(&self, act: &Proposed, by: &Caller, now: Instant) -> bool {
        let is_same_person =
            self.proposer.person().zip(by.person()).is_some_and(|(one, other)| one.is_same(other));
        // What was proposed with a key that was revoked since is no longer approved, and may be proposed with another.
        let is_same_key = self.proposer.key() == by.key();
        is_same_person && is_same_key && self.state(now) == ProposalState::Open && self.act == *act
    }

    /// From when on it can no longer be approved.
    #[must_use]
    pub fn ends(&self) -> Instant {
        self.at.plus_milliseconds(i64::from(PROPOSAL_DAYS_MAX) * MILLISECONDS_A_DAY)
    }

    /// How it stands.
    ///
    /// Articles: 53
    #[must_use]
    pub fn state(&self, now: Instant) -> ProposalState {
        match (self.approved, self.rejected) {
            (Some(_), _) => ProposalState::Approved,
            (None, Some(_)) => ProposalState::Rejected,
            (None, None) if now >= self.ends() => ProposalState::Expired,
            (None, None) => ProposalState::Open,
        }
    }
}

/// A key that an operator holds in their own name, whether it was revoked or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorKey {
    /// Whose it is.
    pub person: Person,
    /// When it ends.
    pub expires: Option<Instant>,
    /// When it was revoked.
    pub revoked: Option<Instant>,
}

impl OperatorKey {
    /// Whether it opens anything at a moment.
    #[must_use]
    pub fn opens(&self, now: Instant) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|end| now < end)
    }

    /// Whether its holder counts among those by whom the platform is founded: a key that ends by itself no longer does, one
    /// that was revoked goes on for some days.
    fn counts(&self, now: Instant) -> bool {
        let rest = i64::from(REVOKED_COUNTS_DAYS) * MILLISECONDS_A_DAY;
        self.expires.is_none_or(|end| now < end)
            && self.revoked.is_none_or(|revoked| now < revoked.plus_milliseconds(rest))
    }
}

/// What the law makes relevant to a decision about a proposal.
#[derive(Debug)]
pub struct ProposalFacts<'a> {
    /// The proposal, where there is one.
    pub proposal: Option<&'a Proposal>,
    /// Whether the key with which it was made was not revoked since.
    pub proposer_stands: bool,
    /// The moment of the decision.
    pub now: Instant,
}

/// Proposes an act.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposeAct {
    /// The number that the proposal gets.
    pub next: ProposalNumber,
    /// What.
    pub act: Proposed,
    /// The number that is set aside for a key.
    pub key: Option<KeyNumber>,
}

/// Whether the nameless operator at the command line may still do alone what needs two: while fewer than two persons hold an
/// operator's key in their own names. Whoever has a name proposes.
///
/// Articles: 6, 53
///
/// # Errors
/// The refusal, with the way to a second person.
pub fn may_act_alone(
    keys: &[OperatorKey],
    approved_before: bool,
    by: &Caller,
    now: Instant,
) -> Result<(), Refusal> {
    if !matches!(by, Caller::Operator) {
        return Err(second_person_needed().into());
    }
    // Where the staff signs in and holds no keys, two have acted together already: the platform is founded.
    if approved_before && keys.is_empty() {
        return Err(second_person_needed().into());
    }
    let mut founders: Vec<&Person> = Vec::new();
    for key in keys.iter().filter(|key| key.counts(now)) {
        if !founders.iter().any(|known| known.is_same(&key.person)) {
            founders.push(&key.person);
        }
    }
    if founders.len() < FOUNDERS { Ok(()) } else { Err(second_person_needed().into()) }
}

fn second_person_needed() -> Ground {
    Ground::new(
        "second_person_needed",
        Citation::article(53),
        Bilingual::new("此事须由一人提出、另一人批准", "one person proposes this and another approves it"),
    )
    .remedy(Bilingual::new(
        "以本人名义提出（`--propose --key …`），再由另一人批准（`credence proposal approve`）",
        "propose it in your own name (`--propose --key …`); someone else approves it (`credence proposal approve`)",
    ))
}

/// Whether a caller may propose an act: whoever may undertake it, in their own name.
///
/// Articles: 6, 53
///
/// # Errors
/// The refusal with its article.
pub fn may_propose(act: &Proposed, by: &Caller) -> Result<(), Refusal> {
    may_undertake(act.undertaking(), by)?;
    match by.person() {
        Some(_) => Ok(()),
        None => Err(person_needed(Citation::article(53)).into()),
    }
}

/// Proposes an act. Whether the act would be lawful now is asked before, so that nobody is asked to approve what cannot be done.
///
/// Articles: 6, 53
#[must_use]
pub fn propose(ask: ProposeAct, by: &Caller) -> Ruling {
    match may_propose(&ask.act, by) {
        Ok(()) => {
            let proposed = ActProposed {
                proposal: ask.next,
                office: competent(by),
                act: Box::new(ask.act),
                key: ask.key,
            };
            Ruling::granted(Event::ActProposed(proposed), Vec::new())
        }
        Err(refusal) => Ruling::refused(refusal),
    }
}

/// The office that decides about what a caller proposes, as it is written down: its code, or the operator's word. That finds
/// proposals; whose they are is asked of the callers themselves ([`may_see`]).
#[must_use]
pub fn competent(by: &Caller) -> String {
    match by.office() {
        Some(office) => office.0.clone(),
        None => OPERATOR_OFFICE.to_owned(),
    }
}

/// The operator's word among the offices.
pub const OPERATOR_OFFICE: &str = "operator";

/// Whether a caller sees a proposal: a person of the office in which it was made.
///
/// Articles: 53
#[must_use]
pub fn may_see(proposal: &Proposal, by: &Caller) -> bool {
    let same_kind = matches!(by.kind(), CallerKind::Officer | CallerKind::Operator);
    same_kind
        && by.person().is_some()
        && by.office() == proposal.proposer.office()
        && by.is_operator() == proposal.proposer.is_operator()
}

fn open<'a>(facts: &ProposalFacts<'a>, by: &Caller) -> Result<&'a Proposal, Refusal> {
    if by.person().is_none() {
        return Err(person_needed(Citation::article(53)).into());
    }
    let proposal = facts.proposal.filter(|proposal| may_see(proposal, by)).ok_or_else(not_your_proposal)?;
    let (code, reason) = match proposal.state(facts.now) {
        ProposalState::Open => return Ok(proposal),
        ProposalState::Expired => (
            "proposal_expired",
            Bilingual::made(
                format!("提出后 {PROPOSAL_DAYS_MAX} 日内未作决定，已经失效"),
                format!("nobody decided within {PROPOSAL_DAYS_MAX} days"),
            ),
        ),
        ProposalState::Approved | ProposalState::Rejected => {
            ("proposal_decided", Bilingual::new("已经作出决定", "it was decided already"))
        }
    };
    Err(Ground::new(code, Citation::article(53), reason)
        .field("proposal")
        .remedy(Bilingual::new("需要时重新提出", "propose it anew where it is still needed"))
        .into())
}

/// The refusal for a proposal that is another office's, or none: one answer.
///
/// Articles: 53
#[must_use]
pub fn not_your_proposal() -> Ground {
    Ground::new(
        "not_your_proposal",
        Citation::article(53),
        Bilingual::new("本单位没有这一待批事项", "nothing with this number was proposed in your office"),
    )
    .field("proposal")
    .remedy(Bilingual::new("查看本单位的待批事项", "see what was proposed in your office"))
}

/// Whether a caller may approve a proposal: another person of the same office, while it is open.
///
/// Articles: 6, 53
///
/// # Errors
/// The refusal with its article.
pub fn may_approve<'a>(facts: &ProposalFacts<'a>, by: &Caller) -> Result<&'a Proposal, Refusal> {
    let proposal = open(facts, by)?;
    let same = match (by.person(), proposal.proposer.person()) {
        (Some(approving), Some(proposing)) => approving.is_same(proposing),
        _ => true,
    };
    if same {
        return Err(Ground::new(
            "same_person",
            Citation::article(53),
            Bilingual::new("提出人不能自己批准", "whoever proposed it does not approve it"),
        )
        .field("proposal")
        .remedy(Bilingual::new("请本单位的另一人批准", "ask another person of your office"))
        .into());
    }
    if !facts.proposer_stands {
        return Err(Ground::new(
            "proposers_key_revoked",
            Citation::article(19),
            Bilingual::new(
                "提出时所用的密钥此后已被撤销",
                "the key with which it was proposed was revoked since",
            ),
        )
        .field("proposal")
        .remedy(Bilingual::new("由提出人重新提出", "let its person propose it anew"))
        .into());
    }
    may_undertake(proposal.act.undertaking(), by)?;
    Ok(proposal)
}

/// Who acts when a proposal is approved: both persons.
#[must_use]
pub fn together(proposal: &Proposal, approver: &Caller) -> Caller {
    Caller::Together { proposer: Box::new(proposal.proposer.clone()), approver: Box::new(approver.clone()) }
}

/// Approves a proposal, given what the act itself is ruled to be now. Where that is a refusal the proposal stays open.
///
/// Articles: 6, 53
#[must_use]
pub fn approve(facts: &ProposalFacts<'_>, act: Ruling, by: &Caller) -> Ruling {
    let proposal = match may_approve(facts, by) {
        Ok(proposal) => proposal,
        Err(refusal) => return Ruling::refused(refusal),
    };
    match act {
        Ruling::Granted { events, grounds } => {
            let approved = Event::ProposalApproved(ProposalApproved { proposal: proposal.number });
            Ruling::Granted { events: std::iter::once(approved).chain(events).collect(), grounds }
        }
        refused @ Ruling::Refused { .. } => refused,
    }
}

/// Rejects a proposal, or takes one's own back.
///
/// Articles: 6, 53
#[must_use]
pub fn reject(facts: &ProposalFacts<'_>, reason: String, by: &Caller) -> Ruling {
    match open(facts, by) {
        Ok(proposal) => match words::reason(Citation::article(53), "reason", &reason) {
            Ok(_) => Ruling::granted(
                Event::ProposalRejected(ProposalRejected { proposal: proposal.number, reason }),
                Vec::new(),
            ),
            Err(ground) => Ruling::refused(ground),
        },
        Err(refusal) => Ruling::refused(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::AuthorityCode;
    use crate::caller::{Holder, SessionNumber};

    fn person(account: &str) -> Person {
        Person { account: account.to_owned(), name: account.to_owned(), mandate: None }
    }

    fn operator(account: &str) -> Caller {
        Caller::Key { key: KeyNumber(1), holder: Holder::Operator, person: Some(person(account)) }
    }

    fn officer(account: &str, office: &str) -> Caller {
        let holder = Holder::Office { authority: AuthorityCode(office.to_owned()), duties: Vec::new() };
        Caller::Person { session: SessionNumber(1), person: person(account), holder }
    }

    fn rotation() -> Proposed {
        Proposed::RotateKey { key: KeyNumber(3), secret_digest: "00".into(), overlap_days: 7 }
    }

    fn revocation() -> Proposed {
        let (first_line, last_line) = (None, None);
        Proposed::RevokeBatch { batch: BatchNumber(1), first_line, last_line, reason: "annulled".into() }
    }

    fn proposal(proposer: Caller, act: Proposed) -> Proposal {
        let at = Instant::from_milliseconds(0);
        let (approved, rejected) = (None, None);
        let (number, entry) = (ProposalNumber(1), EntryNumber(1));
        Proposal { number, entry, at, proposer, act, key: None, approved, rejected }
    }

    fn at(day: u32) -> Instant {
        Instant::from_milliseconds(i64::from(day) * MILLISECONDS_A_DAY)
    }

    fn code<T>(result: Result<T, Refusal>) -> String {
        result.map_or_else(|refusal| refusal.grounds[0].code.to_string(), |_| "allowed".to_owned())
    }

    fn approving(proposal: &Proposal, day: u32, by: &Caller) -> String {
        code(may_approve(
            &ProposalFacts { proposal: Some(proposal), proposer_stands: true, now: at(day) },
            by,
        ))
    }

    #[test]
    fn article_53_the_same_person_never_approves_whatever_they_use() {
        let proposal = proposal(operator("A-1"), rotation());
        assert_eq!(approving(&proposal, 1, &operator("A-1")), "same_person");
        let session = Caller::Person {
            session: SessionNumber(4),
            person: Person { name: "another name".into(), ..person("staff:a-1 ") },
            holder: Holder::Operator,
        };
        assert_eq!(approving(&proposal, 1, &session), "same_person");
        assert_eq!(approving(&proposal, 1, &operator("B-2")), "allowed");
    }

    #[test]
    fn article_53_only_a_person_of_the_same_office_approves() {
        let revoking = proposal(officer("A-1", "tax"), revocation());
        assert_eq!(approving(&revoking, 1, &officer("B-2", "tax")), "allowed");
        assert_eq!(approving(&revoking, 1, &officer("B-2", "transport")), "not_your_proposal");
        assert_eq!(approving(&revoking, 1, &operator("B-2")), "not_your_proposal");
        for nameless in [
            Caller::Operator,
            Caller::OperatorClaiming { office: AuthorityCode("tax".into()) },
            Caller::Key { key: KeyNumber(1), holder: Holder::Operator, person: None },
        ] {
            assert_eq!(approving(&revoking, 1, &nameless), "person_needed");
            assert_ne!(code(may_propose(&rotation(), &nameless)), "allowed");
        }
        assert_eq!(code(may_propose(&rotation(), &officer("A-1", "tax"))), "operator_only");
        assert_eq!(code(may_propose(&revocation(), &operator("A-1"))), "person_needed");
    }

    #[test]
    fn article_53_a_proposal_is_decided_once_and_in_time() {
        let mut proposal = proposal(operator("A-1"), rotation());
        let other = operator("B-2");
        assert_eq!(approving(&proposal, PROPOSAL_DAYS_MAX - 1, &other), "allowed");
        assert_eq!(approving(&proposal, PROPOSAL_DAYS_MAX, &other), "proposal_expired");
        let facts = ProposalFacts { proposal: Some(&proposal), proposer_stands: false, now: at(1) };
        assert_eq!(code(may_approve(&facts, &other)), "proposers_key_revoked");
        proposal.rejected = Some(EntryNumber(2));
        assert_eq!(approving(&proposal, 1, &other), "proposal_decided");
    }

    #[test]
    fn a_refusal_of_the_act_leaves_the_proposal_open_and_a_grant_follows_its_approval() {
        let proposal = proposal(operator("A-1"), rotation());
        let facts = ProposalFacts { proposal: Some(&proposal), proposer_stands: true, now: at(1) };
        let refusal = || Ruling::refused(not_your_proposal());
        assert_eq!(approve(&facts, refusal(), &operator("B-2")), refusal());
        let granted = Ruling::Granted { events: Vec::new(), grounds: Vec::new() };
        let Ruling::Granted { events, .. } = approve(&facts, granted, &operator("B-2")) else {
            panic!("it is approved")
        };
        assert!(matches!(events.as_slice(), [Event::ProposalApproved(_)]));
        let both = together(&proposal, &operator("B-2"));
        assert_eq!((both.person(), both.first().person()), (Some(&person("B-2")), Some(&person("A-1"))));
        assert!(both.is_operator());
    }

    #[test]
    fn article_6_the_founding_ends_with_two_persons_and_no_single_one_opens_it_again() {
        let key = |account: &str, expires: u32, revoked: Option<u32>| OperatorKey {
            person: person(account),
            expires: Some(at(expires)),
            revoked: revoked.map(at),
        };
        let alone =
            |keys: &[OperatorKey], day: u32| code(may_act_alone(keys, false, &Caller::Operator, at(day)));
        assert_eq!(alone(&[], 0), "allowed");
        assert_eq!(alone(&[key("A-1", 100, None), key("a-1", 100, None)], 0), "allowed");
        let two = [key("A-1", 100, None), key("B-2", 200, None)];
        assert_eq!(alone(&two, 0), "second_person_needed");
        assert_eq!(alone(&two, 100), "allowed");
        assert_eq!(code(may_act_alone(&[], true, &Caller::Operator, at(0))), "second_person_needed");
        let revoked = [key("A-1", 100, None), key("B-2", 200, Some(10))];
        assert_eq!(alone(&revoked, 10), "second_person_needed");
        assert_eq!(alone(&revoked, 10 + REVOKED_COUNTS_DAYS), "allowed");
        assert_eq!(code(may_act_alone(&[], false, &operator("A-1"), at(0))), "second_person_needed");
    }
}
