// What a window remembers over a reload. A browser may forbid it; then it is forgotten, and nothing else is wrong.

/** Something that was remembered, or `otherwise`. */
export function recall(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Remembers something; `null` forgets it. */
export function remember(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It lasts until the page is left.
  }
}
