/**
 * One playhead over all takes of a comparison. One take sounds at a time; another one takes over at
 * the same moment of the text, on the audio clock and with a fade too short to hear, so that no gap
 * is left. Takes are turned to the same level by the loudness that the server measured.
 */

import { leave, take } from "../stage.js";
import { commonLevel, factor, turnedBy } from "./levels.js";
import { Seat } from "./seat.js";

/** Fade from one take to the next: short enough to compare, long enough not to click. */
const FADE = 0.012;
/** From a decision to its sound: what is scheduled at once would begin late. */
const SOON = 0.02;
/** Between takes that are played in turn, so that one can tell where the next begins. */
const BREATH = 0.35;
const TICK = 33;
/** A loop shorter than this is a click, not a part. */
const LEAST_LOOP = 0.15;

export class Deck extends EventTarget {
  /** Events: `change` (who, whether, how), `tick` (the playhead moved), `unplayable` (with `seat`). */
  constructor(makeContext = () => new AudioContext({ latencyHint: "interactive" })) {
    super();
    this.makeContext = makeContext;
    /** @type {Map<number, Seat>} */
    this.seats = new Map();
    /** @type {Seat|null} whose sound is heard, or would be */
    this.current = null;
    this.playing = false;
    this.loop = false;
    /** The part that is looped, as moments. @type {{from: number, to: number}|null} */
    this.part = null;
    this.turn = false;
    this.matched = true;
    this.rested = 0;
    this.order = [];
  }

  /** @param {number} place @returns {Seat} */
  seat(place) {
    if (!this.seats.has(place)) this.seats.set(place, new Seat(this, place));
    return this.seats.get(place);
  }

  /** Seats with sound, in the order in which the cards are shown. */
  get ready() {
    const rank = (seat) => (this.order.includes(seat.place) ? this.order.indexOf(seat.place) : 1e6 + seat.place);
    return [...this.seats.values()].filter((seat) => seat.ready).sort((a, b) => rank(a) - rank(b));
  }

  /** LUFS that takes are brought to. */
  get level() {
    return commonLevel(this.ready);
  }

  /** dB by which a take is turned. @param {Seat} seat */
  turned(seat) {
    return this.matched ? turnedBy(seat, this.level) : 0;
  }

  /** Something became known of the takes. @param {object[]} takes @param {number[]} order places as shown */
  show(takes, order) {
    this.order = order;
    takes.forEach((one, index) => {
      const seat = this.seat(one.position ?? index);
      if (seat.show(one) && seat === this.current && this.playing) this.pause();
    });
    if (!this.current?.ready) this.current = this.ready[0] || null;
    this.relevel();
    this.emit("change");
  }

  /** Seconds of the current take. */
  get seconds() {
    if (!this.current) return 0;
    if (!this.playing) return this.current.at(this.rested);
    const run = this.context.currentTime - this.startedAt;
    const at = this.from + Math.max(0, run);
    if (this.cycle && at > this.cycle[1]) return this.cycle[0] + ((at - this.cycle[0]) % (this.cycle[1] - this.cycle[0]));
    return Math.min(this.current.length, at);
  }

  /** The moment of all, in [0, 1]. */
  get moment() {
    return this.playing && this.current ? this.current.moment(this.seconds) : this.rested;
  }

  async play() {
    const seat = this.current || this.ready[0];
    if (seat) await this.hear(seat, { play: true });
  }

  pause() {
    if (!this.playing) {
      this.waiting = null;
      return;
    }
    this.rested = this.moment;
    this.halt();
    this.emit("change");
  }

  playOrPause() {
    if (this.playing) this.pause();
    else this.play();
  }

  /**
   * Hear a take: from the same moment on, or from `seconds` of its own.
   * @param {Seat} seat @param {{seconds?: number, play?: boolean}} [how]
   */
  async hear(seat, { seconds, play = this.playing } = {}) {
    if (!seat.ready) return;
    if (seat === this.current && play && this.playing && seconds === undefined) return;
    const asked = { seat, seconds };
    this.waiting = asked;
    if (!play) {
      this.current = seat;
      this.rested = seconds === undefined ? this.rested : seat.moment(seconds);
      this.emit("change");
      return;
    }
    this.context ||= this.makeContext();
    this.busy = seat;
    this.emit("change");
    try {
      const [buffer] = await Promise.all([seat.buffer(this.context), this.context.resume()]);
      if (this.waiting !== asked) return;
      this.waiting = null;
      this.begin(seat, buffer, seconds);
      this.fetchOthers();
    } catch {
      this.halt();
      this.dispatchEvent(Object.assign(new Event("unplayable"), { seat }));
    } finally {
      if (this.busy === seat) this.busy = null;
      this.emit("change");
    }
  }

  /** Begin a take's sound; what sounded before fades. */
  begin(seat, buffer, seconds, pause = 0) {
    take(this);
    const { context } = this;
    const when = context.currentTime + SOON + pause;
    // where the head will be when the next take is heard, not where it is now
    const head = this.playing && this.current ? this.current.moment(Math.min(this.current.length, this.seconds + SOON)) : this.rested;
    let at = seconds === undefined ? seat.at(head) : seconds;
    const span = this.spanOf(seat, buffer.duration);
    if (seconds === undefined && (at < span[0] - 0.01 || at >= span[1] - 0.02)) at = span[0];
    at = Math.min(at, Math.max(0, buffer.duration - 0.02));
    this.release(when);
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, when);
    gain.gain.linearRampToValueAtTime(factor(this.turned(seat)), when + FADE);
    gain.connect(this.outlet());
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(gain);
    // beyond its part a take is heard to its end
    const within = this.loop && at < span[1];
    this.cycle = within && !this.turn ? span : null;
    if (this.cycle) Object.assign(source, { loop: true, loopStart: span[0], loopEnd: span[1] });
    if (this.turn && within) source.start(when, at, span[1] - at);
    else source.start(when, at);
    source.onended = () => this.ended(source);
    this.voice = { source, gain };
    this.current = seat;
    this.from = at;
    this.startedAt = when;
    this.playing = true;
    this.heartbeat();
  }

  /** What of a take is looped, in seconds. */
  spanOf(seat, length) {
    if (!this.loop || !this.part) return [0, length];
    const from = Math.min(seat.at(this.part.from), Math.max(0, length - LEAST_LOOP));
    return [from, Math.min(length, Math.max(seat.at(this.part.to), from + LEAST_LOOP))];
  }

  async ended(source) {
    if (this.voice?.source !== source) return;
    if (!this.turn) {
      this.rested = 0;
      this.halt();
      this.emit("change");
      return;
    }
    const { ready } = this;
    const next = ready.indexOf(this.current) + 1;
    if (next >= ready.length && !this.loop) {
      this.turn = false;
      this.rested = 0;
      this.current = ready[0];
      this.halt();
      this.emit("change");
      return;
    }
    const seat = ready[next % ready.length];
    try {
      const buffer = await seat.buffer(this.context);
      if (this.voice?.source !== source) return;
      this.playing = false;
      this.rested = 0;
      this.begin(seat, buffer, this.spanOf(seat, buffer.duration)[0], BREATH);
    } catch {
      this.halt();
      this.dispatchEvent(Object.assign(new Event("unplayable"), { seat }));
    }
    this.emit("change");
  }

  /** All takes one after the other, from the first. */
  async playInTurn() {
    if (this.turn && this.playing) {
      this.turn = false;
      this.pause();
      return;
    }
    const [first] = this.ready;
    if (!first) return;
    this.turn = true;
    if (this.playing) this.halt();
    this.rested = this.loop && this.part ? this.part.from : 0;
    await this.hear(first, { play: true, seconds: first.at(this.rested) });
  }

  setLoop(on) {
    if (this.loop === on) return;
    this.loop = on;
    this.again();
  }

  /** @param {{from: number, to: number}|null} part in moments; it is looped at once */
  setPart(part) {
    this.part = part && part.to > part.from ? part : null;
    this.loop = Boolean(this.part) || this.loop;
    if (this.part && !this.playing) this.rested = this.part.from;
    this.again();
  }

  setMatched(on) {
    this.matched = on;
    this.relevel();
    this.emit("change");
  }

  /** Go on from where the head is, by the rules as they are now. */
  again() {
    if (this.playing) {
      const seat = this.current;
      this.rested = this.moment;
      seat.buffer(this.context).then((buffer) => {
        if (this.playing && this.current === seat) this.begin(seat, buffer);
        this.emit("change");
      });
    }
    this.emit("change");
  }

  /** @param {number} moment in [0, 1] */
  async seek(moment) {
    if (!this.current) return;
    const to = Math.min(1, Math.max(0, moment));
    if (this.playing) await this.hear(this.current, { seconds: this.current.at(to), play: true });
    else {
      this.rested = to;
      this.emit("change");
    }
  }

  /** @param {number} seconds forward, or back */
  step(seconds) {
    const seat = this.current;
    if (seat) this.seek(seat.moment(Math.min(seat.length, Math.max(0, this.seconds + seconds))));
  }

  relevel() {
    if (!this.playing || !this.voice) return;
    this.voice.gain.gain.setTargetAtTime(factor(this.turned(this.current)), this.context.currentTime + FADE, FADE);
  }

  /** Where all sound goes. */
  outlet() {
    if (!this.out) {
      this.out = this.context.createGain();
      this.out.connect(this.context.destination);
    }
    return this.out;
  }

  /** Fade out what sounds. @param {number} when on the audio clock */
  release(when) {
    const { voice } = this;
    if (!voice) return;
    this.voice = null;
    voice.source.onended = null;
    const { gain } = voice.gain;
    gain.cancelScheduledValues(when);
    gain.setValueAtTime(factor(this.turned(this.current)), when);
    gain.linearRampToValueAtTime(0, when + FADE);
    voice.source.stop(when + FADE + 0.005);
    setTimeout(() => voice.gain.disconnect(), 200 + 1000 * Math.max(0, when - this.context.currentTime));
  }

  halt() {
    clearInterval(this.timer);
    if (this.context) this.release(this.context.currentTime);
    this.playing = false;
    this.waiting = null;
    leave(this);
  }

  /** The other takes are fetched while one is heard: switching then waits for nothing. */
  fetchOthers() {
    for (const seat of this.ready) if (seat !== this.current) seat.buffer(this.context).catch(() => {});
  }

  heartbeat() {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.emit("tick"), TICK);
  }

  close() {
    this.halt();
    if (this.context && this.context.state !== "closed") this.context.close();
    this.context = null;
    this.out = null;
  }

  emit(name) {
    this.dispatchEvent(new Event(name));
  }
}
