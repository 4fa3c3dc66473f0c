/**
 * The clips of one screen. Apart, one sounds after the other, each from its beginning; together, all
 * run on one playhead and which is heard is a matter of gains, so that switching keeps the moment.
 */

/** Seconds: fade between clips, way from "play" to the first sample, how finely hearing is booked. */
const FADE = 0.012;
const LEAD = 0.03;
const BIN = 0.1;
/** Milliseconds. */
const TICK = 50;
/** A clip counts as heard in full after so much of it: the last tick may come a moment late. */
const NEARLY = 0.94;

/** Events: `change`, `ended` (detail: the slot that came to its end). */
export class Deck extends EventTarget {
  /**
   * @param {AudioContext} context
   * @param {Map<string, AudioBuffer>} clips by slot, in the order of the screen
   * @param {{together?: boolean}} [options] together: one playhead, from end to beginning again
   */
  constructor(context, clips, { together = false } = {}) {
    super();
    this.context = context;
    this.clips = clips;
    this.together = together;
    this.slot = clips.keys().next().value;
    this.offset = 0;
    this.playing = false;
    this.sources = [];
    this.turn = 0;
    this.bins = new Map([...clips].map(([slot, clip]) => [slot, new Uint8Array(Math.max(1, Math.floor(clip.duration / BIN)))]));
    this.gains = new Map(
      [...clips.keys()].map((slot) => {
        const gain = context.createGain();
        gain.connect(context.destination);
        return [slot, gain];
      }),
    );
  }

  /** Seconds of what is playing: the clip, or the longest of all. */
  get length() {
    const lengths = this.together ? [...this.clips.values()].map((clip) => clip.duration) : [this.clips.get(this.slot).duration];
    return Math.max(...lengths);
  }

  /** Seconds. */
  get position() {
    if (!this.playing) return this.offset;
    return Math.min(this.length, Math.max(0, this.context.currentTime - this.startedAt));
  }

  /** How much of a clip was heard, 0 to 1. */
  share(slot) {
    const bins = this.bins.get(slot);
    return bins.reduce((sum, bin) => sum + bin, 0) / bins.length;
  }

  /** Whether a clip was heard to its end; together, whether enough of it was to judge it. */
  heard(slot, seconds = Infinity) {
    const { duration } = this.clips.get(slot);
    return this.share(slot) * duration >= Math.min(seconds, duration * NEARLY);
  }

  /** Heard before a reload. */
  recall(slot) {
    this.bins.get(slot)?.fill(1);
  }

  /** Play a clip, or go on with it. @param {string} [slot] by default the one chosen last */
  async play(slot = this.slot) {
    if (this.playing && slot === this.slot) return;
    const turn = ++this.turn;
    if (slot !== this.slot) this.choose(slot);
    if (this.playing) return;
    if (this.context.state !== "running") {
      await this.context.resume();
      if (turn !== this.turn) return;
    }
    const begin = this.context.currentTime + LEAD;
    this.startedAt = begin - this.offset;
    this.level(0);
    for (const one of this.together ? this.clips.keys() : [slot]) {
      const source = this.context.createBufferSource();
      source.buffer = this.clips.get(one);
      source.connect(this.gains.get(one));
      if (this.offset < source.buffer.duration) {
        source.start(begin, this.offset);
        this.sources.push(source);
      }
    }
    this.playing = true;
    this.mark = this.offset;
    this.timer = setInterval(() => this.tick(), TICK);
    this.emit("change");
  }

  /** Another clip is the one heard: at the same moment when together, else from its beginning. */
  choose(slot) {
    if (slot === this.slot) return;
    if (this.playing) this.book();
    if (!this.together) {
      this.halt();
      this.offset = 0;
    }
    this.slot = slot;
    this.level(FADE / 3);
    this.emit("change");
  }

  /** Only the chosen clip is let through. */
  level(constant) {
    for (const [slot, { gain }] of this.gains) {
      const target = slot === this.slot ? 1 : 0;
      if (constant) gain.setTargetAtTime(target, this.context.currentTime, constant);
      else {
        gain.cancelScheduledValues(0);
        gain.value = target;
      }
    }
  }

  /** Write down what was heard since the last time. */
  book() {
    const bins = this.bins.get(this.slot);
    const { position } = this;
    const { duration } = this.clips.get(this.slot);
    const until = Math.min(position, duration);
    const last = position >= duration - BIN ? bins.length : Math.floor(until / BIN);
    for (let bin = Math.floor(this.mark / BIN); bin < last; bin += 1) bins[bin] = 1;
    this.mark = position;
  }

  tick() {
    this.book();
    if (this.position < this.length) {
      this.emit("change");
      return;
    }
    const { slot } = this;
    this.halt();
    this.offset = 0;
    this.emit("change");
    this.emit("ended", slot);
    if (this.together) this.play();
  }

  halt() {
    clearInterval(this.timer);
    for (const source of this.sources) {
      source.disconnect();
      source.stop();
    }
    this.sources = [];
    this.playing = false;
  }

  pause() {
    this.turn += 1;
    if (!this.playing) return;
    this.book();
    this.offset = this.position >= this.length ? 0 : this.position;
    this.halt();
    this.emit("change");
  }

  /** Play or pause. @param {string} [slot] */
  toggle(slot = this.slot) {
    if (this.playing && slot === this.slot) this.pause();
    else this.play(slot);
  }

  /** @param {number} position in seconds */
  async seek(position) {
    const { playing } = this;
    if (playing) {
      this.book();
      this.halt();
    }
    this.offset = Math.min(Math.max(0, position), this.length - 0.05);
    if (playing) await this.play();
    else this.emit("change");
  }

  close() {
    this.turn += 1;
    this.halt();
    for (const gain of this.gains.values()) gain.disconnect();
  }

  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
