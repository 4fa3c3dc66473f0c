"""How a number written in figures is said in Korean: Sino-Korean, native before some counters.

"2026년 3월" is 이천이십육년 삼월, "3시" is 세 시, "20살" is 스무 살. Spaces play no part: a reading
is one string of syllables.
"""

# ruff: noqa: PLR2004 - the numbers below are those of speech

import re
from collections.abc import Iterator

from studio.quality.numerals import FIGURES

_DIGITS = "영일이삼사오육칠팔구"
_PHONE = "공일이삼사오육칠팔구"
_SMALL = ("", "십", "백", "천")
_LARGE = ("", "만", "억", "조", "경")
_NATIVE = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_ALONE = {"한": "하나", "두": "둘", "세": "셋", "네": "넷"}
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
_NATIVE_MOST = 99

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
    one_by_one = "".join(_PHONE[int(one)] for one in whole)
    if len(whole) > 4 * len(_LARGE) or (whole.startswith("0") and len(whole) > 1):
        yield one_by_one
        yield one_by_one.replace("공", "영")
        return
    tail = f"점{''.join(_DIGITS[int(one)] for one in decimals)}" if decimals else ""
    value = int(whole)
    yield sino(value) + tail
    if not decimals:
        if sino(value)[0] in "십백천만":
            yield f"일{sino(value)}"
        if said := native(value):
            yield "스물" if value == 20 else said
            for short, full in _ALONE.items():
                if said.endswith(short):
                    yield said.removesuffix(short) + full
        if value == 0:
            yield "공"
        yield one_by_one


def sino(value: int) -> str:
    """Sino-Korean: 2026 is 이천이십육. Below 10²⁰."""
    if value == 0:
        return _DIGITS[0]
    said = ""
    for place in range(len(_LARGE) - 1, -1, -1):
        four = value // 10_000**place % 10_000
        if four == 0:
            continue
        part = ""
        for digit_place in (3, 2, 1, 0):
            digit = four // 10**digit_place % 10
            if digit:
                one = "" if digit == 1 and digit_place else _DIGITS[digit]
                part += one + _SMALL[digit_place]
        said += ("" if part == "일" and place == 1 and not said else part) + _LARGE[place]
    return said


def native(value: int) -> str:
    """As before a counter: 3 is 세, 20 is 스무; nothing outside 1–99."""
    if not 1 <= value <= _NATIVE_MOST:
        return ""
    if value == 20:
        return "스무"
    return _NATIVE_TENS[value // 10] + _NATIVE[value % 10]
