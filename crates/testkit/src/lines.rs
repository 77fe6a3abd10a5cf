//! Lines that departments file, in our own names and canonical form.

use serde_json::{Value, json};

/// A registration of a company.
#[must_use]
pub fn registration(code: &str, name: &str) -> Value {
    json!({
        "name": name, "unified_social_credit_code": code, "entity_type": "有限责任公司",
        "legal_representative": "欧阳雪", "address": "北京市海淀区某路1号", "established_day": "2015-03-02",
        "registration_state": "存续", "registration_document_number": format!("登记-{code}"), "registered_day": "2015-03-02",
        "registration_authority": "北京市海淀区市场监督管理局",
    })
}

/// A penalty of an organisation or an individual business.
#[must_use]
pub fn penalty(code: &str, name: &str, document: &str, day: &str, kinds: &[&str]) -> Value {
    let mut line = json!({
        "counterparty_name": name,
        "counterparty_category": if code.starts_with("92") { "个体工商户" } else { "法人及非法人组织" },
        "unified_social_credit_code": code, "decision_document_number": document, "violation_type": "未按规定公示",
        "facts": "未按规定公示年度报告", "legal_basis": "企业信息公示暂行条例", "penalty_kinds": kinds,
        "penalty_content": "见决定书", "decision_day": day, "deciding_authority": "北京市市场监督管理局",
        "deciding_authority_code": "11110000000021135M", "source_unit": "北京市市场监督管理局",
        "source_unit_code": "11110000000021135M",
    });
    fill(&mut line, kinds);
    line
}

/// A penalty of a natural person.
#[must_use]
pub fn person_penalty(number: &str, name: &str, document: &str, day: &str, kinds: &[&str]) -> Value {
    let mut line = json!({
        "counterparty_name": name, "counterparty_category": "自然人", "counterparty_document_type": "身份证",
        "counterparty_document_number": number, "decision_document_number": document, "violation_type": "交通违法",
        "facts": "违法事实", "legal_basis": "道路交通安全法", "penalty_kinds": kinds, "penalty_content": "见决定书",
        "decision_day": day, "deciding_authority": "北京市公安局", "deciding_authority_code": "1111000000002888XF",
        "source_unit": "北京市公安局", "source_unit_code": "1111000000002888XF",
    });
    fill(&mut line, kinds);
    line
}

fn fill(line: &mut Value, kinds: &[&str]) {
    if kinds.contains(&"罚款") {
        line["fine_fen"] = json!(500_000);
    }
    if kinds.iter().any(|kind| kind.ends_with("许可证件")) {
        line["licence_affected"] = json!("食品经营许可证");
    }
}

/// A commendation of an organisation.
#[must_use]
pub fn commendation(code: &str, name: &str, document: &str, day: &str) -> Value {
    json!({
        "name": name, "unified_social_credit_code": code, "decision_document_number": document,
        "honour_name": "诚信示范单位", "honour_tier": "市级", "decision_day": day, "commending_authority": "北京市经济和信息化局",
    })
}
