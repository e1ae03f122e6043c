// The types of the element's events. No event contains a visitor's words.

/** @typedef {import("./protocol.js").Outcome} Outcome */

/** @typedef {{ outcome: Outcome, policy: string, language: string, citations: number }} AnswerDetail */

/**
 * `reason`: the outcome, or why the chat did not send the question. `policy`: null if it is not known yet.
 * @typedef {{ reason: Exclude<Outcome, "answered"> | "personal_data", policy: string | null }} RefusedDetail
 */

/** @typedef {{ helpful: boolean, reason: string | null, outcome: Outcome, policy: string }} FeedbackDetail */

/** @typedef {{ reason: string }} ErrorDetail */

/**
 * @typedef {{
 *   open: {}, close: {}, answer: AnswerDetail, refused: RefusedDetail, feedback: FeedbackDetail, error: ErrorDetail
 * }} Details
 */

/**
 * The events by name, for `addEventListener`.
 * @typedef {{ [Name in keyof Details as `policy-chat-${Name}`]: CustomEvent<Details[Name]> }} PolicyChatEventMap
 */

export {};
