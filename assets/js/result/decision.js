/** From a result to the studio's default: one click, with its evidence, and back again. */

import { button, fill, h, icon } from "../dom.js";
import { post, remove } from "../http.js";
import { useName } from "../studies/uses.js";
import { languageName, moment, t } from "../texts.js";

/** What was decided from this study, with a way back. */
export function decided(reading, decisions) {
  if (!decisions.length) return null;
  return h(
    "ul",
    { class: "vs-decided" },
    decisions.map((one) => {
      const told = h("p", { class: "vs-alert", role: "alert", hidden: true });
      const undo = button({ label: t("result.decision.withdraw"), data: { withdraw: one.id }, onclick: () => act(undo, told, () => remove(`/api/decisions/${one.id}`)) });
      return h(
        "li",
        { data: { decision: one.id } },
        icon("check"),
        h("div", {}, h("strong", {}, t("result.decision.made", { label: one.label, language: languageName(one.language), use: useName(one.use) })), h("p", { class: "vs-hint" }, one.evidence?.sentence?.message, " ", t("result.decision.when", { when: moment(one.decided_at) })), told),
        undo,
      );
    }),
  );
}

/**
 * The button of one condition. What the votes support is one click; anything else is asked again,
 * with the reason.
 */
export function decide(reading, position, decisions) {
  const { study, headline } = reading;
  if (decisions.some((one) => one.position === position || one.label === reading.label(position))) return h("span", { class: "vs-verdict", data: { verdict: "usable" } }, icon("check"), t("result.decision.is"));
  const told = h("p", { class: "vs-alert", role: "alert", hidden: true });
  const supported = headline.sure && headline.first === position;
  const place = h("div", { class: "vs-decide" });
  const make = (label, kind) => {
    const one = button({ kind, label, data: { decide: position }, "aria-label": `${reading.label(position)}: ${label}`, onclick: () => act(one, told, () => post(`/api/studies/${study.id}/decision`, { condition: position })) });
    return one;
  };
  const offered = supported
    ? make(t("result.decision.make"), "accent")
    : button({ label: t("result.decision.make"), data: { ask: position }, "aria-label": `${reading.label(position)}: ${t("result.decision.make")}`, onclick: () => ask() });
  const ask = () => {
    const yes = make(t("result.decision.anyway"), "plain");
    fill(place, h("p", { class: "vs-refusal" }, icon("warn"), t(headline.sure ? "result.decision.not_first" : "result.decision.not_sure")), h("div", { class: "vs-actions" }, yes, button({ kind: "quiet", label: t("result.decision.no"), onclick: () => fill(place, offered, told) })), told);
    yes.focus();
  };
  return fill(place, offered, told);
}

/** The way from the sentence to what follows from it. */
export function adopt(reading) {
  const { study, headline } = reading;
  const told = h("p", { class: "vs-alert", role: "alert", hidden: true });
  const label = t("result.decision.adopt", { label: reading.label(headline.first), language: languageName(study.language), use: useName(study.use) });
  const pressed = button({ kind: "accent", icon: "check", label, data: { adopt: headline.first }, onclick: () => act(pressed, told, () => post(`/api/studies/${study.id}/decision`, { condition: headline.first })) });
  return h("div", { class: "vs-adopt" }, pressed, told);
}

async function act(pressed, told, send) {
  pressed.disabled = true;
  told.hidden = true;
  try {
    await send();
    pressed.dispatchEvent(new CustomEvent("vs-decided", { bubbles: true }));
  } catch (reason) {
    pressed.disabled = false;
    told.hidden = false;
    fill(told, icon("warn"), reason.message);
  }
}
