// Where an answer sends the visitor.

/**
 * Returns the places to go next, the best first, each once.
 * @param {import("./protocol.js").Answer} answer
 * @returns {{ name: string, url: string | null }[]}
 */
export function places({ route, next_steps }) {
  if (!route) return next_steps;
  return [route, ...next_steps.filter(({ name, url }) => (url ? url !== route.url : name !== route.name))];
}
