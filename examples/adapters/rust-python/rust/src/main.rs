//! Prints the result of a benchmark, to be compared with the other side's.

fn main() {
    let benchmark = std::env::args().nth(1).expect("which benchmark?");
    let lines = if benchmark == "parse/small" { 100 } else { 5000 };
    let log = logs::text(lines);
    let records = logs::parse(&log);
    if benchmark == "busiest/large" {
        for (host, bytes) in logs::busiest(&records, 10) {
            println!("{host} {bytes}");
        }
        return;
    }
    for r in &records {
        println!("{} {} {} {} {}", r.time, r.level, r.host, r.bytes, r.path);
    }
}
