//! `serve`, `mirror` and what they give away.

use serde_json::{Value, json};

use super::run_in;
use super::server::Server;

#[test]
fn a_demo_is_served_only_when_asked_and_its_mirror_verifies_with_the_public_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let built =
        run_in(here, &["demo", "--store", "data", "--subjects", "60", "--day", "2026-11-20", "--json"], b"")
            .object();
    let refused = run_in(here, &["serve", "--store", "data", "--listen", "127.0.0.1:0"], b"");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--demo"), "{}", refused.err);

    let server = Server::start(here, &["--store", "data", "--demo"]);
    let organisation = built["examples"]["organisation"].as_str().unwrap();
    let page: Value =
        serde_json::from_str(&server.get(&format!("/api/v1/organisations/{organisation}"))).unwrap();
    assert_eq!(page["code"], json!(organisation));
    std::fs::write(here.join("key"), server.get("/journal/key")).unwrap();

    let url = format!("{}/journal/", server.address);
    assert_eq!(run_in(here, &["mirror", &url, "--to", "mirror"], b"").code, 0);
    let verified = |known: &[&str]| {
        run_in(here, &[&["verify", "--mirror", "mirror", "--key", "key", "--json"], known].concat(), b"")
    };
    assert_eq!(verified(&[]).code, 0);
    std::fs::copy(here.join("mirror/checkpoint"), here.join("known")).unwrap();

    let look = run_in(
        here,
        &[
            "inquire",
            organisation,
            "--as",
            "tax",
            "--duty",
            "1",
            "--matter",
            "5",
            "--store",
            "data",
            "--json",
        ],
        b"",
    );
    assert_eq!(look.code, 0, "the command line and the server work on one store: {}", look.err);
    assert_eq!(server.stop(), 0);
    assert_eq!(run_in(here, &["verify", "--store", "data"], b"").code, 0);
    assert_eq!(verified(&["--known", "known"]).code, 0);

    let tile = here.join("mirror/tile/0/000");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[40 * 32] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    let found = verified(&[]);
    assert_eq!(found.code, 1);
    assert_eq!(found.object()["problems"][0]["entry"], 40);
    assert_eq!(run_in(here, &["verify", "--mirror", "mirror"], b"").code, 2, "the key comes from elsewhere");
}
