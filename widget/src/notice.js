// What is in the way of a question: an alert above its box, with what can be done about it.

import { element } from "./dom.js";

export class Notice {
  constructor() {
    this.alert = element("p", { role: "alert" });
    this.node = element("div", { class: "note" }, this.alert);
  }

  /** If something is in the way. */
  get active() {
    return this.alert.textContent !== "";
  }

  /**
   * Announces `words` at once and shows `more` below them.
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
