"""Facts of takes made up for the tests: a voice that says certain words at an even pace."""

from studio.quality.asr import Segment, Transcript, Word
from studio.quality.ending import Ending
from studio.quality.take_facts import TakeFacts

TEXT = "The harbour was quiet that morning, and only a few boats moved slowly towards the sea."
KOREAN = "오늘 아침 항구는 조용했고, 작은 배 몇 척만 천천히 바다로 나아갔습니다."
PACE = 0.07
"""Seconds a letter."""


def transcript(said, language="en", *, probability=0.95, start=0.0, pace=PACE, languages=None):
    """What a recogniser writes of words said one after the other, from a time on."""
    words, at = [], start
    for word in said.split():
        end = at + pace * sum(letter.isalnum() for letter in word)
        words.append(Word(word, at, end, probability))
        at = end
    segments = (Segment(start, at, 0.01, -0.2, 1.2),) if words else ()
    heard = languages or ((language, 0.95), ("nn", 0.01))
    return Transcript(
        said, language, dict(heard).get(language, 0.0), heard, tuple(words), segments, "t"
    )


def facts(said=TEXT, *, text=TEXT, language="en", heard=None, **more):
    """A take in which ``said`` is spoken and ``heard`` (by default the same) understood."""
    pace = 0.17 if language == "ko" else PACE
    more.setdefault("transcript", transcript(heard or said, language, pace=pace))
    seconds = more.pop("seconds", pace * sum(letter.isalnum() for letter in said))
    more.setdefault("speech", ((0.0, seconds),))
    more.setdefault("languages", more["transcript"].languages if more["transcript"] else ())
    more.setdefault("ending", Ending(-30.0, -40.0, 0.0, seconds))
    more.setdefault("snr_db", 45.0)
    more.setdefault("background", 4.0)
    more.setdefault("peak_dbfs", -3.0)
    return TakeFacts(text, language, seconds, **more)
