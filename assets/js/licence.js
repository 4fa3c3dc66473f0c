/** What a licence lets people do with a take, where they choose an engine or take its sound away. */

import { h, icon } from "./dom.js";
import { t } from "./texts.js";

const LEVELS = { yes: ["yes", "full"], no: ["no", "empty"], depends: ["partly", "half"] };

/**
 * The gist of a licence with a link to its text. Where commercial use is free and unconditional
 * there is nothing to mind: then it is drawn only with `always`.
 * @param {{name: string, commercial: "yes"|"no"|"depends", condition: string|null, url: string}|null} terms
 * @param {{always?: boolean}} [options]
 * @returns {HTMLElement|null}
 */
export function licenceNote(terms, { always = false } = {}) {
  if (!terms || (terms.commercial === "yes" && !terms.condition && !always)) return null;
  const [level, sign] = LEVELS[terms.commercial];
  const name = terms.url ? h("a", { href: terms.url, rel: "noreferrer" }, terms.name || t("engines.terms")) : terms.name;
  const words = { yes: t("licence.commercial_yes"), no: t("licence.commercial_no"), depends: t("licence.commercial_depends") }[terms.commercial];
  return h("p", { class: "vs-licence", data: { level } }, icon(sign), h("span", {}, words, " · ", name, terms.condition ? h("small", {}, terms.condition) : null));
}
