//! The registered stores are exactly those whose features are on.

use larder_bundle as _;
use larder_core::Plugins;

#[test]
fn every_feature_registers_its_store_and_nothing_else_does() {
    let mut expected = Vec::new();
    if cfg!(feature = "memory") {
        expected.push("memory");
    }
    if cfg!(feature = "sqlite") {
        expected.push("sqlite");
    }
    let plugins = Plugins::linked().unwrap();
    assert_eq!(plugins.iter().map(|plugin| plugin.type_name).collect::<Vec<_>>(), expected);
}
