// The custom element: its attributes, its life cycle, and the methods that a page may call.

// First: together, what is alike compresses better. Written by scripts/data.js.
import { english, languages, style } from "./data.js";

import { Chat } from "./chat.js";
import { ATTRIBUTES, readOptions, serviceAddress } from "./options.js";
import { sendRequest } from "./client.js";

const TIMEOUT = 20_000; // milliseconds until a request is given up

// There is no HTMLElement on a server that renders pages; importing the module does no harm there.
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? Object);

/**
 * Sets an attribute from its property; null and undefined remove it.
 * @param {Element} host
 * @param {string} name
 * @param {string | null | undefined} value
 */
function reflect(host, name, value) {
  if (value == null) host.removeAttribute(name);
  else host.setAttribute(name, value);
}

/**
 * A chat that asks an AskPolicy service about a privacy policy and shows its cited answers. `<li>` within the element are
 * its starter questions; its other content is shown if scripts do not run.
 *
 * @element policy-chat
 * @attr {string} endpoint - The service's address; without it, the one that the script came from.
 * @attr {"launcher" | "inline"} mode - A button in the corner that opens the chat, or the chat in its place on the page.
 * @attr {string} heading - The words at the top; without it, in the interface's language.
 * @attr {string} greeting - The words below the heading; without it, in the interface's language.
 * @attr {"en" | "es" | "pt" | "zh" | "ht" | "vi"} language - The interface's language; without it, the page's.
 * @attr {string} policy - Which policy is asked; without it, the service's own.
 * @attr {"right" | "left"} position - The corner of the launcher.
 * @attr {"none"} launcher - No button: the page opens the chat by `open()`.
 * @attr {"tab"} remember - The conversation is kept in this tab (sessionStorage) until the visitor starts over or closes it.
 * @attr {"light" | "dark" | "auto"} theme - `auto` follows the page's `color-scheme`; without it, what the visitor prefers.
 *
 * @csspart launcher - The button in the corner.
 * @csspart panel - The box around the chat.
 * @csspart header - The bar at the top.
 * @csspart title - The words in it.
 * @csspart conversation - What scrolls.
 * @csspart question - A question.
 * @csspart answer - A question with its answer.
 * @csspart quote - A quote with its link.
 * @csspart feedback - The row that asks if the answer helped.
 * @csspart tools - Copy, print, start over.
 * @csspart form - The box with what is around it.
 * @csspart box - The box in which a question is typed.
 * @csspart send - The button next to it.
 *
 * @fires {CustomEvent} policy-chat-open - The chat was opened.
 * @fires {CustomEvent} policy-chat-close - The chat was closed.
 * @fires {CustomEvent} policy-chat-answer - The service replied; `detail`: `outcome`, `policy`, `language`, `citations`.
 * @fires {CustomEvent} policy-chat-refused - There is no answer; `detail`: `reason`, the outcome or `personal_data`, and `policy`.
 * @fires {CustomEvent} policy-chat-feedback - Feedback was saved; `detail`: `helpful`, `reason`, `outcome`, `policy`.
 * @fires {CustomEvent} policy-chat-error - A question did not get through; `detail`: `reason`.
 *
 * @cssprop [--policy-chat-primary=#14558f] - Of the launcher, the header and the buttons that matter; the next five follow it.
 * @cssprop [--policy-chat-on-primary=#ffffff] - Of the words on it.
 * @cssprop [--policy-chat-link=#14558f]
 * @cssprop [--policy-chat-focus=#14558f] - Of the ring around what has the focus.
 * @cssprop [--policy-chat-soft=#eef4f9] - The background of questions and of what is pointed at.
 * @cssprop [--policy-chat-line=#c3ccd5] - Of lines that only decorate.
 * @cssprop [--policy-chat-accent=#388557] - Of the lines that set things off.
 * @cssprop [--policy-chat-background=#ffffff]
 * @cssprop [--policy-chat-text=#1a232c]
 * @cssprop [--policy-chat-quiet-text=#4a5763]
 * @cssprop [--policy-chat-edge=#6b7782] - Of the edges of boxes and buttons.
 * @cssprop [--policy-chat-note=#fdf3e1] - The background of warnings.
 * @cssprop [--policy-chat-note-edge=#b86e00]
 * @cssprop [--policy-chat-font]
 * @cssprop [--policy-chat-font-size=medium]
 * @cssprop [--policy-chat-radius=0.375em]
 * @cssprop [--policy-chat-width=26em]
 * @cssprop [--policy-chat-height=42em] - Inline as high as its content.
 * @cssprop [--policy-chat-offset=1.25em] - From the edges of the window.
 * @cssprop [--policy-chat-layer=1000] - The z-index of launcher and panel.
 */
export class PolicyChat extends Base {
  static get observedAttributes() {
    return ATTRIBUTES;
  }

  constructor() {
    super();
    /** Milliseconds until a request is given up. */
    this.timeout = TIMEOUT;
    /**
     * @private
     * @type {Chat | undefined}
     */
    this.chat = undefined;
  }

  /** @ignore */
  connectedCallback() {
    this.attempt(() => {
      if (this.chat) this.follow();
      else this.build();
      this.chat?.connect(() => this.follow());
    });
  }

  /** @ignore */
  disconnectedCallback() {
    this.chat?.disconnect();
    // Unless the page has only moved it.
    queueMicrotask(() => {
      if (!this.isConnected) this.chat?.leave();
    });
  }

  /** @ignore */
  attributeChangedCallback() {
    this.follow();
  }

  /** @private */
  build() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    /** @type {Chat} */
    const chat = new Chat(this, sheet, english, readOptions(this, languages), (work) => {
      if (this.chat === chat) this.attempt(work);
    });
    // From here on the shadow root hides the element's own content: everything else has gone well.
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(...chat.view.nodes);
    this.chat = chat;
  }

  /** @private */
  follow() {
    // Off the page it waits until it is back.
    if (this.isConnected) this.attempt(() => this.chat?.follow(readOptions(this, languages)));
  }

  /**
   * Does some work that builds the chat; if it fails, the element's own content is shown, such as a link.
   * @private
   * @param {() => void} work
   */
  attempt(work) {
    try {
      work();
    } catch (error) {
      console.info("policy-chat: this browser cannot show the chat.", error);
      this.chat?.asking.abort("left");
      this.chat = undefined;
      this.shadowRoot?.replaceChildren(document.createElement("slot"));
    }
  }

  /** The service's address. */
  get service() {
    return serviceAddress(this, import.meta.url);
  }

  get endpoint() {
    return this.getAttribute("endpoint");
  }

  set endpoint(value) {
    reflect(this, "endpoint", value);
  }

  get greeting() {
    return this.getAttribute("greeting");
  }

  set greeting(value) {
    reflect(this, "greeting", value);
  }

  get heading() {
    return this.getAttribute("heading");
  }

  set heading(value) {
    reflect(this, "heading", value);
  }

  get language() {
    return this.getAttribute("language");
  }

  set language(value) {
    reflect(this, "language", value);
  }

  get launcher() {
    return this.getAttribute("launcher");
  }

  set launcher(value) {
    reflect(this, "launcher", value);
  }

  get mode() {
    return this.getAttribute("mode");
  }

  set mode(value) {
    reflect(this, "mode", value);
  }

  get policy() {
    return this.getAttribute("policy");
  }

  set policy(value) {
    reflect(this, "policy", value);
  }

  get position() {
    return this.getAttribute("position");
  }

  set position(value) {
    reflect(this, "position", value);
  }

  get remember() {
    return this.getAttribute("remember");
  }

  set remember(value) {
    reflect(this, "remember", value);
  }

  get theme() {
    return this.getAttribute("theme");
  }

  set theme(value) {
    reflect(this, "theme", value);
  }

  /** Opens the chat and moves the focus into it. Inline, it is always open. */
  open() {
    this.chat?.open();
  }

  /** Closes the chat and gives the focus back to the launcher. Inline, it stays open. */
  close() {
    this.chat?.close();
  }

  /**
   * Asks `question`, or what is in the box. A question with personal data is not sent before the visitor has been warned.
   * Never rejects: what goes wrong is shown.
   * @param {string} [question]
   * @returns {Promise<void>}
   */
  async ask(question) {
    await this.chat?.asking.ask(question);
  }

  /** Forgets the conversation. */
  clear() {
    this.chat?.clear();
  }

  /** Prints the conversation alone, without the page around it. */
  print() {
    this.chat?.after.print();
  }

  /**
   * Sends one request to the service: GET, or POST if there is a `body`. A page or a test may put its own function here.
   * @param {string} path
   * @param {object} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<Response>}
   */
  request(path, body, signal) {
    return sendRequest(this.service, path, body, signal);
  }
}
