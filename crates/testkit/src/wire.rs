//! HTTP by hand over real connections: what a browser's library would hide (half a head, an answer that is not taken, many
//! requests at once) is what the tests need.

use std::collections::HashMap;
use std::io::{Error, Result};
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A connection.
#[derive(Debug)]
pub struct Wire<S = TcpStream> {
    /// The stream, for what is not a whole request.
    pub stream: S,
    read: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: HashMap<String, String>,
    /// What `set-cookie` says, each by itself.
    pub cookies: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// Whether it is a refusal of someone overloaded, as it is promised: a problem, and when to come again.
    #[must_use]
    pub fn is_put_off(&self) -> bool {
        let header = |name: &str| self.headers.get(name).map(String::as_str).unwrap_or_default();
        self.status == 503
            && header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0)
            && header("content-type") == "application/problem+json"
    }
}

impl Wire {
    /// Connects.
    ///
    /// # Errors
    /// As the system says; so with the others.
    pub async fn connect(to: SocketAddr) -> Result<Self> {
        Self::connect_from("127.0.0.1", to).await
    }

    /// Connects from one of this machine's addresses, `127.0.0.2` for example.
    ///
    /// # Errors
    /// See [`Wire::connect`].
    pub async fn connect_from(from: &str, to: SocketAddr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // Little is taken unasked: then an answer that is not read fills the other side's memory.
        socket.set_recv_buffer_size(8192)?;
        socket.bind(SocketAddr::new(from.parse().map_err(Error::other)?, 0))?;
        Ok(Self::over(socket.connect(to).await?))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// A connection over a stream.
    pub const fn over(stream: S) -> Self {
        Self { stream, read: Vec::new() }
    }

    /// Sends a text as it is.
    ///
    /// # Errors
    /// See [`Wire::connect`].
    pub async fn send(&mut self, text: &str) -> Result<()> {
        self.stream.write_all(text.as_bytes()).await?;
        self.stream.flush().await
    }

    /// Reads the next answer.
    ///
    /// # Errors
    /// When the connection ends before it is whole.
    pub async fn reply(&mut self) -> Result<Reply> {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(self.read.get(..end).unwrap_or_default()).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let lines: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let cookies =
            lines.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.clone()).collect();
        let headers: HashMap<String, String> = lines.into_iter().collect();
        if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
            self.read.drain(..end);
            let body = self.chunks().await?;
            return Ok(Reply { status: status.ok_or_else(|| Error::other(head))?, headers, cookies, body });
        }
        let length = headers.get("content-length").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        while self.read.len() < end + length {
            self.more().await?;
        }
        let body = self.read.get(end..end + length).unwrap_or_default().to_vec();
        self.read.drain(..end + length);
        Ok(Reply { status: status.ok_or_else(|| Error::other(head))?, headers, cookies, body })
    }

    /// A body that comes in pieces, each with its length before it.
    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                if let Some(end) = self.read.windows(2).position(|window| window == b"\r\n") {
                    break self.read.drain(..end + 2).collect::<Vec<u8>>();
                }
                self.more().await?;
            };
            let length =
                usize::from_str_radix(String::from_utf8_lossy(&line).trim(), 16).map_err(Error::other)?;
            while self.read.len() < length + 2 {
                self.more().await?;
            }
            body.extend(self.read.drain(..length + 2).take(length));
            if length == 0 {
                return Ok(body);
            }
        }
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.read).await? == 0 {
            return Err(Error::other("the connection ended"));
        }
        Ok(())
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// See [`Wire::reply`].
    pub async fn ask(&mut self, text: &str) -> Result<Reply> {
        self.send(text).await?;
        self.reply().await
    }

    /// Reads until the other side closes, and says how many bytes came.
    pub async fn drain(&mut self) -> usize {
        let mut count = self.read.len();
        let mut buffer = vec![0; 65536];
        while let Ok(read @ 1..) = self.stream.read(&mut buffer).await {
            count += read;
        }
        count
    }
}

/// A request for a path.
#[must_use]
pub fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")
}

/// An act as JSON, with a key.
#[must_use]
pub fn post(path: &str, key: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}
