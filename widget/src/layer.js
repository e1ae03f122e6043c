// Keeps the parts fixed to the window. An ancestor with a transform, filter, or containment would position them relative to
// itself. If so, this lifts them into the browser's top layer, if the browser supports popovers.

import { element } from "./dom.js";

export class Layer {
  /** @param {...Node} content fixed to the window */
  constructor(...content) {
    /** As large as the window, unless an ancestor catches it. Stays in the content's original place. */
    this.probe = element("div", { class: "probe", "aria-hidden": "true" });
    this.node = element("div", { class: "layer" }, ...content);
    this.observer = new ResizeObserver(() => this.fit());
  }

  connect() {
    this.observer.observe(this.probe);
    this.fit();
  }

  disconnect() {
    this.observer.disconnect();
    this.setLifted(false);
  }

  /** Whether an ancestor catches fixed elements. */
  get caught() {
    const { left, top, width, height } = this.probe.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const off = [left, top, width - clientWidth, height - clientHeight];
    return this.probe.offsetParent !== null || (width > 0 && off.some((distance) => Math.abs(distance) > 1));
  }

  /** Lifts the content if an ancestor catches it; otherwise puts it back. */
  fit() {
    if ("showPopover" in this.node) this.setLifted(this.caught);
  }

  /** @param {boolean} lifted */
  setLifted(lifted) {
    if (lifted === this.node.hasAttribute("popover")) return;
    if (lifted) {
      this.node.setAttribute("popover", "manual");
      this.node.showPopover();
    } else {
      this.node.removeAttribute("popover"); // also hides the popover
    }
  }
}
