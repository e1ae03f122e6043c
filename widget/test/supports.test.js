import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isSupported } from "../src/supports.js";

test("a browser with all that is needed is supported", () => assert.equal(isSupported(), true));

for (const [name, remove] of [
  ["constructed stylesheets", () => (globalThis.CSSStyleSheet = undefined)],
  ["adopted stylesheets", () => delete Document.prototype.adoptedStyleSheets],
  ["dialogs", () => (globalThis.HTMLDialogElement = undefined)],
  ["a page", () => (globalThis.Document = undefined)],
]) {
  test(`without ${name} it is not`, () => {
    const { CSSStyleSheet, Document, HTMLDialogElement } = globalThis;
    const sheets = Object.getOwnPropertyDescriptor(Document.prototype, "adoptedStyleSheets");
    remove();
    assert.equal(isSupported(), false);
    Object.assign(globalThis, { CSSStyleSheet, Document, HTMLDialogElement });
    Object.defineProperty(Document.prototype, "adoptedStyleSheets", sheets);
  });
}
