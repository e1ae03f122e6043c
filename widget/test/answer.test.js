import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { renderTurn } from "../src/answer.js";
import { CITATION, turn, wording } from "./support/values.js";

const texts = (node, selector) => [...node.querySelectorAll(selector)].map((part) => part.textContent);

test("an answer has its own words, its quotes and their places", () => {
  const shown = renderTurn(turn(), wording());
  assert.equal(shown.dataset.outcome, "answered");
  assert.deepEqual(texts(shown, "h3"), ["You asked: Do you sell my data?"]);
  assert.deepEqual(texts(shown, ".own"), ["No."]);
  assert.deepEqual(texts(shown, "blockquote"), ["1 We do not sell your data."]);
  const link = shown.querySelector("figcaption a");
  assert.equal(link.href, CITATION.url);
  assert.match(link.textContent, /^Read it under “Sharing”/);
  assert.equal(shown.querySelectorAll(".warning").length, 0);
});

test("a quote is shown with the words that it is read with, and older services send none", () => {
  const context = [
    { quote: "We will not:", start: 0, end: 12 },
    { quote: "<b>sell it, except:", start: 15, end: 34 },
  ];
  const shown = renderTurn(
    turn({ citations: [{ ...CITATION, start: 37, end: 43, context, quote: "to Bob" }] }),
    wording(),
  );
  assert.deepEqual(texts(shown, "blockquote"), ["1 We will not: <b>sell it, except: to Bob"]);
  assert.deepEqual(texts(shown, ".context"), ["We will not:", "<b>sell it, except:"]);
  assert.deepEqual(texts(renderTurn(turn(), wording()), ".context"), []);
});

test("the words of a quote lead where they lead in the policy, if that is a web page", () => {
  const links = [
    { text: "this form", start: 106, end: 115, url: "https://www.example.gov/form" },
    { text: "here", start: 119, end: 123, url: "javascript:alert(1)" },
  ];
  const shown = renderTurn(
    turn({ citations: [{ ...CITATION, quote: "Use 🙂 this form or here.", start: 100, end: 124, links }] }),
    wording(),
  );
  const quote = shown.querySelector("blockquote");
  assert.deepEqual(
    [...quote.querySelectorAll("a")].map((link) => [link.getAttribute("href"), link.firstChild.textContent]),
    [["https://www.example.gov/form", "this form"]],
  );
  assert.equal(quote.textContent.replace(" (opens in a new tab)\u00a0↗", ""), "1 Use 🙂 this form or here.");
});

test("an answer without quotes is its text", () => {
  const shown = renderTurn(turn({ outcome: "off_topic", text: "Not here.", opening: "", citations: [] }), wording());
  assert.deepEqual(texts(shown, "p"), ["Not here."]);
});

test("with quotes, the opening is shown if there is one, and the text is not", () => {
  const shown = (opening) => texts(renderTurn(turn({ opening, text: "Something else." }), wording()), "p");
  assert.deepEqual(shown(""), []);
  assert.deepEqual(shown("Partly. See [1]."), ["Partly. See [1]."]);
});

test("doubt and warnings are told, unknown warnings are not", () => {
  const warnings = [
    { code: "personal_data", kinds: ["email"] },
    { code: "of_tomorrow", kinds: [] },
  ];
  const told = texts(renderTurn(turn({ warnings, confidence: 0.4 }), wording()), ".warning");
  assert.equal(told.length, 2);
  assert.match(told[0], /email address/);
  assert.match(told[1], /not certain/);
});

test("nothing leads to a script", () => {
  const url = "javascript:alert(1)";
  const next_steps = [{ role: "search", name: "Search", url }];
  const shown = renderTurn(turn({ citations: [{ ...CITATION, url }], next_steps }), wording());
  assert.equal(shown.querySelectorAll("a").length, 0);
  assert.deepEqual(texts(shown, ".next li"), ["Search"]);
});

test("contacts are links, if they have an address, and text otherwise", () => {
  const next_steps = [
    { role: "search", name: "Search", url: "https://search.example.gov/" },
    { role: "chatbot", name: "Chatbot", url: null },
  ];
  const shown = renderTurn(turn({ next_steps }), wording());
  assert.deepEqual(
    [...shown.querySelectorAll(".next a")].map((link) => link.href),
    ["https://search.example.gov/"],
  );
  assert.deepEqual(texts(shown, ".next li").at(-1), "Chatbot");
});

test("the place for another subject comes first, and once", () => {
  const places = [
    { role: "search", name: "Search", url: "https://search.example.gov/" },
    { role: "chatbot", name: "Chatbot", url: null },
    { role: "search", name: "The registry", url: "https://registry.example.gov/" },
  ];
  const shown = (route) => {
    const off = renderTurn(turn({ outcome: "off_topic", citations: [], next_steps: places, route }), wording());
    return texts(off, ".next li").map((words) => words.split(" (")[0]);
  };
  assert.deepEqual(shown(null), ["Search", "Chatbot", "The registry"]);
  assert.deepEqual(shown({ name: "Registry", url: places[2].url }), ["Registry", "Search", "Chatbot"]);
  assert.deepEqual(shown({ name: "Chatbot", url: null }), ["Chatbot", "Search", "The registry"]);
  assert.deepEqual(shown({ name: "Evil", url: "javascript:alert(1)" })[0], "Evil");
});

test("question and quotes have directions of their own, and the answer its language", () => {
  const shown = renderTurn({ ...turn(), question: "هل تبيعون بياناتي؟" }, wording("es"));
  assert.equal(shown.querySelector("h3").dir, "auto");
  assert.equal(shown.querySelector("h3 .unseen").dir, "ltr");
  assert.equal(shown.querySelector("blockquote").dir, "auto");
  assert.equal(shown.querySelector(".own").lang, "en");
});

test("quotes are marked as English in another language", () => {
  const shown = renderTurn(turn(), wording("es"));
  assert.equal(shown.querySelector("blockquote").lang, "en");
  assert.equal(shown.querySelector("figcaption span").lang, "en");
});

const at = (quote, start) => ({ quote, start, end: start + quote.length });
const shownOf = (...citations) =>
  renderTurn(turn({ citations: citations.map((each, n) => ({ ...CITATION, number: n + 1, ...each })) }), wording());

test("what ends the sentence of a list, or limits a quote, is below it", () => {
  const context = [at("We share it with:", 0), at("if you agree.", 40)];
  const shown = shownOf({ ...at("Bob", 20), context });
  assert.deepEqual(texts(shown, "blockquote"), ["1 We share it with: Bob if you agree."]);
  assert.deepEqual(texts(shown, ".context"), ["We share it with:", "if you agree."]);
});

test("each cell of a row is behind the head of its column", () => {
  const row = (heads, cells) => shownOf({ ...at(cells, 40), context: [at("We keep:", 0), at(heads, 10)] });
  const shown = row("What | How long", "Name | 1 year");
  assert.deepEqual(texts(shown, "blockquote"), ["1 We keep: What: Name; How long: 1 year"]);
  assert.deepEqual(texts(shown, ".head"), ["What:", "How long:"]);
  assert.deepEqual(texts(row("| How long", "Name | 1 year"), ".head"), ["How long:"]);
  assert.deepEqual(texts(row("What | How long", "Name | 1 | 2"), ".context"), ["We keep:", "What | How long"]);
});

test("what a quote depends on is not shown again right after it was", () => {
  const sells = at("We sell nothing.", 0);
  const limit = at("But the law may ask.", 20);
  const reason = { ...at("For this reason, we ask.", 50), context: [sells, limit] };
  const contexts = (...citations) =>
    [...shownOf(...citations).querySelectorAll("blockquote")].map((quote) => texts(quote, ".context"));
  assert.deepEqual(contexts({ ...sells, context: [limit] }, { ...limit, context: [sells] }, reason), [[], [], []]);
  assert.deepEqual(contexts({ ...sells, context: [limit] }, reason), [[limit.quote], []]);
  assert.deepEqual(contexts(sells, reason), [[], [limit.quote]]);
  assert.deepEqual(contexts(sells, at("It ends.", 90), reason), [[], [], [sells.quote, limit.quote]]);
  const lead = at("We will not:", 0);
  const items = [at("sell it", 20), at("lend it", 30)].map((item) => ({ ...item, context: [lead] }));
  assert.deepEqual(contexts(...items), [[lead.quote], [lead.quote]]);
});

test("the line above a list is shown once, unless each item needs it", () => {
  const contexts = (lines, ...items) => {
    const context = lines.map((line, n) => at(line, n * 40));
    const citations = items.map((item, n) => ({ ...at(item, 200 + n * 20), context }));
    return [...shownOf(...citations).querySelectorAll("blockquote")].map((quote) => texts(quote, ".context"));
  };
  assert.deepEqual(contexts(["We share it with:"], "Bob", "Alice", "Eve"), [["We share it with:"], [], []]);
  assert.deepEqual(contexts(["Sharing:", "We share it with:"], "Bob", "Eve"), [["Sharing:", "We share it with:"], []]);
  assert.deepEqual(contexts(["We share it with:", "But ask."], "Bob", "Eve"), [
    ["We share it with:", "But ask."],
    ["But ask."],
  ]);
  for (const line of ["We share nothing with:", "We don't tell:", "Only:", "Nor:", "Who | Why:"]) {
    assert.deepEqual(contexts([line], "Bob", "Eve"), [[line], [line]], line);
  }
  for (const line of ["Notice:", "We note another:", "They know Nora:"]) {
    assert.deepEqual(contexts([line], "Bob", "Eve"), [[line], []], line);
  }
});

/** The blocks of a turn, in order: the class or name of each, and its text without links. */
const blocks = (shown) =>
  [...shown.children].map((part) => [part.className || part.localName, part.textContent.split("Read it")[0].trim()]);

test("a whole answer is in the order in which it is read", () => {
  const changes = {
    read_as: "do you sell my data",
    reviewed: "2026-11-20",
    warnings: [{ code: "hidden_characters", kinds: [] }],
    next_steps: [{ role: "form", name: "Form", url: null }],
  };
  assert.deepEqual(blocks(renderTurn(turn(changes), wording())), [
    ["h3", "You asked: Do you sell my data?"],
    ["warning", wording().say.warning_hidden_characters],
    ["quiet", "Answering: do you sell my data"],
    ["own", "No."],
    ["quiet", "Reviewed on November 20, 2026."],
    ["figure", "1 We do not sell your data."],
    ["next", "Where to go nextForm"],
  ]);
  const spanish = renderTurn(turn(changes), wording("es"));
  assert.equal(spanish.querySelector(".quiet span").lang, "en");
});

test("each of several questions has a heading, its words and its quotes", () => {
  const citations = [CITATION, { ...CITATION, number: 2, quote: "<b>We may.", start: 30, end: 40 }];
  const parts = [
    { question: "Do you sell it?", outcome: "answered", opening: "No.", citations: [1], reviewed: "2026-11-20" },
    { question: "Do you <i>lend</i> it?", outcome: "answered", opening: "", citations: [2], confidence: 0.5 },
    { question: "Do you eat it?", outcome: "not_covered", opening: "It does not say.", citations: [] },
  ];
  const shown = renderTurn(turn({ opening: "Not shown.", read_as: "All of it?", citations, parts }), wording());
  assert.deepEqual(blocks(shown).slice(0, 3), [
    ["h3", "You asked: Do you sell my data?"],
    ["quiet", "Answering: All of it?"],
    ["several", "Do you sell it?No.Reviewed on November 20, 2026.1 We do not sell your data."],
  ]);
  assert.deepEqual(texts(shown, ".several > h4"), ["Do you sell it?", "Do you <i>lend</i> it?", "Do you eat it?"]);
  assert.deepEqual(
    [...shown.querySelectorAll(".several")].map((part) => [texts(part, "p"), texts(part, "blockquote")]),
    [
      [["No.", "Reviewed on November 20, 2026."], ["1 We do not sell your data."]],
      [[wording().say.unsure], ["2 <b>We may."]],
      [["It does not say."], []],
    ],
  );
  assert.equal(shown.querySelectorAll("blockquote").length, 2);
  assert.doesNotMatch(shown.textContent, /Not shown/);
});

test("a part that is not found has its nearest passages, and says how it was read", () => {
  const part = { question: "Why?", outcome: "not_covered", opening: "I did not find this.", citations: [] };
  const related = [{ ...CITATION, number: 2, quote: "We ask.", start: 30, end: 37 }];
  const parts = [
    { question: "Do you sell it?", outcome: "answered", opening: "No.", citations: [1] },
    { ...part, related, read_as: "why do you sell it?" },
  ];
  const shown = renderTurn(turn({ parts }), wording());
  const [, near] = shown.querySelectorAll(".several");
  assert.deepEqual(blocks(near), [
    ["h4", "Why?"],
    ["quiet", "Answering: why do you sell it?"],
    ["p", "I did not find this."],
    ["related", "The nearest passagesWe ask."],
  ]);
  assert.deepEqual(texts(near, "h5"), ["The nearest passages"]);
  assert.equal(shown.querySelectorAll(".related").length, 1);
});

test("an older service sends less of each part", () => {
  const parts = [
    { question: "Do you sell it?", outcome: "answered", opening: "", citations: [1] },
    { question: "Why?", outcome: "not_covered", opening: "", citations: [] },
  ];
  const shown = renderTurn(turn({ text: "Not shown.", read_as: "All of it?", parts }), wording());
  assert.deepEqual(
    [...shown.querySelectorAll(".several")].map((part) => texts(part, ":not(h4)")[0] ?? ""),
    ["1 We do not sell your data.Read it under “Sharing” (opens in a new tab)\u00a0↗", ""],
  );
});

test("the nearest passages are set apart, and only if there is no answer", () => {
  const related = [{ ...CITATION, context: [at("Above.", 0)], start: 10, end: 35, url: "javascript:alert(1)" }];
  const silent = {
    outcome: "not_covered",
    opening: "I did not find this.",
    text: "All of it.",
    citations: [],
    related,
  };
  const shown = renderTurn(turn(silent), wording());
  assert.deepEqual(texts(shown, ".related > h4"), ["The nearest passages"]);
  assert.deepEqual(texts(shown, ".related blockquote"), ["Above. We do not sell your data."]);
  assert.deepEqual(texts(shown, "p"), ["I did not find this."]);
  assert.equal(shown.querySelectorAll("a, .number, .own").length, 0);
  assert.equal(renderTurn(turn({ related }), wording()).querySelectorAll(".related").length, 0);
});

test("words for somebody in danger stand out", () => {
  const next_steps = [{ role: "emergency", name: "Call 988", url: "tel:988" }];
  const shown = renderTurn(turn({ outcome: "urgent", opening: "Get help.", citations: [], next_steps }), wording());
  assert.deepEqual(texts(shown, ".own"), ["Get help."]);
  assert.equal(shown.querySelector(".next a").getAttribute("href"), "tel:988");
});
