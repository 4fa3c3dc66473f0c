/** Recording from the microphone: a level while it runs, a Blob at the end. */

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus", "audio/webm"];

export class Recorder extends EventTarget {
  /** Events: `level` (detail: 0 … 1), `done` (detail: Blob). */
  async start() {
    // A reference clip wants the voice as it is: no processing that colours it.
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 },
    });
    const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
    this.recorder = new MediaRecorder(this.stream, type ? { mimeType: type, audioBitsPerSecond: 128000 } : {});
    const parts = [];
    this.recorder.ondataavailable = (event) => event.data.size && parts.push(event.data);
    this.recorder.onstop = () => {
      this.close();
      if (!this.dropped) this.dispatchEvent(new CustomEvent("done", { detail: new Blob(parts, { type: this.recorder.mimeType }) }));
    };
    this.context = new AudioContext();
    const meter = this.context.createAnalyser();
    meter.fftSize = 1024;
    this.context.createMediaStreamSource(this.stream).connect(meter);
    const samples = new Float32Array(meter.fftSize);
    this.timer = setInterval(() => {
      meter.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += sample * sample;
      // −60 … 0 dBFS on the whole meter.
      const level = 1 + (10 * Math.log10(sum / samples.length + 1e-9)) / 60;
      this.dispatchEvent(new CustomEvent("level", { detail: Math.min(1, Math.max(0, level)) }));
    }, 50);
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
