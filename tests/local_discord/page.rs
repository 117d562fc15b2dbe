//! What a web page lives on: its files, the stream of what a member sees, and commands given option by option.

use backroad::playground::{Playground, StartingPoint};
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::bot::{Bot, Rest, playground, text, with_bot};

/// A stream of a member, read event by event.
struct Watching {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Watching {
    async fn open(playground: &Playground, query: &str) -> Self {
        let url = format!("{}/control/stream?{query}", playground.api_url().replace("http://", "ws://"));
        let (socket, _) = connect_async(url).await.expect("the stream opens");
        Self { socket }
    }

    /// The next event: its name and its data. `None` when the stream has ended.
    async fn next(&mut self) -> Option<(String, Value)> {
        let next = tokio::time::timeout(std::time::Duration::from_secs(20), self.socket.next());
        let Some(Ok(Message::Text(event))) = next.await.expect("something comes") else { return None };
        let mut event: Value = serde_json::from_str(&event).unwrap();
        Some((text(&event["event"]).to_owned(), event["data"].take()))
    }

    async fn ask_for_earlier(&mut self) {
        self.socket.send(Message::text("earlier")).await.unwrap();
    }

    /// The data of the next event with the name.
    async fn until(&mut self, wanted: &str) -> Value {
        loop {
            let (name, data) = self.next().await.expect("the stream goes on");
            if name == wanted {
                return data;
            }
        }
    }
}

#[tokio::test]
async fn a_stream_begins_with_everything_and_goes_on_with_what_changes() {
    let (playground, mut bot) = with_bot().await;
    let ben = playground.member("ben").unwrap();
    let first = ben.message("before").await.unwrap();
    let mut ada = Watching::open(&playground, "as=ada").await;
    let mut names = Vec::new();
    let all = loop {
        let (name, data) = ada.next().await.unwrap();
        names.push(name.clone());
        if name == "messages" {
            break data;
        }
    };
    assert_eq!(names, ["clock", "place", "world", "latest", "commands", "notice", "messages"]);
    assert_eq!(
        (&all["all"], &all["earlier"], &all["list"][0]["content"]),
        (&json!(true), &json!(false), &json!("before"))
    );

    ben.edit(&first, "after").await.unwrap();
    let change = ada.until("messages").await;
    assert_eq!((&change["list"][0]["content"], &change["gone"]), (&json!("after"), &json!([])));
    playground.member("ada").unwrap().react(&first, "👍").await.unwrap();
    let change = ada.until("messages").await;
    // The reaction is the viewer's own, not the bot's.
    assert_eq!(change["list"][0]["reactions"][0]["me"], true);

    let (shown, _) = tokio::join!(
        ben.slash("/ask query: x"),
        bot.answer(json!({ "type": 4, "data": { "content": "psst", "flags": 64 } }))
    );
    ben.delete(&first).await.unwrap();
    // Nothing of the private reply comes to ada: the next thing that she hears of is the deletion.
    assert_eq!(ada.until("messages").await, json!({ "list": [], "gone": [first.id()] }));
    let mut window = Watching::open(&playground, "as=ben&in=general").await;
    assert_eq!(window.until("messages").await["list"][0]["id"], json!(shown.unwrap().id()));
}

#[tokio::test]
async fn a_stream_says_where_one_is_when_a_channel_is_gone() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let omar = playground.member("omar").unwrap();
    let quiz = omar.in_channel("quiz").unwrap().channel_id();
    let general = omar.channel_id();
    let mut ada = Watching::open(&playground, &format!("as=ada&in={quiz}")).await;
    assert_eq!(ada.until("place").await["channel"], json!(quiz));
    ada.until("messages").await;
    let gone = json!({ "do": "delete_channel", "name": "quiz" });
    assert_eq!(rest.bare(Method::POST, "/control/world", &[], &gone.to_string()).await.unwrap().0, 200);
    assert_eq!(ada.until("place").await["channel"], json!(general));
    assert_eq!(ada.until("messages").await["all"], true);
    // A place that never was, and one that the member may not see.
    for elsewhere in ["nowhere", "mods"] {
        let mut ben = Watching::open(&playground, &format!("as=ben&in={elsewhere}")).await;
        assert_eq!(ben.until("place").await["channel"], json!(general));
    }
    let place = Watching::open(&playground, "as=nell").await.until("place").await;
    assert_eq!((&place["may"]["send"], &place["may"]["commands"]), (&json!(false), &json!(false)));
    let direct = Watching::open(&playground, "as=ada&in=@").await.until("place").await;
    assert_eq!(direct["guild"], Value::Null);
    // Who is in no server any more has their direct messages.
    let new = json!({ "do": "add_member", "name": "zoe" });
    assert_eq!(rest.bare(Method::POST, "/control/world", &[], &new.to_string()).await.unwrap().0, 200);
    let mut zoe = Watching::open(&playground, "as=zoe").await;
    assert_eq!(zoe.until("place").await["channel"], json!(general));
    zoe.until("messages").await;
    let gone = json!({ "do": "remove_member", "name": "zoe" });
    assert_eq!(rest.bare(Method::POST, "/control/world", &[], &gone.to_string()).await.unwrap().0, 200);
    assert_eq!(zoe.until("place").await["guild"], Value::Null);
}

#[tokio::test]
async fn a_stream_ends_with_the_playground() {
    let playground = playground().await;
    let mut ada = Watching::open(&playground, "as=ada").await;
    ada.until("messages").await;
    playground.shutdown().await;
    while ada.next().await.is_some() {}
}

#[tokio::test]
async fn earlier_messages_come_on_demand_and_are_followed_from_then_on() {
    let playground = playground().await;
    let ben = playground.member("ben").unwrap();
    let mut written = Vec::new();
    for number in 0..120 {
        written.push(ben.message(&number.to_string()).await.unwrap());
    }
    let mut ada = Watching::open(&playground, "as=ada").await;
    let contents = |page: &Value| -> Vec<String> {
        page["list"].as_array().unwrap().iter().map(|message| text(&message["content"]).to_owned()).collect()
    };
    let newest = ada.until("messages").await;
    assert_eq!((contents(&newest).first().unwrap().as_str(), &newest["earlier"]), ("70", &json!(true)));
    // Nobody hears of what they have not seen.
    ben.edit(&written[30], "changed unseen").await.unwrap();
    ben.edit(&written[100], "changed").await.unwrap();
    assert_eq!(contents(&ada.until("messages").await), ["changed"]);
    ada.ask_for_earlier().await;
    let page = ada.until("messages").await;
    assert_eq!((contents(&page).len(), contents(&page)[10].as_str()), (50, "changed unseen"));
    assert_eq!((&page["all"], &page["earlier"]), (&Value::Null, &json!(true)));
    ben.delete(&written[30]).await.unwrap();
    assert_eq!(ada.until("messages").await["gone"], json!([written[30].id()]));
    ada.ask_for_earlier().await;
    let page = ada.until("messages").await;
    assert_eq!((contents(&page).len(), &page["earlier"]), (20, &json!(false)));
}

fn commands() -> Value {
    json!([
        { "name": "ask", "description": "d", "options": [
            { "type": 3, "name": "query", "description": "what", "required": true },
            { "type": 3, "name": "topic", "description": "d", "autocomplete": true },
        ] },
        { "name": "quiz", "description": "d", "options": [
            { "type": 1, "name": "start", "description": "d", "options": [
                { "type": 4, "name": "questions", "description": "d", "max_value": 50 },
                { "type": 6, "name": "with", "description": "d" },
            ] },
        ] },
    ])
}

#[tokio::test]
async fn a_command_takes_its_options_one_by_one_whatever_they_hold() {
    let (playground, mut bot) = with_bot().await;
    bot.register(commands()).await;
    let ada = playground.member("ada").unwrap();
    let reply = || json!({ "type": 4, "data": { "content": "hi" } });
    let tricky = "why topic: jwt query: x";
    let (_, event) = {
        let options = [("query", tricky)];
        tokio::join!(ada.command("ask", &options), bot.answer(reply()))
    };
    assert_eq!(event["data"]["options"], json!([{ "type": 3, "name": "query", "value": tricky }]));
    let ben = playground.member("ben").unwrap().id().to_string();
    let options = [("questions", "5"), ("with", ben.as_str())];
    let (_, event) = tokio::join!(ada.command("quiz start", &options), bot.answer(reply()));
    assert_eq!(
        event["data"]["options"],
        json!([{ "type": 1, "name": "start", "options": [
            { "type": 4, "name": "questions", "value": 5 }, { "type": 6, "name": "with", "value": ben },
        ] }])
    );
    assert_eq!(event["data"]["resolved"]["users"][&ben]["username"], "ben");

    let choices = json!({ "type": 8, "data": { "choices": [{ "name": "JWT", "value": "jwt" }] } });
    let typed = [("query", "x"), ("topic", "")];
    let (found, event) = tokio::join!(ada.complete("ask", &typed, "topic"), bot.answer(choices));
    assert_eq!(found.unwrap()[0].name, "JWT");
    assert_eq!(event["data"]["options"][1], json!({ "type": 3, "name": "topic", "value": "", "focused": true }));

    for (name, options, sentence) in [
        ("aks", &[][..], "There is no command /aks; did you mean /ask?"),
        ("ask", &[], "/ask needs `query: …` (what)."),
        ("ask", &[("nonsense", "x")], "/ask has no option `nonsense`."),
        ("quiz", &[], "/quiz needs a sub-command, such as /quiz start."),
        ("quiz", &[("start", "x")], "/quiz has no option `start`."),
        ("quiz begin", &[], "There is no command /quiz begin."),
        ("quiz start", &[("questions", "51")], "`questions` takes a number of 50 or less, and 51 is not."),
    ] {
        assert_eq!(ada.command(name, options).await.unwrap_err().to_string(), sentence);
    }
    let error = ada.complete("ask", &[("query", "x")], "topic").await.unwrap_err().to_string();
    assert_eq!(error, "The option `topic` is not among those that are given.");
}

#[tokio::test]
async fn members_answer_change_and_delete_what_they_wrote() {
    let playground = playground().await;
    let (ada, ben) = (playground.member("ada").unwrap(), playground.member("ben").unwrap());
    let question = ada.message("who knows?").await.unwrap();
    let answer = ben.reply(&question, "I do").await.unwrap();
    assert_eq!(answer.json()["referenced_message"]["content"], "who knows?");
    let elsewhere = ben.in_channel("quiz").unwrap().reply(&question, "here").await.unwrap_err();
    assert_eq!(elsewhere.to_string(), "The message is in another channel.");
    let edited = ben.edit(&answer, "I did").await.unwrap();
    assert_eq!(
        (edited.json()["content"].as_str(), edited.json()["edited_timestamp"].is_string()),
        (Some("I did"), true)
    );
    assert_eq!(ada.edit(&answer, "no").await.unwrap_err().to_string(), "ada can edit their own messages only.");
    assert_eq!(ben.edit(&answer, " ").await.unwrap_err().to_string(), "A message has 1 to 2000 characters.");
    assert_eq!(ada.delete(&answer).await.unwrap_err().to_string(), "ada may not delete the message.");
    playground.member("mira").unwrap().delete(&answer).await.unwrap();
    ada.delete(&question).await.unwrap();
    assert!(ada.sees_around().is_empty());
}

#[tokio::test]
async fn the_page_is_served_where_clients_may_open_the_gateway_too() {
    let playground = playground().await;
    let page = reqwest::get(playground.api_url()).await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    let html = page.text().await.unwrap();
    // Everything that the page names is there.
    for file in html.split('"').filter(|part| part.starts_with("/page/")) {
        let response = reqwest::get(format!("{}{file}", playground.api_url())).await.unwrap();
        assert_eq!(response.status(), 200, "{file}");
    }
    let missing = reqwest::get(format!("{}/page/../Cargo.toml", playground.api_url())).await.unwrap();
    assert_eq!(missing.status(), 404);
    let url = playground.api_url().replace("http://", "ws://");
    connect_async(format!("{url}/?v=10&encoding=json")).await.expect("the gateway is there, too");
}

#[tokio::test]
async fn an_open_page_serves_members_but_not_the_bot() {
    let playground = playground().await;
    playground.propose(vec![StartingPoint {
        title: "Ask".to_owned(),
        command: "ask".to_owned(),
        options: vec![("query".to_owned(), "jwt".to_owned())],
        only: None,
    }]);
    let open = playground.open_page(([127, 0, 0, 1], 0).into()).await.unwrap();
    let client = reqwest::Client::new();
    let get = async |path: &str, host: &str| {
        let answer = client.get(format!("http://{open}{path}")).header("host", host).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(get("/", "192.168.1.5:7878").await, 200);
    assert_eq!(get("/control/state", "[fe80::1]").await, 200);
    assert_eq!(get("/control/state", "evil.example").await, 403);
    assert_eq!(get("/api/v10/gateway", "127.0.0.1").await, 404);
    assert_eq!(get("/gateway", "127.0.0.1").await, 404);
    let world = Watching::open(&playground, "as=ada").await.until("world").await;
    assert_eq!(world["try_this"], json!([{ "title": "Ask", "command": "ask", "options": [["query", "jwt"]] }]));
    playground.shutdown().await;
    assert!(client.get(format!("http://{open}/")).send().await.is_err());
}

#[tokio::test]
async fn a_file_of_a_message_cannot_act_as_the_page() {
    let (playground, bot) = with_bot().await;
    let url = upload(&playground, &bot).await;
    let file = reqwest::get(url).await.unwrap();
    assert_eq!(file.headers()["content-security-policy"], "default-src 'none'; sandbox");
    assert_eq!(file.headers()["x-content-type-options"], "nosniff");
}

async fn upload(playground: &Playground, bot: &Bot) -> String {
    let path = format!("/api/v10/channels/{}/messages", playground.member("ada").unwrap().channel_id());
    let body = "--x\r\ncontent-disposition: form-data; name=\"files[0]\"; filename=\"a.html\"\r\ncontent-type: text/html\r\n\r\n\
                <script>alert(1)</script>\r\n--x--\r\n";
    let authorization = format!("Bot {}", playground.token());
    let headers = [("authorization", authorization.as_str()), ("content-type", "multipart/form-data; boundary=x")];
    let (status, made) = bot.rest.bare(Method::POST, &path, &headers, body).await.unwrap();
    assert_eq!(status, 200, "{made}");
    text(&made["attachments"][0]["url"]).to_owned()
}
