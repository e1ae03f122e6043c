// If this browser has what the chat is built from. An older one keeps the element's own content, such as a link.

/** Tests the newest features that the chat uses: they came with Safari 16.4, Firefox 101 and Chrome 98. */
export function isSupported() {
  try {
    new CSSStyleSheet();
    new RegExp("(?<!a)b", "dgu"); // the personal-data rules look behind
    return (
      "adoptedStyleSheets" in Document.prototype &&
      "showModal" in HTMLDialogElement.prototype &&
      "replaceChildren" in Element.prototype &&
      "reason" in AbortSignal.prototype
    );
  } catch {
    return false;
  }
}
