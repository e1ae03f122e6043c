import type { PolicyChat } from "./element.js";

declare global {
  interface HTMLElementTagNameMap {
    "policy-chat": PolicyChat;
  }
}
