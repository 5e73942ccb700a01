//! The cases: each one an async function with one sentence that says what is promised.

mod delete;
mod feast;
mod history;
mod lifecycle;
mod limit;
mod name;
mod order;
mod parallel;
mod read;
mod refusal;
mod scan;
mod schema;
mod value;
mod write;

use std::future::Future;
use std::pin::Pin;

use larder_core::Capabilities;
use libtest_mimic::Failed;

use crate::Bed;

/// How a case ended, when it did not fail.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The store keeps the promise.
    Passed,
    /// It could not be tried, for the reason given.
    NotRun(String),
}

/// What a case's function gives.
pub type CaseResult = Result<(), Failed>;

type Running = Pin<Box<dyn Future<Output = CaseResult> + Send>>;

/// One promise, tried against a store.
#[derive(Debug)]
pub struct Case {
    /// Its path, e.g. `larder_conformance::case::order::older_event_is_stale`.
    pub path: &'static str,
    /// The promise in one sentence.
    pub promise: &'static str,
    /// The capability it is about, if any.
    pub flag: Option<Flag>,
    /// Tries it.
    pub run: fn(Bed) -> Running,
}

inventory::collect!(Case);

/// A capability that a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// [`Capabilities::scan`].
    Scan,
    /// [`Capabilities::delete_entities`].
    DeleteEntities,
    /// [`Capabilities::durable`].
    Durable,
    /// [`Capabilities::shared`].
    Shared,
    /// [`Capabilities::exact_timestamps`].
    ExactTimestamps,
}

impl Flag {
    /// Whether the capabilities declare it.
    #[must_use]
    pub fn is_declared(self, capabilities: &Capabilities) -> bool {
        match self {
            Self::Scan => capabilities.scan,
            Self::DeleteEntities => capabilities.delete_entities,
            Self::Durable => capabilities.durable,
            Self::Shared => capabilities.shared,
            Self::ExactTimestamps => capabilities.exact_timestamps,
        }
    }
}

impl Case {
    /// Its path inside the suite, e.g. `order::older_event_is_stale`.
    #[must_use]
    pub fn short_name(&self) -> &'static str {
        self.path.split_once("case::").map_or(self.path, |(_, name)| name)
    }

    /// A project name of its own: letters, digits and underscores.
    #[must_use]
    pub fn project_name(&self) -> String {
        self.short_name().replace("::", "_")
    }

    /// Tries the promise, or its refusal form when the store does not declare the capability.
    pub(crate) async fn run(&self, bed: Bed) -> Result<Outcome, Failed> {
        match self.flag {
            Some(flag) if !flag.is_declared(&bed.capabilities()) => refusal::check(flag, bed).await?,
            _ => (self.run)(bed).await?,
        }
        Ok(Outcome::Passed)
    }
}

/// Writes a case where it stands: `case! { /// promise\n async fn name(bed) { … } }`, with `[Scan]` before `async` for a
/// case about a capability.
macro_rules! case {
    ($(#[doc = $promise:literal])+ $([$flag:ident])? async fn $name:ident($bed:ident) $body:block) => {
        $(#[doc = $promise])+
        async fn $name($bed: $crate::Bed) -> $crate::case::CaseResult {
            $body
            Ok(())
        }
        inventory::submit! {
            $crate::Case {
                path: concat!(module_path!(), "::", stringify!($name)),
                promise: concat!($($promise),+),
                flag: $crate::case::case!(@flag $($flag)?),
                run: |bed| Box::pin($name(bed)),
            }
        }
    };
    (@flag) => { None };
    (@flag $flag:ident) => { Some($crate::Flag::$flag) };
}

/// Fails the case with a message when a condition does not hold.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(libtest_mimic::Failed::from(format!($($message)+)));
        }
    };
}

/// Fails the case when two values differ, showing both.
macro_rules! ensure_eq {
    ($left:expr, $right:expr $(,)?) => { $crate::case::ensure_eq!($left, $right, "values differ") };
    ($left:expr, $right:expr, $($message:tt)+) => {
        match (&$left, &$right) {
            (left, right) => {
                if left != right {
                    return Err(libtest_mimic::Failed::from(format!("{}\n  left:  {left:?}\n  right: {right:?}", format_args!($($message)+))));
                }
            }
        }
    };
}

pub(crate) use {case, ensure, ensure_eq};
