// Runs once its component is on the page, if a service serves the demo. Shows what the owner tells visitors for now, and
// offers to pass on a question that got no answer. Both come from the service's own interface, next to the demo.
const { policy: id } = element.querySelector("[data-policy]").dataset;
const UNANSWERED = ["not_covered", "off_topic", "unsupported_language"];

const at = (path) => new URL(`../${path}`, location.href);

async function read(path) {
  const answer = await fetch(at(path), { credentials: "omit" });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

const paragraph = (words, name = "") => Object.assign(document.createElement("p"), { textContent: words, className: name });

async function begin() {
  const [policy, texts] = await Promise.all([read(`v1/policies/${encodeURIComponent(id)}`), read("widget/en.json")]);
  const say = { ...texts, ...policy.wording.en };
  const told = [policy.notice?.message, policy.paused && (policy.paused.message || say.paused)].filter(Boolean);
  element.replaceChildren(...told.map((words) => paragraph(words, "warning")));
  if (policy.feedback_days) offerToPassOn(await conversation(), policy, say);
}

/** Returns the log of the conversation, which may come onto the page after this component. */
async function conversation() {
  for (;;) {
    const log = document.querySelector("#conversation .log");
    if (log) return log;
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

/** Adds a button to each new answer that is none. */
function offerToPassOn(log, policy, say) {
  new MutationObserver((changes) => {
    for (const turn of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      const answer = turn.querySelector?.(".answer");
      if (answer && UNANSWERED.includes(answer.dataset.outcome)) answer.append(renderButton(turn, answer, policy, say));
    }
  }).observe(log, { childList: true });
}

function renderButton(turn, answer, policy, say) {
  const [, words] = turn.querySelector(".question").childNodes; // after "You asked:"
  const box = document.createElement("div");
  box.className = "pass-on";
  const consent = say.pass_on_consent.replace("{days}", policy.feedback_days);
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: say.pass_on });
  const result = paragraph("");
  result.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    button.disabled = true;
    const sent = await passOn(policy, answer.dataset.outcome, words.textContent).catch(() => null);
    button.disabled = Boolean(sent?.ok);
    result.textContent = sent?.ok ? say.passed_on : sent?.status === 507 ? say.full : say.failed;
    if (sent?.ok) button.remove();
  });
  box.append(button, paragraph(policy.public_records ? `${consent} ${say.share_record}` : consent, "note"), result);
  return box;
}

function passOn(policy, outcome, question) {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const answer_id = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return fetch(at("v1/unanswered"), {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ answer_id, policy: policy.id, outcome, question }),
  });
}

begin().catch(() => {}); // without the service, the demo still answers
