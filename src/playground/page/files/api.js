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

/** Messages before one. */
export function earlier(place, before) {
  return request(`/control/earlier?${new URLSearchParams({ ...who(place), before })}`);
}

/** How long to wait before the stream is opened again, in ms. */
const AGAIN_MS = 1000;

/**
 * Opens the stream for somebody at a place; `tell` gets the name and the data of each event, and `lost` whether the
 * connection is lost. A lost one is opened again until it is closed here. Gives back what closes it.
 */
export function stream({ as, guild, channel }, tell, lost) {
  const query = new URLSearchParams({ as });
  if (guild) query.set("guild", guild);
  if (channel) query.set("in", channel);
  let socket = null;
  let timer = null;
  let closed = false;
  const open = () => {
    socket = new WebSocket(`ws://${location.host}/control/stream?${query}`);
    socket.addEventListener("open", () => lost(false));
    socket.addEventListener("message", (message) => {
      if (closed) return;
      const { event, data } = JSON.parse(message.data);
      tell(event, data);
    });
    socket.addEventListener("close", () => {
      if (closed) return;
      lost(true);
      timer = setTimeout(open, AGAIN_MS);
    });
  };
  open();
  return () => {
    closed = true;
    clearTimeout(timer);
    socket.close();
  };
}
