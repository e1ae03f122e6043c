// The chat: coordinates its parts. Its state outlives its view, which is rebuilt when the options change.

import { renderAbout, renderStarters } from "./about.js";
import { After } from "./after.js";
import { Asking } from "./asking.js";
import { renderBanner } from "./banner.js";
import { Client } from "./client.js";
import * as corner from "./corner.js";
import { isComposing } from "./dom.js";
import { Focus } from "./focus.js";
import { Languages } from "./languages.js";
import { Memory } from "./memory.js";
import { observeLanguage } from "./options.js";
import { maskPersonalData } from "./personal-data.js";
import { View } from "./view.js";

/** @typedef {import("./options.js").Options} Options */
/** @typedef {import("./protocol.js").Turn} Turn */

/**
 * The element, as the chat uses it. `service` is the service's URL.
 * @typedef {HTMLElement & { timeout: number, request: import("./client.js").Request, service: URL }} Host
 */

const SMALL = "(max-width: 480px), (max-height: 480px)"; // the chat fills a window this small
const DIALOG = "dialog[open], [role=dialog], [role=alertdialog]";

const PATIENCE = 1_000; // milliseconds to wait for a language's labels before the chat appears in English

export class Chat {
  /**
   * Builds the chat. It appears on the page once `view.nodes` are in the host's shadow root.
   * @param {Host} host
   * @param {CSSStyleSheet} style
   * @param {import("./labels.js").Labels} english
   * @param {Options} options
   * @param {(work: () => void) => void} attempt runs delayed work, unless the chat has been abandoned; if the work fails,
   *   the chat is abandoned
   */
  constructor(host, style, english, options, attempt) {
    this.host = host;
    this.style = style;
    this.attempt = attempt;
    this.client = new Client(host);
    this.languages = new Languages(english, { words: (language) => this.client.words(language) });
    this.memory = this.findMemory(options);
    const { turns, draft } = this.memory?.recall() ?? { turns: [], draft: "" };
    /** Oldest first. */
    this.turns = turns;
    /** @type {import("./protocol.js").Policy | null} */
    this.policy = null;
    /** Whether the policy could not be fetched; if so, the page's own links are shown. */
    this.unreachable = false;
    this.small = matchMedia(SMALL);
    this.asking = new Asking(this);
    this.after = new After(this);
    /** The page's current options; `view` may still have the previous ones. */
    this.options = options;
    this.openWhenReady = false;
    this.wasOpen = false;
    this.view = this.build(options);
    this.view.composer.question = draft;
    /** @type {Focus | null} null until the view is on the page */
    this.focus = null;
    this.showPolicy();
    this.after.show();
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
    return new View(options, this.languages.wording(options.language, this.policy), this.small, this.turns, {
      ask: () => this.asking.ask(),
      open: () => this.open(),
      close: () => this.close(),
      escape: () => this.escape(),
      opened: () => this.opened(),
    });
  }

  /**
   * Follows the page: rebuilds the view if the options have changed.
   * @param {Options} options
   */
  follow(options) {
    if (JSON.stringify(options) === JSON.stringify(this.options)) return;
    this.options = options;
    if (this.languages.has(options.language)) this.renew(options);
    else this.translate(options);
  }

  /**
   * Fetches a language's labels, then renews the view. The old view stays until they arrive, but no longer than PATIENCE.
   * @param {Options} options
   */
  async translate(options) {
    const loading = this.languages.load(options.language);
    const inTime = await Promise.race([loading, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    const renew = () => this.options === options && this.renew(options);
    this.attempt(renew);
    if (!inTime && (await loading)) this.attempt(renew);
  }

  /**
   * Rebuilds the view. Keeps the conversation, the draft, the focus, and whether the chat is open.
   * @param {Options} options
   */
  renew(options) {
    const { composer, options: before, panel } = this.view;
    if (options.endpoint !== before.endpoint) this.client = new Client(this.host);
    if (options.endpoint !== before.endpoint || options.policy !== before.policy) this.policy = null;
    const { focused } = this;
    const memory = this.findMemory(options);
    if (this.memory?.key !== memory?.key) this.memory?.forget();
    this.memory = memory;
    this.takeOff();
    this.view = this.build(options);
    this.root.replaceChildren(...this.view.nodes);
    this.putOn();
    this.view.composer.question = composer.question;
    this.showPolicy();
    this.after.show();
    if (panel.open) this.view.panel.show();
    if (panel.open || options.inline) this.loadPolicy();
    if (this.view.panel.open) this.view.conversation.showNewest();
    if (this.asking.busy) this.asking.showWaiting();
    if (focused) this.focusOn(focused);
    this.keep();
    this.ready = true;
    if (this.openWhenReady) this.open();
    this.openWhenReady = false;
  }

  /**
   * Moves the focus to the part that replaces the one that had it.
   * @param {HTMLElement} before
   */
  focusOn({ id }) {
    const { launcher, options, panel } = this.view;
    const after = id && this.root.getElementById(id);
    if (after) after.focus();
    else if (panel.open || options.inline) panel.title.focus();
    else launcher.focus();
  }

  get root() {
    return /** @type {ShadowRoot} */ (this.host.shadowRoot);
  }

  /** @returns {HTMLElement | null} the part of the chat that has the focus */
  get focused() {
    return /** @type {HTMLElement | null} */ (this.root.activeElement);
  }

  // On and off the page --------------------------------------------------------------------------------------------

  /** @param {() => void} languageChanged called when the language around the element may have changed */
  connect(languageChanged) {
    this.focus ??= new Focus(this.root);
    const focused = this.focus.part;
    this.language = observeLanguage(this.host, languageChanged);
    this.off = new AbortController();
    const { signal } = this.off;
    this.small.addEventListener("change", () => this.view.panel.fit(), { signal });
    document.addEventListener("keydown", (event) => this.closeFromPage(event), { signal });
    // The visitor leaves the page, or may do so.
    document.addEventListener("visibilitychange", () => document.hidden && this.keep(), { signal });
    window.addEventListener("pageshow", (event) => this.shown(event), { signal });
    this.putOn();
    this.view.panel.fit(); // a dialog that was moved has left the top layer
    if (this.view.panel.open) this.view.conversation.showNewest();
    focused?.focus();
    if (this.view.options.inline || this.view.panel.open) this.loadPolicy();
  }

  disconnect() {
    this.language?.disconnect();
    this.off?.abort();
    this.takeOff();
    this.keep();
  }

  /** Reacts when the element has left the page, and was not just moved. */
  leave() {
    if (this.focus) this.focus.part = null;
    this.asking.abort("left");
  }

  /** Puts the parts that are fixed to the window in place. */
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

  /**
   * Closes the chat when Escape is pressed anywhere on the page, so that it never covers what has the focus. In a dialog
   * of the page, Escape belongs to the dialog.
   * @param {KeyboardEvent} event
   */
  closeFromPage(event) {
    const inDialog = event.composedPath().some((node) => node instanceof Element && node.matches(DIALOG));
    if (event.key === "Escape" && !event.defaultPrevented && !isComposing(event) && !inDialog) this.close();
  }

  // What the tab keeps ---------------------------------------------------------------------------------------------

  /**
   * Returns the store of the conversation, or null if the page did not ask for one. Chats on the same page differ in
   * their policies or ids.
   * @param {Options} options
   */
  findMemory({ remember, policy }) {
    if (!remember) return null;
    return new Memory(["policy-chat", this.host.service.href, policy ?? "", this.host.id].join(" "));
  }

  /** Saves the conversation, and the draft without personal data. Without the rules for that, no draft is saved. */
  keep() {
    if (!this.memory) return;
    const draft = this.view.composer.question || this.asking.written;
    const { known } = this.client;
    this.memory.save(this.turns, draft && known ? maskPersonalData(draft, known).text : "");
  }

  /**
   * Reads the conversation again when the browser restores the page: another page in the tab may have continued it.
   * @param {PageTransitionEvent} event
   */
  shown({ persisted }) {
    if (!persisted || !this.memory || this.asking.busy) return;
    const { turns, draft } = this.memory.recall();
    this.turns.splice(0, this.turns.length, ...turns);
    this.view.composer.question = draft;
    this.attempt(() => this.renew(this.options));
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
    if (!this.languages.has(options.language)) this.translate(this.options); // tries again
    // In a small window, an on-screen keyboard would hide the text.
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
   * Tells the page what happened, without the visitor's words.
   * @template {keyof import("./events.js").Details} Name
   * @param {Name} name
   * @param {import("./events.js").Details[Name]} detail
   */
  tell(name, detail) {
    this.host.dispatchEvent(new CustomEvent(`policy-chat-${name}`, { bubbles: true, composed: true, detail }));
  }

  /** Reacts when the dialog has opened or closed. */
  opened() {
    const { open } = this.view.panel;
    if (open !== this.wasOpen) this.tell(open ? "open" : "close", {});
    this.wasOpen = open;
    this.view.launcher.setOpen(open);
    if (open && this.corner) corner.closeOthers(this.corner);
    corner.arrange();
  }

  /**
   * Reacts to Escape within the chat: dismisses a notice, or closes the chat. Returns whether it did; inline, it may not.
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

  /** Fetches the title, dates, starter questions, and personal-data rules, once. The chat also works without them. */
  async loadPolicy() {
    if (this.policy) return;
    this.client.rules();
    try {
      this.policy = await this.client.policy(this.view.options.policy);
    } catch {
      this.unreachable = true;
    }
    // Labels of the owner's own, and the language, are part of everything that is shown.
    const renews = this.languages.wording(this.options.language, this.policy).say !== this.view.wording.say;
    this.attempt(() => (renews ? this.renew(this.options) : this.showPolicy()));
    // Only the policy says whether the service takes feedback and questions.
    if (!renews && !this.asking.busy) this.attempt(() => this.after.show());
  }

  showPolicy() {
    const { policy } = this;
    const { conversation, options, wording } = this.view;
    const own = options.starters.length > 0;
    const questions = own ? options.starters : (policy?.starters ?? []);
    const lang = own ? null : wording.quotedIn(policy?.language);
    const starters = renderStarters(questions, lang, wording, (question) => this.choose(question));
    conversation.replace("starters", starters);
    conversation.replace("banner", renderBanner(policy, wording));
    const links = this.unreachable ? Array.from(this.host.querySelectorAll("a")) : [];
    conversation.replace("about", renderAbout(policy, wording, this.host.service, options.remember, links));
  }

  // The conversation -----------------------------------------------------------------------------------------------

  /**
   * Asks a question that the visitor chose from a list.
   * @param {string} question
   */
  choose(question) {
    this.view.conversation.focus(); // the button disappears, and focus in the box would open a phone's keyboard
    this.asking.ask(question);
  }

  /** @param {Turn} turn */
  showAnswer(turn) {
    const { conversation } = this.view;
    conversation.add(turn);
    this.turns.push(turn);
    if (this.policy?.paused) {
      this.policy.paused = null; // the owner has ended the pause
      this.showPolicy();
    }
    this.after.show();
    conversation.showNewest();
    const { outcome, policy, language, citations } = turn.answer;
    this.tell("answer", { outcome, policy: policy.id, language, citations: citations.length });
    if (outcome !== "answered") this.tell("refused", { reason: outcome, policy: policy.id });
  }

  clear() {
    const { composer, conversation, wording } = this.view;
    this.asking.abort("cleared");
    this.turns.length = 0;
    conversation.clear();
    composer.question = "";
    this.asking.draft = "";
    composer.notice.dismiss();
    this.memory?.forget();
    conversation.say(wording.say.cleared);
    composer.focus();
  }
}
