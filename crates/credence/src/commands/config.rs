//! `credence config check`: a configuration file, every mistake explained.

use std::path::Path;

use serde_json::json;

use crate::arguments::ConfigCommand;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::settings::{Settings, quoted, variables};

/// Checks the file.
///
/// # Errors
/// When no file is named, or it cannot be read.
pub fn run(output: &Output, command: &ConfigCommand, shared: Option<&Path>) -> Result<Exit, Failure> {
    let ConfigCommand::Check { file } = command;
    let path = file.as_deref().or(shared).ok_or_else(|| {
        Failure::usage("no configuration file is named")
            .next("name one: `credence config check credence.toml`")
    })?;
    let text = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    let (_, mistakes) = Settings::read(&String::from_utf8_lossy(&text));
    let overridden: Vec<(&str, &str)> = variables()
        .filter(|(variable, _)| std::env::var_os(variable).is_some_and(|value| !value.is_empty()))
        .collect();
    if output.json {
        for mistake in &mistakes {
            output.object(&json!({
                "line": mistake.line, "key": mistake.key, "what": mistake.what, "remedy": mistake.remedy,
            }))?;
        }
        output.object(&json!({
            "file": path.display().to_string(), "mistakes": mistakes.len(),
            "overridden": overridden.iter().map(|(variable, key)| json!({"key": key, "by": variable})).collect::<Vec<_>>(),
        }))?;
    } else {
        for mistake in &mistakes {
            output.text(format!(
                "{}:{}: {} {}\n  -> {}",
                path.display(),
                mistake.line,
                quoted(&mistake.key),
                mistake.what,
                mistake.remedy
            ))?;
        }
        for (variable, key) in &overridden {
            output.text(output.pick(
                &format!("`{key}` 由环境变量 `{variable}` 决定"),
                &format!("`{key}` is overridden by the environment variable `{variable}`"),
            ))?;
        }
        if mistakes.is_empty() {
            output.text(output.pick("配置文件没有错误", "the configuration file has no mistake"))?;
        }
    }
    Ok(if mistakes.is_empty() { Exit::Done } else { Exit::Found })
}
