// Where the focus goes, so that it is never lost.

/** Focuses an element, or where it is gone the message box. */
export function focusOr(element) {
  const there = element?.isConnected && !element.disabled ? element : document.getElementById("write");
  // While a command is filled in, its fields stand in the place of the box.
  (there ?? document.querySelector("#composer input"))?.focus({ preventScroll: true });
}

/** What gives the focus back to where it is now, also when that was drawn anew meanwhile. */
export function remember() {
  const element = document.activeElement;
  const key = element?.dataset?.key;
  const holder = element?.closest("[id]");
  const holderId = holder === element ? element.parentElement?.closest("[id]")?.id : holder?.id;
  return () => {
    if (element?.isConnected && element !== document.body) {
      element.focus({ preventScroll: true });
      return;
    }
    const again = holderId && document.getElementById(holderId);
    const same = key && [...(again?.querySelectorAll("[data-key]") ?? [])].find((known) => known.dataset.key === key);
    focusOr(same || again?.querySelector("article"));
  };
}
