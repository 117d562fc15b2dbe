//! The web page: the files that a browser needs, from the binary itself. The page speaks to the control API.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{Response, StatusCode, header};
use axum::routing::get;
use serde::Serialize;

use super::state::Shared;

/// Something that the page proposes to somebody who is new: one press runs the command.
#[derive(Clone, Debug, Serialize)]
pub struct StartingPoint {
    /// What one gets, in a few words.
    pub title: String,
    /// The command with its sub-commands, without the slash.
    pub command: String,
    /// Options, each with its text.
    pub options: Vec<(String, String)>,
    /// The only member to whom it is proposed; everybody when nobody is named.
    #[serde(skip)]
    pub only: Option<String>,
}

struct File {
    name: &'static str,
    content: &'static str,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(File { name: $name, content: include_str!(concat!("files/", $name)) }),*]
    };
}

/// Everything in `files/`.
const FILES: &[File] = &files![
    "api.js",
    "base.css",
    "beginning.js",
    "commands.js",
    "components.js",
    "composer.css",
    "composer.js",
    "dialog.js",
    "dom.js",
    "filling.js",
    "focus.js",
    "highlight.js",
    "icon.svg",
    "index.html",
    "live.js",
    "log.js",
    "main.js",
    "markdown.js",
    "media.js",
    "mentions.js",
    "menu.js",
    "message-menu.js",
    "message.js",
    "messages.css",
    "modal.js",
    "navigate.js",
    "notices.js",
    "panels.js",
    "pending.js",
    "picker.js",
    "run.js",
    "select.js",
    "sidebar.js",
    "storage.js",
    "store.js",
    "text.js",
    "theme.js",
    "time.js",
];

/// The page loads nothing from elsewhere, and runs nothing but its own files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/page/{name}", get(file))
}

pub(super) async fn index() -> Response<Body> {
    answer("index.html")
}

async fn file(Path(name): Path<String>) -> Response<Body> {
    answer(&name)
}

fn answer(name: &str) -> Response<Body> {
    let Some(file) = FILES.iter().find(|file| file.name == name) else {
        let mut missing = Response::new(Body::from("There is no such file."));
        *missing.status_mut() = StatusCode::NOT_FOUND;
        return missing;
    };
    let response = Response::builder()
        .header(header::CONTENT_TYPE, content_type(name))
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "no-referrer")
        .header(header::CACHE_CONTROL, "no-cache");
    response.body(file.text().into()).unwrap_or_default()
}

impl File {
    /// In a build for development the source is read anew, so that a reload of the page shows what was changed.
    fn text(&self) -> std::borrow::Cow<'static, str> {
        if cfg!(debug_assertions) {
            let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/playground/page/files"));
            if let Ok(text) = std::fs::read_to_string(path.join(self.name)) {
                return text.into();
            }
        }
        self.content.into()
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_page_is_served_with_its_type() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/playground/page/files");
        let mut there: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        there.sort_unstable();
        let mut known: Vec<&str> = FILES.iter().map(|file| file.name).collect();
        known.sort_unstable();
        assert_eq!(there, known);
        assert!(known.iter().all(|name| content_type(name) != "application/octet-stream"));
    }

    #[test]
    fn the_page_names_no_other_host() {
        for file in FILES {
            // The name of an XML namespace is no address.
            let hosts = file.content.split("://").skip(1).filter(|rest| !rest.starts_with("www.w3.org/"));
            let named: Vec<&str> = hosts.filter(|rest| rest.starts_with(|c: char| c.is_alphanumeric())).collect();
            assert!(named.is_empty(), "{} names {named:.40?}", file.name);
        }
    }
}
