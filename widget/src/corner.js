// Coordinates all chats on the page that have a launcher: stacks their buttons, and keeps only one chat open.

/**
 * @typedef {{
 *   launcher: import("./launcher.js").Launcher, left: boolean, isOpen: () => boolean, close: () => void
 * }} Member
 */

const GAP = 12; // pixels between launchers

/** @type {Set<Member>} */
const members = new Set();

/** @type {ResizeObserver | undefined} */
let observer;

/** @param {Member} member */
export function join(member) {
  observer ??= new ResizeObserver(arrange);
  members.add(member);
  observer.observe(member.launcher.node);
  arrange();
}

/** @param {Member} member */
export function leave(member) {
  members.delete(member);
  observer?.unobserve(member.launcher.node);
  arrange();
}

/**
 * Closes the other chats when one has opened.
 * @param {Member} opened
 */
export function closeOthers(opened) {
  for (const member of members) if (member !== opened) member.close();
}

/** Stacks the launchers in each corner, and hides them while a chat is open, so that none covers it. */
export function arrange() {
  const below = { left: 0, right: 0 };
  const someOpen = [...members].some((member) => member.isOpen());
  for (const { launcher, left } of members) {
    launcher.setCovered(someOpen);
    const side = left ? "left" : "right";
    launcher.setBelow(below[side]);
    const { height } = launcher.node.getBoundingClientRect();
    if (height) below[side] += height + GAP;
  }
}
