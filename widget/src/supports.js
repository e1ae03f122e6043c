// Checks whether the browser can show the chat. An older one keeps the element's own content, such as a link.

/** Tests for the newest features that the chat uses, from Safari 16.4, Firefox 101, and Chrome 98. */
export function isSupported() {
  try {
    new CSSStyleSheet();
    new RegExp("(?<!a)b", "dgu"); // the personal-data rules use lookbehind
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
