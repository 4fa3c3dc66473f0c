"""Every figure there is: its unit, which direction is better, and the plain words for its values.

Sentences are in the locale catalogues: ``measure.name.<figure>``, ``measure.meaning.<figure>`` and
``measure.word.<word>``. Bounds of the words are the studio's own judgement, near those that the
sources named beside them use; they colour nothing but words, no check depends on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from studio.quality.figure import Unit

Better = Literal["high", "low"]


@dataclass(frozen=True)
class Word:
    """What a stretch of a figure's range is called.

    Attributes:
        below: the first value that this word is no longer for; None: there is no such value.
        name: key of the word, ``measure.word.<name>``.
    """

    below: float | None
    name: str

    @property
    def code(self) -> str:
        """Key of the word in the locale catalogues."""
        return f"measure.word.{self.name}"


@dataclass(frozen=True)
class Quantity:
    """What a figure measures.

    Attributes:
        unit: of its values.
        better: the direction in which a take gets better; None where neither is.
        digits: decimals that are worth showing.
        lowest, highest: bounds of the values; None where there is none.
        words: ascending stretches of the range; empty where a number says enough.
    """

    unit: Unit
    better: Better | None = None
    digits: int = 2
    lowest: float | None = None
    highest: float | None = None
    words: tuple[Word, ...] = ()

    def word(self, value: float | None) -> str | None:
        """Key of the plain word for a value; None without a value or without words."""
        if value is None:
            return None
        return next((w.code for w in self.words if w.below is None or value < w.below), None)

    def to_json(self) -> dict[str, Any]:
        """A plain form for the page and the API."""
        return {
            "unit": self.unit,
            "better": self.better,
            "digits": self.digits,
            "lowest": self.lowest,
            "highest": self.highest,
            "words": [{"below": word.below, "code": word.code} for word in self.words],
        }


def name_code(figure: str) -> str:
    """Key of a figure's name."""
    return f"measure.name.{figure}"


def meaning_code(figure: str) -> str:
    """Key of the sentence that says what a figure tells."""
    return f"measure.meaning.{figure}"


def _words(*bounds: tuple[float | None, str]) -> tuple[Word, ...]:
    return tuple(Word(below, name) for below, name in bounds)


_ERRORS = _words(
    (0.02, "intelligible_high"),
    (0.10, "intelligible_good"),
    (0.25, "intelligible_partly"),
    (None, "intelligible_low"),
)

_OPINION = _words(
    (1.5, "quality_bad"),
    (2.5, "quality_poor"),
    (3.5, "quality_fair"),
    (4.3, "quality_good"),
    (None, "quality_excellent"),
)
"""The five categories of ITU-T P.800, with what passes for perfect brought down to what the
predictor gives to recordings."""

_OVERALL_OPINION = _words(
    (1.7, "quality_bad"),
    (2.3, "quality_poor"),
    (2.9, "quality_fair"),
    (3.5, "quality_good"),
    (None, "quality_excellent"),
)
_SIGNAL_OPINION = _words(
    (1.9, "quality_bad"),
    (2.6, "quality_poor"),
    (3.2, "quality_fair"),
    (3.7, "quality_good"),
    (None, "quality_excellent"),
)
"""DNSMOS P.835 gives clean studio recordings about 3.4 overall and 3.6 for the voice, hardly ever
more: these are good, and only what it puts above them is more than that."""

FIGURES: Mapping[str, Quantity] = MappingProxyType(
    {
        "wer": Quantity("share", "low", 3, lowest=0.0, words=_ERRORS),
        "cer": Quantity("share", "low", 3, lowest=0.0, words=_ERRORS),
        "speaker_similarity": Quantity(
            "cosine",
            "high",
            lowest=-1.0,
            highest=1.0,
            words=_words(
                (0.65, "voice_other"),
                (0.75, "voice_similar"),
                (0.85, "voice_close"),
                (None, "voice_same"),
            ),
        ),
        "distillmos": Quantity("MOS", "high", lowest=1.0, highest=5.0, words=_OPINION),
        "dnsmos_overall": Quantity("MOS", "high", lowest=1.0, highest=5.0, words=_OVERALL_OPINION),
        "dnsmos_signal": Quantity("MOS", "high", lowest=1.0, highest=5.0, words=_SIGNAL_OPINION),
        "dnsmos_background": Quantity(
            "MOS",
            "high",
            lowest=1.0,
            highest=5.0,
            words=_words(
                (2.5, "background_loud"), (3.5, "background_audible"), (None, "background_quiet")
            ),
        ),
        "snr_db": Quantity(
            "dB",
            "high",
            1,
            words=_words(
                (15.0, "noise_strong"),
                (25.0, "noise_audible"),
                (40.0, "noise_faint"),
                (None, "noise_none"),
            ),
        ),
        "rtf": Quantity(
            "ratio",
            "low",
            lowest=0.0,
            words=_words((0.5, "rtf_fast"), (1.0, "rtf_in_time"), (None, "rtf_slow")),
        ),
        "ttfa_seconds": Quantity(
            "s",
            "low",
            lowest=0.0,
            words=_words(
                (0.3, "wait_none"), (1.0, "wait_short"), (4.0, "wait_felt"), (None, "wait_long")
            ),
        ),
        "seconds": Quantity("s", digits=1, lowest=0.0),
        "speech_seconds": Quantity("s", digits=1, lowest=0.0),
        # Pellegrino et al. 2011, Language 87:539-558: 5.2 (Mandarin) to 7.8 (Japanese, Spanish)
        "speaking_rate": Quantity(
            "syllables/s",
            digits=1,
            lowest=0.0,
            words=_words(
                (3.5, "rate_slow"),
                (5.0, "rate_calm"),
                (7.0, "rate_usual"),
                (8.5, "rate_brisk"),
                (None, "rate_rushed"),
            ),
        ),
        "pitch_median_hz": Quantity(
            "Hz",
            digits=0,
            lowest=0.0,
            words=_words(
                (120.0, "pitch_low"),
                (175.0, "pitch_middle"),
                (250.0, "pitch_high"),
                (None, "pitch_very_high"),
            ),
        ),
        "pitch_range_semitones": Quantity(
            "semitones",
            digits=1,
            lowest=0.0,
            words=_words(
                (4.0, "range_flat"),
                (8.0, "range_calm"),
                (14.0, "range_lively"),
                (None, "range_wide"),
            ),
        ),
        "longest_silence_seconds": Quantity(
            "s",
            lowest=0.0,
            words=_words(
                (0.25, "silence_none"),
                (1.0, "silence_usual"),
                (2.0, "silence_long"),
                (None, "silence_gap"),
            ),
        ),
        "silence_share": Quantity(
            "share",
            lowest=0.0,
            highest=1.0,
            words=_words((0.08, "pauses_few"), (0.25, "pauses_usual"), (None, "pauses_many")),
        ),
        # EBU R 128 asks for -23 LUFS, music and podcasts go out at -14 to -16
        "loudness_lufs": Quantity(
            "LUFS",
            digits=1,
            words=_words(
                (-35.0, "level_faint"),
                (-26.0, "level_quiet"),
                (-13.0, "level_usual"),
                (None, "level_loud"),
            ),
        ),
        "peak_dbfs": Quantity(
            "dBFS", digits=1, words=_words((-0.1, "headroom_left"), (None, "headroom_none"))
        ),
        # EBU R 128: no more than -1 dBTP, so that lossy encoders do not clip
        "true_peak_dbtp": Quantity(
            "dBTP", digits=1, words=_words((-1.0, "headroom_left"), (None, "headroom_little"))
        ),
        "clipping_ratio": Quantity(
            "share",
            "low",
            4,
            lowest=0.0,
            highest=1.0,
            words=_words(
                (0.00001, "clipping_none"), (0.001, "clipping_slight"), (None, "clipping_heard")
            ),
        ),
        # the doctor's; telephone ends at 3400, what is stored at 16 kHz at 8000
        "bandwidth_hz": Quantity(
            "Hz",
            "high",
            0,
            lowest=0.0,
            words=_words((6000.0, "band_telephone"), (9000.0, "band_wide"), (None, "band_full")),
        ),
        "reverberation_seconds": Quantity(
            "s",
            "low",
            1,
            lowest=0.0,
            words=_words((0.27, "room_dry"), (0.39, "room_some"), (None, "room_echoing")),
        ),
        "voice_likeness": Quantity(
            "cosine",
            digits=2,
            lowest=-1.0,
            highest=1.0,
            words=_words((0.74, "voices_several"), (None, "voices_one")),
        ),
    }
)
"""In the order in which a person wants to read them."""
