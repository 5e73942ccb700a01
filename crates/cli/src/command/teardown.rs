//! `teardown`.

use std::io::{self, BufRead, IsTerminal, Write};

use larder::{Error, Result};
use serde_json::json;

use super::{Place, connected};
use crate::answer::{Answer, count};
use crate::argument::Teardown;

pub(crate) fn run(place: &Place, arguments: &Teardown) -> Result<Answer> {
    let repo = place.open()?;
    let project = repo.project().to_owned();
    if !arguments.yes {
        confirm(&project)?;
    }
    let views = connected(repo, async |larder| larder.teardown().await)?;
    let text = format!(
        "Project {project} is gone: {} and its definitions. Other projects are untouched.",
        count(views.len(), "feature view")
    );
    Ok(Answer::new(text, json!({"project": project, "feature_views": views})))
}

/// Asks for the project's name; without a person to ask, refuses.
fn confirm(project: &str) -> Result<()> {
    let refuse = |why: &str| {
        Err(Error::invalid_input(format!("{why}, so nothing was removed")).with_hint("`--yes` removes without asking"))
    };
    if !io::stdin().is_terminal() {
        return refuse("there is nobody to ask");
    }
    let mut stderr = io::stderr();
    let _ = write!(stderr, "This removes all rows and definitions of project {project}. Type its name to go on: ");
    let _ = stderr.flush();
    let mut typed = String::new();
    match io::stdin().lock().read_line(&mut typed) {
        Ok(_) if typed.trim() == project => Ok(()),
        _ => refuse("the name was not typed"),
    }
}
