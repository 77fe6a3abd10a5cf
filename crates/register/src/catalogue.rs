//! The catalogue of public credit information (公共信用信息目录, Articles 10-12): what may be filed, by whom, about
//! whom, who sees it and for how long. What the catalogue does not list is not filed.

use law::{InformationClass, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::authority::{AuthorityCode, Duty};
use crate::format::{Format, FormatError, Role};
use crate::rules::special_category;
use crate::ruling::Bilingual;
use crate::subject::SubjectKind;

/// The code of a catalogue item, such as `administrative-penalty`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemCode(pub String);

impl std::fmt::Display for ItemCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The disclosure situation (公开属性) of Article 11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// 主动公开: shown to everyone, for organisations and within the display period.
    Proactive,
    /// 依申请公开: shown to the subject, to officers whose duty allows it, and to holders of a consent.
    OnApplication,
    /// 不予公开: shown to the subject and to officers whose duty allows it; no consent opens it.
    NotDisclosed,
}

impl Disclosure {
    /// How widely it discloses, for comparing two editions.
    pub(crate) const fn breadth(self) -> u8 {
        match self {
            Self::NotDisclosed => 0,
            Self::OnApplication => 1,
            Self::Proactive => 2,
        }
    }
}

/// The sharing category (共享属性) of Article 11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// 无条件共享: for every duty of Article 20.
    Unconditional,
    /// 有条件共享: for the duties that the usage authorisation names.
    Conditional,
    /// 不予共享: for no office but the one that filed it.
    NotShared,
}

/// The usage authorisation (使用权限) of Article 11.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// The duties of Article 20 for which the item is shared, where sharing is conditional.
    #[serde(default)]
    pub duties: Vec<Duty>,
    /// The duties for which personal fields are shown unmasked, each because the duty cannot be done without.
    #[serde(default)]
    pub unmasked_duties: Vec<Duty>,
}

/// The rank of a legal basis; some effects need a high one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// 规范性文件
    NormativeDocument,
    /// 部门规章、地方政府规章
    Rule,
    /// 地方性法规
    LocalRegulation,
    /// 行政法规
    AdministrativeRegulation,
    /// 法律
    Law,
}

/// A legal basis of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// The instrument and article, as one would cite it.
    pub name: Bilingual,
    /// Its rank.
    pub rank: Rank,
}

/// The display period (公示期限) of Article 11.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DisplayPeriod {
    /// As long as Article 15 allows for the class: long-term for basic and other information, the limit of the
    /// severity for untrustworthiness.
    ByLaw,
    /// At most this many months, and never longer than the law allows.
    AtMostMonths(u32),
    /// Longer than three years, because a law or administrative regulation says so (Article 15, last clause).
    Extended {
        /// Months from the finding.
        months: u32,
        /// The law that says so; its rank must be administrative regulation or law.
        basis: LegalBasis,
    },
}

impl DisplayPeriod {
    /// The longest display that it allows beside the law, in months, for comparing two editions; by law alone counts as the
    /// ceiling of Article 15, and an extension is longer than any limit of an item.
    pub(crate) fn months_max(&self) -> u32 {
        match self {
            Self::AtMostMonths(months) => *months,
            Self::ByLaw => u32::MAX / 2,
            Self::Extended { months, .. } => (u32::MAX / 2).saturating_add(*months),
        }
    }
}

/// How severe a record of untrustworthiness is, judged by the item's own published standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityRule {
    /// The sector's standard and its version.
    pub standard: Bilingual,
    /// What applies where nothing below does.
    pub otherwise: Severity,
    /// The field (a list or text) whose words decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Words that make it minor when no other word stands beside them.
    #[serde(default)]
    pub minor: Vec<String>,
    /// Words that make it general.
    #[serde(default)]
    pub general: Vec<String>,
    /// Words that make it serious.
    #[serde(default)]
    pub serious: Vec<String>,
    /// An amount field in fen, and from how much on the record is serious.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serious_amount: Option<SeriousAmount>,
}

/// An amount from which a record is serious.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriousAmount {
    /// The field that holds the amount.
    pub field: String,
    /// From this many fen on.
    pub from_fen: i64,
}

impl SeverityRule {
    /// The severity of a record with this content: the highest that any word or amount gives.
    ///
    /// Articles: 15, 38
    #[must_use]
    pub fn judge(&self, content: &Map<String, Value>) -> Severity {
        let words: Vec<&str> = match self.field.as_deref().and_then(|name| content.get(name)) {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text.as_str()],
            _ => Vec::new(),
        };
        let mut found = words
            .iter()
            .map(|word| {
                let has = |list: &[String]| list.iter().any(|known| known == word);
                if has(&self.serious) {
                    Severity::Serious
                } else if has(&self.general) {
                    Severity::General
                } else if has(&self.minor) {
                    Severity::Minor
                } else {
                    self.otherwise
                }
            })
            .max()
            .unwrap_or(self.otherwise);
        if let Some(threshold) = &self.serious_amount
            && content
                .get(&threshold.field)
                .and_then(Value::as_i64)
                .is_some_and(|fen| fen >= threshold.from_fen)
        {
            found = Severity::Serious;
        }
        found
    }
}

/// How long records are kept at least, and the rule or decision that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// The months, from the day of the finding.
    pub months: u32,
    /// The rule or decision.
    pub source: String,
}

/// An item of the catalogue with every element of Article 11.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueItem {
    /// Its code.
    pub code: ItemCode,
    /// The information's name (信息名称).
    pub name: Bilingual,
    /// Basic, untrustworthiness or other information (Article 12).
    pub class: InformationClass,
    /// The kind in the national basic catalogue.
    pub national_kind: Bilingual,
    /// The providing units (提供单位). A district authority whose parent is named provides too.
    pub providers: Vec<AuthorityCode>,
    /// The kinds of subject it is about.
    pub subject_kinds: Vec<SubjectKind>,
    /// The disclosure situation (公开属性).
    pub disclosure: Disclosure,
    /// The display period (公示期限).
    pub display_period: DisplayPeriod,
    /// The sharing category (共享属性).
    pub sharing: Sharing,
    /// The usage authorisation (使用权限).
    pub usage: Usage,
    /// The update period (更新周期): a record is filed within this many working days of its finding.
    pub update_period_working_days: u32,
    /// The legal bases, at least one.
    pub bases: Vec<LegalBasis>,
    /// The severity rule; required for information on untrustworthiness, and for nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<SeverityRule>,
    /// Whether the subject may withdraw it from display (Article 36).
    #[serde(default)]
    pub withdrawable: bool,
    /// Whether its name and code columns give an organisation the name under which it is found.
    #[serde(default)]
    pub names_the_subject: bool,
    /// The law or regulation that excludes restoration, where one does (Article 38).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_restorable: Option<Bilingual>,
    /// How long records of this item are kept at least, where a rule says so: past it they may be erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// The data format (数据格式): a closed JSON Schema.
    pub format: Value,
}

/// A published edition of the catalogue (Article 10), as it is filed and journalled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueEdition {
    /// Its name, such as `beijing-demo-2026`.
    pub edition: String,
    /// Its title.
    pub title: Bilingual,
    /// Who compiled and who approved it.
    pub approval: Bilingual,
    /// The items.
    pub items: Vec<CatalogueItem>,
}

/// Why an edition cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("catalogue item `{item}`: {reason}")]
pub struct CatalogueError {
    /// The item's code.
    pub item: String,
    /// What is wrong and which article asks for it.
    pub reason: String,
}

/// An item ready for use: its format read and its schema compiled.
#[derive(Debug)]
pub struct CompiledItem {
    /// The item as published.
    pub item: CatalogueItem,
    /// Its format.
    pub format: Format,
    validator: jsonschema::Validator,
}

/// An edition ready for use.
#[derive(Debug)]
pub struct Catalogue {
    /// The number of the edition in this city, from 1.
    pub number: u64,
    /// The edition's name.
    pub edition: String,
    /// Its title.
    pub title: Bilingual,
    /// Who compiled and approved it.
    pub approval: Bilingual,
    items: Vec<CompiledItem>,
}

impl CompiledItem {
    /// Reads and checks an item: every element of Article 11, closed format, no special-category field.
    ///
    /// Articles: 11, 12, 15, 17
    ///
    /// # Errors
    /// [`CatalogueError`] with the element that is missing or forbidden.
    pub fn new(item: CatalogueItem) -> Result<Self, CatalogueError> {
        let refuse = |reason: String| CatalogueError { item: item.code.0.clone(), reason };
        let format =
            Format::new(item.format.clone()).map_err(|error: FormatError| refuse(error.to_string()))?;
        let of_item = [item.code.0.as_str(), item.name.zh.as_ref(), item.name.en.as_ref()];
        if of_item.into_iter().any(special_category::names_special_category) {
            return Err(refuse("the item is of a special category (Article 17)".to_owned()));
        }
        if let Some(field) =
            format.fields().iter().find(|field| field.names().any(special_category::names_special_category))
        {
            return Err(refuse(format!("the field `{}` is of a special category (Article 17)", field.name)));
        }
        if item.providers.is_empty() || item.subject_kinds.is_empty() || item.bases.is_empty() {
            return Err(refuse(
                "providing unit, subject kinds and legal basis must be named (Article 11)".to_owned(),
            ));
        }
        if (item.class == InformationClass::Untrustworthiness) != item.severity.is_some() {
            return Err(refuse(
                "a severity rule belongs to information on untrustworthiness and to nothing else (Article 15)".to_owned(),
            ));
        }
        if let DisplayPeriod::Extended { basis, .. } = &item.display_period
            && basis.rank < Rank::AdministrativeRegulation
        {
            return Err(refuse(
                "only a law or an administrative regulation extends display (Article 15)".to_owned(),
            ));
        }
        if item.withdrawable && item.class == InformationClass::Untrustworthiness {
            return Err(refuse(
                "only commendations and the like are withdrawn on request (Article 36)".to_owned(),
            ));
        }
        let needs = [Role::FindingDay, Role::DocumentNumber, Role::SubjectName];
        if let Some(role) =
            needs.into_iter().find(|role| format.role(*role).is_none_or(|field| !field.required))
        {
            return Err(refuse(format!(
                "the format must require a field with the role `{role:?}` (Article 14)"
            )));
        }
        let persons = item.subject_kinds.contains(&SubjectKind::NaturalPerson);
        let organisations = item.subject_kinds.iter().any(|kind| *kind != SubjectKind::NaturalPerson);
        if organisations && format.role(Role::SubjectCode).is_none()
            || persons && format.role(Role::SubjectDocumentNumber).is_none()
        {
            return Err(refuse(
                "the format must carry the subject's code or document number (Article 14)".to_owned(),
            ));
        }
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&item.format)
            .map_err(|error| refuse(format!("the data format is no JSON Schema: {error}")))?;
        Ok(Self { item, format, validator })
    }

    /// Every way in which a content departs from the format: field and reason.
    #[must_use]
    pub fn departures(&self, content: &Value) -> Vec<(String, Bilingual)> {
        crate::rules::completeness::departures(&self.validator, content)
    }
}

impl Catalogue {
    /// Reads an edition; every item is checked.
    ///
    /// # Errors
    /// Every fault that was found, not only the first.
    pub fn compile(number: u64, edition: CatalogueEdition) -> Result<Self, Vec<CatalogueError>> {
        let mut faults = Vec::new();
        let mut items: Vec<CompiledItem> = Vec::with_capacity(edition.items.len());
        for item in edition.items {
            if items.iter().any(|earlier| earlier.item.code == item.code) {
                faults
                    .push(CatalogueError { item: item.code.0, reason: "the code is used twice".to_owned() });
                continue;
            }
            match CompiledItem::new(item) {
                Ok(item) => items.push(item),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() {
            Ok(Self {
                number,
                edition: edition.edition,
                title: edition.title,
                approval: edition.approval,
                items,
            })
        } else {
            Err(faults)
        }
    }

    /// The items, in the edition's order.
    #[must_use]
    pub fn items(&self) -> &[CompiledItem] {
        &self.items
    }

    /// The item with this code.
    #[must_use]
    pub fn item(&self, code: &ItemCode) -> Option<&CompiledItem> {
        self.items.iter().find(|item| item.item.code == *code)
    }
}
