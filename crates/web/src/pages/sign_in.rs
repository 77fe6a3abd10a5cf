//! Sign-in, the account page, sign-out (Articles 6, 19).

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use register::caller::{Holder, Person};
use serde::Deserialize;
use service::ServiceError;
use service::sessions::{BegunSession, Provided, Session, SignIn, SignInAs};

use super::desk::{home_of, office_of};
use super::{Page, query_text};
use crate::doors::Asks;
use crate::extract::{FormBody, PathPart, Query, cookie, session};
use crate::problem::{Problem, ProblemKind};
use crate::sign_in::provider::{Attempt, Provider, ProviderError};
use crate::sign_in::{DemoAccount, SignInOptions, claims};
use crate::site::Site;

/// Who the issuer of a demo city's accounts is.
const DEMO_ISSUER: &str = "demo";
/// How long someone may take at the provider, in seconds.
const ATTEMPT_SECONDS: u64 = 10 * 60;
/// Where the session itself is shown.
const ACCOUNT: &str = "/account";
/// The address that leads to the desk of whoever has signed in.
const DESK: &str = "/desk";

// --- pages -------------------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    p: &'a Page,
    providers: Vec<Place>,
    demo_accounts: &'a [DemoAccount],
    to: String,
}

struct Place {
    name: String,
    href: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInQuery {
    to: Option<String>,
}

/// Where one may sign in.
///
/// Articles: 6, 19
pub(crate) async fn sign_in(
    State(site): State<Arc<Site>>,
    Query(query): Query<SignInQuery>,
    page: Page,
) -> Result<Response, Problem> {
    let to = local(query.to.as_deref()).unwrap_or_else(|| page.href(DESK));
    let providers = site
        .providers
        .iter()
        .map(|provider| Place {
            name: page.of(&provider.options.name).to_owned(),
            href: format!("/sign-in/{}/begin?to={}", provider.options.id, query_text(&to)),
        })
        .collect();
    let demo_accounts = demo_accounts(&site);
    page.show_once(&SignInPage { p: &page, providers, demo_accounts, to })
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    p: &'a Page,
    person: &'a Person,
    kind: &'static str,
    office: Option<&'a str>,
    duties: Vec<u8>,
    ends: String,
    form_token: &'a str,
    desk: &'static str,
}

impl<'a> AccountPage<'a> {
    fn new(p: &'a Page, session: &'a Session) -> Self {
        let (kind, office, duties) = match &session.holder {
            Holder::Office { authority, duties } => (
                "account-officer",
                Some(p.office.as_ref().map_or(authority.0.as_str(), |name| p.of(name))),
                duties.iter().map(|duty| duty.number()).collect(),
            ),
            Holder::Subject { .. } if session.person.mandate.is_some() => {
                ("account-representative", None, Vec::new())
            }
            Holder::Subject { .. } => ("account-subject", None, Vec::new()),
            Holder::ThirdParty { .. } | Holder::Operator => ("account-operator", None, Vec::new()),
        };
        let ends = p.moment(session.ends);
        Self {
            p,
            person: &session.person,
            kind,
            office,
            duties,
            ends,
            form_token: &session.form_token,
            desk: home_of(&session.holder),
        }
    }
}

/// Who has signed in here, in whose place, until when.
///
/// Articles: 6, 19
pub(crate) async fn account(
    State(site): State<Arc<Site>>,
    asks: axum::Extension<Asks>,
    mut page: Page,
) -> Result<Response, Problem> {
    let Some(session) = session(&page.asked, &site).await? else {
        let there = format!("{}?to={}", page.href("/sign-in"), query_text(&page.href(ACCOUNT)));
        return Ok(redirect(&there, &[]));
    };
    asks.0.admit(&session.caller()).map_err(Problem::refused)?;
    page.office = office_of(&site, &session).await?;
    page.show_once(&AccountPage::new(&page, &session))
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage<'a> {
    p: &'a Page,
    there: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOutForm {
    form_token: String,
}

/// Ends the session, and says where one signs out of the provider as well.
///
/// Articles: 19
pub(crate) async fn sign_out(
    State(site): State<Arc<Site>>,
    asks: axum::Extension<Asks>,
    page: Page,
    FormBody(form): FormBody<SignOutForm>,
) -> Result<Response, Problem> {
    let mut there = None;
    if let Some(session) = session(&page.asked, &site).await? {
        asks.0.admit(&session.caller()).map_err(Problem::refused)?;
        if form.form_token != session.form_token {
            return Err(Problem::malformed(
                "form_token",
                "表单不属于这次登录，请重新打开页面再提交",
                "the form is not one of this session",
            ));
        }
        site.platform.sign_out(session.number).await?;
        site.staging.forget(session.number);
        let provider =
            site.providers.iter().find(|provider| provider.options.issuer == session.provided.issuer);
        // Without the ID token as a hint: it would stand in an address, with the person's name and number in it.
        if let Some(provider) = provider {
            there = provider.end_session(&format!("{}/", site.options.address)).await;
        }
    }
    let mut response = page.show_once(&SignedOutPage { p: &page, there })?;
    put_cookie(&mut response, &site.clear_cookie("session"));
    // What the browser kept of the pages of this session goes as well.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

// --- the way to a provider and back ----------------------------------------------------------------------------------------

fn provider<'a>(site: &'a Site, id: &str) -> Result<&'a Provider, Problem> {
    site.providers.iter().find(|provider| provider.options.id == id).ok_or_else(Problem::not_found)
}

fn back_address(site: &Site, provider: &Provider) -> String {
    format!("{}/sign-in/{}/back", site.options.address, provider.options.id)
}

/// Sends the browser to the provider.
///
/// Articles: 6, 19
pub(crate) async fn begin(
    State(site): State<Arc<Site>>,
    PathPart(id): PathPart<String>,
    Query(query): Query<SignInQuery>,
) -> Result<Response, Problem> {
    let provider = provider(&site, &id)?;
    let word = site.platform.random_word();
    let to = local(query.to.as_deref()).unwrap_or_else(|| DESK.to_owned());
    let address = provider
        .begin(&Attempt::of(word.clone()), &back_address(&site, provider))
        .await
        .map_err(|error| problem(&error))?;
    let kept = site.set_cookie("sign-in", &format!("{word}.{to}"), ATTEMPT_SECONDS);
    Ok(redirect(&address, &[kept]))
}

#[derive(Deserialize)]
pub(crate) struct BackQuery {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Takes the browser back from the provider, and begins the session.
///
/// Articles: 6, 19
pub(crate) async fn back(
    State(site): State<Arc<Site>>,
    PathPart(id): PathPart<String>,
    Query(query): Query<BackQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let provider = provider(&site, &id)?;
    let begun = cookie(&headers, &site.cookie_named("sign-in")).and_then(|value| value.split_once('.'));
    let again = || {
        Problem::new(ProblemKind::Unauthorised).detail(
            "登录没有从这里开始，或已过期：请重新登录",
            "the sign-in did not begin here or took too long: sign in again",
        )
    };
    let (word, to) = begun.ok_or_else(again)?;
    let attempt = Attempt::of(word.to_owned());
    // The provider names itself in its answer (RFC 9207), so that another's answer is not taken for its own.
    let of_another = query.iss.as_ref().is_some_and(|issuer| *issuer != provider.options.issuer);
    if of_another || !query.state.as_deref().is_some_and(|state| attempt.began(state)) {
        return Err(again());
    }
    if let Some(error) = query.error {
        tracing::info!(
            provider = id,
            error = error.chars().take(40).collect::<String>(),
            "a sign-in was given up"
        );
        return Err(Problem::new(ProblemKind::Unauthorised)
            .detail("身份提供方没有确认登录", "the identity provider did not confirm the sign-in"));
    }
    let code = query.code.ok_or_else(again)?;
    let vouched = provider
        .finish(&attempt, code, &back_address(&site, provider))
        .await
        .map_err(|error| problem(&error))?;
    let (person, as_whom) =
        claims::read(&provider.options, &vouched.subject, &vouched.claims).map_err(|unfit| {
            tracing::info!(provider = id, reason = unfit.en, "claims made nobody");
            Problem::new(ProblemKind::Refused).detail(unfit.zh, unfit.en)
        })?;
    let provided = Provided {
        issuer: provider.options.issuer.clone(),
        subject: vouched.subject,
        session: vouched.session,
    };
    begun_session(&site, &headers, person, as_whom, provided, local(Some(to)).as_deref()).await
}

async fn begun_session(
    site: &Site,
    headers: &HeaderMap,
    person: Person,
    as_whom: SignInAs,
    provided: Provided,
    to: Option<&str>,
) -> Result<Response, Problem> {
    let former = session(headers, site).await?;
    let options = &site.options.sign_in;
    let SignInOptions { idle_max, lasts_max, open_max, .. } = *options;
    let asked = SignIn { person, as_whom, provided, idle_max, lasts_max, open_max };
    let begun = site.platform.sign_in(asked).await.map_err(|error| match error {
        // Whatever is the matter lies in who they are here, not in what they sent.
        ServiceError::Refused(refusal) => Problem { kind: ProblemKind::Refused, ..Problem::refused(refusal) },
        other => other.into(),
    });
    let BegunSession { token, .. } = begun?;
    // Who signs in again has one session, not two; who is not let in keeps the one they have.
    if let Some(former) = former {
        site.platform.sign_out(former.number).await?;
    }
    let kept = site.set_cookie("session", &token, options.lasts_max.as_secs());
    Ok(redirect(to.unwrap_or(DESK), &[kept, site.clear_cookie("sign-in")]))
}

#[derive(Deserialize)]
pub(crate) struct EndedForm {
    logout_token: String,
}

/// Ends the sessions of someone who signed out at the provider (OpenID Connect Back-Channel Logout 1.0).
///
/// Articles: 19
pub(crate) async fn ended(
    State(site): State<Arc<Site>>,
    PathPart(id): PathPart<String>,
    FormBody(form): FormBody<EndedForm>,
) -> Result<Response, Problem> {
    let provider = provider(&site, &id)?;
    let not_taken = |error: &ProviderError| {
        tracing::warn!(provider = id, %error, "a logout token was not taken");
        Problem::malformed("logout_token", "不能通过核验", "it does not hold")
    };
    let ended = provider.ended(&form.logout_token).await.map_err(|error| not_taken(&error))?;
    let sessions = site
        .platform
        .end_provided(&provider.options.issuer, Some(&ended.subject), ended.session.as_deref())
        .await?;
    tracing::info!(provider = id, sessions, "the provider ended sessions");
    Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response())
}

// --- the demo city -----------------------------------------------------------------------------------------------------------

/// The invented people as whom one may sign in; nobody outside a demo city, whatever the options say.
fn demo_accounts(site: &Site) -> &[DemoAccount] {
    if site.platform.is_demo() { &site.options.sign_in.demo_accounts } else { &[] }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoForm {
    account: String,
    to: Option<String>,
}

/// Signs in as one of the demo city's invented people.
///
/// Articles: 6, 19
pub(crate) async fn demo(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    FormBody(form): FormBody<DemoForm>,
) -> Result<Response, Problem> {
    let account = demo_accounts(&site).iter().find(|account| account.account == form.account);
    let DemoAccount { account, name, as_whom, mandate, .. } = account.ok_or_else(Problem::not_found)?.clone();
    let person = Person { account: format!("{DEMO_ISSUER}:{account}"), name, mandate };
    let provided = Provided { issuer: DEMO_ISSUER.to_owned(), subject: account, session: None };
    begun_session(&site, &headers, person, as_whom, provided, local(form.to.as_deref()).as_deref()).await
}

// --- small things --------------------------------------------------------------------------------------------------------------

/// An address of this platform that a cookie may hold, or nothing: nobody is sent elsewhere by a link that begins here.
fn local(to: Option<&str>) -> Option<String> {
    let to = to?;
    let stays = to.starts_with('/')
        && !to.starts_with("//")
        && to.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\;,\"".contains(&byte));
    stays.then(|| to.to_owned())
}

fn problem(error: &ProviderError) -> Problem {
    // The cause may hold what the provider said of the person: the log gets only which of the two it is.
    match error {
        ProviderError::Unusable(reason) => {
            tracing::warn!(reason, "an identity provider cannot be used");
            Problem::new(ProblemKind::Overloaded)
                .detail("身份提供方暂时不可用", "the identity provider cannot be used at present")
        }
        ProviderError::NotVouched(_) => {
            tracing::warn!("an identity provider's answer did not hold");
            Problem::new(ProblemKind::Unauthorised).detail(
                "身份提供方没有确认登录：请重新登录",
                "the identity provider did not confirm the sign-in: sign in again",
            )
        }
    }
}

fn put_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn redirect(to: &str, cookies: &[String]) -> Response {
    let mut response =
        (StatusCode::SEE_OTHER, [(header::CACHE_CONTROL, "no-store")], Body::empty()).into_response();
    match HeaderValue::from_str(to) {
        Ok(place) => {
            response.headers_mut().insert(header::LOCATION, place);
        }
        Err(_) => return Problem::new(ProblemKind::Internal).into_response(),
    }
    for cookie in cookies {
        put_cookie(&mut response, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use register::ruling::Bilingual;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for to in ["/account", "/en/account?x=%E4%BF%A1"] {
            assert_eq!(local(Some(to)).as_deref(), Some(to));
        }
        for to in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nx: y",
            "/ a",
            "/a;b",
        ] {
            assert_eq!(local(Some(to)), None, "{to}");
        }
    }

    #[test]
    fn the_account_page_says_who_signed_in_and_in_whose_place() {
        for (holder, mandate) in [
            (samples::office(), None),
            (samples::subject(), None),
            (samples::subject(), Some("授权书 7")),
            (Holder::Operator, None),
        ] {
            let session = samples::session(holder, mandate);
            for page in samples::pages("/account") {
                let html = AccountPage::new(&page, &session).render().unwrap();
                samples::check(&page, &html);
                assert!(html.contains("name=\"form_token\" value=\"word\""));
            }
        }
    }

    #[test]
    fn the_sign_in_page_lists_providers_and_the_people_of_a_demo() {
        let account = DemoAccount {
            account: "officer".into(),
            name: "李示范".into(),
            about: Bilingual::new("工作人员", "an officer"),
            as_whom: SignInAs::Operator,
            mandate: None,
        };
        for page in samples::pages("/sign-in") {
            for (accounts, places) in [(vec![], 0), (vec![account.clone()], 2)] {
                let place = || Place {
                    name: "单位账号".into(),
                    href: "/sign-in/staff/begin?to=%2Faccount".into(),
                };
                let shown = SignInPage {
                    p: &page,
                    providers: (0..places).map(|_| place()).collect(),
                    demo_accounts: &accounts,
                    to: "/account".into(),
                };
                let html = shown.render().unwrap();
                samples::check(&page, &html);
                assert_eq!(html.matches("<form").count(), accounts.len());
            }
        }
    }

    #[test]
    fn whoever_signed_out_is_told_where_the_provider_does() {
        for page in samples::pages("/sign-out") {
            for there in [None, Some("/elsewhere".to_owned())] {
                let html = SignedOutPage { p: &page, there }.render().unwrap();
                samples::check(&page, &html);
            }
        }
    }
}
