//! The boxes for the materials that support a case: a document's title, its number, what it shows.

use register::case::Material;

use crate::pages::Page;
use crate::pages::fields::{Faults, FormField, Kind, Sent};

/// How many materials a form takes.
const MATERIALS: usize = 3;

/// The boxes of a material.
pub(crate) struct MaterialBox {
    pub(crate) number: u64,
    pub(crate) fields: [FormField; 3],
}

/// Boxes that open, or stand open where something is in them.
pub(crate) struct MaterialBoxes {
    pub(crate) boxes: Vec<MaterialBox>,
    pub(crate) is_open: bool,
}

fn name(place: usize, what: &str) -> String {
    format!("material-{place}-{what}")
}

impl MaterialBoxes {
    /// The boxes with what was sent in them; open where the first is asked for.
    pub(crate) fn new(p: &Page, sent: &Sent, faults: &Faults, is_open: bool) -> Self {
        let field =
            |kind, place, what, key: &str| FormField::new(kind, name(place, what), p.t(key), sent, faults);
        let material = |(number, place): (u64, usize)| MaterialBox {
            number,
            fields: [
                field(Kind::Line, place, "title", "case-material-title"),
                field(Kind::Line, place, "document_number", "case-material-number"),
                field(Kind::Text, place, "text", "case-material-text"),
            ],
        };
        let typed = |material: &MaterialBox| {
            material.fields.iter().any(|field| !field.value.is_empty() || field.fault.is_some())
        };
        let boxes: Vec<MaterialBox> = (1..).zip(1..=MATERIALS).map(material).collect();
        Self { is_open: is_open || boxes.iter().any(typed), boxes }
    }
}

/// The materials that were sent, each with the number of its boxes.
pub(crate) fn materials(sent: &Sent) -> Vec<(usize, Material)> {
    let text = |place, what| sent.get(&name(place, what)).cloned();
    let material = |place| {
        let (title, document_number, text) =
            (text(place, "title"), text(place, "document_number"), text(place, "text"));
        let is_there = title.is_some() || document_number.is_some() || text.is_some();
        let material =
            Material { title: title.unwrap_or_default(), document_number, text: text.unwrap_or_default() };
        is_there.then_some((place, material))
    };
    (1..=MATERIALS).filter_map(material).collect()
}

/// The box of what the law names of a material.
pub(crate) fn box_of(sent: &[(usize, Material)], place: usize, what: &str) -> Option<String> {
    sent.get(place).map(|(number, _)| name(*number, what))
}
