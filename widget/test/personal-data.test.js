// tests/guard/test_personal_data.py holds this module and its twin in Python to the same findings; here is what it
// promises.

import assert from "node:assert/strict";
import { test } from "node:test";
import { findPersonalData, maskPersonalData } from "../src/personal-data.js";
import { RULES } from "./support/values.js";

test("places are those of the text as it was typed", () => {
  const text = "😀 My SSN is 078-05-1120, ok?";
  const [{ kind, start, end }] = findPersonalData(text, RULES);
  assert.equal(kind, "social_security_number");
  assert.equal(text.slice(start, end), "078-05-1120");
});

test("personal data is replaced by its kind", () => {
  assert.deepEqual(maskPersonalData("Write to ann@example.org.", RULES), {
    text: "Write to [email].",
    kinds: ["email"],
  });
});

test("masking again changes nothing", () => {
  const { text } = maskPersonalData("My SSN is 078-05-1120, mail ann@example.org", RULES);
  assert.deepEqual(maskPersonalData(text, RULES), { text, kinds: [] });
});

test("an ordinary question is left alone", () => {
  assert.deepEqual(findPersonalData("How long do you keep IP addresses?", RULES), []);
});
