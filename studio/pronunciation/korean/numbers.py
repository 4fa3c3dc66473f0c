"""Numbers in a Korean text with what belongs to them: money, units, counters, ranges, fractions."""

# ruff: noqa: PLR2004 - the numbers below are those of speech

import re
from collections.abc import Iterator
from itertools import chain

from studio.pronunciation.korean.counters import COUNTERS, counted
from studio.pronunciation.korean.figures import (
    DIGITS,
    alone,
    by_figure,
    native,
    number,
    sino,
    value_of,
)
from studio.pronunciation.korean.units import CODES, MONEY, RATES, UNIT, UNITS, canonical, is_sure
from studio.pronunciation.numerals import FIGURES
from studio.pronunciation.suggestion import Confidence, Suggestion, suggestion

_START = r"(?<![\d.,])"
_COUNTER = "|".join(map(re.escape, COUNTERS))
_SCALE = r"(?:[십백천]?(?:만|억|조(?! ?각)|경(?= ?(?:원|\d|달러)))|천|백(?!화|만)|십)"
_AMOUNT = re.compile(
    rf"{_START}(?:{FIGURES}) ?{_SCALE}(?: ?(?:{FIGURES}) ?{_SCALE})*(?: ?\d{{1,4}}(?![\d.,]))?"
    r"(?P<about> ?여)?"
    r"(?P<after> ?(?:원|달러|유로|엔|위안|명|개|대|건|톤|년|평|곳|인|권|장|주|배|회))?"
)
_PIECE = re.compile(rf"({FIGURES}) ?({_SCALE})?")
_MONEY = re.compile(
    rf"(?P<sign>{'|'.join(map(re.escape, MONEY))}) ?(?P<sum>{FIGURES})"
    rf"(?:(?P<scale> ?{_SCALE})|(?P<large> ?(?:K|M|B|million|billion|thousand)\b))?(?: ?달러)?"
    rf"|\b(?P<code>{'|'.join(CODES)}) ?(?P<more>{FIGURES})"
    rf"|{_START}(?P<many>{FIGURES}) ?(?P<last>{'|'.join(CODES)})\b"
)
_LARGE = {"K": 3, "thousand": 3, "M": 6, "million": 6, "B": 9, "billion": 9}
_FRACTION = re.compile(rf"{_START}(?<![/A-Za-z])(\d{{1,3}})/(\d{{1,3}})(?![\d/.A-Za-z])")
_WHOLE_PARTS = {"½": "이분의 일", "⅓": "삼분의 일", "⅔": "삼분의 이", "¼": "사분의 일",
                "¾": "사분의 삼", "⅕": "오분의 일", "⅛": "팔분의 일"}  # fmt: skip
_RANGE = re.compile(
    rf"(?P<sign>(?<![\w\d)])[-−])?{_START}(?P<from>{FIGURES}) ?"
    rf"(?P<unit1>{UNIT}|{_COUNTER}|원|만 ?원)? ?[~∼〜～–] ?"
    rf"(?P<to>{FIGURES})"
    rf"(?:(?P<space> ?)(?P<unit>{UNIT}|{_SCALE} ?원|{_COUNTER}))?"
)
_FEW = re.compile(rf"{_START}(?P<from>[1-9]), ?(?P<to>[1-9])(?P<space> ?)(?P<unit>{_COUNTER})")
_ABOUT = {1: "한두", 2: "두세", 3: "서너", 4: "네댓", 5: "대여섯", 6: "예닐곱", 7: "일고여덟",
          8: "여덟아홉"}  # fmt: skip
_PLACES = ("시", "월", "층", "호", "위", "등", "호선", "학년", "교시", "번", "세기", "단계")
"""Counters that name a place in a row: 8~9시 is no number of hours."""
_SINO_ABOUT = {
    1: "일이",
    2: "이삼",
    3: "삼사",
    4: "사오",
    5: "오륙",
    6: "육칠",
    7: "칠팔",
    8: "팔구",
}
_SIGNED = r"(?P<sign>(?<![\w\d)])[-−–+±] ?)?"
_WITH_UNIT = re.compile(rf"{_SIGNED}{_START}(?P<number>{FIGURES}) ?(?P<unit>{UNIT}|(?i:{UNIT}))")
_COUNTED = re.compile(
    rf"(?P<nth>제 ?)?{_SIGNED}{_START}(?P<number>{FIGURES})(?P<about>여)?(?P<space> ?)"
    rf"(?P<counter>{_COUNTER})"
)
_SCORE = re.compile(rf"{_START}(\d{{1,3}}) ?: ?(\d{{1,3}})(?![\d:.])")
_OF = re.compile(rf"{_START}(\d+)분의 ?(\d+)")
_PARTICLES = (
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "와",
    "과",
    "의",
    "에",
    "로",
    "도",
    "만",
    "까",
    "부터",
    "보다",
)
_BARE = re.compile(rf"{_SIGNED}{_START}(?P<number>{FIGURES})(?P<about>여(?= ))?")


def amounts(text: str) -> Iterator[Suggestion]:
    """3만 5천 원, 1억 2,000만, $25, 100 USD."""
    for match in _MONEY.finditer(text):
        yield _money(match)
    for match in _AMOUNT.finditer(text):
        said = " ".join(_scaled(figures, scale) for figures, scale in _PIECE.findall(_only(match)))
        about = "여" if match["about"] else ""
        after = f" {match['after'].strip()}" if match["after"] else ""
        yield suggestion(
            *match.span(), said + about + after, *_formal(said, about + after), kind="money"
            if after.strip() in ("원", "달러", "유로", "엔", "위안") else "number",
        )  # fmt: skip


def _only(match: re.Match[str]) -> str:
    return match[0].removesuffix(match["after"] or "").removesuffix(match["about"] or "")


def _formal(said: str, rest: str) -> Iterator[str]:
    if said.startswith(("만", "천", "백")):
        yield f"일{said}{rest}"


def _scaled(figures: str, scale: str) -> str:
    said = number(figures)
    if not scale:
        return said
    if said == "일" and scale[0] in "십백천만":
        return scale
    return said + scale


def _money(match: re.Match[str]) -> Suggestion:
    figures = match["sum"] or match["more"] or match["many"]
    unit = MONEY[match["sign"]] if match["sign"] else CODES[match["code"] or match["last"]]
    if match["scale"]:
        return suggestion(
            *match.span(), f"{_scaled(figures, match['scale'].strip())} {unit}", kind="money"
        )
    if match["large"]:
        power = _LARGE[match["large"].strip()]
        value = round(float(figures.replace(",", "")) * 10**power)
        return suggestion(
            *match.span(), f"{sino(value, ' ')} {unit}", kind="money", confidence="likely"
        )
    whole, _, cents = figures.partition(".")
    plain = f"{number(figures)} {unit}"
    others = ["위안"] if unit == "엔" else []
    if unit in ("달러", "유로") and len(cents) == 2:
        some = f" {sino(int(cents))} 센트" if int(cents) else ""
        return suggestion(*match.span(), f"{number(whole)} {unit}{some}", plain, kind="money")
    return suggestion(
        *match.span(), plain, *(f"{number(figures)} {one}" for one in others), kind="money"
    )


def parts(text: str) -> Iterator[Suggestion]:
    """½, 1/2, 3분의 1, 3:2."""
    for match in re.finditer("|".join(_WHOLE_PARTS), text):
        yield suggestion(*match.span(), _WHOLE_PARTS[match[0]], kind="fraction")
    for match in _OF.finditer(text):
        said = f"{number(match[1])}분의 {number(match[2])}"
        yield suggestion(*match.span(), said, kind="fraction")
    for match in _FRACTION.finditer(text):
        above, below = int(match[1]), int(match[2])
        said = f"{sino(below)}분의 {sino(above)}"
        slash = f"{sino(above)} 슬래시 {sino(below)}"
        day = _as_day(above, below)
        proper = 0 < above < below
        ways = [said, day, slash] if proper or not day else [day, said, slash]
        sure: Confidence = "likely" if proper and (below > 31 or below <= 10) else "guess"
        yield suggestion(*match.span(), *ways, kind="fraction", confidence=sure)
    for match in _SCORE.finditer(text):
        said = f"{number(match[1])} 대 {number(match[2])}"
        yield suggestion(*match.span(), said, kind="score", confidence="likely")


def _as_day(month: int, day: int) -> str:
    from studio.pronunciation.korean.moments import month as said

    return f"{said(month)} {sino(day)}일" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def ranges(text: str) -> Iterator[Suggestion]:
    """3~5개, 10~20%, 1, 2명."""
    for match in chain(_FEW.finditer(text), _RANGE.finditer(text)):
        group = match.groupdict()
        low, high = value_of(match["from"]), value_of(match["to"])
        if "," in match[0] and "unit1" not in group and high != (low or 0) + 1:
            continue
        unit, space = group["unit"] or "", group.get("space") or ""
        before, after = text[: match.start()], text[match.end() :]
        cold = "영하 " if unit in ("℃", "°C", "도") else "마이너스 "
        minus = _sign(group.get("sign"), cold, before)
        own = group.get("unit1") or unit
        first = _with(match["from"], own, before, "", bool(space))
        last = _with(match["to"], unit, before, after, bool(space))
        if not group.get("unit1") and first.endswith(unit_word(unit)) and " " in first:
            short = first.rpartition(" ")[0]
        else:
            short = first
        full = f"{first}에서 {last}"
        plain = f"{short}에서 {last}"
        ways = []
        if low and high == low + 1 and low in _ABOUT and not minus:
            few = _few(low, unit, last)
            sure: Confidence = "likely"
            ways = [full, few] if unit in _PLACES else [few, full]
        else:
            ways, sure = [full, plain], "likely"
            if unit and canonical(unit):
                ways = [plain, full]
        yield suggestion(
            *match.span(), *(minus + way for way in ways), kind="range", confidence=sure
        )


def _few(low: int, unit: str, last: str) -> str:
    """서너 개; 이삼일 where the counter takes Sino-Korean numbers."""
    high = native(low + 1)
    if last.startswith((f"{high} ", "세 ", "네 ")):
        return f"{_ABOUT[low]} {last.partition(' ')[2]}"
    rest = last.removeprefix(DIGITS[low + 1])
    return f"{_SINO_ABOUT[low]}{rest}" if rest != last or not unit else ""


def unit_word(unit: str) -> str:
    """What a unit or counter is called."""
    sign = canonical(unit) if unit else None
    if sign is None:
        return unit
    return RATES[sign][1] if sign in RATES else UNITS[sign][0]


def _with(figures: str, unit: str, before: str, after: str, apart: bool) -> str:
    if not unit:
        return number(figures)
    if canonical(unit):
        return f"{number(figures)} {unit_word(unit)}"
    if unit in COUNTERS:
        return counted(figures, unit, before, after, apart=apart)[0][0]
    return f"{number(figures)}{unit}"


def with_units(text: str) -> Iterator[Suggestion]:
    """10kg, 3.5%, −5℃, 60km/h."""
    for match in _WITH_UNIT.finditer(text):
        sign = canonical(match["unit"])
        if sign is None:
            continue
        figures = number(match["number"])
        before = text[: match.start()]
        minus = _sign(match["sign"], "영하 " if sign in ("℃", "°C") else "마이너스 ", before)
        if sign in RATES:
            word, unit = RATES[sign]
            word = "" if before.rstrip().endswith(word) else f"{word} "
            ways = [f"{word}{minus}{figures} {unit}"]
        elif sign in ("℉", "°F"):
            ways = [f"화씨 {minus}{figures} 도"]
        else:
            ways = [f"{minus}{figures} {unit}" for unit in UNITS[sign] if "섭씨" not in unit]
            if sign in ("℃", "°C"):
                ways.append(f"섭씨 {minus}{figures} 도")
        yield suggestion(
            *match.span(), *ways, kind="percent" if sign in ("%", "%p") else "unit",
            confidence="certain" if is_sure(sign) else "likely",
        )  # fmt: skip


def _sign(sign: str | None, minus: str, before: str) -> str:
    if not sign or before.rstrip().endswith("영하"):
        return ""
    return {"+": "플러스 ", "±": "플러스마이너스 "}.get(sign.strip(), minus)


def with_counters(text: str) -> Iterator[Suggestion]:
    """세 시, 스무 살, 이천이십육년, 제일회, 두 번째."""
    for match in _COUNTED.finditer(text):
        counter = match["counter"]
        before, after = text[: match.start()], text[match.end() :]
        sure: Confidence
        if match["about"]:
            gap = "" if counter in ("년", "일", "분", "초", "호") and not match["space"] else " "
            ways: tuple[str, ...] = (f"{number(match['number'])}여{gap}{counter}",)
            sure = "certain"
        else:
            ways, sure = counted(
                match["number"],
                counter,
                before,
                after,
                apart=bool(match["space"]),
                numbered=bool(match["nth"]),
            )
        lead = ("제" if match["nth"] else "") + _sign(match["sign"], "마이너스 ", before)
        kind = "ordinal" if match["nth"] or counter in ("번째", "등", "위") else "counted"
        kind = {"년": "date", "월": "date", "일": "date", "시": "time"}.get(counter, kind)
        kind = "money" if counter in ("원", "달러", "유로", "엔") else kind
        yield suggestion(*match.span(), *(lead + way for way in ways), kind=kind, confidence=sure)


def bare(text: str) -> Iterator[Suggestion]:
    """What is left: numbers by themselves."""
    for match in _BARE.finditer(text):
        figures = match["number"]
        value = value_of(figures)
        after = text[match.end() : match.end() + 2]
        minus = _sign(match["sign"], "마이너스 ", text[: match.start()])
        said = number(figures)
        others = [alone(value), native(value)] if value and not minus else []
        others += [by_figure(figures)] if len(figures) > 1 and value is not None else []
        long = value is not None and len(figures) >= 7 and "," not in figures
        odd = "가" <= after[:1] <= "힣" and not after.startswith(_PARTICLES)
        sure: Confidence = "guess" if long or odd else "likely"
        if "," in figures or "." in figures:
            sure = "certain" if sure == "likely" else sure
        about = "여" if match["about"] else ""
        yield suggestion(
            *match.span(), *(minus + one + about for one in (said, *others) if one),
            kind="number", confidence=sure,
        )  # fmt: skip
