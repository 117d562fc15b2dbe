//! Bodies with files: `multipart/form-data` with the JSON in `payload_json` and files in `files[0]`, `files[1]` …

use axum::body::Bytes;
use memchr::memmem;
use serde_json::Value;

use super::error::{ApiError, INVALID_JSON};
use crate::playground::attachments::Upload;

/// The JSON of a body (`null` without one) and its files. `boundary` is the parameter of the content type.
pub(super) fn parse(boundary: &str, body: &Bytes) -> Result<(Value, Vec<Upload>), ApiError> {
    let mut json = Value::Null;
    let mut uploads = Vec::new();
    for (head, content) in parts(boundary, body) {
        let disposition = header(&head, "content-disposition").unwrap_or_default();
        let name = parameter(disposition, "name").unwrap_or_default();
        if name == "payload_json" {
            json = serde_json::from_slice(&content).map_err(|_| INVALID_JSON)?;
        } else if let Some(filename) = parameter(disposition, "filename") {
            let index = name.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']')?.parse().ok());
            let content_type = header(&head, "content-type").map(str::to_owned);
            uploads.push(Upload { index, filename, content_type, bytes: content });
        }
    }
    Ok((json, uploads))
}

/// The boundary in a content type, if it is one of a multipart body.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    kind.trim().eq_ignore_ascii_case("multipart/form-data").then(|| parameter(parameters, "boundary")).flatten()
}

/// Head and content of each part. What is cut off or not well formed is left out.
fn parts(boundary: &str, body: &Bytes) -> Vec<(String, Bytes)> {
    let delimiter = format!("--{boundary}");
    let starts: Vec<usize> = memmem::find_iter(body, delimiter.as_bytes()).collect();
    let between = starts.iter().zip(starts.iter().skip(1)).filter_map(|(start, end)| {
        // A part ends before the line break in front of the next delimiter.
        let part = body.get(start + delimiter.len()..*end)?.strip_prefix(b"\r\n")?.strip_suffix(b"\r\n")?;
        let head_end = memmem::find(part, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(part.get(..head_end)?).into_owned();
        Some((head, body.slice_ref(part.get(head_end + 4..)?)))
    });
    between.collect()
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// A parameter such as `filename="a.txt"`, in quotes or not.
fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header;
    while let Some((key, after)) = rest.split_once('=') {
        let key = key.rsplit(';').next().unwrap_or_default().trim();
        let (value, next) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_once(';').unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value.trim().to_owned());
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn json_and_files_are_told_apart() {
        let content_type = "multipart/form-data; boundary=\"x;y\"";
        let boundary = boundary(content_type).unwrap();
        let body = "--x;y\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{\"content\": \"hi\"}\r\n--x;y\r\n\
                    content-disposition: form-data; name=\"files[3]\"; filename=\"a b.txt\"\r\nContent-Type: text/plain\
                    \r\n\r\none\r\ntwo\r\n--x;y--\r\n";
        let (json, uploads) = parse(&boundary, &Bytes::from(body)).unwrap();
        assert_eq!(json, json!({ "content": "hi" }));
        let [upload] = uploads.as_slice() else { panic!("{uploads:?}") };
        assert_eq!(
            (upload.index, upload.filename.as_str(), &upload.bytes[..]),
            (Some(3), "a b.txt", &b"one\r\ntwo"[..])
        );
        assert_eq!(upload.content_type.as_deref(), Some("text/plain"));
        assert_eq!(self::boundary("application/json; boundary=x"), None);
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in "(--x|\r\n|\r\n\r\n|name=|\"|;|content-disposition:|[ab]){0,30}") {
            let _ = parse("x", &Bytes::from(body));
        }

        #[test]
        fn a_file_comes_out_as_it_went_in(content in proptest::collection::vec(any::<u8>(), 0..200)) {
            let head = "--bound\r\ncontent-disposition: form-data; name=\"files[0]\"; filename=\"f\"\r\n\r\n";
            let body = [head.as_bytes(), &content, b"\r\n--bound--"].concat();
            let (_, uploads) = parse("bound", &Bytes::from(body)).unwrap();
            prop_assert_eq!(uploads[0].bytes.to_vec(), content);
        }
    }
}
