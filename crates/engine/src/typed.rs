//! Typed values that a caller hands in, against the type that the registry declares.

use std::borrow::Cow;

use larder_core::{Error, Result, Value, ValueType};

/// The value as `value_type`: itself where it has that type or is null, else converted if converting it back gives the same
/// value, so that nothing is lost.
///
/// # Errors
/// `InvalidInput` naming the value and the type.
pub(crate) fn exactly(value: &Value, value_type: ValueType) -> Result<Cow<'_, Value>> {
    let Some(own) = value.value_type() else { return Ok(Cow::Borrowed(value)) };
    let is_bytes = matches!(value_type, ValueType::Bytes | ValueType::PdfBytes | ValueType::ImageBytes);
    if own == value_type || value_type == ValueType::Invalid || (is_bytes && own == ValueType::Bytes) {
        return Ok(Cow::Borrowed(value));
    }
    let json = value.to_json();
    let converted = Value::from_json(&json, value_type).ok().filter(|converted| {
        // Bytes and text differ although base64 would take them back and forth.
        let as_bytes = is_bytes || matches!(own, ValueType::Bytes | ValueType::BytesList | ValueType::BytesSet);
        !as_bytes && Value::from_json(&converted.to_json(), own).is_ok_and(|back| back == *value)
    });
    converted.map(Cow::Owned).ok_or_else(|| Error::invalid_input(format!("{json} is no {value_type}")))
}
