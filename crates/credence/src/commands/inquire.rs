//! `credence inquire`: what is held about a subject, journalled before it is shown (Articles 20, 34, 35).

use register::acts::accountability::incident::IncidentNotice;
use register::rules::display_period::Display;
use register::subject::EntryNumber;
use register::view::RecordView;
use serde_json::Value;
use service::inquiry::{Answer, InquiryRequest, PurposeRequest};

use crate::arguments::InquireArguments;
use crate::context::{Context, caller, failure};
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Inquires.
///
/// # Errors
/// When the law refuses, which is entered in the journal too, or the store fails.
pub fn run(context: &Context, arguments: &InquireArguments) -> Result<Exit, Failure> {
    let output = context.output;
    let purpose = match (arguments.consent, arguments.duty, &arguments.matter) {
        (Some(consent), _, _) => PurposeRequest::Consent { consent },
        (None, Some(duty), Some(matter)) => PurposeRequest::Duty { duty, matter: matter.clone() },
        _ if arguments.office.is_some() => {
            return Err(Failure::usage(
                "an office names its duty of Article 20 and the number of its matter",
            )
            .next("add `--duty 1 --matter 2026-0001`; `credence law 20` lists the duties"));
        }
        _ if arguments.key.is_none() => {
            return Err(Failure::usage("nobody is named who inquires").next(
                "an office: `--as OFFICE --duty N --matter M`; oneself: `--key TOKEN`; with written consent: `--key TOKEN --consent N`",
            ));
        }
        _ => PurposeRequest::Own,
    };
    let request = InquiryRequest {
        identifier: arguments.identifier.clone(),
        kind: arguments.kind,
        purpose,
        before: arguments.looks_before.map(EntryNumber),
    };
    context.with_platform(async |platform| {
        let by = caller(&platform, arguments.key.as_deref(), arguments.office.as_deref()).await?;
        let answer = platform.inquire(request, &by).await.map_err(|error| failure(&error))?;
        output.either(&answer, || page(&output, &answer))?;
        Ok(Exit::Done)
    })
}

fn page(output: &Output, answer: &Answer) -> String {
    let kind = answer.subject.kind.term();
    let mut text = format!("{} ({})", answer.subject.identifier, output.say(&kind));
    text.push_str(&format!(
        "\n  {} {}; {}",
        output.pick("截至", "as of"),
        answer.as_of,
        answer.law.join(", ")
    ));
    if answer.subject.held_for_verification {
        text.push_str(&format!(
            "\n  {}",
            output.pick(
                "代码待核实，记录暂不对外",
                "the code waits for verification: nobody else is shown these records"
            )
        ));
    }
    if answer.result == "no_records" {
        text.push_str(&format!("\n  {}", output.pick("没有记录", "no records")));
    }
    answer.records.iter().for_each(|record| text.push_str(&format!("\n{}", record_lines(output, record))));
    for withheld in &answer.withheld {
        text.push_str(&format!(
            "\n  {} {}: {} [{}]",
            output.pick("未提供", "withheld"),
            withheld.count,
            output.say(&withheld.reason),
            withheld.article
        ));
    }
    for look in answer.looks.iter().flatten() {
        let claimed = if look.claimed_by_operator {
            output.pick("（操作员代称）", " (claimed by the operator)")
        } else {
            String::new()
        };
        let refused =
            if look.refused.is_empty() { String::new() } else { output.pick("，已拒绝", ", refused") };
        text.push_str(&format!(
            "\n  {} {} {}{claimed}: {}{refused}",
            output.pick("查询", "look"),
            look.at,
            look.by,
            serde_json::to_string(&look.purpose).unwrap_or_default()
        ));
    }
    for lost in &answer.lost_looks {
        text.push_str(&format!(
            "\n  {} {}: {}",
            output.pick("查询", "look"),
            lost.at,
            output.say(&lost.note)
        ));
    }
    for notice in answer.history.iter().flatten().filter_map(|line| line.notice.as_ref()) {
        text.push_str(&format!("\n{}", notice_lines(output, notice)));
    }
    for consent in answer.consents.iter().flatten() {
        text.push_str(&format!(
            "\n  {} {}: {}, {}, {} {}",
            output.pick("授权", "consent"),
            consent.consent.0,
            consent.grantee,
            consent.purpose,
            output.pick("至", "until"),
            consent.last_day
        ));
    }
    text.push_str(&format!(
        "\n{} {}",
        output.pick("本次查询的存证号", "this inquiry is entry"),
        answer.entry.0
    ));
    text
}

/// What the subject is told of an incident (Article 19).
fn notice_lines(output: &Output, notice: &IncidentNotice) -> String {
    let numbers =
        |numbers: &[u64]| numbers.iter().map(|number| format!("#{number}")).collect::<Vec<_>>().join(" ");
    let records: Vec<u64> = notice.records.iter().map(|record| record.0).collect();
    let entries: Vec<u64> = notice.entries.iter().map(|entry| entry.0).collect();
    format!(
        "  {} {} ({}, {}): {}\n      {}: {}\n      {}: {}\n      {}: {}\n      {}: {}",
        output.pick("安全事件", "incident"),
        notice.incident.0,
        output.say(&notice.kind.title()),
        notice.noticed,
        notice.happened,
        output.pick("涉及的记录", "records concerned"),
        numbers(&records),
        output.pick("涉及的条目", "entries concerned"),
        numbers(&entries),
        output.pick("已采取的措施", "what was done"),
        notice.measures.join("；"),
        output.pick("咨询", "whom to ask"),
        notice.contact
    )
}

fn record_lines(output: &Output, record: &RecordView) -> String {
    let display = match &record.display {
        Display::LongTerm => output.pick("长期公示", "displayed long-term"),
        Display::Until { last_day, .. } => {
            output.pick(&format!("公示至 {last_day}"), &format!("displayed until {last_day}"))
        }
        Display::Ended { last_day, .. } => {
            output.pick(&format!("公示已于 {last_day} 截止"), &format!("display ended on {last_day}"))
        }
        Display::Not { why, .. } => {
            output.pick(&format!("不公示（{why}）"), &format!("not displayed ({why})"))
        }
    };
    let mut text = format!(
        "  #{} v{} {} [{}], {} {}, {display}",
        record.record.0,
        record.version,
        output.say(&record.item_name),
        record.item,
        record.authority,
        record.finding_day
    );
    for field in &record.fields {
        let value = match &field.value {
            // Amounts are whole fen; people read yuan.
            Value::Number(fen) if field.name.ends_with("_fen") => {
                let fen = fen.as_i64().unwrap_or_default();
                let name = field.chinese_name.split('（').next().unwrap_or_default();
                text.push_str(&format!("\n      {name}: {}.{:02} 元", fen / 100, fen % 100));
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Array(list) => list
                .iter()
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join("；"),
            other => other.to_string(),
        };
        text.push_str(&format!("\n      {}: {value}", field.chinese_name));
    }
    text
}
