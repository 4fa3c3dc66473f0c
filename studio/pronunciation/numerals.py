"""How a number written in figures may be said: the usual reading first, then every other one.

A text has "2026" and "$25" where a transcript has "twenty twenty-six" and "twenty-five dollars", or
the other way round. Which reading was meant is settled by what the other side says.
"""

# ruff: noqa: PLR2004 - the numbers below are those of speech

import re
from collections.abc import Iterator

Reading = tuple[str, ...]
_LONGEST = 15
"""Digits; a longer number is said figure by figure."""
_MONEY = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny"),
          "₩": ("won", ""), "¥": ("yen", "")}  # fmt: skip
_UNITS = {
    "%": "percent", "°c": "degrees celsius", "°f": "degrees fahrenheit", "°": "degrees",
    "km/h": "kilometers per hour", "mph": "miles per hour", "km": "kilometers", "cm": "centimeters",
    "mm": "millimeters", "kg": "kilograms", "mg": "milligrams", "ml": "milliliters", "gb":
    "gigabytes", "mb": "megabytes", "kb": "kilobytes", "tb": "terabytes", "hz": "hertz", "khz":
    "kilohertz", "mhz": "megahertz", "ghz": "gigahertz", "ms": "milliseconds", "ft": "feet",
    "lb": "pounds", "lbs": "pounds", "m": "meters", "g": "grams", "l": "liters",
}  # fmt: skip
_FIGURES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_IRREGULAR = {"pennys": "pence", "feets": "feet"}

FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
"""A number in figures: grouped or plain, with decimals or without."""
ENGLISH = re.compile(
    rf"(?P<money>[$€£₩¥])\s?(?P<sum>{FIGURES})(?:\s?(?P<scale>thousand|million|billion|trillion|k\b))?"
    r"|(?P<hour>\d{1,2}):(?P<minute>\d{2})(?!\d)"
    r"|(?P<decade>\d{2,4})['’]?s\b"
    r"|(?P<ordinal>\d+)(?:st|nd|rd|th)\b"
    rf"|(?P<number>{FIGURES})(?:\s?(?P<unit>{'|'.join(map(re.escape, _UNITS))})(?![a-z]))?",
    re.IGNORECASE,
)
"""A number in an English text with what belongs to it."""


def english(match: re.Match[str]) -> Iterator[Reading]:
    """Readings of a match of :data:`ENGLISH`, in lower-case words without punctuation."""
    found = match.groupdict()
    if found["money"]:
        yield from _money(found["money"], found["sum"], found["scale"])
    elif found["hour"]:
        yield from _clock(int(found["hour"]), int(found["minute"]))
    elif found["decade"]:
        for reading in _numbers(found["decade"]):
            last = reading[-1]
            plural = f"{last[:-1]}ies" if last.endswith("y") else f"{last}s"
            yield (*reading[:-1], plural)
    elif found["ordinal"]:
        yield from _with_and(_in_words("en", found["ordinal"], to="ordinal"))
    else:
        unit = tuple(_UNITS[found["unit"].lower()].split()) if found["unit"] else ()
        singular = tuple(word.removesuffix("s") if n == 0 else word for n, word in enumerate(unit))
        for reading in _numbers(found["number"]):
            yield (*reading, *unit)
            if unit and reading in (("one",), ("a",)):
                yield (*reading, *singular)


def plain(language: str, figures: str) -> Iterator[Reading]:
    """Readings of a bare number in another language; its figures where nothing better is known."""
    words = _in_words(language, figures)
    yield words or tuple(figures)


def _money(sign: str, figures: str, scale: str | None) -> Iterator[Reading]:
    unit, part = _MONEY[sign]
    units = (unit if unit in ("won", "yen") else f"{unit}s",)
    if scale:
        word = "thousand" if scale.lower() == "k" else scale.lower()
        for reading in _numbers(figures):
            yield (*reading, word, *units)
        return
    whole, _, cents = figures.partition(".")
    if part and len(cents) == 2:
        small = _in_words("en", cents.lstrip("0") or "0")
        parts = (_IRREGULAR.get(f"{part}s", f"{part}s"),)
        for reading in _numbers(whole):
            name = (unit,) if reading in (("one",), ("a",)) else units
            if cents == "00":
                yield (*reading, *name)
                continue
            yield (*reading, *name, "and", *small, *parts)
            yield (*reading, *name, *small, *parts)
            yield (*reading, *name, *small)
            yield (*reading, *small)
        return
    for reading in _numbers(figures):
        yield (*reading, *((unit,) if reading in (("one",), ("a",)) else units))


def _clock(hour: int, minute: int) -> Iterator[Reading]:
    said = _in_words("en", str(hour))
    if minute == 0:
        yield (*said, "oclock")
        yield said
        yield (*said, "hundred")
        return
    minutes = _in_words("en", str(minute))
    yield (*said, "oh", *minutes) if minute < 10 else (*said, *minutes)
    if minute == 30:
        yield ("half", "past", *said)
    if minute == 15:
        yield ("quarter", "past", *said)


def _numbers(figures: str) -> Iterator[Reading]:
    """Readings of figures such as ``1,999`` or ``3.14``."""
    bare = figures.replace(",", "")
    whole, _, decimals = bare.partition(".")
    by_figure = tuple(_FIGURES[int(one)] for one in whole)
    if len(whole) > _LONGEST or (whole.startswith("0") and len(whole) > 1):
        yield by_figure
        yield tuple("oh" if one == "zero" else one for one in by_figure)
        return
    if decimals:
        if len(whole) <= 2 and len(decimals) == 2 and int(whole) < 24 and int(decimals) < 60:
            clock = tuple(_clock(int(whole), int(decimals)))  # some write 7.15 for 7:15
        else:
            clock = ()
        tail = ("point", *(_FIGURES[int(one)] for one in decimals))
        for reading in _with_and(_in_words("en", whole)):
            yield (*reading, *tail)
        if whole == "0":
            yield tail
        yield from clock
        return
    yield from _whole(whole, "," in figures)


def _whole(whole: str, grouped: bool) -> Iterator[Reading]:
    value = int(whole)
    if len(whole) == 4 and not grouped and (1100 <= value < 2000 or 2010 <= value < 2100):
        yield _in_words("en", whole, to="year")
    yield from _with_and(_in_words("en", whole))
    if 1000 < value < 10_000 and value % 100 == 0:
        yield (*_in_words("en", str(value // 100)), "hundred")
    if len(whole) == 4:
        yield (*_in_words("en", whole[:2]), *_in_words("en", whole[2:]))
    if len(whole) > 1:
        figures = tuple(_FIGURES[int(one)] for one in whole)
        yield figures
        yield tuple("oh" if one == "zero" else one for one in figures)
    if value <= 31:
        yield _in_words("en", whole, to="ordinal")
    if value == 1:
        yield ("a",)


def _with_and(words: Reading) -> Iterator[Reading]:
    yield words
    without = tuple(word for word in words if word != "and")
    yield without
    if words[:1] == ("one",) and len(words) > 1:
        yield ("a", *words[1:])
        yield ("a", *without[1:])


def _in_words(language: str, figures: str, to: str = "cardinal") -> Reading:
    """By num2words; nothing where it does not know the language."""
    from num2words import num2words

    bare = figures.replace(",", "")
    if len(bare) > _LONGEST:
        return ()
    try:
        value = float(bare) if "." in bare else int(bare)
        said = num2words(value, lang=language, to=to)
    except (NotImplementedError, OverflowError, ValueError, TypeError, KeyError, IndexError):
        return ()
    return tuple(re.findall(r"\w+", said.lower()))
