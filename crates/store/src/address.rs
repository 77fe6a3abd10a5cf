//! Where a store is: a folder, or a PostgreSQL database.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::error::StoreError;
use crate::sql::Target;

/// The name of the database in a store's folder.
pub(crate) const FILE: &str = "credence.sqlite";
/// The name of the folder with the index of names.
pub(crate) const INDEX: &str = "search";

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// A folder with an SQLite database and the keys.
    Folder(PathBuf),
    /// A `postgres://` address; the keys lie in a folder of their own.
    Postgres(String),
}

impl StoreAddress {
    /// The folder, if it is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Postgres(_) => None,
        }
    }

    pub(crate) fn target(&self) -> Result<Target, StoreError> {
        match self {
            Self::Folder(folder) => Ok(Target::Sqlite(folder.join(FILE))),
            Self::Postgres(url) => Target::postgres(url),
        }
    }
}

impl FromStr for StoreAddress {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let address = Self::Postgres(text.to_owned());
            address.target().map(|_| address)
        } else if text.contains("://") {
            // It is not said again: a password may stand in it.
            Err(StoreError::Address(
                "what is given is neither a folder nor an address that begins with `postgres://`".to_owned(),
            ))
        } else if text.is_empty() {
            Err(StoreError::Address("name a folder or a `postgres://` address".to_owned()))
        } else {
            Ok(Self::Folder(PathBuf::from(text)))
        }
    }
}

/// The address without a password.
impl std::fmt::Display for StoreAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(formatter),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                // Parameters can carry a password too.
                let rest = rest.split('?').next().unwrap_or_default();
                match rest.rsplit_once('@') {
                    Some((who, place)) => {
                        let user = who.split(':').next().unwrap_or_default();
                        write!(formatter, "{scheme}://{user}@{place}")
                    }
                    None => write!(formatter, "{scheme}://{rest}"),
                }
            }
        }
    }
}

impl std::fmt::Debug for StoreAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "StoreAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let address: StoreAddress =
            "postgres://city:s3cret@db.example:5432/credence?password=other".parse().unwrap();
        assert_eq!(address.to_string(), "postgres://city@db.example:5432/credence");
        assert!(!format!("{address:?}").contains("s3cret"));
    }

    #[test]
    fn a_folder_and_both_spellings_of_postgresql_are_addresses_and_nothing_else_is() {
        assert_eq!("./data".parse(), Ok(StoreAddress::Folder("./data".into())));
        assert!(matches!("postgresql://a@b/c".parse(), Ok(StoreAddress::Postgres(_))));
        let refused = "mysql://a:s3cret@b/c".parse::<StoreAddress>().unwrap_err();
        assert!(!refused.to_string().contains("s3cret"));
        assert!("".parse::<StoreAddress>().is_err());
    }
}
