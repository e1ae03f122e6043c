import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Feedback, isJudged } from "../src/feedback.js";
import { answer, settle, wording } from "./support/values.js";

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
  assert.ok(!isJudged(answer({ outcome: "small_talk" })));
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

test("the form stays if feedback was not saved", async () => {
  const { feedback, no } = shown(false);
  no.click();
  submit(feedback.form);
  await settle();
  assert.ok(feedback.node.querySelector("form"));
});
