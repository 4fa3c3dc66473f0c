/**
 * What a microphone's level means, in one word at a time: `silent`, `quiet`, `good`, `noisy`, `loud`,
 * `clipped`. Levels are in dBFS; the bounds are those by which the check-up judges the recording.
 */

const FLOOR_SHARE = 0.1;
const SPEECH_SHARE = 0.9;
/** Levels remembered: for the room ten seconds, for the voice two. */
const ROOM = 200;
const VOICE = 40;
/** Louder than the room by so much is a voice. */
const AUDIBLE = 8;
const SILENT = -56;
const QUIET = -36;
const LOUD = -10;
const NEAR_FULL = -1.2;
/** A voice that is above the room by less is hard to learn from. */
const CLEAR = 20;
/** Rooms in dBFS: up to here quiet, up to there lively. */
const ROOMS = [[-55, "quiet"], [-42, "some"], [0, "loud"]];
/** A word stands for so many readings at least, so that it can be read. */
const STANDS = 18;
const CLIPPED_STANDS = 50;
/** Breath before a verdict: a voice must have come first. */
const FIRST = 10;

export class Levels {
  constructor() {
    this.room = [];
    this.voice = [];
    this.word = "";
    this.stood = 0;
    /** Blocks that were clipped since the recording began. */
    this.clippings = 0;
    this.sinceClipping = Infinity;
  }

  /** While nobody speaks. @param {{rms: number}} level @returns {"quiet"|"some"|"loud"} how loud the room is */
  hush({ rms }) {
    push(this.room, rms, ROOM);
    return this.roomWord;
  }

  /** Loudness of the room in dBFS. */
  get floor() {
    return share(this.room, FLOOR_SHARE);
  }

  get roomWord() {
    return ROOMS.find(([most]) => this.floor <= most)?.[1] || "loud";
  }

  /** Somebody reads. @param {{rms: number, peak: number, clipped: boolean}} level @returns {string} the word that stands now */
  hear({ rms, peak, clipped }) {
    push(this.room, rms, ROOM);
    push(this.voice, { rms, peak }, VOICE);
    this.clippings += Number(clipped);
    this.sinceClipping = clipped ? 0 : this.sinceClipping + 1;
    this.stood += 1;
    const said = this.judged();
    const urgent = said === "clipped" && this.word !== "clipped";
    if (said && said !== this.word && (urgent || !this.word || this.stood >= STANDS)) {
      this.word = said;
      this.stood = 0;
    }
    return this.word;
  }

  judged() {
    if (this.sinceClipping < CLIPPED_STANDS) return "clipped";
    if (this.voice.length < FIRST) return "";
    const speech = share(this.voice.map((one) => one.rms), SPEECH_SHARE);
    const peak = Math.max(...this.voice.map((one) => one.peak));
    const above = speech - this.floor;
    if (speech < SILENT || (above < AUDIBLE && speech < QUIET)) return "silent";
    if (speech > LOUD || peak > NEAR_FULL) return "loud";
    if (speech < QUIET) return "quiet";
    return above < CLEAR && this.floor > ROOMS[0][0] ? "noisy" : "good";
  }
}

function push(list, one, most) {
  list.push(one);
  if (list.length > most) list.shift();
}

/** The value below which a share of the list lies. */
function share(list, part) {
  if (!list.length) return -120;
  const sorted = [...list].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
