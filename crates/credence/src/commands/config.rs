//! `credence config`: a configuration file, every mistake explained; and what holds, with where it comes from.

use std::path::Path;
use std::sync::Arc;

use law::Clock;
use serde_json::json;

use crate::arguments::{ConfigCommand, Shared};
use crate::edge::SystemClock;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::settings::table::KNOWN;
use crate::settings::{Mistake, Settings, Source, contradictions, quoted};

/// Checks a file, or shows what holds.
///
/// # Errors
/// When no file is named to be checked, or it cannot be read.
pub fn run(output: &Output, command: &ConfigCommand, shared: &Shared) -> Result<Exit, Failure> {
    match command {
        ConfigCommand::Check { file } => check(output, file.as_deref().or(shared.config.as_deref())),
        ConfigCommand::Show { file } => show(output, file.as_deref().or(shared.config.as_deref()), shared),
    }
}

/// Everything that is wrong with the file and the environment, by line.
fn judged(text: &str) -> (Settings, Vec<Mistake>) {
    let (mut settings, mut mistakes) = Settings::read(text);
    mistakes.extend(settings.read_environment(|variable| std::env::var(variable).ok()));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    mistakes.extend(contradictions(&settings, &clock));
    mistakes.sort_by_key(|mistake| mistake.line);
    (settings, mistakes)
}

fn check(output: &Output, path: Option<&Path>) -> Result<Exit, Failure> {
    let path = path.ok_or_else(|| {
        Failure::usage("no configuration file is named")
            .next("name one: `credence config check credence.toml`")
    })?;
    let text = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    let (settings, mistakes) = judged(&String::from_utf8_lossy(&text));
    let overridden: Vec<(&str, &str)> = KNOWN
        .iter()
        .filter_map(|known| match settings.source(known) {
            Some(Source::Variable(variable)) => Some((variable.as_str(), known.key)),
            _ => None,
        })
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
                "{}{}: {} {}\n  -> {}",
                path.display(),
                // What lies in the environment has no line.
                if mistake.line > 0 { format!(":{}", mistake.line) } else { String::new() },
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

fn show(output: &Output, path: Option<&Path>, shared: &Shared) -> Result<Exit, Failure> {
    let settings = Settings::of(&Shared { config: path.map(Path::to_owned), ..shared.clone() })?;
    let effective = settings.effective();
    if output.json {
        for (key, value, source) in &effective {
            output.object(&json!({"key": key, "value": value, "from": source.to_string()}))?;
        }
        return Ok(Exit::Done);
    }
    let width =
        |of: fn(&(&str, String, &Source)) -> usize| effective.iter().map(of).max().unwrap_or_default();
    let (keys, values) = (width(|(key, ..)| key.len()), width(|(_, value, _)| value.chars().count()));
    for (key, value, source) in &effective {
        output.text(format!("{key:keys$}  {value:values$}  {source}"))?;
    }
    Ok(Exit::Done)
}
