//! Names: what is allowed, and which known name a wrong one probably meant.

use crate::{Error, Result};

/// The most characters (Unicode scalars) that larder takes in the name of a project, view, feature, entity or service.
pub const MAX_NAME_CHARS: usize = 255;

/// A sentence for an error's hint: the nearest known name, else all of them.
///
/// Gives `did you mean `x`?` when a name is near, else `known: a, b, c` (at most twelve), else `none is defined`.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    if let Some(nearest) = nearest(name, known.iter().copied()) {
        return format!("did you mean `{nearest}`?");
    }
    if known.is_empty() {
        return "none is defined".to_owned();
    }
    let more = known.len().saturating_sub(12);
    let shown = known[..known.len() - more].join(", ");
    if more == 0 { format!("known: {shown}") } else { format!("known: {shown} and {more} more") }
}

/// The known name that differs least from `name`, when it differs by little: at most a third of its letters, at least one.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(MAX_NAME_CHARS).collect();
    let limit = (wanted.len() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (distance(&wanted, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Damerau-Levenshtein distance (adjacent swaps count once) between lower-cased names.
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().take(MAX_NAME_CHARS).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substitution = previous[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substitution.min(previous[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut previous, row);
    }
    previous[b.len()]
}

/// Checks a project name by Feast's rule: letters, digits and underscores, not starting with an underscore.
///
/// Source: `feast/repo_operations.py` (`is_valid_name`) and `feast/repo_config.py`.
///
/// # Errors
/// `InvalidConfig` naming the character that is refused.
pub fn check_project_name(name: &str) -> Result<()> {
    let wrong = name.chars().find(|c| !(c.is_alphanumeric() || *c == '_'));
    let problem = match wrong {
        Some(c) => format!("contains {c:?}"),
        None if name.is_empty() => "is empty".to_owned(),
        None if name.starts_with('_') => "starts with an underscore".to_owned(),
        None if name.chars().count() > MAX_NAME_CHARS => format!("is longer than {MAX_NAME_CHARS} characters"),
        None => return Ok(()),
    };
    Err(Error::invalid_config(format!("project name `{name}` {problem}"))
        .with_hint("use letters, digits and underscores, starting with a letter or digit"))
}

/// Checks the name of an entity, view, feature, service or source: not empty, bounded, no control characters, none of
/// the separators that references use (`:` and, in view names, `@`).
///
/// # Errors
/// `InvalidInput` naming what the name is of and what is wrong with it.
pub fn check_name(what: &str, name: &str) -> Result<()> {
    let wrong = name.chars().find(|c| c.is_control() || matches!(c, ':' | '@'));
    let problem = match wrong {
        Some(c) => format!("contains {c:?}"),
        None if name.is_empty() => "is empty".to_owned(),
        None if name.chars().count() > MAX_NAME_CHARS => format!("is longer than {MAX_NAME_CHARS} characters"),
        None => return Ok(()),
    };
    Err(Error::invalid_input(format!("{what} name `{}` {problem}", name.escape_debug())).with_hint(
        "`:` and `@` separate views, versions and features in references; control characters are not allowed",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_nearest_name_or_lists_them() {
        let known = ["driver_hourly_stats", "customer_daily", "global"];
        assert_eq!(did_you_mean("driver_hourly_stat", known), "did you mean `driver_hourly_stats`?");
        assert_eq!(did_you_mean("glboal", known), "did you mean `global`?");
        assert_eq!(did_you_mean("zzz", known), "known: customer_daily, driver_hourly_stats, global");
        assert_eq!(did_you_mean("zzz", []), "none is defined");
    }

    #[test]
    fn project_names_follow_feast() {
        for good in ["a", "feast_vec", "übung2", "9lives"] {
            assert!(check_project_name(good).is_ok(), "{good}");
        }
        for bad in ["", "_a", "a-b", "a b", "a/b"] {
            assert!(check_project_name(bad).is_err(), "{bad}");
        }
    }
}
