// Prints only the conversation, without the page around it.

import { element } from "./dom.js";

const PATIENCE = 1_000; // milliseconds

/**
 * Prints `content` instead of the page.
 * @param {Pick<import("./labels.js").Wording, "direction" | "language">} wording
 * @param {CSSStyleSheet} style
 * @param {...import("./dom.js").Child} content
 */
export function printPaper({ direction, language }, style, ...content) {
  const paper = element("div", { "data-policy-chat-paper": true, lang: language, dir: direction });
  const only = new CSSStyleSheet();
  only.replaceSync(
    "@media print{body>:not([data-policy-chat-paper]){display:none!important}}" +
      "@media not print{[data-policy-chat-paper]{display:none!important}}",
  );
  const root = paper.attachShadow({ mode: "open" });
  root.append(element("main", { class: "paper" }, ...content));
  root.adoptedStyleSheets = [style];
  document.body.append(paper);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, only];
  const restore = () => {
    paper.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== only);
  };
  let heard = false;
  window.addEventListener("beforeprint", () => (heard = true), { once: true });
  window.addEventListener("afterprint", restore, { once: true });
  window.print();
  // A browser that prints later fires `beforeprint` soon; one that cannot print never fires it.
  setTimeout(() => heard || restore(), PATIENCE);
}
