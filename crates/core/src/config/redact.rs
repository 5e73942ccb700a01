//! Hiding secrets in what is shown.

use std::borrow::Cow;
use std::mem;

use serde_yaml::{Mapping, Value};

use super::secret::MASK;

/// Parts of option names that say "secret" for stores whose options are not known.
const SECRET_WORDS: &[&str] = &["password", "passwd", "pwd", "passphrase", "secret", "token", "credential", "apikey"];

/// Whether an option of this name holds a secret, as far as a name can tell.
pub(super) fn looks_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word)) || name == "key" || name.ends_with("_key")
}

/// A key as far as it looks like one: where a separator is missing, a key's text runs on into its value.
pub(super) fn shown_key(key: &str) -> Cow<'_, str> {
    match key.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))) {
        None => key.into(),
        Some(end) => format!("{}…", &key[..end]).into(),
    }
}

/// Hides every secret in a value that stands under `name`.
pub(super) fn redact(name: &str, value: &mut Value) {
    redact_below(looks_secret(name), value);
}

fn redact_below(secret: bool, value: &mut Value) {
    match value {
        Value::Null => {}
        Value::Sequence(list) => list.iter_mut().for_each(|element| redact_below(secret, element)),
        Value::Mapping(mapping) => {
            *mapping = mem::take(mapping)
                .into_iter()
                .map(|(key, value)| redact_entry(secret, key, value))
                .collect::<Mapping>();
        }
        Value::Tagged(tagged) => redact_below(secret, &mut tagged.value),
        _ if secret => *value = MASK.into(),
        Value::String(text) => *text = mask_credentials(text),
        Value::Bool(_) | Value::Number(_) => {}
    }
}

fn redact_entry(secret: bool, key: Value, mut value: Value) -> (Value, Value) {
    let Value::String(key) = key else { return (key, MASK.into()) };
    redact_below(secret || looks_secret(&key), &mut value);
    (shown_key(&key).into_owned().into(), value)
}

/// Every text below a value that must not be shown: scalars under secret names, and texts with credentials inside.
pub(super) fn secret_texts(secret: bool, value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Sequence(list) => list.iter().for_each(|element| secret_texts(secret, element, texts)),
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                secret_texts(secret || key.as_str().is_some_and(looks_secret), value, texts);
            }
        }
        Value::String(text) if secret || mask_credentials(text) != *text => texts.push(text.clone()),
        Value::Number(number) if secret => texts.push(number.to_string()),
        _ => {}
    }
}

/// Hides the password of `scheme://user:password@host` and `user:password@host`, and the values of `password=…` and
/// the like, in a connection string. Where a password's end is unclear more is hidden rather than less.
pub(super) fn mask_credentials(text: &str) -> String {
    mask_assignments(&mask_user_info(text))
}

fn mask_user_info(text: &str) -> String {
    let start = text.find("://").map_or(0, |at| at + 3);
    let (head, rest) = text.split_at(start);
    let Some(at) = rest.rfind('@') else { return text.to_owned() };
    match rest[..at].find(':') {
        Some(colon) => format!("{head}{}:{MASK}{}", &rest[..colon], &rest[at..]),
        None => text.to_owned(),
    }
}

fn mask_assignments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(equals) = rest.find('=') {
        let (name, value) = (rest[..equals].trim_end(), &rest[equals + 1..]);
        let name_start = name
            .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .map_or(0, |at| at + name[at..].chars().next().map_or(1, char::len_utf8));
        out.push_str(&rest[..=equals]);
        rest = value;
        let name = name[name_start..].to_lowercase();
        if looks_secret(&name) || name.ends_with("key") {
            let end = value_end(value);
            if end > 0 {
                out.push_str(MASK);
            }
            rest = &value[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Where a value of a connection string ends: at its closing quote, else at the next separator.
fn value_end(value: &str) -> usize {
    let open = value.trim_start();
    let skipped = value.len() - open.len();
    if let Some(quote) = open.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        // An unclosed quote hides everything to the end.
        return open[1..].find(quote).map_or(value.len(), |end| skipped + end + 2);
    }
    open.find([',', ';', '&', ' ', '\t', '\n']).map_or(value.len(), |end| skipped + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_passwords_in_connection_strings() {
        for (text, shown) in [
            ("localhost:6379", "localhost:6379"),
            ("host:6379,db=0,password=hunter2,ssl=true", "host:6379,db=0,password=***,ssl=true"),
            ("postgresql://bob:hunter2@db:5432/feast", "postgresql://bob:***@db:5432/feast"),
            ("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0"),
            ("mysql+pymysql://bob:hun@ter/2@db/feast", "mysql+pymysql://bob:***@db/feast"),
            ("bob:hunter2@tcp(db:3306)/feast", "bob:***@tcp(db:3306)/feast"),
            (
                "postgresql://bob@db/feast?password=hunter2&sslmode=on",
                "postgresql://bob@db/feast?password=***&sslmode=on",
            ),
            ("host=db user=bob password='hunter 2' dbname=x", "host=db user=bob password=*** dbname=x"),
            ("host=db password = hunter2 dbname=x", "host=db password =*** dbname=x"),
            ("password='hunter", "password=***"),
            ("AccountName=a;AccountKey=hunter2==;EndpointSuffix=x", "AccountName=a;AccountKey=***;EndpointSuffix=x"),
            ("password=", "password="),
            ("s3://bucket/data@v1", "s3://bucket/data@v1"),
            ("über=1,password=hunter2", "über=1,password=***"),
        ] {
            assert_eq!(mask_credentials(text), shown, "{text}");
        }
    }

    #[test]
    fn tells_secret_names() {
        for name in
            ["password", "sentinel_password", "client_secret", "API_KEY", "aws_secret_access_key", "token", "key"]
        {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["path", "key_ttl_seconds", "keyspace", "entity_key_serialization_version", "user", "host"] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
