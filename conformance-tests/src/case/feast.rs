//! What Feast recorded: every entity key and every value of its golden vectors goes through the store unchanged.

use std::sync::Arc;

use larder_core::{Error, Field, ReadRequest, Result, ValueType, WriteBatch};
use serde_json::Value as Json;

use super::{case, ensure, ensure_eq};
use crate::fixture::{Row, at, keys, row, stored};

const ENTITY_KEYS: &str = include_str!("../../vectors/entity_keys.json");
const VALUES: &str = include_str!("../../vectors/values.json");

/// The bytes of a hexadecimal field of every case that has it, with the case's name.
fn hex_cases(text: &str, field: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let broken = || Error::internal("a golden vector cannot be read");
    let json: Json = serde_json::from_str(text).map_err(|error| broken().with_source(error))?;
    let cases = json["cases"].as_array().ok_or_else(broken)?;
    cases
        .iter()
        .filter_map(|case| Some((case["name"].as_str()?.to_owned(), case[field].as_str()?)))
        .map(|(name, hex)| Ok((name, bytes_of(hex).ok_or_else(broken)?)))
        .collect()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(hex.get(i..i + 2)?, 16).ok()).collect()
}

case! {
    /// Every entity key that Feast serialized finds its own row.
    async fn every_entity_key_of_feast_finds_its_row(bed) {
        let view = bed.counter("v").await?;
        let mut cases = hex_cases(ENTITY_KEYS, "v3")?;
        ensure!(cases.len() > 60, "only {} keys in the vectors", cases.len());
        cases.sort_by(|a, b| a.1.cmp(&b.1));
        cases.dedup_by(|a, b| a.1 == b.1);
        if let Some(limit) = bed.capabilities().max_key_bytes {
            cases.retain(|(_, key)| key.len() <= limit);
        }
        let rows: Vec<_> = (0..).zip(&cases).map(|(i, (_, key))| Row { key: key.clone(), ..row(0, at(i), i) }).collect();
        bed.write(&view, &rows).await?;
        for (i, (name, key)) in (0..).zip(&cases) {
            ensure_eq!(bed.read(&view, std::slice::from_ref(key)).await?, [stored(at(i), i)], "key {name}");
        }
    }
}

case! {
    /// Every value that Feast serialized comes back byte for byte.
    async fn every_value_of_feast_comes_back(bed) {
        let cases = hex_cases(VALUES, "proto_hex")?;
        ensure!(cases.len() > 100, "only {} values in the vectors", cases.len());
        let mut view = bed.define("v", []);
        view.features = (0..cases.len()).map(|i| Field::new(format!("f{i}"), ValueType::Invalid)).collect();
        let view = bed.apply(view).await?;
        let mut builder = WriteBatch::builder(Arc::clone(&view));
        builder.push(&crate::fixture::key(1), at(1), None, cases.iter().map(|(_, bytes)| bytes.as_slice()))?;
        bed.store.online_write_batch(&builder.finish()).await?;
        let request = ReadRequest { view, features: (0..cases.len()).collect(), keys: keys(&[crate::fixture::key(1)]) };
        let answers = bed.store.online_read(&[request]).await?;
        let found = answers[0].row(0).ok_or("no row")?;
        for (i, (name, bytes)) in cases.iter().enumerate() {
            ensure_eq!(found.value(i), Some(bytes.as_slice()), "value {name}");
        }
    }
}
