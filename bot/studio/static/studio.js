// The studio's pages work without this script. It adds what needs no new page: the checker's word while somebody types,
// answers of the chat, the list of chosen statements, arrow keys in the policy, and a look at what has changed.
// Text is only ever set as text, never as HTML.

const LOOK_EVERY = 1500; // milliseconds
const TYPING = 400;
const PAGE = 10; // statements

const $ = (id) => document.getElementById(id);
const form = $("answer");
const policy = $("policy");
let unsaved = false;

/** Returns an element with text and a class. */
function element(name, text = "", kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

/** Sends a body to one of the studio's addresses. Resolves to the reply as JSON; rejects with its sentence. */
async function call(address, body, type) {
  const response = await fetch(address, body === undefined ? {} : { method: "POST", body, headers: { "Content-Type": type } });
  const reply = await response.json().catch(() => ({ detail: "The studio did not answer: is it still running?" }));
  if (!response.ok) throw new Error(reply.detail);
  return reply;
}

// What has changed ---------------------------------------------------------------------------------------------------

let built = document.body.dataset.built;
let touched = false;
document.addEventListener("input", () => (touched = true));

async function look() {
  let state;
  try {
    state = await call("api/state");
  } catch (error) {
    state = { words: error instanceof TypeError ? "The studio has stopped. Start it again with askpolicy studio." : error.message, failed: true, current: true };
  }
  // A page that was made before there was a chat knows neither what it says nor which topics the policy speaks to.
  if (state.built && !built && !touched && form) {
    location.reload();
    return;
  }
  const shown = $("state-words");
  if (shown.textContent !== state.words) shown.textContent = state.words;
  $("state").className = `state${state.failed ? " failed" : state.current ? "" : " working"}`;
  $("changed").hidden = !state.revision || state.revision === document.body.dataset.revision;
  if (state.built && state.built !== built) {
    built = state.built;
    if ($("says")) ask();
  }
}

if ($("state")) setInterval(() => document.hidden || look(), LOOK_EVERY);

// What the chat says --------------------------------------------------------------------------------------------------

async function ask() {
  const says = $("says");
  const question = $("ask").value;
  let parts;
  try {
    const said = await call("api/ask", JSON.stringify({ question }), "application/json");
    parts = [element("p", said.meaning + (said.answered ? ":" : "."), said.answered ? "meaning answered" : "meaning")];
    if (said.opening) parts.push(element("p", said.opening, "opening"));
    const quotes = element("ol", "", "quotes");
    for (const { text, section } of said.quotes) {
      const item = element("li");
      item.append(element("blockquote", text));
      if (section) item.append(element("p", section, "source"));
      quotes.append(item);
    }
    if (said.quotes.length) parts.push(quotes);
    parts.push(...said.notes.map((note) => element("p", note, "small")));
  } catch (error) {
    parts = [element("p", error.message, "small")];
  }
  says.replaceChildren(...parts);
}

$("asking")?.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});

// The answer in the form ----------------------------------------------------------------------------------------------

let timer = 0;

async function check() {
  let found;
  try {
    found = await call("api/check", new URLSearchParams(new FormData(form)).toString(), "application/x-www-form-urlencoded");
  } catch (error) {
    $("word").replaceChildren(element("p", error.message));
    return;
  }
  $("meter").textContent = found.words ? `Grade ${found.grade.toFixed(1)} · ${found.words} words` : "";
  const list = element("ul");
  list.append(...found.objections.map((what) => element("li", what)));
  const fine = element("p", "The checker agrees: the sentence says only what the statements say.", "fine");
  $("word").replaceChildren(found.objections.length ? list : fine);
  $("offered-words").textContent = found.offered;
  $("offered").hidden = !found.offered;
}

if ($("use-offered")) {
  $("use-offered").hidden = false;
  $("use-offered").addEventListener("click", () => {
    $("text-en").value = $("offered-words").textContent;
    $("text-en").dispatchEvent(new Event("input", { bubbles: true }));
    $("text-en").focus();
  });
}

function checkSoon() {
  clearTimeout(timer);
  timer = setTimeout(check, TYPING);
}

/** Writes the list of chosen statements again: the best one first, the others in reading order. */
function listChosen() {
  const list = $("chosen");
  const best = list.querySelector(":checked")?.value;
  const chosen = [...policy.querySelectorAll("input:checked")];
  const first = chosen.find((box) => box.value === best) ?? chosen[0];
  const ordered = first ? [first, ...chosen.filter((box) => box !== first)] : [];
  list.replaceChildren(
    ...ordered.map((box) => {
      const item = element("li");
      const label = element("label");
      const radio = element("input");
      Object.assign(radio, { type: "radio", name: "best", value: box.value, checked: box === first });
      const words = box.dataset.whole ?? box.nextElementSibling.textContent;
      label.append(radio, " ", element("span", words));
      const remove = element("button", "Remove", "quiet");
      remove.type = "button";
      remove.setAttribute("aria-label", `Remove “${words}”`);
      remove.addEventListener("click", () => {
        box.checked = false;
        box.dispatchEvent(new Event("change", { bubbles: true }));
        (list.querySelector("input") ?? $("text-en")).focus();
      });
      item.append(label, remove);
      return item;
    }),
  );
  $("none-chosen").hidden = ordered.length > 0;
  $("some-chosen").hidden = ordered.length === 0;
}

if (form) {
  listChosen();
  const changed = () => {
    unsaved = true;
    checkSoon();
  };
  form.addEventListener("input", changed);
  policy.addEventListener("change", () => {
    listChosen();
    changed();
  });
  form.addEventListener("submit", () => (unsaved = false));
  window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
}

// Keys in the policy: one stop for the Tab key, then arrows ------------------------------------------------------------

if (policy) {
  const boxes = [...policy.querySelectorAll("input")];
  const stopAt = (box) => boxes.forEach((each) => (each.tabIndex = each === box ? 0 : -1));
  const first = boxes.find((box) => box.checked) ?? boxes[0];
  if (first) stopAt(first);
  policy.addEventListener("focusin", (event) => event.target.matches("input") && stopAt(event.target));
  policy.addEventListener("keydown", (event) => {
    const at = boxes.indexOf(event.target);
    const last = boxes.length - 1;
    const page = { PageDown: Math.min(at + PAGE, last), PageUp: Math.max(at - PAGE, 0) };
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, ...page }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    boxes[to]?.focus();
  });
  // The next statement with the words that were typed gets the focus, so that the space bar chooses it.
  let found = -1;
  $("finding").hidden = false;
  $("finding").addEventListener("submit", (event) => {
    event.preventDefault();
    const words = $("find-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (box) => words.every((word) => box.nextElementSibling.textContent.toLowerCase().includes(word));
    const next = words.length ? [...boxes.slice(found + 1), ...boxes].find(has) : undefined;
    found = boxes.indexOf(next);
    next?.focus();
    $("nothing-found").textContent = next || !words.length ? "" : "No statement has these words.";
  });
  const pane = policy.closest("section");
  if (first?.checked && pane.scrollHeight > pane.clientHeight) {
    pane.scrollTop += first.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
  }
}

// The list of topics --------------------------------------------------------------------------------------------------

$("find")?.addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  let some = false;
  for (const item of $("list").children) {
    item.hidden = !words.every((word) => item.dataset.words.includes(word));
    some ||= !item.hidden;
  }
  $("none-found").hidden = some;
  $("none-found").textContent = "No topic in this list has these words.";
});

// Focus, and what takes a while ---------------------------------------------------------------------------------------

const start = $("problem") ?? $(location.hash.slice(1));
start?.focus();

$("publishing")?.addEventListener("submit", () => {
  $("publishing-words").textContent = "Checking and building. This can take a minute.";
});
