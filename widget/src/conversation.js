// The part that scrolls: greeting, starters, the log of questions and answers, and what follows the newest answer.

import { renderTurn } from "./answer.js";
import { element } from "./dom.js";

/** @typedef {import("./protocol.js").Turn} Turn */

export class Conversation {
  /**
   * @param {import("./labels.js").Wording} wording
   * @param {{ inline: boolean, greeting: string }} options
   * @param {Turn[]} turns the conversation so far, oldest first
   */
  constructor(wording, { inline, greeting }, turns) {
    this.wording = wording;
    this.inline = inline;
    /** @type {HTMLElement} */
    this.about = element("div");
    /** @type {HTMLElement} */
    this.starters = element("div");
    this.log = element("div", { role: "log", "aria-label": wording.say.conversation });
    this.log.append(...turns.map((turn) => this.render(turn)));
    this.waiting = element("p", { class: "waiting", hidden: true }, wording.say.searching);
    this.after = element("div", { class: "after" });
    /** Says what happens; below the conversation, so that it is seen too. */
    this.status = element("p", { class: "status", role: "status" });
    // Inline the page scrolls, in the launcher's panel this part does: it can then be reached with the keyboard.
    this.node = element(
      "div",
      { class: "scroller", role: "group", "aria-labelledby": "title", tabindex: inline ? "-1" : "0" },
      element("p", { class: "greeting", dir: "auto" }, greeting),
      this.about,
      this.starters,
      this.log,
      this.waiting,
      this.after,
    );
  }

  /** @param {Turn} turn */
  render(turn) {
    return renderTurn(turn, this.wording);
  }

  /** @param {HTMLElement} about */
  showAbout(about) {
    this.about.replaceWith(about);
    this.about = about;
  }

  /** @param {HTMLElement} starters hidden as soon as there is a conversation */
  showStarters(starters) {
    starters.hidden = this.log.hasChildNodes();
    this.starters.replaceWith(starters);
    this.starters = starters;
  }

  /**
   * Shows what follows the newest answer.
   * @param {...Node} parts
   */
  showAfter(...parts) {
    this.after.replaceChildren(...parts);
  }

  /**
   * Shows a finished answer: one addition to the log, and so one announcement.
   * @param {Turn} turn
   * @param {...Node} after
   */
  add(turn, ...after) {
    this.starters.hidden = true;
    this.say("");
    this.waiting.hidden = true;
    this.log.append(this.render(turn));
    this.showAfter(...after);
    this.showNewest();
  }

  /** Scrolls to the newest answer. */
  showNewest() {
    this.log.lastElementChild?.scrollIntoView({ block: this.inline ? "nearest" : "start" });
  }

  clear() {
    this.log.replaceChildren();
    this.showAfter();
    this.starters.hidden = false;
  }

  /** @param {boolean} waiting */
  setWaiting(waiting) {
    this.waiting.hidden = !waiting;
    if (!waiting) return;
    this.say("");
    this.showAfter();
    this.waiting.scrollIntoView({ block: "nearest" });
  }

  /** Says that the search goes on, to those who hear it too. */
  sayStillWaiting() {
    this.waiting.hidden = true;
    this.say(this.wording.say.searching);
  }

  /** @param {string} words */
  say(words) {
    this.status.textContent = words;
  }

  focus() {
    this.node.focus();
  }
}
