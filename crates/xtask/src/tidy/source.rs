//! What source files may hold: sizes, names, leftovers.

use super::SourceFile;

const MAX_LINES: usize = 800;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc"];

/// Signs of work left undone; written in two parts, so that this file does not hold them.
const LEFTOVERS: &[(&str, &str)] = &[
    (concat!("#[", "ignore"), "a test that is not run tests nothing"),
    (concat!("todo", "!("), "unfinished code does not go in"),
    (concat!("TO", "DO"), "finish it, or say in the docs that it is missing"),
    (concat!("FIX", "ME"), "fix it, or say in the docs that it is missing"),
    (concat!("X", "XX"), "finish it, or say in the docs that it is missing"),
];

/// What `core` must not name: it opens nothing, spawns nothing and reads no environment.
const ABSENT_FROM_CORE: &[&str] = &["std::fs", "std::net", "std::env", "std::process", "std::thread", "tokio::"];

/// What `lib.rs` must not start a line with: it holds docs, modules and re-exports.
const ABSENT_FROM_LIB: &[&str] = &[
    "fn ",
    "pub fn ",
    "async fn ",
    "pub async fn ",
    "struct ",
    "pub struct ",
    "enum ",
    "pub enum ",
    "trait ",
    "pub trait ",
    "impl ",
    "impl<",
];

/// Names every place that breaks a rule.
pub(crate) fn check(files: &[SourceFile]) -> Vec<String> {
    files.iter().flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<String> {
    let SourceFile { path, text } = file;
    let mut problems = Vec::new();
    let stem = path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    if EMPTY_NAMES.contains(&stem) || EMPTY_NAMES.contains(&folder) {
        problems.push(format!("{path}: name it after what it holds"));
    }
    let lines = text.lines().count();
    if path.ends_with(".rs") && lines > MAX_LINES {
        problems.push(format!("{path}: {lines} lines; at most {MAX_LINES}, aim at 400"));
    }
    let in_core = path.starts_with("crates/core/src/");
    let is_lib = path.ends_with("src/lib.rs") && !path.contains("crates/stores/") && !path.contains("/template/");
    for (number, line) in (1..).zip(text.lines()) {
        for (leftover, why) in LEFTOVERS {
            if has_word(line, leftover) {
                problems.push(format!("{path}:{number}: `{leftover}`: {why}"));
            }
        }
        if in_core && let Some(name) = ABSENT_FROM_CORE.iter().find(|name| line.contains(**name)) {
            problems.push(format!("{path}:{number}: core must not use `{name}`"));
        }
        if is_lib && let Some(start) = ABSENT_FROM_LIB.iter().find(|start| line.starts_with(**start)) {
            problems.push(format!(
                "{path}:{number}: lib.rs holds docs, modules and re-exports; move `{start}…` to a module"
            ));
        }
    }
    problems
}

/// Whether `line` holds `word` and not merely as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(start, _)| {
        let (before, after) = (line[..start].chars().next_back(), line[start + word.len()..].chars().next());
        let open_end = !word.ends_with(char::is_alphanumeric);
        !is_part(before) && (open_end || !is_part(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> usize {
        check_file(&SourceFile { path: path.to_owned(), text: text.to_owned() }).len()
    }

    #[test]
    fn finds_leftovers_sizes_and_empty_names() {
        assert_eq!(problems("crates/a/src/b.rs", "fn f() {}\n"), 0);
        assert_eq!(problems("crates/a/src/b.rs", concat!("    todo", "!()\n// TO", "DO later\n")), 2);
        assert_eq!(problems("crates/a/src/b.rs", concat!("let A = \"", "X", "X", "XX", "\";\n")), 0);
        assert_eq!(problems("crates/a/src/b.rs", concat!("#[", "ignore = \"slow\"]\n")), 1);
        assert_eq!(problems("crates/a/src/b.rs", &"\n".repeat(801)), 1);
        assert_eq!(problems("crates/a/src/utils.rs", ""), 1);
        assert_eq!(problems("crates/a/src/common/mod.rs", ""), 1);
    }

    #[test]
    fn keeps_core_pure_and_lib_empty() {
        assert_eq!(problems("crates/core/src/a.rs", "use std::fs::File;\n"), 1);
        assert_eq!(problems("crates/offline/src/a.rs", "use std::fs::File;\n"), 0);
        assert_eq!(problems("crates/core/src/lib.rs", "mod a;\npub use a::A;\npub fn f() {}\n"), 1);
        assert_eq!(problems("crates/stores/kv/src/lib.rs", "pub struct Kv;\n"), 0);
    }
}
