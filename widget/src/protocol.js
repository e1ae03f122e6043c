// The types of what the chat and the service exchange, for JSDoc.

/**
 * Words from the policy: `quote` is the policy's text from `start` to `end`, in Unicode code points.
 * @typedef {{ quote: string, start: number, end: number }} Quote
 */

/**
 * Words of a quote that lead somewhere.
 * @typedef {{ text: string, start: number, end: number, url: string }} Link
 */

/**
 * A quote of an answer. `context` holds the words that it is read with, in the order of the policy; older services send
 * none. `url` opens the policy with these words highlighted. `links`: in order; older services send none.
 * @typedef {Quote & {
 *   number: number, context?: Quote[], section: string, passage_id: string, url: string | null, links?: Link[]
 * }} Citation
 */

/**
 * @typedef {"answered" | "not_covered" | "off_topic" | "small_talk" | "empty" | "too_long" | "unsupported_language" |
 *   "urgent" | "error"} Outcome
 */

/** @typedef {{ code: string, kinds: string[] }} Warning */

/**
 * A contact that can help. `url` is a page (https:), an email address (mailto:) or a phone number (tel:).
 * @typedef {{ role: string, name: string, url: string | null }} NextStep
 */

/**
 * One of several questions that were asked at once. `citations`: the numbers of those that answer it. The rest is as of an
 * answer to it alone; older services send none of what may be missing.
 * @typedef {{
 *   question: string, outcome: Outcome, opening: string, citations: number[], confidence?: number,
 *   reviewed?: string | null, related?: Citation[], read_as?: string | null
 * }} AnswerPart
 */

/**
 * The reply to `POST /v1/answers`. `text` is the whole answer. `opening` is the text before the quotes, and may be empty.
 * `confidence` is the estimated probability, 0 to 1, that the outcome is right. `seconds` is how long the service took.
 * `related`: the nearest statements, if there are no citations. `suggestions`: questions to ask next. `read_as`: the
 * question after its spelling was corrected. Older services send none of what may be missing.
 * @typedef {{
 *   id: string | null, language: string, question: string, outcome: Outcome, text: string, opening: string,
 *   citations: Citation[], warnings: Warning[], confidence: number,
 *   policy: { id: string, version: string, effective: string | null, updated: string | null, language?: string },
 *   next_steps: NextStep[], seconds: number, verdict?: "yes" | "no" | "depends" | null, reviewed?: string | null,
 *   completeness?: "complete" | "partial" | null, related?: Citation[], topics?: string[], suggestions?: string[],
 *   read_as?: string | null, parts?: AnswerPart[], act?: string | null,
 *   route?: { name: string, url: string | null } | null
 * }} Answer
 */

/**
 * A pause or a notice. `message`: null for the chat's own words. `until`: when it ends, if that is known.
 * @typedef {{ message: string | null, until: string | null }} Switched
 */

/**
 * The reply to `GET /v1/policies/{id}`, as far as the chat reads it. `max_question_chars`: in code points; missing from
 * older services, as are the policy's language, those that the chat is offered in, whether what visitors send is a public
 * record, the owner's own labels by language, how many days feedback is kept (0 if the service takes none), and what the
 * owner tells visitors for now.
 * @typedef {{
 *   id: string, title: string, url: string | null, effective: string | null, updated: string | null, starters: string[],
 *   max_question_chars?: number, contacts?: NextStep[], language?: string, languages?: string[],
 *   public_records?: boolean, feedback_days?: number, paused?: Switched | null, notice?: Switched | null,
 *   wording?: Record<string, Record<string, string>>
 * }} Policy
 */

/**
 * The body of `POST /v1/answers`.
 * @typedef {{ question: string, history: string[], policy: string | null, language: string }} Question
 */

/**
 * The body of `POST /v1/feedback`.
 * @typedef {{
 *   answer_id: string | null, policy: string, outcome: Outcome, helpful: boolean, reason: string | null,
 *   comment: string | null, question: string | null
 * }} Judgment
 */

/**
 * The body of `POST /v1/unanswered`.
 * @typedef {{ answer_id: string | null, policy: string, outcome: Outcome, question: string }} PassedOn
 */

/**
 * A question, as the service cleaned it, and its answer. `judged`: whether feedback on it was saved. `passed`: whether the
 * question was passed on to the owner.
 * @typedef {{ question: string, answer: Answer, judged?: boolean, passed?: boolean }} Turn
 */

export {};
