//! Erasure: gone from every view, seen by the subject, and gone from a backup that is restored later too.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use register::acts::information::erasure::{EraseRecords, ErasureGround};
use register::caller::Caller;
use register::record::RecordNumber;
use store::{Confirmation, RestoreOptions, Store, StoreAddress, VerifyKnown};
use testkit::codes::company;
use testkit::engine::{Engine, Place, psql};
use testkit::lines::{penalty, registration};
use testkit::{Town, on_both};

use super::support::{documents, holds, refused};

fn ground() -> ErasureGround {
    ErasureGround::UnlawfulCollection { document: "认定书〔2026〕3号".to_owned() }
}

/// The wrapped keys of entries, past the store.
fn wrapped(town: &Town, entries: &[u64]) -> Vec<Vec<u8>> {
    let numbers = entries.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let hexadecimal = match &town.place.address {
        StoreAddress::Folder(folder) => Command::new("python3")
            .args(["-c", "import sqlite3,sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(row[0])"])
            .arg(folder.join("credence.sqlite"))
            .arg(format!("select hex(wrapped) from payload_key where entry in ({numbers})"))
            .output(),
        StoreAddress::Postgres(url) => Command::new("psql")
            .args(["-X", "-A", "-t", url, "-c"])
            .arg(format!("select encode(wrapped, 'hex') from payload_key where entry in ({numbers})"))
            .output(),
    };
    let text = String::from_utf8(hexadecimal.unwrap().stdout).unwrap();
    let byte = |place: usize, line: &str| u8::from_str_radix(&line[place * 2..place * 2 + 2], 16).unwrap();
    text.lines().map(|line| (0..line.len() / 2).map(|place| byte(place, line)).collect()).collect()
}

fn stands_under(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|file| {
        let path = file.path();
        if path.is_dir() {
            return stands_under(&path, needle);
        }
        std::fs::read(&path).unwrap_or_default().windows(needle.len()).any(|window| window == needle)
    })
}

#[test]
fn what_is_erased_is_gone_from_every_view_and_an_older_backup_does_not_bring_it_back() {
    on_both(|engine| async move {
        let town = Town::new(engine).await;
        let code = company(1);
        let office = town.office("market-regulation");
        town.file_all("registration", "market-regulation", &[registration(&code, "北京先名有限公司")]).await;
        town.file_all("registration", "market-regulation", &[registration(&company(2), "北京旁人有限公司")])
            .await;
        let line = |document: &str| penalty(&code, "北京先名有限公司", document, "2026-03-02", &["警告"]);
        town.file_all(
            "administrative-penalty",
            "market-regulation",
            &[line("罚〔2026〕1号"), line("罚〔2026〕2号")],
        )
        .await;
        let subject = town.subject(&code).await;
        let own = town.own(&subject).await.unwrap();
        let erased_record =
            own.records.iter().find(|record| record.document_number == "罚〔2026〕1号").unwrap().record;
        let registration_record =
            own.records.iter().find(|record| record.item.0 == "registration").unwrap().record;
        let fields = serde_json::json!({"facts": "更正后的事实"});
        town.platform
            .correct(erased_record, fields.as_object().unwrap().clone(), "更正", &office)
            .await
            .unwrap();
        holds(&town).await;

        // A backup of before, with its payload keys.
        let folder = town.place.folder.path().to_path_buf();
        let store = town.store().await;
        store.backup(&folder.join("before"), None, &|_| ()).await.unwrap();
        let note = store.current_checkpoint().await.unwrap().unwrap().note;
        store.close().await;

        let ask = |records: &[RecordNumber]| EraseRecords { records: records.to_vec(), ground: ground() };
        let other = town.office("transport");
        assert_eq!(refused(town.platform.erase(ask(&[erased_record]), &other).await), "person_needed");
        assert_eq!(
            refused(town.platform.erase(ask(&[RecordNumber(999)]), &Caller::Operator).await),
            "not_your_record"
        );
        let entries: Vec<u64> = town
            .own(&subject)
            .await
            .unwrap()
            .history
            .unwrap()
            .iter()
            .filter(|line| [Some(erased_record), Some(registration_record)].contains(&line.record))
            .map(|line| line.entry.0)
            .collect();
        assert_eq!(entries.len(), 3, "filed, corrected, registered");
        let keys = wrapped(&town, &entries);
        assert_eq!(keys.len(), 3);
        let erased =
            town.platform.erase(ask(&[erased_record, registration_record]), &Caller::Operator).await.unwrap();
        assert_eq!(erased.left_behind, None);
        assert_eq!(
            erased.entries.iter().map(|entry| entry.0).collect::<BTreeSet<_>>(),
            entries.iter().copied().collect()
        );

        // Gone from every view; what is left is that it happened.
        let own = town.own(&subject).await.unwrap();
        assert_eq!(documents(&own), ["罚〔2026〕2号"]);
        let history = own.history.unwrap();
        assert!(history.iter().all(|line| line.record != Some(erased_record)));
        let told = history.iter().find(|line| line.kind == "records_erased").unwrap();
        let reason = told.reason.as_deref().unwrap();
        assert!(reason.contains("认定书〔2026〕3号") && reason.contains("record_corrected"), "{reason}");
        assert!(!serde_json::to_string(&history).unwrap().contains("更正后的事实"));
        let officer = town.officer("market-regulation", &[1]).await;
        let seen = town.inquire(&code, &officer, 1).await.unwrap();
        assert!(!documents(&seen).contains(&"罚〔2026〕1号"));
        let mut snapshot_store = town.store().await;
        let mut snapshot = snapshot_store.snapshot().await.unwrap();
        let number = snapshot.subject_of(&snapshot_subject(&code)).await.unwrap().unwrap();
        assert!(
            snapshot.organisation_name(number).await.unwrap().is_none(),
            "the name came from the registration"
        );
        snapshot.end().await.unwrap();
        snapshot_store.close().await;
        assert!(wrapped(&town, &entries).is_empty());
        assert_eq!(
            refused(town.platform.erase(ask(&[erased_record]), &Caller::Operator).await),
            "not_your_record"
        );
        // The same statement may be filed again: it is held no more.
        holds(&town).await;
        let backup = folder.join("before");
        snapshot_store = town.store().await;
        snapshot_store.backup(&backup.with_file_name("after"), None, &|_| ()).await.unwrap();
        snapshot_store.close().await;
        if let StoreAddress::Folder(data) = &town.place.address {
            for key in &keys {
                assert!(!stands_under(data, &key[17..49]), "the wrapped key lies in a file of the store");
            }
        }
        for key in &keys {
            assert!(stands_under(&backup, key), "the backup of before has it");
            assert!(!stands_under(&backup.with_file_name("after"), key));
        }

        // The older backup, with its own folder of keys: what was erased since stays shut.
        let keys_folder =
            town.store_options().keys.or_else(|| town.place.address.folder().map(Path::to_path_buf));
        assert_eq!(
            std::fs::read_to_string(keys_folder.as_ref().unwrap().join("erased.jsonl"))
                .unwrap()
                .lines()
                .count(),
            3
        );
        let target = Place::new(Engine::Sqlite).unwrap();
        let mut options = town.store_options();
        options.address = target.address.clone();
        options.keys = keys_folder;
        let asked = RestoreOptions { from: backup.clone(), keys_from: None, erased: BTreeSet::new() };
        let report = Store::restore(&options, &asked, &|_, _| ()).await.unwrap();
        assert_eq!((report.erased, report.without_key), (3, 3));
        Store::confirm(&options, &Confirmation::Known(note)).await.unwrap();
        let restored = Store::open_to_verify(options).await.unwrap();
        let verified = restored.verify(VerifyKnown::default(), &|_| ()).await.unwrap();
        assert_eq!((verified.problems.len(), verified.checked.payloads_erased), (0, 3));
        assert!(restored.rebuild_compare(&|_| ()).await.unwrap().holds());
        let mut snapshot = restored.snapshot().await.unwrap();
        assert!(snapshot.record(erased_record).await.unwrap().is_none());
        snapshot.end().await.unwrap();
        restored.close().await;

        // The next run into the old folder takes the keys out of it.
        let store = town.store().await;
        store.backup(&backup, None, &|_| ()).await.unwrap();
        store.close().await;
        assert!(keys.iter().all(|key| !stands_under(&backup, key)));

        // A key that is missing without an erasure is named, and so is an erasure that nobody decided.
        tamper(&town, "delete from payload_key where entry = 3");
        let store = town.store().await;
        let problems = store.verify(VerifyKnown::default(), &|_| ()).await.unwrap().problems;
        assert!(problems.iter().any(|problem| problem.entry == Some(3)), "{problems:?}");
        tamper(&town, "insert into erased_entry (entry, erasure, subject) values (3, 1, 1)");
        let problems = store.verify(VerifyKnown::default(), &|_| ()).await.unwrap().problems;
        assert!(problems.iter().any(|problem| problem.entry == Some(3)), "{problems:?}");
        store.close().await;
    });
}

fn snapshot_subject(code: &str) -> register::subject::SubjectIdentifier {
    register::subject::SubjectIdentifier {
        kind: law::identifier::IdentifierKind::UnifiedCode,
        value: code.to_owned(),
    }
}

pub fn tamper(town: &Town, sql: &str) {
    match &town.place.address {
        StoreAddress::Folder(folder) => {
            let status = Command::new("python3")
                .args(["-c", "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()"])
                .arg(folder.join("credence.sqlite"))
                .arg(sql)
                .status()
                .unwrap();
            assert!(status.success(), "{sql}");
        }
        StoreAddress::Postgres(url) => psql(url, sql),
    }
}
