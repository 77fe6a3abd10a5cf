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
        Benchmark::Inquiry => block_on(bench::inquiry::run(context, arguments))?,
        Benchmark::Filing => block_on(bench::filing::run(context, arguments))?,
    };
    measured.write(&context.output)?;
    Ok(Exit::Done)
}
