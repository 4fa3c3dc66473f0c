/** A place to drop a recording, or to choose one: shared by the pages that take one. */

import { h, icon } from "./dom.js";

const ACCEPT = "audio/*,.wav,.flac,.mp3,.ogg,.opus,.m4a,.aac,.webm,video/webm,video/mp4";

/**
 * The button that opens the file dialogue.
 * @param {{label: string, kind: "plain"|"accent", take: (file: Blob|undefined) => void}} wanted
 */
export const chooser = ({ label, kind, take }) =>
  h(
    "label",
    { class: `vs-button vs-button-${kind} vs-choose` },
    icon("upload"),
    h("span", {}, label),
    h("input", { type: "file", accept: ACCEPT, class: "vs-file", "aria-label": label, onchange: (event) => take(event.target.files[0]) }),
  );

/** @param {(file: Blob|undefined) => void} take what to do with a dropped file @param {...Node} content */
export function dropZone(take, ...content) {
  const zone = h(
    "div",
    {
      class: "vs-drop",
      ondragover: (event) => {
        event.preventDefault();
        zone.dataset.over = "";
      },
      ondragleave: () => delete zone.dataset.over,
      ondrop: (event) => {
        event.preventDefault();
        delete zone.dataset.over;
        take(event.dataTransfer.files[0]);
      },
    },
    ...content,
  );
  return zone;
}
