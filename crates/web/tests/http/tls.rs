//! TLS over real connections: who is let in, with which certificate, and how long that may take.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::routing::get as route;
use serde_json::json;
use sha2::{Digest, Sha256};
use testkit::TownClock;
use testkit::certificates::{Pair, TestAuthority};
use testkit::tls::{Client, connect};
use testkit::wire::{Wire, get, post};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use web::peer::Peer;
use web::tls::{Tls, TlsFiles, check};
use web::{Door, Limits};

use crate::city::City;

const SOON: Duration = Duration::from_secs(60);

struct Secured {
    folder: tempfile::TempDir,
    authority: TestAuthority,
    tls: Arc<Tls>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

fn files(folder: &Path, clients: Option<bool>) -> TlsFiles {
    TlsFiles {
        certificate: folder.join("server.pem"),
        key: folder.join("server.key"),
        client_authorities: clients.map(|_| folder.join("clients.pem")),
        client_certificates_required: clients.unwrap_or(false),
    }
}

impl Secured {
    async fn serve(router: Router, limits: Limits, clients: Option<bool>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = TestAuthority::new("test authority");
        authority.issue("server", (2020, 2100)).write(folder.path(), "server");
        std::fs::write(folder.path().join("clients.pem"), &authority.certificate).unwrap();
        let clock = Arc::new(TownClock::at("2026-11-23"));
        let tls = Arc::new(Tls::load(files(folder.path(), clients), clock).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let door = Door { listener, tls: Some(Arc::clone(&tls)), limits };
        let task = tokio::spawn(door.serve(router, async {
            let _ = stopped.await;
        }));
        Self { folder, authority, tls, address, stop, task }
    }

    fn client(&self) -> Client {
        Client { authority: self.authority.certificate.clone(), own: None, tls12: false }
    }
}

fn seen() -> (Router, Arc<Mutex<Option<Peer>>>) {
    let seen = Arc::new(Mutex::new(None));
    let noted = Arc::clone(&seen);
    let handler = move |Extension(peer): Extension<Peer>| async move {
        *noted.lock().unwrap() = Some(peer);
        "seen"
    };
    (Router::new().route("/", route(handler)), seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_is_served_by_tls_1_3_and_1_2_and_says_that_it_always_will_be() {
    let city = City::new().await;
    let served = Secured::serve(city.router.clone(), Limits::default(), None).await;
    for tls12 in [false, true] {
        let mut wire = connect(served.address, &Client { tls12, ..served.client() }).await.unwrap();
        let asked = post("/api/v1/inquiries", &city.person, &json!({"purpose": {"for": "own"}}));
        let reply = wire.ask(&asked).await.unwrap();
        assert_eq!(reply.status, 200);
        assert_eq!(reply.headers["strict-transport-security"], "max-age=31536000");
    }
    // Without TLS nothing is answered, and in plain text nothing is promised.
    let mut plain = Wire::connect(served.address).await.unwrap();
    plain.send(&get("/livez")).await.unwrap();
    assert!(plain.reply().await.is_err());
    let other = TestAuthority::new("another authority").certificate;
    assert!(connect(served.address, &Client { authority: other, ..served.client() }).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_certificate_is_verified_and_its_fingerprint_is_known_to_whoever_answers() {
    let (router, seen) = seen();
    let served = Secured::serve(router, Limits::default(), Some(false)).await;
    let ask = async |own: Option<Pair>| {
        let mut wire = connect(served.address, &Client { own, ..served.client() }).await?;
        wire.ask(&get("/")).await
    };
    let office = served.authority.issue("office", (2020, 2100));
    let fingerprint: [u8; 32] = Sha256::digest(&office.der).into();
    assert_eq!(ask(Some(office)).await.unwrap().status, 200);
    let peer = seen.lock().unwrap().take().unwrap();
    assert_eq!((peer.certificate, peer.secure), (Some(fingerprint), true));
    assert_eq!(ask(None).await.unwrap().status, 200);
    assert_eq!(seen.lock().unwrap().take().unwrap().certificate, None);
    // Another authority's, and one that has expired by the platform's clock, are turned away.
    assert!(ask(Some(TestAuthority::new("another").issue("office", (2020, 2100)))).await.is_err());
    assert!(ask(Some(served.authority.issue("late", (2020, 2026)))).await.is_err());
    assert!(seen.lock().unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_client_certificates_are_required_nobody_comes_in_without_one() {
    let (router, seen) = seen();
    let served = Secured::serve(router, Limits::default(), Some(true)).await;
    let without = async {
        let mut wire = connect(served.address, &served.client()).await?;
        wire.ask(&get("/")).await
    };
    assert!(without.await.is_err());
    assert!(seen.lock().unwrap().is_none());
    let own = Some(served.authority.issue("office", (2020, 2100)));
    let mut wire = connect(served.address, &Client { own, ..served.client() }).await.unwrap();
    assert_eq!(wire.ask(&get("/")).await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_served_without_touching_who_is_connected_and_a_bad_one_is_not_served() {
    let (router, _) = seen();
    let served = Secured::serve(router, Limits::default(), None).await;
    let mut old = connect(served.address, &served.client()).await.unwrap();
    assert_eq!(old.ask(&get("/")).await.unwrap().status, 200);
    assert_eq!(served.tls.renew(), Ok(false), "nothing changed");

    let other = TestAuthority::new("the next authority");
    let next = other.issue("server", (2020, 2100));
    // Half of a renewal: the certificate is there and its key is not yet.
    std::fs::write(served.folder.path().join("server.pem"), &next.certificate).unwrap();
    let fault = served.tls.renew().unwrap_err();
    assert!(fault.to_string().contains("is not the key of the certificate"), "{fault}");
    assert_eq!(served.tls.renew(), Ok(false), "what is wrong is told once");
    assert!(connect(served.address, &served.client()).await.is_ok(), "the old pair is served further");
    next.write(served.folder.path(), "server");
    assert_eq!(served.tls.renew(), Ok(true));

    assert!(connect(served.address, &served.client()).await.is_err());
    let client = Client { authority: other.certificate, ..served.client() };
    assert_eq!(connect(served.address, &client).await.unwrap().ask(&get("/")).await.unwrap().status, 200);
    assert_eq!(old.ask(&get("/")).await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_agree_on_tls_is_given_up_and_makes_room() {
    let (router, _) = seen();
    let short = Limits { handshake_max: Duration::from_millis(300), ..Limits::default() };
    let served = Secured::serve(router, short, None).await;
    for sent in ["", "\u{16}\u{3}\u{1}"] {
        let mut silent = Wire::connect(served.address).await.unwrap();
        silent.send(sent).await.unwrap();
        tokio::time::timeout(SOON, silent.drain()).await.unwrap();
    }
    let (router, _) = seen();
    let few = Limits { connections_max: 8, handshake_max: SOON * 60, ..Limits::default() };
    let served = Secured::serve(router, few, None).await;
    let mut flood = Vec::new();
    for _ in 0..60 {
        flood.push(Wire::connect_from("127.0.0.2", served.address).await.unwrap());
    }
    let reply =
        async { connect(served.address, &served.client()).await.unwrap().ask(&get("/")).await.unwrap() };
    assert_eq!(tokio::time::timeout(SOON, reply).await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_by_tls_is_answered_when_the_program_stops() {
    let city = City::new().await;
    let served = Secured::serve(city.router.clone(), Limits::default(), None).await;
    let mut open = connect(served.address, &served.client()).await.unwrap();
    let asked = post("/api/v1/inquiries", &city.person, &json!({"purpose": {"for": "own"}}));
    let (first, rest) = asked.split_at(asked.len() - 5);
    open.send(first).await.unwrap();
    let mut half = TcpStream::connect(served.address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    served.stop.send(()).unwrap();
    // Nobody new is let in as soon as the door is shut.
    tokio::time::timeout(SOON, async {
        while TcpStream::connect(served.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
    open.send(rest).await.unwrap();
    assert_eq!(open.reply().await.unwrap().status, 200);
    // Whoever has not agreed on TLS was not accepted, and is not waited for.
    tokio::time::timeout(SOON, served.task).await.unwrap().unwrap().unwrap();
    let mut nothing = [0; 1];
    assert!(tokio::io::AsyncReadExt::read(&mut half, &mut nothing).await.unwrap_or(0) == 0);
}

#[test]
fn what_is_wrong_with_the_files_is_told_with_the_file_and_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let clock: Arc<dyn law::Clock> = Arc::new(TownClock::at("2026-11-23"));
    let authority = TestAuthority::new("authority");
    let fault = |clients| {
        let fault = check(&files(here, clients), &clock).unwrap_err();
        assert!(!fault.remedy.is_empty());
        format!("{} {}", fault.file.file_name().unwrap().display(), fault.what)
    };
    assert!(fault(None).starts_with("server.pem cannot be read"));
    authority.issue("server", (2020, 2026)).write(here, "server");
    assert_eq!(fault(None), "server.pem holds a certificate that expired on 2026-01-01");
    authority.issue("server", (2030, 2031)).write(here, "server");
    assert_eq!(fault(None), "server.pem holds a certificate that is not in force before 2030-01-01");
    let good = authority.issue("server", (2020, 2100));
    good.write(here, "server");
    assert_eq!(check(&files(here, None), &clock), Ok(()));
    let other = authority.issue("other", (2020, 2100));
    std::fs::write(here.join("server.key"), &other.key).unwrap();
    assert!(fault(None).starts_with("server.key is not the key of the certificate in"));
    std::fs::write(here.join("server.key"), &good.certificate).unwrap();
    assert_eq!(fault(None), "server.key holds no private key");
    std::fs::write(here.join("server.pem"), &good.key).unwrap();
    assert_eq!(fault(None), "server.pem holds no certificate");
    good.write(here, "server");
    std::fs::write(here.join("clients.pem"), "nothing").unwrap();
    assert_eq!(fault(Some(true)), "clients.pem holds no certificate");
}
