// The box for a question, and its button.

import { element, isComposing } from "./dom.js";
import { Notice } from "./notice.js";

export class Composer {
  /**
   * @param {import("./labels.js").Wording} wording
   * @param {() => void} ask called when the visitor sends what is in the box
   */
  constructor({ say }, ask) {
    this.notice = new Notice();
    this.box = element("textarea", {
      id: "question",
      part: "box",
      rows: "2",
      dir: "auto",
      "aria-describedby": "hint",
      input: () => this.notice.dismiss(),
      /** @param {KeyboardEvent} event */
      keydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
        event.preventDefault();
        ask();
      },
    });
    this.submit = element("button", { type: "submit", class: "primary", part: "send" }, say.ask);
    /** @param {Event} event */
    const submit = (event) => {
      event.preventDefault();
      ask();
    };
    this.node = element(
      "form",
      { part: "form", novalidate: true, submit },
      this.notice.node,
      element("label", { for: "question" }, say.question),
      element("div", { class: "entry" }, this.box, this.submit),
      element("p", { id: "hint", class: "quiet" }, say.hint),
      element("p", { class: "quiet automated" }, say.notice_automated),
    );
  }

  get question() {
    return this.box.value;
  }

  set question(words) {
    this.box.value = words;
  }

  focus() {
    this.box.focus();
  }

  /**
   * Locks the box while a question is in progress.
   * @param {boolean} waiting
   */
  setWaiting(waiting) {
    this.box.readOnly = waiting;
    this.submit.setAttribute("aria-disabled", String(waiting));
  }
}
