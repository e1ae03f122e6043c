// Runs once the sections are on the page. `trigger` sends an event to the server (see gradio.HTML).
// On a narrow screen the table of contents is above the sections. Close it, so that the sections show.
element.querySelector("details").open = !matchMedia("(max-width: 820px)").matches;

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.question) trigger("submit", { question: button.dataset.question });
  if (button?.dataset.section) {
    const heading = document.querySelector(`#section-${button.dataset.section} h3`);
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  }
});
