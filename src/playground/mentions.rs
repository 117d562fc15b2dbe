//! Whom a message notifies: named in the text, allowed by the body, and in the author's power.

use std::collections::BTreeSet;

use super::messages::{Message, REPLY};
use super::permissions::MENTION_EVERYONE;
use super::snowflake::Snowflake;
use super::state::State;
use super::validate::AllowedMentions;

/// Who is notified by a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Mentions {
    pub(super) users: BTreeSet<Snowflake>,
    pub(super) roles: BTreeSet<Snowflake>,
    pub(super) everyone: bool,
}

impl State {
    /// Who is really notified: named in the text, allowed by the body, and in the author's power.
    pub(super) fn mentions(&self, message: &Message, allowed: &AllowedMentions) -> Mentions {
        let named = Named::in_text(&message.content);
        let powers = self.world.permissions(message.author, message.channel, self.now_ms());
        let may_mention_all = powers & MENTION_EVERYONE != 0;
        let (everyone, users, roles) = match allowed {
            AllowedMentions::All => (true, None, None),
            AllowedMentions::Only { everyone, users, roles, .. } => (*everyone, users.as_ref(), roles.as_ref()),
        };
        let guild = self.world.guild(message.guild);
        let mentionable =
            |id: &Snowflake| guild.and_then(|g| g.role(*id)).is_some_and(|role| role.mentionable || may_mention_all);
        let mut result = Mentions {
            everyone: everyone && may_mention_all && named.everyone,
            users: named.users.into_iter().filter(|id| users.is_none_or(|only| only.contains(id))).collect(),
            roles: named.roles.into_iter().filter(|id| roles.is_none_or(|only| only.contains(id))).collect(),
        };
        result.users.retain(|id| self.world.users.contains_key(id));
        result.roles.retain(mentionable);
        let notify_author = !matches!(allowed, AllowedMentions::Only { replied_user: false, .. });
        if message.kind == REPLY
            && message.interaction.is_none()
            && notify_author
            && let Some(replied_to) = message.reference.and_then(|reference| self.messages.get(reference.message?))
        {
            result.users.insert(replied_to.author);
        }
        result
    }
}

/// Everything that a text mentions, allowed or not.
#[derive(Debug, Default, PartialEq)]
struct Named {
    users: BTreeSet<Snowflake>,
    roles: BTreeSet<Snowflake>,
    everyone: bool,
}

impl Named {
    fn in_text(text: &str) -> Self {
        let mut named = Self::default();
        let text = without_code(text);
        named.everyone = text.contains("@everyone") || text.contains("@here");
        for part in text.split('<').skip(1) {
            let Some((inner, _)) = part.split_once('>') else { continue };
            if let Some(id) = inner.strip_prefix("@&").and_then(|id| id.parse().ok()) {
                named.roles.insert(id);
            } else if let Some(id) = inner.strip_prefix('@') {
                named.users.extend(id.strip_prefix('!').unwrap_or(id).parse::<Snowflake>().ok());
            }
        }
        named
    }
}

/// The text without code blocks and code spans, in which nothing is a mention.
fn without_code(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once('`') {
        out.push_str(before);
        let ticks = 1 + after.bytes().take_while(|byte| *byte == b'`').count();
        let fence = "`".repeat(ticks);
        let inside = after.get(ticks - 1..).unwrap_or_default();
        rest = inside.split_once(&fence).map_or(inside, |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found_outside_of_code_only() {
        let named = Named::in_text("<@1> `<@2>` <@!3> ```\n<@4> @everyone\n``` <@&5> <#6> <@x> ``a ` <@7>`` <@8");
        let ids = |list: &[u64]| list.iter().copied().map(Snowflake::from).collect::<BTreeSet<_>>();
        assert_eq!(named, Named { users: ids(&[1, 3]), roles: ids(&[5]), everyone: false });
        assert!(Named::in_text("hey @here").everyone);
        assert_eq!(Named::in_text("an open ` tick <@1>").users, ids(&[1]));
    }
}
