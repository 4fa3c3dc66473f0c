/**
 * What the reference doctor says of a clip: a picture with its legend, one sentence of advice,
 * findings, repairs and figures. Everything the picture shows stands in words beside it.
 */

import { h, icon } from "./dom.js";
import { figureList, findingList } from "./measured.js";
import { counted, number, seconds, t } from "./texts.js";

/** Give a player the picture. @param {HTMLElement} player a `vs-player` @param {object|null} doctor */
export function paint(player, doctor) {
  const picture = doctor?.picture;
  if (!picture) return;
  player.classList.add("vs-player-marked");
  if (picture.peaks?.length) player.wavePeaks = picture.peaks;
  player.marks = { seconds: picture.seconds, speech: picture.speech || [], clipping: picture.clipping || [], part: doctor.part || null };
}

const length = (pairs) => (pairs || []).reduce((sum, [from, to]) => sum + to - from, 0);

/** The legend, which says the same in words and numbers. */
export function legend({ picture, part }) {
  if (!picture) return null;
  const clipped = picture.clipping?.length || 0;
  const rows = [
    ["speech", t("doctor.legend_speech", { seconds: seconds(length(picture.speech)) })],
    ["silence", t("doctor.legend_silence", { seconds: seconds(Math.max(0, picture.seconds - length(picture.speech))) })],
    clipped ? ["clipping", counted("doctor.legend_clipping", clipped)] : null,
    part && ["part", t("doctor.legend_part", { start: number(part.start, 1), end: seconds(part.end) })],
  ];
  return h("ul", { class: "vs-legend" }, rows.filter(Boolean).map(([name, words]) => h("li", {}, h("i", { data: { mark: name }, "aria-hidden": "true" }), words)));
}

/** The one sentence that helps most. */
export const advice = (doctor) => (doctor.advice ? h("p", { class: "vs-advice" }, doctor.advice.message) : null);

const repairs = ({ repairs: made }) =>
  made?.length
    ? h("div", { class: "vs-repairs" }, h("p", { class: "vs-label" }, t("doctor.repaired")), h("ul", {}, made.map((one) => h("li", {}, icon("check"), one.message))))
    : null;

/** What could not be looked at; that nobody listened to the words is told where they are asked for. */
function unchecked({ unchecked: notes = [] }) {
  const told = notes.filter((one) => !one.code.endsWith("no_recogniser"));
  return told.length ? h("ul", { class: "vs-remarks" }, told.map((one) => h("li", {}, one.message))) : null;
}

const figures = ({ figures: all }) => (all?.length ? h("details", {}, h("summary", {}, t("report.all")), figureList(all)) : null);

/** Everything but the picture. */
export const opinion = (doctor) => [advice(doctor), findingList(doctor.findings || []), repairs(doctor), unchecked(doctor), figures(doctor)];
