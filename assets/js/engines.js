/** `<vs-engines>`: every engine's card, and one table to compare them. */

import { define, fill, h, icon } from "./dom.js";
import { get } from "./http.js";
import { bytes, counted, has, languageName, number, t } from "./texts.js";

/** Languages named before the rest is folded away. */
const SHOWN = 12;

const message = (note) => (typeof note === "string" ? note : note?.message || "");
const ready = (engine) => ["ready", "loaded"].includes(engine.state);

class Engines extends HTMLElement {
  async connectedCallback() {
    try {
      const { engines } = await get("/api/engines");
      fill(this, h("div", { class: "vs-engine-list" }, engines.map((one) => this.card(one))), h("h2", { class: "vs-subtitle" }, t("engines.matrix")), this.matrix(engines));
    } catch (reason) {
      fill(this, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
    }
  }

  card(engine) {
    const facts = [
      ["voices", engine.presets?.length ? counted("engines.presets", engine.presets.length) : t("engines.no_presets")],
      ["cloning", this.cloning(engine)],
      ["instruction", t(`engines.instruction_${engine.instruction}`)],
      ["streaming", t(engine.streaming ? "engines.streams" : "engines.sentences")],
      ["hardware", this.hardware(engine)],
      ["licence", h("span", {}, t("engines.licence_words", { code: engine.licence.code, weights: engine.licence.weights }), " ", h("a", { href: engine.licence.url, rel: "noreferrer" }, t("engines.terms")))],
      ["commercial", t(engine.licence.commercial ? "engines.commercial_yes" : "engines.commercial_no")],
      ["price", engine.price ? t("engines.price_words", { price: engine.price.per_million_characters, currency: engine.price.currency, date: engine.price.as_of }) : t("engines.free")],
    ];
    return h(
      "article",
      { class: "vs-card vs-engine-card", data: { engine: engine.name, state: engine.state } },
      h(
        "header",
        { class: "vs-voice-head" },
        h("h3", {}, engine.title),
        h("span", { class: "vs-verdict", data: { verdict: ready(engine) ? "usable" : "warning" } }, icon(ready(engine) ? "check" : "warn"), has(`engine_state.${engine.state}`) ? t(`engine_state.${engine.state}`) : engine.state),
      ),
      h("p", { class: "vs-summary" }, message(engine.summary)),
      engine.low_anchor ? h("p", { class: "vs-hint" }, t("engines.low_anchor")) : null,
      engine.state_detail ? h("p", { class: "vs-refusal" }, icon("warn"), message(engine.state_detail)) : null,
      this.languages(engine),
      h("dl", { class: "vs-facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, t(`engines.${name}`)), h("dd", {}, value)))),
      this.weights(engine),
      h("p", {}, h("a", { href: engine.homepage, rel: "noreferrer" }, t("engines.homepage"))),
    );
  }

  cloning({ cloning }) {
    if (cloning.kind !== "none") return t("engines.clones", { seconds: number(cloning.min_seconds) });
    return t(cloning.closest_preset ? "engines.closest_preset" : "engines.no_cloning");
  }

  hardware({ hardware, memory_mb: now }) {
    const need = t("engines.needs", { memory: bytes(hardware.memory_mb * 1e6), where: hardware.runs_on.map((one) => t(`engines.on_${one}`)).join(", ") });
    return now ? `${need} ${t("engines.memory_now", { memory: bytes(now * 1e6) })}` : need;
  }

  languages(engine) {
    // A browser may lack the name of a rare language: bare codes come last.
    const nameless = (tag) => Number(languageName(tag) === tag);
    const tags = [...engine.languages].sort((one, other) => nameless(one) - nameless(other));
    const names = tags.map((tag) => h("li", {}, languageName(tag)));
    const rest = names.splice(SHOWN);
    return h(
      "div",
      { class: "vs-languages" },
      h("ul", { class: "vs-tags" }, names),
      rest.length ? h("details", {}, h("summary", {}, counted("engines.more_languages", rest.length)), h("ul", { class: "vs-tags" }, rest)) : null,
      engine.language_faults?.length
        ? h("details", { class: "vs-faults" }, h("summary", {}, t("engines.faults")), h("ul", {}, engine.language_faults.map((fault) => h("li", {}, h("strong", {}, languageName(fault.language)), " ", message(fault.reason)))))
        : null,
    );
  }

  weights(engine) {
    if (!engine.weights?.length) return h("p", { class: "vs-hint" }, t("engines.no_weights"));
    return h(
      "ul",
      { class: "vs-weights" },
      engine.weights.map((set) =>
        h(
          "li",
          { data: { present: String(set.present) } },
          icon(set.present ? "check" : "download"),
          h("span", {}, h("strong", {}, set.name), " ", [set.bytes ? bytes(set.bytes) : "", set.licence].filter(Boolean).join(" · ")),
          set.present ? h("span", { class: "vs-faint" }, t("engines.present")) : h("span", { class: "vs-get" }, message(set.how_to_get)),
        ),
      ),
    );
  }

  matrix(engines) {
    const columns = ["korean", "english", "count", "cloning", "instruction", "streaming", "commercial", "memory"];
    const sign = (yes) => h("span", { class: "vs-yes", data: { yes: String(yes) } }, icon(yes ? "full" : "empty"), t(yes ? "yes" : "no"));
    const value = {
      korean: (one) => sign(one.languages.includes("ko")),
      english: (one) => sign(one.languages.includes("en")),
      count: (one) => number(one.languages.length),
      cloning: (one) => sign(one.cloning.kind !== "none"),
      instruction: (one) => t(`engines.short_${one.instruction}`),
      streaming: (one) => sign(one.streaming),
      commercial: (one) => sign(one.licence.commercial),
      memory: (one) => bytes(one.hardware.memory_mb * 1e6),
    };
    return h(
      "div",
      { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": t("engines.matrix") },
      h(
        "table",
        { class: "vs-table" },
        h("thead", {}, h("tr", {}, h("td", {}), columns.map((name) => h("th", { scope: "col" }, t(`engines.column_${name}`))))),
        h("tbody", {}, engines.map((one) => h("tr", {}, h("th", { scope: "row" }, one.title), columns.map((name) => h("td", {}, value[name](one)))))),
      ),
    );
  }
}

define("vs-engines", Engines);
