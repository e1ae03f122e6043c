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
  const { outcome, parts = [], warnings } = answer;
  return element(
    "article",
    { class: "turn", part: "answer", "data-outcome": outcome },
    renderQuestion(question, wording),
    warnings.map((warning) => renderWarning(warning, wording)),
    parts.length
      ? [renderReadAs(answer, wording), ...parts.map((part) => renderPart(part, answer, wording))]
      : renderAnswer(answer, wording, "h4"),
    renderPlaces(answer, wording),
  );
}

/**
 * Renders one of several questions and its answer.
 * @param {import("./protocol.js").AnswerPart} part
 * @param {Answer} answer
 * @param {Wording} wording
 */
function renderPart(part, answer, wording) {
  const citations = answer.citations.filter(({ number }) => part.citations.includes(number));
  const alone = { ...answer, read_as: null, ...part, citations, parts: [], text: "" };
  return element(
    "div",
    { class: "several" },
    element("h4", { lang: wording.quotedIn(answer.policy.language), dir: "auto" }, part.question),
    renderAnswer(alone, wording, "h5"),
  );
}

/**
 * Renders the answer to one question.
 * @param {Answer} answer
 * @param {Wording} wording
 * @param {"h4" | "h5"} level of a heading in it
 */
function renderAnswer(answer, wording, level) {
  const { citations, language, outcome, related = [], reviewed } = answer;
  const lang = wording.quotedIn(answer.policy.language);
  const isQuoted = citations.length > 0;
  const words = answer.opening || (isQuoted ? "" : answer.text);
  // The service's own words, in the interface's language at the time of the question. They stand out if quotes follow or
  // somebody may be in danger.
  const own = {
    class: (isQuoted || outcome === "urgent") && "own",
    part: "opening",
    lang: language === wording.language ? null : language,
  };
  return [
    isUnsure(answer) && element("p", { class: "warning" }, wording.say.unsure),
    renderReadAs(answer, wording),
    words && element("p", own, words),
    reviewed && element("p", { class: "quiet" }, wording.sentence("reviewed", { date: wording.date(reviewed) })),
    ...renderQuotes(citations, lang, wording),
    !isQuoted &&
      related.length > 0 &&
      element(
        "div",
        { class: "related", part: "related" },
        element(level, {}, wording.say.related),
        renderQuotes(related, lang, wording, false),
      ),
  ];
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
 * Returns whether an answer may not be one to the question. If there are several, the part of each says so.
 * @param {Answer} answer
 */
export function isUnsure({ outcome, confidence, parts = [] }) {
  return !parts.length && outcome === "answered" && confidence < UNSURE;
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
 * @param {Wording} wording
 */
function renderReadAs({ policy, read_as }, wording) {
  if (!read_as) return null;
  const question = element("span", { lang: wording.quotedIn(policy.language), dir: "auto" }, read_as);
  return element("p", { class: "quiet" }, fill(wording.say.read_as, { question }));
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
