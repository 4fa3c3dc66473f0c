/**
 * `<vs-take>`: one take of a comparison. Its parts have their final size from the start, so that
 * nothing moves when sound, picture and figures arrive.
 */

import { aspectList } from "./aspects.js";
import { button, define, fill, h, icon } from "./dom.js";
import { address, post, remove } from "./http.js";
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

  /** Whether this studio measures takes: then the report's place is kept from the start. */
  get measured() {
    return this.closest("vs-comparison")?.getAttribute("measured") !== "no";
  }

  disconnectedCallback() {
    this.endStream();
  }

  build() {
    this.built = true;
    const { current: take } = this;
    this.className = "vs-card vs-take";
    this.setAttribute("role", "group");
    this.state = h("span", { class: "vs-state", "aria-live": "polite" });
    this.heading = h("h3", {});
    this.preset = h("span", { class: "vs-preset" });
    this.player = h("vs-player", { label: take.title });
    this.picture = h("img", { class: "vs-spectrogram", alt: "", decoding: "async", hidden: true });
    this.sound = h("div", { class: "vs-sound" }, this.player, h("div", { class: "vs-picture" }, this.picture));
    this.trouble = h("div", { class: "vs-trouble", role: "status", hidden: true });
    this.figures = h("dl", { class: "vs-figures" });
    this.report = new TakeReport();
    this.aspects = h("div", { class: "vs-aspects-slot" });
    this.notes = h("ul", { class: "vs-notes" });
    this.actions = h("div", { class: "vs-actions" });
    this.append(
      h("header", { class: "vs-take-head" }, h("div", {}, this.heading, this.preset), this.state),
      h("div", { class: "vs-stage" }, this.sound, this.trouble),
      this.figures,
      this.report.element,
      this.aspects,
      this.notes,
      this.actions,
    );
    this.player.addEventListener("vs-unplayable", () => this.say(t("take.unplayable")));
    this.player.addEventListener("vs-quiet", () => {
      if (this.waiting) this.take = this.waiting;
    });
  }

  update(before) {
    const { current: take } = this;
    const same = (name) => before && JSON.stringify(before[name]) === JSON.stringify(take[name]);
    this.dataset.state = take.state;
    this.dataset.engine = take.engine;
    this.dataset.take = take.id;
    this.setAttribute("aria-label", take.title); // another engine may have stood in
    this.heading.textContent = take.title;
    this.preset.textContent = [take.model, take.preset_title || take.preset, take.licence, price(take.cost)].filter(Boolean).join(" · ");
    this.preset.title = take.cost?.amount ? t("take.cost", { characters: number(take.cost.characters), date: take.cost.as_of, source: take.cost.source }) : "";
    fill(this.state, this.stateSign(), this.stateText());
    if (!same("aspects")) fill(this.aspects, aspectList(take.aspects));
    if (!same("warnings") || !same("instead_of") || !same("attribution")) this.showNotes();
    this.showFigures();
    this.report.element.hidden = !this.measured && !take.report;
    this.report.show(take);
    if (this.further) this.further.hidden = !furtherHelps(take);
    if (!before || before.state !== take.state) this.enter();
    if (take.state === "running" && !this.player.live && open < STREAMS) this.openStream();
  }

  showNotes() {
    const { instead_of: first, warnings, attribution, title } = this.current;
    fill(
      this.notes,
      first && h("li", { class: "vs-stood-in" }, icon("warn"), t("take.instead_of", { engine: title, first: first.title, reason: first.reason.message })),
      (warnings || []).map((note) => h("li", {}, icon("warn"), note.message)),
      attribution && h("li", { class: "vs-credit" }, t("take.credit", { credit: attribution })),
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
    if (state === "done") {
      const base = `/api/takes/${take.id}`;
      this.player.setAttribute("seconds", String(take.seconds || 0));
      this.player.setAttribute("src", `${base}/audio?format=wav&listen=true`);
      this.player.setAttribute("peaks", `${base}/peaks`);
      this.picture.src = address(`${base}/spectrogram.png`);
      this.picture.alt = t("take.spectrogram", { engine: take.title });
      this.picture.hidden = false;
      // A stream still being heard plays on; the file takes over afterwards.
      if (!this.player.live?.playing) this.endStream();
    } else if (!failed) {
      for (const name of ["src", "peaks", "seconds"]) this.player.removeAttribute(name);
      this.picture.hidden = true;
    }
    this.further = state === "done" ? button({ quiet: true, icon: "retry", label: t("report.further"), class: "vs-button vs-button-quiet vs-further", hidden: !furtherHelps(take), onclick: (e) => this.tryFurther(e) }) : null;
    fill(
      this.actions,
      state === "done"
        ? [this.downloads(), this.further]
        : !FINAL.includes(state) && button({ icon: "close", label: t("take.cancel"), class: "vs-button vs-button-quiet vs-cancel", onclick: (e) => this.cancel(e) }),
    );
  }

  downloads() {
    const { current: take } = this;
    const link = (format) =>
      h(
        "a",
        {
          class: "vs-download",
          href: address(`/api/takes/${take.id}/audio?format=${format}`),
          download: "",
          "aria-label": t("take.download", { format: format.toUpperCase(), engine: take.title }),
        },
        format.toUpperCase(),
      );
    return h("div", { class: "vs-downloads" }, icon("download"), FORMATS.map(link));
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

  /** Another attempt by hand; what is there stays. */
  async tryFurther(event) {
    event.currentTarget.disabled = true;
    try {
      await post(`/api/takes/${this.current.id}/attempts`);
      this.dispatchEvent(new CustomEvent("vs-again", { bubbles: true }));
    } catch (reason) {
      this.say(reason.message);
    }
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

/** A further attempt is offered where something was found, it would differ, and nothing is under way. */
const furtherHelps = (take) =>
  take.varies && take.report?.state === "done" && take.report.findings.length > 0 && (take.attempts || []).every((one) => FINAL.includes(one.state) && !["pending", "running"].includes(one.report?.state));

define("vs-take", TakeCard);
export { FINAL };
