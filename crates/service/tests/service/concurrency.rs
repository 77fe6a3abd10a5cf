//! Many callers at once: nothing withdrawn, revoked or taken back at entry n is shown by entry n + 1.

use std::sync::Arc;

use register::caller::Caller;
use register::record::RecordNumber;
use register::subject::EntryNumber;
use service::administration::KeyFor;
use service::inquiry::PurposeRequest;
use service::rights::ConsentRequest;
use testkit::codes::{company, person};
use testkit::lines::{commendation, penalty, person_penalty};
use testkit::{Town, on_both};
use tokio::task::JoinSet;

use crate::support::holds;

/// Looks as fast as it can and says of each answered look: its entry, and how many records it showed.
fn looking(
    looks: &mut JoinSet<Vec<(EntryNumber, usize)>>,
    town: &Arc<Town>,
    identifier: String,
    by: Caller,
    purpose: PurposeRequest,
) {
    let town = Arc::clone(town);
    looks.spawn(async move {
        let mut seen = Vec::new();
        for _ in 0..30 {
            if let Ok(answer) = town.ask(Some(&identifier), &by, purpose.clone()).await {
                seen.push((answer.entry, answer.records.len()));
            }
        }
        seen
    });
}

async fn gathered(mut looks: JoinSet<Vec<(EntryNumber, usize)>>) -> Vec<(EntryNumber, usize)> {
    let mut all = Vec::new();
    while let Some(seen) = looks.join_next().await {
        all.extend(seen.unwrap());
    }
    all
}

#[test]
fn article_14_no_record_revoked_at_an_entry_is_shown_by_a_later_one() {
    on_both(|engine| async move {
        let town = Arc::new(Town::new(engine).await);
        let code = company(1);
        town.file_all(
            "administrative-penalty",
            "market-regulation",
            &[penalty(&code, "北京某公司", "一", "2026-10-09", &["罚款"])],
        )
        .await;
        let officer = town.officer("transport", &[1]).await;
        let mut looks = JoinSet::new();
        for _ in 0..8 {
            looking(
                &mut looks,
                &town,
                code.clone(),
                officer.clone(),
                PurposeRequest::Duty { duty: 1, matter: "m".into() },
            );
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let revoked = town
            .platform
            .revoke(RecordNumber(1), "撤销", &town.office("market-regulation"))
            .await
            .unwrap()
            .entry;
        let all = gathered(looks).await;
        assert_eq!(all.len(), 240, "every look is answered");
        assert!(
            all.iter().all(|(entry, shown)| (*entry < revoked) == (*shown == 1)),
            "revoked at {revoked:?}: {all:?}"
        );
        holds(&town).await;
    });
}

#[test]
fn article_36_no_commendation_withdrawn_at_an_entry_is_shown_by_a_later_one() {
    on_both(|engine| async move {
        let town = Arc::new(Town::new(engine).await);
        let code = company(1);
        let line = commendation(&code, "北京某公司", "奖一", "2020-05-01");
        town.file_all("commendation", "economy-informatization", &[line]).await;
        let officer = town.officer("transport", &[1]).await;
        let subject = town.subject(&code).await;
        let mut looks = JoinSet::new();
        for _ in 0..8 {
            let purpose = PurposeRequest::Duty { duty: 1, matter: "m".into() };
            looking(&mut looks, &town, code.clone(), officer.clone(), purpose);
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let withdrawn = town.platform.withdraw(RecordNumber(1), &subject).await.unwrap().entry;
        let all = gathered(looks).await;
        assert_eq!(all.len(), 240, "every look is answered");
        assert!(
            all.iter().all(|(entry, shown)| (*entry < withdrawn) == (*shown == 1)),
            "withdrawn at {withdrawn:?}: {all:?}"
        );
        holds(&town).await;
    });
}

#[test]
fn article_35_no_consent_taken_back_at_an_entry_opens_anything_after_it() {
    on_both(|engine| async move {
        let town = Arc::new(Town::new(engine).await);
        let number = person(1);
        town.file_all(
            "administrative-penalty-person",
            "public-security",
            &[person_penalty(&number, "张三", "一", "2026-10-09", &["罚款"])],
        )
        .await;
        let subject = town.subject(&number).await;
        let bank = town.key(KeyFor::ThirdParty { name: "某银行".into(), identifier: company(9) }).await;
        let ask = |uses| ConsentRequest {
            grantee_name: "某银行".into(),
            grantee_identifier: company(9),
            items: vec![register::catalogue::ItemCode("administrative-penalty-person".into())],
            purpose: "贷款".into(),
            last_day: "2026-12-31".parse().unwrap(),
            uses,
        };
        let consent = town.platform.grant_consent(ask(None), &subject).await.unwrap().consent;
        let limited = town.platform.grant_consent(ask(Some(7)), &subject).await.unwrap().consent;
        let (mut looks, mut few) = (JoinSet::new(), JoinSet::new());
        for _ in 0..4 {
            looking(
                &mut looks,
                &town,
                number.clone(),
                bank.clone(),
                PurposeRequest::Consent { consent: consent.0 },
            );
            looking(
                &mut few,
                &town,
                number.clone(),
                bank.clone(),
                PurposeRequest::Consent { consent: limited.0 },
            );
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let revoked = town.platform.revoke_consent(consent, &subject).await.unwrap().entry;
        assert!(gathered(looks).await.iter().all(|(entry, _)| *entry < revoked));
        assert_eq!(
            gathered(few).await.len(),
            7,
            "a consent for seven uses is used seven times, however many ask at once"
        );
        holds(&town).await;
    });
}

#[test]
fn article_14_the_same_file_sent_twice_at_once_is_filed_once() {
    on_both(|engine| async move {
        let town = Arc::new(Town::new(engine).await);
        let lines: Vec<_> = (0..700)
            .map(|number| {
                penalty(&company(number % 50), "北京某公司", &format!("文{number}"), "2026-10-09", &["罚款"])
            })
            .collect();
        let request = town.request("administrative-penalty", &lines);
        let mut filings = JoinSet::new();
        for _ in 0..3 {
            let (town, request) = (Arc::clone(&town), request.clone());
            filings.spawn(async move { town.file(request, "market-regulation").await.unwrap() });
        }
        let mut receipts = Vec::new();
        while let Some(report) = filings.join_next().await {
            receipts.push(report.unwrap().receipt.unwrap().to_json().unwrap());
        }
        receipts.dedup();
        assert_eq!(receipts.len(), 1, "one batch, one receipt");
        let answer = town.inquire(&company(1), &town.officer("transport", &[1]).await, 1).await.unwrap();
        assert_eq!(answer.records.len(), 14);
        holds(&town).await;
    });
}
