//! How well departments file (Articles 11, 14).

use register::authority::AuthorityCode;
use register::caller::Caller;
use register::rules::deadlines::Due;
use service::ServiceError;
use service::quality::FilingQuality;
use testkit::codes::company;
use testkit::lines::penalty;
use testkit::{Town, on_both};

const ITEM: &str = "administrative-penalty";
const OFFICE: &str = "market-regulation";

fn of<'a>(all: &'a [FilingQuality], office: &str, item: &str) -> &'a FilingQuality {
    all.iter().find(|quality| quality.authority.0 == office && quality.item.0 == item).unwrap()
}

#[test]
fn article_14_an_office_sees_what_it_filed_by_month_and_why_lines_were_refused() {
    on_both(|engine| async move {
        let town = Town::on(engine, "2026-10-30").await;
        let mut lines: Vec<_> = (1..=10)
            .map(|number| {
                penalty(&company(number), "北京某公司", &format!("文{number}"), "2026-10-09", &["罚款"])
            })
            .collect();
        for line in lines.iter_mut().take(3) {
            line["decision_day"] = "2027-01-01".into();
        }
        town.file(town.request(ITEM, &lines), OFFICE).await.unwrap();
        town.clock.advance(24 * 86_400_000);
        let more = penalty(&company(30), "北京某公司", "文三十", "2026-11-20", &["警告"]);
        town.file_all(ITEM, OFFICE, &[more.clone(), lines[5].clone()]).await;

        let own = town.platform.quality(&town.office(OFFICE), None).await.unwrap();
        assert!(own.iter().all(|quality| quality.authority.0 == OFFICE));
        let quality = of(&own, OFFICE, ITEM);
        assert!(quality.provides);
        assert_eq!(
            (quality.batches, quality.open, quality.filed, quality.unchanged, quality.refused),
            (2, 0, 8, 1, 3)
        );
        let months: Vec<(String, u64, u64)> = quality
            .months
            .iter()
            .map(|month| (month.month.to_string(), month.filed, month.refused))
            .collect();
        assert_eq!(months, [("2026-11-01".to_owned(), 1, 0), ("2026-10-01".to_owned(), 7, 3)]);
        assert_eq!(quality.refusals.len(), 1);
        assert_eq!(
            (quality.refusals[0].code.as_str(), quality.refusals[0].lines),
            ("decision_in_the_future", 3)
        );
        assert_eq!(quality.last_filing.map(|day| day.to_string()).as_deref(), Some("2026-11-23"));
        assert!(matches!(quality.due, Some(Due::Day { .. })));
        assert_eq!(quality.overdue, Some(false));
        // What was never filed is listed too, and nobody is called late for it.
        assert!(
            own.iter().any(|quality| quality.provides && quality.batches == 0 && quality.overdue.is_none())
        );

        town.clock.advance(30 * 86_400_000);
        let later = town.platform.quality(&town.office(OFFICE), None).await.unwrap();
        assert_eq!(of(&later, OFFICE, ITEM).overdue, Some(true));
    });
}

#[test]
fn article_13_the_operator_sees_all_departments_and_an_office_none_but_its_own() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let line = penalty(&company(1), "北京某公司", "文一", "2026-11-20", &["罚款"]);
        town.file_all(ITEM, OFFICE, &[line]).await;
        let all = town.platform.quality(&Caller::Operator, None).await.unwrap();
        assert_eq!(of(&all, OFFICE, ITEM).filed, 1);
        assert!(all.iter().any(|quality| quality.authority.0 != OFFICE));
        let one = AuthorityCode(OFFICE.to_owned());
        let some = town.platform.quality(&Caller::Operator, Some(&one)).await.unwrap();
        assert!(some.iter().all(|quality| quality.authority == one));
        let foreign = town.platform.quality(&town.office("tax"), Some(&one)).await;
        assert!(matches!(foreign, Err(ServiceError::NotFound { .. })));
        let subject = town.subject(&company(1)).await;
        assert!(town.platform.quality(&subject, None).await.is_err());
    });
}
