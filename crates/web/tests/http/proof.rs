//! The journal over HTTP: a mirror that anyone can make, and proofs.

use std::collections::HashMap;

use journal::{Checkpoint, MirrorSource, Verifier, verify_mirror};

use crate::city::{City, PENALTIES};

struct Mirror(HashMap<String, Vec<u8>>);

impl MirrorSource for Mirror {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.get(path).cloned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn article_53_a_mirror_made_over_http_verifies_with_nothing_but_the_public_key() {
    let city = City::new().await;
    city.file(&city.haidian, "administrative-penalty", "text/csv", PENALTIES).await.is(201);
    let before = city.get("/api/v1/journal/head").await.is(200).json()["size"].as_u64().unwrap();
    for _ in 0..300 {
        let operator = register::caller::Caller::Operator;
        let asked = service::administration::KeyFor::Operator;
        city.platform.issue_key(asked, "another", None, &operator).await.unwrap();
    }
    city.platform.advance_checkpoint().await.unwrap();

    let verifier = Verifier::parse(city.get("/journal/key").await.is(200).text().trim()).unwrap();
    let note = city.get("/journal/checkpoint").await.is(200);
    assert_eq!(note.header("cache-control"), "no-store");
    let checkpoint = Checkpoint::open(&note.bytes, &verifier).unwrap();
    assert!(checkpoint.size > 256);
    let mut mirror = HashMap::from([("checkpoint".to_owned(), note.bytes)]);
    for tile in journal::tiles::new_tiles(0, checkpoint.size) {
        let mut paths = vec![tile.path()];
        if tile.level == 0 {
            paths.push(journal::tiles::entries_path(tile.index, tile.width));
        }
        for path in paths {
            let file = city.get(&format!("/journal/{path}")).await.is(200);
            assert!(file.header("cache-control").contains("immutable"), "{path}");
            mirror.insert(path, file.bytes);
        }
    }
    let report = verify_mirror(&Mirror(mirror.clone()), &verifier, &[]);
    assert_eq!((report.entries, report.problems.len()), (checkpoint.size, 0), "{:?}", report.problems);
    let bundle = mirror.get_mut("tile/entries/000").unwrap();
    let last = bundle.len() - 1;
    bundle[last] ^= 1;
    assert!(!verify_mirror(&Mirror(mirror), &verifier, &[]).problems.is_empty());

    // Proofs: an entry stands in the tree, and the tree only grew.
    let proof = city.get("/api/v1/journal/proofs/inclusion?entry=3").await.is(200).json();
    let hash = |text: &serde_json::Value| -> journal::Hash {
        hex::decode(text.as_str().unwrap()).unwrap().try_into().unwrap()
    };
    let hashes =
        |proof: &serde_json::Value| proof["hashes"].as_array().unwrap().iter().map(hash).collect::<Vec<_>>();
    let size = proof["size"].as_u64().unwrap();
    journal::verify_inclusion(&hash(&proof["leaf_hash"]), 3, size, &hashes(&proof), &checkpoint.root)
        .unwrap();
    let address = format!("/api/v1/journal/proofs/consistency?from={before}&to={size}");
    city.get(&address).await.is(200);
}
