/** `<vs-voices>`: saved voices with their clip, check-up and consent; deleting asks first. */

import { checkupView, verdict } from "./checkup.js";
import { button, define, fill, h, icon } from "./dom.js";
import { get, remove } from "./http.js";
import { languageName, moment, t } from "./texts.js";

class Voices extends HTMLElement {
  connectedCallback() {
    this.onSaved = () => this.load();
    document.addEventListener("vs-saved", this.onSaved);
    this.load();
  }

  disconnectedCallback() {
    document.removeEventListener("vs-saved", this.onSaved);
  }

  async load() {
    let voices;
    try {
      ({ voices } = await get("/api/voices"));
    } catch (reason) {
      fill(this, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
      return;
    }
    if (!voices.length) {
      fill(this, h("div", { class: "vs-rest vs-rest-small" }, h("h2", {}, t("voices.empty_title")), h("p", {}, t("voices.empty"))));
      return;
    }
    fill(this, h("ul", { class: "vs-voice-list" }, voices.map((voice) => this.row(voice))));
    for (const voice of voices) {
      const player = this.querySelector(`[data-voice="${CSS.escape(voice.id)}"] vs-player`);
      player.wavePeaks = voice.check.peaks || [];
    }
  }

  row(voice) {
    const item = h(
      "li",
      { class: "vs-card vs-voice", data: { voice: voice.id } },
      h(
        "header",
        { class: "vs-voice-head" },
        h("div", {}, h("h3", {}, voice.name), h("p", { class: "vs-meta" }, h("span", {}, languageName(voice.language)), h("span", {}, moment(voice.created_at)))),
        verdict(voice.check),
      ),
      h("vs-player", { src: `/api/voices/${voice.id}/clip`, seconds: String(voice.check.seconds), label: voice.name }),
      voice.transcript ? h("blockquote", { class: "vs-transcript", lang: voice.language }, voice.transcript) : null,
      h("details", {}, h("summary", {}, t("voices.details")), checkupView(voice.check), h("p", { class: "vs-hint" }, t("voices.consent", { when: moment(voice.consent.given_at) })), h("blockquote", { class: "vs-transcript" }, voice.consent.statement)),
      h("div", { class: "vs-actions" }, button({ kind: "quiet", icon: "trash", label: t("voices.delete"), class: "vs-button vs-button-quiet vs-delete", onclick: () => this.ask(item, voice) })),
    );
    return item;
  }

  /** Ask in place; a dialogue box would take the voice out of sight. */
  ask(item, voice) {
    const line = item.querySelector(":scope > .vs-actions");
    const before = [...line.children];
    const no = button({ kind: "plain", label: t("voices.keep"), onclick: () => fill(line, before) });
    fill(
      line,
      h("p", { class: "vs-ask", role: "alert" }, t("voices.ask", { name: voice.name })),
      button({
        kind: "bad",
        label: t("voices.delete_now"),
        onclick: async () => {
          try {
            await remove(`/api/voices/${voice.id}`);
            await this.load();
          } catch (reason) {
            fill(line, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message), before);
          }
        },
      }),
      no,
    );
    no.focus();
  }
}

define("vs-voices", Voices);
