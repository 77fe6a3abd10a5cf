//! `credence rebuild --compare`: the journal folded anew, against the tables.

use serde::Serialize;
use store::Store;

use crate::arguments::RebuildArguments;
use crate::context::{Context, block_on, store_failure};
use crate::exit::{Exit, Failure};
use crate::progress::{Progress, Unit};

/// How many differences are shown to people; scripts get them all.
const SHOWN_MAX: usize = 50;

/// The contract of `rebuild --compare --json`.
#[derive(Serialize)]
struct Compared<'a> {
    entries: u64,
    tables: Vec<&'static str>,
    differences: Vec<Differs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    more_differences: Option<u64>,
    erased: u64,
    rows: u64,
}

#[derive(Serialize)]
struct Differs<'a> {
    table: &'a str,
    key: &'a str,
    column: Option<&'a str>,
    what: &'a str,
}

/// Compares.
///
/// # Errors
/// When the store or its keys cannot be read.
pub fn run(context: &Context, arguments: &RebuildArguments) -> Result<Exit, Failure> {
    // There is nothing else to do yet: the option says that nothing is changed.
    let RebuildArguments { compare: _ } = arguments;
    let options = context.store_options()?;
    let wanted = !context.output.json;
    let report = block_on(async {
        let store = Store::open_to_verify(options).await.map_err(|error| store_failure(&error))?;
        let progress = std::sync::OnceLock::new();
        let report = store
            .rebuild_compare(&|reached| {
                progress
                    .get_or_init(|| Progress::new("folding", reached.total, Unit::Things, wanted))
                    .set(reached.done);
            })
            .await;
        store.close().await;
        report.map_err(|error| store_failure(&error))
    })?;
    let tables: Vec<&'static str> = store::tables()
        .filter(|table| table.class == register::change::TableClass::Projected)
        .map(|table| table.name)
        .collect();
    let object = Compared {
        entries: report.entries,
        tables,
        differences: report
            .differences
            .iter()
            .map(|found| Differs {
                table: found.table,
                key: &found.key,
                column: found.column,
                what: &found.what,
            })
            .collect(),
        more_differences: (report.more_differences > 0).then_some(report.more_differences),
        erased: report.erased,
        rows: report.rows,
    };
    context.output.either(&object, || {
        let mut text = context.output.pick(
            &format!("由 {} 条存证重建，比对 {} 行", report.entries, report.rows),
            &format!("{} entries folded, {} rows compared", report.entries, report.rows),
        );
        for found in report.differences.iter().take(SHOWN_MAX) {
            let column = found.column.map_or_else(String::new, |column| format!(".{column}"));
            text.push_str(&format!("\n  {}{column} [{}]: {}", found.table, found.key, found.what));
        }
        let rest = report.differences.len().saturating_sub(SHOWN_MAX) as u64 + report.more_differences;
        if rest > 0 {
            text.push_str(&format!("\n  … {rest} more"));
        }
        let verdict = if report.holds() {
            context.output.pick("各表与日志一致", "the tables are what the journal gives")
        } else {
            context.output.pick("各表与日志不一致", "the tables are not what the journal gives")
        };
        text.push_str(&format!("\n{verdict}"));
        text
    })?;
    Ok(if report.holds() { Exit::Done } else { Exit::Found })
}
