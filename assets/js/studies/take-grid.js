/** All takes of a study at a glance: a row for each text, a column for each condition. */

import { fill, h, icon } from "../dom.js";
import { number, t } from "../texts.js";

const SIGNS = { good: "check", bad: "close", failed: "warn", cancelled: "warn", done: "empty", missing: "none" };

/** How a take stands, in one word: its verdict where it has one. */
export const standing = (item) => item.verdict || item.state;

export class TakeGrid {
  constructor({ draft, choose }) {
    Object.assign(this, { draft, choose });
    this.element = h("section", { class: "vs-take-grid" });
  }

  refresh(current) {
    const { conditions, texts, items } = this.draft.study;
    this.element.hidden = !items.length;
    const at = current ? `${current.text}/${current.condition}` : "";
    const key = JSON.stringify([items.map((one) => [standing(one), one.findings.length, one.report]), texts.map((one) => [one.text, one.out]), conditions.map((one) => one.label), at]);
    if (key === this.shown) return;
    this.shown = key;
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.at : null;
    fill(
      this.element,
      h("h3", {}, t("studies.grid_title")),
      h(
        "div",
        { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": t("studies.grid_title") },
        h(
          "table",
          { class: "vs-table" },
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("studies.grid_text")), conditions.map((one) => h("th", { scope: "col" }, one.label)))),
          h(
            "tbody",
            {},
            texts.map((text) =>
              h(
                "tr",
                { data: { out: text.out ? "yes" : "no" } },
                h("th", { scope: "row", title: text.text }, h("div", {}, h("b", {}, number(text.position + 1)), h("span", { lang: this.draft.study.language }, text.text)), text.out ? h("small", {}, t("studies.text_out")) : null),
                conditions.map((condition) => this.cell(items.find((one) => one.text === text.position && one.condition === condition.position), condition, at)),
              ),
            ),
          ),
        ),
      ),
      legend(),
    );
    if (focused) this.element.querySelector(`[data-at="${focused}"]`)?.focus({ preventScroll: true });
  }

  cell(item, condition, at) {
    if (!item) return h("td", {});
    const stands = standing(item);
    const here = `${item.text}/${item.condition}`;
    const busy = stands === "queued" || stands === "running";
    const flaw = item.findings.length > 0;
    const name = [t("studies.cell", { text: number(item.text + 1), condition: condition.label }), t(`studies.standing.${stands}`), flaw && item.findings.map((one) => one.message).join(" ")].filter(Boolean).join(", ");
    return h(
      "td",
      {},
      h(
        "button",
        { type: "button", class: "vs-cell", data: { standing: stands, flaw: flaw ? "yes" : "no", at: here }, "aria-label": name, title: name, "aria-current": here === at ? "true" : null, disabled: stands === "missing" || busy, onclick: () => this.choose(item) },
        busy ? h("span", { class: "vs-pulse" }) : icon(SIGNS[stands] || "empty"),
      ),
    );
  }
}

const legend = () =>
  h(
    "p",
    { class: "vs-legend vs-hint" },
    ["done", "good", "bad", "failed"].map((one) => h("span", { data: { standing: one } }, icon(SIGNS[one]), t(`studies.standing.${one}`))),
    h("span", { data: { standing: "flaw" } }, h("i", { class: "vs-flaw" }), t("studies.standing_flaw")),
  );
