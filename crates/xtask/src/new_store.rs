//! `new-store NAME`: the folder of a store that compiles, registers and fails its conformance suite until it is written.

use std::path::Path;

use larder_core::{Error, Result};

use crate::{cargo, file};

/// The files of a store's folder. In their text `STORE_TYPE` stands for the type name, `STORE_SNAKE` for its form in
/// identifiers, `StorePlugin_` for the plugin's type.
const TEMPLATE: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../template/Cargo.toml.in")),
    ("README.md", include_str!("../template/README.md")),
    ("testbed.toml", include_str!("../template/testbed.toml")),
    ("src/lib.rs", include_str!("../template/src/lib.rs")),
    ("src/config.rs", include_str!("../template/src/config.rs")),
    ("src/store.rs", include_str!("../template/src/store.rs")),
    ("src/layout.rs", include_str!("../template/src/layout.rs")),
    ("src/client.rs", include_str!("../template/src/client.rs")),
    ("src/error.rs", include_str!("../template/src/error.rs")),
    ("tests/conformance.rs", include_str!("../template/tests/conformance.rs")),
];

/// Crates that pass the bundle's features on to their users.
const FEATURE_USERS: &[&str] = &["crates/larder/Cargo.toml", "crates/cli/Cargo.toml"];

/// Writes the store's folder and the lines that link it.
pub(crate) fn run(root: &Path, name: &str) -> Result<()> {
    write(root, name)?;
    // Where lines break depends on the length of the name.
    cargo::run(root, &["fmt", "--package", &format!("larder-store-{name}"), "--package", "larder-bundle"])?;
    println!(
        "\nNext: write down the data model in crates/stores/{name}/README.md, then the store, until\n\
         `make test-universal-{name}` passes; `make docs` puts it into the tables. docs/adding-a-store.md leads you through."
    );
    Ok(())
}

/// Writes everything, or nothing when anything is in the way.
fn write(root: &Path, name: &str) -> Result<()> {
    check_name(name)?;
    let folder = root.join("crates/stores").join(name);
    if folder.exists() {
        return Err(Error::invalid_input(format!("there is a store `{name}` already")).with("path", folder.display()));
    }
    let mut writes = Vec::new();
    for (path, text) in TEMPLATE {
        writes.push((folder.join(path), fill(text, name)));
    }
    for (path, edit) in edits() {
        let path = root.join(path);
        writes
            .push((path.clone(), edit(&file::read(&path)?, name).map_err(|error| error.with("path", path.display()))?));
    }
    for (path, text) in &writes {
        file::write(path, text)?;
        println!("wrote {}", path.strip_prefix(root).unwrap_or(path).display());
    }
    Ok(())
}

fn check_name(name: &str) -> Result<()> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase());
    let words = name
        .split('-')
        .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    if !starts_well || !words || name.len() > 40 {
        return Err(Error::invalid_input(format!("`{name}` cannot be the name of a store")).with_hint(
            "use lower-case letters and digits, words joined by `-`, starting with a letter, at most 40 characters",
        ));
    }
    if matches!(name, "self" | "default") {
        return Err(Error::invalid_input(format!("`{name}` cannot be the name of a store"))
            .with_hint("Rust and cargo use this word themselves"));
    }
    Ok(())
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

fn pascal(name: &str) -> String {
    let capitalized = |word: &str| {
        word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1)).collect::<String>()
    };
    name.split('-').map(capitalized).collect()
}

fn fill(text: &str, name: &str) -> String {
    text.replace("STORE_TYPE", name).replace("STORE_SNAKE", &snake(name)).replace("StorePlugin_", &pascal(name))
}

type Edit = fn(&str, &str) -> Result<String>;

fn edits() -> Vec<(&'static str, Edit)> {
    let mut edits: Vec<(&'static str, Edit)> = vec![
        ("Cargo.toml", |text, name| {
            insert_sorted(
                text,
                "larder-store-",
                &format!("larder-store-{name} = {{ path = \"crates/stores/{name}\" }}"),
            )
        }),
        ("crates/bundle/Cargo.toml", |text, name| {
            let text = add_feature(text, name, &format!("{name} = [\"dep:larder-store-{name}\"]"))?;
            insert_sorted(
                &text,
                "larder-store-",
                &format!("larder-store-{name} = {{ workspace = true, optional = true }}"),
            )
        }),
        ("crates/bundle/src/lib.rs", |text, name| {
            Ok(format!("{}\n#[cfg(feature = \"{name}\")]\nuse larder_store_{} as _;\n", text.trim_end(), snake(name)))
        }),
        ("crates/bundle/tests/linked.rs", |text, name| {
            // The plugins come sorted by type.
            let others = text.lines().filter(|line| line.starts_with("    if cfg!(feature = \""));
            let mut later = others.filter(|line| line.split('"').nth(1).is_some_and(|other| other > name));
            let place = later.next().unwrap_or("    let plugins =");
            let push = format!("    if cfg!(feature = \"{name}\") {{\n        expected.push(\"{name}\");\n    }}\n");
            insert_before(text, place, &push)
        }),
    ];
    edits.extend(FEATURE_USERS.iter().map(|path| {
        let edit: Edit = |text, name| add_feature(text, name, &format!("{name} = [\"larder-bundle/{name}\"]"));
        (*path, edit)
    }));
    edits
}

/// Puts `line` among the lines that start with `prefix`, which are sorted.
fn insert_sorted(text: &str, prefix: &str, line: &str) -> Result<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().rposition(|other| other.starts_with(prefix)).ok_or_else(|| no_place(prefix))?;
    let place = lines.iter().position(|other| other.starts_with(prefix) && *other > line).unwrap_or(last + 1);
    lines.insert(place, line);
    Ok(lines.join("\n") + "\n")
}

fn insert_before(text: &str, marker: &str, addition: &str) -> Result<String> {
    let place = text.find(marker).ok_or_else(|| no_place(marker))?;
    Ok(format!("{}{addition}{}", &text[..place], &text[place..]))
}

/// Adds a cargo feature to the end of `[features]` and to its `default` list.
fn add_feature(text: &str, name: &str, line: &str) -> Result<String> {
    let start = text.find("[features]\n").ok_or_else(|| no_place("[features]"))?;
    let end = text[start..].find("\n\n").map_or(text.len(), |length| start + length + 1);
    let section = &text[start..end];
    let default =
        section.lines().find(|line| line.starts_with("default = [")).ok_or_else(|| no_place("default = ["))?;
    let longer = default.replacen(']', &format!(", \"{name}\"]"), 1).replacen("[, ", "[", 1);
    let section = section.replacen(default, &longer, 1);
    Ok(format!("{}{}\n{line}\n{}", &text[..start], section.trim_end(), &text[end..]))
}

fn no_place(marker: &str) -> Error {
    Error::internal("cannot find where a line belongs").with("looked for", marker)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[features]\ndefault = [\"sqlite\"]\nsqlite = [\"dep:larder-store-sqlite\"]\n\n[dependencies]\nlarder-store-sqlite = 1\n";

    /// The files that `new-store` edits, as small as they can be.
    fn tree() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| file::write(&root.path().join(path), text).unwrap();
        write(
            "Cargo.toml",
            "[workspace.dependencies]\nlarder-store-memory = 1\nlarder-store-sqlite = 1\n\nserde = 1\n",
        );
        write("crates/bundle/Cargo.toml", MANIFEST);
        write("crates/bundle/src/lib.rs", "use larder_store_sqlite as _;\n");
        write(
            "crates/bundle/tests/linked.rs",
            "fn f() {\n    if cfg!(feature = \"sqlite\") {\n    }\n    let plugins = 1;\n}\n",
        );
        for path in FEATURE_USERS {
            write(path, MANIFEST);
        }
        root
    }

    #[test]
    fn writes_the_folder_and_the_lines_that_link_it() {
        let root = tree();
        write(root.path(), "my-kv").unwrap();
        let text = |path: &str| file::read(&root.path().join(path)).unwrap();
        assert!(text("Cargo.toml").contains(
            "larder-store-memory = 1\nlarder-store-my-kv = { path = \"crates/stores/my-kv\" }\nlarder-store-sqlite"
        ));
        let bundle = text("crates/bundle/Cargo.toml");
        assert!(bundle.contains("default = [\"sqlite\", \"my-kv\"]\nsqlite = [\"dep:larder-store-sqlite\"]\nmy-kv = [\"dep:larder-store-my-kv\"]\n\n"));
        assert!(bundle.contains("larder-store-my-kv = { workspace = true, optional = true }\nlarder-store-sqlite"));
        assert!(
            text("crates/bundle/src/lib.rs").ends_with("#[cfg(feature = \"my-kv\")]\nuse larder_store_my_kv as _;\n")
        );
        assert!(
            text("crates/bundle/tests/linked.rs")
                .contains("expected.push(\"my-kv\");\n    }\n    if cfg!(feature = \"sqlite\")")
        );
        assert!(text("crates/cli/Cargo.toml").contains("my-kv = [\"larder-bundle/my-kv\"]"));
        for (path, _) in TEMPLATE {
            let text = text(&format!("crates/stores/my-kv/{path}"));
            assert!(
                !text.contains("STORE_") && !text.contains("StorePlugin_"),
                "{path} still has a placeholder:\n{text}"
            );
        }
        assert!(text("crates/stores/my-kv/src/lib.rs").contains("register_store!(MyKv)"));
    }

    #[test]
    fn refuses_what_exists_and_what_cannot_be_a_name() {
        let root = tree();
        write(root.path(), "kv").unwrap();
        assert!(write(root.path(), "kv").unwrap_err().to_string().contains("already"));
        for name in ["", "Redis", "my_kv", "-kv", "kv-", "a--b", "9kv", "../kv", "a b", "self", "default"] {
            assert!(write(root.path(), name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn writes_nothing_when_a_line_has_no_place() {
        let root = tree();
        file::write(&root.path().join("crates/cli/Cargo.toml"), "[package]\n").unwrap();
        assert!(write(root.path(), "kv").is_err());
        assert!(!root.path().join("crates/stores/kv").exists());
        assert!(!file::read(&root.path().join("Cargo.toml")).unwrap().contains("kv"));
    }
}
