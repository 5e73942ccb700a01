//! `get-online-features`.

use larder::{Column, Error, FeatureSelection, OnlineRequest, OnlineResponse, Result, Statuses, ValueRef};
use serde_json::Value as Json;

use super::{Place, connected};
use crate::answer::{Answer, table};
use crate::argument::GetOnlineFeatures;

pub(crate) fn run(place: &Place, arguments: &GetOnlineFeatures) -> Result<Answer> {
    let features = match &arguments.feature_service {
        Some(service) => FeatureSelection::service(service),
        None => FeatureSelection::references(arguments.features.iter().cloned()),
    };
    let mut request = OnlineRequest::new(features, entity_columns(&arguments.entities)?);
    request.full_feature_names = arguments.full_feature_names;
    let statuses = if arguments.feast_statuses { Statuses::Feast } else { Statuses::ToldApart };
    let repo = place.open_with(statuses)?;
    let response = connected(repo, async |larder| larder.get_online_features(&request).await)?;
    let json = if arguments.statuses {
        parsed(|out| response.write_json(out))?
    } else {
        parsed(|out| response.write_dict_json(out))?
    };
    let text = if arguments.statuses { status_table(&response) } else { format!("{json:#}") };
    Ok(Answer::new(text, json))
}

/// `k=v` pairs as columns: the same key again is the next row.
fn entity_columns(pairs: &[String]) -> Result<Vec<Column>> {
    let mut columns: Vec<(&str, Vec<Json>)> = Vec::new();
    for pair in pairs {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            Error::invalid_input(format!("`-e {pair}` is not KEY=VALUE")).with_hint("write e.g. `-e driver_id=1001`")
        })?;
        match columns.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value.into()),
            None => columns.push((name, vec![value.into()])),
        }
    }
    Ok(columns.into_iter().map(|(name, values)| Column::json(name, values)).collect())
}

/// What the engine writes as JSON, as a document, so that it can be indented.
fn parsed(write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<Json> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    serde_json::from_slice(&bytes).map_err(|error| Error::internal("the answer is not JSON").with_source(error))
}

fn status_table(response: &OnlineResponse) -> String {
    let cells = response
        .columns()
        .enumerate()
        .flat_map(|(index, column)| (0..response.row_count()).map(move |row| (index, column.name.to_owned(), row)));
    let rows = cells.map(|(column, name, row)| {
        let cell = response.cell(column, row);
        let value =
            ValueRef::decode(cell.value).map_or_else(|error| error.to_string(), |value| value.to_json().to_string());
        [row.to_string(), name, value, cell.status.name().to_owned(), cell.event_timestamp.to_string()]
    });
    table(["row", "feature", "value", "status", "event timestamp"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_become_columns() {
        let pairs = ["a=1", "b=x=y", "a=2", "b="].map(str::to_owned);
        let columns = entity_columns(&pairs).unwrap();
        assert_eq!(
            columns,
            [Column::json("a", vec!["1".into(), "2".into()]), Column::json("b", vec!["x=y".into(), "".into()])]
        );
        assert!(entity_columns(&["a".to_owned()]).is_err());
    }
}
