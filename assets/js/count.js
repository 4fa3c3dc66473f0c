/** `<vs-count for="element id" most="5000">`: how many characters a Gradio text box holds. */

import { define } from "./dom.js";
import { number, t } from "./texts.js";

class Count extends HTMLElement {
  connectedCallback() {
    const box = document.getElementById(this.getAttribute("for"));
    const most = Number(this.getAttribute("most"));
    const say = () => {
      const field = box?.querySelector("textarea, input");
      // Characters as people count them, not UTF-16 units.
      const length = [...(field?.value || "")].length;
      this.textContent = t("count", { count: number(length), most: number(most) });
      this.toggleAttribute("over", length > most);
    };
    box?.addEventListener("input", say);
    // Gradio changes the value without an event (example chips): look again when it re-renders.
    this.timer = setInterval(say, 600);
    say();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }
}

define("vs-count", Count);
