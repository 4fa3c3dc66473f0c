"""Numbers in Korean words: Sino-Korean, native, figure by figure.

Words of more than four places are parted at 만, 억, 조 as the Korean spelling rules have it
(한글 맞춤법, article 44): 12,345 is 만 이천삼백사십오.
"""

# ruff: noqa: PLR2004 - the numbers below are those of speech

import re

DIGITS = "영일이삼사오육칠팔구"
PHONE = "공일이삼사오육칠팔구"
"""As telephone numbers and codes are said."""
_SMALL = ("", "십", "백", "천")
_LARGE = ("", "만", "억", "조", "경")
LONGEST = 4 * len(_LARGE)
"""Places; a longer number is said figure by figure."""
_NATIVE = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_ALONE = {"한": "하나", "두": "둘", "세": "셋", "네": "넷"}
NATIVE_MOST = 99


def sino(value: int, between: str = "") -> str:
    """Sino-Korean: 2026 is 이천이십육. Below 10²⁰.

    Args:
        value: not negative.
        between: what stands after 만, 억, 조 and 경 where more follows.
    """
    if value == 0:
        return DIGITS[0]
    said = ""
    for place in range(len(_LARGE) - 1, -1, -1):
        four = value // 10_000**place % 10_000
        if four == 0:
            continue
        part = ""
        for digit_place in (3, 2, 1, 0):
            digit = four // 10**digit_place % 10
            if digit:
                one = "" if digit == 1 and digit_place else DIGITS[digit]
                part += one + _SMALL[digit_place]
        part = "" if part == "일" and place == 1 and not said else part
        said += (between if said else "") + part + _LARGE[place]
    return said


def native(value: int) -> str:
    """As before a counter: 3 is 세, 20 is 스무; nothing outside 1–99."""
    if not 1 <= value <= NATIVE_MOST:
        return ""
    if value == 20:
        return "스무"
    return _NATIVE_TENS[value // 10] + _NATIVE[value % 10]


def alone(value: int) -> str:
    """Native without a counter: 3 is 셋, 20 is 스물; nothing outside 1–99."""
    said = "스물" if value == 20 else native(value)
    for short, full in _ALONE.items():
        if said.endswith(short):
            return said.removesuffix(short) + full
    return said


def by_figure(digits: str, names: str = PHONE) -> str:
    """One figure after the other; what is no figure is left out."""
    return "".join(names[int(one)] for one in digits if one.isdecimal())


def number(figures: str) -> str:
    """A number as ``FIGURES`` finds it: ``3.14`` is 삼점일사, ``007`` 공공칠."""
    whole, _, decimals = figures.replace(",", "").partition(".")
    if len(whole) > LONGEST or re.match("0[0-9]", whole):
        said = by_figure(whole)
    else:
        said = sino(int(whole), " ")
    return f"{said}점{by_figure(decimals, DIGITS)}" if decimals else said


def value_of(figures: str) -> int | None:
    """A whole number; ``None`` for decimals, leading zeros and what is too long."""
    bare = figures.replace(",", "")
    if not bare.isdecimal() or len(bare) > LONGEST or re.match("0[0-9]", bare):
        return None
    return int(bare)
