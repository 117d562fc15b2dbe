// One message: who wrote it and why, its text, embeds, files, reactions, and what can be pressed in it.

import { act } from "./api.js";
import { components } from "./components.js";
import { avatar, createdMs, h, icon } from "./dom.js";
import { say } from "./live.js";
import { fileElement, picture } from "./media.js";
import { go } from "./navigate.js";
import { isUnread, nameOf, state } from "./store.js";
import { plain, text } from "./text.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const V2 = 1 << 15;
/** Discord's types of messages that a person or a bot wrote; all others are the system's. */
const WRITTEN = new Set([0, 19, 20, 23]);
/** Messages of one person within this time stand below one name. */
const GROUP_MS = 7 * 60_000;

export const isPrivate = (message) => (message.flags & EPHEMERAL) !== 0;
export const isThinking = (message) => (message.flags & LOADING) !== 0;
export const isWritten = (message) => WRITTEN.has(message.type);
export const isOwn = (message) => message.author.id === state.place.user;

/** Whether a message stands below the name of the one before it. */
export function continues(message, before) {
  return (
    Boolean(before) &&
    before.author.id === message.author.id &&
    isWritten(before) &&
    message.type === 0 &&
    isPrivate(before) === isPrivate(message) &&
    createdMs(message.id) - createdMs(before.id) < GROUP_MS &&
    sameDay(createdMs(message.id), createdMs(before.id))
  );
}

export function sameDay(a, b) {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

export function dayText(ms) {
  return new Date(ms).toLocaleDateString(undefined, {
    weekday: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
  });
}

function clockText(ms) {
  return new Date(ms).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

/** What stands above a message: the command, or the message that it answers. */
function occasion(message) {
  const metadata = message.interaction_metadata;
  if (metadata?.name) {
    const verb = metadata.command_type === 3 || metadata.command_type === 2 ? metadata.name : `/${metadata.name}`;
    return h(
      "div",
      { class: "occasion" },
      icon("reply"),
      avatar(nameOf(metadata.user.id), false, "tiny"),
      h("span", { class: "who" }, nameOf(metadata.user.id)),
      " used ",
      h("span", { class: "command" }, verb),
    );
  }
  if (message.type !== 19) return null;
  const answered = message.referenced_message;
  if (!answered) return h("div", { class: "occasion" }, icon("reply"), h("em", {}, "Original message was deleted"));
  return h(
    "button",
    { class: "occasion", type: "button", "data-jump": answered.id },
    icon("reply"),
    avatar(nameOf(answered.author.id), answered.author.bot, "tiny"),
    h("span", { class: "who" }, nameOf(answered.author.id)),
    h("span", { class: "preview" }, preview(answered) || "Press to see the message"),
  );
}

/** A message in a few words, at most `most` letters. */
export function preview(message, most = 160) {
  const parts = [
    plain(message.content),
    ...message.embeds.flatMap((embed) => [embed.author?.name, plain(embed.title), plain(embed.description)]),
    ...layoutTexts(message.components).map(plain),
    message.poll && `Poll: ${message.poll.question.text}`,
    ...(message.sticker_items ?? []).map((sticker) => `Sticker: ${sticker.name}`),
    ...message.attachments.map((file) => `File: ${file.filename}`),
  ];
  const found = [...parts.filter(Boolean).join(" · ")];
  return found.length > most ? `${found.slice(0, most - 1).join("")}…` : found.join("");
}

/** The texts of a layout, from top to bottom. */
function layoutTexts(components = []) {
  return components.flatMap((part) => (part.type === 10 ? [part.content] : layoutTexts(part.components)));
}

/** The element of a message. `headed`: with picture and name. */
export function messageElement(message, headed) {
  const ms = createdMs(message.id);
  const name = nameOf(message.author.id);
  const nameId = `name-${message.id}`;
  const item = h("li", {
    class: [
      "message",
      headed ? "headed" : "joined",
      isPrivate(message) ? "private" : "",
      mentionsMe(message) ? "mentions" : "",
    ].join(" "),
    "data-id": message.id,
    id: `message-${message.id}`,
  });
  if (!isWritten(message)) {
    item.append(systemLine(message, name, ms));
    return item;
  }
  const time = h(
    "time",
    { class: "when", datetime: new Date(ms).toISOString(), title: new Date(ms).toLocaleString() },
    clockText(ms),
  );
  const article = h("article", { "aria-labelledby": nameId, tabindex: "-1" });
  if (headed) {
    article.append(
      occasion(message) ?? "",
      avatar(name, message.author.bot),
      h(
        "h3",
        { id: nameId },
        h("span", { class: "author" }, name),
        message.author.bot ? h("span", { class: "tag" }, "APP") : null,
        " ",
        time,
      ),
    );
  } else {
    article.append(h("h3", { id: nameId, class: "unseen" }, name), time);
  }
  article.append(body(message), foot(message));
  item.append(article, actions(message));
  return item;
}

/** What Discord itself says: that something was pinned, that a thread or a poll began or ended. */
function systemLine(message, name, ms) {
  const time = h("time", { class: "when" }, clockText(ms));
  const who = h("strong", {}, name);
  const started = message.message_reference;
  switch (message.type) {
    case 6:
      return h("p", { class: "system" }, who, " pinned a message to this channel. ", time);
    case 18: {
      const see = { type: "button", class: "link", onclick: () => go({ channel: started?.channel_id }) };
      return h(
        "p",
        { class: "system" },
        who,
        ` started a thread: ${message.content} `,
        h("button", see, "See it"),
        " ",
        time,
      );
    }
    case 21:
      return threadStarter(message, started);
    case 46:
      return h("p", { class: "system" }, "A poll has ended. ", time);
    default:
      return h("p", { class: "system" }, "Something happened here. ", time);
  }
}

/** The message of the channel from which a thread began. */
function threadStarter(message, reference) {
  const first = message.referenced_message;
  const back = { type: "button", class: "link", onclick: () => go({ channel: reference?.channel_id }) };
  if (!first) return h("p", { class: "system" }, "The message from which the thread began was deleted.");
  const name = nameOf(first.author.id);
  const nameId = `name-${message.id}`;
  return h(
    "article",
    { "aria-labelledby": nameId, tabindex: "-1" },
    avatar(name, first.author.bot),
    h("h3", { id: nameId }, h("span", { class: "author" }, name), " ", h("button", back, "in the channel")),
    body({ ...first, components: [] }),
  );
}

function mentionsMe(message) {
  return message.mention_everyone || message.mentions.some((user) => user.id === state.place.user);
}

function body(message) {
  const box = h("div", { class: "body" });
  if (isThinking(message)) {
    box.append(
      h(
        "p",
        { class: "thinking" },
        h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
        `${nameOf(message.author.id)} is thinking…`,
      ),
    );
    return box;
  }
  if (message.content) {
    const content = h("div", { class: "markup content" });
    content.append(text(message.content));
    if (message.edited_timestamp && isWritten(message) && !message.interaction_metadata) {
      content.append(
        h("span", { class: "edited", title: new Date(message.edited_timestamp).toLocaleString() }, " (edited)"),
      );
    }
    box.append(content);
  }
  message.embeds.forEach((embed) => box.append(embedElement(embed)));
  message.attachments.forEach((file) => box.append(fileElement(file)));
  (message.sticker_items ?? []).forEach((sticker) =>
    box.append(h("p", { class: "sticker" }, `Sticker: ${sticker.name}`)),
  );
  if (message.poll) box.append(pollElement(message));
  if (message.components.length) box.append(components(message, (message.flags & V2) !== 0));
  return box;
}

/** Reactions, the thread, and what only we see. */
function foot(message) {
  const box = h("div", { class: "foot" });
  const failure = state.failures.get(message.id);
  if (failure) box.append(h("p", { class: "failure", role: "alert" }, icon("warning"), failure));
  if (message.reactions?.length) {
    const list = h("ul", { class: "reactions", "aria-label": "Reactions" });
    for (const known of message.reactions) {
      list.append(
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              class: known.me ? "mine" : "",
              "aria-pressed": String(known.me),
              "data-key": `react-${known.emoji.name}`,
              "aria-label": `${known.emoji.name}, ${known.count} ${known.count === 1 ? "reaction" : "reactions"}`,
              onclick: () => react(message, known.emoji.name, known.me),
            },
            known.emoji.name,
            h("span", {}, String(known.count)),
          ),
        ),
      );
    }
    box.append(list);
  }
  if (message.thread) {
    const thread = message.thread;
    const count = thread.message_count === 1 ? "1 message" : `${thread.message_count} messages`;
    box.append(
      h(
        "button",
        { type: "button", class: "thread-card", onclick: () => go({ channel: thread.id }) },
        icon("thread"),
        h("strong", {}, thread.name),
        h("span", {}, count),
        isUnread(thread.id) ? h("span", { class: "new" }, "New") : null,
      ),
    );
  }
  if (isPrivate(message)) {
    box.append(
      h(
        "p",
        { class: "only-you" },
        icon("eye"),
        "Only you can see this • ",
        h(
          "button",
          { type: "button", class: "link", "data-dismiss": message.id, "data-key": "dismiss" },
          "Dismiss message",
        ),
      ),
    );
  }
  return box;
}

/** Reacts, or takes the reaction back. */
export function react(message, emoji, mine) {
  act(state.place, mine ? "unreact" : "react", { message: message.id, emoji }).catch((error) =>
    say(error.message, "problem"),
  );
}

function actions(message) {
  return h(
    "div",
    { class: "actions" },
    h(
      "button",
      {
        type: "button",
        "data-menu": message.id,
        "data-key": "menu",
        "aria-haspopup": "menu",
        "aria-label": `Actions for the message of ${nameOf(message.author.id)}`,
        title: "Actions",
      },
      icon("more"),
    ),
  );
}

function link(url, content) {
  return url && /^https?:/.test(url)
    ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, content)
    : content;
}

function embedElement(embed) {
  const color = embed.color ? `#${embed.color.toString(16).padStart(6, "0")}` : null;
  const box = h("div", { class: "embed" });
  if (color) box.style.setProperty("--embed", color);
  const main = h("div", { class: "embed-main" });
  if (embed.provider?.name) main.append(h("p", { class: "embed-small" }, embed.provider.name));
  if (embed.author?.name) main.append(h("p", { class: "embed-author" }, link(embed.author.url, embed.author.name)));
  if (embed.title) {
    const title = h("h4", { class: "embed-title" });
    const inner = h("span");
    inner.append(text(embed.title, { inline: true }));
    title.append(link(embed.url, inner));
    main.append(title);
  }
  if (embed.description) {
    const description = h("div", { class: "markup" });
    description.append(text(embed.description));
    main.append(description);
  }
  if (embed.fields?.length) {
    const fields = h("dl", { class: "embed-fields" });
    for (const field of embed.fields) {
      const name = h("dt");
      name.append(text(field.name, { inline: true }));
      const value = h("dd", { class: "markup" });
      value.append(text(field.value));
      fields.append(h("div", { class: field.inline ? "inline" : "" }, name, value));
    }
    main.append(fields);
  }
  box.append(main);
  const thumbnail = picture(embed.thumbnail, embed.thumbnail?.description, "embed-thumbnail");
  if (thumbnail) box.append(thumbnail);
  const image = picture(embed.image, embed.image?.description, "embed-image");
  if (image) box.append(image);
  const footer = [embed.footer?.text, embed.timestamp && new Date(embed.timestamp).toLocaleString()]
    .filter(Boolean)
    .join(" • ");
  if (footer) box.append(h("p", { class: "embed-footer" }, footer));
  return box;
}

function pollElement(message) {
  const { poll } = message;
  const ended = poll.results?.is_finalized;
  const counts = new Map((poll.results?.answer_counts ?? []).map((count) => [count.id, count]));
  const total = [...counts.values()].reduce((sum, count) => sum + count.count, 0);
  const mine = [...counts.values()].filter((count) => count.me_voted).map((count) => count.id);
  const vote = (id) => {
    const others = poll.allow_multiselect ? mine.filter((other) => other !== id) : [];
    const values = mine.includes(id) ? others : [...others, id];
    act(state.place, "vote", { message: message.id, values }).catch((error) => say(error.message, "problem"));
  };
  return h(
    "div",
    { class: "poll", role: "group", "aria-label": `Poll: ${poll.question.text}` },
    h("p", { class: "poll-question" }, poll.question.text),
    poll.answers.map((answer) => {
      const count = counts.get(answer.answer_id)?.count ?? 0;
      const share = total ? Math.round((100 * count) / total) : 0;
      return h(
        "button",
        {
          type: "button",
          disabled: ended,
          "aria-pressed": String(mine.includes(answer.answer_id)),
          "data-key": `vote-${answer.answer_id}`,
          onclick: () => vote(answer.answer_id),
        },
        h("span", {}, [answer.poll_media?.emoji?.name, answer.poll_media?.text].filter(Boolean).join(" ")),
        h("span", {}, `${count} (${share}%)`),
      );
    }),
    h("p", { class: "embed-small" }, ended ? "The poll has ended" : `Ends ${new Date(poll.expiry).toLocaleString()}`),
  );
}
