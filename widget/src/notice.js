// An alert above the box that says what keeps a question from being sent, and what to do about it.

import { element } from "./dom.js";

export class Notice {
  constructor() {
    this.alert = element("p", { role: "alert" });
    this.node = element("div", { class: "note" }, this.alert);
  }

  /** Whether there is an alert. */
  get active() {
    return this.alert.textContent !== "";
  }

  /**
   * Announces `words` and shows `more` below them.
   * @param {string} words
   * @param {...Node} more
   */
  complain(words, ...more) {
    while (this.alert.nextSibling) this.alert.nextSibling.remove();
    this.alert.textContent = words;
    this.node.classList.toggle("active", this.active);
    this.node.append(...more);
  }

  dismiss() {
    this.complain("");
  }
}
