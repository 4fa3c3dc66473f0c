/** `<vs-library>`: everything somebody made, to be found, heard, named, tagged, deleted and restored. */

import { button, define, fill, h, icon } from "../dom.js";
import { get, page as pageOf, post } from "../http.js";
import { counted, number, t } from "../texts.js";
import { asked, Filters, narrowed, query } from "./filters.js";
import { thing } from "./kinds.js";
import { Row } from "./row.js";
import { silence } from "./sound.js";
import { Undo } from "./undo.js";

class Library extends HTMLElement {
  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.rows = [];
    this.filters = new Filters(asked(), (question) => this.ask(question));
    this.status = h("p", { class: "vs-library-said", "aria-live": "polite" });
    this.list = h("ul", { class: "vs-library-list" });
    this.below = h("div", { class: "vs-library-below" });
    this.together = h("div", { class: "vs-library-together", role: "group", "aria-label": t("library.together"), hidden: true });
    this.toast = new Undo();
    this.top = h("div", { class: "vs-library-top" });
    this.append(this.filters.element, this.top, this.list, this.below, this.together, this.toast.line);
    this.onback = () => {
      this.filters.question = asked();
      this.filters.search.value = this.filters.question.q;
      this.filters.draw();
      this.load();
    };
    addEventListener("popstate", this.onback);
    this.filters.learn();
    this.load();
  }

  disconnectedCallback() {
    removeEventListener("popstate", this.onback);
    silence();
    this.toast.end();
  }

  get question() {
    return this.filters.question;
  }

  get bin() {
    return Boolean(this.question.bin);
  }

  get choices() {
    return this.filters.choices;
  }

  learn() {
    this.filters.learn();
  }

  say(words, more = {}) {
    this.toast.say(words, { hide: t("library.hide"), ...more });
  }

  /** Narrow the list to what a thing has. */
  only(change) {
    this.filters.set(change);
  }

  ask(question) {
    const address = new URLSearchParams();
    for (const [name, value] of Object.entries(question)) if (value && !(name === "sort" && value === "newest") && !(name === "kind" && value === "comparison")) address.set(name, value);
    history.replaceState(history.state, "", `${location.pathname}${address.size ? `?${address}` : ""}`);
    this.load();
  }

  /** Ask anew; what is seen stays until the answer is there. */
  async load() {
    const turn = (this.turn = (this.turn || 0) + 1);
    this.list.setAttribute("aria-busy", "true");
    let found;
    try {
      found = await get(`/api/library?${query(this.question)}`);
    } catch (reason) {
      if (turn === this.turn) this.fail(reason);
      return;
    }
    if (turn !== this.turn) return;
    silence();
    this.rows = [];
    this.list.replaceChildren();
    this.filters.count(found.counts, found.binned);
    this.days = found.bin_days;
    this.show(found);
  }

  fail(reason) {
    this.list.removeAttribute("aria-busy");
    fill(this.list);
    fill(this.top);
    fill(this.below, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message), button({ kind: "plain", icon: "retry", label: t("library.again"), onclick: () => this.load() }));
  }

  show(found) {
    this.list.removeAttribute("aria-busy");
    const fresh = found.items.map((item) => new Row(item, this));
    this.rows.push(...fresh);
    this.list.append(...fresh.map((row) => row.element));
    this.list.hidden = !this.rows.length;
    this.drawTop();
    fill(
      this.below,
      !this.rows.length && this.empty(),
      found.next &&
        button({
          kind: "plain",
          label: t("library.more"),
          class: "vs-button vs-button-plain vs-library-more",
          onclick: (event) => this.more(found.next, event.currentTarget),
        }),
    );
    this.chosen();
    return fresh;
  }

  async more(cursor, opener) {
    opener.disabled = true;
    const turn = this.turn;
    try {
      const found = await get(`/api/library?${query(this.question, cursor)}`);
      if (turn !== this.turn) return;
      this.show(found)[0]?.focus();
    } catch (reason) {
      opener.disabled = false;
      this.say(reason.message, { bad: true });
    }
  }

  drawTop() {
    this.status.textContent = this.filters.said();
    const all = h("label", { class: "vs-library-check" }, h("input", { type: "checkbox", onchange: (event) => this.chooseAll(event.target.checked) }), h("span", {}, t("library.choose_all")));
    this.all = all.firstChild;
    fill(
      this.top,
      this.rows.length > 1 && all,
      this.status,
      this.bin && h("p", { class: "vs-hint" }, t("library.bin_hint", { days: number(this.days) })),
      this.bin && this.filters.binned > 0 && button({ kind: "plain", icon: "trash", label: t("library.empty_bin"), class: "vs-button vs-button-plain vs-library-empty", onclick: () => this.askEmpty() }),
    );
  }

  empty() {
    const { kind } = this.question;
    if (this.bin) return h("div", { class: "vs-rest" }, h("h2", {}, t(this.filters.binned ? "library.bin_other_title" : "library.bin_empty_title")), h("p", {}, t(this.filters.binned ? "library.bin_other" : "library.bin_empty")), h("div", { class: "vs-actions" }, button({ kind: "accent", label: t("library.bin_leave"), onclick: () => this.filters.set({ bin: "" }) })));
    if (narrowed(this.question)) return h("div", { class: "vs-rest" }, h("h2", {}, t("library.nothing_title")), h("p", {}, t("library.nothing")), h("div", { class: "vs-actions" }, button({ kind: "accent", label: t("library.clear"), onclick: () => this.filters.clear() })));
    const where = { comparison: "", take: "", voice: "voices", study: "studies" }[kind];
    return h(
      "div",
      { class: "vs-rest" },
      h("div", { class: "vs-rest-bars", "aria-hidden": "true" }, Array.from({ length: 3 }, () => h("i", {}))),
      h("h2", {}, t(`library.empty_${kind}_title`)),
      h("p", {}, t(`library.empty_${kind}`)),
      h("div", { class: "vs-actions" }, h("a", { class: "vs-button vs-button-accent", href: pageOf(where) }, t(`library.make_${kind}`))),
    );
  }

  // several at once

  get selected() {
    return this.rows.filter((row) => row.box.checked);
  }

  chooseAll(on) {
    for (const row of this.rows) row.box.checked = on;
    this.chosen();
  }

  chosen() {
    const some = this.selected;
    for (const row of this.rows) row.element.classList.toggle("vs-library-chosen", row.box.checked);
    if (this.all) {
      this.all.checked = some.length > 0 && some.length === this.rows.length;
      this.all.indeterminate = some.length > 0 && some.length < this.rows.length;
    }
    this.together.hidden = !some.length;
    if (!some.length) return;
    fill(
      this.together,
      h("strong", { role: "status" }, counted("library.chosen", some.length)),
      this.bin
        ? [
            button({ kind: "accent", icon: "undo", label: t("library.restore"), onclick: () => this.restore(this.selected) }),
            button({ kind: "bad", icon: "trash", label: t("library.purge"), onclick: () => this.askPurge() }),
          ]
        : button({ kind: "bad", icon: "trash", label: t("library.delete"), onclick: () => this.remove(this.selected) }),
      button({ kind: "quiet", label: t("library.unchoose"), onclick: () => this.chooseAll(false) }),
    );
  }

  // the bin

  async remove(rows) {
    const moved = await this.move("bin", rows);
    if (!moved?.things.length) return;
    const words = counted("library.deleted", moved.things.length);
    this.say(words, { label: t("library.undo"), back: () => this.takeBack(moved.things) });
  }

  async takeBack(things) {
    const moved = await this.sent("restore", things);
    if (!moved) return;
    await this.load();
    this.filters.learn();
    const back = this.rows.find((row) => row.item.id === things[0].id);
    if (back) back.focus();
    else this.filters.search.focus();
    if (!moved.refused.length) this.say(counted("library.restored", moved.things.length));
  }

  async restore(rows) {
    const moved = await this.move("restore", rows);
    if (moved?.things.length) this.say(counted("library.restored", moved.things.length));
  }

  async purge(rows) {
    const moved = await this.move("purge", rows);
    if (moved?.things.length) this.say(counted("library.purged", moved.things.length));
  }

  askPurge() {
    const some = this.selected;
    this.sure(t("library.ask_some", { count: number(some.length) }), t("library.purge"), () => this.purge(some));
  }

  askEmpty() {
    this.sure(counted("library.ask_empty", this.filters.binned), t("library.empty_bin"), async () => {
      const moved = await this.tried(() => post("/api/library/empty"));
      if (!moved) return;
      await this.load();
      this.say(counted("library.purged", moved.things.length));
    });
  }

  /** Ask before what cannot be undone, in the bar for several. */
  sure(words, label, go) {
    this.together.hidden = false;
    const no = button({ kind: "plain", label: t("library.keep"), onclick: () => this.chosen() });
    fill(this.together, h("strong", { role: "alert" }, words), button({ kind: "bad", label, onclick: () => { this.together.hidden = true; go(); } }), no);
    no.focus();
  }

  /** Move things and take their rows out of the list; the focus goes to the next one. */
  async move(action, rows) {
    const moved = await this.sent(action, rows.map((row) => thing(row.item)));
    if (!moved) return null;
    silence();
    const gone = new Set(moved.things.map((one) => one.id));
    const place = this.rows.findIndex((row) => gone.has(row.item.id));
    for (const row of this.rows) if (gone.has(row.item.id)) row.element.remove();
    this.rows = this.rows.filter((row) => !gone.has(row.item.id));
    const by = action === "bin" ? 1 : -1;
    const { counts } = this.filters;
    counts[this.question.kind] -= gone.size;
    this.filters.count(counts, Math.max(0, this.filters.binned + by * gone.size));
    const next = this.rows[Math.min(Math.max(place, 0), this.rows.length - 1)];
    if (next) {
      this.drawTop();
      this.chosen();
      next.focus();
    } else await this.load();
    return moved;
  }

  async sent(action, things) {
    const moved = await this.tried(() => post(`/api/library/${action}`, { things }));
    if (moved?.refused.length) this.say([...new Set(moved.refused.map((one) => one.message))].join(" "), { bad: true });
    return moved;
  }

  async tried(work) {
    try {
      return await work();
    } catch (reason) {
      this.say(reason.message, { bad: true });
      return null;
    }
  }

  /** A study like another one, open for changes. */
  async copy(item) {
    const made = await this.tried(() => post("/api/studies", { copy: item.id }));
    if (made) location.assign(pageOf(`studies?study=${made.id}`));
  }
}

define("vs-library", Library);
