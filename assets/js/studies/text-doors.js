/** The three ways in which texts come into a study: a box, the scripts that come along, a table. */

import { button, fill, h, icon } from "../dom.js";
import { get, send } from "../http.js";
import { counted, languageName, number, t } from "../texts.js";

/** Characters of a text: as the server counts them, and as many as it takes (studio/studies/owner/texts.py). */
const LONGEST = 600;
const fits = (text) => [...text].length <= LONGEST;

/** A box: one text a line. Lines that are too long stay in it. */
export function typedDoor({ add, study }) {
  const box = h("textarea", { class: "vs-input", name: "texts", rows: "7", lang: study().language, placeholder: t("studies.typed_example"), "aria-label": t("studies.typed_label"), oninput: () => sync() });
  const word = h("p", { class: "vs-hint", role: "status" }, t("studies.typed_hint"));
  const lines = () => box.value.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const take = button({
    kind: "accent",
    icon: "plus",
    label: t("studies.typed_add"),
    onclick: () => {
      const asked = lines();
      const good = asked.filter(fits);
      const long = asked.filter((line) => !fits(line));
      const fresh = add(good.map((text) => ({ text, source: "typed" })));
      box.value = long.join("\n");
      sync();
      const told = [good.length > 0 && said(fresh, good.length - fresh), long.length > 0 && counted("studies.too_long", long.length, { limit: number(LONGEST) })];
      word.textContent = told.filter(Boolean).join(" ");
      box.focus();
    },
  });
  const sync = () => {
    take.disabled = !lines().length;
  };
  sync();
  return h("div", { class: "vs-door" }, box, h("div", { class: "vs-actions" }, take, word));
}

const said = (added, repeated) => [counted("studies.added", added), repeated > 0 && counted("studies.repeated", repeated)].filter(Boolean).join(" ");

/** A table: the column that looks like text, or the one that is named. */
export function csvDoor({ take, study, say, flush }) {
  const column = h("input", { class: "vs-input", name: "column", maxlength: "80", placeholder: t("studies.csv_column_example") });
  const word = h("p", { class: "vs-hint", role: "status" });
  const input = h("input", {
    type: "file",
    accept: ".csv,.tsv,.txt,text/csv,text/plain",
    class: "vs-file",
    "aria-label": t("studies.csv_choose"),
    onchange: async () => {
      const [file] = input.files;
      if (!file) return;
      const form = new FormData();
      form.set("file", file, file.name);
      if (column.value.trim()) form.set("column", column.value.trim());
      word.textContent = t("studies.csv_reading");
      try {
        // What the server refused would be lost: its table takes the place of the texts on the page.
        if (!(await flush())) {
          word.textContent = "";
          return;
        }
        const { study: read, added, repeated } = await send(`/api/studies/${study().id}/texts/csv`, form);
        take(read);
        word.textContent = said(added, repeated);
        say("");
      } catch (reason) {
        word.textContent = "";
        say(reason.message);
      } finally {
        input.value = "";
      }
    },
  });
  return h(
    "div",
    { class: "vs-door" },
    h("p", { class: "vs-hint" }, t("studies.csv_hint")),
    h("label", { class: "vs-field" }, t("studies.csv_column"), column),
    h("div", { class: "vs-actions" }, h("label", { class: "vs-button vs-button-plain vs-choose" }, icon("upload"), h("span", {}, t("studies.csv_choose")), input), word),
  );
}

/** The collections that come along, those of the study's language and use first. */
export function scriptsDoor({ add, drop, has, study }) {
  const element = h("div", { class: "vs-door vs-scripts" }, h("span", { class: "vs-pulse" }));
  let boxes = [];
  let alls = [];
  const sync = () => {
    for (const { box, text } of boxes) box.checked = has(text);
    for (const { box, texts } of alls) {
      const present = texts.filter((one) => has(one.text)).length;
      box.checked = present === texts.length;
      box.indeterminate = present > 0 && present < texts.length;
    }
  };
  const collection = ({ name, title, about, language, scripts }) => {
    const texts = scripts.map((one) => ({ text: one.text, source: `scripts/${name}/${one.number}` }));
    const all = h("input", { type: "checkbox", "aria-label": t("studies.scripts_all", { title }), onchange: () => (all.checked ? add(texts) : drop(texts.map((one) => one.text))) });
    alls.push({ box: all, texts });
    return h(
      "section",
      { class: "vs-script-set", data: { collection: name } },
      h("label", { class: "vs-study-check" }, all, h("span", {}, h("strong", {}, title), h("small", {}, [languageName(language), number(scripts.length), about].filter(Boolean).join(" · ")))),
      h(
        "details",
        {},
        h("summary", {}, t("studies.scripts_each")),
        h(
          "ul",
          { lang: language },
          scripts.map((one, index) => {
            const box = h("input", { type: "checkbox", onchange: () => (box.checked ? add([texts[index]]) : drop([one.text])) });
            boxes.push({ box, text: one.text });
            return h("li", {}, h("label", { class: "vs-study-check" }, box, h("span", {}, one.text, one.note ? h("small", {}, one.note) : null)));
          }),
        ),
      ),
    );
  };
  (async () => {
    try {
      const { collections } = await get("/api/study-scripts");
      const forUse = (one) => Number(one.use === study().use);
      const own = collections.filter((one) => one.language === study().language).sort((one, other) => forUse(other) - forUse(one));
      const others = collections.filter((one) => one.language !== study().language);
      fill(
        element,
        own.map(collection),
        !own.length ? h("p", { class: "vs-hint" }, t("studies.scripts_none", { language: languageName(study().language) })) : null,
        others.length ? h("details", { class: "vs-scripts-others" }, h("summary", {}, t("studies.scripts_others")), others.map(collection)) : null,
      );
      sync();
    } catch (reason) {
      fill(element, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
    }
  })();
  return { element, sync };
}
