/** The microphone: on with its level first, recording when asked, a Blob at the end. */

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus", "audio/webm"];
/** How often the level is read; the window is longer, so that no peak is missed. */
const EVERY_MS = 50;
const WINDOW = 4096;
/** So many samples in a row at the end of the scale are clipping, not a loud moment. */
const FLAT = 3;
const FULL = 0.985;
const LOWEST = 1e-6;

export class Recorder extends EventTarget {
  /**
   * Switch the microphone on. Events from then on: `level` (detail: {rms, peak} in dBFS, {clipped}).
   * @param {string} [device] id of the microphone; without one the system's own choice
   */
  async open(device = "") {
    // A reference clip wants the voice as it is: no processing that colours it.
    const wanted = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: device ? { ...wanted, deviceId: { exact: device } } : wanted });
    if (this.dropped) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.stream = stream;
    this.context = new AudioContext();
    const meter = this.context.createAnalyser();
    meter.fftSize = WINDOW;
    this.context.createMediaStreamSource(stream).connect(meter);
    const samples = new Float32Array(meter.fftSize);
    this.timer = setInterval(() => {
      meter.getFloatTimeDomainData(samples);
      this.dispatchEvent(new CustomEvent("level", { detail: measured(samples) }));
    }, EVERY_MS);
    const [track] = stream.getAudioTracks();
    track.addEventListener("ended", () => this.dispatchEvent(new Event("lost")));
    this.device = track.getSettings().deviceId || "";
  }

  /** Record from now on; ends with the event `done` (detail: Blob). */
  begin() {
    const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
    this.recorder = new MediaRecorder(this.stream, type ? { mimeType: type, audioBitsPerSecond: 128000 } : {});
    const parts = [];
    this.recorder.ondataavailable = (event) => event.data.size && parts.push(event.data);
    this.recorder.onstop = () => {
      this.close();
      if (!this.dropped) this.dispatchEvent(new CustomEvent("done", { detail: new Blob(parts, { type: this.recorder.mimeType }) }));
    };
    this.startedAt = performance.now();
    this.recorder.start();
  }

  /** Seconds recorded so far. */
  get seconds() {
    return this.startedAt ? (performance.now() - this.startedAt) / 1000 : 0;
  }

  stop() {
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  /** End without a recording. */
  drop() {
    this.dropped = true;
    this.stop();
    this.close();
  }

  close() {
    clearInterval(this.timer);
    for (const track of this.stream?.getTracks() || []) track.stop();
    if (this.context && this.context.state !== "closed") this.context.close();
  }
}

/** The microphones there are, once one may be used. @returns {Promise<{id: string, name: string}[]>} */
export async function microphones() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((one) => one.kind === "audioinput" && one.deviceId).map(({ deviceId, label }) => ({ id: deviceId, name: label || deviceId.slice(0, 6) }));
}

/** Level of a block of samples. @param {Float32Array} samples in [-1, 1] */
export function measured(samples) {
  let sum = 0;
  let peak = 0;
  let run = 0;
  let clipped = false;
  for (const sample of samples) {
    const size = Math.abs(sample);
    sum += sample * sample;
    if (size > peak) peak = size;
    run = size >= FULL ? run + 1 : 0;
    if (run >= FLAT) clipped = true;
  }
  return { rms: decibel(Math.sqrt(sum / samples.length)), peak: decibel(peak), clipped };
}

const decibel = (size) => 20 * Math.log10(Math.max(size, LOWEST));
