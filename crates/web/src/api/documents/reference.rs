//! The rules themselves: catalogue, authorities, law.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Bilingual, InformationClass, Severity, SubjectKind};

/// The disclosure situation (公开属性).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Disclosure {
    /// 主动公开
    Proactive,
    /// 依申请公开
    OnApplication,
    /// 不予公开
    NotDisclosed,
}

/// The sharing category (共享属性).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sharing {
    /// 无条件共享
    Unconditional,
    /// 有条件共享
    Conditional,
    /// 不予共享
    NotShared,
}

/// The usage authorisation (使用权限).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Usage {
    /// The duties of Article 20 for which it is shared.
    duties: Vec<u8>,
    /// The duties for which personal fields are not masked.
    unmasked_duties: Vec<u8>,
}

/// The rank of a legal basis.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Rank {
    /// 规范性文件
    NormativeDocument,
    /// 规章
    Rule,
    /// 地方性法规
    LocalRegulation,
    /// 行政法规
    AdministrativeRegulation,
    /// 法律
    Law,
}

/// A legal basis.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LegalBasis {
    /// The instrument and article.
    name: Bilingual,
    /// Its rank.
    rank: Rank,
}

/// The display period (公示期限).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DisplayPeriod {
    /// As long as Article 15 allows.
    ByLaw,
    /// At most this many months.
    AtMostMonths(u32),
    /// Longer, because a law or administrative regulation says so.
    Extended {
        /// Months from the finding.
        months: u32,
        /// The law that says so.
        basis: LegalBasis,
    },
}

/// How severe a record is, by the sector's published standard.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeverityRule {
    /// The standard and its version.
    standard: Bilingual,
    /// What applies where nothing below does.
    otherwise: Severity,
    /// The field whose words decide.
    #[schema(required = false)]
    field: Option<String>,
    /// Words that make it minor.
    minor: Vec<String>,
    /// Words that make it general.
    general: Vec<String>,
    /// Words that make it serious.
    serious: Vec<String>,
    /// An amount from which it is serious.
    #[schema(required = false)]
    serious_amount: Option<SeriousAmount>,
}

/// An amount from which a record is serious.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeriousAmount {
    /// The field that holds the amount.
    field: String,
    /// From this many fen on.
    from_fen: i64,
}

/// An item of the catalogue with every element of Article 11.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatalogueItem {
    /// Its code.
    code: String,
    /// The information's name (信息名称).
    name: Bilingual,
    /// Its class (Article 12).
    class: InformationClass,
    /// The kind in the national basic catalogue.
    national_kind: Bilingual,
    /// The providing units (提供单位).
    providers: Vec<String>,
    /// The kinds of subject it is about.
    subject_kinds: Vec<SubjectKind>,
    /// The disclosure situation (公开属性).
    disclosure: Disclosure,
    /// The display period (公示期限).
    display_period: DisplayPeriod,
    /// The sharing category (共享属性).
    sharing: Sharing,
    /// The usage authorisation (使用权限).
    usage: Usage,
    /// The update period (更新周期): filed within this many working days of the finding.
    update_period_working_days: u32,
    /// The legal bases.
    bases: Vec<LegalBasis>,
    /// The severity rule.
    #[schema(required = false)]
    severity: Option<SeverityRule>,
    /// Whether the subject may withdraw it from display (Article 36).
    withdrawable: bool,
    /// Whether its name column gives an organisation the name under which it is found.
    names_the_subject: bool,
    /// The data format (数据格式), a closed JSON Schema; it is left out of the list of items.
    #[schema(value_type = Object, required = false)]
    format: Option<serde_json::Value>,
}

/// The edition of the catalogue in force.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalogue {
    /// The number of the edition in this city.
    number: u64,
    /// Its name.
    edition: String,
    /// Its title.
    title: Bilingual,
    /// Who compiled and who approved it.
    approval: Bilingual,
    /// The items.
    items: Vec<CatalogueItem>,
}

/// Whether an authority acts for the city or a district.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// 市级
    Municipal,
    /// 区级
    District,
}

/// An authority.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Authority {
    /// Its code in this city.
    code: String,
    /// Its name.
    name: Bilingual,
    /// City or district.
    level: Level,
    /// The division's code (GB/T 2260).
    division: String,
    /// Its unified social credit code.
    #[schema(required = false)]
    unified_code: Option<String>,
    /// The municipal authority whose items it files as well.
    #[schema(required = false)]
    parent: Option<String>,
    /// The duties of Article 20 that it performs.
    duties: Vec<u8>,
    /// Whether it is the big data centre (Article 13); left out where it is not.
    #[serde(default)]
    operates_platform: bool,
    /// Whether it is the competent department, which reviews decisions on objections (Articles 4, 33); left out where it is not.
    #[serde(default)]
    competent_department: bool,
}

/// The enrolled authorities.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Authorities {
    /// By code.
    authorities: Vec<Authority>,
}

/// What an article leaves open.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Discretion {
    /// The open words.
    open: String,
    /// The same in Chinese.
    open_zh: String,
    /// What is declared for them.
    declared: String,
    /// The same in Chinese.
    declared_zh: String,
    /// Why.
    reason: String,
    /// The same in Chinese.
    reason_zh: String,
}

/// An article and what carries it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LawRow {
    /// Its number.
    article: u8,
    /// What it is about.
    title: String,
    /// The same in Chinese.
    title_zh: String,
    /// What it asks, in our words.
    summary: String,
    /// The same in Chinese.
    summary_zh: String,
    /// The rules that carry it.
    rules: Vec<String>,
    /// The acts that carry it.
    acts: Vec<String>,
    /// The tests that prove it.
    tests: Vec<String>,
    /// The pages that show it.
    pages: Vec<String>,
    /// Why no code is needed for it.
    why_none: Option<String>,
    /// The same in Chinese.
    why_none_zh: Option<String>,
    /// What it leaves open, and what is declared.
    discretions: Vec<Discretion>,
}

/// The articles.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LawTable {
    /// The day for which this holds.
    #[schema(format = Date)]
    as_of: String,
    /// The versions of the instruments that apply.
    in_force: Vec<String>,
    /// The 56 articles.
    articles: Vec<LawRow>,
}
