/**
 * `<vs-defaults>`: what studies decided, as chips on the studio page. "Use it" fires
 * `vs-default-applied` with the decision; the page puts it into the form.
 */

import { button, define, fill, h, icon } from "./dom.js";
import { get, page } from "./http.js";
import { has, language, languageName, t } from "./texts.js";

/** So many are seen at once, the others are folded. */
const SEEN = 2;

class Defaults extends HTMLElement {
  async connectedCallback() {
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
    this.word = h("p", { class: "vs-hidden", role: "status" });
    fill(
      this,
      rows.slice(0, SEEN),
      rows.length > SEEN ? h("details", {}, h("summary", {}, t("defaults.title")), rows.slice(SEEN)) : null,
      rows.length ? this.word : null,
    );
  }

  chip(decision) {
    const { id, study, label, use, language: tag, evidence } = decision;
    const words = t("defaults.default", { language: languageName(tag), use: has(`studies.use.${use}`) ? t(`studies.use.${use}`) : use, label });
    return h(
      "div",
      { class: "vs-default", data: { decision: id } },
      icon("check"),
      h("span", {}, words, evidence?.sentence?.message ? h("small", { title: evidence.sentence.message }, evidence.sentence.message) : null),
      h("a", { href: `${page("studies")}?study=${study}` }, t("defaults.evidence")),
      button({ label: t("defaults.apply"), "aria-label": `${t("defaults.apply")}: ${words}`, onclick: () => this.apply(decision) }),
    );
  }

  apply(decision) {
    const { wanted, voice_id: voice, instruction, language: tag, label } = decision;
    this.dispatchEvent(new CustomEvent("vs-default-applied", { bubbles: true, detail: { wanted, voice, instruction, language: tag, label } }));
    this.word.textContent = t("defaults.applied", { label });
  }
}

define("vs-defaults", Defaults);
