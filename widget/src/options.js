// What a page says about its chat: the element's attributes and content.

import { chooseLanguage } from "./labels.js";

/** The attributes that the element follows. */
export const ATTRIBUTES = ["endpoint", "greeting", "heading", "language", "mode", "policy"];

/**
 * `heading` and `greeting`: null for the interface's own; `policy`: null for the service's own; `starters`: empty for the
 * policy's own.
 * @typedef {{
 *   inline: boolean, language: string, heading: string | null, greeting: string | null, policy: string | null,
 *   starters: string[]
 * }} Options
 */

/**
 * Reads the options from the element.
 * @param {HTMLElement} host
 * @param {Record<string, import("./labels.js").Labels>} labels by language
 * @returns {Options}
 */
export function readOptions(host, labels) {
  /** @type {HTMLElement | null} */
  const spoken = host.closest("[lang]");
  return {
    inline: host.getAttribute("mode") === "inline",
    language: chooseLanguage(host.getAttribute("language") || spoken?.lang, labels),
    heading: host.getAttribute("heading"),
    greeting: host.getAttribute("greeting"),
    policy: host.getAttribute("policy"),
    starters: Array.from(host.querySelectorAll("li"), (item) => (item.textContent ?? "").trim()),
  };
}

/**
 * Returns where the service is: at the element's `endpoint`, or where `script` came from.
 * @param {HTMLElement} host
 * @param {string} script
 */
export function serviceAddress(host, script) {
  const endpoint = host.getAttribute("endpoint");
  return endpoint ? new URL(endpoint.replace(/\/?$/, "/"), host.ownerDocument.baseURI) : new URL(".", script);
}
