/**
 * Recording a voice: a text to read in the language that is to be spoken, the microphone's level in
 * words, the room's noise while it counts down, and at the end the recording with what was read.
 */

import { button, calm, fill, h, icon } from "../dom.js";
import { Recorder, microphones } from "../recorder.js";
import { clock, language as pageLanguage, languageName, number, t } from "../texts.js";
import { Levels } from "./level.js";
import { readingTexts } from "./reading.js";

export const SHORTEST = 3;
const ENOUGH = 6;
export const LONGEST = 30;
const COUNT = 3;
/** The meter reaches from here to 0 dBFS. */
const LOWEST = -60;
const BAD = new Set(["silent", "quiet", "loud", "clipped", "noisy"]);
const share = (decibel) => Math.min(1, Math.max(0, 1 - decibel / LOWEST));

/**
 * @typedef {{text: string, language: string, index: number}} Read what was there to be read
 * @param {{read: Read|null, done: (file: Blob, read: Read) => void, left: (problem: string) => void}} options
 *   read: from an earlier recording, to read it again; left: the person gave up, or nothing can record
 */
export function booth({ read, done, left }) {
  const levels = new Levels();
  let recorder = null;
  let texts = {};
  let over = false;
  let tick = 0;

  const script = h("p", { class: "vs-script vs-booth-text", dir: "auto", tabindex: "-1" });
  const spoken = h("select", { class: "vs-input", "aria-label": t("booth.language"), onchange: () => show(0) });
  const another = button({ kind: "quiet", icon: "retry", label: t("booth.another"), onclick: () => show(Number(script.dataset.index) + 1) });
  const devices = h("select", { class: "vs-input vs-booth-device", "aria-label": t("booth.microphone"), hidden: true, onchange: () => listen(devices.value) });
  const bar = h("i", {});
  const peak = h("b", { "aria-hidden": "true" });
  const meter = h("div", { class: "vs-meter vs-level", role: "meter", "aria-label": t("booth.level"), "aria-valuemin": String(LOWEST), "aria-valuemax": "0", "aria-valuenow": String(LOWEST) }, bar, peak);
  const word = h("p", { class: "vs-level-word", role: "status" });
  const time = h("span", { class: "vs-record-time" });
  const advice = h("span", { class: "vs-hint", role: "status" });
  const count = h("p", { class: "vs-booth-count", role: "status", hidden: true });
  const main = button({ icon: "record", kind: "record", label: t("booth.start"), onclick: () => step() });
  const back = button({ kind: "quiet", label: t("clip.discard"), onclick: () => leave() });
  const restart = button({ kind: "quiet", icon: "retry", label: t("booth.restart"), hidden: true, onclick: () => again() });
  const element = h(
    "div",
    { class: "vs-drop vs-recording vs-booth", data: { stage: "opening" } },
    h("div", { class: "vs-booth-head" }, h("p", { class: "vs-label" }, t("booth.read")), spoken, another),
    h("div", { class: "vs-booth-page" }, script, count),
    h("div", { class: "vs-booth-meter" }, meter, h("div", { class: "vs-level-scale", "aria-hidden": "true" }, h("span", {}, t("booth.scale_quiet")), h("span", {}, t("booth.scale_good")), h("span", {}, t("booth.scale_loud"))), word),
    h("div", { class: "vs-record-line" }, time, advice),
    h("div", { class: "vs-drop-doors" }, main, restart, back),
    devices,
  );
  main.disabled = true;

  const stage = (name) => {
    element.dataset.stage = name;
    const busy = name === "recording" || name === "counting";
    spoken.disabled = another.disabled = devices.disabled = busy;
    restart.hidden = name !== "recording";
    back.hidden = name === "recording";
    main.disabled = name === "opening" || name === "counting";
    main.lastChild.textContent = t(name === "recording" ? "clip.stop" : "booth.start");
    main.firstChild.firstElementChild.setAttribute("href", icon(name === "recording" ? "stop" : "record").firstElementChild.getAttribute("href"));
    count.hidden = name !== "counting";
    script.toggleAttribute("data-behind", name === "counting");
  };

  const show = (index) => {
    const known = texts[spoken.value] || [];
    const at = known.length ? index % known.length : 0;
    script.dataset.index = String(at);
    script.lang = spoken.value;
    script.textContent = known[at] || t("booth.own_words");
  };

  const say = (place, text, mood = "") => {
    if (place.textContent !== text) place.textContent = text;
    place.dataset.mood = mood;
  };

  const heard = ({ detail }) => {
    bar.style.setProperty("--level", share(detail.rms).toFixed(3));
    tick = Math.max(share(detail.peak), tick - 0.012);
    peak.style.setProperty("--level", tick.toFixed(3));
    meter.setAttribute("aria-valuenow", detail.rms.toFixed(0));
    if (element.dataset.stage === "recording") {
      const now = levels.hear(detail);
      if (now) {
        say(word, t(`booth.word_${now}`), BAD.has(now) ? "bad" : "good");
        meter.setAttribute("aria-valuetext", t(`booth.word_${now}`));
      }
      const { seconds } = recorder;
      time.textContent = `${clock(seconds)} / ${clock(LONGEST)}`;
      say(advice, seconds < SHORTEST ? t("clip.keep_talking", { seconds: Math.ceil(SHORTEST - seconds) }) : t(seconds < ENOUGH ? "booth.usable" : "clip.enough"));
      if (seconds >= LONGEST) recorder.stop();
      return;
    }
    const room = levels.hush(detail);
    if (element.dataset.stage === "ready") {
      // before the countdown people still talk: say only that sound arrives
      say(word, t(detail.rms > -50 ? "booth.sound" : "booth.waiting"));
    } else if (element.dataset.stage === "counting") say(word, t(`booth.room_${room}`, { level: number(levels.floor, 0) }), room === "loud" ? "bad" : "");
  };

  const listen = async (device = "") => {
    recorder?.drop();
    recorder = new Recorder();
    const mine = recorder;
    recorder.addEventListener("level", heard);
    recorder.addEventListener("done", ({ detail }) => {
      over = true;
      const known = texts[spoken.value] || [];
      const index = Number(script.dataset.index);
      done(detail, { text: known[index] || "", language: spoken.value, index });
    });
    recorder.addEventListener("lost", () => mine === recorder && !over && leave(t("booth.lost")));
    stage("opening");
    say(word, t("booth.opening"));
    try {
      await recorder.open(device);
    } catch (reason) {
      leave(t(reason.name === "NotFoundError" || reason.name === "OverconstrainedError" ? "clip.no_microphone" : reason.name === "NotReadableError" ? "booth.busy" : "clip.no_permission"));
      return;
    }
    if (over || mine !== recorder) return;
    stage("ready");
    time.textContent = `${clock(0)} / ${clock(LONGEST)}`;
    say(advice, t("booth.before"));
    if (!device) main.focus({ preventScroll: true });
    const all = await microphones();
    devices.hidden = all.length < 2;
    if (!devices.hidden) fill(devices, all.map(({ id, name }) => h("option", { value: id, selected: id === recorder.device }, name)));
  };

  const countdown = async () => {
    levels.room.length = 0;
    stage("counting");
    for (let left = COUNT; left > 0; left -= 1) {
      fill(count, h("b", {}, String(left)), h("span", {}, t("booth.hush")));
      await new Promise((resolve) => setTimeout(resolve, 1000));
      if (over || element.dataset.stage !== "counting") return;
    }
    say(word, "");
    recorder.begin();
    stage("recording");
    script.focus({ preventScroll: true });
    if (!calm()) script.animate([{ opacity: 0.4 }, { opacity: 1 }], 200);
    main.focus({ preventScroll: true });
  };

  const step = () => (element.dataset.stage === "recording" ? recorder.stop() : countdown());

  /** From the beginning, with the microphone as it is. */
  const again = () => {
    const { device } = recorder;
    listen(device).then(() => main.focus({ preventScroll: true }));
  };

  const leave = (problem = "") => {
    over = true;
    recorder?.drop();
    left(problem);
  };

  const begin = async () => {
    texts = await readingTexts();
    const tags = Object.keys(texts).length ? Object.keys(texts) : [pageLanguage];
    fill(spoken, tags.map((tag) => [languageName(tag), tag]).sort(([one], [other]) => one.localeCompare(other, pageLanguage)).map(([name, tag]) => h("option", { value: tag }, name)));
    spoken.value = read?.language || (tags.includes(pageLanguage) ? pageLanguage : "en");
    show(read?.index || 0);
    await listen();
  };
  begin();

  return {
    element,
    /** The element is gone: so is the microphone. */
    close() {
      over = true;
      recorder?.drop();
    },
  };
}
