//! Finding organisations by a part of their name.

use register::acts::information::filing::OrganisationName;
use register::event::{Act, Event};
use store::{OrganisationSearch, SearchPlace, Store, StoreError};

use crate::acts::*;
use crate::harness::{Place, on_both, write};

fn named(record: u64, subject: u64, name: &str) -> Act {
    let Event::RecordFiled(mut filed) = filed(record, subject, 1, false, None) else { unreachable!() };
    filed.name = Some(OrganisationName { name: name.into(), code: organisation(subject).value });
    by_office(Event::RecordFiled(filed))
}

pub async fn name_all(store: &Store, from: u64, names: Vec<String>) {
    for (part, names) in names.chunks(200).enumerate() {
        let names = names.to_vec();
        let first = from + part as u64 * 200;
        write(store, move |pen| {
            let names = names.clone();
            Box::pin(async move {
                let mut acts = Vec::new();
                for (place, name) in names.iter().enumerate() {
                    let number = first + place as u64;
                    acts.push(by_office(registered(number)));
                    acts.push(named(number, number, name));
                }
                pen.append(&acts).await.map(|_| ())
            })
        })
        .await;
    }
}

pub async fn found(search: &OrganisationSearch, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut next: Option<SearchPlace> = None;
    loop {
        let page = search.search(text, next, 3).await.unwrap();
        assert!(page.ready && page.found.len() <= 3);
        names.extend(page.found.into_iter().map(|found| found.name));
        // A place survives being written into an address and read back.
        next = page.next.map(|place| place.to_string().parse().unwrap());
        if next.is_none() {
            return names;
        }
    }
}

#[test]
fn parts_of_names_are_found_in_the_declared_order_page_by_page() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        let names = [
            "京东方科技集团股份有限公司",
            "北京样例科技有限公司",
            "样例科技",
            "样例科技（北京）有限公司",
            "上海样例科技有限公司",
            "样科例技有限公司",
            "Beijing ＡＢＣ 有限公司",
        ];
        name_all(&store, 1, names.iter().map(|name| (*name).to_owned()).collect()).await;
        let search = OrganisationSearch::start(&store);
        search.wait_until_ready().await;
        assert_eq!(
            found(&search, "样例科技").await,
            ["样例科技", "样例科技（北京）有限公司", "北京样例科技有限公司", "上海样例科技有限公司"]
        );
        assert_eq!(found(&search, "样例科技北京").await, ["样例科技（北京）有限公司"]);
        assert_eq!(found(&search, "abc有限").await, ["Beijing ＡＢＣ 有限公司"]);
        assert_eq!(found(&search, "样").await, Vec::<String>::new());
        assert_eq!(found(&search, "例样").await, Vec::<String>::new());
        assert_eq!(found(&search, "有限").await.len(), 6);

        // A name given after the index was made is found at once, and the old one no longer.
        name_all(&store, 100, vec!["样例科技二厂".into()]).await;
        write(&store, |pen| {
            Box::pin(async move { pen.append(&[named(200, 3, "改名之后有限公司")]).await.map(|_| ()) })
        })
        .await;
        assert_eq!(
            found(&search, "样例科技").await,
            ["样例科技二厂", "样例科技（北京）有限公司", "北京样例科技有限公司", "上海样例科技有限公司"]
        );
        assert_eq!(found(&search, "改名之后").await, ["改名之后有限公司"]);
        drop(search);
        store.close().await;
    });
}

#[test]
fn an_index_that_is_deleted_damaged_or_of_another_store_is_made_again() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let place = Place::new(crate::harness::Engine::Sqlite).await.unwrap();
        let store = place.create().await;
        name_all(&store, 1, (1..=300).map(|number| format!("北京样例{number}号有限公司")).collect()).await;
        let folder = place.address.folder().unwrap().join("search");
        let open = || async {
            let search = OrganisationSearch::start(&store);
            search.wait_until_ready().await;
            let count = found(&search, "样例").await.len();
            drop(search);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            count
        };
        assert_eq!(open().await, 300);
        assert_eq!(open().await, 300);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(open().await, 300);
        for file in std::fs::read_dir(folder.join("names-1")).unwrap().flatten() {
            std::fs::write(file.path(), b"nonsense").unwrap();
        }
        assert_eq!(open().await, 300);
        let meta = std::fs::read_dir(&folder).unwrap().flatten().next().unwrap().path().join("meta.json");
        let text = std::fs::read_to_string(&meta).unwrap();
        std::fs::write(&meta, text.replace("test.example", "best.example")).unwrap();
        assert_eq!(open().await, 300);
        store.close().await;
    });
}

#[test]
fn names_that_come_by_the_thousand_are_put_into_the_index_without_losing_any() -> Result<(), StoreError> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let place = Place::new(crate::harness::Engine::Sqlite).await.unwrap();
        let store = place.create().await;
        name_all(&store, 1, (1..=500).map(|number| format!("北京样例{number}号有限公司")).collect()).await;
        let search = OrganisationSearch::start(&store);
        search.wait_until_ready().await;
        name_all(&store, 501, (501..=9000).map(|number| format!("北京样例{number}号有限公司")).collect())
            .await;
        for _ in 0..200 {
            if search.search("样例9000", None, 10).await?.found.len() == 1 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let mut count = 0;
        let mut next = None;
        loop {
            let page = search.search("样例", next, 500).await?;
            count += page.found.len();
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(count, 9000);
        assert_eq!(search.search("例777号", None, 10).await?.found.len(), 1);
        drop(search);
        store.close().await;
        Ok(())
    })
}
