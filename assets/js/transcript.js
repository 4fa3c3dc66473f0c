/** The words of a clip: proposed by speech recognition, corrected by a person, proven to cover it. */

import { button, h, icon } from "./dom.js";
import { page } from "./http.js";
import { number, t } from "./texts.js";

/** Whether the words heard cover the chosen part, and where they do not. */
export function coverage({ coverage: found }) {
  if (!found) return null;
  if (found.proven) return h("p", { class: "vs-covered", data: { proven: "yes" } }, icon("check"), t("transcript.covered"));
  const places = (found.uncovered || []).map(([from, to]) => t("transcript.place", { start: number(from, 1), end: number(to, 1) }));
  return h("p", { class: "vs-covered", data: { proven: "no" } }, icon("warn"), places.length ? t("transcript.uncovered", { places: places.join(", ") }) : t("transcript.unproven"));
}

/** Where the words come from, or what is missing for that. @param {object|null} doctor */
export function origin(doctor) {
  if (!doctor) return null;
  if (!doctor.recogniser) return h("p", { class: "vs-hint" }, t("transcript.no_recogniser"), " ", h("a", { href: page("engines#model-whisper") }, t("transcript.get_recogniser")));
  if (!doctor.transcript) return null;
  return [h("p", { class: "vs-hint" }, t("transcript.check", { model: doctor.recogniser })), coverage(doctor.transcript)];
}

/**
 * A transcript that was refused because it does not cover the clip: both texts, and a way past.
 * @param {import("./http.js").Refusal} refusal @param {string} own @param {() => void} insist
 */
export function disagreement(refusal, own, insist) {
  const { heard } = refusal.details;
  return h(
    "div",
    { class: "vs-disagreement", role: "alert" },
    h("p", { class: "vs-alert" }, icon("warn"), h("span", {}, t("transcript.differs"))),
    h(
      "dl",
      {},
      heard ? h("div", {}, h("dt", {}, t("transcript.heard")), h("dd", {}, heard)) : null,
      h("div", {}, h("dt", {}, t("transcript.yours")), h("dd", {}, own || t("transcript.empty"))),
    ),
    button({ kind: "plain", label: t("transcript.insist"), class: "vs-button vs-button-plain vs-insist-transcript", onclick: insist }),
  );
}
