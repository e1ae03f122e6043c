import type { PolicyChat } from "./element.js";
import type { PolicyChatEventMap } from "./events.js";

declare global {
  interface HTMLElementTagNameMap {
    "policy-chat": PolicyChat;
  }
  // The events bubble, so any ancestor can listen for them.
  interface HTMLElementEventMap extends PolicyChatEventMap {}
  interface DocumentEventMap extends PolicyChatEventMap {}
  interface WindowEventMap extends PolicyChatEventMap {}
}
