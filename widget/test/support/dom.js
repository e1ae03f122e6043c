// A page without a browser: the globals that the widget's parts use. Import it before them.

import { JSDOM } from "jsdom";

const { window } = new JSDOM('<!doctype html><html lang="en"><body></body></html>', {
  url: "https://www.example.gov/",
});

for (const name of [
  "AbortController",
  "window",
  "document",
  "HTMLElement",
  "customElements",
  "Node",
  "FormData",
  "CustomEvent",
  "Event",
  "KeyboardEvent",
  "Document",
  "Element",
  "ShadowRoot",
  "HTMLDialogElement",
  "MutationObserver",
  "sessionStorage",
]) {
  globalThis[name] = window[name];
}

// What jsdom does not have.
globalThis.matchMedia = () => ({ matches: false, addEventListener() {}, removeEventListener() {} });
window.Element.prototype.scrollIntoView = () => {};
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
window.Document.prototype.adoptedStyleSheets = [];
globalThis.CSSStyleSheet = class {
  replaceSync() {}
};
Object.assign(window.HTMLDialogElement.prototype, {
  show() {
    this.open = true;
  },
  showModal() {
    this.open = true;
  },
  close() {
    this.open = false;
  },
});
