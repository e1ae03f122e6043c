// Runs when the policy is on the page. `element` is its component, `watch` tells of new values (see gradio.HTML).
const pane = element.closest("#policy");
pane.tabIndex = 0;
pane.setAttribute("role", "region");
pane.setAttribute("aria-label", "The whole policy, cited sentences highlighted");

watch("value", () => {
  if (pane.offsetHeight) {
    show();
    return;
  }
  // The question was chosen in another tab: this one is shown in a moment.
  new ResizeObserver((_, observer) => {
    if (!pane.offsetHeight) return;
    observer.disconnect();
    show();
  }).observe(pane);
});

function show() {
  const first = pane.querySelector('mark[data-citation="1"]');
  if (!first) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const above = first.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  // Only this pane moves: the page stays where the visitor left it.
  pane.scrollBy({ top: above - pane.clientHeight / 4, behavior: still ? "auto" : "smooth" });
}
