/** What a person notes on a take: pin, star, a name in the engine's place, a note. Kept at once. */

import { button, fill, h, icon, setIcon } from "../dom.js";
import { patch } from "../http.js";
import { t } from "../texts.js";

const NAME_MOST = 200;
const NOTE_MOST = 4000;

export class Marks extends EventTarget {
  /** Events: `changed` (with `take`, as the server has it now), `refused` (with `reason`). */
  constructor() {
    super();
    this.pin = this.toggler("pin", "pinned", "vs-pin", () => ({ pinned: !this.marks.pinned }));
    this.star = this.toggler("star", "starred", "vs-star", () => ({ starred: !this.marks.starred }));
    this.tools = h("div", { class: "vs-marks" }, this.pin, this.star);
    this.rename = button({ quiet: true, kind: "quiet", icon: "edit", label: t("compare.rename"), class: "vs-button vs-button-quiet vs-tool vs-rename", onclick: () => this.editName() });
    this.write = button({ quiet: true, kind: "quiet", icon: "note", label: t("compare.note"), class: "vs-button vs-button-quiet vs-tool vs-note-edit", onclick: () => this.editNote() });
    this.heading = h("h3", {});
    this.name = h("div", { class: "vs-take-name" }, this.heading);
    this.note = h("div", { class: "vs-note", hidden: true });
    this.marks = { name: "", note: "", starred: false, pinned: false };
  }

  toggler(sign, _mark, name, change) {
    return h("button", { type: "button", class: `vs-mark-button ${name}`, "aria-pressed": "false", onclick: () => this.send(change()) }, icon(sign));
  }

  /** @param {object} take as the API gives it */
  show(take) {
    this.take = take;
    this.marks = take.marks || this.marks;
    const { name, note, starred, pinned } = this.marks;
    const title = name || take.title;
    this.heading.textContent = title;
    said(this.pin, pinned, t(pinned ? "compare.unpin" : "compare.pin"), title);
    said(this.star, starred, t(starred ? "compare.unstar" : "compare.star"), title);
    setIcon(this.star.firstElementChild, starred ? "starred" : "star");
    if (!this.writing) {
      this.note.hidden = !note;
      fill(this.note, note && h("p", { class: "vs-note-text" }, note));
    }
  }

  async send(change) {
    try {
      const take = await patch(`/api/takes/${this.take.id}/marks`, change);
      this.dispatchEvent(Object.assign(new Event("changed"), { take }));
      return true;
    } catch (reason) {
      this.dispatchEvent(Object.assign(new Event("refused"), { reason }));
      return false;
    }
  }

  editName() {
    if (this.naming) return;
    this.naming = true;
    const before = this.marks.name || this.take.title;
    const input = h("input", { class: "vs-input vs-name-input", maxlength: String(NAME_MOST), value: before, "aria-label": t("compare.name_label", { engine: this.take.title }) });
    let over = false;
    const end = async (keep, back) => {
      if (over) return;
      over = true;
      this.naming = false;
      const name = input.value.trim();
      const wanted = name === this.take.title ? "" : name;
      if (keep && name !== before) await this.send({ name: wanted });
      fill(this.name, this.heading);
      if (back) this.rename.focus();
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // Enter ends a Korean syllable first
      if (event.key === "Enter") end(true, true);
      else if (event.key === "Escape") end(false, true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    input.addEventListener("blur", () => end(true, false));
    fill(this.name, input);
    input.select();
  }

  editNote() {
    if (this.writing) return;
    this.writing = true;
    const area = h("textarea", { class: "vs-input", rows: "3", maxlength: String(NOTE_MOST), value: this.marks.note, placeholder: t("compare.note_hint"), "aria-label": t("compare.note_label", { engine: this.take.title }) });
    const end = async (keep) => {
      const note = area.value.trim();
      if (keep && note !== this.marks.note && !(await this.send({ note }))) return;
      this.writing = false;
      this.show(this.take);
      this.write.focus();
    };
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") end(false);
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) end(true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    fill(
      this.note,
      area,
      h("div", { class: "vs-actions" }, button({ label: t("compare.keep"), onclick: () => end(true) }), button({ kind: "quiet", label: t("compare.leave"), onclick: () => end(false) })),
    );
    this.note.hidden = false;
    area.focus();
  }
}

function said(control, on, label, title) {
  control.setAttribute("aria-pressed", String(on));
  control.setAttribute("aria-label", `${label}: ${title}`);
  control.title = label;
}
