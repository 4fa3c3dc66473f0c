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
import { Recorder } from "./recorder.js";
import { clock, t } from "./texts.js";

const SHORTEST = 3;
const LONGEST = 30;

class Clip extends HTMLElement {
  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.choosing();
  }

  disconnectedCallback() {
    this.recorder?.drop();
  }

  /** First step: record, choose or drop. */
  choosing(problem = "") {
    this.recorder?.drop();
    this.recorder = null;
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

  async record() {
    this.recorder = new Recorder();
    try {
      await this.recorder.start();
    } catch (reason) {
      this.choosing(t(reason.name === "NotFoundError" ? "clip.no_microphone" : "clip.no_permission"));
      return;
    }
    const { recorder } = this;
    const level = h("i", {});
    const time = h("span", { class: "vs-record-time" });
    const advice = h("span", { class: "vs-hint", "aria-live": "polite" });
    recorder.addEventListener("level", ({ detail }) => {
      level.style.setProperty("--level", detail.toFixed(3));
      time.textContent = `${clock(recorder.seconds)} / ${clock(LONGEST)}`;
      const say = recorder.seconds < SHORTEST ? t("clip.keep_talking", { seconds: Math.ceil(SHORTEST - recorder.seconds) }) : t("clip.enough");
      if (advice.textContent !== say) advice.textContent = say;
      if (recorder.seconds >= LONGEST) recorder.stop();
    });
    recorder.addEventListener("done", ({ detail }) => this.take(detail));
    fill(
      this,
      h(
        "div",
        { class: "vs-drop vs-recording" },
        h("p", { class: "vs-script" }, t("clip.script")),
        h("div", { class: "vs-meter", role: "presentation" }, level),
        h("div", { class: "vs-record-line" }, time, advice),
        h(
          "div",
          { class: "vs-drop-doors" },
          button({ icon: "stop", kind: "record", label: t("clip.stop"), onclick: () => recorder.stop() }),
          button({ kind: "quiet", label: t("clip.discard"), onclick: () => this.choosing() }),
        ),
      ),
    );
  }

  /** Second step: look at what came. @param {Blob|undefined} blob */
  async take(blob) {
    if (!blob) return;
    this.recorder = null;
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
    this.player = h("vs-player", { seconds: String(check.seconds), label: t("clip.yours") });
    this.verdict = h("div", { class: "vs-verdict-slot" });
    this.legend = h("div", { class: "vs-legend-slot" });
    this.opinion = h("div", { class: "vs-doctor", "aria-live": "polite" });
    const again = button({ kind: "quiet", icon: "retry", label: t("clip.another"), onclick: () => this.choosing() });
    this.details = check.verdict === "refused" ? null : clipForm({ clip: this, again, asked: (spoken) => this.consult(this.chosen, spoken), saved: (voice, name) => this.saved(voice, name) });
    fill(
      this,
      h("div", { class: "vs-clip-done" }, h("div", { class: "vs-picture-and-legend" }, this.player, this.legend), this.verdict, check.verdict === "refused" ? null : this.opinion, this.details?.element || h("div", { class: "vs-actions" }, again)),
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
  async consult(part = null, spoken = "") {
    const { blob } = this;
    const form = this.form();
    if (spoken) form.set("language", spoken);
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
      if (part) this.opinion.append(this.choosePart());
    } finally {
      this.opinion.removeAttribute("aria-busy");
    }
  }

  told(doctor, part) {
    this.chosen = part;
    this.doctor = doctor;
    paint(this.player, doctor);
    fill(this.verdict, checkupView(this.check, doctor));
    fill(this.legend, legend(doctor));
    fill(this.opinion, doctor.part && this.choosePart(), opinion(doctor));
    this.details?.advise(doctor);
  }

  /** Hear the chosen part, or choose another one. */
  choosePart() {
    const { part } = this.doctor;
    const at = (name, value) => h("input", { class: "vs-input", type: "number", name, min: "0", max: String(this.check.seconds), step: "0.1", value: value.toFixed(1), "aria-label": t(`doctor.part_${name}`) });
    const from = at("start", part.start);
    const to = at("end", part.end);
    return h(
      "details",
      { class: "vs-part" },
      h("summary", {}, t("doctor.part_other")),
      h("p", { class: "vs-hint" }, t("doctor.part_why")),
      h(
        "div",
        { class: "vs-part-line" },
        from,
        h("span", { "aria-hidden": "true" }, "–"),
        to,
        button({ icon: "play", kind: "quiet", label: t("doctor.part_hear"), onclick: () => this.player.span(Number(from.value), Number(to.value)) }),
        button({ kind: "plain", label: t("doctor.part_use"), onclick: () => this.consult({ start: Number(from.value), end: Number(to.value) }) }),
      ),
    );
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
