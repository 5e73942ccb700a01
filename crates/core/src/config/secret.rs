//! Secrets: taken from the configuration, shown to nobody.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

use crate::{Error, Result};

/// What stands where a secret is.
pub const MASK: &str = "***";

/// A password, token or key: the text itself, or `file:PATH` for a file that holds it.
///
/// It reads from YAML text. In `feature_store.yaml` a plain number or boolean is taken exactly as it is written (`0x1F`
/// stays `0x1F`); anywhere else only quoted text is exact, and a number with a fraction or exponent is refused.
/// `Debug`, `Display` and `Serialize` give `***`; [`Secret::reveal`] is the only way to the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Kept);

#[derive(Clone, PartialEq, Eq)]
enum Kept {
    Text(String),
    File(PathBuf),
}

impl Secret {
    /// A secret from its text; a text that starts with `file:` names a file.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self(match text.strip_prefix("file:") {
            Some(path) => Kept::File(path.into()),
            None => Kept::Text(text),
        })
    }

    /// The text of the secret; one line break at the end of a file does not count.
    ///
    /// # Errors
    /// `InvalidConfig` when the file cannot be read or is empty: it names the path, never the content.
    pub fn reveal(&self, reader: &SecretReader) -> Result<String> {
        let path = match &self.0 {
            Kept::Text(text) => return Ok(text.clone()),
            Kept::File(path) => path,
        };
        let mut text = reader.read(path).map_err(|error| {
            Error::invalid_config("cannot read the file of a secret")
                .with("path", path.display())
                .with_source(error)
                .with_hint("check the path after `file:` and that this process may read it")
        })?;
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        if text.is_empty() {
            return Err(Error::invalid_config("the file of a secret is empty")
                .with("path", path.display())
                .with_hint("write the secret into the file, or remove the option"));
        }
        Ok(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(MASK)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

struct SecretVisitor;

impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret: text in quotes, or file:PATH")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        if text == "file:" {
            return Err(E::custom("no path follows the colon"));
        }
        Ok(Secret::new(text))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Secret, E> {
        Ok(Secret::new(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Secret, E> {
        Ok(Secret::new(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Secret, E> {
        Ok(Secret::new(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        Err(E::custom("a secret that looks like a number must be in quotes"))
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "password", "writeOnly": true })
    }
}

type ReadFile = dyn Fn(&Path) -> io::Result<String> + Send + Sync;

/// Opens the files that `file:` secrets name; this crate opens none itself.
#[derive(Clone)]
pub struct SecretReader(Arc<ReadFile>);

impl SecretReader {
    /// A reader that refuses every file.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|_| Err(io::Error::new(io::ErrorKind::Unsupported, "`file:` secrets cannot be read here")))
    }

    /// A reader by a function from path (as written after `file:`) to content.
    pub fn new(read: impl Fn(&Path) -> io::Result<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        (self.0)(path)
    }
}

impl fmt::Debug for SecretReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretReader")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "c4nary-in-the-mine";

    fn reader() -> SecretReader {
        SecretReader::new(|path| match path.to_str() {
            Some("/run/secrets/pw") => Ok(format!("{CANARY}\n")),
            Some("/run/secrets/dos") => Ok(format!("{CANARY}\r\n")),
            Some("/run/secrets/two") => Ok(format!("{CANARY}\n\n")),
            Some("/run/secrets/empty") => Ok("\n".to_owned()),
            _ => Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
        })
    }

    #[test]
    fn reveals_text_and_files() {
        for (written, expected) in [
            (CANARY, CANARY.to_owned()),
            ("file:/run/secrets/pw", CANARY.to_owned()),
            ("file:/run/secrets/dos", CANARY.to_owned()),
            ("file:/run/secrets/two", format!("{CANARY}\n")),
            ("", String::new()),
        ] {
            assert_eq!(Secret::new(written).reveal(&reader()).unwrap(), expected, "{written}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let error = Secret::new("file:/absent").reveal(&reader()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read the file of a secret (path: /absent): no such file; \
             check the path after `file:` and that this process may read it"
        );
        let error = Secret::new("file:/run/secrets/empty").reveal(&reader()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the file of a secret is empty (path: /run/secrets/empty); write the secret into the file, or remove the option"
        );
        assert!(Secret::new("file:/run/secrets/pw").reveal(&SecretReader::none()).is_err());
    }

    #[test]
    fn never_shows_itself() {
        let secret = Secret::new(CANARY);
        assert_eq!(format!("{secret:?} {secret} {}", serde_json::to_string(&secret).unwrap()), r#"*** *** "***""#);
    }

    #[test]
    fn numbers_are_text_when_they_are_exact() {
        let read = |yaml: &str| serde_yaml::from_str::<Secret>(yaml).map(|secret| secret.reveal(&reader()).unwrap());
        assert_eq!(read("12345").unwrap(), "12345");
        assert_eq!(read("-7").unwrap(), "-7");
        assert_eq!(read("0123").unwrap(), "0123");
        assert_eq!(read("true").unwrap(), "true");
        assert_eq!(read("'1.50'").unwrap(), "1.50");
        assert!(read("1.50").is_err());
        assert!(read("'file:'").is_err());
        assert!(read("[a]").is_err());
    }
}
