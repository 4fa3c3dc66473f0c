/** One screen of the study: its question, its recordings, its answer. */

import { h, put, show } from "./build.js";
import { cards } from "./cards.js";
import { choice } from "./choice.js";
import { Deck } from "./deck.js";
import { keyHints, keysMean } from "./keys.js";
import { questionOf } from "./question.js";
import { sliders } from "./sliders.js";
import { counted, t } from "./words.js";

const UNUSABLE = { acr: "unusable.one", smos: "unusable.one", mushra: "unusable.all" };

/**
 * Show a screen until it is answered.
 * @param {object} options
 * @param {object} options.study what the server says of the study
 * @param {object} options.trial the screen
 * @param {Map<string, AudioBuffer>} options.clips
 * @param {AudioContext} options.context
 * @param {{label: string}} options.place "3 of 20"
 * @param {object|null} options.draft what was set before a reload
 * @param {(draft: object) => void} options.keep
 * @param {AbortSignal} options.over the screen was answered elsewhere
 * @returns {Promise<object|null>} the answer; null when it was answered elsewhere
 */
export function rate({ study, trial, clips, context, place, draft, keep, over }) {
  return new Promise((resolve) => {
    const many = study.protocol === "mushra";
    const question = questionOf(study);
    const deck = new Deck(context, clips, { together: many });
    for (const slot of draft?.heard || []) if (clips.has(slot)) deck.recall(slot);
    const unusable = h("input", { type: "checkbox", checked: Boolean(draft?.unusable), onchange: () => changed() });
    const answer = many
      ? sliders({ slots: trial.slots, deck, question, changed: () => changed() })
      : choice({ study, question, changed: () => changed() });
    const sound = many ? null : cards({ protocol: study.protocol, slots: trial.slots, deck });
    const hint = h("p", { class: "hint", role: "status" });
    const next = h("button", { type: "button", class: "go", disabled: true, onclick: () => finish(answer.value) }, t("next"), h("kbd", { "aria-hidden": "true" }, t("keys.enter")));
    if (draft) answer.value = draft.value;

    const heard = () => (many ? answer.heard() : trial.slots.every(({ slot }) => deck.heard(slot)));
    const word = () => {
      if (!heard()) return t(many ? "hint.listen_each" : trial.slots.length === 1 ? "hint.listen_one" : "hint.listen_all");
      if (many && answer.missing()) return counted("hint.points", answer.missing());
      return t(answer.value ? "hint.next" : "hint.answer");
    };
    let before = "";
    const refresh = () => {
      const open = heard();
      answer.enable(open);
      unusable.disabled = !open;
      next.disabled = !open || !answer.value;
      put(hint, word());
      const stage = next.disabled ? (open ? "answering" : "listening") : "answered";
      if (root.dataset.stage !== stage) root.dataset.stage = stage;
      const now = trial.slots.map(({ slot }) => deck.heard(slot)).join();
      if (now !== before) {
        before = now;
        save();
      }
    };
    const save = () =>
      keep({
        heard: many ? answer.heardSlots() : trial.slots.map(({ slot }) => slot).filter((slot) => deck.heard(slot)),
        value: many ? answer.part : answer.value,
        unusable: unusable.checked,
      });
    const changed = () => {
      save();
      refresh();
    };

    const close = () => {
      document.removeEventListener("visibilitychange", hide);
      keysMean({});
      sound?.close();
      deck.close();
    };
    const finish = (given) => {
      if (next.disabled || over.aborted) return;
      close();
      resolve({ ...given, ...(unusable.checked ? { unusable: true } : {}) });
    };
    const hide = () => document.visibilityState === "hidden" && deck.pause();
    document.addEventListener("visibilitychange", hide);
    over.addEventListener("abort", () => {
      close();
      resolve(null);
    });

    const order = trial.slots.map(({ slot }) => slot);
    const step = (by) => {
      const at = order.indexOf(deck.slot);
      // The first press on a fresh screen plays the first recording, not the second.
      const fresh = !deck.playing && deck.offset === 0 && order.every((slot) => deck.share(slot) === 0);
      deck.play(order[fresh ? 0 : (at + by + order.length) % order.length]);
    };
    keysMean({
      space: () => deck.toggle(deck.playing ? deck.slot : (!many && order.find((slot) => !deck.heard(slot) && deck.offset === 0)) || deck.slot),
      left: () => step(-1),
      right: () => step(1),
      up: () => order.includes("x") && deck.play("x"),
      digit: (number) => answer.press(number),
      enter: () => finish(answer.value),
    });

    const instruction = trial.instruction || study.instruction;
    const root = h(
      "section",
      { class: "trial", data: { protocol: study.protocol, stage: "listening", number: String(trial.number) }, "aria-labelledby": "question" },
      h("p", { class: "place", id: "place" }, place.label),
      h("h1", { id: "question", tabindex: "-1", "aria-describedby": "place" }, question),
      instruction && h("p", { class: "instruction" }, h("span", {}, t("instruction")), h("q", {}, instruction)),
      trial.text && h("p", { class: "text", lang: study.language }, h("span", { class: "quiet" }, `${t("text")}: `), trial.text),
      many && h("p", { class: "aside" }, t("mushra.hint"), order.includes("x") ? ` ${t("mushra.hint_reference")}` : ""),
      sound?.root,
      answer.root,
      h("label", { class: "unusable" }, unusable, h("span", {}, t(UNUSABLE[study.protocol] || "unusable.two"))),
      h("div", { class: "dock" }, hint, next),
      keyHints(
        [t("keys.space"), t("keys.space_does")],
        ...(order.length > 1 ? [[t("keys.arrows"), t("keys.arrows_does")]] : []),
        ...(order.includes("x") ? [[t("keys.up"), t("keys.up_does")]] : []),
        [t("keys.numbers", { last: answer.last }), t(many ? "keys.numbers_switch" : "keys.numbers_does")],
        [t("keys.enter"), t("keys.enter_does")],
      ),
    );
    deck.addEventListener("change", refresh);
    refresh();
    show(root);
  });
}
