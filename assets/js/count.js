/**
 * `<vs-count for="element id" most="5000">`: how many characters a Gradio text box holds, how long
 * that is to listen to, and which of the chosen engines cannot say so much.
 */

import { define, fill, h } from "./dom.js";
import { engines, field } from "./form-state.js";
import { number, seconds, t } from "./texts.js";

/** As studio/takes/estimate.py counts: seconds of a Hangul, kana or Chinese character, of a letter. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const WIDE_SECONDS = 0.18;
const LETTER_SECONDS = 0.065;
const LOOK = 500;

class Count extends HTMLElement {
  connectedCallback() {
    this.most = Number(this.getAttribute("most"));
    const box = document.getElementById(this.getAttribute("for"));
    const say = () => this.say();
    box?.addEventListener("input", say);
    document.addEventListener("vs-planned", say);
    // Gradio changes the value without an event (example chips): look again now and then.
    this.timer = setInterval(say, LOOK);
    this.stop = () => document.removeEventListener("vs-planned", say);
    say();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.stop?.();
  }

  say() {
    // Characters as people count them, not UTF-16 units.
    const text = [...(field(this.getAttribute("for"))?.value || "")];
    const tooLong = engines().filter(({ chosen, plan }) => chosen && plan?.refusal?.code === "text_too_long_for_engine").map(({ title }) => title);
    const key = `${text.length}|${tooLong.join()}`;
    const spoken = text.reduce((sum, one) => sum + (WIDE.test(one) ? WIDE_SECONDS : LETTER_SECONDS), 0);
    if (key === this.key && Math.round(spoken) === this.spoken) return;
    this.key = key;
    this.spoken = Math.round(spoken);
    const count = t("count", { count: number(text.length), most: number(this.most) });
    fill(
      this,
      h("span", { class: "vs-count-number" }, text.length ? `${count} · ${t("counting.speech", { seconds: seconds(Math.max(1, spoken), 0) })}` : count),
      tooLong.length ? h("span", { class: "vs-count-refused", role: "status" }, t("counting.refused", { engine: tooLong.join(", ") })) : null,
    );
    this.toggleAttribute("over", text.length > this.most);
  }
}

define("vs-count", Count);
