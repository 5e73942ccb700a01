//! The types a feature can have.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::{Error, Result, name};

/// How deep `Array(Array(..))` may be written.
const MAX_DTYPE_DEPTH: u8 = 16;

macro_rules! value_types {
    ($($variant:ident = $number:literal, $name:literal, $dtype:literal;)*) => {
        /// The type of a feature or join key: Feast's `ValueType`, with its numbers.
        ///
        /// A number equals the field number in `feast.types.Value`. `PDF_BYTES` and `IMAGE_BYTES` exist in Feast's Python
        /// only: they are stored as bytes. Numbers that larder doesn't know survive as [`ValueType::Other`].
        /// Source: `feast/types/Value.proto`, `feast/value_type.py`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ValueType {
            $(
                #[doc = concat!("`", $name, "`, in Python `", $dtype, "`.")]
                $variant,
            )*
            /// A number that Feast 0.67 doesn't define.
            Other(i32),
        }

        impl ValueType {
            /// Every type that has a name, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The type with this number.
            #[must_use]
            pub const fn from_number(number: i32) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    other => Self::Other(other),
                }
            }

            /// The number in Feast's protos.
            #[must_use]
            pub const fn number(self) -> i32 {
                match self {
                    $(Self::$variant => $number,)*
                    Self::Other(number) => number,
                }
            }

            /// Feast's enum name, e.g. `INT64`; `UNKNOWN(n)` for a number without a name.
            #[must_use]
            pub fn name(self) -> Cow<'static, str> {
                match self {
                    $(Self::$variant => Cow::Borrowed($name),)*
                    Self::Other(number) => Cow::Owned(format!("UNKNOWN({number})")),
                }
            }

            /// Feast's Python spelling, e.g. `Array(Int64)`, which [`ValueType::parse`] reads back.
            #[must_use]
            pub fn dtype(self) -> Cow<'static, str> {
                match self {
                    $(Self::$variant => Cow::Borrowed($dtype),)*
                    Self::Other(_) => self.name(),
                }
            }
        }
    };
}

value_types! {
    Invalid = 0, "INVALID", "Invalid";
    Bytes = 1, "BYTES", "Bytes";
    String = 2, "STRING", "String";
    Int32 = 3, "INT32", "Int32";
    Int64 = 4, "INT64", "Int64";
    Double = 5, "DOUBLE", "Float64";
    Float = 6, "FLOAT", "Float32";
    Bool = 7, "BOOL", "Bool";
    UnixTimestamp = 8, "UNIX_TIMESTAMP", "UnixTimestamp";
    BytesList = 11, "BYTES_LIST", "Array(Bytes)";
    StringList = 12, "STRING_LIST", "Array(String)";
    Int32List = 13, "INT32_LIST", "Array(Int32)";
    Int64List = 14, "INT64_LIST", "Array(Int64)";
    DoubleList = 15, "DOUBLE_LIST", "Array(Float64)";
    FloatList = 16, "FLOAT_LIST", "Array(Float32)";
    BoolList = 17, "BOOL_LIST", "Array(Bool)";
    UnixTimestampList = 18, "UNIX_TIMESTAMP_LIST", "Array(UnixTimestamp)";
    Null = 19, "NULL", "Null";
    Map = 20, "MAP", "Map";
    MapList = 21, "MAP_LIST", "Array(Map)";
    BytesSet = 22, "BYTES_SET", "Set(Bytes)";
    StringSet = 23, "STRING_SET", "Set(String)";
    Int32Set = 24, "INT32_SET", "Set(Int32)";
    Int64Set = 25, "INT64_SET", "Set(Int64)";
    DoubleSet = 26, "DOUBLE_SET", "Set(Float64)";
    FloatSet = 27, "FLOAT_SET", "Set(Float32)";
    BoolSet = 28, "BOOL_SET", "Set(Bool)";
    UnixTimestampSet = 29, "UNIX_TIMESTAMP_SET", "Set(UnixTimestamp)";
    PdfBytes = 30, "PDF_BYTES", "PdfBytes";
    ImageBytes = 31, "IMAGE_BYTES", "ImageBytes";
    Json = 32, "JSON", "Json";
    JsonList = 33, "JSON_LIST", "Array(Json)";
    Struct = 34, "STRUCT", "Struct";
    StructList = 35, "STRUCT_LIST", "Array(Struct)";
    Uuid = 36, "UUID", "Uuid";
    TimeUuid = 37, "TIME_UUID", "TimeUuid";
    UuidList = 38, "UUID_LIST", "Array(Uuid)";
    TimeUuidList = 39, "TIME_UUID_LIST", "Array(TimeUuid)";
    UuidSet = 40, "UUID_SET", "Set(Uuid)";
    TimeUuidSet = 41, "TIME_UUID_SET", "Set(TimeUuid)";
    ValueList = 42, "VALUE_LIST", "Array(Array)";
    ValueSet = 43, "VALUE_SET", "Set(Array)";
    Decimal = 44, "DECIMAL", "Decimal";
    DecimalList = 45, "DECIMAL_LIST", "Array(Decimal)";
    DecimalSet = 46, "DECIMAL_SET", "Set(Decimal)";
    ScalarMap = 47, "SCALAR_MAP", "ScalarMap";
    ZonedTimestamp = 48, "ZONED_TIMESTAMP", "ZonedTimestamp";
}

impl ValueType {
    /// Reads Feast's enum name (`INT64`, any case) or its Python spelling (`Int64`, `Array(Float32)`, `Set(String)`).
    ///
    /// `Array` or `Set` of an `Array` or `Set` is `VALUE_LIST` or `VALUE_SET`; what lies deeper is not kept, as in Feast.
    /// `Struct({..})` is `STRUCT`. `UNKNOWN` is Python's name for `INVALID`.
    ///
    /// # Errors
    /// `InvalidInput` with the nearest name.
    pub fn parse(text: &str) -> Result<Self> {
        let wanted: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        Self::parse_nested(&wanted, MAX_DTYPE_DEPTH).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().flat_map(|t| [t.name(), t.dtype()]).collect();
            let hint = match name::nearest(&wanted, names.iter().map(AsRef::as_ref)) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => {
                    "write e.g. Int64, Float32, String, Bool, UnixTimestamp, Array(Float32) or Set(String)".to_owned()
                }
            };
            Error::invalid_input(format!("`{text}` is not a Feast value type")).with_hint(hint)
        })
    }

    fn parse_nested(text: &str, depth: u8) -> Option<Self> {
        if text.eq_ignore_ascii_case("UNKNOWN") {
            return Some(Self::Invalid);
        }
        let spelled = |t: &Self| t.name().eq_ignore_ascii_case(text) || t.dtype().eq_ignore_ascii_case(text);
        if let Some(known) = Self::ALL.iter().copied().find(spelled) {
            return Some(known);
        }
        let (outer, inner) = text.strip_suffix(')')?.split_once('(')?;
        match outer.to_ascii_lowercase().as_str() {
            "array" => Self::parse_nested(inner, depth.checked_sub(1)?)?.list_of(),
            "set" => Self::parse_nested(inner, depth.checked_sub(1)?)?.set_of(),
            "struct" => Some(Self::Struct),
            _ => None,
        }
    }

    /// The type of a list of `self`; `None` where Feast has none.
    #[must_use]
    pub fn list_of(self) -> Option<Self> {
        match self {
            Self::PdfBytes | Self::ImageBytes => Some(Self::BytesList),
            _ if self.is_list() || self.is_set() => Some(Self::ValueList),
            _ => Self::ALL.iter().copied().find(|t| t.is_list() && t.element() == Some(self)),
        }
    }

    /// The type of a set of `self`; `None` where Feast has none.
    #[must_use]
    pub fn set_of(self) -> Option<Self> {
        match self {
            Self::PdfBytes | Self::ImageBytes => Some(Self::BytesSet),
            _ if self.is_list() || self.is_set() => Some(Self::ValueSet),
            _ => Self::ALL.iter().copied().find(|t| t.is_set() && t.element() == Some(self)),
        }
    }

    /// Whether this is a list: `INT64_LIST`, `MAP_LIST`, `VALUE_LIST`, …
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self.number(), 11..=18 | 21 | 33 | 35 | 38 | 39 | 42 | 45)
    }

    /// Whether this is a set: `INT64_SET`, `VALUE_SET`, …
    #[must_use]
    pub const fn is_set(self) -> bool {
        matches!(self.number(), 22..=29 | 40 | 41 | 43 | 46)
    }

    /// The type of a list's or set's elements; `None` for other types and for nested collections, whose elements are any.
    #[must_use]
    pub const fn element(self) -> Option<Self> {
        let number = self.number();
        match number {
            11..=18 => Some(Self::from_number(number - 10)),
            22..=29 => Some(Self::from_number(number - 21)),
            21 | 33 | 35 => Some(Self::from_number(number - 1)),
            38 | 40 => Some(Self::Uuid),
            39 | 41 => Some(Self::TimeUuid),
            45 | 46 => Some(Self::Decimal),
            _ => None,
        }
    }

    /// Whether a join key may have this type: the five that Feast's entity keys can hold.
    #[must_use]
    pub const fn is_entity_key_type(self) -> bool {
        matches!(self, Self::Bytes | Self::String | Self::Int32 | Self::Int64 | Self::UnixTimestamp)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

impl FromStr for ValueType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_spelling_and_number_reads_back() {
        for &value_type in ValueType::ALL {
            assert_eq!(ValueType::from_number(value_type.number()), value_type);
            assert_eq!(ValueType::parse(&value_type.name().to_lowercase()).unwrap(), value_type);
            assert_eq!(ValueType::parse(&value_type.dtype()).unwrap(), value_type, "{}", value_type.dtype());
        }
        assert_eq!(ValueType::from_number(9), ValueType::Other(9));
        assert_eq!(ValueType::Other(9).to_string(), "UNKNOWN(9)");
    }

    #[test]
    fn nested_python_spellings_are_feasts() {
        for (text, value_type) in [
            ("Array(Array(Int64))", ValueType::ValueList),
            ("Set(Array(String))", ValueType::ValueSet),
            ("Array( Set(Int32) )", ValueType::ValueList),
            ("Array(Struct({name: String}))", ValueType::StructList),
            ("Struct({'name': String, 'age': Int64})", ValueType::Struct),
            ("Array(PdfBytes)", ValueType::BytesList),
            ("unknown", ValueType::Invalid),
        ] {
            assert_eq!(ValueType::parse(text).unwrap(), value_type, "{text}");
        }
    }

    #[test]
    fn a_wrong_name_gets_the_nearest() {
        let error = ValueType::parse("Flaot32").unwrap_err();
        assert_eq!(error.to_string(), "`Flaot32` is not a Feast value type; did you mean `Float32`?");
        for wrong in ["", "Array", "Array()", "Array(ZonedTimestamp)", "Set(Map)", "Array(Int64", "Other(9)"] {
            assert!(ValueType::parse(wrong).is_err(), "{wrong}");
        }
    }
}
