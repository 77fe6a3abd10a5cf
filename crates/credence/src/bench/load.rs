//! The load: so many connections that each ask, wait for the answer, and ask again. It knows as much of HTTP as that needs,
//! so that little of the machine is spent on asking.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::process::Processes;
use super::report::Times;
use crate::edge::Stopwatch;
use crate::exit::Failure;

/// How long one answer may take before the connection is given up.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// What a load found.
#[derive(Debug, Default)]
pub struct Answered {
    /// How long answered requests took.
    pub times: Times,
    /// How many were turned away with 503.
    pub turned_away: u64,
    /// How many were answered otherwise, or not at all.
    pub failed: u64,
    /// Why the first of these failed.
    pub first_failure: Option<String>,
    /// The bytes of all bodies.
    pub bytes: u64,
    /// One body, as a sample.
    pub sample: Vec<u8>,
    /// How long it went on.
    pub took: Duration,
    /// The processor time of the load itself.
    pub processor: Duration,
}

/// A request to be sent whole.
#[must_use]
pub fn request(method: &str, path: &str, token: Option<&str>, body: &str) -> Vec<u8> {
    let authorization = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
    let length = if body.is_empty() {
        String::new()
    } else {
        format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
    };
    format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n{authorization}{length}\r\n{body}").into_bytes()
}

/// Asks over so many connections for so long. `ask` makes the request with a number that rises.
///
/// # Errors
/// When no connection can be made at all.
pub fn run(
    address: SocketAddr,
    connections: u32,
    lasting: Duration,
    ask: &(dyn Fn(u64) -> Vec<u8> + Sync),
) -> Result<Answered, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("the runtime cannot be started: {error}")))?;
    let own = Processes::own();
    let before = own.processor_time();
    let watch = Stopwatch::start();
    let askers = (0..u64::from(connections)).map(|number| async move {
        // Each connection asks with numbers of its own.
        asker(address, &watch, lasting, (0..).map(|turn| number + turn * u64::from(connections)), ask).await
    });
    let found = runtime.block_on(futures::future::join_all(askers));
    let mut all = Answered { took: watch.elapsed(), ..Answered::default() };
    for one in found {
        all.times.absorb(one.times);
        all.turned_away += one.turned_away;
        all.failed += one.failed;
        all.bytes += one.bytes;
        all.first_failure = all.first_failure.or(one.first_failure);
        if all.sample.is_empty() {
            all.sample = one.sample;
        }
    }
    all.processor = own.processor_time().saturating_sub(before);
    Ok(all)
}

async fn asker(
    address: SocketAddr,
    watch: &Stopwatch,
    lasting: Duration,
    numbers: impl Iterator<Item = u64>,
    ask: &(dyn Fn(u64) -> Vec<u8> + Sync),
) -> Answered {
    let mut found = Answered::default();
    let mut connection: Option<(TcpStream, Vec<u8>)> = None;
    for number in numbers {
        if watch.elapsed() >= lasting {
            break;
        }
        let (mut stream, mut buffer) = match connection.take() {
            Some(open) => open,
            None => match TcpStream::connect(address).await {
                Ok(stream) => {
                    let _ = stream.set_nodelay(true);
                    (stream, Vec::with_capacity(16 * 1024))
                }
                Err(error) => {
                    found.failed += 1;
                    found.first_failure.get_or_insert_with(|| error.to_string());
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
        };
        let asked = ask(number);
        let begun = Stopwatch::start();
        match tokio::time::timeout(ANSWER_MAX, exchange(&mut stream, &asked, &mut buffer)).await {
            Ok(Ok(head)) => {
                match head.status {
                    200 | 201 => found.times.add(begun.elapsed()),
                    503 => found.turned_away += 1,
                    status => {
                        found.failed += 1;
                        let body = String::from_utf8_lossy(buffer.get(head.body..).unwrap_or_default());
                        found.first_failure.get_or_insert_with(|| format!("{status}: {body}"));
                    }
                }
                let body = buffer.get(head.body..).unwrap_or_default();
                found.bytes += body.len() as u64;
                if found.sample.is_empty() {
                    found.sample = body.to_vec();
                }
                connection = Some((stream, buffer));
            }
            Ok(Err(error)) => {
                found.failed += 1;
                found.first_failure.get_or_insert_with(|| error.to_string());
            }
            Err(_) => {
                found.failed += 1;
                found.first_failure.get_or_insert_with(|| "no answer within 30 seconds".to_owned());
            }
        }
    }
    found
}

struct Head {
    status: u16,
    /// Where the body begins in the buffer.
    body: usize,
}

/// Sends a request and reads the whole answer into the buffer.
async fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> std::io::Result<Head> {
    stream.write_all(request).await?;
    buffer.clear();
    let early = || std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "the answer ended early");
    let (head, length) = loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err(early());
        }
        if let Some(found) = head(buffer) {
            break found;
        }
    };
    while buffer.len() < head.body + length {
        if stream.read_buf(buffer).await? == 0 {
            return Err(early());
        }
    }
    Ok(head)
}

/// The status and the length of the body, once the head is there.
fn head(bytes: &[u8]) -> Option<(Head, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let mut lines = text.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0);
    Some((Head { status, body: end + 4 }, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        assert!(head(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n").is_none());
        let (head, length) = head(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").unwrap();
        assert_eq!((head.status, length, head.body), (200, 5, 38));
    }
}
