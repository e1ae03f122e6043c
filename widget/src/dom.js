// Small helpers that build the page's elements. Text is only ever set as text, never parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes and children. An attribute that is a function is an event listener, `true` is an empty
 * attribute, and `false`, `null` and `undefined` are left out, among the children too.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(2).filter((child) => child !== false && child != null));
  return made;
}

/** A decorative drawing of 24 by 24, made of the strokes in `path`. */
export function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const strokes = document.createElementNS(SVG, "path");
  strokes.setAttribute("d", path);
  drawing.append(strokes);
  return drawing;
}

/** `template` in pieces, each {name} replaced by `values[name]`, a text or an element. */
export function fill(template, values) {
  return template.split(/\{(\w+)\}/).map((piece, index) => (index % 2 ? (values[piece] ?? "") : piece));
}

/** `url` where it leads to a web page, otherwise null: a link never runs a script. */
export function webAddress(url) {
  return /^https?:\/\//i.test(url ?? "") ? url : null;
}
