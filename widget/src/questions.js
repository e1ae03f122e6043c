// Renders questions that a visitor can ask with a click.

import { button, element } from "./dom.js";

/**
 * Renders a list of questions.
 * @param {string[]} questions
 * @param {string | null} lang their language, if it differs from the interface's
 * @param {string} label the id of the element that names the list
 * @param {(question: string) => void} ask
 */
export function renderQuestions(questions, lang, label, ask) {
  const items = questions.map((question) =>
    element(
      "li",
      { lang },
      button(question, () => ask(question), { dir: "auto" }),
    ),
  );
  return element("ul", { "aria-labelledby": label }, items);
}
