// Pictures and files of messages. Only what the playground itself keeps is loaded.

import { h } from "./dom.js";

/** Where a file or picture can be had: only what the playground itself keeps is loaded. */
function localUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    const here = ["127.0.0.1", "localhost", "[::1]", location.hostname].includes(parsed.hostname);
    return here && parsed.pathname.startsWith("/attachments/") ? parsed.pathname : null;
  } catch {
    return null;
  }
}

/** A picture, or for one from elsewhere a link in its place. */
export function picture(media, description, className) {
  const local = media?.url && localUrl(media.url);
  if (local) {
    return h(
      "a",
      { href: local, target: "_blank", rel: "noopener", class: className },
      h("img", { src: local, alt: description ?? "", loading: "lazy" }),
    );
  }
  if (!media?.url || !/^https?:/.test(media.url)) return null;
  return h(
    "a",
    { href: media.url, target: "_blank", rel: "noopener noreferrer", class: `${className} elsewhere` },
    description ? `Picture: ${description}` : "A picture from elsewhere, which the playground does not load",
  );
}

export function fileElement(file) {
  if (file.content_type?.startsWith("image/")) return picture(file, file.description ?? file.filename, "picture");
  const kilobytes = file.size < 1024 ? `${file.size} B` : `${(file.size / 1024).toFixed(1)} KB`;
  return h(
    "a",
    { class: "file", href: localUrl(file.url), download: file.filename },
    h("strong", {}, file.filename),
    h("span", {}, kilobytes),
  );
}
