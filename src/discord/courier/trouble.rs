//! What a refusal of Discord's says about the place that something was sent to.

use crate::discord::rest::RestError;

/// Why trying again is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The channel, or its server, is there no more.
    Gone,
    /// The bot may not see it or write there.
    Forbidden,
    /// Discord did not take it for another reason.
    Refused,
}

/// What a definite refusal says; `None` when it is worth trying again. Codes: see "Opcodes and status codes" in Discord's
/// documentation.
pub(super) fn trouble(error: &RestError) -> Option<Trouble> {
    match error {
        RestError::Refused { status, code, .. } => match (status, code) {
            // An unknown channel, an unknown server.
            (_, 10003 | 10004) => Some(Trouble::Gone),
            // No access, a permission that is missing.
            (_, 50001 | 50013) => Some(Trouble::Forbidden),
            (429 | 500.., _) => None,
            (404, _) => Some(Trouble::Gone),
            _ => Some(Trouble::Refused),
        },
        RestError::Token | RestError::Network(_) | RestError::Paused | RestError::Body { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_definite_is_told_from_what_may_pass() {
        let of = |status, code| {
            let (path, message) = (String::new(), String::new());
            trouble(&RestError::Refused { method: "POST", path, status, code, message })
        };
        assert_eq!([of(404, 10003), of(404, 10004), of(404, 0)], [Some(Trouble::Gone); 3]);
        assert_eq!([of(403, 50001), of(403, 50013)], [Some(Trouble::Forbidden); 2]);
        assert_eq!([of(400, 50035), of(403, 0)], [Some(Trouble::Refused); 2]);
        assert_eq!([of(429, 0), of(500, 0), of(503, 0)], [None; 3]);
        assert_eq!(trouble(&RestError::Network("no answer in time".to_owned())), None);
    }
}
