/** Parts of the blind page that hold no state: the two sides, the vote buttons, the keys. */

import { h } from "./dom.js";
import { t } from "./texts.js";

/** Keys and what they vote. */
export const CHOICES = { 1: "a", 2: "b", 0: "tie" };
const ORDER = ["a", "tie", "b"];

/** One side: its letter, whether it was heard, and room for the name that comes after the vote. */
export function sidePanel(side, onclick) {
  const state = h("span", { class: "vs-side-state" });
  const reveal = h("span", { class: "vs-reveal" });
  const root = h(
    "button",
    { type: "button", class: "vs-side", data: { side }, "aria-pressed": "false", onclick },
    h("span", { class: "vs-letter" }, side.toUpperCase()),
    state,
    reveal,
  );
  return { root, state, reveal };
}

/** The three answers, each with its key. @param {(choice: string) => void} vote */
export function voteButtons(vote) {
  const keys = Object.fromEntries(Object.entries(CHOICES).map(([key, choice]) => [choice, key]));
  return ORDER.map((choice) =>
    h(
      "button",
      { type: "button", class: "vs-vote", data: { choice }, "aria-keyshortcuts": keys[choice], onclick: () => vote(choice) },
      h("span", {}, t(`blind.vote_${choice}`)),
      h("kbd", {}, keys[choice]),
    ),
  );
}

/** What the keys do. */
export const keyHints = () =>
  h("p", { class: "vs-keys" }, ["space", "switch", "vote"].map((name) => h("span", {}, h("kbd", {}, t(`blind.key_${name}`)), t(`blind.key_${name}_does`))));
