//! Bytes as an entity key of every version.
#![no_main]

use larder_core::{EntityKey, KeyEncoder, KeyVersion, Value, ValueRef};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(key) = EntityKey::decode(bytes) {
        assert_eq!(key.encode(KeyVersion::V3).expect("a decoded key must encode"), bytes);
        let names: Vec<String> = key.pairs().iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(EntityKey::decode_legacy(bytes, KeyVersion::V3, &names).expect("the names are known"), key);
        let values: Vec<Vec<u8>> = key.pairs().iter().map(|(_, value)| Value::to_bytes(value)).collect();
        let values: Vec<ValueRef<'_>> =
            values.iter().map(|value| ValueRef::decode(value).expect("what was encoded must decode")).collect();
        let mut encoded = Vec::new();
        KeyEncoder::new(&names).encode_values(&mut encoded, &values).expect("a decoded key must encode");
        assert_eq!(encoded, bytes);
    }

    // The first bytes choose how the rest is read, and the names: of two, of one, of none.
    let [version, count, bytes @ ..] = bytes else { return };
    let version = KeyVersion::from_number(i64::from(version % 4)).expect("0 to 3 exist");
    let mut names = vec!["driver_id".to_owned(), "customer_id".to_owned()];
    names.truncate(usize::from(count % 3));
    if let Ok(key) = EntityKey::decode_legacy(bytes, version, &names) {
        assert_eq!(key.encode(version).expect("a decoded key must encode"), bytes);
    }
});
