import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { observeLanguage, readOptions, serviceAddress } from "../src/options.js";
import { LANGUAGES, settle } from "./support/values.js";

function host(markup) {
  document.body.innerHTML = markup;
  return document.querySelector("policy-chat");
}

test("without attributes there is a launcher in the page's language", () => {
  assert.deepEqual(readOptions(host('<div lang="es-MX"><policy-chat></policy-chat></div>'), LANGUAGES), {
    inline: false,
    left: false,
    language: "es",
    heading: null,
    greeting: null,
    endpoint: null,
    policy: null,
    remember: false,
    starters: [],
  });
});

test("attributes and list items are followed", () => {
  const markup =
    '<policy-chat mode="inline" language="vi" heading="Ask" greeting="Hi" policy="x" position="left" remember="tab" endpoint="/chat"><li> One? </li></policy-chat>';
  assert.deepEqual(readOptions(host(markup), LANGUAGES), {
    inline: true,
    left: true,
    language: "vi",
    heading: "Ask",
    greeting: "Hi",
    endpoint: "/chat",
    policy: "x",
    remember: true,
    starters: ["One?"],
  });
});

test("the language is found outside of shadow roots, the nearest one first", () => {
  const around = host('<div lang="pt"><policy-chat></policy-chat></div>').parentElement;
  const inner = document.createElement("section");
  around.attachShadow({ mode: "open" }).append(inner);
  const made = inner.attachShadow({ mode: "open" }).appendChild(document.createElement("policy-chat"));
  assert.equal(readOptions(made, LANGUAGES).language, "pt");
  inner.lang = "vi";
  assert.equal(readOptions(made, LANGUAGES).language, "vi");
});

test("a language that changes around the element is heard, in every root", async () => {
  const around = host('<div lang="pt"><policy-chat></policy-chat></div>').parentElement;
  const made = around.attachShadow({ mode: "open" }).appendChild(document.createElement("policy-chat"));
  let heard = 0;
  const observer = observeLanguage(made, () => heard++);
  around.lang = "es";
  await settle();
  made.lang = "vi";
  await settle();
  observer.disconnect();
  document.documentElement.lang = "en";
  await settle();
  assert.equal(heard, 2);
});

test("the service is at the endpoint, or where the script came from", () => {
  const script = "https://chat.example.gov/sub/widget.js";
  assert.equal(serviceAddress(host("<policy-chat></policy-chat>"), script).href, "https://chat.example.gov/sub/");
  const named = host('<policy-chat endpoint="https://x.gov/chat"></policy-chat>');
  assert.equal(serviceAddress(named, script).href, "https://x.gov/chat/");
  const relative = host('<policy-chat endpoint="/chat/"></policy-chat>');
  assert.equal(serviceAddress(relative, script).href, "https://www.example.gov/chat/");
});
