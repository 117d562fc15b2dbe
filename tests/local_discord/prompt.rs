//! The terminal prompt, as a transcript of what somebody types and sees.

use std::io::Cursor;

use backroad::playground::prompt::{self, Look};
use backroad::playground::{Notice, NoticeKind};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::bot::{text, with_bot};

/// What the bot of these tests says.
fn response(event: &Value) -> Value {
    let row = |components: Value| json!({ "type": 1, "components": components });
    let data = &event["data"];
    match (event["type"].as_u64().unwrap(), data["custom_id"].as_str().unwrap_or_default()) {
        (2, _) if data["type"] == 3 => json!({ "type": 4, "data": { "content": "Look at /ask.", "flags": 64 } }),
        (2, _) => json!({ "type": 4, "data": {
            "content": "Best match for you:",
            "embeds": [{
                "title": "JSON Web Tokens", "description": "word ".repeat(30), "footer": { "text": "2 min" },
            }],
            "components": [
                row(json!([
                    { "type": 2, "style": 1, "label": "More", "custom_id": "more" },
                    { "type": 2, "style": 2, "label": "Old", "custom_id": "old", "disabled": true },
                    { "type": 2, "style": 2, "label": "Write", "custom_id": "write" },
                    { "type": 2, "style": 5, "label": "Docs", "url": "https://example.org/" },
                ])),
                row(json!([{ "type": 3, "custom_id": "pick", "placeholder": "Other matches", "options": [
                    { "label": "OAuth", "value": "oauth", "description": "Delegation" },
                    { "label": "CORS", "value": "cors" },
                ] }])),
            ],
        } }),
        (3, "more") => json!({ "type": 7, "data": { "content": "All of it.", "embeds": [], "components": [] } }),
        (3, "write") => json!({ "type": 9, "data": { "custom_id": "form", "title": "Your words", "components": [
            row(json!([{ "type": 4, "custom_id": "a", "label": "Answer", "style": 1, "placeholder": "one line" }])),
            row(json!([{ "type": 4, "custom_id": "b", "label": "Why", "style": 2, "required": false }])),
        ] } }),
        (3, _) => {
            json!({ "type": 4, "data": { "content": format!("You chose {}.", text(&data["values"][0])), "flags": 64 } })
        }
        (4, _) => json!({ "type": 8, "data": { "choices": [
            { "name": "JSON Web Tokens", "value": "jwt" }, { "name": "cors", "value": "cors" },
        ] } }),
        _ => {
            let answer = text(&data["components"][0]["components"][0]["value"]);
            json!({ "type": 4, "data": { "content": format!("You wrote {answer}."), "flags": 64 } })
        }
    }
}

/// The transcript of a session in which these lines are piped in.
async fn transcript(input: &str) -> String {
    let (playground, mut bot) = with_bot().await;
    let mut output = Vec::new();
    let session = prompt::run(
        &playground,
        BufReader::new(Cursor::new(input.to_owned())),
        &mut output,
        Look { echo: true, colors: false },
    );
    let answers = async {
        loop {
            let event = bot.interaction().await;
            let (status, body) = bot.rest.respond(&event, response(&event)).await;
            assert_eq!(status, 204, "{body}");
        }
    };
    tokio::select! {
        result = session => result.unwrap(),
        () = answers => unreachable!("the bot never stops"),
    }
    String::from_utf8(output).unwrap()
}

#[tokio::test]
async fn a_piped_command_is_answered_and_the_prompt_ends() {
    insta::assert_snapshot!(transcript("/ask query: jwt\n").await, @"
    You are ada in #general of Backend Learners. Type a command of the bot, such as
    /help, or :help.
    ada #general> /ask query: jwt
    Backroad
    Best match for you:
    | **JSON Web Tokens**
    | word word word word word word word word word word word word word word word
    | word word word word word word word word word word word word word word word
    |
    | - 2 min
      1 [More]   [Old] (disabled)   2 [Write]   3 [Docs]
      4 [Other matches]
        4 1  OAuth: Delegation
        4 2  CORS
    ada #general>
    ");
}

#[tokio::test]
async fn numbers_press_and_choose_and_forms_ask_field_by_field() {
    let input = "/ask jwt\n4\n3\n9\n4 1\n2\nyes\n\n2\n:cancel\n/ask jwt\n1\n1\n:back\n";
    let transcript = transcript(input).await;
    // The first answer is in the test above.
    let rest = transcript.split_once("#general> 4\n").unwrap().1;
    insta::assert_snapshot!(rest, @"
    Write 4 and what you choose, such as 4 1.
    ada #general> 3
    It opens https://example.org/
    ada #general> 9
    Only 1 to 4 are numbered above.
    ada #general> 4 1
    Backroad
    You chose oauth.
      (only you can see this)
    ada #general> 2
    === Your words === (an empty line leaves a field as it is, :cancel closes the
    form)
    Answer (one line): yes
    Why (optional): 
    Backroad
    You wrote yes.
      (only you can see this)
    ada #general> 2
    === Your words === (an empty line leaves a field as it is, :cancel closes the
    form)
    Answer (one line): :cancel
    ada #general> /ask jwt
    Backroad
    Best match for you:
    | **JSON Web Tokens**
    | word word word word word word word word word word word word word word word
    | word word word word word word word word word word word word word word word
    |
    | - 2 min
      1 [More]   [Old] (disabled)   2 [Write]   3 [Docs]
      4 [Other matches]
        4 1  OAuth: Delegation
        4 2  CORS
    ada #general> 1
    Backroad
    All of it.
    ada #general> 1
    Backroad
    All of it.
    ada #general> :back
    Nothing was numbered before that.
    ada #general>
    ");
}

#[tokio::test]
async fn the_prompts_own_commands() {
    let input = ":see\nhello\nhello?\n:apps\n:apps Find an answer\n:complete /ask x topic: j\n:as mira\n\
                 :in mods\n:as ada\n:as zoe\n:in mods\n:in\n:server study group\n:later 5\n:nonsense\n:later\n\
                 /nonsense\n:help\n:quit\n/ask never\n";
    insta::assert_snapshot!(transcript(input).await, @"
    You are ada in #general of Backend Learners. Type a command of the bot, such as
    /help, or :help.
    ada #general> :see
    Nothing was written here yet.
    ada #general> hello
    Ada
    hello
    (Bots answer commands, not messages; :apps lists what they can do with one.)
    ada #general> hello?
    Ada
    hello?
    ada #general> :apps
    Find an answer
    ada #general> :apps Find an answer
    Backroad
    Look at /ask.
      (only you can see this)
    ada #general> :complete /ask x topic: j
    jwt  (JSON Web Tokens)
    cors
    ada #general> :as mira
    You are mira in #general of Backend Learners.
    mira #general> :in mods
    You are mira in #mods of Backend Learners.
    mira #mods> :as ada
    You are ada in #general of Backend Learners.
    ada #general> :as zoe
    There is nobody called zoe; there are omar, mira, ada, ben, nell.
    ada #general> :in mods
    ada sees no channel #mods here.
    ada #general> :in
    general
    quiz
    daily
    ada #general> :server study group
    You are ada in #general of Study Group.
    ada #general> :later 5
    ada #general> :nonsense
    There is no :nonsense here; :help lists what there is.
    ada #general> :later
    There is no :later here; :help lists what there is.
    ada #general> /nonsense
    There is no command /nonsense; there are /ask.
    ada #general> :help
    /ask query: jwt     run a command of the bot; options are written name: value
    1                   press the button numbered 1
    3 2                 choose the second of menu 3 (3 1 2 chooses two, 3 @ben a
    member)
    hello               write a message
    :see                show this channel as you see it
    :back               number the buttons of the message before instead
    :complete LINE      what the bot proposes for the last option of a line such as
    /topic name: jw
    :apps [NAME]        the commands for the last message, or use one on it
    :as NAME            be somebody else (:as alone lists who there is)
    :in CHANNEL         go to another channel (:in alone lists them)
    :server NAME        go to another server
    :later SECONDS      let time pass
    :help, :quit
    ada #general> :quit
    ");
}

#[tokio::test]
async fn what_happens_meanwhile_is_shown() {
    let (playground, mut bot) = with_bot().await;
    let problems = vec!["a.md:1:2: it is empty: fill it".to_owned(), "and 5 more".to_owned()];
    let title = "6 problems.".to_owned();
    playground.set_notice(Some(Notice { kind: NoticeKind::Problem, title, lines: problems }));
    let (mut keyboard, input) = tokio::io::duplex(1024);
    let (output, screen) = tokio::io::duplex(65_536);
    let session = prompt::run(&playground, BufReader::new(input), output, Look::default());
    let story = async {
        let mut screen = BufReader::new(screen);
        let mut line = String::new();
        let mut until = async |awaited: &str| loop {
            line.clear();
            screen.read_line(&mut line).await.unwrap();
            if line.contains(awaited) {
                return;
            }
        };
        until("You are ada").await;
        until("! 6 problems.\n").await;
        until("  a.md:1:2: it is empty: fill it\n").await;
        until("  and 5 more\n").await;
        let path = format!("/channels/{}/messages", playground.member("ada").unwrap().channel_id());
        let (_, question) = bot.rest.post(&path, json!({ "content": "Question one" })).await;
        until("Question one").await;
        bot.rest.patch(&format!("{path}/{}", text(&question["id"])), json!({ "content": "Time is up" })).await;
        until("Time is up").await;
        playground.member("ben").unwrap().message("phew").await.unwrap();
        until("phew").await;
        playground.set_notice(None);
        let title = "All is well.".to_owned();
        playground.set_notice(Some(Notice { kind: NoticeKind::News, title, lines: Vec::new() }));
        until("* All is well.\n").await;
        keyboard.write_all(b"/ask x\n").await.unwrap();
        let event = bot.interaction().await;
        bot.rest.respond(&event, json!({ "type": 5 })).await;
        until("Backroad is thinking").await;
        let original = format!("{}/messages/@original", crate::bot::webhook_path(&event));
        bot.rest.patch(&original, json!({ "content": "thought" })).await;
        until("thought").await;
        drop(keyboard);
        until("ada #general> ").await;
    };
    let (result, ()) = tokio::join!(session, story);
    result.unwrap();
}
