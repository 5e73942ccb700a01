//! `list` and `describe`: what the registry holds.

use larder::definition::Tags;
use larder::name::did_you_mean;
use larder::{Definitions, Error, FeatureView, Result};
use serde_json::{Value as Json, json};

use super::Place;
use crate::answer::{Answer, table};
use crate::argument::{Describe, List, Name, Of, TagFilter};
use crate::definition;

pub(crate) fn list(place: &Place, list: &List) -> Result<Answer> {
    if let List::Projects = list {
        return list_projects(place);
    }
    let definitions = place.open()?.definitions()?;
    match list {
        List::Entities(filter) => list_entities(&definitions, filter),
        List::FeatureViews(filter) => list_feature_views(&definitions, filter),
        List::OnDemandFeatureViews(filter) => list_on_demand_feature_views(&definitions, filter),
        List::FeatureServices(filter) => list_feature_services(&definitions, filter),
        List::DataSources(filter) => list_data_sources(&definitions, filter),
        List::Projects | List::Features => Ok(list_features(&definitions)),
    }
}

pub(crate) fn describe(place: &Place, describe: &Describe) -> Result<Answer> {
    let repo = place.open()?;
    let project = |name: &str| {
        let snapshot = repo.registry().load()?;
        if !snapshot.projects().contains(&name) {
            return Err(Error::not_found(format!("the registry has no project `{name}`"))
                .with_hint(did_you_mean(name, snapshot.projects())));
        }
        Ok(definition::project(&snapshot.definitions(name)?.project))
    };
    let document = match describe {
        Describe::Project(name) => project(&name.name)?,
        Describe::Entity(name) => definition::entity(repo.definitions()?.entity(&name.name)?),
        Describe::FeatureView(name) => definition::feature_view(repo.definitions()?.feature_view(&name.name)?),
        Describe::OnDemandFeatureView(name) => describe_on_demand(&repo.definitions()?, &name.name)?,
        Describe::FeatureService(name) => definition::feature_service(repo.definitions()?.feature_service(&name.name)?),
        Describe::DataSource(name) => definition::data_source(repo.definitions()?.data_source(&name.name)?),
        Describe::Feature(name) => describe_feature(&repo.definitions()?, &name.name)?,
    };
    let text =
        serde_yaml::to_string(&document).map_err(|e| Error::internal("cannot print the object").with_source(e))?;
    Ok(Answer::new(text, document))
}

/// Feast's order of the words, `<kind> list|describe`, in terms of ours.
macro_rules! feast_spelling {
    ($($function:ident: $list:expr, $describe:expr;)+) => {
        $(pub(crate) fn $function(place: &Place, of: Of) -> Result<Answer> {
            match of {
                Of::List(filter) => list(place, &$list(filter)),
                Of::Describe(name) => describe(place, &$describe(name)),
            }
        })+
    };
}

feast_spelling! {
    entities: List::Entities, Describe::Entity;
    feature_views: List::FeatureViews, Describe::FeatureView;
    on_demand_feature_views: List::OnDemandFeatureViews, Describe::OnDemandFeatureView;
    feature_services: List::FeatureServices, Describe::FeatureService;
    data_sources: List::DataSources, Describe::DataSource;
    projects: |_: TagFilter| List::Projects, |name: Name| Describe::Project(name);
    features: |_: TagFilter| List::Features, |name: Name| Describe::Feature(name);
}

/// The tags asked for, as pairs.
fn wanted(filter: &TagFilter) -> Result<Vec<(&str, &str)>> {
    let pair = |tag: &'_ String| -> Option<(usize, usize)> { tag.find(':').map(|at| (at, at + 1)) };
    filter
        .tags
        .iter()
        .map(|tag| match pair(tag) {
            Some((end, start)) => Ok((&tag[..end], &tag[start..])),
            None => Err(Error::invalid_input(format!("`--tags {tag}` is not KEY:VALUE"))),
        })
        .collect()
}

fn has(tags: &Tags, wanted: &[(&str, &str)]) -> bool {
    wanted.iter().all(|(name, value)| tags.get(*name).is_some_and(|found| found == value))
}

fn list_entities(definitions: &Definitions, filter: &TagFilter) -> Result<Answer> {
    let wanted = wanted(filter)?;
    let shown: Vec<_> = definitions
        .entities
        .values()
        .filter(|entity| entity.name != larder::DUMMY_ENTITY && has(&entity.tags, &wanted))
        .collect();
    let rows = shown.iter().map(|e| [e.name.clone(), e.description.clone(), e.value_type.name().into_owned()]);
    Ok(Answer::new(table(["name", "description", "type"], rows), shown.iter().map(|e| definition::entity(e)).collect()))
}

fn list_feature_views(definitions: &Definitions, filter: &TagFilter) -> Result<Answer> {
    let wanted = wanted(filter)?;
    let shown: Vec<_> = definitions.feature_views.values().filter(|view| has(&view.tags, &wanted)).collect();
    let on_demand: Vec<_> =
        definitions.on_demand_feature_views.values().filter(|view| has(&view.tags, &wanted)).collect();
    let row = |view: &FeatureView| {
        let entities = if view.is_entity_less() { "n/a".to_owned() } else { view.entities.join(", ") };
        let enabled = if view.disabled { "No" } else { "Yes" };
        [view.name.clone(), entities, kind(view).to_owned(), enabled.to_owned(), view.state.name().to_owned()]
    };
    let rows = shown.iter().map(|view| row(view)).chain(on_demand.iter().map(|view| {
        [view.name.clone(), "n/a".into(), "OnDemandFeatureView".into(), "never executed".into(), String::new()]
    }));
    let text = table(["name", "entities", "type", "enabled", "state"], rows);
    Ok(Answer::new(text, shown.iter().map(|view| definition::feature_view(view)).collect()))
}

fn kind(view: &FeatureView) -> &'static str {
    match view.kind {
        larder::definition::FeatureViewKind::Batch => "FeatureView",
        larder::definition::FeatureViewKind::Stream => "StreamFeatureView",
    }
}

fn list_on_demand_feature_views(definitions: &Definitions, filter: &TagFilter) -> Result<Answer> {
    let wanted = wanted(filter)?;
    let shown: Vec<_> = definitions.on_demand_feature_views.values().filter(|view| has(&view.tags, &wanted)).collect();
    let rows = shown.iter().map(|view| {
        let outputs: Vec<_> = view.features.iter().map(|field| field.name.as_str()).collect();
        [view.name.clone(), outputs.join(", ")]
    });
    let text = table(["name", "features"], rows);
    Ok(Answer::new(text, shown.iter().map(|view| definition::on_demand_feature_view(view)).collect()))
}

fn list_feature_services(definitions: &Definitions, filter: &TagFilter) -> Result<Answer> {
    let wanted = wanted(filter)?;
    let shown: Vec<_> = definitions.feature_services.values().filter(|service| has(&service.tags, &wanted)).collect();
    let rows = shown.iter().map(|service| {
        let references = service.projections.iter().flat_map(|projection| {
            projection.features.iter().map(move |field| format!("{}:{}", projection.name_to_use(), field.name))
        });
        [service.name.clone(), references.collect::<Vec<_>>().join(", ")]
    });
    let text = table(["name", "features"], rows);
    Ok(Answer::new(text, shown.iter().map(|service| definition::feature_service(service)).collect()))
}

fn list_data_sources(definitions: &Definitions, filter: &TagFilter) -> Result<Answer> {
    let wanted = wanted(filter)?;
    let shown: Vec<_> = definitions.data_sources.values().filter(|source| has(&source.tags, &wanted)).collect();
    let rows = shown.iter().map(|source| [source.name.clone(), definition::source_type(source).to_owned()]);
    let text = table(["name", "class"], rows);
    Ok(Answer::new(text, shown.iter().map(|source| definition::data_source(source)).collect()))
}

fn list_projects(place: &Place) -> Result<Answer> {
    let snapshot = place.open()?.registry().load()?;
    let mut projects = Vec::new();
    for name in snapshot.projects() {
        projects.push(snapshot.definitions(name)?.project);
    }
    let rows = projects.iter().map(|p| {
        let tags: Vec<_> = p.tags.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        [p.name.clone(), p.description.clone(), tags.join(", "), p.owner.clone()]
    });
    let text = table(["name", "description", "tags", "owner"], rows);
    Ok(Answer::new(text, projects.iter().map(definition::project).collect()))
}

fn list_features(definitions: &Definitions) -> Answer {
    let features =
        || definitions.feature_views.values().flat_map(|view| view.features.iter().map(move |field| (view, field)));
    let rows =
        features().map(|(view, field)| [field.name.clone(), view.name.clone(), field.value_type.name().into_owned()]);
    let json: Json = features()
        .map(|(view, field)| json!({"feature_name": field.name, "feature_view": view.name, "dtype": field.value_type.name()}))
        .collect();
    Answer::new(table(["feature", "feature view", "data type"], rows), json)
}

fn describe_on_demand(definitions: &Definitions, name: &str) -> Result<Json> {
    let known = &definitions.on_demand_feature_views;
    known.get(name).map(definition::on_demand_feature_view).ok_or_else(|| {
        Error::not_found(format!("project `{}` has no on-demand feature view `{name}`", definitions.project.name))
            .with_hint(did_you_mean(name, known.keys().map(String::as_str)))
    })
}

fn describe_feature(definitions: &Definitions, name: &str) -> Result<Json> {
    let features =
        || definitions.feature_views.values().flat_map(|view| view.features.iter().map(move |field| (view, field)));
    let found: Vec<Json> = features()
        .filter(|(_, field)| field.name == name)
        .map(|(view, field)| {
            json!({
                "Feature Name": field.name, "Feature View": view.name, "Data Type": field.value_type.name(),
                "Description": field.description, "Online Store": view.online,
                "Source": view.batch_source.as_ref().map(definition::data_source),
            })
        })
        .collect();
    if found.is_empty() {
        return Err(Error::not_found(format!("project `{}` has no feature `{name}`", definitions.project.name))
            .with_hint(did_you_mean(name, features().map(|(_, field)| field.name.as_str()))));
    }
    Ok(Json::Array(found))
}
