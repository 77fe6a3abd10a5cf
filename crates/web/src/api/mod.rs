//! HTTP API v1. Routes and their description are registered together, so that they cannot drift apart; the description is
//! served at `/api/v1/openapi.json` and held against `openapi.json` in this crate by a test.

pub(crate) mod batches;
pub(crate) mod cases;
pub(crate) mod documents;
pub(crate) mod health;
pub(crate) mod incidents;
pub(crate) mod inquiries;
pub(crate) mod keys;
pub(crate) mod notices;
pub(crate) mod proof;
pub(crate) mod proposals;
pub(crate) mod publication;
pub(crate) mod records;
pub(crate) mod reference;
pub(crate) mod rights;
pub(crate) mod tiles;
pub(crate) mod tokens;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use register::rules::access::Undertaking;
use serde::Serialize;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, RefOr, ResponseBuilder};
use utoipa_axum::routes;

use crate::doors::{Doors, Route};
use crate::problem::{PROBLEM_JSON, Problem, ProblemKind};
use crate::site::Site;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Credence",
        version = "1",
        description = "A city's public credit information platform. Every problem is `application/problem+json` (RFC 9457); where the law refused, each ground has its article and remedy. Inquiries are entered in the journal before they are answered and are seen by the subject.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "filing", description = "Departments file what the catalogue lists (Articles 10-15)"),
        (name = "inquiry", description = "Who may look at what; every look is journalled (Articles 20, 34, 35, 53)"),
        (name = "rights", description = "What a subject can do (Articles 33-38)"),
        (name = "access", description = "Keys, access tokens, and what two persons do (Articles 6, 19, 53)"),
        (name = "incidents", description = "Leaks and the like: registered, classified, contained, reported, told, closed (Article 19)"),
        (name = "public", description = "What is disclosed to everyone (Articles 7, 13, 15)"),
        (name = "journal", description = "How it is proved (Article 53)"),
        (name = "health", description = "Whether the program lives and is ready")
    ),
    modifiers(&Security)
)]
struct Described;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("credence_<number>_<secret>")
            .description(Some(
                "A key that the big data centre issued to an office, a subject, a third party or its own staff, or an access token for one",
            ))
            .build();
        let client = HttpBuilder::new().scheme(HttpAuthScheme::Basic).description(Some(
            "A key's number and its secret, the third part of its token (RFC 6749, section 2.3.1)",
        ));
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(scheme));
        components.add_security_scheme("client", SecurityScheme::Http(client.build()));
    }
}

/// The problems that any address may answer with.
pub(crate) struct Problems;

/// The problems of addresses that need a key.
pub(crate) struct KeyProblems;

/// The problems of addresses that take a body.
pub(crate) struct BodyProblems;

fn responses(kinds: &[ProblemKind]) -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
    let reference = utoipa::openapi::Ref::from_schema_name("ProblemDocument");
    kinds
        .iter()
        .map(|kind| {
            let content = Content::new(Some(reference.clone()));
            let title = kind.title(crate::language::Language::English);
            let response = ResponseBuilder::new().description(title).content(PROBLEM_JSON, content).build();
            (kind.status().as_str().to_owned(), RefOr::T(response))
        })
        .collect()
}

const ALWAYS: [ProblemKind; 7] = [
    ProblemKind::Malformed,
    ProblemKind::NotFound,
    ProblemKind::HeadTooLarge,
    ProblemKind::TooManyRequests,
    ProblemKind::Internal,
    ProblemKind::Overloaded,
    ProblemKind::TooSlow,
];

impl utoipa::IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        responses(&ALWAYS)
    }
}

impl utoipa::IntoResponses for KeyProblems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let mut all = responses(&ALWAYS);
        all.extend(responses(&[ProblemKind::Unauthorised, ProblemKind::Refused]));
        all
    }
}

impl utoipa::IntoResponses for BodyProblems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let mut all = KeyProblems::responses();
        all.extend(responses(&[
            ProblemKind::RequestTimeout,
            ProblemKind::TooLarge,
            ProblemKind::UnsupportedMediaType,
            ProblemKind::ContentRefused,
        ]));
        all
    }
}

/// The problems of an address whose own errors have the form of OAuth 2.
pub(crate) struct TokenProblems;

impl utoipa::IntoResponses for TokenProblems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        responses(&[
            ProblemKind::RequestTimeout,
            ProblemKind::TooLarge,
            ProblemKind::TooManyRequests,
            ProblemKind::HeadTooLarge,
            ProblemKind::Internal,
            ProblemKind::Overloaded,
            ProblemKind::TooSlow,
        ])
    }
}

fn doors() -> Doors {
    use Undertaking::{
        AcknowledgeNotice, ApplyForRestoration, CorrectRecord, DecideProposal, FileBatch, GrantConsent,
        HandleCase, HandleIncident, InquireByConsent, InquireForDuty, InquireOwn, LodgeObjection,
        OpenOwnFiling, ProposeAct, ReadBatch, ReadCases, ReadIncidents, ReadNotices, ReadOwnCases,
        ReadProposals, ReadPublic, RegisterIncident, RestoreRecord, ResumeDisplay, ReviewCase, RevokeConsent,
        RevokeKey, RevokeRecord, RotateKey, SignIn, TakeBackCase, UndoRestoration, VerifyIdentifier,
        WithdrawDisplay,
    };
    // Tiles lie under paths of any depth, which OpenAPI has no word for.
    Doors::new(Described::openapi())
        .guarded(routes!(batches::file), &[FileBatch])
        .guarded(routes!(batches::batch), &[ReadBatch])
        .guarded(routes!(batches::errors), &[ReadBatch])
        .guarded(routes!(inquiries::inquire), &[InquireOwn, InquireForDuty, InquireByConsent])
        .guarded(routes!(records::correct), &[CorrectRecord])
        .guarded(routes!(records::revoke), &[RevokeRecord])
        .guarded(routes!(records::restore), &[RestoreRecord])
        .guarded(routes!(records::open), &[OpenOwnFiling])
        .guarded(routes!(records::verify_identifier), &[VerifyIdentifier])
        .guarded(routes!(rights::withdraw), &[WithdrawDisplay])
        .guarded(routes!(rights::resume), &[ResumeDisplay])
        .guarded(routes!(rights::grant_consent), &[GrantConsent])
        .guarded(routes!(rights::revoke_consent), &[RevokeConsent])
        .guarded(routes!(cases::object), &[LodgeObjection])
        .guarded(routes!(cases::apply), &[ApplyForRestoration])
        .guarded(routes!(cases::rights), &[ReadOwnCases])
        .guarded(routes!(cases::undo_restoration), &[UndoRestoration])
        .guarded(routes!(cases::list), &[ReadCases])
        .guarded(routes!(cases::case), &[ReadCases])
        .guarded(routes!(cases::own_list), &[ReadOwnCases])
        .guarded(routes!(cases::own_case), &[ReadOwnCases])
        .guarded(routes!(cases::take_back), &[TakeBackCase])
        .guarded(routes!(cases::accept), &[HandleCase])
        .guarded(routes!(cases::extend), &[HandleCase])
        .guarded(routes!(cases::decide), &[HandleCase])
        .guarded(routes!(cases::send_back), &[HandleCase])
        .guarded(routes!(cases::decide_restoration), &[HandleCase])
        .guarded(routes!(cases::request_review), &[LodgeObjection])
        .guarded(routes!(cases::review), &[ReviewCase])
        .guarded(routes!(notices::notices), &[ReadNotices])
        .guarded(routes!(notices::own_notices), &[ReadOwnCases])
        .guarded(routes!(notices::acknowledge), &[AcknowledgeNotice])
        .open(routes!(cases::figures))
        .guarded(routes!(proposals::propose), &[ProposeAct])
        .guarded(routes!(proposals::list), &[ReadProposals])
        .guarded(routes!(proposals::one), &[ReadProposals])
        .guarded(routes!(proposals::approve), &[DecideProposal])
        .guarded(routes!(proposals::reject), &[DecideProposal])
        .guarded(routes!(keys::rotate), &[RotateKey])
        .guarded(routes!(keys::revoke), &[RevokeKey])
        .guarded(routes!(tokens::token), &[SignIn])
        .open(routes!(tokens::metadata))
        .guarded(routes!(incidents::register), &[RegisterIncident])
        .guarded(routes!(incidents::list), &[ReadIncidents])
        .guarded(routes!(incidents::incident), &[ReadIncidents])
        .guarded(routes!(incidents::classify), &[HandleIncident])
        .guarded(routes!(incidents::contain), &[HandleIncident])
        .guarded(routes!(incidents::notify), &[HandleIncident])
        .guarded(routes!(incidents::tell), &[HandleIncident])
        .guarded(routes!(incidents::dispense), &[HandleIncident])
        .guarded(routes!(incidents::close), &[HandleIncident])
        .open(routes!(publication::search))
        .open(routes!(publication::organisation))
        .open(routes!(reference::catalogue))
        .open(routes!(reference::item))
        .open(routes!(reference::authorities))
        .open(routes!(reference::law))
        .open(routes!(reference::article))
        .open(routes!(proof::head))
        .open(routes!(proof::inclusion))
        .open(routes!(proof::consistency))
        .open(routes!(proof::receipt))
        .open(routes!(tiles::checkpoint))
        .open(routes!(tiles::key))
        .open(routes!(health::alive))
        .open(routes!(health::ready))
        .page("GET", "/journal/tile/{*path}", axum::routing::get(tiles::tile), &[ReadPublic])
        .page("GET", "/api/v1/openapi.json", axum::routing::get(description), &[ReadPublic])
}

/// The description of the API (OpenAPI 3.1).
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, mut openapi, _) = doors().split();
    inquiries::close_purposes(&mut openapi);
    openapi
}

async fn description(headers: axum::http::HeaderMap) -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| openapi().to_pretty_json().unwrap_or_default());
    crate::edge::revalidated(&headers, "application/json", TEXT.as_bytes())
}

/// The routes of the API, of the journal's files and of health, and what is undertaken through each.
pub(crate) fn routes() -> (Router<Arc<Site>>, Vec<Route>) {
    let (router, _, doors) = doors().split();
    (router, doors)
}

/// A JSON answer that nobody keeps: an inquiry, a receipt, a report.
pub(crate) fn private(document: &impl Serialize) -> Result<Response, Problem> {
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], bytes(document)?)
        .into_response())
}

/// A JSON document as bytes.
pub(crate) fn bytes(document: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(document).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Problem::new(ProblemKind::Internal)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// The description is part of what others build on: it changes only on purpose.
    ///
    /// To renew it: `CREDENCE_RENEW=1 cargo test -p web openapi`, then read the difference before it is committed.
    #[test]
    fn the_description_of_the_api_is_the_one_that_is_kept_in_openapi_json() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
        let now = super::openapi().to_pretty_json().unwrap() + "\n";
        if std::env::var_os("CREDENCE_RENEW").is_some() {
            std::fs::write(&path, &now).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let kept: Vec<&str> = kept.lines().collect();
        let lines: Vec<&str> = now.lines().collect();
        let gone = kept.iter().filter(|line| !lines.contains(line)).map(|line| format!("- {line}"));
        let new = lines.iter().filter(|line| !kept.contains(line)).map(|line| format!("+ {line}"));
        let difference: Vec<String> = gone.chain(new).take(60).collect();
        assert!(
            kept == lines,
            "the API's description changed; renew it with `CREDENCE_RENEW=1 cargo test -p web openapi`\n{}",
            difference.join("\n")
        );
    }

    #[test]
    fn the_description_is_openapi_3_1_and_every_act_needs_a_key() {
        let document = serde_json::to_value(super::openapi()).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let keyed = operation.get("security").is_some();
                let public = path.starts_with("/journal")
                    || path.ends_with("z")
                    || operation["tags"] == serde_json::json!(["public"])
                    || operation["tags"] == serde_json::json!(["journal"]);
                assert_ne!(keyed, public, "{method} {path}");
                assert!(method == "get" || keyed, "{method} {path}");
            }
        }
    }

    #[test]
    fn no_address_has_a_place_for_a_persons_name_or_number() {
        let document = serde_json::to_value(super::openapi()).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for operation in item.as_object().unwrap().values() {
                for parameter in
                    operation.get("parameters").and_then(|list| list.as_array()).into_iter().flatten()
                {
                    let name = parameter["name"].as_str().unwrap();
                    let of_organisations = path.starts_with("/api/v1/organisations");
                    assert!(
                        of_organisations || !["identifier", "name", "id_number", "person"].contains(&name),
                        "{path} {name}"
                    );
                }
            }
        }
    }
}
