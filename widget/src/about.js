// Renders facts about the policy, the note on what the chat keeps, and questions to start with.

import { contactAddress, element, webAddress } from "./dom.js";
import { renderQuestions } from "./questions.js";

/** @typedef {import("./labels.js").Wording} Wording */
/** @typedef {import("./protocol.js").Policy} Policy */

/**
 * Renders the facts about the policy, and what the chat keeps.
 * @param {Policy | null} policy null until the service has sent it
 * @param {Wording} wording
 * @param {URL} service
 * @param {boolean} remembers whether the tab keeps the conversation
 * @param {HTMLAnchorElement[]} [own] the page's own links, shown if the service cannot be reached
 */
export function renderAbout(policy, wording, service, remembers, own = []) {
  const { say, language } = wording;
  const url = webAddress(policy?.url);
  const keeps = new URL(`privacy?language=${language}`, service).href;
  // Whom to call in danger is shown when somebody may be in danger.
  const contacts = (policy?.contacts?.filter(({ role }) => role !== "emergency") ?? own.map(ownContact))
    .map((contact) => ({ name: contact.name, address: contactAddress(contact.url) }))
    .flatMap(({ name, address }) => (address ? [wording.link(address, name)] : []));
  return element(
    "div",
    { class: "about" },
    policy && renderDates(policy, wording),
    element("p", {}, remembers ? say.keeps_tab : say.keeps_nothing),
    element("p", { class: "row links" }, wording.link(keeps, say.keeps), url && wording.link(url, say.whole_policy)),
    contacts.length > 0 && element("p", { class: "row links contacts" }, contacts),
  );
}

/**
 * Returns a link that the page gave as a contact.
 * @param {HTMLAnchorElement} link
 */
function ownContact({ textContent, href }) {
  return { name: textContent ?? "", url: href };
}

/**
 * Renders the policy's title, when it took effect, and when it was updated.
 * @param {Policy} policy
 * @param {Wording} wording
 */
export function renderDates({ title, effective, updated, language }, wording) {
  const dates = [
    effective && wording.sentence("in_effect", { date: wording.date(effective) }),
    updated && wording.sentence("updated", { date: wording.date(updated) }),
  ].filter(Boolean);
  return element(
    "p",
    { class: "row" },
    element("span", { lang: wording.quotedIn(language) }, title),
    dates.map((date) => [" ", element("span", {}, date)]),
  );
}

/**
 * Renders starter questions, or an empty box if there are none.
 * @param {string[]} questions
 * @param {string | null} lang their language, if it differs from the interface's
 * @param {Wording} wording
 * @param {(question: string) => void} ask
 */
export function renderStarters(questions, lang, { say }, ask) {
  const heading = element("p", { id: "starters" }, say.starters);
  const list = renderQuestions(questions, lang, "starters", ask);
  return element("div", { class: "starters" }, ...(questions.length ? [heading, list] : []));
}
