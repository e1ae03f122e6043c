import "./support/dom.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { renderBanner } from "../src/banner.js";
import { wording } from "./support/values.js";

const URL = "https://www.example.gov/privacy";
const said = (message) => ({ message, until: null });

test("without a notice and a pause there is no banner", () => {
  for (const policy of [null, {}, { notice: null, paused: null, url: URL }]) {
    const banner = renderBanner(policy, wording());
    assert.deepEqual([banner.className, banner.textContent], ["", ""]);
  }
});

test("a notice is shown as text", () => {
  const banner = renderBanner({ notice: said("<b>Closed</b> on Monday."), url: URL }, wording());
  assert.equal(banner.textContent, "<b>Closed</b> on Monday.");
  assert.equal(banner.querySelector("a, b"), null);
});

test("a pause leads to the policy, in the owner's words or in ours", () => {
  const owners = renderBanner({ paused: said("Back soon."), url: URL }, wording("es"));
  assert.equal(owners.querySelector("p").textContent, "Back soon.");
  assert.equal(owners.querySelector("a").href, URL);
  const ours = renderBanner({ paused: said(null), url: "javascript:alert(1)" }, wording("es"));
  assert.equal(ours.textContent, wording("es").say.paused);
});
