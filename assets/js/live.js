/** Listening to a take while it is made: chunks scheduled one after the other through Web Audio. */

import { request } from "./http.js";
import { readWav } from "./pcm.js";
import { leave, take } from "./stage.js";
import { addPeaks } from "./waveform.js";

/** Slices of the waveform per second while it grows. */
const SLICES = 40;
/** Head start when sound begins or begins again, in seconds. */
const LEAD = 0.06;

export class Live extends EventTarget {
  /**
   * Events: `data` (more arrived), `sound` (first sound scheduled), `change` (playing or not),
   * `ended` (stream over), `finished` (played to the end), `failed`.
   * @param {string} path of the stream
   */
  constructor(path) {
    super();
    this.path = path;
    this.chunks = [];
    this.peaks = [];
    this.rate = 0;
    this.seconds = 0;
    this.over = false;
    this.playing = false;
    this.next = 0;
    this.scheduled = 0;
    this.sources = new Set();
    this.abort = new AbortController();
  }

  /** Read the stream to its end. */
  async read() {
    try {
      const answer = await request(this.path, { signal: this.abort.signal });
      for await (const { samples, rate } of readWav(answer)) {
        this.rate = rate;
        this.chunks.push(samples);
        this.seconds += samples.length / rate;
        addPeaks(this.peaks, samples, Math.round(rate / SLICES));
        if (this.playing) this.schedule();
        this.emit("data");
      }
    } catch (reason) {
      if (reason.name !== "AbortError") this.emit("failed");
    }
    this.over = true;
    this.emit("ended");
    this.settle();
  }

  /** Start, or go on, from where it was. */
  async play() {
    take(this);
    this.context ||= new AudioContext();
    await this.context.resume();
    this.playing = true;
    this.schedule();
    this.emit("change");
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.context?.suspend();
    leave(this);
    this.emit("change");
  }

  /** Seconds of the take already heard. */
  get position() {
    if (!this.context || this.startedAt === undefined) return 0;
    return Math.max(0, Math.min(this.seconds, this.seconds - (this.next - this.context.currentTime) - this.pending()));
  }

  /** Seconds that arrived but are not scheduled yet. */
  pending() {
    let samples = 0;
    for (let i = this.scheduled; i < this.chunks.length; i += 1) samples += this.chunks[i].length;
    return this.rate ? samples / this.rate : 0;
  }

  schedule() {
    const { context } = this;
    for (; this.scheduled < this.chunks.length; this.scheduled += 1) {
      const samples = this.chunks[this.scheduled];
      const buffer = context.createBuffer(1, samples.length, this.rate);
      buffer.copyToChannel(samples, 0);
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(context.destination);
      // The engine was slower than speech: start again a moment from now.
      if (this.next < context.currentTime + 0.005) this.next = context.currentTime + LEAD;
      source.start(this.next);
      if (this.startedAt === undefined) {
        this.startedAt = this.next;
        this.emit("sound");
      }
      this.next += buffer.duration;
      this.sources.add(source);
      source.onended = () => {
        this.sources.delete(source);
        this.settle();
      };
    }
  }

  settle() {
    if (!this.over || !this.playing || this.sources.size || this.scheduled < this.chunks.length) return;
    this.playing = false;
    leave(this);
    this.emit("change");
    this.emit("finished");
  }

  close() {
    this.abort.abort();
    this.playing = false;
    leave(this);
    for (const source of this.sources) source.onended = null;
    if (this.context && this.context.state !== "closed") this.context.close();
  }

  emit(name) {
    this.dispatchEvent(new Event(name));
  }
}
