//! Figures for whoever runs the platform, at an address of their own: never where the public comes in.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get;

/// The form of Prometheus's figures as text, as its specification names it.
const MEDIA: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A router that answers `GET /metrics` with this text and knows nothing else.
pub fn figures(text: impl Fn() -> String + Send + Sync + 'static) -> Router {
    let text = Arc::new(text);
    let answer = move || {
        let text = Arc::clone(&text);
        async move { ([(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA))], text()) }
    };
    Router::new().route("/metrics", get(answer))
}
