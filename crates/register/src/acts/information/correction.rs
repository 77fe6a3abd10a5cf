//! Correction and revocation (Articles 14, 53(1)).
//!
//! Information found to be inaccurate or incomplete is promptly corrected (14), by the authority that filed it, with a reason;
//! what should never have been filed is revoked. The history stays readable to the subject and to the filer: a correction is
//! a new version, not a change of the old one.

use law::{Citation, Day, InformationClass, LawInForce, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::acts::information::filing::{FilingFacts, OrganisationName, judge};
use crate::authority::AuthorityCode;
use crate::caller::Caller;
use crate::change::{Change, Value};
use crate::event::Event;
use crate::record::{BatchNumber, Content, Record, RecordNumber};
use crate::rules::access::not_your_record;
use crate::rules::words;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::{Subject, SubjectNumber};
use crate::tables;

/// What the law makes relevant to a correction or a revocation.
#[derive(Debug)]
pub struct CorrectionFacts<'a> {
    /// The record, where there is one.
    pub record: Option<Record>,
    /// Its subject.
    pub subject: Option<Subject>,
    /// Its present content.
    pub content: Option<Content>,
    /// Facts of the item under which it was filed, for judging the new content as a filed line is judged.
    pub filing: Option<FilingFacts<'a>>,
}

/// How many records are revoked by one act at most: as many entries follow each other, and everybody else waits so long.
pub const RECORDS_REVOKED_MAX: usize = 5000;

/// What the law makes relevant to the revocation of a batch.
#[derive(Debug)]
pub struct BatchRevocationFacts {
    /// The batch, where there is one.
    pub batch: Option<FiledBatch>,
    /// The records that it filed, as far as they are meant.
    pub records: Vec<Record>,
}

/// A batch, as far as its revocation asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledBatch {
    /// Its number.
    pub number: BatchNumber,
    /// Who filed it.
    pub authority: AuthorityCode,
    /// Whether its filing has ended.
    pub closed: bool,
}

/// Asks for a correction: the fields that change, in our own names and canonical form; a null takes a field out.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrectRecord {
    /// The changes.
    pub fields: Map<String, Json>,
    /// Why.
    pub reason: String,
}

/// A record was corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordCorrected {
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
    /// The new version.
    pub version: u32,
    /// Why.
    pub reason: String,
    /// The severity after the correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Day 0 after the correction.
    pub finding_day: Day,
    /// What identifies the statement after the correction.
    pub statement: String,
    /// The organisation's name for search, where the item names the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<OrganisationName>,
    /// The content after the correction.
    pub content: Content,
}

/// A record was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRevoked {
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
    /// Why.
    pub reason: String,
}

impl RecordCorrected {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let mut changes = vec![Change::Update {
            table: &tables::RECORD,
            key: vec![self.record.0.into()],
            set: vec![
                ("severity", self.severity.map(Severity::word).into()),
                ("finding_day", self.finding_day.to_string().into()),
                ("version", Value::Integer(i64::from(self.version))),
                ("entry", Value::Entry),
                (
                    "statement",
                    Value::Keyed { domain: tables::STATEMENT_DOMAIN, text: self.statement.clone() },
                ),
                (
                    "content",
                    Value::Keyed { domain: tables::CONTENT_DOMAIN, text: self.content.comparison_text() },
                ),
            ],
        }];
        changes.extend(self.name.as_ref().map(|name| name.change(self.subject)));
        changes
    }
}

impl RecordRevoked {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Update {
            table: &tables::RECORD,
            key: vec![self.record.0.into()],
            set: vec![("revoked", Value::Entry)],
        }]
    }
}

/// Whether a caller may correct or revoke a record: only the authority that filed it, with a reason, while it stands.
///
/// Articles: 14, 53(1)
///
/// # Errors
/// The refusal with its article.
pub fn may_correct<'a>(record: Option<&'a Record>, by: &Caller, reason: &str) -> Result<&'a Record, Refusal> {
    let record =
        record.filter(|record| by.office() == Some(&record.authority)).ok_or_else(not_your_record)?;
    if record.revoked.is_some() || !record.in_force {
        return Err(Ground::new(
            "record_not_standing",
            Citation::article(14),
            Bilingual::new("该记录已撤销或未生效", "the record is revoked or not in force"),
        )
        .field("record")
        .into());
    }
    words::reason(Citation::article(14), "reason", reason)?;
    Ok(record)
}

/// Corrects a record: the new content is judged as a filed line is, and the subject stays the same.
///
/// Articles: 14, 53(1)
#[must_use]
pub fn correct(law: &LawInForce, facts: &CorrectionFacts<'_>, ask: CorrectRecord, by: &Caller) -> Ruling {
    let record = match may_correct(facts.record.as_ref(), by, &ask.reason) {
        Ok(record) => record,
        Err(refusal) => return Ruling::refused(refusal),
    };
    let (Some(subject), Some(content), Some(filing)) = (&facts.subject, &facts.content, &facts.filing) else {
        return Ruling::refused(
            Ground::new(
                "not_in_catalogue",
                Citation::article(11),
                Bilingual::new("该条目已不在现行目录中", "the item is no longer in the catalogue"),
            )
            .field("item")
            .remedy(Bilingual::new("可以撤销该记录", "revoke the record instead")),
        );
    };
    let line = match merged(subject, content, filing, &ask.fields) {
        Ok(line) => line,
        Err(ground) => return Ruling::refused(ground),
    };
    let judged = match judge(law, filing, record.line, line) {
        Ok(judged) => judged,
        Err(grounds) => return Ruling::refused(Refusal { grounds }),
    };
    if judged.identified.identifier != subject.identifier {
        return Ruling::refused(subject_is_fixed());
    }
    if record.class == InformationClass::Untrustworthiness && judged.finding_day > record.finding_day {
        return Ruling::refused(
            Ground::new(
                "display_lengthened",
                Citation::article(15),
                Bilingual::made(
                    format!("更正不能推迟认定日期 {}，从而延长公示", record.finding_day),
                    format!(
                        "a correction cannot move the finding day {} later and so lengthen the display",
                        record.finding_day
                    ),
                ),
            )
            .field("fields")
            .remedy(Bilingual::new(
                "撤销该记录，并依据新的文书重新报送",
                "revoke the record and file anew what the new document finds",
            )),
        );
    }
    if *judged.content == *content {
        return Ruling::refused(
            Ground::new(
                "nothing_changes",
                Citation::article(14),
                Bilingual::new("内容没有变化", "nothing would change"),
            )
            .field("fields"),
        );
    }
    let name = judged
        .name
        .filter(|_| filing.item.item.names_the_subject)
        .map(|name| OrganisationName { name, code: subject.identifier.value.clone() });
    Ruling::granted(
        Event::RecordCorrected(RecordCorrected {
            record: record.number,
            subject: record.subject,
            version: record.version + 1,
            reason: ask.reason,
            severity: judged.severity,
            finding_day: judged.finding_day,
            statement: judged.content.identity_text(&record.item, &record.authority, record.subject),
            name,
            content: std::sync::Arc::unwrap_or_clone(judged.content),
        }),
        Vec::new(),
    )
}

/// The line that the record would be after the correction, with the subject's identifiers put back where the format has
/// them, so that it is judged like any line.
fn merged(
    subject: &Subject,
    content: &Content,
    filing: &FilingFacts<'_>,
    fields: &Map<String, Json>,
) -> Result<Map<String, Json>, Ground> {
    use crate::format::Role;
    let format = &filing.item.format;
    let mut line = content.fields.clone();
    for (role, text) in [
        (Role::SubjectCode, subject.identifier.value.as_str()),
        (Role::SubjectDocumentNumber, subject.identifier.value.as_str()),
        (Role::SubjectDocumentType, subject.identifier.kind.document_type()),
    ] {
        let carries = (role == Role::SubjectCode)
            == (subject.identifier.kind == law::identifier::IdentifierKind::UnifiedCode);
        if let Some(field) = format.role(role).filter(|_| carries) {
            line.insert(field.name.clone(), Json::String(text.to_owned()));
        }
        if format.role(role).is_some_and(|field| fields.contains_key(&field.name)) {
            return Err(subject_is_fixed());
        }
    }
    for (name, value) in fields {
        if value.is_null() {
            line.remove(name);
        } else {
            line.insert(name.clone(), value.clone());
        }
    }
    Ok(line)
}

fn subject_is_fixed() -> Ground {
    Ground::new(
        "subject_is_fixed",
        Citation::article(14),
        Bilingual::new("更正不能改变信用主体", "a correction cannot change the subject"),
    )
    .field("fields")
    .remedy(Bilingual::new(
        "撤销该记录，并对正确的主体重新报送",
        "revoke the record and file it about the right subject",
    ))
}

/// Revokes a record: it is shown to nobody but its subject and its filer from this entry on.
///
/// Articles: 14, 53(1)
#[must_use]
pub fn revoke(record: Option<&Record>, reason: String, by: &Caller) -> Ruling {
    match may_correct(record, by, &reason) {
        Ok(record) => Ruling::granted(
            Event::RecordRevoked(RecordRevoked { record: record.number, subject: record.subject, reason }),
            Vec::new(),
        ),
        Err(refusal) => Ruling::refused(refusal),
    }
}

/// Revokes what still stands of a batch, each record by an entry of its own, which its subject sees. It is done by two persons
/// of the authority that filed it ([`crate::acts::accountability::proposal`]).
///
/// Articles: 14, 53(1)
#[must_use]
pub fn revoke_batch(facts: &BatchRevocationFacts, reason: &str, by: &Caller) -> Ruling {
    let refuse = |code, chinese, english: &'static str, field: &'static str| {
        Ground::new(code, Citation::article(14), Bilingual::new(chinese, english)).field(field)
    };
    let Some(batch) = facts.batch.as_ref().filter(|batch| by.office() == Some(&batch.authority)) else {
        let ground = refuse(
            "not_your_batch",
            "本单位没有报送过该批次",
            "your office has filed no such batch",
            "batch",
        );
        return Ruling::refused(
            ground.remedy(Bilingual::new("由报送单位撤销", "the filing authority revokes it")),
        );
    };
    if !batch.closed {
        let ground = refuse("batch_open", "该批次仍在报送", "the batch is still being filed", "batch");
        return Ruling::refused(ground.remedy(Bilingual::new("报送结束后再撤销", "wait for its end")));
    }
    let standing: Vec<&Record> = facts
        .records
        .iter()
        .filter(|record| record.batch == batch.number && may_correct(Some(record), by, "-").is_ok())
        .collect();
    if standing.is_empty() {
        let ground =
            refuse("record_not_standing", "该批次没有仍然有效的记录", "nothing of the batch stands", "batch");
        return Ruling::refused(ground);
    }
    if standing.len() > RECORDS_REVOKED_MAX {
        let reason = Bilingual::made(
            format!("一次最多撤销 {RECORDS_REVOKED_MAX} 条记录"),
            format!("at most {RECORDS_REVOKED_MAX} records are revoked by one act"),
        );
        let ground = Ground::new("too_many_records", Citation::article(14), reason).field("last_line");
        return Ruling::refused(
            ground.remedy(Bilingual::new("按行号分次提出", "propose it in parts, by the lines of the file")),
        );
    }
    let mut events = Vec::with_capacity(standing.len());
    for record in standing {
        match revoke(Some(record), reason.to_owned(), by) {
            Ruling::Granted { events: revoked, .. } => events.extend(revoked),
            refused @ Ruling::Refused { .. } => return refused,
        }
    }
    Ruling::Granted { events, grounds: Vec::new() }
}
