/** What an engine needs before it can speak, each with the button that provides it. */

import { button, fill, h, icon } from "./dom.js";
import { post, remove } from "./http.js";
import { progressBar, follow } from "./jobs.js";
import { bytes, moment, t } from "./texts.js";
import { weightsNeed } from "./engine-weights.js";

/**
 * A section with a heading and a sign for done or not.
 * @param {string} kind @param {boolean|null} done null where nothing is needed
 */
export function need(kind, done, title, ...content) {
  return h("section", { class: "vs-need", data: { need: kind, done: String(done) } }, h("h4", {}, icon(done === false ? "warn" : "check"), title), content);
}

/**
 * Do something with a button's press; a refusal is said beside it.
 * @param {HTMLElement} place where a refusal is shown @param {() => Promise<void>} action
 */
export async function act(place, pressed, action) {
  place.querySelector(":scope > .vs-alert")?.remove();
  if (pressed) pressed.disabled = true;
  try {
    await action();
  } catch (reason) {
    place.append(h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
  } finally {
    if (pressed?.isConnected) pressed.disabled = false;
  }
}

/** What became of a job that is over, as long as the studio remembers it. */
export function outcome(job) {
  if (!job || job.state === "running") return null;
  if (job.error) return h("p", { class: "vs-alert" }, icon("warn"), job.error.message);
  if (job.state === "cancelled") return h("p", { class: "vs-hint" }, t("jobs.cancelled"));
  return job.result ? h("p", { class: "vs-hint vs-result" }, icon("check"), job.result) : null;
}

/**
 * All needs of an engine.
 * @param {object} engine @param {{refresh: () => Promise<void>, folders: boolean}} card
 */
export function needs(engine, card) {
  return [licence(engine, card), variables(engine), ...engine.environments.map((one) => environment(engine, one, card)), weightsNeed(engine, card)];
}

const COMMERCIAL = { true: ["yes", "full", "engines.commercial_yes"], false: ["no", "empty", "engines.commercial_no"], null: ["partly", "half", "engines.commercial_depends"] };

/** A service has terms alone; where there is code, it and the weights may differ. */
const names = ({ code, weights }) => (code ? t("engines.licence_words", { code, weights: weights || "–" }) : weights);

function licence(engine, card) {
  const [level, sign, commercial] = COMMERCIAL[engine.licence.commercial];
  const path = `/api/engines/${engine.name}/acceptance`;
  const about = [
    h("p", {}, [names(engine.licence), engine.licence.condition].filter(Boolean).join("; "), names(engine.licence) && [" ", h("a", { href: engine.licence.url, rel: "noreferrer" }, t("engines.terms"))]),
    h("p", { class: "vs-fact", data: { level } }, icon(sign), t(commercial)),
    engine.attribution && h("p", { class: "vs-hint" }, t("engines.attribution", { credit: engine.attribution })),
  ];
  const { acceptance } = engine;
  if (!acceptance?.needed) return need("licence", null, t("needs.licence"), about);
  if (acceptance.accepted) {
    const withdraw = button({ kind: "quiet", label: t("needs.withdraw"), onclick: () => act(section, withdraw, async () => { await remove(path); await card.refresh(); }) });
    const section = need("licence", true, t("needs.licence_accepted"), about, h("p", { class: "vs-hint" }, t("needs.accepted_at", { when: moment(acceptance.accepted_at) })), h("blockquote", { class: "vs-transcript" }, acceptance.statement), h("div", { class: "vs-actions" }, withdraw));
    return section;
  }
  const accept = button({ kind: "accent", label: t("needs.accept"), disabled: true, onclick: () => act(section, accept, async () => { await post(path, { accept: true, terms_sha256: acceptance.terms_sha256 }); await card.refresh(); }) });
  const box = h("input", { type: "checkbox", name: "accept", onchange: () => { accept.disabled = !box.checked; } });
  const section = need("licence", false, t("needs.licence_open"), about, h("label", { class: "vs-consent" }, box, h("span", {}, acceptance.statement)), h("div", { class: "vs-actions" }, accept));
  return section;
}

function variables({ variables: all }) {
  if (!all.length) return null;
  const missing = all.some((one) => one.required && !one.set);
  return need(
    "variables",
    !missing,
    t("needs.variables"),
    h(
      "ul",
      { class: "vs-variables" },
      all.map((one) =>
        h(
          "li",
          { data: { set: String(one.set), required: String(one.required) } },
          h("code", {}, one.name),
          h("span", { class: "vs-chip", data: { level: one.set ? "yes" : one.required ? "no" : "plain" } }, icon(one.set ? "full" : "empty"), t(one.set ? "needs.set" : one.required ? "needs.not_set" : "needs.optional")),
          h("p", { class: "vs-hint" }, one.meaning),
          one.secret && h("p", { class: "vs-hint" }, t("needs.secret")),
        ),
      ),
    ),
    missing && h("p", { class: "vs-hint" }, t("needs.variables_how")),
  );
}

function environment(engine, one, card) {
  const path = `/api/engines/${engine.name}/environment`;
  const title = t(one.cuda ? "needs.environment_cuda" : "needs.environment");
  const installed = one.state === "ready";
  const kind = installed || one.cuda ? "plain" : "accent";
  const spot = h("div", { class: "vs-need-work", data: { slot: `environment:${one.cuda ? "cuda" : ""}` } });
  const run = button({
    kind,
    icon: "download",
    label: t(installed ? "needs.install_again" : one.state === "outdated" ? "needs.install_update" : "needs.install"),
    class: `vs-button vs-button-${kind} vs-install`,
    onclick: () => act(section, run, async () => begin(spot, await post(path, { cuda: one.cuda }), title)),
  });
  const away = button({ kind: "quiet", icon: "trash", label: t("needs.remove"), onclick: () => act(section, away, async () => { await remove(`${path}?cuda=${one.cuda}`); await card.refresh(); }) });
  fill(spot, one.job?.state === "running" ? progressBar(one.job, title) : [outcome(one.job), h("div", { class: "vs-actions" }, run, (installed || one.state === "outdated") && away)]);
  const facts = [t(`needs.environment_${one.state}`), one.disk_mb ? t("needs.disk", { size: bytes(one.disk_mb * 1e6) }) : ""].filter(Boolean).join(" · ");
  // A second environment, for graphics cards, is faster, not needed.
  const section = need("environment", installed ? true : one.cuda ? null : false, title, h("p", {}, facts), h("p", { class: "vs-hint" }, t("needs.environment_why"), one.requirements ? h("span", {}, " ", h("code", {}, one.requirements.split("/").at(-1))) : null), spot);
  follow(one.job);
  return section;
}

/** Put a job that was just started in the place of the button that started it. */
export function begin(spot, job, label) {
  fill(spot, progressBar(job, label));
  spot.querySelector("button")?.focus();
  follow(job);
}
