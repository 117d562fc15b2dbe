// Going to another channel or being somebody else: the address says where one is, so a reload or a second window does too.

let move = () => {};

/** Sets what carries a move out. */
export function onMove(carryOut) {
  move = carryOut;
}

/** Goes somewhere: any of `as`, `guild` (`null` for direct messages) and `channel`. */
export function go(where) {
  move(where);
}

/** Where the address says that one is. */
export function fromAddress() {
  const query = new URLSearchParams(location.search);
  return { as: query.get("as") ?? "ada", guild: query.get("guild"), channel: query.get("in") };
}

export function addressOf(place) {
  const query = new URLSearchParams({ as: place.as });
  if (place.guild) query.set("guild", place.guild);
  query.set("in", place.guild ? place.channel : "@");
  return `?${query}`;
}
