//! The Rust side of a comparison: what it offers. xbench builds and starts it,
//! see xbench.yaml; protocol.rs does the talking, timing.rs the timing.

mod canonical;
mod orders;
mod protocol;
mod splitmix;
mod system;
mod timing;
mod words;

use std::process::ExitCode;

use protocol::{benchmark, Benchmark};

/// YOUR CODE GOES HERE: one entry per benchmark, with the name, the knob and the
/// results that it has in every language. A benchmark has three functions:
///   make_input(nonce, size)  builds the input; equal numbers give equal inputs; not timed
///   work(&input)             does the work; only this is timed
///   describe(&output)        returns the result, a JSON value, and some counters; not timed
fn benchmarks() -> Vec<Benchmark> {
    vec![
        benchmark(
            "orders/sum",
            "records",
            1000,
            orders::generate,
            |text| orders::total(text),
            orders::describe,
        ),
        benchmark(
            "words/top",
            "words",
            2000,
            words::generate,
            |text| words::top(text),
            words::describe,
        ),
    ]
}

fn main() -> ExitCode {
    match protocol::serve(&benchmarks()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("worker: {error}");
            ExitCode::FAILURE
        }
    }
}
