/** `<vs-verify>`: drop a file, read what it says of its origin, see whether the watermark is in it. */

import { button, define, fill, h, icon } from "./dom.js";
import { chooser, dropZone } from "./drop-zone.js";
import { address, get, page, send } from "./http.js";
import { moment, number, percent, t } from "./texts.js";

const TONES = { declared_and_marked: "usable", declared: "warning", marked: "usable", nothing: "none" };
const SIGNS = { declared_and_marked: "check", declared: "half", marked: "check", nothing: "empty" };
const MARKS = { found: "check", not_found: "empty", not_checked: "warn" };

class Verify extends HTMLElement {
  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.choosing();
  }

  /** First step: choose or drop. */
  choosing(problem = "") {
    const take = (file) => this.look(file);
    const zone = dropZone(
      take,
      h("p", { class: "vs-drop-hint" }, t("verify.hint")),
      chooser({ label: t("verify.choose"), kind: "accent", take }),
      h("p", { class: "vs-hint" }, t("verify.kept")),
      problem && h("p", { class: "vs-alert", role: "alert" }, icon("warn"), problem),
    );
    fill(this, zone, limits());
  }

  /** Second step: ask. @param {Blob|undefined} file */
  async look(file) {
    if (!file) return;
    fill(this, h("div", { class: "vs-drop vs-busy", "aria-busy": "true", role: "status" }, h("span", { class: "vs-pulse" }), h("p", {}, t("verify.looking"))));
    const form = new FormData();
    form.set("file", file, "sound");
    try {
      this.found(await send("/api/provenance", form), file.name || "");
    } catch (reason) {
      this.choosing(reason.message);
    }
  }

  /** Third step: what was found. */
  found(result, name) {
    const { verdict } = result;
    fill(
      this,
      h(
        "section",
        { class: "vs-card vs-verify-verdict", role: "status", data: { verdict } },
        name && h("p", { class: "vs-verify-name" }, name),
        h("span", { class: "vs-verdict", data: { verdict: TONES[verdict] } }, icon(SIGNS[verdict]), t(`verify.verdict_${verdict}`)),
        h("p", {}, result.message),
        h("div", { class: "vs-actions" }, button({ icon: "retry", label: t("verify.another"), onclick: () => this.choosing() })),
      ),
      h("div", { class: "vs-verify-two" }, said(result), watermark(result.watermark)),
      limits(),
    );
  }
}

/** What the file says of itself. */
function said({ metadata, comment, known }) {
  const rows = metadata ? facts(metadata) : [];
  return h(
    "section",
    { class: "vs-card vs-verify-said" },
    h("h2", { class: "vs-subtitle" }, t("verify.says")),
    rows.length
      ? h("dl", { class: "vs-verify-facts" }, rows.map(([key, value]) => h("div", { data: { fact: key } }, h("dt", {}, t(`verify.${key}`)), h("dd", {}, value))))
      : h("p", {}, t("verify.says_nothing")),
    !metadata && comment && h("p", { class: "vs-hint" }, t("verify.says_comment", { comment })),
    metadata && h("p", { class: "vs-hint" }, t("verify.anyone")),
    metadata && links(metadata, known),
  );
}

function facts(about) {
  return [
    ["generator", about.generator],
    ["engine", about.engine_title || about.engine],
    ["model", about.model],
    ["model_revision", about.model_revision],
    ["licence", about.licence],
    ["attribution", about.attribution],
    ["voice", voice(about.voice)],
    ["consent", about.consent],
    ["take", about.take],
    ["made_at", when(about.made_at)],
    ["watermark_said", about.watermark],
    ["instead_of", about.instead_of],
  ].filter(([, value]) => value);
}

/** A file may claim any date; what is none is shown as it stands. */
const when = (text) => (text && !Number.isNaN(Date.parse(text)) ? moment(text) : text);

function voice({ kind, id, preset }) {
  const values = { id: id || "–", preset: preset || "–" };
  if (kind === "clone") return t("verify.voice_clone", values);
  if (kind === "closest") return t("verify.voice_closest", values);
  if (kind === "designed") return t("verify.voice_designed");
  return preset ? t("verify.voice_preset", values) : id;
}

/** Ways to what this studio knows of the ids. */
function links(about, known) {
  if (!known.take && !known.consent) return h("p", { class: "vs-hint" }, t("verify.unknown"));
  const record = h("div", { class: "vs-verify-record", hidden: true });
  const show = known.consent && button({ label: t("verify.known_consent"), onclick: () => showConsent(about.consent, record, show) });
  return [
    h(
      "div",
      { class: "vs-actions" },
      known.take && h("a", { class: "vs-button vs-button-plain", href: page(`?comparison=${encodeURIComponent(known.comparison)}`) }, t("verify.known_take")),
      show,
    ),
    record,
  ];
}

async function showConsent(id, record, opener) {
  const path = `/api/consents/${encodeURIComponent(id)}`;
  opener.disabled = true;
  record.hidden = false;
  try {
    const consent = await get(path);
    fill(
      record,
      h("blockquote", { lang: consent.locale }, consent.statement),
      h(
        "ul",
        {},
        h("li", {}, consent.speaker ? t("verify.consent_speaker", { speaker: consent.speaker }) : t("verify.consent_owner")),
        h("li", {}, t("verify.consent_given", { when: moment(consent.given_at) })),
        h("li", {}, t("verify.consent_clip"), h("code", {}, consent.clip_sha256)),
        consent.voice_exists === false && h("li", {}, t("verify.consent_gone")),
      ),
      h("a", { href: address(path) }, t("verify.consent_json")),
    );
  } catch (reason) {
    opener.disabled = false;
    fill(record, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
  }
}

function watermark(mark) {
  const rows = [
    ["confidence", mark.confidence === null ? "" : number(mark.confidence, 2)],
    ["share", mark.state === "found" ? percent(mark.share) : ""],
    ["method", mark.method],
  ].filter(([, value]) => value);
  return h(
    "section",
    { class: "vs-card vs-verify-mark", data: { state: mark.state } },
    h("h2", { class: "vs-subtitle" }, t("verify.mark")),
    h("p", { class: "vs-verify-state" }, icon(MARKS[mark.state]), t(`verify.mark_${mark.state}`)),
    h("p", {}, mark.message),
    h("dl", { class: "vs-verify-facts" }, rows.map(([key, value]) => h("div", { data: { fact: key } }, h("dt", {}, t(`verify.${key}`)), h("dd", {}, value)))),
  );
}

function limits() {
  return h(
    "details",
    { class: "vs-verify-limits" },
    h("summary", {}, t("verify.limits")),
    h("ul", {}, h("li", {}, t("verify.limits_metadata")), h("li", {}, t("verify.limits_watermark")), h("li", {}, t("verify.limits_absence"))),
  );
}

define("vs-verify", Verify);
