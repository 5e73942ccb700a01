//! The `entities` of a request: JSON as columns.
#![no_main]

use larder_engine::Columns;
use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;

fuzz_target!(|bytes: &[u8]| {
    let Ok(columns) = serde_json::from_slice::<Columns>(bytes) else { return };
    let names: HashSet<&str> = columns.0.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names.len(), columns.0.len(), "a name stands twice");
    for column in &columns.0 {
        assert!(column.len() <= bytes.len());
        assert_eq!(column.is_empty(), column.len() == 0);
    }
});
