//! The columns of the double-publicity templates (双公示) of 2018 and later, and an empty template for a format.
//!
//! Field codes were confirmed in several unrelated code bases. Departments head their columns
//! by the code or by the Chinese name, or by both in two rows.

use register::format::{Field, Format};

/// Whether a template asks for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obligation {
    /// Always.
    Mandatory,
    /// Where it applies.
    Conditional,
    /// Never.
    Optional,
}

/// Whose file has a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Files about legal persons, other organisations and individual businesses.
    Organisations,
    /// Files about natural persons.
    Persons,
    /// Both.
    Everyone,
}

/// A column of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateColumn {
    /// Its code.
    pub code: &'static str,
    /// Its Chinese name.
    pub chinese_name: &'static str,
    /// Its name in English.
    pub english_name: &'static str,
    /// Whether it is asked for.
    pub obligation: Obligation,
    /// Whose file has it.
    pub audience: Audience,
    /// Whether it holds an identifier or another number of a document.
    pub is_identifier: bool,
}

/// The four templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// 行政许可, legal persons and other organisations.
    PermitOrganisations,
    /// 行政许可, natural persons.
    PermitPersons,
    /// 行政处罚, legal persons and other organisations.
    PenaltyOrganisations,
    /// 行政处罚, natural persons.
    PenaltyPersons,
}

const fn column(
    code: &'static str,
    chinese_name: &'static str,
    english_name: &'static str,
    obligation: Obligation,
    audience: Audience,
) -> TemplateColumn {
    TemplateColumn { code, chinese_name, english_name, obligation, audience, is_identifier: false }
}

const fn identifier(
    code: &'static str,
    chinese_name: &'static str,
    english_name: &'static str,
    obligation: Obligation,
    audience: Audience,
) -> TemplateColumn {
    TemplateColumn { code, chinese_name, english_name, obligation, audience, is_identifier: true }
}

use Audience::{Everyone, Organisations, Persons};
use Obligation::{Conditional, Mandatory, Optional};

/// The columns of administrative permits (行政许可).
pub const PERMIT: [TemplateColumn; 29] = [
    column("XK_XDR_MC", "行政相对人名称", "counterparty name", Mandatory, Everyone),
    column("XK_XDR_LB", "行政相对人类别", "counterparty type", Mandatory, Everyone),
    identifier(
        "XK_XDR_SHXYM",
        "行政相对人代码_1（统一社会信用代码）",
        "unified social credit code",
        Conditional,
        Organisations,
    ),
    identifier(
        "XK_XDR_GSZC",
        "行政相对人代码_2（工商注册号）",
        "business registration number",
        Optional,
        Organisations,
    ),
    identifier(
        "XK_XDR_ZZJG",
        "行政相对人代码_3（组织机构代码）",
        "organisation code",
        Optional,
        Organisations,
    ),
    identifier(
        "XK_XDR_SWDJ",
        "行政相对人代码_4（税务登记号）",
        "tax registration number",
        Optional,
        Organisations,
    ),
    identifier(
        "XK_XDR_SYDW",
        "行政相对人代码_5（事业单位证书号）",
        "public institution certificate",
        Optional,
        Organisations,
    ),
    identifier(
        "XK_XDR_SHZZ",
        "行政相对人代码_6（社会组织登记证号）",
        "social organisation certificate",
        Optional,
        Organisations,
    ),
    column("XK_FRDB", "法定代表人", "legal representative", Conditional, Organisations),
    column("XK_FR_ZJLX", "法定代表人证件类型", "representative's document type", Optional, Organisations),
    identifier(
        "XK_FR_ZJHM",
        "法定代表人证件号码",
        "representative's document number",
        Optional,
        Organisations,
    ),
    column("XK_XDR_ZJLX", "证件类型", "document type", Conditional, Persons),
    identifier("XK_XDR_ZJHM", "证件号码", "document number", Conditional, Persons),
    column("XK_XKWS", "行政许可决定文书名称", "decision document title", Mandatory, Everyone),
    column("XK_WSH", "行政许可决定文书号", "decision document number", Mandatory, Everyone),
    column("XK_XKLB", "许可类别", "permit kind", Mandatory, Everyone),
    column("XK_XKZS", "许可证书名称", "certificate name", Optional, Everyone),
    identifier("XK_XKBH", "许可编号", "permit number", Optional, Everyone),
    column("XK_NR", "许可内容", "content", Mandatory, Everyone),
    column("XK_JDRQ", "许可决定日期", "decision date", Mandatory, Everyone),
    column("XK_YXQZ", "有效期自", "valid from", Mandatory, Everyone),
    column("XK_YXQZI", "有效期至", "valid to", Mandatory, Everyone),
    column("XK_XKJG", "许可机关", "authority", Mandatory, Everyone),
    identifier("XK_XKJGDM", "许可机关统一社会信用代码", "authority's unified code", Mandatory, Everyone),
    column("XK_ZT", "当前状态", "status", Mandatory, Everyone),
    column("XK_LYDW", "数据来源单位", "data source unit", Mandatory, Everyone),
    identifier(
        "XK_LYDWDM",
        "数据来源单位统一社会信用代码",
        "data source unit's unified code",
        Mandatory,
        Everyone,
    ),
    column("BZ", "备注", "remark", Optional, Everyone),
    identifier(
        "XK_FR_SFZH",
        "法定代表人身份证号",
        "representative's identity number (old)",
        Optional,
        Organisations,
    ),
];

/// The columns of administrative penalties (行政处罚).
pub const PENALTY: [TemplateColumn; 30] = [
    column("CF_XDR_MC", "行政相对人名称", "counterparty name", Mandatory, Everyone),
    column("CF_XDR_LB", "行政相对人类别", "counterparty type", Mandatory, Everyone),
    identifier(
        "CF_XDR_SHXYM",
        "行政相对人代码_1（统一社会信用代码）",
        "unified social credit code",
        Conditional,
        Organisations,
    ),
    identifier(
        "CF_XDR_GSZC",
        "行政相对人代码_2（工商注册号）",
        "business registration number",
        Optional,
        Organisations,
    ),
    identifier(
        "CF_XDR_ZZJG",
        "行政相对人代码_3（组织机构代码）",
        "organisation code",
        Optional,
        Organisations,
    ),
    identifier(
        "CF_XDR_SWDJ",
        "行政相对人代码_4（税务登记号）",
        "tax registration number",
        Optional,
        Organisations,
    ),
    identifier(
        "CF_XDR_SYDW",
        "行政相对人代码_5（事业单位证书号）",
        "public institution certificate",
        Optional,
        Organisations,
    ),
    identifier(
        "CF_XDR_SHZZ",
        "行政相对人代码_6（社会组织登记证号）",
        "social organisation certificate",
        Optional,
        Organisations,
    ),
    column("CF_FRDB", "法定代表人", "legal representative", Conditional, Organisations),
    column("CF_FR_ZJLX", "法定代表人证件类型", "representative's document type", Optional, Organisations),
    identifier(
        "CF_FR_ZJHM",
        "法定代表人证件号码",
        "representative's document number",
        Optional,
        Organisations,
    ),
    column("CF_XDR_ZJLX", "证件类型", "document type", Conditional, Persons),
    identifier("CF_XDR_ZJHM", "证件号码", "document number", Conditional, Persons),
    column("CF_WSH", "行政处罚决定书文号", "decision document number", Mandatory, Everyone),
    column("CF_WFXW", "违法行为类型", "violation type", Mandatory, Everyone),
    column("CF_SY", "违法事实", "facts", Mandatory, Everyone),
    column("CF_YJ", "处罚依据", "legal basis", Mandatory, Everyone),
    column("CF_CFLB", "处罚类别", "penalty kinds", Mandatory, Everyone),
    column("CF_NR", "处罚内容", "content", Mandatory, Everyone),
    column("CF_NR_FK", "罚款金额（万元）", "fine in 10,000 yuan", Conditional, Everyone),
    column(
        "CF_NR_WFFF",
        "没收违法所得、没收非法财物的金额（万元）",
        "confiscated, in 10,000 yuan",
        Conditional,
        Everyone,
    ),
    column("CF_NR_ZKDX", "暂扣或吊销证照名称及编号", "licence suspended or revoked", Conditional, Everyone),
    column("CF_JDRQ", "处罚决定日期", "decision date", Mandatory, Everyone),
    column("CF_YXQ", "处罚有效期", "penalty valid to", Optional, Everyone),
    column("CF_GSJZQ", "公示截止期", "end of publicity", Optional, Everyone),
    column("CF_CFJG", "处罚机关", "authority", Mandatory, Everyone),
    identifier("CF_CFJGDM", "处罚机关统一社会信用代码", "authority's unified code", Mandatory, Everyone),
    column("CF_SJLY", "数据来源单位", "data source unit", Mandatory, Everyone),
    identifier(
        "CF_SJLYDM",
        "数据来源单位统一社会信用代码",
        "data source unit's unified code",
        Mandatory,
        Everyone,
    ),
    column("BZ", "备注", "remark", Optional, Everyone),
];

impl Template {
    /// Its columns in order. The old column for the representative's identity number is in none.
    pub fn columns(self) -> impl Iterator<Item = &'static TemplateColumn> {
        let (columns, leaves_out): (&'static [TemplateColumn], Audience) = match self {
            Self::PermitOrganisations => (&PERMIT, Persons),
            Self::PermitPersons => (&PERMIT, Organisations),
            Self::PenaltyOrganisations => (&PENALTY, Persons),
            Self::PenaltyPersons => (&PENALTY, Organisations),
        };
        columns.iter().filter(move |column| column.audience != leaves_out && column.code != "XK_FR_SFZH")
    }
}

/// The template column with this code.
fn column_of(code: &str) -> Option<&'static TemplateColumn> {
    all().find(|column| column.code.eq_ignore_ascii_case(code))
}

fn all() -> impl Iterator<Item = &'static TemplateColumn> {
    PERMIT.iter().chain(&PENALTY)
}

/// The Chinese names under which the templates know a code.
pub(crate) fn names_of(code: &str) -> impl Iterator<Item = &'static str> {
    column_of(code).into_iter().map(|column| column.chinese_name)
}

/// Whether a column holds an identifier.
pub(crate) fn is_identifier(code: &str) -> bool {
    column_of(code).is_some_and(|column| column.is_identifier)
}

/// The fields of a format in the order in which departments know them: that of the templates, then the others by name.
pub(crate) fn in_template_order(format: &Format) -> Vec<&Field> {
    let mut fields: Vec<&Field> = format.fields().iter().collect();
    fields.sort_by_key(|field| {
        let code = field.annotation.code.as_deref().unwrap_or_default();
        // The remark stands in both templates, and last in each.
        all()
            .enumerate()
            .filter(|(_, column)| column.code == code)
            .last()
            .map_or(usize::MAX, |(place, _)| place)
    });
    fields
}

/// An empty template for a format: one row of Chinese names, required ones marked `*`, in UTF-8 with a byte order mark so
/// that spreadsheet programs open it.
///
/// Where two fields have the same Chinese name, or a field has none, the code or our own name stands in its place.
#[must_use]
pub fn template_csv(format: &Format) -> String {
    let fields = in_template_order(format);
    let headings: Vec<String> = fields
        .iter()
        .map(|field| {
            let is_unique =
                fields.iter().filter(|other| other.chinese_name == field.chinese_name).count() == 1;
            let heading = if is_unique {
                &field.chinese_name
            } else {
                field.annotation.code.as_ref().unwrap_or(&field.name)
            };
            format!("{heading}{}", if field.required { "*" } else { "" })
        })
        .collect();
    format!("\u{feff}{}\r\n", headings.iter().map(|heading| quoted(heading)).collect::<Vec<_>>().join(","))
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
