/**
 * `<vs-voices>`: saved voices with their clip as the doctor sees it, their words, the engines they
 * are ready for, the consent and whom they are shared with; then those that others share.
 */

import { checkupView, verdict } from "./checkup.js";
import { legend, opinion, paint } from "./doctor.js";
import { button, define, fill, h, icon } from "./dom.js";
import "./enrolments.js";
import { address, get, post, remove } from "./http.js";
import { counted, languageName, moment, t } from "./texts.js";
import { voiceWords } from "./voice-words.js";
import { anotherPart } from "./voices/another-part.js";
import { pictured } from "./voices/part.js";
import { sharing } from "./voices/sharing.js";

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
      ({ voices, can_share: this.sharable } = await get("/api/voices"));
    } catch (reason) {
      fill(this, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
      return;
    }
    if (!voices.length) {
      fill(this, h("div", { class: "vs-rest vs-rest-small" }, h("h2", {}, t("voices.empty_title")), h("p", {}, t("voices.empty"))));
      return;
    }
    const list = (some) => h("ul", { class: "vs-voice-list" }, some.map((voice) => this.row(voice)));
    const theirs = voices.filter((voice) => !voice.mine);
    fill(
      this,
      voices.length > theirs.length ? list(voices.filter((voice) => voice.mine)) : h("p", { class: "vs-hint" }, t("voices.empty")),
      theirs.length ? [h("h2", { class: "vs-subtitle vs-shared-title" }, t("sharing.title")), list(theirs)] : null,
    );
  }

  row(voice) {
    const { doctor, mine } = voice;
    const length = mine ? voice.check.seconds : voice.reference?.seconds || voice.check.seconds;
    const player = h("vs-player", { src: `/api/voices/${voice.id}/${mine ? "clip" : "reference"}`, seconds: String(length), label: voice.name });
    player.wavePeaks = voice.check.peaks || [];
    paint(player, doctor);
    const picture = pictured(player, doctor && legend(doctor));
    const changed = (now, next = "button:not([disabled])") => {
      const row = this.row(now);
      item.replaceWith(row);
      row.querySelector(next)?.focus({ preventScroll: true });
    };
    const item = h(
      "li",
      { class: "vs-card vs-voice", data: { voice: voice.id } },
      h(
        "header",
        { class: "vs-voice-head" },
        h("div", {}, h("h3", {}, voice.name), h("p", { class: "vs-meta" }, h("span", {}, languageName(voice.language)), h("span", {}, moment(voice.created_at)))),
        verdict({ verdict: doctor?.verdict || voice.check.verdict }),
      ),
      mine ? null : sharing(voice, {}),
      picture,
      mine ? voiceWords(voice, changed) : voice.transcript && h("blockquote", { class: "vs-transcript", lang: voice.language }, voice.transcript),
      h(
        "div",
        { class: "vs-voice-folds" },
        this.enrolments(voice),
        mine && anotherPart(voice, player, changed),
        mine && h("details", {}, h("summary", {}, t("voices.findings")), h("div", { class: "vs-fold-body" }, checkupView(voice.check, doctor), doctor ? opinion(doctor) : this.examine(voice, () => item))),
        h("details", {}, h("summary", {}, t("voices.consent_fold")), consentRecord(voice)),
      ),
      mine && sharing(voice, { possible: this.sharable, changed: (now) => changed(now, ".vs-share, .vs-unshare") }),
      mine && h("div", { class: "vs-actions" }, button({ kind: "quiet", icon: "trash", label: t("voices.delete"), "aria-label": `${t("voices.delete")}: ${voice.name}`, class: "vs-button vs-button-quiet vs-delete", onclick: () => this.ask(item, voice) })),
    );
    return item;
  }

  /** How it stands with the engines: in one line, and each in the fold. */
  enrolments(voice) {
    const sum = h("span", { class: "vs-enrolment-sum" });
    const states = h("vs-enrolments", { voice: voice.id });
    states.addEventListener("vs-enrolled", ({ detail }) => {
      if (!detail.able) sum.textContent = t("enrolment.sum_none");
      else sum.textContent = detail.pending ? counted("enrolment.sum_pending", detail.pending) : t("enrolment.sum", { ready: detail.ready, able: detail.able });
    });
    return h("details", { class: "vs-voice-engines" }, h("summary", {}, t("voices.engines"), " ", sum), h("div", { class: "vs-fold-body" }, states));
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
          item().replaceWith(this.row((await post(`/api/voices/${voice.id}/doctor`)).voice));
        } catch (reason) {
          open.replaceWith(h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
        }
      },
    });
    return h("div", { class: "vs-actions" }, open);
  }

  /** Ask in place; a dialogue box would take the voice out of sight. */
  ask(item, voice) {
    const line = item.querySelector(":scope > .vs-actions:last-child");
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
function consentRecord({ id, mine, consent, sharing: shared }) {
  const one = (agreed, path) => [
    h("p", { class: "vs-hint" }, [agreed.speaker ? t("voices.speaker", { speaker: agreed.speaker }) : t("voices.own"), t("voices.consent", { when: moment(agreed.given_at) })].join(" · ")),
    h("blockquote", { class: "vs-transcript" }, agreed.statement),
    path && agreed.id ? h("p", { class: "vs-hint" }, `${t("voices.record")} `, h("a", { href: address(path) }, agreed.id)) : null,
  ];
  return h("div", { class: "vs-fold-body" }, mine ? one(consent, `/api/voices/${id}/consent`) : null, shared ? one(shared, mine && `/api/consents/${shared.id}`) : null);
}

define("vs-voices", Voices);
