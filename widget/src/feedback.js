// Feedback on one answer: a thumbs-up, or a thumbs-down with reasons.

import { button, element } from "./dom.js";
import { maskPersonalData } from "./personal-data.js";

/**
 * What a visitor has entered but not sent. It outlives the form, which is rebuilt when the language changes.
 * @typedef {{ open: boolean, reason: string | null, comment: string, share: boolean }} Draft
 */
/** @typedef {{ helpful: boolean, reason: string | null, comment: string | null, question: string | null }} Opinion */

const MOST = 500; // characters of a comment
const REASONS = ["wrong", "incomplete", "unclear", "other"];
/** @type {import("./protocol.js").Outcome[]} */
const JUDGED = ["answered", "not_covered", "off_topic", "unsupported_language"];

/**
 * Returns whether the chat asks for feedback on an answer.
 * @param {import("./protocol.js").Answer} answer
 */
export function isJudged({ id, outcome }) {
  return Boolean(id) && JUDGED.includes(outcome);
}

/** @returns {Draft} */
export function emptyDraft() {
  return { open: false, reason: null, comment: "", share: false };
}

export class Feedback {
  /**
   * @param {import("./labels.js").Wording} wording
   * @param {string} asked the question, which is sent only if the visitor agrees
   * @param {(opinion: Opinion) => Promise<boolean>} send returns whether it was saved
   * @param {Draft} [draft]
   * @param {boolean} [recorded] whether what visitors send may become a public record
   */
  constructor({ say }, asked, send, draft = emptyDraft(), recorded = false) {
    this.say = say;
    this.recorded = recorded;
    this.asked = asked;
    this.send = send;
    this.draft = draft;
    const yes = button(
      say.helpful_yes,
      () => this.submit({ helpful: true, reason: null, comment: null, question: null }),
      { drawing: "yes" },
    );
    this.no = button(say.helpful_no, () => this.toggle(), { drawing: "no" });
    /** @type {HTMLFormElement | null} */
    this.form = null;
    this.node = element(
      "div",
      { class: "feedback", part: "feedback" },
      element(
        "div",
        { class: "judge", role: "group", "aria-labelledby": "helpful" },
        element("span", { id: "helpful" }, say.helpful),
        element("span", { class: "choices" }, yes, this.no),
      ),
    );
    this.setOpen(draft.open);
  }

  /** Opens or closes the form for a thumbs-down. */
  toggle() {
    this.setOpen(!this.draft.open);
    if (!this.draft.open) return;
    this.form?.querySelector("input")?.focus();
    this.node.scrollIntoView();
  }

  /** @param {boolean} open whether the form is */
  setOpen(open) {
    this.draft.open = open;
    this.no.setAttribute("aria-expanded", `${open}`);
    this.node.classList.toggle("open", open);
    this.form?.remove();
    this.form = open ? this.renderForm() : null;
    if (this.form) this.node.append(this.form);
  }

  renderForm() {
    const { draft, say } = this;
    const comment = element("textarea", {
      id: "comment",
      rows: "2",
      dir: "auto",
      maxlength: MOST,
      "aria-describedby": "comment-hint",
      input: () => (draft.comment = comment.value),
    });
    comment.value = draft.comment;
    const share = element("input", {
      type: "checkbox",
      id: "share",
      checked: draft.share,
      change: () => (draft.share = share.checked),
    });
    const reasons = REASONS.map((reason) => {
      const choice = element("input", {
        type: "radio",
        name: "reason",
        value: reason,
        checked: draft.reason === reason,
        change: () => (draft.reason = reason),
      });
      return element("label", {}, choice, say[`reason_${reason}`]);
    });
    const cancel = () => {
      this.setOpen(false);
      this.no.focus();
    };
    /** @param {SubmitEvent & { target: HTMLFormElement }} event */
    const submit = (event) => {
      event.preventDefault();
      this.submit({
        helpful: false,
        reason: /** @type {string | null} */ (new FormData(event.target).get("reason")),
        comment: comment.value.trim() || null,
        question: share.checked ? this.asked : null,
      });
    };
    return element(
      "form",
      { submit },
      element("fieldset", {}, element("legend", {}, say.reason), reasons),
      element("label", { for: "comment" }, say.comment),
      comment,
      element("p", { id: "comment-hint", class: "quiet" }, say.hint),
      element("label", { for: "share" }, share, say.share_question, this.recorded && ` ${say.share_record}`),
      element(
        "div",
        { class: "choices" },
        element("button", { type: "submit", class: "primary" }, say.send_feedback),
        button(say.cancel, cancel),
      ),
    );
  }

  /** @param {Opinion} opinion */
  async submit(opinion) {
    if (!(await this.send(opinion))) return;
    this.draft.open = false;
    // The button that had the focus is gone. Focus the thanks, so that screen readers announce it.
    const thanks = renderThanks(this.say);
    this.node.replaceChildren(thanks);
    thanks.focus();
  }
}

/** @param {import("./labels.js").Labels} say */
export function renderThanks(say) {
  return element("p", { class: "thanks", tabindex: "-1" }, say.thanks);
}

/**
 * Replaces personal data in a comment. Since that can make it longer, cuts it to the service's limit.
 * @param {string} comment
 * @param {import("./personal-data.js").Rules} rules
 */
export function cleanComment(comment, rules) {
  const { text } = maskPersonalData(comment, rules);
  return Array.from(text.normalize("NFKC")).slice(0, MOST).join("");
}
