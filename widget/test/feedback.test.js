import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanComment, emptyDraft, Feedback, isJudged } from "../src/feedback.js";
import { answer, RULES, settle, wording } from "./support/values.js";

/** Feedback on the page, and what it sends; `saved` tells if the service takes it. */
function shown(saved = true) {
  const sent = [];
  const feedback = new Feedback(wording(), "Do you sell it?", async (opinion) => {
    sent.push(opinion);
    return saved;
  });
  document.body.replaceChildren(feedback.node);
  const [yes, no] = feedback.node.querySelectorAll(".judge button");
  return { feedback, sent, yes, no };
}

const submit = (form) => form.dispatchEvent(new Event("submit", { cancelable: true }));

test("feedback is asked for on answers that have an id", () => {
  assert.ok(isJudged(answer()));
  for (const outcome of ["small_talk", "urgent"]) assert.ok(!isJudged(answer({ outcome })));
  assert.ok(!isJudged(answer({ id: null })));
});

test("a thumb up is one click, and thanks have the focus", async () => {
  const { feedback, sent, yes } = shown();
  yes.click();
  await settle();
  assert.deepEqual(sent, [{ helpful: true, reason: null, comment: null, question: null }]);
  assert.equal(document.activeElement.textContent, wording().say.thanks);
  assert.equal(feedback.node.querySelectorAll("button").length, 0);
});

test("a thumb down shares nothing unasked", async () => {
  const { feedback, sent, no } = shown();
  no.click();
  assert.equal(no.getAttribute("aria-expanded"), "true");
  assert.equal(document.activeElement.type, "radio");
  submit(feedback.form);
  await settle();
  assert.deepEqual(sent, [{ helpful: false, reason: null, comment: null, question: null }]);
});

test("reason, comment and question are sent as chosen", async () => {
  const { feedback, sent, no } = shown();
  no.click();
  feedback.form.querySelector("[value=wrong]").checked = true;
  feedback.form.querySelector("textarea").value = " Not so. ";
  feedback.form.querySelector("#share").checked = true;
  submit(feedback.form);
  await settle();
  assert.deepEqual(sent, [{ helpful: false, reason: "wrong", comment: "Not so.", question: "Do you sell it?" }]);
});

test("the form closes again, by either button", () => {
  const { feedback, no } = shown();
  no.click();
  no.click();
  assert.equal(feedback.node.querySelector("form"), null);
  no.click();
  feedback.form.querySelector("[type=button]").click();
  assert.equal(feedback.node.querySelector("form"), null);
  assert.equal(no.getAttribute("aria-expanded"), "false");
  assert.equal(document.activeElement, no);
});

test("what is entered outlives the form that is built again", () => {
  const draft = emptyDraft();
  const { node, no } = new Feedback(wording(), "Why?", async () => true, draft);
  document.body.replaceChildren(node);
  no.click();
  const made = node.querySelector("form");
  made.querySelector("[value=unclear]").click();
  made.querySelector("textarea").value = "Too long";
  made.querySelector("textarea").dispatchEvent(new Event("input"));
  made.querySelector("#share").click();
  const again = new Feedback(wording("es"), "Why?", async () => true, draft).node;
  assert.equal(again.querySelector("[type=radio]:checked").value, "unclear");
  assert.equal(again.querySelector("textarea").value, "Too long");
  assert.ok(again.querySelector("#share").checked);
  assert.equal(again.querySelector("[aria-expanded]").getAttribute("aria-expanded"), "true");
});

test("a comment is never longer than the service takes, masked and normalized", () => {
  const phones = "617-555-0142 ".repeat(38).trim();
  assert.ok(phones.length <= 500);
  assert.equal(Array.from(cleanComment(`My SSN is 078-05-1120 ${"a".repeat(478)}`, RULES)).length, 500);
  assert.equal(Array.from(cleanComment("\ufdfa".repeat(500), RULES)).length, 500);
  assert.doesNotMatch(cleanComment(phones, RULES), /\d/);
  assert.equal(cleanComment("Short 🍪", RULES), "Short 🍪");
});

test("the form stays if feedback was not saved", async () => {
  const { feedback, no } = shown(false);
  no.click();
  submit(feedback.form);
  await settle();
  assert.ok(feedback.node.querySelector("form"));
});
