//! `stores`: the kinds of online store linked into this program.

use larder::{Capabilities, Plugins, Result, StoreDescriptor};
use serde_json::{Value as Json, json};

use crate::answer::{Answer, table};
use crate::argument::Stores;

pub(crate) fn run(stores: &Stores) -> Result<Answer> {
    let plugins = Plugins::linked()?;
    match stores {
        Stores::List => {
            let rows = plugins.iter().map(|s| [s.type_name.to_owned(), stability(s), s.summary.to_owned()]);
            Ok(Answer::new(table(["type", "stability", "summary"], rows), plugins.iter().map(document).collect()))
        }
        Stores::Describe(name) => {
            let store = plugins.get(&name.name)?;
            Ok(Answer::new(describe(store), document(store)))
        }
    }
}

fn stability(store: &StoreDescriptor) -> String {
    format!("{:?}", store.stability).to_lowercase()
}

fn document(store: &StoreDescriptor) -> Json {
    json!({
        "type": store.type_name, "aliases": store.aliases, "stability": store.stability, "summary": store.summary,
        "crate": store.crate_name, "capabilities": store.capabilities, "options": store.options(),
    })
}

fn describe(store: &StoreDescriptor) -> String {
    let mut text = format!("{} ({}): {}\n", store.type_name, stability(store), store.summary);
    if !store.aliases.is_empty() {
        text += &format!("also: {}\n", store.aliases.join(", "));
    }
    text += "\nOptions of `online_store`\n\n";
    let options = store.options();
    let rows = options.iter().map(|option| {
        let default =
            option.default.clone().unwrap_or_else(|| if option.required { "required".into() } else { "none".into() });
        [option.name.clone(), option.kind.clone(), default, option.description.clone()]
    });
    text += &table(["option", "type", "default", "meaning"], rows);
    text += "\nCapabilities\n\n";
    text + &table(["capability", "value"], capabilities(&store.capabilities))
}

fn capabilities(capabilities: &Capabilities) -> Vec<[String; 2]> {
    let Ok(Json::Object(fields)) = serde_json::to_value(capabilities) else { return Vec::new() };
    let word = |value: Json| match value {
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Null => "no limit".to_owned(),
        other => other.to_string(),
    };
    fields.into_iter().map(|(name, value)| [name, word(value)]).collect()
}
