// Runs once the page's header is there. If an event without a queue is refused, Gradio shows nothing and ignores
// further clicks on the same button. Therefore this script shows the refusal and gives Gradio an answer that only
// enables buttons: the refused event may have been the one to enable them again.
const notice = document.createElement("p");
notice.className = "warning";
notice.setAttribute("role", "alert");
const send = window.fetch;

window.fetch = async (address, options) => {
  if (options?.method !== "POST" || !String(address).includes("/gradio_api/")) return send(address, options);
  notice.remove();
  let words = "The demo cannot be reached. Please try again in a moment.";
  try {
    const answer = await send(address, options);
    if (answer.ok) return answer;
    words = (await answer.json()).error ?? words;
  } catch {
    // The demo did not answer, or a proxy answered in its place.
  }
  notice.textContent = words;
  const shown = [...document.querySelectorAll("#entry, button.primary")].find((part) => part.checkVisibility());
  shown?.before(notice);
  const { components, dependencies } = window.gradio_config;
  const { outputs } = dependencies.find(({ id }) => id === JSON.parse(options.body).fn_index);
  const isButton = (output) => components.find(({ id }) => id === output).type === "button";
  const changes = (output) => (isButton(output) ? { interactive: true } : {});
  return Response.json({ data: outputs.map((output) => ({ __type__: "update", ...changes(output) })) });
};
