/** How an engine stands right now: in memory or not, with the button for that; its latest past. */

import { button, fill, h, icon } from "./dom.js";
import { act, begin } from "./engine-needs.js";
import { failuresPlot, speedPlot } from "./engine-plots.js";
import { get, post, remove } from "./http.js";
import { follow, progressBar } from "./jobs.js";
import { bytes, moment, seconds, t } from "./texts.js";

const usable = (engine) => ["ready", "loaded"].includes(engine.state);
const remote = (engine) => engine.hardware.runs_on.join() === "remote";

/**
 * The section of an engine's card.
 * @param {object} engine @param {{refresh: () => Promise<void>}} card
 */
export function now(engine, card) {
  const past = h("div", { class: "vs-engine-past", data: { loading: "yes" } });
  const spot = h("div", { class: "vs-need-work", data: { slot: "warm:" } });
  const section = h("section", { class: "vs-engine-now", "aria-label": t("engines.now") }, h("div", { class: "vs-engine-memory" }, h("h4", { class: "vs-half-title" }, t("engines.now")), standing(engine), spot), past);
  fillSpot(spot, engine, card, null);
  get(`/api/engines/${engine.name}/history`)
    .then((history) => {
      delete past.dataset.loading;
      fill(past, pastOf(history));
      if (!spot.querySelector(".vs-progress")) fillSpot(spot, engine, card, history.load_seconds);
    })
    .catch((reason) => {
      delete past.dataset.loading;
      fill(past, h("p", { class: "vs-hint" }, icon("warn"), reason.message));
    });
  return section;
}

function standing(engine) {
  if (engine.elsewhere) return h("p", {}, t("engines.elsewhere"));
  if (engine.state !== "loaded") return h("p", { class: "vs-memory-now" }, t(usable(engine) ? (remote(engine) ? "engines.not_connected" : "engines.not_in_memory") : "engines.not_ready"));
  if (remote(engine)) return h("p", { class: "vs-memory-now", data: { loaded: "yes" } }, icon("check"), t("engines.connected"));
  return h("p", { class: "vs-memory-now", data: { loaded: "yes" } }, icon("check"), h("span", {}, t("engines.in_memory", { memory: bytes((engine.memory_mb || 0) * 1e6), device: (engine.device || "cpu").toUpperCase() })));
}

/** The button that fits the state, or the bar of a loading that is under way. */
function fillSpot(spot, engine, card, usual) {
  const path = `/api/engines/${engine.name}`;
  const { warming } = engine;
  if (warming?.state === "running") {
    fill(spot, progressBar(warming, t("engines.warm_of", { engine: engine.title })));
    follow(warming);
    return;
  }
  if (!usable(engine) || engine.elsewhere) {
    fill(spot, ended(warming));
    return;
  }
  if (engine.state === "loaded") {
    const leave = button({ kind: "quiet", icon: "close", label: t(remote(engine) ? "engines.disconnect" : "engines.leave"), class: "vs-button vs-button-quiet vs-leave", onclick: () => act(spot, leave, async () => { await remove(`${path}/memory`); await card.refresh(); }) });
    fill(spot, ended(warming), h("div", { class: "vs-actions" }, leave));
    return;
  }
  const several = engine.sets_serve === "each" && engine.sets.length > 1;
  const which = several && h("select", { class: "vs-input", "aria-label": t("engines.warm_which") }, engine.sets.map((set) => h("option", { value: set }, set)));
  const label = t(remote(engine) ? "engines.connect" : "engines.warm");
  const warm = button({ icon: "engine", label, class: "vs-button vs-button-plain vs-warm", onclick: () => act(spot, warm, async () => begin(spot, await post(`${path}/warm`, which ? { set: which.value } : {}), t("engines.warm_of", { engine: engine.title }))) });
  const hint = usual && !remote(engine) ? t("engines.warm_usual", { seconds: seconds(usual, usual < 10 ? 1 : 0) }) : t(remote(engine) ? "engines.connect_why" : "engines.warm_why");
  fill(spot, ended(warming), h("div", { class: "vs-actions" }, which || null, warm), h("p", { class: "vs-hint" }, hint));
}

/** What became of the latest loading. */
function ended(job) {
  if (!job || job.state === "running") return null;
  if (job.error) return h("p", { class: "vs-alert" }, icon("warn"), h("span", {}, job.error.message));
  if (job.state === "cancelled") return h("p", { class: "vs-hint" }, t("engines.warm_cancelled"));
  return null;
}

function pastOf(history) {
  const plots = [speedPlot(history), failuresPlot(history)].filter(Boolean);
  const error = history.last_error;
  return [
    plots.length ? plots : h("p", { class: "vs-hint vs-no-past" }, t("engines.no_past")),
    error && h("p", { class: "vs-last-error" }, icon("warn"), h("span", {}, h("strong", {}, t(error.of === "load" ? "engines.last_error_load" : "engines.last_error_take", { when: moment(error.at) })), " ", error.message)),
  ];
}
