// The interface's texts in one language, and how to fill them in.

import { element, opensProgram } from "./dom.js";

/** @typedef {Record<string, string>} Labels */

const FALLBACK = "en";
// Older services do not say which language a policy is in: all of theirs are in English.
const POLICY_LANGUAGE = "en";

/**
 * Chooses the interface's language: `named` if it is one of `languages`, otherwise English.
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

/** The interface's texts and formats in one language. */
export class Wording {
  /**
   * @param {string} language
   * @param {Labels} labels the texts in that language
   */
  constructor(language, labels) {
    this.language = language;
    this.say = labels;
    /** The interface's direction, whatever the page's is. All its languages are written from left to right. */
    this.direction = "ltr";
  }

  /**
   * Returns `lang` of quotes from a policy, or null if it is the interface's. Policies are quoted unchanged.
   * @param {string} [language] the policy's
   */
  quotedIn(language = POLICY_LANGUAGE) {
    return language === this.language ? null : language;
  }

  /**
   * Returns a label with its placeholders filled in.
   * @param {string} label
   * @param {Record<string, string | number>} values
   */
  sentence(label, values) {
    return fill(this.say[label], values).join("");
  }

  /**
   * Returns a date such as 2023-06-05 in words, and anything else that an owner wrote unchanged.
   * @param {string} written
   */
  date(written) {
    const instant = new Date(/^\d{4}-\d\d-\d\d$/.test(written) ? written : NaN);
    // Some engines read February 30 as March 2.
    if (Number.isNaN(+instant) || !instant.toISOString().startsWith(written)) return written;
    const month = this.say.months.split(", ")[instant.getUTCMonth()];
    return this.sentence("date", { day: instant.getUTCDate(), month, year: instant.getUTCFullYear() });
  }

  /**
   * Returns the names of kinds of personal data, separated by commas.
   * @param {string[]} kinds
   */
  kinds(kinds) {
    return kinds.map((kind) => this.say[`kind_${kind}`] ?? kind.replace(/_/g, " ")).join(", ");
  }

  /**
   * Makes a link that opens in a new tab, and says so, or one that opens a mail program or a phone.
   * @param {string} url
   * @param {...import("./dom.js").Leaf} words
   */
  link(url, ...words) {
    if (opensProgram(url)) return element("a", { href: url }, ...words);
    // Browsers scroll to the quoted words only with noopener.
    const outside = { href: url, target: "_blank", rel: "noopener noreferrer" };
    const note = element("span", { class: "unseen" }, ` (${this.say.new_tab})`);
    return element("a", outside, ...words, note, element("span", { "aria-hidden": "true" }, "\u00a0↗"));
  }
}
