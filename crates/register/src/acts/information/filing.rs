//! Filing (Articles 11, 12, 14, 15, 17, 53(1)).
//!
//! Departments aggregate what they lawfully collected, following the catalogue, on the basis of documents with legal effect;
//! it must be accurate and complete (14). What the catalogue does not list, what another department provides (11), what is
//! of a special category (17), what is adverse about conduct before the age of 18, is not filed. Each line is judged by
//! itself, and a refusal names the field, the reason, the article and the remedy.

use std::sync::Arc;

use law::identifier::CitizenId;
use law::{Citation, Day, InformationClass, LawInForce, Severity};
use serde_json::{Map, Value as Json};

use crate::authority::{Authority, AuthorityCode};
use crate::catalogue::{CompiledItem, Disclosure, ItemCode};
use crate::format::Role;
use crate::record::{BatchNumber, Content, RecordNumber};
use crate::rules::identification::{Identified, identify_line};
use crate::rules::masking::mask_identifier;
use crate::rules::{competence, completeness, personal_numbers};
use crate::ruling::{Bilingual, Ground, Refusal};
use crate::subject::{SubjectIdentifier, SubjectNumber};

// --- facts -------------------------------------------------------------------------------------------------------------

/// What the law makes relevant to a batch.
#[derive(Debug)]
pub struct FilingFacts<'a> {
    /// The authority that files.
    pub authority: &'a Authority,
    /// The catalogue item.
    pub item: &'a CompiledItem,
    /// The number of the catalogue's edition.
    pub edition: u64,
}

/// What is already held that a judged line may repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldStatement {
    /// The record.
    pub record: RecordNumber,
    /// The batch by which it was filed.
    pub batch: BatchNumber,
    /// Whether its content is the same.
    pub same_content: bool,
}

// --- commands ----------------------------------------------------------------------------------------------------------

/// A line that was judged lawful: ready to be filed once its subject has a number.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedLine {
    /// The line in the file, from 1.
    pub line: u64,
    /// Whom it is about.
    pub identified: Identified,
    /// Its severity.
    pub severity: Option<Severity>,
    /// Day 0 of every period.
    pub finding_day: Day,
    /// The day of filing.
    pub filed_day: Day,
    /// The organisation's name, where the line may give one for search.
    pub name: Option<String>,
    /// The content: shared, since a line may be filed in more than one try.
    pub content: Arc<Content>,
}

/// The batch into which a line is filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Into<'a> {
    /// The batch's number.
    pub batch: BatchNumber,
    /// Whether the batch is all-or-nothing: then its records are seen by nobody until it comes into force.
    pub staged: bool,
    /// The facts of the batch.
    pub item: &'a ItemCode,
    /// The authority.
    pub authority: &'a AuthorityCode,
    /// The edition.
    pub edition: u64,
    /// The item's class.
    pub class: InformationClass,
}

// --- events ------------------------------------------------------------------------------------------------------------

mod events;

pub use events::{BatchClosed, BatchOpened, OrganisationName, RecordFiled, SubjectRegistered};

// --- deciding ----------------------------------------------------------------------------------------------------------

/// Whether an authority may file this item at all: asked before a file is read, and again for each line's entry.
///
/// Articles: 11, 14, 53(1)
///
/// # Errors
/// The refusal, naming who is competent.
pub fn may_file(facts: &FilingFacts<'_>) -> Result<(), Refusal> {
    competence::may_provide(facts.authority, &facts.item.item).map_err(Refusal::from)
}

/// Judges one line by itself: of the format, complete, about a subject of the right kind, found by a document, not in the
/// future, of age, without personal numbers in free text. Every ground is reported, not only the first.
///
/// Articles: 11, 12, 14, 15, 17
///
/// # Errors
/// Every ground on which the line is refused.
pub fn judge(
    law: &LawInForce,
    facts: &FilingFacts<'_>,
    line: u64,
    content: Map<String, Json>,
) -> Result<JudgedLine, Vec<Ground>> {
    let format = &facts.item.format;
    let whole = Json::Object(content);
    let mut grounds: Vec<Ground> = facts
        .item
        .departures(&whole)
        .into_iter()
        .map(|(field, reason)| departure(format, &field, &reason))
        .collect();
    let content = if let Json::Object(content) = whole { content } else { Map::new() };
    let today = law.day();
    let identified = identify_line(format, &facts.item.item.subject_kinds, &content, today);
    if let Err(found) = &identified {
        // A missing identifier was already said by the format; say it once, in the words of the law.
        grounds.extend(found.iter().cloned());
    }
    let finding_day = day_of(format, Role::FindingDay, &content, &mut grounds);
    if let Some(day) = finding_day
        && day > today
    {
        grounds.push(
            Ground::new(
                "decision_in_the_future",
                Citation::article(14),
                Bilingual::made(
                    format!("认定日期 {day} 晚于今天 {today}"),
                    format!("the day of the decision, {day}, is after today, {today}"),
                ),
            )
            .field(field_name(format, Role::FindingDay))
            .remedy(Bilingual::new(
                "核对文书日期；作出后再报送",
                "check the document's date; file it once it was made",
            )),
        );
    }
    let conduct_day = day_of(format, Role::ConductDay, &content, &mut grounds).or(finding_day);
    if let (Ok(identified), Some(day)) = (&identified, conduct_day)
        && facts.item.item.class == InformationClass::Untrustworthiness
    {
        match is_minor_at(law, &identified.identifier, day) {
            Ok(false) => {}
            Err(ground) => grounds.push(ground),
            Ok(true) => grounds.push(
                Ground::new(
                    "conduct_before_full_age",
                    Citation::article(6),
                    Bilingual::new(
                        "不报送未满十八周岁时行为的失信信息",
                        "nothing adverse about conduct before the age of 18 is filed",
                    ),
                )
                .field(field_name(format, Role::ConductDay))
                .remedy(Bilingual::new("不要报送该记录", "do not file this record")),
            ),
        }
    }
    grounds.extend(numbers_in_text(facts.item, &content));
    if let Some(code) = format.text_of(Role::AuthorityCode, &content)
        && let check = law::identifier::check(code, Some(law::identifier::IdentifierKind::UnifiedCode), today)
        && check.verdict == law::identifier::Verdict::Rejected
    {
        grounds.push(
            Ground::new(
                "authority_code_refused",
                Citation::article(14),
                Bilingual::made(
                    format!("机关代码 `{}` 不是统一社会信用代码", mask_identifier(code)),
                    format!(
                        "the authority's code `{}` is no unified social credit code",
                        mask_identifier(code)
                    ),
                ),
            )
            .field(field_name(format, Role::AuthorityCode))
            .remedy(Bilingual::new("填写机关的18位代码", "enter the authority's code of 18 characters")),
        );
    }
    match (identified, finding_day) {
        (Ok(identified), Some(finding_day)) if grounds.is_empty() => {
            Ok(judged(facts, line, content, identified, finding_day, today))
        }
        _ => {
            if grounds.is_empty() {
                grounds.push(departure(
                    format,
                    &field_name(format, Role::FindingDay),
                    &Bilingual::new("缺失", "is missing"),
                ));
            }
            grounds.dedup_by(|later, earlier| later.field == earlier.field && later.code == earlier.code);
            Err(grounds)
        }
    }
}

fn judged(
    facts: &FilingFacts<'_>,
    line: u64,
    content: Map<String, Json>,
    identified: Identified,
    finding_day: Day,
    today: Day,
) -> JudgedLine {
    let format = &facts.item.format;
    let of = |role| format.text_of(role, &content).map(|text| text.trim().to_owned());
    let nameable = !identified.kind.is_human() && facts.item.item.disclosure == Disclosure::Proactive;
    let name = if nameable { of(Role::SubjectName) } else { None };
    let document_number = of(Role::DocumentNumber).unwrap_or_default();
    let certificate_number = of(Role::CertificateNumber).filter(|number| !number.is_empty());
    // The subject's identifiers are held once, sealed, with the subject: not again in every record.
    let identifiers = [Role::SubjectCode, Role::SubjectDocumentType, Role::SubjectDocumentNumber]
        .map(|role| format.role(role).map(|field| field.name.as_str()));
    let fields = content
        .into_iter()
        .filter(|(name, value)| !value.is_null() && !identifiers.contains(&Some(name.as_str())))
        .collect();
    let content = Content { document_number, certificate_number, fields };
    let severity = facts.item.item.severity.as_ref().map(|rule| rule.judge(&content.fields));
    let content = Arc::new(content);
    JudgedLine { line, identified, severity, finding_day, filed_day: today, name, content }
}

/// What becomes of a judged line, once its subject has a number and it is known what is held already.
#[derive(Debug, Clone, PartialEq)]
pub enum Filed {
    /// It is filed.
    New(Box<RecordFiled>),
    /// It says what is held already, by this batch (when it was interrupted and goes on) or an earlier one.
    Unchanged(HeldStatement),
    /// It changes what is held: that is a correction, which has its own act and reason.
    Refused(Box<Ground>),
}

/// Files a judged line as a record, under the pen.
///
/// Articles: 14
#[must_use]
pub fn file(
    into: &Into<'_>,
    judged: JudgedLine,
    subject: SubjectNumber,
    has_name: bool,
    names_the_subject: bool,
    held: Option<HeldStatement>,
    record: RecordNumber,
) -> Filed {
    if let Some(held) = held {
        if held.same_content {
            return Filed::Unchanged(held);
        }
        let number = held.record.0;
        return Filed::Refused(Box::new(
            Ground::new(
                "changed_statement",
                Citation::article(14),
                Bilingual::made(
                    format!("同一条目、单位、文书号、主体和证书号的记录 {number} 已存在，内容不同"),
                    format!("record {number} of the same item, authority, document number, subject and certificate is held with another content"),
                ),
            )
            .field("document_number")
            .remedy(Bilingual::made(
                format!("用更正办理：`POST /api/v1/records/{number}/corrections`，并说明理由"),
                format!("correct it, with the reason: `POST /api/v1/records/{number}/corrections`"),
            )),
        ));
    }
    let code = judged.identified.identifier.value;
    let name =
        judged.name.filter(|_| names_the_subject || !has_name).map(|name| OrganisationName { name, code });
    Filed::New(Box::new(RecordFiled {
        record,
        subject,
        batch: into.batch,
        line: judged.line,
        item: into.item.clone(),
        edition: into.edition,
        authority: into.authority.clone(),
        class: into.class,
        severity: judged.severity,
        finding_day: judged.finding_day,
        filed_day: judged.filed_day,
        staged: into.staged,
        name,
        content: judged.content,
    }))
}

fn departure(format: &crate::format::Format, field: &str, reason: &Bilingual) -> Ground {
    let (written, name) = format.field(field).map_or_else(
        || ("该行".to_owned(), "line".to_owned()),
        |known| (format!("“{}”", known.chinese_name), known.name.clone()),
    );
    let reason_zh = if reason.zh.starts_with(completeness::MISSING_ZH) {
        format!("{}{written}", completeness::MISSING_ZH)
    } else {
        format!("{written}不符合数据格式：{}", reason.zh)
    };
    let subject = if field.is_empty() { "the line".to_owned() } else { format!("`{field}`") };
    // A missing field is named by the reason itself.
    let reason_en =
        if reason.en.starts_with('`') { reason.en.to_string() } else { format!("{subject} {}", reason.en) };
    Ground::new("not_of_the_format", Citation::article(11), Bilingual::made(reason_zh, reason_en))
        .field(name)
        .remedy(Bilingual::new(
            "按目录条目的数据格式补正后重新报送该行",
            "bring the line into the item's data format and file it again",
        ))
}

fn day_of(
    format: &crate::format::Format,
    role: Role,
    content: &Map<String, Json>,
    grounds: &mut Vec<Ground>,
) -> Option<Day> {
    let text = format.text_of(role, content)?;
    match text.parse() {
        Ok(day) => Some(day),
        Err(_) => {
            let name = field_name(format, role);
            // The format has already refused an impossible date where it says `format: date`.
            if !grounds.iter().any(|ground| ground.field.as_deref() == Some(name.as_str())) {
                grounds.push(departure(
                    format,
                    &name,
                    &Bilingual::new("不是日历上的日期", "is no day of the calendar"),
                ));
            }
            None
        }
    }
}

fn field_name(format: &crate::format::Format, role: Role) -> String {
    format.role(role).map_or_else(String::new, |field| field.name.clone())
}

/// Whether a person whose identifier tells the birth date had not reached the age of the law on a day. Where the law in
/// force names no age, that is an error, never a silent default.
fn is_minor_at(law: &LawInForce, identifier: &SubjectIdentifier, day: Day) -> Result<bool, Ground> {
    let Ok(number) = CitizenId::parse(&identifier.value, law.day()) else { return Ok(false) };
    let age = law.minimum_age_years().map_err(|error| {
        Ground::new(
            "no_rule_applies",
            Citation::article(6),
            Bilingual::made(format!("没有可适用的规则：{error}"), format!("no rule applies: {error}")),
        )
    })?;
    Ok(!number.is_of_age(day, age.value))
}

/// Free text is read for identity and telephone numbers; every other text that is no identifier of the subject, and is
/// not masked as a person's, for identity numbers.
fn numbers_in_text(item: &CompiledItem, content: &Map<String, Json>) -> Vec<Ground> {
    let holds = |free_text: bool, text: &str| {
        if free_text {
            !personal_numbers::find(text).is_empty()
        } else {
            personal_numbers::holds_citizen_id(text)
        }
    };
    item.format
        .fields()
        .iter()
        .filter(|field| {
            let identifies =
                matches!(field.annotation.role, Some(Role::SubjectCode | Role::SubjectDocumentNumber));
            !identifies && (field.annotation.free_text || !field.annotation.personal)
        })
        .filter(|field| match content.get(&field.name) {
            Some(Json::String(text)) => holds(field.annotation.free_text, text),
            Some(Json::Array(list)) => {
                list.iter().filter_map(Json::as_str).any(|text| holds(field.annotation.free_text, text))
            }
            _ => false,
        })
        .map(|field| {
            Ground::new(
                "personal_number_in_text",
                Citation::article(6),
                Bilingual::made(
                    format!("“{}”中含有证件号码或电话号码", field.chinese_name),
                    format!("`{}` contains an identity or telephone number", field.name),
                ),
            )
            .field(field.name.clone())
            .remedy(Bilingual::new(
                "删去号码后重新报送该行；如各列错位，请核对整个文件",
                "take the number out and file the line again; if columns have slipped, check the whole file",
            ))
        })
        .collect()
}
