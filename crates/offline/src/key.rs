//! Entity keys of a batch: as numbers or bytes to tell them apart, and encoded for the store.

use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::DataType;
use larder_core::definition::FeatureView;
use larder_core::{Error, KeyEncoder, Result, ValueRef, ValueType};

use crate::cell::{self, Cell, Typing};
use crate::plan::Columns;

/// The keys of a batch that are one column of integers.
pub(crate) struct IntegerKeys {
    values: ScalarBuffer<i64>,
    nulls: Option<NullBuffer>,
    value_type: ValueType,
}

impl IntegerKeys {
    /// The keys, when they are such a column and the view declares an integer or time.
    pub(crate) fn bind(batch: &RecordBatch, columns: &Columns, view: &FeatureView) -> Option<Self> {
        let ([column], [key]) = (columns.keys.as_slice(), view.join_keys.as_slice()) else { return None };
        let value_type = key.value_type;
        if !matches!(value_type, ValueType::Int32 | ValueType::Int64 | ValueType::UnixTimestamp) {
            return None;
        }
        let array = batch.column(*column);
        Some(Self { values: widened(array)?, nulls: array.nulls().cloned(), value_type })
    }

    /// The key of a row; `None` when it is null or not in the range of its type.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        let value = self.values[row];
        let fits = self.value_type != ValueType::Int32 || i32::try_from(value).is_ok();
        (fits && !self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))).then_some(value)
    }
}

fn widened(array: &ArrayRef) -> Option<ScalarBuffer<i64>> {
    macro_rules! widen {
        ($type:ty) => {
            array.as_primitive::<$type>().values().iter().map(|value| i64::from(*value)).collect()
        };
    }
    Some(match array.data_type() {
        DataType::Int64 => array.as_primitive::<Int64Type>().values().clone(),
        DataType::Int8 => widen!(Int8Type),
        DataType::Int16 => widen!(Int16Type),
        DataType::Int32 => widen!(Int32Type),
        DataType::UInt8 => widen!(UInt8Type),
        DataType::UInt16 => widen!(UInt16Type),
        DataType::UInt32 => widen!(UInt32Type),
        _ => return None,
    })
}

/// The keys of a batch, whatever their types; also writes them for the store.
pub(crate) struct Keys {
    integers: Option<IntegerKeys>,
    cells: Vec<(String, Cell)>,
    encoder: KeyEncoder,
    /// Scratch: the values of one key and where each ends.
    values: Vec<u8>,
    ends: Vec<usize>,
}

impl Keys {
    pub(crate) fn bind(batch: &RecordBatch, columns: &Columns, view: &FeatureView, typing: Typing) -> Result<Self> {
        let cells =
            columns.keys.iter().zip(&view.join_keys).map(|(column, key)| {
                Ok((key.name.clone(), cell::bind(batch.column(*column), key.value_type, typing)?))
            });
        Ok(Self {
            integers: IntegerKeys::bind(batch, columns, view),
            cells: cells.collect::<Result<_>>()?,
            encoder: view.key_encoder(),
            values: Vec::new(),
            ends: Vec::new(),
        })
    }

    /// The bytes that tell the key of a row apart from others of the view: its values, encoded.
    ///
    /// # Errors
    /// `InvalidInput` when a part of the key is null or cannot be converted.
    pub(crate) fn bytes(&mut self, row: usize) -> Result<&[u8]> {
        self.values.clear();
        self.ends.clear();
        for (name, cell) in &self.cells {
            let before = self.values.len();
            cell(row, &mut self.values)?;
            if self.values.len() == before {
                return Err(Error::invalid_input(format!("join key `{name}` is null")));
            }
            self.ends.push(self.values.len());
        }
        Ok(&self.values)
    }

    /// Appends the encoded entity key of a row.
    ///
    /// # Errors
    /// Those of [`Keys::bytes`].
    pub(crate) fn encode(&mut self, row: usize, out: &mut Vec<u8>) -> Result<()> {
        if let Some((integers, value)) = self.integers.as_ref().and_then(|keys| Some((keys, keys.get(row)?))) {
            let value = match integers.value_type {
                ValueType::Int32 => ValueRef::Int32(i32::try_from(value).unwrap_or_default()),
                ValueType::UnixTimestamp => ValueRef::UnixTimestamp(value),
                _ => ValueRef::Int64(value),
            };
            return self.encoder.encode_values(out, &[value]);
        }
        if self.cells.is_empty() {
            // An entity-less view: one row under an empty text.
            return self.encoder.encode_values(out, &[ValueRef::String("")]);
        }
        self.bytes(row)?;
        let mut values = Vec::with_capacity(self.ends.len());
        let mut start = 0;
        for end in &self.ends {
            values.push(ValueRef::decode(&self.values[start..*end])?);
            start = *end;
        }
        self.encoder.encode_values(out, &values)
    }
}
