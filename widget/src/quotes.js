// Renders quotes from the policy, each with a link to its place.

import { contactAddress, element, webAddress } from "./dom.js";
import { fill } from "./labels.js";
import { shownParts } from "./statement.js";

/** @typedef {import("./labels.js").Wording} Wording */
/** @typedef {import("./protocol.js").Citation} Citation */

/**
 * Renders citations, in order, with the words that they are read with.
 * @param {Citation[]} citations
 * @param {string | null} lang the policy's language, if it differs from the interface's
 * @param {Wording} wording
 * @param {boolean} [numbered] whether to show their numbers
 */
export function renderQuotes(citations, lang, wording, numbered = true) {
  return shownParts(citations).map((parts, at) => renderCitation(citations[at], parts, lang, wording, numbered));
}

/**
 * @param {Citation} citation
 * @param {import("./statement.js").Part[]} parts
 * @param {string | null} lang
 * @param {Wording} wording
 * @param {boolean} numbered
 */
function renderCitation(citation, parts, lang, wording, numbered) {
  const { number, section, url } = citation;
  const place = fill(wording.say.read_in_policy, { section: element("span", { lang }, section) });
  const address = webAddress(url);
  return element(
    "figure",
    { part: "quote" },
    element(
      "blockquote",
      { lang, dir: "auto" },
      numbered && element("span", { class: "number" }, number),
      parts.flatMap((shown, at) => [(numbered || at > 0) && " ", ...renderPart(shown, citation, wording)]),
    ),
    element("figcaption", {}, address ? wording.link(address, ...place) : place),
  );
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
