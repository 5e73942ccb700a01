use std::fmt;

use crate::wire::{Broken, Message};

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident = $field:literal, $words:literal;)*) => {
        /// The kinds of object that a registry holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ObjectKind {
            $($(#[$meta])* $variant,)*
        }

        impl ObjectKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its field in `feast.core.Registry`.
            pub(crate) fn field(self) -> u32 {
                match self {
                    $(Self::$variant => $field,)*
                }
            }

            /// What people call it, e.g. `feature view`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $words,)*
                }
            }
        }
    };
}

kinds! {
    /// A project.
    Project = 17, "project";
    /// An entity.
    Entity = 1, "entity";
    /// A file, push or other source of rows.
    DataSource = 12, "data source";
    /// A batch feature view.
    FeatureView = 6, "feature view";
    /// A stream feature view.
    StreamFeatureView = 14, "stream feature view";
    /// An on-demand feature view.
    OnDemandFeatureView = 8, "on-demand feature view";
    /// A label view.
    LabelView = 19, "label view";
    /// A feature service.
    FeatureService = 7, "feature service";
    /// A saved dataset.
    SavedDataset = 11, "saved dataset";
    /// A validation reference.
    ValidationReference = 13, "validation reference";
    /// A permission.
    Permission = 16, "permission";
    /// The unique id of a project.
    ProjectMetadata = 15, "project metadata";
    /// A snapshot of a feature view.
    FeatureViewVersion = 18, "feature view version";
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What tells an object from all others of its kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    pub(crate) project: String,
    pub(crate) name: String,
}

impl ObjectKind {
    pub(crate) fn from_field(field: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.field() == field)
    }

    /// Reads the project and the name of an object from its bytes.
    pub(crate) fn identity(self, bytes: &[u8]) -> Result<Identity, Broken> {
        let object = Message::parse(bytes)?;
        let spec;
        let (holder, project, name) = match self {
            Self::DataSource => (&object, 21, 20),
            Self::ValidationReference => (&object, 3, 1),
            Self::ProjectMetadata => (&object, 1, 1),
            Self::FeatureViewVersion => (&object, 2, 1),
            kind => {
                spec = Message::parse(object.content(1).unwrap_or_default())?;
                match kind {
                    Self::Project => (&spec, 1, 1),
                    Self::Entity => (&spec, 9, 1),
                    _ => (&spec, 2, 1),
                }
            }
        };
        let text = |field| {
            let content = holder.content(field).unwrap_or_default().to_vec();
            String::from_utf8(content).map_err(|_| Broken { offset: 0, what: "a name that is not UTF-8" })
        };
        Ok(Identity { project: text(project)?, name: text(name)? })
    }
}
