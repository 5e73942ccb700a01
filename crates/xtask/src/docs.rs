//! `docs`: what the code says about itself, written into the pages. Nothing here is written twice by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use larder_bundle as _; // links every store
use larder_conformance::Case;
use larder_core::config::{RegistryConfig, StoreOption, describe_options};
use larder_core::{Capabilities, Error, Plugins, Result, Stability, StoreDescriptor};

use crate::{cargo, file};

const NOTICE: &str = "<!-- written by `make docs`; edit the sources instead -->";

/// A page relative to the root, and what it should say.
type Page = (String, String);

/// Writes every generated page that is out of date.
pub(crate) fn write(root: &Path) -> Result<()> {
    for (path, text) in outdated(root)? {
        file::write(&root.join(&path), &text)?;
        println!("wrote {path}");
    }
    Ok(())
}

/// Fails when a generated page is out of date.
pub(crate) fn check(root: &Path) -> Result<()> {
    let outdated: Vec<String> = outdated(root)?.into_iter().map(|(path, _)| path).collect();
    if outdated.is_empty() {
        return Ok(());
    }
    Err(Error::invalid_input(format!("out of date: {}", outdated.join(", "))).with_hint("run `make docs`"))
}

fn outdated(root: &Path) -> Result<Vec<Page>> {
    let mut pages = pages(root)?;
    pages.retain(|(path, text)| file::read(&root.join(path)).map_or(true, |current| current != *text));
    Ok(pages)
}

fn pages(root: &Path) -> Result<Vec<Page>> {
    let plugins = Plugins::linked()?;
    let stores: Vec<&StoreDescriptor> = plugins.iter().collect();
    let contents: String = stores.iter().map(|store| format!("  - [{0}](stores/{0}.md)\n", store.type_name)).collect();
    let mut pages = vec![
        section(root, "README.md", "stores", &store_table(&stores, "docs/stores"))?,
        section(root, "docs/README.md", "stores", &store_table(&stores, "stores"))?,
        section(root, "docs/SUMMARY.md", "stores", &contents)?,
        configuration_page(root)?,
        section(root, "docs/cli.md", "commands", &command_reference(root)?)?,
        ("docs/conformance.md".to_owned(), conformance_page()),
    ];
    for store in stores {
        pages.push(store_page(root, store)?);
    }
    Ok(pages)
}

/// The page on configuration: options of the registry from their type, the grammar of `features.yaml` from the registry's
/// README.
fn configuration_page(root: &Path) -> Result<Page> {
    let readme = file::read(&root.join("crates/registry/README.md"))?;
    let chapter = |title: &str| readme.split("\n# ").find_map(|chapter| chapter.strip_prefix(title));
    let grammar = chapter("features.yaml\n")
        .ok_or_else(|| Error::invalid_input("crates/registry/README.md has no chapter `features.yaml`"))?;
    let path = "docs/configuration.md";
    let (_, text) = section(root, path, "registry options", &option_table(&describe_options::<RegistryConfig>()))?;
    replace_section(&text, "features.yaml", &format!("{}\n", grammar.trim()))
        .map(|text| (path.to_owned(), text))
        .map_err(|error| error.with("file", path))
}

/// The help of every command, as the program prints it.
fn command_reference(root: &Path) -> Result<String> {
    let help = |command: &[&str]| {
        let words = [&["run", "--quiet", "--package", "larder-cli", "--"], command, &["--help"]].concat();
        cargo::run(root, &words)
    };
    let mut text = String::new();
    for command in commands(&help(&[])?) {
        let _ = write!(text, "### larder {command}\n\n```text\n{}\n```\n\n", help(&[command])?.trim_end());
    }
    Ok(text)
}

/// The commands that the program's help lists.
fn commands(help: &str) -> Vec<&str> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What goes on in a second line is indented further.
    lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty())).collect()
}

/// Replaces what stands between `<!-- generated: NAME -->` and `<!-- end -->` in a page.
fn section(root: &Path, path: &str, name: &str, content: &str) -> Result<Page> {
    let text = file::read(&root.join(path))?;
    replace_section(&text, name, content).map(|text| (path.to_owned(), text)).map_err(|error| error.with("file", path))
}

fn replace_section(text: &str, name: &str, content: &str) -> Result<String> {
    let start_marker = format!("<!-- generated: {name} -->\n");
    let missing = |marker: &str| Error::invalid_input(format!("the page has no line `{}`", marker.trim_end()));
    let start = text.find(&start_marker).ok_or_else(|| missing(&start_marker))? + start_marker.len();
    let end = text[start..].find("<!-- end -->").ok_or_else(|| missing("<!-- end -->"))? + start;
    Ok(format!("{}{content}{}", &text[..start], &text[end..]))
}

/// The flags of [`Capabilities`] as people read them.
fn flags(capabilities: &Capabilities) -> [(&'static str, bool); 5] {
    [
        ("durable", capabilities.durable),
        ("many processes", capabilities.shared),
        ("delete", capabilities.delete_entities),
        ("scan", capabilities.scan),
        ("exact timestamps", capabilities.exact_timestamps),
    ]
}

fn store_table(stores: &[&StoreDescriptor], folder: &str) -> String {
    let names = flags(&Capabilities::NONE).map(|(name, _)| name).join(" | ");
    let mut text = format!("| `type` | what it is | stability | {names} |\n|---|---|---|:-:|:-:|:-:|:-:|:-:|\n");
    for store in stores {
        let flags = flags(&store.capabilities).map(|(_, has)| if has { "yes" } else { "no" }).join(" | ");
        let stability = stability(store.stability);
        let _ = writeln!(
            text,
            "| [`{0}`]({folder}/{0}.md) | {1} | {stability} | {flags} |",
            store.type_name,
            cell(store.summary)
        );
    }
    text
}

fn stability(stability: Stability) -> &'static str {
    match stability {
        Stability::Stable => "stable",
        Stability::Contrib => "contributed",
    }
}

/// A store's README, then what its plugin says: options, capabilities, names.
fn store_page(root: &Path, store: &StoreDescriptor) -> Result<Page> {
    let folder = store.crate_name.trim_start_matches("larder-store-");
    let readme = file::read(&root.join(format!("crates/stores/{folder}/README.md")))?;
    let options = format!("## Options\n\n{}", option_table(&store.options()));
    let mut text = format!("{NOTICE}\n\n{}\n\n## Capabilities\n\n", with_options(readme.trim(), &options));
    let _ = writeln!(text, "| | |\n|---|---|\n| stability | {} |", stability(store.stability));
    for (name, has) in flags(&store.capabilities) {
        let _ = writeln!(text, "| {name} | {} |", if has { "yes" } else { "no" });
    }
    let bytes = |limit: Option<usize>| limit.map_or("no limit of its own".to_owned(), |limit| format!("{limit} bytes"));
    let _ = writeln!(text, "| largest value | {} |", bytes(store.capabilities.max_value_bytes));
    let _ = writeln!(text, "| largest entity key | {} |", bytes(store.capabilities.max_key_bytes));
    if !store.aliases.is_empty() {
        let aliases: Vec<String> = store.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        let _ = writeln!(text, "\n`type: {}` may also be written {}.", store.type_name, aliases.join(", "));
    }
    Ok((format!("docs/stores/{}.md", store.type_name), text))
}

/// Puts the chapter on options in the place of the README's own, else at its end.
fn with_options(readme: &str, options: &str) -> String {
    let Some(start) = readme.find("## Options\n") else { return format!("{readme}\n\n{}", options.trim()) };
    let rest = &readme[start + 2..];
    let after = rest.find("\n## ").map_or("", |end| &rest[end + 1..]);
    format!("{}{}\n\n{after}", &readme[..start], options.trim()).trim().to_owned()
}

fn option_table(options: &[StoreOption]) -> String {
    if options.is_empty() {
        return "It has no options.\n".to_owned();
    }
    let mut text = "| key | type | default | what it does |\n|---|---|---|---|\n".to_owned();
    for option in options {
        let default = match &option.default {
            _ if option.required => "required".to_owned(),
            Some(default) => format!("`{}`", cell(default)),
            None => "none".to_owned(),
        };
        let _ = writeln!(
            text,
            "| `{}` | {} | {default} | {} |",
            option.name,
            cell(&option.kind),
            cell(&option.description)
        );
    }
    text
}

/// Text inside a table: on one line, its bars escaped.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// Every promise of the conformance suite, by group.
fn conformance_page() -> String {
    let mut groups: BTreeMap<&str, BTreeMap<&str, &Case>> = BTreeMap::new();
    for case in inventory::iter::<Case> {
        let (group, name) = case.short_name().split_once("::").unwrap_or(("", case.short_name()));
        groups.entry(group).or_default().insert(name, case);
    }
    let mut text = format!(
        "{NOTICE}\n\n# What every store promises\n\nThe conformance suite tries each of these against every setup of every store \
         (`make test-universal-NAME`).\nA case about a capability that a store does not declare checks that the store refuses it.\n"
    );
    for (group, cases) in groups {
        let _ = writeln!(text, "\n## {group}\n\n| case | promise | capability |\n|---|---|---|");
        for (name, case) in cases {
            let flag = case.flag.map_or(String::new(), |flag| format!("{flag:?}"));
            let _ = writeln!(text, "| `{name}` | {} | {flag} |", cell(case.promise));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_only_what_stands_between_the_markers() {
        let page = "a\n<!-- generated: x -->\nold\n<!-- end -->\nb\n";
        assert_eq!(replace_section(page, "x", "new\n").unwrap(), "a\n<!-- generated: x -->\nnew\n<!-- end -->\nb\n");
        assert!(replace_section(page, "y", "").is_err());
        assert!(replace_section("<!-- generated: x -->\n", "x", "").is_err());
    }

    #[test]
    fn options_stand_where_the_readme_has_them() {
        let options = "## Options\n\nnew\n";
        assert_eq!(
            with_options("# A\n\n## Options\n\nold\n\n## B\n\nb", options),
            "# A\n\n## Options\n\nnew\n\n## B\n\nb"
        );
        assert_eq!(with_options("# A\n\n## Options\n\nold", options), "# A\n\n## Options\n\nnew");
        assert_eq!(with_options("# A", options), "# A\n\n## Options\n\nnew");
    }

    #[test]
    fn finds_the_commands_in_a_help() {
        let help =
            "What it is\n\nUsage: x\n\nCommands:\n  init   Make\n         more\n  apply  Do\n\nOptions:\n  -h  Help\n";
        assert_eq!(commands(help), ["init", "apply"]);
        assert!(commands("Usage: x\n").is_empty());
    }

    #[test]
    fn tables_hold_one_line_per_option() {
        let option = StoreOption {
            name: "mode".to_owned(),
            kind: "a | b".to_owned(),
            default: Some("a".to_owned()),
            required: false,
            description: "Two\nlines.".to_owned(),
        };
        assert!(option_table(&[option]).ends_with("| `mode` | a \\| b | `a` | Two lines. |\n"));
    }

    #[test]
    fn every_case_has_its_promise_on_the_page() {
        let page = conformance_page();
        assert!(inventory::iter::<Case>.into_iter().count() > 20);
        for case in inventory::iter::<Case> {
            assert!(page.contains(&cell(case.promise)), "{}", case.path);
        }
    }
}
