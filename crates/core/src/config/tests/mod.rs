//! The configuration from the outside: what is taken, what is refused and in which words.

mod broken;
mod good;

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{RepoConfig, Secret};
use crate::Result;

/// A secret that no message may show.
const CANARY: &str = "c4nary";

/// Options of a made-up store with one of everything.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Demo {
    /// Where the data is,
    /// relative to the repository.
    ///
    /// More that nobody needs in a table.
    path: String,
    #[serde(default = "default_port")]
    port: u16,
    /// How sure a write is.
    #[serde(default)]
    durability: Durability,
    #[serde(default, alias = "pass")]
    password: Option<Secret>,
    #[serde(default)]
    verbose: bool,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    ratio: Option<f64>,
    #[serde(default)]
    tls: Option<Tls>,
    #[serde(default)]
    #[allow(dead_code)]
    address: Option<Address>,
}

#[derive(Debug, Default, Clone, PartialEq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Durability {
    /// Every write is on disk.
    #[default]
    Full,
    /// A crash may lose a second.
    Normal,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Tls {
    ca_file: String,
    #[serde(default)]
    client_key: Option<Secret>,
    #[serde(default)]
    verify: bool,
}

/// Checked by its own code, which the schema cannot tell.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
struct Address(#[allow(dead_code)] String);

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.contains(':') { Ok(Self(text)) } else { Err(format!("`{text}` has no port")) }
    }
}

fn default_port() -> u16 {
    6379
}

fn parse(text: &str) -> Result<RepoConfig> {
    let env = |name: &str| match name {
        "DEMO_PASSWORD" => Some(CANARY.to_owned()),
        "DEMO_PROJECT" => Some("from_env".to_owned()),
        _ => None,
    };
    RepoConfig::parse(text, Path::new("feature_store.yaml"), &env)
}

/// Reads a whole file and then its online store as [`Demo`].
fn parse_both(text: &str) -> Result<(RepoConfig, Demo)> {
    let config = parse(text)?;
    let demo = config.online_store.as_ref().expect("the file has an online store").parse()?;
    Ok((config, demo))
}
