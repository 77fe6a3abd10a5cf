//! The load: many connections that ask, file, open, withdraw and consent at once, and what was acknowledged to each.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use journal::Receipt;
use law::Clock as _;
use serde_json::{Value, json};

use super::city::{BANK_NAME, City, FILER, Owned};
use crate::demo::draw::{Draw, Stream};
use crate::demo::identities::{organisation, person};
use crate::edge::{SystemClock, today};

/// How long an answer is waited for: longer than the program itself waits for a database that went away.
const ANSWER_WITHIN: Duration = Duration::from_secs(45);
/// The longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 16 << 20;
/// After a lost answer, or one that says to ask again, the next request waits this long.
const PAUSE_WHEN_LOST: Duration = Duration::from_millis(10);
/// What a request that files is called.
const BATCH: &str = "a batch";
/// What is filed.
const ITEM: &str = "commendation";

/// An answer that was acknowledged, as it is to be found in the journal.
#[derive(Debug, Clone)]
pub struct Acknowledged {
    /// The entry that it names.
    pub entry: u64,
    /// The kind of act.
    pub kind: &'static str,
    /// The office as the leaf names it.
    pub office: String,
    /// When it was asked and when answered, in whole minutes since 1970.
    pub minutes: (i64, i64),
    /// Records and versions that were shown, for an inquiry.
    pub shown: Option<Vec<(u64, u64)>>,
    /// The receipt, where one was given.
    pub receipt: Option<Receipt>,
}

/// A batch that was sent, to be sent again.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its idempotency key.
    pub key: String,
    /// The file.
    pub body: String,
    /// Whether all lines or none.
    pub all_or_nothing: bool,
    /// The receipt that was acknowledged; none where the answer was lost.
    pub receipt: Option<Value>,
}

/// What a connection brings back.
#[derive(Debug, Default)]
pub struct Brought {
    /// Requests sent.
    pub requests: u64,
    /// Answers that the law gave instead of what was asked: refusals and conflicts.
    pub refused: u64,
    /// Answers that say to ask again (503).
    pub unavailable: u64,
    /// Those of them that were about no batch: only of batches there may be too many by themselves.
    pub unserved: u64,
    /// Requests without an answer.
    pub lost: u64,
    /// Answers that should not be: what was asked, and what came.
    pub wrong: Vec<String>,
    /// What was acknowledged.
    pub acknowledged: Vec<Acknowledged>,
    /// Batches sent.
    pub batches: Vec<Batch>,
}

/// Speaks to the program over one connection.
pub struct Speaker {
    agent: ureq::Agent,
    address: String,
}

/// An answer: its status and its document, or nothing where it was lost.
pub type Heard = Option<(u16, Value)>;

impl Speaker {
    /// A connection of its own.
    #[must_use]
    pub fn new(address: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(ANSWER_WITHIN))
            .http_status_as_error(false)
            .build()
            .into();
        Self { agent, address: address.to_owned() }
    }

    /// Asks.
    #[must_use]
    pub fn get(&self, path: &str) -> Heard {
        let answer = self.agent.get(format!("{}{path}", self.address)).call();
        read(answer.ok()?)
    }

    /// Posts an object in the name of whoever holds a token.
    #[must_use]
    pub fn post(&self, path: &str, token: &str, body: &Value) -> Heard {
        self.send(path, token, "application/json", None, &body.to_string())
    }

    /// Files a batch.
    #[must_use]
    pub fn file(&self, token: &str, batch: &Batch) -> Heard {
        let path = format!("/api/v1/batches?item={ITEM}&all_or_nothing={}", batch.all_or_nothing);
        self.send(&path, token, "application/x-ndjson", Some(&batch.key), &batch.body)
    }

    fn send(&self, path: &str, token: &str, media: &str, key: Option<&str>, body: &str) -> Heard {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.address))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", media);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        read(request.send(body).ok()?)
    }
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Heard {
    let status = answer.status().as_u16();
    // An answer that broke off in the middle was not given.
    let bytes = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().ok()?;
    if bytes.is_empty() || !(200..300).contains(&status) {
        return Some((status, serde_json::from_slice(&bytes).unwrap_or_default()));
    }
    serde_json::from_slice(&bytes).ok().map(|document| (status, document))
}

/// What all connections of a round share.
#[derive(Debug, Default)]
pub struct Shared {
    /// Set when the round is over.
    pub over: AtomicBool,
    /// Answers so far.
    pub answered: AtomicU64,
    /// Answers that say to ask again, batches left out.
    pub unserved: AtomicU64,
}

/// One connection of a round.
pub struct Connection<'a> {
    city: &'a City,
    shared: &'a Shared,
    speaker: Speaker,
    draw: Draw,
    seed: u64,
    place: usize,
    name: String,
    brought: Brought,
}

impl<'a> Connection<'a> {
    /// The connection at a place; round and seed decide what it asks.
    #[must_use]
    pub fn new(
        city: &'a City,
        shared: &'a Shared,
        address: &str,
        seed: u64,
        round: u32,
        place: usize,
    ) -> Self {
        let draw = Draw::new(seed, Stream::Load, u64::from(round) << 16 | place as u64);
        let name = format!("{round}-{place}");
        Self {
            city,
            shared,
            speaker: Speaker::new(address),
            draw,
            seed,
            place,
            name,
            brought: Brought::default(),
        }
    }

    /// Asks one thing after the other until the round is over.
    #[must_use]
    pub fn run(mut self) -> Brought {
        self.own_look();
        while !self.shared.over.load(Ordering::SeqCst) {
            match self.draw.below(100) {
                0..=44 => self.office_look(false),
                45..=54 => self.office_look(true),
                55..=63 => self.own_look(),
                64..=70 => self.batch(),
                71..=77 => self.opening(),
                78..=86 => self.display(),
                87..=91 => self.consent(),
                92..=95 => self.consented_look(),
                _ => self.public_look(),
            }
        }
        self.brought
    }

    fn owned(&self) -> MutexGuard<'a, Owned> {
        // Nobody else has this place; the lock is only for whoever checks afterwards.
        static NOBODY: std::sync::OnceLock<std::sync::Mutex<Owned>> = std::sync::OnceLock::new();
        let owned = self.city.owned.get(self.place).unwrap_or_else(|| NOBODY.get_or_init(Default::default));
        owned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn minute() -> i64 {
        SystemClock.now().minute()
    }

    /// Sends something and sorts the answer: what was done, or nothing.
    fn ask(&mut self, what: &str, send: impl FnOnce(&Speaker) -> Heard) -> (Option<Value>, bool, (i64, i64)) {
        let sent = Self::minute();
        self.brought.requests += 1;
        let heard = send(&self.speaker);
        let minutes = (sent, Self::minute());
        match heard {
            Some((200 | 201, document)) => {
                self.shared.answered.fetch_add(1, Ordering::Relaxed);
                (Some(document), true, minutes)
            }
            Some((403 | 409 | 422, _)) => {
                self.brought.refused += 1;
                (None, true, minutes)
            }
            Some((503, _)) => {
                self.brought.unavailable += 1;
                self.brought.unserved += u64::from(what != BATCH);
                self.shared.unserved.fetch_add(u64::from(what != BATCH), Ordering::Relaxed);
                std::thread::sleep(PAUSE_WHEN_LOST);
                (None, false, minutes)
            }
            // Too slow: the act may have been done, as where no answer came.
            None | Some((504, _)) => {
                self.brought.lost += 1;
                std::thread::sleep(PAUSE_WHEN_LOST);
                (None, false, minutes)
            }
            Some((status, document)) => {
                self.brought.wrong.push(format!("{what}: {status} {document}"));
                (None, false, minutes)
            }
        }
    }

    fn keep(&mut self, document: &Value, kind: &'static str, office: &str, minutes: (i64, i64)) {
        let receipt = document.get("receipt").filter(|receipt| !receipt.is_null());
        let entry = document.get("entry").or_else(|| receipt?.get("entry")).and_then(Value::as_u64);
        let receipt = receipt.map(|receipt| Receipt::parse(&receipt.to_string()));
        let (Some(entry), Ok(receipt)) = (entry, receipt.transpose()) else {
            self.brought
                .wrong
                .push(format!("{kind}: an answer without an entry, or with no receipt: {document}"));
            return;
        };
        let shown = (kind == "inquiry_answered").then(|| numbers(document, "record", "version"));
        self.brought.acknowledged.push(Acknowledged {
            entry,
            kind,
            office: office.to_owned(),
            minutes,
            shown,
            receipt,
        });
    }

    /// A look of an office at someone known, or at someone of whom nobody has heard.
    fn office_look(&mut self, unknown: bool) {
        let city = self.city;
        let identifier = if unknown {
            let place = 1_000_000 + self.draw.below(1 << 24);
            if self.draw.chance(50) {
                person(self.seed, place).number
            } else {
                organisation(self.seed, place).code
            }
        } else {
            let known = if self.draw.chance(80) { &city.organisations } else { &city.persons };
            one_of(known, &mut self.draw).map(|holder| holder.name.clone()).unwrap_or_default()
        };
        let Some(office) = one_of(&city.offices, &mut self.draw) else { return };
        let matter = format!("2026-{:06}", self.draw.below(1_000_000));
        let body = json!({"identifier": identifier, "purpose": {"for": "duty", "duty": 1, "matter": matter}});
        let (document, _, minutes) = self
            .ask("an office's inquiry", |speaker| speaker.post("/api/v1/inquiries", &office.token, &body));
        if let Some(document) = document {
            self.keep(&document, "inquiry_answered", &office.name, minutes);
        }
    }

    /// A look at one's own.
    fn own_look(&mut self) {
        let city = self.city;
        let body = json!({"purpose": {"for": "own"}});
        let own = self.draw.chance(70);
        let holder = if own { &city.organisations } else { &city.persons };
        let Some(holder) = holder.get(self.place) else { return };
        let (document, _, minutes) =
            self.ask("an own look", |speaker| speaker.post("/api/v1/inquiries", &holder.token, &body));
        let Some(document) = document else { return };
        self.keep(&document, "inquiry_answered", "-", minutes);
        if own {
            let records = numbers(&document, "record", "version");
            self.owned().records = records.into_iter().map(|(record, _)| record).collect();
        }
    }

    fn batch(&mut self) {
        let number = self.brought.batches.len();
        let city = self.city;
        let lines = 1 + self.draw.below(12);
        let day = today().plus_days(-30);
        let mut body = String::new();
        for line in 0..lines {
            let about = if line == 0 {
                city.organisations.get(self.place)
            } else {
                one_of(&city.organisations, &mut self.draw)
            };
            let Some(about) = about else { return };
            let line = json!({
                "name": format!("北京淬火{}有限公司", about.name.get(10..).unwrap_or_default()),
                "unified_social_credit_code": about.name,
                "decision_document_number": format!("京淬火表〔2026〕{}-{number}-{line}号", self.name),
                "honour_name": "诚信经营示范单位（演示）",
                "honour_tier": "市级",
                "decision_day": day,
                "commending_authority": "北京市经济和信息化局",
                "commending_authority_code": "11110000YY9000016L",
            });
            body.push_str(&format!("{line}\n"));
        }
        let mut batch = Batch {
            key: format!("soak-{}-{number}", self.name),
            body,
            all_or_nothing: self.draw.chance(30),
            receipt: None,
        };
        let Some(filer) = city.offices.first() else { return };
        let (document, _, minutes) = self.ask(BATCH, |speaker| speaker.file(&filer.token, &batch));
        if let Some(document) = document {
            batch.receipt = document.get("receipt").cloned();
            self.keep(&json!({"receipt": batch.receipt}), "batch_closed", FILER, minutes);
        }
        self.brought.batches.push(batch);
    }

    fn own_record(&mut self) -> Option<u64> {
        let owned = self.owned();
        one_of(&owned.records, &mut self.draw).copied()
    }

    /// The filer opens a record of its own filing.
    fn opening(&mut self) {
        let city = self.city;
        let (Some(record), Some(filer)) = (self.own_record(), city.offices.first()) else { return };
        let path = format!("/api/v1/records/{record}/openings");
        let (document, _, minutes) =
            self.ask("an opening", |speaker| speaker.post(&path, &filer.token, &json!({})));
        if let Some(answer) = document.as_ref().and_then(|document| document.get("answer")) {
            self.keep(answer, "inquiry_answered", FILER, minutes);
        }
    }

    /// The subject has a record taken off display, or displayed again.
    fn display(&mut self) {
        let city = self.city;
        let (Some(record), Some(holder)) = (self.own_record(), city.organisations.get(self.place)) else {
            return;
        };
        let withdrawn = self.owned().withdrawn.get(&record).copied().unwrap_or(Some(false));
        let withdraw = withdrawn.map_or_else(|| self.draw.chance(50), |withdrawn| !withdrawn);
        let (path, kind) =
            if withdraw { ("withdrawals", "display_withdrawn") } else { ("displays", "display_resumed") };
        let path = format!("/api/v1/records/{record}/{path}");
        let (document, heard, minutes) =
            self.ask("a withdrawal", |speaker| speaker.post(&path, &holder.token, &json!({})));
        // A refusal says that it stands so already.
        let known = heard.then_some(withdraw);
        self.owned().withdrawn.insert(record, known);
        if let Some(document) = document {
            self.keep(&document, kind, "-", minutes);
        }
    }

    /// The subject gives a consent, or takes one back.
    fn consent(&mut self) {
        let city = self.city;
        let Some(holder) = city.organisations.get(self.place) else { return };
        let revoked = if self.draw.chance(50) { self.owned().consents.pop() } else { None };
        let (path, body, kind) = match revoked {
            Some(consent) => {
                (format!("/api/v1/consents/{consent}/revocations"), json!({}), "consent_revoked")
            }
            None => {
                let body = json!({
                    "grantee_name": BANK_NAME, "grantee_identifier": city.bank.name, "items": [ITEM],
                    "purpose": format!("贷款审查（演示）{}", self.draw.next()), "last_day": today().plus_days(30),
                    "uses": self.draw.chance(50).then_some(3),
                });
                ("/api/v1/consents".to_owned(), body, "consent_granted")
            }
        };
        let (document, _, minutes) =
            self.ask("a consent", |speaker| speaker.post(&path, &holder.token, &body));
        if let Some(document) = document {
            self.keep(&document, kind, "-", minutes);
            self.owned().consents.extend(document.get("consent").and_then(Value::as_u64));
        }
    }

    /// The third party looks with a consent.
    fn consented_look(&mut self) {
        let city = self.city;
        let consent = one_of(&self.owned().consents, &mut self.draw).copied();
        let (Some(consent), Some(holder)) = (consent, city.organisations.get(self.place)) else { return };
        let body = json!({"identifier": holder.name, "purpose": {"for": "consent", "consent": consent}});
        let (document, _, minutes) = self
            .ask("a consented inquiry", |speaker| speaker.post("/api/v1/inquiries", &city.bank.token, &body));
        if let Some(document) = document {
            self.keep(&document, "inquiry_answered", "-", minutes);
        }
    }

    /// What the public sees of the organisation: nothing that it had withdrawn.
    fn public_look(&mut self) {
        let city = self.city;
        let Some(holder) = city.organisations.get(self.place) else { return };
        let path = format!("/api/v1/organisations/{}", holder.name);
        let heard = self.speaker.get(&path);
        self.brought.requests += 1;
        match heard {
            Some((200, document)) => {
                self.shared.answered.fetch_add(1, Ordering::Relaxed);
                let owned = self.owned();
                let shown = numbers(&document, "record", "version").into_iter().map(|(record, _)| record);
                let hidden = shown.filter(|record| owned.withdrawn.get(record) == Some(&Some(true)));
                let wrong =
                    hidden.map(|record| format!("the public is shown record {record}, which was withdrawn"));
                self.brought.wrong.extend(wrong);
            }
            // Nothing is public about it yet.
            Some((404, _)) => {}
            Some((503, _)) => {
                self.brought.unavailable += 1;
                self.brought.unserved += 1;
            }
            None | Some((504, _)) => self.brought.lost += 1,
            Some((status, document)) => {
                self.brought.wrong.push(format!("a public look: {status} {document}"));
            }
        }
    }
}

/// Two numbers of each record of an answer.
fn numbers(document: &Value, first: &str, second: &str) -> Vec<(u64, u64)> {
    let records = document.get("records").and_then(Value::as_array);
    let pair = |record: &Value| Some((record.get(first)?.as_u64()?, record.get(second)?.as_u64()?));
    records.into_iter().flatten().filter_map(pair).collect()
}

fn one_of<'l, T>(list: &'l [T], draw: &mut Draw) -> Option<&'l T> {
    let place = usize::try_from(draw.below(list.len() as u64)).unwrap_or_default();
    list.get(place)
}
