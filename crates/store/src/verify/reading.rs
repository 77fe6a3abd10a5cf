//! Reading the journal for its verification: part by part, each looked at on a thread of its own while the next one is
//! read. What cannot be read is a problem like any other.

use std::collections::HashMap;
use std::sync::Arc;

use journal::tiles::{LEVEL_MAX, decode_hashes};
use journal::{Examined, Examiner, Hash, LeafFields, Payload, StoredEntry, TileId};
use tokio::sync::mpsc;

use crate::error::StoreError;
use crate::schema::tile_place;
use crate::sql::{Connection, Role, Row, Target, Value};
use crate::statements::statements;
use crate::store::Shared;

statements! {
    #[doc = "The bounds stand with each table: PostgreSQL does not pass them on, and a merge would read from the beginning."]
    ENTRIES = "select e.number, e.minute, e.kind, e.office, e.article, e.commitment, e.leaf, p.sealed, k.wrapped \
        from entry e left join payload p on p.entry = e.number and p.entry >= $1 and p.entry < $2 \
        left join payload_key k on k.entry = e.number and k.entry >= $1 and k.entry < $2 \
        where e.number >= $1 and e.number < $2 order by e.number";
    TILES = "select place, hashes from tile where place >= $1 and place < $2 order by place";
}

/// How many entries are read at once: whole tiles.
pub(crate) const ENTRIES_AT_ONCE: u64 = 2048;
/// Entries under one tile at level 0, and under one at level 1.
const UNDER_TILE: [u64; 2] = [256, 65_536];
/// After so many entries that cannot be read the rest is given up.
const UNREADABLE_MAX: usize = 1000;

/// A problem: the entry, where it is about one, and what is wrong.
pub(super) type Found = (Option<u64>, String);

/// Entries that were read together, with the tiles that begin among them.
#[derive(Default)]
pub(super) struct Part {
    rows: Vec<Row>,
    tiles: Vec<Row>,
    unreadable: Vec<Found>,
}

/// What was found of a part.
#[derive(Default)]
pub(super) struct ExaminedPart {
    pub(super) entries: Vec<ExaminedRow>,
    /// Nodes above the leaves: level, index and hash.
    pub(super) nodes: Vec<(u8, u64, Hash)>,
    pub(super) problems: Vec<Found>,
    pub(super) payloads: u64,
    pub(super) keys: u64,
}

/// What was found of a row.
pub(super) enum ExaminedRow {
    Entry(Examined),
    /// Its leaf cannot be read; only its hash is known.
    Unreadable(u64, Hash, String),
}

/// A connection that is opened anew after a fault.
pub(crate) struct Source {
    pub(crate) target: Target,
    connection: Option<Connection>,
}

impl Source {
    pub(crate) fn new(target: Target) -> Self {
        Self { target, connection: None }
    }

    pub(crate) async fn rows(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let mut connection = Connection::open(&self.target, Role::Verifier).await?;
                connection.begin_reading().await?;
                connection
            }
        };
        let rows = connection.rows(sql, values).await?;
        self.connection = Some(connection);
        Ok(rows)
    }

    /// The tiles of a level from one up to another.
    pub(super) async fn tiles(&mut self, level: u8, from: u64, to: u64) -> Result<Vec<Row>, StoreError> {
        self.rows(TILES, vec![tile_place(level, from).into(), tile_place(level, to).into()]).await
    }

    pub(crate) async fn close(mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    /// The entries from one up to another.
    pub(crate) async fn entries(&mut self, from: u64, to: u64) -> Result<Vec<Row>, StoreError> {
        self.rows(ENTRIES, vec![from.into(), to.into()]).await
    }

    /// Tiles that begin among the entries from one up to another.
    async fn tiles_over(&mut self, from: u64, to: u64) -> Result<Vec<Row>, StoreError> {
        let mut tiles = Vec::new();
        for (level, under) in (0_u8..).zip(UNDER_TILE) {
            let (first, end) = (from.div_ceil(under), to.div_ceil(under));
            if first < end {
                tiles.extend(self.tiles(level, first, end).await?);
            }
        }
        Ok(tiles)
    }

    async fn part(&mut self, from: u64, to: u64) -> Result<Part, StoreError> {
        let rows = self.entries(from, to).await?;
        let tiles = self.tiles_over(from, to).await?;
        Ok(Part { rows, tiles, unreadable: Vec::new() })
    }

    /// Reads everything up to an end, part by part, and one by one where a part cannot be read.
    pub(super) async fn read(mut self, end: u64, parts: mpsc::Sender<Part>) {
        let mut from = 0;
        let mut unreadable = 0;
        while from < end {
            let to = (from + ENTRIES_AT_ONCE).min(end);
            let part = match self.part(from, to).await {
                Ok(part) => part,
                Err(_) => self.one_by_one(from, to).await,
            };
            unreadable += part.unreadable.len();
            if parts.send(part).await.is_err() {
                return;
            }
            from = to;
            if unreadable > UNREADABLE_MAX && from < end {
                let what =
                    format!("too much cannot be read: the entries {from} to {} were not looked at", end - 1);
                let part = Part { unreadable: vec![(Some(from), what)], ..Part::default() };
                let _ = parts.send(part).await;
                return;
            }
        }
        self.close().await;
    }

    async fn one_by_one(&mut self, from: u64, to: u64) -> Part {
        let mut part = Part::default();
        for number in from..to {
            match self.entries(number, number + 1).await {
                Ok(rows) => part.rows.extend(rows),
                Err(error) => {
                    part.unreadable.push((Some(number), format!("the entry cannot be read: {error}")))
                }
            }
        }
        match self.tiles_over(from, to).await {
            Ok(tiles) => part.tiles = tiles,
            Err(error) => {
                let what = format!("the tiles over the entries {from} to {} cannot be read: {error}", to - 1);
                part.unreadable.push((Some(from), what));
            }
        }
        part
    }
}

/// Looks at each entry of a part by itself.
pub(super) fn examine(part: Part, shared: &Arc<Shared>, covered: u64) -> ExaminedPart {
    let mut examined = ExaminedPart { problems: part.unreadable, ..ExaminedPart::default() };
    let mut leaf_tiles: HashMap<u64, Vec<Hash>> = HashMap::new();
    for row in &part.tiles {
        match read_tile(row, covered) {
            Ok((TileId { level: 0, index, .. }, hashes)) => {
                leaf_tiles.insert(index, hashes);
            }
            Ok((tile, hashes)) => examined.nodes.extend(nodes_of(tile, hashes)),
            Err(found) => examined.problems.push(found),
        }
    }
    let ring = shared.ring().ok();
    let mut examiner = Examiner::new(ring.as_deref());
    let mut tile: (u64, &[Hash]) = (u64::MAX, &[]);
    examined.entries.reserve(part.rows.len());
    for row in &part.rows {
        let Ok(number) = row.number(0) else { continue };
        let index = number / UNDER_TILE[0];
        if tile.0 != index {
            tile = (index, leaf_tiles.get(&index).map_or(&[], Vec::as_slice));
            if tile.1.is_empty() && index * UNDER_TILE[0] < covered {
                let first = index * UNDER_TILE[0];
                let last = (first + UNDER_TILE[0]).min(covered) - 1;
                let what = format!("the tile 0/{index} over the entries {first} to {last} is missing");
                examined.problems.push((Some(first), what));
            }
        }
        let place = usize::try_from(number % UNDER_TILE[0]).unwrap_or_default();
        examined.row(row, number, tile.1.get(place).copied(), &mut examiner);
    }
    examined
}

impl ExaminedPart {
    fn row(&mut self, row: &Row, number: u64, tile: Option<Hash>, examiner: &mut Examiner<'_>) {
        let hash: Option<Hash> = row.bytes(6).ok().and_then(|bytes| bytes.try_into().ok());
        let hash = hash.unwrap_or_else(|| {
            self.problems.push((Some(number), "the hash stored for it is not 32 bytes".to_owned()));
            [0; 32]
        });
        let (sealed, wrapped) = (row.optional_bytes(7), row.optional_bytes(8));
        self.payloads += u64::from(!matches!(sealed, Ok(None)));
        self.keys += u64::from(!matches!(wrapped, Ok(None)));
        let payload = match (sealed, wrapped) {
            (Ok(Some(sealed)), Ok(Some(wrapped_key))) => Payload::Sealed { sealed, wrapped_key },
            (Ok(_), Ok(_)) => Payload::Missing,
            (Err(error), _) | (_, Err(error)) => {
                self.problems.push((Some(number), format!("the payload cannot be read: {error}")));
                Payload::NotGiven
            }
        };
        self.entries.push(match leaf_fields(row, number) {
            Ok(leaf) => {
                ExaminedRow::Entry(examiner.examine(&StoredEntry { number, leaf, hash, tile, payload }))
            }
            Err(error) => ExaminedRow::Unreadable(number, hash, format!("the leaf cannot be read: {error}")),
        });
    }
}

/// A leaf's fields where they lie in a row of [`ENTRIES`].
fn leaf_fields(row: &Row, number: u64) -> Result<LeafFields<'_>, StoreError> {
    Ok(LeafFields {
        number,
        minute: row.integer(1)?,
        kind: row.text(2)?,
        office: row.text(3)?,
        article: row.text(4)?,
        commitment: row
            .bytes(5)?
            .try_into()
            .map_err(|_| StoreError::Damaged("a commitment is not 32 bytes".to_owned()))?,
    })
}

/// A tile as it is stored: exactly as wide as the newest checkpoint's tree has it.
pub(super) fn read_tile(row: &Row, covered: u64) -> Result<(TileId, Vec<Hash>), Found> {
    let damaged = |error: StoreError| (None, format!("a tile cannot be read: {error}"));
    let place = row.number(0).map_err(damaged)?;
    let level = (0..=LEVEL_MAX + 2).rev().find(|level| place >= tile_place(*level, 0)).unwrap_or_default();
    let index = place - tile_place(level, 0);
    let tile = TileId { level, index, width: TileId::width_in(level, index, covered) };
    let entry = Some(tile.first_entry());
    if tile.width == 0 {
        return Err((
            None,
            format!("the tile {level}/{index} stands over entries that no checkpoint covers"),
        ));
    }
    let hashes = row.bytes(1).map_err(damaged)?;
    match decode_hashes(hashes, tile.width) {
        Ok(hashes) => Ok((tile, hashes)),
        Err(error) => Err((entry, format!("the tile {level}/{index}: {error}"))),
    }
}

/// The nodes in a tile above level 0.
pub(super) fn nodes_of(tile: TileId, hashes: Vec<Hash>) -> impl Iterator<Item = (u8, u64, Hash)> {
    (tile.index * UNDER_TILE[0]..).zip(hashes).map(move |(index, hash)| (tile.level, index, hash))
}
