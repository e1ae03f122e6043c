// Runs when the page's head is there. Gradio says nothing if an event that is not queued is refused, and takes no other
// event from the same button. So a refusal is shown here, and gradio gets an answer that changes nothing, except that
// buttons work again: the refused event may have been the one that was to enable them.
const notice = document.createElement("p");
notice.className = "warning";
notice.setAttribute("role", "alert");
const send = window.fetch;

window.fetch = async (address, options) => {
  if (options?.method !== "POST") return send(address, options);
  notice.remove();
  let words = "There is no connection to the demo: try again in a moment.";
  try {
    const answer = await send(address, options);
    if (answer.ok) return answer;
    words = (await answer.json()).error ?? words;
  } catch {
    // No answer, or none of ours.
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
