"""An inaudible watermark that says "made by a machine": PerTh, put into sounds and looked for.

PerTh by Resemble AI (package ``resemble-perth``, MIT, weights included) changes the magnitudes of a
spectrogram below 2 kHz where speech masks the change; a detector trained beside it recognises the
change. It carries no message: it is there or not.

The detector knows speech only: a steady tone (mains hum, a chord) can look marked to it. So what
holds no speech is not judged, and the rest is looked at twice, as it is and with what never pauses
taken out; the lower confidence counts.

The package's own call resamples the whole sound to 32 kHz and back and puts it together anew from
its spectrogram, which shortens it by up to a hundredth of a second. Here only the *change* that the
encoder makes is put together and resampled, and then added: length and alignment stay, and nothing
but the watermark is added, also above the model's band.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from studio.audio.resample import Samples, resample
from studio.quality import perth_model, vad

THRESHOLD = 0.5
"""Confidence from which a watermark counts as found: the errors stand in ``docs/quality.md``."""
STRENGTH = 1.0
"""Share of the encoder's change that is added."""
_PART_SECONDS = 10.0
_FADE_SECONDS = 0.5
"""Neighbouring parts overlap so long, the change fading from one to the next."""
_SHORTEST_SECONDS = 0.25
"""Below this there is nothing to mark."""
_SPEECH_SECONDS = 0.4
"""A part with less speech is not judged."""
_SPEECH_SHARE = 0.15
"""Nor one that is mostly something else."""
_STEADY_QUANTILE, _STEADY_TIMES = 0.1, 2.0
"""What a frequency holds for nine tenths of the time is steady; so many times that is taken out."""
_LEAST_GAIN = 0.01
_SILENCE = 1e-4
"""RMS, -80 dBFS: a part below it holds no sound."""


@dataclass(frozen=True)
class Detection:
    """What the detector says of a sound.

    Attributes:
        found: a watermark is there.
        confidence: the detector's measure of the surest part, 0 to 1; None where no part could be
            judged, for want of speech.
        share: of the parts that were judged, those with a watermark, in [0, 1].
        method: the watermark that was looked for.
    """

    found: bool
    confidence: float | None
    share: float
    method: str


def method() -> str:
    """The watermark's name with its version."""
    return perth_model.name()


def mark(samples: Samples, rate: int, strength: float = STRENGTH) -> Samples:
    """Put the watermark into a sound.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        strength: share of the encoder's change that is added.

    Returns:
        float32 mono, shape (n,). Louder than full scale nowhere, unless the sound was; digital
        silence stays silent.

    Raises:
        ImportError: the watermark's package cannot run here.
    """
    model_rate = int(perth_model.network().hp.sample_rate)
    change = np.zeros(samples.size, np.float32)
    fade = round(_FADE_SECONDS * rate)
    for start, stop in _parts(samples.size, rate, fade):
        part = samples[start:stop]
        if not _sounds(part, rate):
            continue
        added = resample(_change(resample(part, rate, model_rate)), model_rate, rate)
        added = np.pad(added[: part.size], (0, max(0, part.size - added.size)))
        weight = np.ones(part.size, np.float32)
        if start > 0:
            weight[:fade] = np.linspace(0, 1, fade, dtype=np.float32)
        if stop < samples.size:
            weight[-fade:] = np.linspace(1, 0, fade, dtype=np.float32)
        change[start:stop] += weight * added
    most = max(1.0, float(np.abs(samples).max(initial=0.0)))
    marked: Samples = np.clip(samples + np.float32(strength) * change, -most, most)
    return marked


def detect(samples: Samples, rate: int) -> Detection:
    """Look for the watermark.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.

    Raises:
        ImportError: the watermark's package cannot run here.
    """
    model_rate = int(perth_model.network().hp.sample_rate)
    speech = vad.speech(samples, rate)
    heard = [
        _confidence(resample(samples[start:stop], rate, model_rate))
        for start, stop in _parts(samples.size, rate, 0)
        if _speaks(speech, start / rate, stop / rate)
    ]
    marked = [confidence >= THRESHOLD for confidence in heard]
    return Detection(
        found=any(marked),
        confidence=max(heard, default=None),
        share=sum(marked) / len(marked) if marked else 0.0,
        method=method(),
    )


def mark_flac(flac: bytes) -> dict[str, Any]:
    """Put the watermark into a stored take and make sure that it is found. Runs on a bench.

    Returns:
        ``flac``: the marked sound, or None where the detector does not find the mark in it (too
        short, or no speech), and ``confidence``.
    """
    from studio.audio import encode

    samples, rate = encode.read_flac(flac)
    marked = mark(samples, rate)
    found = detect(marked, rate)
    return {
        "flac": encode.flac(marked, rate) if found.found else None,
        "confidence": found.confidence,
    }


def look(samples: Samples, rate: int) -> dict[str, Any]:
    """:func:`detect` in plain values. Runs on a bench."""
    return asdict(detect(samples, rate))


def _parts(size: int, rate: int, overlap: int) -> Iterator[tuple[int, int]]:
    """First and last sample of parts that cover a sound, none much shorter than the others."""
    step = round(_PART_SECONDS * rate)
    count = max(1, round(size / step))
    edges = [round(size * n / count) for n in range(count + 1)]
    for start, stop in pairwise(edges):
        yield max(0, start - overlap if start else 0), stop


def _speaks(speech: vad.Spans, start: float, stop: float) -> bool:
    """Whether enough of a stretch, in seconds, is speech."""
    inside = sum(max(0.0, min(end, stop) - max(begin, start)) for begin, end in speech)
    return inside >= max(_SPEECH_SECONDS, _SPEECH_SHARE * (stop - start))


def _sounds(part: Samples, rate: int) -> bool:
    long_enough = part.size >= _SHORTEST_SECONDS * rate
    return bool(long_enough and np.sqrt(np.mean(np.square(part, dtype=np.float64))) > _SILENCE)


def _change(samples: Samples) -> Samples:
    """What the encoder adds to a sound at the model's rate."""
    import torch
    from perth.perth_net.perth_net_implicit.utils import cx_to_magphase, magphase_to_cx

    network = perth_model.network()
    with torch.inference_mode():
        signal = torch.from_numpy(np.ascontiguousarray(samples))
        spectrum = network.ap.spectrogram(signal)
        magnitude, phase = cx_to_magphase(network.hp, spectrum)
        encoded = network.encoder(magnitude[None])[0][0]
        change = magphase_to_cx(network.hp, encoded, phase) - magphase_to_cx(
            network.hp, magnitude, phase
        )
        added: Samples = network.ap.inv_spectrogram(change, length=signal.numel()).numpy()
    return added


def _confidence(samples: Samples) -> float:
    """What the detector makes of a sound at the model's rate, in [0, 1]."""
    import torch
    from perth.perth_net.perth_net_implicit.utils import cx_to_magphase

    network = perth_model.network()
    with torch.inference_mode():
        spectrum = network.ap.spectrogram(torch.from_numpy(np.ascontiguousarray(samples)))
        size = spectrum.abs()
        steady = torch.quantile(size, _STEADY_QUANTILE, dim=1, keepdim=True)
        gain = (1 - _STEADY_TIMES * steady / size.clip(min=1e-9)).clip(_LEAST_GAIN, 1.0)
        looks = [
            float(network.decoder(cx_to_magphase(network.hp, each)[0][None])[0])
            for each in (spectrum, spectrum * gain)
        ]
    return min(1.0, max(0.0, min(looks))) if np.isfinite(looks).all() else 0.0
