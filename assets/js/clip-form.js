/** The form that makes a voice of a clip: name, language, words, whose voice, consent. */

import { button, fill, h, icon } from "./dom.js";
import { send } from "./http.js";
import { language, languageName, percent, t } from "./texts.js";
import { disagreement, origin } from "./transcript.js";
import { readWords } from "./voices/read-words.js";

const LANGUAGES = ["ko", "en", "ja", "zh", "de", "es", "fr", "hi", "it", "pt", "ru", "vi", "th", "id", "tr", "ar"];
/** Below that, the language heard is put as a question. */
const SURE = 0.9;
const REFUSED_WORDS = "transcript_not_covering";

/**
 * @param {{clip: {form: () => FormData, chosen: object|null, listening: Promise<void>|null}, read: import("./voices/booth.js").Read|null, again: HTMLElement[], asked: (language: string) => void, saved: (voice: object, name: string) => void}} options
 * @returns {{element: HTMLElement, advise: (doctor: object) => void}}
 */
export function clipForm({ clip, read, again, asked, saved }) {
  const name = h("input", { class: "vs-input", name: "name", required: true, maxlength: "200", autocomplete: "off", placeholder: t("clip.name_example") });
  const spoken = h("select", { class: "vs-input", name: "language", onchange: () => choose() }, [...new Set([language, ...LANGUAGES])].map(option));
  const detected = h("span", { class: "vs-hint", "aria-live": "polite" });
  const words = h("textarea", { class: "vs-input", name: "transcript", rows: "3", "aria-describedby": "vs-words-origin", placeholder: t("clip.transcript_why"), oninput: () => reworded() });
  const wordsLabel = h("span", {}, t("clip.transcript"));
  const source = h("div", { class: "vs-words-origin", id: "vs-words-origin", "aria-live": "polite" });
  const whose = whoseVoice();
  if (read) {
    if (![...spoken.options].some((one) => one.value === read.language)) spoken.append(option(read.language));
    spoken.value = read.language;
  }
  const put = (text, tag) => {
    words.value = text;
    words.lang = tag || "";
    words.rows = Math.min(8, 1 + Math.ceil(words.value.length / 48));
  };
  if (read?.text) {
    put(read.text, read.language);
    fill(source, h("p", { class: "vs-hint" }, t("booth.words_read")));
  }
  let written = null; // the language that the proposed words are in
  let own = true; // the words in the field are those that were there to be read
  let busy = false;
  const reworded = () => {
    words.dataset.touched = "";
    problem.hidden = true; // it was about other words
    const proof = source.querySelector(".vs-covered");
    if (proof) proof.replaceWith(h("p", { class: "vs-hint" }, t("transcript.yours_later")));
  };
  const choose = () => {
    spoken.dataset.touched = "";
    // Words proposed in another language are of no use; those that the person wrote stay.
    if (written && written !== spoken.value && !("touched" in words.dataset)) asked(spoken.value);
  };
  const consent = h("input", { type: "checkbox", name: "consent", required: true });
  const statement = h("span", {}, t("clip.consent"));
  const problem = h("div", { class: "vs-wide vs-problem", hidden: true });
  const save = button({ kind: "accent", label: t("clip.save"), type: "submit" });

  const allow = () => {
    save.disabled = busy || !(consent.checked && name.value.trim() && whose.complete());
  };
  const agreedTo = () => {
    const said = whose.mine() ? t("clip.consent") : t("clip.consent_other", { speaker: whose.speaker() || "…" });
    if (said === statement.textContent) return;
    statement.textContent = said;
    consent.checked = false; // another sentence, another consent
  };
  /** Words that were there to be read are cut to the part once the doctor has listened: wait for it. */
  const settled = async () => {
    if (!read?.text || !clip.listening || "touched" in words.dataset) return true;
    problem.hidden = false;
    fill(problem, h("p", { class: "vs-doctor-busy", role: "status" }, h("span", { class: "vs-pulse", "aria-hidden": "true" }), t("booth.save_waits")));
    while (clip.listening) await clip.listening; // another part may have been chosen meanwhile
    problem.hidden = true;
    if (!element.isConnected) return false; // another recording, meanwhile
    if (own || "touched" in words.dataset) return true;
    words.focus(); // not what was to be read: the person looks first
    return false;
  };
  const submit = async (insisting = {}) => {
    if (busy) return;
    busy = true;
    allow();
    try {
      if (await settled()) await keep(insisting);
    } finally {
      busy = false;
      allow();
    }
  };
  const keep = async (insisting) => {
    problem.hidden = true;
    const body = clip.form();
    const given = { name: name.value.trim(), language: spoken.value, transcript: words.value.trim(), speaker: whose.mine() ? "" : whose.speaker(), consent: "true", ...insisting };
    if (clip.chosen) Object.assign(given, { part_start: clip.chosen.start, part_end: clip.chosen.end });
    for (const [field, value] of Object.entries(given)) body.set(field, value);
    try {
      saved(await send("/api/voices", body), name.value.trim());
    } catch (reason) {
      problem.hidden = false;
      fill(problem, refusal(reason, (field) => submit({ ...insisting, [field]: "true" })));
    }
  };
  const refusal = (reason, insist) => {
    if (reason.code === REFUSED_WORDS) return disagreement(reason, words.value.trim(), () => insist(reason.details.insist || "insist_transcript"));
    return [
      h("p", { class: "vs-alert", role: "alert" }, icon("warn"), h("span", {}, reason.message)),
      reason.details?.insist ? h("div", { class: "vs-actions" }, button({ kind: "plain", label: t("clip.insist"), onclick: () => insist(reason.details.insist) })) : null,
    ];
  };

  const element = h(
    "form",
    {
      class: "vs-form",
      oninput: () => {
        agreedTo();
        allow();
      },
      onsubmit: (event) => {
        event.preventDefault();
        submit();
      },
    },
    h("label", { class: "vs-field" }, h("span", {}, t("clip.name")), name),
    h("label", { class: "vs-field" }, h("span", {}, t("clip.language")), spoken, detected),
    h("div", { class: "vs-wide vs-words" }, h("label", { class: "vs-field" }, wordsLabel, words), source),
    whose.element,
    h("label", { class: "vs-consent vs-wide" }, consent, statement),
    problem,
    h("div", { class: "vs-actions vs-wide" }, save, again),
  );
  allow();

  return {
    element,
    /** Fill in what the doctor found; what the person has written already stays. */
    advise(doctor) {
      const { tag, probability } = doctor.language || {};
      if (tag) {
        if (!("touched" in spoken.dataset) && !read) {
          if (![...spoken.options].some((one) => one.value === tag)) spoken.append(option(tag));
          spoken.value = tag;
        }
        const heard = t("clip.language_detected", { language: languageName(tag), probability: percent(probability) });
        detected.textContent = probability < SURE && !("touched" in spoken.dataset) && !read ? `${heard} ${t("clip.language_doubtful")}` : heard;
      }
      if (doctor.part) wordsLabel.textContent = t("clip.transcript_part");
      if ("touched" in words.dataset) return fill(source, origin(doctor));
      const proposed = read?.text ? readWords(read.text, doctor) : null;
      if (proposed) own = proposed.own;
      if (proposed) put(proposed.words, read.language);
      else if (doctor.transcript) put(doctor.transcript.text, doctor.transcript.language || tag);
      written = doctor.transcript ? doctor.transcript.language || tag || null : null;
      return fill(source, proposed ? proposed.origin : origin(doctor));
    },
  };
}

const option = (tag) => h("option", { value: tag }, languageName(tag));

/** "My own" or somebody else's, with the name. */
function whoseVoice() {
  const radio = (value, checked) => h("input", { type: "radio", name: "whose", value, checked });
  const mine = radio("mine", true);
  const theirs = radio("theirs", false);
  const speaker = h("input", { class: "vs-input", name: "speaker", maxlength: "200", autocomplete: "off", hidden: true, "aria-label": t("clip.speaker"), placeholder: t("clip.speaker") });
  const element = h(
    "fieldset",
    {
      class: "vs-whose vs-wide",
      onchange: () => {
        speaker.hidden = mine.checked;
        if (theirs.checked && !speaker.value) speaker.focus();
      },
    },
    h("legend", { class: "vs-label" }, t("clip.whose")),
    h("label", { class: "vs-radio" }, mine, h("span", {}, t("clip.mine"))),
    h("label", { class: "vs-radio" }, theirs, h("span", {}, t("clip.theirs"))),
    speaker,
  );
  return { element, mine: () => mine.checked, speaker: () => speaker.value.trim(), complete: () => mine.checked || Boolean(speaker.value.trim()) };
}
