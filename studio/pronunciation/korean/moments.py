"""Days and times of day in a Korean text: 2026-03-02, 15:30, 3:30 PM, '98년."""

# ruff: noqa: PLR2004 - the numbers below are those of calendars and clocks

import re
from collections.abc import Iterator

from studio.pronunciation.korean.figures import by_figure, native, number, sino
from studio.pronunciation.suggestion import Suggestion, suggestion

_MONTHS = {6: "유월", 10: "시월"}
_NOT_IN_NUMBER = r"(?<![\d.,:/-])"
_DAY = re.compile(
    rf"{_NOT_IN_NUMBER}(?P<year>\d{{4}})(?P<by>[.\-/]) ?(?P<month>\d{{1,2}})(?P=by) ?"
    r"(?P<day>\d{1,2})"
    r"(?![\d/-])(?:\.(?!\d))?"
)
_MONTH_DAY = re.compile(
    rf"{_NOT_IN_NUMBER}(?P<month>\d{{1,2}})[./](?P<day>\d{{1,2}})(?=\s?\([월화수목금토일]\))"
)
_SHORT_YEAR = re.compile(r"['’‘](?P<year>\d\d)(?P<word>년대|년|학번)?(?!\d)")
_CLOCK = re.compile(
    rf"{_NOT_IN_NUMBER}(?:(?P<first>[AaPp]\.?[Mm]\.?) ?)?(?P<hour>\d{{1,2}}):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d))?(?![\d:])(?: ?(?P<last>[AaPp]\.?[Mm]\b\.?))?"
)
_HOUR = re.compile(
    r"(?<![\d.,:])(?P<hour>\d{1,2}) ?(?P<last>[AaPp]\.?[Mm])\b\.?|"
    r"\b(?P<first>[AaPp]\.?[Mm]\.?) ?(?P<late>\d{1,2})(?![\d:.,])"
)


def month(value: int) -> str:
    """시월, 유월, 삼월."""
    return _MONTHS.get(value, f"{sino(value)}월")


def found(text: str) -> Iterator[Suggestion]:
    """Days and times that the text writes with signs; those with words are counted ones."""
    for match in _DAY.finditer(text):
        months, days = int(match["month"]), int(match["day"])
        if 1 <= months <= 12 and 1 <= days <= 31:
            said = f"{sino(int(match['year']))}년 {month(months)} {sino(days)}일"
            yield suggestion(*match.span(), said, kind="date")
    for match in _MONTH_DAY.finditer(text):
        months, days = int(match["month"]), int(match["day"])
        if 1 <= months <= 12 and 1 <= days <= 31:
            yield suggestion(*match.span(), f"{month(months)} {sino(days)}일", kind="date")
    for match in _SHORT_YEAR.finditer(text):
        word = match["word"] or "년"
        figures = by_figure(match["year"]) if word == "학번" or match["year"][0] == "0" else ""
        said = figures or sino(int(match["year"]))
        yield suggestion(
            *match.span(), said + (word if match["word"] else ""), kind="date", confidence="likely"
        )
    yield from _clocks(text)


def _clocks(text: str) -> Iterator[Suggestion]:
    for match in _CLOCK.finditer(text):
        hour, minute = int(match["hour"]), int(match["minute"])
        if hour > 24:
            continue
        half = _half(match["first"] or match["last"])
        said = half + _hour(hour)
        seconds = f" {sino(int(match['second']))}초" if match["second"] else ""
        minutes = f" {sino(minute)}분" if minute or seconds else ""
        ratio = f"{number(match['hour'])} 대 {number(match['minute'])}"
        plain = not half and not seconds
        others = [f"{said} 반"] if minute == 30 and not seconds else []
        others += [ratio] if plain else []
        yield suggestion(
            *match.span(),
            said + minutes + seconds,
            *others,
            kind="time",
            confidence="likely" if plain and minute % 5 else "certain",
        )
    for match in _HOUR.finditer(text):
        hour = int(match["hour"] or match["late"])
        if 1 <= hour <= 12:
            said = _half(match["last"] or match["first"]) + _hour(hour)
            yield suggestion(*match.span(), said, kind="time")


def _half(word: str | None) -> str:
    if not word:
        return ""
    return "오전 " if word.lower().startswith("a") else "오후 "


def _hour(hour: int) -> str:
    return f"{native(hour)} 시" if 1 <= hour <= 12 else f"{sino(hour)} 시"
