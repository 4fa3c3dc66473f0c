/** Requests to the studio's HTTP API, in the page's language. */

import { language, t } from "./texts.js";

const root = document.documentElement.dataset.root || "";

/** What a sentence tells those who use the API by programs: "(over HTTP: …)". */
const FOR_PROGRAMS = / ?\([^()]*HTTP[^()]*\)/g;

/** A sentence without what it tells those who call the API by programs. */
export const forPeople = (sentence) => sentence?.replace(FOR_PROGRAMS, "");

/** A refusal with its sentence. `status` 0 means that the studio could not be reached. */
export class Refusal extends Error {
  /** @param {number} status @param {{code?: string, message?: string}} error */
  constructor(status, error) {
    super(forPeople(error.message) || t("error.unknown", { status }));
    this.status = status;
    this.code = error.code || "unknown";
    this.details = error;
  }
}

/** The address of an API path, with the page's language. */
export function address(path) {
  return `${root}${path}${path.includes("?") ? "&" : "?"}lang=${language}`;
}

/** The address of a page in this language. */
export const page = (path) => `${root}/${language}/${path}`;

/**
 * One request; answers other than 2xx become a Refusal.
 * @param {string} path below the root
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function request(path, options = {}) {
  let answer;
  try {
    answer = await fetch(address(path), {
      ...options,
      headers: { "Accept-Language": language, ...options.headers },
    });
  } catch (reason) {
    if (reason.name === "AbortError") throw reason;
    throw new Refusal(0, { code: "unreachable", message: t("error.unreachable") });
  }
  if (answer.ok) return answer;
  let body = {};
  try {
    body = await answer.json();
  } catch {
    /* not JSON: the sentence for the status has to do */
  }
  if (answer.status === 401 && body.error?.code === "sign_in_required") signInAgain();
  throw new Refusal(answer.status, body.error || {});
}

/** The session has ended: back to the door, and then to this page again. */
function signInAgain() {
  const here = location.pathname.slice(root.length) + location.search;
  location.assign(`${root}/${language}/login?to=${encodeURIComponent(here)}`);
}

/** GET, as JSON. */
export const get = async (path) => (await request(path)).json();

/** POST of JSON, answer as JSON. */
export const post = (path, body = {}) => sent("POST", path, body);

/** PUT of JSON, answer as JSON. */
export const put = (path, body = {}) => sent("PUT", path, body);

/** PATCH of JSON, answer as JSON. */
export const patch = (path, body = {}) => sent("PATCH", path, body);

async function sent(method, path, body) {
  const answer = await request(path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.status === 204 ? null : answer.json();
}

/** POST of a form with files, answer as JSON. */
export const send = async (path, form) => (await request(path, { method: "POST", body: form })).json();

/** DELETE. */
export const remove = (path) => request(path, { method: "DELETE" });
