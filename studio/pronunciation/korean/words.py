"""Latin words and abbreviations as Koreans say them: a list, letter names, rules of spelling."""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

from studio.pronunciation.korean.figures import by_figure, number
from studio.pronunciation.korean.letters import LETTERS, spelled
from studio.pronunciation.korean.spelling import in_hangul
from studio.pronunciation.suggestion import Confidence, Suggestion, suggestion

_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’-][A-Za-z]+)*")
_WITH_FIGURES = re.compile(
    r"(?<![A-Za-z0-9])(?P<word>[A-Za-z]+)[-_]?(?P<figures>\d+(?:\.\d+)*)(?P<tail>[A-Za-z]{0,2})"
    r"(?![A-Za-z0-9])"
)
_VERSION = re.compile(r"(?<![A-Za-z0-9])[vV](?:er\.?|\.)? ?(\d+(?:\.\d+)*)(?![A-Za-z0-9])")
_DOTTED = re.compile(r"(?<![\d.,])\d+(?:\.\d+){2,}(?![\d.])")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST_LETTERS = 5
_SHORT = 2
_SURELY_LETTERS = 3
_ENGLISH_FIGURES = ("제로", "원", "투", "쓰리", "포", "파이브", "식스", "세븐", "에잇", "나인")
_LONGEST = 40
"""Letters; nothing longer is a word."""


@functools.cache
def _table(name: str) -> dict[str, tuple[str, ...]]:
    whole = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
    return {written: tuple(said.split("|")) for written, said in whole[name].items()}


@functools.cache
def _signs() -> re.Pattern[str]:
    special = {*_table("signs"), *(one for one in _table("exact") if not one.isalpha())}
    exact = sorted(special, key=lambda one: (-len(one), one))
    folded = [one for one in _table("any") if not one.isalpha()]
    written = "|".join(map(re.escape, exact)) + "|(?i:" + "|".join(map(re.escape, folded)) + ")"
    return re.compile(rf"(?<![A-Za-z0-9.])(?:{written})(?![A-Za-z0-9])(?! ?[=+×÷*/] ?\d)(?!\.\d)")


def known(word: str) -> tuple[str, ...]:
    """Readings of a word of the list, the usual one first; none for other words."""
    exact, folded = _table("exact"), _table("any")
    if word in exact:
        return exact[word]
    short = len(word) <= _SHORT  # "us" is not US, nor OR "or"
    if word.lower() in folded and not (short and word.isupper()):
        return folded[word.lower()]
    return () if short else _folded_exact().get(word.lower(), ())


@functools.cache
def _folded_exact() -> dict[str, tuple[str, ...]]:
    return {written.lower(): said for written, said in _table("exact").items()}


def of_signs(text: str) -> Iterator[Suggestion]:
    """Words of the list with figures or signs in them: A4, R&D, 5G, 6·25."""
    table = _table("signs")
    for match in _signs().finditer(text):
        ways = table.get(match[0]) or _table("exact").get(match[0])
        ways = ways or _table("any")[match[0].lower()]
        sure: Confidence = "certain" if len(ways) == 1 else "likely"
        yield suggestion(*match.span(), *ways, kind="word", source="words", confidence=sure)


def versions(text: str) -> Iterator[Suggestion]:
    """v2.0, 17.4.1, GPT-4, S24."""
    for match in _VERSION.finditer(text):
        said = _dotted(match[1])
        yield suggestion(*match.span(), f"버전 {said}", f"브이 {said}", kind="code",
                         confidence="likely")  # fmt: skip
    for match in _DOTTED.finditer(text):
        yield suggestion(*match.span(), _dotted(match[0]), kind="code", confidence="likely")
    for match in _WITH_FIGURES.finditer(text):
        yield _with_figures(match)


def _dotted(figures: str) -> str:
    if figures.count(".") == 1:
        return number(figures)
    return " 점 ".join(number(one) for one in figures.split("."))


def _with_figures(match: re.Match[str]) -> Suggestion:
    word, figures = match["word"], match["figures"]
    said = (known(word) or _unknown(word))[0]
    tail = f" {spelled(match['tail'])}" if match["tail"] else ""
    ways = [f"{said} {_dotted(figures)}{tail}"]
    if len(figures) == 1:
        ways.insert(0, f"{said} {_ENGLISH_FIGURES[int(figures)]}{tail}")
    elif figures.isdecimal():
        ways.append(f"{said} {by_figure(figures)}{tail}")
    return suggestion(*match.span(), *ways, kind="code", confidence="guess")


def latin(text: str) -> Iterator[Suggestion]:
    """All other Latin words."""
    for match in _LATIN.finditer(text):
        word = match[0]
        if len(word) > _LONGEST:
            continue
        if ways := known(word):
            yield suggestion(
                *match.span(), *ways, *_short(word), kind="word", source="words",
                confidence="certain" if len(ways) == 1 else "likely",
            )  # fmt: skip
            continue
        upper = word.isupper() and len(word) <= _LONGEST_LETTERS
        letters = upper or len(word) == 1
        plain = upper and (len(word) <= _SURELY_LETTERS or not re.search("[AEIOU]", word))
        sure: Confidence = "likely" if plain or len(word) == 1 else "guess"
        yield suggestion(
            *match.span(),
            *_unknown(word),
            kind="letters" if letters else "word",
            confidence=sure,
        )


def _short(word: str) -> tuple[str, ...]:
    return (spelled(word),) if word.isupper() and len(word) <= _LONGEST_LETTERS else ()


def _unknown(word: str) -> tuple[str, ...]:
    """Letters for capitals and words without vowels, else part by part, else by rule."""
    if "-" in word:
        said = [(known(one) or _unknown(one))[0] for one in word.split("-")]
        return " ".join(said), spelled(word)
    plain = re.sub(r"['’].*", "", word)
    if len(plain) == 1:
        return (LETTERS.get(plain.lower(), plain),)
    upper = plain.isupper() and len(plain) <= _LONGEST_LETTERS
    if upper or not re.search("[aeiouyÀ-ÿ]", plain.lower()):
        return spelled(plain), in_hangul(plain)
    pieces = _PARTS.findall(plain)
    if len(pieces) > 1 and "".join(pieces) == plain:
        said = [(known(one) or _unknown(one))[0] for one in pieces]
        return "".join(said), " ".join(said), spelled(plain)
    if plain.lower().endswith("s") and (single := known(plain[:-1])):
        return f"{single[0]}스", in_hangul(plain), spelled(plain)
    return in_hangul(plain), spelled(plain)
