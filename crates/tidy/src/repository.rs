//! The files as they are committed.

use std::collections::BTreeMap;
use std::path::Path;

use walkdir::WalkDir;

use crate::code::Code;
use crate::manifest::Manifest;

/// The files of the repository by their paths from its top, with `/` between the parts.
#[derive(Debug, Default)]
pub struct Repository {
    files: BTreeMap<String, File>,
}

/// One file.
#[derive(Debug)]
pub struct File {
    /// Its path from the top.
    pub path: String,
    /// Its text; empty where it is not UTF-8.
    pub text: String,
    /// Its code, where it is Rust.
    pub code: Option<Code>,
    /// Whether it is compiled for tests only.
    pub for_tests: bool,
}

impl Repository {
    /// Reads every file under a folder but what `.gitignore` names at the top, and git's own.
    ///
    /// # Errors
    /// When a file or folder cannot be read.
    pub fn read(root: &Path) -> std::io::Result<Self> {
        let ignored: Vec<String> = std::fs::read_to_string(root.join(".gitignore"))
            .unwrap_or_default()
            .lines()
            .filter_map(|line| line.trim().strip_prefix('/'))
            .map(|name| name.trim_end_matches('/').to_owned())
            .chain([".git".to_owned()])
            .collect();
        let mut files = BTreeMap::new();
        let walk = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(|entry| {
            entry.depth() != 1 || !ignored.iter().any(|name| entry.file_name().to_str() == Some(name))
        });
        for entry in walk {
            let entry = entry?;
            if !entry.file_type().is_file() {
                continue;
            }
            let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
            let path = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            let text = String::from_utf8(std::fs::read(entry.path())?).unwrap_or_default();
            let code = path.ends_with(".rs").then(|| Code::new(&text));
            let for_tests = in_tests_folder(&path);
            files.insert(path.clone(), File { path, text, code, for_tests });
        }
        let mut repository = Self { files };
        repository.mark_test_modules();
        Ok(repository)
    }

    /// Marks the files that are compiled only because a module for tests names them.
    fn mark_test_modules(&mut self) {
        let named: Vec<String> = self
            .files
            .values()
            .filter_map(|file| Some((file, file.code.as_ref()?)))
            .flat_map(|(file, code)| code.test_modules.iter().map(move |module| (file, module)))
            .map(|(file, module)| match &module.path {
                Some(path) => format!("{}/{}", folder(&file.path), path.trim_end_matches(".rs")),
                None => format!("{}/{}", folder_of_modules(&file.path), module.name),
            })
            .collect();
        for file in self.files.values_mut() {
            let stem = file.path.trim_end_matches(".rs").to_owned();
            file.for_tests |= named.iter().any(|name| stem == *name || stem.starts_with(&format!("{name}/")));
        }
    }

    /// Every file, in the order of the paths.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// The file at a path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Whether there is a file or a folder at a path.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let inside = format!("{path}/");
        self.files.contains_key(path) || self.files.keys().any(|file| file.starts_with(&inside))
    }

    /// The Rust files under a folder, with their code.
    pub fn rust(&self, folder: &str) -> impl Iterator<Item = (&File, &Code)> {
        self.files
            .values()
            .filter(move |file| file.path.starts_with(folder))
            .filter_map(|file| Some((file, file.code.as_ref()?)))
    }

    /// The Rust files of the program, those for tests left out.
    pub fn program(&self, folder: &str) -> impl Iterator<Item = (&File, &Code)> {
        self.rust(folder).filter(|(file, _)| !file.for_tests)
    }

    /// The manifests of the crates under `crates/`; a manifest that cannot be read has its error in it.
    #[must_use]
    pub fn manifests(&self) -> Vec<Manifest> {
        let workspace = self.file("Cargo.toml").map_or("", |file| file.text.as_str());
        self.files
            .values()
            .filter(|file| file.path.starts_with("crates/") && file.path.ends_with("/Cargo.toml"))
            .map(|file| Manifest::new(&file.path, &file.text, workspace))
            .collect()
    }
}

fn in_tests_folder(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some("crates") && matches!(parts.nth(1), Some("tests" | "benches"))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Where the files of a file's modules lie: beside `lib.rs`, `main.rs` and `mod.rs`, else in the folder of its name.
fn folder_of_modules(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((folder, "lib.rs" | "main.rs" | "mod.rs")) => folder,
        _ => path.trim_end_matches(".rs"),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    #[test]
    fn what_is_ignored_at_the_top_is_not_read() {
        let repository = Fixture::new()
            .file(".gitignore", "/target\n/data\n")
            .file("target/x.rs", "")
            .file("data/y", "")
            .file("crates/data/z", "")
            .read();
        assert!(!repository.has("target") && !repository.has("data"));
        assert!(repository.has("crates/data/z") && repository.has("crates/data/"));
    }

    #[test]
    fn files_of_modules_for_tests_are_for_tests() {
        let repository = Fixture::new()
            .file("crates/a/src/lib.rs", "#[cfg(test)]\nmod testing;\nmod filing;\n")
            .file("crates/a/src/testing.rs", "mod town;")
            .file("crates/a/src/testing/town.rs", "")
            .file(
                "crates/a/src/filing.rs",
                "#[cfg(test)]\nmod tests;\n#[cfg(test)]\n#[path = \"more.rs\"]\nmod more;",
            )
            .file("crates/a/src/filing/tests.rs", "")
            .file("crates/a/src/more.rs", "")
            .file("crates/a/tests/it/main.rs", "")
            .read();
        let program: Vec<_> = repository.program("crates/").map(|(file, _)| file.path.as_str()).collect();
        assert_eq!(program, ["crates/a/src/filing.rs", "crates/a/src/lib.rs"]);
    }
}
