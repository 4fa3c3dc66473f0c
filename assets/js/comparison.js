/**
 * `<vs-comparison comparison="id">`: the takes of one text side by side, kept up to date by
 * server-sent events, by polling where those fail, until all are made and measured. Without the
 * attribute the page's address decides; `measured="no"`: this studio does not measure takes.
 */

import { button, define, fill, h, icon } from "./dom.js";
import { address, get, page, remove } from "./http.js";
import "./figure-table.js";
import { FINAL } from "./take-card.js";
import { languageName, moment, t } from "./texts.js";

const POLL = 1000;

/** All takes of a position that are still being made: the shown one and further attempts. */
const making = (take) => [take, ...(take.attempts || [])].filter((one) => !FINAL.includes(one.state));
const settled = (data) => data.settled ?? data.takes.every((take) => FINAL.includes(take.state));

class Comparison extends HTMLElement {
  static observedAttributes = ["comparison"];

  connectedCallback() {
    if (!this.getAttribute("comparison")) {
      const asked = new URLSearchParams(location.search).get("comparison");
      if (asked) this.setAttribute("comparison", asked);
      else this.rest();
    } else if (!this.key) this.open(this.getAttribute("comparison"));
    this.addEventListener("vs-again", () => this.follow());
  }

  disconnectedCallback() {
    this.unfollow();
  }

  attributeChangedCallback(_, before, after) {
    if (this.isConnected && before !== after) this.open(after);
  }

  /** Nothing chosen yet: say what will happen here. */
  rest() {
    fill(
      this,
      h(
        "div",
        { class: "vs-rest" },
        h("div", { class: "vs-rest-bars", "aria-hidden": "true" }, Array.from({ length: 3 }, () => h("i", {}))),
        h("h2", {}, t("comparison.rest_title")),
        h("p", {}, t("comparison.rest")),
      ),
    );
  }

  async open(id) {
    this.unfollow();
    this.key = id;
    this.cards = [];
    this.over = false;
    if (!id) {
      this.rest();
      return;
    }
    const here = new URL(location.href);
    if (here.searchParams.get("comparison") !== id) {
      here.searchParams.set("comparison", id);
      history.replaceState(history.state, "", here);
    }
    for (const link of document.querySelectorAll(".vs-switch")) link.href = link.pathname + here.search;
    try {
      const data = await get(`/api/comparisons/${id}`);
      if (id !== this.key) return;
      this.build(data);
      this.show(data);
      if (!settled(data)) this.follow();
      if (innerWidth < 900) this.scrollIntoView({ block: "start" });
    } catch (reason) {
      if (id === this.key) fill(this, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
    }
  }

  build(data) {
    this.grid = h("div", { class: "vs-takes" });
    this.stop = button({ kind: "quiet", icon: "stop", label: t("comparison.cancel_all"), onclick: () => this.cancelAll() });
    this.rate = h("a", { class: "vs-button vs-button-accent vs-rate", href: `${page("blind")}?comparison=${data.id}` }, icon("blind"), h("span", {}, t("comparison.rate")));
    this.hint = h("span", { class: "vs-hint" });
    this.table = document.createElement("vs-figure-table");
    fill(
      this,
      h(
        "header",
        { class: "vs-comparison-head" },
        h("blockquote", { lang: data.language }, data.text),
        h(
          "p",
          { class: "vs-meta" },
          [languageName(data.language), data.voice_name && t("comparison.voice", { name: data.voice_name }), data.instruction && t("comparison.instruction", { instruction: data.instruction }), moment(data.created_at)]
            .filter(Boolean)
            .map((part) => h("span", {}, part)),
        ),
        h("div", { class: "vs-comparison-actions" }, this.rate, this.stop, this.hint),
      ),
      this.grid,
      this.table,
    );
  }

  show(data) {
    if (data.id !== this.key) return;
    // A card stands for a place in the order: a better attempt may take it over.
    data.takes.forEach((take, index) => {
      const place = take.position ?? index;
      let card = this.cards[place];
      if (!card) {
        card = document.createElement("vs-take");
        this.cards[place] = card;
        this.grid.append(card);
      }
      card.take = take;
    });
    this.table.comparison = data;
    const done = data.takes.filter((take) => take.state === "done" && !take.instead_of).length;
    const over = data.takes.every((take) => FINAL.includes(take.state));
    this.toggleAttribute("over", over);
    this.toggleAttribute("settled", settled(data));
    this.stop.hidden = !data.takes.some((take) => making(take).length);
    this.rate.toggleAttribute("inert", done < 2);
    this.rate.setAttribute("aria-disabled", String(done < 2));
    this.hint.textContent = done < 2 && over ? t("comparison.rate_needs_two") : "";
    if (over && !this.over) this.dispatchEvent(new CustomEvent("vs-comparison-over", { bubbles: true, detail: { id: data.id } }));
    this.over = over;
    if (settled(data)) this.unfollow();
  }

  follow() {
    this.unfollow();
    const id = this.key;
    const events = new EventSource(address(`/api/comparisons/${id}/events`));
    this.events = events;
    events.onmessage = (event) => {
      if (id === this.key) this.show(JSON.parse(event.data));
    };
    events.onerror = () => {
      // The server ends the stream when nothing more will happen; otherwise ask now and then.
      events.close();
      if (id === this.key && this.events === events) this.poll(id);
    };
  }

  async poll(id) {
    try {
      const data = await get(`/api/comparisons/${id}`);
      if (id !== this.key) return;
      this.show(data);
      if (settled(data)) return;
    } catch {
      /* the studio may be restarting: what it acknowledged is still there when it is back */
    }
    if (id === this.key && this.isConnected) this.timer = setTimeout(() => this.poll(id), POLL);
  }

  unfollow() {
    this.events?.close();
    this.events = null;
    clearTimeout(this.timer);
  }

  async cancelAll() {
    const waiting = this.cards.flatMap((card) => making(card.take));
    await Promise.allSettled(waiting.map((take) => remove(`/api/takes/${take.id}`)));
  }
}

define("vs-comparison", Comparison);
