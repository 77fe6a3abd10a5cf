//! Before a restored store signs again.
//!
//! Between the backup and the loss the journal may have grown, and its checkpoints were seen by others. A store that
//! signed on from the backup would fork that history. So it is locked until it is shown the newest checkpoint that is
//! known anywhere and holds everything that it covers, or until it goes on as another journal, with a name and a key of its
//! own, whose beginning is what was restored.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use journal::tiles::encode_hashes;
use journal::{Checkpoint, Hash, TileEdge, Verifier};
use law::{Day, Instant};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::inventory::Inventory;
use crate::keys::Keys;
use crate::project::write_rows;
use crate::schema::{CHECKPOINT, META, TILE, tile_place};
use crate::sql::{Connection, Role, Target};
use crate::statements::{self, statements};
use crate::store::{Store, StoreOptions};

statements! {
    RESTORED = "select value from meta where name = 'restored'";
    CONFIRM = "delete from meta where name = 'restored'";
    RESTORATIONS = "select name, value from meta where name > 'restoration ' and name < 'restoration!' order by name";
    FORMERS = "select name, value from meta where name > 'former journal ' and name < 'former journal!' order by name";
    VKEY = "select value from meta where name = 'vkey'";
    HEAD = "select size, time from journal_head where journal = 0";
    NEWEST = "select note, size from checkpoint order by size desc, day desc limit 1";
    LEAVES = "select number, leaf from entry where number >= $1 and number < $2 order by number";
}

/// How many leaf hashes are read at once.
const LEAVES_AT_ONCE: u64 = 4096;

/// What `meta` says of a restoration, until it is confirmed and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Restored {
    /// When the backup was taken.
    pub(crate) taken_at: String,
    /// When it was restored.
    pub(crate) restored_at: String,
    /// How many entries it had.
    pub(crate) size: u64,
    /// Entries whose keys were left out because they were known to be erased.
    pub(crate) erased: Vec<u64>,
}

impl Restored {
    /// Locks the store with it. A backup of a store that was itself waiting brings the note of that restoration along: what
    /// was left out then stays left out.
    pub(crate) async fn write(mut self, connection: &mut Connection) -> Result<(), StoreError> {
        if let Some(row) = connection.row(RESTORED, Vec::new()).await? {
            let earlier = serde_json::from_str::<Self>(row.text(0)?);
            self.erased.extend(earlier.map(|earlier| earlier.erased).unwrap_or_default());
            self.erased.sort_unstable();
            self.erased.dedup();
        }
        put(connection, "restored".to_owned(), &self).await
    }
}

/// A journal that the store was before it went on under another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Former {
    /// Its public key.
    pub(crate) vkey: String,
    /// How many entries it had here.
    pub(crate) size: u64,
    /// Its last checkpoint here.
    pub(crate) checkpoint: Option<String>,
}

async fn put(connection: &mut Connection, name: String, value: &impl Serialize) -> Result<(), StoreError> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::Entry(error.to_string()))?;
    let sql = statements::replace(&META, 1);
    connection.run(sql, vec![name.into(), text.into()]).await?;
    Ok(())
}

/// What earlier restorations left for whoever verifies the store.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// The public keys of the journals that the store was before.
    formers: Vec<Verifier>,
    /// Entries whose keys were left out because they were known to be erased.
    pub(crate) erased: BTreeSet<u64>,
}

impl Past {
    /// Reads it.
    pub(crate) async fn read(target: &Target) -> Result<Self, StoreError> {
        let mut connection = Connection::open(target, Role::Verifier).await?;
        let mut past = Self::default();
        for row in connection.rows(FORMERS, Vec::new()).await? {
            let former = serde_json::from_str::<Former>(row.text(1)?).ok();
            let key = former.and_then(|former| Verifier::parse(&former.vkey).ok());
            past.formers.extend(key);
        }
        for (statement, column) in [(RESTORATIONS, 1), (RESTORED, 0)] {
            for row in connection.rows(statement, Vec::new()).await? {
                let restored: Restored = serde_json::from_str(row.text(column)?)
                    .map_err(|error| StoreError::Damaged(format!("the note about a restoration: {error}")))?;
                past.erased.extend(restored.erased);
            }
        }
        connection.close().await;
        Ok(past)
    }

    /// These keys and the present one.
    pub(crate) fn with<'a>(&'a self, present: &'a Verifier) -> PublicKeys<'a> {
        PublicKeys { present, formers: &self.formers }
    }
}

/// The journal's public key, and those of the journals that the store was before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PublicKeys<'a> {
    pub(crate) present: &'a Verifier,
    formers: &'a [Verifier],
}

impl<'a> PublicKeys<'a> {
    /// The key of the journal with this name: the present one's, unless it is a former one.
    pub(crate) fn of(self, origin: &str) -> &'a Verifier {
        self.formers.iter().find(|former| former.name() == origin).unwrap_or(self.present)
    }

    /// The key for a checkpoint, by the journal that its first line names.
    pub(crate) fn of_note(self, note: &str) -> &'a Verifier {
        self.of(note.lines().next().unwrap_or_default())
    }
}

/// By what a restored store may sign again.
#[derive(Debug, Clone)]
pub enum Confirmation {
    /// The newest checkpoint that is known anywhere, a signed note.
    Known(String),
    /// A new name: what was lost is given up openly.
    NewOrigin(String),
}

/// What a restored store goes on as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// The journal's name.
    pub origin: String,
    /// Its public key.
    pub vkey: String,
    /// The number of entries.
    pub entries: u64,
    /// How many of them the known checkpoint covers, or the former journal had.
    pub covered: u64,
}

impl Store {
    /// Lets a restored store sign again.
    ///
    /// # Errors
    /// When it is not a restored one, lacks entries that the known checkpoint covers, has others than those, or the database
    /// or a file fails.
    pub async fn confirm(options: &StoreOptions, by: &Confirmation) -> Result<Confirmed, StoreError> {
        let store = Self::open_to_verify(options.clone()).await?;
        let confirmed = store.confirm_by(options, by).await;
        store.close().await;
        confirmed
    }

    async fn confirm_by(&self, options: &StoreOptions, by: &Confirmation) -> Result<Confirmed, StoreError> {
        let mut connection = Connection::open(&self.shared.target, Role::Writer).await?;
        connection.begin_writing().await?;
        let row = connection.row(RESTORED, Vec::new()).await?;
        let row = row.ok_or_else(|| {
            StoreError::Confirmation(
                "the store is not waiting for one: it was not restored, or signs again already".to_owned(),
            )
        })?;
        let restored: Restored = serde_json::from_str(row.text(0)?)
            .map_err(|error| StoreError::Damaged(format!("the note about its restoration: {error}")))?;
        let head = connection.row(HEAD, Vec::new()).await?;
        let head = head.ok_or_else(|| StoreError::Damaged("the journal's head is missing".to_owned()))?;
        let (size, time) = (head.number(0)?, Instant::from_milliseconds(head.integer(1)?));
        let newest = connection.row(NEWEST, Vec::new()).await?;
        let newest =
            newest.map(|row| Ok::<_, StoreError>((row.text(0)?.to_owned(), row.number(1)?))).transpose()?;
        // By the store's own word: after a change of name that was broken off, the files hold another key.
        let vkey = connection.row(VKEY, Vec::new()).await?;
        let vkey = vkey.map(|row| row.text(0).map(str::to_owned)).transpose()?.unwrap_or_default();
        let verifier = Verifier::parse(&vkey).map_err(|error| StoreError::Damaged(error.to_string()))?;
        // What was changed since the restoration must not be signed as if it had always been so.
        let kept = Inventory::kept(&mut connection, &verifier).await;
        if kept != Ok(Inventory::count(&mut connection).await?) {
            return Err(StoreError::Damaged(
                "receipts, checkpoints or notes are not those of the inventory".to_owned(),
            ));
        }
        let (name, confirmed, keys) = match by {
            Confirmation::Known(note) => {
                let known = Checkpoint::open(note.as_bytes(), &verifier)
                    .map_err(|error| StoreError::Confirmation(format!("the known checkpoint: {error}")))?;
                let newest = newest.map_or(0, |(_, size)| size);
                covers(&known, newest, size)?;
                let edge = edge(&mut connection, known.size, false).await?;
                if edge.root() != known.root {
                    return Err(StoreError::Confirmation(format!(
                        "the store's first {} entries are not those of the known checkpoint: they give the root {}, it signs {}",
                        known.size,
                        STANDARD.encode(edge.root()),
                        STANDARD.encode(known.root)
                    )));
                }
                let confirmed = Confirmed {
                    origin: verifier.name().to_owned(),
                    vkey: verifier.to_vkey(),
                    entries: size,
                    covered: known.size,
                };
                (None, confirmed, None)
            }
            Confirmation::NewOrigin(origin) => {
                if origin == verifier.name() {
                    let what =
                        "the new origin is the old one: a journal that goes on after a loss has another name";
                    return Err(StoreError::Confirmation(what.to_owned()));
                }
                let keys = self.keys_of_new_origin(options, origin)?;
                let signer = keys.signer.as_ref().map(|signer| &signer.0);
                let signer = signer.ok_or_else(|| StoreError::Keys("no signing key was made".to_owned()))?;
                let number = connection.rows(FORMERS, Vec::new()).await?.len() + 1;
                let former =
                    Former { vkey: verifier.to_vkey(), size, checkpoint: newest.map(|(note, _)| note) };
                put(&mut connection, format!("former journal {number:04}"), &former).await?;
                // What the former's last checkpoint did not cover yet has no tiles.
                let edge = edge(&mut connection, size, true).await?;
                let checkpoint = Checkpoint { origin: origin.clone(), size, root: edge.root() };
                let note = checkpoint.sign(signer).map_err(|error| StoreError::Tree(error.to_string()))?;
                let vkey = signer.verifier().to_vkey();
                for (name, value) in [("origin", origin), ("vkey", &vkey)] {
                    let sql = statements::replace(&META, 1);
                    connection.run(sql, vec![name.into(), value.as_str().into()]).await?;
                }
                // The former's checkpoint of this day stays in the note about it.
                let day = Day::of(self.shared.clock.now().max(time)).to_string();
                let sql = statements::replace(&CHECKPOINT, 1);
                let row = vec![day.into(), size.into(), note.to_text().into()];
                connection.run(sql, row).await?;
                let confirmed = Confirmed { origin: origin.clone(), vkey, entries: size, covered: size };
                (Some(origin), confirmed, Some(keys))
            }
        };
        connection.run(CONFIRM, Vec::new()).await?;
        let number = connection.rows(RESTORATIONS, Vec::new()).await?.len() + 1;
        put(&mut connection, format!("restoration {number:04}"), &restored).await?;
        let keys = keys.as_ref().unwrap_or(&self.shared.keys);
        let signer = keys.signer.as_ref().filter(|signer| signer.0.verifier().to_vkey() == confirmed.vkey);
        let missing = || StoreError::Keys(format!("the signing key of `{}` is not there", confirmed.vkey));
        let signer = signer.ok_or_else(missing)?;
        Inventory::count(&mut connection).await?.keep(&mut connection, &signer.0).await?;
        if name.is_some() && self.shared.demo.is_none() {
            // Before the commit: were it to fail, the store still names the former key, and this can be done again.
            let folder = options
                .key_folder()
                .ok_or_else(|| StoreError::Keys("name the folder of the keys".to_owned()))?;
            keys.write_signing(&folder)?;
        }
        connection.commit().await?;
        connection.close().await;
        Ok(confirmed)
    }

    /// The same ring with a signing key of the new name.
    fn keys_of_new_origin(&self, options: &StoreOptions, origin: &str) -> Result<Keys, StoreError> {
        match self.shared.demo {
            Some(demo) => Keys::of_demo(origin, demo.seed),
            None => {
                Keys::generate(origin, options.randomness.as_ref()).map(|keys| Keys { ring: None, ..keys })
            }
        }
    }
}

/// Whether the store holds what the known checkpoint covers, and the checkpoint what the store's own does.
fn covers(known: &Checkpoint, newest: u64, size: u64) -> Result<(), StoreError> {
    let missing = match known.size.checked_sub(size) {
        Some(0) | None => {
            if known.size < newest {
                return Err(StoreError::Confirmation(format!(
                    "the known checkpoint covers {} entries and the store's own {newest}: a newer one must be known",
                    known.size
                )));
            }
            return Ok(());
        }
        Some(1) => format!("the entry {size} is missing"),
        Some(_) => format!("the entries {size} to {} are missing", known.size - 1),
    };
    Err(StoreError::Confirmation(format!(
        "{missing}: the known checkpoint covers {} entries, the store has {size}",
        known.size
    )))
}

/// The right edge of the tree over the first entries, made from their leaves; its tiles are written where asked.
async fn edge(connection: &mut Connection, size: u64, write: bool) -> Result<TileEdge, StoreError> {
    let mut edge = TileEdge::new();
    while edge.size() < size {
        let from = edge.size();
        let to = (from + LEAVES_AT_ONCE).min(size);
        let mut tiles = Vec::new();
        for row in connection.rows(LEAVES, vec![from.into(), to.into()]).await? {
            let expected = edge.size();
            let hash: Option<Hash> = row.bytes(1)?.try_into().ok();
            match hash {
                Some(hash) if row.number(0)? == expected => edge.append(hash, &mut tiles),
                _ => return Err(StoreError::Tree(format!("entry {expected} is missing"))),
            }
        }
        if edge.size() == from {
            return Err(StoreError::Tree(format!("entry {from} is missing")));
        }
        if edge.size() == size {
            tiles.extend(edge.partial().map(|(tile, hashes)| (tile, hashes.to_vec())));
        }
        if write {
            let rows = tiles
                .iter()
                .map(|(tile, hashes)| {
                    vec![tile_place(tile.level, tile.index).into(), encode_hashes(hashes).into()]
                })
                .collect();
            write_rows(connection, &TILE, rows, statements::replace).await?;
        }
    }
    Ok(edge)
}
