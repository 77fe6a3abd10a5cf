//! What a verification found, and what it looked at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};

use crate::hash::Hash;

/// The number of problems that are listed when nothing else is said.
const PROBLEMS_MAX: usize = 1000;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The entry, or the first of a range that holds a wrong one; none when it is about no entry.
    pub entry: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// What a verification looked at: it proves no more than that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Leaves whose text was hashed into the tree.
    pub leaves: u64,
    /// Stored nodes that were compared with the entries below them.
    pub nodes: u64,
    /// Files of a mirror that were read.
    pub files: u64,
    /// Signatures that hold.
    pub signatures: u64,
    /// Known roots, of checkpoints or of the journal's head, that were compared.
    pub roots: u64,
    /// Payloads that open and are what their leaves commit to.
    pub payloads: u64,
    /// Payloads that are there, but could not be opened for want of the key ring.
    pub payloads_unopened: u64,
    /// Payloads that an erasure names and that are gone.
    pub payloads_erased: u64,
}

/// The outcome of a verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The number of entries.
    pub entries: u64,
    /// The root over the leaves as they are, in base64 as in a checkpoint when serialised.
    #[serde(serialize_with = "as_base64")]
    pub root: Hash,
    /// What is wrong, the exact findings by entry and then what only follows from them; empty when nothing is.
    pub problems: Vec<Problem>,
    /// How many more problems there are than are listed.
    pub more_problems: u64,
    /// What was looked at.
    pub checked: Checked,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.problems.is_empty() && self.more_problems == 0
    }

    /// The root in base64, as it stands in a checkpoint.
    #[must_use]
    pub fn root_text(&self) -> String {
        STANDARD.encode(self.root)
    }
}

fn as_base64<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(hash))
}

/// What was found so far: a list of problems with an end, and what was looked at.
pub(crate) struct Findings {
    pub(crate) checked: Checked,
    /// Each with whether it is only a consequence of something else that may be listed.
    listed: Vec<(bool, Problem)>,
    more: u64,
    limit: usize,
}

impl Default for Findings {
    fn default() -> Self {
        Self { checked: Checked::default(), listed: Vec::new(), more: 0, limit: PROBLEMS_MAX }
    }
}

impl Findings {
    pub(crate) fn limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Adds a problem and gives its place in the list, if it is listed.
    pub(crate) fn problem(&mut self, entry: Option<u64>, what: String) -> Option<usize> {
        self.list(false, entry, what)
    }

    /// Adds a problem that tells less exactly what is wrong than others may: a root that does not come out is the
    /// consequence of the one entry that was changed.
    pub(crate) fn consequence(&mut self, entry: Option<u64>, what: String) -> Option<usize> {
        self.list(true, entry, what)
    }

    fn list(&mut self, consequence: bool, entry: Option<u64>, what: String) -> Option<usize> {
        if self.listed.len() < self.limit {
            self.listed.push((consequence, Problem { entry, what }));
            Some(self.listed.len() - 1)
        } else {
            self.more += 1;
            None
        }
    }

    /// Adds to what a listed problem says.
    pub(crate) fn amend(&mut self, place: usize, more: &str) {
        if let Some((_, problem)) = self.listed.get_mut(place) {
            problem.what.push_str(more);
        }
    }

    /// The report: what was damaged by entry, that about no entry first; then what may follow from it, that about no entry
    /// last.
    pub(crate) fn into_report(mut self, entries: u64, root: Hash) -> Report {
        self.listed.sort_by_key(|(consequence, problem)| {
            (*consequence, *consequence && problem.entry.is_none(), problem.entry)
        });
        let problems = self.listed.into_iter().map(|(_, problem)| problem).collect();
        Report { entries, root, problems, more_problems: self.more, checked: self.checked }
    }
}
