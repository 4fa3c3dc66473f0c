/**
 * `<vs-player>`: play button, waveform that seeks, playhead.
 *
 * Attributes: `src` (path of the audio), `peaks` (path of its peaks), `seconds`, `label`.
 * Property `live`: a `Live` stream to show and play until `src` is set.
 * Property `seat`: its place on a playhead that several players share (`compare/seat.js`).
 */

import { define, h, icon, setIcon } from "./dom.js";
import { get, request } from "./http.js";
import { leave, take } from "./stage.js";
import { clock, percent, t } from "./texts.js";
import { Waveform } from "./waveform.js";

class Player extends HTMLElement {
  static observedAttributes = ["src", "peaks", "seconds", "disabled"];

  connectedCallback() {
    if (!this.built) this.build();
    this.wave = new Waveform(this.canvas);
    if (this.known) this.wave.show(this.known);
    if (this.marked) this.wave.mark(this.marked);
    this.refresh();
  }

  disconnectedCallback() {
    this.pause();
    this.wave?.close();
    this.live = null;
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
    this.audio = null;
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "src") {
      this.pause();
      if (this.url) URL.revokeObjectURL(this.url);
      this.url = null;
      this.audio = null;
    }
    if (name === "peaks") this.loadPeaks();
    if (this.built) this.refresh();
  }

  build() {
    this.built = true;
    this.sign = icon("play");
    this.toggle = h("button", { type: "button", class: "vs-play", onclick: () => this.playOrPause() }, this.sign);
    this.canvas = h("canvas", { class: "vs-wave", "aria-hidden": "true" });
    this.track = h(
      "div",
      {
        class: "vs-track",
        role: "slider",
        tabindex: "0",
        "aria-label": t("player.position"),
        "aria-valuemin": "0",
        onpointerdown: (event) => this.seekTo(event),
        onkeydown: (event) => this.step(event),
      },
      this.canvas,
    );
    this.clock = h("span", {});
    this.share = h("small", {});
    this.time = h("span", { class: "vs-time" }, this.clock, this.share);
    this.append(this.toggle, this.track, this.time);
  }

  /** @param {import("./live.js").Live|null} live */
  set live(live) {
    if (this.stream === live) return;
    this.stream?.close();
    this.stream = live;
    if (!live) return;
    live.addEventListener("data", () => {
      // The whole length is unknown: leave a little room that shrinks as more arrives.
      this.wave?.show(live.peaks, live.over ? 1 : live.seconds / (live.seconds + 1.5));
      this.refresh();
    });
    live.addEventListener("ended", () => this.wave?.show(live.peaks));
    live.addEventListener("change", () => {
      this.refresh();
      if (!live.playing) this.quiet();
    });
    live.addEventListener("finished", () => this.refresh());
    this.refresh();
  }

  get live() {
    return this.stream || null;
  }

  /** @param {import("./compare/seat.js").Seat|null} seat */
  set seat(seat) {
    this.shared = seat;
    this.toggleAttribute("shared", Boolean(seat));
    this.refresh();
  }

  /** What sounds is on the shared playhead, not in an element of its own. */
  get usesSeat() {
    return Boolean(this.shared?.ready) && !this.usesLive;
  }

  /** Peaks known already, without a request. @param {[number, number][]} peaks */
  set wavePeaks(peaks) {
    this.known = peaks;
    this.wave?.show(peaks);
  }

  /** What a clip's doctor found, drawn into the waveform. @param {object} marks as `Waveform.marks` */
  set marks(marks) {
    this.marked = marks;
    this.wave?.mark(marks);
  }

  /** A file on this machine (a clip not yet sent). @param {Blob} blob */
  async file(blob) {
    this.pause();
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = URL.createObjectURL(blob);
    this.audio = this.sounding(this.url);
    this.refresh();
  }

  /** The live stream sounds, or was begun and not heard to its end. */
  get usesLive() {
    return Boolean(this.stream) && (!this.getAttribute("src") || this.stream.playing);
  }

  get length() {
    return Number(this.getAttribute("seconds")) || this.stream?.seconds || this.audio?.duration || 0;
  }

  get position() {
    if (this.usesLive) return this.stream.position;
    if (this.usesSeat) return this.shared.position;
    return this.audio?.currentTime || 0;
  }

  get playing() {
    if (this.usesSeat) return this.shared.playing;
    return this.usesLive ? this.stream.playing : Boolean(this.audio && !this.audio.paused);
  }

  async loadPeaks() {
    const path = this.getAttribute("peaks");
    if (!path) return;
    try {
      const { peaks } = await get(path);
      if (path !== this.getAttribute("peaks")) return;
      this.known = peaks;
      this.wave?.show(peaks);
    } catch {
      /* the bar stays flat; the sound itself is what matters */
    }
  }

  sounding(url) {
    const audio = new Audio(url);
    audio.addEventListener("play", () => this.refresh());
    audio.addEventListener("pause", () => {
      this.refresh();
      this.quiet();
    });
    audio.addEventListener("ended", () => {
      audio.currentTime = 0;
      this.refresh();
      this.quiet();
    });
    audio.addEventListener("loadedmetadata", () => this.refresh());
    return audio;
  }

  /** Nobody is listening any more. */
  quiet() {
    if (!this.playing) this.dispatchEvent(new Event("vs-quiet"));
  }

  /** Fetch the whole clip once, so that seeking works whatever the server's route can do. */
  async load() {
    if (this.audio) return;
    const path = this.getAttribute("src");
    if (!path) return;
    this.toggle.dataset.busy = "";
    try {
      const blob = await (await request(path)).blob();
      if (path !== this.getAttribute("src")) return;
      this.url = URL.createObjectURL(blob);
      this.audio = this.sounding(this.url);
    } finally {
      delete this.toggle.dataset.busy;
    }
  }

  async play() {
    if (this.usesLive) {
      await this.stream.play();
      return;
    }
    if (this.usesSeat) {
      await this.shared.play();
      return;
    }
    try {
      await this.load();
      if (!this.audio) return;
      take(this);
      await this.audio.play();
    } catch {
      this.dispatchEvent(new CustomEvent("vs-unplayable", { bubbles: true }));
    }
  }

  pause() {
    if (this.stream?.playing) this.stream.pause();
    this.shared?.pause();
    this.audio?.pause();
    leave(this);
  }

  /** Play a stretch, then stop. @param {number} from @param {number} to in seconds */
  async span(from, to) {
    await this.load();
    if (!this.audio) return;
    const { audio } = this;
    audio.currentTime = from;
    const stop = () => {
      if (audio.currentTime < to && audio.currentTime >= from) return;
      audio.removeEventListener("timeupdate", stop);
      if (audio.currentTime >= to) this.pause();
    };
    audio.addEventListener("timeupdate", stop);
    await this.play();
  }

  playOrPause() {
    if (this.playing) this.pause();
    else this.play();
  }

  async seekTo(event) {
    if (this.usesLive || !this.length) return;
    const box = this.track.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    if (this.usesSeat) {
      this.shared.seek(share * this.length);
      return;
    }
    await this.load();
    if (this.audio) this.audio.currentTime = share * this.length;
    this.refresh();
  }

  async step(event) {
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }[event.key];
    if (event.key === " " || event.key === "Enter") this.playOrPause();
    else if (move && this.usesSeat) this.shared.seek(Math.min(this.length - 0.05, Math.max(0, this.position + move)));
    else if (move && !this.usesLive) {
      await this.load();
      if (this.audio) this.audio.currentTime = Math.min(this.length - 0.05, Math.max(0, this.audio.currentTime + move));
    } else return;
    event.preventDefault();
    this.refresh();
  }

  refresh() {
    if (!this.built) return;
    const ready = Boolean(this.getAttribute("src") || this.audio || this.stream?.seconds);
    this.toggle.disabled = !ready || this.hasAttribute("disabled");
    const label = this.getAttribute("label") || "";
    const name = this.playing ? t("player.pause") : this.usesLive ? t("player.live") : t("player.play");
    this.toggle.setAttribute("aria-label", label ? `${name}: ${label}` : name);
    this.toggle.title = name;
    setIcon(this.sign, this.playing ? "pause" : "play");
    this.toggleAttribute("playing", this.playing);
    const { length, position } = this;
    this.track.setAttribute("aria-valuemax", length.toFixed(1));
    this.track.setAttribute("aria-valuenow", position.toFixed(1));
    this.track.setAttribute("aria-valuetext", `${clock(position)} / ${clock(length)}`);
    this.clock.textContent = ready ? `${clock(position)} / ${clock(Math.round(length))}` : "";
    this.share.textContent = ready && this.usesSeat && length ? percent(Math.min(1, position / length)) : "";
    this.wave?.progress(length ? position / length : 0);
    cancelAnimationFrame(this.frame);
    // a shared playhead tells when it moved
    if (this.playing && !this.usesSeat) this.frame = requestAnimationFrame(() => this.refresh());
  }
}

define("vs-player", Player);
