// The element as it is served, without a browser. tests/widget tries it in Chromium.

import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundle } from "../scripts/build.js";
import { answer, settle } from "./support/values.js";

const SCRIPT = await bundle();
const { PolicyChat } = await import(`data:text/javascript,${encodeURIComponent(SCRIPT)}`);

/** An element on the page, whose requests are answered by `request`. */
function chat(attributes = "", request = async () => Response.json(answer())) {
  document.body.innerHTML = `<policy-chat endpoint="https://chat.example.gov" ${attributes}></policy-chat>`;
  const made = document.querySelector("policy-chat");
  made.request = request;
  return { made, root: made.shadowRoot };
}

test("it is one module that defines the element, and exports it alone", async () => {
  assert.equal(customElements.get("policy-chat"), PolicyChat);
  assert.deepEqual(Object.keys(await import(`data:text/javascript,${encodeURIComponent(SCRIPT)}`)), ["PolicyChat"]);
  assert.doesNotMatch(SCRIPT, /\bimport\s*[{"*]|\bimport\(/);
});

test("nothing is parsed as markup, evaluated or kept", () => {
  for (const word of [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "document.cookie",
  ]) {
    assert.ok(!SCRIPT.includes(word), word);
  }
});

test("it opens and closes", () => {
  const { made, root } = chat();
  made.open();
  assert.ok(root.querySelector("dialog").open);
  made.close();
  assert.ok(!root.querySelector("dialog").open);
  assert.equal(root.activeElement, root.querySelector(".launcher"));
});

test("it asks through its own request, and clears", async () => {
  const asked = [];
  const { made, root } = chat("", async (path, body) => {
    asked.push([path, body.question]);
    return Response.json(answer());
  });
  await made.ask("Do you sell my data?");
  assert.deepEqual(asked, [["v1/answers", "Do you sell my data?"]]);
  assert.equal(root.querySelectorAll(".turn").length, 1);
  made.clear();
  assert.equal(root.querySelectorAll(".turn").length, 0);
});

test("another language keeps conversation and draft", async () => {
  const { made, root } = chat();
  await made.ask("Do you sell my data?");
  root.querySelector("#question").value = "A draft";
  made.setAttribute("language", "es");
  assert.equal(root.querySelector("form .primary").textContent, "Preguntar");
  assert.equal(root.querySelectorAll(".turn").length, 1);
  assert.equal(root.querySelector("#question").value, "A draft");
});

test("inline it fetches the policy at once, and once", async () => {
  const paths = [];
  document.body.replaceChildren();
  const made = document.createElement("policy-chat");
  made.setAttribute("mode", "inline");
  made.setAttribute("endpoint", "https://chat.example.gov");
  made.request = async (path) => {
    paths.push(path);
    return Response.json({ policies: [{ id: "town" }], title: "Town", starters: ["Why?"] });
  };
  document.body.append(made);
  await settle();
  made.setAttribute("heading", "Ask");
  await settle();
  assert.deepEqual(paths, ["v1/policies", "v1/policies/town"]);
  assert.equal(made.shadowRoot.querySelector(".starters button").textContent, "Why?");
});
