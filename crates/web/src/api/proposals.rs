//! What two persons do: one proposes, another of the same office approves.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use law::Day;
use register::acts::accountability::proposal::ProposalNumber;
use register::acts::information::erasure::{EraseRecords, ErasureGround};
use register::authority::{Authority, AuthorityCode, Duty};
use register::caller::{KeyNumber, Person};
use register::catalogue::CatalogueEdition;
use register::record::{BatchNumber, RecordNumber};
use serde::Deserialize;
use serde_json::json;
use service::administration::{KeyFor, KeyTerms};
use service::proposals::{PROPOSALS_AT_ONCE_MAX, ProposalAsk};
use utoipa::{IntoParams, ToSchema};

use super::records::ReasonBody;
use super::{BodyProblems, KeyProblems, documents, private};
use crate::extract::{JsonBody, PathPart, Query, SignedIn, Text, number};
use crate::problem::Problem;
use crate::site::Site;

/// For whom a key is proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "for", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = KeyHolder)]
pub(crate) enum HolderBody {
    /// An office and its duties.
    Office {
        /// The authority.
        #[schema(value_type = String)]
        authority: AuthorityCode,
        /// The duties; none means all that the office performs.
        #[serde(default)]
        #[schema(value_type = Vec<u8>)]
        duties: Vec<Duty>,
    },
    /// A subject.
    Subject {
        /// Its full identifier.
        #[schema(value_type = String, max_length = 64)]
        identifier: Text<0, 64>,
    },
    /// A third party that subjects may give consents to.
    ThirdParty {
        /// Its name.
        #[schema(value_type = String, min_length = 1, max_length = 200)]
        name: Text<1, 200>,
        /// Its full identifier.
        #[schema(value_type = String, max_length = 64)]
        identifier: Text<0, 64>,
    },
    /// Staff of the operator.
    Operator,
}

/// The person in whose name a key is proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyPerson)]
pub(crate) struct PersonBody {
    /// The account by which the person is known everywhere: a staff number.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    account: Text<1, 200>,
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Text<1, 200>,
}

/// What is proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ProposalAsk)]
pub(crate) enum ProposalBody {
    /// An edition of the catalogue; `credence catalogue publish --propose` takes one of any length.
    PublishCatalogue {
        /// The edition whole.
        #[schema(value_type = Object)]
        edition: Box<CatalogueEdition>,
    },
    /// An authority, or a new entry of one.
    EnrolAuthority {
        /// The authority.
        #[schema(value_type = documents::Authority)]
        authority: Box<Authority>,
    },
    /// A key.
    IssueKey {
        /// For whom.
        holder: HolderBody,
        /// In whose name, where it is not a program's.
        person: Option<PersonBody>,
        /// The networks from which it opens anything, such as `10.0.0.0/8`.
        #[serde(default)]
        #[schema(value_type = Vec<String>)]
        networks: Vec<ipnet::IpNet>,
        /// SHA-256 of client certificates (DER) with one of which it opens anything.
        #[serde(default)]
        certificates: Vec<String>,
        /// What for.
        #[schema(value_type = String, min_length = 1, max_length = 200)]
        label: Text<1, 200>,
        /// The last day on which it opens anything.
        #[schema(value_type = Option<String>, format = Date)]
        last_day: Option<Day>,
    },
    /// A key in the place of another.
    RotateKey {
        /// The old key.
        key: u64,
        /// For how many days it goes on.
        #[serde(default)]
        #[schema(maximum = 30)]
        overlap_days: u32,
    },
    /// The revocation of what still stands of a batch, by two persons of the office that filed it.
    RevokeBatch {
        /// The batch.
        batch: u64,
        /// The first line that is meant.
        first_line: Option<u64>,
        /// The last line that is meant.
        last_line: Option<u64>,
        /// Why.
        #[schema(value_type = String, min_length = 1, max_length = 1000)]
        reason: Text<1, 1000>,
    },
    /// The erasure of records: their contents can be opened by nobody any more. Article 36 is no ground for it.
    EraseRecords {
        /// The records; one at least.
        #[schema(min_items = 1, max_items = 100)]
        records: Vec<u64>,
        /// Why.
        ground: ErasureGroundBody,
    },
}

/// Why records may be erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "ground", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ErasureGround)]
pub(crate) enum ErasureGroundBody {
    /// A configured retention period has ended.
    Retention {
        /// The period in months, from the day of the finding.
        months: u32,
        /// The rule or decision that sets it.
        #[schema(value_type = String, min_length = 1, max_length = 1000)]
        source: Text<1, 1000>,
    },
    /// It should not have been collected.
    UnlawfulCollection {
        /// The document that found it.
        #[schema(value_type = String, min_length = 1, max_length = 1000)]
        document: Text<1, 1000>,
    },
    /// A law requires it.
    NamedLaw {
        /// The law and its article.
        #[schema(value_type = String, min_length = 1, max_length = 1000)]
        law: Text<1, 1000>,
    },
}

impl From<ErasureGroundBody> for ErasureGround {
    fn from(body: ErasureGroundBody) -> Self {
        match body {
            ErasureGroundBody::Retention { months, source } => Self::Retention { months, source: source.0 },
            ErasureGroundBody::UnlawfulCollection { document } => {
                Self::UnlawfulCollection { document: document.0 }
            }
            ErasureGroundBody::NamedLaw { law } => Self::NamedLaw { law: law.0 },
        }
    }
}

impl From<HolderBody> for KeyFor {
    fn from(body: HolderBody) -> Self {
        match body {
            HolderBody::Office { authority, duties } => Self::Office { authority, duties },
            HolderBody::Subject { identifier } => Self::Subject { identifier: identifier.0 },
            HolderBody::ThirdParty { name, identifier } => {
                Self::ThirdParty { name: name.0, identifier: identifier.0 }
            }
            HolderBody::Operator => Self::Operator,
        }
    }
}

impl From<ProposalBody> for ProposalAsk {
    fn from(body: ProposalBody) -> Self {
        match body {
            ProposalBody::PublishCatalogue { edition } => Self::PublishCatalogue(edition),
            ProposalBody::EnrolAuthority { authority } => Self::EnrolAuthority(*authority),
            ProposalBody::IssueKey { holder, person, networks, certificates, label, last_day } => {
                let person = person.map(|person| Person {
                    account: person.account.0,
                    name: person.name.0,
                    mandate: None,
                });
                let terms = KeyTerms { person, networks, certificates, replaces: None };
                Self::IssueKey { holder: holder.into(), terms, label: label.0, last_day }
            }
            ProposalBody::RotateKey { key, overlap_days } => {
                Self::RotateKey { key: KeyNumber(key), overlap_days }
            }
            ProposalBody::RevokeBatch { batch, first_line, last_line, reason } => {
                Self::RevokeBatch { batch: BatchNumber(batch), first_line, last_line, reason: reason.0 }
            }
            ProposalBody::EraseRecords { records, ground } => Self::EraseRecords(EraseRecords {
                records: records.into_iter().map(RecordNumber).collect(),
                ground: ground.into(),
            }),
        }
    }
}

/// Proposes an act that needs a second person, in one's own name. The token of a key is shown here and opens nothing before the
/// approval.
///
/// Articles: 6, 53
#[utoipa::path(post, path = "/api/v1/proposals", tag = "access", security(("key" = [])), request_body = ProposalBody, responses((status = 201, description = "Proposed", body = documents::ProposalMade), BodyProblems))]
pub(crate) async fn propose(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ProposalBody>,
) -> Result<Response, Problem> {
    let mut answer = private(&site.platform.propose(body.into(), &caller).await?)?;
    *answer.status_mut() = axum::http::StatusCode::CREATED;
    Ok(answer)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Those before this number.
    before: Option<u64>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// What was proposed in one's office, the newest first.
///
/// Articles: 6, 53
#[utoipa::path(get, path = "/api/v1/proposals", tag = "access", security(("key" = [])), params(PageQuery), responses((status = 200, description = "A page", body = documents::Proposals), KeyProblems))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let limit = page.limit.unwrap_or(20);
    if limit == 0 || limit > PROPOSALS_AT_ONCE_MAX {
        return Err(Problem::malformed(
            "limit",
            format!("须为1至{PROPOSALS_AT_ONCE_MAX}的数"),
            format!("between 1 and {PROPOSALS_AT_ONCE_MAX}"),
        ));
    }
    let before = page.before.map(|before| number("before", before)).transpose()?.map(ProposalNumber);
    let found = site.platform.proposals(before, limit, &caller).await?;
    let next = found.last().filter(|_| found.len() as u64 == limit).map(|last| last.proposal);
    match next {
        Some(next) => private(&json!({ "proposals": found, "next": next })),
        None => private(&json!({ "proposals": found })),
    }
}

/// A proposal of one's office, whole.
///
/// Articles: 6, 53
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}", tag = "access", security(("key" = [])), params(("proposal" = u64, Path, description = "Its number")), responses((status = 200, description = "The proposal", body = documents::Proposal), KeyProblems))]
pub(crate) async fn one(
    State(site): State<Arc<Site>>,
    PathPart(proposal): PathPart<u64>,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    private(&site.platform.proposal(ProposalNumber(proposal), &caller).await?)
}

/// Approves what another person of one's office proposed: the act is judged anew and done at once, in both names.
///
/// Articles: 6, 53
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/approvals", tag = "access", security(("key" = [])), params(("proposal" = u64, Path, description = "Its number")), request_body = documents::Nothing, responses((status = 200, description = "Approved and done", body = documents::ProposalDone), BodyProblems))]
pub(crate) async fn approve(
    State(site): State<Arc<Site>>,
    PathPart(proposal): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(documents::Nothing {}): JsonBody<documents::Nothing>,
) -> Result<Response, Problem> {
    private(&site.platform.approve(ProposalNumber(proposal), &caller).await?)
}

/// Rejects a proposal of one's office, or takes one's own back.
///
/// Articles: 6, 53
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/rejections", tag = "access", security(("key" = [])), params(("proposal" = u64, Path, description = "Its number")), request_body = ReasonBody, responses((status = 200, description = "Rejected", body = documents::Done), BodyProblems))]
pub(crate) async fn reject(
    State(site): State<Arc<Site>>,
    PathPart(proposal): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<Response, Problem> {
    private(&site.platform.reject(ProposalNumber(proposal), &body.reason.0, &caller).await?)
}
