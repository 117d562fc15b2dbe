//! What members write is text: Discord's Markdown is drawn, and nothing of it becomes the page's own.

use std::time::Duration;

use serde_json::json;

use crate::bot::Rest;
use crate::stage::story;
use crate::window::{Size, Window};

#[tokio::test]
async fn a_message_with_everything_is_drawn_as_discord_draws_it() {
    story(async |c| {
        let ada = c.member("ada");
        let quiz = ada.in_channel("quiz").unwrap().channel_id();
        let now = c.discord.clock().now_ms() / 1000;
        let (_, roles) = Rest::new(&c.discord).get(&format!("/guilds/{}/roles", ada.guild_id())).await;
        let moderator = roles.as_array().unwrap().iter().find(|role| role["name"] == "Moderator").unwrap();
        let moderator = moderator["id"].as_str().unwrap();
        let text = format!(
            "# Title\n> quoted\n- first\n- second\n```js\nconst one = 1;\n```\n||the murderer|| \
             <t:{now}:R> <@{}> <#{quiz}> <@&{moderator}> **bold** `code`",
            c.member("ben").id()
        );
        let window = Window::open(&c.discord, "ben", Size::Desktop).await;
        ada.message(&text).await.unwrap();
        window.message_with("quoted").await;
        window.sees("@Ben").await;
        window.sees("@Moderator").await;
        window.sees("quiz").await;
        for (what, selector) in [
            ("a quote", "blockquote"),
            ("a list", "ul li, ol li"),
            ("a code block with colours", "pre code [class*=tok]"),
            ("bold text", "strong"),
        ] {
            let look = "message('quoted').querySelector(`.markup :is(${given})`) && true";
            window.until(what, look, json!(selector)).await;
        }

        // A spoiler is read only when it is pressed.
        let spoiler = "message('quoted').querySelector('.spoiler')";
        window.click("the spoiler", spoiler, json!(null)).await;
        window.until("the spoiler to be open", &format!("getComputedStyle({spoiler}).color !== 'rgba(0, 0, 0, 0)' && {spoiler}.getAttribute('aria-expanded') !== 'false'"), json!(null)).await;

        // Time passes in what is written, too.
        window.sees("a few seconds").await;
        c.discord.advance(Duration::from_secs(3600));
        window.sees("an hour ago").await;

        // A channel that is mentioned can be gone to.
        window.click_in("quoted", "quiz").await;
        window.title_has("#quiz").await;
    })
    .await;
}

#[tokio::test]
async fn what_a_member_writes_never_becomes_html_or_a_script() {
    story(async |c| {
        let window = Window::open(&c.discord, "ben", Size::Desktop).await;
        let texts = [
            "<img src=x onerror=\"window.hurt=1\"><b>fat</b> first",
            "[press me](javascript:window.hurt=1) second",
            "</code></pre><script>window.hurt=1</script> third",
            "`<svg onload=window.hurt=1>` <@<img>> fourth",
            "[x](https://example.org/\"onmouseover=\"window.hurt=1) fifth",
        ];
        for text in texts {
            c.member("ada").message(text).await.unwrap();
        }
        window.message_with("fifth").await;
        window.sees("<b>fat</b>").await;
        window.sees("<script>window.hurt=1</script>").await;
        let found = "return [window.hurt ?? null,
            document.querySelectorAll('#messages :is(img[src=x], b, script, [onerror], [onmouseover], [onload])').length,
            [...document.querySelectorAll('#messages a')].filter((one) => !/^https?:/.test(one.href)).length];";
        assert_eq!(window.run(found, json!(null)).await, json!([null, 0, 0]));
    })
    .await;
}
