//! The names of a struct's fields, asked of its `Deserialize`.

use serde::de::value::Error as ProbeError;
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};

/// The field names of a struct in the order they are declared (the schema sorts them), aliases among them.
pub(super) fn field_names<C: DeserializeOwned>() -> Vec<&'static str> {
    let mut names = Vec::new();
    // The probe learns the names and then always fails.
    drop(C::deserialize(FieldProbe(&mut names)));
    names
}

struct FieldProbe<'a>(&'a mut Vec<&'static str>);

impl<'de> Deserializer<'de> for FieldProbe<'_> {
    type Error = ProbeError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ProbeError> {
        Err(de::Error::custom("only structs are probed"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ProbeError> {
        self.0.extend_from_slice(fields);
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
