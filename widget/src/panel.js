// The box around the chat: a dialog that opens and closes, or, inline, a section that is always open.

import { button, element, isComposing } from "./dom.js";

/**
 * @typedef {{
 *   inline: boolean, heading: string, small: MediaQueryList,
 *   close: () => void, escape: () => boolean, opened: () => void
 * }} PanelOptions `small`: matches if the dialog fills the window; `close`: called for the button; `escape`: called for
 *   the key, returns whether it had an effect; `opened`: called when the dialog has opened or closed
 */

export class Panel {
  /**
   * @param {import("./labels.js").Wording} wording
   * @param {PanelOptions} options
   * @param {...Node} content
   */
  constructor({ direction, language, say }, { inline, heading, small, close, escape, opened }, ...content) {
    this.opened = opened;
    this.small = small;
    this.title = element("h2", { id: "title", part: "title", tabindex: "-1", dir: "auto" }, heading);
    const closer = button(null, close, { drawing: "close", "aria-label": say.close, class: "close" });
    const attributes = {
      class: "panel",
      part: "panel",
      "aria-labelledby": "title",
      lang: language,
      dir: direction,
      /** @param {KeyboardEvent} event */
      keydown: (event) => {
        const isEscape = event.key === "Escape" && !isComposing(event);
        // Inline, Tab and Escape belong to the page around the chat, which may be a dialog.
        const isOurs = isEscape ? escape() : !(inline && event.key === "Tab");
        if (isEscape && isOurs) event.preventDefault();
        // Typing here must not trigger the page's shortcuts.
        if (isOurs) event.stopPropagation();
      },
    };
    const header = element("header", { part: "header" }, this.title, !inline && closer);
    /** The dialog; null inline. */
    this.dialog = inline ? null : element("dialog", { ...attributes, close: opened }, header, ...content);
    /** @type {HTMLElement} */
    this.node = this.dialog ?? element("section", attributes, header, ...content);
  }

  /** Whether the dialog is open; false inline. */
  get open() {
    return this.dialog?.open ?? false;
  }

  /** Opens the dialog. In a small window it fills the screen and is modal. */
  show() {
    if (!this.dialog) return;
    if (this.small.matches) this.dialog.showModal();
    else this.dialog.show();
    this.opened();
  }

  /** Closes the dialog. */
  close() {
    this.dialog?.close();
    this.opened();
  }

  /** Shows the open dialog again in the way that fits the window, and keeps the focus. */
  fit() {
    if (!this.open) return;
    const within = /** @type {ShadowRoot} */ (this.node.getRootNode());
    const around = /** @type {Document | ShadowRoot} */ (within.host.getRootNode());
    const focused = /** @type {HTMLElement | null} */ (within.activeElement ?? around.activeElement);
    this.dialog?.close();
    this.show();
    // Showing the dialog moved the focus into it. Unless the dialog is modal, give the focus back.
    if (!this.small.matches) /** @type {HTMLElement | null} */ (within.activeElement)?.blur();
    focused?.focus();
  }
}
