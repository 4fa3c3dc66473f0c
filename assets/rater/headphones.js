/** The headphone check: which of three sounds is the odd one; loudspeakers cannot tell. */

import { clip, get, insist, post } from "./api.js";
import { h, put, resign, sign, show } from "./build.js";
import { Deck } from "./deck.js";
import { keyHints, keysMean } from "./keys.js";
import { asked, loading } from "./pages.js";
import { t } from "./words.js";

const KINDS = { huggins: "headphones.huggins", antiphase: "headphones.antiphase" };

/**
 * Run the check, or leave it where that is allowed.
 * @param {AudioContext} context
 * @param {object} view the server's
 * @param {(reachable: boolean) => void} tell
 * @returns {Promise<object>} the server's view afterwards
 */
export async function headphoneCheck(context, view, tell) {
  if (await skipped(view.headphones)) return insist(() => post("headphones", { skip: true }), tell);
  loading(t("loading"));
  const check = await insist(() => get("headphones"), tell);
  const load = ({ url }) =>
    insist(async () => clip(url), tell).then((data) => context.decodeAudioData(data));
  const answers = [];
  let coming = load(check.tests[0]);
  for (const [index, test] of check.tests.entries()) {
    const sound = await coming;
    if (index + 1 < check.tests.length) coming = load(check.tests[index + 1]);
    answers.push(await one(context, sound, check, test.number ?? index + 1));
  }
  const after = await insist(() => post("headphones", { answers }), tell);
  const { status, needed, may_skip: may } = after.headphones;
  if (status === "passed") await asked(t("headphones.passed_title"), t("headphones.passed"), t("headphones.next"));
  else if (needed || may) await asked(t("headphones.failed_title"), t("headphones.failed"), t(needed ? "headphones.again" : "headphones.next"));
  return after;
}

/** @returns {Promise<boolean>} */
function skipped({ may_skip: may }) {
  return new Promise((resolve) => {
    const skip = () => {
      keysMean({});
      resolve(true);
    };
    const more = may
      ? h("button", { type: "button", class: "plain", data: { skip: "" }, onclick: skip }, t("headphones.skip"))
      : h("p", { class: "aside" }, t("headphones.required"));
    asked(t("headphones.title"), t("headphones.lead"), t("headphones.start"), more).then(() => resolve(false));
  });
}

function one(context, sound, check, number) {
  return new Promise((resolve) => {
    const deck = new Deck(context, new Map([["1", sound]]));
    const mark = sign("play");
    const state = h("span", { class: "card-state" });
    const line = h("i", {});
    const play = h(
      "button",
      { type: "button", class: "card", onclick: () => deck.toggle() },
      h("span", { class: "card-sign" }, mark),
      state,
      h("span", { class: "card-line" }, line),
    );
    const answer = (choice) => {
      if (!deck.heard("1")) return;
      deck.close();
      keysMean({});
      resolve(choice);
    };
    const buttons = Array.from({ length: check.intervals }, (_, at) =>
      h("button", { type: "button", class: "option", disabled: true, onclick: () => answer(at + 1) }, h("span", { class: "option-label" }, t("headphones.option", { number: at + 1 })), h("kbd", { "aria-hidden": "true" }, String(at + 1))),
    );
    const refresh = () => {
      const heard = deck.heard("1");
      resign(mark, deck.playing ? "pause" : "play");
      const say = t(deck.playing ? "clip.playing" : heard ? "clip.heard" : "clip.unheard");
      put(state, say);
      play.setAttribute("aria-label", `${t(deck.playing ? "clip.pause_all" : "clip.play_all")}, ${say}`);
      play.toggleAttribute("data-sounding", deck.playing);
      play.toggleAttribute("data-heard", heard);
      line.style.setProperty("--share", (deck.position / deck.length).toFixed(3));
      for (const button of buttons) button.disabled = !heard;
    };
    deck.addEventListener("change", refresh);
    keysMean({ space: () => deck.toggle(), digit: (digit) => digit <= check.intervals && answer(digit) });
    show(
      h(
        "section",
        { class: "trial", data: { protocol: "headphones" } },
        h("p", { class: "place" }, t("headphones.step", { number, of: check.tests.length })),
        h("h1", { tabindex: "-1" }, t(KINDS[check.kind] || KINDS.huggins)),
        h("div", { class: "cards", data: { count: "1" } }, play),
        h("div", { class: "options", data: { kind: "headphones" } }, ...buttons),
        keyHints([t("keys.space"), t("keys.space_does")], [t("keys.numbers", { last: check.intervals }), t("keys.numbers_does")]),
      ),
    );
    refresh();
  });
}
