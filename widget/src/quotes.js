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
  return shownParts(citations).map((parts, at) => {
    const { number, quote, section, url } = citations[at];
    const place = fill(wording.say.read_in_policy, { section: element("span", { lang }, section) });
    const address = webAddress(url);
    return element(
      "figure",
      { part: "quote" },
      element(
        "blockquote",
        { lang, dir: "auto" },
        numbered && element("span", { class: "number" }, number),
        parts.flatMap(({ words, role }, order) => [
          (numbered || order > 0) && " ",
          ...(words === quote
            ? renderQuote(citations[at], wording)
            : [role === "quote" ? words : element("span", { class: role, part: role }, words)]),
        ]),
      ),
      element("figcaption", {}, address ? wording.link(address, ...place) : place),
    );
  });
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
