//! Which columns of a source hold the keys, times and features of a view, checked before anything is read.

use std::collections::BTreeSet;

use arrow_array::{RecordBatch, new_empty_array};
use arrow_schema::{DataType, Schema};
use larder_core::definition::FeatureView;
use larder_core::name::did_you_mean;
use larder_core::{DUMMY_JOIN_KEY, DataSource, Error, Result};

use crate::cell::{self, Typing};
use crate::file::DataFile;
use crate::time::{Resolution, TimeColumn};

/// The names of the source columns of a view.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// One per join key; empty for an entity-less view.
    keys: Vec<String>,
    event: Option<String>,
    created: Option<String>,
    features: Vec<String>,
}

impl Names {
    /// The columns that a view needs from its source: the names that the source's field mapping turns into the view's.
    pub(crate) fn of(view: &FeatureView, source: &DataSource, without_event_timestamp: bool) -> Self {
        let column = |name: &str| {
            let mapped = source.field_mapping.iter().find(|(_, to)| *to == name);
            mapped.map_or(name, |(from, _)| from.as_str()).to_owned()
        };
        let time = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Self {
            keys: view.join_keys.iter().filter(|key| key.name != DUMMY_JOIN_KEY).map(|key| column(&key.name)).collect(),
            event: time(&source.timestamp_field).filter(|_| !without_event_timestamp),
            created: time(&source.created_timestamp_column),
            features: view.features.iter().map(|field| column(&field.name)).collect(),
        }
    }
}

/// Where the columns of a view stand in one file.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    pub(crate) keys: Vec<usize>,
    pub(crate) event: Option<usize>,
    pub(crate) created: Option<usize>,
    pub(crate) features: Vec<usize>,
}

impl Columns {
    /// Finds the columns and checks that their types can hold what the view declares.
    ///
    /// # Errors
    /// `InvalidInput` naming the column that is missing or has the wrong type, and the file.
    pub(crate) fn find(names: &Names, view: &FeatureView, file: &DataFile) -> Result<Self> {
        let schema = file.schema();
        let one = |name: &String| find(schema, name).map_err(|error| error.with("file", &file.name));
        let many = |names: &[String]| names.iter().map(one).collect::<Result<Vec<_>>>();
        let columns = Self {
            keys: many(&names.keys)?,
            event: names.event.as_ref().map(one).transpose()?,
            created: names.created.as_ref().map(one).transpose()?,
            features: many(&names.features)?,
        };
        columns.check(view, schema, file.typing()).map_err(|error| error.with("file", &file.name))?;
        Ok(columns)
    }

    fn check(&self, view: &FeatureView, schema: &Schema, typing: Typing) -> Result<()> {
        let keys = self.keys.iter().zip(&view.join_keys).map(|(column, key)| (*column, key.value_type));
        let features = self.features.iter().zip(&view.features).map(|(column, field)| (*column, field.value_type));
        for (column, value_type) in keys.chain(features) {
            let field = schema.field(column);
            _ = cell::bind(&new_empty_array(field.data_type()), value_type, typing)
                .map_err(|error| error.with("column", field.name()))?;
        }
        for column in self.event.iter().chain(&self.created) {
            let field = schema.field(*column);
            TimeColumn::bind(&new_empty_array(field.data_type()), typing)
                .map_err(|error| error.with("column", field.name()))?;
        }
        Ok(())
    }

    /// The columns that tell which row is the newest.
    pub(crate) fn ranking(&self) -> Vec<usize> {
        sorted(self.keys.iter().chain(&self.event).chain(&self.created))
    }

    /// All columns of the view.
    pub(crate) fn all(&self) -> Vec<usize> {
        sorted(self.keys.iter().chain(&self.event).chain(&self.created).chain(&self.features))
    }

    /// The same columns in batches that hold only `projected` of them.
    pub(crate) fn within(&self, projected: &[usize]) -> Self {
        let place = |column: &usize| projected.binary_search(column).unwrap_or(usize::MAX);
        Self {
            keys: self.keys.iter().map(place).collect(),
            event: self.event.as_ref().map(place),
            created: self.created.as_ref().map(place),
            features: self.features.iter().map(place).collect(),
        }
    }

    /// What telling the times of this file apart takes.
    pub(crate) fn resolution(&self, schema: &Schema) -> Resolution {
        let of = |column: &usize| Resolution::of(schema.field(*column).data_type());
        self.event.iter().chain(&self.created).map(of).max().unwrap_or(Resolution::Micros)
    }

    /// Whether the keys of this file are one column of integers.
    pub(crate) fn has_integer_key(&self, schema: &Schema) -> bool {
        let [key] = self.keys.as_slice() else { return false };
        matches!(
            schema.field(*key).data_type(),
            DataType::Int8
                | DataType::Int16
                | DataType::Int32
                | DataType::Int64
                | DataType::UInt8
                | DataType::UInt16
                | DataType::UInt32
        )
    }

    /// The times of a batch.
    pub(crate) fn times(&self, batch: &RecordBatch, typing: Typing) -> Result<Times> {
        let bind = |column: usize| TimeColumn::bind(batch.column(column), typing);
        Ok(Times { event: self.event.map(bind).transpose()?, created: self.created.map(bind).transpose()? })
    }
}

/// The event and created times of a batch.
pub(crate) struct Times {
    /// `None` when rows count as true from now on.
    pub(crate) event: Option<TimeColumn>,
    pub(crate) created: Option<TimeColumn>,
}

fn sorted<'a>(columns: impl Iterator<Item = &'a usize>) -> Vec<usize> {
    columns.copied().collect::<BTreeSet<_>>().into_iter().collect()
}

fn find(schema: &Schema, name: &str) -> Result<usize> {
    schema.index_of(name).map_err(|_| {
        let known: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        Error::invalid_input(format!("the source has no column `{name}`"))
            .with("columns", known.join(", "))
            .with_hint(did_you_mean(name, known))
    })
}
