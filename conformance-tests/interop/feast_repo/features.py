from datetime import timedelta

import pandas as pd
from feast import Entity, FeatureService, FeatureView, Field, FileSource, KafkaSource, Project, PushSource, RequestSource, StreamFeatureView, ValueType
from feast.data_format import JsonFormat
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import (
    Array, Bool, Bytes, Decimal, Float32, Float64, ImageBytes, Int32, Int64, Json, Map, PdfBytes, Set, String, Struct, TimeUuid,
    UnixTimestamp, Uuid,
)  # fmt: skip

interop = Project(name="interop", description="rows that Feast and larder both write and read", tags={"team": "interop"}, owner="data@example.com")
customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.STRING, description="who buys")
driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64, tags={"tier": "1"}, owner="fleet@example.com")
shop = Entity(name="shop", join_keys=["shop_id"], value_type=ValueType.INT32)

LONG = timedelta(days=36500)
PROFILE = Struct({"name": String, "n": Int64})


def source(name, **options):
    return FileSource(name=f"{name}_source", path=f"data/{name}.parquet", timestamp_field="event_timestamp", **options)


def fields(**types):
    return [Field(name=name, dtype=dtype) for name, dtype in types.items()]


scalars = FeatureView(
    name="scalars", entities=[customer], ttl=timedelta(0), source=source("scalars"), description="one feature of every scalar type",
    tags={"kind": "types", "ключ": "значение"}, owner="data@example.com",
    schema=fields(
        i32=Int32, i64=Int64, f32=Float32, f64=Float64, flag=Bool, text=String, raw=Bytes, pdf=PdfBytes, image=ImageBytes, instant=UnixTimestamp,
        uuid=Uuid, time_uuid=TimeUuid, price=Decimal, amount=Decimal, doc=Json, attributes=Map, profile=PROFILE,
    ),
)  # fmt: skip
lists = FeatureView(
    name="lists", entities=[customer], ttl=LONG, source=source("lists"),
    schema=fields(
        l_i32=Array(Int32), l_i64=Array(Int64), l_f32=Array(Float32), l_f64=Array(Float64), l_bool=Array(Bool), l_text=Array(String),
        l_raw=Array(Bytes), l_instant=Array(UnixTimestamp), l_uuid=Array(Uuid), l_time_uuid=Array(TimeUuid), l_price=Array(Decimal),
        l_doc=Array(Json), l_map=Array(Map), l_struct=Array(PROFILE),
    ),
)  # fmt: skip
sets = FeatureView(
    name="sets", entities=[customer], ttl=LONG, source=source("sets"),
    schema=fields(
        s_i32=Set(Int32), s_i64=Set(Int64), s_f32=Set(Float32), s_f64=Set(Float64), s_bool=Set(Bool), s_text=Set(String), s_raw=Set(Bytes),
        s_instant=Set(UnixTimestamp), s_uuid=Set(Uuid), s_time_uuid=Set(TimeUuid), s_price=Set(Decimal),
    ),
)  # fmt: skip
nested = FeatureView(
    name="nested", entities=[customer], ttl=LONG, source=source("nested"),
    schema=fields(
        n_i32=Array(Array(Int32)), n_i64=Array(Array(Int64)), n_f32=Array(Array(Float32)), n_f64=Array(Array(Float64)), n_text=Array(Array(String)),
        n_bool=Array(Array(Bool)), n_raw=Array(Array(Bytes)), n_deep=Array(Array(Array(Int64))), n_of_sets=Array(Set(Int64)), n_set=Set(Array(Int64)),
    ),
)  # fmt: skip
exact = FeatureView(
    name="exact", entities=[customer], ttl=LONG, source=source("exact"),
    schema=fields(i64=Int64, l_i64=Array(Int64), profile=PROFILE, attributes=Map, flag=Bool),
)  # fmt: skip

driver_source = source("driver_stats", created_timestamp_column="created", description="hourly", tags={"from": "warehouse"}, owner="fleet@example.com")
driver_push = PushSource(name="driver_push", batch_source=driver_source)
driver_stats = FeatureView(
    name="driver_stats", entities=[driver], ttl=LONG, source=driver_source,
    schema=[
        Field(name="conv_rate", dtype=Float32), Field(name="acc_rate", dtype=Float32),
        Field(name="avg_daily_trips", dtype=Int64, description="average over a day", tags={"unit": "trips"}),
    ],
)  # fmt: skip
driver_fresh = FeatureView(name="driver_fresh", entities=[driver], ttl=LONG, source=driver_push, schema=fields(acc_rate=Float32))
# The entities are not in the order of their join keys.
trips = FeatureView(
    name="trips", entities=[driver, customer], ttl=timedelta(0), source=source("trips"), schema=fields(trips=Int32, spend=Float64, note=String)
)
global_stats = FeatureView(
    name="global_stats", entities=[], ttl=timedelta(0), source=source("global_stats"), schema=fields(num_rides=Int64, avg_ride_length=Float32)
)
shop_stats = FeatureView(
    name="shop_stats", entities=[shop], ttl=LONG, source=source("shop_stats", field_mapping={"rev": "revenue"}), schema=fields(revenue=Float64, city=String)
)

driver_activity = FeatureService(name="driver_activity", features=[driver_stats[["conv_rate", "avg_daily_trips"]]], description="for the ranker")
aliased = FeatureService(
    name="aliased", tags={"stage": "test"}, owner="data@example.com",
    features=[
        driver_stats[["acc_rate"]].with_name("origin").with_join_key_map({"driver_id": "origin_driver_id"}),
        driver_stats[["acc_rate"]].with_name("destination").with_join_key_map({"driver_id": "destination_driver_id"}),
    ],
)  # fmt: skip
mixed = FeatureService(name="mixed", features=[driver_stats[["conv_rate"]], trips[["spend", "trips"]], global_stats])

# Larder does not run these; they must survive whatever it writes into the registry.
request = RequestSource(name="request", schema=[Field(name="bonus", dtype=Int64)])


@on_demand_feature_view(sources=[driver_stats, request], schema=[Field(name="conv_rate_plus_bonus", dtype=Float64)])
def transformed(inputs: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"conv_rate_plus_bonus": inputs["conv_rate"].astype("float64") + inputs["bonus"]})


kafka = KafkaSource(
    name="kafka", kafka_bootstrap_servers="broker:9092", topic="drivers", timestamp_field="event_timestamp", batch_source=driver_source,
    message_format=JsonFormat(schema_json="driver_id integer, event_timestamp timestamp, acc_rate double"),
    watermark_delay_threshold=timedelta(minutes=5),
)  # fmt: skip
driver_stream = StreamFeatureView(
    name="driver_stream", entities=[driver], ttl=timedelta(days=1), source=kafka, schema=fields(acc_rate=Float32), timestamp_field="event_timestamp",
    online=False,
)  # fmt: skip
