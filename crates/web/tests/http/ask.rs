//! Asking the router, and holding every answer against the API's description.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::city::City;
use crate::described;

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status.as_u16(), status, "{}", text.chars().take(2000).collect::<String>());
        self
    }

    /// The codes of the grounds of a problem.
    pub fn grounds(&self) -> Vec<String> {
        let document = self.json();
        document["grounds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|ground| ground["code"].as_str().unwrap().to_owned())
            .collect()
    }
}

impl City {
    /// Sends a request and holds the answer against the description.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let answer = Answer { status: head.status, headers: head.headers, bytes };
        described::check(&method, &path, &answer);
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A page, as a browser asks for it.
    pub async fn page(&self, path: &str) -> Answer {
        let accept = "text/html,application/xhtml+xml,*/*;q=0.8";
        self.send(Request::get(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap()).await
    }

    pub async fn get_as(&self, key: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {key}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, key: &str, path: &str, body: Value) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub async fn file(&self, key: &str, item: &str, media: &str, content: impl Into<Body>) -> Answer {
        self.send(filing(key, item, media).body(content.into()).unwrap()).await
    }
}

/// A request that files something.
pub fn filing(key: &str, item: &str, media: &str) -> axum::http::request::Builder {
    Request::post(format!("/api/v1/batches?item={item}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, media)
}
