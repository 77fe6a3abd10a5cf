//! The documents of the API, described for OpenAPI. They are written by the crates that make them; here stands only their
//! form, and the tests hold every answer against it, closed: a field that is missing here or there fails.

mod access;
mod answers;
mod cases;
mod incidents;
mod reference;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use access::*;
pub(crate) use answers::*;
pub(crate) use cases::*;
pub(crate) use incidents::*;
pub(crate) use reference::*;

/// A text in both languages.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bilingual {
    /// Simplified Chinese.
    zh: String,
    /// English.
    en: String,
}

/// One reason of a decision.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ground {
    /// A stable word for programs.
    #[schema(example = "not_in_catalogue")]
    code: String,
    /// Where the law says so: `20(1)` is of the Beijing draft, `ndrc-36:12` of another instrument.
    #[schema(example = "20(1)")]
    article: String,
    /// The field of the input concerned.
    #[schema(required = false)]
    field: Option<String>,
    /// What is the matter.
    reason: Bilingual,
    /// What the reader can do.
    #[schema(required = false)]
    remedy: Option<Bilingual>,
}

/// Why a request got no answer (RFC 9457).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProblemDocument {
    /// The address of the kind of problem, where a page explains it.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/problems/refused")]
    kind: String,
    /// The kind in English.
    title: String,
    /// The kind in Chinese.
    title_zh: String,
    /// The HTTP status.
    status: u16,
    /// What is the matter this time.
    detail: String,
    /// The same in Chinese.
    detail_zh: String,
    /// The path that was asked for.
    #[schema(required = false)]
    instance: Option<String>,
    /// The number of the request, by which the operator finds it in the log.
    #[schema(required = false)]
    request: Option<String>,
    /// The field of a malformed input.
    #[schema(required = false)]
    field: Option<String>,
    /// What the law says to it.
    grounds: Vec<Ground>,
}

/// Nothing: the address says it all.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an empty object")]
pub(crate) struct Nothing {}

/// The kinds of identifier.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IdentifierKind {
    /// 统一社会信用代码
    UnifiedSocialCreditCode,
    /// 公民身份号码
    CitizenId,
    /// 港澳台居民居住证
    ResidencePermit,
    /// 港澳居民来往内地通行证
    HongKongMacauTravelPermit,
    /// 台湾居民来往大陆通行证
    TaiwanTravelPermit,
    /// 中国护照
    ChinesePassport,
    /// 外国人永久居留身份证
    ForeignPermanentResidentId,
    /// 外国护照
    ForeignPassport,
}

/// The kinds of credit subject.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SubjectKind {
    /// 法人
    LegalPerson,
    /// 非法人组织
    UnincorporatedOrganisation,
    /// 个体工商户
    IndividualBusiness,
    /// 自然人
    NaturalPerson,
}

/// A kind of organisation.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrganisationKind {
    /// 法人.
    LegalPerson,
    /// 非法人组织.
    UnincorporatedOrganisation,
}

/// The classes of Article 12.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InformationClass {
    /// 基本信息
    Basic,
    /// 失信信息
    Untrustworthiness,
    /// 其他信息
    Other,
}

/// How grave a finding is.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    /// 轻微
    Minor,
    /// 一般
    General,
    /// 严重
    Serious,
}

/// Whether and until when a record is displayed (Article 15).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Display {
    /// Without a last day.
    LongTerm,
    /// Up to and including a day.
    Until {
        /// The last day.
        #[schema(format = Date)]
        last_day: String,
        /// The rule that sets it.
        article: String,
    },
    /// Its last day is past.
    Ended {
        /// The last day.
        #[schema(format = Date)]
        last_day: String,
        /// The rule that set it.
        article: String,
    },
    /// Not displayed.
    Not {
        /// Why, as a stable word.
        why: String,
        /// The article.
        article: String,
    },
}

/// A field of a shown record.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    /// Our name for it.
    name: String,
    /// Its Chinese name in the field's templates.
    chinese_name: String,
    /// Its value; amounts are whole fen.
    value: serde_json::Value,
    /// Whether a part of it is hidden.
    #[serde(default)]
    masked: bool,
}

/// A record as its viewer sees it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// Its number.
    record: u64,
    /// The version shown.
    version: u32,
    /// The catalogue item.
    item: String,
    /// The item's name.
    item_name: Bilingual,
    /// Its class.
    class: InformationClass,
    /// Its severity.
    #[schema(required = false)]
    severity: Option<Severity>,
    /// The authority that filed it.
    authority: String,
    /// The number of the document it rests on; empty where it is not disclosed.
    document_number: String,
    /// Day 0 of every period.
    #[schema(format = Date)]
    finding_day: String,
    /// The day of filing.
    #[schema(format = Date)]
    filed_day: String,
    /// Whether and until when it is displayed.
    display: Display,
    /// The journal's entry that carries this version.
    entry: u64,
    /// Its fields, in the format's order.
    fields: Vec<Field>,
    /// Whether an objection to it is open.
    #[schema(required = false)]
    #[serde(default)]
    under_objection: bool,
    /// For the subject: who else sees it, and what can be done.
    #[schema(required = false)]
    standing: Option<Standing>,
}

/// What a subject is told about a record beyond its content (Article 34).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standing {
    /// The disclosure situation of Article 11.
    disclosure: String,
    /// The sharing category of Article 11.
    sharing: String,
    /// The duties of Article 20 for which it is shared.
    duties: Vec<u8>,
    /// The entry that revoked it.
    #[schema(required = false)]
    revoked: Option<u64>,
    /// The entry that restored credit as to it.
    #[schema(required = false)]
    restored: Option<u64>,
    /// The entry that withdrew it from display.
    #[schema(required = false)]
    withdrawn: Option<u64>,
    /// The open objection to it: the number of the case.
    #[schema(required = false)]
    objection: Option<u64>,
    /// The entry that stopped its display under Article 37.
    #[schema(required = false)]
    stopped: Option<u64>,
    /// Who may see it today.
    seen_by: Reach,
    /// What the subject can do.
    remedies: Vec<Bilingual>,
}

/// Who may see a record today.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reach {
    /// Everyone, on the organisation's public page.
    everyone: bool,
    /// The duties of Article 20 for which any office sees it in a named matter.
    duties: Vec<u8>,
    /// Whether the office that filed it sees it for a duty of its own.
    filing_office: bool,
    /// Whether a written consent that names its item opens it.
    by_consent: bool,
}

/// How many records are withheld, and why.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withheld {
    /// How many.
    count: u64,
    /// The article.
    article: String,
    /// A stable word.
    code: String,
    /// In words.
    reason: Bilingual,
}

/// Why someone looked.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "for", rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// One's own information.
    Own,
    /// A duty of Article 20 in a named matter.
    Duty {
        /// The duty.
        duty: u8,
        /// The matter's number.
        matter: String,
    },
    /// A written consent.
    Consent {
        /// The consent's number.
        consent: u64,
    },
    /// The filing authority opened a record of its own (Article 14).
    OwnFiling {
        /// The record.
        record: u64,
    },
    /// The big data centre opened a record whose subject's code waited for verification (Articles 13, 14).
    Verification {
        /// The record.
        record: u64,
    },
}

/// A record that was shown, and in which version.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    /// The record.
    record: u64,
    /// The version.
    version: u32,
}

/// The head of the journal.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// The journal's name.
    origin: String,
    /// How many entries the newest checkpoint covers.
    size: u64,
    /// The root, 32 bytes in hexadecimal digits.
    root: String,
    /// The newest checkpoint, a signed note.
    checkpoint: String,
    /// The key that checks its signature.
    vkey: String,
    /// Whether all data are invented.
    demo: bool,
}

/// The proof that an entry stands in the journal.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InclusionProof {
    /// The entry.
    entry: u64,
    /// The size of the tree.
    size: u64,
    /// The leaf's hash, in hexadecimal digits.
    leaf_hash: String,
    /// The hashes from the leaf upwards, in hexadecimal digits.
    hashes: Vec<String>,
}

/// The proof that the journal only grew.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsistencyProof {
    /// The older size.
    from: u64,
    /// The newer size.
    size: u64,
    /// The hashes, in hexadecimal digits.
    hashes: Vec<String>,
}

/// A receipt: a signed promise, and the proof once a checkpoint covers the entry.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receipt {
    /// `credence-receipt/1`.
    format: String,
    /// The journal's name.
    origin: String,
    /// The entry.
    entry: u64,
    /// What was done, in words.
    #[schema(required = false)]
    act: Option<std::collections::BTreeMap<String, String>>,
    /// The public leaf.
    leaf: String,
    /// The promise, a signed note.
    promise: String,
    /// The proof.
    #[schema(required = false)]
    proof: Option<ReceiptProof>,
    /// The key that checks the signatures.
    vkey: String,
}

/// That an entry stands in a checkpoint.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptProof {
    /// The checkpoint, a signed note.
    checkpoint: String,
    /// The hashes from the leaf upwards, in base64.
    hashes: Vec<String>,
}

/// What was done.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Done {
    /// The journal's entry.
    entry: u64,
    /// The receipt.
    receipt: Receipt,
}

/// A consent that was given.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentDone {
    /// Its number.
    consent: u64,
    /// The journal's entry.
    entry: u64,
    /// The receipt.
    receipt: Receipt,
}
