//! What an answer rests on, in one statement: read outside the pen and asked again under it. Two that are equal mean that
//! nothing was withdrawn, revoked, published or enrolled in between.

use register::acts::rights::consent::ConsentNumber;
use register::authority::AuthorityCode;
use register::caller::KeyNumber;
use register::subject::{EntryNumber, SubjectNumber};
use register::tables::{API_KEY, AUTHORITY, CATALOGUE_EDITION, CONSENT, SUBJECT_ENTRY};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::sql::Value;
use crate::statements::statements;

statements! {
    STANDING = "select (select max(number) from catalogue_edition), \
        (select max(entry) from subject_entry where subject = $1), \
        (select entry from authority where code = $2), \
        (select count(*) from api_key where number = $3 and revoked is null), \
        (select count(*) from consent where number = $4 and revoked is null), \
        (select uses_left from consent where number = $4)";
}

/// On what an answer rests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandingAsked {
    /// The subject.
    pub subject: Option<SubjectNumber>,
    /// The office in whose name is asked.
    pub authority: Option<AuthorityCode>,
    /// The caller's key.
    pub key: Option<KeyNumber>,
    /// The consent that is used.
    pub consent: Option<ConsentNumber>,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The newest edition of the catalogue; 0 where there is none.
    pub edition: u64,
    /// The newest entry that changed what is held about the subject.
    pub subject_version: Option<EntryNumber>,
    /// The entry that enrolled the office or brought it up to date.
    pub authority_version: Option<EntryNumber>,
    /// Whether the key is there and not revoked.
    pub key_stands: bool,
    /// Whether the consent is there and not taken back.
    pub consent_stands: bool,
    /// How often the consent may still be used, where it is limited.
    pub uses_left: Option<u64>,
}

impl Reader {
    /// How everything stands that an answer rests on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing(&mut self, asked: &StandingAsked) -> Result<Standing, StoreError> {
        let number = |number: Option<u64>| number.map_or(Value::NoInteger, Value::from);
        let values = vec![
            number(asked.subject.map(|subject| subject.0)),
            asked.authority.as_ref().map_or(Value::NoText, |code| code.0.as_str().into()),
            number(asked.key.map(|key| key.0)),
            number(asked.consent.map(|consent| consent.0)),
        ];
        let tables = [&CATALOGUE_EDITION, &SUBJECT_ENTRY, &AUTHORITY, &API_KEY, &CONSENT];
        let row = self.row(&tables, STANDING, values).await?;
        let row =
            row.ok_or_else(|| StoreError::Damaged("a statement without a table gave no row".to_owned()))?;
        Ok(Standing {
            edition: row.optional_number(0)?.unwrap_or(0),
            subject_version: row.optional_number(1)?.map(EntryNumber),
            authority_version: row.optional_number(2)?.map(EntryNumber),
            key_stands: row.number(3)? > 0,
            consent_stands: row.number(4)? > 0,
            uses_left: row.optional_number(5)?,
        })
    }
}
