//! What a command costs before the database has any part in it: the rules of a board, and the wire.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark that fails should fail loudly; criterion's macros make undocumented items"
)]

use std::hint::black_box;
use std::time::Duration;

use balcao::bench::{Machine, encode_event, read_frame};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::value::RawValue;

const BOARDS: [usize; 3] = [100, 1_000, 5_000];

fn moves(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("move_lead");
    // The engine decides all that wait as one batch, so that a busy board pays for its clone once.
    for batch in [1, 50] {
        group.throughput(Throughput::Elements(batch as u64));
        for leads in BOARDS {
            let mut machine = Machine::with_leads(leads).unwrap();
            let id = BenchmarkId::new(format!("batch of {batch}"), format!("{leads} leads"));
            group.bench_function(id, |bencher| {
                bencher.iter(|| black_box(machine.move_leads(batch).unwrap()));
            });
        }
    }
    group.finish();
}

fn snapshots(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("snapshot");
    for leads in BOARDS {
        let machine = Machine::with_leads(leads).unwrap();
        group.throughput(Throughput::Bytes(machine.snapshot() as u64));
        let id = BenchmarkId::from_parameter(format!("{leads} leads"));
        group.bench_function(id, |bencher| bencher.iter(|| black_box(machine.snapshot())));
    }
    group.finish();
}

fn codec(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    let id = "0198f3a2-7c11-7000-8000-00000000002a";
    let command = format!(
        r#"{{"id":3,"op":"command","topic":"board:{id}","name":"move_lead","command_id":"{id}","data":{{"lead_id":"{id}","stage_id":"{id}","position":4}}}}"#
    );
    assert!(read_frame(&command));
    group.throughput(Throughput::Elements(1));
    group.bench_function("read a command", |bencher| {
        bencher.iter(|| read_frame(black_box(&command)));
    });
    let moved = format!(r#"{{"lead_id":"{id}","from_stage_id":"{id}","stage_id":"{id}","position":4}}"#);
    let moved = RawValue::from_string(moved).unwrap();
    group.bench_function("encode an event", |bencher| {
        bencher.iter(|| encode_event(black_box(42), &moved));
    });
    group.finish();
}

criterion_group! {
    name = pure;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(30);
    targets = moves, snapshots, codec
}
criterion_main!(pure);
