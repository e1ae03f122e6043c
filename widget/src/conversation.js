// The part that scrolls: the greeting, starters, the log of questions and answers, a question in progress, and what
// follows the newest answer. Suggestions are outside the log, so that a screen reader reads only their heading.

import { renderQuestion, renderTurn } from "./answer.js";
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
    this.banner = element("div");
    /** @type {HTMLElement} */
    this.about = element("div");
    /** @type {HTMLElement} */
    this.starters = element("div");
    this.log = element("div", { role: "log", "aria-label": wording.say.conversation });
    this.log.append(...turns.map((turn) => this.render(turn)));
    this.asked = element("div");
    this.waiting = element("p", { class: "waiting" }, wording.say.searching);
    /** Outside the log, because screen readers announce what is added to it, and visitors know what they asked. */
    this.pending = element("div", { class: "pending", hidden: true }, this.asked, this.waiting);
    this.suggested = element("p", { id: "suggested", role: "status" });
    this.questions = element("div");
    this.suggestions = element("div", { class: "suggestions", part: "suggestions" }, this.suggested, this.questions);
    this.feedback = element("div", { class: "judging" });
    this.after = element("div", { class: "after" });
    /** Says what is happening. It is below the conversation, so that it is visible, too. */
    this.status = element("p", { class: "status", role: "status" });
    // Inline, the page scrolls. In the launcher's panel this part scrolls, so the keyboard must reach it.
    this.node = element(
      "div",
      {
        class: "scroller",
        part: "conversation",
        role: "group",
        "aria-labelledby": "title",
        tabindex: inline ? "-1" : "0",
      },
      this.banner,
      element("p", { class: "greeting", dir: "auto" }, greeting),
      this.about,
      this.starters,
      this.log,
      this.pending,
      this.suggestions,
      this.feedback,
      this.after,
    );
  }

  /** @param {Turn} turn */
  render(turn) {
    return renderTurn(turn, this.wording);
  }

  /**
   * Replaces one of the parts above the log. Starters are hidden once there is a conversation.
   * @param {"banner" | "about" | "starters"} name
   * @param {HTMLElement} part
   */
  replace(name, part) {
    this[name].replaceWith(part);
    this[name] = part;
    this.starters.hidden = this.log.hasChildNodes() || !this.pending.hidden;
  }

  /**
   * Shows what follows the newest answer.
   * @param {Node[]} feedback
   * @param {Node[]} tools
   */
  showAfter(feedback, tools) {
    this.feedback.replaceChildren(...feedback);
    this.after.replaceChildren(...tools);
  }

  /**
   * Suggests questions to ask after the newest answer.
   * @param {string} heading empty if there are none
   * @param {...Node} questions
   */
  suggest(heading, ...questions) {
    if (this.suggested.textContent !== heading) this.suggested.textContent = heading; // announced once
    this.questions.replaceChildren(...questions);
  }

  /** Removes what followed the newest answer. */
  clearAfter() {
    this.suggest("");
    this.showAfter([], []);
  }

  /**
   * Shows a finished answer. It is added to the log in one step, so that it is announced once.
   * @param {Turn} turn
   */
  add(turn) {
    const shown = this.render(turn);
    this.say("");
    this.log.append(shown);
    this.showPending("");
  }

  /** Scrolls to the newest answer, or to its beginning if it does not fit. */
  showNewest() {
    const newest = this.log.lastElementChild;
    const fits = this.inline && newest && newest.getBoundingClientRect().height < innerHeight / 2;
    newest?.scrollIntoView({ block: fits ? "nearest" : "start" });
  }

  clear() {
    this.log.replaceChildren();
    this.clearAfter();
    this.starters.hidden = false;
  }

  /**
   * Shows a question in progress, until its answer replaces it.
   * @param {string} question empty if there is none
   */
  showPending(question) {
    this.pending.hidden = !question;
    this.starters.hidden = Boolean(question) || this.log.hasChildNodes();
    this.asked.replaceChildren();
    if (!question) return;
    this.say("");
    this.clearAfter();
    this.asked.append(renderQuestion(question, this.wording));
    this.waiting.hidden = false;
    this.pending.scrollIntoView({ block: this.inline ? "nearest" : "start" });
  }

  /** Says that the search continues, also to screen readers. */
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
