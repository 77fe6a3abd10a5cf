//! The officer's desk: inquiry, filing, and what one's own office filed (Articles 14, 20).

mod batches;
mod case_forms;
mod cases;
mod changes;
mod corrections;
mod filing;
mod inquiry;
mod notices;
mod proposals;
mod quality;
mod records;
mod returned;
mod upload;

use std::sync::Arc;

use askama::Template;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use register::authority::{Authority, AuthorityCode};
use register::catalogue::{Catalogue, CompiledItem, ItemCode};
use register::rules::access::Undertaking;
use register::rules::competence::provides;
use service::Authorities;
use service::ServiceError;

use super::Page;
use super::desk::{Desk, DeskHead, spoken};
use super::fields::Choice;
use super::grounds::GroundLine;
use crate::doors::Doors;

use crate::language::Language;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// The pages of this room: path and the key of its word.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("/office", "office-nav-inquiry"),
    ("/office/file", "office-nav-file"),
    ("/office/batches", "office-nav-batches"),
    ("/office/records", "office-nav-records"),
    ("/office/quality", "office-nav-quality"),
    ("/office/proposals", "office-nav-proposals"),
    ("/office/cases", "office-nav-cases"),
    ("/office/notices", "office-nav-notices"),
];

/// The routes of this room in one language.
pub(crate) fn routes(doors: Doors, language: Language) -> Doors {
    const INQUIRE: &[Undertaking] = &[Undertaking::InquireForDuty];
    const FILE: &[Undertaking] = &[Undertaking::FileBatch];
    const READ: &[Undertaking] = &[Undertaking::ReadBatch];
    const OPEN: &[Undertaking] = &[Undertaking::OpenOwnFiling];
    const CORRECT: &[Undertaking] = &[Undertaking::CorrectRecord];
    const REVOKE: &[Undertaking] = &[Undertaking::RevokeRecord];
    const RESTORE: &[Undertaking] = &[Undertaking::RestoreRecord];
    const PROPOSE: &[Undertaking] = &[Undertaking::ProposeAct];
    const PROPOSALS: &[Undertaking] = &[Undertaking::ReadProposals];
    const DECIDE: &[Undertaking] = &[Undertaking::DecideProposal];
    const CASES: &[Undertaking] = &[Undertaking::ReadCases];
    const HANDLE: &[Undertaking] =
        &[Undertaking::HandleCase, Undertaking::ReviewCase, Undertaking::UndoRestoration];
    const NOTICES: &[Undertaking] = &[Undertaking::ReadNotices];
    const ACKNOWLEDGE: &[Undertaking] = &[Undertaking::AcknowledgeNotice];
    let at = |path: &str| language.href(path);
    // The limit of a file is the spool's, which counts what arrives.
    let upload = post(upload::upload).layer(DefaultBodyLimit::disable());
    doors
        .page("GET", &at("/office"), get(inquiry::form), INQUIRE)
        .page("POST", &at("/office"), post(inquiry::inquire), INQUIRE)
        .page("GET", &at("/office/file"), get(filing::form), FILE)
        .page("POST", &at("/office/file"), upload, FILE)
        .page("GET", &at("/office/file/{word}"), get(filing::staged), FILE)
        .page("POST", &at("/office/file/{word}"), post(filing::file), FILE)
        .page("GET", &at("/office/file/{word}/refused"), get(returned::refused_lines), FILE)
        .page("GET", &at("/office/batches"), get(batches::list), READ)
        .page("GET", &at("/office/batches/{batch}"), get(batches::batch), READ)
        .page("GET", &at("/office/batches/{batch}/refused"), get(batches::refused_lines), READ)
        .page("GET", &at("/office/records"), get(records::form), READ)
        .page("POST", &at("/office/records"), post(records::find), READ)
        .page("GET", &at("/office/records/{record}"), get(records::closed), OPEN)
        .page("POST", &at("/office/records/{record}"), post(records::open), OPEN)
        .page("GET", &at("/office/records/{record}/correct"), get(records::closed), OPEN)
        .page("POST", &at("/office/records/{record}/correct"), post(changes::correct), CORRECT)
        .page("GET", &at("/office/records/{record}/revoke"), get(records::closed), OPEN)
        .page("POST", &at("/office/records/{record}/revoke"), post(changes::revoke), REVOKE)
        .page("GET", &at("/office/records/{record}/restore"), get(records::closed), OPEN)
        .page("POST", &at("/office/records/{record}/restore"), post(changes::restore), RESTORE)
        .page("POST", &at("/office/batches/{batch}/revoke"), post(proposals::propose_revocation), PROPOSE)
        .page("GET", &at("/office/quality"), get(quality::quality), READ)
        .page("GET", &at("/office/proposals"), get(proposals::list), PROPOSALS)
        .page("GET", &at("/office/proposals/{proposal}"), get(proposals::proposal), PROPOSALS)
        .page("POST", &at("/office/proposals/{proposal}"), post(proposals::decide), DECIDE)
        .page("GET", &at("/office/cases"), get(cases::list), CASES)
        .page("GET", &at("/office/cases/{case}"), get(cases::case), CASES)
        .page("POST", &at("/office/cases/{case}"), post(cases::step), HANDLE)
        .page("GET", &at("/office/notices"), get(notices::notices), NOTICES)
        .page("POST", &at("/office/notices"), post(notices::acknowledge), ACKNOWLEDGE)
}

/// What the pages of an office know beside what they show.
struct Known {
    catalogue: Arc<Catalogue>,
    authorities: Arc<Authorities>,
}

impl Known {
    async fn read(site: &Site) -> Result<Self, Problem> {
        let (catalogue, authorities) = (site.platform.catalogue().await?, site.platform.authorities().await?);
        Ok(Self { catalogue, authorities })
    }

    /// The caller's own office as it is enrolled.
    fn office(&self, desk: &Desk) -> Option<&Authority> {
        let caller = desk.caller();
        self.authorities.iter().find(|authority| Some(&authority.code) == caller.office())
    }

    /// The items that the office may file.
    fn items<'a>(&'a self, office: Option<&'a Authority>) -> impl Iterator<Item = &'a CompiledItem> {
        self.catalogue
            .items()
            .iter()
            .filter(move |item| office.is_some_and(|office| provides(office, &item.item)))
    }

    /// What an item is called; its code where the catalogue does not have it any more.
    fn item_name(&self, p: &Page, code: &ItemCode) -> String {
        self.catalogue.item(code).map_or_else(|| code.0.clone(), |item| p.of(&item.item.name).to_owned())
    }

    /// What an authority is called.
    fn authority_name(&self, p: &Page, code: &AuthorityCode) -> String {
        let found = self.authorities.iter().find(|authority| authority.code == *code);
        found.map_or_else(|| code.0.clone(), |authority| p.of(&authority.name).to_owned())
    }
}

/// The items that an office may choose from.
fn item_choices(p: &Page, known: &Known, office: Option<&Authority>, chosen: Option<&str>) -> Vec<Choice> {
    known
        .items(office)
        .map(|item| Choice {
            value: item.item.code.0.clone(),
            name: p.of(&item.item.name).to_owned(),
            chosen: chosen == Some(item.item.code.0.as_str()),
        })
        .collect()
}

/// What is wrong with a field of a form.
struct Fault {
    field: &'static str,
    words: String,
}

#[derive(Template)]
#[template(path = "office/refused.html")]
struct RefusedPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    title: &'a str,
    lead: &'a str,
    detail: Option<&'a str>,
    grounds: Vec<GroundLine>,
    /// What is told of the refusal's own entry.
    entered: Option<&'a str>,
    back: (String, &'a str),
}

/// A refusal within the desk: what was asked, why not, and the way back. What is no refusal of the law stays a problem.
fn refused(
    desk: &Desk,
    error: ServiceError,
    title: &'static str,
    entered: Option<&'static str>,
    back: (&str, &'static str),
) -> Result<Response, Problem> {
    let problem = Problem::from(error);
    if !matches!(problem.kind, ProblemKind::Refused | ProblemKind::ContentRefused | ProblemKind::Malformed) {
        return Err(problem);
    }
    let p = &desk.page;
    let lead = problem.kind.meaning(p.language);
    let page = RefusedPage {
        p,
        d: desk.head(),
        title: p.t(title),
        lead: &lead,
        detail: problem.detail.as_ref().map(|detail| p.of(detail)),
        grounds: GroundLine::all(p, &problem.grounds),
        entered: entered.map(|entered| p.t(entered)),
        back: (p.href(back.0), p.t(back.1)),
    };
    p.show_once(&page).map(|response| spoken(response, problem.kind))
}

/// A table that is kept as a file.
fn as_file(name: &str, text: String) -> Response {
    use axum::http::header;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use law::Citation;
    use register::ruling::{Bilingual, Ground};

    use super::*;
    use crate::pages::samples;

    #[test]
    fn a_refusal_has_its_ground_its_article_and_what_to_do() {
        let ground = Ground::new("x", Citation::article(20), Bilingual::new("没有职责<b>", "no duty <b>"))
            .remedy(Bilingual::new("去问问", "ask"));
        for page in samples::pages("/office") {
            let session = samples::session(samples::office(), None);
            let html = RefusedPage {
                p: &page,
                d: DeskHead::new(&page, &session),
                title: page.t("office-refused-inquiry"),
                lead: "x",
                detail: Some("y"),
                grounds: GroundLine::all(&page, std::slice::from_ref(&ground)),
                entered: Some(page.t("office-refused-entered")),
                back: (page.href("/office"), page.t("office-back-inquiry")),
            }
            .render()
            .unwrap();
            samples::check(&page, &html);
            assert!(html.contains(&page.href("/law/20")) && !html.contains("<b>"));
        }
    }
}
