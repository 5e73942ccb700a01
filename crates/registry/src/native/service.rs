use std::collections::BTreeMap;

use larder_core::name::did_you_mean;
use larder_core::{Error, FeatureService, FeatureView, FeatureViewProjection, Field};

use super::node::{Node, Problems};
use super::reader::{Section, annotations};

pub(super) fn read(
    node: &Node<'_>,
    name: &str,
    views: &Section<'_, FeatureView>,
    problems: &mut Problems,
) -> Option<FeatureService> {
    let fields = node.fields(&["name", "features", "description", "tags", "owner"], problems);
    let (description, tags, owner) = annotations(&fields, problems);
    let list = fields.required("features", "a list of feature views", problems)?.clone();
    let nodes = list.list(problems);
    if nodes.is_empty() && list.value().is_sequence() {
        problems.say(&list, "the service has no features", "list at least one feature view");
    }
    let mut projections: Vec<FeatureViewProjection> = Vec::new();
    for node in nodes {
        let Some(projection) = projection(&node, views, problems) else { continue };
        if projections.iter().any(|known| known.name_to_use() == projection.name_to_use()) {
            let message = format!("`{}` is in the service twice", projection.name_to_use());
            problems.say(&node, message, "give one of them an `alias`");
        }
        projections.push(projection);
    }
    Some(FeatureService {
        name: name.to_owned(),
        projections,
        description,
        tags,
        owner,
        created: None,
        last_updated: None,
    })
}

/// `view`, or `{view: …, features: […], alias: …, join_key_map: {…}}`.
fn projection(
    node: &Node<'_>,
    views: &Section<'_, FeatureView>,
    problems: &mut Problems,
) -> Option<FeatureViewProjection> {
    if !node.value().is_mapping() {
        let view = views.find(node, problems)?;
        return Some(FeatureViewProjection {
            feature_view_name: view.name.clone(),
            name_alias: String::new(),
            features: view.features.clone(),
            join_key_map: BTreeMap::new(),
            version_tag: None,
        });
    }
    let fields = node.fields(&["view", "features", "alias", "join_key_map"], problems);
    let name_alias = match fields.get("alias") {
        Some(node) => node.name("alias", problems),
        None => Some(String::new()),
    };
    let view = fields.required("view", "the name of a feature view", problems)?.clone();
    let view = views.find(&view, problems)?;
    let features = match fields.get("features") {
        Some(node) => selection(node, view, problems),
        None => view.features.clone(),
    };
    Some(FeatureViewProjection {
        feature_view_name: view.name.clone(),
        name_alias: name_alias?,
        features,
        join_key_map: fields.get("join_key_map").map(|node| join_key_map(node, view, problems)).unwrap_or_default(),
        version_tag: None,
    })
}

fn selection(node: &Node<'_>, view: &FeatureView, problems: &mut Problems) -> Vec<Field> {
    let nodes = node.list(problems);
    if nodes.is_empty() && node.value().is_sequence() {
        problems.say(node, "no features are selected", "leave `features` out to take all of the view");
    }
    let mut selected: Vec<Field> = Vec::new();
    for node in nodes {
        let Some(name) = node.text(problems) else { continue };
        let known = || view.features.iter().map(|feature| feature.name.as_str());
        match view.features.iter().find(|feature| feature.name == name) {
            Some(_) if selected.iter().any(|known| known.name == name) => {
                problems.say(&node, format!("feature `{name}` is listed twice"), "list it once");
            }
            Some(feature) => selected.push(feature.clone()),
            None => {
                let message = format!("feature view `{}` has no feature `{name}`", view.name);
                problems.add::<()>(&node, Error::invalid_config(message).with_hint(did_you_mean(name, known())));
            }
        }
    }
    selected
}

fn join_key_map(node: &Node<'_>, view: &FeatureView, problems: &mut Problems) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    for (key, node) in node.pairs(problems) {
        if !view.join_keys.iter().any(|known| known.name == key) || view.is_entity_less() {
            let keys = view.join_keys.iter().map(|key| key.name.as_str()).filter(|_| !view.is_entity_less());
            let message = format!("feature view `{}` has no join key `{key}`", view.name);
            problems.say(&node, message, &did_you_mean(key, keys));
        }
        if let Some(name) = node.name("join key", problems) {
            map.insert(key.to_owned(), name);
        }
    }
    map
}
