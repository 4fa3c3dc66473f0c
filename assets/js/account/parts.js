/** Parts of the account page: cards, choices, answers that are shown once, questions before an end. */

import { button, fill, h } from "../dom.js";
import { t } from "../texts.js";

export const ROLES = ["rater", "creator", "study_owner", "admin"];

/** A card with a title. */
export function card(title, name, ...children) {
  const id = `vs-account-${name}`;
  return h("section", { class: `vs-card vs-account-card vs-account-${name}`, "aria-labelledby": id }, h("h2", { class: "vs-subtitle", id }, t(title)), ...children);
}

/** A field with its label. */
export function field(label, control, hint) {
  return h("label", { class: "vs-field" }, h("span", {}, t(label)), control, hint && h("span", { class: "vs-hint" }, t(hint)));
}

/** Roles to choose from; `chosen()` reads them. */
export function choices(legend, offered, checked, onchange) {
  const boxes = offered.map((role) => h("input", { type: "checkbox", value: role, checked: checked.includes(role), onchange }));
  const set = h(
    "fieldset",
    { class: "vs-choices" },
    h("legend", { class: legend.quiet ? "vs-quiet-legend" : "" }, legend.text),
    offered.map((role, place) => h("label", { class: "vs-choice", title: t(`account.role_says.${role}`) }, boxes[place], t(`account.role.${role}`))),
  );
  set.chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return set;
}

/** Where a refusal or a confirmation is told; empty at first. */
export function told() {
  const place = h("p", { role: "status", hidden: true });
  place.say = (sentence, bad = false) => {
    place.className = bad ? "vs-alert" : "vs-done";
    place.textContent = sentence;
    place.hidden = !sentence;
  };
  return place;
}

/** A secret that is shown this once, with a button to copy it. */
export function once(sentence, secret) {
  const copy = button({
    label: t("account.copy"),
    icon: "copy",
    onclick: async () => {
      await navigator.clipboard.writeText(secret);
      copy.querySelector("span").textContent = t("account.copied");
    },
  });
  return h("div", { class: "vs-once", role: "status" }, h("p", {}, sentence), h("div", { class: "vs-once-row" }, h("code", { "data-secret": true }, secret), navigator.clipboard && copy));
}

/** A button that asks once more before it does something that cannot be undone. */
export function sure(label, question, act) {
  const place = h("span", { class: "vs-actions" });
  const ask = () => {
    const yes = button({ kind: "bad", label: t(label), onclick: act });
    fill(place, h("span", { class: "vs-hint" }, t(question)), yes, button({ kind: "quiet", label: t("account.no"), onclick: rest }));
    yes.focus();
  };
  const rest = () => fill(place, button({ label: t(label), onclick: ask }));
  rest();
  return place;
}
