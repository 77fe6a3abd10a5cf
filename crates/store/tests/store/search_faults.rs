//! The index of names when it is broken off, deleted, damaged, forged or out of date. It is a help and never the truth: the
//! store gives a new one, and acts go on meanwhile.

use std::path::{Path, PathBuf};
use std::time::Duration;

use store::{OrganisationSearch, Store};

use crate::acts::*;
use crate::harness::{Engine, Place, write};
use crate::search::{found, name_all};

fn names(from: u64, to: u64) -> Vec<String> {
    (from..=to).map(|number| format!("北京样例{number}号有限公司")).collect()
}

async fn city(count: u64) -> (Place, Store, PathBuf) {
    let place = Place::new(Engine::Sqlite).await.unwrap();
    let store = place.create().await;
    name_all(&store, 1, names(1, count)).await;
    let folder = place.address.folder().unwrap().join("search");
    (place, store, folder)
}

/// Opens the index as a start of the program does, and counts what is found.
async fn opened(store: &Store) -> usize {
    let search = OrganisationSearch::start(store);
    search.wait_until_ready().await;
    let count = found(&search, "样例").await.len();
    let_go(search).await;
    count
}

/// The task that keeps an index ends a moment after its last user.
async fn let_go(search: OrganisationSearch) {
    drop(search);
    tokio::time::sleep(Duration::from_millis(30)).await;
}

fn newest(folder: &Path) -> PathBuf {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    found.sort();
    found.pop().unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// Waits for something that the index does by itself.
async fn happens(what: &str, mut asked: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if asked().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen within 30 seconds");
}

fn in_runtime(story: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(story);
}

#[test]
fn an_index_of_which_any_file_is_missing_cut_or_has_one_byte_changed_finds_every_name_again() {
    in_runtime(async {
        let (_place, store, folder) = city(200).await;
        assert_eq!(opened(&store).await, 200);
        let count = files(&newest(&folder)).len();
        assert!(count > 5);
        for number in 0..count {
            for damage in ["missing", "cut", "changed"] {
                let made = files(&newest(&folder));
                let Some(file) = made.get(number) else { continue };
                let bytes = std::fs::read(file).unwrap();
                match damage {
                    "missing" => std::fs::remove_file(file).unwrap(),
                    "cut" => std::fs::write(file, &bytes[..bytes.len() / 2]).unwrap(),
                    _ if bytes.is_empty() => continue,
                    _ => {
                        let mut bytes = bytes;
                        let middle = bytes.len() / 2;
                        bytes[middle] ^= 0x10;
                        std::fs::write(file, bytes).unwrap();
                    }
                }
                assert_eq!(opened(&store).await, 200, "{} {damage}", file.display());
            }
        }
        store.close().await;
    });
}

#[test]
fn an_index_whose_building_was_broken_off_is_built_by_the_next_start() {
    in_runtime(async {
        let (_place, store, folder) = city(3000).await;
        // A kill leaves what the builder had written by then: all files but the last, or some of them.
        for (number, delay) in [0, 1, 3, 10, 30].into_iter().enumerate() {
            let search = OrganisationSearch::start(&store);
            tokio::time::sleep(Duration::from_millis(delay)).await;
            let written = tempfile::tempdir().unwrap();
            for made in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                for file in std::fs::read_dir(made.path()).into_iter().flatten().flatten() {
                    if file.file_name() != "meta.json" {
                        // The builder goes on: a file may be gone by now.
                        let _ = std::fs::copy(file.path(), written.path().join(file.file_name()));
                    }
                }
            }
            search.wait_until_ready().await;
            let_go(search).await;
            // The half-built one is the newest, and it is not taken for one.
            let broken_off = folder.join(format!("names-{}", (number + 1) * 1000));
            std::fs::create_dir(&broken_off).unwrap();
            for file in files(written.path()) {
                std::fs::copy(&file, broken_off.join(file.file_name().unwrap())).unwrap();
            }
            let search = OrganisationSearch::start(&store);
            search.wait_until_ready().await;
            assert_eq!(search.search("样例2999号", None, 10).await.unwrap().found.len(), 1);
            let_go(search).await;
            assert!(!broken_off.exists());
        }
        store.close().await;
    });
}

#[test]
fn an_index_that_is_deleted_under_a_running_program_answers_on_and_comes_back() {
    in_runtime(async {
        let (_place, store, folder) = city(200).await;
        let search = OrganisationSearch::start(&store);
        search.wait_until_ready().await;
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found(&search, "样例").await.len(), 200);
        name_all(&store, 201, names(201, 230)).await;
        assert_eq!(found(&search, "样例").await.len(), 230, "names that came since are found at once");
        happens("the rebuilding", async || folder.join("names-1").join("meta.json").exists()).await;
        assert_eq!(found(&search, "样例").await.len(), 230);
        let_go(search).await;
        assert_eq!(opened(&store).await, 230);
        store.close().await;
    });
}

#[test]
fn an_index_that_is_damaged_under_a_running_program_is_built_anew_and_loses_no_name() {
    in_runtime(async {
        let (_place, store, folder) = city(200).await;
        let search = OrganisationSearch::start(&store);
        search.wait_until_ready().await;
        for file in files(&newest(&folder)) {
            // Replaced, as a restored folder would be; what is open is not touched.
            std::fs::remove_file(&file).unwrap();
            std::fs::write(&file, b"nonsense").unwrap();
        }
        // So many that they are to be written into the index, which cannot be written.
        name_all(&store, 201, names(201, 5000)).await;
        happens("the rebuilding", async || !folder.join("names-1").exists()).await;
        happens("finding the last name", async || {
            search.search("样例5000号", None, 10).await.unwrap().found.len() == 1
        })
        .await;
        let_go(search).await;
        let search = OrganisationSearch::start(&store);
        search.wait_until_ready().await;
        assert_eq!(search.search("样例4999号", None, 10).await.unwrap().found.len(), 1);
        let_go(search).await;
        store.close().await;
    });
}

#[test]
fn an_index_that_knows_more_or_other_than_the_store_shows_nothing_that_the_store_does_not_hold() {
    in_runtime(async {
        let (place, store, folder) = city(50).await;
        assert_eq!(opened(&store).await, 50);
        store.close().await;
        let database = place.address.folder().unwrap().join("credence.sqlite");
        let earlier = std::fs::read(&database).unwrap();
        // The store goes on, and is then put back to its earlier state; the index is not.
        let store = Store::open(place.options()).await.unwrap();
        name_all(&store, 51, names(51, 60)).await;
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(opened(&store).await, 60);
        store.close().await;
        std::fs::write(&database, earlier).unwrap();
        let store = Store::open(place.options()).await.unwrap();
        assert_eq!(opened(&store).await, 50, "the names that are gone are not shown");

        // An index with names that nobody gave, made to look like this store's own.
        let (_other, stranger, forged) = city(50).await;
        name_all(&stranger, 51, vec!["北京样例隐姓埋名有限公司".into()]).await;
        assert_eq!(opened(&stranger).await, 51);
        stranger.close().await;
        let own = newest(&folder);
        let mark = |meta: &Path| {
            let meta: serde_json::Value = serde_json::from_slice(&std::fs::read(meta).unwrap()).unwrap();
            meta["payload"].clone()
        };
        let kept = mark(&own.join("meta.json"));
        for file in files(&own) {
            std::fs::remove_file(file).unwrap();
        }
        for file in files(&newest(&forged)) {
            std::fs::copy(&file, own.join(file.file_name().unwrap())).unwrap();
        }
        let meta = own.join("meta.json");
        let mut text: serde_json::Value = serde_json::from_slice(&std::fs::read(&meta).unwrap()).unwrap();
        text["payload"] = kept;
        std::fs::write(&meta, text.to_string()).unwrap();
        let search = OrganisationSearch::start(&store);
        search.wait_until_ready().await;
        assert_eq!(newest(&folder), own, "it is taken for the store's own");
        assert_eq!(found(&search, "隐姓埋名").await, Vec::<String>::new());
        assert_eq!(found(&search, "样例").await.len(), 50);
        let_go(search).await;
        store.close().await;
    });
}

#[test]
fn an_index_that_cannot_be_kept_at_all_holds_no_act_up_and_is_there_when_it_can() {
    in_runtime(async {
        let (_place, store, folder) = city(50).await;
        // A file lies where the folder belongs.
        std::fs::write(&folder, b"in the way").unwrap();
        let search = OrganisationSearch::start(&store);
        for _ in 0..20 {
            write(&store, |pen| Box::pin(async move { pen.append(&[by_office(looked(1, 1))]).await })).await;
            assert!(!search.search("样例", None, 10).await.unwrap().ready);
        }
        std::fs::remove_file(&folder).unwrap();
        happens("the building", async || search.is_ready()).await;
        assert_eq!(found(&search, "样例").await.len(), 50);
        let_go(search).await;
        store.close().await;
    });
}
