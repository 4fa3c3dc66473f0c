"""The proof that a transcript covers its recording: words wherever there is speech, and only there.

Whisper fails without a sign: it stops half-way, leaves out a sentence that was said twice, drops
the last word, or writes "Thank you." over silence. The times of its words, held against where a
voice activity detector hears speech, give that away. A text that does not cover its clip makes
engines that clone in context speak without end, or speak the clip's own words.
"""

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from studio.quality.asr import Transcript, Word
from studio.quality.wording import Edit, Token, error_rate, kind_of, tokens

VERSION = "Voice Studio 1"

Span = tuple[float, float]

_EDGE_SECONDS = 0.2
"""Whisper ends a word up to so long before the voice does."""
_GAP_SECONDS = 0.25
"""Speech without words that is longer than this is a word at least."""
_SLACK = 1.5
_SLACK_SECONDS = 0.2
"""A word may take so many times what the recording's pace says, and so much more. Where Whisper
leaves words out, the next one is stretched over them, and what is beyond this counts as theirs."""
_SLOWEST = {"wer": 0.11, "cer": 0.3}
"""Seconds a letter, or a syllable, of the slowest pace believed: half a transcript doubles it."""
_NEAR_SECONDS = 0.15
"""A word that begins or ends so near to speech belongs to it."""
_PAUSE_SECONDS = 2.0
"""In a shorter pause nothing is made up; a word there is one that the detector of speech missed."""
_BEYOND_SECONDS = 0.6
"""So far before the first or after the last speech a word is made up."""
_INSTANT_SECONDS = 0.03
_CROWD = 5
"""So many words in a row that take no time were not said: the model fell into a loop."""
_WITHOUT_SPACES = frozenset({"ja", "zh", "yue", "th", "lo", "km", "my"})
_LEAST = {"wer": 8, "cer": 4}
_LEAST_AT_AN_END = {"wer": 5, "cer": 3}
"""Letters that one text has more than the other in a place and that are no mere correction."""


@dataclass(frozen=True)
class Coverage:
    """How a transcript and the speech of its recording cover one another.

    Attributes:
        share: of the speech that has words, 0–1; 1 where nobody speaks and nothing is written.
        uncovered: speech without words, (start, end) in seconds.
        empty: words in long silence, or in a row that takes no time: the model made them up.
        proven: there are words, and neither of those.
    """

    share: float
    uncovered: tuple[Span, ...]
    empty: tuple[Word, ...]
    proven: bool


@dataclass(frozen=True)
class Agreement:
    """How a person's own transcript stands to what was heard.

    Attributes:
        agrees: the person may have corrected words, but left nothing out and added nothing long.
        missing: what was heard and the person's text lacks.
        added: what the person's text has and was not heard.
    """

    agrees: bool
    missing: tuple[str, ...]
    added: tuple[str, ...]


def coverage(transcript: Transcript, speech: Sequence[Span], seconds: float) -> Coverage:
    """Hold the words against the speech.

    Args:
        transcript: of the whole recording.
        speech: where there is speech, (start, end) in seconds, ascending and apart
            (`studio.quality.vad.speech`).
        seconds: length of the recording.
    """
    spoken = [(max(0.0, start), min(end, seconds)) for start, end in speech if start < seconds]
    empty = _invented(transcript.words, spoken)
    words = [word for word in transcript.words if word not in empty]
    voiced = sum(end - start for start, end in spoken)
    letters = [_letters(word.text, transcript.language) for word in words]
    pace = min(voiced / max(1, sum(letters)), _SLOWEST[kind_of(transcript.language)])
    left = spoken
    for number, word in enumerate(words):
        for taken in _taken(word, spoken, pace * letters[number], first=number == 0):
            left = list(_without(left, taken))
    uncovered = tuple((start, end) for start, end in left if end - start > _GAP_SECONDS)
    lacking = sum(end - start for start, end in uncovered)
    return Coverage(
        share=1 - lacking / voiced if voiced else float(not transcript.words),
        uncovered=uncovered,
        empty=tuple(empty),
        proven=bool(words) and not uncovered and not empty,
    )


def without_invented(transcript: Transcript, speech: Sequence[Span]) -> Transcript:
    """The transcript without words that nobody spoke; itself where there are none."""
    empty = _invented(transcript.words, speech)
    if not empty:
        return transcript
    words = tuple(word for word in transcript.words if word not in empty)
    return replace(transcript, words=words, text=joined(words, transcript.language))


def joined(words: Iterable[Word], language: str) -> str:
    """The text of words as the language writes it."""
    return ("" if language in _WITHOUT_SPACES else " ").join(word.text for word in words)


def agrees(edited: str, transcript: Transcript, language: str) -> Agreement:
    """Whether a person's own transcript covers what was heard.

    Corrected words are welcome, the person hears better than the model. What is looked for is a
    stretch that only one side has: a sentence left out, a text of another recording.

    Args:
        edited: the person's.
        transcript: of the clip, itself covering it.
        language: tag of both.
    """
    found = error_rate(transcript.text, edited, language)
    missing: list[str] = []
    added: list[str] = []
    for block in _differences(found.edits):
        heard = found.reference[block[0].reference[0] : block[-1].reference[1]]
        written = found.hypothesis[block[0].hypothesis[0] : block[-1].hypothesis[1]]
        surplus = sum(len(token.text) for token in heard) - sum(len(t.text) for t in written)
        outermost = block[0] is found.edits[0] or block[-1] is found.edits[-1]
        least = (_LEAST_AT_AN_END if outermost else _LEAST)[found.kind]
        if surplus >= least:
            missing.append(_place(transcript.text, heard))
        elif -surplus >= least:
            added.append(_place(edited, written))
    return Agreement(not missing and not added, tuple(missing), tuple(added))


# inside


def _letters(word: str, language: str) -> int:
    """As spoken: of 7:15 those of "seven fifteen"."""
    return sum(map(len, tokens(word, language))) or 1


def _invented(words: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    found: list[Word] = []
    run: list[Word] = []
    for word in words:
        if _in_silence(word, speech):
            found.append(word)
        if word.end - word.start > _INSTANT_SECONDS:
            run = []
            continue
        run.append(word)
        if len(run) >= _CROWD:
            found.extend(one for one in run if one not in found)
    return found


def _in_silence(word: Word, speech: Sequence[Span]) -> bool:
    near = (word.start - _NEAR_SECONDS, word.end + _NEAR_SECONDS)
    if any(start < near[1] and end > near[0] for start, end in speech):
        return False
    middle = (word.start + word.end) / 2
    before = max((end for _, end in speech if end <= middle), default=None)
    after = min((start for start, _ in speech if start >= middle), default=None)
    if before is None or after is None:
        edge = before if after is None else after
        return edge is None or abs(middle - edge) >= _BEYOND_SECONDS
    return after - before >= _PAUSE_SECONDS


def _taken(word: Word, speech: Sequence[Span], usual: float, *, first: bool) -> Iterator[Span]:
    """The speech that a word accounts for; of a stretched one no more than it can have taken.

    ``usual`` is what the word takes at the recording's pace, seconds.
    """
    begin = word.start - (_EDGE_SECONDS if first else _NEAR_SECONDS)
    budget = _SLACK * usual + _SLACK_SECONDS
    within = [
        (max(begin, start), min(word.end + _EDGE_SECONDS, end))
        for start, end in speech
        if start < word.end + _EDGE_SECONDS and end > begin
    ]
    for start, end in reversed(within) if first else within:
        length = min(budget + _EDGE_SECONDS, end - start)
        if length <= 0:
            return
        yield (end - length, end) if first else (start, start + length)
        budget -= length


def _without(spans: Sequence[Span], taken: Span) -> Iterator[Span]:
    for start, end in spans:
        for piece in ((start, min(end, taken[0])), (max(start, taken[1]), end)):
            if piece[0] < piece[1]:
                yield piece


def _differences(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Edits that lie side by side, between what is equal."""
    for differs, run in itertools.groupby(edits, key=lambda edit: edit.kind != "equal"):
        if differs:
            yield list(run)


def _place(text: str, found: Sequence[Token]) -> str:
    return unicodedata.normalize("NFC", text)[found[0].start : found[-1].end]
