//! `credence bench`: what the program does beside what the machine could do.

use crate::arguments::{BenchArguments, Benchmark};
use crate::bench;
use crate::bench::place::at_place;
use crate::context::{Context, block_on};
use crate::exit::{Exit, Failure};

/// Measures.
///
/// # Errors
/// When the store, the server or the load fails.
pub fn run(context: &Context, arguments: &BenchArguments) -> Result<Exit, Failure> {
    if arguments.what == Benchmark::BareHandlers {
        return block_on(bench::public::serve_bare(context, arguments.bytes.as_deref()));
    }
    let watched = !context.output.json;
    let measured = block_on(at_place(context, arguments, async |place| {
        Ok(match arguments.what {
            Benchmark::Inquiry => vec![bench::inquiry::measure(arguments, place, watched).await?],
            Benchmark::InquiryWhileFiling => {
                vec![bench::inquiry::measure_while_filing(arguments, place, watched).await?]
            }
            Benchmark::Protection => vec![bench::protection::measure(arguments, place, watched).await?],
            Benchmark::Filing => vec![bench::filing::measure(arguments, place, watched).await?],
            Benchmark::Public => vec![bench::public::measure(arguments, place, watched, false).await?],
            Benchmark::PublicAgain => vec![bench::public::measure(arguments, place, watched, true).await?],
            Benchmark::Verify => bench::verify::measure(arguments, place, watched).await?,
            Benchmark::Proof => bench::proof::measure(arguments, place, watched).await?,
            Benchmark::Search => bench::search::measure(arguments, place, watched).await?,
            Benchmark::Open => bench::open::measure(arguments, place, watched).await?,
            Benchmark::Page => bench::page::measure(arguments, place, watched).await?,
            Benchmark::BareHandlers => Vec::new(),
        })
    }))?;
    for measured in measured {
        measured.write(&context.output)?;
    }
    Ok(Exit::Done)
}
