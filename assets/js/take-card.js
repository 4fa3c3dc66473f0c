/**
 * `<vs-take>`: one take of a comparison. Its parts have their final size from the start, so that
 * nothing moves when sound, picture and figures arrive.
 */

import { aspectList } from "./aspects.js";
import { Marks } from "./compare/marks.js";
import { menu } from "./compare/menu.js";
import { Picture } from "./compare/picture.js";
import { button, define, fill, h, icon } from "./dom.js";
import { address, post, remove } from "./http.js";
import { licenceNote } from "./licence.js";
import { Live } from "./live.js";
import { TakeReport } from "./take-report.js";
import { language, number, seconds, t } from "./texts.js";

const FORMATS = ["wav", "flac", "mp3"];
const FINAL = ["done", "failed", "cancelled"];
/** Streams opened unasked at the same time: browsers allow six connections to a host, and the page
 * needs some for itself. */
const STREAMS = 3;
let open = 0;

class TakeCard extends HTMLElement {
  /** @param {object} take as the API gives it */
  set take(take) {
    const before = this.current;
    // A better attempt takes over only when nobody is listening to this one.
    if (before && before.id !== take.id && this.player.playing) {
      this.waiting = take;
      return;
    }
    this.waiting = null;
    this.current = take;
    if (!this.built) this.build();
    this.update(before?.id === take.id ? before : null);
  }

  get take() {
    return this.current;
  }

  /** The take that stands or is about to: what the playhead must not yet know of while it is heard. */
  get heard() {
    return this.current;
  }

  /** Its place on the playhead of the comparison. Set before the first take.
   * @param {import("./compare/seat.js").Seat} seat */
  set seat(seat) {
    this.place = seat;
  }

  /** Its number among the cards as they are shown: also the key that plays it. */
  set number(count) {
    this.count = count;
    if (this.badge) this.badge.textContent = number(count);
  }

  /** @param {string} view which picture is shown */
  set view(view) {
    this.picture.shown = view;
  }

  /** Whether this studio measures takes: then the report's place is kept from the start. */
  get measured() {
    return this.closest("vs-comparison")?.getAttribute("measured") !== "no";
  }

  disconnectedCallback() {
    this.endStream();
    this.picture?.close();
  }

  build() {
    this.built = true;
    const { current: take, place: seat } = this;
    this.className = "vs-card vs-take";
    this.setAttribute("role", "group");
    this.state = h("span", { class: "vs-state", "aria-live": "polite" });
    this.badge = h("span", { class: "vs-number", "aria-hidden": "true" }, this.count ? number(this.count) : "");
    this.preset = h("p", { class: "vs-take-preset" });
    this.marks = new Marks();
    this.player = h("vs-player", { label: take.title });
    this.player.seat = seat;
    this.picture = new Picture(seat.deck, seat);
    this.sound = h("div", { class: "vs-take-sound" }, this.player, this.picture.element);
    this.trouble = h("div", { class: "vs-trouble", role: "status", hidden: true });
    this.parts = document.createElement("vs-take-parts");
    this.figures = h("dl", { class: "vs-figures" });
    this.report = new TakeReport();
    this.aspects = h("div", { class: "vs-aspects-slot" });
    this.notes = h("ul", { class: "vs-notes" });
    this.actions = h("div", { class: "vs-actions" });
    this.append(
      h("header", { class: "vs-take-head" }, this.badge, this.marks.name, this.marks.tools, this.state, this.preset),
      h("div", { class: "vs-stage" }, this.sound, this.trouble),
      this.parts,
      this.figures,
      this.report.element,
      this.aspects,
      this.marks.note,
      this.notes,
      this.actions,
    );
    this.listen(seat.deck);
  }

  listen(deck) {
    this.player.addEventListener("vs-unplayable", () => this.say(t("take.unplayable")));
    this.player.addEventListener("vs-quiet", () => this.letIn());
    this.addEventListener("vs-seek", (event) => deck.hear(this.place, { seconds: event.detail.seconds, play: true }));
    this.marks.addEventListener("changed", (event) => {
      if (event.take.id === this.current.id) this.take = event.take;
      this.dispatchEvent(new CustomEvent("vs-marked", { bubbles: true, detail: event.take }));
    });
    this.marks.addEventListener("refused", (event) => this.say(event.reason.message));
    deck.addEventListener("change", () => {
      this.toggleAttribute("current", deck.current === this.place && deck.ready.length > 1);
      this.moved();
      if (!this.player.playing) this.letIn();
    });
    deck.addEventListener("tick", () => this.moved());
    deck.addEventListener("unplayable", (event) => {
      if (event.seat === this.place) this.say(t("take.unplayable"));
    });
  }

  /** The playhead moved. */
  moved() {
    if (this.player.usesSeat) this.player.refresh();
    this.picture.draw();
  }

  /** The attempt that waited for quiet takes the card over. */
  letIn() {
    if (!this.waiting) return;
    this.take = this.waiting;
    this.dispatchEvent(new CustomEvent("vs-marked", { bubbles: true, detail: this.current }));
  }

  update(before) {
    const { current: take } = this;
    const same = (name) => before && JSON.stringify(before[name]) === JSON.stringify(take[name]);
    this.dataset.state = take.state;
    this.dataset.engine = take.engine;
    this.dataset.take = take.id;
    const title = take.marks?.name || take.title; // another engine may have stood in
    this.place.title = title;
    this.setAttribute("aria-label", title);
    this.player.setAttribute("label", title);
    this.marks.show(take);
    this.preset.textContent = [take.marks?.name && take.title, take.model, take.preset_title || take.preset, take.licence, price(take.cost)].filter(Boolean).join(" · ");
    this.preset.title = take.cost?.amount ? t("take.cost", { characters: number(take.cost.characters), date: take.cost.as_of, source: take.cost.source }) : "";
    fill(this.state, this.stateSign(), this.stateText());
    if (!same("aspects")) fill(this.aspects, aspectList(take.aspects));
    if (!same("warnings") || !same("instead_of") || !same("attribution")) this.showNotes();
    this.parts.take = take;
    this.showFigures();
    const bare = !this.measured && !take.report;
    this.report.element.toggleAttribute("data-bare", bare);
    this.report.element.hidden = bare && !take.attempts?.length;
    this.report.show(take);
    if (!before || before.state !== take.state) this.enter();
    if (before && before.marks?.name !== take.marks?.name) this.picture.show(take.state === "done" ? take : null);
    if (this.redo) this.redo.hidden = !redoHelps(take);
    if (take.state === "running" && !this.player.live && open < STREAMS) this.openStream();
  }

  showNotes() {
    const { instead_of: first, warnings, attribution, title, terms } = this.current;
    const licence = licenceNote(terms);
    fill(
      this.notes,
      first && h("li", { class: "vs-stood-in" }, icon("warn"), t("take.instead_of", { engine: title, first: first.title, reason: first.reason.message })),
      (warnings || []).map((note) => h("li", {}, icon("warn"), note.message)),
      attribution && h("li", { class: "vs-credit" }, t("take.credit", { credit: attribution })),
      licence && h("li", { class: "vs-terms" }, licence),
    );
  }

  stateSign() {
    const name = { done: "check", failed: "warn", cancelled: "close" }[this.current.state];
    return name ? icon(name) : h("span", { class: "vs-pulse", "aria-hidden": "true" });
  }

  stateText() {
    const { state, reused, insistable, progress_seconds: progress } = this.current;
    if (state === "failed" && insistable) return t("state.refused");
    if (state === "done" && reused) return t("state.reused");
    if (state === "running" && this.current.elsewhere) return t(`state.elsewhere_${this.current.elsewhere === "queued" ? "queued" : "running"}`);
    if (state === "running" && progress) return t("state.running_seconds", { seconds: seconds(progress) });
    return t(`state.${state}`);
  }

  showFigures() {
    const { current: take } = this;
    const rows = [
      ["seconds", seconds(take.seconds, 2)],
      ["rtf", number(take.rtf, take.rtf < 0.01 ? 3 : 2)],
      ["ttfa", seconds(take.ttfa_seconds, 2)],
      ["loudness", take.loudness_lufs === null || take.loudness_lufs === undefined ? "–" : t("unit.lufs", { value: number(take.loudness_lufs, 1) })],
    ];
    fill(
      this.figures,
      rows.map(([name, value]) =>
        h("div", { title: t(`figure.${name}_meaning`) }, h("dt", {}, t(`figure.${name}`)), h("dd", { data: { figure: name } }, value)),
      ),
    );
  }

  /** A new state: what can be done now. */
  enter() {
    const { current: take } = this;
    const { state } = take;
    const failed = state === "failed" || state === "cancelled";
    this.sound.toggleAttribute("inert", failed);
    this.trouble.hidden = !failed;
    if (failed) {
      this.endStream();
      fill(
        this.trouble,
        h("p", {}, state === "cancelled" ? t("take.cancelled") : (take.insistable && take.error.reason) || take.error?.message || t("state.failed")),
        h(
          "div",
          { class: "vs-actions" },
          !take.insistable &&
            button({ icon: "retry", label: t("take.retry"), class: "vs-button vs-button-plain vs-retry", onclick: (e) => this.again(e, false) }),
          take.insistable &&
            button({ label: t("take.insist"), class: "vs-button vs-button-plain vs-insist", onclick: (e) => this.again(e, true) }),
        ),
      );
    }
    this.picture.show(state === "done" ? take : null);
    if (state === "done") {
      const base = `/api/takes/${take.id}`;
      this.player.setAttribute("seconds", String(take.seconds || 0));
      this.player.setAttribute("src", `${base}/audio?format=wav&listen=true`);
      this.player.setAttribute("peaks", `${base}/peaks`);
      // A stream still being heard plays on; the file takes over afterwards.
      if (!this.player.live?.playing) this.endStream();
    } else if (!failed) {
      for (const name of ["src", "peaks", "seconds"]) this.player.removeAttribute(name);
    }
    const { rename, write } = this.marks;
    this.redo = state === "done" ? button({ quiet: true, icon: "retry", label: t("compare.redo"), class: "vs-button vs-button-quiet vs-tool vs-further", onclick: (e) => this.redoIt(e) }) : null;
    fill(
      this.actions,
      state === "done"
        ? [this.downloads(), h("div", { class: "vs-tools" }, this.redo, rename, write)]
        : !FINAL.includes(state) && button({ icon: "close", label: t("take.cancel"), class: "vs-button vs-button-quiet vs-cancel", onclick: (e) => this.cancel(e) }),
    );
  }

  downloads() {
    const { current: take } = this;
    const link = (format) =>
      h(
        "a",
        {
          class: "vs-download vs-menu-item",
          href: address(`/api/takes/${take.id}/audio?format=${format}`),
          download: "",
          "aria-label": t("take.download", { format: format.toUpperCase(), engine: take.title }),
        },
        format.toUpperCase(),
      );
    return menu({ icon: "download", label: t("compare.download"), class: "vs-download-menu" }, FORMATS.map(link));
  }

  openStream() {
    const live = new Live(`/api/takes/${this.current.id}/stream`);
    open += 1;
    live.addEventListener("ended", () => {
      open -= 1;
    }, { once: true });
    live.addEventListener("sound", () => {
      this.dispatchEvent(new CustomEvent("vs-first-sound", { bubbles: true, detail: { take: this.current.id, state: this.current.state } }));
    });
    live.addEventListener("finished", () => {
      if (this.current.state === "done") this.endStream();
    });
    this.player.live = live;
    live.read();
  }

  endStream() {
    if (this.player) this.player.live = null;
  }

  async again(event, insist) {
    event.currentTarget.disabled = true;
    try {
      const answer = await post(`/api/takes/${this.current.id}/retry?insist=${insist}`);
      this.dispatchEvent(new CustomEvent("vs-again", { bubbles: true, detail: answer }));
    } catch (reason) {
      this.say(reason.message);
    }
  }

  /** Another attempt by hand, with another seed; what is there stays. */
  async redoIt(event) {
    const control = event.currentTarget;
    control.disabled = true;
    try {
      await post(`/api/takes/${this.current.id}/attempts`);
      this.report.unfold(); // so that it is seen where the new attempt comes
      this.dispatchEvent(new CustomEvent("vs-again", { bubbles: true }));
    } catch (reason) {
      this.say(reason.message);
    }
    control.disabled = false;
  }

  async cancel(event) {
    event.currentTarget.disabled = true;
    try {
      await remove(`/api/takes/${this.current.id}`);
    } catch (reason) {
      this.say(reason.message);
    }
  }

  /** A sentence about something that went wrong on this card. */
  say(sentence) {
    fill(this.notes, h("li", { role: "alert" }, icon("warn"), sentence));
  }
}

/** "$0.003": what a service charged; nothing where it costs nothing or nobody knows. */
function price(cost) {
  if (!cost?.amount) return "";
  return new Intl.NumberFormat(language, { style: "currency", currency: cost.currency, maximumSignificantDigits: 3 }).format(cost.amount);
}

/** A further attempt is offered where it would differ and none is under way. */
const redoHelps = (take) => take.varies && (take.attempts || []).every((one) => FINAL.includes(one.state) && !["pending", "running"].includes(one.report?.state));

define("vs-take", TakeCard);
export { FINAL };
