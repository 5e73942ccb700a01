use larder_core::{Error, Result, Timestamp};

use crate::column::{Column, Columns};

/// Rows to write, as columns: join keys, features, an event timestamp and where there is one a created timestamp.
///
/// Timestamps stand in a column, or are handed over apart with [`Rows::at`]. Columns that the view does not know are
/// ignored, as in Feast.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    columns: Vec<Column>,
    row_count: usize,
    pub(super) event_timestamps: Option<Vec<Timestamp>>,
}

impl Rows {
    /// Rows from columns of the same length.
    ///
    /// # Errors
    /// `InvalidInput` when the lengths differ, or a name stands twice.
    pub fn from_columns(columns: Vec<Column>) -> Result<Self> {
        let row_count = columns.first().map_or(0, Column::len);
        for (index, column) in columns.iter().enumerate() {
            if column.len() != row_count {
                return Err(Error::invalid_input(format!(
                    "columns differ in length: `{}` has {row_count} values, `{}` has {}",
                    columns[0].name,
                    column.name,
                    column.len()
                )));
            }
            if columns[..index].iter().any(|before| before.name == column.name) {
                return Err(Error::invalid_input(format!("column `{}` is given twice", column.name)));
            }
        }
        Ok(Self { columns, row_count, event_timestamps: None })
    }

    /// Rows from a JSON object of lists, the `df` of Feast's `/push` and `/write-to-online-store`.
    ///
    /// # Errors
    /// `InvalidInput` when it is something else, and as [`Rows::from_columns`].
    pub fn from_json(text: &str) -> Result<Self> {
        let columns: Columns = serde_json::from_str(text).map_err(|error| {
            Error::invalid_input("rows are not a JSON object with one list per column").with_source(error)
        })?;
        Self::from_columns(columns.0)
    }

    /// Gives the rows their event timestamps, in place of a column.
    ///
    /// # Errors
    /// `InvalidInput` when there are not as many as rows.
    pub fn at(mut self, event_timestamps: Vec<Timestamp>) -> Result<Self> {
        if event_timestamps.len() != self.row_count {
            let (rows, given) = (self.row_count, event_timestamps.len());
            return Err(Error::invalid_input(format!("{rows} rows were given {given} event timestamps")));
        }
        self.event_timestamps = Some(event_timestamps);
        Ok(self)
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.row_count
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.row_count == 0
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ragged_and_repeated_columns_are_refused() {
        let ragged = Rows::from_json(r#"{"driver_id": [1, 2], "conv_rate": [0.5]}"#).unwrap_err();
        assert_eq!(ragged.to_string(), "columns differ in length: `driver_id` has 2 values, `conv_rate` has 1");
        let twice = Rows::from_columns(vec![Column::json("a", vec![]), Column::json("a", vec![])]).unwrap_err();
        assert_eq!(twice.to_string(), "column `a` is given twice");
        assert!(Rows::from_json("[1]").is_err());
        assert!(Rows::from_json(r#"{"a": [1]}"#).unwrap().at(vec![]).is_err());
        assert!(Rows::from_json("{}").unwrap().is_empty());
    }
}
