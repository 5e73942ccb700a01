//! The definitions of Feast's recorded repository, by hand, and an engine over them.
#![allow(dead_code)] // each test file takes what it needs

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::executor::block_on;
use larder_core::definition::{
    DataSource, DataSourceKind, Entity, FeatureService, FeatureViewProjection, FileFormat, OnDemandFeatureView,
    Project, Tags,
};
use larder_core::{
    Clock, DUMMY_JOIN_KEY, Definitions, FeatureView, Field, InfraChanges, JoinKey, OnlineStore, Result, Timestamp,
    ValueType,
};
use larder_engine::{
    Column, Columns, Engine, EngineOptions, FeatureSelection, OnlineRequest, OnlineResponse, Statuses,
};
use larder_store_memory::MemoryStore;
use serde_json::Value as Json;

pub(crate) const PROJECT: &str = "feast_vec";
const DAY: Duration = Duration::from_secs(86_400);

/// An hour after the newest row that Feast materialized.
pub(crate) const NOW: &str = "2026-01-10T04:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn view(
    name: &str,
    keys: &[(&str, ValueType)],
    features: &[(&str, ValueType)],
    ttl: Option<Duration>,
) -> FeatureView {
    let keys = keys.iter().map(|(name, value_type)| JoinKey { name: (*name).into(), value_type: *value_type });
    let features = features.iter().map(|(name, value_type)| Field::new(*name, *value_type));
    FeatureView { ttl, ..FeatureView::new(PROJECT, name, keys.collect(), features.collect()) }
}

pub(crate) fn source(name: &str, created: &str, mapping: &[(&str, &str)]) -> DataSource {
    DataSource {
        name: name.into(),
        kind: DataSourceKind::File {
            path: "x.parquet".into(),
            format: FileFormat::Parquet,
            s3_endpoint_override: String::new(),
        },
        field_mapping: mapping.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect(),
        timestamp_field: "event_timestamp".into(),
        created_timestamp_column: created.into(),
        description: String::new(),
        tags: Tags::new(),
        owner: String::new(),
    }
}

fn push_source(name: &str, batch_source: DataSource) -> DataSource {
    let kind = DataSourceKind::Push { batch_source: Some(Box::new(batch_source)) };
    DataSource { kind, timestamp_field: String::new(), ..source(name, "", &[]) }
}

fn entity(name: &str, join_key: &str, value_type: ValueType) -> Entity {
    Entity {
        name: name.into(),
        join_key: join_key.into(),
        value_type,
        description: String::new(),
        tags: Tags::new(),
        owner: String::new(),
        created: None,
        last_updated: None,
    }
}

/// The whole of a view: its name, its alias, its features, and what its join keys are called.
pub(crate) fn projection(
    view: &str,
    alias: &str,
    features: &[&str],
    join_keys: &[(&str, &str)],
) -> FeatureViewProjection {
    FeatureViewProjection {
        feature_view_name: view.into(),
        name_alias: alias.into(),
        features: features.iter().map(|name| Field::new(*name, ValueType::Invalid)).collect(),
        join_key_map: join_keys.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect(),
        version_tag: None,
    }
}

pub(crate) fn service(name: &str, projections: Vec<FeatureViewProjection>) -> Arc<FeatureService> {
    Arc::new(FeatureService {
        name: name.into(),
        projections,
        description: String::new(),
        tags: Tags::new(),
        owner: String::new(),
        created: None,
        last_updated: None,
    })
}

fn views() -> Vec<FeatureView> {
    use ValueType as T;
    let driver = [("driver_id", T::Int64)];
    let stats = [
        ("conv_rate", T::Float),
        ("acc_rate", T::Float),
        ("avg_daily_trips", T::Int64),
        ("driver_metadata", T::Map),
        ("driver_config", T::Json),
        ("driver_profile", T::Struct),
    ];
    let driver_source = || source("driver_src", "created", &[]);
    let types = [
        ("f_int32", T::Int32),
        ("f_int64", T::Int64),
        ("f_float32", T::Float),
        ("f_float64", T::Double),
        ("f_bool", T::Bool),
        ("f_string", T::String),
        ("f_bytes", T::Bytes),
        ("f_ts", T::UnixTimestamp),
        ("l_int64", T::Int64List),
        ("l_float32", T::FloatList),
        ("l_string", T::StringList),
        ("l_bool", T::BoolList),
        ("l_bytes", T::BytesList),
        ("l_ts", T::UnixTimestampList),
        ("s_string", T::StringSet),
        ("s_int64", T::Int64Set),
        ("m_map", T::Map),
        ("j_json", T::Json),
        ("st_struct", T::Struct),
        ("u_uuid", T::Uuid),
        ("d_decimal", T::Decimal),
        ("nested", T::ValueList),
    ];
    vec![
        FeatureView { batch_source: Some(driver_source()), ..view("driver_hourly_stats", &driver, &stats, Some(DAY)) },
        FeatureView {
            stream_source: Some(push_source("driver_push", driver_source())),
            batch_source: Some(driver_source()),
            ..view("driver_hourly_stats_fresh", &driver, &stats, Some(DAY))
        },
        view(
            "customer_driver_daily",
            &[("driver_id", T::Int64), ("customer_id", T::String)],
            &[("trips", T::Int32), ("spend", T::Double), ("note", T::String)],
            Some(Duration::ZERO),
        ),
        view("all_types", &[("customer_id", T::String)], &types, Some(DAY * 3650)),
        view(
            "global_stats",
            &[(DUMMY_JOIN_KEY, T::String)],
            &[("num_rides", T::Int64), ("avg_ride_length", T::Float)],
            Some(Duration::ZERO),
        ),
        FeatureView {
            batch_source: Some(source("shop_src", "", &[("rev", "revenue")])),
            ..view(
                "shop_stats",
                &[("shop_id", T::Int32)],
                &[("revenue", T::Double), ("city", T::String)],
                Some(Duration::from_secs(1)),
            )
        },
        FeatureView { online: false, ..view("offline_only", &driver, &[("acc_rate", T::Float)], None) },
    ]
}

/// What `features.py` of the recorded repository defines.
pub(crate) fn definitions() -> Definitions {
    let stats = ["conv_rate", "acc_rate", "avg_daily_trips", "driver_metadata", "driver_config", "driver_profile"];
    let acc_rate =
        |alias: &str, key: &str| projection("driver_hourly_stats", alias, &["acc_rate"], &[("driver_id", key)]);
    let services = [
        service("driver_activity", vec![projection("driver_hourly_stats", "", &["conv_rate", "avg_daily_trips"], &[])]),
        service("driver_all", vec![projection("driver_hourly_stats", "", &stats, &[])]),
        service(
            "driver_odfv",
            vec![
                projection("driver_hourly_stats", "", &["acc_rate"], &[]),
                projection("transformed_conv_rate", "", &["conv_rate_plus_val"], &[]),
            ],
        ),
        service(
            "aliased",
            vec![acc_rate("origin_driver", "origin_driver_id"), acc_rate("dest_driver", "dest_driver_id")],
        ),
        service(
            "mixed",
            vec![
                projection("driver_hourly_stats", "", &["conv_rate"], &[]),
                projection("customer_driver_daily", "", &["trips"], &[]),
                projection("global_stats", "", &["num_rides", "avg_ride_length"], &[]),
            ],
        ),
    ];
    let entities = [
        entity("driver", "driver_id", ValueType::Int64),
        entity("customer", "customer_id", ValueType::String),
        entity("shop", "shop_id", ValueType::Int32),
        entity("__dummy", DUMMY_JOIN_KEY, ValueType::Invalid),
    ];
    let on_demand = OnDemandFeatureView {
        name: "transformed_conv_rate".into(),
        features: vec![Field::new("conv_rate_plus_val", ValueType::Double)],
        description: String::new(),
        tags: Tags::new(),
        owner: String::new(),
    };
    Definitions {
        project: Project { name: PROJECT.into(), ..Project::default() },
        entities: entities.into_iter().map(|entity| (entity.name.clone(), entity)).collect(),
        feature_views: views().into_iter().map(|view| (view.name.clone(), Arc::new(view))).collect(),
        on_demand_feature_views: BTreeMap::from([(on_demand.name.clone(), on_demand)]),
        feature_services: services.into_iter().map(|service| (service.name.clone(), service)).collect(),
        ..Definitions::default()
    }
}

/// An engine whose store knows all online views and holds nothing.
pub(crate) fn engine_with(definitions: Definitions, options: EngineOptions) -> Engine {
    let store: Arc<dyn OnlineStore> = Arc::new(MemoryStore::default());
    let versions = definitions.feature_view_versions.values();
    let views = definitions.feature_views.values().chain(versions).filter(|view| view.online);
    let changes = InfraChanges { views_to_keep: views.cloned().collect(), ..InfraChanges::default() };
    block_on(store.update(&changes)).unwrap();
    Engine::new(store, Arc::new(definitions), options)
}

pub(crate) fn options(statuses: Statuses, now: &str) -> EngineOptions {
    EngineOptions { clock: Clock::manual(at(now)), statuses, ..EngineOptions::default() }
}

pub(crate) fn engine() -> Engine {
    engine_with(definitions(), options(Statuses::ToldApart, NOW))
}

pub(crate) fn columns(entities: &Json) -> Vec<Column> {
    serde_json::from_str::<Columns>(&entities.to_string()).unwrap().0
}

pub(crate) fn request(features: &[&str], entities: &Json) -> OnlineRequest {
    OnlineRequest::new(FeatureSelection::references(features.iter().copied()), columns(entities))
}

pub(crate) fn read(engine: &Engine, features: &[&str], entities: &Json) -> Result<OnlineResponse> {
    block_on(engine.get_online_features(&request(features, entities)))
}

pub(crate) fn json(response: &OnlineResponse) -> Json {
    let mut body = Vec::new();
    response.write_json(&mut body).unwrap();
    serde_json::from_slice(&body).unwrap()
}
