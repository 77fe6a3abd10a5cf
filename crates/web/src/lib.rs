//! How it is shown: HTTP API v1, the journal's files, and the public pages. The only crate that names HTTP and HTML.
//!
//! | room | what is in it |
//! |---|---|
//! | [`router`], [`serve()`], [`options`] | what the program uses |
//! | `doors` | each route with what is undertaken through it, or it is no route |
//! | `connections`, `streams` | who is connected, and who waits for whom |
//! | [`tls`], [`peer`] | TLS, and who is at the other end: address, client certificate, trusted proxies |
//! | [`figures()`] | figures for the operator, at an address of their own |
//! | `paces` | who asks too often |
//! | `spool`, `staging` | files that are received; files that were looked at and wait for their sender's word |
//! | `passage` | a request's place while it is worked on, and the wait for its body without one |
//! | `edge` | the outermost layer: limits, headers, the form of problems, the log |
//! | [`problem`] | why a request got no answer (RFC 9457), with the law's grounds |
//! | `extract` | callers, bodies, queries: every refusal is a problem |
//! | `api` | the routes of version 1 and their description (OpenAPI 3.1) |
//! | [`sign_in`] | identity providers, and what their claims mean here |
//! | `kept` | pages that were drawn before |
//! | `pages`, `language`, `words`, `assets` | the pages in Chinese and English |
//!
//! Nothing here decides: a handler reads the request, asks the service, and writes what it says. There is no route that
//! finds a person, and nothing about a visitor of the public pages is kept.

mod api;
mod assets;
mod connections;
mod doors;
mod edge;
mod extract;
mod figures;
mod kept;
pub mod language;
pub mod options;
mod paces;
mod pages;
mod passage;
pub mod peer;
pub mod problem;
mod refused_lines;
mod serve;
pub mod sign_in;
mod site;
mod spool;
mod staging;
mod streams;
pub mod tls;
pub mod words;
pub mod yardstick;

use std::sync::Arc;

use axum::Router;
use axum::http::header::CACHE_CONTROL;
use axum::http::{Extensions, HeaderMap};
use axum::middleware::from_fn_with_state;
use service::Platform;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

pub use api::openapi;
pub use doors::Route;
pub use figures::figures;
pub use options::{LawRow, Limits, Paces, WebOptions};
pub use serve::{Door, serve, serve_within};

use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// Every route of the platform with what is undertaken through it.
#[must_use]
pub fn doors() -> Vec<Route> {
    let (_, mut doors) = api::routes();
    doors.extend(pages::routes().1);
    doors
}

/// Every route of the platform.
pub fn router(platform: Platform, options: WebOptions) -> Router {
    let site = Arc::new(Site::new(platform, options));
    // Small answers and the journal's files, which hold digests, gain nothing. An answer to one caller is not compressed: its
    // length would tell an eavesdropper something of its content.
    let is_public = |_, _, headers: &HeaderMap, _: &Extensions| {
        headers.get(CACHE_CONTROL).is_none_or(|kept| kept != "no-store")
    };
    let worth = SizeAbove::new(1024).and(NotForContentType::new("application/octet-stream")).and(is_public);
    let (api, _) = api::routes();
    let (pages, _) = pages::routes();
    api.merge(pages)
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::new(ProblemKind::MethodNotAllowed))
        .layer(from_fn_with_state(Arc::clone(&site), edge::guard))
        .layer(CompressionLayer::new().compress_when(worth))
        .with_state(site)
}
