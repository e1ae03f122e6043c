// <policy-chat endpoint="https://…">: asks an AskPolicy service about a privacy policy and shows its cited answers.
//
// The conversation stays in this element: no cookies, no other hosts, and no storage unless the page asks for it with
// remember="tab". All text is set with textContent, so the element works with a strict Content Security Policy and with
// Trusted Types enforced.

/// <reference path="./global.d.ts" preserve="true" />

import { PolicyChat } from "./element.js";
import { isSupported } from "./supports.js";

/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Citation} Citation */
/** @typedef {import("./protocol.js").Outcome} Outcome */
/** @typedef {import("./events.js").PolicyChatEventMap} PolicyChatEventMap */

if (isSupported() && !customElements.get("policy-chat")) customElements.define("policy-chat", PolicyChat);

export { PolicyChat };
