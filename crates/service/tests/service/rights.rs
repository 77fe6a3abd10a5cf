//! Consent, withdrawal, revocation, restoration (Articles 14, 35, 36, 38): from entry n + 1 on nothing of it is shown.

use law::Day;
use register::acts::rights::restoration::RestoreRecord;
use register::catalogue::ItemCode;
use register::record::RecordNumber;
use service::administration::KeyFor;
use service::inquiry::PurposeRequest;
use service::rights::ConsentRequest;
use testkit::codes::{company, person};
use testkit::lines::{commendation, penalty, person_penalty};
use testkit::{Town, on_both};

use crate::support::{documents, holds, refused};

fn consent(uses: Option<u32>) -> ConsentRequest {
    ConsentRequest {
        grantee_name: "某银行".into(),
        grantee_identifier: company(9),
        items: vec![ItemCode("administrative-penalty-person".into())],
        purpose: "贷款".into(),
        last_day: "2026-12-31".parse::<Day>().unwrap(),
        uses,
    }
}

#[test]
fn article_35_a_consent_is_used_as_often_as_it_says_and_ends_when_it_is_taken_back() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let number = person(1);
        town.file_all(
            "administrative-penalty-person",
            "public-security",
            &[person_penalty(&number, "张三", "一", "2026-10-09", &["罚款"])],
        )
        .await;
        let subject = town.subject(&number).await;
        let bank = town.key(KeyFor::ThirdParty { name: "某银行".into(), identifier: company(9) }).await;
        let other = town.key(KeyFor::ThirdParty { name: "另一家".into(), identifier: company(8) }).await;
        let first = town.platform.grant_consent(consent(Some(2)), &subject).await.unwrap().consent;
        let look = |by, consent: register::acts::rights::consent::ConsentNumber| {
            let (town, number) = (&town, number.clone());
            async move { town.ask(Some(&number), by, PurposeRequest::Consent { consent: consent.0 }).await }
        };
        assert_eq!(documents(&look(&bank, first).await.unwrap()), ["一"]);
        assert_eq!(refused(look(&other, first).await), "no_consent");
        assert_eq!(documents(&look(&bank, first).await.unwrap()), ["一"]);
        assert_eq!(refused(look(&bank, first).await), "consent_used_up");
        let given = town.platform.grant_consent(consent(None), &subject).await.unwrap();
        let second = given.consent;
        // A form that was sent twice gives one consent, which is taken back with one act.
        let again = town.platform.grant_consent(consent(None), &subject).await.unwrap();
        assert_eq!((again.consent, again.done.entry), (second, given.done.entry));
        let numbered = ConsentRequest { purpose: "贷款，联系 13812345678".into(), ..consent(None) };
        assert_eq!(
            refused(town.platform.grant_consent(numbered, &subject).await),
            "personal_number_in_words"
        );
        assert!(look(&bank, second).await.is_ok());
        assert_eq!(refused(town.platform.revoke_consent(second, &bank).await), "subject_only");
        town.platform.revoke_consent(second, &subject).await.unwrap();
        assert_eq!(refused(look(&bank, second).await), "consent_revoked");
        town.clock.set("2027-01-01");
        let own = town.own(&subject).await.unwrap();
        assert_eq!(own.consents.unwrap().len(), 2);
        assert_eq!(own.looks.unwrap().iter().filter(|look| look.by == "某银行").count(), 5);
        holds(&town).await;
    });
}

#[test]
fn article_36_a_withdrawn_commendation_is_gone_from_display_at_once_and_comes_back_only_by_its_subject() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let code = company(1);
        town.file_all(
            "commendation",
            "economy-informatization",
            &[commendation(&code, "北京某公司", "奖一", "2020-05-01")],
        )
        .await;
        let subject = town.subject(&code).await;
        let record = town.platform.organisation(&code).await.unwrap().records[0].record;
        town.platform.withdraw(record, &subject).await.unwrap();
        assert!(town.platform.organisation(&code).await.is_err());
        let officer = town.officer("transport", &[1]).await;
        assert!(town.inquire(&code, &officer, 1).await.unwrap().records.is_empty());
        assert_eq!(refused(town.platform.resume(record, &officer).await), "subject_only");
        assert_eq!(town.own(&subject).await.unwrap().records.len(), 1);
        town.platform.resume(record, &subject).await.unwrap();
        assert_eq!(town.platform.organisation(&code).await.unwrap().records.len(), 1);
        holds(&town).await;
    });
}

#[test]
fn article_38_a_restored_and_a_revoked_record_are_shown_to_their_subject_only() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let code = company(1);
        let lines =
            ["一", "二"].map(|document| penalty(&code, "北京某公司", document, "2026-05-30", &["罚款"]));
        town.file_all("administrative-penalty", "market-regulation", &lines).await;
        let filer = town.office("market-regulation");
        let ask = || RestoreRecord {
            performance_document: "缴款书".into(),
            commitment_document: "承诺书".into(),
            reason: "已履行".into(),
        };
        assert_eq!(
            refused(town.platform.restore(RecordNumber(1), ask(), &town.office("tax")).await),
            "not_your_record"
        );
        let numbered = || "当事人 119999198704286168 已履行".to_owned();
        let with_number = RestoreRecord { reason: numbered(), ..ask() };
        let refusals = [
            refused(town.platform.restore(RecordNumber(1), with_number, &filer).await),
            refused(town.platform.revoke(RecordNumber(2), &numbered(), &filer).await),
        ];
        assert_eq!(refusals, ["personal_number_in_words"; 2]);
        town.platform.restore(RecordNumber(1), ask(), &filer).await.unwrap();
        town.platform.revoke(RecordNumber(2), "决定撤销", &filer).await.unwrap();
        assert!(town.platform.organisation(&code).await.is_err());
        let officer = town.officer("transport", &[1]).await;
        let answer = town.inquire(&code, &officer, 1).await.unwrap();
        assert_eq!((answer.records.len(), answer.withheld.len(), answer.withheld[0].count), (0, 1, 2));
        let own = town.own(&town.subject(&code).await).await.unwrap();
        assert_eq!(own.records.len(), 2);
        let reasons: Vec<_> = own.history.unwrap().into_iter().filter_map(|line| line.reason).collect();
        assert_eq!(reasons, ["决定撤销", "已履行"]);
        town.platform.revoke(RecordNumber(1), "重报", &filer).await.unwrap();
        let again = town
            .file(town.request("administrative-penalty", &lines[..1]), "market-regulation")
            .await
            .unwrap();
        assert_eq!(
            (again.filed, again.unchanged),
            (0, 1),
            "revoking and filing again does not undo a restoration"
        );
        let refiled = town
            .file(town.request("administrative-penalty", &lines[1..]), "market-regulation")
            .await
            .unwrap();
        assert_eq!(refiled.filed, 1, "what was revoked may be filed again, as a new record");
        holds(&town).await;
    });
}
