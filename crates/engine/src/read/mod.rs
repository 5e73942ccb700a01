//! Reading: a request becomes a plan, entity keys, one call of the store, and a columnar answer.

mod cache;
mod entities;
mod json;
mod reference;
mod request;
mod resolve;
mod response;
mod status;

pub(crate) use cache::ResolutionCache;
pub(crate) use entities::{Entities, JoinKeyNames};
pub use request::{FeatureSelection, OnlineRequest};
pub use resolve::ResolvedFeatures;
pub(crate) use resolve::{ViewRead, resolve};
pub(crate) use response::Answers;
pub use response::{OnlineResponse, ResponseColumn};
pub use status::{Cell, FieldStatus, Statuses};
