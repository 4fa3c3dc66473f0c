"""How numbers, money, times and units are said in an English text."""

import re
from collections.abc import Iterator

from studio.pronunciation.numerals import ENGLISH, english
from studio.pronunciation.suggestion import Confidence, Suggestion, suggestion

_MOST = 5
_PHONE = re.compile(r"(?<![\d-])\+?\d[\d ()-]{6,}\d(?![\d-])")
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")
_SAID = {"oclock": "o'clock"}


def suggestions(text: str) -> list[Suggestion]:
    """Readings of what is written in figures; words and abbreviations are left to the engines."""
    taken = [match.span() for match in _ADDRESS.finditer(text)]
    found = []
    for match in _PHONE.finditer(text):
        groups = re.findall(r"\d+", match[0])
        if len(groups) > 1 and sum(map(len, groups)) >= 7:  # noqa: PLR2004 (a telephone number's)
            said = ", ".join(" ".join(_NAMES[int(one)] for one in group) for group in groups)
            found.append(suggestion(*match.span(), said, kind="phone", confidence="likely"))
            taken.append(match.span())
    found += [one for one in _numbers(text) if not _overlaps(one, taken)]
    return sorted(found, key=lambda one: one.start)


def _overlaps(one: Suggestion, taken: list[tuple[int, int]]) -> bool:
    return any(one.start < end and start < one.end for start, end in taken)


def _numbers(text: str) -> Iterator[Suggestion]:
    for match in ENGLISH.finditer(text):
        if text[match.end() : match.end() + 2][:1] in "./-" and re.match(
            r"[./-]\d", text[match.end() :]
        ):
            continue  # a date or a version: a part of it says nothing
        if re.search(r"[\d][./-]$|[A-Za-z]$", text[: match.start()]):
            continue
        ways = [" ".join(_SAID.get(word, word) for word in words) for words in english(match)]
        ways = [way for way in ways if way][:_MOST]
        if ways:
            kind = _kind(match)
            sure: Confidence = "certain" if kind in ("money", "unit", "ordinal") else "likely"
            yield suggestion(*match.span(), *ways, kind=kind, confidence=sure)


def _kind(match: re.Match[str]) -> str:
    group = match.groupdict()
    if group["money"]:
        return "money"
    if group["hour"]:
        return "time"
    if group["ordinal"]:
        return "ordinal"
    if group["unit"]:
        return "percent" if group["unit"] == "%" else "unit"
    return "date" if group["decade"] else "number"
