// Passing a question on to the policy's owner: one button below an answer that is none.

import { button, element } from "./dom.js";

/** @type {import("./protocol.js").Outcome[]} */
const UNANSWERED = ["not_covered", "off_topic", "unsupported_language"];

/**
 * Returns whether the chat offers to pass on the question of an answer.
 * @param {import("./protocol.js").Answer} answer
 * @param {import("./protocol.js").Policy | null} policy null until the service has sent it
 */
export function canPassOn({ id, outcome }, policy) {
  return Boolean(id && policy?.feedback_days) && UNANSWERED.includes(outcome);
}

/**
 * Renders the button and what it means.
 * @param {import("./labels.js").Wording} wording
 * @param {import("./protocol.js").Policy} policy
 * @param {() => Promise<boolean>} send returns whether the question was kept
 */
export function renderPassOn(wording, { feedback_days = 0, public_records }, send) {
  const { say } = wording;
  const act = async () => {
    if (!(await send())) return;
    // The button that had the focus is gone. Focus the thanks, so that screen readers announce it.
    const thanks = renderPassedOn(say);
    node.replaceWith(thanks);
    thanks.focus();
  };
  const consent = wording.sentence("pass_on_consent", { days: feedback_days });
  const node = element(
    "div",
    { class: "pass-on", part: "pass-on" },
    button(say.pass_on, act, { "aria-describedby": "consent" }),
    element("p", { id: "consent", class: "quiet" }, consent, public_records && ` ${say.share_record}`),
  );
  return node;
}

/** @param {import("./labels.js").Labels} say */
export function renderPassedOn(say) {
  return element("p", { class: "thanks pass-on", tabindex: "-1" }, say.passed_on);
}
