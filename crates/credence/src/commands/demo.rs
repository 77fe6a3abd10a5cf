//! `credence demo`: builds the demo city, journalled act by act as a real one would be.

use std::collections::BTreeMap;

use law::Calendar;
use serde::Serialize;
use service::{Platform, PlatformOptions};
use std::sync::Arc;
use store::{Demo, SeededRandomness, Store, StoreAddress};

use crate::arguments::DemoArguments;
use crate::context::{Context, block_on, failure, store_failure};
use crate::demo::building::{Building, Examples};
use crate::demo::city::City;
use crate::demo::timeline::instant;
use crate::edge::{self, FixedClock};
use crate::exit::{Exit, Failure};
use crate::settings::table;

/// What a demo store's folder may hold: nothing else is ever removed from it.
const FILES: &[&str] = &[
    "credence.sqlite",
    "credence.sqlite-wal",
    "credence.sqlite-shm",
    "credence.sqlite-journal",
    PUBLIC_KEY,
    TO_TRY,
];
/// The journal's public key, for whoever verifies a mirror or a receipt.
const PUBLIC_KEY: &str = "journal.vkey";
/// What to try; it comes last, so that a folder with it holds a whole city.
const TO_TRY: &str = "try.txt";
/// The folder of the search index.
const SEARCH: &str = "search";

/// The contract of `demo --json`.
#[derive(Serialize)]
struct Built<'a> {
    store: String,
    entries: u64,
    root: String,
    subjects: u64,
    records: u64,
    day: law::Day,
    seed: u64,
    examples: BTreeMap<&'static str, &'a str>,
}

/// Builds the city, and serves it where asked.
///
/// # Errors
/// When there is a store already, or the store fails.
pub fn run(context: &Context, arguments: &DemoArguments) -> Result<Exit, Failure> {
    block_on(async {
        build(context, arguments).await?;
        match &arguments.serve {
            Some(listen) => super::serve::serve(context, listen, true).await,
            None => Ok(Exit::Done),
        }
    })
}

async fn build(context: &Context, arguments: &DemoArguments) -> Result<(), Failure> {
    let calendar = Calendar::load().map_err(|error| Failure::failed(error.to_string()))?;
    let day = arguments.day.unwrap_or_else(edge::today);
    let city = City::new(arguments.seed, day, arguments.subjects, &calendar)?;
    let options = context.platform_options(true)?;
    if Store::exists(&options.store).await.map_err(|error| store_failure(&error))? {
        remove(context, &options.store, arguments.replace).await?;
    }
    let clock = Arc::new(FixedClock::at(instant(city.span.first, 0)));
    // Seed, day and size fix every salt: two cities that differ share none.
    let purpose = format!("city of {} on {day}", arguments.subjects);
    let options = PlatformOptions {
        clock: Arc::clone(&clock) as Arc<dyn law::Clock>,
        randomness: Arc::new(SeededRandomness::new(arguments.seed, &purpose)),
        ..options
    };
    let address = options.store.clone();
    let origin = format!("demo.credence.example/{}-{day}-{}", arguments.seed, arguments.subjects);
    let made_from = Demo { seed: arguments.seed, day };
    let platform =
        Platform::create(options, &origin, Some(made_from)).await.map_err(|error| failure(&error))?;
    // A day that was asked for is built the same at every hour; today is built up to now.
    let not_after = arguments.day.is_none().then(edge::now);
    let mut building = Building::new(platform.clone(), clock, not_after, city, !context.output.json);
    let built = finish(&mut building).await;
    let vkey = platform.vkey().map_err(|error| failure(&error))?;
    platform.close().await;
    let (examples, entries, root, records) = built?;
    let listen = arguments.serve.as_deref().unwrap_or(table::LISTEN.usual);
    let to_try = examples.to_try(&address.to_string(), listen);
    if let Some(folder) = address.folder() {
        for (name, text) in [(PUBLIC_KEY, &vkey), (TO_TRY, &to_try)] {
            let file = folder.join(name);
            std::fs::write(&file, format!("{text}\n")).map_err(|error| Failure::file(&file, &error))?;
        }
    }
    let built = Built {
        store: address.to_string(),
        entries,
        root,
        subjects: arguments.subjects,
        records,
        day,
        seed: arguments.seed,
        examples: examples.by_name(),
    };
    context.output.either(&built, || {
        format!(
            "{}\n\n{to_try}",
            context.output.pick(
                &format!(
                    "演示城市已建成：{} 个主体，{records} 条记录，{entries} 条存证，根 {}",
                    built.subjects, built.root
                ),
                &format!(
                    "the demo city is built: {} subjects, {records} records, {entries} entries, root {}",
                    built.subjects, built.root
                ),
            )
        )
    })
}

async fn finish(building: &mut Building) -> Result<(Examples, u64, String, u64), Failure> {
    building.found().await?;
    building.live().await?;
    let examples = building.today().await?;
    let (entries, root) = building.head().await?;
    Ok((examples, entries, root, building.records()))
}

/// Removes a demo store that is there, where that is asked for; a real store is never removed.
async fn remove(context: &Context, address: &StoreAddress, replace: bool) -> Result<(), Failure> {
    let there = Failure::failed(format!("there is a store at `{address}` already"));
    if !replace {
        return Err(there.next("name another place, or remove the demo store that is there with `--replace`"));
    }
    let store =
        Store::open_to_verify(context.store_options()?).await.map_err(|error| store_failure(&error))?;
    let is_demo = store.is_demo();
    store.close().await;
    if !is_demo {
        return Err(there.next("it is a real store, and a real store is never removed by this program"));
    }
    let Some(folder) = address.folder() else {
        return Err(
            there.next("empty the database yourself: `drop schema public cascade; create schema public;`")
        );
    };
    for name in FILES {
        let file = folder.join(name);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::file(&file, &error));
            }
            _ => {}
        }
    }
    let search = folder.join(SEARCH);
    match std::fs::remove_dir_all(&search) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::file(&search, &error)),
        _ => Ok(()),
    }
}
