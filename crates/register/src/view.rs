//! What a viewer gets to see: documents drawn from records, made of what the law lets through and nothing else.

use law::{Citation, Day, InformationClass, Instant, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::acts::accountability::incident::IncidentNotice;
use crate::acts::information::inquiry::{Purpose, Shown};
use crate::authority::AuthorityCode;
use crate::caller::{Caller, Holder};
use crate::case::CaseNumber;
use crate::catalogue::{CompiledItem, ItemCode};
use crate::event::{Act, Event};
use crate::format::{Field, Role};
use crate::record::{Content, Record, RecordNumber};
use crate::rules::disclosure::{Extent, Reach, WithheldReason};
use crate::rules::display_period::Display;
use crate::rules::masking::{mask_identifier, mask_name, mask_text};
use crate::ruling::{Bilingual, Ground};
use crate::subject::{EntryNumber, SubjectNumber};

/// How many records were withheld, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// How many.
    pub count: u64,
    /// The article.
    pub article: Citation,
    /// A stable word.
    pub code: WithheldReason,
    /// In words.
    pub reason: Bilingual,
}

/// One field of a shown record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldView {
    /// Our name for it.
    pub name: String,
    /// Its Chinese name in the field's templates.
    pub chinese_name: String,
    /// Its value; amounts are whole fen.
    pub value: Value,
    /// Whether a part of it is hidden.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
}

/// A record as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordView {
    /// Its number.
    pub record: RecordNumber,
    /// The version shown.
    pub version: u32,
    /// The catalogue item.
    pub item: ItemCode,
    /// The item's name.
    pub item_name: Bilingual,
    /// Its class.
    pub class: InformationClass,
    /// Its severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The authority that filed it.
    pub authority: AuthorityCode,
    /// The number of the document it rests on.
    pub document_number: String,
    /// Day 0 of every period.
    pub finding_day: Day,
    /// The day of filing.
    pub filed_day: Day,
    /// Whether and until when it is displayed.
    pub display: Display,
    /// The entry that carries this version.
    pub entry: EntryNumber,
    /// The fields, in the format's order.
    pub fields: Vec<FieldView>,
    /// Whether an objection to it is open (Article 37).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub under_objection: bool,
    /// For the subject: its standing, in words of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// What a subject is told about a record beyond its content (Article 34).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The disclosure situation of its item: `proactive`, `on_application` or `not_disclosed`.
    pub disclosure: String,
    /// The sharing category.
    pub sharing: String,
    /// The duties of Article 20 for which it is shared; empty where the category decides alone.
    pub duties: Vec<u8>,
    /// The entry that revoked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<EntryNumber>,
    /// The entry that restored credit as to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<EntryNumber>,
    /// The entry that withdrew it from display.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<EntryNumber>,
    /// The open objection to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection: Option<CaseNumber>,
    /// The entry that stopped its display under Article 37.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<EntryNumber>,
    /// Who may see it today.
    pub seen_by: Reach,
    /// What the subject can do about it.
    pub remedies: Vec<Bilingual>,
}

impl RecordView {
    /// Draws a record to the extent that its viewer may see; `seen_by` is given where the viewer is its subject.
    #[must_use]
    pub fn new(
        record: &Record,
        content: &Content,
        item: Option<&CompiledItem>,
        extent: &Extent,
        seen_by: Option<Reach>,
    ) -> Self {
        let document_is_public = item
            .and_then(|item| item.format.role(Role::DocumentNumber))
            .is_none_or(|field| field.annotation.public || !extent.public_fields_only);
        Self {
            record: record.number,
            version: record.version,
            item: record.item.clone(),
            item_name: item.map_or_else(
                || Bilingual::made(record.item.0.clone(), record.item.0.clone()),
                |item| item.item.name.clone(),
            ),
            class: record.class,
            severity: record.severity,
            authority: record.authority.clone(),
            document_number: if document_is_public { content.document_number.clone() } else { String::new() },
            finding_day: record.finding_day,
            filed_day: record.filed_day,
            display: extent.display.clone(),
            entry: record.entry,
            fields: fields(content, item, extent),
            under_objection: record.objection.is_some(),
            standing: seen_by.map(|seen_by| Standing::new(record, item, &extent.display, seen_by)),
        }
    }
}

impl Standing {
    fn new(record: &Record, item: Option<&CompiledItem>, display: &Display, seen_by: Reach) -> Self {
        let word = |value: Option<Value>| {
            value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
        };
        let mut remedies = vec![Bilingual::new(
            "认为不实或者不应公开的，可以提出异议（第三十七条）",
            "object if you find it untrue or not to be disclosed (Article 37)",
        )];
        if record.class == InformationClass::Untrustworthiness && display.is_displayed() {
            remedies.push(Bilingual::new(
                "履行义务后可以申请信用修复（第三十八条）",
                "apply for restoration once the duty is performed (Article 38)",
            ));
        }
        if item.is_some_and(|item| item.item.withdrawable) && record.withdrawn.is_none() {
            remedies.push(Bilingual::new(
                "可以要求不再公示（第三十六条）",
                "have it withdrawn from display (Article 36)",
            ));
        }
        Self {
            disclosure: word(item.and_then(|item| serde_json::to_value(item.item.disclosure).ok())),
            sharing: word(item.and_then(|item| serde_json::to_value(item.item.sharing).ok())),
            duties: item.map_or_else(Vec::new, |item| {
                item.item.usage.duties.iter().map(|duty| duty.number()).collect()
            }),
            revoked: record.revoked,
            restored: record.restored,
            withdrawn: record.withdrawn,
            objection: record.objection,
            stopped: record.stopped,
            seen_by,
            remedies,
        }
    }
}

/// The fields that pass, in the format's order. Where the item is no longer in the catalogue nothing tells which fields are
/// personal: then all are, to anyone but the subject.
fn fields(content: &Content, item: Option<&CompiledItem>, extent: &Extent) -> Vec<FieldView> {
    let Some(item) = item else {
        return content
            .fields
            .iter()
            .map(|(name, value)| FieldView {
                name: name.clone(),
                chinese_name: name.clone(),
                value: if extent.unmasked { value.clone() } else { mask_value(value, None) },
                masked: !extent.unmasked,
            })
            .collect();
    };
    item.format
        .fields()
        .iter()
        .filter(|field| field.annotation.public || !extent.public_fields_only)
        .filter_map(|field| field_view(&content.fields, field, extent.unmasked))
        .collect()
}

fn field_view(content: &Map<String, Value>, field: &Field, unmasked: bool) -> Option<FieldView> {
    let value = content.get(&field.name)?;
    let masked = field.annotation.personal && !unmasked;
    let value = if masked { mask_value(value, field.annotation.role) } else { value.clone() };
    Some(FieldView { name: field.name.clone(), chinese_name: field.chinese_name.clone(), value, masked })
}

/// A line that was read from a file, as its sender sees it again: persons masked, in the format's order.
///
/// Articles: 6, 14
#[must_use]
pub fn line_fields(content: &Map<String, Value>, item: &CompiledItem) -> Vec<FieldView> {
    item.format.fields().iter().filter_map(|field| field_view(content, field, false)).collect()
}

fn mask_value(value: &Value, role: Option<Role>) -> Value {
    match value {
        Value::String(text) => Value::String(match role {
            Some(Role::SubjectName) | None => mask_name(text),
            Some(_) => mask_identifier(text),
        }),
        Value::Array(list) => Value::Array(list.iter().map(|value| mask_value(value, role)).collect()),
        Value::Number(_) | Value::Bool(_) => Value::Null,
        other => other.clone(),
    }
}

/// Who looked at a subject, as the subject sees it (Articles 34, 53(3)).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The journal's entry.
    pub entry: EntryNumber,
    /// When.
    pub at: Instant,
    /// In whose name: an office's code, a third party's name, or `self`.
    pub by: String,
    /// Whether an operator entered it without a key, only claiming that office.
    pub claimed_by_operator: bool,
    /// Why.
    pub purpose: Purpose,
    /// The records shown, each in its version.
    pub shown: Vec<Shown>,
    /// What was withheld.
    pub withheld: Vec<Withheld>,
    /// Why it was refused, if it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Ground>,
}

impl Look {
    /// Draws a look from its entry; nothing when the entry is no inquiry.
    #[must_use]
    pub fn new(entry: EntryNumber, at: Instant, act: Act) -> Option<Self> {
        let by = name_of(&act.caller, act.event.subject());
        let claimed_by_operator = matches!(act.caller, Caller::OperatorClaiming { .. });
        match act.event {
            Event::InquiryAnswered(event) => Some(Self {
                entry,
                at,
                by,
                claimed_by_operator,
                purpose: event.purpose,
                shown: event.shown,
                withheld: event.withheld,
                refused: Vec::new(),
            }),
            Event::InquiryRefused(event) => Some(Self {
                entry,
                at,
                by,
                claimed_by_operator,
                purpose: event.purpose,
                shown: Vec::new(),
                withheld: Vec::new(),
                refused: event.grounds,
            }),
            _ => None,
        }
    }
}

/// Something done about a subject or its records, as the subject and the filer read it (Article 34).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// The journal's entry.
    pub entry: EntryNumber,
    /// When.
    pub at: Instant,
    /// What kind of act.
    pub kind: String,
    /// Under which article.
    pub article: Citation,
    /// In whose name.
    pub by: String,
    /// The record concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordNumber>,
    /// The reason given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The content as it was set by this act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// The case of which it is a step (Articles 37, 38).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseNumber>,
    /// What it was told of an incident that concerns it (Article 19).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<IncidentNotice>,
}

impl HistoryLine {
    /// Draws a line from an entry about the subject.
    #[must_use]
    pub fn new(entry: EntryNumber, at: Instant, act: Act) -> Self {
        let kind = act.event.kind().to_owned();
        let article = act.event.article();
        let by = name_of(&act.caller, act.event.subject());
        let mut notice = None;
        let (of_record, case) = (act.event.about_record(), act.event.case());
        let (record, reason, content) = match act.event {
            Event::RecordFiled(event) => {
                (Some(event.record), None, Some(std::sync::Arc::unwrap_or_clone(event.content)))
            }
            Event::RecordCorrected(event) => (Some(event.record), Some(event.reason), Some(event.content)),
            Event::RecordRevoked(event) => (Some(event.record), Some(event.reason), None),
            Event::RecordRestored(event) => (Some(event.record), Some(event.reason), None),
            Event::DisplayWithdrawn(event) => (Some(event.record), None, None),
            Event::DisplayResumed(event) => (Some(event.record), None, None),
            Event::CaseExtended(event) => (Some(event.record), Some(event.reason), None),
            Event::RestorationDecided(event) => (Some(event.record), Some(event.reason), None),
            Event::RestorationUndone(event) => (Some(event.record), Some(event.reason), None),
            Event::ReviewDecided(event) => (Some(event.record), Some(event.reason), None),
            Event::NoticeAcknowledged(event) => (Some(event.record), Some(event.done), None),
            Event::IdentifierVerified(event) => (None, Some(event.reason), None),
            Event::SubjectTold(event) => {
                notice = Some(event.told);
                (None, None, None)
            }
            Event::RecordsErased(event) => (None, Some(event.told()), None),
            _ => (of_record, None, None),
        };
        Self { entry, at, kind, article, by, record, reason, content, notice, case }
    }
}

impl HistoryLine {
    /// The line as the filer reads it: personal fields and numbers masked.
    #[must_use]
    pub fn masked(mut self, item: Option<&CompiledItem>) -> Self {
        self.reason = self.reason.as_deref().map(mask_text);
        if let Some(content) = &mut self.content {
            for (name, value) in &mut content.fields {
                let field = item.and_then(|item| item.format.field(name));
                if field.is_none_or(|field| field.annotation.personal) {
                    *value = mask_value(value, field.and_then(|field| field.annotation.role));
                }
            }
        }
        self
    }
}

/// In whose name: a subject is `self` only to itself; someone else's look at it is never called its own.
fn name_of(caller: &Caller, about: Option<SubjectNumber>) -> String {
    if let Some(office) = caller.office() {
        return office.0.clone();
    }
    match caller.holder() {
        Some(Holder::ThirdParty { name, .. }) => name.clone(),
        Some(Holder::Subject { subject }) if Some(*subject) == about => "self".to_owned(),
        Some(Holder::Subject { .. }) => "another_subject".to_owned(),
        Some(Holder::Office { .. } | Holder::Operator) | None => "operator".to_owned(),
    }
}
