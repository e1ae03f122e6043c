// Reads a page's options for its chat from the element's attributes and content.

import { chooseLanguage } from "./labels.js";

/** The attributes that the element follows. */
export const ATTRIBUTES = ["endpoint", "greeting", "heading", "language", "mode", "policy", "position", "remember"];

/**
 * `heading` and `greeting`: null for the interface's own. `policy`: null for the service's default policy. `starters`:
 * empty for the policy's own.
 * @typedef {{
 *   inline: boolean, left: boolean, language: string, heading: string | null, greeting: string | null,
 *   endpoint: string | null, policy: string | null, remember: boolean, starters: string[]
 * }} Options
 */

/**
 * Reads the options from the element.
 * @param {HTMLElement} host
 * @param {string[]} languages codes of the available languages
 * @returns {Options}
 */
export function readOptions(host, languages) {
  return {
    inline: host.getAttribute("mode") === "inline",
    left: host.getAttribute("position") === "left",
    language: chooseLanguage(host.getAttribute("language") || languageAround(host), languages),
    heading: host.getAttribute("heading"),
    greeting: host.getAttribute("greeting"),
    endpoint: host.getAttribute("endpoint"),
    policy: host.getAttribute("policy"),
    remember: host.getAttribute("remember") === "tab",
    starters: Array.from(host.querySelectorAll("li"), (item) => (item.textContent ?? "").trim()),
  };
}

/**
 * Returns the language of the page around the element, which may be inside shadow roots.
 * @param {Element} host
 */
function languageAround(host) {
  for (const around of [host, ...hostsAround(host)]) {
    const spoken = around.closest("[lang]");
    if (spoken) return spoken.getAttribute("lang");
  }
  return null;
}

/**
 * Lists the hosts of the shadow roots around an element, from the inside out.
 * @param {Element} inside
 * @returns {Element[]}
 */
function hostsAround(inside) {
  const root = inside.getRootNode();
  return root instanceof ShadowRoot ? [root.host, ...hostsAround(root.host)] : [];
}

/**
 * Calls `changed` whenever the language around the element may have changed.
 * @param {Element} host
 * @param {() => void} changed
 */
export function observeLanguage(host, changed) {
  const observer = new MutationObserver(changed);
  for (const inside of [host, ...hostsAround(host)]) {
    observer.observe(inside.getRootNode(), { attributes: true, attributeFilter: ["lang"], subtree: true });
  }
  return observer;
}

/**
 * Returns the service's URL: the element's `endpoint`, or where `script` came from.
 * @param {HTMLElement} host
 * @param {string} script
 */
export function serviceAddress(host, script) {
  const endpoint = host.getAttribute("endpoint");
  return endpoint ? new URL(endpoint.replace(/\/?$/, "/"), host.ownerDocument.baseURI) : new URL(".", script);
}
