//! `credence init`: a real store.

use std::path::Path;

use register::authority::Authority;
use register::caller::Caller;
use register::catalogue::CatalogueEdition;
use serde::de::DeserializeOwned;
use serde_json::json;
use service::Platform;

use crate::arguments::InitArguments;
use crate::context::{Context, block_on, failure};
use crate::exit::{Exit, Failure};

/// Creates the store.
///
/// # Errors
/// When a file is not in order, there is a store already, or the law refuses the catalogue.
pub fn run(context: &Context, arguments: &InitArguments) -> Result<Exit, Failure> {
    let authorities: Vec<Authority> = read(&arguments.authorities)?;
    let edition: CatalogueEdition = read(&arguments.catalogue)?;
    let options = context.platform_options(false)?;
    let output = context.output;
    block_on(async {
        // Before anything is created: a catalogue that cannot be published would leave half a store behind.
        if let Err(faults) = register::catalogue::Catalogue::compile(1, edition.clone()) {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            return Err(Failure::usage(faults.join("; "))
                .next("mend the catalogue's file; Article 11 names the elements of an item"));
        }
        let platform =
            Platform::create(options, &arguments.origin, None).await.map_err(|error| failure(&error))?;
        let filled = fill(&platform, authorities, edition).await;
        let vkey = platform.vkey().map_err(|error| failure(&error))?;
        let address = context.address()?.to_string();
        platform.close().await;
        let (authorities, items) = filled?;
        let object = json!({"store": address, "origin": arguments.origin, "authorities": authorities, "items": items, "vkey": vkey});
        output.either(&object, || {
            format!(
                "{}\n  {vkey}\n  {}",
                output.pick(
                    &format!("已创建 {address}：{authorities} 个单位，{items} 个目录条目"),
                    &format!("created {address}: {authorities} authorities, {items} catalogue items"),
                ),
                output.pick(
                    "请公布上面的公钥；将密钥环另行保存，不要与存储备份放在一起",
                    "publish the public key above; keep the key ring apart from every backup of the store",
                )
            )
        })?;
        Ok(Exit::Done)
    })
}

/// Enrols the authorities and publishes the catalogue.
///
/// # Errors
/// When the law refuses, or the store fails.
pub async fn fill(
    platform: &Platform,
    authorities: Vec<Authority>,
    edition: CatalogueEdition,
) -> Result<(usize, usize), Failure> {
    let counts = (authorities.len(), edition.items.len());
    platform.commence().await.map_err(|error| failure(&error))?;
    for authority in authorities {
        platform.enrol(authority, &Caller::Operator).await.map_err(|error| failure(&error))?;
    }
    platform.publish(edition, &Caller::Operator).await.map_err(|error| failure(&error))?;
    platform.advance_checkpoint().await.map_err(|error| failure(&error))?;
    Ok(counts)
}

/// Reads a JSON file.
///
/// # Errors
/// When it cannot be read or is not of the form.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    serde_json::from_slice(&text).map_err(|error| Failure::usage(format!("`{}`: {error}", path.display())))
}
