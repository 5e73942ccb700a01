//! What the value codec of `larder-core` costs beside prost, and its JSON beside serde_json: nanoseconds per value.
//!
//! `cargo run --release -p larder-proto --example codec_bench [-- part-of-a-name]`. Rounds of both take turns and the best of each counts, so
//! the last column, how many times faster larder is, holds still on a machine that does other things too.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, clippy::cast_possible_truncation)]

use std::hint::black_box;
use std::time::Instant;

use larder_core::value::write_json;
use larder_core::{Value, ValueRef};
use larder_proto::types;
use prost::Message;

/// Different values of each kind, so that no branch can be learnt by heart.
const VALUES: i64 = 64;
/// Elements of each list.
const ELEMENTS: i64 = 128;
const ENTRIES: i64 = 10;
const ROUNDS: usize = 40;
const ROUND_NANOS: f64 = 2e6;

fn main() {
    println!("{:<24} {:>10} {:>10} {:>8}", "ns per value", "larder", "prost", "times");
    for (name, values) in samples() {
        let encoded: Vec<Vec<u8>> = values.iter().map(Value::to_bytes).collect();
        let messages: Vec<_> = encoded.iter().map(|bytes| types::Value::decode(bytes.as_slice()).unwrap()).collect();

        // By reference, because moving what was just written costs more than decoding a number.
        let borrowed = || encoded.iter().for_each(|bytes| _ = black_box(&ValueRef::decode(black_box(bytes))));
        let owned = || encoded.iter().for_each(|bytes| _ = black_box(&Value::decode(black_box(bytes))));
        let prost = || encoded.iter().for_each(|bytes| _ = black_box(&types::Value::decode(black_box(&bytes[..]))));
        report(&format!("decode {name}"), borrowed, prost);
        report(&format!("decode {name} owned"), owned, prost);

        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let larder = || values.iter().for_each(|value| fill(&mut ours, |out| black_box(value).encode(out)));
        let prost = || messages.iter().for_each(|value| fill(&mut theirs, |out| black_box(value).encode(out).unwrap()));
        report(&format!("encode {name}"), larder, prost);
    }

    println!("\n{:<24} {:>10} {:>10} {:>8}", "ns per value", "larder", "serde_json", "times");
    for (name, values) in samples() {
        let encoded: Vec<Vec<u8>> = values.iter().map(Value::to_bytes).collect();
        let borrowed: Vec<_> = encoded.iter().map(|bytes| ValueRef::decode(bytes).unwrap()).collect();
        let trees: Vec<_> = borrowed.iter().map(|value| value.to_json()).collect();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let larder = || borrowed.iter().for_each(|value| fill(&mut ours, |out| write_json(*black_box(value), out)));
        let serde = || {
            let write = |out: &mut Vec<u8>, tree| serde_json::to_writer(out, black_box(tree)).unwrap();
            trees.iter().for_each(|tree| fill(&mut theirs, |out| write(out, tree)));
        };
        report(&format!("JSON {name}"), larder, serde);
    }
}

fn fill(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.clear();
    write(out);
    black_box(out.as_slice());
}

/// Prices, amounts and counts: what features usually hold.
fn decimal(i: i64) -> f64 {
    match i % 4 {
        0 => i as f64,
        1 => i as f64 / 100.0,
        2 => i as f64 * 1.618_033_988,
        _ => 1.0 / (i + 1) as f64,
    }
}

fn samples() -> Vec<(&'static str, Vec<Value>)> {
    fn of(make: impl Fn(i64) -> Value) -> Vec<Value> {
        (0..VALUES).map(make).collect()
    }
    fn list<T>(seed: i64, element: impl Fn(i64) -> T) -> Vec<T> {
        (0..ELEMENTS).map(|i| element(seed * 7919 + i)).collect()
    }
    let entry = |i: i64| (format!("feature_{i}"), Value::Double(decimal(i)));
    vec![
        ("double", of(|i| Value::Double(decimal(i)))),
        ("float", of(|i| Value::Float(decimal(i) as f32))),
        ("int64 small", of(Value::Int64)),
        ("int64 large", of(|i| Value::Int64(1_700_000_000 + i * 7919))),
        ("bool", of(|i| Value::Bool(i % 3 == 0))),
        ("string", of(|i| Value::String(format!("customer{:04}", i * 101)))),
        ("float_list", of(|seed| Value::FloatList(list(seed, |i| decimal(i) as f32)))),
        ("double_list", of(|seed| Value::DoubleList(list(seed, decimal)))),
        ("int64_list", of(|seed| Value::Int64List(list(seed, |i| i * 31)))),
        ("string_list", of(|seed| Value::StringList(list(seed, |i| format!("item {i}"))))),
        ("map", of(|seed| Value::Map((0..ENTRIES).map(|i| entry(seed * 10 + i)).collect()))),
    ]
}

/// Measures both in turns and prints the best round of each.
fn report(name: &str, mut larder: impl FnMut(), mut baseline: impl FnMut()) {
    if std::env::args().nth(1).is_some_and(|part| !name.contains(&part)) {
        return;
    }
    let (mut ours, mut theirs) = (Round::new(&mut larder), Round::new(&mut baseline));
    for _ in 0..ROUNDS {
        ours.run(&mut larder);
        theirs.run(&mut baseline);
    }
    println!("{name:<24} {:>10.1} {:>10.1} {:>8.1}", ours.best, theirs.best, theirs.best / ours.best);
}

/// How often to repeat what is measured, and the best nanoseconds per value so far.
struct Round {
    repetitions: usize,
    best: f64,
}

impl Round {
    fn new(measured: &mut impl FnMut()) -> Self {
        let mut repetitions = 1;
        while nanos(repetitions, measured) < ROUND_NANOS {
            repetitions *= 2;
        }
        Self { repetitions, best: f64::INFINITY }
    }

    fn run(&mut self, measured: &mut impl FnMut()) {
        let nanos = nanos(self.repetitions, measured);
        self.best = self.best.min(nanos / self.repetitions as f64 / VALUES as f64);
    }
}

fn nanos(repetitions: usize, measured: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..repetitions).for_each(|_| measured());
    start.elapsed().as_nanos() as f64
}
