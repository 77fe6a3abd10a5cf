//! A browser without a window: it keeps cookies, each host's and port's apart, and follows no redirection by itself, so that a
//! test sees every step.

use std::collections::HashMap;
use std::net::SocketAddr;

use crate::wire::{Reply, Wire};

/// A browser.
#[derive(Debug, Default)]
pub struct Browser {
    /// Cookies by address; two servers on one host have nothing in common here.
    cookies: HashMap<String, HashMap<String, String>>,
}

/// Where an address leads, and the path with its query.
fn split(address: &str) -> (String, String) {
    let rest = address.strip_prefix("http://").unwrap_or(address);
    let (host, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    (host.to_owned(), path.to_owned())
}

impl Browser {
    /// Opens an address.
    pub async fn get(&mut self, address: &str) -> Reply {
        self.send("GET", address, &[], "").await
    }

    /// Sends a form.
    pub async fn post_form(&mut self, address: &str, fields: &[(&str, &str)]) -> Reply {
        let encoded: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let media = ("content-type", "application/x-www-form-urlencoded");
        self.send("POST", address, &[media], &encoded.join("&")).await
    }

    /// Sends JSON, with further headers.
    pub async fn post_json(
        &mut self,
        address: &str,
        headers: &[(&str, &str)],
        body: &serde_json::Value,
    ) -> Reply {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.send("POST", address, &all, &body.to_string()).await
    }

    /// Where an answer leads, as a whole address.
    #[must_use]
    pub fn location(from: &str, reply: &Reply) -> String {
        let to = reply.headers.get("location").expect("a redirection").clone();
        if to.starts_with('/') { format!("http://{}{to}", split(from).0) } else { to }
    }

    /// The value of a cookie that an address has set.
    #[must_use]
    pub fn cookie(&self, address: &str, name: &str) -> Option<&str> {
        self.cookies.get(&split(address).0)?.get(name).map(String::as_str)
    }

    /// Sets a cookie, as a thief would.
    pub fn set_cookie(&mut self, address: &str, name: &str, value: &str) {
        self.cookies.entry(split(address).0).or_default().insert(name.to_owned(), value.to_owned());
    }

    async fn send(&mut self, method: &str, address: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let (host, path) = split(address);
        let to: SocketAddr = host.parse().expect("a numeric address");
        let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\naccept: text/html,*/*\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let cookies = self.cookies.entry(host.clone()).or_default();
        if !cookies.is_empty() {
            let sent: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            text.push_str(&format!("cookie: {}\r\n", sent.join("; ")));
        }
        text.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()));
        let reply = Wire::connect(to).await.unwrap().ask(&text).await.unwrap();
        for set in &reply.cookies {
            let pair = set.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if value.is_empty() {
                cookies.remove(name.trim());
            } else {
                cookies.insert(name.trim().to_owned(), value.to_owned());
            }
        }
        reply
    }
}

/// Text as a form has it.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
