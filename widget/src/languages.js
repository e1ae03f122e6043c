// The words of the interface: the script holds the English ones, the service has those of other languages.

import { Wording } from "./labels.js";

/** @typedef {import("./labels.js").Labels} Labels */

const ENGLISH = "en";

export class Languages {
  /**
   * @param {Labels} english
   * @param {Pick<import("./client.js").Client, "words">} client
   */
  constructor(english, client) {
    this.english = english;
    this.client = client;
    /** @type {Map<string, Labels>} */
    this.loaded = new Map([[ENGLISH, english]]);
    /** @type {Map<string, Promise<boolean>>} */
    this.loading = new Map();
  }

  /**
   * If the words of a language are there.
   * @param {string} language
   */
  has(language) {
    return this.loaded.has(language);
  }

  /**
   * Returns the wording in a language, or in English if its words are not there.
   * @param {string} language
   */
  wording(language) {
    const labels = this.loaded.get(language);
    return labels ? new Wording(language, labels) : new Wording(ENGLISH, this.english);
  }

  /**
   * Fetches the words of a language; tells if they are there. Never rejects. A fetch that failed can be tried again.
   * @param {string} language
   */
  load(language) {
    const loading = this.loading.get(language) ?? this.fetch(language);
    this.loading.set(language, loading);
    return loading;
  }

  /** @param {string} language */
  async fetch(language) {
    try {
      if (!this.has(language)) this.loaded.set(language, mergeLabels(this.english, await this.client.words(language)));
    } catch {
      // The words stay English.
    }
    this.loading.delete(language);
    return this.has(language);
  }
}

/**
 * Returns `words` for each label of `english` that they fit: the service may be older or newer than this script. English
 * stays for what is missing, is no text, or has other places to fill. Throws a TypeError if none fits.
 * @param {Labels} english
 * @param {any} words
 * @returns {Labels}
 */
export function mergeLabels(english, words) {
  const fitting = Object.entries(english).filter(
    ([label, text]) => typeof words[label] === "string" && words[label] && places(words[label]) === places(text),
  );
  if (!fitting.length) throw new TypeError("no words");
  return { ...english, ...Object.fromEntries(fitting.map(([label]) => [label, words[label]])) };
}

/** @param {string} text */
function places(text) {
  return (text.match(/\{\w+\}/g) ?? []).sort().join();
}
