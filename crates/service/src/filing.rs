//! Filing: a department's file becomes records (Articles 11, 14, 15, 17, 53(1)).
//!
//! A file is read three times and never held: once for its digest, once by the reader's thread that judges each line by
//! itself, outside the pen, and (all-or-nothing) once more when it is known that no line is refused. What was judged is
//! written in chunks under the pen, where it is asked again what is held already. A batch that was broken off goes on with
//! the same file: each of its lines is found to be filed by this very batch.

mod chunk;
mod pass;
mod preview;
mod report;
mod returned;

use std::path::{Path, PathBuf};

use exchange::FileKind;
use register::acts::information::filing::{BatchClosed, BatchOpened, FilingFacts, may_file};
use register::authority::Authority;
use register::caller::Caller;
use register::catalogue::ItemCode;
use register::event::Event;
use register::record::BatchNumber;
use register::rules::access::{Undertaking, may_undertake};
use register::ruling::{Refusal, Ruling};
use sha2::{Digest, Sha256};
use store::{Batch, BatchError};

use crate::access::unknown_authority;
use crate::error::ServiceError;
use crate::facts::not_in_catalogue;
use crate::platform::Platform;

pub use pass::FilingProgress;
pub use preview::{FilingPreview, PreviewLine};
pub use report::{BatchView, FilingReport, LineError};

/// Asks for a file to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRequest {
    /// Where the file lies.
    pub path: PathBuf,
    /// The name under which it was sent; its extension is a hint.
    pub name: Option<String>,
    /// The catalogue item.
    pub item: ItemCode,
    /// The kind of file, where the caller knows it.
    pub kind: FileKind,
    /// Whether all lines are filed or none.
    pub all_or_nothing: bool,
    /// A key under which the caller may send the same batch again.
    pub idempotency_key: Option<String>,
}

/// How many refused lines are listed and kept for later reading; all of them are counted.
const KEPT_ERRORS_MAX: usize = 100_000;

/// A batch in the making.
pub(crate) struct Filing {
    pub(crate) platform: Platform,
    pub(crate) caller: Caller,
    pub(crate) request: FileRequest,
    pub(crate) authority: Authority,
    pub(crate) catalogue: std::sync::Arc<register::catalogue::Catalogue>,
    pub(crate) law: std::sync::Arc<law::LawInForce>,
}

impl Filing {
    pub(crate) fn facts(&self) -> Option<FilingFacts<'_>> {
        let item = self.catalogue.item(&self.request.item)?;
        Some(FilingFacts { authority: &self.authority, item, edition: self.catalogue.number })
    }
}

impl Platform {
    /// Files a file. Good lines are filed and bad ones reported, each with all its grounds; an all-or-nothing file is filed
    /// whole or not at all. The same file, or the same idempotency key, files nothing twice and gives the same receipt.
    ///
    /// Articles: 11, 14, 15, 17, 53(1)
    ///
    /// # Errors
    /// When the caller may not file the item, the file cannot be read at all, or the store fails. What was filed until then
    /// is filed; the same file sent again goes on from there.
    pub async fn file(
        &self,
        request: FileRequest,
        by: &Caller,
        progress: &(dyn Fn(FilingProgress) + Send + Sync),
    ) -> Result<FilingReport, ServiceError> {
        let filing = self.prepare(request, by).await?;
        let digest = digest_of(filing.request.path.clone()).await?;
        let requests = requests(&filing.request, &digest);
        if let Some(batch) = self.batch_asked_before(&filing, &requests).await?
            && batch.closed.is_some()
        {
            return self.repeated(&filing, batch).await;
        }
        if filing.request.all_or_nothing {
            let looked = pass::look(&filing, progress).await?;
            if looked.refused > 0 {
                return Ok(FilingReport::refused_whole(digest, looked));
            }
        }
        let batch = self.open_batch(&filing, &digest, requests).await?;
        let mut passed = pass::file(&filing, batch, progress).await?;
        passed.dropped.sort();
        let in_force = !(filing.request.all_or_nothing && passed.refused > 0);
        self.close_batch(&filing, batch, digest, passed, in_force).await
    }

    async fn prepare(&self, request: FileRequest, by: &Caller) -> Result<Filing, ServiceError> {
        may_undertake(Undertaking::FileBatch, by)?;
        let office = by.office().ok_or_else(|| Undertaking::FileBatch.refusal())?;
        let mut snapshot = self.store().snapshot().await?;
        let authority = snapshot.authority(office).await?.ok_or_else(|| unknown_authority(office))?;
        let catalogue = self.catalogue_of(&mut snapshot).await?;
        snapshot.end().await?;
        if catalogue.item(&request.item).is_none() {
            return Err(not_in_catalogue(&catalogue, &request.item).into());
        }
        let law = self.law_on(self.today())?;
        let filing =
            Filing { platform: self.clone(), caller: by.clone(), request, authority, catalogue, law };
        filing.facts().map_or(Ok(()), |facts| may_file(&facts))?;
        Ok(filing)
    }

    /// The batch that answered one of these requests. A key that came with another content is a conflict.
    async fn batch_asked_before(
        &self,
        filing: &Filing,
        requests: &[String],
    ) -> Result<Option<Batch>, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let mut found = Vec::with_capacity(requests.len());
        for request in requests {
            found.push(snapshot.batch_of_request(&filing.authority.code, request).await?);
        }
        snapshot.end().await?;
        let by_content = found.first().cloned().flatten();
        match found.get(1).cloned().flatten() {
            Some(by_key) if by_content.as_ref().map(|batch| batch.number) != Some(by_key.number) => {
                Err(ServiceError::IdempotencyConflict)
            }
            _ => Ok(by_content),
        }
    }

    async fn open_batch(
        &self,
        filing: &Filing,
        digest: &str,
        requests: Vec<String>,
    ) -> Result<BatchNumber, ServiceError> {
        let opened = BatchOpened {
            batch: BatchNumber(0),
            authority: filing.authority.code.clone(),
            item: filing.request.item.clone(),
            edition: filing.catalogue.number,
            file_digest: digest.to_owned(),
            requests,
            staged: filing.request.all_or_nothing,
        };
        let (_, batch) = self
            .act(Undertaking::FileBatch, &filing.caller, move |pen, _| {
                let mut opened = opened.clone();
                Box::pin(async move {
                    // Someone else may have opened it since it was looked for: then both work on the same batch.
                    let mut fresh = Vec::with_capacity(opened.requests.len());
                    let mut known = None;
                    for request in opened.requests {
                        match pen.batch_of_request(&opened.authority, &request).await? {
                            Some(batch) => known = known.or(Some(batch.number)),
                            None => fresh.push(request),
                        }
                    }
                    if let Some(batch) = known {
                        return Ok((Ruling::Granted { events: Vec::new(), grounds: Vec::new() }, batch));
                    }
                    opened.requests = fresh;
                    opened.batch = pen.next_batch().await?;
                    let batch = opened.batch;
                    Ok((Ruling::granted(Event::BatchOpened(opened), Vec::new()), batch))
                })
            })
            .await?;
        Ok(batch)
    }

    async fn close_batch(
        &self,
        filing: &Filing,
        number: BatchNumber,
        digest: String,
        passed: pass::Passed,
        in_force: bool,
    ) -> Result<FilingReport, ServiceError> {
        let closed = BatchClosed {
            batch: number,
            authority: filing.authority.code.clone(),
            in_force,
            filed: if in_force { passed.filed } else { 0 },
            unchanged: passed.unchanged,
            refused: passed.refused,
        };
        let errors: Vec<BatchError> = passed
            .errors
            .iter()
            .zip(1..)
            .map(|(error, ordinal)| BatchError {
                ordinal,
                body: serde_json::to_string(error).unwrap_or_default(),
            })
            .collect();
        let columns = serde_json::to_string(&passed.dropped).unwrap_or_default();
        let (recorded, already) = self
            .act(Undertaking::FileBatch, &filing.caller, move |pen, _| {
                let (closed, errors, columns) = (closed.clone(), errors.clone(), columns.clone());
                Box::pin(async move {
                    if pen.batch(number).await?.is_some_and(|batch| batch.closed.is_some()) {
                        return Ok((Ruling::Granted { events: Vec::new(), grounds: Vec::new() }, true));
                    }
                    pen.put_batch_errors(number, &errors);
                    pen.put_meta(&dropped_columns_of(number), &columns);
                    Ok((Ruling::granted(Event::BatchClosed(closed), Vec::new()), false))
                })
            })
            .await?;
        if !already {
            // The receipt is kept after the commit of the entry that it promises: a promise is never given for less.
            let done = self.done(&recorded)?;
            self.keep_receipt(done.entry, &done.receipt).await?;
        }
        let receipt = self.receipt_of_batch(number).await?;
        Ok(FilingReport {
            batch: Some(number),
            filed: if in_force { passed.filed } else { 0 },
            unchanged: passed.unchanged,
            refused: passed.refused,
            in_force,
            repeated: false,
            file_digest: digest,
            dropped_columns: passed.dropped,
            errors: passed.errors,
            receipt,
        })
    }
}

/// Where the names of a batch's dropped columns are kept.
pub(crate) fn dropped_columns_of(batch: BatchNumber) -> String {
    format!("batch {} dropped columns", batch.0)
}

/// The requests that a file answers: by its content for this item, first, and by its idempotency key.
fn requests(request: &FileRequest, digest: &str) -> Vec<String> {
    let mut requests = vec![format!("content {} {digest}", request.item)];
    if let Some(key) = &request.idempotency_key {
        requests.push(format!("key {}", hex::encode(Sha256::digest(key.as_bytes()))));
    }
    requests
}

/// SHA-256 of a file, in hexadecimal.
async fn digest_of(path: PathBuf) -> Result<String, ServiceError> {
    let digest = tokio::task::spawn_blocking(move || -> std::io::Result<String> { hash_file(&path) });
    Ok(digest.await.map_err(|error| ServiceError::BrokenOff(error.to_string()))??)
}

fn hash_file(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 16];
    loop {
        let read = std::io::Read::read(&mut file, &mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

/// A file that cannot be read at all is refused with the grounds of its opening.
pub(crate) fn refused_opening(opening: exchange::Opening) -> ServiceError {
    match opening.grounds() {
        Some(grounds) => Refusal { grounds }.into(),
        None => ServiceError::BrokenOff(opening.to_string()),
    }
}
