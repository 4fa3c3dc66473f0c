/** Second step: what is compared. A card for each condition; names follow from what they are. */

import { button, fill, h, icon } from "../dom.js";
import { ready } from "../engine-card.js";
import { get } from "../http.js";
import { t } from "../texts.js";
import { ConditionCard } from "./condition-card.js";

const nameIn = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);

export function conditionsStep({ draft, say }) {
  const instructed = draft.study.question === "instruction";
  const rows = draft.study.conditions.map(({ label, wanted, voice_id: cloned, instruction }) => ({ label, wanted, voice_id: cloned, instruction }));
  const list = h("div", { class: "vs-condition-list" });
  const add = button({ kind: "plain", icon: "plus", label: t("studies.condition_add"), disabled: true, onclick: () => insert(next()) });
  add.classList.add("vs-condition-add");
  const shared = h("input", { class: "vs-input", name: "shared-instruction", maxlength: "500", value: rows[0]?.instruction || "", placeholder: t("studio.instruction_placeholder"), oninput: () => change() });
  const element = h(
    "div",
    { class: "vs-study-main vs-conditions" },
    instructed ? h("label", { class: "vs-field vs-card" }, t("studies.instruction_all"), shared, h("span", { class: "vs-hint" }, t("studies.instruction_all_hint"))) : null,
    list,
    add,
    h("p", { class: "vs-hint" }, t("studies.conditions_hint"), " ", h("a", { href: location.pathname.replace(/studies\/?$/, "engines") }, t("studies.to_engines"))),
  );
  let engines = [];
  let voices = [];
  let cards = [];

  const sample = () => draft.study.texts[0]?.text || nameIn(draft.study.language);
  const titleOf = (row) => {
    const engine = engines.find((one) => one.name === row.wanted.engine);
    const voice = row.voice_id ? voices.find((one) => one.id === row.voice_id)?.name : engine?.presets.find((one) => one.id === row.wanted.voice)?.title;
    const { model, size, quality } = row.wanted.options || {};
    return [engine?.title || row.wanted.engine, model || size || quality, voice].filter(Boolean).join(" · ");
  };
  /** The names that follow from what the conditions are: distinct, the first of a name keeps it plain. */
  const naturally = (given) => {
    const taken = new Set(given.filter((row) => row.own).map((row) => row.label));
    return given.map((row) => {
      if (row.own) return row.label;
      const name = titleOf(row);
      let number = 1;
      while (taken.has(number > 1 ? `${name} ${number}` : name)) number += 1;
      const label = number > 1 ? `${name} ${number}` : name;
      taken.add(label);
      return label;
    });
  };
  const name = () => naturally(rows).forEach((label, place) => {
    rows[place].label = label;
  });
  const around = { get engines() { return engines; }, get voices() { return voices; }, get study() { return draft.study; }, instructed, sample, titleOf, change };

  function change() {
    name();
    for (const card of cards) card.name();
    draft.change({
      conditions: rows.map(({ label, wanted, voice_id: cloned, instruction }) => ({ label, wanted, voice_id: cloned || null, instruction: instructed ? shared.value : instruction || "" })),
    });
  }

  /** An engine that is ready and not compared yet, else the first. */
  function next() {
    const usable = engines.filter((one) => ready(one));
    const spoken = usable.filter((one) => one.languages.includes(draft.study.language));
    const used = new Set(rows.map((row) => row.wanted.engine));
    const engine = [...spoken, ...usable].find((one) => !used.has(one.name)) || spoken[0] || usable[0];
    return engine && { wanted: { engine: engine.name }, voice_id: null, instruction: rows[0]?.instruction || "" };
  }

  function insert(row, before) {
    if (!row) {
      say(t("studies.no_engine"));
      return;
    }
    rows.splice(before ?? rows.length, 0, row);
    change();
    draw();
    const card = cards[rows.indexOf(row)];
    card.element.querySelector("select")?.focus({ preventScroll: true });
    card.element.scrollIntoView({ block: "nearest" });
  }

  function draw() {
    cards = rows.map(
      (row) =>
        cards.find((card) => card.row === row) ||
        new ConditionCard(row, {
          __proto__: around,
          drop: () => {
            rows.splice(rows.indexOf(row), 1);
            change();
            draw();
          },
          double: () => insert({ wanted: structuredClone(row.wanted), voice_id: row.voice_id, instruction: row.instruction }, rows.indexOf(row) + 1),
        }),
    );
    cards.forEach((card, position) => card.place(position));
    fill(list, cards.map((card) => card.element), rows.length ? null : h("p", { class: "vs-rest vs-rest-small" }, t("studies.conditions_none")));
    add.disabled = !engines.length;
  }

  (async () => {
    try {
      const [known, cloned] = await Promise.all([get("/api/engines"), get("/api/voices")]);
      engines = known.engines.filter((one) => one.facts.length);
      voices = cloned.voices;
      const natural = naturally(rows);
      rows.forEach((row, place) => {
        row.own = row.label !== natural[place];
      });
      draw();
      // A study compares: begin with two.
      if (!rows.length) for (let count = 0; count < 2; count += 1) insert(next());
    } catch (reason) {
      fill(list, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
    }
  })();

  return { element, hint: () => (draft.study.conditions.length < 2 ? t("studies.conditions_two") : "") };
}
