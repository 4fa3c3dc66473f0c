/** MUSHRA (ITU-R BS.1534-3): all on one playhead, a slider from 0 to 100 for each. */

import { h, put, resign, sign } from "./build.js";
import { t } from "./words.js";

/** The five parts of the scale, best first. */
const PARTS = ["scale.score_1", "scale.score_2", "scale.score_3", "scale.score_4", "scale.score_5"];
/** Seconds of a recording after which it may be judged. */
const ENOUGH = 2;

/**
 * @param {object} options
 * @param {Array<{slot: string, role: string}>} options.slots
 * @param {import("./deck.js").Deck} options.deck all together
 * @param {string} options.question names the group, for screen readers
 * @param {() => void} options.changed
 */
export function sliders({ slots, deck, question, changed }) {
  const rated = slots.filter(({ role }) => role !== "reference");
  const open = slots.find(({ role }) => role === "reference");
  const rows = rated.map(({ slot }) => row(slot, deck, changed));
  const openMark = sign("play");
  const reference =
    open &&
    h(
      "button",
      { type: "button", class: "swap swap-reference", data: { slot: open.slot }, onclick: () => listen(deck, open.slot) },
      h("b", {}, "X"),
      openMark,
      h("span", {}, t("mushra.reference")),
    );
  const bar = transport(deck);
  const root = h(
    "div",
    { class: "mushra" },
    h(
      "div",
      { class: "mushra-top" },
      bar.root,
      reference,
      h("div", { class: "mushra-scale", "aria-hidden": "true" }, ...PARTS.map((part) => h("span", {}, t(part)))),
    ),
    h("div", { class: "mushra-rows", role: "group", "aria-label": question }, ...rows.map((one) => one.root)),
  );
  const refresh = () => {
    bar.refresh();
    for (const one of rows) one.refresh();
    if (reference) told(reference, openMark, deck, open.slot, `${t("mushra.reference")} X`);
  };
  deck.addEventListener("change", refresh);
  refresh();
  return {
    root,
    heard: () => slots.every(({ slot }) => deck.heard(slot, ENOUGH)),
    heardSlots: () => slots.map(({ slot }) => slot).filter((slot) => deck.heard(slot, ENOUGH)),
    missing: () => rows.filter((one) => one.points === null).length,
    get value() {
      return rows.every((one) => one.points !== null) ? { scores: Object.fromEntries(rows.map((one) => [one.slot, one.points])) } : null;
    },
    /** What is set so far. */
    get part() {
      return { scores: Object.fromEntries(rows.filter((one) => one.points !== null).map((one) => [one.slot, one.points])) };
    },
    set value(given) {
      for (const one of rows) if (given?.scores?.[one.slot] !== undefined) one.set(given.scores[one.slot]);
    },
    refresh,
    enable() {
      /* each slider opens with its own recording */
    },
    press: (digit) => {
      const one = rows[(digit || 10) - 1];
      if (one) listen(deck, one.slot);
    },
    last: Math.min(9, rows.length),
  };
}

function listen(deck, slot) {
  if (deck.playing && deck.slot === slot) deck.pause();
  else deck.play(slot);
}

/** Which recording sounds, and which was heard: on its button. */
function told(button, mark, deck, slot, name) {
  const sounding = deck.playing && deck.slot === slot;
  const heard = deck.heard(slot, ENOUGH);
  button.toggleAttribute("data-sounding", sounding);
  button.toggleAttribute("data-heard", heard);
  button.setAttribute("aria-pressed", String(deck.slot === slot));
  const say = t(sounding ? "clip.playing" : heard ? "clip.heard" : "clip.unheard");
  button.setAttribute("aria-label", `${t(sounding ? "clip.pause" : "clip.play", { name })}, ${say}`);
  resign(mark, sounding ? "pause" : heard ? "heard" : "play");
}

function row(slot, deck, changed) {
  const state = { points: null };
  const mark = sign("play");
  const swap = h("button", { type: "button", class: "swap", data: { slot }, onclick: () => listen(deck, slot) }, h("b", {}, slot), mark);
  const shown = h("output", { class: "points" });
  const touch = () => {
    state.points = Number(range.value);
    tell();
    changed();
  };
  const range = h("input", {
    type: "range",
    min: "0",
    max: "100",
    step: "1",
    value: "0",
    "aria-label": t("mushra.slider", { name: slot }),
    oninput: touch,
    // The end of the scale where the thumb stands already is an answer, too.
    onpointerup: touch,
    onkeydown: (event) => {
      if (/^(Arrow|Home|End|Page)/.test(event.key)) setTimeout(touch);
    },
  });
  const tell = () => {
    put(shown, state.points === null ? "–" : String(state.points));
    range.toggleAttribute("data-unset", state.points === null);
    range.setAttribute("aria-valuetext", state.points === null ? t("mushra.unset") : String(state.points));
    range.style.setProperty("--share", String((state.points || 0) / 100));
  };
  tell();
  return {
    root: h("div", { class: "mushra-row", data: { slot } }, swap, range, shown),
    slot,
    get points() {
      return state.points;
    },
    set(points) {
      range.value = String(points);
      state.points = points;
      tell();
    },
    refresh() {
      told(swap, mark, deck, slot, slot);
      // A recording nobody heard cannot be judged.
      range.disabled = deck.share(slot) === 0 && state.points === null;
    },
  };
}

function transport(deck) {
  const mark = sign("play");
  const play = h("button", { type: "button", class: "play", onclick: () => deck.toggle() }, mark);
  let held = false;
  const at = h("input", {
    type: "range",
    class: "seek",
    min: "0",
    max: "1000",
    step: "1",
    value: "0",
    "aria-label": t("clip.position"),
    onpointerdown: () => {
      held = true;
    },
    onpointerup: () => {
      held = false;
    },
    oninput: () => deck.seek((Number(at.value) / 1000) * deck.length),
  });
  return {
    root: h("div", { class: "transport" }, play, at),
    refresh() {
      resign(mark, deck.playing ? "pause" : "play");
      play.setAttribute("aria-label", t(deck.playing ? "clip.pause_all" : "clip.play_all"));
      const share = deck.position / deck.length;
      if (!held) at.value = String(Math.round(share * 1000));
      at.style.setProperty("--share", share.toFixed(3));
      at.setAttribute("aria-valuetext", `${Math.round(share * 100)} %`);
    },
  };
}
