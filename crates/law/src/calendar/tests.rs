use super::*;
use proptest::prelude::*;

/// The working days as two independent public data sets had them in 2026, a line a month, `w` a working day.
const DATA_SETS: [&str; 2] = [
    include_str!("../../tests/data/chinese-calendar.txt"),
    include_str!("../../tests/data/chinese-days.txt"),
];

fn calendar() -> Calendar {
    Calendar::load().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn every_day_agrees_with_two_independent_data_sets() {
    let calendar = calendar();
    for set in DATA_SETS {
        let mut days = 0;
        for line in set.lines() {
            let (month, marks) = line.split_once(' ').unwrap();
            for (index, mark) in marks.chars().enumerate() {
                let day = day(&format!("{month}-01")).plus_days(i64::try_from(index).unwrap());
                assert_eq!(calendar.is_working_day(day).unwrap(), mark == 'w', "{day}");
                assert_eq!(calendar.kind(day).unwrap().is_working_day(), mark == 'w', "{day}");
                days += 1;
            }
        }
        assert_eq!(days, day("2003-12-31").days_until(day("2026-12-31")));
    }
}

#[test]
fn working_days_a_month_and_a_year_are_those_of_the_published_notices() {
    let calendar = calendar();
    let month = |year: i16, month: i8| {
        let first = Day::new(year, month, 1).unwrap();
        calendar.between(first.plus_days(-1), first.plus_months(1).plus_days(-1)).unwrap()
    };
    let months = |year: i16| (1..=12).map(|number| month(year, number)).collect::<Vec<_>>();
    assert_eq!(months(2025), [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]);
    assert_eq!(months(2026), [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]);
    assert_eq!([2024, 2025, 2026].map(|year| months(year).iter().sum::<u32>()), [251, 248, 248]);
}

#[test]
fn article_14_deadlines_skip_holidays_and_count_make_up_days() {
    for (from, working_days, due) in [
        ("2025-01-24", 7, "2025-02-10"),
        ("2025-04-25", 3, "2025-04-29"),
        ("2025-09-26", 10, "2025-10-16"),
        ("2026-02-13", 7, "2026-03-02"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-09-30", 7, "2026-10-15"),
    ] {
        assert_eq!(calendar().due(day(from), working_days).unwrap().due, day(due), "{from}");
        assert_eq!(calendar().between(day(from), day(due)).unwrap(), working_days, "{from}");
    }
}

#[test]
fn a_deadline_into_an_unpublished_year_is_unknown_and_says_when_to_remind() {
    let unknown = calendar().due(day("2026-12-31"), 1).unwrap_err();
    assert_eq!(
        unknown,
        CalendarUnknown { year: 2027, reminder: day("2027-01-01"), first_year: 2004, last_year: 2026 }
    );
    assert_eq!(unknown.to_string(), "the working days of 2027 are not published: known are 2004 to 2026");
    assert_eq!(calendar().due(day("2026-12-30"), 3).unwrap_err().reminder, day("2027-01-04"));
    assert_eq!(calendar().due(day("2027-01-02"), 1).unwrap_err().reminder, day("2027-01-04"));
    assert_eq!(calendar().due(day("2027-01-03"), 6).unwrap_err().reminder, day("2027-01-11"));
    assert_eq!(calendar().due(day("2026-12-31"), u32::MAX).unwrap_err().year, 2027);
    assert_eq!(calendar().due(day("2026-12-30"), 1).unwrap().due, day("2026-12-31"));
}

#[test]
fn years_before_the_first_published_one_are_unknown() {
    assert_eq!(calendar().is_working_day(day("2003-12-31")).unwrap_err().year, 2003);
    assert_eq!(calendar().due(day("2003-12-30"), 1).unwrap_err().reminder, day("2003-12-31"));
    assert_eq!(calendar().due(day("2003-12-31"), 1).unwrap().due, day("2004-01-02"));
    assert_eq!(calendar().between(day("2003-12-30"), day("2004-01-05")).unwrap_err().year, 2003);
    assert_eq!(
        calendar().between(day("2026-12-30"), day("2027-01-02")).unwrap_err().reminder,
        day("2027-01-04")
    );
}

#[test]
fn no_working_days_end_on_the_same_day_and_no_span_has_none() {
    assert_eq!(calendar().due(day("2026-02-15"), 0).unwrap().due, day("2026-02-15"));
    assert_eq!(calendar().between(day("2026-02-13"), day("2026-02-13")), Ok(0));
    assert_eq!(calendar().between(day("2026-03-13"), day("2026-02-13")), Ok(0));
    assert_eq!(calendar().due(day("2030-02-15"), 0).unwrap().due, day("2030-02-15"));
}

#[test]
fn a_due_day_is_explained_day_by_day() {
    let days = calendar().explain(day("2026-02-13"), 2).unwrap();
    assert_eq!(days.len(), 11);
    assert_eq!(
        days[0],
        CountedDay { day: day("2026-02-14"), kind: DayKind::MakeUpWorkingDay, number: Some(1) }
    );
    let DayKind::Holiday { zh, .. } = &days[1].kind else { panic!("15 February 2026 is a holiday") };
    assert_eq!(zh, "春节");
    assert_eq!(days[10], CountedDay { day: day("2026-02-24"), kind: DayKind::WorkingDay, number: Some(2) });
    assert_eq!(calendar().kind(day("2026-01-10")).unwrap(), DayKind::Weekend);
}

#[test]
fn a_december_day_moved_by_the_next_years_notice_stands_in_its_own_year() {
    assert!(!calendar().is_working_day(day("2018-12-31")).unwrap());
    assert!(calendar().is_working_day(day("2018-12-29")).unwrap());
    assert_eq!(
        calendar().notice(2018).unwrap().documents,
        ["国办发明电〔2017〕12号", "国办发明电〔2018〕15号"]
    );
    assert_eq!(calendar().notice(2027), None);
}

#[test]
fn files_that_contradict_themselves_are_refused() {
    let year = |body: &str| {
        let text =
            format!("year = 2027\nnotice = \"x\"\ndocuments = []\ncertainty = \"V\"\nsource = \"x\"\n{body}");
        Calendar::from_files(&[("working-days/2027.toml", text.as_str())])
            .map(|calendar| calendar.first_year())
    };
    let off = |first: &str, last: &str| {
        format!("[[off]]\nname_zh = \"x\"\nname_en = \"x\"\nfirst_day = \"{first}\"\nlast_day = \"{last}\"\n")
    };
    assert_eq!(
        year(&format!("make_up_days = [\"2027-01-09\"]\n{}", off("2027-01-01", "2027-01-03"))),
        Ok(2027)
    );
    for wrong in [
        "make_up_days = [\"2027-01-08\"]".to_owned(),
        "make_up_days = [\"2026-12-27\"]".to_owned(),
        "make_up_days = [\"2027-01-09\", \"2027-01-09\"]".to_owned(),
        format!("make_up_days = [\"2027-01-02\"]\n{}", off("2027-01-01", "2027-01-03")),
        format!("make_up_days = []\n{}{}", off("2027-01-01", "2027-01-03"), off("2027-01-03", "2027-01-04")),
        format!("make_up_days = []\n{}", off("2026-12-31", "2027-01-03")),
        format!("make_up_days = []\n{}", off("2027-01-03", "2027-01-01")),
        "make_up_days = []\nissued = \"2027-01-01\"".to_owned(),
    ] {
        assert!(matches!(year(&wrong), Err(CalendarError::Contradiction { .. })), "{wrong}");
    }
    assert!(matches!(year("make_up_days = [\"2027-02-30\"]"), Err(CalendarError::Unreadable { .. })));
    let carried = Calendar::carried_files();
    assert_eq!(Calendar::from_files([&carried[0], &carried[2]]).unwrap_err(), CalendarError::Gap(2005));
    assert!(matches!(
        Calendar::from_files([&carried[0], &carried[0]]),
        Err(CalendarError::Contradiction { .. })
    ));
    assert_eq!(Calendar::from_files([]).unwrap_err(), CalendarError::Empty);
}

#[test]
fn every_file_of_the_folder_is_carried() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../regulations/working-days");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), Calendar::carried_files().len());
}

proptest! {
    #[test]
    fn the_due_day_is_a_working_day_and_as_many_working_days_away(from in 0_i64..8000, working_days in 1_u32..40) {
        let calendar = calendar();
        let from = day("2004-01-01").plus_days(from);
        if let Ok(due) = calendar.due(from, working_days) {
            prop_assert!(calendar.is_working_day(due.due).unwrap());
            prop_assert_eq!(calendar.between(from, due.due), Ok(working_days));
            prop_assert_eq!(calendar.between(from, due.due.plus_days(-1)), Ok(working_days - 1));
        } else {
            prop_assert!(from > day("2026-09-01"));
        }
    }

    #[test]
    fn spans_add_up(a in 0_i64..8000, b in 0_i64..400, c in 0_i64..400) {
        let calendar = calendar();
        let from = day("2003-12-31").plus_days(a);
        let (middle, to) = (from.plus_days(b), from.plus_days(b + c));
        if let Ok(whole) = calendar.between(from, to) {
            prop_assert_eq!(calendar.between(from, middle).unwrap() + calendar.between(middle, to).unwrap(), whole);
        }
    }

    #[test]
    fn a_reminder_is_a_weekday_after_the_start(from in 0_i64..2000, working_days in 1_u32..300) {
        let from = day("2026-12-31").plus_days(from);
        let reminder = calendar().due(from, working_days).unwrap_err().reminder;
        prop_assert!(!reminder.is_weekend() && reminder > from);
    }
}
