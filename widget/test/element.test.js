// The element as it is served, without a browser. tests/widget tries it in Chromium.

import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundle } from "../scripts/build.js";
import { answer, LABELS, settle } from "./support/values.js";

const SCRIPT = await bundle();
const { PolicyChat } = await import(`data:text/javascript,${encodeURIComponent(SCRIPT)}`);

/** Answers questions, and has nothing else. */
const reply = async (path, body) => (body ? Response.json(answer()) : new Response("", { status: 404 }));

/** An element on the page, whose requests are answered by `request`. */
function chat(attributes = "", request = reply) {
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

test("nothing is parsed as markup or evaluated, and there is one place that keeps anything", () => {
  for (const word of [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    "localStorage",
    "indexedDB",
    "document.cookie",
  ]) {
    assert.ok(!SCRIPT.includes(word), word);
  }
  assert.deepEqual([...SCRIPT.matchAll(/sessionStorage\.(\w+)/g)].map((match) => match[1]).sort(), [
    "getItem",
    "removeItem",
    "setItem",
  ]);
  assert.equal(SCRIPT.match(/sessionStorage/g).length, 3);
});

for (const remember of [null, "", "yes", "session", "TAB"]) {
  test(`nothing is kept unless the page asks for it: remember=${remember}`, async (context) => {
    const used = [];
    for (const name of ["getItem", "setItem", "removeItem"]) {
      context.mock.method(window.Storage.prototype, name, () => used.push(name));
    }
    const { made, root } = chat(remember === null ? "" : `remember="${remember}"`);
    await made.ask("Do you sell my data?");
    root.querySelector("#question").value = "A draft";
    document.dispatchEvent(new Event("visibilitychange"));
    made.setAttribute("heading", "Ask us");
    made.remove();
    assert.deepEqual(used, []);
  });
}

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
    asked.push([path, body?.question]);
    return reply(path, body);
  });
  await made.ask("Do you sell my data?");
  assert.deepEqual(asked, [
    ["widget/personal-data.json", undefined],
    ["v1/answers", "Do you sell my data?"],
  ]);
  assert.equal(root.querySelectorAll(".turn").length, 1);
  made.clear();
  assert.equal(root.querySelectorAll(".turn").length, 0);
});

test("another language keeps conversation and draft", async () => {
  const { made, root } = chat("", async (path, body) =>
    path === "widget/es.json" ? Response.json(LABELS.es) : reply(path, body),
  );
  await made.ask("Do you sell my data?");
  root.querySelector("#question").value = "A draft";
  made.setAttribute("language", "es");
  assert.equal(root.querySelector("form .primary").textContent, "Ask");
  await settle();
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
    return path.startsWith("v1/")
      ? Response.json({ policies: [{ id: "town" }], title: "Town", starters: ["Why?"] })
      : reply();
  };
  document.body.append(made);
  await settle();
  made.setAttribute("heading", "Ask");
  await settle();
  assert.deepEqual(paths, ["widget/personal-data.json", "v1/policies", "v1/policies/town"]);
  assert.equal(made.shadowRoot.querySelector(".starters button").textContent, "Why?");
});

test("an exception while it is built leaves the element's own content", (context) => {
  context.mock.method(console, "info", () => {});
  context.mock.method(globalThis, "matchMedia", () => {
    throw new TypeError("not here");
  });
  const { made } = chat();
  assert.equal(made.shadowRoot, null);
  made.setAttribute("language", "es");
  made.open();
  assert.equal(made.shadowRoot, null);
});

test("an exception when it is built again shows the element's own content", (context) => {
  context.mock.method(console, "info", () => {});
  const { made, root } = chat();
  context.mock.method(window.Element.prototype, "replaceWith", () => {
    throw new TypeError("not here");
  });
  made.setAttribute("heading", "Ask us");
  assert.equal(root.firstChild.localName, "slot");
});

test("an exception when late words arrive shows the element's own content, and it stays", async (context) => {
  context.mock.method(console, "info", () => {});
  let words;
  const { made, root } = chat("", (path) =>
    path === "widget/es.json"
      ? new Promise((resolve) => (words = () => resolve(Response.json(LABELS.es))))
      : reply(path),
  );
  made.setAttribute("language", "es");
  await settle();
  context.mock.method(window.Element.prototype, "replaceWith", () => {
    throw new TypeError("not here");
  });
  words();
  await settle();
  assert.equal(root.firstChild.localName, "slot");
  context.mock.restoreAll();
  await settle();
  assert.equal(root.childNodes.length, 1);
});

test("moving it keeps conversation, draft, openness, and a question on its way", async () => {
  let answered;
  const { made, root } = chat("", (path, body) =>
    body ? new Promise((resolve) => (answered = () => resolve(Response.json(answer())))) : reply(),
  );
  made.open();
  const asked = made.ask("Do you sell my data?");
  await settle();
  document.body.prepend(document.createElement("main"));
  document.querySelector("main").append(made);
  root.querySelector("#question").value = "A draft";
  document.body.append(made);
  await settle();
  assert.equal(root.querySelector("#question").value, "A draft");
  answered();
  await asked;
  assert.equal(root.querySelectorAll(".turn").length, 1);
  assert.ok(root.querySelector("dialog").open);
});

test("a question is given up when the element leaves the page", async () => {
  let signal;
  const { made } = chat("", (path, body, given) => {
    if (!body) return reply();
    signal = given;
    return new Promise(() => {});
  });
  const asked = made.ask("Why?");
  await settle();
  made.remove();
  await asked;
  assert.equal(signal.reason, "left");
});

test("the launchers of a page make room for each other, and one chat is open at a time", () => {
  document.body.innerHTML = "<policy-chat endpoint='/'></policy-chat><policy-chat endpoint='/'></policy-chat>";
  const [one, two] = document.querySelectorAll("policy-chat");
  for (const made of [one, two]) made.request = reply;
  one.open();
  assert.ok(two.shadowRoot.querySelector(".launcher").hidden);
  two.open();
  assert.ok(!one.shadowRoot.querySelector("dialog").open);
  two.close();
  for (const made of [one, two]) assert.ok(!made.shadowRoot.querySelector(".launcher").hidden);
});
