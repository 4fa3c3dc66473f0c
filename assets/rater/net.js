/** Whether the studio can be reached, told in one line at the edge of the screen. */

import { put } from "./build.js";
import { outbox } from "./outbox.js";
import { counted, t } from "./words.js";

/** Milliseconds that good news stay. */
const STAY = 4000;
let lost = false;
let fading = null;

/** @param {boolean} reachable */
export function reach(reachable) {
  const line = document.getElementById("net");
  if (!reachable) {
    lost = true;
    clearTimeout(fading);
    const kept = outbox.waiting.length;
    put(line, kept ? counted("offline.kept", kept) : t("offline.waiting"));
    line.dataset.state = "lost";
  } else if (lost && !outbox.waiting.length) {
    lost = false;
    put(line, t("offline.sent"));
    line.dataset.state = "back";
    fading = setTimeout(() => {
      put(line, "");
      delete line.dataset.state;
    }, STAY);
  }
}
