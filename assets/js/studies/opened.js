/** What an open and a closed study have in common: the head, the copy, the result. */

import { button, fill, h, icon } from "../dom.js";
import { post } from "../http.js";
import { languageName, moment, t } from "../texts.js";
import { stateChip } from "./list.js";
import { go, way } from "./place.js";
import { useName } from "./uses.js";

export function headOf(study) {
  const since = study.state === "open" ? t("studies.opened_at", { when: moment(study.opened_at) }) : t("studies.closed_at", { when: moment(study.closed_at) });
  return h(
    "header",
    { class: "vs-study-head" },
    h("a", { class: "vs-study-back", ...way({}) }, icon("back"), t("studies.back")),
    h("div", {}, h("h2", { class: "vs-study-title" }, study.title || t("studies.untitled")), stateChip(study.state)),
    h("p", { class: "vs-meta" }, [t(`studies.question.${study.question}`), t(`studies.protocol.${study.protocol}`), languageName(study.language), useName(study.use), since].map((one) => h("span", {}, one))),
    seal(study.seal),
  );
}

/** The hashes that were published when it opened: anybody may hold the study against them. */
function seal(sealed) {
  if (!sealed) return null;
  return h(
    "details",
    { class: "vs-study-sealed" },
    h("summary", {}, icon("seal"), t("studies.sealed", { when: moment(sealed.sealed_at) })),
    h("dl", {}, [["studies.seal_plan", sealed.plan_sha256], ["studies.seal_key", sealed.key_sha256]].map(([name, hash]) => h("div", {}, h("dt", {}, t(name)), h("dd", {}, h("code", {}, hash))))),
  );
}

/** The same again as a draft: a study that is open stays as it is. */
export function copyOf(study) {
  const word = h("span", { class: "vs-hint", role: "status" });
  const made = button({
    icon: "copy",
    label: t("studies.copy_study"),
    onclick: async () => {
      made.disabled = true;
      try {
        const draft = await post("/api/studies", { copy: study.id });
        go({ study: draft.id, step: "question" });
      } catch (reason) {
        made.disabled = false;
        word.textContent = reason.message;
      }
    },
  });
  return h("div", { class: "vs-actions" }, made, word);
}

/** The element that shows a result; it comes with its own modules. */
export function result(study) {
  const place = h("div", { class: "vs-study-result" });
  (async () => {
    try {
      await import("../result/study-result.js");
      const shown = document.createElement("vs-study-result");
      shown.setAttribute("study", study.id);
      place.replaceChildren(shown);
    } catch (reason) {
      fill(place, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
    }
  })();
  return place;
}
