//! `config`: is it right, and what is in effect.

use larder::{Error, Result};
use serde_json::json;

use super::Place;
use crate::answer::{Answer, count};
use crate::argument::Config;

pub(crate) fn run(place: &Place, config: &Config) -> Result<Answer> {
    match config {
        Config::Check => check(place),
        Config::Show => show(place),
    }
}

/// Reads all that can be read without connecting to the store.
fn check(place: &Place) -> Result<Answer> {
    let repo = place.open()?;
    let store = repo.config().online_store.as_ref();
    if let Some(options) = store {
        repo.plugins()?.get(options.type_name()).map_err(|error| options.locate(error, "type"))?.check(options)?;
    }
    let native = repo.native()?;
    let definitions = repo.definitions()?;
    let store = store.map_or("none", |options| options.type_name());
    let mut text = format!("feature_store.yaml is right: project {}, online store {store}\n", repo.project());
    text += &format!("The registry holds {}\n", count(definitions.feature_views.len(), "feature view"));
    if native.is_some() {
        text += "features.yaml is right\n";
    }
    let document = json!({
        "project": repo.project(), "online_store": store, "feature_views": definitions.feature_views.len(),
        "native_definitions": native.is_some(), "notices": repo.config().notices,
    });
    Ok(Answer::new(text, document))
}

fn show(place: &Place) -> Result<Answer> {
    let repo = place.open()?;
    let options = match repo.config().online_store.as_ref() {
        Some(store) => repo.plugins()?.get(store.type_name())?.options(),
        None => Vec::new(),
    };
    let document = repo.config().redacted_with(&options);
    let unprintable = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::internal("cannot print the configuration").with_source(error)
    };
    let text = serde_yaml::to_string(&document).map_err(|error| unprintable(error.into()))?;
    let json = serde_json::to_value(&document).map_err(|error| unprintable(error.into()))?;
    Ok(Answer::new(text, json))
}
