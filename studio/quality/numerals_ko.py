"""How a number written in figures is said in Korean: Sino-Korean, native before some counters.

"2026년 3월" is 이천이십육년 삼월, "3시" is 세 시, "20살" is 스무 살. Spaces play no part: a reading
is one string of syllables.
"""

# ruff: noqa: PLR2004 - the numbers below are those of speech

import re
from collections.abc import Iterator

from studio.pronunciation.korean.figures import DIGITS, LONGEST, PHONE, alone, native, sino
from studio.pronunciation.numerals import FIGURES

_COUNTERS = (
    "시간", "시", "살", "개(?![월년])", "명", "마리", "권", "잔", "병", "대", "번째", "번",
    "사람", "장", "송이", "그루", "채", "켤레", "벌", "달(?!러)", "가지", "곳", "군데", "분",
    "척", "통", "줄", "쌍", "차례", "그릇",
)  # fmt: skip
_SINO_FIRST = ("분", "번", "대", "통")
"""Counters that take both, the Sino-Korean reading more often: minutes, bus numbers."""
_UNITS = {
    "%": ("퍼센트", "프로"), "℃": ("도", "섭씨도"), "°c": ("도", "섭씨도"), "°": ("도",),
    "km/h": ("킬로미터", "킬로"), "km": ("킬로미터", "킬로"), "cm": ("센티미터", "센티"),
    "mm": ("밀리미터", "밀리"), "kg": ("킬로그램", "킬로"), "mg": ("밀리그램",),
    "ml": ("밀리리터",), "gb": ("기가바이트", "기가"), "mb": ("메가바이트", "메가"),
    "hz": ("헤르츠",), "m": ("미터",), "g": ("그램",), "l": ("리터",),
}  # fmt: skip
_MONEY = {"$": "달러", "€": "유로", "£": "파운드", "₩": "원", "¥": "엔"}
_MONTHS = {6: "유", 10: "시"}

KOREAN = re.compile(
    rf"(?P<money>[$€£₩¥])\s?(?P<sum>{FIGURES})"
    r"|(?P<hour>\d{1,2}):(?P<minute>\d{2})(?!\d)"
    r"|(?P<month>\d{1,2})\s?월"
    rf"|(?P<counted>\d{{1,2}})\s?(?P<counter>{'|'.join(_COUNTERS)})"
    rf"|(?P<scaled>{FIGURES})\s?(?P<scale>[십백천만])"
    rf"|(?P<number>{FIGURES})\s?(?P<unit>{'|'.join(map(re.escape, _UNITS))})?(?![a-z])"
    rf"|(?P<bare>{FIGURES})",
    re.IGNORECASE,
)
"""A number in a Korean text with what belongs to it."""


def korean(match: re.Match[str]) -> Iterator[str]:
    """Readings of a match of :data:`KOREAN`, without spaces; the usual one first."""
    found = match.groupdict()
    if found["money"]:
        yield from (reading + _MONEY[found["money"]] for reading in _numbers(found["sum"]))
    elif found["hour"]:
        yield from _clock(int(found["hour"]), int(found["minute"]))
    elif found["month"]:
        month = int(found["month"])
        yield _MONTHS.get(month, sino(month)) + "월"
        yield sino(month) + "월"
    elif found["scale"]:
        short = [""] if found["scaled"] == "1" else []  # 1만 is 만
        yield from (reading + found["scale"] for reading in (*short, *_numbers(found["scaled"])))
    elif found["counter"]:
        yield from _counted(int(found["counted"]), found["counter"])
    else:
        for reading in _numbers(found["number"] or found["bare"]):
            for unit in _UNITS[found["unit"].lower()] if found["unit"] else ("",):
                yield reading + unit


def _clock(hour: int, minute: int) -> Iterator[str]:
    minutes = f"{sino(minute)}분" if minute else ""
    yield f"{native(hour) or sino(hour)}시{minutes}"
    yield f"{sino(hour)}시{minutes}"
    if minute == 30:
        yield f"{native(hour) or sino(hour)}시반"


def _counted(value: int, counter: str) -> Iterator[str]:
    readings = [(native(value) or sino(value)) + counter, sino(value) + counter]
    hours = counter == "시" and value > 12
    yield from reversed(readings) if counter in _SINO_FIRST or hours else readings
    if counter == "번째" and value == 1:
        yield "첫번째"


def _numbers(figures: str) -> Iterator[str]:
    whole, _, decimals = figures.replace(",", "").partition(".")
    one_by_one = "".join(PHONE[int(one)] for one in whole)
    if len(whole) > LONGEST or (whole.startswith("0") and len(whole) > 1):
        yield one_by_one
        yield one_by_one.replace("공", "영")
        return
    tail = f"점{''.join(DIGITS[int(one)] for one in decimals)}" if decimals else ""
    value = int(whole)
    yield sino(value) + tail
    if not decimals:
        if sino(value)[0] in "십백천만":
            yield f"일{sino(value)}"
        if said := native(value):
            yield "스물" if value == 20 else said
            if (full := alone(value)) != said:
                yield full
        if value == 0:
            yield "공"
        yield one_by_one
