/** Choosing another part of a saved voice's clip: the doctor looks at it, its words are asked for. */

import { button, fill, h, icon } from "../dom.js";
import { post } from "../http.js";
import { t } from "../texts.js";
import { disagreement } from "../transcript.js";
import { partChooser } from "./part.js";

const REFUSED = "transcript_not_covering";

/**
 * @param {object} voice @param {HTMLElement} player @param {(voice: object) => void} changed
 * @returns {HTMLElement|null} a fold; null where there is no part to choose from
 */
export function anotherPart(voice, player, changed) {
  const part = voice.doctor?.part;
  if (!part) return null;
  const body = h("div", { class: "vs-fold-body" });
  const problem = h("div", { hidden: true });
  const use = async (wanted, more = {}) => {
    problem.hidden = false;
    fill(problem, h("p", { class: "vs-doctor-busy", role: "status" }, h("span", { class: "vs-pulse", "aria-hidden": "true" }), t("voices.examining")));
    try {
      changed((await post(`/api/voices/${voice.id}/doctor`, { part_start: wanted.start, part_end: wanted.end, ...more })).voice);
    } catch (reason) {
      const heard = reason.code === REFUSED && reason.details?.heard;
      fill(
        problem,
        reason.code === REFUSED
          ? disagreement(reason, voice.transcript, () => use(wanted, { insist_transcript: true }))
          : h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message),
        heard && h("div", { class: "vs-actions" }, button({ kind: "accent", label: t("part.take_heard"), onclick: () => use(wanted, { transcript: heard }) })),
      );
    }
  };
  return h(
    "details",
    {
      class: "vs-another-part",
      ontoggle: ({ target }) => {
        const overlay = player.parentElement.querySelector(".vs-part-overlay");
        if (overlay) overlay.hidden = !target.open;
        if (target.open && !body.firstChild) body.append(partChooser({ player, seconds: voice.check.seconds, part, best: false, use }), problem);
      },
    },
    h("summary", {}, t("part.another")),
    body,
  );
}
