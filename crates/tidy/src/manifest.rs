//! What a crate depends on, by its manifest.

use toml::{Table, Value};

/// A crate's manifest.
#[derive(Debug)]
pub struct Manifest {
    /// Its path from the top of the repository.
    pub path: String,
    /// The crate's name.
    pub name: String,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// Whether it takes the lints of the workspace.
    pub takes_lints: bool,
    /// Why it cannot be read, if so.
    pub error: Option<String>,
}

/// A direct dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The package's real name, whatever it is called here.
    pub package: String,
    /// When it is needed.
    pub kind: DependencyKind,
    /// The line, from 1.
    pub line: usize,
}

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependencyKind {
    /// By the program.
    Normal,
    /// By tests only.
    Test,
    /// To build it.
    Build,
}

impl Manifest {
    /// Reads a manifest; names that the workspace gives to packages are taken from its own manifest.
    #[must_use]
    pub fn new(path: &str, text: &str, workspace: &str) -> Self {
        let mut manifest = Self {
            path: path.to_owned(),
            name: path.split('/').nth(1).unwrap_or_default().to_owned(),
            dependencies: Vec::new(),
            takes_lints: false,
            error: None,
        };
        let (table, workspace) = match (text.parse::<Table>(), workspace.parse::<Table>()) {
            (Ok(table), Ok(workspace)) => (table, workspace),
            (Err(error), _) | (_, Err(error)) => {
                manifest.error = Some(error.to_string());
                return manifest;
            }
        };
        let shared = table_at(&workspace, &["workspace", "dependencies"]);
        if let Some(name) =
            table_at(&table, &["package"]).and_then(|package| package.get("name")).and_then(Value::as_str)
        {
            manifest.name = name.to_owned();
        }
        manifest.takes_lints =
            table_at(&table, &["lints"]).and_then(|lints| lints.get("workspace")).and_then(Value::as_bool)
                == Some(true);
        let targets =
            table_at(&table, &["target"]).into_iter().flat_map(Table::values).filter_map(Value::as_table);
        for place in std::iter::once(&table).chain(targets) {
            for (section, kind) in [
                ("dependencies", DependencyKind::Normal),
                ("dev-dependencies", DependencyKind::Test),
                ("build-dependencies", DependencyKind::Build),
            ] {
                for (name, value) in table_at(place, &[section]).into_iter().flatten() {
                    let renamed = package_of(value).or_else(|| package_of(shared?.get(name)?));
                    let package = renamed.unwrap_or(name).to_owned();
                    manifest.dependencies.push(Dependency { package, kind, line: line_of_key(text, name) });
                }
            }
        }
        manifest
    }
}

fn table_at<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a Table> {
    keys.iter().try_fold(table, |table, key| table.get(*key)?.as_table())
}

fn package_of(value: &Value) -> Option<&str> {
    value.as_table()?.get("package")?.as_str()
}

fn line_of_key(text: &str, key: &str) -> usize {
    let is_key = |line: &str| {
        let line = line.trim_start();
        let rest =
            line.strip_prefix(key).or_else(|| line.strip_prefix('"')?.strip_prefix(key)?.strip_prefix('"'));
        rest.is_some_and(|rest| rest.trim_start().starts_with(['.', '=']))
            || (line.starts_with('[') && line.trim_end().ends_with(&format!(".{key}]")))
    };
    text.lines().position(is_key).map_or(0, |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renamed_and_conditional_dependencies_are_seen_through() {
        let workspace = "[workspace.dependencies]\nbase = { package = \"sqlx\", version = \"1\" }\n";
        let text = "[package]\nname = \"store\"\n[lints]\nworkspace = true\n[dependencies]\nbase.workspace = true\n\
                    [dev-dependencies.web]\npath = \"x\"\n[target.'cfg(unix)'.build-dependencies]\ncc = \"1\"\n";
        let manifest = Manifest::new("crates/store/Cargo.toml", text, workspace);
        assert!(manifest.takes_lints && manifest.error.is_none());
        let found: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|found| (found.package.as_str(), found.kind, found.line))
            .collect();
        assert_eq!(
            found,
            [
                ("sqlx", DependencyKind::Normal, 6),
                ("web", DependencyKind::Test, 7),
                ("cc", DependencyKind::Build, 10)
            ]
        );
    }

    #[test]
    fn a_manifest_that_is_no_toml_says_so() {
        assert!(Manifest::new("crates/store/Cargo.toml", "[package", "").error.is_some());
    }
}
