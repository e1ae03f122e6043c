// Runs when the sections are on the page. `trigger` hands an event to the server (see gradio.HTML).
// On a narrow screen the contents stand above the sections: closed, they do not hide them.
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
