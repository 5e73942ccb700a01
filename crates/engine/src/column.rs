use std::collections::HashSet;
use std::fmt;

use larder_core::Value;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A named list of values: the ids of one join key in a request, or one column of rows to write.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// One value per row.
    pub values: ColumnValues,
}

/// The values of a [`Column`], as they came.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnValues {
    /// JSON, converted by the type that the registry declares.
    Json(Vec<serde_json::Value>),
    /// Typed values; a near type is converted where that loses nothing.
    Typed(Vec<Value>),
}

/// A column of ids in an [`OnlineRequest`](crate::OnlineRequest).
pub type EntityColumn = Column;
/// The values of an [`EntityColumn`].
pub type EntityValues = ColumnValues;

impl Column {
    /// A column of JSON values.
    pub fn json(name: impl Into<String>, values: Vec<serde_json::Value>) -> Self {
        Self { name: name.into(), values: ColumnValues::Json(values) }
    }

    /// A column of typed values.
    pub fn typed(name: impl Into<String>, values: Vec<Value>) -> Self {
        Self { name: name.into(), values: ColumnValues::Typed(values) }
    }

    /// How many rows the column has.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.values {
            ColumnValues::Json(values) => values.len(),
            ColumnValues::Typed(values) => values.len(),
        }
    }

    /// Whether the column has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row as people write it, cut to a length that fits a message.
    pub(crate) fn show(&self, row: usize) -> String {
        const MOST_CHARS: usize = 60;
        let text = match &self.values {
            ColumnValues::Json(values) => values.get(row).map(ToString::to_string),
            ColumnValues::Typed(values) => values.get(row).map(|value| format!("{value:?}")),
        };
        let text = text.unwrap_or_default();
        match text.char_indices().nth(MOST_CHARS) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }
}

/// Columns in the order in which they were written: reads a JSON object of lists, Feast's `entities` and `df`.
///
/// A name that stands twice is refused, where most JSON readers silently keep the last one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Columns(pub Vec<Column>);

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Columns;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with one list of values per column, e.g. {\"driver_id\": [1001, 1002]}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Columns, A::Error> {
                let mut columns: Vec<Column> = Vec::new();
                let mut names = HashSet::new();
                while let Some((name, values)) = map.next_entry::<String, Vec<serde_json::Value>>()? {
                    if !names.insert(name.clone()) {
                        return Err(serde::de::Error::custom(format_args!("column `{name}` is given twice")));
                    }
                    columns.push(Column::json(name, values));
                }
                Ok(Columns(columns))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_and_refuses_a_name_twice() {
        let columns: Columns = serde_json::from_str(r#"{"z": [1], "a": ["x"], "m": []}"#).unwrap();
        let names: Vec<_> = columns.0.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["z", "a", "m"]);
        let twice = serde_json::from_str::<Columns>(r#"{"a": [1], "a": [2]}"#).unwrap_err();
        assert!(twice.to_string().contains("column `a` is given twice"), "{twice}");
        assert!(serde_json::from_str::<Columns>(r#"{"a": 1}"#).is_err());
    }
}
