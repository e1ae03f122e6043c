// The button in the corner that opens the chat.

import { button } from "./dom.js";

export class Launcher {
  /**
   * @param {import("./labels.js").Wording} wording
   * @param {string} heading
   * @param {() => void} open
   */
  constructor({ language }, heading, open) {
    this.node = button(heading, open, {
      drawing: "chat",
      class: "launcher",
      lang: language,
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
    });
  }

  /**
   * Hides it while the chat is open.
   * @param {boolean} open
   */
  setOpen(open) {
    this.node.hidden = open;
    this.node.setAttribute("aria-expanded", String(open));
  }

  focus() {
    this.node.focus();
  }
}
