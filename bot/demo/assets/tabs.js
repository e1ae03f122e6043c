// Runs once the page's header is there. Gradio's tabs are buttons; this lets the arrow keys move between them.
const steps = { ArrowRight: 1, ArrowLeft: -1 };

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (!tab || !(event.key in steps)) return;
  const tabs = [...tab.parentElement.querySelectorAll("[role=tab]")];
  const next = tabs[(tabs.indexOf(tab) + steps[event.key] + tabs.length) % tabs.length];
  event.preventDefault();
  next.focus();
  next.click();
});
