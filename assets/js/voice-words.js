/** The words of a saved voice's clip, to read and to correct in place. */

import { button, fill, h, icon } from "./dom.js";
import { put } from "./http.js";
import { t } from "./texts.js";
import { disagreement } from "./transcript.js";

const REFUSED = "transcript_not_covering";

/** @param {object} voice @param {(voice: object) => void} changed */
export function voiceWords(voice, changed) {
  const place = h("div", { class: "vs-voice-words" });
  const read = () => {
    const label = t(voice.transcript ? "voices.edit" : "voices.write");
    fill(
      place,
      voice.transcript ? h("blockquote", { class: "vs-transcript", lang: voice.language }, voice.transcript) : h("p", { class: "vs-hint" }, t("voices.no_transcript")),
      button({ kind: "quiet", label, "aria-label": `${label}: ${voice.name}`, onclick: write }),
    );
  };
  const write = () => {
    const box = h("textarea", { class: "vs-input", rows: String(Math.min(8, 2 + Math.ceil(voice.transcript.length / 44))), lang: voice.language, "aria-label": t("voices.transcript") });
    box.value = voice.transcript;
    const problem = h("div", { hidden: true });
    const save = button({ kind: "accent", label: t("voices.save"), onclick: () => send() });
    const send = async (more = {}) => {
      save.disabled = true;
      problem.hidden = true;
      try {
        changed(await put(`/api/voices/${voice.id}`, { transcript: box.value.trim(), ...more }));
      } catch (reason) {
        problem.hidden = false;
        fill(problem, reason.code === REFUSED ? disagreement(reason, box.value.trim(), () => send({ insist_transcript: true })) : h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
        save.disabled = false;
      }
    };
    fill(place, box, problem, h("div", { class: "vs-actions" }, save, button({ kind: "quiet", label: t("voices.back"), onclick: read })));
    box.focus();
  };
  read();
  return place;
}
