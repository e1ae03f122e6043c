// The button in the corner that opens the chat.

import { button } from "./dom.js";

export class Launcher {
  /**
   * @param {import("./labels.js").Wording} wording
   * @param {string} heading
   * @param {() => void} open
   */
  constructor({ direction, language }, heading, open) {
    this.open = false;
    this.covered = false;
    this.node = button(heading, open, {
      drawing: "chat",
      class: "launcher",
      part: "launcher",
      lang: language,
      dir: direction,
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
    });
  }

  /**
   * Hides it while its chat is open.
   * @param {boolean} open
   */
  setOpen(open) {
    this.open = open;
    this.node.setAttribute("aria-expanded", String(open));
    this.show();
  }

  /**
   * Hides it while another chat is open.
   * @param {boolean} covered
   */
  setCovered(covered) {
    this.covered = covered;
    this.show();
  }

  show() {
    this.node.hidden = this.open || this.covered;
  }

  /**
   * Leaves room for the launchers below it.
   * @param {number} pixels
   */
  setBelow(pixels) {
    this.node.style.setProperty("--below", `${pixels}px`);
  }

  focus() {
    this.node.focus();
  }
}
