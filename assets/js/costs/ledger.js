/** `<vs-ledger>`: what was charged, in sums by engine, voice, project and month, and row by row. */

import { button, define, fill, h, icon } from "../dom.js";
import { address, get, page } from "../http.js";
import { counted, moment, number, t } from "../texts.js";
import { money, origin } from "./money.js";

const WAYS = ["engine", "voice", "project", "month"];
const PAGE = 50;

class Ledger extends HTMLElement {
  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.way = "engine";
    this.rows = [];
    this.body = h("div", { class: "vs-ledger-body", "aria-busy": "true" }, h("p", { class: "vs-hint" }, "…"));
    this.append(h("h2", { class: "vs-subtitle" }, t("costs.spent")), this.body);
    this.load();
  }

  async load() {
    try {
      const [sums, ledger] = await Promise.all([get("/api/ledger/sums"), get(`/api/ledger?limit=${PAGE}`)]);
      this.sums = sums;
      this.rows = ledger.rows;
      this.more = ledger.more;
      this.show();
    } catch (reason) {
      fill(this.body, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
    }
    this.body.removeAttribute("aria-busy");
  }

  show() {
    if (!this.rows.length) {
      fill(this.body, h("div", { class: "vs-rest vs-rest-small" }, h("h3", {}, t("costs.nothing")), h("p", {}, t("costs.nothing_hint")), h("div", { class: "vs-actions" }, h("a", { class: "vs-button vs-button-plain", href: page("engines") }, t("costs.to_engines")))));
      return;
    }
    const unpriced = this.sums.engine.reduce((sum, one) => sum + one.unpriced, 0);
    this.table = h("div", { class: "vs-ledger-sums" });
    this.each = h("div", { class: "vs-ledger-each" });
    fill(
      this.body,
      this.totals(),
      unpriced ? h("p", { class: "vs-refusal" }, icon("warn"), counted("costs.unpriced", unpriced)) : null,
      this.choice(),
      this.table,
      h("details", { class: "vs-ledger-rows" }, h("summary", {}, t("costs.each")), this.each),
      h("p", { class: "vs-downloads" }, icon("download"), h("a", { class: "vs-download", href: address("/api/ledger.csv"), download: "" }, t("costs.csv_file"))),
    );
    this.showSums();
    this.showRows();
  }

  totals() {
    const month = new Date().toISOString().slice(0, 7);
    const sum = (rows, currency) => rows.filter((one) => one.currency === currency && one.amount !== null).reduce((total, one) => total + one.amount, 0);
    const currencies = [...new Set(this.sums.engine.map((one) => one.currency).filter(Boolean))];
    const charges = this.sums.engine.reduce((total, one) => total + one.charges, 0);
    const characters = this.sums.engine.reduce((total, one) => total + one.characters, 0);
    const now = this.sums.month.filter((one) => one.key === month);
    const figure = (label, value, more) => h("div", {}, h("dt", {}, label), h("dd", {}, value, more && h("small", {}, more)));
    return h(
      "dl",
      { class: "vs-ledger-totals" },
      currencies.map((currency) => figure(t("costs.total"), money(sum(this.sums.engine, currency), currency))),
      currencies.map((currency) => figure(t("costs.this_month"), money(sum(now, currency), currency))),
      figure(t("costs.count"), number(charges), counted("costs.characters", characters)),
    );
  }

  choice() {
    return h(
      "fieldset",
      { class: "vs-ways" },
      h("legend", {}, t("costs.by")),
      WAYS.map((way) =>
        h(
          "label",
          {},
          h("input", { type: "radio", name: "vs-ledger-way", value: way, checked: way === this.way, onchange: () => ((this.way = way), this.showSums()) }),
          h("span", {}, t(`costs.by_${way}`)),
        ),
      ),
    );
  }

  name(one) {
    if (this.way === "voice") return one.key ? one.name || t("costs.lost_voice", { id: one.key.slice(0, 8) }) : t("costs.no_voice");
    return one.name || one.key || t("costs.no_project");
  }

  showSums() {
    const rows = this.sums[this.way];
    const most = {};
    for (const one of rows) most[one.currency] = Math.max(most[one.currency] || 0, one.amount || 0);
    const head = [t(`costs.by_${this.way}`), t("costs.amount"), t("costs.count"), t("costs.signs")];
    fill(
      this.table,
      h(
        "div",
        { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": `${t("costs.by")} ${t(`costs.by_${this.way}`)}` },
        h(
          "table",
          { class: "vs-table vs-sums" },
          h("thead", {}, h("tr", {}, head.map((label) => h("th", { scope: "col" }, label)))),
          h(
            "tbody",
            {},
            rows.map((one) =>
              h(
                "tr",
                { data: { key: one.key, currency: one.currency } },
                h("th", { scope: "row" }, this.name(one)),
                h("td", { class: "vs-amount" }, one.amount === null ? t("costs.no_price") : money(one.amount, one.currency), one.amount !== null && h("i", { "aria-hidden": "true", style: { "--share": ((one.amount / most[one.currency]) || 0).toFixed(4) } })),
                h("td", {}, number(one.charges)),
                h("td", {}, number(one.characters)),
              ),
            ),
          ),
        ),
      ),
    );
  }

  showRows() {
    const head = [t("costs.when"), t("costs.by_engine"), t("costs.amount"), t("costs.price"), t("costs.signs"), t("costs.by_voice"), t("costs.by_project")];
    fill(
      this.each,
      h(
        "div",
        { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": t("costs.each") },
        h(
          "table",
          { class: "vs-table vs-charges" },
          h("thead", {}, h("tr", {}, head.map((label) => h("th", { scope: "col" }, label)))),
          h("tbody", {}, this.rows.map((row) => this.row(row))),
        ),
      ),
      this.more && h("div", { class: "vs-actions" }, button({ label: t("costs.older"), onclick: () => this.older() })),
    );
  }

  row(row) {
    const rate = row.per_million_characters;
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, moment(row.at)),
      h("td", {}, row.title || row.engine, row.model && h("small", {}, row.model)),
      h("td", {}, row.amount === null ? t("costs.no_price") : money(row.amount, row.currency)),
      h("td", {}, rate === null ? "–" : t("costs.per_million", { price: money(rate, row.currency) }), h("small", {}, origin({ as_of: row.price_as_of, source: row.price_source }))),
      h("td", {}, number(row.characters)),
      h("td", {}, row.voice_id ? row.voice_name || t("costs.lost_voice", { id: row.voice_id.slice(0, 8) }) : "–"),
      h("td", {}, row.project || "–"),
    );
  }

  async older() {
    try {
      const next = await get(`/api/ledger?limit=${PAGE}&skip=${this.rows.length}`);
      this.rows = [...this.rows, ...next.rows];
      this.more = next.more;
      this.showRows();
    } catch (reason) {
      this.each.append(h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
    }
  }
}

define("vs-ledger", Ledger);
