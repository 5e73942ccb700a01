//! The entities of a request: columns of ids bound to join keys, and the distinct entity keys they make.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use larder_core::name::nearest;
use larder_core::{DUMMY_JOIN_KEY, Definitions, Error, KeyBatch, Result, Value, ValueType};

use super::resolve::{KeyGroup, ResolvedFeatures};
use crate::column::{Column, ColumnValues};
use crate::engine::Limits;
use crate::entity_id::{encode_ids, put_entity_key};

/// The join keys of a project: what a column of a request can be.
#[derive(Debug)]
pub(crate) struct JoinKeyNames {
    /// Entity name to join key; a join key stands for itself.
    by_name: HashMap<String, String>,
}

impl JoinKeyNames {
    pub(crate) fn of(definitions: &Definitions) -> Self {
        let mut by_name = HashMap::new();
        for entity in definitions.entities.values() {
            by_name.insert(entity.name.clone(), entity.join_key.clone());
        }
        let of_views = definitions.feature_views.values().flat_map(|view| &view.join_keys).map(|key| &key.name);
        for key in of_views.chain(definitions.entities.values().map(|entity| &entity.join_key)) {
            by_name.insert(key.clone(), key.clone());
        }
        Self { by_name }
    }
}

/// A join key's column in the answer.
#[derive(Debug)]
pub(crate) struct EntityCells {
    pub(crate) name: String,
    pub(crate) value_type: ValueType,
    /// One encoded value per row.
    pub(crate) ids: Arc<KeyBatch>,
}

/// The bound entities of a request.
#[derive(Debug)]
pub(crate) struct Entities {
    pub(crate) row_count: usize,
    /// Join keys in request order.
    pub(crate) columns: Vec<EntityCells>,
    /// The ids of each of [`ResolvedFeatures::keys`].
    by_key: Vec<Arc<KeyBatch>>,
}

/// The distinct entity keys of a [`KeyGroup`], and which of them each row of the request has.
#[derive(Debug)]
pub(crate) struct DistinctKeys {
    pub(crate) keys: Arc<KeyBatch>,
    pub(crate) of_row: Vec<u32>,
}

impl Entities {
    /// Binds the columns of a request by name: a join key, else the name of an entity (Feast's deprecated form).
    ///
    /// As in Feast, join keys that no view needs come back as they were given, and other columns are ignored.
    pub(crate) fn bind(
        plan: &ResolvedFeatures,
        given: &[Column],
        names: &JoinKeyNames,
        limits: &Limits,
    ) -> Result<Self> {
        let row_count = check_lengths(plan, given, limits)?;
        let mut columns: Vec<EntityCells> = Vec::with_capacity(given.len());
        let mut by_key: Vec<Option<Arc<KeyBatch>>> = vec![None; plan.keys.len()];
        let mut ignored: Vec<&str> = Vec::new();
        for column in given.iter().filter(|column| column.name != DUMMY_JOIN_KEY) {
            let is_needed = plan.keys.iter().any(|key| key.name == column.name);
            let name = if is_needed { Some(&column.name) } else { names.by_name.get(&column.name) };
            let Some(name) = name else {
                ignored.push(&column.name);
                continue;
            };
            if columns.iter().any(|bound| bound.name == *name) {
                return Err(
                    Error::invalid_input(format!("join key `{name}` is given twice")).with("column", &column.name)
                );
            }
            let mut shown = None;
            for (key, ids) in plan.keys.iter().zip(&mut by_key).filter(|(key, _)| key.name == *name) {
                let encoded = Arc::new(encode_ids(column, key.value_type)?);
                shown.get_or_insert_with(|| (key.value_type, Arc::clone(&encoded)));
                *ids = Some(encoded);
            }
            let (value_type, ids) = match shown {
                Some(shown) => shown,
                None => (ValueType::Invalid, Arc::new(echo(column)?)),
            };
            columns.push(EntityCells { name: name.clone(), value_type, ids });
        }
        match by_key.iter().cloned().collect::<Option<Vec<_>>>() {
            Some(by_key) => Ok(Self { row_count, columns, by_key }),
            None => Err(missing_join_keys(plan, &by_key, &ignored)),
        }
    }

    /// The distinct keys that the ids make, in order of first appearance.
    pub(crate) fn distinct_keys(&self, group: &KeyGroup) -> Result<DistinctKeys> {
        let mut keys = KeyBatch::new();
        if group.keys.is_empty() || self.row_count == 1 {
            self.push_key(&mut keys, group, 0)?;
            return Ok(DistinctKeys { keys: Arc::new(keys), of_row: vec![0; self.row_count] });
        }
        let ids: Vec<&KeyBatch> = group.keys.iter().map(|key| &*self.by_key[*key]).collect();
        let hasher = DefaultHashBuilder::default();
        let mut seen: HashTable<u32> = HashTable::with_capacity(self.row_count);
        let mut of_row = Vec::with_capacity(self.row_count);
        let mut candidate = Vec::new();
        for row in 0..self.row_count {
            candidate.clear();
            put_entity_key(&mut candidate, &group.encoder, &ids, row).map_err(|error| error.with("row", row))?;
            let hash = hasher.hash_one(candidate.as_slice());
            let next = u32::try_from(keys.len()).map_err(|_| Error::invalid_input("more than 2^32 entities"))?;
            let entry = seen.entry(
                hash,
                |key| keys.get(*key as usize) == candidate,
                |key| hasher.hash_one(keys.get(*key as usize)),
            );
            let (index, is_new) = match entry {
                hashbrown::hash_table::Entry::Occupied(known) => (*known.get(), false),
                hashbrown::hash_table::Entry::Vacant(slot) => (*slot.insert(next).get(), true),
            };
            if is_new {
                keys.push(&candidate)?;
            }
            of_row.push(index);
        }
        Ok(DistinctKeys { keys: Arc::new(keys), of_row })
    }

    fn push_key(&self, keys: &mut KeyBatch, group: &KeyGroup, row: usize) -> Result<()> {
        match group.keys.as_slice() {
            [key] => keys.push_with(|out| put_entity_key(out, &group.encoder, &[&self.by_key[*key]], row)),
            several => {
                let ids: Vec<&KeyBatch> = several.iter().map(|key| &*self.by_key[*key]).collect();
                keys.push_with(|out| put_entity_key(out, &group.encoder, &ids, row))
            }
        }
    }
}

/// How many rows the request has: what all its columns agree on, or one when it has no columns and needs none.
fn check_lengths(plan: &ResolvedFeatures, given: &[Column], limits: &Limits) -> Result<usize> {
    let Some(first) = given.first() else {
        return Ok(1);
    };
    let rows = first.len();
    if let Some(other) = given.iter().find(|column| column.len() != rows) {
        return Err(Error::invalid_input(format!(
            "entity columns differ in length: `{}` has {rows} values, `{}` has {}",
            first.name,
            other.name,
            other.len()
        )));
    }
    if rows == 0 {
        return Err(Error::invalid_input("no entities were given").with("column", &first.name));
    }
    if rows > limits.max_entities {
        return Err(Error::invalid_input(format!("{rows} entities are over the limit of {}", limits.max_entities))
            .with_hint("split the request"));
    }
    let cells = rows.saturating_mul(plan.columns.len());
    if cells > limits.max_cells {
        return Err(Error::invalid_input(format!(
            "{rows} entities x {} features make {cells} values, over the limit of {}",
            plan.columns.len(),
            limits.max_cells
        ))
        .with_hint("split the request"));
    }
    Ok(rows)
}

/// Ids of a join key that no view needs: handed back, so whatever they are is fine.
fn echo(column: &Column) -> Result<KeyBatch> {
    let mut ids = KeyBatch::new();
    for row in 0..column.len() {
        ids.push_with(|out| {
            match &column.values {
                ColumnValues::Typed(values) => values[row].encode(out),
                ColumnValues::Json(values) => Value::from_json(&values[row], ValueType::Invalid)
                    .map_err(|error| error.with("column", &column.name).with("row", row))?
                    .encode(out),
            }
            Ok(())
        })?;
    }
    Ok(ids)
}

#[cold]
fn missing_join_keys(plan: &ResolvedFeatures, by_key: &[Option<Arc<KeyBatch>>], ignored: &[&str]) -> Error {
    let missing: Vec<usize> = (0..by_key.len()).filter(|key| by_key[*key].is_none()).collect();
    let described = missing.iter().map(|key| {
        let views: Vec<String> = plan.views_with_key(*key).map(|view| format!("`{view}`")).collect();
        format!("`{}` (of {})", plan.keys[*key].name, views.join(", "))
    });
    let described: Vec<String> = described.collect();
    let noun = if described.len() == 1 { "join key" } else { "join keys" };
    let names = missing.iter().map(|key| plan.keys[*key].name.as_str());
    let misspelt = ignored.iter().find_map(|given| Some((given, nearest(given, names.clone())?)));
    let hint = match (misspelt, ignored) {
        (Some((given, meant)), _) => format!("`{given}` is no join key; did you mean `{meant}`?"),
        (None, []) => "give one list of ids per join key in `entities`".to_owned(),
        (None, ignored) => format!("give one list of ids per join key; not known: {}", ignored.join(", ")),
    };
    Error::invalid_input(format!("missing {noun} {}", described.join(", "))).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use larder_core::{FeatureView, Field, JoinKey};
    use serde_json::json;

    use super::*;
    use crate::read::{FeatureSelection, resolve};

    #[test]
    fn each_entity_is_read_once() {
        let keys = ["a", "b"].map(|name| JoinKey { name: name.into(), value_type: ValueType::Int64 });
        let view = |name: &str| {
            let view =
                FeatureView::new("p", name, keys.to_vec(), vec![Field::new(format!("{name}_f"), ValueType::Int64)]);
            (name.to_owned(), Arc::new(view))
        };
        let definitions = Definitions { feature_views: [view("v"), view("w")].into(), ..Definitions::default() };
        let plan = resolve(&definitions, &FeatureSelection::references(["v:v_f", "w:w_f"]), false, 9).unwrap();
        assert_eq!(plan.key_groups.len(), 1, "both views have the same keys");
        let ids = |name: &str, ids: [i64; 5]| Column::json(name, ids.map(|id| json!(id)).to_vec());
        let given = [ids("b", [1, 2, 1, 1, 2]), ids("a", [7, 7, 7, 8, 7])];
        let entities = Entities::bind(&plan, &given, &JoinKeyNames::of(&definitions), &Limits::default()).unwrap();
        let distinct = entities.distinct_keys(&plan.key_groups[0]).unwrap();
        assert_eq!((distinct.keys.len(), distinct.of_row), (3, vec![0, 1, 0, 2, 1]));
        let first = larder_core::EntityKey::decode(distinct.keys.get(0)).unwrap();
        assert_eq!(first.pairs(), [("a".to_owned(), Value::Int64(7)), ("b".to_owned(), Value::Int64(1))]);
    }
}
