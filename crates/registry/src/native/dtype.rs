//! The types of features as Feast's Python writes them, and the tags in which Feast keeps what its enum cannot say.

use larder_core::definition::Tags;
use larder_core::{Error, Result, ValueType};

/// The tag that holds the fields of a struct, as JSON.
pub(crate) const STRUCT_SCHEMA_TAG: &str = "feast:struct_schema";
/// The tag that holds the whole type of a nested collection.
pub(crate) const NESTED_TYPE_TAG: &str = "feast:nested_inner_type";
/// How deep a type may be written.
const MAX_DEPTH: usize = 16;

/// Reads a type such as `Float32`, `Array(Set(Int64))` or `Struct({name: String})`.
///
/// Source of the tags: `feast/field.py`.
pub(super) fn parse(text: &str) -> Result<(ValueType, Tags)> {
    let value_type = ValueType::parse(text)?;
    let tag = match value_type {
        ValueType::Invalid | ValueType::Null | ValueType::Other(_) => {
            return Err(Error::invalid_config(format!("a feature cannot have the type `{text}`")));
        }
        ValueType::ValueList | ValueType::ValueSet => Some((NESTED_TYPE_TAG, spell(text, MAX_DEPTH)?)),
        ValueType::Struct => Some((STRUCT_SCHEMA_TAG, struct_json(text, MAX_DEPTH)?)),
        ValueType::StructList => {
            let inner = inside(text.trim()).map_or("", |(_, inner)| inner);
            Some((STRUCT_SCHEMA_TAG, struct_json(inner, MAX_DEPTH)?))
        }
        _ => None,
    };
    Ok((value_type, tag.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
}

/// Feast's text for a type inside a tag: `Array(Array(INT64))`, `FLOAT32`, `{"__struct__": {"name": "STRING"}}`.
fn spell(text: &str, depth: usize) -> Result<String> {
    let depth =
        depth.checked_sub(1).ok_or_else(|| Error::invalid_config(format!("types nest at most {MAX_DEPTH} deep")))?;
    let text = text.trim();
    match inside(text) {
        Some((outer, inner)) if outer.eq_ignore_ascii_case("array") => Ok(format!("Array({})", spell(inner, depth)?)),
        Some((outer, inner)) if outer.eq_ignore_ascii_case("set") => Ok(format!("Set({})", spell(inner, depth)?)),
        Some(_) => Ok(format!("{{\"__struct__\": {}}}", struct_json(text, depth)?)),
        None => match ValueType::parse(text)? {
            ValueType::Double => Ok("FLOAT64".to_owned()),
            ValueType::Float => Ok("FLOAT32".to_owned()),
            scalar
                if scalar.is_list()
                    || scalar.is_set()
                    || matches!(scalar, ValueType::Invalid | ValueType::Null | ValueType::Struct) =>
            {
                Err(incomplete(text))
            }
            scalar => Ok(scalar.name().into_owned()),
        },
    }
}

/// The fields of `Struct({name: String, 'age': Int64})` as JSON: `{"name": "STRING", "age": "INT64"}`.
fn struct_json(text: &str, depth: usize) -> Result<String> {
    let inner =
        inside(text.trim()).filter(|(outer, _)| outer.eq_ignore_ascii_case("struct")).map(|(_, inner)| inner.trim());
    let fields = inner.and_then(|inner| inner.strip_prefix('{')?.strip_suffix('}')).ok_or_else(|| incomplete(text))?;
    let mut pairs: Vec<(String, String)> = Vec::new();
    for field in split(fields) {
        let (name, dtype) = field.split_once(':').ok_or_else(|| incomplete(text))?;
        let name = name.trim().trim_matches(['"', '\'']);
        if name.is_empty() || pairs.iter().any(|(known, _)| known == name) {
            return Err(Error::invalid_config(format!("the fields of `{text}` need names, each its own")));
        }
        pairs.push((name.to_owned(), spell(dtype, depth)?));
    }
    if pairs.is_empty() {
        return Err(incomplete(text));
    }
    let json = |text: &str| serde_json::Value::from(text).to_string();
    let fields: Vec<String> = pairs.iter().map(|(name, dtype)| format!("{}: {}", json(name), json(dtype))).collect();
    Ok(format!("{{{}}}", fields.join(", ")))
}

/// `Outer(inner)` taken apart.
fn inside(text: &str) -> Option<(&str, &str)> {
    text.strip_suffix(')')?.split_once('(')
}

/// Splits at the commas that stand in no bracket.
fn split(fields: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = fields.split(|c| {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.filter(|part| !part.trim().is_empty()).collect()
}

fn incomplete(text: &str) -> Error {
    Error::invalid_config(format!("the type `{text}` does not say what is inside"))
        .with_hint("write e.g. Array(Array(Int64)) or Struct({name: String, age: Int64})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_tags_that_feast_writes() {
        for (text, value_type, tag, value) in [
            ("Array(Array(Int64))", ValueType::ValueList, NESTED_TYPE_TAG, "Array(Array(INT64))"),
            ("Set( Array(Float32) )", ValueType::ValueSet, NESTED_TYPE_TAG, "Set(Array(FLOAT32))"),
            (
                "Struct({name: String, 'age': Int64})",
                ValueType::Struct,
                STRUCT_SCHEMA_TAG,
                r#"{"name": "STRING", "age": "INT64"}"#,
            ),
            ("Array(Struct({\"x\": Float64}))", ValueType::StructList, STRUCT_SCHEMA_TAG, r#"{"x": "FLOAT64"}"#),
            (
                "Struct({a: Struct({b: Array(Int32), c: Bool}), d: TimeUuid})",
                ValueType::Struct,
                STRUCT_SCHEMA_TAG,
                r#"{"a": "{\"__struct__\": {\"b\": \"Array(INT32)\", \"c\": \"BOOL\"}}", "d": "TIME_UUID"}"#,
            ),
        ] {
            let expected: Tags = [(tag.to_owned(), value.to_owned())].into();
            assert_eq!(parse(text).unwrap(), (value_type, expected), "{text}");
        }
        assert_eq!(parse("Array(Float32)").unwrap(), (ValueType::FloatList, Tags::new()));
    }

    #[test]
    fn refuses_types_that_say_too_little() {
        let deep = format!("{}Int64{}", "Struct({a: ".repeat(40), "})".repeat(40));
        for text in [
            "Struct",
            "Struct()",
            "Struct({})",
            "Struct({a})",
            "Struct({a: Strng})",
            "Struct({a: Int64, a: Int64})",
            "Array(Array)",
            "Null",
            &deep,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
