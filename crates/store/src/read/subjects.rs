//! Subjects, and the names of organisations.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use journal::{KeyRing, blind_indexes, open_column};
use law::identifier::IdentifierKind;
use register::change::Table;
use register::subject::{EntryNumber, Subject, SubjectIdentifier, SubjectKind, SubjectNumber};
use register::tables::{IDENTIFIER_DOMAIN, IDENTIFIER_INDEX, ORGANISATION_NAME, SUBJECT, SUBJECT_ENTRY};

use crate::error::StoreError;
use crate::read::word;
use crate::reader::Reader;
use crate::sql::{Row, Value};
use crate::statements::{of_size, padded, statements};

statements! {
    BY_DIGEST = "select digest, subject from identifier_index where index_key = $1 and digest in (#2)";
    NAMED_BY_DIGEST = "select i.digest, i.subject, n.subject from identifier_index i \
        left join organisation_name n on n.subject = i.subject where i.index_key = $1 and i.digest in (#2)";
    SUBJECTS = "select number, kind, identifier, flagged, entry, verified, \
        (select max(entry) from subject_entry where subject_entry.subject = subject.number) \
        from subject where number in (#1)";
    VERSION = "select max(entry) from subject_entry where subject = $1";
    VERSIONS = "select number, (select max(entry) from subject_entry where subject_entry.subject = subject.number) \
        from subject where number in (#1)";
    NAME = "select subject, name, code, entry from organisation_name where subject in (#1)";
    NAMES_SINCE = "select subject, name, code, entry from organisation_name \
        where (entry, subject) > ($1, $2) order by entry, subject limit $3";
    NAMES_COUNT = "select count(*) from organisation_name";
}

/// How many columns [`read_subject`] reads.
pub(crate) const SUBJECT_COLUMNS: usize = 7;

/// The name under which an organisation is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationFound {
    /// The organisation.
    pub subject: SubjectNumber,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub code: String,
    /// The entry that gave it the name.
    pub entry: EntryNumber,
}

impl OrganisationFound {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            subject: SubjectNumber(row.number(0)?),
            name: row.text(1)?.to_owned(),
            code: row.text(2)?.to_owned(),
            entry: EntryNumber(row.number(3)?),
        })
    }
}

impl Reader {
    /// The numbers of the subjects with these identifiers, in the same order; none where nobody has it. Each is looked
    /// for under every index key of the ring, so that nothing is lost while keys rotate.
    ///
    /// # Errors
    /// When the database fails or the key ring is not at hand; so with the others here.
    pub async fn subjects_of(
        &mut self,
        identifiers: &[&SubjectIdentifier],
    ) -> Result<Vec<Option<SubjectNumber>>, StoreError> {
        let found = self.by_digests(identifiers, BY_DIGEST, &[&IDENTIFIER_INDEX]).await?;
        Ok(found.into_iter().map(|found| found.map(|(subject, _)| subject)).collect())
    }

    /// The same, and whether each has a name under which it is found.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn named_subjects_of(
        &mut self,
        identifiers: &[&SubjectIdentifier],
    ) -> Result<Vec<Option<(SubjectNumber, bool)>>, StoreError> {
        let tables: [&'static Table; 2] = [&IDENTIFIER_INDEX, &ORGANISATION_NAME];
        let found = self.by_digests(identifiers, NAMED_BY_DIGEST, &tables).await?;
        let mut named = Vec::with_capacity(found.len());
        for found in found {
            named.push(match found {
                Some((subject, row)) => Some((subject, row.optional_integer(2)?.is_some())),
                None => None,
            });
        }
        Ok(named)
    }

    async fn by_digests(
        &mut self,
        identifiers: &[&SubjectIdentifier],
        sql: &'static str,
        tables: &[&'static Table],
    ) -> Result<Vec<Option<(SubjectNumber, Arc<Row>)>>, StoreError> {
        let mut used = self.shared.ring.now()?;
        let mut found = self.by_digests_of_ring(identifiers, sql, tables).await?;
        while found.iter().any(Option::is_none) && self.shared.ring.renewed_since(&used)? {
            used = self.shared.ring.now()?;
            found = self.by_digests_of_ring(identifiers, sql, tables).await?;
        }
        Ok(found)
    }

    async fn by_digests_of_ring(
        &mut self,
        identifiers: &[&SubjectIdentifier],
        sql: &'static str,
        tables: &[&'static Table],
    ) -> Result<Vec<Option<(SubjectNumber, Arc<Row>)>>, StoreError> {
        // The older key first: a rotation moves from the older to the newer, so nobody is passed by.
        let mut by_key: BTreeMap<u32, Vec<[u8; 16]>> = BTreeMap::new();
        let mut digests: Vec<Vec<[u8; 16]>> = Vec::with_capacity(identifiers.len());
        let ring = self.ring()?;
        for identifier in identifiers {
            let indexes = blind_indexes(&ring, IDENTIFIER_DOMAIN, &identifier.lookup_text())?;
            for (key, digest) in &indexes {
                by_key.entry(key.0).or_default().push(*digest);
            }
            digests.push(indexes.into_iter().map(|(_, digest)| digest).collect());
        }
        let mut found = HashMap::with_capacity(identifiers.len());
        for (key, mut digests) in by_key {
            // In the order of the index: neighbours are found on one page of it.
            digests.sort_unstable();
            digests.dedup();
            for (part, size) in padded(&digests) {
                let mut values: Vec<Value> = Vec::with_capacity(size + 1);
                values.push(i64::from(key).into());
                values.extend(fill(part, size, |digest| digest.as_slice().into()));
                for row in self.rows(tables, of_size(sql, size), values).await? {
                    let digest: Result<[u8; 16], _> = row.bytes(0)?.try_into();
                    let Ok(digest) = digest else { continue };
                    found.insert(digest, (SubjectNumber(row.number(1)?), Arc::new(row)));
                }
            }
        }
        let of = |digests: &Vec<[u8; 16]>| digests.iter().find_map(|digest| found.get(digest)).cloned();
        Ok(digests.iter().map(of).collect())
    }

    /// The number of the subject with an identifier.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn subject_of(
        &mut self,
        identifier: &SubjectIdentifier,
    ) -> Result<Option<SubjectNumber>, StoreError> {
        Ok(self.subjects_of(&[identifier]).await?.into_iter().next().flatten())
    }

    /// The subject with an identifier.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn subject_by_identifier(
        &mut self,
        identifier: &SubjectIdentifier,
    ) -> Result<Option<Subject>, StoreError> {
        let Some(number) = self.subject_of(identifier).await? else { return Ok(None) };
        self.subject(number).await
    }

    /// The subjects with these numbers, in no particular order.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn subjects(&mut self, numbers: &[SubjectNumber]) -> Result<Vec<Subject>, StoreError> {
        let mut subjects = Vec::with_capacity(numbers.len());
        for (part, size) in padded(numbers) {
            let values = fill(part, size, |number| number.0.into()).collect();
            let rows = self.rows(&[&SUBJECT, &SUBJECT_ENTRY], of_size(SUBJECTS, size), values).await?;
            for row in &rows {
                subjects.push(self.shared.ring.using(|ring| read_subject(ring, row, 0))?);
            }
        }
        Ok(subjects)
    }

    /// The subject with a number.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn subject(&mut self, number: SubjectNumber) -> Result<Option<Subject>, StoreError> {
        Ok(self.subjects(&[number]).await?.into_iter().next())
    }

    /// The newest entry that changed what is held about a subject: unchanged means that what was read before holds.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn subject_version(
        &mut self,
        subject: SubjectNumber,
    ) -> Result<Option<EntryNumber>, StoreError> {
        let row = self.row(&[&SUBJECT_ENTRY], VERSION, vec![subject.0.into()]).await?;
        Ok(row.map(|row| row.optional_number(0)).transpose()?.flatten().map(EntryNumber))
    }

    /// The versions of many subjects.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn subject_versions(
        &mut self,
        subjects: &[SubjectNumber],
    ) -> Result<HashMap<SubjectNumber, EntryNumber>, StoreError> {
        let mut versions = HashMap::with_capacity(subjects.len());
        for (part, size) in padded(subjects) {
            let values = fill(part, size, |number| number.0.into()).collect();
            for row in self.rows(&[&SUBJECT, &SUBJECT_ENTRY], of_size(VERSIONS, size), values).await? {
                if let Some(version) = row.optional_number(1)? {
                    versions.insert(SubjectNumber(row.number(0)?), EntryNumber(version));
                }
            }
        }
        Ok(versions)
    }

    /// The names of these subjects, of those that have one.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn organisation_names(
        &mut self,
        subjects: &[SubjectNumber],
    ) -> Result<Vec<OrganisationFound>, StoreError> {
        let mut names = Vec::new();
        for (part, size) in padded(subjects) {
            let values = fill(part, size, |number| number.0.into()).collect();
            for row in self.rows(&[&ORGANISATION_NAME], of_size(NAME, size), values).await? {
                names.push(OrganisationFound::read(&row)?);
            }
        }
        Ok(names)
    }

    /// The name of a subject, if it is an organisation that has one.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn organisation_name(
        &mut self,
        subject: SubjectNumber,
    ) -> Result<Option<OrganisationFound>, StoreError> {
        Ok(self.organisation_names(&[subject]).await?.into_iter().next())
    }

    /// Names given after an entry and subject, in order of entry: what a search index has not seen yet.
    ///
    /// # Errors
    /// See [`Reader::subjects_of`].
    pub async fn organisation_names_since(
        &mut self,
        after: Option<(EntryNumber, SubjectNumber)>,
        limit: u64,
    ) -> Result<Vec<OrganisationFound>, StoreError> {
        let (entry, subject) =
            after.map_or((-1, -1), |(entry, subject)| (as_i64(entry.0), as_i64(subject.0)));
        let values = vec![entry.into(), subject.into(), limit.into()];
        let rows = self.rows(&[&ORGANISATION_NAME], NAMES_SINCE, values).await?;
        rows.iter().map(OrganisationFound::read).collect()
    }

    /// How many names there are.
    pub(crate) async fn organisation_names_count(&mut self) -> Result<u64, StoreError> {
        let row = self.row(&[&ORGANISATION_NAME], NAMES_COUNT, Vec::new()).await?;
        row.map_or(Ok(0), |row| row.number(0))
    }
}

/// Reads a subject from consecutive columns: those of its table, and its version.
pub(crate) fn read_subject(ring: &KeyRing, row: &Row, first: usize) -> Result<Subject, StoreError> {
    let number = row.number(first)?;
    let kind = row.text(first + 1)?;
    let sealed = row.bytes(first + 2)?;
    let opened = open_column(ring, SUBJECT.name, "identifier", &number.to_string(), sealed)?;
    let opened = String::from_utf8(opened)
        .map_err(|_| StoreError::Damaged(format!("the identifier of subject {number} is no text")))?;
    let entry = row.number(first + 4)?;
    Ok(Subject {
        number: SubjectNumber(number),
        kind: word(SubjectKind::from_word(kind), kind)?,
        identifier: read_identifier(&opened)?,
        flagged: row.integer(first + 3)? != 0,
        verified: row.optional_number(first + 5)?.map(EntryNumber),
        version: EntryNumber(row.optional_number(first + 6)?.unwrap_or(entry)),
    })
}

fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The values of a part, padded to a size with its last one.
pub(crate) fn fill<'a, T>(
    part: &'a [T],
    size: usize,
    value: impl Fn(&T) -> Value + 'a,
) -> impl Iterator<Item = Value> + 'a {
    part.iter().chain(part.last().into_iter().cycle()).take(size).map(value)
}

/// Reads what [`SubjectIdentifier::lookup_text`] writes.
fn read_identifier(text: &str) -> Result<SubjectIdentifier, StoreError> {
    let damaged = || StoreError::Damaged("a subject's identifier is not of the known form".to_owned());
    let (kind, value) = text.split_once('|').ok_or_else(damaged)?;
    let kind: IdentifierKind = kind.parse().map_err(|_| damaged())?;
    Ok(SubjectIdentifier { kind, value: value.to_owned() })
}
