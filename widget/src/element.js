// The custom element: its attributes, its life cycle, and the methods that a page may call.

// Import this first: similar texts compress better next to each other. scripts/data.js writes it.
import { english, languages, style } from "./data.js";

import { Chat } from "./chat.js";
import { ATTRIBUTES, readOptions, serviceAddress } from "./options.js";
import { sendRequest } from "./client.js";

const TIMEOUT = 20_000; // milliseconds until a request times out

// A server that renders pages has no HTMLElement, but must be able to import this module.
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
 * A chat that asks an AskPolicy service about a privacy policy and shows its cited answers. Each `<li>` inside the element
 * is a starter question. The element's other content shows if scripts do not run.
 *
 * @element policy-chat
 * @attr {string} endpoint - The service's URL. Default: where the script came from.
 * @attr {"launcher" | "inline"} mode - A button in the corner that opens the chat, or the chat as a part of the page.
 * @attr {string} heading - The text at the top. Default: a text in the interface's language.
 * @attr {string} greeting - The text below the heading. Default: a text in the interface's language.
 * @attr {"en" | "es" | "pt" | "zh" | "ht" | "vi"} language - The interface's language. Default: the page's.
 * @attr {string} policy - The id of the policy to ask about. Default: the service's default policy.
 * @attr {"right" | "left"} position - The launcher's corner.
 * @attr {"none"} launcher - Hides the button: the page opens the chat with `open()`.
 * @attr {"tab"} remember - Keeps the conversation in this tab (sessionStorage) until the visitor starts over or closes it.
 * @attr {"light" | "dark" | "auto"} theme - `auto` follows the page's `color-scheme`. Default: the visitor's preference.
 *
 * @csspart launcher - The button in the corner.
 * @csspart panel - The box around the chat.
 * @csspart header - The bar at the top.
 * @csspart title - The text in the bar.
 * @csspart conversation - The part that scrolls.
 * @csspart banner - What the owner tells visitors for now: a notice, or a pause.
 * @csspart question - A question.
 * @csspart answer - A question with its answer.
 * @csspart opening - The plain sentence before the quotes.
 * @csspart quote - A quote with its link.
 * @csspart context - The words that a quote is read with, such as the line above a list.
 * @csspart head - The head of a column, before its cell.
 * @csspart related - The nearest passages, if there is no answer.
 * @csspart suggestions - Questions to ask next.
 * @csspart pass-on - The button that lets the owner know about a question without an answer.
 * @csspart feedback - The row that asks whether the answer helped.
 * @csspart tools - The buttons Copy, Print, and Start over.
 * @csspart form - The form for a question.
 * @csspart box - The text box for a question.
 * @csspart send - The button next to the text box.
 *
 * @fires {CustomEvent} policy-chat-open - The chat was opened.
 * @fires {CustomEvent} policy-chat-close - The chat was closed.
 * @fires {CustomEvent} policy-chat-answer - The service replied; `detail`: `outcome`, `policy`, `language`, `citations`.
 * @fires {CustomEvent} policy-chat-refused - There is no answer; `detail`: `reason`, the outcome or `personal_data`, and `policy`.
 * @fires {CustomEvent} policy-chat-feedback - Feedback was saved; `detail`: `helpful`, `reason`, `outcome`, `policy`.
 * @fires {CustomEvent} policy-chat-error - A request failed; `detail`: `reason`.
 *
 * @cssprop [--policy-chat-primary=#14558f] - The color of the launcher, the header, and the main buttons. The next five follow it.
 * @cssprop [--policy-chat-on-primary=#ffffff] - The color of text on the primary color.
 * @cssprop [--policy-chat-link=#14558f] - The color of links.
 * @cssprop [--policy-chat-focus=#14558f] - The color of the focus ring.
 * @cssprop [--policy-chat-soft=#eef4f9] - The background of questions, and of buttons on hover.
 * @cssprop [--policy-chat-line=#c3ccd5] - The color of decorative lines.
 * @cssprop [--policy-chat-accent=#388557] - The color of the lines that set off quotes and the header.
 * @cssprop [--policy-chat-background=#ffffff] - The background.
 * @cssprop [--policy-chat-text=#1a232c] - The color of text.
 * @cssprop [--policy-chat-quiet-text=#4a5763] - The color of less important text.
 * @cssprop [--policy-chat-edge=#6b7782] - The color of borders of boxes and buttons.
 * @cssprop [--policy-chat-note=#fdf3e1] - The background of warnings.
 * @cssprop [--policy-chat-note-edge=#b86e00] - The border color of warnings.
 * @cssprop [--policy-chat-font] - The font family.
 * @cssprop [--policy-chat-font-size=medium] - The font size.
 * @cssprop [--policy-chat-radius=0.375em] - The radius of corners.
 * @cssprop [--policy-chat-width=26em] - The panel's width.
 * @cssprop [--policy-chat-height=42em] - The panel's height. Inline, the panel is as high as its content.
 * @cssprop [--policy-chat-offset=1.25em] - The distance from the window's edges.
 * @cssprop [--policy-chat-layer=1000] - The z-index of the launcher and the panel.
 */
export class PolicyChat extends Base {
  static get observedAttributes() {
    return ATTRIBUTES;
  }

  constructor() {
    super();
    /** Milliseconds until a request times out. */
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
    // The page may have just moved it.
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
    // The shadow root hides the element's own content, so attach it only once nothing else can fail.
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(...chat.view.nodes);
    this.chat = chat;
  }

  /** @private */
  follow() {
    // An element that is not on the page catches up when it is back.
    if (this.isConnected) this.attempt(() => this.chat?.follow(readOptions(this, languages)));
  }

  /**
   * Runs work that builds the chat. If it fails, shows the element's own content, such as a link.
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

  /** The service's URL. */
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

  /** Opens the chat and moves the focus into it. Inline, the chat is always open. */
  open() {
    this.chat?.open();
  }

  /** Closes the chat and returns the focus to the launcher. Inline, the chat stays open. */
  close() {
    this.chat?.close();
  }

  /**
   * Asks `question`, or what is in the box. Before it sends a question with personal data, it warns the visitor.
   * Never rejects: the chat shows what goes wrong.
   * @param {string} [question]
   * @returns {Promise<void>}
   */
  async ask(question) {
    await this.chat?.asking.ask(question);
  }

  /** Clears the conversation. */
  clear() {
    this.chat?.clear();
  }

  /** Prints only the conversation, without the page around it. */
  print() {
    this.chat?.after.print();
  }

  /**
   * Sends one request to the service: GET, or POST if there is a `body`. A page or a test may replace this method.
   * @param {string} path
   * @param {object} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<Response>}
   */
  request(path, body, signal) {
    return sendRequest(this.service, path, body, signal);
  }
}
