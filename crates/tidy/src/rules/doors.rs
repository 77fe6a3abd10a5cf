//! Two doors: the database has one, the network has one. Whoever wants through goes through the crate that keeps it.

use crate::{Finding, Repository};

/// The only file that names the driver.
const SEAM: &str = "crates/store/src/sql.rs";
const DRIVER: &str = "sqlx";
/// What keeps data, and the only crate that may depend on it.
const DATABASES: &[&str] =
    &["sqlx", "tantivy", "rusqlite", "libsqlite3-sys", "tokio-postgres", "postgres", "diesel", "sea-orm"];
const STORE: &str = "store";

/// What speaks HTTP; the program serves with it, and the testkit asks.
const HTTP: &[&str] = &[
    "axum",
    "axum-server",
    "axum-extra",
    "hyper",
    "hyper-util",
    "http",
    "http-body",
    "http-body-util",
    "tower-http",
    "utoipa-axum",
    "reqwest",
];
const SERVES_HTTP: &[&str] = &["web", "credence", "testkit"];
/// What makes pages.
const HTML: &[&str] = &["askama", "maud", "minijinja", "tera", "handlebars"];
const WEB: &str = "web";
/// Marks of a page in a text.
const TAGS: &[&str] = &["<!doctype html", "<html", "<body", "<div", "<table", "<form"];

/// Only `store` depends on a database, and only its seam names the driver.
#[must_use]
pub fn database(repository: &Repository) -> Vec<Finding> {
    let mut findings = depends(repository, DATABASES, &[STORE]);
    for (file, code) in repository.rust("crates/") {
        if file.path == SEAM {
            continue;
        }
        let names =
            code.paths_with_tests().into_iter().filter(|path| path.parts.iter().any(|part| part == DRIVER));
        findings.extend(
            names.map(|path| Finding::new(&file.path, path.line, format!("only {SEAM} names `{DRIVER}`"))),
        );
    }
    findings
}

/// Only `web` names HTTP and HTML; the program and the testkit may speak HTTP too, and make no pages.
#[must_use]
pub fn web(repository: &Repository) -> Vec<Finding> {
    let mut findings = depends(repository, HTTP, SERVES_HTTP);
    findings.extend(depends(repository, HTML, &[WEB]));
    let home = format!("crates/{WEB}/");
    for file in
        repository.files().filter(|file| file.path.starts_with("crates/") && !file.path.starts_with(&home))
    {
        if file.path.ends_with(".html") {
            findings.push(Finding::new(&file.path, 0, "pages lie in the crate `web` only"));
        }
    }
    for (file, code) in repository.program("crates/") {
        if file.path.starts_with(&home) || file.path.starts_with("crates/tidy/") {
            continue;
        }
        for text in code.texts.iter().filter(|text| !text.in_tests) {
            let lower = text.content.to_ascii_lowercase();
            if TAGS.iter().any(|tag| lower.contains(tag)) {
                findings.push(Finding::new(&file.path, text.line, "pages are made in the crate `web` only"));
            }
        }
    }
    findings
}

fn depends(repository: &Repository, packages: &[&str], permitted: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in repository.manifests() {
        if permitted.contains(&manifest.name.as_str()) {
            continue;
        }
        for dependency in
            manifest.dependencies.iter().filter(|found| packages.contains(&found.package.as_str()))
        {
            let what = format!("only `{}` may depend on `{}`", permitted.join("`, `"), dependency.package);
            findings.push(Finding::new(&manifest.path, dependency.line, what));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn the_driver_is_named_in_the_seam_only() {
        let found = Fixture::new()
            .file("crates/store/src/sql.rs", "use sqlx::Row;")
            .file(
                "crates/store/src/record.rs",
                "// sqlx::Row is hidden behind the seam: \"sqlx::Row\"\nfn f() { sqlx::query(\"\"); }",
            )
            .file("crates/service/tests/it.rs", "use {sqlx::Row};")
            .places(database);
        assert_eq!(found, ["crates/service/tests/it.rs:1", "crates/store/src/record.rs:2"]);
    }

    #[test]
    fn only_the_store_depends_on_a_database_whatever_it_is_called() {
        let found = Fixture::new()
            .file(
                "crates/store/Cargo.toml",
                "[package]\nname = \"store\"\n[dependencies]\nsqlx = \"1\"\ntantivy = \"1\"\n",
            )
            .file(
                "crates/web/Cargo.toml",
                "[package]\nname = \"web\"\n[dependencies]\nd = { package = \"sqlx\" }\n",
            )
            .places(database);
        assert_eq!(found, ["crates/web/Cargo.toml:4"]);
    }

    #[test]
    fn only_web_makes_pages_and_only_the_edge_speaks_http() {
        let found = Fixture::new()
            .file("crates/web/src/page.rs", "const P: &str = \"<html>\";")
            .file(
                "crates/web/Cargo.toml",
                "[package]\nname = \"web\"\n[dependencies]\naxum = \"1\"\naskama = \"1\"\n",
            )
            .file(
                "crates/service/Cargo.toml",
                "[package]\nname = \"service\"\n[dependencies]\naxum = \"1\"\n",
            )
            .file(
                "crates/credence/Cargo.toml",
                "[package]\nname = \"credence\"\n[dependencies]\naxum = \"1\"\naskama = \"1\"\n",
            )
            .file("crates/credence/src/main.rs", "/// `<html>`\nconst P: &str = \"<HTML>\";")
            .file("crates/credence/page.html", "")
            .places(web);
        assert_eq!(
            found,
            [
                "crates/credence/Cargo.toml:5",
                "crates/credence/page.html:0",
                "crates/credence/src/main.rs:2",
                "crates/service/Cargo.toml:4"
            ]
        );
    }
}
