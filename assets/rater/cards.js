/** One card a clip: its name, what is heard of it, a line that runs while it plays. */

import { h, put, resign, sign } from "./build.js";
import { t } from "./words.js";

/** Milliseconds between one clip's end and the next one's beginning. */
const GAP = 600;

/** How a clip is called, on its card and in its controls. */
function names(protocol, { slot, role }) {
  if (role === "reference" && protocol !== "abx") return { letter: "X", word: t("clip.reference"), spoken: `${t("clip.reference")} X` };
  if (protocol === "acr" || protocol === "smos") return { letter: "", word: t("clip.one"), spoken: t("clip.one") };
  const letter = slot.toUpperCase();
  return { letter, word: "", spoken: letter };
}

/**
 * @param {object} options
 * @param {string} options.protocol
 * @param {Array<{slot: string, role: string}>} options.slots in the order of the screen
 * @param {import("./deck.js").Deck} options.deck
 * @returns {{root: HTMLElement, refresh: () => void, close: () => void}}
 */
export function cards({ protocol, slots, deck }) {
  const parts = slots.map((slot) => card(protocol, slot, deck));
  const order = slots.map(({ slot }) => slot);
  let gap = null;

  /** What was not heard yet follows by itself: one tap is enough for the whole screen. */
  const onward = ({ detail: ended }) => {
    const after = [...order.slice(order.indexOf(ended) + 1), ...order].find((slot) => !deck.heard(slot));
    if (after) gap = setTimeout(() => deck.play(after), GAP);
  };
  const refresh = () => {
    if (deck.playing) clearTimeout(gap);
    for (const part of parts) part.refresh();
  };
  deck.addEventListener("ended", onward);
  deck.addEventListener("change", refresh);
  refresh();
  return {
    root: h("div", { class: "cards", data: { count: String(slots.length) } }, ...parts.map((part) => part.root)),
    refresh,
    close: () => clearTimeout(gap),
  };
}

function card(protocol, one, deck) {
  const { slot, role } = one;
  const { letter, word, spoken } = names(protocol, one);
  const mark = sign("play");
  const state = h("span", { class: "card-state" });
  const line = h("i", {});
  const root = h(
    "button",
    {
      type: "button",
      class: "card",
      data: { slot, role },
      onclick: (event) => {
        deck.toggle(slot);
        // A tap leaves the keyboard where it was: Enter and the space bar go on meaning the screen.
        if (event.detail > 0) document.querySelector("#screen h1")?.focus({ preventScroll: true });
      },
    },
    h("span", { class: "card-name" }, letter && h("b", {}, letter), word && h("span", {}, word)),
    h("span", { class: "card-sign" }, mark),
    state,
    h("span", { class: "card-line" }, line),
  );
  const refresh = () => {
    const sounding = deck.playing && deck.slot === slot;
    const heard = deck.heard(slot);
    const share = deck.slot === slot ? deck.position / deck.clips.get(slot).duration : 0;
    root.toggleAttribute("data-sounding", sounding);
    root.toggleAttribute("data-heard", heard);
    root.toggleAttribute("data-chosen", deck.slot === slot);
    resign(mark, sounding ? "pause" : "play");
    const say = sounding ? "clip.playing" : heard ? "clip.heard" : deck.share(slot) > 0 ? "clip.partly" : "clip.unheard";
    put(state, t(say));
    root.setAttribute("aria-label", `${t(sounding ? "clip.pause" : "clip.play", { name: spoken })}, ${t(say)}`);
    line.style.setProperty("--share", Math.min(1, share).toFixed(3));
  };
  return { root, refresh };
}
