//! Keys, access tokens and proposals.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Receipt;

/// A key that was issued. Its token is shown here and nowhere again.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuedKey {
    /// The key's number.
    number: u64,
    /// The token.
    token: String,
    /// The journal's entry.
    entry: u64,
    /// The receipt.
    receipt: Receipt,
}

/// An access token (RFC 6749, section 5.1).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessToken {
    /// The token: to be sent as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    token_type: String,
    /// For how many seconds it opens anything.
    expires_in: u32,
    /// The duties that it carries, where it is an office's: `duty:1 duty:3`.
    #[schema(required = false)]
    scope: Option<String>,
}

/// Why there is no access token (RFC 6749, section 5.2).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenError {
    /// A stable word.
    error: TokenErrorCode,
    /// What is the matter.
    error_description: String,
}

/// The words of RFC 6749, section 5.2.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenErrorCode {
    /// The request is not of the form.
    InvalidRequest,
    /// The key or its secret is wrong, or it opens nothing.
    InvalidClient,
    /// Only client credentials are a grant here.
    UnsupportedGrantType,
    /// The scope is none or goes beyond the key.
    InvalidScope,
}

/// What a program reads about the token endpoint (RFC 8414).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorisationServer {
    /// The platform's address.
    issuer: String,
    /// Where tokens are given.
    token_endpoint: String,
    /// `client_credentials` alone.
    grant_types_supported: Vec<String>,
    /// How the key's number and secret are shown.
    token_endpoint_auth_methods_supported: Vec<String>,
    /// The duties by which a token is narrowed.
    scopes_supported: Vec<String>,
    /// None: nobody is sent here by a browser.
    response_types_supported: Vec<String>,
    /// Where the API is described.
    service_documentation: String,
}

/// A proposal that was made.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalMade {
    /// Its number.
    proposal: u64,
    /// From when on it can no longer be approved, in milliseconds since 1970.
    ends: i64,
    /// The number of the key that comes of it.
    #[schema(required = false)]
    key: Option<u64>,
    /// The key's token, shown here and nowhere again. It opens nothing before the approval.
    #[schema(required = false)]
    token: Option<String>,
    /// The journal's entry.
    entry: u64,
    /// The receipt.
    receipt: Receipt,
}

/// A proposal that was approved, with what came of it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalDone {
    /// Its number.
    proposal: u64,
    /// How many entries the approval and the act have.
    entries: u64,
    /// The number of the key that came of it.
    #[schema(required = false)]
    key: Option<u64>,
    /// The last of the journal's entries.
    entry: u64,
    /// The receipt.
    receipt: Receipt,
}

/// How a proposal stands.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProposalState {
    /// It can be approved.
    Open,
    /// It was approved.
    Approved,
    /// It was rejected or taken back.
    Rejected,
    /// Nobody decided in time.
    Expired,
}

/// The acts that need two persons.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProposedAct {
    /// Publish an edition of the catalogue.
    PublishCatalogue,
    /// Enrol an authority.
    EnrolAuthority,
    /// Issue a key.
    IssueKey,
    /// Put a key in the place of another.
    RotateKey,
    /// Revoke what still stands of a batch.
    RevokeBatch,
    /// Erase records.
    EraseRecords,
}

/// A proposal, for the persons of its office.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposal {
    /// Its number.
    proposal: u64,
    /// How it stands.
    state: ProposalState,
    /// What was proposed.
    act: ProposedAct,
    /// Everything that was proposed, where one proposal is read; identifiers are masked.
    #[schema(required = false, value_type = Option<Object>)]
    what: Option<serde_json::Value>,
    /// The office, or `operator`.
    office: String,
    /// The name of whoever proposed.
    proposer: String,
    /// Their account.
    proposer_account: String,
    /// Whether the caller may approve it: someone else, while it is open.
    yours_to_approve: bool,
    /// When it was made, to the minute, in milliseconds since 1970.
    at: i64,
    /// From when on it can no longer be approved, in milliseconds since 1970.
    ends: i64,
    /// The entry that made it.
    entry: u64,
    /// The number that is set aside for the key that comes of it.
    #[schema(required = false)]
    key: Option<u64>,
    /// The entry that decided it.
    #[schema(required = false)]
    decided: Option<u64>,
}

/// What was proposed in an office, the newest first.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposals {
    /// A page of them.
    proposals: Vec<Proposal>,
    /// The number before which the next page begins, where there is more.
    #[schema(required = false)]
    next: Option<u64>,
}
