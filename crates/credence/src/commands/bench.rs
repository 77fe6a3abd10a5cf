//! `credence bench`: what the program does beside what the machine could do.

use crate::arguments::{BenchArguments, Benchmark};
use crate::bench;
use crate::context::{Context, block_on};
use crate::exit::{Exit, Failure};

/// Measures.
///
/// # Errors
/// When the store, the server or the load fails.
pub fn run(context: &Context, arguments: &BenchArguments) -> Result<Exit, Failure> {
    let measured = match arguments.what {
        Benchmark::Inquiry => vec![block_on(bench::inquiry::run(context, arguments))?],
        Benchmark::InquiryWhileFiling => {
            vec![block_on(bench::inquiry::run_while_filing(context, arguments))?]
        }
        Benchmark::Filing => vec![block_on(bench::filing::run(context, arguments))?],
        Benchmark::Public => vec![block_on(bench::public::run(context, arguments, false))?],
        Benchmark::PublicAgain => vec![block_on(bench::public::run(context, arguments, true))?],
        Benchmark::BareHandlers => return block_on(bench::public::serve_bare(context)),
        Benchmark::Verify => block_on(bench::verify::run(context, arguments))?,
        Benchmark::Proof => block_on(bench::proof::run(context, arguments))?,
        Benchmark::Search => block_on(bench::search::run(context, arguments))?,
        Benchmark::Open => block_on(bench::open::run(context, arguments))?,
    };
    for measured in measured {
        measured.write(&context.output)?;
    }
    Ok(Exit::Done)
}
