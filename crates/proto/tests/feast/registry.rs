//! A registry file that Feast wrote.

use larder_proto::core::{
    DataSource, FeatureView, FeatureViewState, Registry, data_source, feature_transformation_v2, infra_object,
    on_demand_source,
};
use larder_proto::google::{Duration, Timestamp};
use larder_proto::types::ValueType;
use prost::Message;

const BYTES: &[u8] = include_bytes!("../data/registry.db");
const DAY_SECONDS: i64 = 86_400;

fn registry() -> Registry {
    Registry::decode(BYTES).unwrap()
}

fn view(name: &str) -> FeatureView {
    let mut views = registry().feature_views.into_iter();
    views.find(|view| view.spec.as_ref().is_some_and(|spec| spec.name == name)).unwrap()
}

fn source(name: &str) -> DataSource {
    registry().data_sources.into_iter().find(|source| source.name == name).unwrap()
}

fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut names: Vec<_> = names.map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn reencoding_loses_nothing() {
    let encoded = registry().encode_to_vec();
    assert_eq!(encoded.len(), BYTES.len());
    assert_eq!(Registry::decode(encoded.as_slice()).unwrap(), registry());
}

#[test]
fn names() {
    let registry = registry();
    assert_eq!(registry.registry_schema_version, "1");
    assert_eq!(
        sorted(registry.feature_views.iter().map(|view| &view.spec.as_ref().unwrap().name)),
        [
            "all_types",
            "customer_driver_daily",
            "driver_hourly_stats",
            "driver_hourly_stats_fresh",
            "global_stats",
            "offline_only",
            "shop_stats"
        ]
    );
    assert_eq!(
        sorted(registry.entities.iter().map(|entity| &entity.spec.as_ref().unwrap().join_key)),
        ["__dummy_id", "customer_id", "driver_id", "shop_id"]
    );
    assert_eq!(
        sorted(registry.feature_services.iter().map(|service| &service.spec.as_ref().unwrap().name)),
        ["aliased", "driver_activity", "driver_all", "driver_odfv", "mixed"]
    );
    assert_eq!(sorted(registry.projects.iter().map(|project| &project.spec.as_ref().unwrap().name)), ["feast_vec"]);
}

#[test]
fn feature_view() {
    let view = view("driver_hourly_stats");
    let spec = view.spec.unwrap();
    assert_eq!(spec.project, "feast_vec");
    assert_eq!(spec.entities, ["driver"]);
    assert_eq!(spec.ttl, Some(Duration { seconds: DAY_SECONDS, nanos: 0 }));
    assert!(spec.online);
    assert_eq!(spec.tags["team"], "driver_performance");
    assert_eq!(spec.version, "latest");
    let features: Vec<_> = spec.features.iter().map(|feature| (feature.name.as_str(), feature.value_type())).collect();
    assert_eq!(
        features,
        [
            ("conv_rate", ValueType::Float),
            ("acc_rate", ValueType::Float),
            ("avg_daily_trips", ValueType::Int64),
            ("driver_metadata", ValueType::Map),
            ("driver_config", ValueType::Json),
            ("driver_profile", ValueType::Struct)
        ]
    );
    assert_eq!(spec.features[2].description, "Average daily trips");
    assert_eq!(spec.features[5].tags["feast:struct_schema"], r#"{"name": "STRING", "age": "STRING"}"#);
    assert_eq!(spec.entity_columns[0].name, "driver_id");
    let source = spec.batch_source.unwrap();
    assert_eq!(source.created_timestamp_column, "created");
    assert_eq!(source.timestamp_field, "event_timestamp");
    assert_eq!(source.data_source_class_type, "feast.infra.offline_stores.file_source.FileSource");
}

#[test]
fn materialization() {
    let meta = view("driver_hourly_stats").meta.unwrap();
    let [interval] = meta.materialization_intervals.as_slice() else { panic!("{meta:?}") };
    let january_first = 1_767_225_600;
    assert_eq!(interval.start_time, Some(Timestamp { seconds: january_first, nanos: 0 }));
    assert_eq!(interval.end_time, Some(Timestamp { seconds: january_first + 10 * DAY_SECONDS, nanos: 0 }));
    assert_eq!(meta.state(), FeatureViewState::AvailableOnline);
    assert_eq!(meta.last_updated_timestamp.unwrap().nanos, 457_496_000);
}

#[test]
fn data_sources() {
    let file = source("shop_src");
    assert_eq!(file.r#type(), data_source::SourceType::BatchFile);
    assert_eq!(file.field_mapping["rev"], "revenue");
    let Some(data_source::Options::FileOptions(options)) = file.options else { panic!("{:?}", file.options) };
    assert_eq!(options.uri, "data/shop.parquet");

    let request = source("vals_to_add");
    let Some(data_source::Options::RequestDataOptions(options)) = request.options else {
        panic!("{:?}", request.options)
    };
    assert_eq!((options.schema[0].name.as_str(), options.schema[0].value_type()), ("val_to_add", ValueType::Int64));

    assert_eq!(source("driver_push").batch_source.unwrap().name, "driver_src");
}

#[test]
fn projections_of_a_feature_service() {
    let services = registry().feature_services;
    let aliased = services.into_iter().filter_map(|service| service.spec).find(|spec| spec.name == "aliased").unwrap();
    let aliases: Vec<_> = aliased
        .features
        .iter()
        .map(|projection| (projection.feature_view_name_alias.as_str(), projection.join_key_map["driver_id"].as_str()))
        .collect();
    assert_eq!(aliases, [("origin_driver", "origin_driver_id"), ("dest_driver", "dest_driver_id")]);
    assert_eq!(aliased.features[0].view_type, "featureView");
    assert_eq!(aliased.features[0].version_tag, None);
}

#[test]
fn on_demand_sources() {
    let spec = registry().on_demand_feature_views.remove(0).spec.unwrap();
    assert_eq!((spec.name.as_str(), spec.mode.as_str()), ("transformed_conv_rate", "pandas"));
    let source = spec.sources["driver_hourly_stats"].source.as_ref().unwrap();
    let on_demand_source::Source::FeatureViewProjection(projection) = source else { panic!("{source:?}") };
    assert_eq!(projection.feature_view_name, "driver_hourly_stats");
    let source = spec.sources["vals_to_add"].source.as_ref().unwrap();
    assert!(matches!(source, on_demand_source::Source::RequestDataSource(_)));
    let transformation = spec.feature_transformation.unwrap().transformation.unwrap();
    let feature_transformation_v2::Transformation::UserDefinedFunction(function) = transformation else {
        panic!("{transformation:?}")
    };
    assert!(function.body.starts_with(b"\x80\x04"), "a pickle, protocol 4");
    assert!(function.body_text.starts_with("@on_demand_feature_view"));
}

#[test]
fn infra() {
    let infra = registry().infra.unwrap();
    let tables: Vec<_> = infra
        .infra_objects
        .into_iter()
        .map(|object| match object.infra_object {
            Some(infra_object::InfraObject::SqliteTable(table)) => table.name,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(tables.len(), 7);
    assert!(tables.contains(&"feast_vec_shop_stats".to_owned()));
}
