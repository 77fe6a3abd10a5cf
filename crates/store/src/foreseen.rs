//! What is known under the pen without asking the database again.
//!
//! While the pen is held nobody else writes, so what was read under it holds until an act of the same group changes it;
//! [`Known::changed`] then forgets it. Two kinds are kept:
//!
//! - *versions of subjects*, asked for a whole group in one statement, because each act says beforehand whom it is about
//!   ([`Foreseen`]). They end with the pen.
//! - *keys, offices and the newest edition*, which every act asks for and which seldom change. They are handed on to the
//!   next holder of the pen as long as the journal stands where this program left it: each change of theirs has its entry,
//!   so a journal that did not grow under another's pen has brought none.

use std::collections::HashMap;

use register::acts::information::access::Key;
use register::authority::{Authority, AuthorityCode};
use register::caller::KeyNumber;
use register::change::Table;
use register::subject::{EntryNumber, SubjectNumber};
use register::tables::{API_KEY, AUTHORITY, CATALOGUE_EDITION, SUBJECT_ENTRY};

use crate::error::StoreError;
use crate::pen::Pen;

/// How many keys and how many offices are kept at most; beyond that all are asked for again.
const KEPT_MAX: usize = 10_000;

/// What an act will ask under the pen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// The subject whose version it checks again.
    pub subject: Option<SubjectNumber>,
}

/// What seldom changes, and is handed on.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    edition: Option<u64>,
    keys: HashMap<KeyNumber, Option<Key>>,
    authorities: HashMap<AuthorityCode, Option<Authority>>,
}

/// What is known under one pen.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) kept: Kept,
    versions: HashMap<SubjectNumber, EntryNumber>,
}

impl Known {
    /// Forgets what a change of this table, about this subject, may have made untrue; says whether that is something kept.
    pub(crate) fn changed(&mut self, table: &'static Table, subject: Option<SubjectNumber>) -> bool {
        let is = |other: &'static Table| std::ptr::eq(table, other);
        if is(&SUBJECT_ENTRY) {
            if let Some(subject) = subject {
                self.versions.remove(&subject);
            }
            return false;
        }
        if is(&API_KEY) {
            self.kept.keys.clear();
        } else if is(&AUTHORITY) {
            self.kept.authorities.clear();
        } else if is(&CATALOGUE_EDITION) {
            self.kept.edition = None;
        } else {
            return false;
        }
        true
    }
}

impl Pen {
    /// Reads, set-wise, what acts said that they will ask.
    pub(crate) async fn foresee(&mut self, foreseen: &[Foreseen]) -> Result<(), StoreError> {
        let mut subjects: Vec<SubjectNumber> =
            foreseen.iter().filter_map(|foreseen| foreseen.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects.retain(|subject| !self.known().versions.contains_key(subject));
        // Alone it is asked for just as well when it is needed.
        if subjects.len() > 1 {
            let versions = self.reader_mut().subject_versions(&subjects).await?;
            self.known().versions.extend(versions);
        }
        Ok(())
    }

    /// The newest entry that changed what is held about a subject; see [`crate::Reader::subject_version`].
    ///
    /// # Errors
    /// When the database fails; so with the others here.
    pub async fn subject_version(
        &mut self,
        subject: SubjectNumber,
    ) -> Result<Option<EntryNumber>, StoreError> {
        if let Some(version) = self.known().versions.get(&subject) {
            return Ok(Some(*version));
        }
        self.reader_mut().subject_version(subject).await
    }

    /// The number of the newest edition of the catalogue; 0 where there is none.
    ///
    /// # Errors
    /// See [`Pen::subject_version`].
    pub async fn newest_edition(&mut self) -> Result<u64, StoreError> {
        if let Some(edition) = self.known().kept.edition {
            return Ok(edition);
        }
        let edition = self.reader_mut().newest_edition().await?;
        if !self.has_own_changes() {
            self.known().kept.edition = Some(edition);
        }
        Ok(edition)
    }

    /// The API key with a number, revoked or not.
    ///
    /// # Errors
    /// See [`Pen::subject_version`].
    pub async fn key(&mut self, number: KeyNumber) -> Result<Option<Key>, StoreError> {
        if let Some(key) = self.known().kept.keys.get(&number) {
            return Ok(key.clone());
        }
        let key = self.reader_mut().key(number).await?;
        if !self.has_own_changes() {
            let keys = &mut self.known().kept.keys;
            if keys.len() >= KEPT_MAX {
                keys.clear();
            }
            keys.insert(number, key.clone());
        }
        Ok(key)
    }

    /// The authority with a code.
    ///
    /// # Errors
    /// See [`Pen::subject_version`].
    pub async fn authority(&mut self, code: &AuthorityCode) -> Result<Option<Authority>, StoreError> {
        if let Some(authority) = self.known().kept.authorities.get(code) {
            return Ok(authority.clone());
        }
        let authority = self.reader_mut().authority(code).await?;
        if !self.has_own_changes() {
            let authorities = &mut self.known().kept.authorities;
            if authorities.len() >= KEPT_MAX {
                authorities.clear();
            }
            authorities.insert(code.clone(), authority.clone());
        }
        Ok(authority)
    }
}
