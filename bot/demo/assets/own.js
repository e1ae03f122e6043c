// Runs once the tab for another policy is on the page. The file or the address and the conversation stay on the page;
// the server forgets them, and asks for the policy again if necessary.
const part = (name) => element.querySelector(`#own-${name}`);
const limit = Number(part("choose").dataset.limit);
let policy = null; // { source: { name, file } or { address }, key }
let earlier = [];
let busy = false;

part("file").addEventListener("change", async () => {
  const [chosen] = part("file").files;
  if (!chosen) return;
  if (chosen.size > limit) {
    say(`This file is larger than ${limit / 1e6} MB: choose a smaller one.`);
    return;
  }
  part("address").value = "";
  await read({ name: chosen.name.slice(-120), file: await inBase64(chosen) }, chosen.name);
});

part("choose").addEventListener("submit", async (event) => {
  event.preventDefault();
  const address = part("address").value.trim();
  if (!address) {
    say("Enter the web address of a policy first, or choose a file.");
    return;
  }
  part("file").value = "";
  await read({ address }, address);
});

// Reads another policy. What was asked about the one before is dropped.
async function read(source, name) {
  policy = { source, key: null };
  earlier = [];
  part("panes").hidden = true;
  part("log").replaceChildren();
  part("read").replaceChildren();
  say(`Reading ${name} …`);
  const shown = await send({});
  if (!shown) return;
  part("read").innerHTML = shown.read;
  part("panes").hidden = false;
  const count = part("read").querySelectorAll("li[id]").length;
  say(`${shown.title}: ${count} statements were read. Ask a question about them.`);
}

part("question").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  part("ask").requestSubmit();
});

part("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  const question = part("question").value;
  if (question.trim() && (await ask(question))) part("question").value = "";
});

// Returns whether there is an answer.
async function ask(question) {
  if (busy) return false;
  const shown = await send({ question, earlier });
  if (!shown) return false;
  say("");
  earlier = [...earlier, shown.question].slice(-3);
  part("log").insertAdjacentHTML("beforeend", shown.turn);
  const turn = part("log").lastElementChild;
  scroll(part("log"), turn);
  mark([...turn.querySelectorAll("button[data-sentence]")]);
  return true;
}

part("log").addEventListener("click", (event) => {
  const chosen = event.target.closest("button[data-question]");
  if (chosen) {
    part("log").focus({ preventScroll: true }); // the button disappears with the next answer
    ask(chosen.dataset.question);
    return;
  }
  const button = event.target.closest("button[data-sentence]");
  if (!button) return;
  const statement = part(button.dataset.sentence);
  scroll(part("read"), statement);
  part("read").scrollIntoView({ block: "nearest" });
  statement.focus({ preventScroll: true });
});

function mark(buttons) {
  for (const old of part("read").querySelectorAll(".cited, .near")) old.classList.remove("cited", "near");
  for (const button of buttons) {
    part(button.dataset.sentence).classList.add(button.closest(".related") ? "near" : "cited");
  }
  if (buttons.length) scroll(part("read"), part(buttons[0].dataset.sentence));
}

function scroll(pane, target) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const above = target.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollBy({ top: above - 12, behavior: still ? "auto" : "smooth" });
}

function say(words) {
  part("status").textContent = words;
}

function inBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

// Sends a question, or nothing but the policy. Returns what the server shows, or null if it refused or if the visitor
// has chosen another policy in the meantime.
async function send(words) {
  const asked = policy;
  busy = true;
  try {
    let answer = asked.key ? await post({ ...words, key: asked.key }) : null;
    if (!answer || answer.status === 409) answer = await post({ ...words, ...asked.source });
    const shown = await answer.json();
    if (policy !== asked) return null;
    if (answer.ok) {
      asked.key = shown.key;
      return shown;
    }
    say(shown.error);
  } catch {
    if (policy === asked) say("The demo cannot be reached. Please try again in a moment.");
  } finally {
    if (policy === asked) busy = false;
  }
  return null;
}

function post(body) {
  const address = new URL("own", new URL(".", location.href));
  return fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}
