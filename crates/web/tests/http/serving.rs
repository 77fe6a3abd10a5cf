//! Serving over real connections.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::city::City;

async fn ask(address: std::net::SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_when_the_program_stops_is_finished_and_nobody_new_is_let_in() {
    let city = City::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let limits = web::Limits { header_read_max: Duration::from_millis(300), ..web::Limits::default() };
    let served = tokio::spawn(web::serve_within(listener, city.router.clone(), limits, async {
        let _ = stopped.await;
    }));
    let answer = ask(address, "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("alive\n"), "{answer}");
    let long = format!(
        "GET /livez HTTP/1.1\r\nhost: x\r\nx-long: {}\r\nconnection: close\r\n\r\n",
        "x".repeat(20_000)
    );
    assert!(ask(address, &long).await.starts_with("HTTP/1.1 431"));
    // Who does not finish the head is not waited for.
    let began = tokio::time::Instant::now();
    ask(address, "GET /livez HTTP/1.1\r\nhost:").await;
    assert!(began.elapsed() < Duration::from_secs(5));

    // A request whose body is still arriving when the program is told to stop is answered.
    let mut open = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/v1/inquiries HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: 25\r\n\r\n",
        city.person
    );
    open.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(address).await.is_err());
    open.write_all(b"{\"purpose\":{\"for\":\"own\"}}").await.unwrap();
    let mut answer = Vec::new();
    open.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    served.await.unwrap().unwrap();
}
