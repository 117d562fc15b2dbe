//! Who may speak to the local Discord: programs, and the pages that it serves itself.
//!
//! It has no passwords, so a web page from elsewhere must not reach it through somebody's browser: neither by a request
//! across sites, which carries an `Origin`, nor by a name that is made to point here, which stands in `Host`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Response, header};
use axum::middleware::Next;
use serde_json::json;

use super::rest;

/// Under which names it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// `127.0.0.1`, `[::1]` and `localhost`.
    Loopback,
    /// Every IP address, because nobody can make one point elsewhere, and `localhost`.
    AnyAddress,
}

pub(super) async fn check(State(names): State<Names>, request: Request, next: Next) -> Response<Body> {
    let host = header_text(request.headers(), header::HOST);
    let Some(host) = host.filter(|host| names.include(host)) else {
        return refuse(match names {
            Names::Loopback => "The playground answers to 127.0.0.1, [::1] and localhost only.",
            Names::AnyAddress => "The playground answers to IP addresses and localhost only.",
        });
    };
    let origin = header_text(request.headers(), header::ORIGIN);
    if origin.is_some_and(|origin| origin.strip_prefix("http://") != Some(host)) {
        return refuse("The playground does not answer to web pages from elsewhere.");
    }
    next.run(request).await
}

fn refuse(sentence: &str) -> Response<Body> {
    rest::answer(403, &BTreeMap::new(), &json!({ "error": sentence }))
}

fn header_text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    // A header that is no text is as bad as one from elsewhere.
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

impl Names {
    /// Whether `host[:port]` is one of them.
    fn include(self, authority: &str) -> bool {
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        if ["127.0.0.1", "[::1]", "localhost"].contains(&host) {
            return true;
        }
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        self == Names::AnyAddress && bare.parse::<IpAddr>().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_nobody_else_can_give_are_answered_to() {
        for (authority, on_loopback, when_open) in [
            ("127.0.0.1:7878", true, true),
            ("localhost", true, true),
            ("[::1]:80", true, true),
            ("[::1]", true, true),
            ("192.168.1.5:7878", false, true),
            ("[fe80::1]:80", false, true),
            ("127.0.0.1.example.org", false, false),
            ("localhost.example.org:80", false, false),
            ("example.org", false, false),
            ("127.0.0.1:80@example.org", false, false),
            ("", false, false),
        ] {
            assert_eq!(Names::Loopback.include(authority), on_loopback, "{authority}");
            assert_eq!(Names::AnyAddress.include(authority), when_open, "{authority}");
        }
    }
}
