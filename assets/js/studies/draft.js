/** A study while it is drawn up: what is changed is kept on the server by itself, soon after. */

import { patch } from "../http.js";

const SOON = 500;

export class Draft extends EventTarget {
  /** @param {object} study as the API gives it */
  constructor(study) {
    super();
    this.study = study;
    this.pending = {};
    this.saving = null;
  }

  /**
   * Keep a part of the study. The answer of the server replaces all of it but what changed since.
   * @param {object} part as PATCH takes it
   */
  change(part) {
    const { plan, ...rest } = part;
    Object.assign(this.pending, rest);
    if (plan) this.pending.plan = merged(this.pending.plan, plan);
    this.tell("waiting");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), SOON);
  }

  /** Send what is not yet sent. @returns {Promise<boolean>} whether all of it is kept */
  async flush() {
    clearTimeout(this.timer);
    while (this.saving) await this.saving;
    if (!Object.keys(this.pending).length) return !this.refusal;
    const part = this.pending;
    this.pending = {};
    this.saving = this.send(part);
    const kept = await this.saving;
    this.saving = null;
    return kept;
  }

  async send(part) {
    this.tell("saving");
    try {
      this.take(await patch(`/api/studies/${this.study.id}`, part));
      this.refusal = null;
      this.tell("saved");
      return true;
    } catch (reason) {
      this.refusal = reason;
      // Lost on the way, not refused: it is sent again with the next change.
      if (reason.status === 0) this.pending = { ...part, ...this.pending };
      this.tell("refused");
      return false;
    }
  }

  /** The study as the server has it now. */
  take(study) {
    this.study = study;
    this.dispatchEvent(new Event("study"));
  }

  tell(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  get unsaved() {
    return Boolean(this.saving) || Object.keys(this.pending).length > 0;
  }
}

/** A plan changed in parts, whose exclusions and stopping rule are parts themselves. */
export function merged(before = {}, after = {}) {
  const whole = { ...before, ...after };
  for (const name of ["exclusions", "stopping"]) if (before[name] && after[name]) whole[name] = { ...before[name], ...after[name] };
  return whole;
}
