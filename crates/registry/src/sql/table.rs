use crate::kind::ObjectKind;

/// A table that holds one object per row.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// `<column>_name` and `<column>_proto` hold the name and the message.
    column: &'static str,
}

impl Table {
    /// The table of a kind; `None` for the two kinds whose rows are no messages.
    pub(super) fn of(kind: ObjectKind) -> Option<Self> {
        let (name, column) = match kind {
            ObjectKind::Project => ("projects", "project"),
            ObjectKind::Entity => ("entities", "entity"),
            ObjectKind::DataSource => ("data_sources", "data_source"),
            ObjectKind::FeatureView => ("feature_views", "feature_view"),
            ObjectKind::StreamFeatureView => ("stream_feature_views", "feature_view"),
            ObjectKind::OnDemandFeatureView => ("on_demand_feature_views", "feature_view"),
            ObjectKind::LabelView => ("label_views", "feature_view"),
            ObjectKind::FeatureService => ("feature_services", "feature_service"),
            ObjectKind::SavedDataset => ("saved_datasets", "saved_dataset"),
            ObjectKind::ValidationReference => ("validation_references", "validation_reference"),
            ObjectKind::Permission => ("permissions", "permission"),
            ObjectKind::ProjectMetadata | ObjectKind::FeatureViewVersion => return None,
        };
        Some(Self { name, column })
    }

    /// Project, name and message of all rows, in the order they were first written.
    pub(super) fn select(&self) -> String {
        let Self { name, column } = self;
        format!("SELECT project_id, {column}_name, {column}_proto FROM {name} ORDER BY rowid")
    }

    /// Parameters: name, project.
    pub(super) fn delete(&self) -> String {
        let Self { name, column } = self;
        format!("DELETE FROM {name} WHERE {column}_name = ?1 AND project_id = ?2")
    }

    /// Parameters: name, project, seconds, message. Columns that larder does not know keep what they hold.
    pub(super) fn upsert(&self) -> String {
        let Self { name, column } = self;
        let key = if *name == "projects" { "project_id".to_owned() } else { format!("{column}_name, project_id") };
        format!(
            "INSERT INTO {name} ({column}_name, project_id, last_updated_timestamp, {column}_proto) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT ({key}) DO UPDATE SET last_updated_timestamp = excluded.last_updated_timestamp, \
             {column}_proto = excluded.{column}_proto"
        )
    }
}
