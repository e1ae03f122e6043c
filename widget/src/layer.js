// Keeps the parts in the corner of the window. An ancestor that is transformed, filtered or contained would catch what is
// fixed within it; then they are lifted into the browser's top layer, if it has popovers.

import { element } from "./dom.js";

export class Layer {
  /** @param {...Node} content fixed to the window */
  constructor(...content) {
    /** As large as the window, unless an ancestor catches it. Stays where the content was. */
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

  /** If an ancestor catches what is fixed. */
  get caught() {
    const { left, top, width, height } = this.probe.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const off = [left, top, width - clientWidth, height - clientHeight];
    return this.probe.offsetParent !== null || (width > 0 && off.some((distance) => Math.abs(distance) > 1));
  }

  /** Lifts the content, or puts it back. */
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
      this.node.removeAttribute("popover"); // which hides the popover
    }
  }
}
