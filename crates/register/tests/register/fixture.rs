//! A small catalogue, two authorities and a company.

use law::identifier::IdentifierKind;
use law::{Day, InformationClass, Law, LawInForce, Severity};
use register::authority::{Authority, AuthorityCode, Duty, Level};
use register::caller::{Caller, Holder, KeyNumber};
use register::catalogue::{Catalogue, CatalogueEdition, CompiledItem, ItemCode};
use register::record::{BatchNumber, Content, Record, RecordNumber};
use register::ruling::Bilingual;
use register::subject::{EntryNumber, Subject, SubjectIdentifier, SubjectKind, SubjectNumber};
use serde_json::{Map, Value, json};

pub const COMPANY: &str = "91110108551385082Q";
pub const PERSON: &str = "119999199003078512";

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn law_on(text: &str) -> LawInForce {
    Law::load().unwrap().on(day(text)).unwrap()
}

fn field(title: &str, credence: Value) -> Value {
    json!({"type": "string", "title": title, "maxLength": 200, "credence": credence})
}

pub fn organisation_format() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "required": ["name", "code", "document", "decided", "kinds"],
        "properties": {
            "name": field("行政相对人名称", json!({"code": "CF_XDR_MC", "role": "subject_name", "public": true})),
            "code": field("统一社会信用代码", json!({"code": "CF_XDR_SHXYM", "role": "subject_code", "public": true})),
            "category": field("行政相对人类别", json!({"role": "subject_category"})),
            "document": field("行政处罚决定书文号", json!({"code": "CF_WSH", "role": "document_number", "public": true})),
            "certificate": field("编号", json!({"role": "certificate_number"})),
            "decided": {"type": "string", "format": "date", "title": "处罚决定日期", "credence": {"code": "CF_JDRQ", "form": "day", "role": "finding_day", "public": true}},
            "kinds": {"type": "array", "maxItems": 5, "items": {"type": "string", "maxLength": 20}, "title": "处罚类别", "credence": {"code": "CF_CFLB", "form": "list", "public": true}},
            "fine_fen": {"type": "integer", "minimum": 0, "title": "罚款金额", "credence": {"code": "CF_NR_FK", "form": "ten_thousand_yuan", "public": true}},
            "facts": field("违法事实", json!({"code": "CF_SY", "free_text": true, "public": true})),
            "representative": field("法定代表人", json!({"personal": true})),
        }
    })
}

pub fn person_format() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "required": ["name", "number", "document", "decided"],
        "properties": {
            "name": field("姓名", json!({"role": "subject_name", "personal": true, "public": true})),
            "document_type": field("证件类型", json!({"role": "subject_document_type"})),
            "number": field("证件号码", json!({"role": "subject_document_number", "personal": true})),
            "document": field("文号", json!({"role": "document_number", "public": true})),
            "decided": {"type": "string", "format": "date", "title": "日期", "credence": {"form": "day", "role": "finding_day", "public": true}},
            "conduct": {"type": "string", "format": "date", "title": "行为日期", "credence": {"form": "day", "role": "conduct_day"}},
        }
    })
}

pub fn item(
    code: &str,
    class: &str,
    kinds: &[&str],
    disclosure: &str,
    sharing: &str,
    duties: &[u8],
) -> Value {
    let persons = kinds.contains(&"natural_person");
    let mut item = json!({
        "code": code, "name": {"zh": code, "en": code}, "class": class, "national_kind": {"zh": "行政管理", "en": "administration"},
        "providers": ["market"], "subject_kinds": kinds, "disclosure": disclosure, "display_period": "by_law",
        "sharing": sharing, "usage": {"duties": duties}, "update_period_working_days": 7,
        "bases": [{"name": {"zh": "行政处罚法", "en": "Administrative Penalty Law"}, "rank": "law"}],
        "format": if persons { person_format() } else { organisation_format() },
    });
    if class == "untrustworthiness" {
        item["severity"] = json!({
            "standard": {"zh": "示范标准", "en": "demo standard"}, "otherwise": "general", "field": "kinds",
            "minor": ["警告"], "general": ["罚款"], "serious": ["吊销许可证件"],
            "serious_amount": {"field": "fine_fen", "from_fen": 100_000_000},
        });
    }
    if code.starts_with("commendation") {
        item["withdrawable"] = json!(true);
    }
    item
}

pub fn edition(items: Vec<Value>) -> CatalogueEdition {
    serde_json::from_value(json!({
        "edition": "test", "title": {"zh": "试", "en": "test"}, "approval": {"zh": "试", "en": "test"}, "items": items,
    }))
    .unwrap()
}

pub fn catalogue() -> Catalogue {
    let organisations = ["legal_person", "unincorporated_organisation", "individual_business"];
    Catalogue::compile(
        1,
        edition(vec![
            item("penalty", "untrustworthiness", &organisations, "proactive", "unconditional", &[]),
            item("commendation", "other", &organisations, "proactive", "conditional", &[5]),
            item("internal", "other", &organisations, "not_disclosed", "not_shared", &[]),
            item(
                "penalty-person",
                "untrustworthiness",
                &["natural_person"],
                "on_application",
                "conditional",
                &[1],
            ),
            item("commendation-person", "other", &["natural_person"], "on_application", "conditional", &[5]),
        ]),
    )
    .unwrap()
}

pub fn compiled<'a>(catalogue: &'a Catalogue, code: &str) -> &'a CompiledItem {
    catalogue.item(&ItemCode(code.into())).unwrap()
}

pub fn authority(code: &str) -> Authority {
    Authority {
        code: AuthorityCode(code.into()),
        name: Bilingual::new("局", "bureau"),
        level: Level::Municipal,
        division: "110000".into(),
        unified_code: None,
        parent: (code == "market-haidian").then(|| AuthorityCode("market".into())),
        duties: [1, 3, 5].into_iter().filter_map(Duty::new).collect(),
        operates_platform: code == "data-centre",
        competent_department: code == "economy",
    }
}

pub fn office(code: &str) -> Caller {
    Caller::OperatorClaiming { office: AuthorityCode(code.into()) }
}

pub fn subject_key(number: u64) -> Caller {
    Caller::Key {
        key: KeyNumber(1),
        holder: Holder::Subject { subject: SubjectNumber(number) },
        person: None,
    }
}

pub fn third_party() -> Caller {
    Caller::Key {
        key: KeyNumber(2),
        holder: Holder::ThirdParty { name: "某银行".into(), identifier: bank() },
        person: None,
    }
}

pub fn bank() -> SubjectIdentifier {
    SubjectIdentifier { kind: IdentifierKind::UnifiedCode, value: "911100001000044477".into() }
}

pub fn subject(kind: SubjectKind) -> Subject {
    let identifier = if kind == SubjectKind::NaturalPerson {
        SubjectIdentifier { kind: IdentifierKind::CitizenId, value: PERSON.into() }
    } else {
        SubjectIdentifier { kind: IdentifierKind::UnifiedCode, value: COMPANY.into() }
    };
    Subject {
        number: SubjectNumber(7),
        kind,
        identifier,
        flagged: false,
        verified: None,
        version: EntryNumber(3),
    }
}

pub fn record(
    number: u64,
    item: &str,
    class: InformationClass,
    severity: Option<Severity>,
    finding: Day,
) -> Record {
    Record {
        number: RecordNumber(number),
        subject: SubjectNumber(7),
        item: ItemCode(item.into()),
        edition: 1,
        authority: AuthorityCode("market".into()),
        class,
        severity,
        finding_day: finding,
        filed_day: finding.plus_days(5),
        batch: BatchNumber(1),
        line: 1,
        version: 1,
        entry: EntryNumber(3),
        in_force: true,
        revoked: None,
        restored: None,
        withdrawn: None,
        objection: None,
        stopped: None,
    }
}

pub fn penalty(severity: Severity, finding: &str) -> Record {
    record(1, "penalty", InformationClass::Untrustworthiness, Some(severity), day(finding))
}

pub fn content() -> Content {
    let fields = json!({"name": "北京某公司", "document": "京市监〔2026〕1号", "representative": "欧阳雪", "facts": "未按规定公示"});
    Content {
        document_number: "京市监〔2026〕1号".into(),
        certificate_number: None,
        fields: fields.as_object().unwrap().clone(),
    }
}

pub fn line() -> Map<String, Value> {
    let line = json!({
        "name": "北京某公司", "code": COMPANY, "document": "京市监〔2026〕1号", "decided": "2026-10-09",
        "kinds": ["警告", "罚款"], "fine_fen": 500_000, "facts": "未按规定公示年度报告",
    });
    line.as_object().unwrap().clone()
}

pub fn person_line() -> Map<String, Value> {
    let line =
        json!({"name": "张三", "number": PERSON, "document": "京公〔2026〕2号", "decided": "2026-10-09"});
    line.as_object().unwrap().clone()
}
