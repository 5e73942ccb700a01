//! What a command answers: text for people, one JSON document for scripts.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use comfy_table::{ContentArrangement, Table, TableStyle};
use larder::Error;
use serde_json::{Value as Json, json};

/// An answer in both forms.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) json: Json,
    pub(crate) code: u8,
}

impl Answer {
    /// An answer that ended well.
    pub(crate) fn new(text: impl Into<String>, json: Json) -> Self {
        Self { text: text.into(), json, code: 0 }
    }

    /// Prints the form asked for and gives the exit code. A reader that went away (`| head`) is no failure.
    pub(crate) fn print(self, as_json: bool) -> ExitCode {
        let mut text = if as_json { format!("{:#}", self.json) } else { self.text };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        match io::stdout().lock().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
            _ => ExitCode::from(self.code),
        }
    }
}

/// Prints an error on standard error: what, where, why, what to do; as JSON for scripts.
pub(crate) fn print_error(error: &Error, as_json: bool) {
    let text = if as_json {
        let context: serde_json::Map<String, Json> =
            error.context().iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let source = std::error::Error::source(error).map(ToString::to_string);
        let body = json!({"error": {
            "kind": error.kind().as_str(), "message": error.message(), "store": error.store(), "operation": error.operation(),
            "context": context, "cause": source, "hint": error.hint(),
        }});
        format!("{body:#}\n")
    } else {
        error_text(error)
    };
    // Nobody is left to tell when standard error is gone too.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn error_text(error: &Error) -> String {
    let place: String =
        [error.store(), error.operation()].into_iter().flatten().map(|part| format!("{part}: ")).collect();
    let mut text = format!("error: {place}{}\n", error.message());
    for (name, value) in error.context() {
        text += &format!("  {name}: {value}\n");
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!("  because: {cause}\n");
        source = cause.source();
    }
    if let Some(hint) = error.hint() {
        text += &format!("  hint: {hint}\n");
    }
    text
}

/// Prints a notice on standard error.
pub(crate) fn print_notice(text: &str) {
    let _ = writeln!(io::stderr().lock(), "note: {text}");
}

/// A plain table that fits the terminal; piped output is never wrapped.
pub(crate) fn table<const N: usize>(headers: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new()).set_header(headers.map(str::to_uppercase));
    if io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        if let Some(width) = terminal_width() {
            table.set_width(width);
        }
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.add_rows(rows);
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn terminal_width() -> Option<u16> {
    terminal_size::terminal_size().map(|(width, _)| width.0)
}

/// `1 view`, `2 views`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number as u64), if number == 1 { "" } else { "s" })
}

/// A number with its thousands apart: `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned_and_numbers_grouped() {
        let text = table(["name", "n"], [["a".to_owned(), grouped(1_234_567)], ["long name".to_owned(), grouped(12)]]);
        assert_eq!(text, "NAME       N\na          1,234,567\nlong name  12\n");
        assert_eq!((count(1, "row"), count(1000, "row")), ("1 row".to_owned(), "1,000 rows".to_owned()));
    }

    #[test]
    fn errors_say_what_where_why_and_what_next() {
        let error = Error::not_found("no such view").with("file", "x.yaml").with_hint("did you mean `v`?");
        assert_eq!(error_text(&error), "error: no such view\n  file: x.yaml\n  hint: did you mean `v`?\n");
    }
}
