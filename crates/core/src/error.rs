//! The one error type: what kind of failure, whether a retry can help, and a message written for people.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the terms a caller can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration cannot be used: an unknown key, a wrong type, a missing option.
    InvalidConfig,
    /// What the caller handed in cannot be used: a bad value, a missing column, a malformed reference.
    InvalidInput,
    /// A name that the registry does not hold.
    NotFound,
    /// The store holds no table (or keyspace) for this feature view: it was never applied, or it was torn down.
    UnknownView,
    /// The operation is not offered by this store as configured.
    Unsupported,
    /// The store did not accept who we say we are.
    Unauthenticated,
    /// The store knows us and refuses the operation.
    PermissionDenied,
    /// Another process holds what is needed, or changed it meanwhile.
    Conflict,
    /// The store asks for less traffic.
    Throttled,
    /// The store cannot be reached, or cannot serve at the moment.
    Unavailable,
    /// The deadline passed before an answer arrived.
    Timeout,
    /// Stored bytes are not what they should be.
    Corrupt,
    /// A defect, or a failure nobody foresaw.
    Internal,
}

impl ErrorKind {
    /// The kind as a stable machine-readable word, e.g. `invalid_config`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidConfig => "invalid_config",
            Self::InvalidInput => "invalid_input",
            Self::NotFound => "not_found",
            Self::UnknownView => "unknown_view",
            Self::Unsupported => "unsupported",
            Self::Unauthenticated => "unauthenticated",
            Self::PermissionDenied => "permission_denied",
            Self::Conflict => "conflict",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Corrupt => "corrupt",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether trying the same call again can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryHint {
    /// The same call fails the same way.
    Never,
    /// A later attempt may succeed; the caller picks the pause.
    Soon,
    /// A later attempt may succeed; the store asked for at least this pause.
    After(Duration),
}

/// An error of larder: one word wide, so that a `Result` stays small.
///
/// `Display` gives the message and its context on one line; [`Error::source`](StdError::source) gives the driver's error.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    retry: RetryHint,
    message: String,
    hint: Option<String>,
    store: Option<&'static str>,
    operation: Option<&'static str>,
    context: Vec<(&'static str, String)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` with a message: lower case, no full stop, what happened and what was expected.
    ///
    /// The retry hint starts as `Soon` for `Throttled`, `Unavailable`, `Timeout` and `Conflict`, else `Never`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let retry = match kind {
            ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Conflict => RetryHint::Soon,
            _ => RetryHint::Never,
        };
        Self(Box::new(Inner {
            kind,
            retry,
            message: message.into(),
            hint: None,
            store: None,
            operation: None,
            context: Vec::new(),
            source: None,
        }))
    }

    /// [`ErrorKind::InvalidConfig`] with a message.
    pub fn invalid_config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidConfig, message)
    }

    /// [`ErrorKind::InvalidInput`] with a message.
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    /// [`ErrorKind::NotFound`] with a message.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// [`ErrorKind::Unsupported`] with a message.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    /// [`ErrorKind::Corrupt`] with a message.
    pub fn corrupt(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Corrupt, message)
    }

    /// [`ErrorKind::Internal`] with a message.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// Adds what the reader should do next, shown after the message.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds a named detail: the file, the line, the view, the field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.0.context.push((name, value.to_string()));
        self
    }

    /// Names the store type and the operation that failed.
    #[must_use]
    pub fn at(mut self, store: &'static str, operation: &'static str) -> Self {
        self.0.store = Some(store);
        self.0.operation = Some(operation);
        self
    }

    /// Keeps the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Replaces the retry hint.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryHint) -> Self {
        self.0.retry = retry;
        self
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn retry(&self) -> RetryHint {
        self.0.retry
    }

    /// The message alone, without context, hint or source.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do next, when there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The store type that failed, when a store did.
    #[must_use]
    pub fn store(&self) -> Option<&'static str> {
        self.0.store
    }

    /// The operation that failed, e.g. `online_read`.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The named details, in the order they were added.
    #[must_use]
    pub fn context(&self) -> &[(&'static str, String)] {
        &self.0.context
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(store) = inner.store {
            write!(f, "{store}: ")?;
        }
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&inner.message)?;
        if !inner.context.is_empty() {
            f.write_str(" (")?;
            for (i, (name, value)) in inner.context.iter().enumerate() {
                let comma = if i == 0 { "" } else { ", " };
                write!(f, "{comma}{name}: {value}")?;
            }
            f.write_str(")")?;
        }
        if let Some(source) = &inner.source {
            write!(f, ": {source}")?;
        }
        if let Some(hint) = &inner.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.0.kind)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_where_what_why_and_what_to_do() {
        let error = Error::new(ErrorKind::Unavailable, "cannot open the database")
            .at("sqlite", "online_read")
            .with("path", "data/online.db")
            .with_source(std::io::Error::other("disk gone"))
            .with_hint("check that the folder exists");
        assert_eq!(
            error.to_string(),
            "sqlite: online_read: cannot open the database (path: data/online.db): disk gone; check that the folder exists"
        );
        assert_eq!(error.retry(), RetryHint::Soon);
        assert_eq!(std::mem::size_of::<Result<()>>(), std::mem::size_of::<usize>());
    }
}
