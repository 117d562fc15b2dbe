//! Files of messages: what came with a request, what a message keeps, and where it can be fetched.

use axum::body::Bytes;
use serde_json::{Map, Value, json};

use super::json::{set, string};
use super::snowflake::Snowflake;
use super::state::State;

/// Bytes of one file, for guilds without boosts. Documented.
pub(super) const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Files of one message.
pub(super) const MOST: usize = 10;

/// A file of a request.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    /// `n` of `files[n]`.
    pub(super) index: Option<u64>,
    pub(super) filename: String,
    pub(super) content_type: Option<String>,
    pub(super) bytes: Bytes,
}

/// A file for a message, with what the body said about it.
#[derive(Clone, Debug)]
pub(super) struct NewFile {
    pub(super) upload: Upload,
    /// `description`, `title`, `duration_secs` and `waveform`, as far as given.
    pub(super) described: Map<String, Value>,
}

/// A file of a message.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    pub(super) id: Snowflake,
    pub(super) content_type: String,
    pub(super) bytes: Bytes,
    pub(super) json: Value,
}

impl State {
    /// Gives files their ids and addresses.
    pub(super) fn attach(&mut self, channel: Snowflake, ephemeral: bool, files: Vec<NewFile>) -> Vec<Attachment> {
        let files = files.into_iter().map(|NewFile { upload, described }| {
            let id = self.next_id();
            let name = shown_name(&upload.filename);
            let url = format!("{}/attachments/{channel}/{id}/{name}", self.base_url());
            let content_type = upload.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
            let mut json = json!({
                "id": id, "filename": name, "size": upload.bytes.len(), "url": url, "proxy_url": url,
                "content_type": content_type,
            });
            for (key, value) in described {
                set(&mut json, &key, value);
            }
            if ephemeral {
                set(&mut json, "ephemeral", true);
            }
            Attachment { id, content_type, bytes: upload.bytes, json }
        });
        files.collect()
    }

    /// The file behind an address that was given out.
    pub(super) fn attachment(&self, channel: Snowflake, id: Snowflake) -> Option<&Attachment> {
        let here = self.messages.iter().filter(|message| message.channel == channel);
        let all = here.flat_map(|message| &message.attachments).chain(&self.loose_files);
        all.into_iter().find(|attachment| attachment.id == id)
    }

    /// Puts addresses in the place of `attachment://name`, and gives media of components what Discord adds to them.
    pub(super) fn resolve_media(&mut self, part: &mut Value, attachments: &[Attachment]) {
        match part {
            Value::Array(list) => list.iter_mut().for_each(|item| self.resolve_media(item, attachments)),
            Value::Object(object) => {
                let named = object.get("url").and_then(Value::as_str).and_then(|url| url.strip_prefix("attachment://"));
                let known =
                    named.and_then(|name| attachments.iter().find(|known| string(&known.json, "filename") == name));
                if let Some(known) = known {
                    object.insert("url".to_owned(), string(&known.json, "url").into());
                }
                for (key, value) in object.iter_mut() {
                    self.resolve_media(value, attachments);
                    if matches!(key.as_str(), "media" | "file") && value.get("id").is_none() {
                        self.unfurl(value, attachments);
                    }
                }
            }
            _ => {}
        }
    }

    fn unfurl(&mut self, media: &mut Value, attachments: &[Attachment]) {
        let url = string(media, "url").to_owned();
        set(media, "id", self.next_id());
        set(media, "proxy_url", url.clone());
        set(media, "width", Value::Null);
        set(media, "height", Value::Null);
        if let Some(known) = attachments.iter().find(|known| string(&known.json, "url") == url) {
            set(media, "attachment_id", known.id);
            set(media, "content_type", known.content_type.clone());
        }
    }
}

/// Discord keeps letters, digits, `_`, `-` and `.`; a blank becomes `_`. Practice.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept = last.chars().map(|c| if c == ' ' { '_' } else { c });
    let name: String = kept.filter(|c| c.is_alphanumeric() || "_-.".contains(*c)).collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}
