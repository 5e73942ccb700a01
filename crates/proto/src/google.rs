//! The `google.protobuf` messages that Feast uses. `StringValue` is `Option<String>`, as prost has it.

/// A point in time: seconds since the epoch, and 0 to 999,999,999 nanoseconds (`google/protobuf/timestamp.proto`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct Timestamp {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

/// A span of time: seconds and nanoseconds of the same sign (`google/protobuf/duration.proto`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct Duration {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}
