//! `docs/configuration.md`, drawn from the table of settings.

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use crate::settings::Settings;
    use crate::settings::table::{KNOWN, Known};

    const HEAD: &str = "\
# Configuration

Drawn from `crates/credence/src/settings/table.rs`; a test holds this page to it (`CREDENCE_RENEW=1 cargo nextest run --workspace \
-E 'test(configuration_md)'` writes it anew).

Options on the command line come first, then environment variables, then the file of `--config` (or `CREDENCE_CONFIG`), then what
is usual. `credence config check FILE` explains every mistake with its line and remedy, also where two settings contradict each
other or a file cannot be used; `credence config show` prints what holds and where it comes from, passwords hidden.

Whoever may read the file can read what stands in it: keep it readable by the server alone, and passwords in the environment.
";

    /// How a table begins in the file.
    fn head(table: &str) -> String {
        match table.strip_suffix("[]") {
            Some(list) => format!("[[{list}]]"),
            None => format!("[{}]", table.replace("[]", "")),
        }
    }

    fn table_of(known: &Known) -> &str {
        known.key.rsplit_once('.').map_or("", |(table, _)| table)
    }

    fn page() -> String {
        let mut page = HEAD.to_owned();
        let mut tables: Vec<&str> = Vec::new();
        for known in KNOWN {
            let table = table_of(known);
            if !tables.contains(&table) {
                tables.push(table);
                let title =
                    if table.is_empty() { "At the top".to_owned() } else { format!("`{}`", head(table)) };
                let _ = write!(
                    page,
                    "\n## {title}\n\n| key | takes | usual | what it does | variable |\n|---|---|---|---|---|\n"
                );
            }
            let name = known.key.rsplit_once('.').map_or(known.key, |(_, name)| name);
            let usual = if known.usual.is_empty() { "-".to_owned() } else { format!("`{}`", known.usual) };
            let variable = known.variable().map_or_else(|| "-".to_owned(), |name| format!("`{name}`"));
            let _ = writeln!(
                page,
                "| `{name}` | {} | {usual} | {} | {variable} |",
                known.kind.words(),
                known.what
            );
        }
        let _ = write!(page, "\n## A whole file\n\n```toml\n{}```\n", example(&tables));
        page
    }

    fn example(tables: &[&str]) -> String {
        let mut file = String::new();
        for table in tables {
            if !table.is_empty() {
                let _ = write!(file, "\n{}\n", head(table));
            }
            for known in KNOWN.iter().filter(|known| table_of(known) == *table) {
                let _ = writeln!(file, "{}", known.example);
            }
        }
        file
    }

    #[test]
    fn configuration_md_is_drawn_from_the_table_and_its_file_can_be_read() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
        let page = page();
        if std::env::var_os("CREDENCE_RENEW").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), page);
        let file = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let (settings, mistakes) = Settings::read(file);
        assert_eq!(mistakes, Vec::new());
        let shown = settings.effective();
        for known in KNOWN {
            let key = known.key.replace("[]", "[0]");
            assert!(shown.iter().any(|(shown, ..)| *shown == key), "{key}");
        }
    }
}
