use larder_core::{Error, Result};

/// A parsed feature reference: `view:feature`, `view@v2:feature` or `view@latest:feature`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FeatureReference<'a> {
    pub(crate) view: &'a str,
    /// The pinned version; `None` for the newest.
    pub(crate) version: Option<u32>,
    pub(crate) feature: &'a str,
}

impl<'a> FeatureReference<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self> {
        let malformed = |why: &str| {
            Error::invalid_input(format!("feature reference `{}` {why}", text.escape_debug()))
                .with_hint("write `view:feature`, `view@v2:feature` or `view@latest:feature`")
        };
        let (view, feature) = text.split_once(':').ok_or_else(|| malformed("has no `:` between view and feature"))?;
        let (view, version) = match view.split_once('@') {
            None => (view, None),
            Some((view, tag)) if tag.is_empty() || tag.eq_ignore_ascii_case("latest") => (view, None),
            Some((view, tag)) => {
                let number = tag.strip_prefix(['v', 'V']).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
                let number = number.and_then(|digits| digits.parse().ok());
                (view, Some(number.ok_or_else(|| malformed("has a version that is neither `v<number>` nor `latest`"))?))
            }
        };
        match (view.is_empty(), feature.is_empty()) {
            (true, _) => Err(malformed("names no view")),
            (_, true) => Err(malformed("names no feature")),
            _ => Ok(Self { view, version, feature }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        for (text, view, version, feature) in [
            ("v:f", "v", None, "f"),
            ("v:f:g", "v", None, "f:g"),
            ("v@latest:f", "v", None, "f"),
            ("v@LATEST:f", "v", None, "f"),
            ("v@:f", "v", None, "f"),
            ("v@v0:f", "v", Some(0), "f"),
            ("v@V12:f", "v", Some(12), "f"),
        ] {
            assert_eq!(FeatureReference::parse(text).unwrap(), FeatureReference { view, version, feature }, "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, why) in [
            ("", "has no `:`"),
            ("v", "has no `:`"),
            (":f", "names no view"),
            ("v:", "names no feature"),
            ("@v1:f", "names no view"),
            ("v@2:f", "has a version"),
            ("v@v:f", "has a version"),
            ("v@v+1:f", "has a version"),
            ("v@v99999999999:f", "has a version"),
        ] {
            let error = FeatureReference::parse(text).unwrap_err();
            assert!(error.message().contains(why), "{text}: {error}");
        }
    }
}
