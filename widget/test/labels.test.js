import "./support/dom.js";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { chooseLanguage, fill } from "../src/labels.js";
import { LABELS, LANGUAGES, RULES, wording } from "./support/values.js";

const SRC = new URL("../src/", import.meta.url);
const SOURCE = readdirSync(SRC)
  .filter((name) => name.endsWith(".js"))
  .map((name) => readFileSync(new URL(name, SRC), "utf8"))
  .join("\n");

const places = (words) => [...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("every language has every label, with the same places", () => {
  assert.deepEqual(Object.keys(LABELS).sort(), ["en", "es", "ht", "pt", "vi", "zh"]);
  for (const [language, table] of Object.entries(LABELS)) {
    assert.deepEqual(Object.keys(table), Object.keys(LABELS.en), language);
    for (const [name, words] of Object.entries(table)) {
      assert.ok(words && words === words.trim() && !words.includes("|"), `${language} ${name}`);
      assert.deepEqual(places(words), places(LABELS.en[name]), `${language} ${name}`);
    }
  }
});

test("every label is used, and every label that is used is there", () => {
  const used = new Set([...SOURCE.matchAll(/\bsay\.(\w+)/g)].map((match) => match[1]));
  const named = new Set([...SOURCE.matchAll(/"(\w+)"/g)].map((match) => match[1]));
  const labels = Object.keys(LABELS.en);
  const families = /^(kind|reason|warning)_/;
  assert.deepEqual(
    labels.filter((label) => !families.test(label) && !used.has(label) && !named.has(label)),
    [],
  );
  assert.deepEqual(
    [...used].filter((label) => !labels.includes(label)),
    [],
  );
});

test("every kind of personal data has a name", () => {
  for (const { kind } of RULES.rules) assert.ok(LABELS.en[`kind_${kind}`], kind);
});

test("the language is the one that is named, or English", () => {
  assert.equal(chooseLanguage("pt-BR", LANGUAGES), "pt");
  assert.equal(chooseLanguage("ES", LANGUAGES), "es");
  for (const named of ["de", "", null, undefined, "constructor"]) assert.equal(chooseLanguage(named, LANGUAGES), "en");
});

test("places are filled with texts and elements", () => {
  assert.deepEqual(fill("a {x} b {y}", { x: 1 }), ["a ", 1, " b ", "", ""]);
  assert.equal(wording().sentence("wait", { seconds: 7 }), "Please wait 7 seconds.");
});

for (const [language, words] of [
  ["en", "June 13, 2023"],
  ["es", "13 de junio de 2023"],
  ["pt", "13 de junho de 2023"],
  ["zh", "2023年6月13日"],
  ["ht", "13 jen 2023"],
  ["vi", "13 tháng 6 năm 2023"],
]) {
  test(`dates are in words: ${language}`, () => assert.equal(wording(language).date("2023-06-13"), words));
}

test("what is no date stays as it is", () => {
  for (const written of [
    "June 2023",
    "2023",
    "2023-06",
    "2023-02-30",
    "2023-13-01",
    "13/06/2023",
    "{day}",
    "soon",
    "",
  ]) {
    assert.equal(wording().date(written), written);
  }
});

test("kinds are named, new ones too", () => {
  assert.equal(wording().kinds(["email", "shoe_size"]), "email address, shoe size");
});

test("quotes are marked as English in other languages", () => {
  assert.equal(wording("en").quotedIn(), null);
  assert.equal(wording("vi").quotedIn(), "en");
});

test("a link says that it opens in a new tab", () => {
  const link = wording().link("https://x.gov/", "The policy");
  assert.equal(link.textContent, "The policy (opens in a new tab)\u00a0↗");
  assert.equal(link.rel, "noopener noreferrer");
  assert.equal(link.target, "_blank");
});
