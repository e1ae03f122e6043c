// The parts on their own: launcher, panel, notice, composer, conversation, about, tools.

import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { renderAbout, renderStarters } from "../src/about.js";
import { Composer } from "../src/composer.js";
import { Conversation } from "../src/conversation.js";
import { Launcher } from "../src/launcher.js";
import { Notice } from "../src/notice.js";
import { Panel } from "../src/panel.js";
import { renderQuestions } from "../src/questions.js";
import { renderTools, transcript } from "../src/tools.js";
import { CITATION, turn, wording } from "./support/values.js";

const key = (name, more = {}) => new KeyboardEvent("keydown", { key: name, cancelable: true, bubbles: true, ...more });

test("the launcher opens, and is hidden while the chat is open", () => {
  let opened = 0;
  const launcher = new Launcher(wording(), "Ask us", () => opened++);
  launcher.node.click();
  assert.equal(opened, 1);
  launcher.setOpen(true);
  assert.deepEqual([launcher.node.hidden, launcher.node.getAttribute("aria-expanded")], [true, "true"]);
});

/** A panel and what it reported. */
function panel(changes = {}) {
  const heard = [];
  const made = new Panel(wording(), {
    inline: false,
    heading: "Ask us",
    small: { matches: false },
    close: () => heard.push("close"),
    escape: () => heard.push("escape") > 0,
    opened: () => heard.push("opened"),
    ...changes,
  });
  return { panel: made, heard };
}

test("a panel opens, closes and tells it", () => {
  const { panel: dialog, heard } = panel();
  assert.equal(dialog.open, false);
  dialog.show();
  assert.equal(dialog.open, true);
  dialog.close();
  dialog.node.querySelector(".close").click();
  assert.deepEqual(heard, ["opened", "opened", "close"]);
});

test("Escape is heard, but not while a word is being composed", () => {
  const { panel: dialog, heard } = panel();
  const escape = key("Escape");
  dialog.node.dispatchEvent(key("Escape", { isComposing: true }));
  dialog.node.dispatchEvent(key("Escape", { keyCode: 229 }));
  dialog.node.dispatchEvent(escape);
  assert.deepEqual(heard, ["escape"]);
  assert.ok(escape.defaultPrevented);
});

/** If the page hears a key that is pressed within a panel. */
function pageHears(made, pressed) {
  let heard = false;
  const page = document.createElement("div");
  page.addEventListener("keydown", () => (heard = true));
  page.append(made.node);
  made.node.dispatchEvent(pressed);
  return heard;
}

test("what is typed is no shortcut of the page", () => {
  for (const inline of [true, false]) assert.equal(pageHears(panel({ inline }).panel, key("n")), false);
});

test("inline, Tab and an Escape without effect belong to the page", () => {
  const { panel: section } = panel({ inline: true, escape: () => false });
  const escape = key("Escape");
  assert.equal(pageHears(section, escape), true);
  assert.equal(escape.defaultPrevented, false);
  assert.equal(pageHears(section, key("Tab")), true);
  assert.equal(pageHears(panel({ inline: true, escape: () => true }).panel, key("Escape")), false);
});

test("inline there is a section without a button to close it", () => {
  const { panel: section } = panel({ inline: true });
  section.show();
  assert.equal(section.node.localName, "section");
  assert.equal(section.node.querySelector(".close"), null);
  assert.equal(section.open, false);
});

test("a notice has one message at a time", () => {
  const notice = new Notice();
  assert.equal(notice.active, false);
  notice.complain("One", document.createElement("button"));
  notice.complain("Two");
  assert.equal(notice.node.textContent, "Two");
  assert.equal(notice.active, true);
  notice.dismiss();
  assert.equal(notice.active, false);
});

test("Enter asks; Shift+Enter and a word that is being composed do not", () => {
  let asked = 0;
  const { box, node } = new Composer(wording(), () => asked++);
  box.dispatchEvent(key("Enter", { shiftKey: true }));
  box.dispatchEvent(key("Enter", { isComposing: true }));
  box.dispatchEvent(key("Enter", { keyCode: 229 }));
  assert.equal(asked, 0);
  box.dispatchEvent(key("Enter"));
  node.dispatchEvent(new Event("submit", { cancelable: true }));
  assert.equal(asked, 2);
});

test("typing removes what is in the way", () => {
  const composer = new Composer(wording(), () => {});
  composer.notice.complain("No.");
  composer.box.dispatchEvent(new Event("input"));
  assert.equal(composer.notice.active, false);
});

test("a conversation adds an answer to its log at once, and hides the starters", () => {
  const conversation = new Conversation(wording(), { inline: false, greeting: "Hello" }, []);
  conversation.replace(
    "starters",
    renderStarters(["Why?"], null, wording(), () => {}),
  );
  conversation.showPending("Why?");
  assert.equal(conversation.starters.hidden, true);
  conversation.showPending("");
  assert.equal(conversation.starters.hidden, false);
  conversation.showPending("Why?");
  conversation.add(turn());
  assert.equal(conversation.log.children.length, 1);
  assert.equal(conversation.starters.hidden, true);
  assert.equal(conversation.pending.hidden, true);
  conversation.clear();
  assert.equal(conversation.log.children.length, 0);
  assert.equal(conversation.starters.hidden, false);
});

test("suggestions follow the log, and only their heading is announced", () => {
  const conversation = new Conversation(wording(), { inline: false, greeting: "Hello" }, [turn()]);
  const [heading] = conversation.suggestions.children;
  conversation.suggest(
    "You can also ask",
    renderQuestions(["Why?"], "en", heading.id, () => {}),
  );
  assert.equal(heading.getAttribute("role"), "status");
  assert.equal(heading.textContent, "You can also ask");
  const words = heading.firstChild;
  conversation.suggest(
    "You can also ask",
    renderQuestions(["How?"], "en", heading.id, () => {}),
  );
  assert.equal(heading.firstChild, words);
  assert.equal(conversation.suggestions.querySelector("button").closest("[role=status], [role=log]"), null);
  assert.equal(conversation.suggestions.querySelector("ul").getAttribute("aria-labelledby"), heading.id);
  conversation.showPending("Why?");
  assert.equal(conversation.suggestions.textContent, "");
});

test("a conversation that is built anew shows its turns", () => {
  const conversation = new Conversation(wording("es"), { inline: true, greeting: "Hola" }, [turn(), turn()]);
  assert.equal(conversation.log.children.length, 2);
});

test("a starter asks its question", () => {
  const asked = [];
  const starters = renderStarters(["Why?", "How?"], "en", wording("es"), (question) => asked.push(question));
  starters.querySelectorAll("button")[1].click();
  assert.deepEqual(asked, ["How?"]);
  assert.equal(starters.querySelector("li").lang, "en");
  assert.equal(renderStarters([], null, wording(), () => {}).childNodes.length, 0);
});

test("what is known about the policy is shown, and what the chat keeps always", () => {
  const service = new URL("https://chat.example.gov/");
  const policy = { title: "Town", url: "https://town.gov/privacy", effective: "2023-06-13", updated: null };
  const links = (node) => [...node.querySelectorAll("a")].map((link) => link.href);
  assert.match(renderAbout(policy, wording(), service, false).textContent, /Town In effect since June 13, 2023/);
  assert.deepEqual(links(renderAbout(policy, wording(), service, false)), [
    "https://chat.example.gov/privacy?language=en",
    "https://town.gov/privacy",
  ]);
  assert.deepEqual(links(renderAbout(null, wording(), service, false)), [
    "https://chat.example.gov/privacy?language=en",
  ]);
});

test("what is kept is said as it is", () => {
  const service = new URL("https://chat.example.gov/");
  const { keeps_nothing, keeps_tab } = wording().say;
  for (const [remembers, words] of [
    [false, keeps_nothing],
    [true, keeps_tab],
  ]) {
    assert.equal(renderAbout(null, wording(), service, remembers).querySelector("p").textContent, words);
  }
});

test("contacts are there before a question is asked; without the policy, the page's own links", () => {
  const service = new URL("https://chat.example.gov/");
  const contacts = [
    { role: "owner", name: "Town clerk", url: "https://town.gov/clerk" },
    { role: "chat", name: "No address", url: null },
    { role: "emergency", name: "911", url: "tel:911" }, // shown only if somebody may be in danger
  ];
  const policy = { title: "Town", url: "https://town.gov/privacy", effective: null, updated: null, contacts };
  const links = (node) => [...node.querySelectorAll(".contacts a")].map((link) => link.href);
  assert.deepEqual(links(renderAbout(policy, wording(), service, false)), ["https://town.gov/clerk"]);
  const own = document.createElement("a");
  own.href = "/ask";
  assert.deepEqual(links(renderAbout(null, wording(), service, false, [own])), ["https://www.example.gov/ask"]);
});

test("a date that an owner wrote in words, or none, breaks nothing", () => {
  const service = new URL("https://chat.example.gov/");
  const about = (effective) =>
    renderAbout({ title: "Town", url: null, effective, updated: null }, wording(), service, false).querySelector("p")
      .textContent;
  assert.equal(about("June 2023"), "Town In effect since June 2023");
  for (const none of [null, undefined, ""]) assert.equal(about(none), "Town");
});

test("tools do what they say", () => {
  const done = [];
  const acts = { copy: () => done.push("copy"), print: () => done.push("print"), clear: () => done.push("clear") };
  for (const tool of renderTools(wording(), acts).querySelectorAll("button")) tool.click();
  assert.deepEqual(done, ["copy", "print", "clear"]);
});

test("a transcript has questions, answers and addresses", () => {
  assert.equal(
    transcript([turn()], wording()),
    "You asked: Do you sell my data?\nNo. We do not sell your data. [1]\n" +
      "[1] Sharing https://www.example.gov/privacy#:~:text=We\n",
  );
});

test("a transcript has all of a whole answer", () => {
  const next_steps = [{ role: "form", name: "Form", url: "https://town.gov/form" }];
  const route = { name: "Registry", url: "javascript:alert(1)" };
  const related = [{ ...CITATION, number: 1 }];
  const changes = { citations: [], text: "Text.", read_as: "why", reviewed: "2026-11-20", related, next_steps, route };
  assert.deepEqual(transcript([turn(changes)], wording()).split("\n"), [
    "You asked: Do you sell my data?",
    "Answering: why",
    "Text.",
    "Reviewed on November 20, 2026.",
    "[1] Sharing https://www.example.gov/privacy#:~:text=We",
    "Registry ",
    "Form https://town.gov/form",
    "",
  ]);
});

test("a transcript has each date and each statement of the parts once", () => {
  const citations = [CITATION, { ...CITATION, number: 2, section: "Sale" }];
  const related = [{ ...CITATION, number: 3, section: "Cookies" }, citations[1]];
  const parts = [
    { question: "Do you sell it?", outcome: "answered", opening: "No.", citations: [1], reviewed: "2026-11-20" },
    { question: "Why?", outcome: "answered", opening: "No.", citations: [2], reviewed: "2026-11-20" },
    { question: "Do you eat it?", outcome: "not_covered", opening: "Not found.", citations: [], related },
  ];
  const url = CITATION.url;
  assert.deepEqual(transcript([turn({ text: "Text.", citations, parts })], wording()).split("\n"), [
    "You asked: Do you sell my data?",
    "Text.",
    "Reviewed on November 20, 2026.",
    `[1] Sharing ${url}`,
    `[2] Sale ${url}`,
    `[3] Cookies ${url}`,
    "",
  ]);
});
