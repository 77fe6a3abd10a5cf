//! Civil days as departments write them.

use law::Day;
use register::text::half_width;

/// Why a text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayFault {
    /// It is written in no form that is known.
    Form,
    /// The calendar has no such day.
    Impossible,
    /// It tells a time of day other than midnight, or one of another zone.
    TimeOfDay,
    /// It is the number by which a spreadsheet program counts days.
    SerialNumber,
}

/// The day by which the templates write "without end".
pub(crate) const OPEN_ENDED: &str = "2099-12-31";

/// Words for "without end".
const OPEN_ENDED_WORDS: [&str; 8] =
    ["长期", "长期有效", "永久", "永久有效", "无固定期限", "无固定限期", "无期限", "不限"];

/// Whether a text says "without end" in words.
pub(crate) fn is_open_ended(text: &str) -> bool {
    OPEN_ENDED_WORDS.contains(&text)
}

/// Reads a day: `2026-02-13`, `2026/2/13`, `2026.2.13`, `20260213`, `2026年2月13日`, each in full width too and with the
/// midnight that spreadsheet programs write behind it.
pub(crate) fn read(written: &str) -> Result<Day, DayFault> {
    let text: String = written.chars().map(half_width).collect();
    let text = text.trim();
    let (date, time) = match text.find([' ', 'T']) {
        Some(place) => text.split_at(place),
        None => (text, ""),
    };
    let time = time.trim_start_matches([' ', 'T']).trim();
    let (year, month, day) = parts(date).ok_or_else(|| {
        let is_serial = time.is_empty() && date.len() == 5 && date.bytes().all(|byte| byte.is_ascii_digit());
        if is_serial { DayFault::SerialNumber } else { DayFault::Form }
    })?;
    if !is_midnight(time) {
        return Err(DayFault::TimeOfDay);
    }
    let number = |text: &str| text.parse::<i8>().ok();
    let day = year
        .parse::<i16>()
        .ok()
        .zip(number(month).zip(number(day)))
        .and_then(|(year, (month, day))| Day::new(year, month, day));
    day.ok_or(DayFault::Impossible)
}

/// Year, month and day, all of digits, the year of four and the others of one or two.
fn parts(date: &str) -> Option<(&str, &str, &str)> {
    let (year, month, day) = if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        (date.get(..4)?, date.get(4..6)?, date.get(6..)?)
    } else if let Some((year, rest)) = date.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        (year, month, day.strip_suffix(['日', '号']).unwrap_or(day))
    } else {
        let separator = ['-', '/', '.'].into_iter().find(|separator| date.contains(*separator))?;
        let mut parts = date.splitn(3, separator);
        (parts.next()?, parts.next()?, parts.next()?)
    };
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    (digits(year, 4..=4) && digits(month, 1..=2) && digits(day, 1..=2)).then_some((year, month, day))
}

fn is_midnight(time: &str) -> bool {
    let time = time.strip_suffix("+08:00").unwrap_or(time);
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    matches!(clock, "" | "0:00" | "00:00" | "0:00:00" | "00:00:00")
        && fraction.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_read_in_every_form_that_departments_use() {
        for text in [
            "2026-02-13",
            "2026-2-13",
            "2026/2/13",
            "2026/02/13",
            "2026.2.13",
            "20260213",
            "2026年2月13日",
            "2026年02月13日",
            "２０２６－０２－１３",
            "2026-02-13 00:00:00",
            "2026/2/13 0:00",
            "2026-02-13T00:00:00",
            "2026-02-13T00:00:00.000+08:00",
            "2026-02-13 00:00:00.0",
        ] {
            assert_eq!(read(text).map(|day| day.to_string()).as_deref(), Ok("2026-02-13"), "{text}");
        }
    }

    #[test]
    fn article_14_a_day_that_the_calendar_does_not_have_is_refused() {
        for text in
            ["2026-02-30", "20260230", "2026年2月30日", "2026/13/1", "2025-02-29", "2026-00-10", "0000-01-01"]
        {
            assert_eq!(read(text), Err(DayFault::Impossible), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused_with_its_own_reason() {
        for (text, fault) in [
            ("13/2/2026", DayFault::Form),
            ("26-02-13", DayFault::Form),
            ("2026-02", DayFault::Form),
            ("tomorrow", DayFault::Form),
            ("", DayFault::Form),
            ("2026-02-13-01", DayFault::Form),
            ("46066", DayFault::SerialNumber),
            ("2026-02-13 14:30:00", DayFault::TimeOfDay),
            ("2026-02-12T16:00:00.000Z", DayFault::TimeOfDay),
            ("2026-02-13T00:00:00Z", DayFault::TimeOfDay),
        ] {
            assert_eq!(read(text), Err(fault), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_reads_back_in_every_form(year in 1_i16..=9999, month in 1_i8..=12, day in 1_i8..=28) {
            let expected = Day::new(year, month, day).unwrap();
            for text in [
                expected.to_string(),
                format!("{year:04}/{month}/{day}"),
                format!("{year:04}{month:02}{day:02}"),
                format!("{year:04}年{month}月{day}日"),
            ] {
                prop_assert_eq!(read(&text), Ok(expected));
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,20}", digits in "[0-9年月日T:+./ -]{0,20}") {
            let _ = read(&text);
            let _ = read(&digits);
        }
    }
}
