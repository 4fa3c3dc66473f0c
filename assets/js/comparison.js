/**
 * `<vs-comparison comparison="id">`: the takes of one text side by side, kept up to date by
 * server-sent events, by polling where those fail, until all are made and measured. Without the
 * attribute the page's address decides; `measured="no"`: this studio does not measure takes.
 */

import { Deck } from "./compare/deck.js";
import { Doors } from "./compare/doors.js";
import { keyHandler } from "./compare/keys.js";
import { Transport } from "./compare/transport.js";
import { button, define, fill, h, icon } from "./dom.js";
import { address, get, remove } from "./http.js";
import "./figure-table.js";
import { FINAL } from "./take-card.js";
import { languageName, moment, t } from "./texts.js";

const POLL = 1000;

/** All takes of a position that are still being made: the shown one and further attempts. */
const making = (take) => [take, ...(take.attempts || [])].filter((one) => !FINAL.includes(one.state));
/** Takes with their places in the order, the pinned ones first. */
const placesOf = (data) =>
  data.takes
    .map((take, index) => ({ take, place: take.position ?? index }))
    .sort((a, b) => Number(Boolean(b.take.marks?.pinned)) - Number(Boolean(a.take.marks?.pinned)) || a.place - b.place);
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
    this.addEventListener("vs-marked", (event) => this.marked(event.detail));
    this.onKey = (event) => this.keys?.(event);
    document.addEventListener("keydown", this.onKey);
  }

  disconnectedCallback() {
    this.unfollow();
    document.removeEventListener("keydown", this.onKey);
    this.putAway();
    this.key = null; // put back, it begins anew
  }

  /** What sounded before is let go. */
  putAway() {
    this.deck?.close();
    this.deck = null;
    this.keys = null;
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
    this.putAway();
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
    this.deck = new Deck();
    this.transport = new Transport(this.deck);
    this.keys = keyHandler(this.deck, this.transport);
    this.transport.addEventListener("view", () => this.cards.forEach((card) => (card.view = this.transport.view)));
    this.grid = h("div", { class: "vs-takes" });
    this.stop = button({ kind: "quiet", icon: "stop", label: t("comparison.cancel_all"), onclick: () => this.cancelAll() });
    this.hint = h("span", { class: "vs-hint", role: "status" });
    this.doors = new Doors(data, (sentence) => fill(this.hint, icon("warn"), sentence));
    this.heading = h("h2", { class: "vs-comparison-title", hidden: true });
    this.table = document.createElement("vs-figure-table");
    fill(
      this,
      h(
        "header",
        { class: "vs-comparison-head" },
        this.heading,
        h("blockquote", { lang: data.language }, data.text),
        data.spoken && h("p", { class: "vs-hint vs-read-as" }, t("compare.spoken", { text: data.spoken })),
        h(
          "p",
          { class: "vs-meta" },
          [languageName(data.language), data.voice_name && t("comparison.voice", { name: data.voice_name }), data.instruction && t("comparison.instruction", { instruction: data.instruction }), data.project && t("compare.project", { project: data.project }), moment(data.created_at)]
            .filter(Boolean)
            .map((part) => h("span", {}, part)),
        ),
        h("div", { class: "vs-comparison-actions" }, this.doors.rate, this.doors.study, this.doors.files, this.doors.again, this.stop, this.hint),
      ),
      this.transport.element,
      this.transport.settings,
      this.grid,
      this.table,
    );
  }

  show(data) {
    if (data.id !== this.key) return;
    this.data = data;
    this.heading.textContent = data.title || "";
    this.heading.hidden = !data.title;
    // Pinned ones come first, also for those who go from card to card by keys; later changes move
    // nothing in the document, for a card that is moved would fall silent.
    const places = placesOf(data);
    // A card stands for a place in the order: a better attempt may take it over.
    for (const { take, place } of places) {
      let card = this.cards[place];
      if (!card) {
        card = document.createElement("vs-take");
        card.seat = this.deck.seat(place);
        this.cards[place] = card;
        this.grid.append(card);
        card.take = take;
        card.view = this.transport.view;
      } else card.take = take;
    }
    places.forEach(({ place }, index) => {
      const card = this.cards[place];
      card.style.order = String(index);
      card.number = index + 1;
    });
    this.showDeck(places);
    this.table.comparison = data;
    const ratable = this.doors.show(data);
    const over = data.takes.every((take) => FINAL.includes(take.state));
    this.toggleAttribute("over", over);
    this.toggleAttribute("settled", settled(data));
    this.stop.hidden = !data.takes.some((take) => making(take).length);
    const few = ratable < 2 && over;
    if (few !== this.few) this.hint.textContent = few ? t("comparison.rate_needs_two") : "";
    this.few = few;
    if (over && !this.over) this.dispatchEvent(new CustomEvent("vs-comparison-over", { bubbles: true, detail: { id: data.id } }));
    this.over = over;
    if (settled(data)) this.unfollow();
  }

  /** The playhead knows the takes that the cards show. */
  showDeck(places) {
    const shown = places.map(({ place }) => ({ ...this.cards[place].heard, position: place }));
    this.deck.show(shown, places.map(({ place }) => place));
    this.transport.show(places.map(({ place }, index) => ({ seat: this.deck.seat(place), number: index + 1, title: this.cards[place].heard.marks?.name || this.cards[place].heard.title })));
  }

  /** Something was noted on a take: cards, numbers and names follow. */
  marked(take) {
    const { data } = this;
    const place = data.takes.findIndex((one) => one.first === take.first);
    if (place >= 0 && data.takes[place].id === take.id) data.takes[place] = { ...data.takes[place], marks: take.marks };
    this.show(data);
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
