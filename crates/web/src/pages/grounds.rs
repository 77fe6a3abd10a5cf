//! Grounds of a refusal as pages say them: why not, the article, and what one can do.

use register::ruling::Ground;

use super::{Cited, Page};

/// A ground in the reader's language.
pub(crate) struct GroundLine {
    pub(crate) reason: String,
    pub(crate) remedy: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) article: Cited,
}

impl GroundLine {
    pub(crate) fn new(p: &Page, ground: &Ground) -> Self {
        Self {
            reason: p.of(&ground.reason).to_owned(),
            remedy: ground.remedy.as_ref().map(|remedy| p.of(remedy).to_owned()),
            field: ground.field.clone(),
            article: p.cite(&ground.article),
        }
    }

    pub(crate) fn all(p: &Page, grounds: &[Ground]) -> Vec<Self> {
        grounds.iter().map(|ground| Self::new(p, ground)).collect()
    }
}
