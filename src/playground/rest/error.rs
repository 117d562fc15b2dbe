//! Discord's error answers: an HTTP status, a code of its own, a sentence, and for bad forms the place of every
//! mistake.

use serde_json::{Value, json};

use crate::playground::json::set;

#[derive(Clone, Debug, PartialEq)]
pub(in crate::playground) struct ApiError {
    pub(in crate::playground) status: u16,
    code: u32,
    message: &'static str,
    /// The nested object of a 50035.
    errors: Option<Value>,
}

impl ApiError {
    const fn new(status: u16, code: u32, message: &'static str) -> Self {
        Self { status, code, message, errors: None }
    }

    pub(in crate::playground) fn invalid_form(errors: Value) -> Self {
        Self { errors: Some(errors), ..Self::new(400, 50035, "Invalid Form Body") }
    }

    pub(in crate::playground) fn json(&self) -> Value {
        let mut json = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            set(&mut json, "errors", errors.clone());
        }
        json
    }
}

pub(in crate::playground) const UNAUTHORIZED: ApiError = ApiError::new(401, 0, "401: Unauthorized");
pub(in crate::playground) const NOT_FOUND: ApiError = ApiError::new(404, 0, "404: Not Found");
pub(in crate::playground) const METHOD_NOT_ALLOWED: ApiError = ApiError::new(405, 0, "405: Method Not Allowed");
pub(in crate::playground) const UNKNOWN_APPLICATION: ApiError = ApiError::new(404, 10002, "Unknown Application");
pub(in crate::playground) const UNKNOWN_CHANNEL: ApiError = ApiError::new(404, 10003, "Unknown Channel");
pub(in crate::playground) const UNKNOWN_GUILD: ApiError = ApiError::new(404, 10004, "Unknown Guild");
pub(in crate::playground) const UNKNOWN_MEMBER: ApiError = ApiError::new(404, 10007, "Unknown Member");
pub(in crate::playground) const UNKNOWN_MESSAGE: ApiError = ApiError::new(404, 10008, "Unknown Message");
pub(in crate::playground) const UNKNOWN_USER: ApiError = ApiError::new(404, 10013, "Unknown User");
pub(in crate::playground) const UNKNOWN_WEBHOOK: ApiError = ApiError::new(404, 10015, "Unknown Webhook");
pub(in crate::playground) const UNKNOWN_INTERACTION: ApiError = ApiError::new(404, 10062, "Unknown interaction");
pub(in crate::playground) const UNKNOWN_COMMAND: ApiError = ApiError::new(404, 10063, "Unknown application command");
pub(in crate::playground) const TOO_MANY_COMMANDS: ApiError =
    ApiError::new(400, 30032, "Maximum number of application commands reached (100)");
pub(in crate::playground) const TOO_MANY_COMMAND_CREATES: ApiError =
    ApiError::new(400, 30034, "Max number of daily application command creates has been reached (200)");
pub(in crate::playground) const ALREADY_ACKNOWLEDGED: ApiError =
    ApiError::new(400, 40060, "Interaction has already been acknowledged.");
pub(in crate::playground) const MISSING_ACCESS: ApiError = ApiError::new(403, 50001, "Missing Access");
pub(in crate::playground) const NOT_THE_AUTHOR: ApiError =
    ApiError::new(403, 50005, "Cannot edit a message authored by another user");
pub(in crate::playground) const EMPTY_MESSAGE: ApiError = ApiError::new(400, 50006, "Cannot send an empty message");
pub(in crate::playground) const MISSING_PERMISSIONS: ApiError = ApiError::new(403, 50013, "Missing Permissions");
pub(in crate::playground) const INVALID_WEBHOOK_TOKEN: ApiError = ApiError::new(401, 50027, "Invalid Webhook Token");
pub(in crate::playground) const THREAD_EXISTS: ApiError =
    ApiError::new(400, 160_004, "A thread has already been created for this message");
pub(in crate::playground) const INVALID_JSON: ApiError =
    ApiError::new(400, 50109, "The request body contains invalid JSON.");
