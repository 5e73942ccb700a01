//! Environment variables in the text of `feature_store.yaml`.

/// Replaces `$NAME` and `${NAME}` by what `env` answers, exactly as Python's `os.path.expandvars` does.
///
/// Names without braces are ASCII letters, digits and underscores. A variable that is not set stays as it is written, and
/// so does every other `$` (`$$NAME` becomes `$` and the value). What is put in is not expanded again.
///
/// Source: Feast expands the whole file before it is read as YAML (`load_repo_config` in `feast/repo_config.py`).
pub fn expand_variables(text: &str, env: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        rest = &rest[dollar..];
        let Some((written, name)) = variable(rest) else {
            out.push('$');
            rest = &rest[1..];
            continue;
        };
        match env(name) {
            Some(value) => out.push_str(&value),
            None => out.push_str(written),
        }
        rest = &rest[written.len()..];
    }
    out.push_str(rest);
    out
}

/// Whether a text still holds `$NAME` or `${NAME}`.
pub(super) fn has_variable(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| variable(&text[at..]).is_some())
}

/// The variable that `text` starts with: as written, and its name.
fn variable(text: &str) -> Option<(&str, &str)> {
    let after = text.strip_prefix('$')?;
    if let Some(inner) = after.strip_prefix('{') {
        let end = inner.find('}')?;
        return Some((&text[..end + 3], &inner[..end]));
    }
    let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
    (end > 0).then(|| (&text[..=end], &after[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_python() {
        let env = |name: &str| match name {
            "A" => Some("one".to_owned()),
            "B_2" => Some("$A".to_owned()),
            "a b" => Some("spaced".to_owned()),
            _ => None,
        };
        // Each pair is what CPython 3.11 answers.
        for (text, expected) in [
            ("", ""),
            ("no variables", "no variables"),
            ("$A", "one"),
            ("${A}", "one"),
            ("x${A}y$A", "xoneyone"),
            ("$A$A", "oneone"),
            ("$AB", "$AB"),
            ("${A", "${A"),
            ("${}", "${}"),
            ("${a b}", "spaced"),
            ("$", "$"),
            ("$$", "$$"),
            ("$$A", "$one"),
            ("$B_2", "$A"),
            ("$MISSING ${MISSING}", "$MISSING ${MISSING}"),
            ("$Aé", "oneé"),
            ("$é", "$é"),
            ("é$A", "éone"),
            ("${MISSING$A}", "${MISSING$A}"),
            ("$A-$A", "one-one"),
        ] {
            assert_eq!(expand_variables(text, &env), expected, "{text}");
        }
    }
}
