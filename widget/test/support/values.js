// Values that tests start from.

import { readFileSync } from "node:fs";
import { readLabels } from "../../scripts/data.js";
import { Wording } from "../../src/labels.js";

export const LABELS = readLabels();
export const LANGUAGES = Object.keys(LABELS);
export const RULES = JSON.parse(
  readFileSync(new URL("../../../bot/guard/personal_data.json", import.meta.url), "utf8"),
);

/** @param {string} language */
export function wording(language = "en") {
  return new Wording(language, LABELS[language]);
}

export const CITATION = {
  number: 1,
  quote: "We do not sell your data.",
  start: 0,
  end: 25,
  section: "Sharing",
  passage_id: "p-1",
  url: "https://www.example.gov/privacy#:~:text=We",
};

/** @param {object} [changes] */
export function answer(changes = {}) {
  return {
    id: "a-1",
    language: "en",
    question: "Do you sell my data?",
    outcome: "answered",
    opening: "No.",
    text: "No. We do not sell your data. [1]",
    citations: [CITATION],
    warnings: [],
    confidence: 0.9,
    policy: { id: "town", version: "1", effective: null, updated: null },
    next_steps: [],
    seconds: 0.01,
    ...changes,
  };
}

/** @param {object} [changes] */
export function turn(changes = {}) {
  return { question: "Do you sell my data?", answer: answer(changes) };
}

/** A promise that is kept when all that waits now has gone on. */
export function settle() {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
