//! The worker's half of the protocol: one JSON object per line, requests on
//! standard input, answers on standard output. Nothing here needs to change.

use std::{
    io::{self, BufRead, Read, Write},
    panic::{catch_unwind, AssertUnwindSafe},
    sync::Mutex,
};

use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use crate::{
    canonical::canonical,
    system,
    timing::{self, Measured, Outcome, Run},
};

const MAX_LINE: usize = 16 << 20; // bytes, either way
const MAX_SAMPLES: u64 = 500_000;
const INVALID_REQUEST: i64 = -32600;
const INVALID_PARAMS: i64 = -32602;
const UNSUPPORTED: i64 = 1;
const FAILED: i64 = 2;

/// What an iteration found: the result, which must be the same in every
/// language, and integers that say how much work it was.
pub struct Found {
    pub result: Value,
    pub counters: Value,
}

/// One piece of work, with a knob for its size.
pub struct Benchmark {
    name: &'static str,
    knob: &'static str,
    size: u64, // unless the request says otherwise
    measure: Box<dyn Fn(Run) -> Outcome<Measured>>,
}

pub fn benchmark<I: 'static, O: 'static>(
    name: &'static str,
    knob: &'static str,
    size: u64,
    make_input: fn(u64, u64) -> I,
    work: fn(&I) -> Outcome<O>,
    describe: fn(&O) -> Found,
) -> Benchmark {
    let measure = Box::new(move |run: Run| timing::measure(&run, make_input, work, describe));
    Benchmark {
        name,
        knob,
        size,
        measure,
    }
}

/// An answer that is an error: its code and what it says.
struct Refusal(i64, String);

/// Answers requests until shutdown or the end of standard input.
pub fn serve(benchmarks: &[Benchmark]) -> io::Result<()> {
    let mut out = system::claim_stdout()?;
    note_panics();
    let mut input = io::stdin().lock();
    let mut worker = Worker {
        benchmarks,
        prepared: None,
    };
    loop {
        let mut line = Vec::new();
        input
            .by_ref()
            .take(MAX_LINE as u64 + 1)
            .read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        if line.len() > MAX_LINE {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a request is longer than 16 MiB",
            ));
        }
        let (answer, done) = worker.answer(&line);
        out.write_all(answer.as_bytes())?;
        if done {
            return Ok(());
        }
    }
}

struct Worker<'a> {
    benchmarks: &'a [Benchmark],
    prepared: Option<(&'a Benchmark, u64)>, // and its size
}

impl<'a> Worker<'a> {
    fn answer(&mut self, line: &[u8]) -> (String, bool) {
        let (id, method, outcome) = match parse(line) {
            Ok((id, method, params)) => {
                (json!(id), method.clone(), self.dispatch(&method, &params))
            }
            Err(refusal) => (Value::Null, String::new(), Err(refusal)),
        };
        let mut text = encode(&id, &outcome);
        if text.len() > MAX_LINE {
            text = encode(
                &id,
                &Err(Refusal(FAILED, "the answer is longer than 16 MiB".into())),
            );
        }
        (text, method == "shutdown")
    }

    fn dispatch(&mut self, method: &str, params: &Value) -> Result<Value, Refusal> {
        match method {
            "initialize" => self.initialize(params),
            "prepare" => self.prepare(params),
            "verify" => {
                let measured = self.run("verify", params, 1, 1)?;
                let mut answer = json!({ "digest": digest(&measured.found), "counters": measured.found.counters, "error": null });
                if params["want_result"] == json!(true) {
                    answer["result"] = measured.found.result;
                }
                Ok(answer)
            }
            "run" => {
                let count = |name: &str| params[name].as_u64().filter(|n| *n > 0);
                let (iterations, samples) = match (count("iterations"), count("samples")) {
                    (Some(k), Some(m)) if m <= MAX_SAMPLES => (k, m),
                    _ => return Err(Refusal(INVALID_PARAMS, format!("run: want iterations and samples of at least 1, samples at most {MAX_SAMPLES}"))),
                };
                let m = self.run("run", params, iterations, samples)?;
                Ok(json!({
                    "samples_ns": m.samples_ns, "digest": digest(&m.found), "counters": m.found.counters,
                    "cpu_ns": m.cpu_ns, "outside_ns": m.outside_ns
                }))
            }
            "shutdown" => Ok(json!({})),
            _ => Err(Refusal(-32601, format!("no method {method:?}"))),
        }
    }

    fn initialize(&self, params: &Value) -> Result<Value, Refusal> {
        if params["protocol"] != json!(1) {
            return Err(Refusal(
                INVALID_PARAMS,
                format!(
                    "protocol {} was asked for, this worker speaks 1",
                    params["protocol"]
                ),
            ));
        }
        let benchmarks: Vec<Value> = self
            .benchmarks
            .iter()
            .map(|b| json!({ "name": b.name, "params": { b.knob: b.size } }))
            .collect();
        let debug = cfg!(debug_assertions);
        let flags = [
            concat!("opt-level=", env!("BUILT_OPT_LEVEL")),
            concat!("target=", env!("BUILT_TARGET")),
        ];
        Ok(json!({
            "protocol": 1,
            "implementation": {
                "version": env!("CARGO_PKG_VERSION"), "language": "rust", "runtime": env!("BUILT_BY"),
                "build": { "mode": if debug { "debug" } else { "release" }, "flags": flags },
                "settings": { "checks": if debug { "debug assertions" } else { "none" }, "threads": "one" }
            },
            "clock": timing::clock(), "nonce": true, "benchmarks": benchmarks
        }))
    }

    fn prepare(&mut self, params: &Value) -> Result<Value, Refusal> {
        self.prepared = None;
        let name = params["benchmark"].as_str().unwrap_or_default();
        let benchmark = self
            .benchmarks
            .iter()
            .find(|b| b.name == name)
            .ok_or_else(|| {
                let known: Vec<_> = self.benchmarks.iter().map(|b| b.name).collect();
                Refusal(
                    UNSUPPORTED,
                    format!("no benchmark {name:?}; there are {}", known.join(", ")),
                )
            })?;
        let mut size = benchmark.size;
        for (knob, value) in params["params"].as_object().into_iter().flatten() {
            let invalid = |what: String| Refusal(INVALID_PARAMS, format!("prepare {name}: {what}"));
            if knob != benchmark.knob {
                return Err(invalid(format!(
                    "unknown parameter {knob:?}; it has {}",
                    benchmark.knob
                )));
            }
            let whole = value.as_i64().ok_or_else(|| {
                invalid(format!(
                    "parameter {knob:?} must be an integer, not {value}"
                ))
            })?;
            size = u64::try_from(whole)
                .ok()
                .filter(|n| (1..=1_000_000).contains(n))
                .ok_or_else(|| invalid(format!("{knob} {whole}: want 1 to 1000000")))?;
        }
        self.prepared = Some((benchmark, size));
        Ok(json!({}))
    }

    /// Turns what the benchmark returns or panics with into an answer.
    fn run(
        &self,
        method: &str,
        params: &Value,
        iterations: u64,
        samples: u64,
    ) -> Result<Measured, Refusal> {
        let (benchmark, size) = self.prepared.ok_or_else(|| {
            Refusal(
                INVALID_REQUEST,
                format!("{method}: no benchmark is prepared"),
            )
        })?;
        let nonce = params["nonce"].as_str().and_then(|text| text.parse().ok());
        let nonce = nonce.ok_or_else(|| {
            Refusal(
                INVALID_PARAMS,
                format!(
                    "{method} {}: nonce {} is not an unsigned 64-bit decimal",
                    benchmark.name, params["nonce"]
                ),
            )
        })?;
        let failed = |what: String| Refusal(FAILED, format!("{method} {}: {what}", benchmark.name));
        take_panic(); // one that the work had caught before
        match catch_unwind(AssertUnwindSafe(|| {
            (benchmark.measure)(Run {
                size,
                nonce,
                iterations,
                samples,
            })
        })) {
            Ok(outcome) => outcome.map_err(|error| failed(error.to_string())),
            Err(_) => Err(failed(take_panic())),
        }
    }
}

/// What the first panic said and where it was, since that was last asked: when a
/// thread panics, whoever waits for it does so as well and says less.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

fn note_panics() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let payload = info.payload();
        let said = match (
            payload.downcast_ref::<&str>(),
            payload.downcast_ref::<String>(),
        ) {
            (Some(text), _) => *text,
            (_, Some(text)) => text,
            _ => "no message",
        };
        let place = info
            .location()
            .map_or(String::new(), |at| format!(" at {at}"));
        if let Ok(mut first) = PANIC.lock() {
            first.get_or_insert_with(|| format!("panicked{place}: {said}"));
        }
        print(info);
    }));
}

fn take_panic() -> String {
    let first = PANIC.lock().ok().and_then(|mut first| first.take());
    first.unwrap_or_else(|| "panicked".into())
}

fn parse(line: &[u8]) -> Result<(i64, String, Value), Refusal> {
    let mut request: Value = serde_json::from_slice(line)
        .map_err(|error| Refusal(-32700, format!("the request is not JSON: {error}")))?;
    match (request["jsonrpc"].as_str(), request["id"].as_i64()) {
        (Some("2.0"), Some(id)) => Ok((
            id,
            request["method"].as_str().unwrap_or_default().into(),
            request["params"].take(),
        )),
        _ => Err(Refusal(
            INVALID_REQUEST,
            r#"a request needs "jsonrpc":"2.0" and an integer id"#.into(),
        )),
    }
}

fn encode(id: &Value, outcome: &Result<Value, Refusal>) -> String {
    let answer = match outcome {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(Refusal(code, message)) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
        }
    };
    format!("{answer}\n")
}

fn digest(found: &Found) -> String {
    Sha256::digest(canonical(&found.result))
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
