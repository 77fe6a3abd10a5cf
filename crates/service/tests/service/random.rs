//! Any sequence of acts on any days: what the public sees obeys the law, and the tables stay the fold of the journal.

use law::Day;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use register::acts::rights::restoration::RestoreRecord;
use register::record::RecordNumber;
use register::rules::display_period::Display;
use serde_json::json;
use testkit::codes::{company, individual_business, person};
use testkit::lines::{commendation, penalty, person_penalty};
use testkit::{Engine, Town};

use crate::support::holds;

#[derive(Debug, Clone)]
enum Step {
    Penalty { whom: u8, days_ago: i64, kind: u8 },
    Commend { whom: u8 },
    Correct { record: u64, kind: u8 },
    Revoke { record: u64 },
    Restore { record: u64 },
    Withdraw { record: u64, whom: u8 },
    Wait { days: i64 },
    Look { whom: u8, duty: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0_u8..5, 0_i64..1500, 0_u8..3).prop_map(|(whom, days_ago, kind)| Step::Penalty { whom, days_ago, kind }),
        1 => (0_u8..3).prop_map(|whom| Step::Commend { whom }),
        1 => (1_u64..12, 0_u8..3).prop_map(|(record, kind)| Step::Correct { record, kind }),
        1 => (1_u64..12).prop_map(|record| Step::Revoke { record }),
        1 => (1_u64..12).prop_map(|record| Step::Restore { record }),
        1 => (1_u64..12, 0_u8..3).prop_map(|(record, whom)| Step::Withdraw { record, whom }),
        3 => (0_i64..400).prop_map(|days| Step::Wait { days }),
        2 => (0_u8..5, 1_u8..7).prop_map(|(whom, duty)| Step::Look { whom, duty }),
    ];
    prop::collection::vec(step, 1..25)
}

const KINDS: [&str; 3] = ["警告", "罚款", "吊销许可证件"];

fn whom(number: u8) -> String {
    match number {
        0..=2 => company(u32::from(number)),
        3 => individual_business(1),
        _ => person(1),
    }
}

async fn take(town: &Town, today: &mut Day, document: usize, step: &Step) {
    let filer = town.office("public-security");
    // A refusal is a lawful outcome of a random act; what matters is what stands afterwards.
    match step {
        Step::Penalty { whom: number, days_ago, kind } => {
            let day = today.plus_days(-days_ago).to_string();
            let kinds = [KINDS[usize::from(*kind)]];
            let (item, line) = if *number == 4 {
                (
                    "administrative-penalty-person",
                    person_penalty(&whom(4), "张三", &format!("文{document}"), &day, &kinds),
                )
            } else {
                (
                    "administrative-penalty",
                    penalty(&whom(*number), "北京某公司", &format!("文{document}"), &day, &kinds),
                )
            };
            town.file_all(item, "public-security", &[line]).await;
        }
        Step::Commend { whom: number } => {
            let line =
                commendation(&whom(*number), "北京某公司", &format!("奖{document}"), &today.to_string());
            town.file_all("commendation", "economy-informatization", &[line]).await;
        }
        Step::Correct { record, kind } => {
            let kind = KINDS[usize::from(*kind)];
            let fields = json!({"penalty_kinds": [kind], "fine_fen": 1, "licence_affected": "证"});
            let _ = town
                .platform
                .correct(RecordNumber(*record), fields.as_object().unwrap().clone(), "更正", &filer)
                .await;
        }
        Step::Revoke { record } => {
            let _ = town.platform.revoke(RecordNumber(*record), "撤销", &filer).await;
        }
        Step::Restore { record } => {
            let ask = RestoreRecord {
                performance_document: "一".into(),
                commitment_document: "二".into(),
                reason: "三".into(),
            };
            let _ = town.platform.restore(RecordNumber(*record), ask, &filer).await;
        }
        Step::Withdraw { record, whom: number } => {
            let subject = town.subject(&whom(*number)).await;
            let _ = town.platform.withdraw(RecordNumber(*record), &subject).await;
        }
        Step::Wait { days } => {
            *today = today.plus_days(*days);
            town.clock.set(&today.to_string());
        }
        Step::Look { whom: number, duty } => {
            let before = town.platform.head().await.unwrap().size;
            let _ = town.inquire(&whom(*number), &town.office("public-security"), *duty).await;
            town.platform.advance_checkpoint().await.unwrap();
            assert!(
                town.platform.head().await.unwrap().size > before,
                "every look has its entry, answered or refused"
            );
        }
    }
}

async fn obeys(town: &Town, today: Day) {
    for number in 0..3 {
        let Ok(found) = town.platform.organisation(&whom(number)).await else { continue };
        for record in found.records {
            let adverse = record.class == law::InformationClass::Untrustworthiness;
            match record.display {
                Display::Until { last_day, .. } => {
                    assert!(adverse && today <= last_day && last_day <= record.finding_day.plus_months(36));
                    assert!(record.severity != Some(law::Severity::Minor));
                }
                Display::LongTerm => assert!(!adverse),
                other => panic!("shown though {other:?}"),
            }
        }
    }
    for number in 3..5 {
        assert!(town.platform.organisation(&whom(number)).await.is_err(), "nothing about a human being");
    }
}

#[test]
fn article_15_any_sequence_of_acts_leaves_only_what_may_be_shown() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    runner
        .run(&(steps(), 0_i64..3000), |(steps, start)| {
            runtime.block_on(async {
                let mut today: Day = "2018-06-01".parse::<Day>().unwrap().plus_days(start);
                let town = Town::on(Engine::Sqlite, &today.to_string()).await;
                for (document, step) in steps.iter().enumerate() {
                    take(&town, &mut today, document, step).await;
                    obeys(&town, today).await;
                }
                holds(&town).await;
            });
            Ok(())
        })
        .unwrap();
}
