//! Files and pictures of messages, and that the page asks nobody but the playground for anything.

use backroad::playground::permissions::ATTACH_FILES;
use serde_json::json;

use crate::bot::commands;
use crate::stage::story_with_raw_bot;
use crate::window::{Size, Window};

/// A picture of one point.
const PICTURE: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\
    \x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

#[tokio::test]
async fn pictures_and_files_are_shown_and_nothing_is_loaded_from_elsewhere() {
    story_with_raw_bot(async |discord, bot| {
        bot.register(commands()).await;
        discord.set_overwrite("general", "Backroad", ATTACH_FILES, 0).unwrap();
        let message = json!({
            "content": "two files",
            "attachments": [{ "id": 0, "description": "One white point" }, { "id": 1 }],
            "embeds": [{
                "title": "From elsewhere", "image": { "url": "https://example.org/a.png" },
                "thumbnail": { "url": "https://example.org/b.png" },
            }],
        });
        let mut body =
            format!("--b\r\ncontent-disposition: form-data; name=\"payload_json\"\r\n\r\n{message}\r\n").into_bytes();
        for (n, name, kind, content) in
            [(0, "point.gif", "image/gif", PICTURE), (1, "notes.txt", "text/plain", b"notes")]
        {
            let head = format!("content-disposition: form-data; name=\"files[{n}]\"; filename=\"{name}\"");
            body.extend(format!("--b\r\n{head}\r\ncontent-type: {kind}\r\n\r\n").into_bytes());
            body.extend(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--b--\r\n");
        let channel = discord.member("ada").unwrap().channel_id();
        let sent = reqwest::Client::new()
            .post(format!("{}/api/v10/channels/{channel}/messages", discord.api_url()))
            .header("authorization", format!("Bot {}", discord.token()))
            .header("content-type", "multipart/form-data; boundary=b")
            .body(body);
        assert_eq!(sent.send().await.unwrap().status(), 200);

        let ada = Window::open(discord, "ada", Size::Desktop).await;
        ada.message_with("notes.txt").await;
        let drawn = "[...document.querySelectorAll('#messages img')]
            .some((one) => one.alt === 'One white point' && one.complete && one.naturalWidth === 1)";
        ada.until("the picture to be drawn", drawn, json!(null)).await;
        ada.sees("A picture from elsewhere, which the playground does not load").await;
        let elsewhere = "return performance.getEntriesByType('resource').map((one) => one.name)
            .filter((name) => new URL(name).host !== location.host);";
        assert_eq!(ada.run(elsewhere, json!(null)).await, json!([]));

        let page = reqwest::get(discord.api_url()).await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    })
    .await;
}

#[tokio::test]
async fn layouts_links_polls_and_what_cannot_be_pressed_are_shown() {
    story_with_raw_bot(async |discord, bot| {
        bot.register(commands()).await;
        discord.set_overwrite("general", "Backroad", 1 << 24 | 1 << 49, 0).unwrap();
        let channel = discord.member("ada").unwrap().channel_id();
        let path = format!("/channels/{channel}/messages");
        let layout = json!({ "flags": 1 << 15, "components": [
            { "type": 10, "content": "# Laid out" },
            { "type": 17, "accent_color": 255, "components": [
                { "type": 10, "content": "In a container" },
                { "type": 1, "components": [
                    { "type": 2, "style": 3, "label": "Not now", "custom_id": "no", "disabled": true },
                    { "type": 2, "style": 5, "label": "Read it", "url": "https://example.org/read" },
                ] },
            ] },
        ] });
        assert_eq!(bot.rest.post(&path, layout).await.0, 200);
        let poll = json!({ "poll": {
            "question": { "text": "Tabs or spaces?" },
            "answers": [{ "poll_media": { "text": "Tabs" } }, { "poll_media": { "text": "Spaces" } }],
        } });
        assert_eq!(bot.rest.post(&path, poll).await.0, 200);

        let ada = Window::open(discord, "ada", Size::Desktop).await;
        ada.sees("In a container").await;
        let pressable = "return [pressable('Not now').disabled, pressable('Read it').href, pressable('Read it').rel];";
        let expected = json!([true, "https://example.org/read", "noopener noreferrer"]);
        assert_eq!(ada.run(pressable, json!(null)).await, expected);
        ada.click_button("Spaces").await;
        ada.message_with("Spaces 1 (100%)").await;
    })
    .await;
}
