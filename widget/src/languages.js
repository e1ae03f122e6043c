// The interface's texts by language: English is in this script, and the other languages come from the service.

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
   * Returns whether a language's texts are loaded.
   * @param {string} language
   */
  has(language) {
    return this.loaded.has(language);
  }

  /**
   * Returns the wording in a language, or in English if that language is not loaded or the policy's owner does not offer
   * it. Older services do not say which languages are offered: all are.
   * @param {string} language
   * @param {Pick<import("./protocol.js").Policy, "languages" | "wording"> | null} [policy] null until it is known
   */
  wording(language, policy) {
    const spoken = policy?.languages?.includes(language) !== false && this.has(language) ? language : ENGLISH;
    const labels = /** @type {Labels} */ (this.loaded.get(spoken));
    const own = policy?.wording?.[spoken];
    return new Wording(spoken, own ? { ...labels, ...own } : labels);
  }

  /**
   * Fetches a language's texts. Returns whether they are loaded. Never rejects; after a failure, call it again to retry.
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
      // The interface stays in English.
    }
    this.loading.delete(language);
    return this.has(language);
  }
}

/**
 * Merges `words` into `english`. The service may be older or newer than this script, so a text stays English if it is
 * missing, is not a string, or has different placeholders. Throws a TypeError if no text fits.
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
