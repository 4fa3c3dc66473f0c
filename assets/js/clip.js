/**
 * `<vs-clip>`: from a recording or a file to a saved voice: check-up, name, consent.
 * Fires `vs-saved` (detail: the voice's id) when a voice was saved.
 */

import { checkupView } from "./checkup.js";
import { button, define, fill, h, icon } from "./dom.js";
import { send } from "./http.js";
import { Recorder } from "./recorder.js";
import { clock, language, languageName, t } from "./texts.js";

const ACCEPT = "audio/*,.wav,.flac,.mp3,.ogg,.opus,.m4a,.aac,.webm,video/webm,video/mp4";
const LANGUAGES = ["ko", "en", "ja", "zh", "de", "es", "fr", "hi", "it", "pt", "ru", "vi", "th", "id", "tr", "ar"];
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
    const input = h("input", { type: "file", accept: ACCEPT, class: "vs-file", "aria-label": t("clip.choose"), onchange: (event) => this.take(event.target.files[0]) });
    const zone = h(
      "div",
      {
        class: "vs-drop",
        ondragover: (event) => {
          event.preventDefault();
          zone.dataset.over = "";
        },
        ondragleave: () => delete zone.dataset.over,
        ondrop: (event) => {
          event.preventDefault();
          delete zone.dataset.over;
          this.take(event.dataTransfer.files[0]);
        },
      },
      h("p", { class: "vs-drop-hint" }, t("clip.hint")),
      h(
        "div",
        { class: "vs-drop-doors" },
        button({ icon: "record", kind: "record", label: t("clip.record"), onclick: () => this.record() }),
        h("label", { class: "vs-button vs-button-plain vs-choose" }, icon("upload"), h("span", {}, t("clip.choose")), input),
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

  /** Third step: verdict, and the form where it may be saved. */
  checked(check) {
    const player = h("vs-player", { seconds: String(check.seconds), label: t("clip.yours") });
    const again = button({ kind: "quiet", icon: "retry", label: t("clip.another"), onclick: () => this.choosing() });
    fill(
      this,
      h("div", { class: "vs-clip-done" }, player, checkupView(check), check.verdict === "refused" ? h("div", { class: "vs-actions" }, again) : this.details(again)),
    );
    player.wavePeaks = check.peaks;
    player.file(this.blob);
  }

  details(again) {
    const name = h("input", { class: "vs-input", name: "name", required: true, maxlength: "200", autocomplete: "off", placeholder: t("clip.name_example") });
    const spoken = h(
      "select",
      { class: "vs-input", name: "language" },
      [...new Set([language, ...LANGUAGES])].map((tag) => h("option", { value: tag }, languageName(tag))),
    );
    const transcript = h("textarea", { class: "vs-input", name: "transcript", rows: "2", placeholder: t("clip.transcript_why") });
    const consent = h("input", { type: "checkbox", name: "consent", required: true });
    const problem = h("p", { class: "vs-alert", role: "alert", hidden: true });
    const save = button({ kind: "accent", label: t("clip.save"), type: "submit" });
    const allow = () => {
      save.disabled = !(consent.checked && name.value.trim());
    };
    const form = h(
      "form",
      {
        class: "vs-form",
        oninput: allow,
        onsubmit: async (event) => {
          event.preventDefault();
          save.disabled = true;
          problem.hidden = true;
          const body = this.form();
          body.set("name", name.value.trim());
          body.set("language", spoken.value);
          body.set("transcript", transcript.value.trim());
          body.set("consent", "true");
          try {
            const voice = await send("/api/voices", body);
            this.saved(voice, name.value.trim());
          } catch (reason) {
            problem.hidden = false;
            fill(problem, icon("warn"), reason.message);
            allow();
          }
        },
      },
      h("label", { class: "vs-field" }, h("span", {}, t("clip.name")), name),
      h("label", { class: "vs-field" }, h("span", {}, t("clip.language")), spoken),
      h("label", { class: "vs-field vs-wide" }, h("span", {}, t("clip.transcript")), transcript),
      h("label", { class: "vs-consent vs-wide" }, consent, h("span", {}, t("clip.consent"))),
      problem,
      h("div", { class: "vs-actions vs-wide" }, save, again),
    );
    allow();
    return form;
  }

  saved(voice, name) {
    fill(
      this,
      h(
        "div",
        { class: "vs-drop vs-saved", role: "status" },
        h("p", {}, icon("check"), t("clip.saved", { name })),
        button({ kind: "quiet", label: t("clip.more"), onclick: () => this.choosing() }),
      ),
    );
    this.dispatchEvent(new CustomEvent("vs-saved", { bubbles: true, detail: { id: voice.id } }));
  }
}

define("vs-clip", Clip);
