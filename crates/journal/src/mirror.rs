//! Verifying a mirror of the journal with nothing but the public key: the checkpoint, every tile, every
//! bundle.

use std::collections::BTreeMap;
use std::error::Error;

use crate::checkpoint::Checkpoint;
use crate::hash::{Hash, leaf_hash};
use crate::leaf::Leaf;
use crate::note::{SignedNote, Verifier};
use crate::tiles::{
    CHECKPOINT_PATH, LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH, TileId, decode_bundle, decode_hashes, entries_path,
    read_bundle,
};
use crate::verify::{JournalVerifier, Payload, Report, StoredEntry};

/// After so many missing files in a row the rest of their level is given up.
const ABSENT_MAX: u32 = 16;

/// Whatever holds the files of a mirror: a folder, a web server, a map in a test.
pub trait MirrorSource {
    /// The bytes at a path such as `checkpoint` or `tile/0/x001/234`; none when there is no such file.
    ///
    /// # Errors
    /// When it could not be read; the mirror's verification names it as a problem and goes on.
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Box<dyn Error + Send + Sync>>;

    /// Told now and then how many entries of how many are done.
    fn progress(&self, _entries: u64, _of: u64) {}
}

/// Verifies a mirror: the checkpoint's signature, every tile at every level, every bundle and leaf, the root,
/// and that checkpoints known from before are a beginning of it. Their signatures were checked when they were
/// taken ([`Checkpoint::open`]).
pub fn verify_mirror(
    source: &(impl MirrorSource + ?Sized),
    verifier: &Verifier,
    known_checkpoints: &[Checkpoint],
) -> Report {
    let mut walk = Walk { source, journal: JournalVerifier::new(), files: 0 };
    for known in known_checkpoints {
        if known.origin != verifier.name() {
            let what = format!("the known checkpoint is of `{}`, not of `{}`", known.origin, verifier.name());
            walk.journal.problem(None, what);
            continue;
        }
        walk.journal.expect_checkpoint(&format!("the known checkpoint of {} entries", known.size), known);
    }
    if let Some(size) = walk.checkpoint(verifier) {
        walk.journal.expect_size("the checkpoint", size);
        walk.nodes(size);
        walk.entries(size);
    }
    let mut report = walk.journal.finish();
    report.checked.files = walk.files;
    report
}

struct Walk<'source, S: MirrorSource + ?Sized> {
    source: &'source S,
    journal: JournalVerifier<'static>,
    files: u64,
}

impl<S: MirrorSource + ?Sized> Walk<'_, S> {
    /// A file that must be there; a problem when it is not.
    fn file(&mut self, path: &str, entry: Option<u64>) -> Option<Vec<u8>> {
        match self.source.get(path) {
            Ok(Some(bytes)) => {
                self.files += 1;
                Some(bytes)
            }
            Ok(None) => {
                self.journal.problem(entry, format!("the file `{path}` is missing"));
                None
            }
            Err(error) => {
                self.journal.problem(entry, format!("the file `{path}` cannot be read: {error}"));
                None
            }
        }
    }

    /// The size that the checkpoint names. Without a good signature it is still used, to say what else is
    /// wrong.
    fn checkpoint(&mut self, verifier: &Verifier) -> Option<u64> {
        let bytes = self.file(CHECKPOINT_PATH, None)?;
        if let Some(checkpoint) = self.journal.expect_signed_checkpoint("the checkpoint", &bytes, verifier) {
            return Some(checkpoint.size);
        }
        let note = SignedNote::parse(&bytes).ok()?;
        let checkpoint = Checkpoint::parse(note.text()).ok()?;
        self.journal.expect_checkpoint("the checkpoint without a good signature", &checkpoint);
        Some(checkpoint.size)
    }

    /// A tile of hashes of exactly this width. The right edge may have been replaced by a full tile
    /// meanwhile.
    fn tile(&mut self, tile: TileId) -> Option<Vec<Hash>> {
        let path = tile.path();
        let entry = Some(tile.first_entry());
        let full = TileId { width: TILE_WIDTH, ..tile };
        let is_replaced = tile.width < TILE_WIDTH
            && matches!(self.source.get(&path), Ok(None))
            && matches!(self.source.get(&full.path()), Ok(Some(_)));
        let read = if is_replaced { full } else { tile };
        let bytes = self.file(&read.path(), entry)?;
        match decode_hashes(&bytes, read.width) {
            Ok(mut hashes) => {
                hashes.truncate(usize::from(tile.width));
                Some(hashes)
            }
            Err(error) => {
                self.journal.problem(entry, format!("the file `{path}`: {error}"));
                None
            }
        }
    }

    /// Reads the tiles above level 0: one hash for 256 entries, so they are kept in memory.
    fn nodes(&mut self, size: u64) {
        self.journal.expect_nodes(size);
        for level in 1..=LEVEL_MAX {
            let complete = size >> (u32::from(level) * u32::from(TILE_HEIGHT));
            let mut absent = 0;
            for index in 0..complete.div_ceil(u64::from(TILE_WIDTH)) {
                let tile = TileId { level, index, width: TileId::width_in(level, index, size) };
                let hashes = self.tile(tile).unwrap_or_default();
                absent = if hashes.is_empty() { absent + 1 } else { 0 };
                if absent > ABSENT_MAX {
                    break;
                }
                for (place, hash) in (index * u64::from(TILE_WIDTH)..).zip(hashes) {
                    self.journal.stored_node(level, place, hash);
                }
            }
        }
    }

    /// Reads the bundles with the tiles of their hashes, and pushes entry by entry.
    fn entries(&mut self, size: u64) {
        let mut absent = 0;
        for index in 0..size.div_ceil(u64::from(TILE_WIDTH)) {
            let tile = TileId { level: 0, index, width: TileId::width_in(0, index, size) };
            let hashes = self.tile(tile);
            let bundle = self.bundle(index, tile.width);
            absent = if hashes.is_none() && bundle.is_none() { absent + 1 } else { 0 };
            if absent > ABSENT_MAX {
                self.journal
                    .problem(Some(tile.first_entry()), "nothing more was looked for from here on".to_owned());
                return;
            }
            self.group(tile, hashes.as_deref(), bundle);
            self.source.progress(self.journal.next(), size);
        }
    }

    /// A bundle and how many entries it should have.
    fn bundle(&mut self, index: u64, width: u16) -> Option<(Vec<u8>, u16)> {
        let path = entries_path(index, width);
        let full = entries_path(index, TILE_WIDTH);
        let is_replaced = path != full
            && matches!(self.source.get(&path), Ok(None))
            && matches!(self.source.get(&full), Ok(Some(_)));
        let (path, width) = if is_replaced { (&full, TILE_WIDTH) } else { (&path, width) };
        Some((self.file(path, Some(index * u64::from(TILE_WIDTH)))?, width))
    }

    fn group(&mut self, tile: TileId, hashes: Option<&[Hash]>, bundle: Option<(Vec<u8>, u16)>) {
        let first = tile.first_entry();
        let mut leaves = BTreeMap::new();
        if let Some((bytes, width)) = &bundle {
            match decode_bundle(bytes, *width) {
                Ok(all) => leaves.extend((first..).zip(all)),
                Err(error) => {
                    self.journal.problem(Some(first), format!("the bundle from entry {first}: {error}"));
                    // Leaves that were removed or added move the others, so each is put where it says it
                    // stands.
                    leaves.extend(
                        read_bundle(bytes).filter_map(|leaf| Some((Leaf::parse(leaf).ok()?.number, leaf))),
                    );
                }
            }
        }
        for (place, number) in (0..usize::from(tile.width)).zip(first..) {
            let hash = hashes.and_then(|hashes| hashes.get(place)).copied();
            match (leaves.get(&number).copied(), hash) {
                (Some(leaf), hash) => self.entry(number, leaf, hash.unwrap_or_else(|| leaf_hash(leaf))),
                (None, Some(hash)) => {
                    self.journal.push_unreadable(number, hash, "the leaf is missing".to_owned());
                }
                // Named as missing with the next entry that is there, or at the end.
                (None, None) => {}
            }
        }
    }

    fn entry(&mut self, number: u64, bytes: &[u8], hash: Hash) {
        match Leaf::parse(bytes) {
            Ok(leaf) => {
                self.journal.push(&StoredEntry {
                    number,
                    leaf: leaf.fields(),
                    hash,
                    tile: None,
                    payload: Payload::NotGiven,
                });
            }
            Err(error) => self.journal.push_unreadable(number, hash, error.to_string()),
        }
    }
}
