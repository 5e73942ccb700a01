use crate::EntityColumn;

/// Which features to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FeatureSelection {
    /// References: `view:feature`, `view@v2:feature`, `view@latest:feature`.
    References(Vec<String>),
    /// The name of a feature service.
    Service(String),
}

impl FeatureSelection {
    /// References from anything that can be turned into text.
    pub fn references<R: Into<String>>(references: impl IntoIterator<Item = R>) -> Self {
        Self::References(references.into_iter().map(Into::into).collect())
    }

    /// A feature service by name.
    pub fn service(name: impl Into<String>) -> Self {
        Self::Service(name.into())
    }
}

/// A read: which features of which entities. The fields are those of Feast's `/get-online-features` body.
#[derive(Debug, Clone, PartialEq)]
pub struct OnlineRequest {
    /// Which features.
    pub features: FeatureSelection,
    /// One column per join key, all of the same length; row `i` of the answer belongs to row `i` here.
    pub entities: Vec<EntityColumn>,
    /// Whether columns are called `view__feature` instead of `feature`.
    pub full_feature_names: bool,
    /// Whether the answer lists the version of each view.
    pub include_feature_view_version_metadata: bool,
}

impl OnlineRequest {
    /// A request with short feature names and without version metadata.
    #[must_use]
    pub fn new(features: FeatureSelection, entities: Vec<EntityColumn>) -> Self {
        Self { features, entities, full_feature_names: false, include_feature_view_version_metadata: false }
    }

    /// The same request with columns called `view__feature`.
    #[must_use]
    pub fn with_full_feature_names(mut self) -> Self {
        self.full_feature_names = true;
        self
    }
}
