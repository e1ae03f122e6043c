import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { canPassOn, renderPassOn } from "../src/pass-on.js";
import { answer, LANGUAGES, settle, wording } from "./support/values.js";

const KEEPS = { feedback_days: 30 };

test("only a question without an answer is passed on, and only if the service keeps it", () => {
  const silent = answer({ outcome: "not_covered" });
  assert.ok(canPassOn(silent, KEEPS));
  for (const outcome of ["answered", "small_talk", "urgent", "error", "empty"])
    assert.ok(!canPassOn(answer({ outcome }), KEEPS));
  for (const policy of [null, {}, { feedback_days: 0 }]) assert.ok(!canPassOn(silent, policy));
  assert.ok(!canPassOn(answer({ outcome: "not_covered", id: null }), KEEPS));
});

/** The button on the page. `kept` tells if the service keeps the question. */
function shown(kept, policy = KEEPS, language = "en") {
  document.body.replaceChildren(renderPassOn(wording(language), policy, async () => kept));
  return document.querySelector("button");
}

test("the button says what is kept, and thanks have the focus", async () => {
  const button = shown(true);
  const consent = document.getElementById(button.getAttribute("aria-describedby"));
  assert.match(consent.textContent, /keep the words of your question for 30 days/);
  assert.ok(!consent.textContent.includes("public record"));
  button.click();
  await settle();
  assert.equal(document.activeElement.textContent, "Thank you. Your question was passed on.");
  assert.equal(document.querySelector("button"), null);
});

test("a failure leaves the button", async () => {
  const button = shown(false);
  button.click();
  await settle();
  assert.equal(document.querySelector("button"), button);
});

for (const language of LANGUAGES) {
  test(`what may become a public record is said: ${language}`, () => {
    shown(true, { ...KEEPS, public_records: true }, language);
    const { say } = wording(language);
    assert.ok(document.body.textContent.includes(say.share_record));
    assert.ok(document.body.textContent.includes("30"));
  });
}
