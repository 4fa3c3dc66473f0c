/** The studies of the studio as cards, the newest first, and the way to a new one. */

import { button, fill, h, icon } from "../dom.js";
import { post, remove } from "../http.js";
import { counted, languageName, moment, number, t } from "../texts.js";
import { go, way } from "./place.js";
import { useName } from "./uses.js";

/** @param {object[]} studies as the API lists them */
export function list(studies) {
  const word = h("p", { class: "vs-alert", role: "alert", hidden: true });
  const fresh = button({ kind: "accent", icon: "plus", label: t("studies.new"), onclick: () => begin(fresh, word) });
  fresh.classList.add("vs-study-new");
  const element = h(
    "div",
    { class: "vs-study-list-page" },
    h("div", { class: "vs-study-bar" }, fresh, studies.length ? h("p", { class: "vs-hint" }, counted("studies.count", studies.length)) : null),
    word,
    studies.length ? h("ul", { class: "vs-study-list" }, studies.map((study) => h("li", {}, card(study)))) : empty(),
  );
  return { element };
}

async function begin(opener, word) {
  opener.disabled = true;
  try {
    const study = await post("/api/studies", {});
    go({ study: study.id, step: "question" });
  } catch (reason) {
    opener.disabled = false;
    word.hidden = false;
    fill(word, icon("warn"), reason.message);
  }
}

function empty() {
  const steps = ["question", "takes", "raters", "decision"];
  return h(
    "div",
    { class: "vs-rest vs-study-empty" },
    h("div", { class: "vs-rest-bars", "aria-hidden": "true" }, Array.from({ length: 3 }, () => h("i", {}))),
    h("h2", {}, t("studies.empty_title")),
    h("p", {}, t("studies.empty")),
    h("ol", { class: "vs-study-way" }, steps.map((step, index) => h("li", {}, h("b", { "aria-hidden": "true" }, number(index + 1)), t(`studies.way_${step}`)))),
  );
}

function card(study) {
  const { id, state, decision } = study;
  const element = h(
    "article",
    { class: "vs-card vs-study-card", data: { study: id, state } },
    h(
      "header",
      {},
      h("h2", {}, h("a", { class: "vs-study-link", ...way({ study: id }) }, study.title || t("studies.untitled"))),
      stateChip(state),
    ),
    h(
      "p",
      { class: "vs-meta" },
      [t(`studies.question.${study.question}`), t(`studies.protocol.${study.protocol}`), languageName(study.language), useName(study.use)].map((one) => h("span", {}, one)),
    ),
    state === "draft" ? h("p", { class: "vs-hint" }, t("studies.extent", { conditions: number(study.conditions), texts: number(study.texts) })) : bar(study),
    decision ? h("p", { class: "vs-study-decided" }, icon("check"), t("studies.decided", { label: decision.label })) : null,
    h(
      "div",
      { class: "vs-study-card-foot" },
      h("span", { class: "vs-hint" }, dates(study)),
      state === "draft" ? h("span", { class: "vs-study-remove" }, button({ kind: "quiet", icon: "trash", quiet: true, label: t("studies.delete", { title: study.title || t("studies.untitled") }), onclick: (event) => ask(event.currentTarget.parentElement, id, element) })) : null,
    ),
  );
  return element;
}

/** "Open", with a sign that does not need the colour. */
export function stateChip(state) {
  const sign = { draft: "half", open: "full", closed: "check" }[state];
  return h("span", { class: "vs-study-state", data: { state } }, icon(sign), t(`studies.state.${state}`));
}

function bar({ answers, target_answers: target }) {
  const share = target ? Math.min(1, answers / target) : 0;
  return h(
    "div",
    { class: "vs-progress" },
    h("div", { class: "vs-progress-track" }, h("i", { style: { "--share": share.toFixed(3) } })),
    h("p", { class: "vs-hint" }, t("studies.answers_of", { answers: number(answers), target: number(target) })),
  );
}

function dates({ state, created_at: made, opened_at: opened, closed_at: closed }) {
  if (state === "closed") return t("studies.closed_at", { when: moment(closed) });
  if (state === "open") return t("studies.opened_at", { when: moment(opened) });
  return t("studies.created_at", { when: moment(made) });
}

/** Deleting is asked twice, where the button was. */
function ask(where, id, row) {
  const word = h("span", { class: "vs-hint" }, t("studies.delete_ask"));
  const no = button({ kind: "quiet", label: t("no"), onclick: () => fill(where, button({ kind: "quiet", icon: "trash", quiet: true, label: t("studies.delete_again"), onclick: () => ask(where, id, row) })) });
  const yes = button({
    kind: "bad",
    label: t("studies.delete_yes"),
    onclick: async () => {
      try {
        await remove(`/api/studies/${id}`);
        row.parentElement.remove();
      } catch (reason) {
        word.textContent = reason.message;
      }
    },
  });
  fill(where, word, yes, no);
  yes.focus();
}
