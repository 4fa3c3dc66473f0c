/** The bar above the cards: one playhead for all takes, which of them is heard, and how. */

import { button, fill, h, icon, setIcon } from "../dom.js";
import { number, percent, t } from "../texts.js";
import { VIEWS } from "./picture.js";
import { keysOn, setKeys } from "./keys.js";

const VIEW_KEPT = "vs-picture";
const NAMES = { spectrogram: "compare.view_spectrogram", pitch: "compare.view_pitch", waveform: "compare.view_waveform" };
const SHORTCUTS = [
  ["space", "compare.key_space"],
  ["1…9", "compare.key_number"],
  ["← →", "compare.key_arrows"],
  ["A", "compare.key_turn"],
  ["L", "compare.key_loop"],
  ["[ ]", "compare.key_part"],
  ["Esc", "compare.key_escape"],
];

export class Transport extends EventTarget {
  /** Event `view`: another picture is wanted (`transport.view`). @param {import("./deck.js").Deck} deck */
  constructor(deck) {
    super();
    this.deck = deck;
    this.view = VIEWS.includes(localStorage.getItem(VIEW_KEPT)) ? localStorage.getItem(VIEW_KEPT) : VIEWS[0];
    this.sign = icon("play");
    this.toggle = h("button", { type: "button", class: "vs-play", onclick: () => deck.playOrPause() }, this.sign);
    this.turn = toggler({ class: "vs-in-turn", label: t("compare.turn"), sign: "turn", onclick: () => deck.playInTurn() });
    this.loop = toggler({ class: "vs-loop", label: t("compare.loop"), sign: "loop", onclick: () => deck.setLoop(!deck.loop) });
    this.from = edge("[", t("compare.part_from"), () => this.setEdge("from"));
    this.to = edge("]", t("compare.part_to"), () => this.setEdge("to"));
    this.clear = button({ kind: "quiet", quiet: true, icon: "close", label: t("compare.part_clear"), class: "vs-button vs-button-quiet vs-deck-small vs-part-clear", onclick: () => this.clearPart() });
    this.band = h("i", { class: "vs-playline-part" });
    this.head = h("i", { class: "vs-playline-head" });
    this.line = h(
      "div",
      { class: "vs-playline", role: "slider", tabindex: "0", "aria-label": t("compare.position"), "aria-valuemin": "0", "aria-valuemax": "100", onpointerdown: (event) => this.grab(event), onpointermove: (event) => this.drag(event), onpointerup: () => this.letGo(), onpointercancel: () => this.letGo(), onkeydown: (event) => this.step(event) },
      h("span", { class: "vs-playline-track" }, this.band, this.head),
    );
    this.who = h("strong", { class: "vs-deck-who" });
    this.where = h("span", { class: "vs-deck-where" });
    this.chips = h("div", { class: "vs-deck-chips", role: "group", "aria-label": t("compare.which") });
    this.element = h(
      "section",
      { class: "vs-deck", "aria-label": t("compare.deck") },
      h("div", { class: "vs-deck-row" }, this.toggle, this.turn, this.loop, h("span", { class: "vs-deck-edges" }, this.from, this.to, this.clear), this.line, h("p", { class: "vs-deck-now" }, this.who, this.where)),
      this.chips,
    );
    this.level = h("input", { type: "checkbox", role: "switch", onchange: () => deck.setMatched(this.level.checked) });
    this.level.checked = deck.matched;
    this.levelWords = h("span", { class: "vs-hint vs-match-words" });
    this.tabs = VIEWS.map((view) => h("button", { type: "button", class: "vs-view", data: { view }, onclick: () => this.choose(view) }, t(NAMES[view])));
    this.same = h("p", { class: "vs-hint vs-deck-same" });
    this.settings = h(
      "div",
      { class: "vs-deck-view" },
      h("div", { class: "vs-views", role: "group", "aria-label": t("compare.view") }, this.tabs),
      h("label", { class: "vs-match" }, this.level, h("span", {}, t("compare.level"), this.levelWords)),
      keysFold(),
      this.same,
    );
    deck.addEventListener("change", () => this.refresh());
    deck.addEventListener("tick", () => this.move());
    this.choose(this.view);
  }

  /** @param {{seat: import("./seat.js").Seat, number: number, title: string}[]} rows as the cards are shown */
  show(rows) {
    const key = JSON.stringify(rows.map(({ seat, title }) => [seat.place, title, seat.ready]));
    if (key !== this.key) {
      this.key = key;
      this.rows = rows;
      const focused = this.chips.contains(document.activeElement) ? document.activeElement.dataset.place : null;
      fill(
        this.chips,
        rows.map(({ seat, number: count, title }) =>
          h("button", { type: "button", class: "vs-deck-chip", data: { place: seat.place }, disabled: !seat.ready, onclick: () => this.deck.hear(seat) }, count <= 9 && h("kbd", { "aria-hidden": "true" }, number(count)), h("span", {}, title)),
        ),
      );
      if (focused !== null) this.chips.querySelector(`[data-place="${focused}"]`)?.focus();
    }
    this.refresh();
  }

  choose(view) {
    this.view = view;
    localStorage.setItem(VIEW_KEPT, view);
    for (const tab of this.tabs) tab.setAttribute("aria-pressed", String(tab.dataset.view === view));
    this.dispatchEvent(new Event("view"));
  }

  refresh() {
    const { deck } = this;
    const { ready, current } = deck;
    const name = deck.playing ? t("player.pause") : t("player.play");
    setIcon(this.sign, deck.playing ? "pause" : "play");
    this.toggle.setAttribute("aria-label", current ? `${name}: ${current.title}` : name);
    this.toggle.title = name;
    this.toggle.toggleAttribute("data-busy", Boolean(deck.busy));
    for (const control of [this.toggle, this.turn, this.loop, this.from, this.to]) control.disabled = !ready.length;
    this.turn.disabled = ready.length < 2;
    this.turn.setAttribute("aria-pressed", String(deck.turn));
    this.loop.setAttribute("aria-pressed", String(deck.loop));
    this.clear.style.visibility = deck.part ? "" : "hidden";
    this.line.setAttribute("aria-disabled", String(!ready.length));
    this.line.tabIndex = ready.length ? 0 : -1;
    for (const chip of this.chips.children) {
      const on = current?.place === Number(chip.dataset.place);
      if (on && chip.getAttribute("aria-pressed") === "false" && this.chips.scrollWidth > this.chips.clientWidth)
        this.chips.scrollTo({ left: chip.offsetLeft - this.chips.offsetLeft - 40 });
      chip.setAttribute("aria-pressed", String(on));
    }
    const { level } = deck;
    this.levelWords.textContent = !deck.matched ? t("compare.level_off") : level === null ? t("compare.level_waiting") : t("compare.level_on", { level: number(level, 1) });
    const worded = ready.filter((seat) => seat.worded).length;
    this.same.textContent = ready.length < 2 ? t("compare.same_waiting") : worded === ready.length ? t("compare.same_words") : worded ? t("compare.same_mixed") : t("compare.same_share");
    this.move();
  }

  move() {
    const { deck } = this;
    const { current, moment } = deck;
    this.head.style.setProperty("--at", moment);
    this.band.hidden = !deck.part;
    if (deck.part) {
      this.band.style.setProperty("--from", deck.part.from);
      this.band.style.setProperty("--to", deck.part.to);
      this.band.toggleAttribute("data-off", !deck.loop);
    }
    const at = deck.seconds;
    const length = current?.length || 0;
    const share = length ? Math.min(1, at / length) : 0;
    this.who.textContent = current?.title || "";
    const values = { at: number(at, 1), length: number(length, 1), share: percent(share) };
    this.where.textContent = current ? t("compare.where", values) : "";
    this.line.setAttribute("aria-valuenow", String(Math.round(moment * 100)));
    this.line.setAttribute("aria-valuetext", current ? t("compare.where", values) : "");
  }

  momentOf(event) {
    const box = this.line.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  grab(event) {
    if (!this.deck.ready.length || event.button) return;
    this.held = true;
    this.line.setPointerCapture(event.pointerId);
    this.deck.seek(this.momentOf(event));
  }

  drag(event) {
    if (this.held) this.deck.seek(this.momentOf(event));
  }

  letGo() {
    this.held = false;
  }

  step(event) {
    const { deck } = this;
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -5, PageUp: 5 }[event.key];
    if (move) deck.step(move);
    else if (event.key === "Home") deck.seek(0);
    else if (event.key === "End") deck.seek(0.999);
    else if (event.key === " " || event.key === "Enter") deck.playOrPause();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** One end of the part at the playhead; the other one stays, or is the end of the take. */
  setEdge(end) {
    const { deck } = this;
    const { moment } = deck;
    const before = deck.part || { from: 0, to: 1 };
    const part = { ...before, [end]: moment };
    if (part.to <= part.from) part[end === "from" ? "to" : "from"] = end === "from" ? 1 : 0;
    deck.setPart(part);
  }

  clearPart() {
    this.deck.part = null;
    this.deck.loop = false;
    this.deck.again();
    this.loop.focus();
  }
}

function toggler({ sign, label, ...rest }) {
  const { class: name, ...more } = rest;
  return h("button", { type: "button", class: `vs-deck-toggle ${name}`, title: label, "aria-pressed": "false", ...more }, icon(sign), h("span", {}, label));
}

const edge = (sign, label, onclick) => h("button", { type: "button", class: "vs-deck-small vs-deck-edge", "aria-label": label, title: label, onclick }, h("span", { "aria-hidden": "true" }, sign));

/** What keys do, and whether they do it: single letters are in some people's way. */
function keysFold() {
  const box = h("input", { type: "checkbox", role: "switch", onchange: () => setKeys(box.checked) });
  box.checked = keysOn();
  return h(
    "details",
    { class: "vs-menu vs-shortcuts" },
    h("summary", {}, icon("keyboard"), h("span", {}, t("compare.keys"))),
    h(
      "div",
      { class: "vs-menu-body" },
      h("dl", { class: "vs-key-list" }, SHORTCUTS.map(([key, meaning]) => h("div", {}, h("dt", {}, h("kbd", {}, key === "space" ? t("compare.key_space_name") : key)), h("dd", {}, t(meaning))))),
      h("label", { class: "vs-match" }, box, h("span", {}, t("compare.keys_on"))),
    ),
  );
}
