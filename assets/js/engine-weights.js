/** Weight sets of an engine: what is there, what is not, and getting it. */

import { button, fill, h, icon, linked } from "./dom.js";
import { post, remove, request } from "./http.js";
import { act, begin, need, outcome } from "./engine-needs.js";
import { follow, progressBar } from "./jobs.js";
import { bytes, counted, language, languageName, t } from "./texts.js";

/** Sets shown before the rest is folded away. */
const SHOWN = 6;

/** @param {object} engine or model @param {{refresh: () => Promise<void>, folders: boolean, base?: string}} card */
export function weightsNeed(engine, card) {
  const sets = engine.weights;
  if (!sets.length) return engine.environments.length || engine.variables.length ? null : need("weights", null, t("needs.weights"), h("p", { class: "vs-hint" }, t("engines.no_weights")));
  // At hand first, then under way, then those for the reader's language.
  const place = (set) => (set.present ? 0 : set.job?.state === "running" ? 1 : tagOf(set) === language ? 2 : 3);
  const sorted = [...sets].sort((one, other) => place(one) - place(other));
  const rows = sorted.map((set) => row(engine, set, card));
  const done = sets.some((set) => set.present);
  const hint = sets.length > 1 ? h("p", { class: "vs-hint" }, engine.sets_hint || t(engine.sets_serve === "each" ? "needs.weights_each" : "needs.weights_any")) : null;
  return need("weights", done, t("needs.weights"), hint, rows.length > SHOWN ? folded(sorted, rows) : h("ul", { class: "vs-weights" }, rows));
}

/** The language that a set's name begins with (`ko_KR-…`), where sets are voices. */
const tagOf = (set) => /^([a-z]{2,3})_[A-Z]/.exec(set.name)?.[1] || "";
const spoken = (set) => (tagOf(set) ? languageName(tagOf(set)) : "");

/** Many sets: those at hand, a search box, and the rest on demand. */
function folded(sets, rows) {
  const here = sets.filter((set) => set.present || set.job?.state === "running").length;
  let all = false;
  const list = h("ul", { class: "vs-weights" }, rows);
  const count = h("p", { class: "vs-hint", role: "status" });
  const search = h("input", { type: "search", class: "vs-input", placeholder: t("needs.search_sets"), "aria-label": t("needs.search_sets"), oninput: () => show() });
  const more = button({ kind: "quiet", label: counted("needs.show_all", rows.length), class: "vs-button vs-button-quiet vs-show-all", onclick: () => { all = true; show(); } });
  const show = () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    sets.forEach((set, index) => {
      const fits = !wanted || `${set.name} ${spoken(set)} ${set.purpose || ""}`.toLowerCase().includes(wanted);
      const visible = fits && (wanted || all || index < Math.max(here, SHOWN));
      rows[index].hidden = !visible;
      shown += Number(Boolean(visible));
    });
    more.hidden = all || Boolean(wanted);
    count.textContent = t("needs.sets_shown", { shown, count: rows.length, here });
  };
  show();
  return h("div", { class: "vs-many" }, search, count, list, more);
}

function row(engine, set, card) {
  const path = `${card.base || `/api/engines/${engine.name}`}/weights/${encodeURIComponent(set.name)}`;
  const label = t("needs.weights_of", { set: set.name });
  const spot = h("div", { class: "vs-need-work", data: { slot: `weights:${set.name}` } });
  const line = (kind, sign, text, action, extra = "") => {
    const made = button({ kind, icon: sign, label: text, class: `vs-button vs-button-${kind} ${extra}`, onclick: () => act(spot, made, action) });
    return made;
  };
  const partly = !set.present && set.own_bytes > 0;
  const barred = engine.acceptance?.needed && !engine.acceptance.accepted;
  const get = !set.present && line("plain", "download", t(partly ? "needs.continue" : "needs.get"), async () => begin(spot, await post(path), label), "vs-get");
  if (get) get.disabled = barred;
  const verify = set.present && line("quiet", "retry", t("needs.verify"), async () => begin(spot, await post(`${path}/verify`), label), "vs-verify");
  const away = set.own_bytes > 0 && !set.folder && line("quiet", "trash", t("needs.remove"), async () => { await remove(path); await card.refresh(); }, "vs-remove");
  const forget = set.folder && line("quiet", "close", t("needs.forget_folder"), async () => { await remove(`${path}/folder`); await card.refresh(); });
  const running = set.job?.state === "running";
  fill(spot, running ? progressBar(set.job, label) : [outcome(set.job), h("div", { class: "vs-actions" }, get, verify, away, forget)]);
  if (running) follow(set.job);
  const facts = [spoken(set), set.bytes ? bytes(set.bytes) : "", set.licence, partly && !running ? t("needs.partly", { size: bytes(set.own_bytes) }) : ""].filter(Boolean).join(" · ");
  return h(
    "li",
    { data: { set: set.name, present: String(set.present) } },
    h("span", { class: "vs-set-sign" }, icon(set.present ? "check" : "download"), h("span", { class: "vs-hidden" }, t(set.present ? "engines.present" : "engines.absent"))),
    h(
      "div",
      { class: "vs-set" },
      h("p", {}, h("strong", {}, set.name), set.purpose ? ` ${set.purpose}` : ""),
      h("p", { class: "vs-hint" }, linked(facts)),
      barred && !set.present ? h("p", { class: "vs-hint" }, t("needs.accept_first")) : null,
      set.gated && !set.present ? h("p", { class: "vs-hint vs-gated" }, icon("warn"), t("needs.gated")) : null,
      set.folder ? h("p", { class: "vs-hint" }, t(set.lacking.length ? "needs.folder_lacks" : set.differs ? "needs.folder_differs" : "needs.folder_used", { folder: set.folder, files: set.lacking.join(", ") })) : null,
      spot,
      !set.folder && card.folders && !running ? ownFolder(path, card) : null,
    ),
  );
}

/** Drawn when unfolded: an engine may have a hundred sets. */
function ownFolder(path, card) {
  const details = h(
    "details",
    {
      class: "vs-own-folder",
      ontoggle: () => {
        if (details.open && details.childElementCount === 1) details.append(h("p", { class: "vs-hint" }, t("needs.folder_why")), folderForm(path, card));
      },
    },
    h("summary", {}, t("needs.folder")),
  );
  return details;
}

function folderForm(path, card) {
  const box = h("input", { class: "vs-input", type: "text", name: "folder", spellcheck: "false", autocomplete: "off", placeholder: t("needs.folder_example"), "aria-label": t("needs.folder_label") });
  const use = h("button", { type: "submit", class: "vs-button vs-button-plain" }, t("needs.folder_use"));
  const put = async () => {
    await request(`${path}/folder`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ path: box.value.trim() }) });
    await card.refresh();
  };
  const form = h(
    "form",
    {
      class: "vs-folder",
      onsubmit: (event) => {
        event.preventDefault();
        act(form, use, put);
      },
    },
    box,
    use,
  );
  return form;
}
