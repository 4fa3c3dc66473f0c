/** A waveform on a canvas: thin rounded bars, the played part in the accent colour. */

import { sheet } from "./canvas.js";

const BAR = 2;
const GAP = 1.5;

export class Waveform {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {[number, number][]} lowest and highest sample of each slice, −127 … 127 */
    this.peaks = [];
    this.played = 0;
    /** What a clip's doctor found: pairs of seconds; null for a plain waveform.
     * @type {{seconds: number, speech: [number, number][], clipping: [number, number][], part: {start: number, end: number}|null}|null} */
    this.marks = null;
    /** Share of the width that the peaks cover; below 1 while more may come. */
    this.extent = 1;
    this.frame = 0;
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(canvas);
    this.scheme = new MutationObserver(() => this.draw());
    this.scheme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  /** @param {[number, number][]} peaks @param {number} [extent] */
  show(peaks, extent = 1) {
    this.peaks = peaks;
    this.extent = extent;
    this.draw();
  }

  /** Mark speech, clipping and the chosen part. */
  mark(marks) {
    this.marks = marks;
    this.draw();
  }

  /** @param {number} share of the whole that was played, in [0, 1] */
  progress(share) {
    this.played = share;
    this.draw();
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    const { canvas, peaks } = this;
    const page = sheet(canvas);
    if (!page) return;
    const { pen, width, height, colour } = page;
    const marks = this.marks && spread(this.marks);
    if (marks?.part) this.paintPart(pen, marks.part, width, height, colour);
    const bars = Math.max(1, Math.floor(width / (BAR + GAP)));
    const covered = Math.max(1, Math.round(bars * this.extent));
    const middle = height / 2;
    const loudest = Math.max(24, ...peaks.map(([low, high]) => Math.max(-low, high)));
    for (let bar = 0; bar < bars; bar += 1) {
      const x = bar * (BAR + GAP);
      let reach = 0;
      if (peaks.length && bar < covered) {
        const from = Math.floor((bar / covered) * peaks.length);
        const to = Math.max(from + 1, Math.floor(((bar + 1) / covered) * peaks.length));
        for (let i = from; i < to && i < peaks.length; i += 1)
          reach = Math.max(reach, -peaks[i][0], peaks[i][1]);
      }
      const half = Math.max(1, (reach / loudest) * (middle - 2));
      const empty = !peaks.length || bar >= covered;
      const name = marks && !empty ? tone(marks, bar / bars, (bar + 1) / bars) : bar / covered < this.played ? "--vs-wave-played" : "--vs-wave";
      pen.fillStyle = colour(empty ? "--vs-wave-empty" : name);
      pen.beginPath();
      pen.roundRect(x, middle - half, BAR, half * 2, 1);
      pen.fill();
    }
    if (marks && this.played) {
      pen.fillStyle = colour("--vs-ink");
      pen.fillRect(Math.min(width - 2, this.played * width), 0, 2, height);
    }
  }

  /** The chosen part: a band behind the bars, and a bracket at each end. */
  paintPart(pen, [from, to], width, height, colour) {
    const left = from * width;
    const right = to * width;
    pen.fillStyle = colour("--vs-accent-soft");
    pen.beginPath();
    pen.roundRect(left, 0, Math.max(2, right - left), height, 6);
    pen.fill();
    pen.fillStyle = colour("--vs-accent");
    for (const [x, foot] of [[left, 1], [right - 2, -1]]) {
      pen.fillRect(x, 0, 2, height);
      for (const y of [0, height - 2]) pen.fillRect(foot > 0 ? x : x - 4, y, 6, 2);
    }
  }

  close() {
    this.observer.disconnect();
    this.scheme.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

/** Marks as shares of the width. */
function spread({ seconds, speech, clipping, part }) {
  const share = ([from, to]) => [from / seconds, to / seconds];
  return { speech: speech.map(share), clipping: clipping.map(share), part: part && share([part.start, part.end]) };
}

/** The colour of the bar between two shares of the width: clipping goes before speech. */
function tone(marks, from, to) {
  const within = (pairs) => pairs.some(([start, end]) => start < to && end >= from);
  return within(marks.clipping) ? "--vs-bad" : within(marks.speech) ? "--vs-wave-played" : "--vs-wave";
}

/** Lowest and highest of each `size` samples, appended to `peaks`. */
export function addPeaks(peaks, samples, size) {
  for (let from = 0; from < samples.length; from += size) {
    let low = 0;
    let high = 0;
    const to = Math.min(samples.length, from + size);
    for (let i = from; i < to; i += 1) {
      if (samples[i] < low) low = samples[i];
      if (samples[i] > high) high = samples[i];
    }
    peaks.push([low * 127, high * 127]);
  }
}
