//! Problems (RFC 9457): why a request got no answer, for a program as JSON and for a person as a page.
//!
//! A handler returns a [`Problem`]; it travels in the response's extensions, and the outermost layer (`edge.rs`) writes it
//! for whoever asked. What the law refused carries its grounds, each with article and remedy.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use register::ruling::{Bilingual, Ground, Refusal};
use serde::Serialize;
use service::ServiceError;

use crate::language::Language;
use crate::paces;
use crate::words::Words;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What kinds of problem there are; each has an address, `/problems/<code>`, where a page explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The request is not of the form that the document says.
    Malformed,
    /// No key, or one that opens nothing.
    Unauthorised,
    /// The law refuses it to this caller.
    Refused,
    /// There is nothing here for this caller.
    NotFound,
    /// The address knows other methods.
    MethodNotAllowed,
    /// The request took too long to arrive.
    RequestTimeout,
    /// The idempotency key was used with another content.
    IdempotencyConflict,
    /// The body is longer than this address takes.
    TooLarge,
    /// The body is of a kind that this address does not read.
    UnsupportedMediaType,
    /// The law refuses the content.
    ContentRefused,
    /// Too many requests from this caller.
    TooManyRequests,
    /// The request's head is longer than the platform reads.
    HeadTooLarge,
    /// Something broke in the platform.
    Internal,
    /// Too much is waiting.
    Overloaded,
    /// The answer took too long.
    TooSlow,
}

impl ProblemKind {
    /// Every kind, by status.
    pub const ALL: [Self; 15] = [
        Self::Malformed,
        Self::Unauthorised,
        Self::Refused,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::IdempotencyConflict,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::ContentRefused,
        Self::TooManyRequests,
        Self::HeadTooLarge,
        Self::Internal,
        Self::Overloaded,
        Self::TooSlow,
    ];

    /// The stable word of the kind, the last part of its address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unauthorised => "unauthorised",
            Self::Refused => "refused",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::RequestTimeout => "request-timeout",
            Self::IdempotencyConflict => "idempotency-conflict",
            Self::TooLarge => "too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::ContentRefused => "content-refused",
            Self::TooManyRequests => "too-many-requests",
            Self::HeadTooLarge => "head-too-large",
            Self::Internal => "internal",
            Self::Overloaded => "overloaded",
            Self::TooSlow => "too-slow",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Unauthorised => StatusCode::UNAUTHORIZED,
            Self::Refused => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::IdempotencyConflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ContentRefused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooSlow => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// The title in a language.
    #[must_use]
    pub fn title(self, language: Language) -> String {
        Words::of(language).text(&format!("problem-{}-title", self.code())).to_owned()
    }

    /// What it means, in a language.
    #[must_use]
    pub fn meaning(self, language: Language) -> String {
        Words::of(language).text(&format!("problem-{}-meaning", self.code())).to_owned()
    }

    /// What the reader can do, in a language.
    #[must_use]
    pub fn remedy(self, language: Language) -> String {
        Words::of(language).text(&format!("problem-{}-remedy", self.code())).to_owned()
    }

    /// The kind that a bare status stands for.
    #[must_use]
    pub fn from_status(status: StatusCode) -> Self {
        let kind = Self::ALL.into_iter().find(|kind| kind.status() == status);
        kind.unwrap_or(if status.is_client_error() { Self::Malformed } else { Self::Internal })
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its kind.
    pub kind: ProblemKind,
    /// What is the matter this time.
    pub detail: Option<Bilingual>,
    /// The field of a malformed input.
    pub field: Option<String>,
    /// What the law says to it.
    pub grounds: Vec<Ground>,
    /// After how many seconds to ask again.
    pub retry_after_seconds: Option<u32>,
}

impl Problem {
    /// A problem with nothing more to say.
    #[must_use]
    pub const fn new(kind: ProblemKind) -> Self {
        let retry_after_seconds = match kind {
            ProblemKind::Overloaded => Some(2),
            ProblemKind::TooSlow => Some(5),
            ProblemKind::TooManyRequests => Some(10),
            _ => None,
        };
        Self { kind, detail: None, field: None, grounds: Vec::new(), retry_after_seconds }
    }

    /// Says what is the matter this time.
    #[must_use]
    pub fn detail(mut self, chinese: impl Into<String>, english: impl Into<String>) -> Self {
        self.detail = Some(Bilingual::made(chinese.into(), english.into()));
        self
    }

    /// A malformed field and what is wrong with it, in both languages.
    #[must_use]
    pub fn malformed(
        field: impl Into<String>,
        chinese: impl std::fmt::Display,
        english: impl std::fmt::Display,
    ) -> Self {
        let field = field.into();
        let mut problem = Self::new(ProblemKind::Malformed)
            .detail(format!("“{field}”：{chinese}"), format!("`{field}`: {english}"));
        problem.field = Some(field);
        problem
    }

    /// What was sent cannot be read: the reader's own words, which are English, stand behind ours.
    #[must_use]
    pub fn unreadable(part: &'static str, error: impl std::fmt::Display) -> Self {
        Self::malformed(part, format!("不是应有的形式（{error}）"), error)
    }

    /// There is nothing here.
    #[must_use]
    pub const fn not_found() -> Self {
        Self::new(ProblemKind::NotFound)
    }

    /// What the law refused. Grounds that lie in the content make it 422, any that lies in the caller 403.
    ///
    /// Articles: 6, 20, 35
    #[must_use]
    pub fn refused(refusal: Refusal) -> Self {
        let caller = refusal.grounds.iter().any(|ground| CALLER_GROUNDS.contains(&ground.code.as_ref()));
        let kind = if caller || refusal.grounds.is_empty() {
            ProblemKind::Refused
        } else {
            ProblemKind::ContentRefused
        };
        Self { grounds: refusal.grounds, ..Self::new(kind) }
    }

    /// The problem as a program reads it; `instance` is the path that was asked for.
    #[must_use]
    pub fn document(&self, instance: Option<&str>, request: Option<&str>) -> ProblemDocument {
        ProblemDocument {
            kind: format!("/problems/{}", self.kind.code()),
            title: self.kind.title(Language::English),
            title_zh: self.kind.title(Language::Chinese),
            status: self.kind.status().as_u16(),
            detail: self
                .detail
                .as_ref()
                .map_or_else(|| self.kind.meaning(Language::English), |detail| detail.en.to_string()),
            detail_zh: self
                .detail
                .as_ref()
                .map_or_else(|| self.kind.meaning(Language::Chinese), |detail| detail.zh.to_string()),
            instance: instance.map(str::to_owned),
            request: request.map(str::to_owned),
            field: self.field.clone(),
            grounds: self.grounds.clone(),
        }
    }

    /// The response of this problem for a program.
    #[must_use]
    pub fn json(&self, instance: Option<&str>, request: Option<&str>) -> Response {
        let body = serde_json::to_vec(&self.document(instance, request)).unwrap_or_default();
        let mut response = (self.kind.status(), [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        self.headers(&mut response);
        response
    }

    /// Sets the headers that belong to the problem.
    pub fn headers(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == ProblemKind::Unauthorised {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"credence\""));
        }
        if matches!(self.kind, ProblemKind::RequestTimeout | ProblemKind::TooLarge) {
            // The rest of the body is not read: the connection cannot be used again.
            headers.insert(HeaderName::from_static("connection"), HeaderValue::from_static("close"));
        }
    }
}

/// The codes of grounds that lie in the caller's standing: competence, duty, consent. Every other lies in what was sent.
///
/// A test reads the register's sources and fails when a code is neither here nor in the test's own list of the others.
const CALLER_GROUNDS: &[&str] = &[
    "certificate_missing",
    "consent_expired",
    "consent_revoked",
    "consent_used_up",
    "duty_not_carried_by_key",
    "enumeration",
    "identifier_of_another_kind",
    "incident_of_another_office",
    "key_expired",
    "key_in_anothers_name",
    "key_not_from_here",
    "key_revoked",
    "no_consent",
    "no_such_case",
    "no_such_incident",
    "no_such_notice",
    "not_a_duty_of_the_office",
    "not_a_providing_unit",
    "not_about_you",
    "not_an_office",
    "not_ones_own",
    "not_signed_in",
    "not_your_batch",
    "not_your_consent",
    "not_your_key",
    "not_your_proposal",
    "not_your_record",
    "operator_only",
    "person_needed",
    "same_person",
    "second_person_needed",
    "subject_only",
    "took_the_decision",
];

/// A problem as it is sent (`application/problem+json`, RFC 9457).
#[derive(Debug, Clone, Serialize)]
pub struct ProblemDocument {
    /// The address of the kind, relative to the platform's.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in English.
    pub title: String,
    /// The kind in Chinese.
    pub title_zh: String,
    /// The HTTP status.
    pub status: u16,
    /// What is the matter this time.
    pub detail: String,
    /// The same in Chinese.
    pub detail_zh: String,
    /// The path that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The number of the request, by which the operator finds it in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The field of a malformed input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the law says to it, each ground with its article and remedy.
    pub grounds: Vec<Ground>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.json(None, None);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Refused(refusal) => Self::refused(refusal),
            ServiceError::Unauthorised => Self::new(ProblemKind::Unauthorised),
            ServiceError::Malformed { field, reason } => Self::malformed(field, reason.zh, reason.en),
            ServiceError::NotFound { .. } => Self::not_found(),
            ServiceError::IdempotencyConflict => Self::new(ProblemKind::IdempotencyConflict),
            ServiceError::Overloaded => Self::new(ProblemKind::Overloaded),
            ServiceError::TooOften { limit, wait } => paces::inquires_too_often(limit, wait),
            error if error.is_passing() => {
                tracing::warn!(%error, "a request was put off");
                Self::new(ProblemKind::Overloaded)
            }
            error if error.is_undecided() => {
                tracing::error!(%error, "the outcome of a request is not known");
                Self::new(ProblemKind::TooSlow)
            }
            // What broke is for the operator's log; nothing of it is told, since a text of the store may carry a value.
            error => {
                tracing::error!(%error, "a request failed");
                Self::new(ProblemKind::Internal)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use law::Citation;

    use super::*;

    /// The register's grounds that lie in what was sent.
    const CONTENT_GROUNDS: &[&str] = &[
        "already_restored",
        "already_revoked",
        "already_withdrawn",
        "authority_code_refused",
        "batch_open",
        "catalogue_refused",
        "category_and_identifier_disagree",
        "changed_statement",
        "conduct_before_full_age",
        "decision_in_the_future",
        "display_lengthened",
        "documents_missing",
        "identifier_refused",
        "identifier_without_a_digit",
        "incident_closed",
        "item_not_about_this_kind",
        "key_without_end",
        "last_day_past",
        "matter_missing",
        "no_rule_applies",
        "no_such_entry",
        "nobody_concerned",
        "not_in_catalogue",
        "not_of_the_format",
        "not_withdrawable",
        "not_withdrawn",
        "nothing_changes",
        "nothing_to_restore",
        "nothing_to_verify",
        "overlap_too_long",
        "ground_missing",
        "noticed_in_the_future",
        "personal_number_in_matter",
        "personal_number_in_text",
        "personal_number_in_words",
        "prohibited_field",
        "proposal_decided",
        "proposal_expired",
        "proposers_key_revoked",
        "purpose_missing",
        "reason_missing",
        "record_not_standing",
        "scope_missing",
        "step_missing",
        "records_count",
        "retention_not_configured",
        "person_not_plain",
        "still_retained",
        "subject_is_fixed",
        "subject_not_identified",
        "too_early",
        "too_many_records",
        "unknown_authority",
        "unknown_document_type",
        "unknown_key",
        "uses_missing",
        "already_accepted",
        "already_acknowledged",
        "already_extended",
        "application_open",
        "case_over",
        "fields_missing",
        "missing_unnamed",
        "not_accepted",
        "not_an_application",
        "not_an_objection",
        "not_restorable",
        "not_restored",
        "nothing_to_review",
        "objection_open",
        "objection_worsens",
        "outcome_contradicts_answers",
        "outcome_not_of_a_review",
        "points_missing",
        "points_unanswered",
        "restoration_barred",
        "restoration_not_needed",
        "review_open",
        "reviewed_once",
        "too_many_materials",
        "words_missing",
        "words_not_plain",
    ];

    fn ground(code: &'static str) -> Ground {
        Ground::new(code, Citation::article(35), Bilingual::new("理由", "reason"))
    }

    #[test]
    fn what_lies_in_the_caller_is_forbidden_and_what_lies_in_the_content_is_unprocessable() {
        let kind = |codes: &[&'static str]| {
            Problem::refused(Refusal { grounds: codes.iter().map(|code| ground(code)).collect() }).kind
        };
        assert_eq!(kind(&["not_ones_own"]), ProblemKind::Refused);
        assert_eq!(kind(&["not_of_the_format"]), ProblemKind::ContentRefused);
        assert_eq!(kind(&["not_of_the_format", "not_a_providing_unit"]), ProblemKind::Refused);
        assert_eq!(kind(&["missing_column"]), ProblemKind::ContentRefused);
        assert_eq!(kind(&[]), ProblemKind::Refused);
    }

    /// Collects what stands as the first argument of the functions that make grounds in the register's acts and rules.
    fn codes_in(folder: &Path, codes: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes_in(&path, codes);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["Ground::new(", "over(", "refuse("] {
                for rest in text.split(call).skip(1) {
                    if let Some(word) =
                        rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next())
                    {
                        codes.insert(word.to_owned());
                    }
                }
            }
        }
    }

    #[test]
    fn every_ground_of_the_register_is_known_to_lie_in_the_caller_or_in_the_content() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../register/src");
        let mut codes = BTreeSet::new();
        codes_in(&sources.join("acts"), &mut codes);
        codes_in(&sources.join("rules"), &mut codes);
        assert!(codes.len() > 20);
        for code in codes {
            let content = CONTENT_GROUNDS.contains(&code.as_str());
            assert!(
                content != CALLER_GROUNDS.contains(&code.as_str()),
                "`{code}` is to stand in exactly one of the lists"
            );
        }
    }

    #[test]
    fn a_problem_is_written_as_rfc_9457_says() {
        let refusal: Refusal =
            ground("not_ones_own").field("identifier").remedy(Bilingual::new("办法", "remedy")).into();
        let document =
            serde_json::to_value(Problem::refused(refusal).document(Some("/api/v1/inquiries"), Some("a-1")))
                .unwrap();
        assert_eq!(document["type"], "/problems/refused");
        assert_eq!(document["status"], 403);
        assert_eq!(document["instance"], "/api/v1/inquiries");
        assert_eq!(document["request"], "a-1");
        assert_eq!(document["grounds"][0]["article"], "35");
        assert_eq!(document["grounds"][0]["field"], "identifier");
        assert_eq!(document["grounds"][0]["remedy"]["en"], "remedy");
        let response = Problem::new(ProblemKind::Overloaded).into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], PROBLEM_JSON);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        let response = Problem::new(ProblemKind::Unauthorised).into_response();
        assert!(response.headers()[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer"));
    }

    #[test]
    fn what_broke_inside_is_not_told() {
        let error = ServiceError::File(std::io::Error::other("/secret/path 110101199003078515"));
        let text = serde_json::to_string(&Problem::from(error).document(None, None)).unwrap();
        assert!(!text.contains("secret") && !text.contains("110101"));
    }
}
