/** How an engine treated reference, instruction and language: a sign, a word and the reason. */

import { h, icon } from "./dom.js";
import { t } from "./texts.js";

export const ASPECTS = ["reference", "instruction", "language"];
const SIGNS = { honoured: "full", approximated: "half", ignored: "empty", unsupported: "empty", not_asked: "none" };

/**
 * A description list; the reason is always readable, never only on hover.
 * @param {Record<string, {status: string, note: string|{message: string}|null}>} aspects
 * @param {boolean} [all] also those that were not asked for
 */
export function aspectList(aspects, all = true) {
  return h(
    "dl",
    { class: "vs-aspects" },
    ASPECTS.filter((name) => aspects?.[name] && (all || aspects[name].status !== "not_asked")).map((name) => {
      const { status, note } = aspects[name];
      const reason = typeof note === "string" ? note : note?.message || "";
      // "No clip given" says it all; the word beside it would only repeat that.
      const word = status === "not_asked" && reason ? "" : t(`status.${status}`);
      return h(
        "div",
        { class: "vs-aspect", data: { aspect: name, status } },
        h("dt", {}, t(`aspect.${name}`)),
        h("dd", {}, h("span", { class: "vs-chip" }, icon(SIGNS[status] || "none"), word), reason && h("span", { class: "vs-why" }, reason)),
      );
    }),
  );
}
