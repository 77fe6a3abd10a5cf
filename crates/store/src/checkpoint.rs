//! Checkpoints, tiles and proofs.
//!
//! Entries are hashed into the tree outside the pen: the writer only puts leaf hashes down, and about once a second
//! [`Store::advance_checkpoint`] reads those that are new, joins them to the tiles at the tree's right edge, and writes the
//! tiles that grew and the signed note in one short act. Several servers may do so at once: whoever finds that another was
//! faster writes nothing, so the checkpoint never goes back.
//!
//! A proof is computed from tiles, at most three or four of them among ten million entries, which are read by their place
//! in one statement.

use std::sync::Arc;

use journal::tiles::{decode_hashes, encode_hashes};
use journal::{
    Checkpoint, Hash, HashReader as _, Leaf, ProofError, TileEdge, TileId, TileMap, consistency_proof,
    inclusion_proof, tiles_for_consistency, tiles_for_inclusion,
};
use law::Day;
use metrics::gauge;
use register::subject::EntryNumber;

use crate::error::StoreError;
use crate::read::subjects::fill;
use crate::reader::{Reader, Snapshot};
use crate::schema::{CHECKPOINT, ENTRY, TILE, tile_place};
use crate::sql::Row;
use crate::statements::{of_size, padded, statements};
use crate::store::Store;

statements! {
    NEWEST = "select day, size, note from checkpoint order by size desc, day desc limit 1";
    OF_DAYS = "select day, size, note from checkpoint where day > $1 order by day limit $2";
    LEAF_HASHES = "select number, leaf from entry where number >= $1 order by number limit $2";
    TILES = "select place, hashes from tile where place in (#1)";
}

/// How many leaf hashes are read at once.
const LEAVES_AT_ONCE: u64 = 4096;
/// How many entries one act of signing covers: its tiles, 2 MiB, are written under the pen.
const ENTRIES_SIGNED_MAX: u64 = 65_536;

/// A checkpoint as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// The day whose newest it is.
    pub day: Day,
    /// The number of entries under it.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

impl KeptCheckpoint {
    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { day: crate::read::day(row.text(0)?)?, size: row.number(1)?, note: row.text(2)?.to_owned() })
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
        consecutive(&rows, from)
    }

    /// The hashes of tiles, each as many as its width says.
    async fn tile_map(&mut self, tiles: &[TileId]) -> Result<TileMap, StoreError> {
        let mut map = TileMap::new();
        for (part, size) in padded(tiles) {
            let values = fill(part, size, |tile| tile_place(tile.level, tile.index).into()).collect();
            for row in self.rows(&[&TILE], of_size(TILES, size), values).await? {
                let place = row.number(0)?;
                let asked = part.iter().find(|tile| tile_place(tile.level, tile.index) == place);
                let Some(tile) = asked else { continue };
                map.insert(*tile, read_tile(*tile, row.bytes(1)?)?);
            }
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
        let map = self.tile_map(&[tile]).await?;
        let hashes = map.tile(tile).ok_or_else(|| tree(ProofError::Missing(tile)))?;
        Ok(Some(encode_hashes(&hashes)))
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
        self.inclusion_under(entry, size.unwrap_or(signed), signed).await
    }

    async fn inclusion_under(
        &mut self,
        entry: EntryNumber,
        size: u64,
        signed: u64,
    ) -> Result<Option<(u64, Vec<Hash>)>, StoreError> {
        if size > signed || entry.0 >= size {
            return Ok(None);
        }
        let map = self.tile_map(&tiles_for_inclusion(entry.0, size).map_err(tree)?).await?;
        Ok(Some((size, inclusion_proof(entry.0, size, &map).map_err(tree)?)))
    }

    async fn proven(&mut self, entry: EntryNumber, size: Option<u64>) -> Result<Option<Proven>, StoreError> {
        let newest = self.newest_checkpoint().await?;
        let signed = newest.as_ref().map_or(0, |newest| newest.size);
        let proof = self.inclusion_under(entry, size.unwrap_or(signed), signed).await?;
        let leaf = self.leaf(entry).await?;
        Ok(leaf.map(|leaf| Proven { leaf, proof, newest }))
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
        let map = self.tile_map(&tiles_for_consistency(old, new).map_err(tree)?).await?;
        consistency_proof(old, new, &map).map(Some).map_err(tree)
    }
}

fn consecutive(rows: &[Row], from: u64) -> Result<Vec<Hash>, StoreError> {
    rows.iter()
        .zip(from..)
        .map(|(row, expected)| {
            let number = row.number(0)?;
            if number != expected {
                return Err(StoreError::Tree(format!("entry {expected} is missing")));
            }
            let hash = row.bytes(1)?;
            hash.try_into()
                .map_err(|_| StoreError::Tree(format!("the hash of entry {number} is not 32 bytes")))
        })
        .collect()
}

/// As many hashes of a stored tile as are asked for: the last tile of a level may have grown since.
fn read_tile(tile: TileId, bytes: &[u8]) -> Result<Vec<Hash>, StoreError> {
    let asked = bytes.get(..usize::from(tile.width) * size_of::<Hash>());
    let asked = asked.ok_or_else(|| tree(ProofError::Missing(tile)))?;
    decode_hashes(asked, tile.width).map_err(tree)
}

/// What a new checkpoint writes.
struct Advance {
    from: Option<u64>,
    size: u64,
    note: String,
    tiles: Vec<(TileId, Vec<u8>)>,
}

/// An entry with the proof that it stands under the newest checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The public leaf.
    pub leaf: Leaf,
    /// The size of the tree and the hashes from the leaf upwards; nothing where no checkpoint covers the entry yet.
    pub proof: Option<(u64, Vec<Hash>)>,
    /// The newest checkpoint, if there is one.
    pub newest: Option<KeptCheckpoint>,
}

/// How many entries there are, and how many no checkpoint covers yet.
fn figures(head: u64, newest: Option<&KeptCheckpoint>) {
    let behind = head.saturating_sub(newest.map_or(0, |newest| newest.size));
    // Numbers below 2^53 are exact.
    gauge!("credence_journal_entries").set(head as f64);
    gauge!("credence_checkpoint_behind_entries").set(behind as f64);
}

impl Store {
    /// An entry with the proof that it is in the tree of a size, by default the newest checkpoint's. No transaction stands
    /// around its statements: entries and full tiles never change, and the last tiles only grow, so what a later statement
    /// reads still holds what the checkpoint of an earlier one covers.
    ///
    /// # Errors
    /// See [`Reader::inclusion`].
    pub async fn proven(&self, entry: EntryNumber, size: Option<u64>) -> Result<Option<Proven>, StoreError> {
        loop {
            let (mut reader, fresh) = Snapshot::plain(&self.shared).await?;
            match reader.proven(entry, size).await {
                // A connection that lay idle may have been cut since.
                Err(StoreError::Unreachable(_)) if !fresh => {}
                proven => return proven,
            }
        }
    }

    /// Signs a checkpoint over every entry that is durable now, unless the newest one covers them all, and gives back the
    /// newest. The hashing is done without the pen. Very many entries are covered in several steps, each with a checkpoint
    /// of its own.
    ///
    /// # Errors
    /// When the signing key is not at hand, an entry is missing, the stored tiles do not give the root signed last, or the
    /// database fails.
    pub async fn advance_checkpoint(&self) -> Result<KeptCheckpoint, StoreError> {
        let mut end = None;
        loop {
            let mut snapshot = self.snapshot().await?;
            let newest = snapshot.newest_checkpoint().await?;
            let head = snapshot.head().await?.size;
            let end = *end.get_or_insert(head);
            figures(head, newest.as_ref());
            if let Some(newest) = newest.as_ref().filter(|newest| newest.size >= end) {
                let newest = newest.clone();
                snapshot.end().await?;
                return Ok(newest);
            }
            let advance = self.grow(&mut snapshot, newest.as_ref(), end).await?;
            snapshot.end().await?;
            self.write_advance(advance).await?;
        }
    }

    /// The tree with the entries up to an end, or as many as are signed at once.
    async fn grow(
        &self,
        reader: &mut Reader,
        newest: Option<&KeptCheckpoint>,
        end: u64,
    ) -> Result<Advance, StoreError> {
        let mut edge = match newest {
            Some(newest) => self.edge(reader, newest).await?,
            None => TileEdge::new(),
        };
        let end = end.min(edge.size() + ENTRIES_SIGNED_MAX);
        let mut full = Vec::new();
        while edge.size() < end {
            let limit = LEAVES_AT_ONCE.min(end - edge.size());
            let hashes = reader.leaf_hashes(edge.size(), limit).await?;
            if hashes.is_empty() {
                return Err(StoreError::Tree(format!("entry {} is missing", edge.size())));
            }
            hashes.into_iter().for_each(|hash| edge.append(hash, &mut full));
        }
        let checkpoint =
            Checkpoint { origin: self.origin().to_owned(), size: edge.size(), root: edge.root() };
        let full = full.iter().map(|(tile, hashes)| (*tile, encode_hashes(hashes)));
        // Tiles of the upper levels that did not grow are written again too: they are few, and then they are right.
        let partial = edge.partial().map(|(tile, hashes)| (tile, encode_hashes(hashes)));
        Ok(Advance {
            from: newest.map(|newest| newest.size),
            size: checkpoint.size,
            note: checkpoint.sign(self.signer()?).map_err(tree)?.to_text(),
            tiles: full.chain(partial).collect(),
        })
    }

    /// The right edge of the tree that was signed last. Tiles that do not give its root are not built upon: what would be
    /// signed next would be another history.
    async fn edge(&self, reader: &mut Reader, newest: &KeptCheckpoint) -> Result<TileEdge, StoreError> {
        let tiles: Vec<TileId> = TileEdge::tiles_at(newest.size).collect();
        let edge = TileEdge::from_tiles(newest.size, &reader.tile_map(&tiles).await?).map_err(tree)?;
        let signed = Checkpoint::open(newest.note.as_bytes(), self.verifier()?).map_err(tree)?;
        if signed.size == edge.size() && signed.root == edge.root() {
            return Ok(edge);
        }
        Err(StoreError::Tree("the stored tiles do not give the root of the newest checkpoint".to_owned()))
    }

    async fn write_advance(&self, advance: Advance) -> Result<(), StoreError> {
        let advance = Arc::new(advance);
        self.write(move |pen| {
            let advance = Arc::clone(&advance);
            Box::pin(async move {
                let newest = pen.newest_checkpoint().await?;
                if newest.map(|newest| newest.size) != advance.from {
                    // Another was faster. Its checkpoint stands; ours was never shown to anyone.
                    return Ok(());
                }
                for (tile, hashes) in &advance.tiles {
                    let row = vec![tile_place(tile.level, tile.index).into(), hashes.clone().into()];
                    pen.own.replace(&TILE, row);
                }
                let day = Day::of(pen.now()).to_string();
                let row = vec![day.into(), advance.size.into(), advance.note.as_str().into()];
                pen.own.replace(&CHECKPOINT, row);
                Ok(())
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
