// The box around the chat: a dialog that opens and closes, or inline a section that is always open.

import { button, element } from "./dom.js";

/**
 * @typedef {{
 *   inline: boolean, heading: string, small: MediaQueryList,
 *   close: () => void, escape: () => void, opened: (open: boolean) => void
 * }} PanelOptions `small`: matches if the dialog fills the window; `close`: the button was pressed; `escape`: the key was;
 *   `opened`: the dialog has opened or closed
 */

export class Panel {
  /**
   * @param {import("./labels.js").Wording} wording
   * @param {PanelOptions} options
   * @param {...Node} content
   */
  constructor({ language, say }, { inline, heading, small, close, escape, opened }, ...content) {
    this.opened = opened;
    this.small = small;
    this.title = element("h2", { id: "title", tabindex: "-1" }, heading);
    const closer = button(null, close, { drawing: "close", "aria-label": say.close, class: "close" });
    const attributes = {
      class: "panel",
      "aria-labelledby": "title",
      lang: language,
      /** @param {KeyboardEvent} event */
      keydown: (event) => {
        // What is typed here is no shortcut of the page around.
        event.stopPropagation();
        if (event.key !== "Escape" || event.isComposing) return;
        event.preventDefault();
        escape();
      },
    };
    const header = element("header", {}, this.title, !inline && closer);
    /** The dialog; null inline. */
    this.dialog = inline ? null : element("dialog", { ...attributes, close: () => this.sync() }, header, ...content);
    /** @type {HTMLElement} */
    this.node = this.dialog ?? element("section", attributes, header, ...content);
  }

  /** If the dialog is open; false inline. */
  get open() {
    return this.dialog?.open ?? false;
  }

  /** Opens the dialog. In a small window it fills the screen, and the page behind is out of reach until it is closed. */
  show() {
    if (!this.dialog) return;
    if (this.small.matches) this.dialog.showModal();
    else this.dialog.show();
    this.sync();
  }

  /** Closes the dialog. */
  close() {
    this.dialog?.close();
    this.sync();
  }

  /**
   * Shows the open dialog in the way that fits the window, with the focus where it was.
   * @param {HTMLElement | null} focused
   */
  fit(focused) {
    if (!this.open) return;
    this.dialog?.close();
    this.show();
    focused?.focus();
  }

  /** Tells whether the dialog is open: its own `close` event comes late, when it may have been opened again. */
  sync() {
    this.opened(this.open);
  }
}
