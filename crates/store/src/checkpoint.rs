//! Checkpoints, tiles and proofs.
//!
//! Entries are hashed into the tree outside the pen: the writer only puts leaf hashes down, and about once a second
//! [`Store::advance_checkpoint`] reads those that are new, joins them to the frontier kept beside the last checkpoint, and
//! writes the complete nodes and the signed note in one short act. Several servers may do so at once: whoever finds that
//! another was faster writes nothing, so the checkpoint never goes back.

use std::sync::Arc;

use journal::tree::CompleteNode;
use journal::{
    Checkpoint, Frontier, Hash, ProofError, TileId, TileMap, consistency_proof, inclusion_proof,
    tiles_for_consistency, tiles_for_inclusion,
};
use law::Day;
use register::subject::EntryNumber;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::{CHECKPOINT, ENTRY, NODE};
use crate::sql::Row;
use crate::statements::statements;
use crate::store::Store;

statements! {
    NEWEST = "select day, size, note, frontier from checkpoint order by size desc, day desc limit 1";
    OF_DAYS = "select day, size, note, frontier from checkpoint where day > $1 order by day limit $2";
    LEAF_HASHES = "select number, leaf from entry where number >= $1 order by number limit $2";
    NODES = "select number, hash from node where level = $1 and number >= $2 order by number limit $3";
}

/// How many leaf hashes are read at once.
const LEAVES_AT_ONCE: u64 = 4096;

/// A checkpoint as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// The day whose newest it is.
    pub day: Day,
    /// The number of entries under it.
    pub size: u64,
    /// The signed note.
    pub note: String,
    pub(crate) frontier: Vec<u8>,
}

impl KeptCheckpoint {
    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            day: crate::read::day(row.text(0)?)?,
            size: row.number(1)?,
            note: row.text(2)?.to_owned(),
            frontier: row.bytes(3)?.to_vec(),
        })
    }
}

fn tree(error: impl std::fmt::Display) -> StoreError {
    StoreError::Tree(error.to_string())
}

impl Reader {
    /// The newest checkpoint, if there is one.
    ///
    /// # Errors
    /// When the database fails; so with the others here.
    pub async fn newest_checkpoint(&mut self) -> Result<Option<KeptCheckpoint>, StoreError> {
        let row = self.row(&[&CHECKPOINT], NEWEST, Vec::new()).await?;
        row.as_ref().map(KeptCheckpoint::read).transpose()
    }

    /// The checkpoints kept, one a day, after a day.
    ///
    /// # Errors
    /// See [`Reader::newest_checkpoint`].
    pub async fn checkpoints(
        &mut self,
        after: Option<Day>,
        limit: u64,
    ) -> Result<Vec<KeptCheckpoint>, StoreError> {
        let after = after.map(|day| day.to_string()).unwrap_or_default();
        let rows = self.rows(&[&CHECKPOINT], OF_DAYS, vec![after.into(), limit.into()]).await?;
        rows.iter().map(KeptCheckpoint::read).collect()
    }

    /// Leaf hashes from an entry on; a gap is an error, since nothing may be signed over it.
    async fn leaf_hashes(&mut self, from: u64, limit: u64) -> Result<Vec<Hash>, StoreError> {
        let rows = self.rows(&[&ENTRY], LEAF_HASHES, vec![from.into(), limit.into()]).await?;
        consecutive(&rows, from, "entry")
    }

    /// Complete nodes of a level from one on.
    async fn node_hashes(&mut self, level: u8, from: u64, limit: u64) -> Result<Vec<Hash>, StoreError> {
        let values = vec![u64::from(level).into(), from.into(), limit.into()];
        let rows = self.rows(&[&NODE], NODES, values).await?;
        consecutive(&rows, from, "node")
    }

    async fn hashes_of(&mut self, tile: TileId) -> Result<Vec<Hash>, StoreError> {
        let (from, width) = (tile.index.saturating_mul(256), u64::from(tile.width));
        let hashes = match tile.level {
            0 => self.leaf_hashes(from, width).await?,
            level => self.node_hashes(level, from, width).await?,
        };
        if hashes.len() == usize::from(tile.width) {
            Ok(hashes)
        } else {
            Err(tree(ProofError::Missing(tile)))
        }
    }

    async fn tile_map(&mut self, tiles: Vec<TileId>) -> Result<TileMap, StoreError> {
        let mut map = TileMap::new();
        for tile in tiles {
            map.insert(tile, self.hashes_of(tile).await?);
        }
        Ok(map)
    }

    async fn size_signed(&mut self) -> Result<u64, StoreError> {
        Ok(self.newest_checkpoint().await?.map_or(0, |checkpoint| checkpoint.size))
    }

    /// The bytes of a tile, as far as the newest checkpoint covers it: `None` beyond.
    ///
    /// # Errors
    /// See [`Reader::newest_checkpoint`].
    pub async fn tile(&mut self, tile: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        if tile.width == 0 || TileId::width_in(tile.level, tile.index, self.size_signed().await?) < tile.width
        {
            return Ok(None);
        }
        Ok(Some(journal::tiles::encode_hashes(&self.hashes_of(tile).await?)))
    }

    /// The bytes of an entry bundle: the leaves' texts, as far as the newest checkpoint covers them.
    ///
    /// # Errors
    /// See [`Reader::newest_checkpoint`].
    pub async fn entry_bundle(&mut self, index: u64, width: u16) -> Result<Option<Vec<u8>>, StoreError> {
        if width == 0 || TileId::width_in(0, index, self.size_signed().await?) < width {
            return Ok(None);
        }
        let leaves = self.leaves(EntryNumber(index.saturating_mul(256)), u64::from(width)).await?;
        let texts = leaves.iter().map(journal::Leaf::to_bytes).collect::<Result<Vec<_>, _>>()?;
        journal::tiles::encode_bundle(&texts).map(Some).map_err(tree)
    }

    /// The proof that an entry stands in the tree of `size` entries, from the leaf upwards; the newest checkpoint's size
    /// when none is given. `None` where no checkpoint covers it yet.
    ///
    /// # Errors
    /// See [`Reader::newest_checkpoint`]; [`StoreError::Tree`] when the nodes do not fit.
    pub async fn inclusion(
        &mut self,
        entry: EntryNumber,
        size: Option<u64>,
    ) -> Result<Option<(u64, Vec<Hash>)>, StoreError> {
        let signed = self.size_signed().await?;
        let size = size.unwrap_or(signed);
        if size > signed || entry.0 >= size {
            return Ok(None);
        }
        let tiles = tiles_for_inclusion(entry.0, size).map_err(tree)?;
        let map = self.tile_map(tiles).await?;
        Ok(Some((size, inclusion_proof(entry.0, size, &map).map_err(tree)?)))
    }

    /// The proof that the tree of `old` entries is a beginning of the tree of `new` ones. `None` where no checkpoint
    /// covers the newer, or the older is larger.
    ///
    /// # Errors
    /// See [`Reader::inclusion`].
    pub async fn consistency(&mut self, old: u64, new: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        if old > new || new > self.size_signed().await? {
            return Ok(None);
        }
        let tiles = tiles_for_consistency(old, new).map_err(tree)?;
        let map = self.tile_map(tiles).await?;
        consistency_proof(old, new, &map).map(Some).map_err(tree)
    }
}

fn consecutive(rows: &[Row], from: u64, what: &str) -> Result<Vec<Hash>, StoreError> {
    rows.iter()
        .zip(from..)
        .map(|(row, expected)| {
            let number = row.number(0)?;
            if number != expected {
                return Err(StoreError::Tree(format!("{what} {expected} is missing")));
            }
            let hash = row.bytes(1)?;
            hash.try_into()
                .map_err(|_| StoreError::Tree(format!("the hash of {what} {number} is not 32 bytes")))
        })
        .collect()
}

/// What a new checkpoint writes.
struct Advance {
    from: Option<u64>,
    size: u64,
    note: String,
    frontier: Vec<u8>,
    nodes: Vec<CompleteNode>,
}

impl Store {
    /// Signs a checkpoint over every entry that is durable now, unless the newest one covers them all, and gives back the
    /// newest. The hashing is done without the pen.
    ///
    /// # Errors
    /// When the signing key is not at hand, an entry is missing, or the database fails.
    pub async fn advance_checkpoint(&self) -> Result<KeptCheckpoint, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let newest = snapshot.newest_checkpoint().await?;
        let head = snapshot.head().await?;
        if let Some(newest) = newest.as_ref().filter(|newest| newest.size >= head.size) {
            let newest = newest.clone();
            snapshot.end().await?;
            return Ok(newest);
        }
        let mut frontier = match &newest {
            Some(newest) => Frontier::from_bytes(newest.size, &newest.frontier).map_err(tree)?,
            None => Frontier::new(),
        };
        let mut nodes = Vec::new();
        while frontier.size() < head.size {
            let limit = LEAVES_AT_ONCE.min(head.size - frontier.size());
            let hashes = snapshot.leaf_hashes(frontier.size(), limit).await?;
            if hashes.is_empty() {
                return Err(StoreError::Tree(format!("entry {} is missing", frontier.size())));
            }
            for hash in hashes {
                frontier.append_noting(hash, &mut nodes);
            }
        }
        snapshot.end().await?;
        let checkpoint =
            Checkpoint { origin: self.origin().to_owned(), size: frontier.size(), root: frontier.root() };
        let advance = Arc::new(Advance {
            from: newest.map(|newest| newest.size),
            size: checkpoint.size,
            note: checkpoint.sign(self.signer()?).map_err(tree)?.to_text(),
            frontier: frontier.to_bytes(),
            nodes,
        });
        self.write(move |pen| {
            let advance = Arc::clone(&advance);
            Box::pin(async move {
                let newest = pen.newest_checkpoint().await?;
                if let Some(newest) = newest.filter(|newest| advance.from != Some(newest.size)) {
                    // Another was faster. Its checkpoint stands; ours was never shown to anyone.
                    return Ok(newest);
                }
                for node in &advance.nodes {
                    let row =
                        vec![u64::from(node.level).into(), node.index.into(), node.hash.to_vec().into()];
                    pen.own.insert(&NODE, row);
                }
                let kept = KeptCheckpoint {
                    day: Day::of(pen.now()),
                    size: advance.size,
                    note: advance.note.clone(),
                    frontier: advance.frontier.clone(),
                };
                let row = vec![
                    kept.day.to_string().into(),
                    kept.size.into(),
                    kept.note.as_str().into(),
                    kept.frontier.clone().into(),
                ];
                pen.own.replace(&CHECKPOINT, row);
                Ok(kept)
            })
        })
        .await
    }

    /// The newest checkpoint, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current_checkpoint(&self) -> Result<Option<KeptCheckpoint>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let newest = snapshot.newest_checkpoint().await?;
        snapshot.end().await?;
        Ok(newest)
    }
}
