//! From names to positions: which views, which of their features, which join keys, under which names in the answer.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use larder_core::definition::ViewState;
use larder_core::name::did_you_mean;
use larder_core::{Definitions, Error, FeatureView, KeyEncoder, Result, ValueType};

use super::reference::FeatureReference;
use super::request::FeatureSelection;

/// A feature list, resolved against the definitions once: all that a read needs besides the entities.
#[derive(Debug)]
pub struct ResolvedFeatures {
    pub(crate) views: Vec<ViewRead>,
    pub(crate) keys: Vec<RequestKey>,
    pub(crate) key_groups: Vec<KeyGroup>,
    pub(crate) columns: Vec<FeatureColumn>,
}

/// What is read from one view.
#[derive(Debug)]
pub(crate) struct ViewRead {
    pub(crate) view: Arc<FeatureView>,
    /// Indices of `view.features`.
    pub(crate) features: Arc<[usize]>,
    /// Which of [`ResolvedFeatures::key_groups`] finds its rows.
    pub(crate) key_group: usize,
    /// The alias a service gives the view, else its name.
    pub(crate) name: String,
    /// The version that answers: the pinned one, else the newest.
    pub(crate) version: u32,
}

/// A join key as requests name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestKey {
    pub(crate) name: String,
    pub(crate) value_type: ValueType,
}

/// A way of making entity keys that several views can share.
#[derive(Debug)]
pub(crate) struct KeyGroup {
    pub(crate) encoder: KeyEncoder,
    /// Indices of [`ResolvedFeatures::keys`] in the encoder's order; none for entity-less views.
    pub(crate) keys: Vec<usize>,
}

/// A feature's column in the answer.
#[derive(Debug)]
pub(crate) struct FeatureColumn {
    pub(crate) name: String,
    pub(crate) value_type: ValueType,
    /// Which of [`ResolvedFeatures::views`].
    pub(crate) view: usize,
    /// Which of that view's features to read.
    pub(crate) slot: usize,
}

impl ResolvedFeatures {
    /// The join keys that a request must carry, as it names them, with their types.
    pub fn join_keys(&self) -> impl ExactSizeIterator<Item = (&str, ValueType)> {
        self.keys.iter().map(|key| (key.name.as_str(), key.value_type))
    }

    /// The feature columns of the answer, in order: name and type.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = (&str, ValueType)> {
        self.columns.iter().map(|column| (column.name.as_str(), column.value_type))
    }

    /// The views that are read, by first mention.
    pub fn views(&self) -> impl ExactSizeIterator<Item = &Arc<FeatureView>> {
        self.views.iter().map(|read| &read.view)
    }

    /// The names of the views that need a join key.
    pub(crate) fn views_with_key(&self, key: usize) -> impl Iterator<Item = &str> {
        self.views
            .iter()
            .filter(move |read| self.key_groups[read.key_group].keys.contains(&key))
            .map(|read| read.name.as_str())
    }
}

/// Resolves a feature list; at most `max_features` columns.
pub(crate) fn resolve(
    definitions: &Definitions,
    features: &FeatureSelection,
    full_feature_names: bool,
    max_features: usize,
) -> Result<ResolvedFeatures> {
    let mut resolver = Resolver::new(definitions, full_feature_names);
    match features {
        FeatureSelection::References(references) => {
            check_count(references.len(), max_features)?;
            for reference in references {
                let FeatureReference { view, version, feature } = FeatureReference::parse(reference)?;
                resolver.add(&Selected { view, version, alias: view, join_key_map: &BTreeMap::new() }, feature)?;
            }
        }
        FeatureSelection::Service(name) => {
            let service = definitions.feature_service(name)?;
            check_count(service.projections.iter().map(|projection| projection.features.len()).sum(), max_features)
                .map_err(|error| error.with("feature service", name))?;
            for projection in &service.projections {
                let selected = Selected {
                    view: &projection.feature_view_name,
                    version: projection.version_tag,
                    alias: projection.name_to_use(),
                    join_key_map: &projection.join_key_map,
                };
                for feature in &projection.features {
                    resolver.add(&selected, &feature.name).map_err(|error| error.with("feature service", name))?;
                }
            }
        }
    }
    Ok(resolver.finish())
}

fn check_count(features: usize, max_features: usize) -> Result<()> {
    if features == 0 {
        return Err(Error::invalid_input("no features were asked for")
            .with_hint("name features as `view:feature`, or a feature service"));
    }
    if features > max_features {
        return Err(Error::invalid_input(format!(
            "{features} features are over the limit of {max_features} per request"
        ))
        .with_hint("split the request"));
    }
    Ok(())
}

/// A view as a reference or a projection names it.
struct Selected<'a> {
    view: &'a str,
    version: Option<u32>,
    alias: &'a str,
    join_key_map: &'a BTreeMap<String, String>,
}

struct Resolver<'a> {
    definitions: &'a Definitions,
    full_feature_names: bool,
    views: Vec<GrowingView>,
    keys: Vec<RequestKey>,
    key_groups: Vec<KeyGroup>,
    columns: Vec<FeatureColumn>,
    /// Column name to the reference it stands for.
    taken: HashMap<String, String>,
}

struct GrowingView {
    read: ViewRead,
    features: Vec<usize>,
    version: Option<u32>,
}

impl<'a> Resolver<'a> {
    fn new(definitions: &'a Definitions, full_feature_names: bool) -> Self {
        Self {
            definitions,
            full_feature_names,
            views: Vec::new(),
            keys: Vec::new(),
            key_groups: Vec::new(),
            columns: Vec::new(),
            taken: HashMap::new(),
        }
    }

    fn add(&mut self, selected: &Selected<'_>, feature: &str) -> Result<()> {
        let index = self.view_index(selected)?;
        let grown = &mut self.views[index];
        let view = &grown.read.view;
        let position = view.feature_index(feature).ok_or_else(|| unknown_feature(view, feature))?;
        let value_type = view.features[position].value_type;
        let view_name = match selected.version {
            Some(version) => format!("{}@v{version}", selected.alias),
            None => selected.alias.to_owned(),
        };
        let name = if self.full_feature_names { format!("{view_name}__{feature}") } else { feature.to_owned() };
        let reference = format!("{view_name}:{feature}");
        if let Some(other) = self.taken.insert(name.clone(), reference.clone()) {
            return Err(collision(&name, &other, &reference, self.full_feature_names));
        }
        self.columns.push(FeatureColumn { name, value_type, view: index, slot: grown.features.len() });
        grown.features.push(position);
        Ok(())
    }

    /// Where the selected view stands among the views that are read.
    fn view_index(&mut self, selected: &Selected<'_>) -> Result<usize> {
        let view = self.find_view(selected.view, selected.version)?;
        let key_group = self.key_group(&view, selected.join_key_map);
        let same = |grown: &GrowingView| {
            let read = &grown.read;
            read.name == selected.alias
                && read.view.name == view.name
                && grown.version == selected.version
                && read.key_group == key_group
        };
        if let Some(known) = self.views.iter().position(same) {
            return Ok(known);
        }
        check_servable(&view)?;
        let version = selected.version.unwrap_or(view.current_version);
        let read = ViewRead { view, features: Arc::new([]), key_group, name: selected.alias.to_owned(), version };
        self.views.push(GrowingView { read, features: Vec::new(), version: selected.version });
        Ok(self.views.len() - 1)
    }

    fn find_view(&self, name: &str, version: Option<u32>) -> Result<Arc<FeatureView>> {
        let newest = self.definitions.feature_view(name)?;
        let Some(version) = version else { return Ok(Arc::clone(newest)) };
        if !self.definitions.versioning {
            return Err(Error::unsupported(format!(
                "`{name}@v{version}` pins a version, but online versioning is off"
            ))
            .with_hint("set `enable_online_feature_view_versioning: true` under `registry` in feature_store.yaml"));
        }
        let versions = &self.definitions.feature_view_versions;
        let mut view = match versions.get(&(name.to_owned(), version)) {
            Some(snapshot) => Arc::clone(snapshot),
            None if newest.current_version == version => Arc::clone(newest),
            None => {
                let known = versions.keys().filter(|(view, _)| view == name).map(|(_, number)| *number);
                let mut known: Vec<u32> = known.chain([newest.current_version]).collect();
                known.sort_unstable();
                known.dedup();
                let known: Vec<String> = known.iter().map(|number| format!("v{number}")).collect();
                return Err(Error::not_found(format!("feature view `{name}` has no version {version}"))
                    .with_hint(format!("known: {}", known.join(", "))));
            }
        };
        if view.storage_version != version {
            Arc::make_mut(&mut view).storage_version = version;
        }
        Ok(view)
    }

    fn key_group(&mut self, view: &FeatureView, join_key_map: &BTreeMap<String, String>) -> usize {
        let mut names: Vec<String> = view.join_keys.iter().map(|key| key.name.clone()).collect();
        names.sort_unstable();
        let encoder = KeyEncoder::new(&names);
        let mut keys = Vec::with_capacity(names.len());
        for name in names.iter().filter(|_| !view.is_entity_less()) {
            let value_type = view.join_keys.iter().find(|key| key.name == *name).map(|key| key.value_type);
            let name = join_key_map.get(name).unwrap_or(name).clone();
            let wanted = RequestKey { name, value_type: value_type.unwrap_or(ValueType::Invalid) };
            keys.push(self.keys.iter().position(|known| *known == wanted).unwrap_or_else(|| {
                self.keys.push(wanted);
                self.keys.len() - 1
            }));
        }
        let same = |group: &KeyGroup| group.keys == keys && group.encoder.prefix() == encoder.prefix();
        self.key_groups.iter().position(same).unwrap_or_else(|| {
            self.key_groups.push(KeyGroup { encoder, keys });
            self.key_groups.len() - 1
        })
    }

    fn finish(self) -> ResolvedFeatures {
        let finish = |grown: GrowingView| ViewRead { features: grown.features.into(), ..grown.read };
        ResolvedFeatures {
            views: self.views.into_iter().map(finish).collect(),
            keys: self.keys,
            key_groups: self.key_groups,
            columns: self.columns,
        }
    }
}

/// Refuses views that must not be read. A view that is being materialized again is served, where Feast is not.
fn check_servable(view: &FeatureView) -> Result<()> {
    let name = &view.name;
    if view.disabled {
        return Err(Error::unsupported(format!("feature view `{name}` is disabled")).with_hint(format!(
            "enable it with `feast feature-views enable {name}`, or set `enabled` in its definition"
        )));
    }
    if !view.online {
        return Err(Error::unsupported(format!("feature view `{name}` is not kept online"))
            .with_hint("set `online: true` in its definition, apply and materialize it"));
    }
    match view.state {
        ViewState::Unspecified | ViewState::Materializing | ViewState::AvailableOnline => Ok(()),
        ViewState::Created | ViewState::Generated | ViewState::Other(_) => {
            Err(Error::unsupported(format!("feature view `{name}` cannot serve in state {}", view.state.name()))
                .with_hint("materialize it first"))
        }
    }
}

fn unknown_feature(view: &FeatureView, feature: &str) -> Error {
    Error::not_found(format!("feature view `{}` has no feature `{}`", view.name, feature.escape_debug()))
        .with_hint(did_you_mean(feature, view.features.iter().map(|field| field.name.as_str())))
}

fn collision(name: &str, first: &str, second: &str, full_feature_names: bool) -> Error {
    if first == second {
        return Error::invalid_input(format!("feature `{first}` is asked for twice")).with_hint("ask for it once");
    }
    let error = Error::invalid_input(format!("features `{first}` and `{second}` would both be called `{name}`"));
    if full_feature_names {
        error.with_hint("read them in two requests")
    } else {
        error.with_hint("ask for full feature names (`full_feature_names`), or read them in two requests")
    }
}
