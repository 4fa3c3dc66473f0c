/** First step: what is asked, how (the protocol, with a picture of it), in which language, for which use. */

import { fill, h } from "../dom.js";
import { get } from "../http.js";
import { language, languageName, t } from "../texts.js";
import { picture } from "./picture.js";
import { USES, useName } from "./uses.js";

const QUESTIONS = ["preference", "naturalness", "likeness", "instruction", "pronunciation"];
const PROTOCOLS = ["ab", "axy", "abx", "acr", "smos", "ccr", "mushra"];
/** Protocols with a recording of the speaker can ask for nothing but likeness. */
const OF_LIKENESS = ["axy", "smos"];

export function questionStep({ draft }) {
  const { study } = draft;
  const now = { title: study.title, question: study.question, protocol: study.protocol, language: study.language, use: study.use };
  const frame = h("aside", { class: "vs-study-aside", "aria-live": "polite" });

  const change = (part) => {
    Object.assign(now, part);
    if (part.question && part.question !== "likeness" && OF_LIKENESS.includes(now.protocol)) part.protocol = now.protocol = "ab";
    if (part.question === "likeness" && study.question !== "likeness" && now.protocol === "ab") part.protocol = now.protocol = "axy";
    if (OF_LIKENESS.includes(part.protocol)) part.question = now.question = "likeness";
    draft.change(part);
    sync();
  };

  const questions = choices("question", QUESTIONS, (name) => [h("strong", {}, t(`studies.question.${name}`)), h("span", {}, t(`studies.question_is.${name}`))], (question) => change({ question }));
  const protocols = choices(
    "protocol",
    PROTOCOLS,
    (name) => [h("strong", {}, t(`studies.protocol.${name}`), h("small", {}, t(`studies.protocol_short.${name}`))), h("span", {}, t(`studies.protocol_is.${name}`))],
    (protocol) => change({ protocol }),
  );
  const title = h("input", { class: "vs-input", name: "title", maxlength: "200", value: now.title, placeholder: t("studies.title_example"), oninput: (event) => change({ title: event.target.value.trim() }) });
  const tongue = h("select", { class: "vs-input", name: "language", onchange: (event) => change({ language: event.target.value }) });
  languages(tongue, now.language);
  const element = h(
    "div",
    { class: "vs-study-two" },
    h(
      "div",
      { class: "vs-study-main" },
      h(
        "div",
        { class: "vs-form vs-study-naming" },
        h("label", { class: "vs-field vs-wide" }, t("studies.title_label"), title, h("span", { class: "vs-hint" }, t("studies.title_hint"))),
        h("label", { class: "vs-field" }, t("studies.language"), tongue),
        uses(now.use, (use) => change({ use })),
      ),
      h("fieldset", { class: "vs-study-choices", data: { of: "question" } }, h("legend", {}, t("studies.question_legend")), h("p", { class: "vs-hint" }, t("studies.question_one")), questions.element),
      h("fieldset", { class: "vs-study-choices", data: { of: "protocol" } }, h("legend", {}, t("studies.protocol_legend")), protocols.element),
    ),
    frame,
  );

  function sync() {
    questions.choose(now.question);
    protocols.choose(now.protocol);
    fill(frame, h("h3", {}, t("studies.picture_title")), picture({ ...now, ties: draft.study.plan.ties, trials: draft.study.plan.trials }));
  }
  sync();
  return { element };
}

/** Cards of which one is chosen: radio buttons underneath. */
function choices(name, values, content, choose) {
  const inputs = new Map();
  const element = h(
    "div",
    { class: "vs-choices" },
    values.map((value) => {
      const input = h("input", { type: "radio", name: `study-${name}`, value, onchange: () => choose(value) });
      inputs.set(value, input);
      return h("label", { class: "vs-choice", data: { value } }, input, h("span", {}, content(value)));
    }),
  );
  return {
    element,
    choose: (value) => {
      for (const [one, input] of inputs) input.checked = one === value;
    },
  };
}

/** A known use, or one in the owner's own words. */
function uses(current, choose) {
  const own = h("input", { class: "vs-input", name: "use-own", maxlength: "64", value: USES.includes(current) ? "" : current, "aria-label": t("studies.use_own_label"), placeholder: t("studies.use_own_label"), hidden: USES.includes(current), oninput: () => own.value.trim() && choose(own.value.trim()) });
  const select = h(
    "select",
    {
      class: "vs-input",
      name: "use",
      onchange: () => {
        own.hidden = select.value !== "";
        if (select.value) choose(select.value);
        else own.focus();
      },
    },
    USES.map((use) => h("option", { value: use }, useName(use))),
    h("option", { value: "" }, t("studies.use_own")),
  );
  select.value = USES.includes(current) ? current : "";
  return h("div", { class: "vs-field" }, h("label", { class: "vs-field" }, t("studies.use_label"), select), own);
}

/** Every language that an engine speaks; those of the pages first. */
async function languages(select, current) {
  const show = (tags) => {
    fill(select, tags.map((tag) => h("option", { value: tag }, languageName(tag))));
    select.value = current;
  };
  const first = [...new Set([current, language, "ko", "en"])];
  show(first);
  try {
    const { engines } = await get("/api/engines");
    const others = [...new Set(engines.flatMap((engine) => engine.languages))].filter((tag) => !first.includes(tag));
    current = select.value;
    show([...first, ...others.sort((one, other) => languageName(one).localeCompare(languageName(other), language))]);
  } catch {
    /* the first ones are enough to go on */
  }
}
