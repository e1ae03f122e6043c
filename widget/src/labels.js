// The words of the interface in one language, and how they are put together.

import { element } from "./dom.js";

/** @typedef {Record<string, string>} Labels */

const FALLBACK = "en";
// Policies are quoted as they are, in English.
const POLICY_LANGUAGE = "en";

/**
 * Chooses the language of the interface: the one that is named, if it is one of `languages`, or English.
 * @param {string | null | undefined} named a language tag, such as `pt-BR`
 * @param {string[]} languages codes
 */
export function chooseLanguage(named, languages) {
  const code = (named || FALLBACK).toLowerCase().split("-")[0];
  return languages.includes(code) ? code : FALLBACK;
}

/**
 * Splits `template` into pieces and replaces each {name} with `values[name]`.
 * @template Piece
 * @param {string} template
 * @param {Record<string, Piece>} values
 * @returns {(string | Piece)[]}
 */
export function fill(template, values) {
  return template.split(/\{(\w+)\}/).map((piece, index) => (index % 2 ? (values[piece] ?? "") : piece));
}

/** The interface's words and formats in one language. */
export class Wording {
  /**
   * @param {string} language
   * @param {Labels} labels the words in that language
   */
  constructor(language, labels) {
    this.language = language;
    this.say = labels;
    /** The interface's own, whatever the page's: all its languages are written from left to right. */
    this.direction = "ltr";
    /** `lang` of what is quoted from the policy, if it differs from the interface's. */
    this.quotedLanguage = language === POLICY_LANGUAGE ? null : POLICY_LANGUAGE;
  }

  /**
   * A label with its places filled.
   * @param {string} label
   * @param {Record<string, string | number>} values
   */
  sentence(label, values) {
    return fill(this.say[label], values).join("");
  }

  /**
   * Returns a date such as 2023-06-05 in words. An owner may have written anything else: it stays as it is.
   * @param {string} written
   */
  date(written) {
    const instant = new Date(/^\d{4}-\d\d-\d\d$/.test(written) ? written : NaN);
    // Some engines take February 30 for March 2.
    if (Number.isNaN(+instant) || !instant.toISOString().startsWith(written)) return written;
    const month = this.say.months.split(", ")[instant.getUTCMonth()];
    return this.sentence("date", { day: instant.getUTCDate(), month, year: instant.getUTCFullYear() });
  }

  /**
   * Kinds of personal data, as a list in words.
   * @param {string[]} kinds
   */
  kinds(kinds) {
    return kinds.map((kind) => this.say[`kind_${kind}`] ?? kind.replace(/_/g, " ")).join(", ");
  }

  /**
   * A link that opens in a new tab, and says so.
   * @param {string} url
   * @param {...import("./dom.js").Leaf} words
   */
  link(url, ...words) {
    // noopener: without it a browser does not scroll to the quoted words.
    const outside = { href: url, target: "_blank", rel: "noopener noreferrer" };
    const note = element("span", { class: "unseen" }, ` (${this.say.new_tab})`);
    return element("a", outside, ...words, note, element("span", { "aria-hidden": "true" }, "\u00a0↗"));
  }
}
