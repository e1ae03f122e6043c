import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Asking } from "../src/asking.js";
import { Failure } from "../src/client.js";
import { Composer } from "../src/composer.js";
import { Conversation } from "../src/conversation.js";
import { answer, RULES, settle, turn, wording } from "./support/values.js";

/** A chat around asking: `reply` is what the service answers, `rules` what it has for personal data. */
function chat(reply = async () => answer(), rules = RULES) {
  const made = {
    view: {
      options: { policy: null },
      wording: wording(),
      composer: new Composer(wording(), () => {}),
      conversation: new Conversation(wording(), { inline: false, greeting: "Hello" }, []),
    },
    sent: [],
    policy: null,
    turns: [],
    client: {
      rules: async () => rules,
      answer: (question, controller) => {
        made.sent.push(question);
        return reply(question, controller);
      },
    },
    showAnswer: (shown) => made.turns.push(shown),
    after: { show: () => {} },
    keep: () => {},
    told: [],
    tell: (...event) => made.told.push(event),
  };
  made.asking = new Asking(made);
  return made;
}

test("a question is sent with the questions before it, and its answer shown", async () => {
  const { asking, sent, turns } = chat();
  for (let number = 0; number < 10; number++) await asking.ask(` Question ${number}? `);
  assert.equal(turns.length, 10);
  assert.equal(sent[9].question, "Question 9?");
  assert.equal(sent[9].history.length, 8);
  assert.equal(asking.busy, false);
});

test("a draft is back in the box after a question that was chosen from a list", async () => {
  let fails = true;
  const { asking, view, sent } = chat(async () => {
    if (fails) throw new Failure("offline");
    return answer();
  });
  view.composer.question = "A draft";
  await asking.ask("Do you sell it?");
  assert.equal(view.composer.question, "Do you sell it?");
  fails = false;
  await asking.ask();
  assert.equal(view.composer.question, "A draft");
  await asking.ask();
  assert.equal(view.composer.question, "");
  assert.deepEqual(
    sent.map(({ question }) => question),
    ["Do you sell it?", "Do you sell it?", "A draft"],
  );
});

test("an empty question is not sent", async () => {
  const { asking, sent, told, view } = chat();
  await asking.ask("  ");
  assert.deepEqual(sent, []);
  assert.deepEqual(told, [["refused", { reason: "empty", policy: null }]]);
  assert.equal(view.composer.notice.alert.textContent, "Please type a question.");
});

test("personal data is not sent unless the visitor chooses so", async () => {
  const { asking, sent, told, view } = chat();
  await asking.ask("My SSN is 078-05-1120");
  assert.deepEqual(sent, []);
  assert.deepEqual(told, [["refused", { reason: "personal_data", policy: null }]]);
  const [remove] = view.composer.notice.node.querySelectorAll("button");
  remove.click();
  await settle();
  assert.deepEqual(
    sent.map(({ question }) => question),
    ["My SSN is [social security number]"],
  );
});

test("a failure is told, and the question can be sent again", async () => {
  let fails = true;
  const { asking, sent, view } = chat(async () => {
    if (fails) throw new Failure("too_many", 7);
    return answer();
  });
  await asking.ask("Why?");
  assert.match(view.composer.notice.alert.textContent, /Please wait 7 seconds\. Your question is still in the box\.$/);
  assert.equal(view.composer.question, "Why?");
  fails = false;
  view.composer.notice.node.querySelector("button").click();
  await settle();
  assert.equal(sent.length, 2);
  assert.equal(view.composer.notice.active, false);
});

test("a question that is too long is not sent, and stays to be shortened", async () => {
  const made = chat();
  made.policy = { id: "town", max_question_chars: 4 };
  await made.asking.ask(" 🍪🍪🍪🍪 ");
  assert.equal(made.sent.length, 1);
  await made.asking.ask("12345");
  assert.equal(made.sent.length, 1);
  assert.equal(
    made.view.composer.notice.node.textContent,
    "Your question is too long (5 of at most 4 characters). Your question is still in the box.",
  );
  assert.equal(made.view.composer.question, "12345");
  assert.deepEqual(made.told, [["refused", { reason: "too_long", policy: "town" }]]);
});

test("a question that the service finds too long is not offered for another try", async () => {
  const { asking, view } = chat(async () => {
    throw new Failure("long");
  });
  await asking.ask("Why?");
  assert.equal(view.composer.notice.node.textContent, "Your question is too long. Your question is still in the box.");
  assert.equal(view.composer.question, "Why?");
});

/** Answers when it is told to. */
function later() {
  let reply;
  const made = chat(() => new Promise((resolve) => (reply = resolve)));
  return { ...made, reply: (...changes) => reply(answer(...changes)) };
}

test("a question is shown at once, in a turn of its own and not in the box", async () => {
  const { asking, view, reply } = later();
  const { composer, conversation } = view;
  const asked = asking.ask("Why?");
  await settle();
  assert.equal(conversation.pending.hidden, false);
  assert.equal(conversation.pending.querySelector("h3").textContent, "You asked: Why?");
  assert.equal(conversation.log.textContent, "");
  assert.equal(composer.question, "");
  reply();
  await asked;
  assert.equal(conversation.pending.hidden, true);
  assert.equal(conversation.pending.querySelector("h3"), null);
  assert.equal(composer.question, "");
});

for (const outcome of ["empty", "too_long", "error"]) {
  test(`a question goes back into the box to be corrected: ${outcome}`, async () => {
    const { asking, view, reply } = later();
    const asked = asking.ask(" Why? ");
    await settle();
    reply({ outcome });
    await asked;
    assert.equal(view.composer.question, " Why? ");
  });
}

test("a question goes back into the box if the element leaves the page, and not if the visitor starts over", async () => {
  for (const [reason, question] of [
    ["left", "Why?"],
    ["cleared", ""],
  ]) {
    const { asking, view } = chat(
      (_, { signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Failure(signal.reason)))),
    );
    const asked = asking.ask("Why?");
    await settle();
    asking.abort(reason);
    await asked;
    assert.equal(view.composer.question, question);
    assert.equal(view.conversation.pending.hidden, true);
  }
});

test("a question that was given up says nothing, and only one is asked at a time", async () => {
  const { asking, sent, view } = chat(
    (question, { signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Failure(signal.reason)));
      }),
  );
  const asked = asking.ask("Why?");
  await asking.ask("And?");
  assert.ok(asking.busy && view.composer.box.readOnly);
  asking.abort("cleared");
  await asked;
  assert.equal(sent.length, 1);
  assert.equal(view.composer.notice.active, false);
  assert.equal(view.composer.box.readOnly, false);
});

test("earlier questions are those that the service cleaned", async () => {
  const { asking, sent, turns } = chat();
  turns.push(turn({ question: "And [name]?" }), turn({ question: "" }));
  await asking.ask("Why?");
  assert.deepEqual(sent[0].history, ["And [name]?"]);
});

test("without rules the question is sent: the service cleans it", async () => {
  const { asking, sent } = chat(undefined, null);
  await asking.ask("My SSN is 078-05-1120");
  assert.equal(sent.length, 1);
});
