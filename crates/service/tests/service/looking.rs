//! From a department's file to each viewer's screen (Articles 15, 20, 34, 35, 53(3)).

use register::acts::information::access::Origin;
use service::ServiceError;
use service::administration::KeyFor;
use service::filing::FileRequest;
use service::inquiry::PurposeRequest;
use service::publication::SearchFilter;
use testkit::codes::{company, individual_business, person};
use testkit::lines::{penalty, person_penalty, registration};
use testkit::{Town, on_both};

use crate::support::{documents, holds, refused};

#[test]
fn article_20_an_officer_looks_and_the_subject_sees_who_looked_at_what() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let number = person(1);
        town.file_all(
            "administrative-penalty-person",
            "public-security",
            &[person_penalty(&number, "张三", "京公〔2026〕1号", "2026-10-09", &["罚款"])],
        )
        .await;
        let officer = town.officer("transport", &[1, 5]).await;
        let answer = town.inquire(&number, &officer, 1).await.unwrap();
        assert_eq!(documents(&answer), ["京公〔2026〕1号"]);
        assert!(
            !serde_json::to_string(&answer).unwrap().contains(&number),
            "the number is masked for an officer"
        );
        let withheld = town.inquire(&number, &officer, 5).await.unwrap();
        assert_eq!((withheld.records.len(), withheld.withheld[0].count), (0, 1));
        assert_eq!(refused(town.inquire(&number, &officer, 3).await), "duty_not_carried_by_key");

        let subject = town.subject(&number).await;
        let own = town.own(&subject).await.unwrap();
        assert_eq!(documents(&own), ["京公〔2026〕1号"]);
        let looks = own.looks.unwrap();
        assert_eq!(looks.len(), 3, "two answered, one refused");
        assert_eq!(looks[2].entry, answer.entry);
        assert_eq!(looks[2].shown.len(), 1);
        assert_eq!(looks[0].refused[0].code, "duty_not_carried_by_key");
        assert!(looks.iter().all(|look| look.by == "transport"));
        holds(&town).await;
    });
}

#[test]
fn article_13_statistics_are_what_the_public_leaves_add_up_to() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let before = town.platform.statistics().await.unwrap();
        let number = person(1);
        let line = person_penalty(&number, "张三", "京公〔2026〕1号", "2026-10-09", &["罚款"]);
        town.file_all("administrative-penalty-person", "public-security", &[line]).await;
        let officer = town.officer("transport", &[1]).await;
        town.inquire(&number, &officer, 1).await.unwrap();
        refused(town.inquire(&number, &officer, 3).await);
        // What was counted before is kept, and what is new is added.
        let after = town.platform.statistics().await.unwrap();
        assert!(after.journal_size > before.journal_size);
        assert_eq!(after.total.values().sum::<u64>(), after.journal_size);
        let counts = |of: &str, kind: &str| after.offices.get(of).and_then(|kinds| kinds.get(kind)).copied();
        assert_eq!(counts("public-security", "record_filed"), Some(1));
        assert_eq!(counts("transport", "inquiry_answered"), Some(1));
        assert_eq!(counts("transport", "inquiry_refused"), Some(1));
        let (month, kinds) = after.months.last_key_value().unwrap();
        assert_eq!(
            (month.to_string(), kinds["record_filed"]),
            (town.platform.today().to_string()[..7].to_owned(), 1)
        );
    });
}

#[test]
fn article_34_a_look_at_someone_unknown_is_seen_by_them_later_and_tells_the_officer_nothing() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let (unknown, bare) = (person(1), person(2));
        let officer = town.officer("transport", &[1]).await;
        let first = town.inquire(&unknown, &officer, 1).await.unwrap();
        let again = town.inquire(&unknown, &officer, 1).await.unwrap();
        town.subject(&bare).await;
        let without_records = town.inquire(&bare, &officer, 1).await.unwrap();
        for answer in [&first, &again, &without_records] {
            assert_eq!((answer.result, answer.records.len(), answer.withheld.len()), ("no_records", 0, 0));
            assert_eq!(
                answer.entry.0, answer.journal_size,
                "one look, one entry: their number tells nothing"
            );
        }
        let own = town.own(&town.subject(&unknown).await).await.unwrap();
        assert_eq!(own.looks.unwrap().len(), 2);
        holds(&town).await;
    });
}

#[test]
fn article_15_the_public_sees_organisations_within_the_period_and_never_a_human_being() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let (company, shop) = (company(1), individual_business(1));
        town.file_all("registration", "market-regulation", &[registration(&company, "北京示例科技有限公司")])
            .await;
        town.file_all(
            "administrative-penalty",
            "market-regulation",
            &[
                penalty(&company, "北京示例科技有限公司", "一", "2026-10-09", &["罚款"]),
                penalty(&company, "北京示例科技有限公司", "二", "2025-11-23", &["罚款"]),
                penalty(&company, "北京示例科技有限公司", "三", "2025-11-22", &["罚款"]),
                penalty(&company, "北京示例科技有限公司", "四", "2023-11-23", &["吊销许可证件"]),
                penalty(&company, "北京示例科技有限公司", "五", "2026-10-09", &["警告"]),
                penalty(&shop, "李四小吃店", "六", "2026-10-09", &["罚款"]),
            ],
        )
        .await;
        let shown = |found: &service::publication::PublicOrganisation| {
            found.records.iter().map(|record| record.document_number.clone()).collect::<Vec<_>>()
        };
        let found = town.platform.organisation(&company).await.unwrap();
        assert_eq!(shown(&found), ["一".to_owned(), "二".into(), "四".into(), format!("登记-{company}")]);
        assert!(!serde_json::to_string(&found).unwrap().contains("欧阳雪"));
        town.clock.set("2026-11-24");
        let next_day = town.platform.organisation(&company).await.unwrap();
        assert_eq!(shown(&next_day), ["一".to_owned(), format!("登记-{company}")]);
        // What is sent is what is read, on each day and after each change, however often it was asked for before.
        for (day, expected) in [("2026-11-24", 2), ("2026-11-25", 2)] {
            town.clock.set(day);
            for _ in 0..2 {
                let read = serde_json::to_vec(&town.platform.organisation(&company).await.unwrap()).unwrap();
                let sent = town.platform.organisation_document(&company).await.unwrap();
                assert_eq!(sent.bytes, read);
                assert!(String::from_utf8_lossy(&sent.bytes).contains(day));
                assert_eq!(String::from_utf8_lossy(&sent.bytes).matches("\"record\":").count(), expected);
            }
        }
        let before = town.platform.organisation_document(&company).await.unwrap();
        let line = [penalty(&company, "北京示例科技有限公司", "七", "2026-11-20", &["罚款"])];
        town.file_all("administrative-penalty", "market-regulation", &line).await;
        let after = town.platform.organisation_document(&company).await.unwrap();
        assert_ne!(before.digest, after.digest);
        assert!(String::from_utf8_lossy(&after.bytes).contains("七"));
        let staged = FileRequest {
            all_or_nothing: true,
            ..town.request(
                "administrative-penalty",
                &[penalty(&company, "北京示例科技有限公司", "八", "2026-11-20", &["罚款"])],
            )
        };
        town.file(staged, "market-regulation").await.unwrap();
        let whole = town.platform.organisation_document(&company).await.unwrap();
        assert!(String::from_utf8_lossy(&whole.bytes).contains("八"), "a staged record came into force");
        for code in [shop.as_str(), "911100001000044477", "nonsense"] {
            assert!(
                matches!(town.platform.organisation(code).await, Err(ServiceError::NotFound { .. })),
                "{code}"
            );
        }
        assert_eq!(
            town.platform
                .search_organisations("示例", SearchFilter::default(), None, 10)
                .await
                .unwrap()
                .results[0]
                .code,
            company
        );
        assert!(
            town.platform
                .search_organisations("小吃", SearchFilter::default(), None, 10)
                .await
                .unwrap()
                .results
                .is_empty()
        );
        assert!(
            town.platform
                .search_organisations(&shop, SearchFilter::default(), None, 10)
                .await
                .unwrap()
                .results
                .is_empty()
        );
        assert!(matches!(
            town.platform.search_organisations("示", SearchFilter::default(), None, 10).await,
            Err(ServiceError::Malformed { .. })
        ));
        holds(&town).await;
    });
}

#[test]
fn article_14_records_under_a_flagged_code_wait_until_the_code_is_verified() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let flagged = "91350203M0001QAY9B";
        town.file_all("registration", "market-regulation", &[registration(flagged, "厦门某某有限公司")])
            .await;
        assert!(town.platform.organisation(flagged).await.is_err());
        let officer = town.officer("transport", &[1]).await;
        assert_eq!(town.inquire(flagged, &officer, 1).await.unwrap().withheld[0].article.to_string(), "14");
        let subject = town.subject(flagged).await;
        assert!(town.own(&subject).await.unwrap().subject.held_for_verification);
        assert_eq!(
            refused(town.platform.verify_identifier(flagged, "营业执照", &officer).await),
            "operator_only"
        );
        town.platform
            .verify_identifier(flagged, "营业执照原件", &town.office("big-data-centre"))
            .await
            .unwrap();
        assert_eq!(town.platform.organisation(flagged).await.unwrap().records.len(), 1);
        holds(&town).await;
    });
}

#[test]
fn article_19_a_revoked_key_opens_nothing_even_to_a_caller_that_was_let_in_before() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let asked = KeyFor::Subject { identifier: person(1) };
        let issued =
            town.platform.issue_key(asked, "test", None, &register::caller::Caller::Operator).await.unwrap();
        let caller = town.platform.authenticate(&issued.token, Some(&Origin::HERE)).await.unwrap();
        assert!(town.own(&caller).await.is_ok());
        town.platform.revoke_key(issued.number, "丢失", &register::caller::Caller::Operator).await.unwrap();
        assert!(matches!(town.own(&caller).await, Err(ServiceError::Unauthorised)));
        assert!(matches!(
            town.platform.authenticate(&issued.token, Some(&Origin::HERE)).await,
            Err(ServiceError::Unauthorised)
        ));
        for token in ["", "credence_1_", "credence_99_00", &format!("{}0", issued.token)] {
            assert!(
                matches!(town.platform.authenticate(token, None).await, Err(ServiceError::Unauthorised)),
                "{token}"
            );
        }
        holds(&town).await;
    });
}

#[test]
fn article_35_nobody_reads_anothers_information_as_their_own() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let subject = town.subject(&person(1)).await;
        let refusal = town.ask(Some(&person(2)), &subject, PurposeRequest::Own).await;
        assert_eq!(refused(refusal), "not_ones_own");
        let purpose = PurposeRequest::Duty { duty: 1, matter: "x".into() };
        assert_eq!(refused(town.ask(Some(&person(2)), &subject, purpose).await), "not_an_office");
        let seen = town.own(&town.subject(&person(2)).await).await.unwrap().looks.unwrap();
        assert_eq!(seen.len(), 2, "each refused look is seen");
        assert!(seen.iter().all(|look| look.by == "another_subject"), "and never called one's own");
        holds(&town).await;
    });
}
