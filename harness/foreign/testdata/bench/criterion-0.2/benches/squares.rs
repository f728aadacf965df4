use criterion::{black_box, criterion_group, criterion_main, Criterion, ParameterizedBenchmark};
use squares::sum_squares;
use std::time::Duration;

fn benches(c: &mut Criterion) {
    c.bench(
        "sum_squares",
        ParameterizedBenchmark::new("loop", |b, &n| b.iter(|| sum_squares(black_box(n))), vec![100u64, 10_000]),
    );
    c.bench_function("sum of squares: 100/1 \u{b5}s?", |b| b.iter(|| sum_squares(black_box(100))));
}

criterion_group! {
    name = all;
    config = Criterion::default().sample_size(20).nresamples(1001).without_plots()
        .warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(200));
    targets = benches
}
criterion_main!(all);
