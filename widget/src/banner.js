// What the owner tells visitors for now, above the chat: a notice, or that the chat is paused.

import { element, webAddress } from "./dom.js";

/**
 * Renders the banner, or an empty box if there is nothing to tell.
 * @param {import("./protocol.js").Policy | null} policy null until the service has sent it
 * @param {import("./labels.js").Wording} wording
 */
export function renderBanner(policy, wording) {
  const { say } = wording;
  const { notice, paused, url } = policy ?? {};
  const link = paused && webAddress(url);
  const words = [notice?.message, paused && (paused.message || say.paused)].filter(Boolean);
  return element(
    "div",
    words.length ? { class: "note active banner", part: "banner", role: "note" } : {},
    words.map((sentence) => element("p", { dir: "auto" }, sentence)),
    link && element("p", {}, wording.link(link, say.whole_policy)),
  );
}
