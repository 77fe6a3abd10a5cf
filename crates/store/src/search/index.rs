//! The index of names on disk: for each name its pairs of neighbouring characters, so that any part of two characters or
//! more is found without a dictionary. Word segmentation would miss half of them: names are not prose.
//!
//! Names are put in in the order in which they are shown, so that a page is read off the beginning of the list and the
//! rest is never looked at, however common the pair. Names that come later lie in small segments of their own, out of
//! order, and are looked through; when there are many the index is built anew.

use std::collections::{BinaryHeap, HashMap};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use register::subject::{EntryNumber, SubjectNumber};
use tantivy::directory::MmapDirectory;
use tantivy::index::SegmentId;
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query, TermQuery};
use tantivy::schema::{BytesOptions, FAST, Field, INDEXED, IndexRecordOption, Schema};
use tantivy::{
    DocSet as _, Index, IndexReader, IndexWriter, ReloadPolicy, SegmentReader, TERMINATED, TantivyDocument,
    Term,
};

use crate::search::normalise::normalise;
use crate::search::rank::{self, Tier};

/// The form of the index; an index of another form is built anew.
const FORM: &str = "credence-names/1";
/// Memory for building: the names of a city fit into a few segments.
const BUILD_BYTES: usize = 96 << 20;
/// Memory for catching up.
const CATCH_UP_BYTES: usize = 15 << 20;
/// Lengths of beginnings that have a term of their own.
const BEGINNINGS: [usize; 2] = [4, 2];
/// Segments of at least this size are never merged: it would take them out of order.
const MERGED_DOCUMENTS_MAX: usize = 50_000;

/// What the index was made from, kept with each commit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Watermark {
    form: String,
    /// The journal's name.
    pub(crate) origin: String,
    /// The newest entry whose name is in the index.
    pub(crate) entry: Option<u64>,
    /// The subject that it named.
    pub(crate) subject: Option<u64>,
    /// The leaf commitment of that entry: tells a store from another of the same name.
    pub(crate) commitment: String,
}

impl Watermark {
    pub(crate) fn new(origin: &str) -> Self {
        Self {
            form: FORM.to_owned(),
            origin: origin.to_owned(),
            entry: None,
            subject: None,
            commitment: String::new(),
        }
    }

    pub(crate) fn place(&self) -> Option<(EntryNumber, SubjectNumber)> {
        self.entry.zip(self.subject).map(|(entry, subject)| (EntryNumber(entry), SubjectNumber(subject)))
    }
}

/// A name to be put in.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) subject: SubjectNumber,
    pub(crate) name: String,
}

/// Names on their way into a new index: kept close together, since there may be millions.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    names: String,
    places: Vec<(u64, u32, u16)>,
}

impl Collected {
    pub(crate) fn push(&mut self, subject: SubjectNumber, name: &str) {
        let from = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let length = u16::try_from(name.len()).unwrap_or(0);
        self.names.push_str(name);
        self.places.push((rank::key(name, subject), from, length));
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The names in the order in which they are shown.
    fn in_order(mut self) -> impl Iterator<Item = Name> {
        self.places.sort_unstable();
        let names = self.names;
        self.places.into_iter().map(move |(key, from, length)| {
            let from = from as usize;
            let name = names.get(from..from + usize::from(length)).unwrap_or_default().to_owned();
            Name { subject: rank::subject_of(key), name }
        })
    }
}

struct Fields {
    gram: Field,
    subject: Field,
    key: Field,
}

fn schema() -> Schema {
    let mut schema = Schema::builder();
    schema.add_bytes_field("gram", BytesOptions::default().set_indexed());
    schema.add_u64_field("subject", INDEXED);
    schema.add_u64_field("key", FAST);
    schema.build()
}

fn fields(index: &Index) -> tantivy::Result<Fields> {
    let schema = index.schema();
    Ok(Fields {
        gram: schema.get_field("gram")?,
        subject: schema.get_field("subject")?,
        key: schema.get_field("key")?,
    })
}

/// The text of `count` characters from one on, if the text has so many.
fn part(text: &str, from: usize, count: usize) -> Option<&str> {
    let mut places = text.char_indices().map(|(place, _)| place).chain([text.len()]).skip(from);
    let first = places.next()?;
    let last = places.nth(count.checked_sub(1)?)?;
    text.get(first..last)
}

fn term(mark: char, text: &str) -> Vec<u8> {
    format!("{mark}{text}").into_bytes()
}

/// Pairs of neighbouring characters, each once.
fn pairs(text: &str) -> Vec<Vec<u8>> {
    let mut pairs: Vec<Vec<u8>> =
        (0..).map_while(|from| part(text, from, 2)).map(|pair| term(' ', pair)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn document(fields: &Fields, name: &Name) -> TantivyDocument {
    let normal = normalise(&name.name);
    let mut document = TantivyDocument::default();
    for pair in pairs(&normal) {
        document.add_bytes(fields.gram, &pair);
    }
    for count in BEGINNINGS {
        if let Some(beginning) = part(&normal, 0, count) {
            document.add_bytes(fields.gram, &term('^', beginning));
        }
    }
    document.add_bytes(fields.gram, &term('=', &normal));
    document.add_u64(fields.subject, name.subject.0);
    document.add_u64(fields.key, rank::key(&name.name, name.subject));
    document
}

/// An index that can be searched.
pub(crate) struct NameIndex {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    /// Which segments were found to be in order: a segment never changes.
    ordered: Mutex<HashMap<SegmentId, bool>>,
}

fn commit(writer: &mut IndexWriter, watermark: &Watermark) -> tantivy::Result<()> {
    let payload = serde_json::to_string(watermark)
        .map_err(|error| tantivy::TantivyError::InternalError(error.to_string()))?;
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&payload);
    prepared.commit()?;
    Ok(())
}

impl NameIndex {
    /// Builds an index in an empty folder.
    pub(crate) fn build(
        folder: &Path,
        names: Collected,
        watermark: &Watermark,
        progress: &dyn Fn(usize),
    ) -> tantivy::Result<Self> {
        let index = Index::create(MmapDirectory::open(folder)?, schema(), tantivy::IndexSettings::default())?;
        let fields = fields(&index)?;
        // One thread, and no merging: both would take the names out of order.
        let mut writer: IndexWriter = index.writer_with_num_threads(1, BUILD_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for (done, name) in names.in_order().enumerate() {
            writer.add_document(document(&fields, &name))?;
            if done % 10_000 == 0 {
                progress(done);
            }
        }
        commit(&mut writer, watermark)?;
        writer.wait_merging_threads()?;
        Self::of(index, fields)
    }

    /// Opens an index and says what it was made from.
    pub(crate) fn open(folder: &Path) -> tantivy::Result<(Self, Option<Watermark>)> {
        let index = Index::open_in_dir(folder)?;
        // A byte that fell over would hide names without a word: every file is read once (112 MB of 2.5 million names: 0.1 s).
        if let Some(damaged) = index.validate_checksum()?.into_iter().next() {
            let what = format!("`{}` is not what was written", damaged.display());
            return Err(tantivy::TantivyError::InternalError(what));
        }
        let watermark =
            index.load_metas()?.payload.and_then(|text| serde_json::from_str::<Watermark>(&text).ok());
        let fields = fields(&index)?;
        Ok((Self::of(index, fields)?, watermark.filter(|watermark| watermark.form == FORM)))
    }

    fn of(index: Index, fields: Fields) -> tantivy::Result<Self> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, reader, fields, ordered: Mutex::default() })
    }

    /// Puts names in that came later; an earlier name of the same subject is taken out.
    pub(crate) fn catch_up(&self, names: &[Name], watermark: &Watermark) -> tantivy::Result<()> {
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, CATCH_UP_BYTES)?;
        let mut policy = LogMergePolicy::default();
        policy.set_max_docs_before_merge(MERGED_DOCUMENTS_MAX);
        writer.set_merge_policy(Box::new(policy));
        for name in names {
            writer.delete_term(Term::from_field_u64(self.fields.subject, name.subject.0));
            writer.add_document(document(&self.fields, name))?;
        }
        commit(&mut writer, watermark)?;
        writer.wait_merging_threads()?;
        self.reader.reload()
    }

    /// Names in order, and names that must be looked through.
    pub(crate) fn sizes(&self) -> tantivy::Result<(u64, u64)> {
        let (mut ordered, mut others) = (0, 0);
        for segment in self.reader.searcher().segment_readers() {
            let slot = if self.is_ordered(segment)? { &mut ordered } else { &mut others };
            *slot += u64::from(segment.num_docs());
        }
        Ok((ordered, others))
    }

    /// Whether the names of a segment lie in the order in which they are shown.
    fn is_ordered(&self, segment: &SegmentReader) -> tantivy::Result<bool> {
        let known = || self.ordered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ordered) = known().get(&segment.segment_id()) {
            return Ok(*ordered);
        }
        let keys = segment.fast_fields().u64("key")?;
        let mut last = 0;
        let ordered = (0..segment.max_doc()).all(|document| {
            let key = keys.first(document).unwrap_or(0);
            let rises = key >= last;
            last = key;
            rises
        });
        known().insert(segment.segment_id(), ordered);
        Ok(ordered)
    }

    /// The keys of the next names that may belong to a tier, in order, after one of them. They are candidates: whether a
    /// name really holds the text is told by the name itself.
    pub(crate) fn page(
        &self,
        tier: Tier,
        text: &str,
        after: Option<u64>,
        count: usize,
    ) -> tantivy::Result<Vec<u64>> {
        let Some(query) = self.query(tier, text) else { return Ok(Vec::new()) };
        let searcher = self.reader.searcher();
        let weight = query.weight(EnableScoring::disabled_from_searcher(&searcher))?;
        let mut found = Vec::new();
        for segment in searcher.segment_readers() {
            let keys = segment.fast_fields().u64("key")?;
            let key_of = |document| keys.first(document).unwrap_or(u64::MAX);
            let mut documents = weight.scorer(segment, 1.0)?;
            let alive = |document| segment.alive_bitset().is_none_or(|alive| alive.is_alive(document));
            if self.is_ordered(segment)? {
                let start = after.map_or(0, |after| first_beyond(after, segment.max_doc(), &key_of));
                let mut document = documents.doc();
                if start > document {
                    document = if start >= segment.max_doc() { TERMINATED } else { documents.seek(start) };
                }
                let mut left = count;
                while document != TERMINATED && left > 0 {
                    if alive(document) {
                        found.push(key_of(document));
                        left -= 1;
                    }
                    document = documents.advance();
                }
            } else {
                let mut smallest = BinaryHeap::with_capacity(count + 1);
                let mut document = documents.doc();
                while document != TERMINATED {
                    let key = key_of(document);
                    if alive(document) && after.is_none_or(|after| key > after) {
                        smallest.push(key);
                        if smallest.len() > count {
                            smallest.pop();
                        }
                    }
                    document = documents.advance();
                }
                found.extend(smallest);
            }
        }
        found.sort_unstable();
        found.truncate(count);
        Ok(found)
    }

    fn query(&self, tier: Tier, text: &str) -> Option<BooleanQuery> {
        let of = |bytes: Vec<u8>| -> Box<dyn Query> {
            Box::new(TermQuery::new(
                Term::from_field_bytes(self.fields.gram, &bytes),
                IndexRecordOption::Basic,
            ))
        };
        let length = text.chars().count();
        let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut must = |bytes| parts.push((Occur::Must, of(bytes)));
        match tier {
            Tier::Whole => must(term('=', text)),
            Tier::Beginning => {
                let longest = BEGINNINGS.into_iter().find(|count| *count <= length)?;
                must(term('^', part(text, 0, longest)?));
                pairs(text).into_iter().skip(usize::from(length == 2)).for_each(&mut must);
                parts.push((Occur::MustNot, of(term('=', text))));
            }
            Tier::Elsewhere => {
                pairs(text).into_iter().for_each(&mut must);
                // Where a term says exactly who begins with the text, these are passed over at once.
                if BEGINNINGS.contains(&length) {
                    parts.push((Occur::MustNot, of(term('^', text))));
                }
            }
        }
        Some(BooleanQuery::new(parts))
    }
}

/// The first document of an ordered segment whose key is beyond one.
fn first_beyond(after: u64, documents: u32, key_of: &dyn Fn(u32) -> u64) -> u32 {
    let (mut low, mut high) = (0, documents);
    while low < high {
        let middle = low + (high - low) / 2;
        if key_of(middle) > after { high = middle } else { low = middle + 1 }
    }
    low
}
