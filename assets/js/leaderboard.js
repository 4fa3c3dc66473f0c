/** `<vs-leaderboard>`: ranks with their intervals, what they stand on, and who beat whom. */

import { define, fill, h, icon } from "./dom.js";
import { get, page } from "./http.js";
import { counted, engineName, languageName, number, percent, speaker, t } from "./texts.js";

class Leaderboard extends HTMLElement {
  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.filter = { language: "", engine: "" };
    this.bar = h("div", { class: "vs-filters" });
    this.board = h("div", { class: "vs-board", "aria-live": "polite" });
    this.append(this.bar, this.board);
    this.load();
  }

  async load() {
    const query = new URLSearchParams(Object.entries(this.filter).filter(([, value]) => value));
    try {
      const board = await get(`/api/leaderboard${query.size ? `?${query}` : ""}`);
      this.filters(board);
      this.show(board);
    } catch (reason) {
      fill(this.board, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
    }
  }

  filters(board) {
    if (!this.filter.language && !this.filter.engine) {
      this.languages = board.languages || [];
      this.engines = [...new Map(board.conditions.map((one) => [one.engine, one.title])).entries()];
    }
    const select = (name, options, all) =>
      h(
        "label",
        { class: "vs-field" },
        h("span", {}, t(`board.${name}`)),
        h(
          "select",
          {
            class: "vs-input",
            name,
            onchange: (event) => {
              this.filter[name] = event.target.value;
              this.load();
            },
          },
          h("option", { value: "" }, all),
          options.map(([value, label]) => h("option", { value, selected: value === this.filter[name] }, label)),
        ),
      );
    fill(
      this.bar,
      select("language", this.languages.map((tag) => [tag, languageName(tag)]), t("board.all_languages")),
      select("engine", this.engines, t("board.all_engines")),
    );
  }

  show(board) {
    if (!board.votes) {
      fill(
        this.board,
        h(
          "div",
          { class: "vs-rest" },
          h("div", { class: "vs-rest-bars", "aria-hidden": "true" }, Array.from({ length: 3 }, () => h("i", {}))),
          h("h2", {}, t("board.empty_title")),
          h("p", {}, t(this.filter.language || this.filter.engine ? "board.empty_filter" : "board.empty")),
          h("div", { class: "vs-actions" }, h("a", { class: "vs-button vs-button-accent", href: page("blind") }, t("board.to_blind")), h("a", { class: "vs-button vs-button-plain", href: page("") }, t("blind.to_studio"))),
        ),
      );
      return;
    }
    fill(
      this.board,
      h("ul", { class: "vs-basis" }, ["votes", "raters", "texts", "ties"].map((name) => h("li", {}, h("strong", {}, number(board[name])), h("span", {}, counted(`board.basis_${name}`, board[name]))))),
      this.caution(board),
      ...this.groups(board).map(([rows, name]) => [name && h("h2", { class: "vs-subtitle" }, name), this.table(rows)]),
      board.newer_votes ? h("p", { class: "vs-hint" }, counted("board.pending", board.newer_votes)) : null,
      h("h2", { class: "vs-subtitle" }, t("board.matrix")),
      h("p", { class: "vs-hint" }, t("board.matrix_hint")),
      this.matrix(board),
      h(
        "details",
        { class: "vs-method" },
        h("summary", {}, t("board.how")),
        h("p", {}, t("board.how_text")),
        h("p", { class: "vs-hint" }, t("board.provenance", { method: board.method || "–", hash: (board.votes_sha256 || "").slice(0, 16) })),
      ),
    );
  }

  /** What the votes cannot say yet. */
  caution(board) {
    const said = [];
    const apart = board.components.length > 1;
    const leaders = board.conditions.filter((one) => one.rank === 1).length;
    if (apart) said.push(t("board.not_connected"));
    else if (leaders > 1) said.push(counted("board.leaders_tied", leaders));
    if (board.raters < 5) said.push(counted("board.few_raters", board.raters));
    if (board.texts < 5) said.push(counted("board.few_texts", board.texts));
    return said.length ? h("ul", { class: "vs-cautions" }, said.map((one) => h("li", {}, icon("warn"), one))) : null;
  }

  /** Conditions that votes connect belong in one table; others never share a scale with them. */
  groups(board) {
    const apart = new Map();
    for (const row of board.conditions) apart.set(row.component, [...(apart.get(row.component) || []), row]);
    return [...apart.values()].map((rows, index) => [rows, apart.size > 1 ? t("board.group", { number: index + 1 }) : ""]);
  }

  table(conditions) {
    const rows = [...conditions].sort((one, other) => one.rank - other.rank || other.rating - one.rating);
    const finite = rows.flatMap((row) => [row.low, row.high, row.rating]).filter(Number.isFinite);
    const least = Math.min(...finite);
    const span = Math.max(...finite) - least || 1;
    const place = (value) => `${(((Number.isFinite(value) ? value : least) - least) / span) * 100}%`;
    const digits = span > 20 ? 0 : 2;
    return h(
      "div",
      { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": t("board.table") },
      h(
        "table",
        { class: "vs-table vs-ranks" },
        h("thead", {}, h("tr", {}, ["rank", "condition", "rating", "interval", "votes"].map((name) => h("th", { scope: "col", class: `vs-col-${name}` }, t(`board.${name}`))))),
        h(
          "tbody",
          {},
          rows.map((row) =>
            h(
              "tr",
              { data: { condition: row.condition, engine: row.engine, rank: String(row.rank) } },
              h("td", { class: "vs-col-rank" }, number(row.rank)),
              h("th", { scope: "row", class: "vs-col-condition" }, h("strong", {}, engineName(row)), row.preset && h("span", {}, speaker(row.preset)), h("small", { class: "vs-phone-votes" }, `${number(row.votes)} ${counted("board.basis_votes", row.votes)}`)),
              h("td", { class: "vs-col-rating" }, number(row.rating, digits), h("small", {}, `${number(row.low, digits)} … ${number(row.high, digits)}`)),
              h(
                "td",
                { class: "vs-col-interval" },
                h(
                  "span",
                  {
                    class: "vs-whisker",
                    role: "img",
                    "aria-label": t("board.interval_words", { rating: number(row.rating, digits), low: number(row.low, digits), high: number(row.high, digits) }),
                    style: { "--low": place(row.low), "--high": place(row.high), "--dot": place(row.rating) },
                  },
                  h("i", {}),
                  h("b", {}),
                ),
              ),
              h("td", { class: "vs-col-votes" }, number(row.votes)),
            ),
          ),
        ),
      ),
    );
  }

  matrix(board) {
    const names = new Map(board.conditions.map((one) => [one.condition, [engineName(one), speaker(one.preset)].filter(Boolean).join(" · ")]));
    const keys = [...board.conditions].sort((one, other) => one.rank - other.rank).map((one) => one.condition);
    const wins = new Map();
    for (const { left, right, left_wins: lefts, right_wins: rights, ties } of board.pairs) {
      wins.set(`${left}\n${right}`, { won: lefts, of: lefts + rights + ties });
      wins.set(`${right}\n${left}`, { won: rights, of: lefts + rights + ties });
    }
    const cell = (row, column) => {
      if (row === column) return h("td", { class: "vs-self" }, "");
      const pair = wins.get(`${row}\n${column}`);
      if (!pair?.of) return h("td", { class: "vs-none" }, h("span", { class: "vs-faint" }, t("board.no_votes")));
      const share = pair.won / pair.of;
      return h("td", { style: { "--share": share.toFixed(3) } }, h("strong", {}, percent(share)), h("small", {}, t("board.of", { won: number(pair.won), of: number(pair.of) })));
    };
    return h(
      "div",
      { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": t("board.matrix") },
      h(
        "table",
        { class: "vs-table vs-matrix" },
        h("thead", {}, h("tr", {}, h("td", {}, t("board.row_beats_column")), keys.map((key) => h("th", { scope: "col" }, names.get(key))))),
        h("tbody", {}, keys.map((row) => h("tr", {}, h("th", { scope: "row" }, names.get(row)), keys.map((column) => cell(row, column))))),
      ),
    );
  }
}

define("vs-leaderboard", Leaderboard);
