// Runs once the conversation is on the page. `element` is its component, `watch` reports new values, and
// `trigger` sends an event to the server (see gradio.HTML). The server sends only the newest turn; the page keeps the earlier ones.
const pane = element.closest("#conversation");
pane.tabIndex = 0;
pane.setAttribute("role", "region");
pane.setAttribute("aria-label", "Conversation");

const log = document.createElement("div");
log.className = "log";
pane.prepend(log);

// Screen readers announce what is added to a log, which is the newest turn.
log.setAttribute("role", "log");
log.setAttribute("aria-label", "Questions and answers");

const cleared = document.createElement("div");
cleared.className = "unseen";
cleared.setAttribute("role", "status");
pane.after(cleared);

watch("value", () => {
  const turn = element.querySelector(".turn");
  if (!turn) {
    log.replaceChildren();
    cleared.textContent = "The conversation was cleared.";
    return;
  }
  const newest = turn.cloneNode(true);
  log.append(newest);
  cleared.textContent = "";
  if (pane.offsetHeight) {
    show(newest);
    return;
  }
  // The question was chosen in another tab, and this tab is about to be shown.
  new ResizeObserver((_, observer) => {
    if (!pane.offsetHeight) return;
    observer.disconnect();
    show(newest);
    pane.focus({ preventScroll: true });
  }).observe(pane);
});

function show(newest) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const above = newest.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollBy({ top: above - 12, behavior: still ? "auto" : "smooth" });
  // On a phone, the examples may be a full screen below the conversation.
  if (pane.getBoundingClientRect().top < 0) pane.scrollIntoView({ block: "start" });
}

pane.addEventListener("click", (event) => {
  const chosen = event.target.closest("button[data-question]");
  if (chosen) {
    pane.focus({ preventScroll: true }); // the button disappears with the next answer
    trigger("submit", { question: chosen.dataset.question });
    return;
  }
  const button = event.target.closest("button[data-sentence]");
  const sentence = button && document.getElementById(`sentence-${button.dataset.sentence}`);
  if (!sentence) return;
  const policy = sentence.closest("#policy");
  const above = sentence.getBoundingClientRect().top - policy.getBoundingClientRect().top;
  policy.scrollBy({ top: above - policy.clientHeight / 4 });
  // If the policy is below the conversation, scroll the page to it.
  policy.scrollIntoView({ block: "nearest" });
  sentence.focus({ preventScroll: true });
});
