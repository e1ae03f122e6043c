// What follows the newest answer: questions to ask next, feedback, and the tools for the conversation.

import { renderDates } from "./about.js";
import { isUnsure } from "./answer.js";
import { Failure } from "./client.js";
import { element } from "./dom.js";
import { cleanComment, emptyDraft, Feedback, isJudged, renderThanks } from "./feedback.js";
import { printPaper } from "./paper.js";
import { canPassOn, renderPassedOn, renderPassOn } from "./pass-on.js";
import { renderQuestions } from "./questions.js";
import { copyText, renderByHand, renderTools, transcript } from "./tools.js";

/** @typedef {import("./protocol.js").Turn} Turn */

/**
 * What this needs from the chat. Read its view each time, since it is rebuilt when an attribute changes.
 * @typedef {{
 *   view: Pick<import("./view.js").View, "wording" | "conversation" | "panel">,
 *   client: Pick<import("./client.js").Client, "judge" | "passOn" | "rules">, turns: Turn[], style: CSSStyleSheet,
 *   policy: import("./protocol.js").Policy | null, keep: () => void, clear: () => void,
 *   choose: (question: string) => void,
 *   tell: (name: "feedback", detail: import("./events.js").FeedbackDetail) => void
 * }} Answered
 */

export class After {
  /** @param {Answered} chat */
  constructor(chat) {
    this.chat = chat;
    /** @type {WeakMap<Turn, import("./feedback.js").Draft>} feedback that is not sent yet */
    this.drafts = new WeakMap();
  }

  /** Shows suggestions, feedback on the newest answer, and the tools for the conversation. */
  show() {
    const { turns, view } = this.chat;
    const { conversation, wording } = view;
    const turn = turns[turns.length - 1];
    if (!turn) return;
    const acts = { copy: () => this.copy(), print: () => this.print(), clear: () => this.chat.clear() };
    const isJudgedHere = isJudged(turn.answer) && this.chat.policy?.feedback_days !== 0;
    const feedback = isJudgedHere ? [this.renderFeedback(turn)] : [];
    conversation.showAfter([...this.renderPassOn(turn), ...feedback], [renderTools(wording, acts)]);
    this.suggest(turn.answer);
  }

  /** @param {import("./protocol.js").Answer} answer */
  suggest(answer) {
    const { suggestions = [], related = [], policy } = answer;
    const { conversation, wording } = this.chat.view;
    if (!suggestions.length) {
      conversation.suggest("");
      return;
    }
    const { say } = wording;
    const lang = wording.quotedIn(policy.language);
    const choose = (/** @type {string} */ question) => this.chat.choose(question);
    conversation.suggest(
      isUnsure(answer) || related.length ? say.did_you_mean : say.suggestions,
      renderQuestions(suggestions, lang, "suggested", choose),
    );
  }

  /**
   * @param {Turn} turn
   * @returns {Node[]} none if there is nothing to pass on
   */
  renderPassOn(turn) {
    const { policy, view } = this.chat;
    if (!policy || !canPassOn(turn.answer, policy)) return [];
    if (turn.passed) return [renderPassedOn(view.wording.say)];
    return [renderPassOn(view.wording, policy, () => this.passOn(turn))];
  }

  /**
   * Passes a question on to the owner, as the service cleaned it. Returns whether it was kept.
   * @param {Turn} turn
   */
  async passOn(turn) {
    const { id, policy, outcome } = turn.answer;
    turn.passed = await this.send(() =>
      this.chat.client.passOn({ answer_id: id, policy: policy.id, outcome, question: turn.question }),
    );
    this.chat.keep();
    return turn.passed;
  }

  /**
   * Sends something to keep, and says why if that fails. Returns whether it was kept.
   * @param {() => Promise<void>} request
   */
  async send(request) {
    const { conversation, wording } = this.chat.view;
    conversation.say("");
    try {
      await request();
      return true;
    } catch (failure) {
      const isFull = failure instanceof Failure && failure.label === "full";
      conversation.say(isFull ? wording.say.full : wording.say.failed);
      return false;
    }
  }

  /** @param {Turn} turn */
  renderFeedback(turn) {
    const { policy, view } = this.chat;
    const { wording } = view;
    if (turn.judged) return renderThanks(wording.say);
    const draft = this.drafts.get(turn) ?? emptyDraft();
    this.drafts.set(turn, draft);
    const send = (/** @type {import("./feedback.js").Opinion} */ opinion) => this.sendFeedback(turn, opinion);
    return new Feedback(wording, turn.question, send, draft, policy?.public_records).node;
  }

  /**
   * Sends feedback, without personal data in its comment. Returns whether it was saved.
   * @param {Turn} turn
   * @param {import("./feedback.js").Opinion} opinion
   */
  async sendFeedback(turn, opinion) {
    const { id, policy, outcome } = turn.answer;
    const rules = await this.chat.client.rules();
    const comment = opinion.comment && rules ? cleanComment(opinion.comment, rules) : opinion.comment;
    const judgment = { answer_id: id, policy: policy.id, outcome, ...opinion, comment };
    if (!(await this.send(() => this.chat.client.judge(judgment)))) return false;
    turn.judged = true;
    this.chat.keep();
    this.chat.tell("feedback", { helpful: opinion.helpful, reason: opinion.reason, outcome, policy: policy.id });
    return true;
  }

  async copy() {
    const { conversation, panel, wording } = this.chat.view;
    const text = transcript(this.chat.turns, wording);
    try {
      await copyText(text, panel.node);
      conversation.say(wording.say.copied);
    } catch {
      this.show(); // removes the text of an earlier try
      conversation.say("");
      const byHand = renderByHand(wording, text);
      conversation.after.append(byHand);
      byHand.querySelector("textarea")?.select();
      byHand.scrollIntoView({ block: "nearest" });
    }
  }

  print() {
    const { policy, turns } = this.chat;
    const { conversation, panel, wording } = this.chat.view;
    const title = element("h1", {}, panel.title.textContent);
    const shown = turns.map((turn) => conversation.render(turn));
    printPaper(wording, this.chat.style, title, policy && renderDates(policy, wording), shown);
  }
}
