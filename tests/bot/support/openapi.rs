//! Validates what the bot sent against Discord's own API description, when `DISCORD_OPENAPI` names that file.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use backroad::playground::RecordedRequest;
use jsonschema::Validator;
use serde_json::{Value, json};

struct Description {
    document: Value,
    validators: Mutex<HashMap<(String, String), Option<&'static Validator>>>,
}

fn description() -> Option<&'static Description> {
    static DESCRIPTION: OnceLock<Option<Description>> = OnceLock::new();
    DESCRIPTION
        .get_or_init(|| {
            let Some(path) = std::env::var_os("DISCORD_OPENAPI") else {
                eprintln!(
                    "request bodies: not validated against Discord's API description, DISCORD_OPENAPI is not set"
                );
                return None;
            };
            let text = std::fs::read_to_string(&path).expect("DISCORD_OPENAPI names a file that can be read");
            let document = serde_json::from_str(&text).expect("DISCORD_OPENAPI names a JSON file");
            Some(Description { document, validators: Mutex::default() })
        })
        .as_ref()
}

impl Description {
    fn validator(&self, method: &str, template: &str) -> Option<&'static Validator> {
        let mut validators = self.validators.lock().unwrap();
        *validators.entry((method.to_owned(), template.to_owned())).or_insert_with(|| {
            let operation = &self.document["paths"][template][method.to_lowercase()];
            let schema = operation.pointer("/requestBody/content/application~1json/schema")?;
            let schema = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "components": self.document["components"],
                "allOf": [schema],
            });
            Some(Box::leak(Box::new(jsonschema::validator_for(&schema).expect("the description is a schema"))))
        })
    }
}

/// Panics with every deviation of what was sent.
pub fn validate(requests: &[RecordedRequest]) {
    let Some(description) = description() else { return };
    let mut deviations = Vec::new();
    for request in requests.iter().filter(|request| !request.body.is_null()) {
        let Some(template) = request.route else {
            deviations.push(format!("{} {}: Discord has no such route", request.method, request.path));
            continue;
        };
        let Some(validator) = description.validator(&request.method, template) else {
            deviations.push(format!("{} {template}: takes no JSON body", request.method));
            continue;
        };
        for error in validator.iter_errors(&request.body) {
            deviations.push(format!("{} {template}: {}: {error}", request.method, error.instance_path()));
        }
    }
    assert!(
        deviations.is_empty(),
        "what the bot sent deviates from Discord's API description:\n{}",
        deviations.join("\n")
    );
}

/// A validation that lets everything through would pass all tests.
#[test]
fn a_body_that_deviates_is_found() {
    if description().is_none() {
        return;
    }
    let request = |body| RecordedRequest {
        method: "POST".into(),
        path: "/interactions/1/token/callback".into(),
        query: Default::default(),
        route: Some("/interactions/{interaction_id}/{interaction_token}/callback"),
        headers: Default::default(),
        body,
        files: Vec::new(),
        status: Some(204),
        at_ms: 0,
    };
    validate(&[request(json!({"type": 4, "data": {"content": "hello"}}))]);
    for wrong in [json!({"type": 4, "data": {"content": "x".repeat(2001)}}), json!({"type": 99}), json!({"data": {}})] {
        let found = std::panic::catch_unwind(|| validate(&[request(wrong.clone())]));
        assert!(found.is_err(), "{wrong} passes");
    }
}
