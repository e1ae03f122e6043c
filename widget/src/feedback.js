// Feedback on one answer: a thumb up, or a thumb down with reasons.

import { button, element } from "./dom.js";

/** @typedef {{ helpful: boolean, reason: string | null, comment: string | null, question: string | null }} Opinion */

const REASONS = ["wrong", "incomplete", "unclear", "other"];
/** @type {import("./protocol.js").Outcome[]} */
const JUDGED = ["answered", "not_covered", "off_topic", "unsupported_language"];

/**
 * If feedback is asked for on an answer.
 * @param {import("./protocol.js").Answer} answer
 */
export function isJudged({ id, outcome }) {
  return Boolean(id) && JUDGED.includes(outcome);
}

export class Feedback {
  /**
   * @param {import("./labels.js").Wording} wording
   * @param {string} asked the question, which is sent only if the visitor agrees
   * @param {(opinion: Opinion) => Promise<boolean>} send tells if it was saved
   */
  constructor({ say }, asked, send) {
    this.say = say;
    this.asked = asked;
    this.send = send;
    const yes = button(
      say.helpful_yes,
      () => this.submit({ helpful: true, reason: null, comment: null, question: null }),
      { drawing: "yes" },
    );
    this.no = button(say.helpful_no, () => this.toggle(), { drawing: "no", "aria-expanded": "false" });
    /** @type {HTMLFormElement | null} */
    this.form = null;
    this.node = element(
      "div",
      { class: "feedback" },
      element(
        "div",
        { class: "judge", role: "group", "aria-labelledby": "helpful" },
        element("span", { id: "helpful" }, say.helpful),
        element("span", { class: "choices" }, yes, this.no),
      ),
    );
  }

  /** Opens or closes the form of a thumb down. */
  toggle() {
    this.no.setAttribute("aria-expanded", String(!this.form));
    if (this.form) {
      this.form.remove();
      this.form = null;
      return;
    }
    this.form = this.renderForm();
    this.node.append(this.form);
    this.form.querySelector("input")?.focus();
    this.node.scrollIntoView();
  }

  renderForm() {
    const { say } = this;
    const comment = element("textarea", {
      id: "comment",
      rows: "2",
      dir: "auto",
      maxlength: "500",
      "aria-describedby": "comment-hint",
    });
    const share = element("input", { type: "checkbox", id: "share" });
    const reasons = REASONS.map((reason) => {
      const choice = element("input", { type: "radio", name: "reason", value: reason });
      return element("label", {}, choice, say[`reason_${reason}`]);
    });
    const cancel = () => {
      this.toggle();
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
      element("label", { for: "share" }, share, say.share_question),
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
    // The focus goes to the thanks, which is how they are announced: the button that had it is gone.
    const thanks = element("p", { class: "thanks", tabindex: "-1" }, this.say.thanks);
    this.node.replaceChildren(thanks);
    thanks.focus();
  }
}
