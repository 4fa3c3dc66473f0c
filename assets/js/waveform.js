/** A waveform on a canvas: thin rounded bars, the played part in the accent colour. */

const BAR = 2;
const GAP = 1.5;

export class Waveform {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {[number, number][]} lowest and highest sample of each slice, −127 … 127 */
    this.peaks = [];
    this.played = 0;
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
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (!width || !height) return;
    const scale = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
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
      pen.fillStyle = style.getPropertyValue(
        !peaks.length || bar >= covered ? "--vs-wave-empty" : bar / covered < this.played ? "--vs-wave-played" : "--vs-wave",
      );
      pen.beginPath();
      pen.roundRect(x, middle - half, BAR, half * 2, 1);
      pen.fill();
    }
  }

  close() {
    this.observer.disconnect();
    this.scheme.disconnect();
    cancelAnimationFrame(this.frame);
  }
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
