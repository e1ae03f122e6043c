// Renders one question and its answer.

import { contactAddress, element, webAddress } from "./dom.js";
import { fill } from "./labels.js";
import { shownParts } from "./statement.js";

/** @typedef {import("./labels.js").Wording} Wording */
/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Citation} Citation */
/** @typedef {import("./protocol.js").NextStep} NextStep */
/** @typedef {import("./protocol.js").Warning} Warning */

const UNSURE = 0.7; // an answer with lower confidence says so

/**
 * Renders a turn.
 * @param {import("./protocol.js").Turn} turn
 * @param {Wording} wording
 */
export function renderTurn({ question, answer }, wording) {
  const { say } = wording;
  const { citations, opening, text } = answer;
  const unsure = answer.outcome === "answered" && answer.confidence < UNSURE;
  return element(
    "article",
    { class: "turn", part: "answer", "data-outcome": answer.outcome },
    renderQuestion(question, wording),
    answer.warnings.map((warning) => renderWarning(warning, wording)),
    unsure && element("p", { class: "warning" }, say.unsure),
    citations.length
      ? [
          opening && element("p", { class: "own", ...spoken(answer, wording) }, opening),
          ...shownParts(citations).map((parts, at) =>
            renderCitation(citations[at], parts, wording.quotedIn(answer.policy.language), wording),
          ),
        ]
      : element("p", spoken(answer, wording), text),
    renderNextSteps(answer.next_steps, wording),
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
 * @param {Warning} warning
 * @param {Wording} wording
 */
function renderWarning({ code, kinds }, wording) {
  const label = `warning_${code}`;
  if (!wording.say[label]) return null;
  return element("p", { class: "warning" }, wording.sentence(label, { kinds: wording.kinds(kinds) }));
}

/**
 * Returns `lang` for an answer's own words, which stay in the interface's language at the time of the question.
 * @param {Answer} answer
 * @param {Wording} wording
 */
function spoken({ language }, wording) {
  return { lang: language === wording.language ? null : language };
}

/**
 * Returns a quote with the links that its words have in the policy.
 * @param {Citation} citation
 * @param {Wording} wording
 */
function renderQuote({ quote, start, links = [] }, wording) {
  const points = [...quote]; // offsets count code points
  let at = 0;
  const upTo = (/** @type {number} */ end) => points.slice(at, (at = end)).join("");
  const parts = links.flatMap((link) => {
    const before = upTo(link.start - start);
    const words = upTo(link.end - start);
    const address = contactAddress(link.url);
    return [before, address ? wording.link(address, words) : words];
  });
  return [...parts, upTo(points.length)];
}

/**
 * @param {import("./statement.js").Part} shown
 * @param {Citation} citation
 * @param {Wording} wording
 */
function renderPart({ words, role }, citation, wording) {
  if (words === citation.quote) return renderQuote(citation, wording);
  return [role === "quote" ? words : element("span", { class: role, part: role }, words)];
}

/**
 * @param {Citation} citation
 * @param {import("./statement.js").Part[]} parts
 * @param {string | null} lang the policy's language, if it differs from the interface's
 * @param {Wording} wording
 */
function renderCitation(citation, parts, lang, wording) {
  const { number, section, url } = citation;
  const place = fill(wording.say.read_in_policy, { section: element("span", { lang }, section) });
  const address = webAddress(url);
  return element(
    "figure",
    { part: "quote" },
    element(
      "blockquote",
      { lang, dir: "auto" },
      element("span", { class: "number" }, number),
      parts.flatMap((shown) => [" ", ...renderPart(shown, citation, wording)]),
    ),
    element("figcaption", {}, address ? wording.link(address, ...place) : place),
  );
}

/**
 * Renders the contacts that fit the outcome and have a URL.
 * @param {NextStep[]} steps
 * @param {Wording} wording
 */
function renderNextSteps(steps, wording) {
  const items = steps.flatMap(({ name, url }) => {
    const address = contactAddress(url);
    return address ? [element("li", {}, wording.link(address, name))] : [];
  });
  return items.length > 0 && element("ul", { class: "next" }, items);
}
