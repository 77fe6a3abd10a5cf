//! Proof: checkpoints, tiles, proofs and receipts (Articles 6, 53(3)).

use journal::{Checkpoint, Receipt, SignedNote, TileId};
use register::record::BatchNumber;
use register::subject::EntryNumber;
use serde::Serialize;
use store::{Proven, StoreError};

use crate::error::ServiceError;
use crate::platform::Platform;

/// Where the journal stands.
#[derive(Debug, Clone, Serialize)]
pub struct JournalHead {
    /// The journal's name.
    pub origin: String,
    /// How many entries the newest checkpoint covers.
    pub size: u64,
    /// The root of their tree, in hexadecimal.
    pub root: String,
    /// The newest checkpoint, a signed note.
    pub checkpoint: String,
    /// The public key.
    pub vkey: String,
    /// Whether the data are invented.
    pub demo: bool,
}

/// A proof: hashes in base64, as the formats of the field write them.
#[derive(Debug, Clone, Serialize)]
pub struct ProofView {
    /// The entry, for a proof that it is included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// The older size, for a proof of consistency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// The size of the tree.
    pub size: u64,
    /// The leaf's hash, for a proof that it is included, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf_hash: Option<String>,
    /// The hashes, in hexadecimal.
    pub hashes: Vec<String>,
}

impl Platform {
    /// Signs a checkpoint over all entries, unless the newest covers them already.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn advance_checkpoint(&self) -> Result<(), ServiceError> {
        self.store().advance_checkpoint().await?;
        Ok(())
    }

    /// The newest checkpoint, a signed note.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn checkpoint(&self) -> Result<String, ServiceError> {
        match self.store().current_checkpoint().await? {
            Some(checkpoint) => Ok(checkpoint.note),
            None => Ok(self.store().advance_checkpoint().await?.note),
        }
    }

    /// Where the journal stands.
    ///
    /// # Errors
    /// When the store fails or its newest checkpoint is not ours.
    pub async fn head(&self) -> Result<JournalHead, ServiceError> {
        let note = self.checkpoint().await?;
        let verifier = self.store().verifier()?;
        let checkpoint = Checkpoint::open(note.as_bytes(), verifier)
            .map_err(|error| StoreError::Damaged(format!("the newest checkpoint: {error}")))?;
        Ok(JournalHead {
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            root: hex::encode(checkpoint.root),
            checkpoint: note,
            vkey: verifier.to_vkey(),
            demo: self.is_demo(),
        })
    }

    /// The journal's public key.
    ///
    /// # Errors
    /// When it is not at hand.
    pub fn vkey(&self) -> Result<String, ServiceError> {
        Ok(self.store().verifier()?.to_vkey())
    }

    /// A tile of hashes, as the static file says it; nothing where the newest checkpoint does not reach.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tile(&self, tile: TileId) -> Result<Option<Vec<u8>>, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let bytes = snapshot.tile(tile).await?;
        snapshot.end().await?;
        Ok(bytes)
    }

    /// A bundle of public leaves.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn entry_bundle(&self, index: u64, width: u16) -> Result<Option<Vec<u8>>, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let bytes = snapshot.entry_bundle(index, width).await?;
        snapshot.end().await?;
        Ok(bytes)
    }

    /// The proof that an entry is in the tree of a size, by default the newest checkpoint's.
    ///
    /// # Errors
    /// When the entry is beyond it, or the store fails.
    pub async fn inclusion(&self, entry: u64, size: Option<u64>) -> Result<ProofView, ServiceError> {
        let none = || ServiceError::NotFound { what: format!("entry {entry} under that checkpoint") };
        let Proven { leaf, proof, .. } =
            self.store().proven(EntryNumber(entry), size).await?.ok_or_else(none)?;
        let (size, hashes) = proof.ok_or_else(none)?;
        let hash = leaf.hash().map_err(StoreError::from)?;
        Ok(ProofView {
            entry: Some(entry),
            from: None,
            size,
            leaf_hash: Some(hex::encode(hash)),
            hashes: hashes.iter().map(hex::encode).collect(),
        })
    }

    /// The proof that the tree of one size continues that of a smaller one.
    ///
    /// # Errors
    /// When the newest checkpoint does not reach so far, or the store fails.
    pub async fn consistency(&self, from: u64, to: u64) -> Result<ProofView, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let proof = snapshot.consistency(from, to).await?;
        snapshot.end().await?;
        let hashes =
            proof.ok_or_else(|| ServiceError::NotFound { what: format!("checkpoint of size {to}") })?;
        let hashes = hashes.iter().map(hex::encode).collect();
        Ok(ProofView { entry: None, from: Some(from), size: to, leaf_hash: None, hashes })
    }

    /// The receipt of an entry: the promise, with the proof once a checkpoint covers it. It tells nothing that the public
    /// leaf does not.
    ///
    /// # Errors
    /// When there is no such entry, or the store fails.
    pub async fn receipt(&self, entry: u64) -> Result<Receipt, ServiceError> {
        let proven = self.store().proven(EntryNumber(entry), None).await?;
        let Proven { leaf, proof, newest } =
            proven.ok_or_else(|| ServiceError::NotFound { what: format!("entry {entry}") })?;
        let receipt = Receipt::promise(self.store().signer()?, &leaf)?;
        match (proof, newest) {
            (Some((_, hashes)), Some(newest)) => {
                let note = SignedNote::parse(newest.note.as_bytes())
                    .map_err(|error| StoreError::Damaged(format!("the newest checkpoint: {error}")))?;
                Ok(receipt.with_proof(&note, &hashes))
            }
            _ => Ok(receipt),
        }
    }

    /// Keeps the receipt of an entry with its proof: whoever asks again gets the same one.
    pub(crate) async fn keep_receipt(
        &self,
        entry: EntryNumber,
        promise: &Receipt,
    ) -> Result<(), ServiceError> {
        self.advance_checkpoint().await?;
        let receipt = self.receipt(entry.0).await.unwrap_or_else(|_| promise.clone());
        let body = receipt.to_json()?;
        self.store()
            .write(move |pen| -> store::Writing<'_, (), ServiceError> {
                let body = body.clone();
                Box::pin(async move {
                    pen.put_receipt(entry, &body);
                    Ok(())
                })
            })
            .await
    }

    /// The receipt that was given for a batch, byte for byte; made now where a crash came between.
    pub(crate) async fn receipt_of_batch(
        &self,
        number: BatchNumber,
    ) -> Result<Option<Receipt>, ServiceError> {
        for _ in 0..2 {
            let mut snapshot = self.store().snapshot().await?;
            let Some(entry) = snapshot.batch(number).await?.and_then(|batch| batch.closed) else {
                return Ok(None);
            };
            let kept = snapshot.receipt(entry).await?;
            snapshot.end().await?;
            if let Some(body) = kept {
                return Ok(Some(Receipt::parse(&body)?));
            }
            let promise = self.receipt(entry.0).await?;
            self.keep_receipt(entry, &promise).await?;
        }
        Ok(None)
    }
}
