import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions, serviceAddress } from "../src/options.js";
import { LABELS } from "./support/values.js";

function host(markup) {
  document.body.innerHTML = markup;
  return document.querySelector("policy-chat");
}

test("without attributes there is a launcher in the page's language", () => {
  assert.deepEqual(readOptions(host('<div lang="es-MX"><policy-chat></policy-chat></div>'), LABELS), {
    inline: false,
    language: "es",
    heading: null,
    greeting: null,
    policy: null,
    starters: [],
  });
});

test("attributes and list items are followed", () => {
  const markup =
    '<policy-chat mode="inline" language="vi" heading="Ask" greeting="Hi" policy="x"><li> One? </li></policy-chat>';
  assert.deepEqual(readOptions(host(markup), LABELS), {
    inline: true,
    language: "vi",
    heading: "Ask",
    greeting: "Hi",
    policy: "x",
    starters: ["One?"],
  });
});

test("the service is at the endpoint, or where the script came from", () => {
  const script = "https://chat.example.gov/sub/widget.js";
  assert.equal(serviceAddress(host("<policy-chat></policy-chat>"), script).href, "https://chat.example.gov/sub/");
  const named = host('<policy-chat endpoint="https://x.gov/chat"></policy-chat>');
  assert.equal(serviceAddress(named, script).href, "https://x.gov/chat/");
  const relative = host('<policy-chat endpoint="/chat/"></policy-chat>');
  assert.equal(serviceAddress(relative, script).href, "https://www.example.gov/chat/");
});
