use std::borrow::Cow;
use std::time::Duration;

use super::{DataSource, Tags};
use crate::{Error, KeyEncoder, Result, Timestamp, ValueType};

/// A group of features with one set of join keys and one source.
///
/// Order matters: `features` is the schema against which rows are positional (see [`crate::WriteBatch`]).
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureView {
    /// The project it belongs to: stores use it to keep tenants apart.
    pub project: String,
    /// The view's name, unique in its project.
    pub name: String,
    /// Batch or stream view.
    pub kind: FeatureViewKind,
    /// Names of its entities, as listed; `["__dummy"]` for an entity-less view.
    pub entities: Vec<String>,
    /// Its join keys in the order of `entities`; for an entity-less view the one of [`crate::DUMMY_JOIN_KEY`].
    pub join_keys: Vec<JoinKey>,
    /// Its features, in schema order.
    pub features: Vec<Field>,
    /// How long a value stays valid after its event time; `None` is for ever.
    pub ttl: Option<Duration>,
    /// Whether it is kept in the online store.
    pub online: bool,
    /// Whether reads and writes are switched off.
    pub disabled: bool,
    /// Where history is materialized from.
    pub batch_source: Option<DataSource>,
    /// Where fresh rows are pushed from.
    pub stream_source: Option<DataSource>,
    /// Free text.
    pub description: String,
    /// Free pairs.
    pub tags: Tags,
    /// Who answers for it.
    pub owner: String,
    /// The version that names its tables: 0 has no suffix (Feast's versioned views, off unless the registry says so).
    pub storage_version: u32,
    /// The number of the newest version that the registry holds.
    pub current_version: u32,
    /// Where it stands in Feast's life cycle.
    pub state: ViewState,
    /// What has been materialized, in the order it was done.
    pub materialization_intervals: Vec<Interval>,
    /// When the registry first held it.
    pub created: Option<Timestamp>,
    /// When the registry last changed it.
    pub last_updated: Option<Timestamp>,
}

/// Which of Feast's kinds of materialized view it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureViewKind {
    /// `FeatureView`: filled from its batch source, and by pushes.
    Batch,
    /// `StreamFeatureView`: filled by a stream job or pushes; its transformation stays opaque.
    Stream,
}

/// A join key of a view.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JoinKey {
    /// The column's name.
    pub name: String,
    /// The column's type.
    pub value_type: ValueType,
}

/// A feature: a named, typed column of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The feature's name, unique in its view.
    pub name: String,
    /// The type of its values.
    pub value_type: ValueType,
    /// Free text.
    pub description: String,
    /// Free pairs. Feast keeps types beyond the enum here (`feast:nested_inner_type`, `feast:struct_schema`).
    pub tags: Tags,
}

impl Field {
    /// A field without description and tags.
    pub fn new(name: impl Into<String>, value_type: ValueType) -> Self {
        Self { name: name.into(), value_type, description: String::new(), tags: Tags::new() }
    }
}

/// A stretch of event time that was materialized; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The first instant.
    pub start: Timestamp,
    /// The last instant.
    pub end: Timestamp,
}

/// Feast's `FeatureViewState`; the numbers are those of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ViewState {
    /// 0: nothing was said.
    #[default]
    Unspecified,
    /// 1: applied, nothing materialized.
    Created,
    /// 2: generated.
    Generated,
    /// 3: a materialization runs (or died while running).
    Materializing,
    /// 4: can be read.
    AvailableOnline,
    /// A number this version of larder does not know; kept.
    Other(i32),
}

impl ViewState {
    /// From the registry's number.
    #[must_use]
    pub fn from_number(number: i32) -> Self {
        match number {
            0 => Self::Unspecified,
            1 => Self::Created,
            2 => Self::Generated,
            3 => Self::Materializing,
            4 => Self::AvailableOnline,
            other => Self::Other(other),
        }
    }

    /// The registry's number.
    #[must_use]
    pub fn number(self) -> i32 {
        match self {
            Self::Unspecified => 0,
            Self::Created => 1,
            Self::Generated => 2,
            Self::Materializing => 3,
            Self::AvailableOnline => 4,
            Self::Other(other) => other,
        }
    }

    /// Feast's word for it, e.g. `AVAILABLE_ONLINE`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "STATE_UNSPECIFIED",
            Self::Created => "CREATED",
            Self::Generated => "GENERATED",
            Self::Materializing => "MATERIALIZING",
            Self::AvailableOnline => "AVAILABLE_ONLINE",
            Self::Other(_) => "UNKNOWN",
        }
    }
}

impl FeatureView {
    /// A view that is online, with no ttl, source, tags or history: what tests and embedders start from.
    pub fn new(
        project: impl Into<String>,
        name: impl Into<String>,
        join_keys: Vec<JoinKey>,
        features: Vec<Field>,
    ) -> Self {
        Self {
            project: project.into(),
            name: name.into(),
            kind: FeatureViewKind::Batch,
            entities: join_keys.iter().map(|key| key.name.clone()).collect(),
            join_keys,
            features,
            ttl: None,
            online: true,
            disabled: false,
            batch_source: None,
            stream_source: None,
            description: String::new(),
            tags: Tags::new(),
            owner: String::new(),
            storage_version: 0,
            current_version: 0,
            state: ViewState::Unspecified,
            materialization_intervals: Vec::new(),
            created: None,
            last_updated: None,
        }
    }

    /// The name that stores use: the view's name, with `_v<N>` for a version above 0.
    #[must_use]
    pub fn storage_name(&self) -> Cow<'_, str> {
        match self.storage_version {
            0 => Cow::Borrowed(&self.name),
            version => Cow::Owned(format!("{}_v{version}", self.name)),
        }
    }

    /// The position of a feature in the schema.
    #[must_use]
    pub fn feature_index(&self, name: &str) -> Option<usize> {
        self.features.iter().position(|field| field.name == name)
    }

    /// Whether rows are kept for no entity at all (one row for the whole view).
    #[must_use]
    pub fn is_entity_less(&self) -> bool {
        matches!(self.join_keys.as_slice(), [key] if key.name == crate::DUMMY_JOIN_KEY)
    }

    /// The encoder of this view's entity keys; values are given in the order of `join_keys`.
    #[must_use]
    pub fn key_encoder(&self) -> KeyEncoder {
        let names: Vec<String> = self.join_keys.iter().map(|key| key.name.clone()).collect();
        KeyEncoder::new(&names)
    }

    /// The source that history is read from.
    ///
    /// # Errors
    /// `InvalidInput` when the view has none.
    pub fn materialization_source(&self) -> Result<&DataSource> {
        self.batch_source
            .as_ref()
            .and_then(DataSource::batch)
            .or_else(|| self.stream_source.as_ref().and_then(DataSource::batch))
            .ok_or_else(|| {
                Error::invalid_input(format!("feature view `{}` has no batch source to materialize from", self.name))
                    .with_hint("give it a file source, or fill it with push")
            })
    }

    /// Until when its features have been materialized: the latest end of all intervals.
    #[must_use]
    pub fn most_recent_end(&self) -> Option<Timestamp> {
        self.materialization_intervals.iter().map(|interval| interval.end).max()
    }
}
