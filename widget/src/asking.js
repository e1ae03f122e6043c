// Asks a question: checks it for personal data, sends it, and shows the answer or puts the question back in the box.

import { Failure } from "./client.js";
import { button, element, webAddress } from "./dom.js";
import { findPersonalData, maskPersonalData } from "./personal-data.js";

/** @typedef {import("./protocol.js").Turn} Turn */

/**
 * What asking needs from the chat. Read its view each time, since it is rebuilt when an attribute changes.
 * @typedef {{
 *   view: Pick<import("./view.js").View, "options" | "wording" | "composer" | "conversation">,
 *   client: Pick<import("./client.js").Client, "answer" | "rules">, turns: Turn[],
 *   policy: import("./protocol.js").Policy | null,
 *   showAnswer: (turn: Turn) => void, after: { show: () => void }, keep: () => void,
 *   tell: <Name extends "refused" | "error">(name: Name, detail: import("./events.js").Details[Name]) => void
 * }} Asker
 */

const PATIENCE = 2_000; // milliseconds until the chat says that it is still searching
const HISTORY = 8; // earlier questions sent with each question

/** @type {import("./protocol.js").Outcome[]} */
const UNANSWERED = ["empty", "too_long", "error"]; // the question goes back to the box, to be corrected

export class Asking {
  /** @param {Asker} chat */
  constructor(chat) {
    this.chat = chat;
    /** @type {AbortController | null} */
    this.sending = null;
    /** The question in progress, as shown; empty if there is none. */
    this.asked = "";
    /** What was in the box; it goes back there if there is no answer. */
    this.written = "";
    /** What the visitor was typing when a question was chosen from a list; it goes back into the box after the answer. */
    this.draft = "";
  }

  /** Whether a question is in progress. */
  get busy() {
    return this.sending !== null;
  }

  /**
   * Asks what is in the box, after a warning if it contains personal data.
   * @param {string} [question] asked instead; a draft in the box is kept
   */
  async ask(question) {
    if (this.busy) return;
    const { composer, wording } = this.chat.view;
    if (question !== undefined) {
      this.draft = composer.question || this.draft;
      composer.question = question;
    }
    composer.notice.dismiss();
    const text = composer.question.trim();
    if (!text) {
      composer.notice.complain(wording.say.empty);
      composer.focus();
      this.refuse("empty");
      return;
    }
    const most = this.chat.policy?.max_question_chars;
    if (most && lengthOf(text) > most) {
      this.fail(new Failure("long"));
      return;
    }
    const sending = (this.sending = new AbortController());
    const rules = await this.chat.client.rules();
    this.sending = null;
    if (sending.signal.aborted) return;
    if (rules && findPersonalData(text, rules).length) this.warn(text, rules);
    else await this.send(text);
  }

  /**
   * Cancels the question in progress.
   * @param {string} reason
   */
  abort(reason) {
    this.sending?.abort(reason);
  }

  /**
   * Warns before personal data is sent, and offers to remove it.
   * @param {string} question
   * @param {import("./personal-data.js").Rules} rules
   */
  warn(question, rules) {
    const { composer, wording } = this.chat.view;
    const { text, kinds } = maskPersonalData(question, rules);
    /** @param {string} words */
    const send = (words) => {
      composer.notice.dismiss();
      composer.question = words;
      composer.focus();
      this.send(words);
    };
    const remove = button(wording.say.remove_and_ask, () => send(text), { class: "primary" });
    const keep = button(wording.say.ask_anyway, () => send(question));
    composer.notice.complain(
      wording.sentence("personal_data_found", { kinds: wording.kinds(kinds) }),
      element("p", { class: "preview", dir: "auto" }, text),
      element("div", { class: "choices" }, remove, keep),
    );
    remove.focus();
    this.refuse("personal_data");
  }

  /**
   * Tells the page that the chat did not send a question.
   * @param {import("./events.js").RefusedDetail["reason"]} reason
   */
  refuse(reason) {
    const { policy, view } = this.chat;
    this.chat.tell("refused", { reason, policy: policy?.id ?? view.options.policy });
  }

  /**
   * Sends a question and shows it immediately, then shows its answer or why there is none. Never rejects.
   * @param {string} question
   */
  async send(question) {
    const { chat } = this;
    const sending = (this.sending = new AbortController());
    const patience = setTimeout(() => chat.view.conversation.sayStillWaiting(), PATIENCE);
    this.asked = question;
    this.written = chat.view.composer.question;
    chat.view.composer.question = "";
    this.showWaiting();
    try {
      const answer = await chat.client.answer(
        {
          question,
          // The questions as the service cleaned them.
          history: chat.turns
            .map((turn) => turn.answer.question)
            .filter(Boolean)
            .slice(-HISTORY),
          policy: chat.view.options.policy,
          language: chat.view.options.language,
        },
        sending,
      );
      chat.showAnswer({ question: answer.question || question, answer });
      if (UNANSWERED.includes(answer.outcome)) chat.view.composer.question = this.written;
      if (!chat.view.composer.question) {
        chat.view.composer.question = this.draft;
        this.draft = "";
      }
    } catch (failure) {
      if (sending.signal.reason === "cleared") return;
      chat.view.composer.question ||= this.written;
      if (sending.signal.reason === "left") return;
      this.fail(failure instanceof Failure ? failure : new Failure("failed"));
    } finally {
      clearTimeout(patience);
      this.sending = null;
      this.asked = this.written = "";
      this.showWaiting();
      chat.keep();
    }
  }

  /** Shows the question in progress, or that there is none. */
  showWaiting() {
    const { composer, conversation } = this.chat.view;
    composer.setWaiting(this.busy);
    conversation.showPending(this.asked);
  }

  /**
   * Says why a question did not get through, and offers another try.
   * @param {Failure} failure
   */
  fail({ label, seconds, words: told }) {
    const { composer, conversation, wording } = this.chat.view;
    const { say } = wording;
    conversation.say("");
    this.chat.after.show();
    if (label === "long") {
      composer.notice.complain(`${this.tooLong(composer.question.trim())} ${say.kept}`);
      composer.focus();
      this.refuse("too_long");
      return;
    }
    this.chat.tell("error", { reason: label });
    const retry = button(say.retry, () => {
      composer.focus();
      this.ask();
    });
    const words = [told ?? say[label], seconds && wording.sentence("wait", { seconds }), say.kept];
    const url = told && webAddress(this.chat.policy?.url);
    const links = url ? [element("p", {}, wording.link(url, say.whole_policy))] : [];
    composer.notice.complain(words.filter(Boolean).join(" "), ...links, retry);
  }

  /**
   * Returns a sentence that says how long a question is and may be, if the limit is known.
   * @param {string} question
   */
  tooLong(question) {
    const { wording } = this.chat.view;
    const most = this.chat.policy?.max_question_chars;
    const count = lengthOf(question);
    return most && count > most ? wording.sentence("long_by", { count, most }) : wording.say.long;
  }
}

/**
 * Returns the length of a text in code points, as the service counts it.
 * @param {string} text
 */
function lengthOf(text) {
  return Array.from(text).length;
}
