//! `credence keys`: the keys that a store is sealed under (Articles 6, 19). No command shows one.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::json;
use store::Store;

use crate::arguments::{KeysCommand, KeysRotateArguments};
use crate::context::{Context, block_on, store_failure};
use crate::exit::{Exit, Failure};
use crate::progress::{Progress, Unit};

/// Lists, rotates or retires.
///
/// # Errors
/// When the ring cannot be read or changed, or the store fails.
pub fn run(context: &Context, command: &KeysCommand) -> Result<Exit, Failure> {
    let options = context.store_options()?;
    block_on(async {
        let store = Store::open(options).await.map_err(|error| store_failure(&error))?;
        let done = match command {
            KeysCommand::List(asked) => list(context, &store, asked.count).await,
            KeysCommand::Rotate(asked) => rotate(context, &store, asked).await,
            KeysCommand::Retire => retire(context, &store).await,
        };
        store.close().await;
        done
    })
}

async fn list(context: &Context, store: &Store, count: bool) -> Result<Exit, Failure> {
    let output = context.output;
    let numbers = store.key_numbers().await.map_err(|error| store_failure(&error))?;
    let left = if count { Some(store.left().await.map_err(|error| store_failure(&error))?) } else { None };
    let object = json!({
        "current": numbers.current, "keys": numbers.keys, "current_index": numbers.current_index,
        "index_keys": numbers.index_keys, "retired": numbers.retired, "rotating": numbers.rotating, "under": left,
    });
    output.either(&object, || {
        let all =
            |keys: &[journal::KeyId]| keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let mut text = output.pick(
            &format!("密钥环：{}，当前 {}", all(&numbers.keys), numbers.current),
            &format!("keys in the ring: {}; in use: {}", all(&numbers.keys), numbers.current),
        );
        if !numbers.retired.is_empty() {
            text.push_str(&format!(
                "\n  {}",
                output.pick(
                    &format!("已退役，仅用于旧备份：{}", all(&numbers.retired)),
                    &format!("retired, kept for old backups: {}", all(&numbers.retired)),
                )
            ));
        }
        if numbers.rotating {
            text.push_str(&format!(
                "\n  {}",
                output.pick(
                    "轮换尚未完成：credence keys rotate 继续",
                    "a rotation has not ended: `credence keys rotate` goes on with it",
                )
            ));
        }
        if let Some(left) = &left {
            for (what, counts) in [
                (output.pick("载荷密钥", "payload keys"), &left.payload_keys),
                (output.pick("密封的行", "sealed rows"), &left.sealed_rows),
                (output.pick("盲索引", "index rows"), &left.indexes),
            ] {
                text.push_str(&format!("\n  {what}: {}", counted(counts)));
            }
        }
        text
    })?;
    Ok(Exit::Done)
}

fn counted(counts: &BTreeMap<u32, u64>) -> String {
    counts.iter().map(|(key, count)| format!("{key}: {count}")).collect::<Vec<_>>().join(", ")
}

async fn rotate(context: &Context, store: &Store, asked: &KeysRotateArguments) -> Result<Exit, Failure> {
    let output = context.output;
    if asked.prepare {
        let key = store.prepare_rotation().await.map_err(|error| store_failure(&error))?;
        output.either(&json!({"prepared": key}), || {
            output.pick(
                &format!("已备好密钥 {key}，尚未使用：请把密钥环复制到每台服务器，再运行 credence keys rotate"),
                &format!("key {key} is prepared and not used yet: copy the ring to every server, then `credence keys rotate`"),
            )
        })?;
        return Ok(Exit::Done);
    }
    let bar = OnceLock::new();
    let report = store
        .rotate(&|reached| {
            bar.get_or_init(|| Progress::new("rotating", reached.total, Unit::Things, !output.json))
                .set(reached.done);
        })
        .await
        .map_err(|error| store_failure(&error))?;
    drop(bar);
    let object = json!({
        "key": report.key, "index_key": report.index_key, "resumed": report.resumed,
        "payload_keys": report.payload_keys, "digests": report.digests, "sealed_rows": report.sealed_rows,
        "holdings": report.holdings, "hold_milliseconds_max": report.hold_milliseconds_max,
    });
    output.either(&object, || {
        let mut text = output.pick(
            &format!(
                "一切均已置于密钥 {} 之下：载荷密钥 {}，密封的行 {}，索引与摘要 {}",
                report.key, report.payload_keys, report.sealed_rows, report.digests
            ),
            &format!(
                "everything is under key {} now: {} payload keys, {} sealed rows, {} digests",
                report.key, report.payload_keys, report.sealed_rows, report.digests
            ),
        );
        text.push_str(&format!(
            "\n  {}",
            output.pick(
                "旧密钥仍在密钥环中：credence keys retire 使其退役",
                "the older keys are still in the ring: `credence keys retire` takes them out",
            )
        ));
        text
    })?;
    Ok(Exit::Done)
}

async fn retire(context: &Context, store: &Store) -> Result<Exit, Failure> {
    let output = context.output;
    let report = store.retire_keys().await.map_err(|error| store_failure(&error))?;
    output.either(&json!({"retired": report.retired, "current": report.current}), || {
        if report.retired.is_empty() {
            return output.pick("没有可退役的密钥", "there is no older key to retire");
        }
        let all = report.retired.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        output.pick(
            &format!("密钥 {all} 已退役，存于 keys.retired.json，仅用于旧备份"),
            &format!("retired: key {all}; kept in keys.retired.json for old backups alone"),
        )
    })?;
    Ok(Exit::Done)
}
