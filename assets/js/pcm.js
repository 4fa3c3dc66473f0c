/** A WAV stream read as it comes: 16-bit PCM to float samples, chunk by chunk. */

const HEADER_LIMIT = 4096;

/**
 * @param {Response} answer with a streaming WAV body (sizes in its header may be unknown)
 * @returns {AsyncGenerator<{samples: Float32Array, rate: number}>} mono samples in [-1, 1]
 */
export async function* readWav(answer) {
  if (!answer.body) return; // the take ended before its first sound
  const reader = answer.body.getReader();
  let rest = new Uint8Array(0);
  let format = null;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    let bytes = join(rest, value);
    if (!format) {
      format = parseHeader(bytes);
      if (!format) {
        if (bytes.length > HEADER_LIMIT) throw new Error("the stream is not WAV");
        rest = bytes;
        continue;
      }
      bytes = bytes.subarray(format.start);
    }
    const frame = 2 * format.channels;
    const whole = bytes.length - (bytes.length % frame);
    rest = bytes.slice(whole);
    if (whole) yield { samples: decode(bytes.subarray(0, whole), format.channels), rate: format.rate };
  }
}

function join(a, b) {
  if (!a.length) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function parseHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12) return null;
  if (name(0) !== "RIFF" || name(8) !== "WAVE") throw new Error("the stream is not WAV");
  let format = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    if (name(at) === "data") return format && { ...format, start: at + 8 };
    if (name(at) === "fmt ") {
      if (at + 24 > bytes.length) return null;
      if (view.getUint16(at + 22, true) !== 16) throw new Error("the stream is not 16-bit PCM");
      format = { channels: view.getUint16(at + 10, true), rate: view.getUint32(at + 12, true) };
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

function decode(bytes, channels) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(bytes.length / (2 * channels));
  for (let i = 0; i < samples.length; i += 1) samples[i] = view.getInt16(i * 2 * channels, true) / 32768;
  return samples;
}
