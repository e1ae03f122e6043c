// remember="tab": what the element keeps in the tab, and when it drops it.

import "./support/dom.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { bundle } from "../scripts/build.js";
import { Memory } from "../src/memory.js";
import { answer, CITATION, RULES, settle, turn } from "./support/values.js";

await import(`data:text/javascript,${encodeURIComponent(await bundle())}`);

const KEY = "policy-chat https://chat.example.gov/  ";

beforeEach(() => sessionStorage.clear());

/** Answers questions, has the rules for personal data, and nothing else. */
const reply = async (path, body) => {
  if (path === "widget/personal-data.json") return Response.json(RULES);
  return body ? Response.json(answer()) : new Response("", { status: 404 });
};

/** A page with a chat that remembers, as after a reload. */
function visit(attributes = 'remember="tab"', request = reply) {
  document.body.innerHTML = `<policy-chat endpoint="https://chat.example.gov" ${attributes}></policy-chat>`;
  const made = document.querySelector("policy-chat");
  made.request = request;
  return { made, root: made.shadowRoot, box: made.shadowRoot.querySelector("#question") };
}

const turns = (root) => [...root.querySelectorAll(".turn h3")].map((heading) => heading.textContent);

/** What a browser does when the page is left. */
function leave() {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  delete document.hidden;
}

test("conversation and draft are there again after a reload", async () => {
  const { made, box } = visit();
  await made.ask("Do you sell my data?");
  box.value = "And my SSN 078-05-1120?";
  leave();
  const { root, box: again } = visit();
  assert.deepEqual(turns(root), ["You asked: Do you sell my data?"]);
  assert.equal(again.value, "And my SSN [social security number]?");
  assert.equal(root.querySelectorAll(".tools button").length, 3);
  assert.equal(root.querySelectorAll(".judge").length, 1);
});

test("it is one entry, without what the visitor typed", async () => {
  const { made } = visit(undefined, async (path, body) =>
    body ? Response.json(answer({ question: "Is my SSN [social security number] safe?" })) : reply(path),
  );
  await made.ask("Is my SSN 078-05-1120 safe?");
  made.shadowRoot.querySelectorAll(".choices button")[1].click();
  await settle();
  assert.deepEqual(Object.keys(sessionStorage), [KEY]);
  assert.doesNotMatch(sessionStorage.getItem(KEY), /078/);
  assert.match(sessionStorage.getItem(KEY), /\[social security number\] safe/);
});

test("without the rules a draft is not kept", async () => {
  const { made, box } = visit(undefined, async (path, body) =>
    body ? Response.json(answer()) : new Response("", { status: 404 }),
  );
  await made.ask("Do you sell my data?");
  box.value = "My SSN is 078-05-1120";
  leave();
  assert.equal(visit().box.value, "");
});

test("a question on its way is a draft", async () => {
  const { made } = visit(undefined, (path, body) => (body ? new Promise(() => {}) : reply(path)));
  made.ask("Do you sell my data?");
  await settle();
  leave();
  assert.equal(visit().box.value, "Do you sell my data?");
});

test("feedback that was given is not asked for again", async () => {
  const { made, root } = visit();
  await made.ask("Do you sell my data?");
  root.querySelector(".judge button").click();
  await settle();
  const again = visit().root;
  assert.equal(again.querySelectorAll(".judge").length, 0);
  assert.equal(again.querySelectorAll(".thanks").length, 1);
});

test("start over drops everything, a question on its way too", async () => {
  const { made, box } = visit();
  await made.ask("Do you sell my data?");
  box.value = "A draft";
  leave();
  made.ask("And then?");
  await settle();
  made.clear();
  assert.equal(sessionStorage.length, 0);
  await settle();
  leave();
  assert.equal(sessionStorage.length, 0);
});

test("a page that no longer asks for it, or asks about another policy, leaves nothing behind", async () => {
  const { made } = visit();
  await made.ask("Do you sell my data?");
  made.policy = "town";
  assert.deepEqual(Object.keys(sessionStorage), ["policy-chat https://chat.example.gov/ town "]);
  made.remember = null;
  assert.equal(sessionStorage.length, 0);
  made.remember = "tab";
  assert.equal(sessionStorage.length, 1);
});

test("a page that comes back from the cache goes on from where the tab is", async () => {
  const { made, root } = visit();
  await made.ask("Do you sell my data?");
  const shown = () => window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  new Memory(KEY).save([turn(), turn({ question: "And then?" })].map(asReturned), "A draft");
  shown();
  assert.deepEqual(turns(root), ["You asked: Do you sell my data?", "You asked: And then?"]);
  assert.equal(root.querySelector("#question").value, "A draft");
  sessionStorage.clear();
  shown();
  assert.deepEqual(turns(root), []);
});

const asReturned = ({ answer }) => ({ question: answer.question, answer });

const PART = { question: "Why?", outcome: "answered", opening: "", citations: [1] };

/** Every field of an answer that older services do not send, as far as the chat shows it. */
const WHOLE = {
  reviewed: "2026-11-20",
  related: [CITATION],
  suggestions: ["Why?"],
  read_as: "why",
  parts: [{ ...PART, confidence: 0.9, reviewed: null, related: [CITATION], read_as: "why" }, PART],
  route: { name: "Registry", url: null },
};

test("anything malformed is dropped", () => {
  const good = JSON.stringify({ turns: [turn()], draft: "A draft" });
  const memory = new Memory("a");
  sessionStorage.setItem("a", good);
  assert.equal(memory.recall().turns.length, 1);
  const broken = [
    "",
    "{",
    "null",
    "1",
    "[]",
    "{}",
    '{"turns":{},"draft":""}',
    '{"turns":[],"draft":1}',
    '{"turns":[null],"draft":""}',
    '{"turns":[{"question":"Why?"}],"draft":""}',
    good.replace('"number":1', '"number":{}'),
    good.slice(0, -1),
    JSON.stringify({ turns: Array(21).fill(turn()), draft: "" }),
  ];
  const whole = { ...turn().answer, ...WHOLE };
  sessionStorage.setItem("a", JSON.stringify({ turns: [turn(WHOLE)], draft: "" }));
  assert.deepEqual(memory.recall().turns, [turn(WHOLE)]);
  for (const [field, value] of [
    ["suggestions", "Why?"],
    ["suggestions", [{}]],
    ["related", [{ ...CITATION, quote: 1 }]],
    ["related", [{ ...CITATION, start: "1" }]],
    ["parts", [{ ...PART, citations: ["1"] }]],
    ["parts", [{ ...PART, question: null }]],
    ["parts", [{ ...PART, citations: "1" }]],
    ["parts", [{ ...PART, related: [{ ...CITATION, quote: 1 }] }]],
    ["parts", [{ ...PART, related: null }]],
    ["parts", [{ ...PART, confidence: "0.9" }]],
    ["parts", [{ ...PART, reviewed: 1 }]],
    ["parts", [{ ...PART, read_as: {} }]],
    ["suggestions", null],
    ["citations", [{ ...CITATION, context: [{ quote: "a", start: 0 }] }]],
    ["route", { name: 1, url: null }],
    ["route", { name: "Registry", url: {} }],
    ["warnings", [{ code: "personal_data", kinds: "email" }]],
  ]) {
    broken.push(JSON.stringify({ turns: [turn({ [field]: value })], draft: "" }));
  }
  for (const field of Object.keys(whole).filter((name) => !["seconds"].includes(name))) {
    broken.push(
      JSON.stringify({ turns: [turn({ [field]: 7 })], draft: "" }).replace('"confidence":7', '"confidence":"7"'),
    );
  }
  for (const text of broken) {
    sessionStorage.setItem("a", text);
    assert.deepEqual(memory.recall(), { turns: [], draft: "" }, text);
    assert.equal(sessionStorage.length, 0, text);
  }
});

test("the size is bounded, and the newest turns stay", () => {
  const memory = new Memory("a");
  const many = Array.from({ length: 50 }, (_, number) => asReturned(turn({ question: `${number}` })));
  memory.save(many, "a".repeat(6_000));
  assert.deepEqual(
    memory.recall().turns.map(({ question }) => question),
    many.slice(-20).map(({ question }) => question),
  );
  assert.equal(memory.recall().draft, "");
  memory.save([...many, asReturned(turn({ question: "long", text: "a".repeat(90_000) }))], "A draft");
  assert.ok(sessionStorage.getItem("a").length <= 100_000);
  assert.equal(memory.recall().turns.at(-1).question, "long");
  memory.save([asReturned(turn({ text: "a".repeat(100_000) }))], "");
  assert.equal(sessionStorage.length, 0);
});

test("a question that the service did not clean is not kept", () => {
  const memory = new Memory("a");
  memory.save([{ question: "My SSN is 078-05-1120", answer: answer({ question: "" }) }], "");
  assert.equal(sessionStorage.length, 0);
});

test("without room or storage the chat works, and nothing out of date is left", async (context) => {
  const { made, root } = visit();
  await made.ask("Do you sell my data?");
  context.mock.method(window.Storage.prototype, "setItem", () => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await made.ask("And then?");
  assert.equal(turns(root).length, 2);
  assert.equal(sessionStorage.length, 0);
  for (const name of ["getItem", "removeItem"]) {
    context.mock.method(window.Storage.prototype, name, () => {
      throw new DOMException("no", "SecurityError");
    });
  }
  const again = visit();
  await again.made.ask("Do you sell my data?");
  assert.equal(turns(again.root).length, 1);
});

test("a suggestion of the newest answer can be asked after a reload", async () => {
  const whole = async (path, body) =>
    body ? Response.json(answer({ question: body.question, suggestions: ["Why?", "How?"] })) : reply(path);
  const { made } = visit(undefined, whole);
  await made.ask("Do you sell my data?");
  const { root } = visit(undefined, whole);
  const suggested = () => [...root.querySelectorAll(".suggestions button")];
  assert.deepEqual(
    suggested().map(({ textContent }) => textContent),
    ["Why?", "How?"],
  );
  suggested()[1].click();
  await settle();
  assert.deepEqual(turns(root), ["You asked: Do you sell my data?", "You asked: How?"]);
  assert.equal(suggested().length, 2);
});

test("questions to a doubtful answer are offered as what was meant", async () => {
  const doubts = [
    [{}, "You can also ask"],
    [{ confidence: 0.5 }, "Did you mean"],
    [{ confidence: 0.5, parts: [PART] }, "You can also ask"],
    [{ outcome: "not_covered", citations: [], related: [CITATION] }, "Did you mean"],
    [{ outcome: "off_topic", citations: [], confidence: 0.5 }, "You can also ask"],
    [{ suggestions: [] }, ""],
  ];
  for (const [changes, heading] of doubts) {
    const { made, root } = visit(undefined, async (path, body) =>
      body ? Response.json(answer({ suggestions: ["Why?"], ...changes })) : reply(path),
    );
    await made.ask("Do you sell my data?");
    assert.equal(root.querySelector("#suggested").textContent, heading);
    made.clear();
    assert.equal(root.querySelector(".suggestions").textContent, "");
  }
});
