//! The public pages: rendered on the server from compile-checked templates, in Chinese and English, without any script.
//!
//! Each page stands in a file with its view (what the template shows) and its handler (where it comes from), so that every
//! page is rendered from samples in a test.

pub(crate) mod cases;
pub(crate) mod catalogue;
pub(crate) mod chart;
pub(crate) mod desk;
pub(crate) mod developers;
pub(crate) mod fields;
pub(crate) mod front;
pub(crate) mod grounds;
pub(crate) mod journal;
pub(crate) mod law;
pub(crate) mod my;
pub(crate) mod office;
pub(crate) mod operations;
pub(crate) mod organisation;
pub(crate) mod problem;
pub(crate) mod receipt;
pub(crate) mod record;
pub(crate) mod rights;
pub(crate) mod search;
pub(crate) mod sign_in;
pub(crate) mod statistics;
pub(crate) mod steps;

use std::borrow::Borrow;
use std::convert::Infallible;
use std::sync::Arc;

use ::law::{Citation, Day, Instant};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use register::rules::access::Undertaking;
use register::ruling::Bilingual;

use crate::assets;
use crate::doors::{Doors, Route};
use crate::edge::revalidated;
use crate::language::Language;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;
use crate::words::Words;

/// The routes of the pages, each in both languages, and what is undertaken through each.
pub(crate) fn routes() -> (axum::Router<Arc<Site>>, Vec<Route>) {
    const OPEN: &[Undertaking] = &[Undertaking::ReadPublic];
    // The way into a session is open to everyone, and its end to whoever has one.
    const IN: &[Undertaking] = &[Undertaking::SignIn];
    const OUT: &[Undertaking] = &[Undertaking::EndSession];
    let mut doors = Doors::new(utoipa::openapi::OpenApi::default())
        .page("GET", "/assets/{name}", get(assets::asset), OPEN)
        .page("GET", "/en", get(front::front), OPEN)
        .page("GET", "/rights.csv", get(rights::table), OPEN)
        .page("GET", "/sign-in/{provider}/begin", get(sign_in::begin), IN)
        .page("GET", "/sign-in/{provider}/back", get(sign_in::back), IN)
        .page("POST", "/sign-in/{provider}/ended", post(sign_in::ended), IN)
        .page("POST", "/sign-in/demo", post(sign_in::demo), IN);
    for language in Language::ALL {
        let at = |path: &str| language.href(path);
        doors = doors
            .page("GET", &at("/"), get(front::front), OPEN)
            .page("GET", &at("/search"), get(search::search), OPEN)
            .page("GET", &at("/organisations/{code}"), get(organisation::organisation), OPEN)
            .page("GET", &at("/catalogue"), get(catalogue::catalogue), OPEN)
            .page("GET", &at("/catalogue/{code}"), get(catalogue::item), OPEN)
            .page("GET", &at("/law"), get(law::law), OPEN)
            .page("GET", &at("/law/{number}"), get(law::article), OPEN)
            .page("GET", &at("/journal"), get(journal::journal), OPEN)
            .page("GET", &at("/journal/receipt"), get(receipt::receipt), OPEN)
            .page("POST", &at("/journal/receipt"), post(receipt::check), OPEN)
            .page("GET", &at("/statistics"), get(statistics::statistics), OPEN)
            .page("GET", &at("/rights"), get(rights::rights), OPEN)
            .page("GET", &at("/developers"), get(developers::developers), OPEN)
            .page("GET", &at("/sign-in"), get(sign_in::sign_in), IN)
            .page("GET", &at("/desk"), get(desk::home), IN)
            .page("GET", &at("/account"), get(sign_in::account), OUT)
            .page("POST", &at("/sign-out"), post(sign_in::sign_out), OUT)
            .page("GET", &at("/problems"), get(problem::problems), OPEN)
            .page("GET", &at("/problems/{code}"), get(problem::problem), OPEN);
        doors = my::routes(doors, language);
        doors = office::routes(doors, language);
        doors = operations::routes(doors, language);
    }
    let (router, _, doors) = doors.split();
    (router, doors)
}

/// What every page has: its language, its own address, and whether the city is invented.
pub(crate) struct Page {
    pub(crate) language: Language,
    /// The path and query without the language's prefix.
    pub(crate) path: String,
    pub(crate) demo: bool,
    pub(crate) asked: HeaderMap,
    /// The name of the office for which whoever asks has signed in.
    pub(crate) office: Option<Bilingual>,
}

impl FromRequestParts<Arc<Site>> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Infallible> {
        let whole = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut page = Self::at(site.platform.is_demo(), whole);
        page.asked = parts.headers.clone();
        Ok(page)
    }
}

impl Page {
    /// The page at a path, in the language that the path says.
    pub(crate) fn at(demo: bool, path: &str) -> Self {
        let (language, path) = Language::of_path(path);
        Self { language, path: path.to_owned(), demo, asked: HeaderMap::new(), office: None }
    }

    /// Renders a template.
    pub(crate) fn draw(&self, template: &impl Template) -> Result<String, Problem> {
        template.render().map_err(|error| {
            tracing::error!(%error, "a page could not be rendered");
            Problem::new(ProblemKind::Internal)
        })
    }

    /// Renders a template as an answer that is asked for again each time.
    pub(crate) fn show(&self, template: &impl Template) -> Result<Response, Problem> {
        Ok(revalidated(&self.asked, "text/html; charset=utf-8", self.draw(template)?))
    }

    /// Renders a template as an answer that is for whoever asked and that nobody keeps.
    pub(crate) fn show_once(&self, template: &impl Template) -> Result<Response, Problem> {
        let headers =
            [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
        Ok((headers, self.draw(template)?).into_response())
    }

    // What templates call. ------------------------------------------------------------------------------------------------

    pub(crate) fn t<'a>(&'a self, key: &'a str) -> &'a str {
        Words::of(self.language).text(key)
    }

    pub(crate) fn count(&self, key: &str, number: impl Borrow<u64>) -> String {
        Words::of(self.language).with(key, "count", *number.borrow())
    }

    pub(crate) fn on_day(&self, key: &str, day: impl Borrow<Day>) -> String {
        Words::of(self.language).with(key, "day", self.language.day(*day.borrow()))
    }

    /// A moment, to the minute, in Beijing time.
    pub(crate) fn moment(&self, at: impl Borrow<Instant>) -> String {
        self.language.moment(*at.borrow())
    }

    /// A day.
    pub(crate) fn day(&self, day: impl Borrow<Day>) -> String {
        self.language.day(*day.borrow())
    }

    /// A month.
    pub(crate) fn month(&self, day: impl Borrow<Day>) -> String {
        self.language.month(*day.borrow())
    }

    /// A whole number.
    pub(crate) fn number(&self, number: impl Borrow<u64>) -> String {
        self.language.number(*number.borrow())
    }

    pub(crate) fn yes(&self, flag: impl Borrow<bool>) -> &str {
        if *flag.borrow() { self.t("yes") } else { self.t("no") }
    }

    /// A term at the head of a line or in a list to choose from: English begins with a capital there.
    pub(crate) fn headed(&self, term: &str) -> String {
        let mut characters = term.chars();
        match (self.language, characters.next()) {
            (Language::English, Some(first)) => first.to_uppercase().chain(characters).collect(),
            _ => term.to_owned(),
        }
    }

    pub(crate) fn of<'a>(&self, text: &'a Bilingual) -> &'a str {
        self.language.of(text)
    }

    /// The attribute that says of a name or a sentence of someone's own that it is Chinese, where the page is not.
    pub(crate) fn lang_of(&self, text: &str) -> &'static str {
        if self.language == Language::English && text.chars().any(record::is_han) {
            " lang=\"zh-Hans\""
        } else {
            ""
        }
    }

    /// The parts of a sentence of ours, and whether each is what was filed, which stands in back-ticks.
    pub(crate) fn quoted<'a>(&self, text: &'a str) -> Vec<(bool, &'a str)> {
        text.split('`').enumerate().map(|(place, part)| (place % 2 == 1, part)).collect()
    }

    pub(crate) fn lang(&self) -> &'static str {
        self.language.tag()
    }

    pub(crate) fn other_lang(&self) -> &'static str {
        self.language.other().tag()
    }

    pub(crate) fn href(&self, path: &str) -> String {
        self.language.href(path)
    }

    pub(crate) fn other_href(&self) -> String {
        self.language.other().href(&self.path)
    }

    pub(crate) fn style(&self) -> String {
        assets::style_href()
    }

    pub(crate) fn script(&self) -> String {
        assets::script_href()
    }

    pub(crate) fn mark(&self) -> String {
        assets::mark_href()
    }

    /// Marks the link of the navigation under which this page lies.
    pub(crate) fn current(&self, section: &str) -> &'static str {
        let here = match self.path.strip_prefix(section) {
            Some(rest) => rest.is_empty() || rest.starts_with(['/', '?']),
            None => section == "/search" && self.path.starts_with("/organisations/"),
        };
        if here { " aria-current=\"page\"" } else { "" }
    }

    /// The words of a citation, and the address of its article's page where it is an article of the regulations.
    pub(crate) fn cite(&self, citation: &Citation) -> Cited {
        Cited {
            text: self.language.citation(citation),
            href: citation.beijing_article().map(|article| self.href(&format!("/law/{}", article.number()))),
        }
    }
}

/// A citation on a page.
pub(crate) struct Cited {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
}

/// Encodes text for the query of an address.
pub(crate) fn query_text(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
pub(crate) mod samples;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_is_the_same_page() {
        let page = Page::at(false, "/en/search?name=%E4%BF%A1");
        assert_eq!(page.language, Language::English);
        assert_eq!(page.other_href(), "/search?name=%E4%BF%A1");
        assert_eq!(Page::at(false, "/").other_href(), "/en/");
    }

    #[test]
    fn the_navigation_marks_where_one_is() {
        assert_ne!(Page::at(false, "/law/15").current("/law"), "");
        assert_ne!(Page::at(false, "/en/search?name=x").current("/search"), "");
        assert_ne!(Page::at(false, "/organisations/x").current("/search"), "");
        assert_eq!(Page::at(false, "/lawful").current("/law"), "");
    }

    #[test]
    fn text_in_an_address_is_encoded() {
        assert_eq!(query_text("信 a&b=𠮷"), "%E4%BF%A1%20a%26b%3D%F0%A0%AE%B7");
    }
}
