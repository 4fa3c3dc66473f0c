/**
 * `<vs-defaults>`: what studies decided, as chips on the studio page, and what the latest one would
 * have decided. "Use it" fires `vs-default-applied` with the decision; the page puts it into the
 * form. Each says what it stands on, and can be taken back.
 */

import { button, define, fill, h, icon } from "./dom.js";
import { get, page, post, remove } from "./http.js";
import { useName } from "./studies/uses.js";
import { language, languageName, t } from "./texts.js";

/** So many are seen at once, the others are folded. */
const SEEN = 2;
/** Of the studies that ended, so many are asked for a winner. */
const LOOKED_AT = 3;
/** Studies whose winner the person does not want now. */
const LATER = "vs-defaults-later";

class Defaults extends HTMLElement {
  async connectedCallback() {
    await this.load();
    this.offer();
  }

  async load() {
    try {
      const { decisions } = await get("/api/decisions");
      this.show(decisions.filter((one) => one.current));
    } catch {
      /* a proposal is welcome, not needed */
    }
  }

  show(decisions) {
    const here = (one) => Number(one.language !== language);
    const rows = [...decisions].sort((one, other) => here(one) - here(other)).map((one) => this.chip(one));
    this.word ||= h("p", { class: "vs-hidden", role: "status" });
    this.offered ||= h("div", { class: "vs-default-offers" });
    fill(
      this,
      rows.slice(0, SEEN),
      rows.length > SEEN ? h("details", {}, h("summary", {}, t("defaults.title")), rows.slice(SEEN)) : null,
      this.offered,
      this.word,
    );
  }

  chip(decision) {
    const { id, study, study_title: title, label, use, language: tag, evidence } = decision;
    const words = t("defaults.default", { language: languageName(tag), use: useName(use), label });
    const told = h("p", { class: "vs-alert", role: "alert", hidden: true });
    const back = button({
      kind: "quiet",
      icon: "undo",
      label: t("defaults.withdraw"),
      "aria-label": `${t("defaults.withdraw")}: ${words}`,
      class: "vs-button vs-button-quiet vs-default-back",
      onclick: () =>
        this.act(back, told, async () => {
          await remove(`/api/decisions/${id}`);
          later(study); // whoever takes it back does not want it offered again
          await this.load();
          this.say(t("defaults.withdrawn", { label }));
        }),
    });
    return h(
      "div",
      { class: "vs-default", data: { decision: id } },
      icon("check"),
      h("span", {}, words, evidence?.sentence?.message ? h("small", {}, evidence.sentence.message) : null),
      h(
        "div",
        { class: "vs-default-doors" },
        button({ label: t("defaults.apply"), "aria-label": `${t("defaults.apply")}: ${words}`, onclick: () => this.apply(decision) }),
        h("a", { href: `${page("studies")}?study=${study}`, "aria-label": `${t("defaults.evidence")}: ${title}` }, t("defaults.evidence")),
        back,
      ),
      told,
    );
  }

  apply(decision) {
    const { wanted, voice_id: voice, instruction, language: tag, label } = decision;
    this.dispatchEvent(new CustomEvent("vs-default-applied", { bubbles: true, detail: { wanted, voice, instruction, language: tag, label } }));
    this.say(t("defaults.applied", { label }));
  }

  /** The latest study that ended with a winner nobody decided on. */
  async offer() {
    if (!document.querySelector(`nav a[href$="/${language}/studies"]`)) return; // not theirs to open
    try {
      const { studies } = await get("/api/studies");
      const waiting = studies
        .filter((one) => one.state === "closed" && !one.decision && !putOff().includes(one.id))
        .sort((one, other) => other.closed_at.localeCompare(one.closed_at));
      for (const study of waiting.slice(0, LOOKED_AT)) {
        const result = await get(`/api/studies/${study.id}/result`);
        const { headline } = result;
        if (result.state !== "ready" || !headline.sure || !Number.isInteger(headline.first) || study.protocol === "abx") continue;
        const { Reading } = await import("./result/reading.js");
        this.offered?.append(this.proposal(study, result.study, headline, new Reading(result).label(headline.first)));
        return;
      }
    } catch {
      /* as above: welcome, not needed */
    }
  }

  proposal(study, { language: tag, use }, headline, label) {
    const words = t("defaults.offer", { title: study.title, language: languageName(tag), use: useName(use), label });
    const told = h("p", { class: "vs-alert", role: "alert", hidden: true });
    const make = button({
      label: t("defaults.make"),
      "aria-label": `${t("defaults.make")}: ${words}`,
      onclick: () =>
        this.act(make, told, async () => {
          await post(`/api/studies/${study.id}/decision`, { condition: headline.first });
          chip.remove();
          await this.load();
          this.say(t("defaults.made", { label }));
        }),
    });
    const chip = h(
      "div",
      { class: "vs-default vs-default-offer", data: { study: study.id } },
      icon("study"),
      h("span", {}, words, h("small", {}, headline.message)),
      h(
        "div",
        { class: "vs-default-doors" },
        make,
        h("a", { href: `${page("studies")}?study=${study.id}`, "aria-label": `${t("defaults.evidence")}: ${study.title}` }, t("defaults.evidence")),
        button({ kind: "quiet", label: t("defaults.later"), "aria-label": `${t("defaults.later")}: ${words}`, onclick: () => (later(study.id), chip.remove()) }),
      ),
      told,
    );
    return chip;
  }

  async act(pressed, told, work) {
    pressed.disabled = true;
    told.hidden = true;
    try {
      await work();
    } catch (reason) {
      pressed.disabled = false;
      told.hidden = false;
      fill(told, icon("warn"), reason.message);
    }
  }

  say(words) {
    this.word.textContent = words;
  }
}

function putOff() {
  try {
    return JSON.parse(localStorage.getItem(LATER) || "[]");
  } catch {
    return [];
  }
}

function later(study) {
  try {
    localStorage.setItem(LATER, JSON.stringify([...new Set([...putOff(), study])].slice(-100)));
  } catch {
    /* a browser that keeps nothing asks again */
  }
}

define("vs-defaults", Defaults);
