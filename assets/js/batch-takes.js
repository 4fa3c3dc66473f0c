/** The takes of a batch as a table: hear one, open its comparison. */

import { button, fill, h, setIcon } from "./dom.js";
import { address, get, page } from "./http.js";
import { leave, take as takeStage } from "./stage.js";
import { seconds, t } from "./texts.js";

const AT_ONCE = 60;

export class BatchTakes {
  constructor() {
    this.limit = AT_ONCE;
    this.rows = new Map();
    this.sound = new Audio();
    this.sound.preload = "none";
    this.sound.addEventListener("ended", () => this.stop());
    this.sound.addEventListener("error", () => this.playing && this.stop());
    this.body = h("tbody", {});
    this.more = button({ kind: "quiet", label: t("batch.more"), onclick: () => { this.limit += AT_ONCE; this.show(this.id); } });
    this.more.hidden = true;
    const head = ["batch.column_number", "many.column_text", "batch.column_engine", "many.column_state", "batch.column_listen"];
    this.element = h(
      "div",
      { class: "vs-batch-takes", role: "region", tabindex: "0", "aria-label": t("batch.results") },
      h("table", { class: "vs-table" }, h("thead", {}, h("tr", {}, head.map((key) => h("th", { scope: "col" }, t(key))))), this.body),
      this.more,
    );
  }

  async show(id) {
    this.id = id;
    let found;
    try {
      found = await get(`/api/batches/${id}/takes?limit=${this.limit}`);
    } catch {
      return; // the next look tells
    }
    this.more.hidden = !found.more;
    for (const one of found.takes) {
      const key = JSON.stringify(one);
      const known = this.rows.get(`${one.comparison}/${one.engine}`);
      if (known?.key === key) continue;
      const made = this.row(one);
      if (known) known.line.replaceWith(made);
      else this.body.append(made);
      this.rows.set(`${one.comparison}/${one.engine}`, { key, line: made });
    }
  }

  row(one) {
    const names = { number: one.number, engine: one.engine_title };
    const play = button({ kind: "quiet", icon: "play", quiet: true, label: t("batch.play", names), onclick: () => this.play(one, play, names) });
    play.disabled = one.state !== "done";
    const state = one.state === "failed" && one.error ? one.error : t(`state.${one.state}`);
    return h(
      "tr",
      { data: { state: one.state } },
      h("td", {}, String(one.number)),
      h("th", { scope: "row", lang: one.language }, one.title ? h("strong", {}, one.title) : null, h("span", {}, one.text)),
      h("td", {}, one.engine_title),
      h("td", {}, state, one.seconds ? h("small", {}, ` ${seconds(one.seconds)}`) : null),
      h("td", { class: "vs-batch-listen" }, play, h("a", { class: "vs-button vs-button-quiet", href: `${page("")}?comparison=${one.comparison}`, onclick: (event) => this.open(event, one.comparison) }, t("batch.open"))),
    );
  }

  play(one, control, names) {
    const again = this.playing === control;
    this.stop();
    if (again) return;
    this.playing = control;
    this.names = names;
    takeStage(this);
    control.setAttribute("aria-label", t("batch.stop", names));
    setIcon(control.querySelector("svg"), "stop");
    this.sound.src = address(`/api/takes/${one.take}/audio`);
    this.sound.play().catch(() => this.stop());
  }

  /** Another player takes the stage. */
  pause() {
    this.stop();
  }

  stop() {
    this.sound.pause();
    leave(this);
    if (!this.playing) return;
    setIcon(this.playing.querySelector("svg"), "play");
    this.playing.setAttribute("aria-label", t("batch.play", this.names));
    this.playing = null;
  }

  open(event, id) {
    const target = document.querySelector("vs-comparison");
    if (!target || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    this.stop();
    target.setAttribute("comparison", id);
    target.scrollIntoView({ block: "start" });
  }
}
