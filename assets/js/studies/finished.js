/** A closed study: its result, and how it was set up. */

import { h, icon } from "../dom.js";
import { t } from "../texts.js";
import { copyOf, headOf, result } from "./opened.js";
import { setup } from "./setup.js";

export function finished(study) {
  return {
    element: h(
      "div",
      { class: "vs-study-opened" },
      headOf(study),
      result(study),
      h("details", { class: "vs-card vs-setup-fold" }, h("summary", {}, t("studies.setup_title")), h("p", { class: "vs-refusal" }, icon("lock"), h("span", {}, t("studies.fixed"))), setup(study), copyOf(study)),
    ),
  };
}
