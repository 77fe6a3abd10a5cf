//! What the program hands to the pages and the API.

use std::path::PathBuf;
use std::time::Duration;

use law::Article;
use serde::Serialize;
use service::pace::Rate;

use crate::peer::Proxies;

use crate::sign_in::SignInOptions;

/// What `router` needs to know beside the platform itself.
#[derive(Debug, Clone)]
pub struct WebOptions {
    /// The 56 articles with what carries them; the program draws the rows from the code.
    pub law: Vec<LawRow>,
    /// The address under which the platform is reached, for the commands on its pages.
    pub address: String,
    /// Where files that are being filed are kept until they are read; each is removed afterwards.
    pub spool: PathBuf,
    /// How people sign in.
    pub sign_in: SignInOptions,
    /// The limits.
    pub limits: Limits,
    /// How often is too often.
    pub paces: Paces,
    /// The proxies that are believed when they say for whom they ask.
    pub proxies: Proxies,
    /// A word that no other process has: with it the numbers of requests are unique.
    pub process: String,
}

impl Default for WebOptions {
    fn default() -> Self {
        Self {
            law: rows_without_code(),
            address: "http://127.0.0.1:8080".to_owned(),
            spool: std::env::temp_dir(),
            sign_in: SignInOptions::default(),
            limits: Limits::default(),
            paces: Paces::default(),
            proxies: Proxies::default(),
            process: "0".to_owned(),
        }
    }
}

/// How often is too often, by who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paces {
    /// Requests with one key.
    pub caller: Rate,
    /// Requests without a key from one address; of IPv6 from one network of 64 bits.
    pub visitor: Rate,
    /// Keys that open nothing, from one address.
    pub failures: Rate,
}

impl Default for Paces {
    fn default() -> Self {
        Self {
            // More than one process answers: no office is slowed while it is served at all, and none takes another's part for
            // longer than a second.
            caller: Rate::new(10_000, Duration::from_secs(1)),
            // A page with its style sheet and image is three; a mirror fetches thousands of files, once.
            visitor: Rate { count: 200, period: Duration::from_secs(1), burst: 4_000 },
            // A program with an old key is noticed after this many; who guesses gets no further.
            failures: Rate::new(60, Duration::from_secs(60)),
        }
    }
}

/// What a request may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest JSON body, in bytes.
    pub json_bytes_max: usize,
    /// The longest file that is filed, in bytes.
    pub batch_bytes_max: u64,
    /// How long a JSON request may take from its head to its answer.
    pub request_time_max: Duration,
    /// How long the sender of a file may take for each [`Limits::upload_bytes_min`].
    pub upload_idle_max: Duration,
    /// How many bytes of a file must arrive at least in each [`Limits::upload_idle_max`], until its end.
    pub upload_bytes_min: u64,
    /// How long agreeing on TLS may take.
    pub handshake_max: Duration,
    /// How long reading the head of a request may take.
    pub header_read_max: Duration,
    /// The longest head of a request, in bytes.
    pub header_bytes_max: usize,
    /// How many requests are served at a time; one more is asked to come again.
    pub requests_max: usize,
    /// How many small bodies may be on their way at a time, each at most [`Limits::json_bytes_max`] of memory. For one more, the
    /// one that keeps us waiting longest is given up.
    pub arrivals_max: usize,
    /// How many files are received and filed at a time.
    pub uploads_max: usize,
    /// How many lines the head of a request may have.
    pub headers_max: usize,
    /// How long a connection may stay open without a next request.
    pub idle_max: Duration,
    /// How long a client may take to take an answer.
    pub answer_time_max: Duration,
    /// How many answers may lie in memory because their clients do not take them; of more, the oldest are given up.
    pub answers_waiting_max: usize,
    /// How many connections are open at a time. For one more, one that keeps us waiting is given up.
    pub connections_max: usize,
    /// How long open requests are waited for when the program stops.
    pub shutdown_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes_max: 64 * 1024,
            batch_bytes_max: 1 << 30,
            request_time_max: Duration::from_secs(10),
            upload_idle_max: Duration::from_secs(30),
            upload_bytes_min: 32 * 1024,
            handshake_max: Duration::from_secs(10),
            header_read_max: Duration::from_secs(10),
            header_bytes_max: 16 * 1024,
            requests_max: 512,
            arrivals_max: 2048,
            uploads_max: 4,
            headers_max: 100,
            idle_max: Duration::from_secs(75),
            answer_time_max: Duration::from_secs(60),
            answers_waiting_max: 512,
            connections_max: 12_288,
            shutdown_max: Duration::from_secs(20),
        }
    }
}

/// An article and what carries it, as `credence law` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LawRow {
    /// The article.
    pub article: Article,
    /// What it is about.
    pub title: String,
    /// The same in Chinese.
    pub title_zh: String,
    /// What it asks, in our words.
    pub summary: String,
    /// The same in Chinese.
    pub summary_zh: String,
    /// The rule functions that carry it.
    pub rules: Vec<String>,
    /// The acts that carry it.
    pub acts: Vec<String>,
    /// The tests that prove it.
    pub tests: Vec<String>,
    /// The pages that show it.
    pub pages: Vec<String>,
    /// Why no code is needed for it.
    pub why_none: Option<String>,
    /// The same in Chinese.
    pub why_none_zh: Option<String>,
    /// What it leaves open, and what is declared for that.
    pub discretions: Vec<Discretion>,
}

/// What an article leaves open, and what is declared for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Discretion {
    /// The open words.
    pub open: String,
    /// The same in Chinese.
    pub open_zh: String,
    /// What is declared.
    pub declared: String,
    /// The same in Chinese.
    pub declared_zh: String,
    /// Why.
    pub reason: String,
    /// The same in Chinese.
    pub reason_zh: String,
}

/// The article table alone, without the code that carries it.
#[must_use]
pub fn rows_without_code() -> Vec<LawRow> {
    law::table::articles()
        .iter()
        .map(|row| LawRow {
            article: row.article,
            title: row.title.to_owned(),
            title_zh: row.title_zh.to_owned(),
            summary: row.summary.to_owned(),
            summary_zh: row.summary_zh.to_owned(),
            rules: Vec::new(),
            acts: Vec::new(),
            tests: Vec::new(),
            pages: Vec::new(),
            why_none: row.why_none.map(str::to_owned),
            why_none_zh: row.why_none_zh.map(str::to_owned),
            discretions: row
                .discretions
                .iter()
                .map(|open| Discretion {
                    open: open.open.to_owned(),
                    open_zh: open.open_zh.to_owned(),
                    declared: open.declared.to_owned(),
                    declared_zh: open.declared_zh.to_owned(),
                    reason: open.reason.to_owned(),
                    reason_zh: open.reason_zh.to_owned(),
                })
                .collect(),
        })
        .collect()
}
