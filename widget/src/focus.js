// Which part has the focus. A page that moves the element takes the focus away from it, and does not say so.

export class Focus {
  /** @param {ShadowRoot} root */
  constructor(root) {
    /** @type {HTMLElement | null} */
    this.part = null;
    root.addEventListener("focusin", ({ target }) => (this.part = /** @type {HTMLElement} */ (target)));
    root.addEventListener("focusout", (event) => {
      // Without a part that gets it next, the element may just be on its way to another place.
      if (/** @type {FocusEvent} */ (event).relatedTarget) this.part = null;
      else queueMicrotask(() => (this.part = /** @type {HTMLElement | null} */ (root.activeElement)));
    });
  }
}
