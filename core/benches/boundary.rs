//! What it costs to cross the boundary, and to load a backend: `cargo bench -p jitctl-core`.
//! Targets: one guarded call 15 ns, one load 1 ms.
#![allow(missing_docs)] // criterion's macros make undocumented functions
#![allow(clippy::unwrap_used, clippy::expect_used)] // a benchmark fails by panicking

#[path = "../tests/suite/fixtures.rs"]
mod fixtures;
#[path = "../tests/suite/kept_core.rs"]
mod kept_core;
#[path = "../tests/suite/mock/mod.rs"]
mod mock;

use criterion::{BatchSize, Criterion, SamplingMode, criterion_group, criterion_main};
use jitctl_core::host::loader::{Trust, load};
use jitctl_core::host::started::HintRequest;
use jitctl_core::host::table::table;
use jitctl_core::{Hint, Origin};
use std::hint::black_box;
use std::path::PathBuf;
use std::ptr::null_mut;
use std::time::Duration;

fn calls(criterion: &mut Criterion) {
    let loaded = load(&fixtures::released("speed"), Trust::Own).unwrap();
    let backend = loaded.start(table::<mock::Mock>(), &mock::interpreter()).unwrap();
    let function = mock::function("f");
    let request = HintRequest {
        ticket: 1,
        function,
        options: null_mut(),
        hint: Hint::Focus,
        origin: Origin::Function,
        previous: None,
    };
    let mut group = criterion.benchmark_group("call");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    // Guarded, with an argument and a result: nothing but the way there and back.
    group.bench_function("undo", |bencher| bencher.iter(|| backend.undo(black_box(function)).unwrap()));
    // The same with a verdict, the texts of which are made by the backend and copied by the host.
    group.bench_function("apply", |bencher| bencher.iter(|| backend.apply(black_box(&request)).unwrap()));
}

/// Each load is of a copy of its own: the system's loader would give the same file back. Loaded files stay mapped, so
/// there must not be many.
fn loads(criterion: &mut Criterion) {
    let library = fixtures::released("speed");
    let folder = std::env::temp_dir().join(format!("jitctl-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut count = 0;
    let mut copy = || -> PathBuf {
        count += 1;
        let path = folder.join(format!("lib{count}.so"));
        std::fs::copy(&library, &path).unwrap();
        path
    };
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(5)).measurement_time(Duration::from_millis(60));
    group.bench_function("first", |bencher| {
        bencher.iter_batched(&mut copy, |path| load(&path, Trust::Own).unwrap(), BatchSize::PerIteration);
    });
    group.bench_function("again", |bencher| bencher.iter(|| load(&library, Trust::Own).unwrap()));
    std::fs::remove_dir_all(&folder).unwrap();
}

criterion_group!(benches, calls, loads);
criterion_main!(benches);
