//! How each field of an item's format gets its value: read once from the published catalogue, so that the demo city follows
//! the catalogue and not the other way round.

use register::catalogue::CompiledItem;
use register::format::Role;
use serde_json::Value;

/// What stands in a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// The subject's name.
    SubjectName,
    /// The subject's unified code.
    SubjectCode,
    /// The type of a person's document.
    DocumentType,
    /// The number of a person's document.
    PersonNumber,
    /// The subject's category.
    Category,
    /// The number of the document that the record rests on.
    DocumentNumber,
    /// The number of a certificate.
    CertificateNumber,
    /// A digest of the document.
    Digest,
    /// The day of the finding.
    FindingDay,
    /// A day so many days from the finding at the least, and so many at the most.
    Near(i64, i64),
    /// The name of the authority.
    AuthorityName,
    /// The code of the authority.
    AuthorityCode,
    /// The name of a human being: a representative, an operator.
    HumanName,
    /// The address.
    Address,
    /// The scope of business.
    Scope,
    /// The industry.
    Industry,
    /// The legal form.
    EntityType,
    /// The day on which the subject was established.
    Established,
    /// An amount in fen, from and to in yuan.
    Amount(u64, u64),
    /// A whole number from and to.
    Number(u64, u64),
    /// One of these words.
    OneOf(Vec<String>),
    /// The first of these words more often than all the others together.
    Mostly(Vec<String>),
    /// A list with one of these words.
    ListOf(Vec<String>),
    /// The content of a violation or permit, by the name of the field.
    Scenario(Scenario),
    /// A fixed text.
    Text(&'static str),
    /// A contract, document or the like named by year and number.
    Numbered(&'static str),
}

/// A part of a violation, a permit, a pledge and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// The kind of violation.
    ViolationKind,
    /// What was found.
    Facts,
    /// The law.
    Basis,
    /// The kinds of penalty.
    PenaltyKinds,
    /// The penalty in words.
    PenaltyContent,
    /// The fine.
    Fine,
    /// What was confiscated.
    Confiscated,
    /// The licence.
    Licence,
    /// The title of a permit's document.
    PermitDocument,
    /// The kind of a permit.
    PermitKind,
    /// The certificate of a permit.
    PermitCertificate,
    /// What is permitted.
    PermitContent,
    /// What is pledged.
    PledgeMatter,
    /// The pledge in words.
    PledgeContent,
    /// A title.
    Title,
    /// Its specialty.
    Specialty,
}

/// One field with what stands in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The name of the field.
    pub name: String,
    /// What stands there.
    pub source: Source,
    /// In how many of a hundred records it stands there.
    pub in_a_hundred: u64,
}

/// How the fields of an item are filled.
#[must_use]
pub fn plan(item: &CompiledItem) -> Vec<Planned> {
    let properties = item.format.schema().get("properties");
    item.format
        .fields()
        .iter()
        .filter_map(|field| {
            let schema =
                properties.and_then(|properties| properties.get(&field.name)).unwrap_or(&Value::Null);
            let short = (field.name == "ends_day").then_some(Source::Near(15, 30));
            let source = short
                .or_else(|| by_role(field.annotation.role))
                .or_else(|| by_name(&field.name, &item.item.code.0, schema))
                .or_else(|| field.required.then(|| by_schema(schema)))?;
            let in_a_hundred = if field.required || always(&source) { 100 } else { 40 };
            Some(Planned { name: field.name.clone(), source, in_a_hundred })
        })
        .collect()
}

/// What belongs together is written together.
const fn always(source: &Source) -> bool {
    matches!(
        source,
        Source::Scenario(_)
            | Source::CertificateNumber
            | Source::AuthorityCode
            | Source::Near(..)
            | Source::Amount(..)
    )
}

fn by_role(role: Option<Role>) -> Option<Source> {
    Some(match role? {
        Role::SubjectCode => Source::SubjectCode,
        Role::SubjectDocumentType => Source::DocumentType,
        Role::SubjectDocumentNumber => Source::PersonNumber,
        Role::SubjectCategory => Source::Category,
        Role::SubjectName => Source::SubjectName,
        Role::DocumentNumber => Source::DocumentNumber,
        Role::DocumentDigest => Source::Digest,
        Role::CertificateNumber => Source::CertificateNumber,
        Role::FindingDay => Source::FindingDay,
        Role::ConductDay => Source::Near(-60, -10),
        Role::AuthorityCode => Source::AuthorityCode,
        Role::ValidUntil => Source::Near(365, 1800),
    })
}

fn by_name(name: &str, item: &str, schema: &Value) -> Option<Source> {
    let words = words_of(schema);
    Some(match name {
        "entity_type" => Source::EntityType,
        "legal_representative" | "operator_name" => Source::HumanName,
        "address" | "business_place" => Source::Address,
        "business_scope" => Source::Scope,
        "industry" => Source::Industry,
        "established_day" => Source::Established,
        "registered_capital_fen" => Source::Amount(100_000, 50_000_000),
        "registration_state" | "payment_state" | "performance_state" | "composition" if !words.is_empty() => {
            Source::Mostly(words)
        }
        "source_unit" => Source::AuthorityName,
        "source_unit_code" => Source::AuthorityCode,
        "valid_from_day" => Source::Near(0, 0),
        "status" => Source::Number(1, 1),
        "violation_type" => Source::Scenario(Scenario::ViolationKind),
        "facts" => Source::Scenario(Scenario::Facts),
        "legal_basis" => Source::Scenario(Scenario::Basis),
        "penalty_kinds" => Source::Scenario(Scenario::PenaltyKinds),
        "penalty_content" => Source::Scenario(Scenario::PenaltyContent),
        "fine_fen" => Source::Scenario(Scenario::Fine),
        "confiscated_fen" => Source::Scenario(Scenario::Confiscated),
        "licence_affected" => Source::Scenario(Scenario::Licence),
        "decision_document_name" => Source::Scenario(Scenario::PermitDocument),
        "permit_kind" => Source::Scenario(Scenario::PermitKind),
        "certificate_name" => Source::Scenario(Scenario::PermitCertificate),
        "permit_content" => Source::Scenario(Scenario::PermitContent),
        "pledge_matter" => Source::Scenario(Scenario::PledgeMatter),
        "pledge_content" => Source::Scenario(Scenario::PledgeContent),
        "title_name" => Source::Scenario(Scenario::Title),
        "specialty" => Source::Scenario(Scenario::Specialty),
        "honour_name" if item.ends_with("-person") => listed(super::scenarios::PERSONAL_HONOURS),
        "honour_name" => listed(super::scenarios::HONOURS),
        "organisation_name" | "recipient_name" => listed(super::scenarios::RECIPIENTS),
        "project_name" => listed(super::scenarios::PROJECTS),
        "contract_name" => listed(super::scenarios::CONTRACTS),
        "content" => Source::Text("连续三年履行信用承诺，事迹突出。"),
        "purpose" => Source::Text("用于社区助老项目。"),
        "duty" => Source::Text("给付货款及逾期付款利息。"),
        "executing_court" => Source::Text("北京市示范区人民法院（演示）"),
        "basis_unit" => Source::Text("北京市示范区人民法院（演示）"),
        "contracting_unit" => Source::Text("北京市示范区机关事务中心（演示）"),
        "basis_document_number" => Source::Numbered("京示民初"),
        "pledge_document_number" => Source::Numbered("京示承"),
        "arrears_fen" => Source::Amount(10_000, 3_000_000),
        "donation_fen" => Source::Amount(1_000, 500_000),
        "contract_amount_fen" => Source::Amount(50_000, 8_000_000),
        "service_hours" => Source::Number(2, 120),
        "signed_day" | "case_filed_day" | "arrears_from_day" | "served_from_day" => Source::Near(-300, -120),
        "arrears_until_day" | "served_until_day" => Source::Near(-60, -5),
        "paid_through_day" => Source::Near(-30, -1),
        _ if name.ends_with("_authority") || name == "accepting_authority" => Source::AuthorityName,
        _ => return None,
    })
}

fn listed(words: &[&str]) -> Source {
    Source::OneOf(words.iter().map(|word| (*word).to_owned()).collect())
}

/// Whatever the schema accepts, for a required field that nobody foresaw.
fn by_schema(schema: &Value) -> Source {
    let words = words_of(schema);
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => Source::ListOf(words_of(schema.get("items").unwrap_or(&Value::Null))),
        Some("integer") => {
            let from = schema.get("minimum").and_then(Value::as_u64).unwrap_or_default();
            Source::Number(from, from)
        }
        _ if !words.is_empty() => Source::OneOf(words),
        _ if schema.get("format").and_then(Value::as_str) == Some("date") => Source::Near(-20, -1),
        _ => Source::Text("演示"),
    }
}

/// The words that a schema admits: an enumeration, or a pattern that is a plain list of words.
fn words_of(schema: &Value) -> Vec<String> {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    let pattern = schema.get("pattern").and_then(Value::as_str).unwrap_or_default();
    let list = pattern.strip_prefix("^(").and_then(|rest| rest.strip_suffix(")$")).unwrap_or_default();
    let plain = |word: &&str| !word.is_empty() && !word.contains(['[', '.', '+', '*', '\\', '(']);
    list.split('|').filter(plain).map(str::to_owned).collect()
}
