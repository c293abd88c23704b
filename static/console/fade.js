/* Moves a node's gain to another value, smoothly. */

const FADE_SECONDS = 0.015; // a gain that jumps clicks

const targets = new WeakMap();

/** Does nothing if `value` is where this GainNode goes already, so it may be called at every tick. */
export function fade(node, value) {
  if (targets.get(node) !== value) {
    targets.set(node, value);
    node.gain.setTargetAtTime(value, node.context.currentTime, FADE_SECONDS);
  }
}
