/** A text as it will be said: what is written, and under each place what is said there. */

import { h } from "./dom.js";
import { characters } from "./readings-places.js";
import { has, t } from "./texts.js";

/** So many characters stand before and after a place; what lies between is left out. */
const AROUND = 24;

/**
 * @param {string} text
 * @param {object[]} places in order
 * @param {(place: object, chip: HTMLElement) => void} open
 */
export function lines(text, places, open) {
  const letters = characters(text);
  const made = [];
  let at = 0;
  for (const place of places) {
    made.push(...plain(letters.slice(at, place.start), at === 0, false), chip(place, open));
    at = place.end;
  }
  return [...made, ...plain(letters.slice(at), places.length === 0, true)];
}

function plain(letters, first, last) {
  const said = (part) => h("span", { class: "vs-readings-plain" }, part.join("").replace(/\s*\n\s*/g, " "));
  const short = letters.length <= 2 * AROUND || (first && last);
  if (short && !((first || last) && letters.length > AROUND)) return letters.length ? [said(letters)] : [];
  const gap = h("span", { class: "vs-readings-gap", title: letters.join("") }, "…");
  if (first) return [gap, said(letters.slice(-AROUND))];
  if (last) return [said(letters.slice(0, AROUND)), gap];
  return [said(letters.slice(0, AROUND)), gap, said(letters.slice(-AROUND))];
}

/** What kind of thing a place is, in words. */
export const kindOf = ({ kind }) => (has(`readings.kind.${kind}`) ? t(`readings.kind.${kind}`) : t("readings.kind.number"));

function chip(place, open) {
  const { written, said, start } = place;
  const confidence = place.decided ? "certain" : place.confidence;
  const as = said === null || said === written;
  const label = as ? t("readings.chip_written", { written }) : t("readings.chip", { written, reading: said.trim() });
  const made = h(
    "button",
    { type: "button", class: "vs-reading", "aria-label": `${label}. ${t(`readings.confidence.${confidence}`)}`, title: kindOf(place), data: { start, confidence, as: as ? "written" : "read", own: place.from === "own" ? "yes" : "no" }, onclick: () => open(place, made) },
    h("span", { class: "vs-reading-written" }, written),
    h("span", { class: "vs-reading-said" }, as ? "=" : said.trim()),
  );
  return made;
}
