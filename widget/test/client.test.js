import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, Failure, sendRequest } from "../src/client.js";

const json = (value, status = 200, headers = {}) => new Response(JSON.stringify(value), { status, headers });

/** A client whose requests are answered by `request`. */
const client = (request, timeout = 1000) => new Client({ timeout, request });

const failure = (label, seconds) => (error) => {
  assert.ok(error instanceof Failure);
  assert.deepEqual([error.label, error.seconds], [label, seconds]);
  return true;
};

test("the service's own policy is asked for unless one is named", async () => {
  const asked = [];
  const policies = client(async (path) => {
    asked.push(path);
    return json(path === "v1/policies" ? { policies: [{ id: "a town" }] } : { title: path });
  });
  assert.deepEqual(await policies.policy(null), { title: "v1/policies/a%20town" });
  assert.deepEqual(await policies.policy("b/c"), { title: "v1/policies/b%2Fc" });
  assert.deepEqual(asked, ["v1/policies", "v1/policies/a%20town", "v1/policies/b%2Fc"]);
});

test("a question is sent as it is", async () => {
  const question = { question: "Why?", history: [], policy: null, language: "en" };
  const echo = client(async (path, body) => json({ path, body }));
  assert.deepEqual(await echo.answer(question, new AbortController()), { path: "v1/answers", body: question });
});

for (const [name, request, label, seconds] of [
  ["no connection", () => Promise.reject(new TypeError("gone")), "offline"],
  [
    "a request that throws",
    () => {
      throw new Error("replaced badly");
    },
    "offline",
  ],
  ["too many", async () => json({}, 429, { "Retry-After": "7" }), "too_many", 7],
  ["one second", async () => json({}, 503, { "Retry-After": "1" }), "unavailable", 2],
  [
    "a date to wait for",
    async () => json({}, 502, { "Retry-After": "Fri, 27 Nov 2026 00:00:00 GMT" }),
    "unavailable",
    10,
  ],
  [
    "a busy service of another kind",
    async () => json({ type: "about:blank", detail: "Later." }, 503),
    "unavailable",
    10,
  ],
  ["no room for feedback", async () => json({}, 507), "full"],
  ["too large", async () => json({}, 413), "long"],
  ["too many characters", async () => json({}, 422), "long"],
  ["an error", async () => json({}, 500), "failed"],
  ["no JSON", async () => new Response("<h1>Oops</h1>"), "failed"],
]) {
  test(`fails with a label: ${name}`, () => assert.rejects(client(request).exchange("x"), failure(label, seconds)));
}

test("a pause comes with the owner's words", async () => {
  const paused = client(async () => json({ type: "urn:askpolicy:paused", detail: "Back on Monday." }, 503));
  await assert.rejects(paused.exchange("x"), (error) => {
    assert.deepEqual([error.label, error.seconds, error.words], ["paused", undefined, "Back on Monday."]);
    return true;
  });
});

test("a request is given up when its time is up, even if it does not listen to the signal", async () => {
  let heard;
  const slow = client((path, body, signal) => {
    heard = signal;
    return new Promise(() => {});
  }, 10);
  await assert.rejects(slow.exchange("x"), failure("slow"));
  assert.ok(heard.aborted);
});

test("an abort gives its reason", async () => {
  const controller = new AbortController();
  const asked = client(() => new Promise(() => {})).exchange("x", undefined, controller);
  controller.abort("cleared");
  await assert.rejects(asked, failure("cleared"));
});

test("requests carry no cookies and do not say where they come from", async (context) => {
  const sent = [];
  context.mock.method(globalThis, "fetch", async (url, init) => {
    sent.push([String(url), init]);
    return json({});
  });
  const base = new URL("https://chat.example.gov/sub/");
  await sendRequest(base, "v1/policies");
  await sendRequest(base, "v1/answers", { question: "Why?" });
  assert.deepEqual(
    sent.map(([url, { method, body }]) => [url, method, body]),
    [
      ["https://chat.example.gov/sub/v1/policies", undefined, undefined],
      ["https://chat.example.gov/sub/v1/answers", "POST", '{"question":"Why?"}'],
    ],
  );
  for (const [, init] of sent) {
    assert.deepEqual(
      [init.credentials, init.referrerPolicy, init.cache, init.headers.Accept],
      ["omit", "no-referrer", init.method && "no-store", "application/json"],
    );
  }
});
