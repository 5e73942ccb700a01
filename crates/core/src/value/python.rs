//! How Python prints: floats, strings and `json.dumps`, since Feast's answers are what Python printed.

use std::io::Write as _;

use serde_json::Value as Json;

/// Writes a float as Python's `repr` does: shortest digits that read back, `1e+16` from 10^16 on and `1e-05` below
/// 10^-4; `nan`, `inf`, `-inf`.
pub fn write_float(value: f64, out: &mut Vec<u8>) {
    if !value.is_finite() {
        let text: &[u8] = match value {
            v if v.is_nan() => b"nan",
            v if v > 0.0 => b"inf",
            _ => b"-inf",
        };
        return out.extend_from_slice(text);
    }
    #[allow(clippy::cast_possible_truncation)] // a number that changes is not integral
    let integer = value as i32;
    if f64::from(integer) == value && integer != 0 {
        out.extend_from_slice(itoa::Buffer::new().format(integer).as_bytes());
        return out.extend_from_slice(b".0");
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value);
    if value.abs() >= 1e-4 || value == 0.0 {
        return out.extend_from_slice(text.as_bytes());
    }
    match text.split_once("e-") {
        Some((digits, exponent)) if exponent.len() == 1 => write_parts(out, &[digits, "e-0", exponent]),
        None => write_scientific(text, out),
        _ => out.extend_from_slice(text.as_bytes()),
    }
}

fn write_parts(out: &mut Vec<u8>, parts: &[&str]) {
    parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
}

/// Writes `0.0000ddd` as `d.dde-05`.
fn write_scientific(fixed: &str, out: &mut Vec<u8>) {
    let sign = if fixed.starts_with('-') { "-" } else { "" };
    let fraction = fixed.trim_start_matches('-').trim_start_matches("0.");
    let digits = fraction.trim_start_matches('0');
    let exponent = fraction.len() - digits.len() + 1;
    let (first, rest) = digits.split_at(digits.len().min(1));
    let point = if rest.is_empty() { "" } else { "." };
    write_parts(out, &[sign, first, point, rest, &format!("e-{exponent:02}")]);
}

/// Writes a JSON string, quotes included, escaping as little as Python's `json.dumps(ensure_ascii=False)`.
pub fn write_json_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    // Few texts need escapes, and looking at all bytes at once is quicker than at one after the other.
    if text.bytes().fold(false, |found, byte| found | is_escaped(byte)) {
        write_escaped(text, out);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
}

fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn write_escaped(text: &str, out: &mut Vec<u8>) {
    let mut written = 0;
    for (i, byte) in text.bytes().enumerate().filter(|(_, byte)| is_escaped(*byte)) {
        out.extend_from_slice(&text.as_bytes()[written..i]);
        written = i + 1;
        write_escape(byte, out);
    }
    out.extend_from_slice(&text.as_bytes()[written..]);
}

fn write_escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => return write_unicode_escape(u16::from(byte), out),
    };
    out.extend_from_slice(&[b'\\', short]);
}

fn write_unicode_escape(unit: u16, out: &mut Vec<u8>) {
    // Writing to a Vec cannot fail.
    let _ = write!(out, "\\u{unit:04x}");
}

/// Prints JSON as Python's `json.dumps` does by default: `", "` and `": "` between, everything but ASCII escaped.
pub(super) fn dumps(json: &Json) -> String {
    let mut out = Vec::new();
    write_dump(json, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn write_dump(json: &Json, out: &mut Vec<u8>) {
    match json {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Json::Number(number) => write_number(number, out),
        Json::String(text) => write_ascii_string(text, out),
        Json::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                out.extend_from_slice(if i == 0 { b"" } else { b", " });
                write_dump(item, out);
            }
            out.push(b']');
        }
        Json::Object(entries) => {
            out.push(b'{');
            for (i, (key, value)) in entries.iter().enumerate() {
                out.extend_from_slice(if i == 0 { b"" } else { b", " });
                write_ascii_string(key, out);
                out.extend_from_slice(b": ");
                write_dump(value, out);
            }
            out.push(b'}');
        }
    }
}

fn write_ascii_string(text: &str, out: &mut Vec<u8>) {
    let mut utf8 = Vec::with_capacity(text.len() + 2);
    write_json_string(text, &mut utf8);
    for character in String::from_utf8_lossy(&utf8).chars() {
        if character.is_ascii() {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| write_unicode_escape(*unit, out));
        }
    }
}

/// Writes a number as Python's `str` does.
pub(super) fn write_number(number: &serde_json::Number, out: &mut Vec<u8>) {
    if let Some(integer) = number.as_i64() {
        out.extend_from_slice(itoa::Buffer::new().format(integer).as_bytes());
    } else if let Some(integer) = number.as_u64() {
        out.extend_from_slice(itoa::Buffer::new().format(integer).as_bytes());
    } else {
        write_float(number.as_f64().unwrap_or(f64::NAN), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_in_python() {
        for (value, printed) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (-7.0, "-7.0"),
            (2_147_483_647.0, "2147483647.0"),
            (2_147_483_648.0, "2147483648.0"),
            (-2_147_483_648.0, "-2147483648.0"),
            (2_147_483_646.5, "2147483646.5"),
            (1e15, "1000000000000000.0"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (1e16, "1e+16"),
            (1.5e100, "1.5e+100"),
            (0.0001, "0.0001"),
            (0.00012345, "0.00012345"),
            (0.00009999, "9.999e-05"),
            (-0.00001, "-1e-05"),
            (1.5e-5, "1.5e-05"),
            (1e-6, "1e-06"),
            (-2.5e-9, "-2.5e-09"),
            (1e-10, "1e-10"),
            (5e-324, "5e-324"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ] {
            let mut out = Vec::new();
            write_float(value, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), printed);
        }
    }

    #[test]
    fn dumps_escapes_what_is_not_ascii() {
        let json = serde_json::json!({"k": ["é😀\u{7f}\n", 1.0, 1e-7, true, null]});
        assert_eq!(dumps(&json), "{\"k\": [\"\\u00e9\\ud83d\\ude00\u{7f}\\n\", 1.0, 1e-07, true, null]}");
    }
}
