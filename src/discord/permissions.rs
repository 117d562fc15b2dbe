//! What the bot may do in a channel other than the one that it was asked in.

use std::time::Duration;

use serde_json::Value;
use serenity::http::Route;
use serenity::model::Permissions;
use serenity::model::id::{ChannelId, GuildId, UserId};

use super::rest::{Rest, RestError};

/// Who asks waits for an answer, so it is not looked longer than this.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What the bot may do in a channel of a server; nothing in one that it cannot see. `None` when it is not found out in
/// time.
pub(super) async fn in_channel(rest: &Rest, guild: u64, channel: u64) -> Option<Standing> {
    let found = async {
        let me: Value = rest.get(Route::UserMe).await?;
        ask(rest, id(me.get("id")).unwrap_or(1), guild, channel).await
    };
    match tokio::time::timeout(PATIENCE, found).await {
        Ok(Ok(standing)) => Some(standing),
        Ok(Err(error)) => {
            tracing::info!(%error, channel, "what I may do in a channel was not found out");
            None
        }
        Err(_elapsed) => None,
    }
}

/// How the bot stands to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// There is no such channel in the server.
    Gone,
    May(Permissions),
}

/// The same for the bot `me`, however long it takes.
///
/// # Errors
/// When Discord cannot be asked.
pub(super) async fn ask(rest: &Rest, me: u64, guild: u64, channel: u64) -> Result<Standing, RestError> {
    let (guild_id, channel_id, user_id) = (GuildId::new(guild), ChannelId::new(channel), UserId::new(me));
    let all = async {
        tokio::try_join!(
            rest.get::<Value>(Route::Guild { guild_id }),
            rest.get::<Value>(Route::Channel { channel_id }),
            rest.get::<Value>(Route::GuildMember { guild_id, user_id }),
        )
    };
    match all.await {
        // A channel of another server is as good as none.
        Ok((_, channel, _)) if id(channel.get("guild_id")) != Some(guild) => Ok(Standing::Gone),
        Ok((server, channel, member)) => Ok(Standing::May(judge(guild, me, &server, &channel, &member))),
        Err(error) if error.code() == Some(10003) => Ok(Standing::Gone),
        Err(error) if error.code() == Some(50001) => Ok(Standing::May(Permissions::empty())),
        Err(error) => Err(error),
    }
}

/// Discord's order: what the roles give, then what the channel says of everyone, of the roles, of the member.
fn judge(guild_id: u64, user_id: u64, guild: &Value, channel: &Value, member: &Value) -> Permissions {
    let roles: Vec<u64> = list(member, "roles").iter().filter_map(|role| id(Some(role))).collect();
    let base = list(guild, "roles")
        .iter()
        .filter(|role| id(role.get("id")).is_some_and(|id| id == guild_id || roles.contains(&id)))
        .fold(Permissions::empty(), |all, role| all | bits(role.get("permissions")));
    if base.administrator() || id(guild.get("owner_id")) == Some(user_id) {
        return Permissions::all();
    }
    let says = |of: &dyn Fn(u64) -> bool| {
        let fitting =
            list(channel, "permission_overwrites").iter().filter(|overwrite| id(overwrite.get("id")).is_some_and(of));
        fitting.fold((Permissions::empty(), Permissions::empty()), |(deny, allow), overwrite| {
            (deny | bits(overwrite.get("deny")), allow | bits(overwrite.get("allow")))
        })
    };
    let steps = [says(&|id| id == guild_id), says(&|id| roles.contains(&id)), says(&|id| id == user_id)];
    steps.into_iter().fold(base, |may, (deny, allow)| (may - deny) | allow)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn id(value: Option<&Value>) -> Option<u64> {
    value?.as_str()?.parse().ok()
}

fn bits(value: Option<&Value>) -> Permissions {
    Permissions::from_bits_truncate(id(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn may(overwrites: &Value, member_roles: &Value) -> Permissions {
        let view_send = (Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES).bits().to_string();
        let guild = json!({"owner_id": "9", "roles": [
            {"id": "1", "permissions": Permissions::VIEW_CHANNEL.bits().to_string()},
            {"id": "5", "permissions": view_send},
            {"id": "6", "permissions": Permissions::ADMINISTRATOR.bits().to_string()},
        ]});
        judge(1, 7, &guild, &json!({ "permission_overwrites": overwrites }), &json!({ "roles": member_roles }))
    }

    #[test]
    fn roles_add_up_and_the_channel_has_the_last_word() {
        let (view, send) = (Permissions::VIEW_CHANNEL, Permissions::SEND_MESSAGES);
        let overwrite = |id: &str, deny: Permissions, allow: Permissions| json!({"id": id, "type": 0, "deny": deny.bits().to_string(), "allow": allow.bits().to_string()});
        let none = Permissions::empty();
        assert_eq!(may(&json!([]), &json!([])), view);
        assert_eq!(may(&json!([]), &json!(["5"])), view | send);
        assert_eq!(may(&json!([overwrite("1", send, none)]), &json!(["5"])), view);
        assert_eq!(may(&json!([overwrite("1", send, none), overwrite("5", none, send)]), &json!(["5"])), view | send);
        assert_eq!(may(&json!([overwrite("5", none, send), overwrite("7", send | view, none)]), &json!(["5"])), none);
        assert_eq!(may(&json!([overwrite("7", view, none)]), &json!(["6"])), Permissions::all());
    }
}
