/**
 * The part of a clip that engines learn from, on its waveform: two handles to drag or to move by
 * keys, the same as numbers, and what it comes to in words.
 */

import { button, h } from "../dom.js";
import { number, seconds as inSeconds, t } from "../texts.js";

/** Seconds of a part that can be used, and how many are best. */
const SHORTEST = 1;
const LONGEST = 30;
const BEST = [6, 15];
const STEPS = { ArrowLeft: -0.1, ArrowDown: -0.1, ArrowRight: 0.1, ArrowUp: 0.1, PageDown: -1, PageUp: 1 };

/** A waveform with room for the handles over it. @param {HTMLElement} player @param {...Node} below */
export const pictured = (player, ...below) => h("div", { class: "vs-picture-and-legend" }, h("div", { class: "vs-part-stage" }, player), ...below);

/**
 * @param {{player: HTMLElement, seconds: number, part: {start: number, end: number}, best?: boolean, use: (part: {start: number, end: number}) => void}} options
 *   seconds: of the whole clip; part: that is chosen; best: whether the doctor chose it; use: the person wants another
 * @returns {HTMLElement} what stands below the waveform; the handles are put over it
 */
export function partChooser({ player, seconds, part, best = true, use }) {
  const now = { start: part.start, end: part.end };
  const longest = Math.min(LONGEST, seconds);
  const handles = { start: handle("start"), end: handle("end") };
  const inputs = { start: field("start"), end: field("end") };
  const words = h("p", { class: "vs-part-words", role: "status" });
  const hear = button({ icon: "play", kind: "quiet", label: t("doctor.part_hear"), onclick: () => player.span(now.start, now.end) });
  const take = button({ kind: "accent", label: t("doctor.part_use"), hidden: true, onclick: () => use({ start: round(now.start), end: round(now.end) }) });
  const back = button({ kind: "quiet", label: t("part.back"), hidden: true, onclick: () => set({ start: part.start, end: part.end }) });

  function handle(name) {
    return h("button", {
      type: "button",
      class: "vs-part-handle",
      data: { handle: name },
      role: "slider",
      "aria-label": t(`doctor.part_${name}`),
      "aria-valuemin": "0",
      "aria-valuemax": seconds.toFixed(1),
      onpointerdown: (event) => drag(event, name),
      onkeydown: (event) => key(event, name),
    });
  }

  function field(name) {
    return h("input", { class: "vs-input", type: "number", name, min: "0", max: seconds.toFixed(1), step: "0.1", "aria-label": t(`doctor.part_${name}`), onchange: ({ target }) => Number.isFinite(target.valueAsNumber) && move(name, target.valueAsNumber) });
  }

  /** One end goes to a place; the other follows where the part would be too short or too long. */
  function move(name, to) {
    const place = Math.min(seconds, Math.max(0, to));
    if (name === "start") {
      const start = Math.min(place, seconds - SHORTEST);
      set({ start, end: Math.min(seconds, Math.max(start + SHORTEST, Math.min(now.end, start + longest))) });
    } else {
      const end = Math.max(place, Math.min(SHORTEST, seconds));
      set({ start: Math.max(0, Math.min(end - SHORTEST, Math.max(now.start, end - longest))), end });
    }
  }

  function drag(event, name) {
    event.preventDefault();
    handles[name].focus();
    handles[name].setPointerCapture(event.pointerId);
    const box = overlay.getBoundingClientRect();
    const follow = ({ clientX }) => move(name, ((clientX - box.left) / box.width) * seconds);
    const end = () => {
      handles[name].removeEventListener("pointermove", follow);
      handles[name].removeEventListener("pointerup", end);
      handles[name].removeEventListener("pointercancel", end);
    };
    handles[name].addEventListener("pointermove", follow);
    handles[name].addEventListener("pointerup", end);
    handles[name].addEventListener("pointercancel", end);
  }

  function key(event, name) {
    const ends = { Home: name === "start" ? 0 : now.start + SHORTEST, End: name === "start" ? now.end - SHORTEST : seconds };
    const step = STEPS[event.key];
    if (event.key in ends) move(name, ends[event.key]);
    else if (step) move(name, now[name] + step * (event.shiftKey ? 10 : 1));
    else if (event.key === " " || event.key === "Enter") player.span(now.start, now.end);
    else return;
    event.preventDefault();
  }

  function set({ start, end }) {
    Object.assign(now, { start, end });
    for (const name of ["start", "end"]) {
      handles[name].style.setProperty("--at", String(now[name] / seconds));
      handles[name].setAttribute("aria-valuenow", now[name].toFixed(1));
      handles[name].setAttribute("aria-valuetext", inSeconds(now[name]));
      if (document.activeElement !== inputs[name]) inputs[name].value = now[name].toFixed(1);
    }
    const changed = Math.abs(start - part.start) > 0.05 || Math.abs(end - part.end) > 0.05;
    const length = end - start;
    const advice = length < BEST[0] - 0.05 ? t("part.short") : length > BEST[1] + 0.05 ? t("part.long") : "";
    const which = t(changed ? "part.new" : best ? "part.best" : "part.yours", { start: number(start, 1), end: number(end, 1), length: inSeconds(length) });
    words.textContent = advice ? `${which} ${advice}` : which;
    take.hidden = back.hidden = !changed;
    element.toggleAttribute("data-changed", changed);
    if (player.marked) player.marks = { ...player.marked, part: { start, end } };
  }

  const overlay = h("div", { class: "vs-part-overlay", role: "group", "aria-label": t("part.name") }, handles.start, handles.end);
  player.parentElement?.querySelector(".vs-part-overlay")?.remove();
  player.after(overlay);
  const element = h(
    "div",
    { class: "vs-part" },
    words,
    h("div", { class: "vs-part-line" }, hear, take, back),
    h("details", {}, h("summary", {}, t("part.numbers")), h("p", { class: "vs-hint" }, t("doctor.part_why")), h("div", { class: "vs-part-line" }, inputs.start, h("span", { "aria-hidden": "true" }, "–"), inputs.end)),
  );
  set(now);
  return element;
}

const round = (value) => Math.round(value * 100) / 100;
