/**
 * The owner's listening check: one take after the other, by keys alone. Space plays, G is good,
 * B is bad and takes the text out for all, N goes on. Only a take heard to its end can be good.
 */

import { button, fill, h, icon } from "../dom.js";
import { post, put } from "../http.js";
import "../player.js";
import { number, seconds, t } from "../texts.js";

const KEYS = { KeyG: "good", KeyB: "bad" };

export class Checking {
  constructor({ draft, say }) {
    Object.assign(this, { draft, say });
    this.onchange = () => {};
    this.heard = new Set();
    // The player stays where it is while the rest is drawn anew: taken out, it would stop.
    this.parts = { word: h("p", { class: "vs-hint", role: "status" }), text: h("blockquote", {}), about: h("p", { class: "vs-meta" }), sound: h("div", {}), found: h("div", { class: "vs-check-found" }), answers: h("div", { class: "vs-actions vs-check-answers" }), hint: h("p", { class: "vs-hint" }) };
    const { word, text, about, sound, found, answers, hint } = this.parts;
    this.element = h(
      "section",
      { class: "vs-card vs-check", tabindex: "-1", "aria-label": t("studies.check_title") },
      h("header", { class: "vs-study-bar" }, h("h3", {}, t("studies.check_title")), word),
      text,
      about,
      sound,
      found,
      answers,
      keys(),
      hint,
    );
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.item = null;
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
    this.player?.pause();
  }

  /** Takes that can be listened to, text by text, without those whose text is out. */
  get queue() {
    const { items, texts } = this.draft.study;
    const out = new Set(texts.filter((one) => one.out).map((one) => one.position));
    return items.filter((one) => one.state === "done" && !out.has(one.text)).sort((one, other) => one.text - other.text || one.condition - other.condition);
  }

  /** The same take as it stands now. */
  fresh(item) {
    return item && this.draft.study.items.find((one) => one.text === item.text && one.condition === item.condition);
  }

  refresh() {
    const { rendering, listening } = this.draft.study;
    this.element.hidden = !rendering.done && !this.item;
    if (this.element.hidden) return;
    const item = this.fresh(this.item) || this.queue.find((one) => !one.verdict) || this.queue[0];
    if (!item) return;
    const key = JSON.stringify([item.text, item.condition, item.take, item.state, item.verdict, item.findings, item.report, listening, this.heard.has(item.take)]);
    if (key === this.shown) return;
    this.shown = key;
    this.draw(item);
  }

  /** Show a take; `play` starts it at once. */
  show(item, { play = false } = {}) {
    this.item = item;
    this.refresh();
    this.onchange();
    if (play && this.fresh(item)?.state === "done") this.player.play();
  }

  draw(item) {
    this.item = item;
    const { parts } = this;
    const { conditions, texts, listening, language } = this.draft.study;
    const text = texts[item.text];
    const done = item.state === "done";
    const can = this.heard.has(item.take) || item.heard || item.verdict === "good";
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.act : null;
    const said = listening.left ? t("studies.check_progress", { heard: number(listening.good + listening.bad), total: number(listening.total) }) : t("studies.check_done", { good: number(listening.good), texts: number(listening.texts_left) });
    if (parts.word.textContent !== said) parts.word.textContent = said;
    parts.text.lang = language;
    parts.text.textContent = text.text;
    fill(parts.about, [conditions[item.condition].label, seconds(item.seconds), item.attempts > 1 && t("studies.attempt", { attempt: number(item.attempt), of: number(item.attempts) })].filter(Boolean).map((one) => h("span", {}, one)));
    if (this.sounding !== `${item.take}/${item.state}`) {
      this.sounding = `${item.take}/${item.state}`;
      this.player = this.playerOf(item, conditions[item.condition].label);
      fill(parts.sound, done ? this.player : null);
    }
    fill(parts.found, this.findings(item), text.out ? h("p", { class: "vs-refusal" }, icon("warn"), t("studies.check_out")) : null);
    fill(parts.answers, this.actions(item, done, can));
    parts.hint.textContent = done && !can ? t("studies.check_hear_first") : "";
    if (focused) (this.element.querySelector(`[data-act="${focused}"]:not(:disabled)`) || this.element).focus({ preventScroll: true });
  }

  actions(item, done, can) {
    const again = item.retryable || item.state === "failed" || item.state === "cancelled";
    return [
      done && [this.answer("good", "check", item, !can), this.answer("bad", "close", item, false)],
      item.verdict && this.act("undo", { kind: "quiet", icon: "retry", label: t("studies.check_undo"), onclick: () => this.judge("", { stay: true }) }),
      again && this.act("again", { icon: "retry", label: t("take.retry"), onclick: () => this.again(false) }),
      item.insistable && this.act("insist", { kind: "quiet", label: t("take.insist"), onclick: () => this.again(true) }),
      this.act("next", { label: t("studies.check_next"), onclick: () => this.next() }, "N"),
    ].map((one) => one || null);
  }

  playerOf(item, label) {
    const player = document.createElement("vs-player");
    if (!item.audio) return player;
    player.setAttribute("src", item.audio);
    player.setAttribute("seconds", item.seconds);
    player.setAttribute("label", label);
    if (item.take) player.setAttribute("peaks", `/api/takes/${item.take}/peaks`);
    // "ended" does not bubble; the sound exists once it is loaded.
    player.addEventListener("vs-quiet", () => {
      if (player.audio && (player.audio.ended || player.audio.currentTime === 0 || player.position >= player.length * 0.97)) {
        this.heard.add(item.take);
        this.refresh();
      }
    });
    return player;
  }

  act(name, options, key) {
    const made = button({ ...options, data: { act: name } });
    if (key) made.append(h("kbd", { "aria-hidden": "true" }, key));
    return made;
  }

  answer(verdict, sign, item, disabled) {
    const made = this.act(verdict, { icon: sign, label: t(`studies.check_${verdict}`), disabled, onclick: () => this.judge(verdict) }, verdict[0].toUpperCase());
    made.setAttribute("aria-pressed", String(item.verdict === verdict));
    made.setAttribute("aria-keyshortcuts", verdict[0].toUpperCase());
    return made;
  }

  findings({ findings, report, warnings, error, state }) {
    if (state === "failed" || state === "cancelled") return h("p", { class: "vs-alert" }, icon("warn"), error?.message || t(`studies.standing.${state}`));
    const said = [...findings, ...warnings.map((one) => ({ ...one, severity: "warning" }))];
    if (said.length) return h("ul", { class: "vs-check-findings" }, said.map((one) => h("li", { class: "vs-report-finding", data: { severity: one.severity } }, icon("warn"), h("span", {}, one.message))));
    if (report === "done") return h("p", { class: "vs-report-fine" }, icon("check"), t("report.fine"));
    if (report === "pending" || report === "running") return h("p", { class: "vs-report-busy" }, h("span", { class: "vs-pulse", "aria-hidden": "true" }), t("report.measuring"));
    return null;
  }

  /** The next take without a verdict; when all have one, the next of all. */
  next() {
    const { queue } = this;
    const place = queue.findIndex((one) => one.text > this.item.text || (one.text === this.item.text && one.condition > this.item.condition));
    const order = place < 0 ? queue : [...queue.slice(place), ...queue.slice(0, place)];
    const to = order.find((one) => !one.verdict) || order[0];
    if (to) this.show(to, { play: true });
  }

  async judge(verdict, { stay = false } = {}) {
    const { item, draft } = this;
    if (this.busy || !item) return;
    this.busy = true;
    try {
      draft.take(await put(`/api/studies/${draft.study.id}/items/${item.text}/${item.condition}`, { verdict }));
      this.say("");
      if (stay) this.show(this.fresh(item));
      else if (draft.study.listening.left) this.next();
      else this.player.pause();
      this.onchange();
    } catch (reason) {
      this.say(reason.message);
    } finally {
      this.busy = false;
    }
  }

  async again(insist) {
    const { item, draft } = this;
    try {
      draft.take(await post(`/api/studies/${draft.study.id}/items/${item.text}/${item.condition}/retry`, { insist }));
    } catch (reason) {
      this.say(reason.message);
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.item || this.element.hidden) return;
    if (event.target.closest?.("input, textarea, select, a, summary, [role=slider], [role=tab]")) return;
    const { code } = event;
    const onButton = event.target.closest?.("button");
    if (code === "Space" && !onButton) this.player.playOrPause();
    else if (code in KEYS) {
      const made = this.element.querySelector(`[data-act="${KEYS[code]}"]`);
      if (made && !made.disabled) this.judge(KEYS[code]);
    } else if (code === "KeyN") this.next();
    else return;
    event.preventDefault();
  }
}

/** What the keys do. */
const keys = () =>
  h(
    "p",
    { class: "vs-keys" },
    [[t("blind.key_space"), "studies.key_play"], ["G", "studies.check_good"], ["B", "studies.check_bad"], ["N", "studies.check_next"]].map(([key, does]) => h("span", {}, h("kbd", {}, key), t(does))),
  );
