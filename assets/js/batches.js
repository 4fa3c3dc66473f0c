/** `<vs-batches>`: many texts that were ordered at once: how far they are, and what came of them. */

import { button, define, fill, h, icon } from "./dom.js";
import { BatchTakes } from "./batch-takes.js";
import { address, get, post } from "./http.js";
import { counted, moment, number, seconds, t } from "./texts.js";

const LATEST = 5;
const LOOK = 1500;
const UNDER_WAY = ["running"];

class Batches extends HTMLElement {
  connectedCallback() {
    this.cards = new Map();
    this.list = h("div", { class: "vs-batch-list" });
    fill(this, h("h2", { class: "vs-subtitle" }, t("batch.title")), this.list);
    document.addEventListener("vs-batch-made", this);
    this.look();
  }

  disconnectedCallback() {
    document.removeEventListener("vs-batch-made", this);
    clearTimeout(this.timer);
  }

  handleEvent({ detail }) {
    this.show([detail, ...[...this.cards.values()].map((card) => card.batch)]);
    const card = this.cards.get(detail.id);
    card.element.open = true;
    card.element.scrollIntoView({ block: "nearest" });
    card.element.querySelector("summary").focus({ preventScroll: true });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), LOOK / 3);
  }

  async look() {
    clearTimeout(this.timer);
    try {
      const { batches } = await get(`/api/batches?limit=${LATEST}`);
      this.show(batches);
    } catch {
      /* the studio may be restarting: look again */
    }
    const busy = [...this.cards.values()].some((card) => UNDER_WAY.includes(card.batch.state));
    if (this.isConnected && busy) this.timer = setTimeout(() => this.look(), LOOK);
  }

  show(batches) {
    this.hidden = !batches.length;
    for (const batch of batches) {
      let card = this.cards.get(batch.id);
      if (!card) {
        card = new Card(() => this.look());
        this.cards.set(batch.id, card);
        if (this.cards.size > 1 && batch === batches[0]) this.list.prepend(card.element);
        else this.list.append(card.element);
      }
      card.show(batch);
    }
  }
}

/** One batch, unfolded to its takes. */
class Card {
  constructor(changed) {
    this.changed = changed;
    this.title = h("strong", {});
    this.state = h("span", { class: "vs-batch-state" });
    this.line = h("i", {});
    this.track = h("div", { class: "vs-progress-track", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" }, this.line);
    this.words = h("span", { class: "vs-hint" });
    this.actions = h("div", { class: "vs-actions" });
    this.takes = new BatchTakes();
    this.element = h(
      "details",
      { class: "vs-batch vs-card", ontoggle: () => this.toggled() },
      h("summary", {}, h("span", { class: "vs-batch-head" }, this.title, this.state), this.track, this.words),
      this.actions,
      this.takes.element,
    );
  }

  show(batch) {
    const before = this.batch;
    this.batch = batch;
    this.element.dataset.batch = batch.id;
    this.element.dataset.state = batch.state;
    this.title.textContent = batch.name || t("batch.untitled", { when: moment(batch.created_at) });
    this.state.textContent = t(`batch.state.${batch.state}`);
    const over = batch.done + batch.failed + batch.cancelled;
    const share = batch.total ? over / batch.total : 0;
    this.track.setAttribute("aria-valuenow", String(Math.floor(share * 100)));
    this.track.setAttribute("aria-label", this.title.textContent);
    this.line.style.setProperty("--share", share);
    this.words.textContent = [
      t("batch.progress", { done: number(batch.done), total: number(batch.total) }),
      batch.failed ? counted("batch.failed", batch.failed) : null,
      batch.cancelled ? counted("batch.cancelled", batch.cancelled) : null,
      batch.remaining_seconds ? t("batch.left", { seconds: seconds(Math.max(1, batch.remaining_seconds), 0) }) : null,
    ].filter(Boolean).join(" · ");
    const key = `${batch.state}|${batch.done > 0}`;
    if (key !== this.key) this.draw(batch);
    this.key = key;
    const moved = !before || before.done !== batch.done || before.failed !== batch.failed || before.running !== batch.running || before.cancelled !== batch.cancelled;
    if (this.element.open && moved) this.takes.show(batch.id);
  }

  draw(batch) {
    const act = (what, sign) => button({ kind: "quiet", icon: sign, label: t(`batch.${what}`), onclick: () => this.steer(what) });
    const file = (name, label) => h("a", { class: "vs-button vs-button-plain", href: address(`/api/batches/${batch.id}/${name}`), download: "" }, icon("download"), h("span", {}, label));
    fill(
      this.actions,
      batch.done ? file("audio.zip", t("batch.zip")) : null,
      file("results.csv", t("batch.csv")),
      batch.state === "running" ? act("pause", "pause") : null,
      batch.state === "paused" ? act("resume", "play") : null,
      ["running", "paused"].includes(batch.state) ? act("cancel", "close") : null,
    );
  }

  async steer(what) {
    try {
      this.show(await post(`/api/batches/${this.batch.id}/${what}`));
    } catch (reason) {
      this.words.textContent = reason.message;
    }
    this.changed();
  }

  toggled() {
    if (this.element.open && this.batch) this.takes.show(this.batch.id);
    if (!this.element.open) this.takes.stop();
  }
}

define("vs-batches", Batches);
