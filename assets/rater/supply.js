/** The screens to come: asked for ahead, their clips loaded while the present one plays. */

import { clip, get, insist, pause, Refusal } from "./api.js";

/** How often a screen is asked for anew before that is called trouble, and after how many seconds. */
const TRIES = 8;
const SOON = 0.3;

/** The browser cannot decode what came. */
export class Silent extends Error {}

/** Events: `view` (detail: state and progress), `reach` (detail: boolean). */
export class Supply extends EventTarget {
  /** @param {AudioContext} context @param {import("./outbox.js").outbox} outbox */
  constructor(context, outbox) {
    super();
    this.context = context;
    this.outbox = outbox;
    this.trials = [];
    /** As the server said with them. */
    this.state = null;
    /** Decoded clips by the screen's token. */
    this.clips = new Map();
    this.asking = null;
  }

  /** Screens still to be answered, as far as they are known. */
  get open() {
    return this.trials.filter((trial) => !this.outbox.has(trial.token));
  }

  /**
   * The next screen with its clips, both players' or none.
   * @returns {Promise<{trial: object, clips: Map<string, AudioBuffer>}|null>} null: nothing to rate
   *     now, see `view`
   */
  async next() {
    for (let tries = 0; tries < TRIES; ) {
      if (!this.open.length) await this.ask();
      const [trial] = this.open;
      if (trial) {
        try {
          return { trial, clips: await this.load(trial) };
        } catch (reason) {
          if (!(reason instanceof Refusal)) throw reason;
          // Gone since: what the server has now will do.
          this.trials = [];
          tries += 1;
        }
      } else if (this.outbox.waiting.length) {
        await this.outbox.flush();
        this.trials = [];
      } else if (this.trials.length) {
        // Written before the last answers had arrived: only an empty list means that nothing is left.
        this.trials = [];
        tries += 1;
        await pause(SOON);
      } else if (this.state === "rating") {
        // Under way, and yet nothing to rate: the two were read at different moments.
        tries += 1;
        await pause(SOON);
      } else return null;
    }
    throw new Error("no screen");
  }

  /** Ask the server what is next; several who ask at once share one answer. */
  ask() {
    this.asking ||= insist(
      () => get("trials"),
      (reachable) => this.tell("reach", reachable),
    )
      .then((view) => {
        this.trials = view.trials;
        this.state = view.state;
        const known = new Set(view.trials.map((trial) => trial.token));
        for (const token of this.clips.keys()) if (!known.has(token)) this.clips.delete(token);
        this.tell("view", view);
      })
      .finally(() => {
        this.asking = null;
      });
    return this.asking;
  }

  /** Have the screen after this one ready. Whatever fails here is tried again when it is needed. */
  async ahead(token) {
    try {
      if (this.open.length < 2) await this.ask();
      const after = this.open.find((trial) => trial.token !== token);
      if (after) await this.load(after);
    } catch {
      /* see next() */
    }
  }

  load(trial) {
    let loading = this.clips.get(trial.token);
    if (!loading) {
      loading = this.fetch(trial);
      this.clips.set(trial.token, loading);
      loading.catch(() => this.clips.delete(trial.token));
    }
    return loading;
  }

  async fetch(trial) {
    const pairs = await Promise.all(
      trial.slots.map(async ({ slot, url }) => {
        const data = await insist(
          () => clip(url),
          (reachable) => this.tell("reach", reachable),
        );
        try {
          return [slot, await this.context.decodeAudioData(data)];
        } catch (reason) {
          throw new Silent(reason.message);
        }
      }),
    );
    return new Map(pairs);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
