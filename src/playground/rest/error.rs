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

macro_rules! errors {
    ($($name:ident = $status:literal $code:literal $message:literal;)*) => {
        $(pub(in crate::playground) const $name: ApiError = ApiError::new($status, $code, $message);)*
    };
}

// Codes and words are those of Discord's page on status codes. That page gives no HTTP statuses; these are what the API
// answers in practice.
errors! {
    UNAUTHORIZED = 401 0 "401: Unauthorized";
    NOT_FOUND = 404 0 "404: Not Found";
    METHOD_NOT_ALLOWED = 405 0 "405: Method Not Allowed";
    UNKNOWN_APPLICATION = 404 10002 "Unknown Application";
    UNKNOWN_CHANNEL = 404 10003 "Unknown Channel";
    UNKNOWN_GUILD = 404 10004 "Unknown Guild";
    UNKNOWN_MEMBER = 404 10007 "Unknown Member";
    UNKNOWN_MESSAGE = 404 10008 "Unknown Message";
    UNKNOWN_OVERWRITE = 404 10009 "Unknown Overwrite";
    UNKNOWN_ROLE = 404 10011 "Unknown Role";
    UNKNOWN_USER = 404 10013 "Unknown User";
    UNKNOWN_EMOJI = 400 10014 "Unknown Emoji";
    UNKNOWN_WEBHOOK = 404 10015 "Unknown Webhook";
    UNKNOWN_BAN = 404 10026 "Unknown Ban";
    UNKNOWN_INTERACTION = 404 10062 "Unknown interaction";
    UNKNOWN_COMMAND = 404 10063 "Unknown application command";
    TOO_MANY_PINS = 400 30003 "Maximum number of pins reached for the channel (250)";
    TOO_MANY_ROLES = 400 30005 "Maximum number of guild roles reached (250)";
    TOO_MANY_REACTIONS = 400 30010 "Maximum number of reactions reached (20)";
    TOO_MANY_CHANNELS = 400 30013 "Maximum number of guild channels reached (500)";
    TOO_MANY_COMMANDS = 400 30032 "Maximum number of application commands reached (100)";
    TOO_MANY_THREAD_MEMBERS = 400 30033 "Maximum number of thread participants has been reached (1000)";
    TOO_MANY_COMMAND_CREATES = 400 30034 "Max number of daily application command creates has been reached (200)";
    TOO_MANY_OVERWRITES = 400 30060 "Maximum number of permission overwrites reached (1000)";
    NOT_IN_VOICE = 400 40032 "Target user is not connected to voice.";
    ALREADY_ACKNOWLEDGED = 400 40060 "Interaction has already been acknowledged.";
    MISSING_ACCESS = 403 50001 "Missing Access";
    NOT_THE_AUTHOR = 403 50005 "Cannot edit a message authored by another user";
    EMPTY_MESSAGE = 400 50006 "Cannot send an empty message";
    CANNOT_SEND_TO_USER = 403 50007 "Cannot send messages to this user";
    CANNOT_SEND_HERE = 400 50008 "Cannot send messages in a non-text channel";
    MISSING_PERMISSIONS = 403 50013 "Missing Permissions";
    WRONG_NUMBER_TO_DELETE = 400 50016 "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages";
    SYSTEM_MESSAGE = 403 50021 "Cannot execute action on a system message";
    WRONG_CHANNEL_TYPE = 400 50024 "Cannot execute action on this channel type";
    INVALID_WEBHOOK_TOKEN = 401 50027 "Invalid Webhook Token";
    INVALID_ROLE = 400 50028 "Invalid Role";
    INVALID_RECIPIENT = 400 50033 "Invalid Recipient(s)";
    TOO_OLD_TO_DELETE = 400 50034 "A message provided was too old to bulk delete";
    THREAD_IS_ARCHIVED = 400 50083 "Thread is archived";
    INVALID_JSON = 400 50109 "The request body contains invalid JSON.";
    CANNOT_REPLY_WITHOUT_HISTORY = 400 160002 "Cannot reply without permission to read message history";
    THREAD_EXISTS = 400 160004 "A thread has already been created for this message";
    THREAD_IS_LOCKED = 403 160005 "This thread is locked";
    TOO_MANY_ACTIVE_THREADS = 400 160006 "Maximum number of active threads reached";
    FAILED_TO_BAN = 400 500000 "Failed to ban users";
}
