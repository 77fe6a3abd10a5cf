//! Doors: every route is registered with what is undertaken through it, or it is not registered at all.
//!
//! A route that is open to everyone says so ([`Doors::open`]); any other names its undertakings ([`Doors::guarded`]). The
//! extractors of callers (`extract.rs`) ask by these names whether the caller may, and refuse where a route has none: deny is the
//! default. From the same list `docs/access.md` is drawn.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;
use register::caller::Caller;
use register::rules::access::Undertaking;
use register::ruling::Refusal;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::site::Site;

/// What a route is for; the extractors read it from the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asks(pub(crate) &'static [Undertaking]);

impl Asks {
    /// Whether the caller may undertake any of this.
    ///
    /// What is journalled as a refusal about a subject is left to the act, which knows the subject.
    pub(crate) fn admit(self, by: &Caller) -> Result<(), Refusal> {
        let may = |undertaking: &Undertaking| {
            undertaking.refusal_is_entered() || undertaking.basis(by.kind()).is_some()
        };
        if self.0.iter().any(may) {
            return Ok(());
        }
        Err(self.0.first().copied().unwrap_or(Undertaking::ReadPublic).refusal().into())
    }
}

/// A route and what is undertaken through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The method, in capitals.
    pub method: String,
    /// The path, with its variable parts in braces.
    pub path: String,
    /// What is undertaken: only reading what is disclosed for a route that is open to everyone.
    pub asks: Vec<Undertaking>,
}

/// Routes that are being registered.
pub(crate) struct Doors {
    router: OpenApiRouter<Arc<Site>>,
    doors: Vec<Route>,
}

impl Doors {
    pub(crate) fn new(description: utoipa::openapi::OpenApi) -> Self {
        Self { router: OpenApiRouter::with_openapi(description), doors: Vec::new() }
    }

    /// A route that is open to everyone.
    pub(crate) fn open(self, routes: UtoipaMethodRouter<Arc<Site>>) -> Self {
        self.guarded(routes, &[Undertaking::ReadPublic])
    }

    /// A route through which something is undertaken: whoever comes must be someone, and may undertake one of these.
    pub(crate) fn guarded(
        mut self,
        routes: UtoipaMethodRouter<Arc<Site>>,
        asks: &'static [Undertaking],
    ) -> Self {
        let (schemas, paths, methods) = routes;
        for (path, item) in &paths.paths {
            for (method, operation) in [
                (HttpMethod::Get, &item.get),
                (HttpMethod::Post, &item.post),
                (HttpMethod::Put, &item.put),
                (HttpMethod::Delete, &item.delete),
            ] {
                if operation.is_some() {
                    self.remember(method_word(&method), path, asks);
                }
            }
        }
        self.router = self.router.routes((schemas, paths, methods.layer(axum::Extension(Asks(asks)))));
        self
    }

    /// A page, or another route that has no place in the API's description: with its method and what is undertaken.
    pub(crate) fn page(
        mut self,
        method: &str,
        path: &str,
        handler: MethodRouter<Arc<Site>>,
        asks: &'static [Undertaking],
    ) -> Self {
        self.remember(method, path, asks);
        self.router = self.router.route(path, handler.layer(axum::Extension(Asks(asks))));
        self
    }

    fn remember(&mut self, method: &str, path: &str, asks: &[Undertaking]) {
        self.doors.push(Route { method: method.to_owned(), path: path.to_owned(), asks: asks.to_vec() });
    }

    /// The routes, the description of those of the API, and the list of all doors.
    pub(crate) fn split(self) -> (Router<Arc<Site>>, utoipa::openapi::OpenApi, Vec<Route>) {
        let (router, description) = self.router.split_for_parts();
        (router, description, self.doors)
    }
}

const fn method_word(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Delete => "DELETE",
        _ => "GET",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode, header};
    use axum::routing::get;
    use service::administration::KeyFor;
    use testkit::{Engine, Town};
    use tower::ServiceExt;

    use super::*;
    use crate::extract::{Acting, SignedIn};
    use crate::options::WebOptions;

    async fn status(router: &Router, path: &str, token: &str) -> StatusCode {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_route_that_does_not_say_what_it_is_for_lets_nobody_in() {
        let town = Town::new(Engine::Sqlite).await;
        let site = Arc::new(Site::new(town.platform.clone(), WebOptions::default()));
        let key = town.platform.issue_key(KeyFor::Operator, "test", None, &Caller::Operator).await.unwrap();
        let signed_in = get(async |_: SignedIn| "in");
        let acting = get(async |_: Acting| "in");
        let (doors, _, _) = Doors::new(utoipa::openapi::OpenApi::default())
            .page("GET", "/asked", signed_in.clone(), &[Undertaking::ReadKeys])
            .page("GET", "/for-nothing", signed_in.clone(), &[])
            .split();
        let router =
            Router::new().route("/bare", signed_in).route("/acting", acting).merge(doors).with_state(site);
        assert_eq!(status(&router, "/asked", &key.token).await, StatusCode::OK);
        for path in ["/bare", "/acting"] {
            assert_eq!(status(&router, path, &key.token).await, StatusCode::INTERNAL_SERVER_ERROR);
        }
        assert_eq!(status(&router, "/for-nothing", &key.token).await, StatusCode::FORBIDDEN);
    }
}
