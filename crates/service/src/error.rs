//! Why a request got no answer.

use register::ruling::{Bilingual, Ground, Refusal};
use store::StoreError;

/// Why a request got no answer: the law refused it, or the platform could not do it.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The law refused: each ground has its article and remedy. Nothing else happened but what the refusal itself journals.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nobody is signed in, or the key opens nothing. Deliberately says no more.
    #[error("the key is missing or opens nothing")]
    Unauthorised,
    /// The input is malformed; field and reason.
    #[error("`{field}`: {}", reason.en)]
    Malformed {
        /// The field.
        field: String,
        /// What is wrong, in both languages.
        reason: Bilingual,
    },
    /// There is no such thing for this caller.
    #[error("there is no {what}")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// The same idempotency key came with another content.
    #[error("the idempotency key was used with another content")]
    IdempotencyConflict,
    /// More waits than can be served in bounded time: try again later.
    #[error("too much is waiting: try again later")]
    Overloaded,
    /// This caller asks too often: which limit it is, and how long to wait. Nothing was done.
    #[error("too many requests ({limit}): try again in {} s", wait.as_secs() + 1)]
    TooOften {
        /// `slowed` for a caller who inquires as if identifiers were tried out, `subject` for one who looks at one subject again
        /// and again.
        limit: &'static str,
        /// How long.
        wait: std::time::Duration,
    },
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// A file could not be read or written.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// The law's data are not in order, or no version applies.
    #[error("the law: {0}")]
    Law(#[from] law::LawError),
    /// The data of working days are not in order.
    #[error("the working days: {0}")]
    Calendar(#[from] law::CalendarError),
    /// A receipt could not be made.
    #[error("the receipt: {0}")]
    Receipt(#[from] journal::ReceiptError),
    /// A task ended in the middle. That is a mistake in the program.
    #[error("the work was broken off: {0}")]
    BrokenOff(String),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overloaded => Self::Overloaded,
            other => Self::Store(other),
        }
    }
}

impl From<Ground> for ServiceError {
    fn from(ground: Ground) -> Self {
        Self::Refused(ground.into())
    }
}

impl ServiceError {
    /// Whether the fault lies with the load or the database and passes, and nothing was done: to be asked again later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Overloaded
                | Self::Store(
                    StoreError::Locked(_)
                        | StoreError::Unreachable(_)
                        | StoreError::NotWritable(_)
                        | StoreError::Closed
                )
        )
    }

    /// Whether the act may have been done or not, and nobody can say now.
    #[must_use]
    pub const fn is_undecided(&self) -> bool {
        matches!(self, Self::Store(StoreError::OutcomeUnknown))
    }

    /// Malformed input.
    pub(crate) fn malformed(field: &str, chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::Malformed { field: field.to_owned(), reason: Bilingual::made(chinese.into(), english.into()) }
    }
}
