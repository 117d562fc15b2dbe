//! The table of routes. Templates use the names of Discord's API description.

use std::collections::BTreeMap;

use super::error::ApiError;
use super::{
    Call, Reply, bans, channels, commands, interactions, members, messages, pins, places, polls, reactions, roles,
    thread_lists, threads,
};
use crate::playground::state::State;

type Handler = fn(&mut State, &Call) -> Result<Reply, ApiError>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Auth {
    Bot,
    /// The path holds a token of its own.
    Path,
}

pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) template: &'static str,
    pub(super) auth: Auth,
    pub(super) handler: Handler,
}

pub(super) enum Found {
    Route(&'static Route, BTreeMap<&'static str, String>),
    OtherMethod,
    Nothing,
}

impl Route {
    /// What Discord counts requests by, beside the route: the channel, guild, webhook or interaction at the head of the
    /// path.
    pub(super) fn top_level_id(&self, parts: &BTreeMap<&'static str, String>) -> String {
        let part = |name: &str| parts.get(name).cloned().unwrap_or_default();
        match self.template.split('/').nth(1) {
            Some("channels") => part("channel_id"),
            Some("guilds") => part("guild_id"),
            Some("webhooks") => format!("{}/{}", part("webhook_id"), part("webhook_token")),
            Some("interactions") => part("interaction_token"),
            _ => String::new(),
        }
    }
}

const fn bot(method: &'static str, template: &'static str, handler: Handler) -> Route {
    Route { method, template, auth: Auth::Bot, handler }
}

const fn open(method: &'static str, template: &'static str, handler: Handler) -> Route {
    Route { method, template, auth: Auth::Path, handler }
}

const COMMANDS: &str = "/applications/{application_id}/commands";
const COMMAND: &str = "/applications/{application_id}/commands/{command_id}";
const GUILD_COMMANDS: &str = "/applications/{application_id}/guilds/{guild_id}/commands";
const GUILD_COMMAND: &str = "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}";
const WEBHOOK: &str = "/webhooks/{webhook_id}/{webhook_token}";
const ORIGINAL: &str = "/webhooks/{webhook_id}/{webhook_token}/messages/@original";
const FOLLOW_UP: &str = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}";
const MESSAGE: &str = "/channels/{channel_id}/messages/{message_id}";
const REACTION: &str = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}";
const OWN_REACTION: &str = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me";
const USER_REACTION: &str = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}";
const MEMBER_ROLE: &str = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}";
const THREAD_MEMBER: &str = "/channels/{channel_id}/thread-members/{user_id}";

/// Where two templates fit a path, the first one counts.
static ROUTES: &[Route] = &[
    open("GET", "/gateway", places::gateway),
    bot("GET", "/gateway/bot", places::gateway_bot),
    bot("GET", "/users/@me", places::own_user),
    bot("GET", "/users/@me/guilds", places::own_guilds),
    bot("POST", "/users/@me/channels", channels::open_direct),
    bot("GET", "/users/{user_id}", places::user),
    bot("GET", "/applications/@me", places::application),
    bot("GET", "/oauth2/applications/@me", places::application),
    bot("GET", "/guilds/{guild_id}", places::guild),
    bot("GET", "/guilds/{guild_id}/channels", channels::list),
    bot("POST", "/guilds/{guild_id}/channels", channels::create),
    bot("PATCH", "/guilds/{guild_id}/channels", channels::move_all),
    bot("GET", "/guilds/{guild_id}/roles", roles::list),
    bot("POST", "/guilds/{guild_id}/roles", roles::create),
    bot("PATCH", "/guilds/{guild_id}/roles", roles::move_all),
    bot("GET", "/guilds/{guild_id}/roles/member-counts", roles::member_counts),
    bot("GET", "/guilds/{guild_id}/roles/{role_id}", roles::get),
    bot("PATCH", "/guilds/{guild_id}/roles/{role_id}", roles::edit),
    bot("DELETE", "/guilds/{guild_id}/roles/{role_id}", roles::delete),
    bot("GET", "/guilds/{guild_id}/members", members::list),
    bot("GET", "/guilds/{guild_id}/members/search", members::search),
    bot("PATCH", "/guilds/{guild_id}/members/@me", members::edit_own),
    bot("GET", "/guilds/{guild_id}/members/{user_id}", members::get),
    bot("PATCH", "/guilds/{guild_id}/members/{user_id}", members::edit),
    bot("DELETE", "/guilds/{guild_id}/members/{user_id}", members::kick),
    bot("PUT", MEMBER_ROLE, members::give_role),
    bot("DELETE", MEMBER_ROLE, members::take_role),
    bot("GET", "/guilds/{guild_id}/bans", bans::list),
    bot("GET", "/guilds/{guild_id}/bans/{user_id}", bans::get),
    bot("PUT", "/guilds/{guild_id}/bans/{user_id}", bans::add),
    bot("DELETE", "/guilds/{guild_id}/bans/{user_id}", bans::remove),
    bot("POST", "/guilds/{guild_id}/bulk-ban", bans::add_all),
    bot("GET", COMMANDS, commands::list),
    bot("POST", COMMANDS, commands::create),
    bot("PUT", COMMANDS, commands::overwrite),
    bot("GET", COMMAND, commands::get),
    bot("PATCH", COMMAND, commands::edit),
    bot("DELETE", COMMAND, commands::delete),
    bot("GET", GUILD_COMMANDS, commands::list),
    bot("POST", GUILD_COMMANDS, commands::create),
    bot("PUT", GUILD_COMMANDS, commands::overwrite),
    bot("GET", GUILD_COMMAND, commands::get),
    bot("PATCH", GUILD_COMMAND, commands::edit),
    bot("DELETE", GUILD_COMMAND, commands::delete),
    open("POST", "/interactions/{interaction_id}/{interaction_token}/callback", interactions::callback),
    open("POST", WEBHOOK, interactions::follow_up),
    open("GET", ORIGINAL, interactions::get_message),
    open("PATCH", ORIGINAL, interactions::edit_message),
    open("DELETE", ORIGINAL, interactions::delete_message),
    open("GET", FOLLOW_UP, interactions::get_message),
    open("PATCH", FOLLOW_UP, interactions::edit_message),
    open("DELETE", FOLLOW_UP, interactions::delete_message),
    bot("GET", "/channels/{channel_id}", channels::get),
    bot("PATCH", "/channels/{channel_id}", channels::edit),
    bot("DELETE", "/channels/{channel_id}", channels::delete),
    bot("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", channels::put_overwrite),
    bot("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", channels::delete_overwrite),
    bot("POST", "/channels/{channel_id}/typing", messages::typing),
    bot("GET", "/channels/{channel_id}/messages", messages::list),
    bot("POST", "/channels/{channel_id}/messages", messages::create),
    bot("POST", "/channels/{channel_id}/messages/bulk-delete", messages::bulk_delete),
    bot("GET", "/channels/{channel_id}/messages/pins", pins::list),
    bot("PUT", "/channels/{channel_id}/messages/pins/{message_id}", pins::add),
    bot("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", pins::remove),
    bot("GET", "/channels/{channel_id}/pins", pins::list_plainly),
    bot("PUT", "/channels/{channel_id}/pins/{message_id}", pins::add),
    bot("DELETE", "/channels/{channel_id}/pins/{message_id}", pins::remove),
    bot("GET", MESSAGE, messages::get),
    bot("PATCH", MESSAGE, messages::edit),
    bot("DELETE", MESSAGE, messages::delete),
    bot("PUT", OWN_REACTION, reactions::add),
    bot("DELETE", OWN_REACTION, reactions::remove_own),
    bot("DELETE", USER_REACTION, reactions::remove_of_user),
    bot("GET", REACTION, reactions::list),
    bot("DELETE", REACTION, reactions::clear),
    bot("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions", reactions::clear),
    bot("POST", "/channels/{channel_id}/messages/{message_id}/threads", threads::start_from_message),
    bot("POST", "/channels/{channel_id}/threads", threads::start_bare),
    bot("GET", "/channels/{channel_id}/threads/archived/public", thread_lists::archived_public),
    bot("GET", "/channels/{channel_id}/threads/archived/private", thread_lists::archived_private),
    bot("GET", "/channels/{channel_id}/users/@me/threads/archived/private", thread_lists::archived_joined),
    bot("GET", "/channels/{channel_id}/thread-members", thread_lists::members),
    bot("PUT", "/channels/{channel_id}/thread-members/@me", thread_lists::join),
    bot("DELETE", "/channels/{channel_id}/thread-members/@me", thread_lists::leave),
    bot("GET", THREAD_MEMBER, thread_lists::member),
    bot("PUT", THREAD_MEMBER, thread_lists::add_member),
    bot("DELETE", THREAD_MEMBER, thread_lists::remove_member),
    bot("GET", "/channels/{channel_id}/polls/{message_id}/answers/{answer_id}", polls::voters),
    bot("POST", "/channels/{channel_id}/polls/{message_id}/expire", polls::expire),
    bot("GET", "/guilds/{guild_id}/stickers", places::stickers),
    bot("GET", "/guilds/{guild_id}/stickers/{sticker_id}", places::sticker),
    bot("GET", "/guilds/{guild_id}/threads/active", thread_lists::active),
];

/// `/api/v10/gateway` and `/api/gateway` are both `/gateway`; other versions are not there.
pub(super) fn without_version(path: &str) -> &str {
    let path = path.strip_prefix("/api").unwrap_or(path);
    path.strip_prefix("/v10").filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

pub(super) fn find(method: &str, path: &str) -> Found {
    let mut other_method = false;
    for route in ROUTES {
        let Some(parts) = fit(route.template, path) else { continue };
        if route.method == method {
            return Found::Route(route, parts);
        }
        other_method = true;
    }
    if other_method { Found::OtherMethod } else { Found::Nothing }
}

fn fit(template: &'static str, path: &str) -> Option<BTreeMap<&'static str, String>> {
    let mut parts = BTreeMap::new();
    let mut given = path.strip_prefix('/')?.split('/');
    for wanted in template.split('/').skip(1) {
        let part = given.next().filter(|part| !part.is_empty())?;
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => {
                parts.insert(name, part.to_owned());
            }
            None if wanted == part || (wanted.starts_with('@') && part.strip_prefix("%40") == wanted.get(1..)) => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_response_is_not_taken_for_an_id() {
        for (message, template) in [("@original", ORIGINAL), ("2", FOLLOW_UP)] {
            let found = find("PATCH", &format!("/webhooks/1/token/messages/{message}"));
            assert!(matches!(found, Found::Route(route, _) if route.template == template));
        }
    }

    #[test]
    fn versions_other_than_ten_are_not_there() {
        assert_eq!(without_version("/api/v10/gateway"), "/gateway");
        assert_eq!(without_version("/api/gateway"), "/gateway");
        assert!(matches!(find("GET", without_version("/api/v9/gateway")), Found::Nothing));
        assert!(matches!(find("PUT", "/gateway"), Found::OtherMethod));
        assert!(matches!(find("GET", "/channels//messages"), Found::Nothing));
    }
}
