//! The least that a bot on these libraries can do: every command is answered at once with the text that came with it. It
//! uses the same socket, models, builders and HTTP client as the bot, and nothing else.

use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::value::RawValue;
use serenity::builder::{
    CreateAllowedMentions, CreateCommand, CreateCommandOption, CreateInteractionResponse,
    CreateInteractionResponseMessage,
};
use serenity::http::Route;
use serenity::model::application::{CommandOptionType, Interaction};
use serenity::model::id::ApplicationId;
use twilight_gateway::{ConfigBuilder, Intents, Message, Shard, ShardId};

use crate::Result;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    t: Option<&'a str>,
    #[serde(borrow)]
    d: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Application {
    id: ApplicationId,
}

pub async fn run(url: &str, token: &str) -> Result<()> {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let send = |method: reqwest::Method, route: Route<'_>, body: Vec<u8>| {
        let url = route.path().replacen("https://discord.com", url, 1);
        let request = http.request(method, url).header("authorization", format!("Bot {token}"));
        request.header("content-type", "application/json").body(body).send()
    };
    let me = send(reqwest::Method::GET, Route::Oauth2ApplicationCurrent, Vec::new()).await?.bytes().await?;
    let Application { id: application_id } = serde_json::from_slice(&me)?;
    let option = CreateCommandOption::new(CommandOptionType::String, "query", "What to say").required(true);
    let commands = [CreateCommand::new("echo").description("Says it again").add_option(option)];
    send(reqwest::Method::PUT, Route::Commands { application_id }, serde_json::to_vec(&commands)?).await?;

    let gateway = url.replacen("http", "ws", 1) + "/gateway";
    let config = ConfigBuilder::new(token.to_owned(), Intents::empty()).proxy_url(gateway).build();
    let mut shard = Shard::with_config(ShardId::ONE, config);
    while let Some(message) = shard.next().await {
        let Message::Text(text) = message? else { continue };
        let event: Event<'_> = serde_json::from_str(&text)?;
        let (Some("INTERACTION_CREATE"), Some(data)) = (event.t, event.d) else { continue };
        let Interaction::Command(command) = serde_json::from_str(data.get())? else { continue };
        let said = command.data.options.first().and_then(|option| option.value.as_str()).unwrap_or_default();
        let message = CreateInteractionResponseMessage::new().content(said);
        let response = CreateInteractionResponse::Message(message.allowed_mentions(CreateAllowedMentions::new()));
        let route = Route::InteractionResponse { interaction_id: command.id, token: &command.token };
        let answer = send(reqwest::Method::POST, route, serde_json::to_vec(&response)?);
        tokio::spawn(async move { answer.await.map(drop) });
    }
    Err("the gateway is gone".into())
}
