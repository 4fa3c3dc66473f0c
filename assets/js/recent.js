/** `<vs-recent>`: comparisons made before, to open again; a reload loses nothing. */

import { define, fill, h } from "./dom.js";
import { get, page } from "./http.js";
import { languageName, moment, t } from "./texts.js";

const LIMIT = 12;

class Recent extends HTMLElement {
  connectedCallback() {
    this.refresh();
    document.addEventListener("vs-comparison-over", this);
    document.addEventListener("vs-comparison-made", this);
  }

  disconnectedCallback() {
    document.removeEventListener("vs-comparison-over", this);
    document.removeEventListener("vs-comparison-made", this);
  }

  handleEvent() {
    this.refresh();
  }

  async refresh() {
    let rows = [];
    try {
      ({ comparisons: rows } = await get(`/api/comparisons?limit=${LIMIT}`));
    } catch {
      return;
    }
    this.hidden = !rows.length;
    fill(
      this,
      h("h2", { class: "vs-subtitle" }, t("recent.title")),
      h(
        "ul",
        { class: "vs-recent-list" },
        rows.map((row) =>
          h(
            "li",
            {},
            h(
              "a",
              { class: "vs-recent-link", href: `${page("")}?comparison=${row.id}`, onclick: (event) => this.open(event, row.id) },
              h("span", { class: "vs-recent-text", lang: row.title ? null : row.language }, row.title || row.text),
              h(
                "span",
                { class: "vs-meta" },
                h("span", {}, languageName(row.language)),
                h("span", {}, (row.takes || []).map((take) => take.title).join(", ")),
                h("span", {}, moment(row.created_at)),
              ),
            ),
          ),
        ),
      ),
    );
  }

  open(event, id) {
    const target = document.querySelector("vs-comparison");
    if (!target || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    target.setAttribute("comparison", id);
    target.scrollIntoView({ block: "start" });
  }
}

define("vs-recent", Recent);
