/** Screens without recordings: practice is over, a rest, thanks, notices. */

import { h, show } from "./build.js";
import { keysMean } from "./keys.js";
import { t } from "./words.js";

const NOTICES = {
  closed: ["notice.closed_title", "notice.closed"],
  full: ["notice.full_title", "notice.full"],
  revoked: ["notice.revoked_title", "notice.revoked"],
  waiting: ["notice.waiting_title", "notice.waiting"],
  headphones: ["headphones.failed_title", "headphones.shut"],
  unknown: ["notice.unknown_title", "notice.unknown"],
  trouble: ["notice.trouble_title", "notice.trouble"],
  silent: ["notice.trouble_title", "notice.silent"],
};

/** A heading, some words, perhaps more. */
export function notice(title, ...content) {
  show(h("section", { class: "page" }, h("h1", { tabindex: "-1" }, title), ...content));
}

/** Wait for the button to be pressed, by finger, mouse or Enter. */
export function asked(title, text, label, ...more) {
  return new Promise((resolve) => {
    const go = () => {
      keysMean({});
      resolve();
    };
    notice(title, h("p", { class: "lead" }, text), ...more, h("button", { type: "button", class: "go", onclick: go }, label));
    keysMean({ enter: go });
  });
}

/** Nothing to do but wait. */
export function loading(text) {
  show(h("section", { class: "page wait", "aria-busy": "true" }, h("span", { class: "pulse", "aria-hidden": "true" }), h("h1", { class: "lead", tabindex: "-1" }, text)));
}

export const practiceOver = () => asked(t("practice.over_title"), t("practice.over"), t("practice.start"));

/** @param {{done: number, of: number}} progress */
export const rest = ({ done, of }) => asked(t("rest.title"), t("rest.text", { done, of }), t("rest.start"));

export const sending = () => notice(t("sending.title"), h("p", { class: "lead" }, t("sending.text")));

/** Nothing more is wanted, and why. */
export function ended(state) {
  const [title, text] = NOTICES[state] || NOTICES.trouble;
  notice(t(title), h("p", { class: "lead" }, t(text)));
}

/** Something broke; the page's beginning helps most. */
export async function trouble(kind = "trouble") {
  const [title, text] = NOTICES[kind];
  await asked(t(title), t(text), t("notice.again"));
  location.reload();
}

/** @param {string|null} code */
export function thanks(code) {
  document.getElementById("line").style.setProperty("--share", "1");
  notice(
    t("thanks.title"),
    h("p", { class: "lead" }, t("thanks.text")),
    code &&
      h(
        "div",
        { class: "code" },
        h("p", { id: "code-name" }, t("thanks.code")),
        h("output", { "aria-labelledby": "code-name", data: { code } }, code),
        h("button", { type: "button", class: "soft", data: { copy: "" } }, t("thanks.copy")),
        h("p", { class: "aside" }, t("thanks.code_hint")),
      ),
    h("p", { class: "aside" }, t("thanks.close")),
  );
}
