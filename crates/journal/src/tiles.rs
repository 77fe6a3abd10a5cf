//! Static files that anyone can mirror: the paths and contents of C2SP tlog-tiles.
//!
//! A tile at level 0 holds the hashes of 256 leaves; one at level 1 the hashes of 256 such tiles, and so on.
//! An entry bundle holds the leaves of a level 0 tile themselves. The last ones of a tree are partial: their
//! path names their width.

use std::fmt::{self, Write as _};

use crate::hash::Hash;

/// A tile spans this many heights of the tree.
pub const TILE_HEIGHT: u8 = 8;
/// A full tile holds this many hashes, a full bundle this many entries.
pub const TILE_WIDTH: u16 = 256;
/// The path of the newest checkpoint.
pub const CHECKPOINT_PATH: &str = "checkpoint";
/// The highest level that a path may name: tlog-tiles ends at 2^48 entries.
pub const LEVEL_MAX: u8 = 5;

/// A tile: which hashes, and how many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// The level: its hashes are of subtrees of 256^`level` leaves.
    pub level: u8,
    /// The place at its level, from zero.
    pub index: u64,
    /// How many hashes, from 1 to 256; fewer than 256 at the right edge only.
    pub width: u16,
}

impl TileId {
    /// How wide the tile at a level and index is in a tree of `size` leaves: from 0, when it is not there, to
    /// 256.
    #[must_use]
    pub fn width_in(level: u8, index: u64, size: u64) -> u16 {
        let complete = size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0);
        let before = index.saturating_mul(u64::from(TILE_WIDTH));
        u16::try_from(complete.saturating_sub(before)).unwrap_or(TILE_WIDTH).min(TILE_WIDTH)
    }

    /// The number of the first entry under this tile.
    #[must_use]
    pub fn first_entry(&self) -> u64 {
        self.index.saturating_mul(entries_under(self.level).saturating_mul(u64::from(TILE_WIDTH)))
    }

    /// The path of the tile, such as `tile/0/x001/234` or `tile/1/000.p/7`.
    #[must_use]
    pub fn path(&self) -> String {
        path("tile/", Some(self.level), self.index, self.width)
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path())
    }
}

/// How many entries are under one hash of a tile at this level.
#[must_use]
pub fn entries_under(level: u8) -> u64 {
    1_u64.checked_shl(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(u64::MAX)
}

/// A path in a mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TilePath {
    /// The newest checkpoint.
    Checkpoint,
    /// A tile of hashes.
    Hashes(TileId),
    /// A bundle of entries.
    Entries {
        /// The place of the bundle, from zero: it begins with entry `index` * 256.
        index: u64,
        /// How many entries, from 1 to 256.
        width: u16,
    },
}

impl TilePath {
    /// Reads a path. Only the one path that tlog-tiles gives to a thing is accepted.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        if path == CHECKPOINT_PATH {
            return Some(Self::Checkpoint);
        }
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => {
                (number, width.parse().ok().filter(|width| (1..TILE_WIDTH).contains(width))?)
            }
            None => (rest, TILE_WIDTH),
        };
        let mut index: u64 = 0;
        for group in number.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        }
        let parsed = if level == "entries" {
            Self::Entries { index, width }
        } else {
            Self::Hashes(TileId {
                level: level.parse().ok().filter(|level| *level <= LEVEL_MAX)?,
                index,
                width,
            })
        };
        // Written again it must be the same: this refuses signs, leading zeros and a wrong use of `x`.
        (parsed.path() == path).then_some(parsed)
    }

    /// The path as it is written.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Checkpoint => CHECKPOINT_PATH.to_owned(),
            Self::Hashes(tile) => tile.path(),
            Self::Entries { index, width } => entries_path(*index, *width),
        }
    }
}

/// The path of a bundle of entries, such as `tile/entries/x001/234.p/7`.
#[must_use]
pub fn entries_path(index: u64, width: u16) -> String {
    path("tile/entries", None, index, width)
}

fn path(prefix: &str, level: Option<u8>, index: u64, width: u16) -> String {
    let mut text = prefix.to_owned();
    // Writing into a string cannot fail.
    if let Some(level) = level {
        let _ = write!(text, "{level}");
    }
    let mut groups = vec![index % 1000];
    let mut rest = index / 1000;
    while rest > 0 {
        groups.push(rest % 1000);
        rest /= 1000;
    }
    for (place, group) in groups.iter().enumerate().rev() {
        let _ = write!(text, "/{}{group:03}", if place > 0 { "x" } else { "" });
    }
    if width < TILE_WIDTH {
        let _ = write!(text, ".p/{width}");
    }
    text
}

/// The tiles of hashes of a tree of `size` leaves that a tree of `old` leaves did not have yet, partial ones
/// included: what to write when the tree grows. With `old` zero, all tiles.
#[must_use]
pub fn new_tiles(old: u64, size: u64) -> Vec<TileId> {
    let mut tiles = Vec::new();
    for level in 0..=LEVEL_MAX {
        let shift = u32::from(level) * u32::from(TILE_HEIGHT);
        let (before, after) = (old >> shift, size >> shift);
        if after <= before {
            break;
        }
        let width = u64::from(TILE_WIDTH);
        for index in before / width..after.div_ceil(width) {
            tiles.push(TileId { level, index, width: TileId::width_in(level, index, size) });
        }
    }
    tiles
}

/// Why a file of a mirror cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The file has another length than its tile.
    #[error("a tile of {width} hashes has {found} bytes")]
    Length {
        /// How many hashes it should have.
        width: u16,
        /// How many bytes it has.
        found: usize,
    },
    /// The bundle ends within an entry.
    #[error("the bundle ends within entry {0}")]
    Truncated(usize),
    /// The bundle has another number of entries.
    #[error("a bundle of {width} entries has {found}")]
    Count {
        /// How many entries it should have.
        width: u16,
        /// How many it has.
        found: usize,
    },
    /// An entry does not fit into the two bytes of its length.
    #[error("an entry has more than 65,535 bytes")]
    EntryLength,
}

/// The bytes of a tile: its hashes one after the other.
#[must_use]
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.concat()
}

/// Reads a tile of exactly `width` hashes.
///
/// # Errors
/// When the bytes are not that many hashes.
pub fn decode_hashes(bytes: &[u8], width: u16) -> Result<Vec<Hash>, TileError> {
    match bytes.as_chunks::<32>() {
        (hashes, []) if hashes.len() == usize::from(width) => Ok(hashes.to_vec()),
        _ => Err(TileError::Length { width, found: bytes.len() }),
    }
}

/// The bytes of a bundle: each leaf after its length in two bytes, the high one first.
///
/// # Errors
/// When a leaf is longer than 65,535 bytes.
pub fn encode_bundle<L: AsRef<[u8]>>(leaves: &[L]) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::with_capacity(leaves.len() * 256);
    for leaf in leaves {
        append_to_bundle(leaf.as_ref(), &mut bytes)?;
    }
    Ok(bytes)
}

/// Appends one leaf to a bundle.
///
/// # Errors
/// When the leaf is longer than 65,535 bytes; nothing is written then.
pub fn append_to_bundle(leaf: &[u8], bytes: &mut Vec<u8>) -> Result<(), TileError> {
    let length = u16::try_from(leaf.len()).map_err(|_| TileError::EntryLength)?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(leaf);
    Ok(())
}

/// Reads a bundle of exactly `width` entries.
///
/// # Errors
/// When it ends within an entry or has another number of them.
pub fn decode_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, TileError> {
    let leaves: Vec<&[u8]> = read_bundle(bytes).collect();
    let read: usize = leaves.iter().map(|leaf| leaf.len() + 2).sum();
    if read != bytes.len() {
        Err(TileError::Truncated(leaves.len()))
    } else if leaves.len() == usize::from(width) {
        Ok(leaves)
    } else {
        Err(TileError::Count { width, found: leaves.len() })
    }
}

/// The whole entries of a bundle, up to where it ends or is cut off.
pub(crate) fn read_bundle(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (leaf, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        rest = after;
        Some(leaf)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_those_of_tlog_tiles() {
        let tile = |level, index, width| TileId { level, index, width }.path();
        assert_eq!(tile(0, 0, 256), "tile/0/000");
        assert_eq!(tile(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(tile(1, 5, 7), "tile/1/005.p/7");
        assert_eq!(tile(5, 1000, 255), "tile/5/x001/000.p/255");
        assert_eq!(entries_path(1_234_067, 256), "tile/entries/x001/x234/067");
        assert_eq!(entries_path(0, 1), "tile/entries/000.p/1");
    }

    #[test]
    fn only_the_one_path_of_a_tile_is_read() {
        for path in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/1000",
            "tile/0/x000/001",
            "tile/00/001",
            "tile/6/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/0/001.p/0",
            "tile/0/001.p/256",
            "tile/0/001.p/07",
            "tile/0/001.p/",
            "tile/0/001/002",
            "tile/0/x001/x002",
            "tile/0/001/",
            "/tile/0/001",
            "tile/0/../001",
            "tile/entries/1",
            "tile/data/001",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "checkpoint/",
            "tile/0/001.p/1.p/1",
            "tile/0/00１",
        ] {
            assert_eq!(TilePath::parse(path), None, "{path}");
        }
        assert_eq!(TilePath::parse("checkpoint"), Some(TilePath::Checkpoint));
    }

    #[test]
    fn a_growing_tree_writes_only_new_tiles() {
        let paths = |old, size| new_tiles(old, size).iter().map(TileId::path).collect::<Vec<_>>();
        assert_eq!(paths(0, 0), Vec::<String>::new());
        assert_eq!(paths(0, 257), ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]);
        assert_eq!(paths(257, 258), ["tile/0/001.p/2"]);
        assert_eq!(paths(258, 512), ["tile/0/001", "tile/1/000.p/2"]);
        assert_eq!(paths(512, 513), ["tile/0/002.p/1"]);
        assert_eq!(paths(65_535, 65_536), ["tile/0/255", "tile/1/000", "tile/2/000.p/1"]);
    }

    #[test]
    fn a_file_of_another_length_is_refused() {
        let hashes = [[1; 32], [2; 32]];
        let bytes = encode_hashes(&hashes);
        assert_eq!(decode_hashes(&bytes, 2).unwrap(), hashes);
        assert_eq!(decode_hashes(&bytes, 3), Err(TileError::Length { width: 3, found: 64 }));
        assert!(decode_hashes(&bytes[..63], 2).is_err());
        let bundle = encode_bundle(&[b"one".as_slice(), b"", b"three"]).unwrap();
        assert_eq!(bundle, b"\0\x03one\0\0\0\x05three");
        assert_eq!(decode_bundle(&bundle, 3).unwrap(), [b"one".as_slice(), b"", b"three"]);
        assert_eq!(decode_bundle(&bundle, 2), Err(TileError::Count { width: 2, found: 3 }));
        assert_eq!(decode_bundle(&bundle[..13], 3), Err(TileError::Truncated(2)));
        assert_eq!(encode_bundle(&[vec![0; 65_536]]), Err(TileError::EntryLength));
        assert_eq!(decode_bundle(&encode_bundle(&[vec![0; 65_535]]).unwrap(), 1).unwrap(), [vec![0; 65_535]]);
    }

    proptest! {
        #[test]
        fn every_path_reads_back(level in 0..=LEVEL_MAX, index in 0..1_u64 << 40, width in 1..=TILE_WIDTH) {
            let tile = TilePath::Hashes(TileId { level, index, width });
            prop_assert_eq!(TilePath::parse(&tile.path()), Some(tile));
            let entries = TilePath::Entries { index, width };
            prop_assert_eq!(TilePath::parse(&entries.path()), Some(entries));
        }

        #[test]
        fn any_text_is_read_as_itself_or_refused(path in "(tile/)?[0-9x/.p]{0,20}") {
            if let Some(read) = TilePath::parse(&path) {
                prop_assert_eq!(read.path(), path);
            }
        }

        #[test]
        fn bundles_read_back(leaves in prop::collection::vec(any::<Vec<u8>>(), 0..20)) {
            let bytes = encode_bundle(&leaves).unwrap();
            prop_assert_eq!(decode_bundle(&bytes, leaves.len() as u16).unwrap(), leaves);
        }
    }
}
