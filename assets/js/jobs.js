/** Long work of the studio: watched once a second while any is under way, and drawn as a bar. */

import { button, h } from "./dom.js";
import { get, remove } from "./http.js";
import { bytes, number, percent, t } from "./texts.js";

const EVERY = 1000;
const watchers = new Set();
let timer = null;
/** Jobs seen under way, so that the end of one is noticed. */
const under = new Map();

/**
 * Be told of every look: `watcher(job, ended)`; ended is true once, when the job is over.
 * @param {(job: object, ended: boolean) => void} watcher
 * @returns {() => void} to stop
 */
export function watchJobs(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Begin to look; called with a job that was just started, or found on a page that was reloaded. */
export function follow(job) {
  if (job?.state !== "running") return;
  under.set(job.id, job);
  timer ??= setTimeout(look, EVERY / 4);
}

async function look() {
  timer = null;
  let jobs = [];
  try {
    ({ jobs } = await get("/api/jobs"));
  } catch {
    /* the studio is restarting: the next look will tell */
    if (under.size) timer = setTimeout(look, EVERY * 3);
    return;
  }
  const known = new Map(jobs.map((job) => [job.id, job]));
  for (const job of jobs) if (job.state === "running") under.set(job.id, job);
  for (const id of [...under.keys()]) {
    const job = known.get(id) || { ...under.get(id), state: "cancelled" };
    const ended = job.state !== "running";
    if (ended) under.delete(id);
    for (const watcher of watchers) watcher(job, ended);
  }
  if (under.size && watchers.size) timer = setTimeout(look, EVERY);
}

/** What stands beside the bar: "1.2 of 2.5 GB · 12 MB/s · 2 min left". */
export function progressWords(job) {
  if (job.cancelling) return t("jobs.cancelling");
  const said = [job.phase || t("jobs.starting")];
  if (job.measure === "share") {
    if (job.total) said.push(percent(job.done));
  } else if (job.total) {
    said.push(t("jobs.of", { done: bytes(job.done) === "–" ? "0 MB" : bytes(job.done), total: bytes(job.total) }));
    if (job.speed) said.push(t("jobs.speed", { speed: bytes(job.speed) }), left((job.total - job.done) / job.speed));
  }
  return said.join(" · ");
}

function left(seconds) {
  if (seconds < 90) return t("jobs.seconds_left", { count: number(Math.max(1, Math.ceil(seconds))) });
  if (seconds < 5400) return t("jobs.minutes_left", { count: number(Math.round(seconds / 60)) });
  return t("jobs.hours_left", { count: number(seconds / 3600, 1) });
}

/**
 * A bar with its words and a button that calls the work off. `bar.show(job)` moves it.
 * @param {object} job @param {string} label what a screen reader calls it
 */
export function progressBar(job, label) {
  const line = h("i", {});
  const track = h("div", { class: "vs-progress-track", role: "progressbar", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "100" }, line);
  const words = h("span", { class: "vs-progress-words" });
  const stop = button({
    kind: "quiet",
    icon: "close",
    label: t("jobs.cancel"),
    class: "vs-button vs-button-quiet vs-cancel-job",
    onclick: async () => {
      stop.disabled = true;
      try {
        // Whoever may load an engine may call that off; other jobs are an administrator's.
        bar.show(await (await remove(job.kind === "warm" ? `/api/engines/${job.engine}/warm` : `/api/jobs/${job.id}`)).json());
      } catch (reason) {
        words.textContent = reason.message;
      }
    },
  });
  const bar = h("div", { class: "vs-progress", data: { job: job.id } }, track, h("div", { class: "vs-progress-line" }, words, stop));
  bar.show = (now) => {
    const share = now.total ? Math.min(1, now.done / now.total) : null;
    track.toggleAttribute("data-unknown", share === null);
    line.style.setProperty("--share", share ?? 0);
    if (share === null) track.removeAttribute("aria-valuenow");
    else track.setAttribute("aria-valuenow", String(Math.floor(share * 100)));
    words.textContent = progressWords(now);
    track.setAttribute("aria-valuetext", words.textContent);
    stop.disabled = now.cancelling;
  };
  bar.show(job);
  return bar;
}
