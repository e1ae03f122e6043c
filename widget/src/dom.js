// Small helpers that build elements. Text is only ever set as text, never parsed as markup.

/** @typedef {Node | string | number | false | null | undefined} Leaf */
/** @typedef {Leaf | Leaf[] | Leaf[][]} Child */
/** @typedef {string | number | boolean | null | undefined} Value */
/** @typedef {((event: any) => void)} Listener */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element with attributes and children. A function as an attribute's value adds an event listener, and `true` sets
 * an empty attribute. `false`, `null`, and `undefined` are skipped, also among the children.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, Value | Listener>} [attributes]
 * @param {...Child} children nested up to two levels
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? "" : `${value}`);
  }
  made.append(.../** @type {string[]} */ (children.flat(2).filter((child) => child !== false && child != null)));
  return made;
}

/**
 * Makes a button with an icon, a text, or both.
 * @param {string | null} text
 * @param {(event: MouseEvent) => void} act
 * @param {{ drawing?: keyof typeof ICONS } & Record<string, Value>} [options] the icon, and attributes
 */
export function button(text, act, { drawing, ...attributes } = {}) {
  return element("button", { type: "button", click: act, ...attributes }, drawing && icon(drawing), text);
}

const ICONS = {
  chat: "M4 5h16v11H11l-5 4v-4H4z",
  close: "M6 6l12 12M18 6L6 18",
  yes: "M7 11v9H4v-9zM7 11l4-7c2 0 3 1 2.5 3L13 10h6l-1 8c0 1-1 2-2 2H7",
  no: "M17 13V4h3v9zM17 13l-4 7c-2 0-3-1-2.5-3L11 14H5l1-8c0-1 1-2 2-2h9",
  copy: "M9 8h11v12H9zM15 8V4H4v12h5",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  clear: "M5 12a7 7 0 1 0 2-5L4 10M4 4v6h6",
};

/**
 * Draws an icon of 24 by 24 units, hidden from screen readers.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const strokes = document.createElementNS(SVG, "path");
  strokes.setAttribute("d", ICONS[name]);
  drawing.append(strokes);
  return drawing;
}

/**
 * Returns whether a key belongs to text being composed (Chinese, Japanese, Vietnamese). Safari shows it only by the key
 * code.
 * @param {KeyboardEvent} event
 */
export function isComposing({ isComposing, keyCode }) {
  return isComposing || keyCode === 229;
}

/**
 * Returns `url` if it leads to a web page, otherwise null, so that a link never runs a script.
 * @param {string | null | undefined} url
 */
export function webAddress(url) {
  return url && /^https?:\/\//i.test(url) ? url : null;
}

/**
 * Returns `url` if it leads to a web page, an email address or a phone number, otherwise null.
 * @param {string | null | undefined} url
 */
export function contactAddress(url) {
  return webAddress(url) ?? (url && opensProgram(url) ? url : null);
}

/**
 * Returns whether `url` is an email address or a phone number.
 * @param {string} url
 */
export function opensProgram(url) {
  return /^(?:mailto:[^\s?&%]+@[^\s?&%]+|tel:[+\d][\d.;ext=-]*)$/i.test(url);
}
