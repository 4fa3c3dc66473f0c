/**
 * `<vs-voices>`: saved voices with their clip as the doctor sees it, their words, the engines they
 * are ready for and the consent; deleting asks first.
 */

import { checkupView, verdict } from "./checkup.js";
import { legend, opinion, paint } from "./doctor.js";
import { button, define, fill, h, icon } from "./dom.js";
import "./enrolments.js";
import { address, get, post, remove } from "./http.js";
import { languageName, moment, t } from "./texts.js";
import { voiceWords } from "./voice-words.js";

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
  }

  row(voice) {
    const { doctor } = voice;
    const player = h("vs-player", { src: `/api/voices/${voice.id}/clip`, seconds: String(voice.check.seconds), label: voice.name });
    player.wavePeaks = voice.check.peaks || [];
    paint(player, doctor);
    const item = h(
      "li",
      { class: "vs-card vs-voice", data: { voice: voice.id } },
      h(
        "header",
        { class: "vs-voice-head" },
        h("div", {}, h("h3", {}, voice.name), h("p", { class: "vs-meta" }, h("span", {}, languageName(voice.language)), h("span", {}, moment(voice.created_at)))),
        verdict({ verdict: doctor?.verdict || voice.check.verdict }),
      ),
      h("div", { class: "vs-picture-and-legend" }, player, doctor && legend(doctor)),
      voiceWords(voice, (changed) => item.replaceWith(this.row(changed))),
      h(
        "div",
        { class: "vs-voice-folds" },
        this.enrolments(voice),
        h("details", {}, h("summary", {}, t("voices.findings")), h("div", { class: "vs-fold-body" }, checkupView(voice.check, doctor), doctor ? opinion(doctor) : this.examine(voice, () => item))),
        h("details", {}, h("summary", {}, t("voices.consent_fold")), consentRecord(voice)),
      ),
      h("div", { class: "vs-actions" }, button({ kind: "quiet", icon: "trash", label: t("voices.delete"), class: "vs-button vs-button-quiet vs-delete", onclick: () => this.ask(item, voice) })),
    );
    return item;
  }

  /** Asked for only when somebody looks. */
  enrolments(voice) {
    const body = h("div", { class: "vs-fold-body" });
    return h(
      "details",
      {
        ontoggle: (event) => event.target.open && !body.firstChild && body.append(h("vs-enrolments", { voice: voice.id })),
      },
      h("summary", {}, t("voices.engines")),
      body,
    );
  }

  /** A voice of before there was a doctor may still see one. */
  examine(voice, item) {
    const open = button({
      kind: "plain",
      label: t("voices.examine"),
      onclick: async () => {
        open.disabled = true;
        open.lastChild.textContent = t("voices.examining");
        try {
          item().replaceWith(this.row(await post(`/api/voices/${voice.id}/doctor`)));
        } catch (reason) {
          open.replaceWith(h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
        }
      },
    });
    return h("div", { class: "vs-actions" }, open);
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

/** Whose voice it is, what was agreed to and when; the record as data is one click away. */
function consentRecord({ id, consent }) {
  return h(
    "div",
    { class: "vs-fold-body" },
    h("p", { class: "vs-hint" }, [consent.speaker ? t("voices.speaker", { speaker: consent.speaker }) : t("voices.own"), t("voices.consent", { when: moment(consent.given_at) })].join(" · ")),
    h("blockquote", { class: "vs-transcript" }, consent.statement),
    consent.id ? h("p", { class: "vs-hint" }, `${t("voices.record")} `, h("a", { href: address(`/api/voices/${id}/consent`) }, consent.id)) : null,
  );
}

define("vs-voices", Voices);
