//! What a feature repository defines: entities, feature views, services and sources, in Feast's words.
//!
//! These are plain values without any file format. `larder-registry` reads and writes them in Feast's registry and in
//! `features.yaml`; stores and the engine only look at them.

mod data_source;
mod definitions;
mod entity;
mod feature_service;
mod feature_view;

pub use data_source::{DataSource, DataSourceKind, FileFormat};
pub use definitions::{Definitions, OnDemandFeatureView, Project};
pub use entity::Entity;
pub use feature_service::{FeatureService, FeatureViewProjection};
pub use feature_view::{FeatureView, FeatureViewKind, Field, Interval, JoinKey, ViewState};

use std::collections::BTreeMap;

/// Tags of a definition: free text pairs, sorted by name.
pub type Tags = BTreeMap<String, String>;
