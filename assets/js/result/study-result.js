/** `<vs-study-result study="ID">`: what a study says, and everything it stands on. */

import { button, define, fill, h, icon } from "../dom.js";
import { get } from "../http.js";
import { counted, number, t } from "../texts.js";
import { audit } from "./audit.js";
import { board } from "./board.js";
import { byRater } from "./by-rater.js";
import { byText } from "./by-text.js";
import { exclusions } from "./exclusions.js";
import { headline, kind } from "./headline.js";
import { detectability, matrix, tests } from "./matrix.js";
import { method } from "./method.js";
import { metrics } from "./metrics.js";
import { printed } from "./print.js";
import { Reading } from "./reading.js";
import { spread } from "./spread.js";
import { trust } from "./trust.js";

const PARTS = [board, matrix, tests, detectability, spread, trust, exclusions, byText, byRater, audit, metrics, method];
/** Where a part that takes seconds is shown. */
const PLACES = { audit: "audit", metrics: "metrics", fragility: "trust", agreement: "trust", mixed: "tests", tests: "tests", adjusted: "board" };
const AGAIN = 2000;

class StudyResult extends HTMLElement {
  static observedAttributes = ["study"];

  connectedCallback() {
    this.addEventListener("vs-decided", () => this.load());
    this.unprint = printed(this);
    this.load();
  }

  disconnectedCallback() {
    this.unprint?.();
    clearTimeout(this.waiting);
  }

  attributeChangedCallback(_, before, now) {
    if (before !== null && before !== now && this.isConnected) this.load();
  }

  /** Read the result and draw it; where the reader is on the page stays. */
  async load() {
    const study = this.getAttribute("study");
    if (!study) return;
    this.setAttribute("aria-busy", "true");
    if (!this.childElementCount) fill(this, h("p", { class: "vs-blind-wait", role: "status" }, h("span", { class: "vs-pulse" }), t("result.loading")));
    try {
      const result = await get(`/api/studies/${encodeURIComponent(study)}/result`);
      const decisions = result.state === "ready" ? await this.decisions(result) : [];
      if (study !== this.getAttribute("study")) return;
      this.dataset.state = result.state;
      fill(this, result.state === "ready" ? this.ready(new Reading(result), decisions) : this.shut(result));
    } catch (reason) {
      fill(this, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message), button({ icon: "retry", label: t("result.again"), onclick: () => this.load() }));
    }
    this.removeAttribute("aria-busy");
  }

  /** What this study has decided and nobody withdrew. */
  async decisions(result) {
    const { decisions } = await get(`/api/decisions?${new URLSearchParams({ language: result.study.language })}`);
    return decisions.filter((one) => one.study === result.study.id);
  }

  ready(reading, decisions) {
    const parts = PARTS.map((part) => part(reading, decisions)).filter(Boolean);
    this.later(reading);
    return [headline(reading, decisions), contents(parts), ...parts];
  }

  /** Some parts take seconds: ask again, and put in what has come without moving the rest. */
  later(reading) {
    clearTimeout(this.waiting);
    this.toggleAttribute("pending", Boolean(reading.pending?.length));
    if (!reading.pending?.length) return;
    this.waiting = setTimeout(async () => {
      if (!this.isConnected) return;
      try {
        const result = await get(`/api/studies/${encodeURIComponent(reading.study.id)}/result`);
        const come = reading.pending.filter((part) => !result.pending?.includes(part));
        const fresh = new Reading(result);
        if (result.answers_sha256 !== reading.answers_sha256 || result.state !== "ready") this.load();
        else {
          if (come.length) this.exchange(fresh, await this.decisions(result), come);
          this.later(fresh);
        }
      } catch {
        this.later(reading);
      }
    }, AGAIN);
  }

  /** What has come, in the place of its section; the sentence may have further notes. */
  exchange(reading, decisions, come) {
    const places = new Set(come.map((name) => PLACES[name]));
    this.querySelector(".vs-result-head").replaceWith(headline(reading, decisions));
    let before = this.querySelector(".vs-result-contents");
    for (const part of PARTS) {
      const made = part(reading, decisions);
      if (!made) continue;
      const there = this.querySelector(`#${made.id}`);
      if (!there) before.after(made);
      else if (places.has(made.dataset.part)) {
        const folds = [...there.querySelectorAll("details")].map((one) => one.open);
        made.querySelectorAll("details").forEach((one, at) => (one.open ||= Boolean(folds[at])));
        there.replaceWith(made);
      }
      before = this.querySelector(`#${made.id}`);
    }
  }

  /** Nothing of the outcome is here: the server does not send it. */
  shut({ study, opens, progress }) {
    const facts = [
      ["answers", progress.answers, progress.target_answers],
      ["finished", progress.finished, progress.target_raters],
    ];
    return h(
      "section",
      { class: "vs-card vs-result-head vs-result-shut" },
      h("p", { class: "vs-result-kind" }, kind(study)),
      h("h2", { class: "vs-result-sentence" }, icon("lock"), t("result.shut.title")),
      h("p", {}, opens?.message),
      h("ul", { class: "vs-basis" }, facts.map(([name, value, of]) => h("li", {}, h("strong", {}, number(value)), h("span", {}, of ? t(`result.shut.${name}_of`, { of: number(of) }) : counted(`result.shut.${name}`, value))))),
      h("p", { class: "vs-hint" }, t("result.shut.why")),
      button({ icon: "retry", label: t("result.again"), onclick: () => this.load() }),
    );
  }
}

/** Ways to the parts. Buttons, for the page's address belongs to the page. */
function contents(parts) {
  const go = (part) => {
    part.scrollIntoView({ block: "start", behavior: "smooth" });
    const title = part.querySelector("h3");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  };
  return h(
    "nav",
    { class: "vs-result-contents", "aria-label": t("result.contents") },
    parts.map((part) => h("button", { type: "button", onclick: () => go(part) }, t(`result.${part.dataset.part}.short`))),
    h("button", { type: "button", class: "vs-result-print", onclick: () => print() }, t("result.print")),
  );
}

define("vs-study-result", StudyResult);
