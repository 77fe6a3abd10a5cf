//! Draws the table of `credence law` from the sources of the workspace: the `Articles:` lines in doc comments and the
//! names of tests. Nothing is kept by hand, so the table cannot say what the code does not.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = manifest.ancestors().nth(2).ok_or("the crate does not lie in `crates/` of a workspace")?;
    let mut rows = BTreeSet::new();
    let mut crates: Vec<PathBuf> = fs::read_dir(root.join("crates"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    crates.sort();
    for folder in crates {
        for part in ["src", "tests"] {
            let sources = folder.join(part);
            if sources.is_dir() {
                println!("cargo::rerun-if-changed={}", sources.display());
                read_folder(root, &sources, &mut rows)?;
            }
        }
    }
    println!("cargo::rerun-if-changed=build.rs");
    let mut text = String::from("&[\n");
    for row in &rows {
        writeln!(
            text,
            "    Row {{ article: {}, place: {:?}, part: Part::{}, path: {:?} }},",
            row.article, row.place, row.part, row.path
        )?;
    }
    text.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("articles.rs"), text)?;
    Ok(())
}

/// A place in the code that rests on an article.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    article: u8,
    place: String,
    part: &'static str,
    path: String,
}

fn read_folder(root: &Path, folder: &Path, rows: &mut BTreeSet<Row>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_folder(root, &path, rows)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            // A file can go away between the listing and the reading; the next build sees it.
            read_source(&name, &fs::read_to_string(&path).unwrap_or_default(), rows);
        }
    }
    Ok(())
}

/// Which part of the house a file belongs to, for what its doc comments say.
fn part_of(file: &str) -> Option<&'static str> {
    if file.contains("/tests/") || file.ends_with("/tests.rs") {
        None
    } else if file.starts_with("crates/register/src/acts") {
        Some("Act")
    } else if file.starts_with("crates/register/src/") || file.starts_with("crates/law/src/") {
        Some("Rule")
    } else if file.starts_with("crates/web/src/") {
        Some("Page")
    } else {
        None
    }
}

fn read_source(file: &str, text: &str, rows: &mut BTreeSet<Row>) {
    let part = part_of(file);
    // Citations of a doc comment wait for the item that they stand above.
    let mut waiting: Vec<(u8, String)> = Vec::new();
    let mut in_attribute = false;
    for line in text.lines() {
        let line = line.trim();
        if in_attribute || line.starts_with("#[") {
            in_attribute = !line.ends_with(']');
        } else if let Some(cited) = line.strip_prefix("//! Articles:") {
            if let Some(part) = part {
                add(rows, &citations(cited), part, file);
            }
        } else if let Some(cited) = line.strip_prefix("/// Articles:") {
            waiting.extend(citations(cited));
        } else if let Some(name) = item_name(line) {
            if let Some(part) = part {
                add(rows, &waiting, part, &format!("{file}::{name}"));
            }
            waiting.clear();
            if line.contains("fn ") && name.contains("article_") {
                let articles: Vec<(u8, String)> = name
                    .split("article_")
                    .skip(1)
                    .filter_map(first_number)
                    .map(|number| (number, number.to_string()))
                    .collect();
                add(rows, &articles, "Test", &format!("{file}::{name}"));
            }
        } else if !(line.starts_with("//") || line.is_empty() || waiting.is_empty()) {
            // An implementation, a variant or the like, without a name of its own.
            if let Some(part) = part {
                add(rows, &waiting, part, file);
            }
            waiting.clear();
        }
    }
}

fn add(rows: &mut BTreeSet<Row>, cited: &[(u8, String)], part: &'static str, path: &str) {
    rows.extend(cited.iter().map(|(article, place)| Row {
        article: *article,
        place: place.clone(),
        part,
        path: path.to_owned(),
    }));
}

/// The name of the function, type, constant or module that a line declares.
fn item_name(line: &str) -> Option<String> {
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
    let word = loop {
        match words.next()? {
            "async" => {}
            "const" | "static" => match words.next()? {
                "fn" => break words.next()?,
                name => break name,
            },
            "fn" | "struct" | "enum" | "trait" | "mod" | "type" => break words.next()?,
            _ => return None,
        }
    };
    let name: String =
        word.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The citations of a line such as ` 15, 20(1), 53(1)-(3), 35/2`: the article and the citation as written.
fn citations(text: &str) -> Vec<(u8, String)> {
    let mut found = Vec::new();
    for cited in text.split([',', ';']).map(|cited| cited.trim().trim_end_matches('.')) {
        let Some(article) = first_number(cited).filter(|article| (1..=56).contains(article)) else {
            continue;
        };
        if let Some((first, last)) = cited.split_once("-(").or_else(|| cited.split_once("\u{2013}(")) {
            let from = first.split_once('(').and_then(|(_, item)| first_number(item));
            if let (Some(from), Some(to)) = (from, first_number(last)) {
                found.extend((from..=to).map(|item| (article, format!("{article}({item})"))));
                continue;
            }
        }
        found.push((article, cited.to_owned()));
    }
    found
}

fn first_number(text: &str) -> Option<u8> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
