// What can be done with a conversation: copy it, print it, start over.

import { button, element, webAddress } from "./dom.js";

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
    { class: "tools" },
    button(say.copy, copy, { drawing: "copy" }),
    button(say.print, print, { drawing: "print" }),
    button(say.clear, clear, { drawing: "clear" }),
  );
}

/**
 * The conversation as plain text, with the addresses of its links.
 * @param {Turn[]} turns
 * @param {Wording} wording
 */
export function transcript(turns, { say }) {
  const lines = turns.flatMap(({ question, answer }) => [
    `${say.you_asked} ${question}`,
    answer.text,
    ...answer.citations.map(({ number, section, url }) => `[${number}] ${section} ${webAddress(url) ?? ""}`),
    ...answer.next_steps.map(({ name, url }) => `${name} ${webAddress(url) ?? ""}`),
    "",
  ]);
  return lines.join("\n");
}
