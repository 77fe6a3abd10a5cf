//! What anyone may read about the rules themselves: catalogue, authorities, law.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use register::catalogue::{Catalogue, ItemCode};
use serde_json::{Value, json};

use super::{Problems, bytes, documents};
use crate::edge::revalidated;
use crate::extract::PathPart;
use crate::pages;
use crate::problem::Problem;
use crate::site::Site;

const JSON: &str = "application/json";

/// The catalogue in force; the data formats stand with each item.
///
/// Articles: 10, 11, 12
#[utoipa::path(get, path = "/api/v1/catalogue", tag = "public", responses((status = 200, description = "The edition in force", body = documents::Catalogue), (status = 304, description = "Unchanged"), Problems))]
pub(crate) async fn catalogue(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let catalogue = site.platform.catalogue().await?;
    Ok(revalidated(&headers, JSON, bytes(&whole(&catalogue))?))
}

fn whole(catalogue: &Catalogue) -> Value {
    let items = catalogue.items().iter().map(|item| {
        let mut document = serde_json::to_value(&item.item).unwrap_or_default();
        if let Some(fields) = document.as_object_mut() {
            fields.remove("format");
        }
        document
    });
    json!({
        "number": catalogue.number,
        "edition": catalogue.edition,
        "title": catalogue.title,
        "approval": catalogue.approval,
        "items": items.collect::<Vec<_>>(),
    })
}

/// One item of the catalogue with every element of Article 11; `format` is a JSON Schema.
///
/// Articles: 11
#[utoipa::path(get, path = "/api/v1/catalogue/{code}", tag = "public", params(("code" = String, Path, description = "The item's code")), responses((status = 200, description = "The item", body = documents::CatalogueItem), (status = 304, description = "Unchanged"), Problems))]
pub(crate) async fn item(
    State(site): State<Arc<Site>>,
    PathPart(code): PathPart<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let catalogue = site.platform.catalogue().await?;
    let item = catalogue.item(&ItemCode(code)).ok_or(Problem::not_found())?;
    Ok(revalidated(&headers, JSON, bytes(&item.item)?))
}

/// The authorities that file and inquire.
///
/// Articles: 5, 11, 20
#[utoipa::path(get, path = "/api/v1/authorities", tag = "public", responses((status = 200, description = "The enrolled authorities", body = documents::Authorities), (status = 304, description = "Unchanged"), Problems))]
pub(crate) async fn authorities(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let authorities = site.platform.authorities().await?;
    Ok(revalidated(&headers, JSON, bytes(&json!({ "authorities": **authorities }))?))
}

/// The 56 articles with what carries them, and the versions that apply today.
///
/// Articles: 7
#[utoipa::path(get, path = "/api/v1/law", tag = "public", responses((status = 200, description = "The articles", body = documents::LawTable), (status = 304, description = "Unchanged"), Problems))]
pub(crate) async fn law(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Problem> {
    let today = site.platform.today();
    let versions = site.platform.law_on(today)?.versions();
    let document = json!({ "as_of": today, "in_force": versions, "articles": site.options.law });
    Ok(revalidated(&headers, JSON, bytes(&document)?))
}

/// One article.
///
/// Articles: 7
#[utoipa::path(get, path = "/api/v1/law/{article}", tag = "public", params(("article" = u8, Path, minimum = 1, maximum = 56, description = "Its number")), responses((status = 200, description = "The article", body = documents::LawRow), (status = 304, description = "Unchanged"), Problems))]
pub(crate) async fn article(
    State(site): State<Arc<Site>>,
    PathPart(number): PathPart<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = pages::law::find(&site.options.law, &number).ok_or(Problem::not_found())?;
    Ok(revalidated(&headers, JSON, bytes(row)?))
}
