// The control API of the playground: acts of a member, and the stream of what they see.

/** Why an act came to nothing: one sentence. `late` when the bot did not respond. */
export class ActError extends Error {
  constructor(sentence, late) {
    super(sentence);
    this.late = late;
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ActError("The playground does not answer; is it still running?", false);
  }
  const body = await response.json();
  if (!response.ok)
    throw new ActError(body.error ?? `The playground answered with ${response.status}.`, response.status === 504);
  return body;
}

/** The parameters that say who is where. */
function who(place) {
  return { as: place.as, ...(place.guild ? { guild: place.guild } : {}), in: place.guild ? place.channel : "@" };
}

/** Does something as a member at a place: see the control API's list. */
export function act(place, what, values = {}) {
  const body = JSON.stringify({ ...who(place), do: what, ...values });
  return request("/control/act", { method: "POST", headers: { "content-type": "application/json" }, body });
}

/** How long to wait before the stream is opened again, in ms. */
const AGAIN_MS = 1000;

/** The user names of the people of the playground; none when it does not answer. */
export async function people() {
  try {
    const { guilds } = await request("/control/state");
    return guilds.flatMap((guild) => guild.members.filter((member) => !member.bot).map((member) => member.name));
  } catch {
    return [];
  }
}

/** Whether the playground knows somebody; `null` when it does not answer at all. */
async function knows(name) {
  try {
    return (await fetch(`/control/see?${new URLSearchParams({ as: name })}`)).ok;
  } catch {
    return null;
  }
}

/**
 * Opens the stream for somebody at a place. `tell` gets the name and the data of each event, `lost` whether the connection
 * is lost; a lost one is opened again until it is closed here. `unknown` is called when there is nobody of the name.
 */
export function stream({ as, guild, channel }, { tell, lost, unknown }) {
  const query = new URLSearchParams({ as });
  if (guild) query.set("guild", guild);
  if (channel) query.set("in", channel);
  let socket = null;
  let timer = null;
  let closed = false;
  const open = () => {
    let opened = false;
    socket = new WebSocket(`ws://${location.host}/control/stream?${query}`);
    socket.addEventListener("open", () => {
      opened = true;
      if (!closed) lost(false);
    });
    socket.addEventListener("message", (message) => {
      if (closed) return;
      const { event, data } = JSON.parse(message.data);
      tell(event, data);
    });
    socket.addEventListener("close", async () => {
      if (closed) return;
      // A browser does not tell why a socket was refused.
      if (!opened && (await knows(as)) === false && !closed) {
        unknown();
        return;
      }
      if (closed) return;
      lost(true);
      timer = setTimeout(open, AGAIN_MS);
    });
  };
  open();
  return {
    /** Asks for earlier messages, which come as an event. */
    earlier() {
      if (socket.readyState === WebSocket.OPEN) socket.send("earlier");
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}
