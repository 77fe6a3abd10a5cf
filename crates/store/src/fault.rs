//! Faults of the write path, made to order, and what comes of each.
//!
//! An act passes these steps: connect, begin, take the pen, read and decide, write down each table (`flush`), lay the pen
//! down, commit, answer. At each of them the link to the database may be lost before the step reached it or after it was
//! done there, or the engine may refuse it (a full disk, a read-only database). What the caller gets:
//!
//! | step | refused by the engine | lost before it was done | done, but the answer was lost |
//! |---|---|---|---|
//! | connect | refused as retryable | refused as retryable | refused as retryable |
//! | begin, take the pen | refused as retryable | answered over a fresh connection | answered over a fresh connection |
//! | read and decide | refused as retryable | refused as retryable | refused as retryable |
//! | write down, lay down the pen | refused as retryable | refused as retryable | refused as retryable |
//! | commit | refused as retryable, after the journal was asked | refused as retryable, after the journal was asked | answered, after the journal was asked |
//! | answer (the asker is gone) | - | the act stands | the act stands |
//!
//! Where several acts were to be committed together, each is tried again by itself over a fresh connection, so that in the
//! second and third column all of them are answered. In no case is anything acknowledged that is not in the journal, or
//! anything half done; the next act goes on with the same code. The table is tried cell by cell, over every statement of
//! an act, in `crates/store/src/fault/tests.rs`; the last row and cuts at any byte in `crates/store/tests/store/faults.rs`.
//!
//! [`CuttingProxy`] stands between the program and PostgreSQL and cuts connections where it is told: the tests and the
//! program's own soak test use it.

#[cfg(test)]
pub(crate) mod hook;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A step at the seam. In tests it may be made to fail; the program has nothing of that.
macro_rules! step {
    ($text:expr, $done:expr) => {{
        #[cfg(test)]
        $crate::fault::hook::before(&$text)?;
        let done = $done;
        #[cfg(test)]
        $crate::fault::hook::after()?;
        done
    }};
}
pub(crate) use step;

/// How a commit reads on the wire: the end of a simple query of PostgreSQL's protocol.
const COMMIT: &[u8] = b"commit\0";
/// Bytes carried at once.
const CARRIED_AT_ONCE: usize = 16 * 1024;

/// Where a connection is to be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Before the next commit reaches the server.
    BeforeCommit,
    /// When the server has done the next commit, before its answer comes back.
    AfterCommit,
    /// After so many more bytes in either direction, in the middle of whatever is being said.
    AfterBytes(u64),
}

/// A proxy between the program and a server of PostgreSQL, on a free port of this machine. It carries every byte as it is,
/// until it is told to cut.
#[derive(Debug)]
pub struct CuttingProxy {
    address: SocketAddr,
    orders: Arc<Orders>,
    accepting: JoinHandle<()>,
}

/// What is to be cut, and how often that has happened.
#[derive(Debug, Default)]
struct Orders {
    next: Mutex<Option<Cut>>,
    done: AtomicU64,
}

/// What becomes of some bytes.
enum Fate {
    /// They go on.
    Carried,
    /// They go on, and the answer to them does not come back.
    Unanswered,
    /// So many of them go on, and the connection ends.
    CutAfter(usize),
}

impl Orders {
    fn decide(&self, bytes: &[u8], to_server: bool) -> Fate {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let commits =
            || to_server && bytes.windows(COMMIT.len()).any(|part| part.eq_ignore_ascii_case(COMMIT));
        let length = bytes.len() as u64;
        let fate = match *next {
            Some(Cut::BeforeCommit) if commits() => Fate::CutAfter(0),
            Some(Cut::AfterCommit) if commits() => Fate::Unanswered,
            Some(Cut::AfterBytes(left)) if left < length => {
                Fate::CutAfter(usize::try_from(left).unwrap_or_default())
            }
            Some(Cut::AfterBytes(left)) => {
                *next = Some(Cut::AfterBytes(left - length));
                return Fate::Carried;
            }
            _ => return Fate::Carried,
        };
        *next = None;
        self.done.fetch_add(1, Ordering::SeqCst);
        fate
    }
}

impl CuttingProxy {
    /// Listens, and connects whoever comes to the server at `host:port`. Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(server: String) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let orders = Arc::new(Orders::default());
        let accepting = tokio::spawn({
            let orders = Arc::clone(&orders);
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    let (server, orders) = (server.clone(), Arc::clone(&orders));
                    tokio::spawn(async move {
                        // Where the server is gone the caller finds its connection closed.
                        if let Ok(server) = TcpStream::connect(server).await {
                            let _ = carry(client, server, &orders).await;
                        }
                    });
                }
            }
        });
        Ok(Self { address, orders, accepting })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Has the connection to which this happens next cut.
    pub fn cut(&self, cut: Cut) {
        *self.orders.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut);
    }

    /// Takes back a cut that did not happen yet.
    pub fn spare(&self) {
        *self.orders.next.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// How many connections were cut.
    #[must_use]
    pub fn cuts(&self) -> u64 {
        self.orders.done.load(Ordering::SeqCst)
    }
}

impl Drop for CuttingProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(client: TcpStream, server: TcpStream, orders: &Orders) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut asked, mut answered) = (vec![0; CARRIED_AT_ONCE], vec![0; CARRIED_AT_ONCE]);
    let mut unanswered = false;
    loop {
        let (bytes, fate, to) = tokio::select! {
            read = from_client.read(&mut asked) => {
                let bytes = asked.get(..read?).unwrap_or_default();
                (bytes, orders.decide(bytes, true), &mut to_server)
            }
            read = from_server.read(&mut answered) => {
                // It has done what it was asked; nobody hears of it.
                if unanswered { return Ok(()); }
                let bytes = answered.get(..read?).unwrap_or_default();
                (bytes, orders.decide(bytes, false), &mut to_client)
            }
        };
        if bytes.is_empty() {
            return Ok(());
        }
        match fate {
            Fate::Carried => to.write_all(bytes).await?,
            Fate::Unanswered => {
                unanswered = true;
                to.write_all(bytes).await?;
            }
            Fate::CutAfter(length) => return to.write_all(bytes.get(..length).unwrap_or_default()).await,
        }
    }
}
