//! `credence mirror`: the public files of a journal, downloaded to be verified elsewhere.

use std::path::{Path, PathBuf};
use std::time::Duration;

use journal::tiles::{CHECKPOINT_PATH, LEVEL_MAX, TILE_WIDTH, entries_path};
use journal::{Checkpoint, SignedNote, TileId};
use serde_json::json;

use crate::arguments::MirrorArguments;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::progress::{Progress, Unit};

/// The longest file of a journal: a full bundle of entries, each of at most two bytes' length.
const FILE_BYTES_MAX: u64 = 256 * (65_535 + 2);
/// How often one file is asked for again when the server asks us to wait, and how long at most each time.
const WAITS_MAX: u32 = 20;
const WAIT_SECONDS_MAX: u64 = 30;
/// How long a file may take.
const FILE_SECONDS_MAX: u64 = 60;

/// Downloads.
///
/// # Errors
/// When the address is none, the journal does not answer, or a file cannot be written.
pub fn run(context: &Context, arguments: &MirrorArguments) -> Result<Exit, Failure> {
    let from = Remote::new(&arguments.url)?;
    let checkpoint = from.get(CHECKPOINT_PATH)?;
    let size = SignedNote::parse(&checkpoint)
        .map_err(|error| error.to_string())
        .and_then(|note| Checkpoint::parse(note.text()).map_err(|error| error.to_string()))
        .map_err(|error| {
            Failure::failed(format!("`{}{CHECKPOINT_PATH}` is no checkpoint: {error}", from.base)).next(
                "give the address under which a journal's files lie, such as http://127.0.0.1:8080/journal/",
            )
        })?
        .size;
    let paths = paths(size);
    let progress = Progress::new("mirroring", paths.len() as u64, Unit::Things, !context.output.json);
    let (mut downloaded, mut there) = (0_u64, 0_u64);
    for (path, full) in &paths {
        let file = arguments.to.join(path);
        // A full tile never changes; a partial one is replaced by a wider one in time and is asked for anew.
        if *full && file.is_file() {
            there += 1;
        } else {
            write(&file, &from.get(path)?)?;
            downloaded += 1;
        }
        progress.set(downloaded + there);
    }
    // The checkpoint comes last, so that a mirror never names entries that it does not have.
    write(&arguments.to.join(CHECKPOINT_PATH), &checkpoint)?;
    progress.finish();
    let to = arguments.to.display().to_string();
    context.output.either(&json!({"entries": size, "downloaded": downloaded + 1, "there": there, "to": to}), || {
        context.output.pick(
            &format!("{size} 条存证，下载 {} 个文件，已有 {there} 个；核验：credence verify --mirror {to} --key …", downloaded + 1),
            &format!("{size} entries: {} files downloaded, {there} there already; verify them: credence verify --mirror {to} --key …", downloaded + 1),
        )
    })?;
    Ok(Exit::Done)
}

/// Every file of a journal of this size but the checkpoint, and whether it is full.
fn paths(size: u64) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for index in 0..size.div_ceil(u64::from(TILE_WIDTH)) {
        let width = TileId::width_in(0, index, size);
        found.push((entries_path(index, width), width == TILE_WIDTH));
    }
    for level in 0..=LEVEL_MAX {
        for index in 0.. {
            let width = TileId::width_in(level, index, size);
            if width == 0 {
                break;
            }
            found.push((TileId { level, index, width }.path(), width == TILE_WIDTH));
        }
    }
    found
}

/// Writes a file beside its place and moves it there, so that a broken download leaves no half file.
fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = file.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let place = || -> std::io::Result<()> {
        std::fs::create_dir_all(&folder)?;
        let mut part = tempfile::NamedTempFile::new_in(&folder)?;
        std::io::Write::write_all(&mut part, bytes)?;
        part.persist(file).map_err(|error| error.error)?;
        Ok(())
    };
    place().map_err(|error| Failure::file(file, &error))
}

/// Where the files are.
struct Remote {
    base: String,
    agent: ureq::Agent,
}

impl Remote {
    fn new(url: &str) -> Result<Self, Failure> {
        if !url.starts_with("http://") {
            return Err(Failure::usage(format!("`{url}` is no address that begins with `http://`"))
                .next("the files are signed, so plain HTTP will do; for https put a proxy in between"));
        }
        let base = if url.ends_with('/') { url.to_owned() } else { format!("{url}/") };
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(FILE_SECONDS_MAX)))
            .http_status_as_error(false)
            .build()
            .into();
        Ok(Self { base, agent })
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let url = format!("{}{path}", self.base);
        let read = || -> Result<Vec<u8>, ureq::Error> {
            let mut waits = 0;
            loop {
                let mut reply = self.agent.get(&url).call()?;
                let status = reply.status().as_u16();
                if matches!(status, 429 | 503) && waits < WAITS_MAX {
                    // Whoever serves says when to come again; a journal is long, and a mirror has time.
                    let asked = reply
                        .headers()
                        .get("retry-after")
                        .and_then(|value| value.to_str().ok()?.parse().ok());
                    std::thread::sleep(Duration::from_secs(asked.unwrap_or(1).clamp(1, WAIT_SECONDS_MAX)));
                    waits += 1;
                    continue;
                }
                if status >= 400 {
                    return Err(ureq::Error::StatusCode(status));
                }
                return reply.body_mut().with_config().limit(FILE_BYTES_MAX).read_to_vec();
            }
        };
        read().map_err(|error| {
            Failure::failed(format!("`{url}`: {error}"))
                .next("ask again later; what is complete is not downloaded twice")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_journal_are_those_of_its_size() {
        let names = |size| paths(size).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(names(0), Vec::<String>::new());
        assert_eq!(names(7), ["tile/entries/000.p/7", "tile/0/000.p/7"]);
        assert_eq!(
            names(257),
            ["tile/entries/000", "tile/entries/001.p/1", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]
        );
    }

    #[test]
    fn only_plain_http_is_spoken() {
        assert!(Remote::new("https://a.example/journal/").is_err());
        assert_eq!(Remote::new("http://a.example/journal").unwrap().base, "http://a.example/journal/");
    }
}
