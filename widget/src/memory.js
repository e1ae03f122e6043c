// remember="tab": keeps a conversation in sessionStorage, so that it survives a reload and navigation. This happens only if
// the page asks for it; nothing else in the chat stores anything.

/** @typedef {import("./protocol.js").Turn} Turn */
/** @typedef {{ turns: Turn[], draft: string }} Conversation */

const MOST_TURNS = 20;
const MOST_CHARACTERS = 100_000; // of JSON; browsers have room for about 5,000,000
const MOST_DRAFT = 5_000;

export class Memory {
  /** @param {string} key names the conversation within the site */
  constructor(key) {
    this.key = key;
  }

  /**
   * Saves as many of the newest turns as fit. A question that the service did not return is not saved, since it was not
   * cleaned of personal data.
   * @param {Turn[]} turns oldest first
   * @param {string} draft what is in the box, cleaned
   */
  save(turns, draft) {
    const kept = turns.filter(({ answer }) => answer.question).slice(-MOST_TURNS);
    const rest = draft.length > MOST_DRAFT ? "" : draft;
    const written = () => JSON.stringify({ turns: kept, draft: rest });
    while (kept.length && written().length > MOST_CHARACTERS) kept.shift();
    if (!kept.length && !rest) {
      this.forget();
      return;
    }
    try {
      sessionStorage.setItem(this.key, written());
    } catch {
      this.forget(); // without room or storage, nothing is better than an outdated conversation
    }
  }

  /**
   * Returns the saved conversation. Drops anything that this chat cannot have written.
   * @returns {Conversation}
   */
  recall() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "");
      if (isConversation(kept)) return kept;
    } catch {
      // Nothing was saved, or it is not a conversation.
    }
    this.forget();
    return { turns: [], draft: "" };
  }

  forget() {
    try {
      sessionStorage.removeItem(this.key);
    } catch {
      // A browser without storage has nothing to forget.
    }
  }
}

/** @param {any} kept */
function isConversation(kept) {
  const { turns, draft } = kept;
  return Array.isArray(turns) && turns.length <= MOST_TURNS && turns.every(isTurn) && typeof draft === "string";
}

/**
 * Returns whether a turn has everything that the chat shows of it.
 * @param {any} turn
 */
function isTurn({ question, answer, judged = false, passed = false }) {
  const { citations, confidence, id, language, next_steps, opening, outcome, policy, text, warnings } = answer;
  const { parts = [], read_as, related = [], reviewed, route, suggestions = [] } = answer;
  return (
    typeof judged === "boolean" &&
    typeof passed === "boolean" &&
    typeof confidence === "number" &&
    (id === null || typeof id === "string") &&
    question === answer.question &&
    areTexts(question, language, opening, outcome, policy.id, text, read_as ?? "", reviewed ?? "") &&
    suggestions.every(isText) &&
    citations.every(isCitation) &&
    related.every(isCitation) &&
    parts.every(isPart) &&
    next_steps.every(isPlace) &&
    (route == null || isPlace(route)) &&
    warnings.every((/** @type {any} */ { code, kinds }) => isText(code) && kinds.every(isText))
  );
}

/** @param {any} citation */
function isCitation({ number, start, end, quote, context = [], links = [], section, url }) {
  return (
    [number, start, end, ...links.flatMap((/** @type {any} */ link) => [link.start, link.end])].every(
      Number.isInteger,
    ) &&
    areTexts(...links.map((/** @type {any} */ { url }) => url)) &&
    areTexts(quote, section, url ?? "", ...context.map((/** @type {any} */ words) => words.quote))
  );
}

/** @param {any} part */
function isPart({ question, opening, citations }) {
  return areTexts(question, opening) && citations.every(Number.isInteger);
}

/** @param {any} place */
function isPlace({ name, url }) {
  return areTexts(name, url ?? "");
}

/** @param {...unknown} values */
function areTexts(...values) {
  return values.every(isText);
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string";
}
