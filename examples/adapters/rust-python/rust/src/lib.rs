//! Reads a web log: what each line says, and which hosts sent most.

use std::collections::HashMap;

const LEVELS: [&str; 4] = ["debug", "info", "warn", "error"];

#[derive(Debug, PartialEq)]
pub struct Record {
    pub time: u64,
    pub level: String,
    pub host: String,
    pub bytes: u64,
    pub path: String,
}

/// A log of so many lines, the same in every language.
pub fn text(lines: u64) -> String {
    let line = |i: u64| {
        format!(
            "{} {} host{}.example bytes={} path=/item/{}",
            1_700_000_000 + i,
            LEVELS[(i % 4) as usize],
            i * 7 % 113,
            i * i % 10007,
            i * 31 % 977
        )
    };
    (0..lines).map(line).collect::<Vec<_>>().join("\n")
}

/// One record for each line.
pub fn parse(log: &str) -> Vec<Record> {
    let record = |line: &str| {
        let mut words = line.split(' ');
        let mut next = || words.next().expect("five words");
        Record {
            time: next().parse().expect("a time"),
            level: next().to_string(),
            host: next().to_string(),
            bytes: next().strip_prefix("bytes=").expect("bytes").parse().expect("a number"),
            path: next().strip_prefix("path=").expect("a path").to_string(),
        }
    };
    log.split('\n').map(record).collect()
}

/// The hosts that sent most, with their bytes, the most first.
pub fn busiest(records: &[Record], most: usize) -> Vec<(&str, u64)> {
    let mut total: HashMap<&str, u64> = HashMap::new();
    for r in records {
        *total.entry(&r.host).or_default() += r.bytes;
    }
    let mut hosts: Vec<_> = total.into_iter().collect();
    hosts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    hosts.truncate(most);
    hosts
}
