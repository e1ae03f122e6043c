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
  const { turns } = kept;
  return (
    isLike(kept, KEPT) &&
    turns.length <= MOST_TURNS &&
    turns.every((/** @type {Turn} */ { question, answer }) => question === answer.question)
  );
}

// Examples of what the chat shows. A name that ends in "?" may be missing or, unless it is that of a list, null.
const PLACE = { name: "", "url?": "" };
const QUOTE = { start: 0, end: 0, quote: "" };
const CITATION = {
  ...QUOTE,
  number: 0,
  section: "",
  "url?": "",
  "context?": [QUOTE],
  "links?": [{ start: 0, end: 0, url: "" }],
};
const PART = {
  question: "",
  outcome: "",
  opening: "",
  citations: [0],
  "confidence?": 0,
  "reviewed?": "",
  "related?": [CITATION],
  "read_as?": "",
};
const ANSWER = {
  ...PART,
  citations: [CITATION],
  "id?": "",
  language: "",
  text: "",
  policy: { id: "" },
  warnings: [{ code: "", kinds: [""] }],
  "suggestions?": [""],
  "parts?": [PART],
  next_steps: [PLACE],
  "route?": PLACE,
};
const KEPT = { turns: [{ question: "", answer: ANSWER, "judged?": true, "passed?": true }], draft: "" };

/**
 * Returns whether a value is built like an example. May throw if it is not.
 * @param {any} value
 * @param {any} example
 * @returns {boolean}
 */
function isLike(value, example) {
  if (Array.isArray(example)) return value.every((/** @type {any} */ each) => isLike(each, example[0]));
  if (typeof example !== "object") return typeof value === typeof example;
  return Object.keys(example).every((key) => {
    const name = key.replace("?", "");
    const part = value[name];
    const lacks = part === undefined || (part === null && !Array.isArray(example[key]));
    return (lacks && name !== key) || isLike(part, example[key]);
  });
}
