//! Desks: the pages of someone who has signed in. Each kind of person has a room of their own: a subject's own credit (Articles 34
//! to 38), an officer's desk (14, 20), the operator's desk (13, 19).
//!
//! A handler takes a [`Desk`] for reading and a [`DeskForm`] for what changes anything; neither lets anyone in without a session,
//! into another kind's room, or past the undertakings of its route.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use register::caller::{Caller, Holder};
use register::rules::access::Undertaking;
use register::ruling::Bilingual;
use serde::de::DeserializeOwned;
use service::sessions::Session;

use super::{Page, query_text};
use crate::doors::Asks;
use crate::edge::Spoken;
use crate::extract::{media_type, session, whole_body};
use crate::language::Language;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// A room of desks: whose it is, where it lies, and its navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// A subject's own credit.
    My,
    /// An officer's desk.
    Office,
    /// The operator's desk.
    Operations,
}

impl Room {
    /// The room of whoever holds a session; none for those who have no pages.
    pub(crate) const fn of(holder: &Holder) -> Option<Self> {
        match holder {
            Holder::Subject { .. } => Some(Self::My),
            Holder::Office { .. } => Some(Self::Office),
            Holder::Operator => Some(Self::Operations),
            Holder::ThirdParty { .. } => None,
        }
    }

    /// The room in which a path lies; none outside the rooms.
    fn at(path: &str) -> Option<Self> {
        [Self::My, Self::Office, Self::Operations].into_iter().find(|room| {
            path.strip_prefix(room.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        })
    }

    /// The path of its first page.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::My => "/my",
            Self::Office => "/office",
            Self::Operations => "/operations",
        }
    }

    /// Its pages: path and the key of its word, in the order of the navigation.
    const fn pages(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::My => super::my::PAGES,
            Self::Office => super::office::PAGES,
            Self::Operations => super::operations::PAGES,
        }
    }

    /// How someone else is refused here.
    fn refusal(self) -> Problem {
        let undertaking = match self {
            Self::My => Undertaking::InquireOwn,
            Self::Office => Undertaking::FileBatch,
            Self::Operations => Undertaking::ReadKeys,
        };
        Problem::refused(undertaking.refusal().into())
    }
}

/// Someone at their desk: the page that they asked for, and their session.
pub(crate) struct Desk {
    pub(crate) page: Page,
    pub(crate) session: Session,
}

impl Desk {
    /// Who acts.
    pub(crate) fn caller(&self) -> Caller {
        self.session.caller()
    }

    /// What stands around the content of a desk's page.
    pub(crate) fn head(&self) -> DeskHead<'_> {
        DeskHead::new(&self.page, &self.session)
    }
}

impl FromRequestParts<Arc<Site>> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Response> {
        let Ok(mut page) = Page::from_request_parts(parts, site).await;
        let found = session(&parts.headers, site).await.map_err(IntoResponse::into_response)?;
        let Some(session) = found else {
            if !parts.method.is_safe() {
                return Err(Problem::new(ProblemKind::Unauthorised).into_response());
            }
            let there =
                format!("{}?to={}", page.href("/sign-in"), query_text(&page.language.href(&page.path)));
            return Err(to(&there));
        };
        site.paces.admit_known(&session.caller()).map_err(IntoResponse::into_response)?;
        if let Some(room) = Room::at(&page.path)
            && Room::of(&session.holder) != Some(room)
        {
            return Err(room.refusal().into_response());
        }
        let Some(asks) = parts.extensions.get::<Asks>() else {
            tracing::error!("a page does not say what it is for: nobody is let in");
            return Err(Problem::new(ProblemKind::Internal).into_response());
        };
        asks.admit(&session.caller()).map_err(|refusal| Problem::refused(refusal).into_response())?;
        page.office = office_of(site, &session).await.map_err(IntoResponse::into_response)?;
        Ok(Self { page, session })
    }
}

/// The name of the office for which someone has signed in.
pub(crate) async fn office_of(site: &Site, session: &Session) -> Result<Option<Bilingual>, Problem> {
    let Holder::Office { authority, .. } = &session.holder else { return Ok(None) };
    let authorities = site.platform.authorities().await?;
    Ok(authorities.iter().find(|known| known.code == *authority).map(|known| known.name.clone()))
}

/// A form that someone sent from their desk: it bears the word that only pages of their session know.
pub(crate) struct DeskForm<T> {
    pub(crate) desk: Desk,
    pub(crate) form: T,
}

/// The field of a form that holds the session's word.
pub(crate) const FORM_TOKEN: &str = "form_token";

impl<T: DeserializeOwned> FromRequest<Arc<Site>> for DeskForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let desk = Desk::from_request_parts(&mut parts, site).await?;
        let read = async {
            let media = media_type(&parts.headers).unwrap_or_default();
            if media != "application/x-www-form-urlencoded" {
                return Err(Problem::new(ProblemKind::UnsupportedMediaType)
                    .detail("请以表单发送", "send it as `application/x-www-form-urlencoded`"));
            }
            let bytes = whole_body(Request::from_parts(parts, body), site).await?;
            let malformed = |error: &dyn std::fmt::Display| Problem::unreadable("body", error);
            let mut pairs: Vec<(String, String)> =
                serde_urlencoded::from_bytes(&bytes).map_err(|error| malformed(&error))?;
            let tokens: Vec<String> =
                pairs.extract_if(.., |(name, _)| name == FORM_TOKEN).map(|(_, value)| value).collect();
            check_token(&desk.session, &tokens)?;
            for (name, value) in &pairs {
                check_text(name, value)?;
            }
            // An empty box of a form says nothing.
            pairs.retain(|(_, value)| !value.trim().is_empty());
            let rest = serde_urlencoded::to_string(pairs).map_err(|error| malformed(&error))?;
            serde_urlencoded::from_str(&rest).map_err(|error| malformed(&error))
        };
        let form = read.await.map_err(IntoResponse::into_response)?;
        Ok(Self { desk, form })
    }
}

/// The longest text of a form's box, in characters.
const TEXT_MAX: usize = 2_000;

/// Whether a box of a form holds plain text of a bounded length: no character that nobody sees, line ends excepted.
fn check_text(name: &str, value: &str) -> Result<(), Problem> {
    if value.chars().count() > TEXT_MAX {
        return Err(Problem::malformed(
            name,
            format!("最多{TEXT_MAX}个字"),
            format!("give at most {TEXT_MAX} characters"),
        ));
    }
    if value.chars().any(|one| one.is_control() && !matches!(one, '\n' | '\r' | '\t')) {
        return Err(Problem::malformed(name, "含有控制字符", "it holds control characters"));
    }
    Ok(())
}

/// Whether a form bears this session's word, once.
pub(crate) fn check_token(session: &Session, tokens: &[String]) -> Result<(), Problem> {
    if let [token] = tokens
        && *token == session.form_token
    {
        return Ok(());
    }
    Err(Problem::malformed(
        FORM_TOKEN,
        "表单不属于这次登录，请重新打开页面再提交",
        "the form is not one of this session: load the page again",
    ))
}

/// What stands around the content of a desk's page: whose desk it is, where one is in it, and the way out.
pub(crate) struct DeskHead<'a> {
    pub(crate) name: &'a str,
    pub(crate) whom: String,
    pub(crate) links: Vec<DeskLink>,
    pub(crate) form_token: &'a str,
}

/// A page of a room in its navigation.
pub(crate) struct DeskLink {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) is_here: bool,
}

impl<'a> DeskHead<'a> {
    pub(crate) fn new(p: &Page, session: &'a Session) -> Self {
        let room = Room::of(&session.holder);
        let here = p.path.split('?').next().unwrap_or_default();
        let pages = room.map_or(&[][..], Room::pages);
        // The deepest page of the navigation under which this one lies.
        let deepest = pages
            .iter()
            .filter(|(path, _)| {
                here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .map(|(path, _)| *path)
            .max_by_key(|path| path.len());
        let links = pages.iter().map(|(path, key)| DeskLink {
            href: p.href(path),
            title: p.t(key).to_owned(),
            is_here: Some(*path) == deepest,
        });
        let whom = match &session.holder {
            Holder::Office { authority, .. } => {
                let office = p.office.as_ref().map_or(authority.0.as_str(), |name| p.of(name));
                format!("{} · {office}", p.t("desk-officer"))
            }
            Holder::Subject { .. } if session.person.mandate.is_some() => {
                p.t("desk-representative").to_owned()
            }
            Holder::Subject { .. } => p.t("desk-subject").to_owned(),
            Holder::ThirdParty { .. } | Holder::Operator => p.t("desk-operator").to_owned(),
        };
        Self { name: &session.person.name, whom, links: links.collect(), form_token: &session.form_token }
    }
}

/// The same page as an answer of a form that could not be used.
pub(crate) fn faulty(response: Result<Response, Problem>) -> Result<Response, Problem> {
    response.map(|response| spoken(response, ProblemKind::ContentRefused))
}

/// An answer with the status of a problem that says itself what is the matter: no page of problems takes its place.
pub(crate) fn spoken(mut response: Response, kind: ProblemKind) -> Response {
    *response.status_mut() = kind.status();
    response.extensions_mut().insert(Spoken);
    response
}

/// Sends the browser to another page of ours, with GET.
pub(crate) fn to(place: &str) -> Response {
    let Ok(place) = HeaderValue::from_str(place) else {
        return Problem::new(ProblemKind::Internal).into_response();
    };
    let headers = [(header::LOCATION, place), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers, Body::empty()).into_response()
}

/// The first page of the room of whoever has signed in; the sign-in, for anyone else.
///
/// Articles: 7, 34
pub(crate) async fn home(
    axum::extract::State(site): axum::extract::State<Arc<Site>>,
    page: Page,
) -> Result<Response, Problem> {
    let Some(session) = session(&page.asked, &site).await? else {
        return Ok(to(&page.href("/sign-in")));
    };
    Ok(to(&page.href(home_of(&session.holder))))
}

/// The first page of someone's room.
pub(crate) fn home_of(holder: &Holder) -> &'static str {
    Room::of(holder).map_or("/account", Room::path)
}

/// Which language someone would rather read, as their browser says; none where it does not say.
pub(crate) fn preferred(accepted: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for range in accepted.split(',') {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let language = match tag.split('-').next() {
            Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            _ => continue,
        };
        let written = parts.find_map(|part| part.trim().strip_prefix("q="));
        let weight = written.and_then(|weight| weight.parse::<f32>().ok()).unwrap_or(1.0);
        if weight > 0.0 && best.is_none_or(|(former, _)| weight > former) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn each_room_says_whose_it_is_and_where_one_is_in_it() {
        for (room, holder) in [
            (Room::My, samples::subject()),
            (Room::Office, samples::office()),
            (Room::Operations, Holder::Operator),
        ] {
            assert_eq!(Room::of(&holder), Some(room));
            for (path, key) in room.pages() {
                for page in samples::pages(path) {
                    let session = samples::session(holder.clone(), None);
                    let head = DeskHead::new(&page, &session);
                    let here: Vec<&str> = head
                        .links
                        .iter()
                        .filter(|link| link.is_here)
                        .map(|link| link.title.as_str())
                        .collect();
                    assert_eq!(here, [page.t(key)]);
                }
            }
        }
    }

    #[test]
    fn a_form_of_another_session_is_not_taken() {
        let session = samples::session(samples::subject(), None);
        assert!(check_token(&session, &["word".to_owned()]).is_ok());
        for tokens in [vec![], vec!["other".to_owned()], vec!["word".to_owned(), "word".to_owned()]] {
            assert!(check_token(&session, &tokens).is_err());
        }
    }

    #[test]
    fn a_path_lies_in_the_room_that_it_begins_with() {
        assert_eq!(Room::at("/my"), Some(Room::My));
        assert_eq!(Room::at("/my/looks?before=3"), Some(Room::My));
        assert_eq!(Room::at("/mystery"), None);
        assert_eq!(Room::at("/operations"), Some(Room::Operations));
    }

    #[test]
    fn a_browser_says_which_language_is_rather_read() {
        assert_eq!(preferred("en-GB,en;q=0.9,zh;q=0.8"), Some(Language::English));
        assert_eq!(preferred("zh-CN,zh;q=0.9,en;q=0.8"), Some(Language::Chinese));
        assert_eq!(preferred("fr, en;q=0.3"), Some(Language::English));
        assert_eq!(preferred("fr, en;q=0"), None);
        assert_eq!(preferred(""), None);
    }
}
