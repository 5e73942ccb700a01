//! Every Arrow type that Feast maps, as every value type it can become.
#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod support;

use std::sync::Arc;

use arrow_array::builder::{
    FixedSizeBinaryBuilder, FixedSizeListBuilder, Float32Builder, Float64Builder, Int64Builder, LargeListBuilder,
    ListBuilder, MapBuilder, StringBuilder, StringDictionaryBuilder,
};
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int8Array,
    Int32Array, LargeBinaryArray, LargeStringArray, ListArray, StringArray, StringViewArray, StructArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use arrow_schema::{DataType, Field};
use larder_core::{MapKey, Value, ValueType as T};
use support::*;

/// What a column becomes: one entry per row, `None` for a rejected row.
async fn converted(array: ArrayRef, value_type: T) -> Vec<Option<Value>> {
    let folder = tempfile::tempdir().unwrap();
    let rows = i64::try_from(array.len()).unwrap();
    let columns =
        vec![("id", ints((0..rows).map(Some))), ("event_timestamp", micros((0..rows).map(Some))), ("x", array)];
    write_parquet(&folder.path().join("a.parquet"), columns, 2);
    let store = Arc::new(Recorder::default());
    let view = view("a.parquet", "", &[("id", T::Int64)], &[("x", value_type)]);
    let report = run(view, &store, &options(folder.path(), 0, rows)).await.unwrap();
    let values: Vec<_> =
        (0..rows).map(|id| store.get(&[("id", Value::Int64(id))]).map(|mut row| row.2.remove(0))).collect();
    assert_eq!(report.rejected.count, values.iter().filter(|value| value.is_none()).count() as u64);
    values
}

async fn check(array: impl Array + 'static, value_type: T, expected: &[Option<Value>]) {
    let data_type = array.data_type().clone();
    assert_eq!(converted(Arc::new(array), value_type).await, expected, "{data_type} as {value_type}");
}

fn null() -> Option<Value> {
    Some(Value::Null)
}

fn string(text: &str) -> Option<Value> {
    Some(Value::String(text.into()))
}

const BIG: i64 = (1 << 53) + 1;

#[tokio::test]
async fn integers_stay_exact_beside_nulls() {
    let big = Some(Value::Int64(BIG));
    check(
        arrow_array::Int64Array::from(vec![Some(BIG), None, Some(i64::MIN)]),
        T::Int64,
        &[big, null(), Some(Value::Int64(i64::MIN))],
    )
    .await;
    check(UInt64Array::from(vec![7, u64::MAX]), T::Int64, &[Some(Value::Int64(7)), None]).await;
    check(Int8Array::from(vec![Some(-1), None]), T::Int32, &[Some(Value::Int32(-1)), null()]).await;
    check(arrow_array::Int64Array::from(vec![1 << 31, 5]), T::Int32, &[None, Some(Value::Int32(5))]).await;
    check(Float64Array::from(vec![3.0, 3.5, f64::NAN, 1e300]), T::Int64, &[Some(Value::Int64(3)), None, null(), None])
        .await;
    check(BooleanArray::from(vec![true, false]), T::Int64, &[Some(Value::Int64(1)), Some(Value::Int64(0))]).await;
    check(StringArray::from(vec!["42", "x"]), T::Int64, &[Some(Value::Int64(42)), None]).await;
    let decimals = Decimal128Array::from(vec![1200, 1250]).with_precision_and_scale(10, 2).unwrap();
    check(decimals, T::Int64, &[Some(Value::Int64(12)), None]).await;
}

#[tokio::test]
async fn floats_booleans_and_bytes() {
    let floats = Float32Array::from(vec![Some(0.1), None, Some(f32::NAN), Some(f32::INFINITY)]);
    check(floats.clone(), T::Float, &[Some(Value::Float(0.1)), null(), null(), Some(Value::Float(f32::INFINITY))])
        .await;
    check(
        floats,
        T::Double,
        &[Some(Value::Double(0.1_f32.into())), null(), null(), Some(Value::Double(f64::INFINITY))],
    )
    .await;
    check(Float64Array::from(vec![0.1, 1e300]), T::Float, &[Some(Value::Float(0.1)), None]).await;
    let halves: arrow_array::Float16Array = vec![half::f16::from_f32(1.5)].into();
    check(halves, T::Float, &[Some(Value::Float(1.5))]).await;
    check(Int32Array::from(vec![3]), T::Double, &[Some(Value::Double(3.0))]).await;
    check(BooleanArray::from(vec![Some(true), None]), T::Bool, &[Some(Value::Bool(true)), null()]).await;
    check(Int32Array::from(vec![0, 1, 2]), T::Bool, &[Some(Value::Bool(false)), Some(Value::Bool(true)), None]).await;
    let bytes = || [Some(Value::Bytes(vec![0, 255])), Some(Value::Bytes(vec![])), null()];
    check(BinaryArray::from(vec![Some(&[0, 255][..]), Some(&[]), None]), T::Bytes, &bytes()).await;
    check(LargeBinaryArray::from(vec![Some(&[0, 255][..]), Some(&[]), None]), T::ImageBytes, &bytes()).await;
}

#[tokio::test]
async fn texts_in_every_layout() {
    let expected = || [string("é"), string(""), null()];
    check(StringArray::from(vec![Some("é"), Some(""), None]), T::String, &expected()).await;
    check(LargeStringArray::from(vec![Some("é"), Some(""), None]), T::String, &expected()).await;
    check(StringViewArray::from(vec![Some("é"), Some(""), None]), T::String, &expected()).await;
    let mut dictionary = StringDictionaryBuilder::<Int32Type>::new();
    dictionary.append_value("é");
    dictionary.append_value("");
    dictionary.append_null();
    check(dictionary.finish(), T::String, &expected()).await;
    check(arrow_array::Int64Array::from(vec![Some(BIG), None]), T::String, &[string("9007199254740993"), null()]).await;
    check(Float64Array::from(vec![1.5, 1e16]), T::String, &[string("1.5"), string("1e+16")]).await;
    check(Float32Array::from(vec![0.1]), T::String, &[string("0.1")]).await;
    check(BooleanArray::from(vec![true]), T::String, &[string("True")]).await;
    check(Date32Array::from(vec![19_358]), T::String, &[string("2023-01-01")]).await;
}

#[tokio::test]
async fn instants_in_every_unit_and_zone() {
    let seconds = |value| Some(Value::UnixTimestamp(value));
    check(TimestampSecondArray::from(vec![Some(5), None]), T::UnixTimestamp, &[seconds(5), null()]).await;
    let millis = TimestampMillisecondArray::from(vec![1_999, -1_500]).with_timezone("America/New_York");
    check(millis, T::UnixTimestamp, &[seconds(1), seconds(-2)]).await;
    check(TimestampNanosecondArray::from(vec![1_700_000_000_999_999_999]), T::UnixTimestamp, &[seconds(1_700_000_000)])
        .await;
    check(Date32Array::from(vec![1]), T::UnixTimestamp, &[seconds(86_400)]).await;
    check(arrow_array::Int64Array::from(vec![Some(9), None]), T::UnixTimestamp, &[seconds(9), null()]).await;
    let zoned = |zone: &str| Some(Value::ZonedTimestamp { unix_timestamp: 1, zone: zone.into() });
    check(
        TimestampMillisecondArray::from(vec![1_999]).with_timezone("America/New_York"),
        T::ZonedTimestamp,
        &[zoned("America/New_York")],
    )
    .await;
    check(TimestampMillisecondArray::from(vec![1_999]), T::ZonedTimestamp, &[zoned("")]).await;
}

#[tokio::test]
async fn uuids_decimals_and_json() {
    const UUID: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    let uuid = || Some(Value::Uuid(UUID.into()));
    check(StringArray::from(vec![Some(UUID), Some("no"), None]), T::Uuid, &[uuid(), None, null()]).await;
    let mut bytes = FixedSizeBinaryBuilder::new(16);
    bytes.append_value(0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8_u128.to_be_bytes()).unwrap();
    check(bytes.finish(), T::Uuid, &[uuid()]).await;
    let decimal = |text: &str| Some(Value::Decimal(text.into()));
    let decimals = Decimal128Array::from(vec![Some(12_340), Some(-1), None]).with_precision_and_scale(10, 3).unwrap();
    check(decimals, T::Decimal, &[decimal("12.340"), decimal("-0.001"), null()]).await;
    check(StringArray::from(vec!["1e5", "x"]), T::Decimal, &[decimal("1e5"), None]).await;
    let json = |text: &str| Some(Value::Json(text.into()));
    check(StringArray::from(vec![Some("{\"a\": 1}"), Some("{"), None]), T::Json, &[json("{\"a\": 1}"), None, null()])
        .await;
    check(people(), T::Json, &[json("{\"name\": \"n\", \"n\": 5}"), null(), json("{\"name\": null, \"n\": 6}")]).await;
}

fn people() -> StructArray {
    let name: ArrayRef = Arc::new(StringArray::from(vec![Some("n"), None, None]));
    let n: ArrayRef = Arc::new(arrow_array::Int64Array::from(vec![Some(5), None, Some(6)]));
    let fields = vec![Field::new("name", DataType::Utf8, true), Field::new("n", DataType::Int64, true)];
    StructArray::new(fields.into(), vec![name, n], Some(vec![true, false, true].into()))
}

#[tokio::test]
async fn maps_and_structs() {
    let entries = |name: Value, n| vec![("name".to_owned(), name), ("n".to_owned(), Value::Int64(n))];
    let first = || entries(Value::String("n".into()), 5);
    let last = || entries(Value::Null, 6);
    check(people(), T::Map, &[Some(Value::Map(first())), null(), Some(Value::Map(last()))]).await;
    check(people(), T::Struct, &[Some(Value::Struct(first())), null(), Some(Value::Struct(last()))]).await;
    let object = Value::Map(vec![("k".into(), Value::Int64(1)), ("z".into(), Value::Null)]);
    check(StringArray::from(vec!["{\"k\": 1, \"z\": null}", "[1]"]), T::Map, &[Some(object), None]).await;

    let mut map = MapBuilder::new(None, StringBuilder::new(), Float64Builder::new());
    map.keys().append_value("a");
    map.values().append_value(0.5);
    map.append(true).unwrap();
    map.append(false).unwrap();
    let expected = Value::Map(vec![("a".into(), Value::Double(0.5))]);
    check(map.finish(), T::Map, &[Some(expected), null()]).await;

    let mut map = MapBuilder::new(None, Int64Builder::new(), StringBuilder::new());
    map.keys().append_value(7);
    map.values().append_value("v");
    map.append(true).unwrap();
    let expected = Value::ScalarMap(vec![(MapKey::Int64(7), Value::String("v".into()))]);
    check(map.finish(), T::ScalarMap, &[Some(expected)]).await;
}

fn int_lists(rows: Vec<Option<Vec<Option<i64>>>>) -> ListArray {
    ListArray::from_iter_primitive::<Int64Type, _, _>(rows)
}

#[tokio::test]
async fn lists_and_sets_of_scalars() {
    let rows = || vec![Some(vec![Some(2), Some(BIG), Some(2)]), Some(vec![]), None, Some(vec![None, Some(1)])];
    let list = |items: &[i64]| Some(Value::Int64List(items.to_vec()));
    check(int_lists(rows()), T::Int64List, &[list(&[2, BIG, 2]), list(&[]), null(), list(&[0, 1])]).await;
    let set = |items: &[i64]| Some(Value::Int64Set(items.to_vec()));
    check(int_lists(rows()), T::Int64Set, &[set(&[2, BIG]), set(&[]), null(), set(&[0, 1])]).await;
    check(int_lists(vec![Some(vec![Some(1), Some(1 << 40)])]), T::Int32List, &[None]).await;

    let mut fixed = FixedSizeListBuilder::new(Float32Builder::new(), 2);
    fixed.values().append_slice(&[0.5, 0.1]);
    fixed.append(true);
    fixed.values().append_nulls(2);
    fixed.append(false);
    check(fixed.finish(), T::FloatList, &[Some(Value::FloatList(vec![0.5, 0.1])), null()]).await;

    let mut large = LargeListBuilder::new(StringBuilder::new());
    large.append_value([Some("a"), None, Some("a")]);
    let texts = large.finish();
    let strings = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
    check(texts.clone(), T::StringList, &[Some(Value::StringList(strings(&["a", "", "a"])))]).await;
    check(texts.clone(), T::StringSet, &[Some(Value::StringSet(strings(&["a", ""])))]).await;
    check(texts, T::UuidList, &[None]).await;
    check(StringArray::from(vec!["[1, 2]", "x"]), T::Int64List, &[list(&[1, 2]), None]).await;
}

#[tokio::test]
async fn lists_of_lists_and_of_structs() {
    let mut outer = ListBuilder::new(ListBuilder::new(Int64Builder::new()));
    outer.values().append_value([Some(1), Some(2)]);
    outer.values().append_value([Some(3)]);
    outer.values().append_value([]);
    outer.append(true);
    outer.append(true);
    outer.append(false);
    let inner = |items: &[i64]| Value::Int64List(items.to_vec());
    let nested = Value::List(vec![inner(&[1, 2]), inner(&[3]), Value::Null]);
    check(outer.finish(), T::ValueList, &[Some(nested), Some(Value::List(vec![])), null()]).await;

    let field = Arc::new(Field::new("item", people().data_type().clone(), true));
    let people_list = ListArray::new(field, arrow_buffer::OffsetBuffer::from_lengths([1, 2]), Arc::new(people()), None);
    let person = vec![("name".to_owned(), Value::String("n".into())), ("n".to_owned(), Value::Int64(5))];
    check(people_list.clone(), T::StructList, &[Some(Value::StructList(vec![person.clone()])), None]).await;
    check(people_list, T::MapList, &[Some(Value::MapList(vec![person])), None]).await;
}
