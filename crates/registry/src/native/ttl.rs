use std::time::Duration;

use larder_core::{Error, Result};
use serde_yaml::Value;

/// The longest ttl: Feast computes with dates, which end in the year 9999 and begin in the year 1.
const MAX_DAYS: u64 = 365_000;
const UNITS: [(char, u64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads a ttl: a number of seconds, or numbers with units (`1d12h`); zero, `none` and nothing are for ever.
pub(super) fn parse(value: &Value) -> Result<Option<Duration>> {
    let seconds = match value {
        Value::Null => Some(0),
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.trim().eq_ignore_ascii_case("none") => Some(0),
        Value::String(text) => seconds(text.trim()),
        _ => None,
    };
    match seconds {
        Some(0) => Ok(None),
        Some(seconds) if seconds <= MAX_DAYS * 86_400 => Ok(Some(Duration::from_secs(seconds))),
        Some(_) => {
            Err(Error::invalid_config("the ttl is too long").with_hint(format!("at most {MAX_DAYS}d; 0 is for ever")))
        }
        None => Err(Error::invalid_config("this is no ttl")
            .with_hint("write e.g. 30s, 90m, 24h, 7d, 2w, 1d12h, a number of seconds, or none")),
    }
}

fn seconds(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let mut rest = text;
    let mut total = 0_u64;
    while !rest.is_empty() {
        let (place, unit) = rest.char_indices().find(|(_, c)| !c.is_ascii_digit())?;
        let (_, size) = UNITS.iter().find(|(known, _)| *known == unit)?;
        let count: u64 = rest[..place].parse().ok()?;
        total = total.checked_add(count.checked_mul(*size)?)?;
        rest = &rest[place + unit.len_utf8()..];
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(yaml: &str) -> Result<Option<u64>> {
        parse(&serde_yaml::from_str(yaml).unwrap()).map(|ttl| ttl.map(|ttl| ttl.as_secs()))
    }

    #[test]
    fn reads_every_spelling() {
        for (yaml, seconds) in [
            ("1d", 86_400),
            ("24h", 86_400),
            ("90m", 5_400),
            ("30s", 30),
            ("2w", 1_209_600),
            ("1d12h", 129_600),
            ("60", 60),
            ("'60'", 60),
        ] {
            assert_eq!(of(yaml).unwrap(), Some(seconds), "{yaml}");
        }
        for yaml in ["0", "0s", "none", "None", "~", ""] {
            assert_eq!(of(yaml).unwrap(), None, "{yaml}");
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for yaml in ["-1", "1.5", "1y", "d", "1 d", "'-5s'", "[1]", "365001d", "99999999999999999999d", "1d2"] {
            assert!(of(yaml).is_err(), "{yaml}");
        }
    }
}
