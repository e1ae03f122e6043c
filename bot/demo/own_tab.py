"""The tab for a policy of the visitor's own. See assets/own.js for what the page's script sends."""

from __future__ import annotations

from bot.demo.own_policy import MAX_FILE_BYTES
from bot.demo.parts import asset, html_part

_KINDS = ".html,.htm,.md,.markdown,.txt,.pdf,.docx"


def build_own_policy() -> None:
    """Build the tab in the current Gradio context."""
    html_part(
        f"""<h2>Ask about another policy</h2>
<p>Choose a privacy policy: HTML, Markdown, PDF, Word, or text, up to {MAX_FILE_BYTES // 1_000_000} MB. It is read in
memory, and forgotten ten minutes after your last question. Nothing is stored. If you enter a web address, this server
fetches the page from that site.</p>
<form id="own-choose" data-limit="{MAX_FILE_BYTES}" novalidate>
  <div>
    <label for="own-file">Policy file</label>
    <input type="file" id="own-file" accept="{_KINDS}">
  </div>
  <div>
    <label for="own-address">or its web address</label>
    <input type="url" id="own-address" maxlength="2000" placeholder="https://www.example.org/privacy" autocomplete="off"
      spellcheck="false">
    <button type="submit">Read it</button>
  </div>
</form>
<p id="own-status" role="status"></p>
<div id="own-panes" hidden>
  <div>
    <h3>Your questions</h3>
    <div id="own-log" role="log" aria-label="Questions and answers" tabindex="0"></div>
    <form id="own-ask">
      <label for="own-question">Your question about this policy</label>
      <textarea id="own-question" rows="1" placeholder="Ask in your own words"></textarea>
      <button type="submit">Ask</button>
    </form>
  </div>
  <div>
    <h3>What was read</h3>
    <div id="own-read" role="region" aria-label="The statements of the policy" tabindex="0"></div>
  </div>
</div>""",
        elem_id="own",
        js_on_load=asset("own.js"),
    )
