//! Where one objects to a record about oneself, point by point, with materials (Article 37).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Citation;
use register::acts::rights::objection::LodgeObjection;
use register::case::{Claim, Material, Point};
use register::record::RecordNumber;
use service::cases::RecordRights;

use super::cases::done_href;
use super::materials::{MaterialBoxes, box_of, materials};
use super::rights::RecordLine;
use crate::extract::{PathPart, number};
use crate::pages::desk::{Desk, DeskForm, DeskHead, faulty, to};
use crate::pages::fields::{Faults, FormField, Kind, Sent, place_in_list};
use crate::pages::grounds::GroundLine;
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

/// How many points a form takes.
const POINTS: usize = 5;

/// The boxes of a point.
struct PointBox {
    number: u64,
    fields: [FormField; 2],
}

#[derive(Template)]
#[template(path = "my/objection.html")]
struct ObjectionPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    record: RecordLine,
    /// Why none can be lodged now.
    grounds: Vec<GroundLine>,
    faults: Faults,
    first: PointBox,
    more: Vec<PointBox>,
    more_open: bool,
    materials: MaterialBoxes,
    article: Cited,
}

fn name(place: usize, what: &str) -> String {
    format!("point-{place}-{what}")
}

impl<'a> ObjectionPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        record: RecordLine,
        rights: &RecordRights,
        sent: &Sent,
        faults: Faults,
    ) -> Self {
        let point = |(number, place): (u64, usize)| {
            let claims = Claim::ALL.map(|claim| (claim.word().to_owned(), p.headed(p.of(&claim.title()))));
            let field =
                |kind, what, key: &str| FormField::new(kind, name(place, what), p.t(key), sent, &faults);
            PointBox {
                number,
                fields: [
                    field(Kind::List, "claim", "objection-claim").choices(claims).required(),
                    field(Kind::Text, "statement", "objection-statement")
                        .hint(p.t("objection-statement-hint"))
                        .required(),
                ],
            }
        };
        let typed = |point: &PointBox| {
            point.fields.iter().any(|field| !field.value.is_empty() || field.fault.is_some())
        };
        let first = point((1, 1));
        let mut more: Vec<PointBox> = (2..).zip(2..=POINTS).map(point).collect();
        for field in more.iter_mut().flat_map(|point| &mut point.fields) {
            field.is_required = false;
        }
        Self {
            record,
            grounds: GroundLine::all(p, &rights.objection),
            more_open: more.iter().any(typed),
            first,
            more,
            materials: MaterialBoxes::new(p, sent, &faults, false),
            article: p.cite(&Citation::article(37)),
            faults,
            p,
            d,
        }
    }
}

/// What was sent: the points and the materials, each with the number of its boxes.
struct Written {
    points: Vec<(usize, Point)>,
    materials: Vec<(usize, Material)>,
}

impl Written {
    /// What was written, or what is missing before the law is asked.
    fn of(p: &Page, sent: &Sent) -> Result<Self, Faults> {
        let (mut points, mut faults) = (Vec::new(), Faults::default());
        for place in 1..=POINTS {
            let claim = sent.get(&name(place, "claim"));
            let statement = sent.get(&name(place, "statement"));
            if claim.is_none() && statement.is_none() {
                continue;
            }
            let statement = statement.cloned().unwrap_or_default();
            match claim.and_then(|claim| Claim::from_word(claim)) {
                Some(claim) => points.push((place, Point { claim, statement })),
                None => faults.add(name(place, "claim"), p.t("objection-fault-claim")),
            }
        }
        if faults.is_empty() { Ok(Self { points, materials: materials(sent) }) } else { Err(faults) }
    }

    fn ask(&self) -> LodgeObjection {
        LodgeObjection {
            points: self.points.iter().map(|(_, point)| point.clone()).collect(),
            materials: self.materials.iter().map(|(_, material)| material.clone()).collect(),
        }
    }

    /// The box of what the law names.
    fn place(&self, field: &str) -> Option<String> {
        match (place_in_list(field), field) {
            (Some(("points", place, what)), _) => {
                self.points.get(place).map(|(number, _)| name(*number, what))
            }
            (Some(("materials", place, what)), _) => box_of(&self.materials, place, what),
            (None, "points") => Some(name(1, "claim")),
            _ => None,
        }
    }
}

async fn show(
    site: &Site,
    desk: &Desk,
    record: RecordNumber,
    sent: &Sent,
    faults: Faults,
) -> Result<Response, Problem> {
    let rights = site.platform.rights_of_record(record, &desk.caller()).await?;
    let line = RecordLine::read(site, desk, record).await?;
    desk.page.show_once(&ObjectionPage::new(&desk.page, desk.head(), line, &rights, sent, faults))
}

/// Where one objects; or why no objection can be lodged now.
///
/// Articles: 37
pub(crate) async fn form(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    desk: Desk,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    show(&site, &desk, record, &Sent::new(), Faults::default()).await
}

/// Objects to a record; a form that is not in order comes back with what was typed and what is wrong.
///
/// Articles: 37
pub(crate) async fn lodge(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    DeskForm { desk, form: sent }: DeskForm<Sent>,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    let p = &desk.page;
    let faults = match Written::of(p, &sent) {
        Ok(written) => match site.platform.object(record, written.ask(), &desk.caller()).await {
            Ok(done) => return Ok(to(&done_href(p, done.case, done.done.entry.0))),
            Err(error) => Faults::said(p, error, |field| written.place(field))?,
        },
        Err(faults) => faults,
    };
    faulty(show(&site, &desk, record, &sent, faults).await)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn rendered(page: &Page, rights: &RecordRights, sent: &Sent, faults: Faults) -> String {
        let session = samples::session(samples::subject(), None);
        let head = DeskHead::new(page, &session);
        let record = RecordLine::sample();
        let html = ObjectionPage::new(page, head, record, rights, sent, faults).render().unwrap();
        samples::check(page, &html);
        assert!(!html.contains("<b>"));
        html
    }

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn article_37_the_form_takes_points_and_materials_or_says_why_not() {
        for page in samples::pages("/my/records/2/objection") {
            let open = super::super::rights::sample(Vec::new());
            let html = rendered(&page, &open, &Sent::new(), Faults::default());
            assert_eq!(html.matches("<select").count(), POINTS);
            assert!(!html.contains("<details open"));
            let refusal = register::acts::rights::objection::no_such_case();
            let closed = super::super::rights::sample(vec![refusal]);
            let html = rendered(&page, &closed, &Sent::new(), Faults::default());
            assert!(!html.contains("<select") && html.contains(&page.href("/law/37")));
        }
    }

    #[test]
    fn what_is_wrong_stands_beside_its_box_and_what_was_typed_is_kept() {
        let page = Page::at(false, "/en/my/records/2/objection");
        let sent = sent(&[
            ("point-1-claim", "untrue"),
            ("point-3-claim", "not_mine"),
            ("point-3-statement", samples::HARD_NAME),
            ("material-2-text", "y"),
        ]);
        let written = Written::of(&page, &sent).ok().unwrap();
        assert_eq!((written.points.len(), written.materials.len()), (2, 1));
        assert_eq!(written.place("points[1].statement").as_deref(), Some("point-3-statement"));
        assert_eq!(written.place("materials[0].title").as_deref(), Some("material-2-title"));
        assert_eq!(written.place("points").as_deref(), Some("point-1-claim"));
        assert_eq!(written.place("record"), None);
        let mut faults = Faults::default();
        faults.add("point-1-statement", "empty");
        let open = super::super::rights::sample(Vec::new());
        let html = rendered(&page, &open, &sent, faults);
        assert!(html.contains("id=\"point-1-statement-fault\"") && html.contains("㐀𠮷𡈽信用服务"));
        assert_eq!(html.matches("<details open").count(), 2, "what was typed into stands open");
    }

    #[test]
    fn a_point_without_its_claim_is_told_at_its_list() {
        let page = Page::at(false, "/my/records/2/objection");
        for claim in [&[][..], &[("point-2-claim", "nonsense")]] {
            let mut pairs = vec![("point-2-statement", "x")];
            pairs.extend_from_slice(claim);
            let faults = Written::of(&page, &sent(&pairs)).err().unwrap();
            assert_eq!(faults.of("point-2-claim"), Some(page.t("objection-fault-claim")));
        }
    }
}
