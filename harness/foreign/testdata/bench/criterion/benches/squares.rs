use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, SamplingMode, Throughput};
use squares::sum_squares;
use std::hint::black_box;
use std::time::Duration;

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("sum_squares");
    for n in [100u64, 10_000] {
        group.throughput(Throughput::Elements(n));
        group.bench_with_input(BenchmarkId::from_parameter(n), &n, |b, &n| b.iter(|| sum_squares(black_box(n))));
    }
    group.finish();

    // One that is sampled with equal iterations, and has no slope.
    let mut flat = c.benchmark_group("flat");
    flat.sampling_mode(SamplingMode::Flat);
    flat.bench_with_input(BenchmarkId::new("sum_squares", 100), &100u64, |b, &n| b.iter(|| sum_squares(black_box(n))));
    flat.finish();

    // A name that no file and no record can have as it is.
    c.bench_function("sum of squares: 100/1 \u{b5}s?", |b| b.iter(|| sum_squares(black_box(100))));
}

criterion_group! {
    name = all;
    config = Criterion::default().sample_size(20).nresamples(1001).without_plots()
        .warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(200));
    targets = benches
}
criterion_main!(all);
