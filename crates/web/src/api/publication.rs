//! Publication: what is proactively disclosed about organisations. No caller, no entry, no trace of the visitor; the platform
//! counts roughly by subject and day.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use law::InformationClass;
use register::subject::SubjectKind;
use serde::Deserialize;
use service::publication::SearchFilter;
use utoipa::IntoParams;

use super::{Problems, bytes, documents};
use crate::edge::{revalidated, revalidated_as};
use crate::extract::{PathPart, Query};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// A full unified social credit code, or two characters or more of a name.
    #[param(min_length = 2, max_length = 100)]
    name: String,
    /// The `next` of the page before.
    #[param(pattern = "^[01]-(0|[1-9][0-9]{0,3})-(0|[1-9][0-9]{0,13})$")]
    after: Option<String>,
    /// Only organisations of this kind.
    #[param(inline, value_type = Option<documents::OrganisationKind>)]
    kind: Option<SubjectKind>,
    /// Only organisations about which information of this class is on display.
    #[param(inline, value_type = Option<documents::InformationClass>)]
    class: Option<InformationClass>,
    /// How many on a page.
    #[param(minimum = 1, maximum = 50, default = 20)]
    limit: Option<usize>,
}

/// Organisations by full code or part of a name. There is no search for persons or individual businesses.
///
/// Articles: 13, 35
#[utoipa::path(get, path = "/api/v1/organisations", tag = "public", params(SearchQuery), responses((status = 200, description = "A page of results", body = documents::SearchPage), (status = 304, description = "Unchanged"), Problems))]
pub(crate) async fn search(
    State(site): State<Arc<Site>>,
    Query(query): Query<SearchQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if query.name.chars().count() > 100 {
        return Err(Problem::malformed("name", "最多100个字", "give at most 100 characters"));
    }
    let limit = query.limit.unwrap_or(20);
    if !(1..=50).contains(&limit) {
        return Err(Problem::malformed("limit", "须为1至50的数", "give a number from 1 to 50"));
    }
    if query.kind.is_some_and(SubjectKind::is_human) {
        return Err(Problem::malformed("kind", "只能检索企业和组织", "only organisations are searched"));
    }
    let filter = SearchFilter { kind: query.kind, class: query.class };
    let page = site.platform.search_organisations(&query.name, filter, query.after.as_deref(), limit).await?;
    Ok(revalidated(&headers, "application/json", bytes(&page)?))
}

/// What everyone may see about an organisation today. The code of a person or an individual business, an unknown one and one
/// that waits for verification get the same 404. Keep the answer as long as you like and ask again with its `ETag` each time
/// you use it: what is withdrawn is not shown from the next entry on.
///
/// Articles: 13, 15, 36
#[utoipa::path(get, path = "/api/v1/organisations/{code}", tag = "public", params(("code" = String, Path, description = "The unified social credit code")), responses((status = 200, description = "What is on display", body = documents::PublicOrganisation), (status = 304, description = "Unchanged"), Problems))]
pub(crate) async fn organisation(
    State(site): State<Arc<Site>>,
    PathPart(code): PathPart<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let document = site.platform.organisation_document(&code).await?;
    Ok(revalidated_as(&headers, "application/json", document.bytes, &document.digest))
}
