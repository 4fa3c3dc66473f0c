/**
 * `<vs-clip>`: from a recording or a file to a saved voice: check-up at once, then what the doctor
 * says, then name and consent. Fires `vs-saved` (detail: the voice's id) when a voice was saved.
 */

import { checkupView } from "./checkup.js";
import { clipForm } from "./clip-form.js";
import { legend, opinion, paint } from "./doctor.js";
import { button, define, fill, h, icon } from "./dom.js";
import { chooser, dropZone } from "./drop-zone.js";
import "./enrolments.js";
import { send } from "./http.js";
import { t } from "./texts.js";
import { booth } from "./voices/booth.js";
import { partChooser, pictured } from "./voices/part.js";

class Clip extends HTMLElement {
  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.choosing();
  }

  disconnectedCallback() {
    this.booth?.close();
  }

  /** First step: record, choose or drop. */
  choosing(problem = "") {
    this.booth?.close();
    this.booth = null;
    this.read = null;
    const take = (file) => this.take(file);
    const zone = dropZone(
      take,
      h("p", { class: "vs-drop-hint" }, t("clip.hint")),
      h(
        "div",
        { class: "vs-drop-doors" },
        button({ icon: "record", kind: "record", label: t("clip.record"), onclick: () => this.record() }),
        chooser({ label: t("clip.choose"), kind: "plain", take }),
      ),
      h("p", { class: "vs-hint" }, t("clip.formats")),
      problem && h("p", { class: "vs-alert", role: "alert" }, icon("warn"), problem),
    );
    fill(this, zone);
  }

  /** With a text to read: another one, or that of the recording before. */
  record(read = null) {
    this.booth?.close();
    this.booth = booth({
      read,
      done: (file, what) => {
        this.booth = null;
        this.read = what;
        this.take(file);
      },
      left: (problem) => this.choosing(problem),
    });
    fill(this, this.booth.element);
  }

  /** Second step: look at what came. @param {Blob|undefined} blob */
  async take(blob) {
    if (!blob) return;
    this.blob = blob;
    fill(this, h("div", { class: "vs-drop vs-busy", "aria-busy": "true" }, h("span", { class: "vs-pulse" }), h("p", {}, t("clip.checking"))));
    try {
      this.checked(await send("/api/checkups", this.form()));
    } catch (reason) {
      this.choosing(reason.message);
    }
  }

  form() {
    const form = new FormData();
    form.set("file", this.blob, "clip");
    return form;
  }

  /** Third step: the verdict at once, the doctor's opinion when it is there, the form meanwhile. */
  checked(check) {
    this.check = check;
    this.chosen = null; // the part that the person chose
    this.listening = null; // until the doctor has answered
    this.player = h("vs-player", { seconds: String(check.seconds), label: t("clip.yours") });
    this.verdict = h("div", { class: "vs-verdict-slot" });
    this.legend = h("div", { class: "vs-legend-slot" });
    this.opinion = h("div", { class: "vs-doctor", "aria-live": "polite" });
    const { read } = this;
    const again = [
      read && button({ kind: "plain", icon: "record", label: t("booth.retake"), class: "vs-button vs-button-plain vs-retake", onclick: () => this.record(read) }),
      button({ kind: "quiet", icon: "retry", label: t("clip.another"), onclick: () => this.choosing() }),
    ];
    this.details = check.verdict === "refused" ? null : clipForm({ clip: this, read, again, asked: (spoken) => this.consult(this.chosen, spoken), saved: (voice, name) => this.saved(voice, name) });
    fill(
      this,
      h("div", { class: "vs-clip-done" }, pictured(this.player, this.legend), this.verdict, check.verdict === "refused" ? null : this.opinion, this.details?.element || h("div", { class: "vs-actions" }, again)),
    );
    fill(this.verdict, checkupView(check));
    this.player.wavePeaks = check.peaks;
    this.player.file(this.blob);
    if (this.details) this.consult();
  }

  /**
   * Ask the doctor.
   * @param {{start: number, end: number}|null} [part] that the person chose; without one the doctor chooses
   * @param {string} [spoken] language to write the words down in, where the person knows better
   */
  consult(part = null, spoken = "") {
    const asked = this.ask(part, spoken).finally(() => {
      if (this.listening === asked) this.listening = null;
    });
    this.listening = asked;
  }

  async ask(part, spoken) {
    const { blob } = this;
    const form = this.form();
    const tongue = spoken || this.read?.language; // who read a text spoke its language
    if (tongue) form.set("language", tongue);
    if (part) {
      form.set("part_start", part.start);
      form.set("part_end", part.end);
    }
    this.opinion.setAttribute("aria-busy", "true");
    fill(this.opinion, h("p", { class: "vs-doctor-busy" }, h("span", { class: "vs-pulse", "aria-hidden": "true" }), t("doctor.listening")));
    try {
      const doctor = await send("/api/doctor", form);
      if (blob === this.blob) this.told(doctor, part);
    } catch (reason) {
      if (blob !== this.blob) return;
      fill(this.opinion, h("p", { class: "vs-refusal" }, icon("warn"), h("span", {}, t("doctor.absent", { reason: reason.message }))));
      if (part) this.opinion.append(this.choosePart(part));
    } finally {
      this.opinion.removeAttribute("aria-busy");
    }
  }

  told(doctor, part) {
    this.chosen = part && doctor.part; // within the clip, as it is used
    this.doctor = doctor;
    paint(this.player, doctor);
    fill(this.verdict, checkupView(this.check, doctor));
    fill(this.legend, legend(doctor));
    fill(this.opinion, doctor.part && this.choosePart(), opinion(doctor));
    this.details?.advise(doctor);
  }

  /** Hear the chosen part, or choose another one. */
  choosePart(part = this.doctor.part) {
    return partChooser({ player: this.player, seconds: this.check.seconds, part, best: !this.chosen, use: (wanted) => this.consult(wanted) });
  }

  saved(voice, name) {
    const again = button({ kind: "quiet", label: t("clip.more"), onclick: () => this.choosing() });
    fill(
      this,
      h(
        "div",
        { class: "vs-drop vs-saved" },
        h("p", { role: "status" }, icon("check"), t("clip.saved", { name })),
        h("div", { class: "vs-saved-enrolments" }, h("p", { class: "vs-label" }, t("enrolment.title")), h("vs-enrolments", { voice: voice.id })),
        again,
      ),
    );
    this.dispatchEvent(new CustomEvent("vs-saved", { bubbles: true, detail: { id: voice.id } }));
  }
}

define("vs-clip", Clip);
