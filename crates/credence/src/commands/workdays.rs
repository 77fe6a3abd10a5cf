//! `credence workdays`: deadlines and spans in working days.

use law::calendar::DayKind;
use law::{Calendar, CalendarUnknown, Day};
use serde::Serialize;

use crate::arguments::WorkdaysArguments;
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// What the second argument asks.
enum Until {
    /// So many working days.
    After(u32),
    /// Up to a day.
    Day(Day),
}

/// The contract of `workdays FROM +N --json`.
#[derive(Serialize)]
struct DueAnswer {
    from: Day,
    working_days: u32,
    due: Day,
}

/// The contract of `workdays FROM TO --json`.
#[derive(Serialize)]
struct SpanAnswer {
    from: Day,
    to: Day,
    working_days: u32,
}

/// The contract where the calendar does not reach.
#[derive(Serialize)]
struct UnknownAnswer {
    unknown: String,
}

/// Counts.
///
/// # Errors
/// When an argument is neither a day nor a number of days, or the days are the wrong way round.
pub fn run(output: &Output, arguments: &WorkdaysArguments) -> Result<Exit, Failure> {
    let calendar = Calendar::load().map_err(|error| Failure::failed(error.to_string()))?;
    let from = day(&arguments.from)?;
    let answer = match until(&arguments.to)? {
        Until::After(working_days) => {
            calendar.due(from, working_days).map(|due| (due.due, working_days, true))
        }
        Until::Day(to) if to < from => {
            return Err(Failure::usage(format!("`{to}` lies before `{from}`"))
                .next("give the earlier day first: `credence workdays FROM TO`"));
        }
        Until::Day(to) => calendar.between(from, to).map(|working_days| (to, working_days, false)),
    };
    match answer {
        Ok((to, working_days, asked_for_due)) => {
            if !output.json {
                output.text(text(
                    output,
                    &calendar,
                    from,
                    to,
                    working_days,
                    asked_for_due,
                    arguments.explain,
                ))?;
            } else if asked_for_due {
                output.object(&DueAnswer { from, working_days, due: to })?;
            } else {
                output.object(&SpanAnswer { from, to, working_days })?;
            }
            Ok(Exit::Done)
        }
        Err(unknown) => unknown_answer(output, &unknown),
    }
}

fn unknown_answer(output: &Output, unknown: &CalendarUnknown) -> Result<Exit, Failure> {
    output.either(&UnknownAnswer { unknown: unknown.to_string() }, || {
        let zh = format!(
            "未知：{} 年的工作日安排尚未公布（已知 {} 至 {} 年）；可于 {} 提醒办理，但这不是到期日",
            unknown.year, unknown.first_year, unknown.last_year, unknown.reminder
        );
        let en =
            format!("unknown: {unknown}; {} can serve as a reminder, it is no due day", unknown.reminder);
        output.pick(&zh, &en)
    })?;
    Ok(Exit::Unknown)
}

fn text(
    output: &Output,
    calendar: &Calendar,
    from: Day,
    to: Day,
    count: u32,
    due: bool,
    explain: bool,
) -> String {
    let mut text = if due {
        output.pick(
            &format!("{from} 起 {count} 个工作日：{to} 到期"),
            &format!("{count} working days from {from}: due on {to}"),
        )
    } else {
        output.pick(
            &format!("{from} 之后至 {to}：{count} 个工作日"),
            &format!("{count} working days after {from}, up to and including {to}"),
        )
    };
    if explain {
        let mut day = from;
        let mut number = 0;
        while day < to {
            day = day.plus_days(1);
            let Ok(kind) = calendar.kind(day) else { break };
            let counted = if kind.is_working_day() {
                number += 1;
                format!("{number:>4}")
            } else {
                "    ".to_owned()
            };
            text.push_str(&format!("\n{counted}  {day} {:?}  {}", day.weekday(), why(output, &kind)));
        }
    }
    text
}

fn why(output: &Output, kind: &DayKind) -> String {
    match kind {
        DayKind::WorkingDay => output.pick("工作日", "working day"),
        DayKind::MakeUpWorkingDay => output.pick("调休上班", "make-up working day"),
        DayKind::Weekend => output.pick("周末", "weekend"),
        DayKind::Holiday { zh, en } => output.pick(zh, en),
    }
}

fn day(text: &str) -> Result<Day, Failure> {
    text.trim().parse().map_err(|error: law::NoDay| Failure::usage(error.to_string()))
}

fn until(text: &str) -> Result<Until, Failure> {
    let text = text.trim();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(number) = text.strip_prefix('+') {
        if !digits(number) {
            return Err(
                Failure::usage(format!("`{text}` is no number of working days")).next("write it as `+7`")
            );
        }
        // A number too large for any calendar runs into an unpublished year, which is the answer then.
        return Ok(Until::After(number.parse().unwrap_or(u32::MAX)));
    }
    if text.strip_prefix('-').is_some_and(digits) {
        return Err(Failure::usage(format!("`{text}`: working days are counted forwards only")).next(
            "give the earlier day first: `credence workdays FROM TO` counts the days between two days",
        ));
    }
    if digits(text) {
        return Err(Failure::usage(format!("`{text}` is neither a day nor a number of working days")).next(
            format!("write `+{text}` for a deadline of so many working days, or a day as `2026-02-13`"),
        ));
    }
    day(text).map(Until::Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_backwards_or_without_its_sign_is_refused_with_a_remedy() {
        for text in ["-7", "7", "+", "+7d", "2026-02-30", ""] {
            assert!(until(text).is_err(), "{text}");
        }
        assert!(matches!(until("+0"), Ok(Until::After(0))));
        assert!(matches!(until("+99999999999999999999"), Ok(Until::After(u32::MAX))));
    }
}
