// <policy-chat endpoint="https://…">: asks an AskPolicy service about a privacy policy and shows its cited answers.
//
// The conversation lives in this element and nowhere else: no cookies, no storage, no other hosts. Everything is shown
// with textContent, so that it works with a strict Content Security Policy and with Trusted Types enforced.

import { element, fill, icon, webAddress } from "./dom.js";
import { findPersonalData, maskPersonalData } from "./personal_data.js";
import { labels, rules, style } from "./data.js"; // written by assemble.py

const PATIENCE = 2_000; // milliseconds until a visitor is told that the search goes on
const TIMEOUT = 20_000; // milliseconds until it is given up
const HISTORY = 8; // earlier questions that are sent
const UNSURE = 0.7; // an answer with less confidence says so
const WAIT = 10; // seconds to wait where the service does not say how long
const SMALL = "(max-width: 480px), (max-height: 480px)"; // the chat fills such a window

const FAILURES = { 429: "too_many", 502: "unavailable", 503: "unavailable", 504: "unavailable" };
const JUDGED = ["answered", "not_covered", "off_topic", "unsupported_language"]; // outcomes that feedback is asked for
const UNANSWERED = ["empty", "too_long", "error"]; // outcomes after which the question can be mended in its box
const REASONS = ["wrong", "incomplete", "unclear", "other"];

const ICONS = {
  chat: "M4 5h16v11H11l-5 4v-4H4z",
  close: "M6 6l12 12M18 6L6 18",
  yes: "M7 11v9H4v-9zM7 11l4-7c2 0 3 1 2.500 3L13 10h6l-1 8c0 1-1 2-2 2H7",
  no: "M17 13V4h3v9zM17 13l-4 7c-2 0-3-1-2.500-3L11 14H5l1-8c0-1 1-2 2-2h9",
  copy: "M9 8h11v12H9zM15 8V4H4v12h5",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  clear: "M5 12a7 7 0 1 0 2-5L4 10M4 4v6h6",
};

/** Why a question or feedback did not get through: `label` names what is said about it. */
class Failure extends Error {
  constructor(label, seconds) {
    super(label);
    this.label = label;
    this.seconds = seconds;
  }
}

// Where a page is rendered on a server there is no HTMLElement; importing the module does no harm there.
export class PolicyChat extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ["endpoint", "greeting", "heading", "language", "mode", "policy"];

  /** Milliseconds until a request is given up. */
  timeout = TIMEOUT;

  #root = this.attachShadow({ mode: "open" });
  #small = matchMedia(SMALL);
  #turns = []; // { question, answer }, oldest first
  #policy = null;
  #sending = null; // AbortController of the question under way

  #labels;
  #launcher;
  #panel;
  #title;
  #scroller;
  #about;
  #starters;
  #log;
  #after;
  #waiting;
  #status;
  #alert;
  #notice;
  #box;
  #submit;

  connectedCallback() {
    this.#build();
    this.#small.addEventListener("change", this.#fit);
    document.addEventListener("keydown", this.#closeFromPage);
    if (this.#inline) this.#loadPolicy();
  }

  disconnectedCallback() {
    this.#small.removeEventListener("change", this.#fit);
    document.removeEventListener("keydown", this.#closeFromPage);
    this.#sending?.abort("left");
  }

  attributeChangedCallback(name, before, after) {
    if (!this.#panel || before === after) return;
    const draft = this.#box.value;
    const open = this.#panel.open;
    if (name === "endpoint" || name === "policy") this.#policy = null;
    this.#build();
    this.#box.value = draft;
    if (open) this.#show();
    if (open || this.#inline) this.#loadPolicy();
  }

  /** Opens the chat and puts the focus into it. Inline, it is always open. */
  open() {
    if (this.#inline || this.#panel.open) return;
    this.#show();
    this.#loadPolicy();
    // In a small window an on-screen keyboard would hide what there is to read.
    (this.#small.matches ? this.#title : this.#box).focus();
  }

  /** Closes the chat and gives the focus back to the launcher. Inline, it stays open. */
  close() {
    if (!this.#panel.open) return;
    const inside = this.#root.activeElement !== null;
    this.#panel.close();
    this.#closed();
    if (inside) this.#launcher.focus();
  }

  /**
   * Asks what stands in the box, or `question`. A question with personal data is not sent before the visitor has been
   * warned. Never rejects: what goes wrong is shown.
   */
  async ask(question = this.#box.value) {
    if (this.#sending) return;
    this.#box.value = question;
    this.#dismiss();
    const text = question.trim();
    const kinds = [...new Set(findPersonalData(text, rules).map((found) => found.kind))];
    if (!text) {
      this.#complain(this.#labels.empty);
      this.#box.focus();
    } else if (kinds.length) {
      this.#warn(text, kinds);
    } else {
      await this.#send(text);
    }
  }

  /** Forgets the conversation. */
  clear() {
    this.#sending?.abort("cleared");
    this.#turns = [];
    this.#log.replaceChildren();
    this.#after.replaceChildren();
    this.#starters.hidden = false;
    this.#box.value = "";
    this.#dismiss();
    this.#say(this.#labels.cleared);
    this.#box.focus();
  }

  /** Prints the conversation alone, without the page around it. */
  print() {
    const paper = element("div", { "data-policy-chat-paper": true, lang: this.#language });
    const sheets = document.adoptedStyleSheets;
    const only = new CSSStyleSheet();
    only.replaceSync("@media print { body > :not([data-policy-chat-paper]) { display: none !important } }");
    const title = element("h1", {}, this.#title.textContent);
    const root = paper.attachShadow({ mode: "open" });
    root.append(element("main", { class: "paper" }, title, this.#dates(), this.#shownTurns()));
    root.adoptedStyleSheets = this.#root.adoptedStyleSheets;
    document.body.append(paper);
    document.adoptedStyleSheets = [...sheets, only];
    const restore = () => {
      paper.remove();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== only);
    };
    window.addEventListener("afterprint", restore, { once: true });
    window.print();
  }

  /**
   * Sends one request to the service: GET, or POST where there is a `body`. Returns a promise of a Response. A page or
   * a test may put its own function here.
   */
  request(path, body, signal) {
    const url = new URL(path, this.#base);
    const accept = { Accept: "application/json" };
    const outside = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", signal };
    if (!body) return fetch(url, { headers: accept, ...outside });
    const headers = { ...accept, "Content-Type": "application/json" };
    return fetch(url, { method: "POST", headers, body: JSON.stringify(body), ...outside });
  }

  get #inline() {
    return this.getAttribute("mode") === "inline";
  }

  /** Where the service is; without an `endpoint`, the one that this script came from. */
  get #base() {
    const endpoint = this.getAttribute("endpoint");
    return endpoint ? new URL(endpoint.replace(/\/?$/, "/"), document.baseURI) : new URL(".", import.meta.url);
  }

  /** The language of the interface: as named, or the page's, or English. */
  get #language() {
    const named = this.getAttribute("language") || this.closest("[lang]")?.lang || "en";
    const code = named.toLowerCase().split("-")[0];
    return code in labels ? code : "en";
  }

  /** `lang` of what is quoted from the policy, where it differs from the interface's. */
  get #quotedLanguage() {
    return this.#language === "en" ? null : "en";
  }

  #build() {
    const say = (this.#labels = labels[this.#language]);
    const heading = this.getAttribute("heading") || say.heading;
    this.#title = element("h2", { id: "title", tabindex: "-1" }, heading);
    this.#about = element("div", { class: "about" });
    this.#starters = element("div", { class: "starters", hidden: this.#turns.length > 0 });
    this.#log = element("div", { role: "log", "aria-label": say.conversation }, this.#shownTurns());
    this.#after = element("div", { class: "after" });
    this.#waiting = element("p", { class: "waiting", hidden: true }, say.searching);
    // Inline the page scrolls, in the launcher's panel this part does: it can then be reached with the keyboard.
    this.#scroller = element(
      "div",
      { class: "scroller", role: "group", "aria-labelledby": "title", tabindex: this.#inline ? "-1" : "0" },
      element("p", { class: "greeting" }, this.getAttribute("greeting") || say.greeting),
      this.#about,
      this.#starters,
      this.#log,
      this.#waiting,
      this.#after,
    );
    this.#status = element("p", { class: "status", role: "status" });
    this.#alert = element("p", { role: "alert" });
    this.#notice = element("div", { class: "note" }, this.#alert);
    this.#box = element("textarea", {
      id: "question",
      rows: "2",
      "aria-describedby": "hint",
      input: () => this.#dismiss(),
      keydown: (event) => {
        // While a word is being composed (Chinese, Vietnamese) Enter belongs to it.
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.ask();
      },
    });
    this.#submit = element("button", { type: "submit", class: "primary" }, say.ask);
    const form = element(
      "form",
      { novalidate: true, submit: (event) => (event.preventDefault(), this.ask()) },
      this.#notice,
      element("label", { for: "question" }, say.question),
      element("div", { class: "entry" }, this.#box, this.#submit),
      element("p", { id: "hint", class: "quiet" }, say.hint),
    );
    const close = this.#button(null, "close", () => this.close(), { "aria-label": say.close, class: "close" });
    this.#panel = element(
      this.#inline ? "section" : "dialog",
      {
        class: "panel",
        "aria-labelledby": "title",
        lang: this.#language,
        keydown: this.#keys,
        close: this.#closed,
      },
      element("header", {}, this.#title, !this.#inline && close),
      this.#scroller,
      this.#status,
      form,
    );
    this.#launcher = element(
      "button",
      {
        type: "button",
        class: "launcher",
        lang: this.#language,
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        click: () => this.open(),
      },
      icon(ICONS.chat),
      heading,
    );
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.replaceChildren(...(this.#inline ? [] : [this.#launcher]), this.#panel);
    this.#showStarters();
    this.#showPolicy();
    if (this.#turns.length) this.#showAfter(this.#turns.at(-1));
  }

  /** A button with a drawing, a text, or both. */
  #button(text, drawing, act, attributes = {}) {
    return element("button", { type: "button", click: act, ...attributes }, drawing && icon(ICONS[drawing]), text);
  }

  #link(url, ...words) {
    // noopener: without it a browser does not scroll to the quoted words.
    const outside = { href: url, target: "_blank", rel: "noopener noreferrer" };
    return element(
      "a",
      outside,
      ...words,
      element("span", { class: "unseen" }, ` (${this.#labels.new_tab})`),
      element("span", { "aria-hidden": "true" }, "\u00a0↗"),
    );
  }

  // Opening and closing ------------------------------------------------------------------------------------------

  /** In a small window the chat fills the screen, and the page behind it is out of reach until it is closed. */
  #show() {
    if (this.#small.matches) this.#panel.showModal();
    else this.#panel.show();
    this.#launcher.hidden = true;
    this.#launcher.setAttribute("aria-expanded", "true");
  }

  #closed = () => {
    if (this.#panel.open || this.#inline) return;
    this.#launcher.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "false");
  };

  /** The window became small or large: shows the open chat the other way, with the focus where it was. */
  #fit = () => {
    if (this.#inline || !this.#panel.open) return;
    const focused = this.#root.activeElement;
    this.#panel.close();
    this.#show();
    focused?.focus();
  };

  #keys = (event) => {
    // What is typed here is no shortcut of the page around.
    event.stopPropagation();
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    if (this.#alert.textContent) {
      this.#dismiss();
      this.#box.focus();
    } else {
      this.close();
    }
  };

  /** Escape closes the chat from anywhere on the page, so that it never covers what has the focus. */
  #closeFromPage = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) this.close();
  };

  // The policy ----------------------------------------------------------------------------------------------------

  /** Fetches title, dates and starter questions once; the chat works without them too. */
  async #loadPolicy() {
    if (this.#policy) return;
    try {
      const id = this.getAttribute("policy") || (await this.#exchange("v1/policies")).policies[0].id;
      this.#policy = await this.#exchange(`v1/policies/${encodeURIComponent(id)}`);
    } catch {
      return;
    }
    this.#showStarters();
    this.#showPolicy();
  }

  #showPolicy() {
    const say = this.#labels;
    const url = webAddress(this.#policy?.url);
    const keeps = new URL(`privacy?language=${this.#language}`, this.#base);
    this.#about.replaceChildren(
      this.#dates() ?? "",
      element("p", {}, say.keeps_nothing),
      element("p", { class: "row" }, this.#link(keeps, say.keeps), url ? this.#link(url, say.whole_policy) : ""),
    );
  }

  /** Which policy answers, since when it is in effect, and when it was updated. */
  #dates() {
    if (!this.#policy) return null;
    const { title, effective, updated } = this.#policy;
    const dates = [
      effective && fill(this.#labels.in_effect, { date: this.#date(effective) }).join(""),
      updated && fill(this.#labels.updated, { date: this.#date(updated) }).join(""),
    ].filter(Boolean);
    return element(
      "p",
      { class: "row" },
      element("span", { lang: this.#quotedLanguage }, title),
      dates.map((date) => [" ", element("span", {}, date)]),
    );
  }

  /** An ISO date in the interface's language, or as it is where the browser does not speak it. */
  #date(iso) {
    const day = new Date(`${iso}T12:00:00`);
    const spoken = Intl.DateTimeFormat.supportedLocalesOf([this.#language]);
    return spoken.length ? new Intl.DateTimeFormat(spoken, { dateStyle: "long" }).format(day) : iso;
  }

  /** The page's own starter questions (`<li>` within the element), or those of the policy. */
  #showStarters() {
    const own = [...this.querySelectorAll("li")].map((item) => item.textContent.trim());
    const questions = own.length ? own : (this.#policy?.starters ?? []);
    const language = own.length ? null : this.#quotedLanguage;
    const ask = (question) => {
      this.#scroller.focus(); // the button goes away, and a box with the focus would bring up a phone's keyboard
      this.ask(question);
    };
    const items = questions.map((question) =>
      element("li", { lang: language }, this.#button(question, null, () => ask(question))),
    );
    const heading = element("p", { id: "starters" }, this.#labels.starters);
    const list = element("ul", { "aria-labelledby": "starters" }, items);
    this.#starters.replaceChildren(...(items.length ? [heading, list] : []));
  }

  // Asking ----------------------------------------------------------------------------------------------------------

  async #send(question) {
    const sending = (this.#sending = new AbortController());
    const patience = setTimeout(() => {
      this.#waiting.hidden = true;
      this.#say(this.#labels.searching); // read out, where the answer takes time
    }, PATIENCE);
    this.#setWaiting(true);
    try {
      const answer = await this.#exchange(
        "v1/answers",
        {
          question,
          // As the service cleaned them.
          history: this.#turns.map((turn) => turn.answer.question).filter(Boolean).slice(-HISTORY),
          policy: this.getAttribute("policy"),
          language: this.#language,
        },
        sending,
      );
      this.#showAnswer({ question: answer.question || question, answer });
    } catch (failure) {
      if (sending.signal.aborted && sending.signal.reason !== "slow") return;
      this.#fail(failure);
    } finally {
      clearTimeout(patience);
      this.#sending = null;
      this.#setWaiting(false);
    }
  }

  /** What the service answers to one request. Raises Failure. */
  async #exchange(path, body, controller = new AbortController()) {
    const { signal } = controller;
    const timer = setTimeout(() => controller.abort("slow"), this.timeout);
    const givenUp = new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Failure(signal.reason)));
    });
    try {
      return await Promise.race([this.#read(path, body, signal), givenUp]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(path, body, signal) {
    let response;
    try {
      response = await this.request(path, body, signal);
    } catch {
      throw new Failure("offline");
    }
    if (!response.ok) {
      const label = FAILURES[response.status];
      if (!label) throw new Failure("failed");
      // At least 2: "1 seconds" reads badly.
      throw new Failure(label, Math.max(Number(response.headers.get("Retry-After")) || WAIT, 2));
    }
    try {
      return await response.json();
    } catch {
      throw new Failure("failed");
    }
  }

  #setWaiting(waiting) {
    this.#waiting.hidden = !waiting;
    this.#box.readOnly = waiting;
    this.#submit.setAttribute("aria-disabled", waiting);
    if (!waiting) return;
    this.#say("");
    this.#after.replaceChildren();
    this.#waiting.scrollIntoView({ block: "nearest" });
  }

  /** Shows a finished answer: one addition to the log, and so one announcement. */
  #showAnswer(turn) {
    this.#turns.push(turn);
    this.#starters.hidden = true;
    if (!UNANSWERED.includes(turn.answer.outcome)) this.#box.value = "";
    this.#say("");
    this.#waiting.hidden = true;
    const shown = this.#turn(turn);
    this.#log.append(shown);
    this.#showAfter(turn);
    shown.scrollIntoView({ block: this.#inline ? "nearest" : "start" });
  }

  #say(words) {
    this.#status.textContent = words;
  }

  // What is in the way ----------------------------------------------------------------------------------------------

  /** Says `words` at once; `more` stands below them. */
  #complain(words, ...more) {
    while (this.#alert.nextSibling) this.#alert.nextSibling.remove();
    this.#alert.textContent = words;
    this.#notice.append(...more);
  }

  #dismiss() {
    this.#complain("");
  }

  #fail({ label, seconds }) {
    const say = this.#labels;
    const wait = seconds && fill(say.wait, { seconds }).join("");
    this.#say("");
    this.#complain(
      [say[label], wait, say.kept].filter(Boolean).join(" "),
      this.#button(say.retry, null, () => (this.#box.focus(), this.ask())),
    );
    if (this.#turns.length) this.#showAfter(this.#turns.at(-1));
  }

  /** Warns before personal data is sent, and offers to take it out. */
  #warn(question, kinds) {
    const say = this.#labels;
    const { text } = maskPersonalData(question, rules);
    const send = (words) => {
      this.#dismiss();
      this.#box.value = words;
      this.#box.focus();
      this.#send(words);
    };
    const takeOut = this.#button(say.take_out_and_ask, null, () => send(text), { class: "primary" });
    this.#complain(
      fill(say.personal_data_found, { kinds: this.#kinds(kinds) }).join(""),
      element("p", { class: "preview" }, text),
      element("div", { class: "choices" }, takeOut, this.#button(say.ask_as_it_is, null, () => send(question))),
    );
    takeOut.focus();
  }

  #kinds(kinds) {
    return kinds.map((kind) => this.#labels[`kind_${kind}`] ?? kind.replaceAll("_", " ")).join(", ");
  }

  // An answer -------------------------------------------------------------------------------------------------------

  #shownTurns() {
    return this.#turns.map((turn) => this.#turn(turn));
  }

  /** One question and its answer. */
  #turn({ question, answer }) {
    const say = this.#labels;
    const unsure = answer.outcome === "answered" && answer.confidence < UNSURE;
    return element(
      "article",
      { class: "turn", "data-outcome": answer.outcome },
      element("h3", {}, element("span", { class: "unseen" }, `${say.you_asked} `), question),
      answer.warnings.map((warning) => this.#warning(warning)),
      unsure && element("p", { class: "warning" }, say.unsure),
      answer.citations.length ? this.#cited(answer) : element("p", {}, answer.text),
      this.#nextSteps(answer.next_steps),
    );
  }

  #warning({ code, kinds }) {
    const words = this.#labels[`warning_${code}`];
    if (!words) return null;
    return element("p", { class: "warning" }, fill(words, { kinds: this.#kinds(kinds) }));
  }

  /** What an answer says besides its quotes, such as "Yes.", or all of it, where it is not made of them; the quotes. */
  #cited({ text, citations }) {
    const quotes = citations.map(({ quote, number }) => `${quote.split(/\s+/).join(" ")} [${number}]`).join(" ");
    const own = text.endsWith(quotes) ? text.slice(0, -quotes.length).trim() : text;
    return [own && element("p", { class: "own" }, own), ...citations.map((citation) => this.#citation(citation))];
  }

  #citation({ number, quote, section, url }) {
    const language = this.#quotedLanguage;
    const place = fill(this.#labels.read_in_policy, { section: element("span", { lang: language }, section) });
    const address = webAddress(url);
    return element(
      "figure",
      {},
      element("blockquote", { lang: language }, element("span", { class: "number" }, number), " ", quote),
      element("figcaption", {}, address ? this.#link(address, ...place) : place),
    );
  }

  /** The contacts that belong to the outcome, those of them that have an address. */
  #nextSteps(steps) {
    const addressed = steps.filter(({ url }) => webAddress(url));
    const items = addressed.map(({ name, url }) => element("li", {}, this.#link(url, name)));
    return items.length > 0 && element("ul", { class: "next" }, items);
  }

  // After an answer -------------------------------------------------------------------------------------------------

  /** Feedback on the newest answer, and what can be done with the conversation. */
  #showAfter(turn) {
    const say = this.#labels;
    this.#after.replaceChildren(
      turn.answer.id && JUDGED.includes(turn.answer.outcome) ? this.#feedback(turn) : "",
      element(
        "div",
        { class: "tools" },
        this.#button(say.copy, "copy", () => this.#copy()),
        this.#button(say.print, "print", () => this.print()),
        this.#button(say.clear, "clear", () => this.clear()),
      ),
    );
  }

  #feedback(turn) {
    const say = this.#labels;
    const area = element("div", { class: "feedback" });
    const yes = this.#button(say.helpful_yes, "yes", () => this.#sendFeedback(area, turn, { helpful: true }));
    const no = this.#button(
      say.helpful_no,
      "no",
      () => {
        const open = no.getAttribute("aria-expanded") === "true";
        no.setAttribute("aria-expanded", !open);
        if (open) return area.lastChild.remove();
        area.append(this.#feedbackForm(area, turn, no));
        area.querySelector("input").focus();
        area.scrollIntoView();
      },
      { "aria-expanded": "false" },
    );
    const question = element("span", { id: "helpful" }, say.helpful);
    const buttons = element("span", { class: "choices" }, yes, no);
    area.append(element("div", { class: "judge", role: "group", "aria-labelledby": "helpful" }, question, buttons));
    return area;
  }

  #feedbackForm(area, turn, opener) {
    const say = this.#labels;
    const words = { id: "comment", rows: "2", maxlength: "500", "aria-describedby": "comment-hint" };
    const comment = element("textarea", words);
    const share = element("input", { type: "checkbox", id: "share" });
    const cancel = () => (opener.click(), opener.focus());
    const send = (event) => {
      event.preventDefault();
      const reason = new FormData(event.target).get("reason");
      this.#sendFeedback(area, turn, {
        helpful: false,
        reason,
        comment: maskPersonalData(comment.value.trim(), rules).text || null,
        question: share.checked ? turn.question : null,
      });
    };
    return element(
      "form",
      { submit: send },
      element(
        "fieldset",
        {},
        element("legend", {}, say.reason),
        REASONS.map((reason) => {
          const choice = element("input", { type: "radio", name: "reason", value: reason });
          return element("label", {}, choice, say[`reason_${reason}`]);
        }),
      ),
      element("label", { for: "comment" }, say.comment),
      comment,
      element("p", { id: "comment-hint", class: "quiet" }, say.hint),
      element("label", { for: "share" }, share, say.share_question),
      element(
        "div",
        { class: "choices" },
        element("button", { type: "submit", class: "primary" }, say.send_feedback),
        this.#button(say.cancel, null, cancel),
      ),
    );
  }

  async #sendFeedback(area, { answer }, judgement) {
    const nothing = { reason: null, comment: null, question: null };
    const { id, policy, outcome } = answer;
    this.#say("");
    try {
      await this.#exchange("v1/feedback", { answer_id: id, policy: policy.id, outcome, ...nothing, ...judgement });
    } catch {
      this.#say(this.#labels.failed);
      return;
    }
    // The focus goes to the thanks, which is how they are announced: the button that had it is gone.
    const thanks = element("p", { class: "thanks", tabindex: "-1" }, this.#labels.thanks);
    area.replaceChildren(thanks);
    thanks.focus();
  }

  async #copy() {
    const say = this.#labels;
    const lines = this.#turns.flatMap(({ question, answer }) => [
      `${say.you_asked} ${question}`,
      answer.text,
      ...answer.citations.map(({ number, section, url }) => `[${number}] ${section} ${webAddress(url) ?? ""}`),
      ...answer.next_steps.map(({ name, url }) => `${name} ${webAddress(url) ?? ""}`),
      "",
    ]);
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      this.#say(say.copied);
    } catch {
      this.#say(say.failed);
    }
  }
}

if (globalThis.customElements && !customElements.get("policy-chat")) customElements.define("policy-chat", PolicyChat);
