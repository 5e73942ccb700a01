//! `init`: a new feature repository.

use std::fs;
use std::path::Path;

use larder::name::check_project_name;
use larder::{Clock, Error, Result};
use serde_json::json;

use crate::answer::Answer;
use crate::argument::{Init, Template};
use crate::template;

pub(crate) fn run(arguments: &Init) -> Result<Answer> {
    let folder = &arguments.directory;
    let project = match &arguments.project {
        Some(project) => project.clone(),
        None => project_of(folder)?,
    };
    check_project_name(&project)?;
    refuse_existing(folder)?;
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| cannot_write(&path, error))
    };
    let data = folder.join("data");
    fs::create_dir_all(&data).map_err(|error| cannot_write(&data, error))?;
    write("feature_store.yaml", &template::feature_store_yaml(&project))?;
    let now = Clock::System.now();
    match arguments.template {
        Template::Minimal => write("features.yaml", template::MINIMAL)?,
        Template::Local => {
            write("features.yaml", template::LOCAL)?;
            write("data/driver_profiles.csv", &template::profiles(now))?;
            larder::write_parquet(&data.join("driver_stats.parquet"), &template::stats(now))?;
        }
    }
    let shown = folder.display();
    let next = match arguments.template {
        Template::Minimal => {
            format!("Next: define features in {shown}/features.yaml, then `larder -c {shown} apply`\n")
        }
        Template::Local => format!(
            "Next:\n  larder -c {shown} apply\n  larder -c {shown} materialize-incremental now\n  larder -c {shown} get-online-features -e driver_id=1001 -s driver_activity\n"
        ),
    };
    Ok(Answer::new(
        format!("Creating a new feature repository in {shown}: project {project}.\n{next}"),
        json!({"project": project, "path": folder}),
    ))
}

/// The folder's name as a project name: what a project name must not have becomes an underscore.
fn project_of(folder: &Path) -> Result<String> {
    let absolute = std::path::absolute(folder).map_err(|error| cannot_write(folder, error))?;
    let name = absolute.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = name.replace(|c: char| !(c.is_alphanumeric() || c == '_'), "_");
    Ok(name.trim_start_matches('_').to_owned())
}

fn refuse_existing(folder: &Path) -> Result<()> {
    for name in ["feature_store.yaml", "features.yaml"] {
        let path = folder.join(name);
        if path.exists() {
            return Err(Error::invalid_input("there is a feature repository already, so nothing was written")
                .with("file", path.display())
                .with_hint("name another folder"));
        }
    }
    Ok(())
}

fn cannot_write(path: &Path, error: std::io::Error) -> Error {
    Error::invalid_input("cannot make the repository").with("path", path.display()).with_source(error)
}
