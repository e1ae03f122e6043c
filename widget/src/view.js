// Builds the visible parts of the chat for one set of options.

import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Launcher } from "./launcher.js";
import { Layer } from "./layer.js";
import { Panel } from "./panel.js";

/**
 * What a visitor can do.
 * @typedef {{ ask: () => void, open: () => void, close: () => void, escape: () => boolean, opened: () => void }} Acts
 */

export class View {
  /**
   * @param {import("./options.js").Options} options
   * @param {import("./labels.js").Wording} wording in the language of the options, or in English until that is loaded
   * @param {MediaQueryList} small matches if the chat fills the window
   * @param {import("./protocol.js").Turn[]} turns the conversation so far
   * @param {Acts} acts
   */
  constructor(options, wording, small, turns, { ask, open, close, escape, opened }) {
    const { inline } = options;
    const heading = options.heading || wording.say.heading;
    const greeting = options.greeting || wording.say.greeting;
    this.options = options;
    this.wording = wording;
    this.launcher = new Launcher(wording, heading, open);
    this.composer = new Composer(wording, ask);
    this.conversation = new Conversation(wording, { inline, greeting }, turns);
    this.panel = new Panel(
      wording,
      { inline, heading, small, close, escape, opened },
      this.conversation.node,
      this.conversation.status,
      this.composer.node,
    );
    /** Null inline. */
    this.layer = inline ? null : new Layer(this.launcher.node, this.panel.node);
    /** @type {Node[]} */
    this.nodes = this.layer ? [this.layer.probe, this.layer.node] : [this.panel.node];
  }

  /**
   * Hides the chat until its labels are loaded, but keeps its space on the page.
   * @param {boolean} ready
   */
  setReady(ready) {
    for (const { node } of [this.launcher, this.panel]) node.classList.toggle("unready", !ready);
  }
}
