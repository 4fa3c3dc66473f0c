"""What is wrong with a take: silence, noise, another language, and the words that were not said.

Thresholds were found on the split "tune" of `benchmarks.corpus`; docs/quality.md tells how often
they are right on the other one.
"""

from collections.abc import Iterator
from itertools import pairwise

from studio.engines.reading_time import longest_reading
from studio.locales import LanguageName
from studio.quality.figure import Finding
from studio.quality.said import Said
from studio.quality.take_facts import FOREIGN_AGREEMENT, TakeFacts, confidence
from studio.quality.word_checks import check_words, first_part

VERSION = "Voice Studio 1"

_SILENT_DBFS = -50.0
_LEAST_SPEECH_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 1.6
_PAUSE_TOLD_SECONDS = 1.2
_MARKED_PAUSE_SECONDS = 3.0
"""Where a text asks for pauses, by paragraphs or marks, only longer ones are too long."""
_NOISY_SNR_DB = 15.5
_INTRUSIVE_BACKGROUND = 2.3
_CLIPPED_SHARE = 0.003
_UNLIKELY = 0.15
"""Probability of the right language below which it was hardly that one."""
_SURE = 0.6
_CLEAR_WORDS = 0.65
"""Confidence in its words that a recogniser has in a language really spoken."""
_UNCLEAR_AGREEMENT, _UNCLEAR_AGREEMENT_ELSEWHERE = 0.45, 0.6
"""A recogniser that agrees with less of the text is at a loss; it knows English best."""
_OTHER_AGREEMENT = 0.25
_FORMANT_AGREEMENT = 0.75
_FAR_TOO_LONG, _FAR_TOO_SHORT = 2.6, 0.4
"""Times the usual length of speech."""
_TOO_SHORT_UNCLEAR = 0.65
"""The same where the words were not understood either."""
_ROOM_SECONDS, _SHORT_SECONDS = 1.0, 0.1
_TELLING_SECONDS = 1.2
"""Speech from which its language can be told."""


def check(facts: TakeFacts) -> tuple[Finding, ...]:
    """Judge a take.

    A fault is only found where the measurements are sure of it; where they contradict each other
    (a recogniser that does not understand the voice), a warning says that the words could not be
    checked.

    Returns:
        Findings with the codes of ``take.finding.*``, faults first.
    """
    findings = [*_sound(facts)]
    if not any(one.code == "silent" for one in findings):
        findings += _language_and_words(facts)
    return tuple(sorted(findings, key=lambda one: one.severity != "fault"))


def _sound(facts: TakeFacts) -> Iterator[Finding]:
    """What can be told without understanding a word."""
    quiet = facts.peak_dbfs is None or facts.peak_dbfs < _SILENT_DBFS
    if quiet or facts.ending is None or facts.speech_seconds < _LEAST_SPEECH_SECONDS:
        yield Finding("silent", "fault")
        return
    if facts.clipping_ratio >= _CLIPPED_SHARE:
        yield Finding("clipped", "fault", {"percent": round(100 * facts.clipping_ratio, 2)})
    yield from _noise(facts)
    yield from _pauses(facts)


def _noise(facts: TakeFacts) -> Iterator[Finding]:
    if facts.snr_db is not None and facts.snr_db < _NOISY_SNR_DB:
        yield Finding("noisy", "fault", {"snr_db": round(facts.snr_db, 1)})
    elif facts.background is not None and facts.background < _INTRUSIVE_BACKGROUND:
        yield Finding("noise_heard", "fault", {"background": round(facts.background, 1)})


def _pauses(facts: TakeFacts) -> Iterator[Finding]:
    """Silence between the first and the last word, longer than any reading has it."""
    marked = any(mark in facts.text for mark in ("\n\n", "…", "...", "<", "["))
    for (_, end), (start, _) in pairwise(facts.speech):
        length = start - end
        if length < _PAUSE_TOLD_SECONDS:
            continue
        fault = length >= (_MARKED_PAUSE_SECONDS if marked else _LONGEST_PAUSE_SECONDS)
        yield Finding(
            "inner_silence",
            "fault" if fault else "warning",
            {"seconds": round(length, 1), "at": round(end, 2), "until": round(start, 2)},
        )


def _language_and_words(facts: TakeFacts) -> list[Finding]:
    length = list(_length(facts))
    said = facts.said
    if said is None:
        return length
    foreign = _wrong_language(facts)
    if foreign:
        return [foreign, *length]
    understood = facts.language == "en" or not facts.formant or said.agreement >= _FORMANT_AGREEMENT
    if understood and not _unclear(said):
        return _told_once([*check_words(facts, said), *length])
    return length or _hardly_understood(facts, said, understood=understood)


def _hardly_understood(facts: TakeFacts, said: Said, *, understood: bool) -> list[Finding]:
    """Words that fit the text in few places: others were said, or the recogniser is at a loss."""
    if understood and facts.confidence >= _CLEAR_WORDS:
        found = list(check_words(facts, said))
        if found:
            return found
        if said.agreement < _OTHER_AGREEMENT:
            heard = first_part(said.words_heard(0, len(said.heard)))
            return [Finding("other_words", "fault", {"words": heard})]
    return [Finding("not_checked", "warning")]


def _length(facts: TakeFacts) -> Iterator[Finding]:
    """Far more or far less speech than the text can need, whatever the words."""
    usual = facts.usual_seconds
    seconds = facts.speech_seconds
    longest = longest_reading(facts.text, facts.language)
    if usual is not None:
        longest = min(longest, _FAR_TOO_LONG * usual + _ROOM_SECONDS)
    if seconds > longest:
        yield Finding("runaway", "fault", {"seconds": round(seconds, 1)})
    if usual is None or facts.said is None:
        return
    least = _TOO_SHORT_UNCLEAR if _unclear(facts.said) else _FAR_TOO_SHORT
    if seconds + _SHORT_SECONDS < least * usual:
        yield Finding("too_short", "fault", {"seconds": round(seconds, 1)})


def _unclear(said: Said) -> bool:
    least = _UNCLEAR_AGREEMENT if said.language == "en" else _UNCLEAR_AGREEMENT_ELSEWHERE
    return said.agreement < least


def _wrong_language(facts: TakeFacts) -> Finding | None:
    """Another language: heard as such, and the words do not fit the text either."""
    said = facts.said
    if said is None or not facts.needs_other or said.agreement >= FOREIGN_AGREEMENT:
        return None
    tag, likely = facts.languages[0]
    own = dict(facts.languages).get(facts.language, 0.0)
    understood = likely >= _SURE and confidence(facts.other) >= _CLEAR_WORDS
    if facts.formant and tag != "en":  # whatever else it hears in formants, it guesses
        understood = False
    unlike = (
        facts.speech_seconds >= _TELLING_SECONDS
        and own < _UNLIKELY
        and said.agreement < _OTHER_AGREEMENT
        and (facts.language == "en" or not facts.formant)
    )
    if not (understood or unlike):
        return None
    return Finding(
        "wrong_language",
        "fault",
        {"heard": LanguageName(tag), "wanted": LanguageName(facts.language)},
    )


def _told_once(findings: list[Finding]) -> list[Finding]:
    """Without the vaguer sentence where a clearer one says the same."""
    codes = [one.code for one in findings]
    lacking = {"cut_off", "words_missing"} & set(codes)
    return [
        one
        for place, one in enumerate(findings)
        if not (one.code == "runaway" and "runaway" in codes[:place])
        and not (one.code == "too_short" and lacking)
    ]
