// Tracks which part has the focus. If a page moves the element, the element silently loses the focus.

export class Focus {
  /** @param {ShadowRoot} root */
  constructor(root) {
    /** @type {HTMLElement | null} */
    this.part = null;
    root.addEventListener("focusin", ({ target }) => (this.part = /** @type {HTMLElement} */ (target)));
    root.addEventListener("focusout", (event) => {
      // If nothing else gets the focus, the page may be moving the element.
      if (/** @type {FocusEvent} */ (event).relatedTarget) this.part = null;
      else queueMicrotask(() => (this.part = /** @type {HTMLElement | null} */ (root.activeElement)));
    });
  }
}
