/**
 * Answers on their way. Each lies in the browser's storage until the server has acknowledged it:
 * neither a reload nor a lost connection nor a closed tab loses one. What is kept is the random
 * token of a screen and what was answered, nothing else. Several tabs may send the same answer; the
 * server counts it once.
 */

import { clip, insist, pause, post, Refusal } from "./api.js";

const { invite } = document.documentElement.dataset;
const ANSWER = `vs-rater:${invite}:answer:`;
const DRAFT = `vs-rater:${invite}:draft:`;

/** Refusals that no waiting mends; anything else is tried again. */
const FINAL = new Set([
  "already_answered",
  "study_closed",
  "unknown_invite",
  "unknown_trial",
  "unknown_clip",
  "clip_gone",
  "not_your_trial",
  "invite_revoked",
  "answer_malformed",
  "answer_tie_not_allowed",
  "answer_out_of_range",
]);
/** Seconds until a refusal of another kind is tried again. */
const LATER = 10;

/** Storage that works in private windows, too, for as long as the page is open. */
const memory = new Map();
const store = {
  get(key) {
    try {
      return localStorage.getItem(key) ?? memory.get(key) ?? null;
    } catch {
      return memory.get(key) ?? null;
    }
  },
  set(key, value) {
    memory.set(key, value);
    try {
      localStorage.setItem(key, value);
    } catch {
      /* full or shut: the page's own memory has it */
    }
  },
  remove(key) {
    memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      /* it was never there */
    }
  },
  keys(prefix) {
    let kept = [];
    try {
      kept = Object.keys(localStorage);
    } catch {
      /* only our own memory, then */
    }
    return [...new Set([...kept, ...memory.keys()])].filter((key) => key.startsWith(prefix));
  },
};

/** Events: `sent` (detail: the server's reply), `refused` (detail: the refusal), `reach` (detail: boolean). */
class Outbox extends EventTarget {
  constructor() {
    super();
    /** Tokens answered here or in another tab since the page was opened. */
    this.answered = new Set();
    this.sending = null;
    window.addEventListener("storage", (event) => {
      if (!event.key?.startsWith(ANSWER)) return;
      const token = event.key.slice(ANSWER.length);
      if (event.newValue === null) {
        memory.delete(event.key);
        return;
      }
      this.answered.add(token);
      this.tell("elsewhere", token);
    });
  }

  /** Tokens whose answers are not acknowledged yet, oldest first. */
  get waiting() {
    return store
      .keys(ANSWER)
      .map((key) => [JSON.parse(store.get(key) || "{}").at || 0, key.slice(ANSWER.length)])
      .sort(([first], [second]) => first - second)
      .map(([, token]) => token);
  }

  /** Whether a screen needs no answer any more. */
  has(token) {
    return this.answered.has(token) || store.get(ANSWER + token) !== null;
  }

  /** Keep an answer, then send it. @param {string[]} clips addresses of what was heard */
  put(token, answer, clips) {
    this.answered.add(token);
    store.set(ANSWER + token, JSON.stringify({ answer, clips, at: Date.now() }));
    store.remove(DRAFT + token);
    this.flush();
  }

  /** Send all that waits. @returns {Promise<void>} once nothing waits any more */
  flush() {
    this.sending ||= this.send().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async send() {
    for (let [token] = this.waiting; token; [token] = this.waiting) {
      const kept = store.get(ANSWER + token);
      if (kept === null) continue;
      const { answer, clips } = JSON.parse(kept);
      try {
        const reply = await this.insist(() => post(`trials/${token}/answer`, { answer }));
        this.answered.add(token);
        store.remove(ANSWER + token);
        this.tell("sent", reply);
      } catch (reason) {
        if (!(reason instanceof Refusal)) throw reason;
        if (reason.code === "clips_not_heard") await this.hearAgain(token, clips);
        else if (FINAL.has(reason.code)) this.drop(token, reason);
        else await pause(LATER);
      }
    }
  }

  /** The server does not know that a clip arrived whole: have it sent again, to its last byte. */
  async hearAgain(token, clips) {
    try {
      for (const url of clips || []) await this.insist(() => clip(url));
      await pause(1);
    } catch (reason) {
      if (!(reason instanceof Refusal)) throw reason;
      this.drop(token, reason);
    }
  }

  /** It was answered otherwise in another tab, or the study is over, or the screen is to be seen again. */
  drop(token, reason) {
    store.remove(ANSWER + token);
    if (reason.code !== "already_answered") this.answered.delete(token);
    this.tell("refused", reason);
  }

  insist(ask) {
    return insist(ask, (reachable) => this.tell("reach", reachable));
  }

  /** What was set on a screen before its answer: survives a reload. */
  draft(token) {
    return JSON.parse(store.get(DRAFT + token) || "null");
  }

  /** Keep what is set so far. Drafts of other screens are of no use any more. */
  keep(token, draft) {
    if (this.has(token)) return;
    for (const key of store.keys(DRAFT)) if (key !== DRAFT + token) store.remove(key);
    store.set(DRAFT + token, JSON.stringify(draft));
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

export const outbox = new Outbox();
