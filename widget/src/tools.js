// The tools for a conversation: copy it, print it, start over.

import { button, element, webAddress } from "./dom.js";
import { places } from "./places.js";

/** @typedef {import("./labels.js").Wording} Wording */
/** @typedef {import("./protocol.js").Turn} Turn */

/**
 * Renders the buttons.
 * @param {Wording} wording
 * @param {{ copy: () => void, print: () => void, clear: () => void }} acts
 */
export function renderTools({ say }, { copy, print, clear }) {
  return element(
    "div",
    { class: "tools", part: "tools" },
    button(say.copy, copy, { drawing: "copy" }),
    button(say.print, print, { drawing: "print" }),
    button(say.clear, clear, { drawing: "clear" }),
  );
}

/**
 * Copies `text` to the clipboard, or through a selection if the page may not use the clipboard, as with http. Rejects if
 * both fail.
 * @param {string} text
 * @param {Element} place gets a temporary element
 */
export async function copyText(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return;
  } catch {
    const before = /** @type {ShadowRoot} */ (place.getRootNode()).activeElement;
    const words = element("textarea", { class: "unseen" });
    words.value = text;
    place.append(words);
    words.select();
    const copied = document.execCommand("copy");
    words.remove();
    /** @type {HTMLElement | null} */ (before)?.focus();
    if (!copied) throw new Error("not copied");
  }
}

/**
 * Renders a text for visitors to copy themselves, if the browser does not let the page do it.
 * @param {Wording} wording
 * @param {string} text
 */
export function renderByHand({ say }, text) {
  const words = element("textarea", { id: "by-hand", rows: "4", readonly: true });
  words.value = text;
  return element("div", { class: "by-hand" }, element("label", { for: "by-hand" }, say.copy_by_hand), words);
}

/**
 * Returns the conversation as plain text, with the URLs of its links. Suggestions are no part of it.
 * @param {Turn[]} turns
 * @param {Wording} wording
 */
export function transcript(turns, wording) {
  return turns.flatMap((turn) => [...turnLines(turn, wording), ""]).join("\n");
}

/**
 * @param {Turn} turn
 * @param {Wording} wording
 */
function turnLines({ question, answer }, wording) {
  const { citations, parts = [], read_as, text } = answer;
  const all = [answer, ...parts];
  const dates = new Set(all.flatMap(({ reviewed }) => reviewed ?? []));
  const shown = [...citations, ...all.flatMap(({ related = [] }) => related)];
  return [
    `${wording.say.you_asked} ${question}`,
    ...(read_as ? [wording.sentence("read_as", { question: read_as })] : []),
    text,
    ...[...dates].map((date) => wording.sentence("reviewed", { date: wording.date(date) })),
    ...new Set(shown.map(({ number, section, url }) => `[${number}] ${section} ${webAddress(url) ?? ""}`)),
    ...places(answer).map(({ name, url }) => `${name} ${webAddress(url) ?? ""}`),
  ];
}
