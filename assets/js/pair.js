/**
 * Two clips on one playhead. Both run at the same time, sample by sample; which one is heard is a
 * matter of two gains, so switching never moves the playhead.
 */

import { leave, take } from "./stage.js";

/** Fade between the clips, in seconds: short enough to compare, long enough not to click. */
const FADE = 0.012;

export class Pair extends EventTarget {
  /** Events: `change`, `ended`. @param {AudioBuffer} a @param {AudioBuffer} b */
  constructor(context, a, b) {
    super();
    this.context = context;
    this.buffers = { a, b };
    this.gains = {};
    for (const side of ["a", "b"]) {
      this.gains[side] = context.createGain();
      this.gains[side].gain.value = side === "a" ? 1 : 0;
      this.gains[side].connect(context.destination);
    }
    this.side = "a";
    this.offset = 0;
    this.playing = false;
    /** Seconds each side was really heard. */
    this.heard = { a: 0, b: 0 };
  }

  /** Length of the longer clip in seconds. */
  get length() {
    return Math.max(this.buffers.a.duration, this.buffers.b.duration);
  }

  get position() {
    if (!this.playing) return this.offset;
    return Math.min(this.length, Math.max(0, this.context.currentTime - this.startedAt));
  }

  async play() {
    if (this.playing) return;
    take(this);
    await this.context.resume();
    const begin = this.context.currentTime + 0.02;
    this.startedAt = begin - this.offset;
    this.sources = ["a", "b"].map((side) => {
      const source = this.context.createBufferSource();
      source.buffer = this.buffers[side];
      source.connect(this.gains[side]);
      if (this.offset < source.buffer.duration) source.start(begin, this.offset);
      return source;
    });
    this.playing = true;
    this.mark = this.position;
    this.timer = setInterval(() => this.tick(), 40);
    this.emit("change");
  }

  /** Book what was heard; stop at the end. */
  tick() {
    const { position, side } = this;
    const until = Math.min(position, this.buffers[side].duration);
    if (until > this.mark) this.heard[side] += until - this.mark;
    this.mark = position;
    if (position >= this.length) {
      this.halt();
      this.offset = 0;
      this.emit("change");
      this.emit("ended");
    } else this.emit("change");
  }

  halt() {
    clearInterval(this.timer);
    for (const source of this.sources || []) {
      source.disconnect();
      try {
        source.stop();
      } catch {
        /* it was never started: the playhead was behind its end */
      }
    }
    this.sources = [];
    this.playing = false;
    leave(this);
  }

  pause() {
    if (!this.playing) return;
    this.tick();
    if (!this.playing) return;
    this.offset = this.position;
    this.halt();
    this.emit("change");
  }

  /** Hear the other side from the same moment on. @param {"a"|"b"} side */
  hear(side) {
    if (side === this.side) return;
    if (this.playing) this.tick();
    this.side = side;
    const now = this.context.currentTime;
    for (const one of ["a", "b"]) this.gains[one].gain.setTargetAtTime(one === side ? 1 : 0, now, FADE / 3);
    this.emit("change");
  }

  /** @param {number} position in seconds */
  async seek(position) {
    const playing = this.playing;
    if (playing) this.halt();
    this.offset = Math.min(this.length, Math.max(0, position));
    if (playing) await this.play();
    else this.emit("change");
  }

  close() {
    this.halt();
    for (const gain of Object.values(this.gains)) gain.disconnect();
  }

  emit(name) {
    this.dispatchEvent(new Event(name));
  }
}
