/** One sound at a time: small play buttons in a list share it. */

import { h, icon, setIcon } from "../dom.js";
import { address } from "../http.js";
import { t } from "../texts.js";

let audio = null;
let sounding = null;

/** Stop whatever plays. */
export function silence() {
  audio?.pause();
  settle();
}

function settle() {
  if (!sounding) return;
  setIcon(sounding.querySelector("svg"), "play");
  sounding.setAttribute("aria-pressed", "false");
  sounding.style.setProperty("--heard", "0");
  sounding = null;
}

function begin(button, src) {
  silence();
  audio ??= Object.assign(new Audio(), { preload: "none" });
  audio.onended = settle;
  audio.onerror = () => {
    button.classList.add("vs-sound-gone");
    button.title = t("take.unplayable");
    settle();
  };
  audio.ontimeupdate = () => sounding?.style.setProperty("--heard", String(audio.currentTime / (audio.duration || 1)));
  audio.src = address(src);
  sounding = button;
  setIcon(button.querySelector("svg"), "pause");
  button.setAttribute("aria-pressed", "true");
  audio.play().catch(() => settle());
}

/**
 * A button that plays a sound, and stops it.
 * @param {{src: string, label: string, words?: string}} options `words` stand beside the sign
 */
export function playButton({ src, label, words = "" }) {
  const made = h(
    "button",
    {
      type: "button",
      class: words ? "vs-sound" : "vs-sound vs-sound-round",
      "aria-pressed": "false",
      "aria-label": label,
      title: label,
      onclick: () => (sounding === made ? silence() : begin(made, src)),
    },
    icon("play"),
    words && h("span", {}, words),
  );
  return made;
}
