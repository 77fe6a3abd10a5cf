//! What can go wrong with a store, in words for whoever runs it.

/// Why the store did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address is neither a folder nor a PostgreSQL address.
    #[error("{0}")]
    Address(String),
    /// There is no store at the address.
    #[error("there is no store at `{0}`: create one first")]
    Missing(String),
    /// There is a store already where one was to be created.
    #[error("there is a store at `{0}` already")]
    Exists(String),
    /// The database holds something else.
    #[error("the database at `{0}` is not a store of this program")]
    Foreign(String),
    /// The store was made by another version.
    #[error("the store has schema version {found}, this program knows {known}")]
    SchemaVersion {
        /// The store's version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A demo store was opened where demo is not asked for.
    #[error(
        "the store is a demo: its keys come from a published seed, so it is not opened without asking for demo"
    )]
    Demo,
    /// A backup is not whole, or is not the one that was meant.
    #[error("the backup: {0}")]
    Backup(String),
    /// A restoration was broken off.
    #[error(
        "the store at `{0}` was restored in part only: it serves nobody, and the same restoration begins it again"
    )]
    Restoring(String),
    /// A store that was restored, and may not sign yet.
    #[error(
        "the store at `{0}` was restored from a backup and signs nothing until it is shown the newest known checkpoint"
    )]
    Unconfirmed(String),
    /// A restored store that may not sign by what it was shown.
    #[error("the restored store still signs nothing: {0}")]
    Confirmation(String),
    /// The database cannot be used as it is set up.
    #[error("{0}")]
    Unsuitable(String),
    /// The key ring or the signing key is not there.
    #[error("the keys are missing: {0}")]
    Keys(String),
    /// The keys cannot be changed as was asked.
    #[error("the keys stay as they are: {0}")]
    KeysStay(String),
    /// Another process holds the database.
    #[error("the store is locked by another process: {0}")]
    Locked(String),
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The disk is full, or the store may not be written.
    #[error("the store cannot be written: {0}")]
    NotWritable(String),
    /// What is stored is not what the program wrote.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// A row with the same key is there already.
    #[error("a row with the same key is there already: {0}")]
    Duplicate(String),
    /// More acts wait than may wait.
    #[error("too many acts are waiting to be written: try again in a moment")]
    Overloaded,
    /// The database went away while it committed, and it is not known whether it did.
    #[error("the database went away while it committed: whether the act was written is not known")]
    OutcomeUnknown,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// An act stopped in the middle. That is a mistake in the program.
    #[error("the act failed in the program itself and left nothing behind")]
    ActFailed,
    /// An act cannot be written down as an entry.
    #[error("the act cannot be written as an entry: {0}")]
    Entry(String),
    /// Something sealed does not open.
    #[error("a sealed value does not open: {0}")]
    Sealed(String),
    /// Something is sealed under a key that the ring does not have.
    #[error("a sealed value does not open: {0}")]
    UnknownKey(String),
    /// The tree or a checkpoint does not fit the entries.
    #[error("the journal's tree does not fit: {0}")]
    Tree(String),
    /// A file cannot be read or written.
    #[error("`{path}`: {reason}")]
    File {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// Anything else that the database says.
    #[error("the database: {0}")]
    Database(String),
}

impl StoreError {
    /// A file that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), reason: error.to_string() }
    }

    /// Whether asking again may help: the fault lies with the database or the load and not with what was asked.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Locked(_)
                | Self::Unreachable(_)
                | Self::Overloaded
                | Self::OutcomeUnknown
                | Self::NotWritable(_)
        )
    }
}

impl From<journal::LeafError> for StoreError {
    fn from(error: journal::LeafError) -> Self {
        Self::Entry(error.to_string())
    }
}

impl From<journal::CanonicalError> for StoreError {
    fn from(error: journal::CanonicalError) -> Self {
        Self::Entry(error.to_string())
    }
}
