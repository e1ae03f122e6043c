import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Languages, mergeLabels } from "../src/languages.js";
import { LABELS } from "./support/values.js";

/** Languages of a service that replies with `words`, and how often it was asked. */
function languages(words = async (language) => LABELS[language]) {
  const asked = [];
  const client = {
    words(language) {
      asked.push(language);
      return words(language);
    },
  };
  return { spoken: new Languages(LABELS.en, client), asked };
}

test("English is there", async () => {
  const { spoken, asked } = languages();
  assert.ok(spoken.has("en") && (await spoken.load("en")));
  assert.deepEqual(asked, []);
});

test("another language is fetched once, and English until then", async () => {
  const { spoken, asked } = languages();
  assert.equal(spoken.wording("es").language, "en");
  assert.deepEqual(await Promise.all([spoken.load("es"), spoken.load("es")]), [true, true]);
  assert.equal(spoken.wording("es").say.ask, LABELS.es.ask);
  await spoken.load("es");
  assert.deepEqual(asked, ["es"]);
});

test("a failure leaves English, and can be tried again", async () => {
  for (const reply of [() => Promise.reject(new Error()), async () => null, async () => [], async () => "no"]) {
    const { spoken, asked } = languages(reply);
    assert.equal(await spoken.load("es"), false);
    assert.equal(spoken.wording("es").say, LABELS.en);
    await spoken.load("es");
    assert.equal(asked.length, 2);
  }
});

test("only labels that fit are taken", () => {
  const words = { ask: "Preguntar", hint: "", wait: "Espere {minutes} minutos.", thanks: 7, of_tomorrow: "Mañana" };
  assert.deepEqual(mergeLabels(LABELS.en, words), { ...LABELS.en, ask: "Preguntar" });
});

test("a language that the owner does not offer is English, and older services offer all", async () => {
  const { spoken } = languages();
  await spoken.load("es");
  assert.equal(spoken.wording("es", { languages: ["en", "vi"] }).language, "en");
  for (const policy of [undefined, null, {}, { languages: ["en", "es"] }]) {
    assert.equal(spoken.wording("es", policy).language, "es");
  }
});
