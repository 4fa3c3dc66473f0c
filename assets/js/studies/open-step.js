/** Last step: what still hinders opening, the whole plan to read once more, and the seal. */

import { button, fill, h, icon } from "../dom.js";
import { get, post } from "../http.js";
import { t } from "../texts.js";
import { setup } from "./setup.js";

export function openStep({ draft, say, again }) {
  const list = h("section", { class: "vs-card vs-ready", "aria-live": "polite" });
  const whole = h("section", { class: "vs-card" });
  const act = h("div", { class: "vs-actions" });
  const begin = button({ kind: "accent", icon: "lock", label: t("studies.open_now"), onclick: () => sure() });
  begin.classList.add("vs-study-open");

  /** Opening cannot be taken back: asked once more, in the same place. */
  function sure() {
    const yes = button({ kind: "accent", icon: "lock", label: t("studies.open_yes"), onclick: () => open(yes) });
    yes.classList.add("vs-study-open-yes");
    fill(act, h("p", { class: "vs-label" }, t("studies.open_ask")), yes, button({ kind: "quiet", label: t("no"), onclick: () => fill(act, begin) }));
    yes.focus();
  }

  async function open(opener) {
    opener.disabled = true;
    say("");
    try {
      await draft.flush();
      await post(`/api/studies/${draft.study.id}/open`);
      again();
    } catch (reason) {
      say(reason.message);
      try {
        draft.take(await get(`/api/studies/${draft.study.id}`));
      } catch {
        /* the sentence above says what is wrong */
      }
      fill(act, begin);
    }
  }

  function refresh() {
    const { ready, plan } = draft.study;
    begin.disabled = !ready.ok;
    fill(
      list,
      h("h3", {}, ready.ok ? t("studies.ready_yes") : t("studies.ready_not")),
      ready.reasons.length ? h("ul", { class: "vs-ready-reasons" }, ready.reasons.map((one) => h("li", { data: { code: one.code } }, icon("warn"), h("span", {}, one.message)))) : null,
      ready.warnings.length ? h("ul", { class: "vs-ready-warnings" }, ready.warnings.map((one) => h("li", {}, icon("half"), h("span", {}, one.message)))) : null,
      h("p", { class: "vs-study-seal" }, icon("seal"), h("span", {}, plan.sealed ? t("studies.seal_will") : t("studies.seal_not"))),
      act,
    );
    fill(whole, h("h3", {}, t("studies.setup_title")), setup(draft.study));
  }
  fill(act, begin);
  refresh();
  return { element: h("div", { class: "vs-study-two vs-open-step" }, whole, list), refresh };
}
