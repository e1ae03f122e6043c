// The chat: lets its parts work together. What it knows outlives its view, which is built again for other options.

import { renderAbout, renderDates, renderStarters } from "./about.js";
import { Asking } from "./asking.js";
import { Client } from "./client.js";
import * as corner from "./corner.js";
import { element, isComposing } from "./dom.js";
import { Feedback, isJudged } from "./feedback.js";
import { Languages } from "./languages.js";
import { observeLanguage } from "./options.js";
import { printPaper } from "./paper.js";
import { maskPersonalData } from "./personal-data.js";
import { copyText, renderTools, transcript } from "./tools.js";
import { View } from "./view.js";

/** @typedef {import("./options.js").Options} Options */
/** @typedef {import("./protocol.js").Turn} Turn */

/**
 * The element, as the chat uses it. `service` is its address.
 * @typedef {HTMLElement & { timeout: number, request: import("./client.js").Request, service: URL }} Host
 */

const SMALL = "(max-width: 480px), (max-height: 480px)"; // the chat fills such a window
const DIALOG = "dialog[open], [role=dialog], [role=alertdialog]";

const PATIENCE = 1_000; // milliseconds that the chat waits for the words of a language before it shows English ones

/** @type {import("./protocol.js").Outcome[]} */
const UNANSWERED = ["empty", "too_long", "error"]; // the question can be corrected in its box

export class Chat {
  /**
   * Builds the chat; nothing is on the page before `view.nodes` are in the host's shadow root.
   * @param {Host} host
   * @param {CSSStyleSheet} style
   * @param {import("./labels.js").Labels} english
   * @param {Options} options
   */
  constructor(host, style, english, options) {
    this.host = host;
    this.style = style;
    this.client = new Client(host);
    this.languages = new Languages(english, { words: (language) => this.client.words(language) });
    /** @type {Turn[]} oldest first */
    this.turns = [];
    /** @type {import("./protocol.js").Policy | null} */
    this.policy = null;
    /** If the policy could not be fetched: the page's own links are shown then. */
    this.unreachable = false;
    this.small = matchMedia(SMALL);
    this.asking = new Asking(this);
    /** What the page wants now; `view` may still be that of before. */
    this.options = options;
    this.openWhenReady = false;
    this.wasOpen = false;
    this.view = this.build(options);
    this.fit = this.fit.bind(this);
    this.closeFromPage = this.closeFromPage.bind(this);
    this.showPolicy();
    this.ready = this.languages.has(options.language);
    this.view.setReady(this.ready);
    if (!this.ready) this.translate(options);
  }

  // What is shown --------------------------------------------------------------------------------------------------

  /**
   * @param {Options} options
   * @returns {View}
   */
  build(options) {
    return new View(options, this.languages.wording(options.language), this.small, this.turns, {
      ask: () => this.asking.ask(),
      open: () => this.open(),
      close: () => this.close(),
      escape: () => this.escape(),
      opened: () => this.opened(),
    });
  }

  /**
   * Follows the page: builds the view again if it has other options now.
   * @param {Options} options
   */
  follow(options) {
    if (JSON.stringify(options) === JSON.stringify(this.options)) return;
    this.options = options;
    if (this.languages.has(options.language)) this.renew(options);
    else this.translate(options);
  }

  /**
   * Fetches the words of a language. What is shown stays until they are there, or for PATIENCE.
   * @param {Options} options
   */
  async translate(options) {
    const loading = this.languages.load(options.language);
    const inTime = await Promise.race([loading, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    if (this.options === options) this.renew(options);
    if (!inTime && (await loading) && this.options === options) this.renew(options);
  }

  /**
   * Builds the view again. Conversation, draft, focus and whether the chat is open stay.
   * @param {Options} options
   */
  renew(options) {
    const { composer, options: before, panel } = this.view;
    if (options.endpoint !== before.endpoint) this.client = new Client(this.host);
    if (options.endpoint !== before.endpoint || options.policy !== before.policy) this.policy = null;
    const { focused } = this;
    this.takeOff();
    this.view = this.build(options);
    this.root.replaceChildren(...this.view.nodes);
    this.putOn();
    this.view.composer.question = composer.question;
    this.showPolicy();
    this.showAfter();
    if (panel.open) this.view.panel.show();
    if (panel.open || options.inline) this.loadPolicy();
    if (this.asking.busy) this.asking.setWaiting(true);
    if (this.view.panel.open) this.view.conversation.showNewest();
    if (focused) this.focusOn(focused === composer.box);
    this.ready = true;
    if (this.openWhenReady) this.open();
    this.openWhenReady = false;
  }

  /**
   * Gives the focus to the part that replaces the one that had it.
   * @param {boolean} wasInBox
   */
  focusOn(wasInBox) {
    const { composer, launcher, options, panel } = this.view;
    if (wasInBox) composer.focus();
    else if (panel.open || options.inline) panel.title.focus();
    else launcher.focus();
  }

  get root() {
    return /** @type {ShadowRoot} */ (this.host.shadowRoot);
  }

  /** @returns {HTMLElement | null} what has the focus within the chat */
  get focused() {
    return /** @type {HTMLElement | null} */ (this.root.activeElement);
  }

  // On and off the page --------------------------------------------------------------------------------------------

  /** @param {() => void} languageChanged the language around the element may be another */
  connect(languageChanged) {
    this.language = observeLanguage(this.host, languageChanged);
    this.small.addEventListener("change", this.fit);
    document.addEventListener("keydown", this.closeFromPage);
    this.putOn();
    this.view.panel.fit(); // a dialog that was moved has left the top layer
    if (this.view.panel.open) this.view.conversation.showNewest();
    if (this.view.options.inline || this.view.panel.open) this.loadPolicy();
  }

  disconnect() {
    this.language?.disconnect();
    this.small.removeEventListener("change", this.fit);
    document.removeEventListener("keydown", this.closeFromPage);
    this.takeOff();
  }

  /** Puts the parts that are fixed to the window into their place. */
  putOn() {
    const { launcher, layer, options, panel } = this.view;
    if (!layer) return;
    layer.connect();
    this.corner = { launcher, left: options.left, isOpen: () => panel.open, close: () => this.close() };
    corner.join(this.corner);
  }

  takeOff() {
    this.view.layer?.disconnect();
    if (this.corner) corner.leave(this.corner);
    this.corner = undefined;
  }

  /** The window has become small or large. */
  fit() {
    this.view.panel.fit();
  }

  /**
   * Escape closes the chat from anywhere on the page, so that it never covers what has the focus. A dialog of the page
   * has it for itself.
   * @param {KeyboardEvent} event
   */
  closeFromPage(event) {
    const inDialog = event.composedPath().some((node) => node instanceof Element && node.matches(DIALOG));
    if (event.key === "Escape" && !event.defaultPrevented && !isComposing(event) && !inDialog) this.close();
  }

  // Opening and closing --------------------------------------------------------------------------------------------

  open() {
    const { composer, layer, options, panel } = this.view;
    if (options.inline || panel.open) return;
    if (!this.ready) {
      this.openWhenReady = true;
      return;
    }
    this.opener = /** @type {HTMLElement | null} */ (document.activeElement);
    layer?.fit();
    panel.show();
    this.loadPolicy();
    if (!this.languages.has(options.language)) this.translate(this.options); // once more
    // In a small window an on-screen keyboard would hide what there is to read.
    (this.small.matches ? panel.title : composer).focus();
  }

  close() {
    const { launcher, panel } = this.view;
    if (!panel.open) return;
    const inside = this.focused !== null;
    panel.close();
    if (!inside) return;
    launcher.focus();
    if (!this.focused) this.opener?.focus();
  }

  /**
   * Tells the page what happened, in no visitor's words.
   * @param {"open" | "close" | "answer" | "refused" | "feedback" | "error"} name
   * @param {object} [detail]
   */
  tell(name, detail = {}) {
    this.host.dispatchEvent(new CustomEvent(`policy-chat-${name}`, { bubbles: true, composed: true, detail }));
  }

  /** The dialog has opened or closed. */
  opened() {
    const { open } = this.view.panel;
    if (open !== this.wasOpen) this.tell(open ? "open" : "close");
    this.wasOpen = open;
    this.view.launcher.setOpen(open);
    if (open && this.corner) corner.closeOthers(this.corner);
    corner.arrange();
  }

  /**
   * Escape within the chat removes what is in the way, or closes it. Tells if it had an effect: inline it may have none.
   * @returns {boolean}
   */
  escape() {
    const { composer, options } = this.view;
    if (composer.notice.active) {
      composer.notice.dismiss();
      composer.focus();
      return true;
    }
    this.close();
    return !options.inline;
  }

  // The policy -----------------------------------------------------------------------------------------------------

  /** Fetches title, dates and starter questions once, and the personal-data rules; the chat works without them too. */
  async loadPolicy() {
    if (this.policy) return;
    this.client.rules();
    try {
      this.policy = await this.client.policy(this.view.options.policy);
    } catch {
      this.unreachable = true;
    }
    this.showPolicy();
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
    const links = this.unreachable ? Array.from(this.host.querySelectorAll("a")) : [];
    conversation.showAbout(renderAbout(policy, wording, this.host.service, links));
  }

  // The conversation -----------------------------------------------------------------------------------------------

  /** @param {Turn} turn */
  showAnswer(turn) {
    const { composer, conversation } = this.view;
    this.turns.push(turn);
    if (!UNANSWERED.includes(turn.answer.outcome)) composer.question = "";
    conversation.add(turn);
    this.showAfter();
    const { outcome, policy, language, citations } = turn.answer;
    this.tell("answer", { outcome, policy: policy.id, language, citations: citations.length });
    if (outcome !== "answered") this.tell("refused", { reason: outcome, policy: policy.id });
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
    conversation.say("");
    const rules = await this.client.rules();
    const comment = opinion.comment && rules ? maskPersonalData(opinion.comment, rules).text : opinion.comment;
    try {
      await this.client.judge({ answer_id: id, policy: policy.id, outcome, ...opinion, comment });
    } catch {
      conversation.say(wording.say.failed);
      return false;
    }
    this.tell("feedback", { helpful: opinion.helpful, reason: opinion.reason, outcome, policy: policy.id });
    return true;
  }

  async copy() {
    const { conversation, wording } = this.view;
    try {
      await copyText(transcript(this.turns, wording), this.view.panel.node);
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
    printPaper(wording, this.style, title, policy && renderDates(policy, wording), shown);
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
