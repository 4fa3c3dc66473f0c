/** A picture of what raters will see: the screen of a protocol, drawn small. Nothing in it can be pressed. */

import { h } from "../dom.js";
import { number, t } from "../texts.js";

const WAVES = { a: [3, 7, 5, 9, 6, 4, 8, 5, 3, 6, 4], b: [4, 5, 9, 4, 7, 8, 3, 6, 5, 7, 3], x: [6, 4, 7, 5, 8, 6, 9, 4, 6, 3, 5] };

const sound = (name, shape = "a") =>
  h("div", { class: "vs-pic-sound", data: { slot: name } }, name ? h("b", {}, name) : null, h("i", { class: "vs-pic-play" }), h("span", {}, WAVES[shape].map((height) => h("i", { style: { "--height": height } }))));

const pair = () => h("div", { class: "vs-pic-pair" }, sound("A", "a"), sound("B", "b"));
const reference = (name) => h("div", { class: "vs-pic-reference" }, sound(name, "x"));
const answers = (names) => h("div", { class: "vs-pic-answers" }, names.map((name) => h("span", {}, name)));
const scale = (from, to) => h("div", { class: "vs-pic-scale" }, Array.from({ length: to - from + 1 }, (_, index) => h("span", {}, number(from + index))));
const ends = (low, high) => h("div", { class: "vs-pic-ends" }, h("span", {}, low), h("span", {}, high));

const SCREENS = {
  ab: (ties) => [pair(), answers(["A", ties && t("studies.picture_tie"), "B"].filter(Boolean))],
  axy: (ties) => [reference(t("studies.picture_x")), pair(), answers(["A", ties && t("studies.picture_tie"), "B"].filter(Boolean))],
  abx: () => [reference("X"), pair(), answers([t("studies.picture_is_a"), t("studies.picture_is_b")])],
  acr: () => [sound("", "a"), scale(1, 5), ends(t("studies.picture_bad"), t("studies.picture_excellent"))],
  smos: () => [reference(t("studies.picture_x")), sound("", "a"), scale(1, 5), ends(t("studies.picture_bad"), t("studies.picture_excellent"))],
  ccr: () => [pair(), scale(-3, 3), ends(t("studies.picture_worse"), t("studies.picture_better"))],
  mushra: () => [
    reference(t("studies.picture_reference")),
    h("div", { class: "vs-pic-sliders" }, [72, 38, 91, 55].map((value) => h("span", { style: { "--value": `${value}%` } }, h("i", {})))),
    ends("0", "100"),
  ],
};

/**
 * @param {{protocol: string, question: string, ties: boolean, trials: number}} study
 */
export function picture({ protocol, question, ties, trials }) {
  return h(
    "figure",
    { class: "vs-pic", data: { protocol } },
    h(
      "div",
      { class: "vs-pic-phone", "aria-hidden": "true" },
      h("div", { class: "vs-pic-top" }, h("span", { class: "vs-pic-bar" }, h("i", {})), h("small", {}, `7 / ${number(trials)}`)),
      h("p", {}, asked(protocol, question)),
      SCREENS[protocol](ties),
    ),
    h("figcaption", {}, t(`studies.sees.${protocol}`)),
  );
}

/** What the raters are asked. */
export const asked = (protocol, question) => (protocol === "abx" ? t("studies.asks_abx") : protocol === "acr" || protocol === "smos" || protocol === "mushra" ? t(`studies.asks_score.${question}`) : t(`studies.asks.${question}`));
