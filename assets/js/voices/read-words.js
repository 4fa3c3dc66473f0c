/** The words of a clip whose text was read: cut to the chosen part by what was heard there. */

import { h, icon } from "../dom.js";
import { t } from "../texts.js";
import { coverage } from "../transcript.js";
import { readPart } from "./reading.js";

/** The chosen part leaves out speech: seconds that are more than a breath. */
const LEFT_OUT = 0.4;

/**
 * @param {string} text that was to be read @param {object} doctor
 * @returns {{words: string, own: boolean, origin: (HTMLElement|null)[]}} the words, whether they are the text's and the part's, and where they come from
 */
export function readWords(text, doctor) {
  const { transcript, part, picture } = doctor;
  if (!transcript) {
    const more = cut(part, picture?.speech);
    return { words: text, own: !more, origin: [more ? note(t("booth.words_uncut"), "warn") : note(t("booth.words_read"))] };
  }
  const words = readPart(text, transcript.text);
  if (words === null) return { words: transcript.text, own: false, origin: [note(t("booth.words_other", { model: doctor.recogniser }), "warn"), coverage(transcript)] };
  return { words, own: true, origin: [note(t("booth.words_matched", { model: doctor.recogniser })), coverage(transcript)] };
}

const note = (words, sign = "") => h("p", { class: sign ? "vs-covered" : "vs-hint", data: sign ? { proven: "no" } : {} }, sign && icon(sign), words);

/** Whether speech lies outside the part. */
function cut(part, speech) {
  if (!part) return false;
  const outside = ([from, to]) => to - from - Math.max(0, Math.min(to, part.end) - Math.max(from, part.start));
  return (speech || []).reduce((sum, one) => sum + outside(one), 0) > LEFT_OUT;
}
