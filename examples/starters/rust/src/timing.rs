//! How a piece of work is timed. Nothing here needs to change.

use std::{error::Error, time::Instant};

use serde_json::{json, Value};

use crate::{protocol::Found, system};

pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// What is asked for.
pub struct Run {
    pub size: u64,
    pub nonce: u64,
    pub iterations: u64,
    pub samples: u64,
}

/// What came of it.
pub struct Measured {
    pub samples_ns: Vec<u64>,
    pub cpu_ns: u64,
    pub outside_ns: u64,
    pub found: Found,
}

/// Takes samples of k iterations each. Sample s works on the input for nonce+s,
/// which is built outside the clock; what an iteration returned is released
/// inside, before the next one, as in any program.
pub fn measure<I, O>(
    run: &Run,
    make_input: fn(u64, u64) -> I,
    work: fn(&I) -> Outcome<O>,
    describe: fn(&O) -> Found,
) -> Outcome<Measured> {
    let began = Instant::now();
    let (mut samples_ns, mut cpu_ns, mut output) = (Vec::new(), 0, None);
    for s in 0..run.samples {
        let input = make_input(run.nonce.wrapping_add(s), run.size);
        let cpu = system::cpu_ns();
        let start = Instant::now();
        for _ in 0..run.iterations {
            output = Some(black_box(work(black_box(&input))?));
        }
        samples_ns.push(start.elapsed().as_nanos() as u64);
        cpu_ns += system::cpu_ns() - cpu;
    }
    let found = describe(&output.ok_or("no iteration")?);
    let outside_ns = (began.elapsed().as_nanos() as u64).saturating_sub(samples_ns.iter().sum());
    Ok(Measured {
        samples_ns,
        cpu_ns,
        outside_ns,
        found,
    })
}

/// Hides from the compiler what a value is, so that no call is optimised away;
/// std::hint has one from Rust 1.66 on.
fn black_box<T>(value: T) -> T {
    unsafe {
        let copy = std::ptr::read_volatile(&value);
        std::mem::forget(value);
        copy
    }
}

/// The smallest step that the clock shows and what reading it costs.
pub fn clock() -> Value {
    let readings: Vec<Instant> = (0..1000).map(|_| Instant::now()).collect();
    let steps = readings
        .windows(2)
        .map(|pair| pair[1].duration_since(pair[0]).as_nanos() as u64);
    let whole = readings[999].duration_since(readings[0]).as_nanos() as u64;
    json!({ "name": "std::time::Instant", "resolution_ns": steps.filter(|step| *step > 0).min().unwrap_or(0), "call_ns": whole / 999 })
}
