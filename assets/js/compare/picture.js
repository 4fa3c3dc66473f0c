/**
 * The picture of a take on its card: spectrogram, pitch or waveform, with the playhead and the part
 * that is looped. Dragging chooses a part, a click moves the playhead.
 */

import { sheet } from "../canvas.js";
import { h } from "../dom.js";
import { address, get } from "../http.js";
import { number, percent, seconds as inSeconds, t } from "../texts.js";
import { factor } from "./levels.js";

export const VIEWS = ["spectrogram", "pitch", "waveform"];

/** The same for all cards, so that voices can be told apart by eye. */
const LOWEST_HZ = 60;
const HIGHEST_HZ = 500;
const MIDDLE_HZ = 173;
const LINES_HZ = [100, 200, 400];
/** Dragged less than this, it was a click. */
const DRAG = 6;

export class Picture {
  /** @param {import("./deck.js").Deck} deck @param {import("./seat.js").Seat} seat */
  constructor(deck, seat) {
    this.deck = deck;
    this.seat = seat;
    this.view = VIEWS[0];
    this.image = h("img", { class: "vs-spectrogram", alt: "", decoding: "async", hidden: true });
    this.canvas = h("canvas", { class: "vs-picture-canvas", "aria-hidden": "true" });
    this.words = h("p", { class: "vs-picture-words", hidden: true });
    this.element = h(
      "div",
      { class: "vs-picture", onpointerdown: (event) => this.down(event), onpointermove: (event) => this.move(event), onpointerup: (event) => this.up(event), onpointercancel: () => this.drop() },
      this.image,
      this.canvas,
      this.words,
    );
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.element);
    this.scheme = new MutationObserver(() => this.draw());
    this.scheme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  close() {
    this.observer.disconnect();
    this.scheme.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** @param {object|null} take a done one, else nothing is drawn */
  show(take) {
    const id = take?.id || "";
    if (id !== this.id) {
      this.id = id;
      this.melody = null;
      this.peaks = null;
    }
    this.take = take;
    this.paintView();
  }

  /** @param {string} view one of VIEWS */
  set shown(view) {
    this.view = view;
    this.paintView();
  }

  async paintView() {
    const { id, take, view } = this;
    this.element.dataset.view = view;
    const spectral = view === "spectrogram";
    this.image.hidden = !id || !spectral;
    if (id && spectral) {
      const source = address(`/api/takes/${id}/spectrogram.png`);
      if (this.image.getAttribute("src") !== source) this.image.src = source;
      this.image.alt = t("take.spectrogram", { engine: this.seat.title });
    }
    if (!id) this.image.removeAttribute("src");
    if (id && view === "pitch" && !this.melody) await this.fetch("melody", `/api/takes/${id}/pitch`);
    if (id && view === "waveform" && !this.peaks) await this.fetch("peaks", `/api/takes/${id}/peaks`);
    if (id === this.id && view === this.view) this.describe(take);
    this.draw();
  }

  async fetch(name, path) {
    const { id } = this;
    try {
      const found = await get(path);
      if (id === this.id) this[name] = found;
    } catch {
      /* the picture stays empty; the sound itself is what matters */
    }
  }

  /** The picture in words: for screen readers, and below the line of the pitch. */
  describe(take) {
    const text = take && this.summary(take);
    if (text) {
      this.canvas.setAttribute("role", "img");
      this.canvas.setAttribute("aria-label", text);
      this.canvas.removeAttribute("aria-hidden");
    } else {
      this.canvas.removeAttribute("role");
      this.canvas.removeAttribute("aria-label");
      this.canvas.setAttribute("aria-hidden", "true");
    }
    const words = this.view === "pitch" && this.melody ? pitchWords(this.melody) : "";
    this.words.textContent = words;
    this.words.hidden = !words;
    this.words.toggleAttribute("data-above", this.melody?.median_hz < MIDDLE_HZ); // out of the line's way
  }

  summary(take) {
    const engine = this.seat.title;
    if (this.view === "pitch" && this.melody) {
      const { median_hz: median, range_semitones: range, voiced_seconds: voiced } = this.melody;
      if (median === null) return t("compare.pitch_none", { engine });
      return t("compare.pitch_summary", {
        engine,
        words: pitchWords(this.melody),
        hertz: number(median),
        semitones: number(range, 1),
        share: percent(take.seconds ? voiced / take.seconds : 0),
      });
    }
    if (this.view === "waveform" && this.peaks)
      return t("compare.wave_summary", { engine, seconds: inSeconds(take.seconds), loudness: number(take.loudness_lufs, 1), peak: number(take.true_peak_dbtp, 1) });
    return "";
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    const { canvas, seat, deck } = this;
    const page = sheet(canvas);
    if (!page) return;
    const { pen, width, height, colour } = page;
    if (!this.id || !seat.length) return;
    if (this.view === "pitch" && this.melody) paintPitch(pen, this.melody, width, height, colour);
    if (this.view === "waveform" && this.peaks) paintWave(pen, this.peaks.peaks, factor(deck.turned(seat)), width, height, colour);
    const x = (seconds) => (seconds / seat.length) * width;
    const part = this.drag?.wide ? this.drag : deck.part && { from: seat.at(deck.part.from), to: seat.at(deck.part.to) };
    if (part) {
      const [left, right] = [x(Math.min(part.from, part.to)), x(Math.max(part.from, part.to))];
      // what is left out is dimmed: visible on a dark picture and on a light one
      pen.fillStyle = colour("--vs-picture-dim");
      pen.fillRect(0, 0, left, height);
      pen.fillRect(right, 0, width - right, height);
      pen.fillStyle = colour(deck.loop || this.drag?.wide ? "--vs-picture-edge" : "--vs-wave");
      pen.fillRect(left - 1, 0, 2, height);
      pen.fillRect(right - 1, 0, 2, height);
    }
    if (deck.moment > 0 || deck.playing) {
      pen.fillStyle = colour("--vs-picture-head");
      pen.fillRect(Math.min(width - 2, x(seat.position)), 0, 2, height);
    }
  }

  secondsOf(event) {
    const box = this.element.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * this.seat.length;
  }

  down(event) {
    if (!this.seat.ready || event.button) return;
    const at = this.secondsOf(event);
    this.drag = { x: event.clientX, from: at, to: at, wide: false };
    this.element.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (!this.drag) return;
    this.drag.to = this.secondsOf(event);
    this.drag.wide ||= Math.abs(event.clientX - this.drag.x) > DRAG;
    if (this.drag.wide) this.draw();
  }

  up(event) {
    const { drag, seat, deck } = this;
    this.drag = null;
    if (!drag) return;
    if (!drag.wide) {
      seat.seek(this.secondsOf(event));
      return;
    }
    const ends = [seat.moment(drag.from), seat.moment(drag.to)];
    if (!deck.playing) deck.hear(seat, { play: false });
    deck.setPart({ from: Math.min(...ends), to: Math.max(...ends) });
  }

  drop() {
    this.drag = null;
    this.draw();
  }
}

const pitchWords = ({ figures, median_hz: median }) => (median === null ? "" : figures.map((one) => one.words).filter(Boolean).join(", "));

function paintPitch(pen, { hertz }, width, height, colour) {
  const y = (value) => height - 4 - (Math.log(value / LOWEST_HZ) / Math.log(HIGHEST_HZ / LOWEST_HZ)) * (height - 8);
  pen.font = `10px ${getComputedStyle(document.body).fontFamily}`;
  pen.lineWidth = 1;
  for (const line of LINES_HZ) {
    pen.fillStyle = colour("--vs-line-strong");
    pen.fillRect(0, Math.round(y(line)), width, 1);
    pen.fillStyle = colour("--vs-muted");
    pen.fillText(`${line} Hz`, 4, y(line) - 3);
  }
  pen.strokeStyle = colour("--vs-accent");
  pen.lineWidth = 2;
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.beginPath();
  let drawing = false;
  hertz.forEach((value, index) => {
    if (!value) {
      drawing = false;
      return;
    }
    const x = ((index + 0.5) / hertz.length) * width;
    const at = y(Math.min(HIGHEST_HZ, Math.max(LOWEST_HZ, value)));
    if (drawing) pen.lineTo(x, at);
    else {
      pen.moveTo(x, at);
      pen.lineTo(x + 0.01, at);
    }
    drawing = true;
  });
  pen.stroke();
}

/** As loud as it is heard: cards can be compared by eye. */
function paintWave(pen, peaks, gain, width, height, colour) {
  const middle = height / 2;
  const columns = Math.max(1, Math.floor(width));
  const reach = middle - 3;
  pen.fillStyle = colour("--vs-line-strong");
  pen.fillRect(0, middle - 0.5, width, 1);
  pen.fillStyle = colour("--vs-wave-played");
  for (let column = 0; column < columns; column += 1) {
    const from = Math.floor((column / columns) * peaks.length);
    const to = Math.max(from + 1, Math.floor(((column + 1) / columns) * peaks.length));
    let low = 0;
    let high = 0;
    for (let i = from; i < to && i < peaks.length; i += 1) {
      low = Math.min(low, peaks[i][0]);
      high = Math.max(high, peaks[i][1]);
    }
    const up = Math.min(1, (high / 127) * gain) * reach;
    const down = Math.min(1, (-low / 127) * gain) * reach;
    pen.fillRect(column, middle - up, 1, Math.max(1, up + down));
  }
}
