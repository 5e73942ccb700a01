//! Code and aggregations that make features. Code is kept as opaque bytes and never executed.

use crate::google::Duration;

/// A function as Feast pickled it, with its source text (`feast/core/Transformation.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct UserDefinedFunctionV2 {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(bytes = "vec", tag = "2")]
    pub body: Vec<u8>,
    #[prost(string, tag = "3")]
    pub body_text: String,
    #[prost(string, tag = "4")]
    pub mode: String,
}

/// How features are computed (`feast/core/Transformation.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct FeatureTransformationV2 {
    #[prost(oneof = "feature_transformation_v2::Transformation", tags = "1, 2")]
    pub transformation: Option<feature_transformation_v2::Transformation>,
}

/// Parts of [`FeatureTransformationV2`].
pub mod feature_transformation_v2 {
    use super::{SubstraitTransformationV2, UserDefinedFunctionV2};

    /// The kind of code.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Transformation {
        #[prost(message, tag = "1")]
        UserDefinedFunction(UserDefinedFunctionV2),
        #[prost(message, tag = "2")]
        SubstraitTransformation(SubstraitTransformationV2),
    }
}

/// A Substrait plan (`feast/core/Transformation.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct SubstraitTransformationV2 {
    #[prost(bytes = "vec", tag = "1")]
    pub substrait_plan: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub ibis_function: Vec<u8>,
}

/// An aggregate of one column over a time window (`feast/core/Aggregation.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Aggregation {
    #[prost(string, tag = "1")]
    pub column: String,
    #[prost(string, tag = "2")]
    pub function: String,
    #[prost(message, optional, tag = "3")]
    pub time_window: Option<Duration>,
    #[prost(message, optional, tag = "4")]
    pub slide_interval: Option<Duration>,
    #[prost(string, tag = "5")]
    pub name: String,
}
