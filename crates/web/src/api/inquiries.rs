//! Inquiry: the subject's own view, an officer's with a duty and matter, a third party's with the subject's consent. The entry
//! is durable before the answer leaves.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use law::identifier::IdentifierKind;
use register::subject::EntryNumber;
use serde::Deserialize;
use service::inquiry::{InquiryRequest, PurposeRequest};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, Schema};

use super::{BodyProblems, documents, private};
use crate::extract::{Acting, JsonBody, Text, number};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an inquiry")]
#[schema(as = Inquiry)]
pub(crate) struct InquiryBody {
    /// The full identifier of the subject; a subject asking for its own may leave it out.
    #[schema(value_type = Option<String>, max_length = 64)]
    identifier: Option<Text<0, 64>>,
    /// The kind of identifier; a foreign passport is found only with it.
    #[schema(value_type = Option<documents::IdentifierKind>)]
    kind: Option<IdentifierKind>,
    /// Why.
    purpose: PurposeBody,
    /// The subject's own view only: looks and history before this entry, to page back.
    before: Option<u64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "for", rename_all = "snake_case", deny_unknown_fields, expecting = "a purpose")]
#[schema(as = InquiryPurpose)]
pub(crate) enum PurposeBody {
    /// One's own information (Article 35).
    Own {},
    /// A duty of Article 20 in a named matter.
    Duty {
        /// The duty, Article 20 (1) to (6).
        #[schema(minimum = 1, maximum = 6)]
        duty: u8,
        /// The matter's number, as the office keeps it.
        #[schema(value_type = String, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$")]
        matter: Text<0, 200>,
    },
    /// The subject's written consent.
    Consent {
        /// The consent's number.
        consent: u64,
    },
}

/// Says in the description that a purpose has no further fields: the derivation says so of structures only.
pub(crate) fn close_purposes(openapi: &mut utoipa::openapi::OpenApi) {
    let schemas = openapi.components.as_mut().map(|components| &mut components.schemas);
    let purpose = schemas.and_then(|schemas| schemas.get_mut("InquiryPurpose"));
    let Some(RefOr::T(Schema::OneOf(purposes))) = purpose else { return };
    for purpose in &mut purposes.items {
        if let RefOr::T(Schema::Object(fields)) = purpose {
            fields.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}

impl From<PurposeBody> for PurposeRequest {
    fn from(purpose: PurposeBody) -> Self {
        match purpose {
            PurposeBody::Own {} => Self::Own,
            PurposeBody::Duty { duty, matter: Text(matter) } => Self::Duty { duty, matter },
            PurposeBody::Consent { consent } => Self::Consent { consent },
        }
    }
}

/// Looks at a subject. The look is entered in the journal and the subject sees it, a refused one too.
///
/// Articles: 20, 34, 35, 53(3)
#[utoipa::path(post, path = "/api/v1/inquiries", tag = "inquiry", security(("key" = [])), request_body = InquiryBody, responses((status = 200, description = "What the law lets this caller see, and the entry of this look", body = documents::Answer), BodyProblems))]
pub(crate) async fn inquire(
    State(site): State<Arc<Site>>,
    Acting(caller): Acting,
    JsonBody(body): JsonBody<InquiryBody>,
) -> Result<Response, Problem> {
    let request = InquiryRequest {
        identifier: body.identifier.map(|Text(identifier)| identifier),
        kind: body.kind,
        purpose: body.purpose.into(),
        before: body.before.map(|entry| number("before", entry)).transpose()?.map(EntryNumber),
    };
    private(&site.platform.inquire(request, &caller).await?)
}
