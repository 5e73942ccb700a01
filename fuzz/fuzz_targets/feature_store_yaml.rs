//! Text as `feature_store.yaml`: read, shown with its secrets hidden, and its store's options read.
#![no_main]

use std::path::Path;

use larder_core::RepoConfig;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let env = |name: &str| (name.len() < 4).then(|| format!("{name}: [value]"));
    match RepoConfig::parse(text, Path::new("feature_store.yaml"), &env) {
        Ok(config) => {
            let shown = serde_yaml::to_string(&config.redacted()).expect("what is shown must print");
            serde_yaml::from_str::<serde_yaml::Value>(&shown).expect("what is shown must be YAML");
            if let Some(options) = &config.online_store {
                let _ = options.parse::<std::collections::BTreeMap<String, String>>();
            }
            let _ = format!("{config:?}");
        }
        Err(error) => {
            let _ = format!("{error} {error:?}");
        }
    }
});
