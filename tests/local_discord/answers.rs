//! Validates what the local Discord answers against Discord's own API description, when `DISCORD_OPENAPI` names that
//! file.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

struct Description {
    document: Value,
    validators: Mutex<HashMap<(String, String), &'static Validator>>,
}

fn description() -> Option<&'static Description> {
    static DESCRIPTION: OnceLock<Option<Description>> = OnceLock::new();
    DESCRIPTION
        .get_or_init(|| {
            let path = std::env::var_os("DISCORD_OPENAPI")?;
            let text = std::fs::read_to_string(&path).expect("DISCORD_OPENAPI names a file that can be read");
            let document = serde_json::from_str(&text).expect("DISCORD_OPENAPI names a JSON file");
            Some(Description { document, validators: Mutex::default() })
        })
        .as_ref()
}

impl Description {
    /// The template of a path: the one with the fewest placeholders.
    fn template(&self, path: &str) -> Option<&str> {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |template: &&String| {
            let wanted: Vec<&str> = template.split('/').collect();
            let fit = |(wanted, part): (&&str, &&str)| wanted == part || wanted.starts_with('{');
            wanted.len() == parts.len() && wanted.iter().zip(&parts).all(fit)
        };
        let templates = self.document["paths"].as_object().unwrap().keys().filter(fits);
        templates.min_by_key(|template| template.matches('{').count()).map(String::as_str)
    }

    fn validator(&self, operation: &str, status: &str, schema: &Value) -> &'static Validator {
        let mut validators = self.validators.lock().unwrap();
        validators.entry((operation.to_owned(), status.to_owned())).or_insert_with(|| {
            let schema = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "components": self.document["components"],
                "allOf": [schema],
            });
            Box::leak(Box::new(jsonschema::validator_for(&schema).expect("the description is a schema")))
        })
    }
}

/// Panics when a successful answer is not what Discord describes.
pub(crate) fn check(method: &str, path: &str, status: u16, body: &Value) {
    let Some(description) = description().filter(|_| (200..300).contains(&status)) else { return };
    let path = path.split('?').next().unwrap_or(path);
    let template = description.template(path).unwrap_or_else(|| panic!("Discord has no route {path}"));
    let operation = &description.document["paths"][template][method.to_lowercase()];
    assert!(!operation.is_null(), "Discord has no {method} {template}");
    let responses = operation["responses"].as_object().unwrap();
    let response = responses.get(&status.to_string());
    let response = response.unwrap_or_else(|| panic!("Discord never answers {method} {template} with {status}"));
    let Some(schema) = response.pointer("/content/application~1json/schema") else {
        assert!(body.is_null(), "{method} {template} has no body: {body}");
        return;
    };
    let validator = description.validator(&format!("{method} {template}"), &status.to_string(), schema);
    let deviations: Vec<String> =
        validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(deviations.is_empty(), "{method} {template}:\n{}\n{body}", deviations.join("\n"));
}

/// A validation that lets everything through would pass all tests.
#[test]
fn an_answer_that_deviates_is_found() {
    if description().is_none() {
        return;
    }
    let channel = json!({ "id": "1", "type": 11 });
    for (method, path, status, body) in [
        ("GET", "/channels/1", 200, &channel),
        ("GET", "/channels/1/messages", 200, &channel),
        ("GET", "/channels/1/messages", 204, &Value::Null),
        ("DELETE", "/channels/1/messages/2", 204, &channel),
        ("PUT", "/channels/1/messages", 200, &channel),
        ("GET", "/nowhere", 200, &channel),
    ] {
        let found = std::panic::catch_unwind(|| check(method, path, status, body));
        assert!(found.is_err(), "{method} {path} {status} {body} passes");
    }
}
