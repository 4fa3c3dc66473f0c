/**
 * `<vs-take-parts>`: the parts of a long take, folded away: how far it is, each part to be heard by
 * itself and made again alone, and which version of the take stands. Takes no room where the text
 * was rendered as a whole.
 */

import { button, define, fill, h, icon } from "./dom.js";
import { post, put } from "./http.js";
import { clock, counted, number, t } from "./texts.js";

const FINAL = ["done", "failed", "cancelled"];
const busy = (take) => [take, ...(take.attempts || [])].some((one) => !FINAL.includes(one.state));
/** All versions of a take that are rendered in parts and done, the oldest first. */
const versionsOf = (take) => [take, ...(take.attempts || [])].filter((one) => one.state === "done" && one.parts?.length).sort((a, b) => a.attempt - b.attempt);

class TakeParts extends HTMLElement {
  /** @param {object} take as the API gives it */
  set take(take) {
    this.current = take;
    this.hidden = !take.parts?.length;
    if (this.hidden) return;
    if (!this.fold) this.build();
    this.update();
  }

  get take() {
    return this.current;
  }

  build() {
    this.className = "vs-parts";
    this.words = h("span", { class: "vs-parts-words" });
    this.bar = h("span", { class: "vs-parts-bar", "aria-hidden": "true" });
    this.versions = h("div", { class: "vs-parts-versions", role: "group", "aria-label": t("parts.versions") });
    this.list = h("ol", { class: "vs-parts-list" });
    this.said = h("p", { class: "vs-hint", role: "status" });
    this.fold = h("details", { class: "vs-parts-fold" }, h("summary", {}, this.words, this.bar), this.versions, this.list, this.said);
    this.append(this.fold);
  }

  update() {
    const { current: take } = this;
    const { parts } = take;
    const done = parts.filter((part) => part.state === "done").length;
    const under = !FINAL.includes(take.state);
    this.words.textContent = under ? t("parts.progress", { done: number(done), count: number(parts.length) }) : counted("parts.made_of", parts.length);
    if (this.bar.childElementCount !== parts.length) fill(this.bar, parts.map((part) => h("i", { style: { "flex-grow": String(part.text.length) } })));
    [...this.bar.children].forEach((piece, index) => piece.toggleAttribute("data-done", parts[index].state === "done"));
    this.showVersions();
    this.showRows();
    if (!this.failed) this.said.textContent = this.advice();
  }

  /** What can be done, or why nothing can. */
  advice() {
    const { current: take } = this;
    if (take.state !== "done") return "";
    if (!take.varies) return t("parts.same_every_time", { engine: take.title });
    return busy(take) ? t("parts.under_way") : t("parts.how");
  }

  showVersions() {
    const versions = versionsOf(this.current);
    const first = versions[0];
    this.versions.hidden = versions.length < 2;
    const known = versions.map((one) => `${one.id}${one.id === this.current.id}`).join();
    if (this.versions.hidden || known === this.shown) return;
    this.shown = known;
    const focused = this.versions.contains(document.activeElement) ? document.activeElement.dataset.attempt : null;
    fill(
      this.versions,
      versions.map((one) =>
        h(
          "button",
          { type: "button", class: "vs-parts-version", "aria-pressed": String(one.id === this.current.id), data: { attempt: one.id }, onclick: () => this.choose(one) },
          versionName(one, first),
        ),
      ),
    );
    if (focused) this.versions.querySelector(`[data-attempt="${focused}"]`)?.focus();
  }

  /** Rows stay the same elements while the take is made, so that focus stays where it is. */
  showRows() {
    const { parts } = this.current;
    while (this.list.childElementCount > parts.length) this.list.lastChild.remove();
    while (this.list.childElementCount < parts.length) this.list.append(this.row(this.list.childElementCount));
    [...this.list.children].forEach((row, index) => this.fillRow(row, parts[index]));
  }

  row(index) {
    const name = number(index + 1);
    const row = h("li", { class: "vs-part" });
    row.play = button({ kind: "quiet", quiet: true, icon: "play", label: t("parts.hear", { part: name }), class: "vs-button vs-button-quiet vs-part-play", onclick: () => this.hear(index) });
    row.text = h("p", { class: "vs-part-text" });
    row.time = h("span", { class: "vs-part-time" });
    row.again = button({ kind: "quiet", quiet: true, icon: "retry", label: t("parts.redo", { part: name }), class: "vs-button vs-button-quiet vs-part-redo", onclick: () => this.redo(index) });
    row.append(row.play, h("div", { class: "vs-part-body" }, row.text, row.time), row.again);
    return row;
  }

  fillRow(row, part) {
    const { current: take } = this;
    const ready = take.state === "done" && part.start_seconds !== null;
    row.text.textContent = part.text;
    const when = part.end_seconds === null ? t(`parts.${FINAL.includes(take.state) ? "lacking" : "waiting"}`) : `${clock(part.start_seconds)} – ${clock(part.end_seconds)}`;
    row.time.textContent = `${number(part.index + 1)} · ${when}`;
    row.dataset.state = part.state;
    row.play.disabled = !ready;
    row.again.hidden = !take.varies;
    row.again.disabled = !ready || busy(take) || this.asking === true;
  }

  hear(index) {
    const { start_seconds: from, end_seconds: end } = this.current.parts[index];
    this.dispatchEvent(new CustomEvent("vs-seek", { bubbles: true, detail: { seconds: from, end } }));
  }

  async redo(index) {
    this.asking = true;
    this.failed = false;
    this.showRows();
    try {
      await post(`/api/takes/${this.current.id}/parts/${index}/redo`);
      this.said.textContent = t("parts.asked", { part: number(index + 1) });
      this.dispatchEvent(new CustomEvent("vs-again", { bubbles: true }));
    } catch (reason) {
      this.complain(reason);
    } finally {
      this.asking = false;
      this.showRows();
    }
  }

  async choose(version) {
    this.failed = false;
    try {
      await put(`/api/takes/${version.id}/chosen`);
      this.dispatchEvent(new CustomEvent("vs-again", { bubbles: true }));
    } catch (reason) {
      this.complain(reason);
    }
  }

  complain(reason) {
    this.failed = true;
    fill(this.said, icon("warn"), reason.message);
  }
}

/** "First", or which parts of it are other ones: "Part 2 anew". */
function versionName(version, first) {
  if (version.attempt === 1) return t("parts.first");
  const other = version.parts.filter((part) => part.seed !== first.parts[part.index]?.seed).map((part) => number(part.index + 1));
  const all = other.length === version.parts.length;
  const which = all ? t("parts.all_anew") : t("parts.anew", { parts: other.join(", ") });
  return t("parts.version", { attempt: number(version.attempt), which });
}

define("vs-take-parts", TakeParts);
