//! The authorities of the city, all at once: for the pages and lists that name them (Articles 5, 14).

use std::sync::Arc;

use register::authority::{Authority, AuthorityCode};
use register::subject::EntryNumber;

use crate::error::ServiceError;
use crate::platform::Platform;

/// The enrolled authorities, in order of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorities {
    /// The entry that enrolled one of them last.
    pub as_of: Option<EntryNumber>,
    list: Vec<Authority>,
}

impl Authorities {
    /// The authorities as of the entry that enrolled one of them last.
    #[must_use]
    pub const fn new(as_of: Option<EntryNumber>, list: Vec<Authority>) -> Self {
        Self { as_of, list }
    }
}

impl std::ops::Deref for Authorities {
    type Target = [Authority];

    fn deref(&self) -> &[Authority] {
        &self.list
    }
}

impl Platform {
    /// The enrolled authorities. They are kept as they were read, and it is asked each time whether another was enrolled since.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn authorities(&self) -> Result<Arc<Authorities>, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let as_of = snapshot.authorities_as_of().await?;
        let kept = self.kept_authorities().clone().filter(|kept| kept.as_of == as_of);
        let found = match kept {
            Some(kept) => kept,
            None => {
                let read = Arc::new(Authorities::new(as_of, snapshot.authorities().await?));
                *self.kept_authorities() = Some(Arc::clone(&read));
                read
            }
        };
        snapshot.end().await?;
        Ok(found)
    }

    /// An office as it was read last.
    pub(crate) fn kept_office(&self, code: &AuthorityCode) -> Option<Authority> {
        self.offices().get(code).cloned()
    }

    /// Keeps an office as it was read.
    pub(crate) fn keep_office(&self, code: &AuthorityCode, read: Option<&Authority>) {
        let mut offices = self.offices();
        match read {
            Some(authority) => offices.insert(code.clone(), authority.clone()),
            None => offices.remove(code),
        };
    }
}
