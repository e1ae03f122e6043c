// The chat: lets its parts work together. What it knows outlives its view, which is built again for other options.

import { renderAbout, renderDates, renderStarters } from "./about.js";
import { Asking } from "./asking.js";
import { Client } from "./client.js";
import { element } from "./dom.js";
import { Feedback, isJudged } from "./feedback.js";
import { printPaper } from "./paper.js";
import { maskPersonalData } from "./personal-data.js";
import { renderTools, transcript } from "./tools.js";
import { View } from "./view.js";

/** @typedef {import("./options.js").Options} Options */
/** @typedef {import("./protocol.js").Turn} Turn */

/**
 * The element, as the chat uses it. `service` is its address.
 * @typedef {HTMLElement & { timeout: number, request: import("./client.js").Request, service: URL }} Host
 */

/**
 * What the build brings in.
 * @typedef {{ labels: Record<string, import("./labels.js").Labels>, rules: import("./personal-data.js").Rules }} Data
 */

const SMALL = "(max-width: 480px), (max-height: 480px)"; // the chat fills such a window

/** @type {import("./protocol.js").Outcome[]} */
const UNANSWERED = ["empty", "too_long", "error"]; // the question can be corrected in its box

export class Chat {
  /**
   * @param {Host} host
   * @param {ShadowRoot} root
   * @param {CSSStyleSheet} style
   * @param {Data} data
   * @param {Options} options
   */
  constructor(host, root, style, data, options) {
    this.host = host;
    this.root = root;
    this.style = style;
    this.data = data;
    this.client = new Client(host);
    /** @type {Turn[]} oldest first */
    this.turns = [];
    /** @type {import("./protocol.js").Policy | null} */
    this.policy = null;
    this.small = matchMedia(SMALL);
    this.view = this.build(options);
    this.asking = new Asking(this, data.rules);
    /** The window has become small or large. */
    this.fit = () => this.view.panel.fit(this.focused);
    this.closeFromPage = this.closeFromPage.bind(this);
    this.showPolicy();
  }

  // What is shown --------------------------------------------------------------------------------------------------

  /**
   * Builds the view, also again for other options.
   * @param {Options} options
   */
  build(options) {
    const { data, root, small, turns } = this;
    const view = new View(options, data.labels[options.language], small, turns, {
      ask: () => this.asking.ask(),
      open: () => this.open(),
      close: () => this.close(),
      escape: () => this.escape(),
    });
    root.replaceChildren(...view.nodes);
    return view;
  }

  /** @param {Options} options */
  replaceView(options) {
    this.view = this.build(options);
    this.showPolicy();
    this.showAfter();
  }

  /**
   * Follows other options; a draft and whether the chat is open stay.
   * @param {Options} options
   */
  change(options) {
    const draft = this.view.composer.question;
    const wasOpen = this.view.panel.open;
    this.replaceView(options);
    this.view.composer.question = draft;
    if (wasOpen) this.view.panel.show();
    if (wasOpen || options.inline) this.loadPolicy();
  }

  /** @returns {HTMLElement | null} what has the focus within the chat */
  get focused() {
    return /** @type {HTMLElement | null} */ (this.root.activeElement);
  }

  // On and off the page --------------------------------------------------------------------------------------------

  connect() {
    this.small.addEventListener("change", this.fit);
    document.addEventListener("keydown", this.closeFromPage);
    if (this.view.options.inline) this.loadPolicy();
  }

  disconnect() {
    this.small.removeEventListener("change", this.fit);
    document.removeEventListener("keydown", this.closeFromPage);
    this.asking.abort("left");
  }

  /**
   * Escape closes the chat from anywhere on the page, so that it never covers what has the focus.
   * @param {KeyboardEvent} event
   */
  closeFromPage(event) {
    if (event.key === "Escape" && !event.defaultPrevented) this.close();
  }

  // Opening and closing --------------------------------------------------------------------------------------------

  open() {
    const { composer, options, panel } = this.view;
    if (options.inline || panel.open) return;
    panel.show();
    this.loadPolicy();
    // In a small window an on-screen keyboard would hide what there is to read.
    (this.small.matches ? panel.title : composer).focus();
  }

  close() {
    const { launcher, panel } = this.view;
    if (!panel.open) return;
    const inside = this.focused !== null;
    panel.close();
    if (inside) launcher.focus();
  }

  /** Escape within the chat: first removes what is in the way, then closes. */
  escape() {
    const { composer } = this.view;
    if (!composer.notice.active) return this.close();
    composer.notice.dismiss();
    composer.focus();
  }

  // The policy -----------------------------------------------------------------------------------------------------

  /** Fetches title, dates and starter questions once; the chat works without them too. */
  async loadPolicy() {
    if (this.policy) return;
    try {
      this.policy = await this.client.policy(this.view.options.policy);
    } catch {
      return;
    }
    this.showPolicy();
  }

  /** Another service or policy is asked from now on. */
  forgetPolicy() {
    this.policy = null;
  }

  showPolicy() {
    const { policy } = this;
    const { conversation, options, wording } = this.view;
    const own = options.starters.length > 0;
    const questions = own ? options.starters : (policy?.starters ?? []);
    const starters = renderStarters(questions, own ? null : wording.quotedLanguage, wording, (question) => {
      conversation.focus(); // the button goes away, and a box with the focus would bring up a phone's keyboard
      this.asking.ask(question);
    });
    conversation.showStarters(starters);
    conversation.showAbout(renderAbout(policy, wording, this.host.service));
  }

  // The conversation -----------------------------------------------------------------------------------------------

  /** @param {Turn} turn */
  showAnswer(turn) {
    const { composer, conversation } = this.view;
    this.turns.push(turn);
    if (!UNANSWERED.includes(turn.answer.outcome)) composer.question = "";
    conversation.add(turn);
    this.showAfter();
  }

  /** Shows feedback on the newest answer, and what can be done with the conversation. */
  showAfter() {
    const { conversation, wording } = this.view;
    const turn = this.turns[this.turns.length - 1];
    if (!turn) return;
    const { question, answer } = turn;
    /** @param {import("./feedback.js").Opinion} opinion */
    const send = (opinion) => this.sendFeedback(answer, opinion);
    const feedback = isJudged(answer) ? [new Feedback(wording, question, send).node] : [];
    const acts = { copy: () => this.copy(), print: () => this.print(), clear: () => this.clear() };
    conversation.showAfter(...feedback, renderTools(wording, acts));
  }

  /**
   * Sends feedback, without personal data in its comment; tells if it was saved.
   * @param {import("./protocol.js").Answer} answer
   * @param {import("./feedback.js").Opinion} opinion
   */
  async sendFeedback({ id, policy, outcome }, opinion) {
    const { conversation, wording } = this.view;
    const comment = opinion.comment && maskPersonalData(opinion.comment, this.data.rules).text;
    conversation.say("");
    try {
      await this.client.judge({ answer_id: id, policy: policy.id, outcome, ...opinion, comment });
    } catch {
      conversation.say(wording.say.failed);
      return false;
    }
    return true;
  }

  async copy() {
    const { conversation, wording } = this.view;
    try {
      await navigator.clipboard.writeText(transcript(this.turns, wording));
      conversation.say(wording.say.copied);
    } catch {
      conversation.say(wording.say.failed);
    }
  }

  print() {
    const { policy, turns } = this;
    const { conversation, panel, wording } = this.view;
    const title = element("h1", {}, panel.title.textContent);
    const shown = turns.map((turn) => conversation.render(turn));
    printPaper(wording.language, this.style, title, policy && renderDates(policy, wording), shown);
  }

  clear() {
    const { composer, conversation, wording } = this.view;
    this.asking.abort("cleared");
    this.turns.length = 0;
    conversation.clear();
    composer.question = "";
    composer.notice.dismiss();
    conversation.say(wording.say.cleared);
    composer.focus();
  }
}
