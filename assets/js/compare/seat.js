/** A take's place on the playhead: what of it is known, and its sound once it was fetched. */

import { request } from "../http.js";
import { readWav } from "../pcm.js";
import { knots, momentAt, secondsAt } from "./moments.js";

export class Seat {
  /** @param {import("./deck.js").Deck} deck @param {number} place of the take in its order */
  constructor(deck, place) {
    this.deck = deck;
    this.place = place;
    this.id = "";
    this.path = "";
    this.length = 0;
    this.loudness = null;
    this.peak = null;
    this.knots = knots([], 0);
    this.worded = false;
  }

  /** What the server knows now. @param {object} take as the API gives it @returns {boolean} whether it is another sound */
  show(take) {
    const done = take.state === "done";
    const other = take.id !== this.id || done !== this.ready;
    if (other) this.sound = null;
    this.id = take.id;
    this.title = take.marks?.name || take.title;
    this.path = done ? `/api/takes/${take.id}/audio?format=wav&listen=true` : "";
    this.length = done ? take.seconds || 0 : 0;
    this.loudness = take.loudness_lufs;
    this.peak = take.true_peak_dbtp ?? take.peak_dbfs;
    const moments = take.report?.heard?.moments;
    this.worded = Boolean(moments?.length);
    this.knots = knots(moments, this.length);
    return other;
  }

  get ready() {
    return Boolean(this.path);
  }

  /** The sound, fetched and read once. @param {BaseAudioContext} context @returns {Promise<AudioBuffer>} */
  buffer(context) {
    if (!this.sound) {
      const path = this.path;
      this.sound = fetched(path, context);
      this.sound.catch(() => {
        if (path === this.path) this.sound = null; // may be asked for again
      });
    }
    return this.sound;
  }

  /** Seconds of this take at a moment of all. */
  at(moment) {
    return secondsAt(this.knots, moment);
  }

  /** The moment of all at seconds of this take. */
  moment(seconds) {
    return momentAt(this.knots, seconds);
  }

  /* What a card's player asks of it. */

  get playing() {
    return this.deck.playing && this.deck.current === this;
  }

  get position() {
    return this.at(this.deck.moment);
  }

  play() {
    return this.deck.hear(this, { play: true });
  }

  pause() {
    if (this.playing) this.deck.pause();
  }

  seek(seconds) {
    return this.deck.hear(this, { seconds });
  }
}

/** Decoded at its own rate: nothing is lost by resampling before it is heard. */
async function fetched(path, context) {
  const pieces = [];
  let rate = 0;
  let length = 0;
  for await (const piece of readWav(await request(path))) {
    pieces.push(piece.samples);
    length += piece.samples.length;
    rate = piece.rate;
  }
  if (!length) throw new Error("the take has no sound");
  const buffer = context.createBuffer(1, length, rate);
  let at = 0;
  for (const samples of pieces) {
    buffer.copyToChannel(samples, 0, at);
    at += samples.length;
  }
  return buffer;
}
