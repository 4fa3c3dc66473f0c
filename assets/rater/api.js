/** Requests to the rater's HTTP API, and patience: a phone's connection comes and goes. */

import { language } from "./words.js";

const { root, invite } = document.documentElement.dataset;
const BASE = `/api/rater/${encodeURIComponent(invite)}`;
/** Milliseconds. */
const JSON_LIMIT = 20_000;
const CLIP_LIMIT = 120_000;

/** The studio said no. `details` holds what came with it. */
export class Refusal extends Error {
  constructor(status, error) {
    super(error.message || `HTTP ${status}`);
    this.status = status;
    this.code = error.code || "unknown";
    this.details = error;
  }

  /** Seconds to wait, where asking again later will do; else null. */
  get wait() {
    const { wait_seconds: early, retry_after: many } = this.details;
    if (this.code === "answer_too_early" || this.code === "too_early") return Number(early) || 1;
    if (this.status === 429) return Number(many) || 2;
    return this.status >= 500 ? 3 : null;
  }
}

/** The studio could not be reached. */
export class Unreachable extends Error {}

async function request(path, options, limit, read) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), limit);
  try {
    const join = path.includes("?") ? "&" : "?";
    const answer = await fetch(`${root}${path}${join}lang=${language}`, {
      ...options,
      cache: "no-store",
      signal: stop.signal,
    });
    if (answer.ok) return await read(answer);
    const body = await answer.json().catch(() => ({}));
    throw new Refusal(answer.status, body.error || {});
  } catch (reason) {
    if (reason instanceof Refusal) throw reason;
    throw new Unreachable(reason.message);
  } finally {
    clearTimeout(timer);
  }
}

const json = (answer) => answer.json();

/** What the document was made from, but as it is now. */
export const view = () => request(BASE, {}, JSON_LIMIT, json);
/** @param {string} path below the invitation */
export const get = (path) => request(`${BASE}/${path}`, {}, JSON_LIMIT, json);
/** @param {string} path below the invitation */
export const post = (path, body) =>
  request(
    `${BASE}/${path}`,
    // Outlives the page: the answer goes out even when the tab is closed right after it.
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), keepalive: true },
    JSON_LIMIT,
    json,
  );
/** A clip, to its last byte: the server counts only what was sent whole. */
export const clip = (url) => request(url, {}, CLIP_LIMIT, (answer) => answer.arrayBuffer());

/** Wait, or until the connection is back or the page is looked at again. @param {number} seconds */
export function pause(seconds) {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      window.removeEventListener("online", over);
      document.removeEventListener("visibilitychange", seen);
      resolve();
    };
    const seen = () => document.visibilityState === "visible" && over();
    const timer = setTimeout(over, seconds * 1000);
    window.addEventListener("online", over);
    document.addEventListener("visibilitychange", seen);
  });
}

/** Wait in full, whatever the connection does: the server named the time. */
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * Ask until there is an answer. Refusals that waiting does not mend are thrown.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(reachable: boolean) => void} [tell] whether the studio can be reached
 * @returns {Promise<T>}
 */
export async function insist(ask, tell = () => {}) {
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await ask();
      tell(true);
      return answer;
    } catch (reason) {
      if (reason instanceof Unreachable) {
        tell(false);
        await pause(Math.min(15, 1.5 ** tries));
      } else if (reason instanceof Refusal && reason.wait !== null) {
        tell(true);
        await sleep(reason.wait);
      } else throw reason;
    }
  }
}
