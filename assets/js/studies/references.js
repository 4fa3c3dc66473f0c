/** Recordings of a person: the second one of the speaker (X), or what a text sounds like when a person says it. */

import { button, fill, h, icon } from "../dom.js";
import { chooser } from "../drop-zone.js";
import { get, remove, send } from "../http.js";
import "../player.js";
import { number, seconds, t } from "../texts.js";

const OF_SPEAKER = ["axy", "smos"];

/** Whether the study's protocol plays a recording of a person. */
export const wantsReferences = ({ protocol, plan }) => OF_SPEAKER.includes(protocol) || (protocol === "mushra" && plan.hidden_reference);

export function references({ draft, say }) {
  const speaker = OF_SPEAKER.includes(draft.study.protocol);
  const body = h("div", { class: "vs-reference-list" });
  const element = h("section", { class: "vs-card vs-references" }, h("h3", {}, t(speaker ? "studies.x_title" : "studies.hidden_title")), h("p", { class: "vs-hint" }, t(speaker ? "studies.x_hint" : "studies.hidden_hint")), body);
  let shown = "";

  async function upload(file, fields, busy) {
    if (!file) return;
    fill(busy, h("span", { class: "vs-pulse", "aria-hidden": "true" }), t("studies.reference_busy"));
    const form = new FormData();
    form.set("file", file, file.name || "recording");
    form.set("name", file.name || "");
    for (const [name, value] of Object.entries(fields)) if (value !== null && value !== undefined) form.set(name, String(value));
    try {
      await draft.flush();
      draft.take(await send(`/api/studies/${draft.study.id}/references`, form));
      say("");
    } catch (reason) {
      say(reason.message);
    } finally {
      fill(busy);
    }
  }

  async function drop(id) {
    try {
      const answer = await remove(`/api/studies/${draft.study.id}/references/${id}`);
      draft.take(answer.status === 204 ? await get(`/api/studies/${draft.study.id}`) : await answer.json());
    } catch (reason) {
      say(reason.message);
    }
  }

  const row = (one) => {
    const player = document.createElement("vs-player");
    player.setAttribute("src", one.audio);
    player.setAttribute("seconds", one.seconds);
    player.setAttribute("label", one.name);
    return h(
      "li",
      {},
      h("p", {}, h("strong", {}, one.name), h("small", {}, seconds(one.seconds))),
      player,
      button({ kind: "quiet", icon: "trash", quiet: true, label: t("studies.reference_drop", { name: one.name }), onclick: () => drop(one.id) }),
      one.findings.length ? h("ul", { class: "vs-check-findings" }, one.findings.map((finding) => h("li", { class: "vs-report-finding", data: { severity: "warning" } }, icon("warn"), finding.message))) : null,
    );
  };

  /** A place for recordings: of a voice, or of a text. */
  const place = (title, found, fields) => {
    const busy = h("p", { class: "vs-report-busy", role: "status" });
    return h(
      "div",
      { class: "vs-reference-place" },
      h("header", { class: "vs-study-bar" }, h("p", {}, title, found.length ? null : h("span", { class: "vs-chip", data: { level: "no" } }, icon("warn"), t("studies.reference_missing"))), chooser({ label: t("studies.reference_add"), kind: "plain", take: (file) => upload(file, fields, busy) })),
      busy,
      found.length ? h("ul", {}, found.map(row)) : null,
    );
  };

  function refresh() {
    const { conditions, texts, references: all } = draft.study;
    const key = JSON.stringify([conditions.map((one) => one.voice_id), texts.map((one) => one.text), all]);
    if (key === shown) return;
    shown = key;
    if (!speaker) {
      fill(body, texts.map((text) => place(`${number(text.position + 1)}. ${text.text}`, all.filter((one) => one.text === text.position), { text: text.position })));
      return;
    }
    const voices = new Map(conditions.filter((one) => one.voice_id).map((one) => [one.voice_id, one.voice_name]));
    const of = (id) => all.filter((one) => one.text === null && (one.voice_id || null) === id);
    const rest = of(null);
    fill(
      body,
      [...voices].map(([id, name]) => place(t("studies.x_of", { name }), of(id), { voice: id })),
      !voices.size || rest.length ? place(t("studies.x_any"), rest, {}) : null,
    );
  }
  return { element, refresh };
}
