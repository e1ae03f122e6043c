import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { button, element, webAddress } from "../src/dom.js";

test("an element has attributes, listeners and children, without what is false or missing", () => {
  let clicks = 0;
  const made = element(
    "button",
    { type: "button", hidden: true, lang: null, title: undefined, click: () => clicks++ },
    [["one", null], false],
    2,
  );
  assert.equal(made.outerHTML, '<button type="button" hidden="">one2</button>');
  made.click();
  assert.equal(clicks, 1);
});

test("text is never parsed as markup", () => {
  assert.equal(element("p", {}, "<b>x</b>").children.length, 0);
});

test("a button has a drawing that is hidden from screen readers", () => {
  const made = button("Copy", () => {}, { drawing: "copy", class: "x" });
  assert.equal(made.type, "button");
  assert.equal(made.className, "x");
  assert.equal(made.querySelector("svg").getAttribute("aria-hidden"), "true");
  assert.equal(made.getAttribute("drawing"), null);
});

test("links lead to web pages only", () => {
  assert.equal(webAddress("HTTPS://example.gov/"), "HTTPS://example.gov/");
  for (const url of ["javascript:alert(1)", " https://x.gov", "data:text/html,x", "", null, undefined]) {
    assert.equal(webAddress(url), null);
  }
});
