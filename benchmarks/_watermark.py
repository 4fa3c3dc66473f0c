"""What the watermark survives, how often it is seen where there is none, and what it costs to hear.

Every treatment is done to the marked clip and to the same clip unmarked: one tells what survives,
the other what is taken for a mark.
"""

import io
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import corpus
from benchmarks.corpus import Split, Spoken, degrade
from studio.audio.decode import decode
from studio.audio.resample import Samples, resample
from studio.quality import naturalness, perth_model
from studio.quality.watermark import detect, mark

Sound = tuple[Samples, int]


@dataclass(frozen=True)
class Count:
    """Clips that were treated one way.

    Attributes:
        clips: how many, marked and unmarked each.
        found: of the marked, those whose mark was found.
        accused: of the unmarked, those in which one was found.
        unjudged: of both, those that the detector did not judge for want of speech.
    """

    clips: int
    found: int
    accused: int
    unjudged: int


@dataclass(frozen=True)
class Cost:
    """What marking does to clips, on average: of ours, and of the package's own call.

    Attributes:
        snr_db: clip against change.
        distillmos, dnsmos: change of the predicted opinion (MOS), the mark's minus the clip's.
        worst_distillmos, worst_dnsmos: the lowest of them.
        most_samples_lost: by which a clip got shorter.
    """

    snr_db: float
    distillmos: float
    dnsmos: float
    worst_distillmos: float
    worst_dnsmos: float
    most_samples_lost: int


@dataclass(frozen=True)
class Result:
    """What `run` found: by treatment, and what marking costs by the way of marking."""

    treatments: Mapping[str, Count]
    cost: Mapping[str, Cost]

    @property
    def plain(self) -> Count:
        """Clips to which nothing was done."""
        return self.treatments["none"]


def run(  # noqa: PLR0913 (what can be left out of a short run)
    split: Split,
    folder: Path | None = None,
    count: int | None = None,
    *,
    treatments: Sequence[str] | None = None,
    treated: int = 24,
    costs: int = 12,
) -> Result:
    """Mark clips, treat them, look for the mark.

    Args:
        split: of the corpus.
        folder: where the corpus is kept.
        count: clips of each engine and language; None for all.
        treatments: names of `TREATMENTS`; None for all.
        treated: how many clips, of all engines alike, are treated; untreated all are looked at.
        costs: how many clips the predicted opinions are asked about; 0 for none.
    """
    clips = [
        clip
        for engine in corpus.ENGINES
        for clip in corpus.clips(
            split,
            engines=(engine,),
            languages=("en",) if engine == "piper" else ("en", "ko"),
            count=count,
            folder=folder,
        )
        if clip.seconds >= 1.0
    ]
    marked = [(mark(clip.samples, clip.rate), clip.rate) for clip in clips]
    plain = [(clip.samples, clip.rate) for clip in clips]
    names = TREATMENTS if treatments is None else treatments
    counts = {}
    for name in names:
        every = slice(None) if name == "none" else _spread(len(clips), treated)
        counts[name] = _counted(TREATMENTS[name], marked[every], plain[every])
    return Result(counts, _costs(clips[_spread(len(clips), costs)]) if costs else {})


def _spread(size: int, wanted: int) -> slice:
    """About so many of a row, evenly spread."""
    return slice(0, None, max(1, round(size / wanted)))


def _counted(
    treat: Callable[[Sound], Sound], marked: Sequence[Sound], plain: Sequence[Sound]
) -> Count:
    with_mark = [detect(*treat(sound)) for sound in marked]
    without = [detect(*treat(sound)) for sound in plain]
    return Count(
        clips=len(with_mark),
        found=sum(one.found for one in with_mark),
        accused=sum(one.found for one in without),
        unjudged=sum(one.confidence is None for one in (*with_mark, *without)),
    )


def _costs(clips: Sequence[Spoken]) -> dict[str, Cost]:
    ways: dict[str, Callable[[Samples, int], Samples]] = {"studio": mark, "package": _by_package}
    return {name: _cost(clips, way) for name, way in ways.items()}


def _cost(clips: Sequence[Spoken], way: Callable[[Samples, int], Samples]) -> Cost:
    snr, opinions, quality, lost = [], [], [], []
    for clip in clips:
        made = way(clip.samples, clip.rate)
        size = min(made.size, clip.samples.size)
        change = made[:size].astype(np.float64) - clip.samples[:size]
        snr.append(10 * np.log10(np.mean(np.square(clip.samples, dtype=np.float64))
                                 / np.mean(np.square(change))))  # fmt: skip
        lost.append(clip.samples.size - made.size)
        both = [(clip.samples, clip.rate), (made, clip.rate)]
        before, after = (naturalness.distillmos(*sound) or 0.0 for sound in both)
        opinions.append(after - before)
        first, second = (naturalness.dnsmos(*sound) for sound in both)
        quality.append(second.overall - first.overall if first and second else 0.0)
    return Cost(
        snr_db=statistics.fmean(snr),
        distillmos=statistics.fmean(opinions),
        dnsmos=statistics.fmean(quality),
        worst_distillmos=min(opinions),
        worst_dnsmos=min(quality),
        most_samples_lost=max(lost),
    )


def _by_package(samples: Samples, rate: int) -> Samples:
    """As the package's own call does it."""
    from perth.perth_net.perth_net_implicit.perth_watermarker import PerthImplicitWatermarker

    network = perth_model.network()
    maker = PerthImplicitWatermarker(run_name=None, perth_net=network)
    made: Samples = maker.apply_watermark(samples, rate)
    return made


def _mp3(sound: Sound, kilobits: int) -> Sound:
    import av

    samples, rate = sound
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=rate, layout="mono")
        stream.bit_rate = kilobits * 1000
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples[None]), format="fltp", layout="mono"
        )
        frame.sample_rate = rate
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    clip = decode(out.getvalue())
    return clip.samples, clip.sample_rate


def _noisy(sound: Sound, kind: degrade.Noise, snr_db: float) -> Sound:
    samples, rate = sound
    added = degrade.noise(kind, samples.size, rate, 1)
    return degrade.with_noise(samples, rate, added, snr_db), rate


def _middle(sound: Sound, share: float) -> Sound:
    samples, rate = sound
    away = round(samples.size * (1 - share) / 2)
    return samples[away : samples.size - away], rate


def _faster(sound: Sound, times: float) -> Sound:
    """Played faster, the pitch with it."""
    samples, rate = sound
    return resample(samples, round(rate * times), rate), rate


TREATMENTS: dict[str, Callable[[Sound], Sound]] = {
    "none": lambda sound: sound,
    "MP3 128 kbit/s": lambda sound: _mp3(sound, 128),
    "MP3 64 kbit/s": lambda sound: _mp3(sound, 64),
    "16 kHz": lambda sound: (resample(*sound, 16_000), 16_000),
    "8 kHz": lambda sound: (resample(*sound, 8_000), 8_000),
    "20 dB quieter": lambda sound: (sound[0] * np.float32(0.1), sound[1]),
    "clipped, 2 %": lambda sound: (degrade.clipped(sound[0], 0.02), sound[1]),
    "noise at 30 dB": lambda sound: _noisy(sound, "white", 30),
    "noise at 20 dB": lambda sound: _noisy(sound, "white", 20),
    "hum at 20 dB": lambda sound: _noisy(sound, "hum", 20),
    "room of 0.4 s": lambda sound: (degrade.reverberant(*sound, 0.4, 1), sound[1]),
    "trimmed to half": lambda sound: _middle(sound, 0.5),
    "5 % faster": lambda sound: _faster(sound, 1.05),
}
"""What happens to files on their way; the last are known to be too much."""
