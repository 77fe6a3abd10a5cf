//! `credence backup`: a store into a folder, while it is served; and the check of such a folder.

use std::path::Path;
use std::sync::OnceLock;

use journal::Verifier;
use serde_json::json;
use store::{Store, check_backup};

use crate::arguments::BackupArguments;
use crate::context::{Context, block_on, store_failure};
use crate::exit::{Exit, Failure};
use crate::progress::{Progress, Unit};

/// Backs up.
///
/// # Errors
/// When the folder holds something else, or the store or a file fails.
pub fn run(context: &Context, arguments: &BackupArguments) -> Result<Exit, Failure> {
    let options = context.store_options()?;
    let output = context.output;
    let report = block_on(async {
        let store = Store::open_to_verify(options).await.map_err(|error| store_failure(&error))?;
        let progress = OnceLock::new();
        let report = store
            .backup(&arguments.to, arguments.keys_to.as_deref(), &|reached| {
                progress
                    .get_or_init(|| Progress::new("backing up", reached.total, Unit::Things, !output.json))
                    .set(reached.done);
            })
            .await;
        store.close().await;
        report.map_err(|error| store_failure(&error))
    })?;
    let to = arguments.to.display().to_string();
    let keys_to = report.keys_folder.display().to_string();
    let object = json!({
        "to": to, "keys_to": keys_to, "entries": report.entries, "root": report.root,
        "checkpoint_size": report.checkpoint_size, "new_entries": report.entries - report.carried,
        "keys": report.keys, "files": report.files, "bytes": report.bytes, "run": report.run,
        "signed": report.signed,
    });
    output.either(&object, || {
        let (entries, new) = (report.entries, report.entries - report.carried);
        format!(
            "{}\n  {}\n  {}",
            output.pick(
                &format!("已备份到 {to}：{entries} 条存证（新增 {new} 条），{} 个文件，{} 字节，根 {}", report.files, report.bytes, report.root),
                &format!("backed up to {to}: {entries} entries ({new} new), {} files, {} bytes, root {}", report.files, report.bytes, report.root),
            ),
            output.pick(
                &format!("载荷密钥在 {keys_to}：只保留最新一份，不要与其他备份一起复制"),
                &format!("the payload keys lie in {keys_to}: keep only the newest of them, and copy them with no other backup"),
            ),
            output.pick(
                "密钥环与签名密钥不在备份内，请另行保存",
                "the key ring and the signing key are not in the backup: keep them apart",
            ),
        )
    })?;
    Ok(Exit::Done)
}

/// Checks a folder without a store: `credence verify --backup`.
///
/// # Errors
/// When standard output cannot be written.
pub fn check(context: &Context, folder: &Path, key: Option<&Verifier>) -> Result<Exit, Failure> {
    let output = context.output;
    let progress = OnceLock::new();
    let checked = check_backup(folder, None, key, &|reached| {
        progress
            .get_or_init(|| Progress::new("checking", reached.total, Unit::Things, !output.json))
            .set(reached.done);
    });
    let checked = match checked {
        Ok(checked) => checked,
        Err(error) => {
            let what = error.to_string();
            let object = json!({"entries": 0, "problems": [{"entry": null, "what": what}]});
            output
                .either(&object, || format!("{}\n  {what}", output.pick("发现问题", "there are problems")))?;
            return Ok(Exit::Found);
        }
    };
    let object = json!({
        "entries": checked.entries, "root": checked.root, "problems": [], "origin": checked.origin,
        "vkey": checked.vkey, "taken_at": checked.taken_at, "checkpoint": checked.checkpoint,
        "checkpoint_size": checked.checkpoint_size, "keys": checked.keys, "files": checked.files,
        "signed": checked.signed, "key_given": key.is_some(),
    });
    output.either(&object, || {
        let (entries, root) = (checked.entries, &checked.root);
        let mut text = output.pick(
            &format!(
                "{} 的备份，{}：{entries} 条存证，根 {root}；{} 个文件均完好",
                checked.origin, checked.taken_at, checked.files
            ),
            &format!(
                "a backup of {}, {}: {entries} entries, root {root}; all {} files are whole",
                checked.origin, checked.taken_at, checked.files
            ),
        );
        if checked.keys.is_none() {
            text.push_str(&format!(
                "\n  {}",
                output.pick("载荷密钥不在此处", "the payload keys are not here")
            ));
        }
        if !checked.signed {
            text.push_str(&format!("\n  {}", output.pick("清单没有签名", "the manifest is not signed")));
        }
        text
    })?;
    Ok(Exit::Done)
}
