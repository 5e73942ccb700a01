//! Whether pages point at what exists: links to files and headings, and paths in backticks.

use std::collections::{BTreeMap, BTreeSet};

use super::SourceFile;

/// Folders whose paths, when a page names them in backticks, must exist.
const ROOTS: &[&str] = &["crates/", "conformance-tests/", "docs/", "examples/", "benches/", ".ci/"];

/// Names every link and path that leads nowhere, and every crate that ARCHITECTURE.md leaves out; stores go by
/// the table of README.md.
pub(crate) fn check(files: &[SourceFile], listing: &[String]) -> Vec<String> {
    let tree = Tree::new(files, listing);
    let pages = files.iter().filter(|file| file.path.ends_with(".md") && !file.path.contains("/template/"));
    let mut problems: Vec<String> = pages.flat_map(|page| tree.check_page(page)).collect();
    let map = files.iter().find(|file| file.path == "ARCHITECTURE.md").map_or("", |file| file.text.as_str());
    let manifests = listing.iter().filter_map(|path| path.strip_suffix("/Cargo.toml"));
    let on_the_map = |folder: &&str| folder.starts_with("crates/stores/") || map.contains(&format!("`{folder}`"));
    for folder in manifests.filter(|folder| !on_the_map(folder)) {
        problems.push(format!("ARCHITECTURE.md: does not say what `{folder}` is"));
    }
    problems
}

struct Tree<'a> {
    paths: BTreeSet<&'a str>,
    headings: BTreeMap<&'a str, BTreeSet<String>>,
}

impl<'a> Tree<'a> {
    fn new(files: &'a [SourceFile], listing: &'a [String]) -> Self {
        let mut paths = BTreeSet::new();
        for path in listing {
            paths.insert(path.as_str());
            paths.extend(path.match_indices('/').map(|(end, _)| &path[..end]));
        }
        let pages = files.iter().filter(|file| file.path.ends_with(".md"));
        let headings = pages
            .map(|page| (page.path.as_str(), prose(&page.text).filter_map(|(_, line)| heading(line)).collect()))
            .collect();
        Self { paths, headings }
    }

    fn check_page(&self, page: &SourceFile) -> Vec<String> {
        let mut problems = Vec::new();
        for (number, line) in prose(&page.text) {
            for target in targets(line) {
                if let Some(why) = self.broken(&page.path, target) {
                    problems.push(format!("{}:{number}: link to `{target}`: {why}", page.path));
                }
            }
            for path in line.split('`').skip(1).step_by(2).filter(|code| is_path(code)) {
                if !self.paths.contains(path.trim_end_matches('/')) {
                    problems.push(format!("{}:{number}: there is no `{path}`", page.path));
                }
            }
        }
        problems
    }

    fn broken(&self, page: &str, target: &str) -> Option<String> {
        if target.contains("://") || target.starts_with("mailto:") {
            return None;
        }
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        let path = if path.is_empty() { page.to_owned() } else { resolve(page, path) };
        if !self.paths.contains(path.as_str()) {
            return Some("there is no such file".to_owned());
        }
        let known =
            anchor.is_empty() || self.headings.get(path.as_str()).is_none_or(|headings| headings.contains(anchor));
        (!known).then(|| format!("{path} has no such heading"))
    }
}

/// The numbered lines of a page outside its code blocks.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    })
}

/// What the links of a line point at.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())
}

/// A heading as links name it: lower case, words joined by `-`, punctuation dropped.
fn heading(line: &str) -> Option<String> {
    let title = line.strip_prefix('#')?.trim_start_matches('#').strip_prefix(' ')?;
    let kept = title.trim().to_lowercase();
    Some(
        kept.chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect(),
    )
}

fn is_path(code: &str) -> bool {
    ROOTS.iter().any(|root| code.starts_with(root))
        && !code.contains(['*', '<', '{', ' ', '…'])
        && !code.contains("NAME")
}

/// A path as seen from the folder of a page.
fn resolve(page: &str, path: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let page = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let files = [
            page("docs/a.md", text),
            page("docs/b.md", "# B\n\n## Two words, `code`\n"),
            page("ARCHITECTURE.md", "`crates/x`"),
        ];
        let listing = ["docs/a.md", "docs/b.md", "ARCHITECTURE.md", "crates/x/Cargo.toml"].map(str::to_owned);
        check(&files, &listing)
    }

    #[test]
    fn links_and_paths_must_lead_somewhere() {
        let good = "[b](b.md) [up](../ARCHITECTURE.md) [two](b.md#two-words-code) [web](https://x.y/z) `crates/x/` `crates/*/y`\n";
        assert_eq!(problems(good), Vec::<String>::new());
        assert_eq!(problems("```\n[b](gone.md)\n```\n"), Vec::<String>::new());
        for bad in ["[b](gone.md)", "[b](b.md#gone)", "[b](../../b.md)", "`crates/gone/src`", "[here](#gone)"] {
            assert_eq!(problems(bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn every_crate_is_on_the_map() {
        let listing = ["crates/new/Cargo.toml".to_owned()];
        assert_eq!(check(&[], &listing).len(), 1);
    }
}
