//! What is stored where: pure functions from views and keys to names and bytes.

use larder_core::FeatureView;

/// The table of a view: it names the project, so that two projects in one store never meet.
pub(crate) fn table(view: &FeatureView) -> String {
    format!("{}_{}", view.project, view.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_two_projects_differ() {
        let view = |project: &str| FeatureView::new(project, "stats", Vec::new(), Vec::new());
        assert_eq!(table(&view("a")), "a_stats");
        assert_ne!(table(&view("a")), table(&view("b")));
    }
}
