//! The face of larder for applications: open a feature repository, read features, write, push and materialize.
//!
//! A [`Repo`] is the folder of a `feature_store.yaml`: configuration and definitions, no connection. [`Larder`] is a repo
//! connected to its online store.
//!
//! ```no_run
//! # async fn example() -> larder::Result<()> {
//! use larder::{Column, FeatureSelection, Larder, OnlineRequest, Value};
//!
//! let larder = Larder::open("feature_repo").await?;
//! let features = FeatureSelection::references(["driver_hourly_stats:conv_rate"]);
//! let drivers = Column::typed("driver_id", vec![Value::Int64(1001), Value::Int64(1002)]);
//! let answer = larder.get_online_features(&OnlineRequest::new(features, vec![drivers])).await?;
//! for row in 0..answer.row_count() {
//!     println!("{:?}", answer.value("conv_rate", row)?);
//! }
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]

mod apply;
mod larder;
mod materialize;
mod push;
mod repo;

pub use apply::{Applied, Destruction};
pub use larder::Larder;
pub use materialize::{MaterializeRequest, MaterializeSummary, ViewSummary};
pub use push::FilePush;
pub use repo::{OpenOptions, Repo};

pub use larder_core::*;
pub use larder_engine::*;
pub use larder_offline::*;
pub use larder_registry::{Action, Plan, Registry, Snapshot, native};

// The stores whose features are on are linked with this crate.
use larder_bundle as _;
