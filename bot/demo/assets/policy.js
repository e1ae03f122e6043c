// Runs once the policy is on the page. `element` is its component, and `watch` reports new values (see gradio.HTML).
const pane = element.closest("#policy");
pane.tabIndex = 0;
pane.setAttribute("role", "region");
pane.setAttribute("aria-label", "The whole policy, cited sentences highlighted");

watch("value", () => {
  if (pane.offsetHeight) {
    show();
    return;
  }
  // The question was chosen in another tab, and this tab is about to be shown.
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
  // Scroll only this pane: the page stays where the visitor left it.
  pane.scrollBy({ top: above - pane.clientHeight / 4, behavior: still ? "auto" : "smooth" });
}
