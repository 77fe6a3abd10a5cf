//! Filing whole files (Articles 11, 14, 17).

use exchange::FileKind;
use register::catalogue::ItemCode;
use register::record::{BatchNumber, RecordNumber};
use serde_json::json;
use service::ServiceError;
use service::filing::FileRequest;
use testkit::codes::{company, person};
use testkit::lines::{penalty, person_penalty};
use testkit::{Town, on_both};

use crate::support::{holds, refused};

const ITEM: &str = "administrative-penalty";
const OFFICE: &str = "market-regulation";

fn some(count: u32) -> Vec<serde_json::Value> {
    (1..=count)
        .map(|number| {
            penalty(&company(number % 40), "北京某公司", &format!("文{number}"), "2026-10-09", &["罚款"])
        })
        .collect()
}

#[test]
fn article_14_good_lines_are_filed_and_every_bad_one_comes_back_with_its_grounds() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let mut lines = some(600);
        for line in lines.iter_mut().skip(50).take(500) {
            line["decision_day"] = json!("2027-01-01");
        }
        let report = town.file(town.request(ITEM, &lines), OFFICE).await.unwrap();
        assert_eq!((report.filed, report.unchanged, report.refused), (100, 0, 500));
        assert_eq!(report.errors.len(), 500);
        assert_eq!(report.errors[0].line, 51);
        let ground = &report.errors[0].grounds[0];
        assert_eq!(
            (ground.code.as_ref(), ground.field.as_deref()),
            ("decision_in_the_future", Some("decision_day"))
        );
        assert!(ground.remedy.is_some());
        holds(&town).await;
    });
}

#[test]
fn article_14_the_same_file_gives_the_same_receipt_and_files_nothing_twice() {
    on_both(|engine| async move {
        let mut town = Town::new(engine).await;
        let request = town.request(ITEM, &some(10));
        let first = town.file(request.clone(), OFFICE).await.unwrap();
        town.clock.advance(60_000);
        town.reopen().await;
        let second = town.file(request.clone(), OFFICE).await.unwrap();
        assert_eq!((second.filed, second.unchanged, second.repeated), (0, 10, true));
        assert_eq!(first.receipt.unwrap().to_json().unwrap(), second.receipt.unwrap().to_json().unwrap());
        let keyed = FileRequest { idempotency_key: Some("a".into()), ..town.request(ITEM, &some(11)) };
        let report = town.file(keyed.clone(), OFFICE).await.unwrap();
        assert_eq!((report.filed, report.unchanged), (1, 10));
        assert!(town.file(keyed, OFFICE).await.unwrap().repeated);
        let other = FileRequest { idempotency_key: Some("a".into()), ..town.request(ITEM, &some(12)) };
        assert!(matches!(town.file(other, OFFICE).await, Err(ServiceError::IdempotencyConflict)));
        holds(&town).await;
    });
}

#[test]
fn article_14_a_changed_line_is_refused_with_a_pointer_to_correct() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let mut lines = some(3);
        town.file_all(ITEM, OFFICE, &lines).await;
        lines[1]["facts"] = json!("另一事实");
        lines.push(lines[2].clone());
        let report = town.file(town.request(ITEM, &lines), OFFICE).await.unwrap();
        assert_eq!((report.filed, report.unchanged, report.refused), (0, 3, 1));
        assert_eq!(report.errors[0].grounds[0].code, "changed_statement");
        let record = RecordNumber(2);
        let fields = json!({"facts": "另一事实"}).as_object().unwrap().clone();
        assert_eq!(
            refused(town.platform.correct(record, fields.clone(), "更正", &town.office("tax")).await),
            "not_your_record"
        );
        town.platform.correct(record, fields, "决定书更正", &town.office(OFFICE)).await.unwrap();
        let again = town.file(town.request(ITEM, &lines[1..2]), OFFICE).await.unwrap();
        assert_eq!(again.unchanged, 1);
        // A person's record too: the type of its document is put back in the words of the template.
        let line = person_penalty(&person(1), "王芳", "公罚一", "2026-10-01", &["警告"]);
        town.file_all("administrative-penalty-person", "public-security", &[line]).await;
        let fields = json!({"facts": "另一事实"}).as_object().unwrap().clone();
        town.platform
            .correct(RecordNumber(4), fields, "更正", &town.office("public-security"))
            .await
            .unwrap();
        holds(&town).await;
    });
}

#[test]
fn article_14_all_or_nothing_files_the_whole_file_or_nothing_of_it() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let mut lines = some(300);
        lines[299]["decision_day"] = json!("2027-01-01");
        let whole =
            |lines: &[serde_json::Value]| FileRequest { all_or_nothing: true, ..town.request(ITEM, lines) };
        let report = town.file(whole(&lines), OFFICE).await.unwrap();
        assert_eq!((report.filed, report.refused, report.in_force), (0, 1, false));
        assert!(town.platform.organisation(&company(1)).await.is_err());
        let good = town.file(whole(&lines[..299]), OFFICE).await.unwrap();
        assert_eq!((good.filed, good.refused, good.in_force), (299, 0, true));
        assert!(!town.platform.organisation(&company(1)).await.unwrap().records.is_empty());
        holds(&town).await;
    });
}

#[test]
fn article_11_another_departments_item_and_one_outside_the_catalogue_are_refused() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        assert_eq!(
            refused(town.file(town.request(ITEM, &some(1)), "high-court").await),
            "not_a_providing_unit"
        );
        assert_eq!(refused(town.file(town.request("penalties", &some(1)), OFFICE).await), "not_in_catalogue");
        assert_eq!(refused(town.file(town.request(ITEM, &some(1)), "nobody").await), "unknown_authority");
        let subject = town.subject(&company(1)).await;
        assert_eq!(
            refused(town.platform.file(town.request(ITEM, &some(1)), &subject, &|_| ()).await),
            "not_an_office"
        );
        holds(&town).await;
    });
}

#[test]
fn article_17_a_special_category_hidden_in_a_body_refuses_the_line() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let mut lines = vec![person_penalty(&person(1), "张三", "一", "2026-10-09", &["罚款"]); 3];
        lines[0]["更多"] = json!({"备注": {"宗教信仰": "某"}});
        lines[1]["bloodType"] = json!("A");
        lines[2]["unknown_column"] = json!("x");
        let report = town
            .file(town.request("administrative-penalty-person", &lines), "public-security")
            .await
            .unwrap();
        assert_eq!((report.filed, report.refused), (1, 2));
        assert!(report.errors.iter().all(|error| error.grounds[0].article.to_string() == "17"));
        assert!(report.dropped_columns.contains(&"unknown_column".to_owned()));
        holds(&town).await;
    });
}

#[test]
fn files_that_cannot_be_read_are_refused_whole_and_say_what_to_do() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        for (bytes, code) in [
            (&b""[..], "empty_file"),
            (b"a,b\n1,2\n", "missing_column"),
            (b"\xff\xfea\0b\0", "wide_encoding"),
        ] {
            let request = FileRequest {
                path: town.write("csv", bytes),
                name: Some("x.csv".into()),
                item: ItemCode(ITEM.into()),
                kind: FileKind::Detect,
                all_or_nothing: false,
                idempotency_key: None,
            };
            assert_eq!(refused(town.file(request, OFFICE).await), code);
        }
        holds(&town).await;
    });
}

#[test]
fn a_batch_is_read_by_its_filer_and_by_nobody_else() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let mut lines = some(3);
        lines[1]["decision_day"] = json!("2026-02-30");
        let report = town.file(town.request(ITEM, &lines), OFFICE).await.unwrap();
        let number = report.batch.unwrap();
        let batch = town.platform.batch(number, &town.office(OFFICE)).await.unwrap();
        assert_eq!((batch.filed, batch.refused), (2, 1));
        let errors = town.platform.batch_errors(number, &town.office(OFFICE), 0, 10).await.unwrap();
        assert_eq!(errors, report.errors);
        for other in [
            town.platform.batch(number, &town.office("tax")).await,
            town.platform.batch(BatchNumber(9), &town.office(OFFICE)).await,
        ] {
            assert!(matches!(other, Err(ServiceError::NotFound { .. })));
        }
        holds(&town).await;
    });
}

#[test]
fn a_clock_that_jumps_back_never_takes_the_journal_back() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let first = town.file_all(ITEM, OFFICE, &some(1)).await;
        town.clock.set("2026-11-20");
        let second = town.file_all(ITEM, OFFICE, &some(2)).await;
        let minute =
            |report: &service::filing::FilingReport| report.receipt.as_ref().unwrap().leaf().unwrap().minute;
        assert!(minute(&second) >= minute(&first));
        holds(&town).await;
    });
}

#[test]
fn article_14_a_filer_opens_its_own_record_masked_and_the_subject_sees_that_it_was_opened() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let number = person(1);
        let item = "administrative-penalty-person";
        town.file_all(
            item,
            "public-security",
            &[person_penalty(&number, "欧阳雪", "一", "2026-10-09", &["罚款"])],
        )
        .await;
        assert_eq!(
            refused(town.platform.record_history(RecordNumber(1), &town.office("transport")).await),
            "not_your_record"
        );
        let opened =
            town.platform.record_history(RecordNumber(1), &town.office("public-security")).await.unwrap();
        assert_eq!((opened.history.len(), opened.answer.viewer), (1, "filer"));
        let text = serde_json::to_string(&opened).unwrap();
        assert!(!text.contains(&number) && !text.contains("欧阳雪"));
        let own = town.own(&town.subject(&number).await).await.unwrap();
        let looks = own.looks.unwrap();
        assert_eq!(looks[0].entry, opened.answer.entry);
        assert_eq!(looks[1].refused[0].code, "not_your_record", "the look that was refused is seen too");
        holds(&town).await;
    });
}
