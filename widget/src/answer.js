// Renders one question and its answer.

import { contactAddress, element } from "./dom.js";
import { fill } from "./labels.js";
import { places } from "./places.js";
import { renderQuotes } from "./quotes.js";

/** @typedef {import("./labels.js").Wording} Wording */
/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Citation} Citation */
/** @typedef {import("./protocol.js").Warning} Warning */

const UNSURE = 0.7; // an answer with lower confidence says so

/**
 * Renders a turn.
 * @param {import("./protocol.js").Turn} turn
 * @param {Wording} wording
 */
export function renderTurn({ question, answer }, wording) {
  const { citations, outcome, parts = [], reviewed } = answer;
  const isQuoted = citations.length > 0;
  const lang = wording.quotedIn(answer.policy.language);
  const words = answer.opening || (isQuoted ? "" : answer.text);
  return element(
    "article",
    { class: "turn", part: "answer", "data-outcome": outcome },
    renderQuestion(question, wording),
    answer.warnings.map((warning) => renderWarning(warning, wording)),
    isUnsure(answer) && element("p", { class: "warning" }, wording.say.unsure),
    renderReadAs(answer, lang, wording),
    !parts.length && renderOpening(words, isQuoted || outcome === "urgent", answer, wording),
    reviewed && element("p", { class: "quiet" }, wording.sentence("reviewed", { date: wording.date(reviewed) })),
    parts.length
      ? parts.map((part) => renderAnswerPart(part, answer, lang, wording))
      : renderQuotes(citations, lang, wording),
    !isQuoted && renderRelated(answer, lang, wording),
    renderPlaces(answer, wording),
  );
}

/**
 * Renders a question as the heading of its turn.
 * @param {string} question
 * @param {Wording} wording
 */
export function renderQuestion(question, { direction, say }) {
  // The prefix has its own direction, so that only the question determines the heading's.
  const prefix = element("span", { class: "unseen", dir: direction }, `${say.you_asked} `);
  return element("h3", { dir: "auto", part: "question" }, prefix, question);
}

/**
 * Returns whether an answer may not be one to the question.
 * @param {Answer} answer
 */
export function isUnsure({ outcome, confidence }) {
  return outcome === "answered" && confidence < UNSURE;
}

/**
 * @param {Warning} warning
 * @param {Wording} wording
 */
function renderWarning({ code, kinds }, wording) {
  const label = `warning_${code}`;
  if (!wording.say[label]) return null;
  return element("p", { class: "warning" }, wording.sentence(label, { kinds: wording.kinds(kinds) }));
}

/**
 * Renders the question as the service understood it, if that differs from what was asked.
 * @param {Answer} answer
 * @param {string | null} lang
 * @param {Wording} wording
 */
function renderReadAs({ read_as }, lang, { say }) {
  if (!read_as) return null;
  return element(
    "p",
    { class: "quiet" },
    fill(say.read_as, { question: element("span", { lang, dir: "auto" }, read_as) }),
  );
}

/**
 * Renders the service's own words, in the interface's language at the time of the question.
 * @param {string} words empty if there are none
 * @param {boolean} isStrong whether it stands out, since quotes follow or somebody may be in danger
 * @param {Answer} answer
 * @param {Wording} wording
 */
function renderOpening(words, isStrong, { language }, wording) {
  const lang = language === wording.language ? null : language;
  return words && element("p", { class: isStrong && "own", part: "opening", lang }, words);
}

/**
 * Renders the answer to one of several questions.
 * @param {import("./protocol.js").AnswerPart} part
 * @param {Answer} answer
 * @param {string | null} lang
 * @param {Wording} wording
 */
function renderAnswerPart({ question, opening, citations }, answer, lang, wording) {
  const cited = answer.citations.filter(({ number }) => citations.includes(number));
  return element(
    "div",
    { class: "several" },
    element("h4", { lang, dir: "auto" }, question),
    renderOpening(opening, cited.length > 0, answer, wording),
    renderQuotes(cited, lang, wording),
  );
}

/**
 * Renders the nearest statements, which do not answer the question.
 * @param {Answer} answer
 * @param {string | null} lang
 * @param {Wording} wording
 */
function renderRelated({ related = [] }, lang, wording) {
  if (!related.length) return null;
  const heading = element("h4", {}, wording.say.related);
  return element("div", { class: "related", part: "related" }, heading, renderQuotes(related, lang, wording, false));
}

/**
 * Renders where to go next.
 * @param {Answer} answer
 * @param {Wording} wording
 */
function renderPlaces(answer, wording) {
  const items = places(answer).map(({ name, url }) => {
    const address = contactAddress(url);
    return element("li", {}, address ? wording.link(address, name) : name);
  });
  return (
    items.length > 0 && element("div", { class: "next" }, element("h4", {}, wording.say.next), element("ul", {}, items))
  );
}
