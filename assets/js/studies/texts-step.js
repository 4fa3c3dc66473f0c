/** Third step: what is said. Typed or pasted, from a table, or from the scripts that come along. */

import { button, fill, h, icon } from "../dom.js";
import { counted, number, t } from "../texts.js";
import { tabs } from "./tabs.js";
import { csvDoor, scriptsDoor, typedDoor } from "./text-doors.js";

export function textsStep({ draft, say }) {
  let rows = draft.study.texts.map(({ text, source, out }) => ({ text, source, out }));
  const list = h("ol", { class: "vs-text-list" });
  const count = h("h3", { role: "status" });
  const clear = button({ kind: "quiet", icon: "trash", label: t("studies.texts_clear"), onclick: () => replace([]) });

  const replace = (texts) => {
    rows = texts;
    change();
    draw();
  };
  const change = () => draft.change({ texts: rows.map(({ text, source }) => ({ text, source })).filter((one) => one.text) });
  const around = {
    study: () => draft.study,
    say,
    has: (text) => rows.some((one) => one.text === text),
    /** @returns {number} how many were new */
    add: (texts) => {
      const known = new Set(rows.map((one) => one.text));
      const fresh = texts.filter((one) => one.text && !known.has(one.text) && known.add(one.text));
      replace([...rows, ...fresh]);
      return fresh.length;
    },
    drop: (texts) => replace(rows.filter((one) => !texts.includes(one.text))),
    /** The server read a table and has the texts already. */
    take: (study) => {
      draft.take(study);
      rows = study.texts.map(({ text, source, out }) => ({ text, source, out }));
      draw();
    },
    flush: () => draft.flush(),
  };
  const scripts = scriptsDoor(around);
  const doors = tabs(t("studies.texts_doors"), [
    ["typed", t("studies.door_typed"), typedDoor(around)],
    ["scripts", t("studies.door_scripts"), scripts.element],
    ["csv", t("studies.door_csv"), csvDoor(around)],
  ]);

  function row(one, place) {
    const box = h("textarea", {
      class: "vs-input",
      rows: "1",
      lang: draft.study.language,
      "aria-label": t("studies.text_number", { number: number(place + 1) }),
      value: one.text,
      oninput: () => {
        one.text = box.value.trim();
        one.source = "typed";
        change();
      },
    });
    return h(
      "li",
      { data: { text: place, out: one.out ? "yes" : "no" } },
      h("b", { "aria-hidden": "true" }, number(place + 1)),
      h("div", {}, box, h("small", {}, [sourceName(one.source), one.out && t("studies.text_out")].filter(Boolean).join(" · "))),
      button({ kind: "quiet", icon: "close", quiet: true, label: t("studies.text_drop", { number: number(place + 1) }), onclick: () => replace(rows.filter((other) => other !== one)) }),
    );
  }

  function draw() {
    fill(list, rows.map(row));
    count.textContent = rows.length ? counted("studies.texts_count", rows.length) : t("studies.texts_none");
    clear.hidden = !rows.length;
    scripts.sync();
  }

  draw();
  return {
    element: h(
      "div",
      { class: "vs-study-two vs-texts" },
      h("div", { class: "vs-study-main" }, h("section", { class: "vs-card" }, doors)),
      h("section", { class: "vs-study-main vs-text-side" }, h("header", { class: "vs-study-bar" }, count, clear), list),
    ),
    hint: () => (rows.length ? (rows.length < 5 ? t("studies.texts_few") : "") : t("studies.texts_needed")),
  };
}

/** Where a text came from, where there is something to say. */
function sourceName(source) {
  if (source === "csv") return t("studies.source_csv");
  return source.startsWith("scripts/") ? t("studies.source_scripts") : "";
}
